"""Frames of an evaluation as plain data for JSON and back: columns, their types, rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pandas as pd

from township_eval.language import Text

__all__ = ["from_table", "to_table"]

_NUMBERS: Final = (bool, int, float, np.number, np.bool_)


def to_table(frame: pd.DataFrame) -> dict[str, Any]:
    """Return a frame as columns, their types and rows in the order of units, missing values as null."""
    if "unit" in frame:
        frame = frame.sort_values("unit", kind="stable")
    types = [_kind(frame[name]) for name in frame.columns]
    plain = [_column(frame[name], kind) for name, kind in zip(frame.columns, types, strict=True)]
    rows = [list(row) for row in zip(*plain, strict=True)]
    return {"columns": [str(name) for name in frame.columns], "types": types, "rows": rows}


def _kind(column: pd.Series[Any]) -> str:
    if pd.api.types.is_bool_dtype(column):
        return "boolean"
    if pd.api.types.is_integer_dtype(column):
        return "integer"
    if pd.api.types.is_numeric_dtype(column):
        return "number"
    given = column.dropna()
    if len(given) and all(isinstance(value, Text) for value in given):
        return "bilingual"
    # what was reported may be numbers in one row and words in the next, and stays so
    return "mixed" if any(isinstance(value, _NUMBERS) for value in given) else "text"


def _column(column: pd.Series[Any], kind: str) -> list[Any]:
    cast: dict[str, Callable[[Any], Any]] = {
        "boolean": bool, "integer": int, "number": float, "text": str, "mixed": _scalar,
        "bilingual": lambda text: {"zh": text.zh, "en": text.en},
    }  # fmt: skip
    absent = column.isna()
    if kind == "number":
        absent |= ~np.isfinite(column.to_numpy(dtype=np.float64, na_value=np.nan))
    return [None if gone else cast[kind](value) for value, gone in zip(column, absent, strict=True)]


def _scalar(value: Any) -> Any:
    """Return a number as JSON holds it, anything else as text."""
    if not isinstance(value, _NUMBERS):
        return str(value)
    plain = value.item() if isinstance(value, np.generic) else value
    return plain if np.isfinite(plain) else None


def from_table(stored: dict[str, Any], order: list[str]) -> pd.DataFrame:
    """Return the frame that was stored, its rows in the order of the results."""
    dtypes = {"boolean": "bool", "integer": "Int64", "number": "float64"}
    columns = {}
    for k, (name, kind) in enumerate(zip(stored["columns"], stored["types"], strict=True)):
        values = [row[k] for row in stored["rows"]]
        if kind == "bilingual":
            values = [None if value is None else Text(**value) for value in values]
        column = pd.Series(values, dtype=dtypes.get(kind, "object"))
        columns[name] = column.astype("int64") if kind == "integer" and not column.isna().any() else column
    frame = pd.DataFrame(columns, columns=stored["columns"])
    if "unit" not in columns:
        return frame
    places = frame["unit"].map({code: place for place, code in enumerate(order)})
    order_of_rows = np.argsort(places.to_numpy(dtype=np.float64), kind="stable")
    return frame.iloc[order_of_rows].reset_index(drop=True)
