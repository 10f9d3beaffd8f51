"""What a source is asked, what it finds, and the evidence a leaf is scored on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from township_eval.errors import Problem
from township_eval.inputs import Column, Flags, Past, Prepared, is_percent
from township_eval.inputs.rows import place
from township_eval.inputs.status import Statuses
from township_eval.inputs.texts import Texts
from township_eval.language import Text
from township_eval.methods.loadings import Loadings
from township_eval.methods.ratings.persistence import NO_SEVERITIES, Severities
from township_eval.methods.varying import Array
from township_eval.scheme.model import Indicator

__all__ = ["Ask", "Evidence", "Found", "by_unit", "join_cells", "pick_problems"]

_KEPT = ("cell", "source_unit", "document", "reason", "filled_by", "checked_by")


@dataclass(frozen=True, eq=False)
class Evidence:
    """One leaf's values over all units, and how they were obtained.

    Parameters
    ----------
    value : array (n_units,)
        NaN wherever ``status`` is not `REPORTED`.
    status : int8 array (n_units,)
    se, n, df : array (n_units,), optional
        Standard error (0: declared free of sampling error; NaN: none known), number of observations
        behind the value, degrees of freedom.
    unknown : bool array (n_units,), optional
        True where the value has an error that nobody knows: it counts, but gives no certainty.
    loadings : tuple of Loadings
        The errors by what causes them, so that units and leaves that share a cause vary together.
    method : str
        How the value was obtained, e.g. ``"satisfaction counts"``.
    assumption : sequence of Text, optional
        Per unit, what the standard error takes for granted; an empty Text where nothing.
    cells : tuple of str, optional
        Per unit the cells the value rests on, joined by ``"; "``.
    details : DataFrame, optional
        What was reported, one row an entry: unit, column, value, cell, source_unit, document, reason,
        filled_by, checked_by.
    tables : tuple of (name, DataFrame)
        The tables a report prints; those of one name are joined over the leaves.
    problems : tuple of Problem
    refused : bool array (n_units,), optional
        Without a value because of one of the problems; not to be asked for as not reported.
    severities : Severities
        Of raters who can be told again in another period.
    """

    value: Array
    status: Statuses
    se: Array | None = None
    n: Array | None = None
    df: Array | None = None
    unknown: Flags | None = None
    loadings: tuple[Loadings, ...] = ()
    method: str = "measured"
    assumption: tuple[Text, ...] | None = None
    cells: tuple[str, ...] | None = None
    details: pd.DataFrame | None = None
    tables: tuple[tuple[str, pd.DataFrame], ...] = ()
    problems: tuple[Problem, ...] = ()
    refused: Flags | None = None
    severities: Severities = NO_SEVERITIES


@dataclass(frozen=True, eq=False)
class Ask:
    """The question put to a source: this leaf's value for the units that are ``wanted``.

    A source looks at nobody else: what does not apply to a unit is no reason to complain about it.
    """

    prepared: Prepared
    leaf: Indicator
    wanted: Flags
    past: Past | None = None

    @property
    def n_units(self) -> int:
        """Number of units."""
        return self.prepared.units.n

    @property
    def scale(self) -> float:
        """100 where the leaf's unit is percent, else 1: what a share is multiplied by."""
        return 100.0 if is_percent(self.leaf) else 1.0

    def column(self, name: str) -> Column:
        """Return a reported column."""
        return self.prepared.column(name, self.leaf.id)

    def rows(self, table: str) -> pd.DataFrame | None:
        """Return the rows of an evidence table about this leaf and a wanted unit."""
        frame = self.prepared.rows(table, self.leaf.id)
        return None if frame is None else frame[self.wanted[frame["i"].to_numpy()]]

    def where(self, i: int, cells: Texts | None = None) -> str:
        """Return where a user finds one unit's value: its cells, else the unit and the leaf."""
        if cells is not None and cells[i]:
            return str(cells[i])
        return f"unit {self.prepared.units.codes[i]} {self.name(i)}, {self.leaf.id}"

    def name(self, i: int) -> str:
        """Return a unit's name."""
        return self.prepared.units.names[i]

    def each(
        self, code: str, flagged: Flags, what: Text, hint: Text, cells: Texts | None = None
    ) -> Iterator[Problem]:
        """Yield one error for every flagged unit that is wanted; *what* may hold ``{unit}``."""
        for i in np.flatnonzero(flagged & self.wanted):
            said = what.format(unit=self.name(int(i)), leaf=self.leaf.name)
            yield Problem("error", code, self.where(int(i), cells), said, hint)


@dataclass(frozen=True, eq=False)
class Found:
    """A source's answer, before anything is said about statuses.

    Parameters
    ----------
    value : array (n_units,)
        NaN where there is none.
    claimed : bool array, optional
        Where the inputs say that it does not apply; the scheme must allow that.
    excused : bool array, optional
        Where the source itself finds nothing to apply it to (no village of that size).
    se, n, df, unknown, loadings, assumption, cells, details, tables, severities
        As in `Evidence`.
    """

    value: Array
    method: str = "measured"
    claimed: Flags | None = None
    excused: Flags | None = None
    se: Array | None = None
    n: Array | None = None
    df: Array | None = None
    unknown: Flags | None = None
    loadings: tuple[Loadings, ...] = ()
    assumption: tuple[Text, ...] | None = None
    cells: Texts | None = None
    details: pd.DataFrame | None = None
    tables: tuple[tuple[str, pd.DataFrame], ...] = ()
    problems: tuple[Problem, ...] = ()
    severities: Severities = NO_SEVERITIES


def pick_problems(parts: Iterable[Iterable[Problem]]) -> tuple[Problem, ...]:
    """Return the problems of several checks as one tuple."""
    return tuple(problem for part in parts for problem in part)


def details_of(ask: Ask, columns: Iterable[Column], *, always: bool = True) -> pd.DataFrame | None:
    """Return the entries of the columns as tidy rows.

    Parameters
    ----------
    ask : Ask
    columns : iterable of Column
    always : bool
        False: only where a row says more than the value itself, its cell or who reported it.
    """
    frames = [found for column in columns if (found := _entries(ask, column, always=always)) is not None]
    return pd.concat(frames, ignore_index=True) if frames else None


def _entries(ask: Ask, column: Column, *, always: bool) -> pd.DataFrame | None:
    kept = [] if column.rows is None else [name for name in _KEPT if name in column.rows.columns]
    if not (kept or always):
        return None
    codes = np.array(ask.prepared.units.codes, dtype=object)
    if column.rows is None:
        filled = np.flatnonzero(~np.isnan(column.value))
        values = column.value[filled].astype(object)  # one type for all details: floats, dates, words
        return pd.DataFrame({"unit": codes[filled], "column": column.name, "value": values})
    return pd.DataFrame(
        {
            "unit": codes[column.rows["i"].to_numpy()],
            "column": column.name,
            "value": column.rows["value"].to_numpy(dtype=object),
            **{name: column.rows[name].to_numpy(dtype=object) for name in kept},
        }
    )


def evidence_rows(ask: Ask, rows: pd.DataFrame, column: str, value: str) -> pd.DataFrame:
    """Return the rows of an evidence table as tidy entries; ``column`` and ``value`` name its columns."""
    codes = np.array(ask.prepared.units.codes, dtype=object)
    kept = [name for name in _KEPT if name in rows.columns]
    return pd.DataFrame(
        {
            "unit": codes[rows["i"].to_numpy()],
            "column": rows[column].to_numpy(dtype=object) if column in rows.columns else column,
            "value": rows[value].to_numpy(dtype=object),
            **{name: rows[name].to_numpy(dtype=object) for name in kept},
        }
    )


def join_cells(columns: Iterable[Column]) -> Texts | None:
    """Return each unit's cells in several columns, joined by ``"; "``; None when there are none.

    Where entries are absent only their cells are named, for they are what has to be filled in.
    """
    columns = list(columns)
    seen = [column.cells for column in columns if column.cells is not None]
    if not seen:
        return None
    joined = np.empty(len(seen[0]), dtype=object)
    joined[:] = ["; ".join(cell for cell in cells if cell) for cells in zip(*seen, strict=True)]
    absent = np.stack([np.isnan(column.value) & ~column.not_applicable for column in columns])
    for i in np.flatnonzero(absent.any(axis=0)):
        blank = [column for column, none in zip(columns, absent[:, i], strict=True) if none]
        joined[i] = "; ".join(
            column.cells[i] for column in blank if column.cells is not None and column.cells[i]
        )
    return joined


def row_cells(rows: pd.DataFrame, n: int) -> Texts | None:
    """Return each unit's cells over the rows of an evidence table, joined by ``"; "``."""
    if "cell" not in rows.columns:
        return None
    cells: list[list[str]] = [[] for _ in range(n)]
    for i, cell in zip(rows["i"].to_numpy(), rows["cell"], strict=True):
        if isinstance(cell, str) and cell and cell not in cells[i]:
            cells[i].append(cell)
    joined = np.empty(n, dtype=object)
    joined[:] = ["; ".join(found) for found in cells]
    return joined


def row_place(table: str, rows: pd.DataFrame, position: int, column: str = "") -> str:
    """Return where a user finds the row at this position of a table, or what a column says there."""
    return place(table, position, rows, column=column)


def by_unit(i: NDArray[np.intp], amounts: Array, n: int) -> Array:
    """Return the sums of amounts per unit, shape (n_units,).

    Examples
    --------
    >>> by_unit(np.array([0, 2, 0]), np.array([1.0, 5.0, 2.0]), 3).tolist()
    [3.0, 0.0, 5.0]
    """
    return np.bincount(i, weights=amounts, minlength=n).astype(np.float64)
