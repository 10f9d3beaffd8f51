"""Linearized scores of persons spread over the draws of the sample: clusters, then persons.

A score ``z_i = w_i (slope y_i + level)`` says how much person ``i`` moves a domain's estimate. Its
sums per row of the table suffice: what the draw of a cluster does follows from the cluster's total,
what the draw of persons does from the totals and the sums of squares.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from township_eval.methods.estimation.design import Design, Factors, Stages, stages
from township_eval.methods.estimation.sums import Sums
from township_eval.methods.loadings import Loadings
from township_eval.methods.varying import Array

__all__ = ["Scores", "spread"]

Positions: TypeAlias = NDArray[np.intp]

# Shocks of a row: valid answers about their mean (weights, then answers), missing ones about theirs,
# the mean of the valid, the mean of the missing.
_PER_ROW: Final = 5
_ROUNDING: Final = 1e-12


@dataclass(frozen=True, eq=False)
class Scores:
    """What the persons of a row move a domain's estimate by.

    Attributes
    ----------
    domain, row : array of int, (n_entries,)
        Domain, and row of the table; a row may move several domains.
    slope, level : array, (n_entries,)
        ``z_i = w_i (slope y_i + level)`` for valid answers.
    gap : array, (n_entries,), optional
        ``z_i = w_i gap`` for missing answers; 0 without.
    """

    domain: Positions
    row: Positions
    slope: Array
    level: Array
    gap: Array | None = None

    def totals(self, sums: Sums) -> Array:
        """Return every entry's sum of scores, (n_entries,)."""
        total: Array = self.slope * sums.wy[self.row] + self.level * sums.w[self.row]
        return total if self.gap is None else total + self.gap * sums.w_missing[self.row]


def spread(sums: Sums, scores: Scores, design: Design) -> Loadings:
    """Return the errors the scores cause under a design; unit = domain.

    Parameters
    ----------
    sums : Sums
        All sampled clusters have a row, also those without members of any domain.
    scores : Scores
        Linearized scores of one or several domains.
    design : Design
        Populations of the stages, and the treatment of lonely units.

    Returns
    -------
    Loadings
        Shock ``c < n_clusters`` is the draw of cluster ``c``; persons' shocks follow.

    Raises
    ------
    LonelyCluster
        A stratum or cluster has one sampling unit and the design refuses that.
    ValueError
        A population is smaller than its sample, or a cluster lies in two strata.

    Notes
    -----
    One stage: ``V = sum_h (1 - f_h) n_h / (n_h - 1) sum_c (u_hc - mean u_h)^2`` over all sampled
    clusters. The second stage adds ``f_h (1 - f_hc) m_hc / (m_hc - 1) sum_i (z_i - mean z_hc)^2``.
    Source: Särndal, Swensson and Wretman (1992), results 3.7.2 and 4.3.1; Bellhouse (1985),
    *Computing methods for variance estimation in complex surveys*, J. Official Statistics 1, for
    the recursion.
    """
    drawn = stages(sums, design)
    if sums.persons:
        return _persons(sums, scores, sums.stratum, drawn.strata, design.lonely)
    first = _clusters(sums, scores, drawn, design.lonely)
    if drawn.inside is None:
        return first
    return _joined(first, _persons(sums, scores, sums.cluster, drawn.inside, design.lonely))


def _clusters(sums: Sums, scores: Scores, drawn: Stages, lonely: str) -> Loadings:
    """Return what the draw of the clusters does; clusters nobody sampled have share 0."""
    strata = drawn.strata
    n_clusters = int(sums.cluster.max(initial=-1)) + 1
    stratum = np.zeros(n_clusters, dtype=np.intp)
    stratum[sums.cluster] = sums.stratum
    share = np.zeros(n_clusters)
    share[drawn.clusters] = 1.0 / strata.size[stratum[drawn.clusters]]
    if lonely == "adjust":
        share[strata.alone[stratum]] = 0.0  # the distance from the mean of all, not of its own
    group = sums.stratum[scores.row]
    amount = scores.totals(sums) * _roots(scores.domain, group, strata, lonely)
    return Loadings("", scores.domain, sums.cluster[scores.row], amount, stratum, share).without_unused()


def _persons(sums: Sums, scores: Scores, group: Positions, drawn: Factors, lonely: str) -> Loadings:
    """Return what the draw of persons inside their groups does."""
    root = _roots(scores.domain, group[scores.row], drawn, lonely)
    first, tied, rest, gaps = (part[scores.row] for part in _within(sums))
    valid, missing = sums.n[scores.row], sums.missing[scores.row]
    amounts = [
        scores.level * first + scores.slope * tied,
        scores.slope * rest,
        np.zeros(0),
        _per_root(scores.slope * sums.wy[scores.row] + scores.level * sums.w[scores.row], valid),
        np.zeros(0),
    ]
    if scores.gap is not None:
        amounts[2] = scores.gap * gaps
        amounts[4] = _per_root(scores.gap * sums.w_missing[scores.row], missing)
    place = np.concatenate([scores.row[: len(a)] * _PER_ROW + k for k, a in enumerate(amounts)])
    unit = np.concatenate([scores.domain[: len(a)] for a in amounts])
    amount = np.concatenate([a * root[: len(a)] for a in amounts])
    share = np.zeros((len(sums), _PER_ROW))
    centered = np.ones(len(drawn.size)) if lonely != "adjust" else (~drawn.alone).astype(np.float64)
    of_one = np.divide(centered, drawn.size, out=np.zeros(len(drawn.size)), where=drawn.size > 0)[group]
    share[:, 3], share[:, 4] = sums.n * of_one, sums.missing * of_one
    return Loadings("", unit, place, amount, np.repeat(group, _PER_ROW), share.ravel()).without_unused()


def _within(sums: Sums) -> tuple[Array, Array, Array, Array]:
    """Return the lower triangle of the root of each row's moments of (w, w y), and that of the gaps.

    Moments are about the mean of the row's persons; what is left by rounding is nothing.
    """
    first = np.sqrt(_about(sums.w2, sums.w, sums.w, sums.n))
    cross = sums.w2y - np.divide(sums.w * sums.wy, sums.n, out=np.zeros(len(sums)), where=sums.n > 0)
    tied = np.divide(cross, first, out=np.zeros(len(sums)), where=first > 0)
    squares = _about(sums.w2y2, sums.wy, sums.wy, sums.n)
    left = squares - tied**2
    rest = np.sqrt(np.where(left > _ROUNDING * squares, left, 0.0))
    return first, tied, rest, np.sqrt(_about(sums.w2_missing, sums.w_missing, sums.w_missing, sums.missing))


def _about(square: Array, one: Array, other: Array, n: NDArray[np.int64]) -> Array:
    about = square - np.divide(one * other, n, out=np.zeros(len(n)), where=n > 0)
    out: Array = np.where(about > _ROUNDING * np.abs(square), about, 0.0)
    return out


def _per_root(total: Array, n: NDArray[np.int64]) -> Array:
    out: Array = np.divide(total, np.sqrt(n), out=np.zeros(len(total)), where=n > 0)
    return out


def _roots(domain: Positions, group: Positions, drawn: Factors, lonely: str) -> Array:
    """Return the factor of every entry, those of lonely groups as the option says."""
    factor = drawn.factor
    if lonely == "adjust":
        factor = np.where(drawn.alone, drawn.unseen, factor)
    root = np.sqrt(factor)[group]
    return root * _average(domain, group, drawn.alone) if lonely == "average" else root


def _average(domain: Positions, group: Positions, alone: NDArray[np.bool_]) -> Array:
    """Return for every entry the root of groups / groups that are not lonely, of its domain."""
    n_groups = len(alone)
    pairs = np.unique(domain * n_groups + group)
    touched = np.bincount(pairs // n_groups)
    shown = np.bincount(pairs // n_groups, weights=~alone[pairs % n_groups])
    ratio = np.divide(touched, shown, out=np.full(len(touched), np.nan), where=shown > 0)
    return np.asarray(np.sqrt(ratio)[domain], dtype=np.float64)


def _joined(first: Loadings, second: Loadings) -> Loadings:
    """Return both stages as one, shocks and strata of the second numbered after those of the first."""
    parts = ((first, 0, 0), (second, first.n_shocks, int(np.asarray(first.stratum).max(initial=-1)) + 1))
    return Loadings(
        "",
        np.concatenate([part.unit for part, _, _ in parts]),
        np.concatenate([part.shock + shocks for part, shocks, _ in parts]),
        np.concatenate([part.amount for part, _, _ in parts]),
        np.concatenate([np.asarray(part.stratum) + strata for part, _, strata in parts]),
        np.concatenate([np.asarray(part.share) for part, _, _ in parts]),
    )
