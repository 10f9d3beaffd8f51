"""Means, totals and shares of domains with linearized standard errors, from sums alone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from township_eval.methods.estimation.design import Design, stages
from township_eval.methods.estimation.shocks import Scores, spread
from township_eval.methods.estimation.sums import Counts, Sums
from township_eval.methods.loadings import Loadings
from township_eval.methods.varying import Array

__all__ = ["KINDS", "Estimates", "check_one_item", "estimate", "from_scores", "linear_scores"]

Positions: TypeAlias = NDArray[np.intp]

KINDS: Final = ("mean", "total", "share")
_ROUNDING: Final = 1e-12  # of the sum of squares: what is below is rounding, all answers are equal


@dataclass(frozen=True, eq=False)
class Estimates:
    """Estimates of domains with what their errors rest on; arrays are (n_domains,).

    Attributes
    ----------
    kind : {"mean", "total", "share"}
        What was estimated.
    estimate, se : array
        In units of the answers (a share is between 0 and 1); NaN for a domain without answers.
    df : array of int
        Sampling units less strata among the domain's valid answers.
    n, n_missing : array of int
        Valid and missing answers.
    draws : array of int
        Sampling units with a valid answer: clusters, or persons where none were drawn.
    deff, deff_wr : array
        Variance over that of a simple random sample of ``n`` drawn without and with replacement.
        The first needs weights that add up to the population; it is NaN where they add up to no
        more than ``n``.
    n_eff : array
        ``n / deff``, by ``deff_wr`` where `deff` is NaN.
    n_eff_kish : array
        ``(sum w)^2 / sum w^2``: what unequal weights alone cost. No design effect of clusters.
    w : array
        Sum of the weights of the valid answers.
    constant : array of bool
        All valid answers are equal: an error of 0 then says nothing unless `complete`.
    complete : array of bool
        Every sampling unit of the domain's strata is in the sample: no sampling error.
    lonely : str or None
        The option by which strata with one sampling unit were treated, where there were any.
    shocks : Loadings
        The errors; see `loadings`.
    """

    kind: str
    estimate: Array
    se: Array
    df: Counts
    n: Counts
    n_missing: Counts
    draws: Counts
    deff: Array
    deff_wr: Array
    n_eff: Array
    n_eff_kish: Array
    w: Array
    constant: NDArray[np.bool_]
    complete: NDArray[np.bool_]
    lonely: str | None
    shocks: Loadings

    @property
    def n_eff_wr(self) -> Array:
        """``n / deff_wr``, (n_domains,)."""
        return _effective(self.n.astype(np.float64), self.deff_wr, self.complete)

    def loadings(self, sample: str) -> Loadings:
        """Return the errors under the name of their sample; ``se`` is the root of their variance.

        Estimates of several questions may share a name when their tables were made from the same
        persons. Clusters are then shared exactly; the answers of one person to several questions,
        where persons are sampling units, count as fully correlated, because sums per question do
        not tell.
        """
        return replace(self.shocks, sample=sample)

    def covariance(self) -> Array:
        """Return the covariance of the estimates, (n_domains, n_domains); for some hundred domains."""
        return self.shocks.covariance(len(self.estimate))


def estimate(
    sums: Sums, kind: str = "mean", *, design: Design | None = None, n_domains: int | None = None
) -> Estimates:
    """Estimate every domain's mean, total or share.

    Parameters
    ----------
    sums : Sums
        One item; for a share the answers are 0 and 1.
    kind : {"mean", "total", "share"}
        A mean and a share are ``sum wy / sum w``.
    design : Design, optional
        Populations and lonely units; drawn with replacement without.
    n_domains : int, optional
        Number of domains, also those without a row.

    Returns
    -------
    Estimates

    Raises
    ------
    LonelyCluster
        A stratum has one sampling unit and the design refuses that.
    ValueError
        Unknown kind, several items, or a population smaller than its sample.

    Notes
    -----
    The score of a mean is ``w (y - mean) / sum w``, that of a total ``w y``; persons outside the
    domain score 0, and clusters without any stay in the variance of their stratum. Source: Särndal,
    Swensson and Wretman (1992), sections 5.5 and 10.3; Binder (1983), *International Statistical
    Review* 51.

    Examples
    --------
    Two villages of ten in a township, weights 5:

    >>> from township_eval.methods.estimation.sums import tabulate
    >>> sums = tabulate([100.0, 80.0, 80.0, 30.0], weights=[5.0] * 4, cluster=[0, 0, 1, 1])
    >>> result = estimate(sums, design=Design(population=np.array([10.0])))
    >>> result.estimate.tolist(), result.se.round(4).tolist(), result.df.tolist()
    ([72.5], [15.6525], [1])
    """
    check_one_item(sums, kind)
    size = int(sums.domain.max(initial=-1)) + 1 if n_domains is None else n_domains
    value, scores = linear_scores(sums, kind, size)
    return from_scores(sums, kind, value, scores, design)


def check_one_item(sums: Sums, kind: str) -> None:
    """Raise ValueError for an unknown kind, or a table of several items."""
    if kind not in KINDS:
        msg = f"kind must be one of {', '.join(KINDS)}, not {kind!r}"
        raise ValueError(msg)
    if len(sums) and (sums.item != sums.item[0]).any():
        msg = "the table holds several items: choose one with of_item, or add them up with without('item')"
        raise ValueError(msg)


def linear_scores(sums: Sums, kind: str, n_domains: int) -> tuple[Array, Scores]:
    """Return the estimates, (n_domains,), and their linearized scores.

    Examples
    --------
    >>> from township_eval.methods.estimation.sums import tabulate
    >>> value, scores = linear_scores(tabulate([90.0, 70.0]), "mean", 1)
    >>> value.tolist(), scores.slope.tolist(), scores.level.tolist()
    ([80.0], [0.5], [-40.0])
    """
    w, wy = _by(sums.domain, sums.w, n_domains), _by(sums.domain, sums.wy, n_domains)
    row = np.flatnonzero(sums.w > 0)
    domain = sums.domain[row]
    if kind == "total":
        return np.where(w > 0, wy, np.nan), Scores(domain, row, np.ones(len(row)), np.zeros(len(row)))
    mean = _ratio(wy, w)
    varies = ~_constant(sums, n_domains)  # of equal answers only rounding would be left
    slope = np.where(varies, _ratio(np.ones(n_domains), w), 0.0)
    level = -slope * np.where(varies, mean, 0.0)
    return mean, Scores(domain, row, slope[domain], level[domain])


def from_scores(
    sums: Sums,
    kind: str,
    value: Array,
    scores: Scores,
    design: Design | None = None,
    *,
    shocks: Loadings | None = None,
) -> Estimates:
    """Describe estimates whose linearized scores are known, calibrated ones for example.

    Parameters
    ----------
    sums : Sums
        The table with the weights that gave the estimates.
    kind : {"mean", "total", "share"}
        Unit of the design effect.
    value : array, (n_domains,)
        The estimates.
    scores : Scores
        Their linearized scores on the same table.
    design : Design, optional
        Populations and lonely units.
    shocks : Loadings, optional
        The errors where they are not those of the scores alone: under calibration.

    Returns
    -------
    Estimates
    """
    design = design or Design()
    size = len(value)
    n, missing = _by(sums.domain, sums.n, size), _by(sums.domain, sums.missing, size)
    w = _by(sums.domain, sums.w, size)
    shocks = spread(sums, scores, design) if shocks is None else shocks
    variance = np.where(w > 0, shocks.variance(size), np.nan)
    variance = np.where(variance > _noise(sums, kind, size), variance, 0.0 * variance)
    deff, deff_wr = _design_effects(sums, variance, kind, size)
    draws, strata = _units(sums, size)
    drawn = stages(sums, design)
    complete = _by(sums.domain, drawn.unseen(sums).astype(np.float64), size) == 0
    return Estimates(
        kind,
        value,
        np.sqrt(variance),
        draws - strata,
        n.astype(np.int64),
        missing.astype(np.int64),
        draws,
        deff,
        deff_wr,
        _effective(n, np.where(np.isnan(deff), deff_wr, deff), complete),
        _ratio(w**2, _by(sums.domain, sums.w2, size)),
        w,
        _constant(sums, size),
        complete,
        design.lonely if drawn.any_alone else None,
        shocks,
    )


def _by(domain: Positions, column: NDArray[np.float64] | Counts, size: int) -> Array:
    return np.asarray(np.bincount(domain, weights=column, minlength=size), dtype=np.float64)


def _ratio(above: Array, below: Array) -> Array:
    out: Array = np.divide(above, below, out=np.full(len(below), np.nan), where=below > 0)
    return out


def _effective(n: Array, deff: Array, complete: NDArray[np.bool_]) -> Array:
    """Return n / deff; of a design effect of 0 only where it is that of a census."""
    out = np.where((deff == 0) & complete, np.inf, np.nan)
    return np.asarray(np.divide(n, deff, out=out, where=deff > 0), dtype=np.float64)


def _noise(sums: Sums, kind: str, size: int) -> Array:
    """Return what rounding alone makes of a variance: clusters that agree to the last digit have none.

    Far below what any sample can show, and far above the square of a double's last digit.
    """
    w, wy2, n = (_by(sums.domain, column, size) for column in (sums.w, sums.wy2, sums.n))
    about_zero = _ratio(_ratio(wy2, w), n)
    return _ROUNDING**2 * np.nan_to_num(about_zero * w**2 if kind == "total" else about_zero)


def _squares(sums: Sums, size: int) -> tuple[Array, Array]:
    """Return the weighted sum of squares about each domain's mean, and about zero."""
    w, wy, wy2 = (_by(sums.domain, column, size) for column in (sums.w, sums.wy, sums.wy2))
    about = wy2 - np.divide(wy**2, w, out=np.zeros(size), where=w > 0)
    return np.where(about > _ROUNDING * wy2, about, 0.0), wy2


def _constant(sums: Sums, size: int) -> NDArray[np.bool_]:
    about, _ = _squares(sums, size)
    out: NDArray[np.bool_] = (about == 0) & (_by(sums.domain, sums.n, size) > 0)
    return out


def _design_effects(sums: Sums, variance: Array, kind: str, size: int) -> tuple[Array, Array]:
    """Return the design effects without and with replacement (R's ``deff=TRUE`` and ``"replace"``)."""
    about, _ = _squares(sums, size)
    n, w = _by(sums.domain, sums.n, size), _by(sums.domain, sums.w, size)
    simple = _ratio(_ratio(about, w), n - 1.0)  # S^2 / n
    if kind == "total":
        simple = simple * w**2
    left = np.where(w > n, 1.0 - _ratio(n, w), np.nan)
    return _ratio(variance, simple * left), _ratio(variance, simple)


def _units(sums: Sums, size: int) -> tuple[Counts, Counts]:
    """Return how many sampling units and strata every domain's valid answers come from."""
    valid = sums.w > 0
    domain = sums.domain[valid]
    strata = _distinct(domain, sums.stratum[valid], size)
    units = _by(domain, sums.n[valid], size) if sums.persons else _distinct(domain, sums.cluster[valid], size)
    return units.astype(np.int64), strata.astype(np.int64)


def _distinct(domain: Positions, group: Positions, size: int) -> Array:
    n_groups = int(group.max(initial=0)) + 1
    pairs = np.unique(domain * n_groups + group)
    return np.asarray(np.bincount(pairs // n_groups, minlength=size), dtype=np.float64)
