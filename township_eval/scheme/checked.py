"""Plain data to a checked scheme, or everything wrong with it in one list.

What parsing refuses must not hide what checking would find: whoever mends a misspelled key wants to
know of the weights too. So the refused is taken out, the rest is parsed and checked, and what only
follows from the gaps is left unsaid.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from township_eval.errors import Problem, SchemeError, suggest
from township_eval.scheme.check import check_scheme
from township_eval.scheme.fields import FIELDS
from township_eval.scheme.model import Scheme
from township_eval.scheme.parse import attempt
from township_eval.scheme.parse.formulas import own_name_problems
from township_eval.scheme.parse.refusals import Path, Refusal, Where
from township_eval.scheme.parse.salvage import Salvage

__all__ = ["checked_scheme"]

# Each round takes out what the last one left: a parameter, then its rule, then the list it is in.
_ROUNDS: Final = 12
_UNKNOWN_KEY: Final = "scheme.unknown_key"
_MISSING: Final = "scheme.missing"
_KEYS: Final = frozenset(name.rpartition(".")[2] for name in FIELDS)

# Where a name is not known any more, what refers to it cannot be judged.
_REFERENCES: Final = (
    "unit.", "group.", "site.", "varying.", "override.", "weights.missing", "scoring.missing_value", "total.",
)  # fmt: skip
_POINTS: Final = ("group.no_indicators", "previous.")
_LADDER: Final = ("condition.flag", "flag.escalates", "flag.no_condition")
#: Codes that only follow, anywhere, when a value of this name (or this section) was lost.
_FOLLOWS: Final[dict[str, tuple[str, ...]]] = {
    "weight": _POINTS,
    "children": (*_POINTS, "condition.name", "item.block"),
    "id": ("condition.name", "previous.unknown", "item.block", *_LADDER),
    "flags": _LADDER,
    "escalates": ("flag.no_condition",),
    "to": ("flag.no_condition",),
    "grades": ("limiter.grade", "veto.grade"),
    "name": ("limiter.grade", "veto.grade"),
    "adjustments": ("item.honour",),
    "groups": (*_REFERENCES, "context.missing"),
    "units": (*_REFERENCES, "context.missing"),
    "sites": _REFERENCES,
    "weights": ("weights.", *_POINTS),
    "scale": ("weights.", "grades.", *_POINTS),
}
#: The same for what reading the file could not make out.
_FOLLOWS_READING: Final[dict[str, tuple[str, ...]]] = {
    "tree.parent": ("weights.", "tree.", "condition.name", *_POINTS),
    "sheet.key": (*_REFERENCES, "condition.name"),
    "sheet.unknown": _REFERENCES,
}


def checked_scheme(
    data: Any,
    formulas: Mapping[str, Any] | None,
    where: Where,
    before: Collection[Problem] = (),
    lost: Collection[Path] = (),
) -> Scheme:
    """Return the scheme that plain data states, with its warnings.

    Parameters
    ----------
    data : mapping
        The content of the file.
    formulas : mapping of str to class, optional
        Own rules and aggregations by the name the scheme uses.
    where : callable
        Turns a path into the place a user knows.
    before : collection of Problem
        What reading the file has refused already.
    lost : collection of Path
        Where the values refused in reading would stand.

    Raises
    ------
    SchemeError
        With every problem of reading, parsing and checking, errors first.
    """
    formulas = dict(formulas or {})
    first = (*before, *own_name_problems(formulas))
    scheme, refusals = attempt(data, formulas)
    if scheme is None or first:
        found = (*first, *_everything(data, formulas, where, refusals, first, lost))
        raise SchemeError(sorted(dict.fromkeys(found), key=_errors_first))
    problems = check_scheme(scheme, where)
    if any(problem.severity == "error" for problem in problems):
        raise SchemeError(sorted(problems, key=_errors_first))
    return replace(scheme, warnings=problems)


def _errors_first(problem: Problem) -> bool:
    return problem.severity != "error"


def _everything(
    data: Any,
    formulas: Mapping[str, Any],
    where: Where,
    refusals: tuple[Refusal, ...],
    before: Collection[Problem],
    lost: Collection[Path],
) -> Iterator[Problem]:
    """Yield what is refused, and what checking finds in the rest."""
    # a cell that could not be read leaves its key out: that it is missing is no second problem
    said = [refusal for refusal in refusals if not (before and refusal.code == _MISSING)]
    yield from (refusal.problem(where) for refusal in said)
    if any(refusal.code == "scheme.deep" for refusal in refusals):
        return
    salvage = Salvage(data, set(lost))
    more: list[Problem] = []
    scheme = _rest(salvage, formulas, where, refusals, more)
    if scheme is None:
        return
    yield from more
    quiet = _Quiet(salvage, before)
    problems = check_scheme(scheme, lambda path: where(salvage.original(path)), silent=quiet)
    misread = any(problem.code.startswith("sheet.") for problem in before)
    yield from (problem for problem in problems if problem.severity == "error" or not misread)


def _rest(
    salvage: Salvage,
    formulas: Mapping[str, Any],
    where: Where,
    refusals: tuple[Refusal, ...],
    more: list[Problem],
) -> Scheme | None:
    """Take out what is refused until the rest can be parsed; note what only then comes to light."""
    for again in range(_ROUNDS):
        for refusal in refusals:
            path = salvage.original(refusal.path)
            if again and not _touches(path, salvage.lost):
                more.append(replace(refusal, path=path).problem(where))
            if not _taken_out(salvage, path, refusal):
                return None
        scheme, refusals = attempt(salvage.plain(), formulas)
        if scheme is not None:
            return scheme
    return None


def _taken_out(salvage: Salvage, path: Path, refusal: Refusal) -> bool:
    if refusal.code != _UNKNOWN_KEY:
        return salvage.take_out(path)
    # a misspelled key may mean one whose absence is then no fault of its own
    key = str(path[-1])
    meant = ((*path[:-1], near) for near in suggest(key, _KEYS, limit=1) if near != key)
    salvage.lost |= {other for other in meant if not salvage.has(other)}
    return salvage.take_out(path, unknown=True)


def _touches(path: Path, lost: Collection[Path]) -> bool:
    """Return whether a path stands above, at or below one of the lost."""
    return any(path[: len(one)] == one or one[: len(path)] == path for one in lost)


class _Quiet:
    """Tells by code and path what only follows from what was lost."""

    def __init__(self, salvage: Salvage, before: Collection[Problem]) -> None:
        fields = {_field(path) for path in salvage.lost}
        whole = {path[:-1] for path in salvage.lost if isinstance(path[-1], int) and path[0] != "index"}
        totals = {(*path[:-1], "total") for path in fields if path[-1] in {"scoring", "applies_to"}}
        self.salvage = salvage
        self.areas = fields | whole | totals
        self.sums = {path for field in fields for path in _sums(field)}
        words = {str(word) for path in fields for word in (path[0], path[-1])}
        words |= {"children" for path in fields if isinstance(path[-1], int) and path[0] == "index"}
        self.codes = tuple(code for word in words for code in _FOLLOWS.get(word, ()))
        self.codes += tuple(code for one in before for code in _FOLLOWS_READING.get(one.code, ()))

    def __call__(self, code: str, path: Path) -> bool:
        path = self.salvage.original(path)
        below = any(path[: len(area)] == area for area in self.areas)
        summed = code.startswith("weights.") and path in self.sums
        return below or summed or code.startswith(self.codes)


def _field(path: Path) -> Path:
    """Return the field of a node, or of a record, that a path stands in."""
    if path[0] != "index":
        return path[:3]
    end = 1
    while path[end : end + 1] == ("children",) and len(path) > end + 1:
        end += 2
    return path[: end + 1]


def _sums(field: Path) -> Iterator[Path]:
    """Yield the places where weights are added up that a lost field of the tree changes."""
    node = field if isinstance(field[-1], int) else field[:-1]
    if field[0] != "index" or (field[-1] not in {"weight", "overrides"} and node != field):
        return
    yield (*node, "children")
    yield node[:-1]
