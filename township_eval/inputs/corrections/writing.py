"""New values put into copies of the tables; nothing that was handed in is touched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from township_eval.inputs.corrections.places import Place, is_wide
from township_eval.inputs.corrections.values import Entry
from township_eval.inputs.units import Units

__all__ = ["written_into"]

_Written: TypeAlias = tuple[Place, Entry, Mapping[str, str]]


def written_into(frame: pd.DataFrame, changes: Sequence[_Written], units: Units) -> pd.DataFrame:
    """Return a table with new values in their places; late reports are rows of their own at the end.

    Parameters
    ----------
    frame : DataFrame
        With the units in a column ``unit``.
    changes : sequence of (Place, new value, texts of the slip)
    units : Units
    """
    there = [change for change in changes if change[0].row >= 0]
    late = [change for change in changes if change[0].row < 0]
    columns = {place.column: None for place, _, _ in there}
    out = frame.copy()
    for column in columns:
        mine = {place.row: new for place, new, _ in there if place.column == column}
        out[column] = _column(frame[column], mine)
    if not is_wide(frame):
        for name in ("reason", "document"):
            said = {place.row: texts[name] for place, _, texts in there if place.table == "values"}
            if said:
                base = frame[name] if name in frame.columns else pd.Series([None] * len(frame), dtype=object)
                out[name] = _column(base, said)
    if not late:
        return out
    return _widened(out, late, units) if is_wide(frame) else _with_rows(out, late, units)


def _column(column: pd.Series[Any], new: Mapping[int, Entry]) -> Any:
    """Return a column with some entries replaced; numbers stay numbers."""
    entries = column.tolist()
    for row, value in new.items():
        entries[row] = value
    if pd.api.types.is_numeric_dtype(column.dtype) and not any(isinstance(v, str) for v in new.values()):
        return np.array([np.nan if entry is None else entry for entry in entries], dtype=np.float64)
    return pd.array(entries, dtype=object)  # type: ignore[call-overload,unused-ignore]


def _with_rows(frame: pd.DataFrame, late: Sequence[_Written], units: Units) -> pd.DataFrame:
    rows = [
        {
            "unit": units.codes[place.unit], "indicator": place.key[0], "part": place.key[1], "value": new,
            "reason": texts["reason"], "document": texts["document"],
        }
        for place, new, texts in late
    ]  # fmt: skip
    names = [str(name) for name in frame.columns]
    names += [name for name in ("part", "reason", "document") if name not in names]
    columns = {}
    for name in names:
        known = frame[name].tolist() if name in frame.columns else [None] * len(frame)
        entries = [*known, *(row.get(name, "" if name.endswith("cell") else None) for row in rows)]
        numeric = name in frame.columns and pd.api.types.is_numeric_dtype(frame[name].dtype)
        plain = numeric and not any(isinstance(entry, str) for entry in entries)
        columns[name] = pd.Series(entries, dtype="float64" if plain else object)
    return pd.DataFrame(columns)


def _widened(frame: pd.DataFrame, late: Sequence[_Written], units: Units) -> pd.DataFrame:
    """Return a wide table with the columns and rows that nobody had reported yet."""
    at, _, _ = units.positions(frame["unit"])
    place_of = {int(i): row for row, i in enumerate(at)}
    for i in dict.fromkeys(place.unit for place, _, _ in late):
        place_of.setdefault(i, len(place_of))
    out = frame.reindex(range(len(place_of))) if len(place_of) > len(frame) else frame.copy()
    out["unit"] = pd.array(
        [*frame["unit"].tolist(), *(units.codes[i] for i in list(place_of)[len(frame) :])], dtype=object
    )
    for key in dict.fromkeys(place.key for place, _, _ in late):
        column = out[key[0]] if key[0] in out.columns else pd.Series(np.nan, index=out.index)
        new = {place_of[place.unit]: value for place, value, _ in late if place.key == key}
        out[key[0]] = _column(column, new)
    return out
