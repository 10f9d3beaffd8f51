"""What makes up a difference between two results, and which of many differences are more than chance."""

from __future__ import annotations

from itertools import product
from math import factorial

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from township_eval.methods.varying import Array

__all__ = ["apportion", "bennet", "holm", "shapley", "two_sided"]


def shapley(values: ArrayLike, players: int) -> Array:
    r"""Return the Shapley value of every player: its marginal effect averaged over all orders.

    .. math::
        \phi_i = \sum_{S \not\ni i} \frac{|S|!\,(m - |S| - 1)!}{m!}\,\bigl(v(S \cup i) - v(S)\bigr)

    Parameters
    ----------
    values : array_like (2,) * players + (...)
        Value of every coalition; index 1 on axis ``i`` means that player ``i`` takes part.
    players : int
        Number of players, ``m``.

    Returns
    -------
    Array (players, ...)
        They add up to the value of all players less that of none.

    Notes
    -----
    The same as the mean over all ``m!`` orders (24 for four players), at the cost of ``2^m`` values.
    Source: Shapley (1953), "A value for n-person games", Contributions to the Theory of Games II; for
    decompositions of change: Shorrocks (2013), Journal of Economic Inequality 11.

    Examples
    --------
    Two players, 1 and 2 alone and 5 together:

    >>> shapley([[0.0, 2.0], [1.0, 5.0]], 2).tolist()
    [2.0, 3.0]
    """
    v = np.asarray(values, dtype=np.float64)
    found = np.zeros((players, *v.shape[players:]))
    for others in product((0, 1), repeat=players - 1):
        size = sum(others)
        weight = factorial(size) * factorial(players - size - 1) / factorial(players)
        for player in range(players):
            here, without = ((*others[:player], one, *others[player:]) for one in (1, 0))
            found[player] += weight * (v[here] - v[without])
    return found


def bennet(shares: tuple[Array, Array], scores: tuple[Array, Array], totals: tuple[Array, Array]) -> Array:
    r"""Return what every item adds to the change of a weighted mean, (n_items, ...).

    .. math:: \bar w_i\,\Delta s_i + \Delta w_i\,(\bar s_i - \bar t)

    Bars are means of before and after, *t* the weighted means themselves. Weights that go to an item
    add only as far as it scores above the rest; an item that is there in one of the two alone has its
    score there.

    Parameters
    ----------
    shares, scores : (before, after), each (n_items, ...)
        Shares of the weights, adding up to 1 each, 0 for what does not count; scores, NaN for none.
    totals : (before, after), each (...)
        The weighted means.

    Notes
    -----
    Exact: the items add up to the change. Source: Bennet (1920), "The theory of measurement of changes
    in cost of living", J. Royal Statistical Society 83; with the total as reference for shifting
    weights: Diewert and Fox (2010), "On measuring the contribution of entering and exiting firms".

    Examples
    --------
    >>> bennet((np.array([.5, .5, 0]), np.array([.4, .4, .2])),
    ...        (np.array([80.0, 60, np.nan]), np.array([90.0, 60, 50])),
    ...        (np.array(70.0), np.array(70.0))).round(6).tolist()
    [3.0, 1.0, -4.0]
    """
    before, after = scores
    one = np.where(np.isnan(before), after, before)
    two = np.where(np.isnan(after), before, after)
    level = (totals[0] + totals[1]) / 2.0
    weight = (shares[0] + shares[1]) / 2.0
    parts = weight * (two - one) + (shares[1] - shares[0]) * ((one + two) / 2.0 - level)
    return np.where(np.isnan(one), 0.0, parts)


def apportion(parts: ArrayLike, total: ArrayLike, digits: int) -> Array:
    """Round parts so that they add up to a rounded total: largest remainders first.

    Parameters
    ----------
    parts : array_like (n_parts, ...)
        Unrounded; parts of zero stay zero, NaN stays NaN and counts as nothing.
    total : array_like (...)
        What they add up to when printed.
    digits : int
        Decimal places.

    Returns
    -------
    Array (n_parts, ...)
        Multiples of ``10**-digits``. Where all parts are zero they cannot make up another total.

    Notes
    -----
    The method of Hamilton (1792). Equal remainders: the earlier part.

    Examples
    --------
    >>> apportion([0.333, 0.333, 0.334], 1.0, 1).tolist()
    [0.3, 0.3, 0.4]
    """
    step = 10.0**digits
    wanted = np.asarray(parts, dtype=np.float64)
    exact = np.round(np.nan_to_num(wanted) * step, 9)
    whole = np.floor(exact)
    counts = exact != 0
    n = counts.sum(axis=0)
    left = np.round(np.asarray(total, dtype=np.float64) * step) - whole.sum(axis=0)
    left = np.where(np.isnan(left), 0.0, left)
    every = np.floor_divide(left, np.maximum(n, 1))
    rest = left - every * n
    order = np.argsort(np.where(counts, whole - exact, 1.0), axis=0, kind="stable")
    place = np.argsort(order, axis=0, kind="stable")
    whole += np.where(counts, every + (place < rest), 0.0)
    return np.where(np.isnan(wanted), np.nan, np.round(whole / step, max(digits, 0)) + 0.0)


def two_sided(estimate: ArrayLike, se: ArrayLike, df: ArrayLike = np.inf) -> Array:
    """Return the probability of an estimate at least this far from zero, were there no difference.

    Student's t, normal for infinite `df`; 0 or 1 where the standard error is zero.

    Examples
    --------
    >>> two_sided([1.96, 0.0, 0.5], [1.0, 0.0, 0.0]).round(3).tolist()
    [0.05, 1.0, 0.0]
    >>> two_sided(2.7764, 1.0, 4).round(3).item()
    0.05
    """
    given = (np.asarray(one, dtype=np.float64) for one in (estimate, se, df))
    x, error, free = np.broadcast_arrays(*given)
    t = np.divide(np.abs(x), error, out=np.where(x == 0, 0.0, np.inf), where=error > 0)
    finite = np.isfinite(free) & (free > 0)
    tail = np.where(finite, special.stdtr(np.where(finite, free, 1.0), -t), special.ndtr(-t))
    return np.where(np.isnan(x) | np.isnan(error) | np.isnan(free), np.nan, 2.0 * tail)


def holm(p: ArrayLike) -> Array:
    """Return p-values adjusted for looking at all of them (Holm); NaN stays out of the family.

    Source: Holm (1979), "A simple sequentially rejective multiple test procedure", Scandinavian
    Journal of Statistics 6.

    Examples
    --------
    >>> holm([0.01, 0.04, float("nan"), 0.03]).round(3).tolist()
    [0.03, 0.06, nan, 0.06]
    """
    given = np.asarray(p, dtype=np.float64)
    found = np.full(given.shape, np.nan)
    known = np.flatnonzero(~np.isnan(given))
    order = known[np.argsort(given[known], kind="stable")]
    steps = given[order] * np.arange(len(order), 0, -1)
    found[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return found
