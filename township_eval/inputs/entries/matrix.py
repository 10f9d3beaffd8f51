"""The reported columns of one period as one matrix, with the cells and rows they came from."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from township_eval.inputs.status import Flags
from township_eval.inputs.texts import Texts
from township_eval.methods.varying import Array

__all__ = ["Claim", "Column", "Columns", "Key"]

#: (indicator, part): part is "" for a column that stands on its own.
Key: TypeAlias = tuple[str, str]

_ROW: Final = "column_number"


@dataclass(frozen=True, eq=False)
class Column:
    """One column over all units.

    Parameters
    ----------
    value : array (n_units,)
        As reported; NaN where nothing was. Dates are ordinals of days, yes is 1.
    not_applicable : bool array (n_units,)
        Where the inputs say that it does not apply.
    cells : array (n_units,) of text, or None
        ``file!sheet!address``, "" where nothing was reported; None without cells.
    rows : DataFrame or None
        The tidy rows with a column ``i`` (unit position) when the values came in long form.
    """

    name: str
    value: Array
    not_applicable: Flags
    cells: Texts | None = None
    rows: pd.DataFrame | None = None

    @property
    def cell(self) -> tuple[str, ...] | None:
        """The cells as a tuple."""
        return None if self.cells is None else tuple(self.cells)


@dataclass(frozen=True, slots=True)
class Claim:
    """An entry that says "does not apply": its place, and what else its row says (reason, cell, ...)."""

    where: str
    said: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, eq=False)
class Columns:
    """All columns that were reported: ``matrix`` is (n_columns, n_units), a row for each key.

    Parameters
    ----------
    n : int
        Number of units.
    keys : dict of Key to int
        Row of each column in ``matrix``.
    matrix : array (n_columns, n_units)
    cells : array (n_columns, n_units) of text, or None
    long : DataFrame or None
        The tidy rows with ``i`` and ``column_number``.
    not_applicable : dict of Key to bool array (n_units,)
    claims : dict of Key to dict of unit position to Claim
        Where, and why, the inputs say that something does not apply.
    """

    n: int
    keys: dict[Key, int]
    matrix: Array = field(repr=False)
    cells: NDArray[np.object_] | None = field(default=None, repr=False)
    long: pd.DataFrame | None = field(default=None, repr=False)
    not_applicable: dict[Key, Flags] = field(default_factory=dict, repr=False)
    claims: dict[Key, dict[int, Claim]] = field(default_factory=dict, repr=False)

    def named(self, name: str, leaf_id: str = "") -> tuple[Key, ...]:
        """Return the keys reported under a name: a part of the leaf first, then a column of its own."""
        keys = ((leaf_id, name), (name, "")) if leaf_id else ((name, ""),)
        return tuple(key for key in keys if key in self.keys or key in self.not_applicable)

    def column(self, name: str, leaf_id: str = "") -> Column:
        """Return one column; all NaN when nothing of this name was reported.

        A unit's part of the leaf comes before the column of the same name.
        """
        keys = self.named(name, leaf_id)
        if not keys:
            return Column(name, np.full(self.n, np.nan), np.zeros(self.n, dtype=np.bool_))
        first, *second = (self._one(key) for key in keys)
        return _either(first, second[0]) if second else first

    def _one(self, key: Key) -> Column:
        name = key[1] or key[0]
        refused = self.not_applicable.get(key, np.zeros(self.n, dtype=np.bool_))
        row = self.keys.get(key)
        if row is None:
            return Column(name, np.full(self.n, np.nan), refused)
        cells = None if self.cells is None else self.cells[row]
        return Column(name, self.matrix[row], refused, cells, self._rows(row))

    def reported(self) -> Flags:
        """Return which units have a value in any column, shape (n_units,)."""
        found = np.zeros(self.n, dtype=np.bool_)
        for row in self.matrix:  # row by row: a mask of the whole matrix would be as large as it is slow
            found |= ~np.isnan(row)
        return found

    def _rows(self, row: int) -> pd.DataFrame | None:
        if self.long is None:
            return None
        frame, starts = self._sorted
        return frame.iloc[starts[row] : starts[row + 1]]

    @cached_property
    def _sorted(self) -> tuple[pd.DataFrame, NDArray[np.intp]]:
        """The tidy rows ordered by column, and where each column starts; made when first asked for."""
        long = self.long if self.long is not None else pd.DataFrame({_ROW: []})
        numbers = long[_ROW].to_numpy()
        order = np.argsort(numbers, kind="stable")
        starts = np.searchsorted(numbers[order], np.arange(len(self.keys) + 1))
        return long.iloc[order].drop(columns=_ROW), starts


def _either(part: Column, column: Column) -> Column:
    """Return the part where it was reported, else the column."""
    own = ~np.isnan(part.value) | part.not_applicable
    cells = None
    if part.cells is not None and column.cells is not None:
        cells = np.where(own, part.cells, column.cells)
    rows = [found for found in (part.rows, column.rows) if found is not None]
    return Column(
        part.name,
        np.where(own, part.value, column.value),
        np.where(own, part.not_applicable, column.not_applicable),
        cells,
        pd.concat(rows) if rows else None,
    )
