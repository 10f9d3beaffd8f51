"""What a slip's old and new value say, read as the cells of that column are read."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, Final, TypeAlias

import numpy as np
import pandas as pd

from township_eval.inputs.entries.numbers import YES_NO, ColumnKind, day_number
from township_eval.inputs.texts import plain, text_of

__all__ = ["Entry", "Unreadable", "read_entry"]

#: A number, a text (a date as ISO), or None for nothing reported.
Entry: TypeAlias = "float | str | None"

_NOTHING: Final = frozenset({"未报", "缺报", "空", "空白", "not reported", "blank"})
_NUMBER: Final = re.compile(r"([+-]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?(?:[eE][+-]?\d+)?)\s*(%?)", re.ASCII)


class Unreadable(ValueError):  # noqa: N818  it is caught where it is raised and named for what it says
    """An entry is not what its column holds."""


def read_entry(entry: Any, kind: ColumnKind | None, *, percent: bool = False) -> Entry:
    """Return what an entry says.

    Parameters
    ----------
    entry : object
        As written on the slip, or as it stands in a table.
    kind : {"number", "yes_no", "date"} or None
        What the column holds; None for text.
    percent : bool
        Whether its numbers are percentages: then 98.5% is 98.5, else it is refused.

    Raises
    ------
    Unreadable
        It is something else; nothing is guessed.

    Examples
    --------
    >>> read_entry("98.5%", "number", percent=True), read_entry("1,700", "number")
    (98.5, 1700.0)
    >>> read_entry("是", "yes_no"), read_entry("2018-06-30", "date"), read_entry("满意", None)
    (1.0, '2018-06-30', '满意')
    >>> read_entry("未报", "number") is None
    True
    """
    text = text_of(entry)
    if not text or text in _NOTHING:
        return None
    if kind is None:
        return text
    if kind == "date":
        return _day(entry)
    if kind == "yes_no" and text.lower() in YES_NO:
        return YES_NO[text.lower()]
    return (
        float(entry)
        if isinstance(entry, int | float | np.number | np.bool_)
        else _number(text, percent=percent)
    )


def _number(text: str, *, percent: bool) -> float:
    match = _NUMBER.fullmatch(plain(text))
    if match is None or (match[2] and not percent):
        raise Unreadable(text)
    return float(Decimal(match[1].replace(",", "")))


def _day(entry: Any) -> str:
    found = day_number(entry)
    if found is None or np.isnan(found):
        raise Unreadable(text_of(entry))
    return pd.Timestamp.fromordinal(int(found)).date().isoformat()
