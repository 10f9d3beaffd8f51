"""The additive table of a survey: everything an estimate and its error need, a row per cluster.

Sums of weights and answers can be added in any order and by any engine; with whole-number weights
and answers they are exact, so that every way of adding gives the same bits.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from township_eval.methods.estimation.rows import row_codes
from township_eval.methods.varying import Array

__all__ = ["KEYS", "PLAUSIBLE", "Sums", "tabulate"]

Positions: TypeAlias = NDArray[np.intp]
Counts: TypeAlias = NDArray[np.int64]

KEYS: Final = ("domain", "stratum", "cluster", "item", "cell")
#: Positive weights beyond these are slips of the pen, and their squares no numbers any more.
PLAUSIBLE: Final = (1e-100, 1e100)
_CHUNK: Final = 1 << 17  # answers at a time: temporary arrays stay in the cache of the processor


@dataclass(frozen=True, eq=False)
class Sums:
    """Sums of a survey per domain x stratum x cluster x item x calibration cell.

    Attributes
    ----------
    domain, stratum, cluster, item, cell : array of int, (n_rows,)
        Positions from 0; rows are sorted by them, and none stands twice. A cluster has one number
        over all strata. Combinations nobody answered for have no row.
    n, missing : array of int, (n_rows,)
        Valid and missing answers (persons, not weights).
    w, wy, wy2, w2, w2y, w2y2 : array, (n_rows,)
        Sums of ``w``, ``w y``, ``w y^2``, ``w^2``, ``w^2 y``, ``w^2 y^2`` over the valid answers.
    w_missing, w2_missing : array, (n_rows,)
        Sums of ``w`` and ``w^2`` over the missing answers; calibration weighs them too.
    answers : array of int, (n_rows, n_answers), optional
        How often each answer was given.
    persons : bool
        No clusters were drawn: every person is a sampling unit of his own (``cluster`` is 0).

    Examples
    --------
    >>> sums = tabulate([100.0, 30.0, 80.0], weights=[2, 1, 1], domain=[0, 0, 1], cluster=[0, 0, 1])
    >>> sums.w.tolist(), sums.wy.tolist()
    ([3.0, 1.0], [230.0, 80.0])
    """

    domain: Positions
    stratum: Positions
    cluster: Positions
    item: Positions
    cell: Positions
    n: Counts
    missing: Counts
    w: Array
    wy: Array
    wy2: Array
    w2: Array
    w2y: Array
    w2y2: Array
    w_missing: Array
    w2_missing: Array
    answers: Counts | None = None
    persons: bool = False

    def __len__(self) -> int:
        return len(self.n)

    @staticmethod
    def merged(tables: Iterable[Sums]) -> Sums:
        """Return the table of all answers of several tables, chunks of one survey or engines' parts.

        Raises
        ------
        ValueError
            There is no table, or some of them have clusters (or answers) and others none.

        Examples
        --------
        >>> first = tabulate([1.0], domain=[0], cluster=[0])
        >>> Sums.merged([first, first]).n.tolist()
        [2]
        """
        tables = tuple(tables)
        if len({(table.persons, table.answers is None) for table in tables}) != 1:
            msg = "tables to be merged need the same sampling units, and all of them answers or none"
            raise ValueError(msg)
        widest = max(0 if table.answers is None else table.answers.shape[1] for table in tables)
        tables = tuple(_widened(table, widest) for table in tables)
        parts = [dict(table._columns()) for table in tables]  # noqa: SLF001  the same class
        columns: dict[str, Any] = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
        return _added_up(columns, persons=tables[0].persons)

    def without(self, *keys: str) -> Sums:
        """Return the table added up over some keys, which become 0.

        Examples
        --------
        >>> tabulate([1.0, 2.0], domain=[0, 1]).without("domain").wy.tolist()
        [3.0]
        """
        columns = dict(self._columns())
        columns.update({key: np.zeros(len(self), dtype=np.intp) for key in keys})
        return _added_up(columns, persons=self.persons)

    def scaled(self, factor: Array) -> Sums:
        """Return the table with every row's weights multiplied by a factor, (n_rows,).

        Examples
        --------
        >>> tabulate([3.0, 5.0], domain=[0, 1]).scaled(np.array([2.0, 1.0])).w2y.tolist()
        [12.0, 5.0]
        """
        first = {name: getattr(self, name) * factor for name in ("w", "wy", "wy2", "w_missing")}
        second = {name: getattr(self, name) * factor**2 for name in ("w2", "w2y", "w2y2", "w2_missing")}
        return replace(self, **first, **second)

    def of_item(self, item: int) -> Sums:
        """Return the table of one item. Clusters asked only about other items keep an empty row.

        Examples
        --------
        >>> sums = tabulate([1.0, 2.0, 3.0], item=[0, 0, 1], cluster=[0, 1, 0])
        >>> sums.of_item(1).n.tolist(), sums.of_item(1).cluster.tolist()
        ([1, 0], [0, 1])
        """
        asked = self.item == item
        sampled, first = np.unique(self.cluster, return_index=True)
        others = first[~np.isin(sampled, self.cluster[asked])]
        columns = {name: np.concatenate([column[asked], column[others]]) for name, column in self._columns()}
        for name in set(columns) - set(KEYS):
            columns[name][int(asked.sum()) :] = 0
        columns["item"] = np.full(len(columns["n"]), item, dtype=np.intp)
        order = np.lexsort([columns[key] for key in reversed(KEYS)])
        return Sums(**{name: column[order] for name, column in columns.items()}, persons=self.persons)

    def where(self, rows: NDArray[np.bool_]) -> Sums:
        """Return some of the rows."""
        columns: dict[str, Any] = {name: column[rows] for name, column in self._columns()}
        return replace(self, **columns)

    def _columns(self) -> list[tuple[str, NDArray[Any]]]:
        """Return the columns the table has, by name."""
        return [
            (field.name, getattr(self, field.name))
            for field in fields(self)
            if isinstance(getattr(self, field.name), np.ndarray)
        ]


def tabulate(
    y: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    domain: ArrayLike | None = None,
    stratum: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
    item: ArrayLike | None = None,
    cell: ArrayLike | None = None,
    answers: ArrayLike | None = None,
) -> Sums:
    """Add a survey's answers up.

    Parameters
    ----------
    y : array_like, (n_persons,)
        Answers as numbers; NaN is missing. Its cluster still has a row: it was sampled.
    weights : array_like, (n_persons,), optional
        Design weights, 1 without.
    domain, stratum, cluster, item, cell : array_like of int, (n_persons,), optional
        Positions from 0; everybody is at 0 without. Clusters are numbered over all strata; without
        them every person is a sampling unit of his own.
    answers : array_like of int, (n_persons,), optional
        Which answer was given, from 0, for the histogram; -1 counts nowhere.

    Returns
    -------
    Sums

    Raises
    ------
    ValueError
        Lengths differ, or a position is negative.

    Notes
    -----
    Nothing is sorted but the finished table, and temporary arrays have the size of a chunk.

    Examples
    --------
    >>> sums = tabulate([80.0, float("nan"), 30.0], stratum=[0, 0, 1], cluster=[0, 0, 1])
    >>> sums.n.tolist(), sums.missing.tolist(), sums.wy2.tolist()
    ([1, 1], [1, 0], [6400.0, 900.0])
    """
    value = np.asarray(y, dtype=np.float64)
    given = {"stratum": stratum, "cluster": cluster, "domain": domain, "item": item, "cell": cell}
    codes, keys = row_codes(given, len(value))
    n_rows = len(keys["domain"])
    weight = None if weights is None else _as_long_as(value, np.asarray(weights), "weights")
    columns: dict[str, Any] = {**keys, **_sums(codes, value, weight, n_rows)}
    if answers is not None:
        columns["answers"] = _histogram(codes, _as_long_as(value, np.asarray(answers), "answers"), n_rows)
    return _added_up(columns, persons=cluster is None)


def _as_long_as(value: Array, other: NDArray[Any], name: str) -> NDArray[Any]:
    if other.shape != value.shape:
        msg = f"{name} has the shape {other.shape}, the answers {value.shape}"
        raise ValueError(msg)
    return other


def _sums(codes: NDArray[Any], value: Array, weight: NDArray[Any] | None, n_rows: int) -> dict[str, Any]:
    """Return the columns of sums, one pass over the answers."""
    out: dict[str, Any] = {name: np.zeros(n_rows) for name in _SUMMED}
    out |= {"n": np.zeros(n_rows, dtype=np.int64), "missing": np.zeros(n_rows, dtype=np.int64)}
    step = max(_CHUNK, 4 * n_rows)
    for start in range(0, len(value), step):
        part = slice(start, start + step)
        row, y = codes[part], value[part]
        w = None if weight is None else weight[part].astype(np.float64, copy=False)
        blank = np.isnan(y)
        if blank.any():
            _add_missing(out, row[blank], None if w is None else w[blank])
            row, y, w = row[~blank], y[~blank], None if w is None else w[~blank]
        _add_valid(out, row, y, w)
    return out


_SUMMED: Final = ("w", "wy", "wy2", "w2", "w2y", "w2y2", "w_missing", "w2_missing")


def _add_missing(out: dict[str, Any], row: NDArray[Any], w: Array | None) -> None:
    size = len(out["n"])
    count = np.bincount(row, minlength=size)
    out["missing"] += count
    out["w_missing"] += count if w is None else np.bincount(row, weights=w, minlength=size)
    out["w2_missing"] += count if w is None else np.bincount(row, weights=w * w, minlength=size)


def _add_valid(out: dict[str, Any], row: NDArray[Any], y: Array, w: Array | None) -> None:
    size = len(out["n"])
    count = np.bincount(row, minlength=size)
    out["n"] += count
    ones = w is None
    weighted = y if w is None else w * y
    terms = {"wy": weighted, "wy2": weighted * y}
    if w is not None:
        terms |= {"w": w, "w2": w * w, "w2y": w * weighted, "w2y2": weighted * weighted}
    added = {name: np.bincount(row, weights=term, minlength=size) for name, term in terms.items()}
    if ones:
        added |= {"w": count, "w2": count, "w2y": added["wy"], "w2y2": added["wy2"]}
    for name, total in added.items():
        out[name] += total


def _histogram(codes: NDArray[Any], answers: NDArray[Any], n_rows: int) -> Counts:
    n_answers = int(answers.max(initial=-1)) + 1
    given = answers >= 0
    place = codes[given].astype(np.intp) * n_answers + answers[given]
    return np.bincount(place, minlength=n_rows * n_answers).reshape(n_rows, n_answers)


def _widened(table: Sums, n_answers: int) -> Sums:
    if table.answers is None:
        return table
    lacking = n_answers - table.answers.shape[1]
    return replace(table, answers=np.pad(table.answers, ((0, 0), (0, lacking))))


def _added_up(columns: dict[str, Any], *, persons: bool) -> Sums:
    """Return a table with one row per key, in order, without rows nobody stands behind."""
    kept = columns["n"] + columns["missing"] > 0
    columns = {name: column[kept] for name, column in columns.items()}
    order = np.lexsort([columns[key] for key in reversed(KEYS)])
    columns = {name: column[order] for name, column in columns.items()}
    fresh = np.zeros(len(order), dtype=bool)
    fresh[:1] = True
    for key in KEYS:
        fresh[1:] |= columns[key][1:] != columns[key][:-1]
    starts = np.flatnonzero(fresh)
    if len(starts) < len(order):
        columns = {
            name: column[starts] if name in KEYS else np.add.reduceat(column, starts, axis=0)
            for name, column in columns.items()
        }
    return Sums(**columns, persons=persons)
