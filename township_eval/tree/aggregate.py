"""Scores of leaves to scores of the whole tree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from township_eval.methods.ranking import round_half_up
from township_eval.methods.varying import Array, Varying
from township_eval.tree.leaves import apply_rule, fill_score
from township_eval.tree.plan import Plan, Positions
from township_eval.tree.weights import effective_weights, rows_of

__all__ = ["Gap", "aggregate", "round_stage"]


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
    below = rows_of(plan.children[row])
    out = np.full((*score.shape[:-2], plan.units.n), np.nan)
    for variant_positions, aggregation in _aggregations(plan, row, patterns):
        weights = weight[below, variant_positions[0]] if len(variant_positions) else weight[below, 0]
        if len(variant_positions) == plan.units.n:
            out = np.array(aggregation(score[..., below, :], weights), dtype=np.float64)
        else:
            children = score[..., below, :][..., variant_positions]
            out[..., variant_positions] = aggregation(children, weights)
    if any(variant.nodes[row].scoring is not None for variant in plan.variants):
        out = apply_rule(plan, row, out)
    return out


def _aggregations(plan: Plan, row: int, patterns: list[Positions]) -> list[tuple[Positions, Any]]:
    """Return the units that share weights and aggregation, with the aggregation."""
    stated = {variant.dimension(row).aggregation for variant in plan.variants}
    if len(stated) == 1:
        (aggregation,) = stated
        return [(positions, aggregation) for positions in patterns]
    owner = np.empty(plan.units.n, dtype=np.intp)
    for k, variant in enumerate(plan.variants):
        owner[variant.positions] = k
    parts = [
        (positions[owner[positions] == k], variant.dimension(row).aggregation)
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
        if weight is plan.weight and not any(isinstance(node.weight, Varying) for node in variant.nodes):
            same.append(variant.positions)
            continue
        columns = weight[:, variant.positions]
        if (columns == columns[:, :1]).all():
            same.append(variant.positions)
            continue
        _, which = np.unique(columns, axis=1, return_inverse=True)
        which = which.ravel()
        same += [variant.positions[which == k] for k in range(which.max() + 1)]
    return same


def _too_few(plan: Plan, row: int, score: Array, weight: Array, previous: Array | None) -> list[Gap]:
    """Blank the units below ``minimum_children`` and follow the node's missing policy, in place."""
    least = plan.by_unit(lambda variant: variant.dimension(row).minimum_children)
    if not (least > 0).any():
        return []
    rows = rows_of(plan.children[row])
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
