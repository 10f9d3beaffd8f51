"""How the parts of an index hang together: correlations, alpha, components, importance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from township_eval.methods.ranking import rank, tidy
from township_eval.methods.varying import Array

__all__ = ["Components", "components", "correlations", "cronbach_alpha", "mean_ranks"]


@dataclass(frozen=True, slots=True, eq=False)
class Components:
    """Principal components of standardized columns.

    Attributes
    ----------
    variances : array, (n_columns,)
        Eigenvalues of the correlation matrix, largest first; their sum is the number of columns.
    loadings : array, (n_columns, n_columns)
        A column each: unit vectors, the largest entry positive (the sign itself means nothing).
    """

    variances: Array
    loadings: Array


def mean_ranks(matrix: ArrayLike) -> Array:
    """Return ranks of every column from 1 = smallest, ties sharing their mean; NaN stays.

    Parameters
    ----------
    matrix : array_like, (n_units, n_columns)
        Compared to 12 significant digits.

    Examples
    --------
    >>> mean_ranks([[3.0], [1.0], [3.0], [float("nan")]])[:, 0].tolist()
    [2.5, 1.0, 2.5, nan]
    """
    x = tidy(np.asarray(matrix, dtype=np.float64).T)
    n = (~np.isnan(x)).sum(axis=1, keepdims=True)
    return np.asarray((n + 1.0 + rank(-x) - rank(x)) / 2.0).T


def correlations(left: ArrayLike, right: ArrayLike, *, ranks: bool = False) -> tuple[Array, NDArray[np.intp]]:
    """Return correlations of every column with every other, over the units that have both.

    Parameters
    ----------
    left, right : array_like, (n_units, n_left), (n_units, n_right)
        NaN where a unit has no value.
    ranks : bool
        Correlate ranks (Spearman) instead of values (Pearson); ranks are counted among the units that
        have both.

    Returns
    -------
    coefficient, n : array, (n_left, n_right)
        NaN where fewer than three units have both, or one of the columns does not vary; and how many
        units have both.

    Notes
    -----
    Pairwise: what one pair lacks costs no other pair. Sources: Pearson (1895), Spearman (1904).

    Examples
    --------
    >>> found, n = correlations([[1.0], [2.0], [3.0], [9.0]], [[2.0], [4.0], [6.0], [float("nan")]])
    >>> found.round(9).tolist(), n.tolist()
    ([[1.0]], [[3]])
    """
    x, y = np.asarray(left, dtype=np.float64), np.asarray(right, dtype=np.float64)
    found = np.full((x.shape[1], y.shape[1]), np.nan)
    n: NDArray[np.intp] = np.zeros(found.shape, dtype=np.intp)
    for i in range(x.shape[1]):
        for j in range(y.shape[1]):
            both = ~np.isnan(x[:, i]) & ~np.isnan(y[:, j])
            pair = np.stack([x[both, i], y[both, j]], axis=1)
            n[i, j] = len(pair)
            found[i, j] = _correlation(mean_ranks(pair) if ranks else pair)
    return found, n


def _correlation(pair: Array) -> float:
    if len(pair) < 3:  # noqa: PLR2004  two points are always on a line
        return float("nan")
    apart = pair - pair.mean(axis=0)
    size = np.sqrt((apart**2).sum(axis=0))
    # a spread of nothing but float noise is none
    if (size <= 1e-12 * np.abs(pair).max(axis=0) * np.sqrt(len(pair))).any():
        return float("nan")
    return float(np.clip((apart[:, 0] @ apart[:, 1]) / (size[0] * size[1]), -1.0, 1.0))


def cronbach_alpha(matrix: ArrayLike) -> float:
    r"""Return Cronbach's alpha: how far the columns say one thing.

    .. math:: \alpha = \frac{k}{k - 1}\Bigl(1 - \frac{\sum_j s_{jj}}{\sum_{jl} s_{jl}}\Bigr)

    Parameters
    ----------
    matrix : array_like, (n_units, n_columns)
        Scores in one direction; units with a gap are left out.

    Returns
    -------
    float
        1 at most, negative where columns contradict each other; NaN for one column, fewer than three
        complete units, or no variance.

    Notes
    -----
    Source: Cronbach, Psychometrika 16 (1951), in its covariance form.

    Examples
    --------
    >>> round(cronbach_alpha([[1, 2], [2, 3], [3, 5], [4, 4]]), 6)
    0.888889
    """
    x = _complete(matrix)
    k = x.shape[1]
    if k < 2 or len(x) < 3:  # noqa: PLR2004  one column agrees with nothing
        return float("nan")
    covariance = np.cov(x, rowvar=False)
    whole = float(covariance.sum())
    return k / (k - 1.0) * (1.0 - float(np.trace(covariance)) / whole) if whole > 0 else float("nan")


def components(matrix: ArrayLike) -> Components | None:
    """Return the principal components of standardized columns; None where there are none.

    Parameters
    ----------
    matrix : array_like, (n_units, n_columns)
        Units with a gap are left out; every column must vary.

    Notes
    -----
    Source: Pearson (1901); OECD/JRC Handbook (2008), step 4. Signs: the entry of the largest size is
    positive, the first of them where several are.

    Examples
    --------
    >>> found = components([[1.0, 2.0], [2.0, 1.0], [3.0, 4.0], [4.0, 3.0]])
    >>> found.variances.round(6).tolist(), found.loadings[:, 0].round(4).tolist()
    ([1.6, 0.4], [0.7071, 0.7071])
    """
    x = _complete(matrix)
    if x.shape[1] < 2 or len(x) < 3:  # noqa: PLR2004  a correlation needs two columns, three units
        return None
    related, _ = correlations(x, x)
    if np.isnan(related).any():
        return None
    np.fill_diagonal(related, 1.0)
    variances, loadings = np.linalg.eigh(related)
    variances, loadings = np.maximum(variances[::-1], 0.0), loadings[:, ::-1]
    size = np.abs(loadings).round(9)  # equal sizes up to float noise: the first decides
    largest = loadings[np.argmax(size, axis=0), np.arange(loadings.shape[1])]
    return Components(variances, loadings * np.where(largest < 0, -1.0, 1.0))


def _complete(matrix: ArrayLike) -> Array:
    x = np.asarray(matrix, dtype=np.float64)
    kept: Array = x[~np.isnan(x).any(axis=1)]
    return kept
