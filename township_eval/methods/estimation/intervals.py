"""Confidence limits of estimates with few degrees of freedom, of shares, and without variance."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from township_eval.methods.varying import Array

__all__ = [
    "INTERVALS",
    "bound_without_variance",
    "effective_n",
    "korn_graubard",
    "logit",
    "student",
    "t_quantile",
    "wilson",
]


def t_quantile(p: ArrayLike, df: ArrayLike) -> Array:
    """Return the quantile of Student's t; the normal one for infinite `df`, NaN where `df` is not positive.

    Examples
    --------
    >>> t_quantile(0.975, [4, float("inf"), 0]).round(4).tolist()
    [2.7764, 1.96, nan]
    """
    p, df = np.broadcast_arrays(np.asarray(p, dtype=np.float64), np.asarray(df, dtype=np.float64))
    finite = (df > 0) & np.isfinite(df)
    out = np.where(df == np.inf, special.ndtri(p), np.nan)
    out[finite] = _t_of(df[finite], p[finite])
    return out


def _t_of(df: Array, p: Array) -> Array:
    """Return finite quantiles; SciPy before 1.14 gives ten digits, which one Newton step mends."""
    tail = np.minimum(p, 1.0 - p)
    t = special.stdtrit(df, tail)
    log_density = special.gammaln((df + 1.0) / 2.0) - special.gammaln(df / 2.0) - np.log(np.pi * df) / 2.0
    log_density -= (df + 1.0) / 2.0 * np.log1p(t**2 / df)
    t = t - (special.stdtr(df, t) - tail) * np.exp(-log_density)
    return np.asarray(np.where(p > tail, -t, t), dtype=np.float64)


def student(estimate: ArrayLike, se: ArrayLike, df: ArrayLike, level: float = 0.95) -> tuple[Array, Array]:
    """Return ``estimate -+ t se`` with the estimate's own degrees of freedom.

    Examples
    --------
    >>> [limit.round(2).tolist() for limit in student([87.8], [1.5], [9])]
    [[84.41], [91.19]]
    """
    estimate, se = np.asarray(estimate, dtype=np.float64), np.asarray(se, dtype=np.float64)
    half = t_quantile(_upper(level), df) * se
    half = np.where(se == 0, 0.0, half)  # nothing to widen, whatever the degrees of freedom
    return estimate - half, estimate + half


def logit(p: ArrayLike, se: ArrayLike, df: ArrayLike, level: float = 0.95) -> tuple[Array, Array]:
    """Return limits of a share, symmetric about its log odds; NaN where the share is 0 or 1.

    Notes
    -----
    ``expit(log(p / (1 - p)) -+ t se / (p (1 - p)))``. Source: Lumley (2010), *Complex Surveys*,
    section 2.3.1; ``svyciprop(method = "logit")`` in R's *survey*.

    Examples
    --------
    >>> [limit.round(4).tolist() for limit in logit([0.8], [0.05], [10])]
    [[0.666], [0.8892]]
    """
    p, se, inner = _inner(p, se)
    width = np.divide(se, p * (1.0 - p), out=np.full(p.shape, np.nan), where=inner)
    half = t_quantile(_upper(level), df) * width
    center = special.logit(np.where(inner, p, np.nan))
    return special.expit(center - half), special.expit(center + half)


def effective_n(p: ArrayLike, se: ArrayLike, df: ArrayLike, n: ArrayLike, level: float = 0.95) -> Array:
    """Return the effective number of answers of a share, corrected for few degrees of freedom.

    ``p (1 - p) / se^2 (t_(n-1) / t_df)^2``; a share of 0 or 1 counts `n` answers with the same
    correction, because it shows no variance. Infinite where the error is 0 between 0 and 1.

    Notes
    -----
    Source: Korn and Graubard (1998), *Confidence intervals for proportions with small expected
    number of positive counts estimated from survey data*, Survey Methodology 24, 193-201.

    Examples
    --------
    >>> effective_n([0.8, 1.0], [0.05, 0.0], [10, 10], [100, 100]).round(2).tolist()
    [50.75, 79.3]
    """
    p, se, inner = _inner(p, se)
    n = np.broadcast_to(np.asarray(n, dtype=np.float64), p.shape)
    plain = np.divide(p * (1.0 - p), se**2, out=np.full(p.shape, np.inf), where=se > 0)
    few = t_quantile(_upper(level), n - 1.0) / t_quantile(_upper(level), df)
    return np.asarray(np.where(inner, plain, n) * few**2, dtype=np.float64)


def korn_graubard(
    p: ArrayLike, se: ArrayLike, df: ArrayLike, n: ArrayLike, level: float = 0.95
) -> tuple[Array, Array]:
    """Return limits of a share from the beta distribution with the effective number of answers.

    Holds its level for few answers and for shares of 0 or 1.

    Parameters
    ----------
    p, se, df, n : array_like
        Share, standard error, degrees of freedom, and number of **valid** answers.
    level : float
        Of the interval.

    Notes
    -----
    With ``m = effective_n``: from Beta(m p, m (1 - p) + 1) to Beta(m p + 1, m (1 - p)). Source: Korn
    and Graubard (1998), see `effective_n`. R's *survey* 4.1 counts missing answers in `n` too, which
    makes its limits slightly wider.

    Examples
    --------
    >>> [limit.round(4).tolist() for limit in korn_graubard([0.8, 1.0], [0.05, 0.0], [10, 10], [100, 100])]
    [[0.664, 0.9545], [0.8991, 1.0]]
    """
    m = effective_n(p, se, df, n, level)
    p, se, inner = _inner(p, se)
    tail = 1.0 - _upper(level)
    exact = inner & (se == 0)
    m = np.where(exact, 1.0, m)
    hits, others = m * p, m * (1.0 - p)
    low = np.where(hits == 0, 0.0, special.betaincinv(np.where(hits == 0, 1.0, hits), others + 1.0, tail))
    high = special.betaincinv(hits + 1.0, np.where(others == 0, 1.0, others), 1.0 - tail)
    high = np.where(others == 0, 1.0, high)
    return np.where(exact, p, low), np.where(exact, p, high)


def wilson(
    p: ArrayLike, se: ArrayLike, df: ArrayLike, n: ArrayLike, level: float = 0.95
) -> tuple[Array, Array]:
    """Return Wilson's limits of a share with the effective number of answers.

    Parameters
    ----------
    p, se, df, n, level
        As in `korn_graubard`.

    Notes
    -----
    With ``m = effective_n``, ``t = t_(n-1)`` and ``a = t^2 / m``:
    ``(p + a/2 -+ sqrt(a p (1 - p) + a^2 / 4)) / (1 + a)``. This is the same as ``p (1 - p) / se^2``
    answers with ``t_df``. Source: Wilson (1927), *Journal of the American Statistical Association*
    22; with effective numbers Franco, Little, Louis and Slud (2019), *Journal of Survey Statistics
    and Methodology* 7.

    Examples
    --------
    >>> [limit.round(4).tolist() for limit in wilson([0.8], [0.05], [10], [100])]
    [[0.6689], [0.8879]]
    """
    m = effective_n(p, se, df, n, level)
    p, _, _ = _inner(p, se)
    a = t_quantile(_upper(level), np.asarray(n, dtype=np.float64) - 1.0) ** 2 / m
    half = np.sqrt(a * p * (1.0 - p) + a**2 / 4.0)
    low, high = (p + a / 2.0 - half) / (1.0 + a), (p + a / 2.0 + half) / (1.0 + a)
    return np.where(p == 0, 0.0, low), np.where(p == 1, 1.0, high)


def bound_without_variance(value: ArrayLike, n: ArrayLike, edge: ArrayLike, level: float = 0.95) -> Array:
    """Return how far a mean may lie towards an edge of the scale when all answers are equal.

    Zero variance among `n` answers of a larger population is no zero error: others may think
    otherwise and happened not to be asked.

    Parameters
    ----------
    value : array_like
        The answer all gave.
    n : array_like
        Number of answers; the number of clusters is the cautious choice where a cluster thinks alike.
    edge : array_like
        Lowest or highest answer of the scale.
    level : float
        Of the one-sided limit.

    Notes
    -----
    ``value + (edge - value) (1 - (1 - level)^(1/n))``: the largest share of persons with the answer
    `edge` under which `n` independent draws miss all of them with probability ``1 - level``.
    Source: Clopper and Pearson (1934), *Biometrika* 26, for no hits.

    Examples
    --------
    >>> bound_without_variance(100.0, 30, 30.0).round(2).item()
    93.35
    """
    value, n = np.asarray(value, dtype=np.float64), np.asarray(n, dtype=np.float64)
    share = np.where(n > 0, -np.expm1(np.log(1.0 - level) / np.where(n > 0, n, 1.0)), np.nan)
    return np.asarray(value + (np.asarray(edge, dtype=np.float64) - value) * share, dtype=np.float64)


INTERVALS: Final = ("t", "logit", "korn_graubard", "wilson")


def _upper(level: float) -> float:
    if not 0 < level < 1:
        msg = f"level must lie between 0 and 1, not be {level}"
        raise ValueError(msg)
    return 0.5 + level / 2.0


def _inner(p: ArrayLike, se: ArrayLike) -> tuple[Array, Array, NDArray[np.bool_]]:
    """Return shares and errors as arrays of one shape, and where the share is neither 0 nor 1."""
    p, se = np.broadcast_arrays(np.asarray(p, dtype=np.float64), np.asarray(se, dtype=np.float64))
    return p, se, (p > 0) & (p < 1)
