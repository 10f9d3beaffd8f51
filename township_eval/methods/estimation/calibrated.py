"""Errors of estimates with calibrated weights: only what the known totals do not explain is error.

A calibrated estimate moves with a respondent by the residual of his score from a regression on the
calibration's margins. Scores are linear in the answers, so sums per cell suffice for that too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from township_eval.methods.estimation.calibration import Calibration, indicators
from township_eval.methods.estimation.design import Design
from township_eval.methods.estimation.linearized import Estimates, check_one_item, from_scores, linear_scores
from township_eval.methods.estimation.shocks import Scores, spread
from township_eval.methods.estimation.sums import KEYS, Sums
from township_eval.methods.loadings import Loadings
from township_eval.methods.varying import Array

__all__ = ["calibrated_sums", "estimate_calibrated", "spread_residuals"]

Positions: TypeAlias = NDArray[np.intp]

_BLOCK: Final = 1 << 22  # numbers held at a time: 32 MB


def estimate_calibrated(
    sums: Sums,
    calibration: Calibration,
    kind: str = "mean",
    *,
    design: Design | None = None,
    n_domains: int | None = None,
    plain: Sums | None = None,
) -> Estimates:
    """Estimate every domain's mean, total or share with calibrated weights and their errors.

    Parameters
    ----------
    sums : Sums
        One item, with the design weights and the calibration's cells: everybody who was calibrated.
    calibration : Calibration
    kind : {"mean", "total", "share"}
    design : Design, optional
        Populations and lonely units; drawn with replacement without.
    n_domains : int, optional
        Number of domains, also those without a row.
    plain : Sums, optional
        See `spread_residuals`.

    Returns
    -------
    Estimates
        ``w``, the design effects and Kish's size are those of the calibrated weights.

    Raises
    ------
    ValueError
        As `estimate`, and a cell the calibration does not know.

    Examples
    --------
    Half of the people are young, but four of the six who were asked:

    >>> from township_eval.methods.estimation.calibration import Margin, calibrate, cell_weights
    >>> from township_eval.methods.estimation.sums import tabulate
    >>> sums = tabulate([90.0, 80.0, 70.0, 30.0, 50.0, 80.0], cell=[0, 0, 0, 1, 1, 0])
    >>> age = Margin("age", np.array([0, 1]), np.array([50.0, 50.0]))
    >>> result = estimate_calibrated(sums, calibrate(cell_weights(sums, 2), [age]))
    >>> result.estimate.tolist(), result.se.round(2).tolist()
    ([60.0], [4.33])
    """
    check_one_item(sums, kind)
    if int(sums.cell.max(initial=-1)) >= len(calibration.factor):
        msg = f"the calibration has {len(calibration.factor)} cells, the table {int(sums.cell.max()) + 1}"
        raise ValueError(msg)
    size = int(sums.domain.max(initial=-1)) + 1 if n_domains is None else n_domains
    design = design or Design()
    table = calibrated_sums(sums, calibration)
    value, scores = linear_scores(table, kind, size)
    shocks = spread_residuals(table, scores, calibration, design, plain=plain)
    return from_scores(table, kind, value, scores, design, shocks=shocks)


def calibrated_sums(sums: Sums, calibration: Calibration) -> Sums:
    """Return the table the calibrated weights would have given.

    Examples
    --------
    >>> from township_eval.methods.estimation.calibration import Margin, calibrate, cell_weights
    >>> from township_eval.methods.estimation.sums import tabulate
    >>> sums = tabulate([80.0, 60.0, 30.0], cell=[0, 0, 1])
    >>> margin = Margin("age", np.array([0, 1]), np.array([10.0, 30.0]))
    >>> known = calibrate(cell_weights(sums, 2), [margin])
    >>> calibrated_sums(sums, known).w.tolist()
    [10.0, 30.0]
    """
    g = calibration.factor[sums.cell]
    once = ("w", "wy", "wy2", "w_missing")
    twice = ("w2", "w2y", "w2y2", "w2_missing")
    moved = {name: getattr(sums, name) * g for name in once}
    return replace(sums, **moved, **{name: getattr(sums, name) * g * g for name in twice})


def spread_residuals(
    sums: Sums, scores: Scores, calibration: Calibration, design: Design, *, plain: Sums | None = None
) -> Loadings:
    """Return the errors of calibrated estimates under a design; unit = domain.

    Parameters
    ----------
    sums : Sums
        From `calibrated_sums`: of everybody who was calibrated, in whatever domain.
    scores : Scores
        Linearized scores with the calibrated weights, as if these were design weights.
    calibration : Calibration
    design : Design
    plain : Sums, optional
        The same table with all weights 1. With it the regression is not weighted.

    Returns
    -------
    Loadings
        Domains share the shocks of all clusters their margins reach, so that what calibration makes
        townships share is in their covariance.

    Raises
    ------
    ValueError
        ``plain`` has other rows, or what `spread` raises.

    Notes
    -----
    ``e_i = z_i - x_i' B``, ``B = (sum q x x')^-1 sum q x z``, with ``q`` the derivative of the
    calibrated weights in the calibration's multipliers: the calibrated weight in raking, the design
    weight in linear calibration, either in post-stratification, where ``x' B`` is the cell's mean.
    Source: Deville and Särndal, JASA 87 (1992), 376-382; Särndal, Swensson and Wretman (1992), 6.6 and 7.6.

    R's ``rake`` takes ``q = 1`` (*survey* 4.1), which ``plain`` reproduces. It is the same where weights
    have nothing to do with answers inside the margins, and errs where they have: with sizes tied to
    answers it has nearly doubled the true variance in simulations, the weighted one has not.

    Examples
    --------
    >>> from township_eval.methods.estimation.calibration import Margin, calibrate, cell_weights
    >>> from township_eval.methods.estimation.sums import tabulate
    >>> sums = tabulate([90.0, 90.0, 30.0, 30.0], cell=[0, 0, 1, 1])
    >>> margin = Margin("age", np.array([0, 1]), np.array([10.0, 30.0]))
    >>> known = calibrate(cell_weights(sums, 2), [margin])
    >>> own = Scores(np.array([0, 0]), np.array([0, 1]), np.full(2, 1 / 40), np.full(2, -45 / 40))
    >>> spread_residuals(calibrated_sums(sums, known), own, known, Design()).variance(1).tolist()
    [0.0]
    """
    fitted = _explained(sums, scores, calibration, plain)
    if sums.persons or design.persons is not None:
        return spread(sums, _with_all_rows(sums, scores, fitted), design)
    return spread(*_by_cluster(sums, scores, fitted), design)


def _explained(sums: Sums, scores: Scores, calibration: Calibration, plain: Sums | None) -> Array:
    """Return what the margins explain of the scores, (n_domains, n_cells)."""
    if plain is None:
        table, q = sums, calibration.factor * calibration.weight
    else:
        _check_rows(sums, plain)
        table, q = plain, _by_cell(sums.cell, (plain.w + plain.w_missing), len(calibration.weight))
    n_cells, n_domains = len(q), int(scores.domain.max(initial=-1)) + 1
    place = scores.domain * n_cells + sums.cell[scores.row]
    total = _by_cell(place, scores.totals(table), n_domains * n_cells).reshape(n_domains, n_cells)
    if plain is None and calibration.method == "linear":
        total, q = total / calibration.factor, calibration.weight
    if len(calibration.margins) == 1:
        return _cell_means(total, q, calibration)
    root = np.sqrt(q)
    x = indicators(calibration.margins)
    per_root = np.divide(total, root, out=np.zeros(total.shape), where=root > 0)
    beta = np.linalg.lstsq(x * root[:, np.newaxis], per_root.T, rcond=None)[0]
    explained: Array = (x @ beta).T
    return explained


def _by_cell(place: Positions, amount: Array, size: int) -> Array:
    return np.bincount(place, weights=amount, minlength=size).astype(np.float64, copy=False)


def _check_rows(sums: Sums, plain: Sums) -> None:
    if any(not np.array_equal(getattr(plain, key), getattr(sums, key)) for key in KEYS):
        msg = "the table with weights 1 must have the rows of the weighted one"
        raise ValueError(msg)


def _cell_means(total: Array, q: Array, calibration: Calibration) -> Array:
    """Return the mean score of each category: exact zeros where a domain has nobody."""
    (margin,) = calibration.margins
    size = margin.added(q)
    sums = np.stack([margin.added(row) for row in total]) if len(total) else np.zeros((0, len(size)))
    means: Array = np.divide(sums, size, out=np.zeros(sums.shape), where=size > 0)
    return means[:, margin.category]


def _with_all_rows(sums: Sums, scores: Scores, fitted: Array) -> Scores:
    """Return the residuals as scores of rows: a domain's own, and all its margins reach.

    Own answers and what is taken off must be one entry per row: a second stage squares them.
    """
    full = np.zeros((3, len(fitted), len(sums)))
    full[1] = full[2] = -fitted[:, sums.cell]
    here = (scores.domain, scores.row)
    np.add.at(full[0], here, scores.slope)
    np.add.at(full[1], here, scores.level)
    if scores.gap is not None:
        np.add.at(full[2], here, scores.gap)
    domain, row = np.nonzero((full != 0).any(axis=0))
    slope, level, gap = full[:, domain, row]
    return Scores(domain, row, slope, level, gap)


def _by_cluster(sums: Sums, scores: Scores, fitted: Array) -> tuple[Sums, Scores]:
    """Return a table of one row per cluster, and the clusters' totals of residuals as its scores.

    With one stage nothing else counts, and there are many fewer entries than rows times domains.
    """
    persons = sums.without("domain", "item")
    table = sums.without("domain", "item", "cell")
    number = np.zeros(int(table.cluster.max(initial=-1)) + 1, dtype=np.intp)
    number[table.cluster] = np.arange(len(table))
    nothing = np.zeros(len(table))
    table = replace(table, w=np.ones(len(table)), wy=nothing, w_missing=nothing)
    own = scores.domain * len(table) + number[sums.cluster[scores.row]]
    totals = scores.totals(sums)
    parts = list(_blocks(persons, number[persons.cluster], own, totals, fitted, len(table)))
    domain, row, level = (np.concatenate(part) for part in zip(*parts, strict=True))
    return table, Scores(domain, row, np.zeros(len(level)), level)


def _blocks(
    persons: Sums, cluster: Positions, own: Positions, totals: Array, fitted: Array, n_clusters: int
) -> Iterator[tuple[Positions, Positions, Array]]:
    """Yield domain, cluster and total of residuals where it is not zero, some domains at a time."""
    weight = persons.w + persons.w_missing
    order = np.argsort(cluster, kind="stable")
    starts = np.searchsorted(cluster[order], np.arange(n_clusters))
    cell, weight = persons.cell[order], weight[order]
    step = max(1, _BLOCK // max(len(cell), 1))
    for first in range(0, max(len(fitted), 1), step):
        part = fitted[first : first + step]
        taken = np.add.reduceat(part[:, cell] * weight, starts, axis=1)
        inside = (own >= first * n_clusters) & (own < (first + len(part)) * n_clusters)
        held = _by_cell(own[inside] - first * n_clusters, totals[inside], taken.size)
        left = held.reshape(taken.shape) - taken
        domain, row = np.nonzero(left)
        yield domain + first, row, left[domain, row]
