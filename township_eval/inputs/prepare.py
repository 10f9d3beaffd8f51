"""One period's inputs put in the order of the units, and everything that is wrong with them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from township_eval.errors import Problem
from township_eval.inputs.checks import (
    marks_without_reason,
    mixed_percentages,
    silence,
    silent_units,
    unknown_places,
    unread_events,
)
from township_eval.inputs.entries.columns import KeyBook
from township_eval.inputs.entries.evidence import read_tables
from township_eval.inputs.entries.exceptions import read_not_applicable
from township_eval.inputs.entries.long import read_long
from township_eval.inputs.entries.matrix import Column, Columns
from township_eval.inputs.entries.wide import read_wide
from township_eval.inputs.tables import Inputs
from township_eval.inputs.units import Units, resolve_units
from township_eval.inputs.variants import scheme_variants
from township_eval.language import Text
from township_eval.scheme.model import Scheme

__all__ = ["Prepared", "prepare"]


@dataclass(eq=False)
class Prepared:
    """Inputs that sources can compute with.

    Parameters
    ----------
    scheme : Scheme
        Of the period; classes are not chosen yet.
    units : Units
    columns : Columns
        What the table ``values`` reported, (n_units,) a column.
    tables : dict of str to DataFrame
        The other tables with a column ``i``: the row's unit position, -1 for nobody who is evaluated.
    as_of : date or None
    problems : tuple of Problem
        Those of the reading, of the units and of every table.
    silent : array of int
        Positions of the units without any value; each is one of the problems.
    """

    scheme: Scheme
    units: Units
    columns: Columns
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    as_of: date | None = None
    problems: tuple[Problem, ...] = ()
    silent: NDArray[np.intp] = field(default_factory=lambda: np.empty(0, dtype=np.intp))
    reading: pd.DataFrame | None = None

    @property
    def period(self) -> str:
        """The period evaluated."""
        return self.scheme.period

    @cached_property
    def variants(self) -> tuple[tuple[Scheme, NDArray[np.intp]], ...]:
        """The plain schemes of the period, each with the positions of the units it holds for."""
        return scheme_variants(self.scheme, self.units)

    @property
    def quality(self) -> dict[str, pd.DataFrame]:
        """The table ``quality`` of what reading the files noted; empty without files."""
        return {} if self.reading is None else {"quality": self.reading}

    def column(self, name: str, indicator_id: str = "") -> Column:
        """Return a reported column: a part of the indicator first, then a column of its own."""
        return self.columns.column(name, indicator_id)

    def has_column(self, name: str, indicator_id: str = "") -> bool:
        """Return whether anything was reported, or marked as not applicable, under this name."""
        return bool(self.columns.named(name, indicator_id))

    def rows(self, table: str, leaf_id: str = "") -> pd.DataFrame | None:
        """Return the rows of a table that are about this leaf; rows without ``indicator`` serve all.

        None when the table was not given.
        """
        frame = self.tables.get(table)
        if frame is None or "indicator" not in frame.columns or not leaf_id:
            return frame
        return frame[frame["indicator"].isin(("", leaf_id))]


def prepare(scheme: Scheme, inputs: Inputs) -> Prepared:
    """Return the inputs in the order of the units, with every problem they have; never raises for data.

    Parameters
    ----------
    scheme : Scheme
        As read, or already of ``inputs.period``.
    inputs : Inputs
    """
    scheme = scheme if scheme.period else scheme.for_period(inputs.period)
    units, of_units = resolve_units(scheme, inputs)
    columns, of_values = _read_values(scheme, units, inputs.values)
    of_exceptions = read_not_applicable(scheme, units, inputs.not_applicable, columns)
    tables, of_tables = read_tables(scheme, units, inputs)
    as_of, of_date = _day(inputs.as_of)
    refused = (*inputs.problems, *of_units, *of_values, *of_exceptions, *of_tables)
    silent = silent_units(scheme, units, columns, tables, refused)
    prepared = Prepared(scheme, units, columns, tables, as_of, silent=silent, reading=inputs.reading)
    prepared.problems = (
        *refused,
        *of_date,
        *unknown_places(scheme, units),
        *mixed_percentages(scheme, units, columns),
        *marks_without_reason(scheme, units, columns),
        *unread_events(scheme, tables.get("events")),
        *silence(units, columns, silent),
    )
    return prepared


def _day(given: date | str | None) -> tuple[date | None, tuple[Problem, ...]]:
    if given is None or isinstance(given, date):
        return (given.date() if isinstance(given, datetime) else given), ()
    try:
        return date.fromisoformat(given.strip()), ()
    except ValueError:
        problem = Problem(
            "error",
            "as_of.date",
            "as_of",
            Text(f"“{given}”不是日期", f"{given!r} is not a date"),
            Text("写成 2018-12-31", "write it like 2018-12-31"),
        )
        return None, (problem,)


def _read_values(
    scheme: Scheme, units: Units, frame: pd.DataFrame | None
) -> tuple[Columns, tuple[Problem, ...]]:
    """Return the reported columns; a table with ``indicator`` or ``value`` is long, else wide."""
    if frame is None:
        return Columns(units.n, {}, np.empty((0, units.n))), ()
    problems: list[Problem] = []
    read = read_long if {"indicator", "value"} & set(frame.columns) else read_wide
    return read(KeyBook(scheme), units, frame, problems), tuple(problems)
