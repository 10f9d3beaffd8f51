"""The table ``values`` in long form: a row an entry, with its cell and who answers for it."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from township_eval.errors import Problem
from township_eval.inputs.entries.columns import KeyBook
from township_eval.inputs.entries.faults import (
    infinite,
    more,
    not_as_wanted,
    two_values,
    unknown_unit,
    written,
)
from township_eval.inputs.entries.matrix import Columns, Key
from township_eval.inputs.entries.numbers import numbers
from township_eval.inputs.rows import column_problems, in_order, place, some, with_unit
from township_eval.inputs.tables import TABLES
from township_eval.inputs.texts import distinct_texts
from township_eval.inputs.units import Units
from township_eval.methods.varying import Array

__all__ = ["read_long"]


def read_long(book: KeyBook, units: Units, frame: pd.DataFrame, problems: list[Problem]) -> Columns:
    """Return the columns of a tidy table (unit, indicator, value[, part, cell, ...]).

    Parameters
    ----------
    book : KeyBook
    units : Units
    frame : DataFrame
    problems : list of Problem
        Grows by what is wrong: unknown units and columns, text, infinity, two values for one place.
    """
    frame = with_unit(frame)
    faults = list(column_problems("values", frame, TABLES["values"]))
    problems.extend(faults)
    if any(fault.severity == "error" for fault in faults):
        return Columns(units.n, {}, np.empty((0, units.n)))
    i = _units(frame, units, problems)
    keys, column = _keys(book, frame, problems)
    rows = frame.assign(i=i, column_number=column, row=np.arange(len(frame)))
    kept = (i >= 0) & (column >= 0)
    rows = _settled(rows if kept.all() else rows[kept])
    value = _numbers(book, rows, keys, units, problems)
    matrix = _matrix(rows, keys, value, units, problems)
    numbered = {key: row for row, key in enumerate(keys)}
    return Columns(units.n, numbered, matrix, _cells(rows, keys, value, units.n), rows.drop(columns="row"))


def _settled(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows by unit; where a place has several entries, in an order that only they decide."""
    if rows.duplicated(["i", "column_number"]).any():
        return in_order(rows)
    i = rows["i"].to_numpy()
    return rows if (i[1:] >= i[:-1]).all() else rows.iloc[np.argsort(i, kind="stable")]


def _units(frame: pd.DataFrame, units: Units, problems: list[Problem]) -> NDArray[np.intp]:
    """Return unit positions; each unknown text is reported once, at its first place."""
    i, codes, texts = units.positions(frame["unit"])
    missing = np.flatnonzero(i < 0)
    _, first = np.unique(codes[missing], return_index=True)
    listed, further = some(np.sort(missing[first]))
    for row in listed:
        text = str(texts[codes[row]])
        problems.append(unknown_unit(text, place("values", row, frame, f"unit {text}"), units))
    if further:
        problems.append(more(further, "unit.unknown", "values"))
    return i


def _keys(book: KeyBook, frame: pd.DataFrame, problems: list[Problem]) -> tuple[list[Key], NDArray[np.intp]]:
    """Return the columns that occur, and the place of each row's column among them, -1 for none."""
    names, codes = _names(frame)
    numbered: dict[Key, int] = {}
    found = np.full(len(names), -1, dtype=np.intp)
    for name, (indicator, part) in enumerate(names):
        key = book.key(indicator, part)
        if key is not None:
            found[name] = numbered.setdefault(key, len(numbered))
    column = found[codes]
    missing = np.flatnonzero(column < 0)
    _, first = np.unique(codes[missing], return_index=True)
    for row in sorted(missing[first]):
        label = written(names[codes[row]])
        problems.append(book.unknown(label, place("values", int(row), frame, label)))
    return list(numbered), column


def _names(frame: pd.DataFrame) -> tuple[list[Key], NDArray[np.intp]]:
    """Return the distinct (indicator, part) as written, and each row's place among them."""
    codes, texts = distinct_texts(frame["indicator"])
    codes = codes % len(texts)  # the blank is the last, not -1
    if "part" not in frame.columns:
        return [(str(text), "") for text in texts], codes
    parts, said = distinct_texts(frame["part"])
    pairs, codes = np.unique(codes * len(said) + parts % len(said), return_inverse=True)
    names = [(str(texts[pair // len(said)]), str(said[pair % len(said)])) for pair in pairs]
    return names, codes.reshape(-1)


def _numbers(
    book: KeyBook, rows: pd.DataFrame, keys: list[Key], units: Units, problems: list[Problem]
) -> Array:
    """Return the rows' values; each kind of column is read in its own way."""
    kinds = np.array([book.kind(key) for key in keys], dtype=object)
    column, i = rows["column_number"].to_numpy(), rows["i"].to_numpy()
    value = np.full(len(rows), np.nan)
    for kind in dict.fromkeys(kinds):
        of_kind = np.flatnonzero((kinds == kind)[column])
        value[of_kind], refused = numbers(rows["value"].iloc[of_kind], kind)
        listed, further = some(of_kind[refused])
        for row in listed:
            key = keys[column[row]]
            where = _where(rows, row, key, units)
            problems.append(not_as_wanted(rows["value"].iloc[row], key, kind, where))
        if further:
            problems.append(more(further, f"values.not_a_{kind}", "values"))
    listed, further = some(np.flatnonzero(np.isinf(value)))
    for row in listed:
        key = keys[column[row]]
        problems.append(infinite(key, int(i[row]), _where(rows, row, key, units), units))
    if further:
        problems.append(more(further, "values.infinite", "values"))
    value[np.isinf(value)] = np.nan
    return value


def _matrix(
    rows: pd.DataFrame, keys: list[Key], value: Array, units: Units, problems: list[Problem]
) -> Array:
    """Return (n_columns, n_units); two different values for one place are reported with both places."""
    matrix = np.full(len(keys) * units.n, np.nan)
    filled = np.flatnonzero(~np.isnan(value))
    flat = (rows["column_number"].to_numpy() * units.n + rows["i"].to_numpy())[filled]
    matrix[flat] = value[filled]
    clash = filled[matrix[flat] != value[filled]]
    if len(clash):
        of_unit, of_column = rows["i"].to_numpy(), rows["column_number"].to_numpy()
        last = pd.Series(filled, index=flat).groupby(level=0).last()
        for row in clash:
            i, column = int(of_unit[row]), int(of_column[row])
            other = int(last[column * units.n + i])
            seen = [
                (_where(rows, at, keys[column], units), rows["value"].iloc[at]) for at in (other, int(row))
            ]
            problems.append(two_values(keys[column], units.names[i], seen[0], seen[1]))
    return matrix.reshape(len(keys), units.n)


def _cells(rows: pd.DataFrame, keys: list[Key], value: Array, n: int) -> NDArray[np.object_] | None:
    """Return the cell of every entry, also of blank ones, "" where there is none."""
    if "cell" not in rows.columns:
        return None
    cells = np.full(len(keys) * n, "", dtype=object)
    seen = rows["cell"].to_numpy(dtype=object)
    seen = np.where(pd.isna(seen), "", seen)
    flat = rows["column_number"].to_numpy() * n + rows["i"].to_numpy()
    filled = ~np.isnan(value)
    cells[flat[~filled]] = seen[~filled]
    cells[flat[filled]] = seen[filled]  # afterwards: a reported value wins over a blank beside it
    return cells.reshape(len(keys), n)


def _where(rows: pd.DataFrame, row: int, key: Key, units: Units) -> str:
    detail = f"unit {units.codes[rows['i'].to_numpy()[row]]}, {written(key)}"
    return place("values", row, rows, detail)
