"""Entries of a frame as floats, by what a column holds: numbers, yes or no, or dates.

Nothing is guessed: text in a number stays text and is reported. Reading "98.5%" out of a cell is the
business of the file readers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final, Literal, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from township_eval.inputs.status import Flags
from township_eval.methods.varying import Array

__all__ = ["YES_NO", "ColumnKind", "day_number", "numbers"]

ColumnKind: TypeAlias = Literal["number", "yes_no", "date"]

#: Words of a checklist, lower case; anything else in a yes/no column is reported.
YES_NO: Final[Mapping[str, float]] = {
    "是": 1.0, "否": 0.0, "有": 1.0, "没有": 0.0, "已完成": 1.0, "未完成": 0.0, "达标": 1.0, "未达标": 0.0,
    "√": 1.0, "×": 0.0, "yes": 1.0, "no": 0.0, "y": 1.0, "n": 0.0, "true": 1.0, "false": 0.0,
}  # fmt: skip

# As in cells of files: the year first, so that nothing has to be guessed.
_DAY: Final = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:\s+00:00(?::00)?)?")
_UNIX_DAY = date(1970, 1, 1).toordinal()


def numbers(values: pd.Series, kind: ColumnKind = "number") -> tuple[Array, Flags]:
    """Return a column's entries as floats, and where an entry is not what the column holds.

    Blanks are NaN. A date is the ordinal of its day, yes is 1 and no is 0.

    Examples
    --------
    >>> found, refused = numbers(pd.Series([98.5, None, "约90"], dtype=object))
    >>> found.tolist(), refused.tolist()
    ([98.5, nan, nan], [False, False, True])
    """
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        return _datetimes(values, kind)
    if pd.api.types.is_numeric_dtype(values.dtype) and not pd.api.types.is_complex_dtype(values.dtype):
        found = values.to_numpy(dtype=np.float64, na_value=np.nan)
        if kind != "date":
            return found, np.zeros(len(found), dtype=np.bool_)
        return np.full(len(found), np.nan), ~np.isnan(found)
    return _objects(values.to_numpy(dtype=object), _READERS[kind])


def day_number(value: Any) -> float | None:
    """Return the ordinal of a day given as a date or as text; NaN for a blank, None if it is no date.

    Texts are ISO dates, or state year, month and day in this order: 2018/5/1, 2018.5.1, 2018年5月1日.

    Examples
    --------
    >>> day_number("2018/5/1") == day_number("2018年5月1日") == date(2018, 5, 1).toordinal()
    True
    >>> day_number("2018-06-30") - day_number(date(2018, 6, 1)), day_number("六月底")
    (29.0, None)
    """
    if _blank(value):
        return np.nan
    if isinstance(value, datetime):
        return float(value.date().toordinal())
    if isinstance(value, date):
        return float(value.toordinal())
    if isinstance(value, np.datetime64):
        return float(value.astype("datetime64[D]").astype(np.int64) + _UNIX_DAY)
    return _day_of(value.strip()) if isinstance(value, str) else None


def _day_of(text: str) -> float | None:
    parts = _DAY.fullmatch(text)
    try:
        day = date(*map(int, parts.groups())) if parts else datetime.fromisoformat(text).date()
    except ValueError:
        return None
    return float(day.toordinal())


def _datetimes(values: pd.Series, kind: ColumnKind) -> tuple[Array, Flags]:
    blank = values.isna().to_numpy()
    if kind != "date":
        return np.full(len(blank), np.nan), ~blank
    naive = values.dt.tz_localize(None) if getattr(values.dtype, "tz", None) is not None else values
    days = naive.to_numpy().astype("datetime64[D]").astype(np.int64) + _UNIX_DAY
    return np.where(blank, np.nan, days.astype(np.float64)), np.zeros(len(blank), dtype=np.bool_)


def _objects(entries: NDArray[np.object_], read: Callable[[Any], float | None]) -> tuple[Array, Flags]:
    found = [read(entry) for entry in entries]
    refused = np.fromiter((number is None for number in found), dtype=np.bool_, count=len(found))
    filled = (np.nan if number is None else number for number in found)
    return np.fromiter(filled, dtype=np.float64, count=len(found)), refused


def _blank(value: Any) -> bool:
    if isinstance(value, str):
        return not value.strip()
    return value is None or value is pd.NA or value is pd.NaT or value != value  # noqa: PLR0124  NaN


def _number(value: Any) -> float | None:
    if _blank(value):
        return np.nan
    if isinstance(value, bool | np.bool_ | int | float | np.integer | np.floating | Decimal | Fraction):
        return float(value)
    return None


def _yes_no(value: Any) -> float | None:
    if isinstance(value, str) and value.strip():
        return YES_NO.get(value.strip().lower())
    return _number(value)


_READERS: Final[Mapping[str, Callable[[Any], float | None]]] = {
    "number": _number,
    "yes_no": _yes_no,
    "date": day_number,
}
