"""One fault is listed once: which absent values follow from a fault that is listed already."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from township_eval.errors import Problem
from township_eval.inputs import NOT_REPORTED
from township_eval.methods.varying import Array
from township_eval.tree.leaves import Status
from township_eval.tree.plan import Positions

__all__ = ["Cells", "explained_gaps", "gaps_of"]

Cells: TypeAlias = "tuple[str, ...] | None"
Gaps: TypeAlias = NDArray[np.bool_]

_OF_A_ROW: Final = frozenset({"unit.unknown", "unit.duplicate", "unit.conflict"})
_OF_A_COLUMN: Final = frozenset(
    {
        "column.unknown", "column.ambiguous", "column.unit", "column.derived",
        "roster.column_missing", "values.column_unknown",
    }
)  # fmt: skip
_OF_A_TABLE: Final = frozenset(
    {"sheet.missing", "table.no_header", "table.ambiguous", "table.column_missing", "table.column_twice"}
)


def gaps_of(values: Array, status: Status) -> Gaps:
    """Return which leaf values are not reported and not carried forward, (n_leaves, n_units)."""
    return np.asarray((status == NOT_REPORTED) & np.isnan(values), dtype=np.bool_)


def explained_gaps(
    gaps: Gaps, cells: Sequence[Cells], problems: Iterable[Problem], silent: Positions
) -> Gaps:
    """Return which gaps need no problem of their own, (n_leaves, n_units).

    A cell that was refused is not also missing; nor are the values of a unit without any, the values
    behind a refused name or a refused header, as long as there are no more of them than refusals, nor
    what nobody reported while a whole file or table could not be read.

    Parameters
    ----------
    gaps : array of bool, (n_leaves, n_units)
        From `gaps_of`.
    cells : sequence, one entry per leaf
        Per unit the cells its value rests on, or None.
    problems : iterable of Problem
        Everything listed so far.
    silent : array of int
        Positions of the units without any value.
    """
    errors = [problem for problem in problems if problem.severity == "error"]
    explained = np.zeros_like(gaps)
    explained[:, silent] = True
    if not errors:
        return explained
    doubted = {cell for problem in errors for cell in problem.where.split("; ")}
    rows = Counter(_sheet(problem.where) for problem in errors if problem.code in _OF_A_ROW)
    for leaf in np.flatnonzero(gaps.any(axis=1)).tolist():
        found = cells[leaf]
        if found is not None and any(found):
            explained[leaf, list(_refused(found, gaps[leaf], doubted))] = True
            nowhere = [at for at in np.flatnonzero(gaps[leaf]) if not found[at]]
            lost = sum(rows[sheet] for sheet in {_sheet(cell) for cell in found if cell}) if rows else 0
            explained[leaf, nowhere] |= len(nowhere) <= lost
            partly = list(_partly(found, gaps[leaf] & ~explained[leaf], set(rows)))
            explained[leaf, partly] |= len(nowhere) + len(partly) <= sum(rows.values())
    rest = gaps & ~explained
    files = {_file(problem.where) for problem in errors if problem.code in _OF_A_TABLE}
    unseen = [
        leaf
        for leaf in np.flatnonzero(rest.any(axis=1)).tolist()
        if not _blanks(cells[leaf], rest[leaf]) or _all_lost(cells[leaf], gaps[leaf], files)
    ]
    if len(unseen) <= _headers(errors):
        explained[unseen] = True
    return explained


def _headers(errors: Iterable[Problem]) -> float:
    """Return how many columns may have been lost; any number with a whole table."""
    lost = 0.0
    for problem in errors:
        whole = problem.code.startswith("file.") or problem.code in _OF_A_TABLE
        lost += np.inf if whole else problem.code in _OF_A_COLUMN
    return lost


def _sheet(place: str) -> str:
    """Return file and sheet of the first cell of a place."""
    return place.split("; ", 1)[0].rpartition("!")[0]


def _partly(cells: tuple[str, ...], gaps: Gaps, named: set[str]) -> Iterator[int]:
    """Yield the gaps with cells, but none in a sheet that all reported units stand in and lost a name.

    A value put together from several sheets (channels of a survey) goes when one of them is lost.
    """
    if not named or not gaps.any():
        return
    others = [_sheets(cell) for cell, gap in zip(cells, gaps, strict=True) if cell and not gap]
    common = named.intersection(*others) if others else set()
    for at in np.flatnonzero(gaps):
        if cells[at] and common - _sheets(cells[at]):
            yield int(at)


def _sheets(place: str) -> set[str]:
    """Return the files and sheets of all cells of a place."""
    return {_sheet(part.partition(" … ")[0]) for part in place.split("; ")}


def _blanks(cells: Cells, gaps: Gaps) -> bool:
    """Return whether any of the gaps is a cell somebody left blank."""
    return cells is not None and any(cells[at] for at in np.flatnonzero(gaps))


def _all_lost(cells: Cells, gaps: Gaps, files: set[str]) -> bool:
    """Return whether no unit has a value, and some table of the file its cells stand in was not read."""
    if not files or cells is None:
        return False
    found = {_file(cell) for cell in cells if cell}
    return not files.isdisjoint(found) and not any(
        cell and not gap for cell, gap in zip(cells, gaps, strict=True)
    )


def _file(place: str) -> str:
    return place.partition("!")[0]


def _refused(cells: tuple[str, ...], gaps: Gaps, doubted: set[str]) -> Iterator[int]:
    for at in np.flatnonzero(gaps):
        if cells[at] and not doubted.isdisjoint(cells[at].split("; ")):
            yield int(at)
