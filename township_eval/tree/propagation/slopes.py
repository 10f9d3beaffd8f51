"""The full gradient of the tree: how every node moves with the score of one leaf, for all units at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from township_eval.methods.varying import Array
from township_eval.tree.aggregate import aggregate, combined
from township_eval.tree.propagation.ground import Ground
from township_eval.tree.propagation.leaves import LeafScore, step_of

__all__ = ["Slopes", "slopes_of"]


@dataclass(frozen=True, eq=False)
class Slopes:
    """Derivatives by the score of one leaf, (n_units,) each, by row.

    ``score`` is of a node's score, ``before`` of the aggregate that a dimension's own rule is applied
    to. A leaf that enters twice (in its block, and as what multiplies another) has one derivative
    that holds both ways.
    """

    score: dict[int, Array]
    before: dict[int, Array]


def slopes_of(ground: Ground, leaves: Iterable[LeafScore]) -> list[Slopes]:
    """Return the derivatives of every node above each leaf, by central differences.

    One leaf after the other is moved for all units, and only what rests on it is computed anew. Rows
    that compare units get a meaningless derivative; the caller simulates them.
    """
    score = ground.score.copy()
    return [_slopes(ground, score, leaf) for leaf in leaves]


def _slopes(ground: Ground, score: Array, leaf: LeafScore) -> Slopes:
    """Move one leaf up and down; *score* is a copy of the ground's and left as it was."""
    row = leaf.error.row
    rows = ground.above([row])
    step = step_of(np.nan_to_num(leaf.se), ground.score[row])
    moved: dict[int, Array] = {}
    before: dict[int, Array] = {}
    for sign in (1.0, -1.0):
        score[row] = ground.score[row] + sign * step
        aggregate(ground.plan, score, ground.weight, ground.previous, rows)
        for above in rows:
            moved[above] = moved.get(above, 0.0) + sign * score[above]
            if _has_rule(ground, above):
                whole = combined(ground.plan, above, score, ground.weight, ruled=False)
                before[above] = before.get(above, 0.0) + sign * whole
    for changed in (row, *rows):
        score[changed] = ground.score[changed]
    moved[row] = 2.0 * step
    return Slopes(_per_step(moved, step), _per_step(before, step))


def _has_rule(ground: Ground, row: int) -> bool:
    return any(variant.nodes[row].scoring is not None for variant in ground.plan.variants)


def _per_step(moved: dict[int, Array], step: Array) -> dict[int, Array]:
    found = {}
    for row, change in moved.items():
        slope = np.divide(change, 2.0 * step, out=np.zeros_like(step), where=step > 0)
        found[row] = np.where(np.isfinite(slope), slope, 0.0)
    return found
