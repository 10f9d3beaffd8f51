"""What the error of every node rests on: which leaves, how many of them, how well it is known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from township_eval.evaluation import Evaluation
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
    shape, uncertain = evaluation.score.shape, _uncertain_leaves(evaluation)
    if not uncertain:  # one number each, at no cost
        none, never = np.broadcast_to(np.intp(0), shape), np.broadcast_to(np.intp(-1), shape)
        return NodeParts(none, never, np.broadcast_to(np.nan, shape), np.broadcast_to(np.inf, shape))
    plan, leaves, se = evaluation.plan, evaluation.leaves, evaluation.precision.se
    ground = Ground(plan, leaves.value, leaves.status, evaluation.score, evaluation.weight, None, ())
    count, only = np.zeros(shape, dtype=np.intp), np.full(shape, -1, dtype=np.intp)
    total, inverse, fewest = np.zeros(shape), np.zeros(shape), np.full(shape, np.inf)
    for leaf, flags in uncertain.items():
        row, df = plan.leaves[leaf], leaf_freedom(evaluation, leaf)
        for node, moved in ground.reached({row: flags}).items():
            variance = np.where(moved, (_share(evaluation, row, node) * np.nan_to_num(se[row])) ** 2, 0.0)
            count[node] += moved
            only[node] = np.where(moved, leaf, only[node])
            total[node] += variance
            inverse[node] += variance**2 / df
            fewest[node] = np.where(moved, np.minimum(fewest[node], df), fewest[node])
    adds_up = np.abs(total - se**2) <= _SAME * se**2
    satterthwaite = np.divide(total**2, inverse, out=np.full(shape, np.inf), where=inverse > 0)
    only = np.where(count == 1, only, -1)
    share = np.where((only >= 0) & adds_up, _passed_on(evaluation, only), np.nan)
    return NodeParts(count, only, share, np.where(adds_up & (count > 0), satterthwaite, fewest))


def _uncertain_leaves(evaluation: Evaluation) -> dict[int, Flags]:
    """Return where values have an error that somebody knows, by number of the leaf."""
    leaves = evaluation.leaves
    found = {}
    for leaf in range(len(evaluation.plan.leaves)):
        known = ~leaves.unknown[leaf] & ~np.isnan(leaves.value[leaf])
        flags = np.asarray(known & (np.nan_to_num(leaves.se[leaf]) > 0))
        if flags.any():
            found[leaf] = flags
    return found


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
