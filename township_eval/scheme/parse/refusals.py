"""What pydantic refuses, as problems in both languages with a path and a hint.

Every refusal travels through pydantic as one of its custom errors, so that it collects all of them
with their places; here they are made, and here they are turned into `Problem`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from pydantic import ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from township_eval.errors import Problem, did_you_mean
from township_eval.language import Text

__all__ = [
    "MAPPING_HINT",
    "Path",
    "Refusal",
    "Where",
    "path_text",
    "refusals_of",
    "refuse",
    "shown",
    "translated",
]

Path: TypeAlias = tuple[str | int, ...]
Where: TypeAlias = Callable[[Path], str]

_LONGEST = 60
_QUOTES: Final = Text(
    "写明它的值;如果是文字的一部分,请给含逗号的文字加引号",
    "give it a value; if it is part of a text, put the text with its comma in quotes",
)

_TRANSLATIONS: Final[dict[str, tuple[str, Text]]] = {
    "missing": ("scheme.missing", Text("缺少必填项", "required, but absent")),
    "list_type": ("scheme.type", Text("应为列表,实际为 {value}", "a list is expected, not {value}")),
    "dict_type": (
        "scheme.type",
        Text(
            "应为“名称: 值”的对照表,实际为 {value}", "a mapping of names to values is expected, not {value}"
        ),
    ),
    "model_type": (
        "scheme.type",
        Text(
            "应为“名称: 值”的对照表,实际为 {value}", "a mapping of names to values is expected, not {value}"
        ),
    ),
}
MAPPING_HINT: Final = Text("每行写一个“名称: 值”", "write one `name: value` a line")
_HINTS: Final[dict[str, Text]] = {
    "missing": Text("补上 {name}", "add {name}"),
    "list_type": Text("每行以“- ”开头写一项,或写 [甲, 乙]", "write one item a line behind `- `, or [a, b]"),
    "dict_type": MAPPING_HINT,
    "model_type": MAPPING_HINT,
}
# What pydantic refuses by a rule of its own: nothing of ours says more than its message.
_ANY: Final = Text("按方案格式说明改正 {name}", "correct {name} as the format of a scheme describes it")


def refuse(code: str, what: Text, hint: Text) -> PydanticCustomError:
    """Return the error that pydantic collects for one refused value.

    Parameters
    ----------
    code : str
        Stable identifier such as ``"number.text"``.
    what, hint : Text
        What is wrong, with the value; and what to do.
    """
    said = {"zh": what.zh, "en": what.en, "hint_zh": hint.zh, "hint_en": hint.en}
    return PydanticCustomError(code, "{en}", said)


def shown(value: object) -> str:
    """Return a value as it is quoted in a message, cut when it is long."""
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"


def translated(error: ValidationError, known: Collection[str] = ()) -> ValidationError:
    """Return pydantic's error with its own messages replaced by ours.

    Parameters
    ----------
    error : ValidationError
        What a record refused; errors of ours inside it stay as they are.
    known : collection of str
        The record's keys, for a suggestion where a key is unknown.
    """
    lines = [_line(item, known) for item in error.errors(include_url=False)]
    return ValidationError.from_exception_data(error.title, lines)


def _line(item: Any, known: Collection[str]) -> InitErrorDetails:
    context = item.get("ctx", {})
    if "zh" in context:
        custom = PydanticCustomError(item["type"], "{en}", context)
    elif item["type"] == "extra_forbidden":
        key = str(item["loc"][-1])
        what = Text(f"没有 {key} 这个项目", f"there is no key {key!r} here")
        # In YAML, `{reason: a, b}` is a reason and a key without a value.
        hint = _QUOTES if item["input"] is None else did_you_mean(key, sorted(known))
        custom = refuse("scheme.unknown_key", what, hint)
    else:
        custom = _standard(item)
    return InitErrorDetails(type=custom, loc=item["loc"], input=item["input"])


def _standard(item: Any) -> PydanticCustomError:
    kind = item["type"]
    plain = Text(str(item["msg"]), str(item["msg"]))
    code, what = _TRANSLATIONS.get(kind, ("scheme.value", plain))
    hint = _HINTS.get(kind, _ANY)
    name = item["loc"][-1] if item["loc"] else ""
    return refuse(code, what.format(value=shown(item["input"])), hint.format(name=name))


def path_text(path: Iterable[str | int]) -> str:
    """Return a path as text.

    Examples
    --------
    >>> path_text(("index", "children", 0, "scoring", "target"))
    'index.children[0].scoring.target'
    """
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text


@dataclass(frozen=True, slots=True)
class Refusal:
    """One value, key or type that parsing refuses, with its path in the plain data."""

    path: Path
    code: str
    what: Text
    hint: Text

    def problem(self, where: Where) -> Problem:
        """Return the refusal as a problem, with the place a user knows."""
        return Problem("error", self.code, where(self.path), self.what, self.hint)


def refusals_of(error: ValidationError) -> tuple[Refusal, ...]:
    """Return everything that was refused, in the order of the file."""
    refusals = []
    for item in translated(error).errors(include_url=False):
        said = item["ctx"]
        what, hint = Text(said["zh"], said["en"]), Text(said["hint_zh"], said["hint_en"])
        refusals.append(Refusal(item["loc"], item["type"], what, hint))
    return tuple(refusals)
