"""Ranks of many draws at once, and what they come to for each unit.

Scores are rounded half up to the published digits first, so that float noise never decides an order
and nothing depends on how many draws are multiplied at once. Rounded scores are whole numbers of
steps; counting the units on each step gives the ranks without sorting.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from township_eval.methods.ranking import rank, round_half_up
from township_eval.methods.varying import Array

__all__ = ["Ranks", "published_steps", "rank_steps", "sorted_by_unit", "sorted_quantile", "whole_type"]

Ranks = NDArray[np.signedinteger[Any]]

_NEAR: Final = 1e-13  # wider than `round_half_up`'s own: what is near a tie goes through it
_SPREAD: Final = 8  # counting pays while the steps are at most so many times the units
_SMALL: Final = np.iinfo(np.int16).max


def whole_type(n_units: int) -> type[np.int16 | np.int32]:
    """Return the smallest type that holds the ranks of so many units."""
    return np.int16 if n_units <= _SMALL else np.int32


def published_steps(points: Array, digits: int) -> Array:
    """Return points as whole numbers of the last published digit, rounded half up; NaN stays.

    The numbers of ``round_half_up(points, digits)``, times ``10 ** digits``.

    Parameters
    ----------
    points : array, (n_draws, n_units)
        Composite points.
    digits : int
        Published decimal places.

    Examples
    --------
    >>> published_steps(np.array([[92.274999, 1.005, float("nan")]]), 2).tolist()
    [[9227.0, 101.0, nan]]
    """
    power = 10.0**digits
    apart = points * power
    whole = np.rint(apart)
    np.subtract(apart, whole, out=apart)
    np.abs(apart, out=apart)
    largest = float(np.fmax.reduce(np.abs(whole), axis=None, initial=1.0))
    near = apart >= 0.5 - _NEAR * largest
    if near.any():
        whole[near] = np.rint(round_half_up(points[near], digits) * power)
    return whole


def rank_steps(steps: Array, groups: NDArray[np.intp]) -> Ranks:
    """Return competition ranks of every draw inside each group: 1 = largest, ties share the best.

    Parameters
    ----------
    steps : array, (n_draws, n_units)
        Whole numbers, as from `published_steps` (or any numbers to be compared as they are); NaN: not
        ranked.
    groups : array of int, (n_units,)
        Group of every unit, from 0.

    Returns
    -------
    array of int, (n_draws, n_units)
        0 where there is no rank.

    Examples
    --------
    >>> rank_steps(np.array([[9227.0, 9500.0, 9227.0, 60.0, float("nan")]]), np.zeros(5, int)).tolist()
    [[2, 1, 2, 4, 0]]
    """
    kind = whole_type(steps.shape[-1])
    ranked = _counted(steps, groups)
    if ranked is None:
        several = groups.any()
        found = rank(steps, groups) if several else rank(steps)
        return np.nan_to_num(found, nan=0.0).astype(kind)
    return ranked.astype(kind)


def _counted(steps: Array, groups: NDArray[np.intp]) -> NDArray[np.intp] | None:
    """Rank by counting the units on every step; None where sorting is cheaper or steps are not whole."""
    draws, n = steps.shape
    low, high = steps.min(initial=np.inf), steps.max(initial=-np.inf)
    kinds = int(groups.max(initial=0)) + 1
    if not high - low <= _SPREAD * n / kinds:  # NaN and infinities too
        return None
    size = int(high - low) + 1
    key = (high - steps).astype(np.intp)
    if (key != high - steps).any():
        return None
    key += groups * size
    key += (np.arange(draws) * (size * kinds))[:, np.newaxis]
    count = np.bincount(key.ravel(), minlength=draws * kinds * size).reshape(draws * kinds, size)
    better = np.cumsum(count, axis=1)
    better -= count
    better += 1
    found: NDArray[np.intp] = better.ravel()[key]
    return found


def sorted_by_unit(ranks: Ranks) -> Ranks:
    """Return the ranks of each unit in ascending order, ``(n_units, n_draws)``.

    Parameters
    ----------
    ranks : array of int, (n_draws, n_units)
    """
    turned = np.ascontiguousarray(ranks.T)
    turned.sort(axis=1, kind="stable")  # of whole numbers a radix sort
    return turned


def sorted_quantile(ordered: Ranks, share: float) -> Array:
    """Return a quantile of every row, linear between neighbors; NaN for rows with a draw without a rank.

    Parameters
    ----------
    ordered : array of int, (n_units, n_draws)
        From `sorted_by_unit`.
    share : float
        0 to 1.

    Notes
    -----
    Source: type 7 of Hyndman and Fan, The American Statistician 50 (1996).

    Examples
    --------
    >>> sorted_quantile(np.array([[1, 2, 4], [0, 3, 3]]), 0.75).tolist()
    [3.0, nan]
    """
    place = share * (ordered.shape[1] - 1)
    below = int(place)
    above = min(below + 1, ordered.shape[1] - 1)
    lower, upper = ordered[:, below].astype(np.float64), ordered[:, above].astype(np.float64)
    found: Array = lower + (place - below) * (upper - lower)
    return np.where(ordered[:, 0] > 0, found, np.nan)
