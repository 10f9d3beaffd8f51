"""Degrees of freedom of a sum of estimated errors: how well its variance is itself known."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from township_eval.methods.loadings import Loadings
from township_eval.methods.varying import Array

__all__ = ["pairwise_freedom", "satterthwaite"]


def satterthwaite(variance: Array, df: Array) -> Array:
    r"""Return the degrees of freedom of a sum of independent variance estimates.

    .. math:: \nu = \Bigl(\sum_i v_i\Bigr)^2 \Big/ \sum_i \frac{v_i^2}{\nu_i}

    Parameters
    ----------
    variance, df : array (n_parts, ...)
        Parts of the variance, and their degrees of freedom (infinite: known).

    Returns
    -------
    array (...)
        Infinite where no estimated part is above zero.

    Notes
    -----
    Source: Satterthwaite (1946), *An approximate distribution of estimates of variance components*,
    Biometrics Bulletin 2, 110-114.

    Examples
    --------
    >>> df = np.array([[4.0, 4.0], [4.0, np.inf]])
    >>> satterthwaite(np.array([[4.0, 9.0], [4.0, 1.0]]), df).round(3).tolist()
    [8.0, 4.938]
    """
    inverse = (variance**2 / df).sum(axis=0)
    out = np.full(inverse.shape, np.inf)
    np.divide(variance.sum(axis=0) ** 2, inverse, out=out, where=inverse > 0)
    return out


def pairwise_freedom(errors: Loadings, part: NDArray[np.intp], df: Array) -> Array:
    """Return the degrees of freedom of the differences between units, (n_units, n_units).

    Parameters
    ----------
    errors : Loadings
        Errors of the units, not centered.
    part : array of int (n_shocks,)
        Which part of the variance a shock belongs to.
    df : array (n_parts, n_units)
        Degrees of freedom of the parts (infinite: known).

    Notes
    -----
    Where two units do not share a part of the error, it is two independent parts of the variance of
    their difference (Welch). Where they do, as townships marked by the same raters, the part's
    difference is one, with the fewer of the two degrees of freedom, as in a paired comparison.

    Examples
    --------
    >>> own = Loadings("s", np.array([0, 1]), np.array([0, 1]), np.array([1.0, 1.0]))
    >>> pairwise_freedom(own, np.zeros(2, dtype=np.intp), np.array([[4.0, 4.0]]))[0, 1].item()
    8.0
    """
    n = df.shape[1]
    total, inverse = np.zeros((n, n)), np.zeros((n, n))
    for number, freedom in enumerate(df):
        mine = part[errors.shock] == number
        one = Loadings(errors.sample, errors.unit[mine], errors.shock[mine], errors.amount[mine])
        covariance = one.covariance(n)
        own = np.diag(covariance)
        difference = np.maximum(own[:, np.newaxis] + own - 2.0 * covariance, 0.0)
        alone = own**2 / freedom
        fewer = np.minimum(freedom[:, np.newaxis], freedom)
        total += difference
        inverse += np.where(covariance == 0, alone[:, np.newaxis] + alone, difference**2 / fewer)
    out = np.full((n, n), np.inf)
    np.divide(total**2, inverse, out=out, where=inverse > 0)
    return out
