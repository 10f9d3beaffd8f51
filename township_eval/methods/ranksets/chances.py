"""Chances of ranks and grades if the estimates were the truth up to their errors: a picture, no proof.

``theta_i ~ N(estimate_i, se_i^2)``, independent: the flat-prior plug-in. These are never grounds for
certainty. Of nine tied units one is named "among the last three" with more than 95 % in 7 % of
periods; the rank *sets* of `sets` do not do that. Intervals made from these chances are called
intervals, never sets.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from township_eval.methods.ranking import round_half_up
from township_eval.methods.ranksets.critical.quadrature import normal_density
from township_eval.methods.ranksets.family import Family, family_of
from township_eval.methods.ranksets.pairs import compared
from township_eval.methods.varying import Array

__all__ = [
    "bottom_probability",
    "expected_rank",
    "grade_probabilities",
    "probabilities",
    "rank_interval",
]

_MOST: Final = 200
_REACH: Final = 8.0
_WIDTH: Final = 1.5  # of a panel, in units of the narrowest bend
_MODERATE: Final = 10.0  # ratio of errors up to which equal panels are cheaper
_AROUND: Final = np.array([-8.0, -5.0, -3.0, -1.5, 0.0, 1.5, 3.0, 5.0, 8.0])
_POINTS, _WEIGHTS = np.polynomial.legendre.leggauss(16)


def probabilities(estimates: ArrayLike, ses: ArrayLike, *, exact: ArrayLike | None = None) -> Array:
    """Return ``P(rank = r)`` of every unit, plug-in: not a confidence statement.

    Parameters
    ----------
    estimates, ses : array_like (n,)
        At most 200 units: the work grows with the third power.
    exact : array_like of bool (n,), optional
        Units counted in full, the only ones with an error of 0; ties among them share the best rank.

    Returns
    -------
    array (n, n)
        A row per unit, column ``r - 1`` for rank r. Rows sum to 1; columns do without exact ties.

    Notes
    -----
    Given ``theta_i = x`` the number of units above is Poisson-binomial; its recursion is integrated
    over x by Gauss-Legendre panels. Source of the recursion: Barlow and Heidtmann (1984), *Computing
    k-out-of-n system reliability*, IEEE Transactions on Reliability R-33, 322-323.

    Examples
    --------
    >>> probabilities([80.0, 78.0], [1.5, 2.0]).round(4).tolist()
    [[0.7881, 0.2119], [0.2119, 0.7881]]
    """
    family = family_of(estimates, ses, exact=exact)
    _bound(family.n, family.n)
    out = np.empty((family.n, family.n))
    for i in range(family.n):
        x, weights = _points(family, i)
        out[i] = _counts(_above(family, i, x), family.n) @ weights
    return out


def _bound(n: int, count: int) -> None:
    if n * n * count > _MOST**3:
        msg = f"chances of ranks take {n} x {n} x {count} steps, at most {_MOST} to the third: simulate"
        raise ValueError(msg)


def _points(family: Family, i: int, low: float = -np.inf, high: float = np.inf) -> tuple[Array, Array]:
    """Return points between *low* and *high* and weights of unit i's density."""
    m, s = family.estimates[i], family.ses[i]
    if s == 0:
        return np.array([m]), np.array([float(low <= m < high)])
    least, most = np.clip((np.array([low, high]) - m) / s, -_REACH, _REACH)
    place, size = (family.estimates - m) / s, family.ses / s
    noisy = size > 0
    ratio = max(1.0, 1.0 / size[noisy].min())
    edges = [np.arange(-_REACH, _REACH, _WIDTH / ratio if ratio <= _MODERATE else _WIDTH), place[~noisy]]
    if ratio > _MODERATE:
        narrow = noisy & (size < 1.0)
        edges.append((place[narrow, np.newaxis] + size[narrow, np.newaxis] * _AROUND).ravel())
    inside = np.unique(np.concatenate(edges))
    cuts = np.concatenate([[least], inside[(inside > least) & (inside < most)], [most]])
    half = np.diff(cuts)[:, np.newaxis] / 2.0
    z = (cuts[:-1, np.newaxis] + half * (1.0 + _POINTS)).ravel()
    return m + s * z, (half * _WEIGHTS).ravel() * normal_density(z)


def _above(family: Family, i: int, x: Array, top: float = np.inf) -> Array:
    """Return ``P(x < theta_k < top)`` of all others, (n - 1, n_points)."""
    others = np.delete(np.arange(family.n), i)
    return _exceeds(family, others, x) - (
        _exceeds(family, others, np.array([top])) if np.isfinite(top) else 0.0
    )


def _exceeds(family: Family, units: NDArray[np.intp], x: Array) -> Array:
    m, s = family.estimates[units, np.newaxis], family.ses[units, np.newaxis]
    z = np.divide(m - x, s, out=np.where(m > x, np.inf, -np.inf), where=s > 0)
    return np.asarray(special.ndtr(z), dtype=np.float64)


def _counts(happens: Array, size: int) -> Array:
    """Return the chances of 0, 1 ... *size* - 1 of independent events, (size, n_points)."""
    chance = np.zeros((size, happens.shape[1]))
    chance[0] = 1.0
    for number, p in enumerate(happens, 1):
        end = min(number + 1, size)
        chance[1:end] += p * (chance[: end - 1] - chance[1:end])
        chance[0] *= 1.0 - p
    return chance


def rank_interval(chances: ArrayLike, level: float = 0.95) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the central interval of plug-in ranks: an interval, not a confidence set.

    Parameters
    ----------
    chances : array_like (n, n)
        Of `probabilities`.
    level : float

    Returns
    -------
    lower, upper : array of int (n,)
        The smallest ranks whose cumulated chance reaches ``(1 - level) / 2`` and ``(1 + level) / 2``.
        How often they hold the true rank is not guaranteed.

    Examples
    --------
    >>> [limit.tolist() for limit in rank_interval([[0.97, 0.03], [0.03, 0.97]])]
    [[1, 1], [2, 2]]
    """
    if not 0.0 < level < 1.0:
        msg = f"level lies between 0 and 1, not at {level}"
        raise ValueError(msg)
    total = np.cumsum(np.asarray(chances, dtype=np.float64), axis=1)
    total[:, -1] = 1.0  # whatever the last digit of the sum
    low, high = ((total >= share).argmax(axis=1) + 1 for share in ((1.0 - level) / 2.0, (1.0 + level) / 2.0))
    return low.astype(np.intp), high.astype(np.intp)


def expected_rank(
    estimates: ArrayLike, ses: ArrayLike, *, cov: ArrayLike | None = None, exact: ArrayLike | None = None
) -> Array:
    """Return the plug-in expectation of every unit's rank, (n,).

    Notes
    -----
    ``1 + sum_k Phi((m_k - m_j) / s_jk)``; any covariance.

    Examples
    --------
    >>> expected_rank([80.0, 78.0], [1.5, 2.0]).round(4).tolist()
    [1.2119, 1.7881]
    """
    family = family_of(estimates, ses, cov=cov, exact=exact)
    out = np.ones(family.n)
    for block in compared(family):
        z = np.where(block.live | (block.z != 0), -block.z, -np.inf)  # itself and exact ties are not above
        out[block.rows] += special.ndtr(z).sum(axis=1)
    return out


def bottom_probability(
    estimates: ArrayLike, ses: ArrayLike, k: int, *, exact: ArrayLike | None = None
) -> Array:
    """Return the plug-in chance of being among the last *k*: never grounds for a measure.

    Evidence that a unit is among the last *k* is ``simultaneous(..., side="lower").lower > n - k``.

    Parameters
    ----------
    estimates, ses : array_like (n,)
        As many as keep n x n x k below 200 to the third.
    k : int
        Places, 1 to n.
    exact : array_like of bool (n,), optional

    Returns
    -------
    array (n,)
        ``P(rank > n - k)``.

    Examples
    --------
    >>> bottom_probability([80.0, 78.0], [1.5, 2.0], 1).round(4).tolist()
    [0.2119, 0.7881]
    """
    family = family_of(estimates, ses, exact=exact)
    if not 1 <= k <= family.n:
        msg = f"k lies between 1 and {family.n}, not at {k}"
        raise ValueError(msg)
    _bound(family.n, k)
    out = np.empty(family.n)
    for i in range(family.n):
        x, weights = _points(family, i)
        out[i] = _counts(1.0 - _above(family, i, x), k).sum(axis=0) @ weights
    return out


def grade_probabilities(
    estimates: ArrayLike,
    ses: ArrayLike,
    cuts: Sequence[float],
    *,
    places: Sequence[ArrayLike | None] | None = None,
    groups: ArrayLike | None = None,
    digits: int | None = None,
    exact: ArrayLike | None = None,
) -> Array:
    """Return the plug-in chance of every grade.

    Parameters
    ----------
    estimates, ses : array_like (n,)
    cuts : sequence of float
        Cut points, best grade first, falling.
    places : sequence, optional
        Places of each grade: None (no limit), a number, or one for each unit (n,), that of its class. Only
        one grade may have a limit, not the last one; simulate other schemes.
    groups : array_like (n,), optional
        Classes that share the places; all units compete without.
    digits : int, optional
        Decimals the scores are rounded to before they are compared with the cuts and with each other: each
        cut is shifted by half a unit of the last one, and so is what a rival must reach to tie. Good where a
        unit of the last decimal is small beside the errors, a fourth of them at most; else simulate.
    exact : array_like of bool (n,), optional

    Returns
    -------
    array (n_grades, n)
        What a column lacks to 1 is the chance of falling below the last cut.

    Notes
    -----
    A unit gets the limited grade if it lies in the grade's band and fewer than its places are taken by
    class members between it and the band's top; who finds no place gets the next grade. Those who tie
    after rounding and do not all find a place have none: a rival counts from the lower edge of the unit's
    rounded score, half of the last decimal below it on average.

    Examples
    --------
    >>> grade_probabilities([91.0, 90.0], [1.0, 1.0], [90, 80], places=[1, None]).round(3).tolist()
    [[0.71, 0.211], [0.29, 0.789]]
    """
    family = family_of(estimates, ses, exact=exact, groups=groups)
    if digits is not None:
        rounded = round_half_up(family.estimates, max(digits, 0))
        family = replace(family, estimates=np.where(family.ses == 0, rounded, family.estimates))
    limits = [None] * len(cuts) if places is None else list(places)
    limited = [number for number, limit in enumerate(limits) if limit is not None]
    _check_grades(cuts, limits, limited, digits)
    edges = np.array([np.inf, *cuts], dtype=np.float64)
    half = 0.0 if digits is None else 0.5 * 10.0**-digits
    edges[1:] -= half
    reached = np.array([_reaches(family, edge) for edge in edges])
    bands = np.diff(reached, axis=0)
    if limited:
        grade = limited[0]
        taken = np.broadcast_to(np.asarray(limits[grade]), (family.n,)).astype(np.intp)
        admitted = _admitted(family, taken, edges[grade + 1], edges[grade], half)
        bands[grade + 1] += bands[grade] - admitted
        bands[grade] = admitted
    return np.asarray(np.clip(bands, 0.0, 1.0), dtype=np.float64)


def _check_grades(
    cuts: Sequence[float], limits: Sequence[object], limited: list[int], digits: int | None
) -> None:
    faults = []
    if not len(cuts) or np.isnan(cuts).any() or (np.diff(cuts) >= 0).any():
        faults.append(f"cuts are one or more falling numbers, best grade first, not {list(cuts)}")
    if len(limits) != len(cuts):
        faults.append(f"places must have one entry for each of {len(cuts)} grades, not {len(limits)}")
    if len(limited) > 1 or (limited and limited[0] == len(cuts) - 1):
        faults.append("one grade that is not the last may have places here: simulate other schemes")
    if digits is not None and digits < 0:
        faults.append(f"digits must not be negative, as {digits} is")
    if faults:
        raise ValueError("; ".join(faults))


def _reaches(family: Family, edge: float) -> Array:
    """Return ``P(theta >= edge)``, (n,)."""
    gap = family.estimates - edge
    z = np.divide(gap, family.ses, out=np.where(gap >= 0, np.inf, -np.inf), where=family.ses > 0)
    return np.asarray(special.ndtr(z), dtype=np.float64)


def _admitted(family: Family, places: NDArray[np.intp], low: float, high: float, half: float) -> Array:
    """Return the chance of a place in the band between *low* and *high*, (n,)."""
    out = np.zeros(family.n)
    for units, part in family.parts():
        _bound(part.n, int(min(places[units].max(), part.n)))
        for i, unit in enumerate(units):
            x, weights = _points(part, i, low, high)
            size = int(min(places[unit], part.n))
            if size > 0:
                rivals = _above(part, i, np.maximum(x - half, low), high)
                out[unit] = _counts(rivals, size).sum(axis=0) @ weights
    return out
