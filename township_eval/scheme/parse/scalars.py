"""Single values of a scheme file: text, numbers, yes or no, one of a few words.

Whole numbers become text where text is meant, dates become ISO text, exact fractions stay exact;
everything else that is not of its kind is refused with what was found.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import date, datetime
from fractions import Fraction
from typing import Any, Final

from township_eval.errors import did_you_mean
from township_eval.language import Text
from township_eval.scheme.fields import nearest_choice
from township_eval.scheme.parse.refusals import refuse, shown

__all__ = ["as_flag", "as_number", "as_one_of", "as_text", "as_whole", "real", "required_text"]

_FRACTION: Final = re.compile(r"\s*([+-]?\d{1,9})\s*/\s*(\d{1,9})\s*")
_CONTROL: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]"
)
_DECIMAL: Final = re.compile(r"\s*[+-]?\d+(\.\d+)?([eE][+-]?\d{1,3})?\s*")


def as_text(value: Any) -> str:
    """Return text; whole numbers and dates are written out, leading and trailing blanks dropped.

    Examples
    --------
    >>> as_text(2018), as_text(date(2018, 4, 28))
    ('2018', '2018-04-28')
    """
    if value is None:
        return ""
    if isinstance(value, datetime) and (value.hour, value.minute, value.second) == (0, 0, 0):
        value = value.date()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return _printable(value).strip()
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise refuse(
        "scheme.text",
        Text(f"应为文本,实际为 {shown(value)}", f"text is expected, not {shown(value)}"),
        Text("给它加上引号", "put it in quotes"),
    )


def _printable(text: str) -> str:
    """Return text that every kind of file can hold: one kind of line end, no control characters."""
    if _CONTROL.search(text):
        raise refuse(
            "scheme.characters",
            Text(f"含有控制字符:{shown(text)}", f"control characters in {shown(text)}"),
            Text("删去看不见的字符", "remove what cannot be seen"),
        )
    return text.replace("\r\n", "\n").replace("\r", "\n")


def required_text(value: Any) -> str:
    """Return text that may not be empty."""
    text = as_text(value)
    if not text:
        raise refuse(
            "scheme.empty", Text("不能为空", "must not be empty"), Text("写明内容", "write what it is")
        )
    return text


def as_number(value: Any) -> float | Fraction:
    """Return a finite number; ``"2/3"`` stays an exact fraction.

    Examples
    --------
    >>> as_number("2/3"), as_number(98), as_number("6/3")
    (Fraction(2, 3), 98.0, 2.0)
    """
    if isinstance(value, Fraction):
        return _plain(value)
    if isinstance(value, str):
        return _from_text(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _not_a_number(value)
    try:
        found = float(value)
    except OverflowError:
        raise _not_finite(value) from None
    if not math.isfinite(found):
        raise _not_finite(value)
    return found + 0.0  # no negative zero: it would be another text in the file


def real(value: Any) -> float:
    """Return a finite number as a float; a fraction is divided out."""
    return float(as_number(value))


def as_whole(value: Any) -> int:
    """Return a whole number."""
    found = as_number(value)
    if found != int(found):
        raise refuse(
            "number.whole",
            Text(f"应为整数,实际为 {shown(value)}", f"a whole number is expected, not {shown(value)}"),
            Text(f"写整数,如 {math.floor(found)}", f"write a whole number such as {math.floor(found)}"),
        )
    return int(found)


def as_flag(value: Any) -> bool:
    """Return yes or no (true, false)."""
    if isinstance(value, bool):
        return value
    raise refuse(
        "scheme.flag",
        Text(f"应为 true 或 false,实际为 {shown(value)}", f"true or false is expected, not {shown(value)}"),
        Text("是写 true,否写 false,不加引号", "write true for yes, false for no, without quotes"),
    )


def as_one_of(value: Any, options: Sequence[str], key: str = "") -> str:
    """Return one of a few words; *key* names their labels in `township_eval.scheme.fields.CHOICES`."""
    text = as_text(value)
    if text in options:
        return text
    raise refuse(
        "scheme.choice",
        Text(f"不认识 {shown(value)}", f"{shown(value)} is not known here"),
        nearest_choice(key, text) if key else did_you_mean(text, [option for option in options if option]),
    )


def _from_text(value: str) -> float | Fraction:
    fraction = _FRACTION.fullmatch(value)
    if fraction and int(fraction[2]):
        return _plain(Fraction(int(fraction[1]), int(fraction[2])))
    if _DECIMAL.fullmatch(value):
        return as_number(float(value))
    raise _not_a_number(value)


def _plain(value: Fraction) -> float | Fraction:
    return float(value) if value.denominator == 1 else value


def _not_a_number(value: Any) -> Exception:
    hint = Text("只写数字(如 98、0.5)或分数(如 2/3)", "write a number (98, 0.5) or a fraction (2/3)")
    if isinstance(value, str) and set(value) & set(":\uff1a"):
        hint = Text("各类不同时写成 {一类: 98, default: 100}", "what varies is written {a: 98, default: 100}")
    return refuse(
        "number.text",
        Text(f"应为数字,实际为 {shown(value)}", f"a number is expected, not {shown(value)}"),
        hint,
    )


def _not_finite(value: Any) -> Exception:
    return refuse(
        "number.finite",
        Text(f"应为有限的数,实际为 {shown(value)}", f"a finite number is expected, not {shown(value)}"),
        Text("写成具体数值", "write a definite number"),
    )
