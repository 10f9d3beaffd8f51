"""What draws of all scores come to: how often each rank and grade, and scores in order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from township_eval.methods.ranking import rank, round_half_up
from township_eval.methods.varying import Array
from township_eval.rules.grading import grade_places
from township_eval.rules.standing import points_of, ranked_points
from township_eval.scheme.model import Scheme

__all__ = ["Tally", "count_draws", "count_grades", "quantile_of_counts", "quantile_of_draws"]

Counts = NDArray[np.int64]
_CELLS: Final = 1 << 20


class Tally:
    """Counts of ranks, ranks inside the class and grades over draws; the order of draws is of no account.

    Parameters
    ----------
    scheme : Scheme
    groups : sequence of str
        Class of every unit.
    ledger : array (n_units,)
        Adjustments in points.
    limits : array of int (n_units,), optional
        Best grade each unit may have, held in every draw.

    Attributes
    ----------
    ranks, in_group : array of int (n_units, n_units + 1)
        How often a unit had each rank; the first column counts draws without one.
    grades : array of int (n_units, n_grades + 1)
        How often it had each grade, best first; the last column counts draws without one.
    """

    def __init__(
        self,
        scheme: Scheme,
        groups: Sequence[str],
        ledger: Array,
        limits: NDArray[np.intp] | None = None,
    ) -> None:
        self.scheme, self.groups, self.ledger, self.limits = scheme, groups, ledger, limits
        n = len(groups)
        self.ranks: Counts = np.zeros((n, n + 1), dtype=np.int64)
        self.in_group: Counts = np.zeros((n, n + 1), dtype=np.int64)
        self.grades: Counts = np.zeros((n, len(scheme.grades) + 1), dtype=np.int64)

    def add(self, index: Array) -> None:
        """Add draws of the index score (0-100), ``(n_draws, n_units)``."""
        for first in range(0, len(index), max(1, _CELLS // max(1, index.shape[1]))):
            self._add(index[first : first + max(1, _CELLS // max(1, index.shape[1]))])

    def _add(self, index: Array) -> None:
        followed = ranked_points(self.scheme, index, self.ledger)
        count_draws(self.ranks, np.nan_to_num(rank(followed)))
        count_draws(self.in_group, np.nan_to_num(rank(followed, list(self.groups))))
        count_grades(
            self.grades, self.scheme, points_of(self.scheme, index) + self.ledger, self.groups, self.limits
        )


def count_grades(
    counts: Counts,
    scheme: Scheme,
    points: Array,
    groups: Sequence[str],
    limits: NDArray[np.intp] | None = None,
) -> None:
    """Count the grades of drawn adjusted points, ``(n_draws, n_units)``, in place; no grade is the last."""
    adjusted = round_half_up(points, scheme.digits)
    count_draws(counts, grade_places(scheme.grades, adjusted, groups, limits))


def count_draws(counts: Counts, drawn: NDArray[np.generic]) -> None:
    """Count what was drawn, ``(n_draws, n_units)``, in place; -1 is the last column."""
    n, width = counts.shape
    places = drawn.astype(np.int64) % width + np.arange(n) * width
    counts += np.bincount(places.ravel(), minlength=n * width).reshape(n, width)


def quantile_of_counts(counts: Counts, q: float) -> Array:
    """Return the smallest rank that at least the share *q* of the draws does not pass, (n_units,).

    Draws without a rank (first column) are left out; NaN where there is no other.

    Examples
    --------
    >>> quantile_of_counts(np.array([[0, 3, 96, 1]]), 0.025).tolist()
    [1.0]
    """
    there = counts[:, 1:].cumsum(axis=1)
    total = there[:, -1:] if there.shape[1] else np.zeros((len(counts), 1), dtype=np.int64)
    reached = there >= np.maximum(np.ceil(q * total - 1e-9), 1)
    return np.where(total[:, 0] > 0, reached.argmax(axis=1) + 1.0, np.nan)


def quantile_of_draws(ordered: Array, q: float) -> Array:
    """Return the smallest drawn value that at least the share *q* does not pass.

    Parameters
    ----------
    ordered : array (n_draws, ...)
        Sorted along the first axis, NaN last; those are left out.
    """
    there = (~np.isnan(ordered)).sum(axis=0)
    place = np.clip(np.ceil(q * there - 1e-9).astype(np.intp) - 1, 0, len(ordered) - 1)
    found: Array = np.take_along_axis(ordered, place[np.newaxis], axis=0)[0]
    return found
