"""Scores of leaves to scores of the whole tree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from township_eval.inputs import unit_values
from township_eval.methods.own import Own
from township_eval.methods.ranking import round_half_up
from township_eval.methods.varying import Array
from township_eval.tree.leaves import apply_rule, fill_score
from township_eval.tree.plan import Plan, Positions
from township_eval.tree.weights import effective_weights, rows_of

__all__ = ["Gap", "aggregate", "combined", "factors", "round_stage"]


@dataclass(frozen=True, eq=False)
class Gap:
    """Units whose dimension lacks what its score needs, and the policy that says what then.

    What it lacks is scored children (``minimum_children``) or, where ``by`` names the indicator, the
    score that it is multiplied by.
    """

    node_id: str
    policy: str
    positions: Positions
    by: str = ""


def aggregate(
    plan: Plan, score: Array, weight: Array, previous: Array | None = None, rows: Sequence[int] | None = None
) -> list[Gap]:
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
        Scores of the period before, for dimensions whose ``missing`` is ``previous``; as they would
        count after this period's events (`Plan.carried`).
    rows : sequence of int, optional
        Only these dimensions, lowest first; all by default.

    Returns
    -------
    list of Gap
        Where a dimension was missing, with the policy that was followed.
    """
    gaps: list[Gap] = []
    for row in range(len(plan.ids) - 1, -1, -1) if rows is None else rows:
        if plan.children[row]:
            score[..., row, :] = combined(plan, row, score, weight)
            short = _too_few(plan, row, score, weight)
            gaps += _blanked(plan, row, score, short, previous)
            by, factor = factors(plan, row, score)
            if factor is not None:
                open_ended = np.isnan(factor) & ~np.isnan(score[..., row, :]) & ~short
                score[..., row, :] *= np.where(short, 1.0, factor)
                gaps += _blanked(plan, row, score, open_ended, previous, by)
                short = short | open_ended
            _after_events(plan, row, score, short, previous)
    return gaps


def _after_events(plan: Plan, row: int, score: Array, blanked: Any, previous: Array | None) -> None:
    """Multiply a dimension by what events say, in place; what was carried forward counts already so."""
    if row not in plan.multiplied:
        return
    carried = np.zeros(blanked.shape, dtype=np.bool_)
    if previous is not None and blanked.any():
        for policy, positions in plan.policies("missing", plan.ids[row]):
            if policy.kind == "previous":
                carried[..., positions] = blanked[..., positions]
    score[..., row, :] *= np.where(carried, 1.0, plan.multiplied[row])


def combined(plan: Plan, row: int, score: Array, weight: Array, *, ruled: bool = True) -> Array:
    """Return the aggregate of one dimension, its own rule applied unless *ruled* is False."""
    below = rows_of(plan.children[row])
    out = np.full((*score.shape[:-2], plan.units.n), np.nan)
    for positions, aggregation in _aggregations(plan, row, weight[below]):
        if len(positions) == plan.units.n:
            out = np.array(_call(aggregation, score[..., below, :], weight[below]), dtype=np.float64)
        else:
            children = score[..., below, :][..., positions]
            out[..., positions] = _call(aggregation, children, weight[below][:, positions])
    if ruled and any(variant.nodes[row].scoring is not None for variant in plan.variants):
        out = apply_rule(plan, row, out)
    return out


def factors(plan: Plan, row: int, score: Array) -> tuple[str, Array | None]:
    """Return what a dimension is multiplied by, ``(..., n_units)``, and the indicators it comes from.

    1 for classes without a multiplier, None where no class has one; NaN where the indicator has no score.
    """
    stated = [(variant, variant.dimension(row).multiplier) for variant in plan.variants]
    names = dict.fromkeys(multiplier.by for _, multiplier in stated if multiplier is not None)
    if not names:
        return "", None
    factor = np.ones((*score.shape[:-2], plan.units.n))
    for variant, multiplier in stated:
        if multiplier is not None:
            at = variant.positions
            low = unit_values(multiplier.low, plan.units, at)
            high = unit_values(multiplier.high, plan.units, at)
            share = np.clip(score[..., plan.row[multiplier.by], :][..., at], 0.0, 100.0) / 100.0
            factor[..., at] = low + (high - low) * share
    return "、".join(plan.nodes[plan.row[name]].name for name in names), factor


def _call(aggregation: Any, children: Array, weights: Array) -> Any:
    """Call an aggregation; an own one is promised one set of weights, ``(n_children,)``."""
    same = isinstance(aggregation, Own) or weights.shape[1] == 1
    return aggregation(children, weights[:, 0] if same else weights)


def _aggregations(plan: Plan, row: int, weight: Array) -> Iterator[tuple[Positions, Any]]:
    """Yield the units that are aggregated in one call, with the aggregation."""
    stated: dict[Any, list[Positions]] = {}
    for variant in plan.variants:
        stated.setdefault(variant.dimension(row).aggregation, []).append(variant.positions)
    for aggregation, parts in stated.items():
        positions = np.concatenate(parts)
        if isinstance(aggregation, Own):
            yield from ((same, aggregation) for same in _patterns(weight, positions))
        else:
            yield positions, aggregation


def _patterns(weight: Array, positions: Positions) -> list[Positions]:
    """Return the units grouped by equal weights of one dimension's children."""
    _, which = np.unique(weight[:, positions], axis=1, return_inverse=True)
    which = which.ravel()
    return [positions[which == k] for k in range(which.max() + 1)]


def _too_few(plan: Plan, row: int, score: Array, weight: Array) -> NDArray[np.bool_]:
    """Return where a dimension has fewer scored children than ``minimum_children``, ``(..., n_units)``."""
    least = plan.by_unit(lambda variant: variant.dimension(row).minimum_children)
    if not (least > 0).any():
        return np.zeros((*score.shape[:-2], plan.units.n), dtype=np.bool_)
    rows = rows_of(plan.children[row])
    scored = (~np.isnan(score[..., rows, :]) & (weight[rows] > 0)).sum(axis=-2)
    short: NDArray[np.bool_] = scored < least
    return short


def _blanked(
    plan: Plan, row: int, score: Array, short: NDArray[np.bool_], previous: Array | None, by: str = ""
) -> list[Gap]:
    """Blank some units of a dimension and follow the node's missing policy, in place."""
    if not short.any():
        return []
    score[..., row, :][short] = np.nan
    if previous is not None:
        _take_previous(plan, row, score, short, previous)
    fill_score(plan, "missing", row, score[..., row, :], short & np.isnan(score[..., row, :]))
    anywhere = np.asarray(short.reshape(-1, plan.units.n).any(axis=0))
    return [
        Gap(plan.ids[row], policy.kind, positions[anywhere[positions]], by)
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
    effective = effective_weights(plan, score, weight)[..., rows, :]
    points = round_half_up(effective * score[..., rows, :] * plan.scheme.scale / 100.0, rounding.digits)
    per_score = effective * plan.scheme.scale / 100.0
    score[..., rows, :] = np.divide(points, per_score, out=score[..., rows, :].copy(), where=per_score > 0)
    above = [row for row in range(len(plan.ids)) if plan.children[row] and row not in rows]
    for row in reversed(above if rounding.stage == "indicator" else [0]):
        score[..., row, :] = combined(plan, row, score, weight)
        _, factor = factors(plan, row, score)
        if factor is not None:
            score[..., row, :] *= factor
        if row in plan.multiplied:
            score[..., row, :] *= plan.multiplied[row]
