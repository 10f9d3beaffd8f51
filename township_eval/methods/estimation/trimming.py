"""Extreme weights cut to a limit, what is cut given to the others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from township_eval.errors import DataError, Problem
from township_eval.language import Text
from township_eval.methods.varying import Array

__all__ = ["Trimming", "trim_weights"]


@dataclass(frozen=True, eq=False)
class Trimming:
    """Trimmed weights, and how much was moved.

    Attributes
    ----------
    weights : array, (n_persons,)
        None above ``limit``; their sum is the one before.
    limit : float
    n_cut : int
        Weights that stood above the limit.
    n_at_limit : int
        Weights that stand at it now: with those that the share of what was cut has brought there.
    cut : float
        Sum of what was cut.
    share : float
        ``cut`` as a share of the sum of all weights.
    """

    weights: Array
    limit: float
    n_cut: int
    n_at_limit: int
    cut: float
    share: float


def trim_weights(weights: ArrayLike, times_median: float = 3.0) -> Trimming:
    """Return weights of which none is above a multiple of their median, with the same sum.

    Parameters
    ----------
    weights : array_like, (n_persons,)
        Design or calibrated weights, not negative. A weight of 0 takes no part: it stays 0.
    times_median : float
        The limit, in medians of the positive weights as they come.

    Raises
    ------
    ValueError
        A weight is negative or no number, or ``times_median`` is not positive.
    DataError
        The mean weight is above the limit: with the same sum some weight must be.

    Notes
    -----
    What is cut is given in equal parts to the weights below the limit, each up to the limit: what
    ``trimWeights(strict = TRUE)`` of R's package *survey* arrives at by repetition, here in one
    step. Trimming trades bias for variance; standard errors see the second only.

    Examples
    --------
    >>> trimmed = trim_weights([1, 2, 2, 3, 10])
    >>> trimmed.weights.tolist(), trimmed.n_cut, trimmed.cut
    ([2.0, 3.0, 3.0, 4.0, 6.0], 1, 4.0)
    """
    w = np.asarray(weights, dtype=np.float64)
    if not times_median > 0 or not (np.isfinite(w) & (w >= 0)).all():
        msg = "weights must be numbers that are not negative, and the limit a positive number of medians"
        raise ValueError(msg)
    ascending = np.sort(w[w > 0])
    limit = times_median * float(np.median(ascending)) if len(ascending) else 0.0
    above = w > limit
    if not above.any():
        return Trimming(w.copy(), limit, 0, _count(w, limit), 0.0, 0.0)
    total = float(ascending.sum())
    if total > limit * len(ascending):
        raise DataError([_too_low(limit, total / len(ascending), times_median)])
    out = np.where(w > 0, np.minimum(w + _added(ascending, limit), limit), 0.0)
    cut = float((ascending[ascending > limit] - limit).sum())
    return Trimming(out, limit, int(above.sum()), _count(out, limit), cut, cut / total)


def _count(w: Array, limit: float) -> int:
    return int(((w == limit) & (w > 0)).sum())


def _added(ascending: Array, limit: float) -> float:
    """Return what every weight below the limit gets: with it the sum of all is the old one.

    With the k smallest free and the rest at the limit each of the k gets what the rest give up,
    in equal parts; the right k is the largest whose greatest weight stays at or below the limit.
    """
    given = np.cumsum((ascending - limit)[::-1])[::-1][1:]  # by the weights after the k-th
    free = np.arange(1, len(ascending))
    each = given / free
    fits = ascending[:-1] + each <= limit
    return float(each[np.flatnonzero(fits)[-1]]) if fits.any() else 0.0


def _too_low(limit: float, mean: float, times: float) -> Problem:
    return Problem(
        "error",
        "weights.trim",
        "trim",
        Text(
            f"权数上限 {limit:.6g}(中位数的 {times:.6g} 倍)低于平均权数 {mean:.6g},总和无法保持不变",
            f"the limit {limit:.6g} ({times:.6g} medians) is below the mean weight {mean:.6g}: "
            "the sum cannot be kept",
        ),
        Text("提高倍数", "allow more medians"),
    )
