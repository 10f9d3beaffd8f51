"""Where a dimension is smooth, and where it only adds up: its aggregation, its own rule, its factor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from township_eval.methods.aggregation import PowerMean, Weakest
from township_eval.methods.varying import Array
from township_eval.tree.aggregate import combined
from township_eval.tree.leaves import resolved_rule
from township_eval.tree.plan import Positions, Variant
from township_eval.tree.propagation.ground import Flags, Ground
from township_eval.tree.propagation.leaves import REACH, is_apart

__all__ = ["adds_up", "is_smooth"]


def is_smooth(ground: Ground, row: int, se: Mapping[int, Array], se_before: Array) -> Flags:
    """Return where a dimension bends nowhere within the reach of its children's errors, (n_units,).

    Parameters
    ----------
    ground : Ground
    row : int
        Row of the dimension.
    se : mapping of int to array (n_units,)
        Standard errors of the scores of children and factors that have any, by row.
    se_before : array (n_units,)
        Standard error of the aggregate before the dimension's own rule.
    """
    smooth = np.ones(ground.plan.units.n, dtype=np.bool_)
    for variant in ground.plan.variants:
        at = variant.positions
        smooth[at] &= _aggregation(ground, variant, row, se)
        smooth[at] &= _rule(ground, variant, row, se_before)
    for leaf, at in ground.factors_of(row):
        if leaf in se:
            ends = np.array([[0.0], [100.0]])  # there the factor reaches its bounds
            exact = se[leaf][at] == 0
            smooth[at] &= exact | is_apart(ends, ground.score[leaf, at], se[leaf][at])
    return smooth


def adds_up(ground: Ground, row: int, uncertain: Mapping[int, Flags]) -> Flags:
    """Return where a dimension is a weighted sum of its children's scores with fixed weights, (n_units,).

    Parameters
    ----------
    uncertain : mapping of int to bool array (n_units,)
        Which scores have an error, by row.
    """
    sums = np.zeros(ground.plan.units.n, dtype=np.bool_)
    for variant in ground.plan.variants:
        node = variant.dimension(row)
        sums[variant.positions] = node.scoring is None and node.aggregation == PowerMean(1)
    for leaf, at in ground.factors_of(row):
        if leaf in uncertain:
            sums[at] &= ~uncertain[leaf][at]
    return sums


def _aggregation(ground: Ground, variant: Variant, row: int, se: Mapping[int, Array]) -> Flags:
    """Return where the aggregation is smooth, one entry per unit of the variant."""
    at = variant.positions
    stated = variant.dimension(row).aggregation
    everywhere = np.ones(len(at), dtype=np.bool_)
    if stated == PowerMean(1):
        return everywhere
    children = [child for child in ground.plan.children[row] if (ground.weight[child, at] > 0).any()]
    if not children:
        return everywhere
    score = ground.score[children][:, at]
    counts = (ground.weight[children][:, at] > 0) & ~np.isnan(score)
    zero = np.zeros(ground.plan.units.n)
    error = np.where(counts, np.stack([se.get(child, zero)[at] for child in children]), 0.0)
    if isinstance(stated, Weakest):
        return _one_is_weakest(score, counts, REACH * error)
    if isinstance(stated, PowerMean):
        return np.asarray(((score - REACH * error > 0) | (error == 0)).all(axis=0))
    return np.asarray((error == 0).all(axis=0))  # an own aggregation may bend anywhere


def _one_is_weakest(score: Array, counts: Flags, reach: Array) -> Flags:
    """Return where the same child is the lowest whatever the errors, or no candidate has one."""
    upper = np.where(counts, score + reach, np.inf).min(axis=0)
    may_be = counts & (score - reach <= upper)
    return np.asarray((may_be.sum(axis=0) <= 1) | ~(may_be & (reach > 0)).any(axis=0))


def _rule(ground: Ground, variant: Variant, row: int, se_before: Array) -> Flags:
    """Return where the dimension's own rule is smooth, one entry per unit of the variant."""
    at: Positions = variant.positions
    rule: Any = variant.nodes[row].scoring
    if rule is None:
        return np.ones(len(at), dtype=np.bool_)
    if getattr(rule, "compares_units", False) or not hasattr(rule, "corners"):
        return np.zeros(len(at), dtype=np.bool_)
    whole = combined(ground.plan, row, ground.score, ground.weight, ruled=False)[at]
    corners = resolved_rule(ground.plan, row, rule, at).corners()
    return is_apart(corners, whole, se_before[at])
