"""Problems and errors: what is wrong, where, and what to do about it.

A *problem* is data: it can be collected, listed, printed in two languages and sent as JSON. An
*error* carries every problem of a run, because an office that mends one cell at a time gives up.
Bugs are never turned into these errors; they keep their own type and another exit code.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from township_eval.language import Text, listed

__all__ = ["DataError", "Problem", "SchemeError", "TownshipEvalError", "did_you_mean", "suggest"]

_NOTHING = Text("", "")
_FEW = 12  # a dozen names still fit on a line


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong or worth a look.

    Parameters
    ----------
    severity : {"error", "warning"}
        Errors stop an evaluation, warnings are listed in its notes.
    code : str
        Stable identifier such as ``"weights.sum"``, for programs.
    where : str
        Path in the scheme (``index.children[0].weight``), or ``file!sheet!cell``.
    what, hint : Text
        What is wrong, with the value; and what to do.

    Examples
    --------
    >>> print(Problem("error", "unit.unknown", "a.xlsx!数据!B3",
    ...               Text("没有这个单位:东塔", "unknown unit: 东塔")))
    错误 [unit.unknown] a.xlsx!数据!B3:没有这个单位:东塔
    """

    severity: Literal["error", "warning"]
    code: str
    where: str
    what: Text
    hint: Text = _NOTHING

    def say(self, lang: str = "zh") -> str:
        """Return the problem as one line of text."""
        if lang == "zh":
            kind = "错误" if self.severity == "error" else "提醒"
            tail = f"。建议:{self.hint.zh}" if self.hint else ""
            return f"{kind} [{self.code}] {self.where}:{self.what.zh}{tail}"
        tail = f". Hint: {self.hint.en}" if self.hint else ""
        return f"{self.severity} [{self.code}] {self.where}: {self.what.en}{tail}"

    def to_dict(self) -> dict[str, object]:
        """Return the problem as plain data for JSON."""
        return {
            "severity": self.severity,
            "code": self.code,
            "where": self.where,
            "what": {"zh": self.what.zh, "en": self.what.en},
            "hint": {"zh": self.hint.zh, "en": self.hint.en},
        }

    def __str__(self) -> str:
        return self.say()


class TownshipEvalError(ValueError):
    """Root of the errors a user can mend; ``.problems`` lists all of them.

    Parameters
    ----------
    problems : iterable of Problem
        Everything that was found, errors first in the message.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        errors_first = sorted(self.problems, key=lambda problem: problem.severity != "error")
        super().__init__("\n".join(problem.say() for problem in errors_first))

    def __reduce__(self) -> tuple[type[TownshipEvalError], tuple[tuple[Problem, ...]]]:
        return type(self), (self.problems,)


class SchemeError(TownshipEvalError):
    """The scheme cannot be used."""


class DataError(TownshipEvalError):
    """The inputs cannot be evaluated with this scheme."""


def suggest(word: str, options: Iterable[str], limit: int = 3) -> tuple[str, ...]:
    """Return the options that look most like *word*, best first; never a decision.

    Examples
    --------
    >>> suggest("wieght", ["weight", "name", "scoring"])
    ('weight',)
    """
    return tuple(difflib.get_close_matches(word, sorted(set(options)), n=limit, cutoff=0.5))


def did_you_mean(word: str, options: Sequence[str]) -> Text:
    """Return a hint naming the closest options, or all of them when they are few; never an empty one.

    Examples
    --------
    >>> did_you_mean("wieght", ["weight", "name", "scoring"]).en
    'did you mean weight?'
    >>> did_you_mean("中位数", ["linear", "bands", "identity"]).zh
    '请从这些中选用:bands、identity、linear'
    >>> did_you_mean("x", []).en
    'there is nothing to choose from: remove it, or add it first'
    """
    close = suggest(word, options)
    if close:
        either = " or ".join(filter(None, (", ".join(close[:-1]), close[-1])))
        return Text(f"是否指:{'、'.join(close)}?", f"did you mean {either}?")
    known = sorted({option for option in options if option})
    if not known:
        return Text(
            "没有可选的名称,请删去,或先补上它", "there is nothing to choose from: remove it, or add it first"
        )
    if len(known) == 1:
        return Text(f"请用 {known[0]}", f"use {known[0]}")
    if len(known) <= _FEW:
        return Text("请从这些中选用:{known}", "use one of {known}").format(known=listed(known))
    return Text(
        f"可用的 {len(known)} 个名称中没有相近的,请核对写法",
        f"none of the {len(known)} known names is close: check the spelling",
    )
