"""The ground of a finished evaluation, and the errors of its values, ready to be drawn from again."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from township_eval.methods.loadings import Loadings
from township_eval.methods.varying import Array
from township_eval.tree.aggregate import aggregate
from township_eval.tree.leaves import Status
from township_eval.tree.plan import Plan
from township_eval.tree.propagation.errors import LeafError
from township_eval.tree.propagation.ground import Ground, unrounded

__all__ = ["ground_of", "leaf_errors"]


def ground_of(plan: Plan, values: Array, status: Status, score: Array, weight: Array) -> Ground:
    """Return the scored tree of a finished evaluation.

    Scores that came from the period before are taken from *score*, where they stand already.

    Parameters
    ----------
    values : array, (n_leaves, n_units)
    status : array of int8, (n_leaves, n_units)
    score, weight : array, (n_nodes, n_units)
        As published.
    """
    smooth = unrounded(plan, values, status, weight, score, score)
    gaps = aggregate(plan, smooth.copy(), weight, score)
    return Ground(plan, values, status, smooth, weight, score, tuple(gaps))


def leaf_errors(plan: Plan, leaves: Loadings) -> list[LeafError]:
    """Return the errors leaf by leaf, of those that have any.

    Parameters
    ----------
    leaves : Loadings
        Unit ``u`` of leaf number ``k`` stands at ``k * n_units + u``.
    """
    n = plan.units.n
    leaf, unit = np.divmod(leaves.unit, max(n, 1))
    return [
        _leaf(plan, number, unit[leaf == number], leaves, leaf == number)
        for number in np.unique(leaf).tolist()
    ]


def _leaf(
    plan: Plan, number: int, unit: NDArray[np.intp], leaves: Loadings, mine: NDArray[np.bool_]
) -> LeafError:
    own = Loadings(leaves.sample, unit, leaves.shock[mine], leaves.amount[mine])
    return LeafError(number, plan.leaves[number], np.sqrt(own.variance(plan.units.n)), (own,))
