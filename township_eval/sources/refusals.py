"""One fault is listed once: whose value is absent because rows of its evidence were refused.

A value that is absent for a reason already listed is not also "not reported", and nobody should be asked
to report again what was handed in and only has to be corrected.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
import pandas as pd

from township_eval.errors import Problem
from township_eval.inputs import Flags, columns_read
from township_eval.sources.evidence import Ask, Found

__all__ = ["without_echoes"]

#: Tables that each kind of source rests on.
_TABLES: Final = {
    "satisfaction": ("responses", "satisfaction", "means"),
    "ratings": ("ratings",),
    "reviews": ("reviews",),
}
_ROW: Final = re.compile(r"(\w+)\[(\d+)\]")
_VALUE: Final = re.compile(r"values(?:\[\d+\])? unit (.+), (.+)")
_ADDRESS: Final = re.compile(r"(.+)![A-Z]+(\d+)")
#: Faults that are told once, at the first of all rows that share them.
_TOLD_ONCE: Final = (".channel", ".question", ".calibrate", "_unknown")
#: What only says that a unit has no value, or too little for one, while rows of it were refused.
_ECHOES: Final = frozenset({"satisfaction.no_answers", "satisfaction.no_valid", "ratings.few", "reviews.few"})


def without_echoes(ask: Ask, found: Found) -> tuple[tuple[Problem, ...], Flags]:
    """Return a source's problems without those that repeat another, and whose value was refused.

    Parameters
    ----------
    ask : Ask
    found : Found

    Returns
    -------
    problems : tuple of Problem
        Without a second fault of a cell that could not be read in the first place.
    refused : bool array, (n_units,)
        Units without a value, of which a fault listed here or among the inputs' tells why.
    """
    unread = {one.where for one in ask.prepared.problems if one.code.startswith(("cell.", "formula."))}
    problems = tuple(one for one in found.problems if one.where not in unread)
    refused = np.isnan(found.value) & ask.wanted
    if refused.any():
        errors = [one for one in found.problems if one.severity == "error"]
        rows_refused = refused & _blamed(ask, [one for one in errors if one.code not in _ECHOES])
        refused &= _blamed(ask, errors)
        echoes = {ask.where(int(i)) for i in np.flatnonzero(rows_refused)}
        problems = tuple(one for one in problems if one.code not in _ECHOES or one.where not in echoes)
    return problems, refused


def _blamed(ask: Ask, errors: Sequence[Problem]) -> Flags:
    """Return the units that some fault is about."""
    blamed = np.zeros(ask.n_units, dtype=np.bool_)
    known = {code: i for i, code in enumerate(ask.prepared.units.codes)}
    columns = {ask.leaf.id, *(name for name, _ in columns_read(ask.leaf))}
    for problem in ask.prepared.problems:
        entry = _VALUE.fullmatch(problem.where) if problem.severity == "error" else None
        if entry is not None and entry[1] in known and entry[2] in columns:
            blamed[known[entry[1]]] = True
    frames = dict(_frames(ask))
    if not errors or not frames:
        return blamed
    own = {ask.where(i): i for i in range(ask.n_units)}
    for problem in errors:
        if problem.where in own:
            blamed[own[problem.where]] = True
            continue
        units = _units_at(problem.where, frames)
        if not len(units) or problem.code.endswith(_TOLD_ONCE):  # all that handed anything in may be meant
            units = np.concatenate([frame["i"].to_numpy() for frame in frames.values()])
        blamed[units] = True
    return blamed


def _frames(ask: Ask) -> Iterator[tuple[str, pd.DataFrame]]:
    for table in _TABLES.get(ask.leaf.source.kind, ()):
        rows = ask.rows(table)
        if rows is not None and len(rows):
            yield table, rows


def _units_at(where: str, frames: dict[str, pd.DataFrame]) -> np.ndarray:
    """Return the positions of the units that the row, or the cell, at this place is about."""
    row, cell = _ROW.match(where), _ADDRESS.fullmatch(where)
    found = []
    for table, frame in frames.items():
        hit = np.zeros(len(frame), dtype=np.bool_)
        if row is not None and row[1] == table and "row" in frame.columns:
            hit |= frame["row"].to_numpy() == int(row[2])
        for name in frame.columns:
            if name == "cell" or str(name).endswith("_cell"):
                hit |= (frame[name] == where).to_numpy(dtype=np.bool_, na_value=False)
        if cell is not None and "cell_sheet" in frame.columns:
            at_row = pd.to_numeric(frame["cell_row"]).to_numpy(dtype=np.float64, na_value=np.nan)
            same = (frame["cell_sheet"] == cell[1]).to_numpy(dtype=np.bool_, na_value=False)
            hit |= same & (at_row == int(cell[2]))
        found.append(frame["i"].to_numpy()[hit])
    units: np.ndarray = np.unique(np.concatenate(found))
    return units[units >= 0]
