"""What the error of every node rests on: which leaves, how many of them, how well it is known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from township_eval.evaluation import Evaluation
from township_eval.methods.freedom import satterthwaite
from township_eval.methods.scoring import Identity
from township_eval.methods.varying import Array
from township_eval.tree.plan import Plan
from township_eval.tree.propagation.ground import Flags, Ground

__all__ = ["NodeParts", "leaf_freedom", "parts_of_nodes", "taken_as_it_is"]

# Two ways to the same standard error, alike but for rounding.
_SAME = 1e-6


@dataclass(frozen=True, eq=False)
class NodeParts:
    """The uncertain leaves below every node; arrays are ``(n_nodes, n_units)``.

    Attributes
    ----------
    count : array of int
        Leaves below whose values have an error that somebody knows.
    only : array of int
        Number of the leaf where there is just one of them, else -1.
    share : array
        Where there is just one and the node passes its error on in proportion: by how much, else NaN.
    df : array
        Degrees of freedom of the node's standard error: Satterthwaite's where the leaves' errors simply
        add up, the fewest of any leaf's otherwise; infinite where the errors count as known.
    """

    count: NDArray[np.intp]
    only: NDArray[np.intp]
    share: Array
    df: Array


def parts_of_nodes(evaluation: Evaluation) -> NodeParts:
    """Return what the errors of an evaluation's nodes rest on."""
    plan, leaves = evaluation.plan, evaluation.leaves
    shape = evaluation.score.shape
    ground = Ground(plan, leaves.value, leaves.status, evaluation.score, evaluation.weight, None, ())
    count, only = np.zeros(shape, dtype=np.intp), np.full(shape, -1, dtype=np.intp)
    variance = np.zeros((0, *shape))
    freedom = np.zeros((0, plan.units.n))
    fewest = np.full(shape, np.inf)
    for leaf, row in enumerate(plan.leaves):
        uncertain: Flags = np.asarray(np.nan_to_num(leaves.se[leaf]) > 0) & ~leaves.unknown[leaf]
        uncertain &= ~np.isnan(leaves.value[leaf])
        if not uncertain.any():
            continue
        df, moved = leaf_freedom(evaluation, leaf), np.zeros(shape)
        for node, flags in ground.reached({row: uncertain}).items():
            count[node] += flags
            only[node] = np.where(flags, leaf, only[node])
            fewest[node] = np.where(flags, np.minimum(fewest[node], df), fewest[node])
            moved[node] = np.where(flags, _share(evaluation, row, node) * evaluation.precision.se[row], 0.0)
        variance = np.concatenate([variance, moved[np.newaxis] ** 2])
        freedom = np.concatenate([freedom, df[np.newaxis]])
    total = variance.sum(axis=0)
    se = evaluation.precision.se
    adds_up = np.abs(total - se**2) <= _SAME * se**2
    df = np.where(adds_up & (count > 0), satterthwaite(variance, freedom[:, np.newaxis]), fewest)
    only = np.where(count == 1, only, -1)
    share = np.where((only >= 0) & adds_up, _passed_on(evaluation, only), np.nan)
    return NodeParts(count, only, share, df)


def leaf_freedom(evaluation: Evaluation, leaf: int) -> Array:
    """Return the degrees of freedom of a leaf's errors, (n_units,); infinite where they count as known."""
    df = evaluation.leaves.df[leaf]
    return np.where(np.isnan(df), np.inf, df)


def taken_as_it_is(plan: Plan, row: int) -> bool:
    """Return whether everybody's value of a leaf is its score, on 0 to 100."""
    return all(variant.nodes[row].scoring in (None, Identity()) for variant in plan.variants)


def _share(evaluation: Evaluation, below: int, above: int) -> Array:
    """Return how many points of one node a point of another below it is, where nodes are weighted sums."""
    part, whole = evaluation.effective_weight[below], evaluation.effective_weight[above]
    return np.asarray(np.divide(part, whole, out=np.zeros(part.shape), where=whole > 0))


def _passed_on(evaluation: Evaluation, only: NDArray[np.intp]) -> Array:
    """Return what part of a value's error reaches each node that rests on a single leaf taken as it is."""
    plan, out = evaluation.plan, np.full(only.shape, np.nan)
    for leaf, row in enumerate(plan.leaves):
        mine = only == leaf
        if not mine.any() or not taken_as_it_is(plan, row):
            continue
        for node in np.flatnonzero(mine.any(axis=1)).tolist():
            out[node] = np.where(mine[node], _share(evaluation, row, node), out[node])
    return out
