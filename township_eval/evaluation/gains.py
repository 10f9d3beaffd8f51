"""What would help a unit most: each leaf at full marks, all else unchanged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from township_eval.methods.ranking import round_half_up
from township_eval.methods.varying import Array
from township_eval.tree import Plan, reaggregate_unit

if TYPE_CHECKING:
    from township_eval.evaluation.result import Evaluation

__all__ = ["gains_of"]

_FULL = 100.0


def gains_of(evaluation: Evaluation, at: int, leaves: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return what each leaf at full marks would add and which rank that would be, best first.

    Other units are held where they are. Leaves without a score and leaves already full are left
    out; so is everything when a dimension itself is scored against other units, because then one
    unit's answer would move everybody's.
    """
    plan = evaluation.plan
    if any(
        _compares(variant.nodes[row])
        for variant in plan.variants
        for row, below in enumerate(plan.children)
        if below
    ):
        return []
    able = [row for row in leaves if row["score"] is not None and row["score"] < _FULL]
    if not able:
        return []
    raised = np.repeat(evaluation.score[list(plan.leaves), at][None, :], len(able), axis=0)
    position = {plan.ids[row]: leaf for leaf, row in enumerate(plan.leaves)}
    for draw, row in enumerate(able):
        raised[draw, position[row["node"]]] = _FULL * _left(plan, row["node"], at)
    index = reaggregate_unit(plan, evaluation.weight, raised, at)
    scheme = evaluation.scheme
    composite = round_half_up(index * scheme.scale / 100.0, scheme.digits)
    ledger = evaluation.standing.adjusted[at] - evaluation.standing.composite[at]
    gained = [
        _gain(evaluation, at, row, points, points + ledger)
        for row, points in zip(able, composite, strict=True)
    ]
    return sorted((gain for gain in gained if gain["gain"] > 0), key=lambda gain: -gain["gain"])


def _left(plan: Plan, node: str, at: int) -> float:
    """Return what this period's events leave of a leaf's score, 0 for nothing."""
    factor = plan.multiplied.get(plan.row[node])
    return 1.0 if factor is None else float(factor[at])


def _gain(
    evaluation: Evaluation, at: int, leaf: dict[str, Any], composite: float, adjusted: float
) -> dict[str, Any]:
    standing = evaluation.standing
    others = np.delete(standing.adjusted, at)
    members = np.delete(evaluation.units.group_mask(evaluation.units.groups[at]), at)
    gain = round_half_up(np.asarray(composite - standing.composite[at]), evaluation.scheme.digits)
    return {
        "node": leaf["node"],
        "name": leaf["name"],
        "value": leaf["value"],
        "full_value": leaf["full_value"],
        "unit_of_measure": leaf["unit_of_measure"],
        "gain": float(gain),
        "composite": float(composite),
        "rank": _rank(others, adjusted),
        "rank_in_group": _rank(others[members], adjusted),
    }


def _rank(others: Array, own: float) -> int:
    return int((others > own).sum()) + 1


def _compares(node: Any) -> bool:
    return bool(getattr(node.scoring, "compares_units", False))
