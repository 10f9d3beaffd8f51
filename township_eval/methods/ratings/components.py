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
from township_eval.methods.ratings.search import root
from township_eval.methods.varying import Array

__all__ = ["Components", "crossed_components"]

_CYCLES: Final = 500
_SETTLED: Final = 1e-11


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
    if panel.shape[1] <= panel.shape[0]:
        unit, rater, residual = _search(_Likelihood(panel))
    else:  # a matrix of the columns is inverted again and again: let them be the fewer
        rater, unit, residual = _search(_Likelihood(panel.T))
    return Components(unit * residual, rater * residual, residual)


def _spread(values: Array) -> float:
    return float(np.var(values[~np.isnan(values)], ddof=1))


class _Likelihood:
    """Minus twice the profiled restricted log-likelihood of a panel: its slopes and its residual variance.

    Arguments are the ratios of the rows' and of the columns' component to the residual.
    """

    def __init__(self, panel: Array) -> None:
        given = ~np.isnan(panel)
        # about the middle, so that squares of large scores do not drown differences
        y = np.where(given, panel - np.nanmean(panel), 0.0)
        self.given = given.astype(np.float64)
        # of ones and of scores: sums by row, sums by column, products over all ratings
        self.rows = np.stack([self.given.sum(axis=1), y.sum(axis=1)])
        self.columns = np.stack([self.given.sum(axis=0), y.sum(axis=0)])
        self.products = np.array([[self.given.sum(), y.sum()], [y.sum(), (y**2).sum()]])

    def _without_rows(self, row: float) -> tuple[Array, Array, Array]:
        """Return what of a row is kept, and scores and information of the columns after rows."""
        kept = row / (1.0 + row * self.rows[0])
        w = self.columns - (kept * self.rows) @ self.given
        return kept, w, np.diag(self.columns[0]) - self.given.T @ (kept[:, None] * self.given)

    def row_slope(self, column: float, row: float) -> float:
        """Return the slope in the rows' ratio."""
        _, w, inner = self._without_rows(row)
        shrunk = 1.0 / (1.0 + row * self.rows[0])
        solved = np.linalg.inv(np.eye(len(inner)) + column * inner)
        scaled = shrunk[:, None] * self.given
        up = shrunk * self.rows - column * (w @ solved) @ scaled.T
        trace = self.rows[0] @ shrunk - column * np.sum(solved * (scaled.T @ scaled))
        return self._slope(row, column, up, float(trace))

    def column_slope(self, row: float, column: float) -> float:
        """Return the slope in the columns' ratio."""
        _, w, inner = self._without_rows(row)
        solved = np.linalg.inv(np.eye(len(inner)) + column * inner)
        return self._slope(row, column, w @ solved, float(np.sum(solved * inner)))

    def residual(self, row: float, column: float) -> float:
        """Return the residual variance."""
        h = self._inverse_products(row, column)
        return float((h[1, 1] - h[0, 1] ** 2 / h[0, 0]) / (self.products[0, 0] - 1))

    def _inverse_products(self, row: float, column: float) -> Array:
        """Return the products of ones and scores with the inverse of the covariance between, (2, 2)."""
        kept, w, inner = self._without_rows(row)
        solved = np.linalg.inv(np.eye(len(inner)) + column * inner)
        out: Array = self.products - (kept * self.rows) @ self.rows.T - column * w @ solved @ w.T
        return out

    def _slope(self, row: float, column: float, up: Array, trace: float) -> float:
        """Return a slope from the weighted sums of ones and scores over its levels, (2, n_levels)."""
        h = self._inverse_products(row, column)
        effect = up[1] - up[0] * h[0, 1] / h[0, 0]
        free = trace - (up[0] @ up[0]) / h[0, 0]
        return float(free - (effect @ effect) / self.residual(row, column))


def _search(likelihood: _Likelihood) -> tuple[float, float, float]:
    """Return the ratios of the rows' and of the columns' component to the residual, and the residual."""
    row, column = 1.0, 1.0
    for _ in range(_CYCLES):
        before = (row, column)
        row = root(partial(likelihood.row_slope, column), row)
        column = root(partial(likelihood.column_slope, row), column)
        if np.allclose(before, (row, column), rtol=_SETTLED, atol=0.0):
            break
    return row, column, likelihood.residual(row, column)
