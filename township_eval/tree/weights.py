"""Where weights go: what is shared out, what each node carries in the end, how much of it was reported."""

from __future__ import annotations

from typing import Any

import numpy as np

from township_eval.inputs import NOT_APPLICABLE, REPORTED
from township_eval.methods.aggregation import PowerMean
from township_eval.methods.varying import Array
from township_eval.tree.leaves import Status
from township_eval.tree.plan import Plan

__all__ = ["child_counts", "contributions", "coverage", "effective_weights", "reduced_weights", "rows_of"]


def rows_of(children: tuple[int, ...]) -> Any:
    """Return rows as a slice when they lie side by side, so that numpy need not copy them."""
    first, last = children[0], children[-1]
    return slice(first, last + 1) if last - first + 1 == len(children) else np.array(children)


def child_counts(plan: Plan, score: Array, weight: Array) -> Array:
    """Return how many children of each node have a score and a weight, ``(n_nodes, n_units)``."""
    counts = np.full(score.shape[-2:], np.nan)
    for row, below in enumerate(plan.children):
        if below:
            rows = rows_of(below)
            counts[row] = (~np.isnan(score[rows]) & (weight[rows] > 0)).sum(axis=0)
    return counts


def reduced_weights(plan: Plan, status: dict[int, Status]) -> Array:
    """Return weights among siblings after ``share_out_all``: what leaves a block leaves the whole index.

    A leaf shared out over the whole index takes its points out of every dimension above it, so
    that no sibling gains more than the other blocks. Everything else is as written.
    """
    weight = plan.weight
    gone = _shared_out_all(plan, status)
    if not gone:
        return weight
    kept = np.ones_like(weight)
    for row, mask in gone.items():
        kept[row, mask] = 0.0
    for row in range(len(plan.ids) - 1, -1, -1):
        if plan.children[row]:
            rows = rows_of(plan.children[row])
            total = weight[rows].sum(axis=0)
            share = (weight[rows] * kept[rows]).sum(axis=0)
            kept[row] = np.divide(share, total, out=np.ones_like(total), where=total > 0)
    reduced: Array = weight * kept
    return reduced


def _shared_out_all(plan: Plan, status: dict[int, Status]) -> dict[int, Any]:
    gone = {}
    for row, of_leaf in status.items():
        if not (of_leaf == NOT_APPLICABLE).any():
            continue
        mask = np.zeros(plan.units.n, dtype=bool)
        for policy, positions in plan.policies("not_applicable", plan.ids[row]):
            if policy.kind == "share_out_all":
                mask[positions] = of_leaf[positions] == NOT_APPLICABLE
        # a leaf that a class does not have at all (weight 0) shares out nothing
        mask &= plan.weight[row] > 0
        if mask.any():
            gone[row] = mask
    return gone


def effective_weights(plan: Plan, score: Array, weight: Array) -> Array:
    """Return each node's share of the index, ``(..., n_nodes, n_units)``; absent nodes have 0, the index 1.

    Leading axes of *score* are draws: which of them a node is absent from tells its share there.
    """
    effective = np.zeros(score.shape)
    effective[..., 0, :] = 1.0
    for row, below in enumerate(plan.children):
        if below:
            rows = rows_of(below)
            present = np.where(np.isnan(score[..., rows, :]), 0.0, weight[rows])
            total = present.sum(axis=-2, keepdims=True)
            effective[..., rows, :] = np.divide(
                present * effective[..., [row], :], total, out=np.zeros_like(present), where=total > 0
            )
    return effective


def contributions(plan: Plan, score: Array, effective: Array) -> Array:
    """Return composite points of every node; NaN below a node that is not a plain weighted sum."""
    additive = np.zeros(score.shape[-2:], dtype=bool)
    additive[0] = True
    plain = _is_plain(plan)
    for row, below in enumerate(plan.children):
        for child in below:
            additive[child] = additive[row] & plain[row]
    points: Array = effective * np.nan_to_num(score, nan=0.0) * plan.scheme.scale / 100.0
    points[~additive] = np.nan
    return points


def _is_plain(plan: Plan) -> Any:
    """Return where a node is an arithmetic mean without a rule or factor of its own, (n_nodes, n_units).

    Where an event took a part of it, its children have scores and no points.
    """
    plain = np.ones((len(plan.ids), plan.units.n), dtype=bool)
    for variant in plan.variants:
        for row, node in enumerate(variant.nodes):
            if plan.children[row]:
                arithmetic = node.aggregation == PowerMean(1)  # type: ignore[union-attr]
                bare = node.scoring is None and node.multiplier is None  # type: ignore[union-attr]
                plain[row, variant.positions] = arithmetic and bare
    for row, factor in plan.multiplied.items():
        plain[row] &= factor == 1.0
    return plain


def coverage(plan: Plan, status: dict[int, Status]) -> Array:
    """Return the share of each node's points that rests on reported values, ``(n_nodes, n_units)``."""
    covered = np.zeros((len(plan.ids), plan.units.n))
    for row, of_leaf in status.items():
        covered[row] = of_leaf == REPORTED
    for row in range(len(plan.ids) - 1, -1, -1):
        if plan.children[row]:
            rows = rows_of(plan.children[row])
            total = plan.weight[rows].sum(axis=0)
            share = np.einsum("cu,cu->u", plan.weight[rows], covered[rows])
            covered[row] = np.divide(share, total, out=np.zeros_like(total), where=total > 0)
    return covered
