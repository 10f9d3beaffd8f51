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


def published_steps(shifted: Array, digits: int) -> Array:
    """Return published points as whole numbers of the last digit, rounded half up; NaN stays.

    The numbers of ``round_half_up(points, digits)``, times ``10 ** digits``.

    Parameters
    ----------
    shifted : array, (n_draws, n_units)
        Points times ``10 ** digits``, plus one half: whoever makes points from a product has both in
        it at no cost. Overwritten.
    digits : int
        Published decimal places.

    Examples
    --------
    >>> published_steps(np.array([[92.274999, 1.005, float("nan")]]) * 100 + 0.5, 2).tolist()
    [[9227.0, 101.0, nan]]
    """
    whole = np.floor(shifted)
    np.subtract(shifted, whole, out=shifted)
    close = _NEAR * max(1.0, abs(np.fmax.reduce(whole, axis=None, initial=-np.inf)))
    lowest = np.fmin.reduce(shifted, axis=None, initial=np.inf)
    highest = np.fmax.reduce(shifted, axis=None, initial=-np.inf)
    if lowest < close or highest > 1.0 - close:
        near = (shifted < close) | (shifted > 1.0 - close)
        power = 10.0**digits
        points = (whole[near] + shifted[near] - 0.5) / power
        whole[near] = np.rint(round_half_up(points, digits) * power)
    return whole


def rank_steps(steps: Array, groups: NDArray[np.intp], *, whole: bool = True) -> Ranks:
    """Return competition ranks of every draw inside each group: 1 = largest, ties share the best.

    Parameters
    ----------
    steps : array, (n_draws, n_units)
        Numbers compared as they are; NaN: not ranked.
    groups : array of int, (n_units,)
        Group of every unit, from 0.
    whole : bool
        They are whole numbers, as from `published_steps`.

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
    ranked = _counted(steps, groups, kind) if whole and steps.size else None
    if ranked is None:
        found = rank(steps, groups) if groups.any() else rank(steps)
        ranked = np.nan_to_num(found, nan=0.0).astype(kind)
    return ranked


def _counted(steps: Array, groups: NDArray[np.intp], kind: type[np.int16 | np.int32]) -> Ranks | None:
    """Rank by counting the units on every step; None where sorting is cheaper."""
    draws, n = steps.shape
    low, high = steps.min(), steps.max()
    kinds = int(groups.max()) + 1
    if not high - low <= _SPREAD * n / kinds:  # NaN and infinities too
        return None
    size = int(high - low) + 1
    first = np.arange(draws) * float(kinds * size) + high  # of each draw, its highest step
    key = (first[:, np.newaxis] - steps).astype(np.intp)
    if kinds > 1:
        key += groups * size
    # one place further on, so that the running total holds those strictly above
    count = np.bincount((key + 1).ravel(), minlength=draws * kinds * size + 1)
    np.cumsum(count, out=count)
    above = count[key]
    above -= count[:: kinds * size][:draws, np.newaxis] if kinds == 1 else _before(count, groups, size, draws)
    above += 1
    ranked: Ranks = above.astype(kind)
    return ranked


def _before(count: NDArray[np.intp], groups: NDArray[np.intp], size: int, draws: int) -> NDArray[np.intp]:
    """Return how many are counted before each unit's group begins."""
    begins = count[:-1].reshape(draws, -1, size)[:, :, 0]
    found: NDArray[np.intp] = begins[:, groups]
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
