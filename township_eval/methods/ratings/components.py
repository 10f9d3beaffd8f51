"""How much of the differences between scores is units, raters, and the rest.

Restricted maximum likelihood (REML). In a complete panel it is the analysis of variance, as long as
no component would be negative; with holes it uses every rating there is. Only the ratios of the
components to the residual are searched for; what belongs to one side of the panel is eliminated
exactly, so that nothing larger than units x raters is ever made.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from township_eval.methods.ratings.additive import additive
from township_eval.methods.ratings.panel import panel_of, without_empty
from township_eval.methods.ratings.search import TIGHT, root
from township_eval.methods.varying import Array

__all__ = ["Components", "crossed_components"]

_CYCLES: Final = 500


@dataclass(frozen=True, slots=True)
class Components:
    """Variance components of a panel, in squared points of the scores.

    Attributes
    ----------
    unit, rater, residual : float
        Variance of the units, of the raters' severities, and of what is left.
    """

    unit: float
    rater: float
    residual: float


def crossed_components(m: ArrayLike) -> Components:
    """Return the REML components of ``score = mean + unit + rater + residual``, units and raters random.

    Parameters
    ----------
    m : array_like (n_units, n_raters)
        Ratings, NaN where there is none.

    Returns
    -------
    Components
        A component that would be negative is 0.

    Raises
    ------
    DisconnectedError
        No rater links two groups of units.
    ValueError
        Fewer than two units or raters, or so few ratings that units and raters explain them all.

    Notes
    -----
    Cyclic search for the roots of the exact derivatives of the profiled restricted likelihood.
    Source: Searle, Casella and McCulloch, *Variance Components* (1992), chapter 6.

    Examples
    --------
    >>> scores = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    >>> found = crossed_components(scores)
    >>> round(found.unit, 3), round(found.rater, 3), round(found.residual, 3)
    (2.556, 5.244, 1.019)
    """
    fit = additive(m)
    if fit.df == 0:
        raise ValueError("units and raters explain every rating: none is left to measure the residual by")
    if fit.sigma == 0:  # levels and severities are known without error
        return Components(_spread(fit.adjusted), _spread(fit.severity), 0.0)
    panel, _, _ = without_empty(panel_of(m))
    given = ~np.isnan(panel)
    # about the middle, so that squares of large scores do not drown differences
    y = np.where(given, panel - np.nanmean(panel), 0.0)
    return _search(given.astype(np.float64), y)


def _spread(values: Array) -> float:
    return float(np.var(values[~np.isnan(values)], ddof=1))


def _search(given: Array, y: Array) -> Components:
    unit, rater, residual = 1.0, 1.0, 0.0
    for _ in range(_CYCLES):
        before = (unit, rater)
        unit = root(partial(_slope, given, y, rater), unit)
        rater = root(partial(_slope, given.T, y.T, unit), rater)
        residual = _profile(given, y, unit, rater)[1]
        if np.allclose(before, (unit, rater), rtol=10 * TIGHT, atol=0.0):
            break
    return Components(unit * residual, rater * residual, residual)


def _slope(given: Array, y: Array, other: float, own: float) -> float:
    return _profile(given, y, own, other)[0]


def _profile(given: Array, y: Array, own: float, other: float) -> tuple[float, float]:
    """Return the slope of minus twice the log-likelihood in ``own``, and the residual variance.

    ``own`` is the ratio of the rows' component to the residual, ``other`` that of the columns.
    """
    n, d = given.sum(), given.sum(axis=1)
    shrunk = 1.0 / (1.0 + own * d)
    kept = own * shrunk
    rows = np.stack([d, y.sum(axis=1)])
    columns = np.stack([given.sum(axis=0), y.sum(axis=0)])
    w = columns - (kept * rows) @ given
    inner = np.diag(columns[0]) - given.T @ (kept[:, None] * given)
    solved = np.linalg.inv(np.eye(len(inner)) + other * inner)
    h = np.array([[n, y.sum()], [y.sum(), (y**2).sum()]]) - (kept * rows) @ rows.T - other * w @ solved @ w.T
    scaled = shrunk[:, None] * given
    up = shrunk * rows - other * (w @ solved) @ scaled.T
    trace = (d * shrunk).sum() - other * np.sum(solved * (scaled.T @ scaled)) - (up[0] @ up[0]) / h[0, 0]
    rest = h[1, 1] - h[0, 1] ** 2 / h[0, 0]
    effect = up[1] - up[0] * h[0, 1] / h[0, 0]
    return float(trace - (n - 1) * (effect @ effect) / rest), float(rest / (n - 1))
