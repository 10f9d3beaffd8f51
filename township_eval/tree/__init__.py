"""The tree: values of leaves to scores of every node, for all units in one walk."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from township_eval.inputs import NOT_REPORTED
from township_eval.methods.varying import Array
from township_eval.tree.aggregate import Gap, aggregate, round_stage
from township_eval.tree.leaves import Status, score_leaf
from township_eval.tree.plan import Plan, plan_tree
from township_eval.tree.weights import (
    child_counts,
    contributions,
    coverage,
    effective_weights,
    reduced_weights,
)

__all__ = [
    "Gap",
    "Plan",
    "Scored",
    "aggregate",
    "carry_forward",
    "child_counts",
    "contributions",
    "coverage",
    "effective_weights",
    "plan_tree",
    "reaggregate_unit",
    "round_stage",
    "score_tree",
]


@dataclass(frozen=True, eq=False)
class Scored:
    """Scores of every node and the weights they were aggregated with.

    Attributes
    ----------
    score : array, (..., n_nodes, n_units)
        0-100 each, NaN where a node has no score.
    weight : array, (n_nodes, n_units)
        Weight among siblings, after what is shared out over the whole index has left.
    gaps : tuple of Gap
        Dimensions with too few scored children.
    """

    score: Array
    weight: Array
    gaps: tuple[Gap, ...]


def carry_forward(plan: Plan, values: Array, status: Status, previous: Array | None) -> Array:
    """Return leaf values with the last period's where ``missing: previous`` says so.

    Parameters
    ----------
    values, previous : array, (n_leaves, n_units)
        Values of this period and of the one before (None without history).
    status : array of int8, (n_leaves, n_units)
        Statuses; only values not reported are filled.
    """
    if previous is None or not (status == NOT_REPORTED).any():
        return values
    filled = values.copy()
    for leaf, row in enumerate(plan.leaves):
        for policy, positions in plan.policies("missing", plan.ids[row]):
            if policy.kind == "previous":
                gap = positions[status[leaf, positions] == NOT_REPORTED]
                filled[leaf, gap] = previous[leaf, gap]
    return filled


def score_tree(plan: Plan, values: Array, status: Status, previous: Array | None = None) -> Scored:
    """Score every node of the tree.

    Parameters
    ----------
    plan : Plan
        The tree laid out for the units.
    values : array, (..., n_leaves, n_units)
        Leaf values, NaN where there is none; leading axes are draws.
    status : array of int8, (n_leaves, n_units)
        Why a value is absent.
    previous : array, (n_nodes, n_units), optional
        Node scores of the period before, after this period's events (`Plan.carried`).
    """
    shape = (*values.shape[:-2], len(plan.ids), plan.units.n)
    score = np.full(shape, np.nan)
    by_row = {}
    for leaf, row in enumerate(plan.leaves):
        by_row[row] = status[leaf]
        score[..., row, :] = score_leaf(plan, row, values[..., leaf, :], status[leaf])
    weight = reduced_weights(plan, by_row)
    gaps = aggregate(plan, score, weight, previous)
    round_stage(plan, score, weight)
    return Scored(score, weight, tuple(gaps))


def reaggregate_unit(plan: Plan, weight: Array, leaf_scores: Array, at: int) -> Array:
    """Return the index score of one unit for other leaf scores, all else unchanged.

    Parameters
    ----------
    weight : array, (n_nodes, n_units)
        Weights among siblings (`Scored.weight`).
    leaf_scores : array, (n_draws, n_leaves)
        Scores the unit's leaves are supposed to have.
    at : int
        Position of the unit.
    """
    alone = plan.take([at])
    score = np.full((len(leaf_scores), len(plan.ids), 1), np.nan)
    score[:, list(plan.leaves), 0] = leaf_scores
    aggregate(alone, score, weight[:, [at]])
    round_stage(alone, score, weight[:, [at]])
    index: Array = score[:, 0, 0]
    return index
