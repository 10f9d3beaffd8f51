"""Scores of leaves to scores of the whole tree, and where each node's weight went."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from township_eval.inputs import NOT_APPLICABLE, REPORTED
from township_eval.methods.aggregation import PowerMean
from township_eval.methods.ranking import round_half_up
from township_eval.methods.varying import Array
from township_eval.tree.leaves import Status, apply_rule, fill_score
from township_eval.tree.plan import Plan, Positions

__all__ = [
    "Gap", "aggregate", "child_counts", "contributions", "coverage", "effective_weights",
    "reduced_weights", "round_stage",
]  # fmt: skip


@dataclass(frozen=True, eq=False)
class Gap:
    """Units whose dimension has too few scored children, and the policy that says what then."""

    node_id: str
    policy: str
    positions: Positions


def aggregate(plan: Plan, score: Array, weight: Array, previous: Array | None = None) -> list[Gap]:
    """Fill the rows of the dimensions in *score* ``(..., n_nodes, n_units)``, leaves first, in place.

    Parameters
    ----------
    plan : Plan
        The tree.
    score : array, (..., n_nodes, n_units)
        Scores of the leaves; rows of dimensions are overwritten.
    weight : array, (n_nodes, n_units)
        Weights among siblings; only their ratios matter.
    previous : array, (n_nodes, n_units), optional
        Scores of the period before, for dimensions whose ``missing`` is ``previous``.

    Returns
    -------
    list of Gap
        Where a dimension was missing, with the policy that was followed.
    """
    gaps: list[Gap] = []
    patterns = _patterns(plan, weight)
    for row in range(len(plan.ids) - 1, -1, -1):
        if plan.children[row]:
            score[..., row, :] = _mean(plan, row, score, weight, patterns)
            gaps += _too_few(plan, row, score, weight, previous)
    return gaps


def _mean(plan: Plan, row: int, score: Array, weight: Array, patterns: list[Positions]) -> Array:
    """Return the aggregate of one dimension, its own rule applied."""
    below = _rows(plan.children[row])
    out = np.full((*score.shape[:-2], plan.units.n), np.nan)
    for variant_positions, aggregation in _aggregations(plan, row, patterns):
        weights = weight[below, variant_positions[0]] if len(variant_positions) else weight[below, 0]
        if len(variant_positions) == plan.units.n:
            out = np.array(aggregation(score[..., below, :], weights), dtype=np.float64)
        else:
            children = score[..., below, :][..., variant_positions]
            out[..., variant_positions] = aggregation(children, weights)
    if any(variant.nodes[row].scoring is not None for variant in plan.variants):  # type: ignore[union-attr]
        out = apply_rule(plan, row, out)
    return out


def _rows(children: tuple[int, ...]) -> Any:
    """Return rows as a slice when they lie side by side, so that numpy need not copy them."""
    first, last = children[0], children[-1]
    return slice(first, last + 1) if last - first + 1 == len(children) else np.array(children)


def _aggregations(plan: Plan, row: int, patterns: list[Positions]) -> list[tuple[Positions, Any]]:
    """Return the units that share weights and aggregation, with the aggregation."""
    stated = {variant.nodes[row].aggregation for variant in plan.variants}  # type: ignore[union-attr]
    if len(stated) == 1:
        (aggregation,) = stated
        return [(positions, aggregation) for positions in patterns]
    owner = np.empty(plan.units.n, dtype=np.intp)
    for k, variant in enumerate(plan.variants):
        owner[variant.positions] = k
    parts = [
        (positions[owner[positions] == k], variant.nodes[row].aggregation)  # type: ignore[union-attr]
        for positions in patterns
        for k, variant in enumerate(plan.variants)
    ]
    return [part for part in parts if len(part[0])]


def _patterns(plan: Plan, weight: Array) -> list[Positions]:
    """Return the units grouped by equal weights over the whole tree."""
    if len(plan.variants) == 1 and (weight == weight[:, :1]).all():
        return [np.arange(plan.units.n)]
    same: list[Positions] = []
    for variant in plan.variants:
        columns = weight[:, variant.positions]
        if (columns == columns[:, :1]).all():
            same.append(variant.positions)
            continue
        _, which = np.unique(columns, axis=1, return_inverse=True)
        which = which.ravel()
        same += [variant.positions[which == k] for k in range(which.max() + 1)]
    return same


def child_counts(plan: Plan, score: Array, weight: Array) -> Array:
    """Return how many children of each node have a score and a weight, ``(n_nodes, n_units)``."""
    counts = np.full(score.shape[-2:], np.nan)
    for row, below in enumerate(plan.children):
        if below:
            rows = _rows(below)
            counts[row] = (~np.isnan(score[rows]) & (weight[rows] > 0)).sum(axis=0)
    return counts


def _too_few(plan: Plan, row: int, score: Array, weight: Array, previous: Array | None) -> list[Gap]:
    """Blank the units below ``minimum_children`` and follow the node's missing policy, in place."""
    least = plan.by_unit(lambda variant: variant.nodes[row].minimum_children)  # type: ignore[union-attr]
    if not (least > 0).any():
        return []
    rows = _rows(plan.children[row])
    scored = (~np.isnan(score[..., rows, :]) & (weight[rows] > 0)).sum(axis=-2)
    short = scored < least
    score[..., row, :][short] = np.nan
    if previous is not None:
        _take_previous(plan, row, score, short, previous)
    fill_score(plan, "missing", row, score[..., row, :], short & np.isnan(score[..., row, :]))
    anywhere = short.reshape(-1, plan.units.n).any(axis=0)
    return [
        Gap(plan.ids[row], policy.kind, positions[anywhere[positions]])
        for policy, positions in plan.policies("missing", plan.ids[row])
        if anywhere[positions].any()
    ]


def _take_previous(plan: Plan, row: int, score: Array, short: Any, previous: Array) -> None:
    for policy, positions in plan.policies("missing", plan.ids[row]):
        if policy.kind == "previous":
            here = short[..., positions]
            kept = score[..., row, positions]
            score[..., row, positions] = np.where(here, previous[row, positions], kept)


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
            rows = _rows(plan.children[row])
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
    """Return each node's share of the index, ``(n_nodes, n_units)``; absent nodes have 0, the index 1."""
    effective = np.zeros(score.shape[-2:])
    effective[0] = 1.0
    for row, below in enumerate(plan.children):
        if below:
            rows = _rows(below)
            present = np.where(np.isnan(score[rows]), 0.0, weight[rows])
            total = present.sum(axis=0)
            effective[rows] = np.divide(
                present * effective[row], total, out=np.zeros_like(present), where=total > 0
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
    """Return where a node is an arithmetic mean without a rule of its own, ``(n_nodes, n_units)``."""
    plain = np.ones((len(plan.ids), plan.units.n), dtype=bool)
    for variant in plan.variants:
        for row, node in enumerate(variant.nodes):
            if plan.children[row]:
                arithmetic = node.aggregation == PowerMean(1)  # type: ignore[union-attr]
                plain[row, variant.positions] = arithmetic and node.scoring is None
    return plain


def coverage(plan: Plan, status: dict[int, Status]) -> Array:
    """Return the share of each node's points that rests on reported values, ``(n_nodes, n_units)``."""
    covered = np.zeros((len(plan.ids), plan.units.n))
    for row, of_leaf in status.items():
        covered[row] = of_leaf == REPORTED
    for row in range(len(plan.ids) - 1, -1, -1):
        if plan.children[row]:
            rows = _rows(plan.children[row])
            total = plan.weight[rows].sum(axis=0)
            share = (plan.weight[rows] * covered[rows]).sum(axis=0)
            covered[row] = np.divide(share, total, out=np.zeros_like(total), where=total > 0)
    return covered


def round_stage(plan: Plan, score: Array, weight: Array) -> None:
    """Round printed points at the scheme's stage and aggregate again above it, in place.

    The score of a leaf (or top block) becomes the one its rounded points stand for, so that the
    printed column adds up to the printed total.
    """
    rounding = plan.scheme.rounding
    if rounding is None or rounding.stage == "composite":
        return
    rows = list(plan.leaves if rounding.stage == "indicator" else plan.children[0])
    effective = effective_weights(plan, score, weight)[rows]
    points = round_half_up(effective * score[..., rows, :] * plan.scheme.scale / 100.0, rounding.digits)
    per_score = effective * plan.scheme.scale / 100.0
    score[..., rows, :] = np.divide(points, per_score, out=score[..., rows, :].copy(), where=per_score > 0)
    above = [row for row in range(len(plan.ids)) if plan.children[row] and row not in rows]
    for row in reversed(above if rounding.stage == "indicator" else [0]):
        score[..., row, :] = _mean(plan, row, score, weight, _patterns(plan, weight))
