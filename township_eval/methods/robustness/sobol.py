"""Shares of variance: which choice explains how much of what varies between runs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from township_eval.methods.varying import Array

__all__ = ["Indices", "design", "indices"]


@dataclass(frozen=True, slots=True, eq=False)
class Indices:
    """First and total order indices of every factor, ``(n_factors,)`` each, with bootstrap limits.

    ``first`` is the share of the variance that would go if the factor alone were fixed; ``total`` the
    share that would stay if all others were. Estimates may fall outside 0 to 1.
    """

    first: Array
    total: Array
    first_low: Array
    first_high: Array
    total_low: Array
    total_high: Array
    variance: float


def design(rng: np.random.Generator, n: int, factors: int) -> Array:
    """Return the points at which a model is to be run: A, B, then A with one column of B for each factor.

    Parameters
    ----------
    rng : Generator
        Points are drawn evenly and independently.
    n, factors : int

    Returns
    -------
    array, (n * (factors + 2), factors)
        0 to 1.

    Examples
    --------
    >>> points = design(np.random.default_rng(0), 4, 2)
    >>> a, b, mixed = points[:4], points[4:8], points[8:12]
    >>> points.shape, bool((mixed[:, 0] == b[:, 0]).all()), bool((mixed[:, 1] == a[:, 1]).all())
    ((16, 2), True, True)
    """
    a, b = rng.random((n, factors)), rng.random((n, factors))
    parts = [a, b]
    for factor in range(factors):
        mixed = a.copy()
        mixed[:, factor] = b[:, factor]
        parts.append(mixed)
    return np.concatenate(parts)


def indices(
    response: ArrayLike,
    factors: int,
    *,
    boots: int = 1000,
    level: float = 0.9,
    seed: int = 0,
    centered: bool = True,
) -> Indices:
    r"""Return Sobol indices from the responses at a `design`.

    .. math:: S_i = \frac{\overline{y_B\,(y_{AB_i} - y_A)}}{V}, \qquad
              S_{Ti} = \frac{\overline{(y_A - y_{AB_i})^2}}{2 V}

    ``V`` is the sample variance of the responses at A and B together. Their mean is taken off first: it
    changes no index, but the farther it lies from zero the more the estimates of the first order scatter.

    Parameters
    ----------
    response : array_like, (n * (factors + 2),)
        In the order of `design`.
    factors : int
    boots : int
        Resamples of the n rows for the limits.
    level : float
        Coverage of the limits, percentiles of the resamples.
    seed : int
    centered : bool
        False: the formula as it stands, for comparison with programs that use that.

    Raises
    ------
    ValueError
        The number of responses does not fit the number of factors.

    Notes
    -----
    Nothing varies: all indices are NaN. Sources: Saltelli et al., Computer Physics Communications 181
    (2010), for the first order; Jansen, Computer Physics Communications 117 (1999), for the total.

    Examples
    --------
    >>> points = design(np.random.default_rng(1), 4096, 2)
    >>> found = indices(points[:, 0] + 2.0 * points[:, 1], 2, boots=0)
    >>> bool(abs(found.first[1] - 0.8) < 0.1), bool(abs(found.total[1] - 0.8) < 0.1)
    (True, True)
    """
    y = np.asarray(response, dtype=np.float64)
    n = len(y) // (factors + 2)
    if y.ndim != 1 or n < 2 or len(y) != n * (factors + 2):  # noqa: PLR2004  a variance needs two
        msg = f"{y.shape} responses are not n x ({factors} + 2) of a design with n of at least 2"
        raise ValueError(msg)
    blocks = y.reshape(factors + 2, n)
    blocks = blocks - blocks[:2].mean() if centered else blocks
    first, total, variance = _estimates(blocks)
    rng = np.random.default_rng(seed)
    again = [_estimates(blocks[:, rng.integers(0, n, n)])[:2] for _ in range(boots)]
    first_low, first_high, total_low, total_high = _limits(again, level, factors)
    return Indices(first, total, first_low, first_high, total_low, total_high, variance)


def _estimates(blocks: Array) -> tuple[Array, Array, float]:
    a, b, mixed = blocks[0], blocks[1], blocks[2:]
    variance = float(np.var(blocks[:2], ddof=1))
    if not variance > 0:
        nothing = np.full(len(mixed), np.nan)
        return nothing, nothing, variance
    first = (b * (mixed - a)).mean(axis=1) / variance
    total = ((a - mixed) ** 2).mean(axis=1) / (2.0 * variance)
    return first, total, variance


def _limits(again: list[tuple[Array, Array]], level: float, factors: int) -> list[Array]:
    blank = np.full(factors, np.nan)
    kept = [pair for pair in again if not np.isnan(pair[0]).any()]
    if not kept:
        return [blank] * 4
    ends = ((1.0 - level) / 2.0, (1.0 + level) / 2.0)
    drawn = [np.stack([pair[order] for pair in kept]) for order in (0, 1)]
    return [np.asarray(np.quantile(values, end, axis=0)) for values in drawn for end in ends]
