"""Severity of raters: every score is the township's level plus the rater's severity plus the rest.

The least-squares fit compares townships as if one panel had marked all of them, whoever marked
which. What it knows is how far apart townships are; how mild or severe the panel is as a whole it
cannot know. So there are two errors: that of the fixed panel serves rankings, and where a score is
held against a threshold the raters count as drawn from many, whose mean severity adds an error
common to all townships.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from township_eval.methods.loadings import Loadings
from township_eval.methods.ratings.panel import DisconnectedError, connected, panel_of, without_empty
from township_eval.methods.ratings.search import root
from township_eval.methods.varying import Array

__all__ = ["Additive", "additive", "rounding"]

RatersAre: TypeAlias = Literal["fixed", "random"]


@dataclass(frozen=True, slots=True, eq=False)
class Additive:
    """Townships and raters of a panel, taken apart.

    Attributes
    ----------
    adjusted : Array (n_units,)
        Mean as if every rater had marked the unit, in points; NaN without a rating.
    severity, severity_se : Array (n_raters,)
        Points a rater gives above the panel's mean (below it: severe), and their standard errors;
        they sum to zero. NaN without a rating.
    raw : Array (n_units,)
        Plain mean of the ratings given.
    n : array of int (n_units,)
        Ratings of every unit.
    sigma : float
        Standard deviation of the residuals; NaN when ``df`` is 0.
    df : int
        Residual degrees of freedom.
    rater_variance : float
        Variance of severities in the population of raters, units fixed: REML. NaN when ``df`` is 0.
    rater_variance_anova : float
        The same by the method of moments (Henderson's method 3); equal in a complete panel.
    single : tuple of int
        Raters with one rating. It is explained by their severity entirely: they say nothing on how
        units differ.
    raters : {"fixed", "random"}
        How the severities entered the fit.
    """

    adjusted: Array
    severity: Array
    severity_se: Array
    raw: Array
    n: NDArray[np.intp]
    sigma: float
    df: int
    rater_variance: float
    rater_variance_anova: float
    single: tuple[int, ...]
    raters: RatersAre
    _root: Array  # (n_units, n_raters): errors of the severities as they reach the units, per sigma

    @property
    def n_raters(self) -> int:
        """Raters with at least one rating."""
        return int(np.count_nonzero(~np.isnan(self.severity)))

    @property
    def leverage(self) -> Array:
        """Variance of every adjusted mean in a fixed panel per residual variance, (n_units,)."""
        out: Array = np.where(self.n > 0, 1.0 / np.maximum(self.n, 1), np.nan) + (self._root**2).sum(axis=1)
        return out

    @property
    def common_variance(self) -> float:
        """Variance of the panel's mean severity, ``rater_variance / n_raters``: the same for all units."""
        return self.rater_variance / self.n_raters

    def covariance(self, raters: RatersAre = "fixed") -> Array:
        """Return the covariance of the adjusted means, (n_units, n_units); NaN for units without ratings.

        Parameters
        ----------
        raters : {"fixed", "random"}
            Fixed for comparing units marked by this panel; random for thresholds.

        Raises
        ------
        ValueError
            Fixed is asked of a fit with random raters.

        Notes
        -----
        Fixed: ``sigma^2 (D^-1 + B L^+ B')`` with ratings per unit D, shares ``B = D^-1 N`` and the raters'
        information L after units. Random: ``+ rater_variance / n_raters`` in every cell, exactly, in any
        connected panel, because least squares maps a common shift of the raters to itself.
        """
        own = np.where(self.n > 0, self.sigma**2 / np.maximum(self.n, 1), np.nan)
        out: Array = np.diag(own) + self.sigma**2 * (self._root @ self._root.T) + self._common(raters)
        silent = self.n == 0
        out[silent, :] = out[:, silent] = np.nan
        return out

    def variance(self, raters: RatersAre = "fixed") -> Array:
        """Return the variance of the adjusted means, (n_units,); parameters as in `covariance`."""
        return self.sigma**2 * self.leverage + self._common(raters)

    def loadings(self, sample: str, raters: RatersAre = "random") -> Loadings:
        """Return the errors of the adjusted means as sums of independent shocks.

        Parameters
        ----------
        sample : str
            Name of the panel. All shocks are shared under one name, the rest included: give each set
            of scores a name of its own.
        raters : {"fixed", "random"}
            As in `covariance`, which the loadings reproduce.

        Returns
        -------
        Loadings
            One shock per rater (with random raters), one per unit, one per rater's estimation error.
        """
        common = np.sqrt(self._common(raters) / self.n_raters)
        n_units, n_all = self._root.shape
        units = np.flatnonzero(self.n)
        present = np.flatnonzero(~np.isnan(self.severity))
        own = (units, n_all + units, self.sigma / np.sqrt(self.n[units]))
        links = np.meshgrid(units, present, indexing="ij")
        unit, rater = links[0].ravel(), links[1].ravel()
        panel = (unit, rater, np.full(len(unit), common))
        leftover = (unit, n_all + n_units + rater, self.sigma * self._root[unit, rater])
        parts = [own, leftover] if common == 0 else [panel, own, leftover]
        position, shock, amount = (np.concatenate(column) for column in zip(*parts, strict=True))
        return Loadings(sample, position.astype(np.intp), shock.astype(np.intp), amount)

    def _common(self, raters: RatersAre) -> float:
        if raters not in ("fixed", "random"):
            msg = f"raters are 'fixed' or 'random', not {raters!r}"
            raise ValueError(msg)
        if self.raters == "random":
            if raters == "fixed":
                raise ValueError(
                    "fitted with random raters: the error of a fixed panel is that of raters='fixed'"
                )
            return 0.0  # the fit carries it already
        return self.common_variance if raters == "random" else 0.0


def additive(m: ArrayLike, *, raters: RatersAre = "fixed") -> Additive:
    """Return levels of units and severities of raters of a connected panel, holes allowed.

    Parameters
    ----------
    m : array_like (n_units, n_raters)
        Ratings, NaN where there is none.
    raters : {"fixed", "random"}
        Fixed: least squares. Random: severities shrunk towards zero by REML components; more exact
        when few raters link the units and raters were assigned by chance.

    Raises
    ------
    DisconnectedError
        No rater links two groups of units; it carries the groups.
    ValueError
        Fewer than two units or raters with ratings, or a rating that is infinite.

    Notes
    -----
    ``score = unit + rater + residual``, severities summing to zero. Units are eliminated, so that only
    a system of raters is solved: ``L s = c``. Random raters: ``(L + I / ratio) s = c``. Source: Searle,
    *Linear Models* (1971), chapter 7; Henderson (1953), Biometrics 9, for the method of moments.

    Examples
    --------
    >>> nan = float("nan")
    >>> fit = additive([[80, 84, nan], [70, nan, 71], [nan, 92, 89], [75, 78, 76]])
    >>> fit.adjusted.round(2).tolist(), fit.severity.round(2).tolist()
    ([81.73, 71.53, 89.73, 76.33], [-1.53, 2.07, -0.53])
    >>> fit.df, round(fit.sigma, 3)
    (3, 0.365)
    """
    if raters not in ("fixed", "random"):
        msg = f"raters are 'fixed' or 'random', not {raters!r}"
        raise ValueError(msg)
    whole = panel_of(m)
    panel, units, present = without_empty(whole)
    if min(panel.shape) < 2:  # noqa: PLR2004  nothing to compare
        msg = f"two units and two raters are needed, not {panel.shape[0]} and {panel.shape[1]}"
        raise ValueError(msg)
    groups = connected(whole)
    if len(groups) > 1:
        raise DisconnectedError(groups)
    return _placed(_Solved(panel), whole.shape, units, present, raters)


def rounding(panel: Array) -> float:
    """Return how far scores may differ by nothing but the rounding of decimals to doubles."""
    return float(16 * np.finfo(np.float64).eps * np.nanmax(np.abs(panel), initial=0.0))


class _Solved:
    """Least squares of a connected panel in which every unit and every rater has a rating."""

    def __init__(self, panel: Array) -> None:
        given = ~np.isnan(panel)
        self.center = float(np.nanmean(panel))
        self.y = np.where(given, panel - self.center, 0.0)
        self.given = given.astype(np.float64)
        self.n = given.sum(axis=1)
        self.by_rater = given.sum(axis=0)
        self.shares = self.given / self.n[:, None]
        self.mean = self.y.sum(axis=1) / self.n
        information = np.diag(self.by_rater.astype(np.float64)) - self.given.T @ self.shares
        roots, self.vectors = np.linalg.eigh(information)
        self.roots = np.maximum(roots[1:], 0.0)  # the first is that of a common shift: zero
        self.vectors = self.vectors[:, 1:]
        self.along = self.vectors.T @ (self.y.sum(axis=0) - self.given.T @ self.mean)
        self.df = int(given.sum()) - sum(panel.shape) + 1
        self.severity = self.vectors @ (self.along / self.roots)
        fitted = (self.mean - self.shares @ self.severity)[:, None] + self.severity
        self.rest = float((self.given * (self.y - fitted) ** 2).sum())
        if self.rest <= given.sum() * rounding(panel) ** 2:
            self.rest = 0.0

    def rater_variances(self) -> tuple[float, float, float]:
        """Return the raters' variance by REML and by moments, and the residual variance of REML."""
        if self.df == 0:
            return np.nan, np.nan, np.nan
        squares = self.along**2 / self.roots
        moments = (squares.sum() - len(squares) * self.rest / self.df) / self.roots.sum()
        if self.rest == 0.0:  # nothing is left over: the severities are known
            spread = float(np.var(self.severity, ddof=1))
            return spread, max(float(moments), 0.0), 0.0
        ratio, residual = _ratio_to_residual(self.roots, squares, self.rest, self.df)
        return ratio * residual, max(float(moments), 0.0), residual


def _ratio_to_residual(roots: Array, squares: Array, rest: float, df: int) -> tuple[float, float]:
    """Return (ratio of the raters' variance to the residual, residual variance), units held fixed; REML.

    ``squares`` are those of the scores along the eigenvectors of the raters' information; their
    expectation is ``residual * (1 + ratio * root)``. Source: Harville (1977), "Maximum likelihood
    approaches to variance component estimation", Journal of the American Statistical Association 72.
    """
    total = df + len(roots)

    def slope(ratio: float) -> float:
        shrunk = 1.0 / (1.0 + ratio * roots)
        left = rest + squares @ shrunk
        return float((roots * shrunk).sum() - total * (roots * squares) @ shrunk**2 / left)

    ratio = root(slope, 1.0)
    return ratio, float((rest + squares @ (1.0 / (1.0 + ratio * roots))) / total)


def _placed(
    solved: _Solved,
    shape: tuple[int, ...],
    units: NDArray[np.intp],
    present: NDArray[np.intp],
    raters: RatersAre,
) -> Additive:
    """Return the fit at the positions of the whole panel."""
    variance, moments, residual = solved.rater_variances()
    kernel = 1.0 / solved.roots
    shift = 0.0
    if raters == "fixed":
        residual = solved.rest / solved.df if solved.df else np.nan
    elif not residual > 0:
        raise ValueError(
            "units and raters explain every rating: random raters need some residual; use 'fixed'"
        )
    else:
        kernel = variance / (residual + variance * solved.roots)
        shift = variance / residual / len(present)
    severity = solved.vectors @ (kernel * solved.along)
    spread = (solved.vectors**2) @ kernel
    half = (solved.vectors * np.sqrt(kernel)) @ solved.vectors.T
    # a common shift of the raters, zero in the fixed fit, reaches every unit in full
    half = half + np.sqrt(shift / len(present))
    links = np.zeros(shape)
    links[np.ix_(units, present)] = solved.shares @ half
    n = _at(solved.n, units, shape[0], 0)
    return Additive(
        adjusted=_at(solved.center + solved.mean - solved.shares @ severity, units, shape[0]),
        severity=_at(severity, present, shape[1]),
        severity_se=_at(np.sqrt(residual * (spread + shift)), present, shape[1]),
        raw=_at(solved.center + solved.mean, units, shape[0]),
        n=n.astype(np.intp),
        sigma=float(np.sqrt(residual)),
        df=solved.df,
        rater_variance=variance,
        rater_variance_anova=moments,
        single=tuple(present[solved.by_rater == 1].tolist()),
        raters=raters,
        _root=links,
    )


def _at(values: Array, places: NDArray[np.intp], size: int, otherwise: float = np.nan) -> Array:
    out = np.full(size, otherwise)
    out[places] = values
    return out
