"""The table ``values`` in wide form: a row a unit, a column an indicator.

The form of large inputs, so a frame of plain floats in the units' order is copied once, into the
order the scoring needs, and nothing is done entry by entry.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from township_eval.errors import Problem
from township_eval.inputs.entries.columns import KeyBook
from township_eval.inputs.entries.faults import (
    column_twice,
    infinite,
    more,
    not_as_wanted,
    unit_twice,
    unknown_unit,
    written,
)
from township_eval.inputs.entries.matrix import Columns, Key
from township_eval.inputs.entries.numbers import numbers
from township_eval.inputs.rows import some
from township_eval.inputs.texts import text_of
from township_eval.inputs.units import Units
from township_eval.methods.varying import Array

__all__ = ["read_wide"]


def read_wide(book: KeyBook, units: Units, frame: pd.DataFrame, problems: list[Problem]) -> Columns:
    """Return the columns of a wide table (units in the index or in the column ``unit``).

    Parameters
    ----------
    book : KeyBook
    units : Units
    frame : DataFrame
    problems : list of Problem
        Grows by what is wrong: unknown units and columns, repeated ones, text, infinity.
    """
    if list(frame.columns).count("unit") > 1:
        problems.append(column_twice("unit"))
        return Columns(units.n, {}, np.empty((0, units.n)))
    if "unit" in frame.columns:
        frame = frame.set_index("unit")
    i = _rows(frame.index, units, problems)
    chosen = _columns(book, frame.columns, problems)
    keys = list(chosen)
    if _ready(book, frame, chosen, i, units.n):
        matrix = np.ascontiguousarray(frame.to_numpy().T)
    else:
        matrix = _converted(book, frame, chosen, i, units, problems)
    matrix = _finite(matrix, keys, units, problems)
    return Columns(units.n, {key: row for row, key in enumerate(keys)}, matrix)


def _rows(labels: pd.Index, units: Units, problems: list[Problem]) -> NDArray[np.intp]:
    """Return unit positions, -1 for rows that are left out: unknown units and repeated ones."""
    i, codes, texts = units.positions(labels)
    listed, further = some(np.flatnonzero(i < 0))
    problems.extend(unknown_unit(str(texts[codes[row]]), f"values[{row}]", units) for row in listed)
    if further:
        problems.append(more(further, "unit.unknown", "values"))
    known = np.flatnonzero(i >= 0)
    _, first = np.unique(i[known], return_index=True)
    repeated = np.setdiff1d(known, known[first])
    problems.extend(
        unit_twice(units.codes[i[row]], f"values[{row}] unit {text_of(labels[row])}") for row in repeated
    )
    i[repeated] = -1
    return i


def _columns(book: KeyBook, labels: pd.Index, problems: list[Problem]) -> dict[Key, int]:
    """Return the frame's column of every key, in the frame's order."""
    chosen: dict[Key, int] = {}
    for column, label in enumerate(labels):
        text = text_of(label)
        key = book.key(text)
        if key is None:
            problems.append(book.unknown(text, f"values.{text}"))
        elif key in chosen:
            problems.append(column_twice(text))
        else:
            chosen[key] = column
    return chosen


def _ready(book: KeyBook, frame: pd.DataFrame, chosen: dict[Key, int], i: NDArray[np.intp], n: int) -> bool:
    """Return whether the frame's block of floats is the matrix as it stands."""
    return (
        len(chosen) == len(frame.columns)
        and len(i) == n
        and bool((i == np.arange(n)).all())
        and all(dtype == np.float64 for dtype in frame.dtypes)
        and all(book.kind(key) != "date" for key in chosen)
    )


def _converted(
    book: KeyBook,
    frame: pd.DataFrame,
    chosen: dict[Key, int],
    i: NDArray[np.intp],
    units: Units,
    problems: list[Problem],
) -> Array:
    """Return the matrix (n_columns, n_units), column by column."""
    matrix = np.full((len(chosen), units.n), np.nan)
    kept = np.flatnonzero(i >= 0)
    for row, (key, column) in enumerate(chosen.items()):
        entries = frame.iloc[:, column]
        value, refused = numbers(entries, book.kind(key))
        matrix[row, i[kept]] = value[kept]
        listed, further = some(np.flatnonzero(refused & (i >= 0)))
        for bad in listed:
            where = f"values unit {units.codes[i[bad]]}, {written(key)}"
            problems.append(not_as_wanted(entries.iloc[bad], key, book.kind(key), where))
        if further:
            problems.append(more(further, f"values.not_a_{book.kind(key)}", f"values.{written(key)}"))
    return matrix


def _finite(matrix: Array, keys: list[Key], units: Units, problems: list[Problem]) -> Array:
    """Return the matrix with infinity taken out and reported."""
    faulty = [row for row in range(len(keys)) if np.isinf(matrix[row]).any()]
    if faulty and not matrix.flags.owndata:
        matrix = matrix.copy()  # it may still be the caller's own
    for row in faulty:
        places = np.flatnonzero(np.isinf(matrix[row]))
        matrix[row, places] = np.nan
        listed, further = some(places)
        for i in listed:
            where = f"values unit {units.codes[i]}, {written(keys[row])}"
            problems.append(infinite(keys[row], i, where, units))
        if further:
            problems.append(more(further, "values.infinite", f"values.{written(keys[row])}"))
    return matrix
