"""Standard errors of scores that a panel gives: what its raters share, and what each score has of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from township_eval.methods.loadings import Loadings
from township_eval.methods.ratings.additive import Additive
from township_eval.methods.varying import Array

__all__ = ["PanelErrors", "adjusted_errors", "mean_errors", "spread_errors", "trimming_cost"]

RatersAre: TypeAlias = Literal["fixed", "random"]


@dataclass(frozen=True, slots=True, eq=False)
class PanelErrors:
    """Errors of one score per unit.

    Attributes
    ----------
    variance, df : array (n_units,)
        Variance of the score and its degrees of freedom (Satterthwaite); NaN where not known.
    common : Loadings
        What the raters' severities do to the scores: one shock per rater, its column in the panel.
    rest : Loadings
        What is left; to be kept apart from that of any other set of scores.
    """

    variance: Array
    df: Array
    common: Loadings
    rest: Loadings


def trimming_cost(n: ArrayLike, trim: ArrayLike) -> Array:
    """Return how much larger a trimmed mean's variance is than that of the mean of the same scores.

    Parameters
    ----------
    n : array_like of int
        Scores before trimming.
    trim : array_like of int
        Dropped at each end; ``(n - 1) // 2`` makes the median.

    Returns
    -------
    array
        1 without trimming; NaN where nothing is left.

    Notes
    -----
    ``(E[z^2; |z| < q] + 2 g q^2) / (1 - 2 g)^2`` for normal scores with ``g = trim / n`` and
    ``q = -Phi^-1(g)``: exact for many scores, within 5 % of the variance from three scores on. Source:
    Bickel (1965), "On some robust estimates of location", Annals of Mathematical Statistics 36.

    Examples
    --------
    >>> trimming_cost([5, 5, 5], [0, 1, 2]).round(3).tolist()
    [1.0, 1.145, 1.39]
    """
    count, dropped = np.broadcast_arrays(np.asarray(n, dtype=np.float64), np.asarray(trim, dtype=np.float64))
    left = np.where(count > 2 * dropped, 1 - 2 * dropped / np.maximum(count, 1), np.nan)
    cut = (dropped > 0) & ~np.isnan(left)
    share = np.where(cut, dropped / np.maximum(count, 1), 0.25)
    q = -special.ndtri(share)
    inner = 1 - 2 * share - 2 * q * np.exp(-(q**2) / 2) / np.sqrt(2 * np.pi)
    return np.where(cut, (inner + 2 * share * q**2) / left**2, np.where(left > 0, 1.0, np.nan))


def mean_errors(
    m: ArrayLike, fit: Additive, samples: tuple[str, str], raters: RatersAre, trim: ArrayLike = 0
) -> PanelErrors:
    """Return the errors of means of a panel's scores, trimmed ones included.

    Parameters
    ----------
    m : array_like (n_units, n_raters)
        Ratings, NaN where there is none.
    fit : Additive
        The additive model of these ratings.
    samples : (str, str)
        Names of what the raters share and of the rest.
    raters : {"fixed", "random"}
        Random: each severity is a shock common to all units the rater has marked, which thresholds
        need. Fixed: severities about the panel's mean, which serves rankings; they cancel where all
        raters have marked a unit, and stay in where some have not.
    trim : int or array_like (n_units,)
        Dropped at each end.

    Notes
    -----
    The mean of k ratings has ``(rater variance + sigma^2) / k``; a trimmed mean that times
    `trimming_cost`. Components are pooled over all units, because the spread of a handful of scores
    of one unit may be nothing by chance. Degrees of freedom: Satterthwaite (1946), Biometrics
    Bulletin 2, on the mean squares of raters and residual.

    Examples
    --------
    >>> from township_eval.methods.ratings.additive import additive
    >>> m = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    >>> found = mean_errors(m, additive(m), ("raters", "rest"), "random")
    >>> found.variance[:1].round(3).tolist(), found.df[:1].round(1).tolist()
    ([1.566], [4.0])
    """
    given = ~np.isnan(np.asarray(m, dtype=np.float64))
    n = given.sum(axis=1)
    cost = trimming_cost(n, trim)
    share = np.where(n > 0, cost / np.maximum(n, 1), np.nan)
    weight = np.where(given, 1 / np.maximum(n, 1)[:, None], 0.0)
    present = ~np.isnan(fit.severity)
    common = share
    if raters == "fixed":
        weight = np.where(present & (n > 0)[:, None], weight - 1 / fit.n_raters, 0.0)
        common = np.where(np.isnan(share), np.nan, cost * (weight**2).sum(axis=1))
    unit, rater = np.nonzero(~np.isnan(cost)[:, None] & (weight != 0))
    amount = np.sqrt(fit.rater_variance * cost[unit]) * weight[unit, rater]
    own = np.flatnonzero(~np.isnan(share))
    return _errors(
        fit,
        common,
        share,
        Loadings(samples[0], unit, rater, amount),
        Loadings(samples[1], own, own, fit.sigma * np.sqrt(share[own])),
    )


def adjusted_errors(fit: Additive, samples: tuple[str, str], raters: RatersAre) -> PanelErrors:
    """Return the errors of severity-adjusted scores; parameters as in `mean_errors`.

    Examples
    --------
    >>> from township_eval.methods.ratings.additive import additive
    >>> m = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    >>> adjusted_errors(additive(m), ("raters", "rest"), "fixed").variance[:1].round(3).tolist()
    [0.255]
    """
    rest = np.where(fit.n > 0, 0.0, np.nan)  # nothing left over: no matter how much of it
    if fit.sigma:
        rest = fit.variance("fixed") / fit.sigma**2
    own = fit.loadings(samples[1], "fixed")
    if raters == "fixed":
        return _errors(fit, 0.0 * rest, rest, _nothing(samples[0]), own)
    present = np.flatnonzero(~np.isnan(fit.severity))
    unit, rater = (axis.ravel() for axis in np.meshgrid(np.flatnonzero(fit.n), present, indexing="ij"))
    equal = np.full(len(unit), np.sqrt(fit.rater_variance) / len(present))
    common = np.where(fit.n > 0, 1 / len(present), np.nan)
    return _errors(fit, common, rest, Loadings(samples[0], unit, rater, equal), own)


def spread_errors(m: ArrayLike, sample: str, trim: ArrayLike = 0) -> PanelErrors:
    """Return the errors of means from the spread of each unit's own ratings, raters counted as drawn.

    For panels that the additive model cannot take apart: one unit, groups no rater links, no
    rating to spare. Parameters as in `mean_errors`.

    Notes
    -----
    ``s^2 / k`` with ``k - 1`` degrees of freedom, times `trimming_cost`. Units that share raters vary
    together as their deviations do.

    Examples
    --------
    >>> found = spread_errors([[80, 84, 85], [90, float("nan"), float("nan")]], "panel")
    >>> found.variance.round(2).tolist(), found.df.tolist()
    ([2.33, nan], [2.0, nan])
    """
    panel = np.asarray(m, dtype=np.float64)
    given = ~np.isnan(panel)
    n = given.sum(axis=1)
    several = n > 1
    mean = np.where(given, panel, 0.0).sum(axis=1) / np.maximum(n, 1)
    cost = np.where(several, trimming_cost(n, trim), np.nan)
    scale = np.sqrt(cost / (np.maximum(n, 1) * np.maximum(n - 1, 1)))
    unit, rater = np.nonzero(given & ~np.isnan(scale)[:, None])
    amount = (panel[unit, rater] - mean[unit]) * scale[unit]
    variance = np.where(np.isnan(scale), np.nan, np.bincount(unit, weights=amount**2, minlength=len(panel)))
    df = np.where(np.isnan(variance), np.nan, n - 1.0)
    return PanelErrors(variance, df, _nothing(sample), Loadings(sample, unit, rater, amount))


def _nothing(sample: str) -> Loadings:
    none: NDArray[np.intp] = np.empty(0, dtype=np.intp)
    return Loadings(sample, none, none, np.empty(0))


def _errors(fit: Additive, common: Array, rest: Array, shared: Loadings, own: Loadings) -> PanelErrors:
    """Return the errors of scores with these multiples of the rater variance and of the residual's."""
    variance = common * fit.rater_variance + rest * fit.sigma**2
    return PanelErrors(variance, _satterthwaite(fit, common, rest, variance), shared, own)


def _satterthwaite(fit: Additive, common: Array, rest: Array, variance: Array) -> Array:
    """Return the degrees of freedom of ``common * rater variance + rest * sigma^2``.

    The rater variance is a difference of mean squares, ``(between - sigma^2) / each`` with ``each`` the
    ratings a rater gives on average beyond what the units take (Henderson's method 3).
    """
    residual = fit.sigma**2
    n_raters = fit.n_raters
    each = (fit.n.sum() - np.count_nonzero(fit.n)) / (n_raters - 1)
    moved = common / each
    between = residual + each * fit.rater_variance
    parts = (moved * between) ** 2 / (n_raters - 1) + ((rest - moved) * residual) ** 2 / max(fit.df, 1)
    out = np.full(len(variance), np.nan)
    np.divide(variance**2, parts, out=out, where=parts > 0)
    return out
