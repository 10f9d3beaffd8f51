"""Limits of a node's score where errors go through bands, caps and steps: the corners of a box, mapped."""

from __future__ import annotations

from typing import Any

import numpy as np

from township_eval.engine.judging.parts import NodeParts, leaf_freedom
from township_eval.engine.judging.surveys import Asked
from township_eval.evaluation import Evaluation
from township_eval.methods.own import Own
from township_eval.methods.testing.bounded import bounded_limits
from township_eval.methods.testing.box import share_of_level
from township_eval.methods.testing.student import student_limits
from township_eval.methods.varying import Array
from township_eval.tree.aggregate import aggregate
from township_eval.tree.leaves import resolved_rule
from township_eval.tree.plan import Positions

__all__ = ["NodeBox", "value_limits"]

# Beside a jump, far nearer than any error.
_BESIDE = 1e-9


def value_limits(evaluation: Evaluation, leaf: int, asked: Asked | None, alpha: Array) -> tuple[Array, Array]:
    """Return the limits of a leaf's value, each one-sided at its unit's *alpha*; infinite where unknown."""
    leaves = evaluation.leaves
    value, se, df = leaves.value[leaf], leaves.se[leaf], leaf_freedom(evaluation, leaf)
    if asked is None:
        return student_limits(value, se, df, alpha)
    return bounded_limits(value, se, df, asked.n, alpha, low=asked.low, high=asked.high)


class NodeBox:
    """Limits of one node's score for all units, called with a level per unit.

    Every uncertain leaf below gets its limits at a share of the level (both ends, Bonferroni), its score
    the least and the greatest that the rule gives between them, corners of the rule included. Means with
    weights rise with every part, so that the least scores together give the least score of the node.
    What is not known to rise (own aggregations, a dimension's own rule, rules that compare units) is
    unlimited: nothing is shown.
    """

    def __init__(
        self, evaluation: Evaluation, parts: NodeParts, row: int, asked: dict[int, Asked | None]
    ) -> None:
        self.evaluation, self.row, self.asked = evaluation, row, asked
        below = _below(evaluation, row)
        self.leaves = [leaf for leaf, at in enumerate(evaluation.plan.leaves) if at in below]
        self.leaves = [leaf for leaf in self.leaves if (np.nan_to_num(evaluation.leaves.se[leaf]) > 0).any()]
        self.count = parts.count[row]
        self.rises = _rises(evaluation, below, self.leaves)

    def __call__(self, alpha: Array) -> tuple[Array, Array]:
        """Return the lower and the upper limit, (n_units,) each."""
        n = self.evaluation.units.n
        if not self.rises:
            return np.full(n, -np.inf), np.full(n, np.inf)
        share = np.broadcast_to(share_of_level(alpha, 2.0 * np.maximum(self.count, 1)), (n,))
        lower, upper = self.evaluation.score.copy(), self.evaluation.score.copy()
        for leaf in self.leaves:
            at = self.evaluation.plan.leaves[leaf]
            lower[at], upper[at] = self._scores(leaf, at, share)
        for score in (lower, upper):
            aggregate(self.evaluation.plan, score, self.evaluation.weight)
        return lower[self.row], upper[self.row]

    def _scores(self, leaf: int, row: int, alpha: Array) -> tuple[Array, Array]:
        """Return the least and the greatest score of a leaf whose value lies within its limits."""
        evaluation = self.evaluation
        score = evaluation.score[row]
        moved = np.nan_to_num(evaluation.leaves.se[leaf]) > 0
        low, high = value_limits(evaluation, leaf, self.asked[leaf], alpha)
        lower, upper = score.copy(), score.copy()
        for rule, at in _rules(evaluation, row):
            mine = at[moved[at]]
            if len(mine):
                lower[mine], upper[mine] = _extremes(evaluation, row, rule, mine, low[mine], high[mine])
        return lower, upper


def _extremes(
    evaluation: Evaluation, row: int, rule: Any, at: Positions, low: Array, high: Array
) -> tuple[Array, Array]:
    filled = resolved_rule(evaluation.plan, row, rule, at)
    corners = np.broadcast_to(filled.corners(), (len(filled.corners()), len(at)))
    beside = _BESIDE * np.maximum(np.abs(corners), 1.0)
    posts = np.concatenate([low[np.newaxis], high[np.newaxis], corners - beside, corners, corners + beside])
    inside = np.clip(np.where(np.isnan(posts), low, posts), low, high)
    finite = np.isfinite(inside)
    found = np.asarray(filled(np.where(finite, inside, 0.0)), dtype=np.float64)
    least, most = np.where(finite, found, -np.inf).min(axis=0), np.where(finite, found, np.inf).max(axis=0)
    return np.where(np.isnan(least), -np.inf, least), np.where(np.isnan(most), np.inf, most)


def _below(evaluation: Evaluation, row: int) -> set[int]:
    """Return a node and everything its score rests on, indicators that multiply included."""
    plan, found, todo = evaluation.plan, set(), [row]
    while todo:
        node = todo.pop()
        if node in found:
            continue
        found.add(node)
        todo += plan.children[node]
        if plan.children[node]:
            factors = (variant.dimension(node).multiplier for variant in plan.variants)
            todo += [plan.row[factor.by] for factor in factors if factor is not None]
    return found


def _rises(evaluation: Evaluation, below: set[int], leaves: list[int]) -> bool:
    """Return whether the node is known to rise with the scores of its uncertain leaves."""
    plan = evaluation.plan
    own = {plan.leaves[leaf] for leaf in leaves}
    leaves_tell = all(_bounded_by_corners(v.nodes[node].scoring) for v in plan.variants for node in own)
    above = [node for node in below if plan.children[node]]
    plain = all(
        variant.nodes[node].scoring is None and not isinstance(variant.dimension(node).aggregation, Own)
        for variant in plan.variants
        for node in above
    )
    return leaves_tell and plain


def _bounded_by_corners(rule: Any) -> bool:
    if getattr(rule, "compares_units", False) or isinstance(rule, Own) or not hasattr(rule, "corners"):
        return False
    return rule.corners() is not None


def _rules(evaluation: Evaluation, row: int) -> list[tuple[Any, Positions]]:
    parts: dict[Any, list[Positions]] = {}
    for variant in evaluation.plan.variants:
        parts.setdefault(variant.nodes[row].scoring, []).append(variant.positions)
    return [(rule, np.concatenate(positions)) for rule, positions in parts.items()]
