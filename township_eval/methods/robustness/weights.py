"""Weights drawn around those that were decided; the sum of siblings is kept in every draw."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from township_eval.methods.varying import Array

__all__ = ["dirichlet", "within_bounds"]


def dirichlet(rng: np.random.Generator, weights: ArrayLike, concentration: float, draws: int) -> Array:
    r"""Return weights drawn from a Dirichlet distribution whose mean are the weights given.

    .. math:: \frac{W}{T} \sim \mathrm{Dirichlet}(k\,w_1/T, \dots, k\,w_n/T), \qquad
              \mathrm{sd}(W_j) = T \sqrt{\frac{p_j (1 - p_j)}{k + 1}}, \quad p_j = w_j / T

    Parameters
    ----------
    rng : Generator
        Draw number ``d`` depends on its state and on ``d``, not on how many are drawn.
    weights : array_like, (n_children,)
        Not negative; a child of weight 0 keeps it.
    concentration : float
        ``k``: the larger, the closer to the weights.
    draws : int

    Returns
    -------
    array, (draws, n_children)
        Every row adds up to the sum of the weights.

    Notes
    -----
    Source: Kotz, Balakrishnan and Johnson, *Continuous Multivariate Distributions* (2000), chapter 49:
    independent gamma variables over their sum.

    Examples
    --------
    >>> drawn = dirichlet(np.random.default_rng(0), [60.0, 40.0, 0.0], 100.0, 1000)
    >>> drawn.sum(axis=1).round(9).min().item(), drawn[:, 2].max().item()
    (100.0, 0.0)
    >>> bool(abs(drawn[:, 0].mean() - 60.0) < 1.0)
    True
    """
    w = np.asarray(weights, dtype=np.float64)
    total = w.sum()
    out = np.zeros((draws, len(w)))
    held = np.flatnonzero(w > 0)
    if not len(held):
        return out
    gamma = rng.standard_gamma(concentration * w[held] / total, size=(draws, len(held)))
    sums = gamma.sum(axis=1, keepdims=True)
    # all gammas of a row underflow only at concentrations far below 1: then the weights as decided
    lost = sums[:, 0] <= 0
    gamma[lost], sums[lost] = w[held], total
    out[:, held] = total * gamma / sums
    return out


def within_bounds(
    rng: np.random.Generator, weights: ArrayLike, low: ArrayLike, high: ArrayLike, draws: int
) -> Array:
    """Return weights drawn uniformly between bounds, then moved until their sum is that of the weights.

    Each weight is drawn evenly between its bounds. What the sum is then off is taken from (or given
    to) the bounded children in proportion to the room each has left, so that no bound is broken;
    children without bounds (NaN) share what the others leave, in their own proportions.

    Parameters
    ----------
    rng : Generator
    weights : array_like, (n_children,)
        The weights decided; a child of weight 0 keeps it whatever its bounds are.
    low, high : array_like, (n_children,)
        Bounds in the unit of the weights; NaN for children that have none.
    draws : int

    Returns
    -------
    array, (draws, n_children)

    Raises
    ------
    ValueError
        No weights between the bounds keep the sum.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> drawn = within_bounds(rng, [60.0, 20.0, 20.0], [50.0, 10.0, 10.0], [70.0, 30.0, 30.0], 500)
    >>> drawn.sum(axis=1).round(9).max().item(), bool((drawn[:, 0] >= 50).all())
    (100.0, True)
    >>> within_bounds(rng, [60.0, 30.0, 10.0], [80.0, np.nan, np.nan], [80.0, np.nan, np.nan], 1).tolist()
    [[80.0, 15.0, 5.0]]
    """
    w, lows, highs = (np.asarray(part, dtype=np.float64) for part in (weights, low, high))
    total = w.sum()
    bound = (w > 0) & ~np.isnan(lows)
    free = (w > 0) & ~bound
    least, most = lows[bound].sum(), highs[bound].sum()
    slack = 1e-9 * max(1.0, total)
    if least > total + slack or (not free.any() and most < total - slack):
        msg = f"no weights between the bounds ({least:.12g} to {most:.12g} in all) add up to {total:.12g}"
        raise ValueError(msg)
    span = highs[bound] - lows[bound]
    drawn = lows[bound] + span * rng.random((draws, int(bound.sum())))
    if bound.any():
        drawn = _kept(drawn, lows[bound], highs[bound], total, at_most=bool(free.any()))
    out = np.zeros((draws, len(w)))
    out[:, bound] = drawn
    if free.any():
        rest = np.maximum(total - drawn.sum(axis=1, keepdims=True), 0.0)
        out[:, free] = rest * w[free] / w[free].sum()
    return out


def _kept(drawn: Array, low: Array, high: Array, total: float, *, at_most: bool) -> Array:
    """Move weights inside their bounds until they add up to the total (or to no more than it)."""
    over = drawn.sum(axis=1, keepdims=True) - total
    down, up = drawn - low, high - drawn
    less = np.divide(down, down.sum(axis=1, keepdims=True), out=np.zeros_like(down), where=down > 0)
    more = np.divide(up, up.sum(axis=1, keepdims=True), out=np.zeros_like(up), where=up > 0)
    moved: Array = drawn - np.maximum(over, 0.0) * less
    if not at_most:
        moved += np.maximum(-over, 0.0) * more
    return moved
