"""What an official types into one cell: flow notation with full-width punctuation and without blanks.

``{一类:98，default：100}`` is meant as ``{一类: 98, default: 100}``. A cell that is right as it stands is
never touched; punctuation is mended only where it makes the cell readable, and never inside quotes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from township_eval.errors import Problem, SchemeError
from township_eval.io.schemes.notation import load_yaml, plain_scalars
from township_eval.language import Text

__all__ = ["EXAMPLE", "is_flow", "load_typed"]

EXAMPLE: Final = Text(
    '写法如 {一类: 98, default: 100} 或 [60, 80];文字中有逗号、冒号时加引号,如 "甲,乙"',
    'write {a: 98, default: 100} or [60, 80]; put a text with commas or colons in quotes: "a, b"',
)
_OPENERS: Final = {"{": "}", "[": "]"}
_FULL: Final = {"\uff5b": "{", "\uff3b": "[", "\u3010": "["}
_MARKS: Final = {
    **_FULL, "\uff5d": "}", "\uff3d": "]", "\u3011": "]", "\uff0c": ",", "\uff1a": ":", "\u3000": " ",
}  # fmt: skip
_MORE_MARKS: Final = {**_MARKS, "、": ",", ";": ",", "\uff1b": ","}
_DOUBLE: Final = '"\uff02“”'
_SINGLE: Final = "'\uff07‘’"
_QUOTES: Final = {**dict.fromkeys(_DOUBLE, _DOUBLE), **dict.fromkeys(_SINGLE, _SINGLE), '"': '"', "'": "'"}
_ASCII_QUOTE: Final = {'"': re.compile(r'"(\\.|[^"\\])*"', re.DOTALL), "'": re.compile(r"'(''|[^'])*'")}
# a number and then a separator, or what opens a quotation, in a text that nothing marks as text
_ODD: Final = re.compile("\\s*([-+]?[\\d.]+%?\\s*[\uff0c、;\uff1b]|[\uff02“‘\uff07\uff5b\uff3b])")


def is_flow(text: str) -> bool:
    """Return whether a cell's text states a mapping, a list or a quoted text.

    Examples
    --------
    >>> is_flow("{a: 1}"), is_flow("{a:1}"), is_flow("【一】人口")
    (True, True, False)
    """
    enclosed = text[:1] in _FULL and _MARKS.get(text[-1], text[-1]) in _OPENERS.values()
    return text.startswith(("{", "[", "'", '"')) or enclosed


def load_typed(text: str) -> Any:
    """Return the data that a cell states as a person types it.

    Raises
    ------
    SchemeError
        It cannot be read; the problem says what is wrong and shows the right form.

    Examples
    --------
    >>> load_typed("{一类:98,default:2/3}")
    {'一类': 98, 'default': '2/3'}
    >>> load_typed("{一类: 98, default")
    Traceback (most recent call last):
    ...
    township_eval.errors.SchemeError: 错误 [file.syntax] :缺少“}”...
    """
    first = _attempt(text)
    if first.is_sure:
        return first.data
    readings = [first, *(_attempt(_mended(text, marks)) for marks in (_MARKS, _MORE_MARKS))]
    for reading in (*(one for one in readings if one.is_sure), *(one for one in readings if one.is_read)):
        return reading.data
    raise SchemeError([_refused(text, readings)])


@dataclass(frozen=True, slots=True)
class _Reading:
    """One way to read a cell: its data, the names left without a value, whether it looks unmeant."""

    data: Any = None
    bare: tuple[str, ...] = ()
    odd: bool = False
    problem: Problem | None = None

    @property
    def is_read(self) -> bool:
        return self.problem is None and not self.bare

    @property
    def is_sure(self) -> bool:
        return self.is_read and not self.odd


def _attempt(text: str) -> _Reading:
    try:
        data = load_yaml(text).data
    except SchemeError as error:
        return _Reading(problem=error.problems[0])
    scalars = plain_scalars(text)
    bare = tuple(before for (before, _), (value, plain) in pairwise(scalars) if plain and not value)
    glued = "," not in text and any("\uff0c" in value for value, plain in scalars if plain)
    odd = glued or text[:1] in _FULL or any(plain and _ODD.match(value) for value, plain in scalars)
    return _Reading(data, bare, odd)


# ---- mending -------------------------------------------------------------------------------------
def _pieces(text: str, marks: Mapping[str, str]) -> Iterator[tuple[str, bool]]:
    """Yield single characters with their punctuation made plain, and quoted texts whole (True).

    A quotation that never ends is yielded to the end of the text, as not quoted.
    """
    at, fresh = 0, True
    while at < len(text):
        if fresh and text[at] in _QUOTES:
            end = _quote_end(text, at)
            yield (_quoted(text[at:end]), True) if end else (text[at:], False)
            at, fresh = end or len(text), False
            continue
        piece = marks.get(text[at], text[at])
        yield piece, False
        fresh = piece in "{[,:" or (fresh and piece.isspace())
        at += 1


def _quote_end(text: str, at: int) -> int:
    """Return where a quotation ends, 0 where it does not."""
    pattern = _ASCII_QUOTE.get(text[at])
    if pattern is not None:
        found = pattern.match(text, at)
        return found.end() if found else 0
    ends = [end for mark in _QUOTES[text[at]] if (end := text.find(mark, at + 1)) > 0]
    return min(ends) + 1 if ends else 0


def _quoted(text: str) -> str:
    return text if text[0] in _ASCII_QUOTE else json.dumps(text[1:-1], ensure_ascii=False)


def _mended(text: str, marks: Mapping[str, str]) -> str:
    """Return a text with plain punctuation and a blank behind every colon."""
    return "".join(": " if piece == ":" else piece for piece, _ in _pieces(text, marks))


# ---- what is wrong -------------------------------------------------------------------------------
def _refused(text: str, readings: list[_Reading]) -> Problem:
    original = readings[0].problem
    if original is not None and original.code != "file.syntax":
        return original
    fault = _fault(text)
    if fault is not None:
        return Problem("error", "file.syntax", "", fault, EXAMPLE)
    bare = next((one.bare for one in readings if one.problem is None and one.bare), ())
    if bare:
        what = Text(f"“{bare[0]}”后面没有写值", f"{bare[0]!r} has no value")
        return Problem("error", "cell.no_value", "", what, EXAMPLE)
    return Problem("error", "file.syntax", "", Text(f"写法不对:{text}", f"cannot be read: {text}"), EXAMPLE)


def _fault(text: str) -> Text | None:
    """Say which bracket or quote is missing or too many."""
    awaited: list[str] = []
    closed = False
    for piece, quoted in _pieces(text, _MARKS):
        if not quoted and len(piece) > 1:
            return Text(f"引号没有成对:{piece}", f"a quote is not closed: {piece}")
        if closed and not piece.isspace():
            return Text(f"括号结束后又写了“{piece}”", f"{piece!r} stands behind the last bracket")
        if quoted:
            continue
        if piece in _OPENERS:
            awaited.append(_OPENERS[piece])
        elif piece in _OPENERS.values():
            if awaited[-1:] != [piece]:
                return _unmatched(piece, awaited)
            awaited.pop()
            closed = not awaited
    if awaited:
        return Text(f"缺少“{awaited[-1]}”", f"{awaited[-1]!r} is missing")
    return None


def _unmatched(piece: str, awaited: list[str]) -> Text:
    if awaited:
        return Text(f"此处应为“{awaited[-1]}”,实际为“{piece}”", f"{awaited[-1]!r} is expected, not {piece!r}")
    return Text(f"多了“{piece}”", f"there is a {piece!r} too many")
