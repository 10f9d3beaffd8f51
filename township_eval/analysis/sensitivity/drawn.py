"""Weights drawn around the scheme's: every sibling group by itself, each class with its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from township_eval.methods.robustness.weights import dirichlet, within_bounds
from township_eval.methods.varying import Array
from township_eval.tree import Plan

__all__ = ["Bounds", "DrawnWeights", "bounds_faults"]

#: node -> lowest and highest weight, in the unit the scheme states weights in; ``relative`` as factors
Bounds = Mapping[str, tuple[float, float]]


@dataclass(frozen=True, eq=False)
class DrawnWeights:
    """The weights of many draws, made from a seed when first asked for.

    Parameters
    ----------
    plan : Plan
        The tree with the weights decided.
    draws, seed : int
        Draw ``d`` is the same however many are drawn.
    concentration : float
        Of the Dirichlet distribution, where there are no bounds.
    bounds : mapping, optional
        Only these nodes are drawn, evenly between their bounds; siblings share what they leave.
    """

    plan: Plan
    draws: int
    seed: int
    concentration: float
    bounds: Bounds | None = None

    @cached_property
    def classes(self) -> tuple[NDArray[np.intp], Array]:
        """Class of each unit, one for all with the same weights, and the weights ``(n_nodes, n_classes)``."""
        different, which = np.unique(self.plan.weight, axis=1, return_inverse=True)
        return which.ravel().astype(np.intp), different

    @cached_property
    def by_dimension(self) -> dict[int, tuple[Array, NDArray[np.intp]]]:
        """Per dimension the drawn weights ``(n_draws, n_children, n_kinds)``, and the kind of each class.

        Classes that weigh the children of a dimension alike are drawn alike.
        """
        found = {}
        for row, below in enumerate(self.plan.children):
            if below:
                kinds, which = np.unique(self.classes[1][list(below)], axis=1, return_inverse=True)
                parts = [self._drawn(row, kind, kinds[:, kind]) for kind in range(kinds.shape[1])]
                found[row] = (np.stack(parts, axis=-1), which.ravel().astype(np.intp))
        return found

    def _drawn(self, row: int, kind: int, weights: Array) -> Array:
        rng = np.random.default_rng(np.random.SeedSequence(self.seed, spawn_key=(row, kind)))
        if self.bounds is None:
            return dirichlet(rng, weights, self.concentration, self.draws)
        low, high = limits(self.plan, row, self.bounds)
        if np.isnan(low).all():
            return np.broadcast_to(weights, (self.draws, len(weights)))
        return within_bounds(rng, weights, low, high, self.draws)

    def of_class(self, one: int, draws: slice | NDArray[np.intp]) -> Array:
        """Return the weights of one class among siblings, ``(n_draws, n_nodes)``; the index has 1."""
        chosen = np.arange(self.draws)[draws]
        weights = np.ones((len(chosen), len(self.plan.ids)))
        for row, (drawn, kind) in self.by_dimension.items():
            weights[:, list(self.plan.children[row])] = drawn[chosen, :, kind[one]]
        return weights

    def of_draw(self, draw: int) -> Array:
        """Return the weights of one draw for all units, ``(n_nodes, n_units)``."""
        which, different = self.classes
        one = np.array([draw])
        columns = [self.of_class(number, one)[0] for number in range(different.shape[1])]
        weights: Array = np.stack(columns, axis=1)[:, which]
        return weights


def limits(plan: Plan, row: int, bounds: Bounds) -> tuple[Array, Array]:
    """Return the bounds of a dimension's children, NaN for those without."""
    ids = [plan.ids[child] for child in plan.children[row]]
    low = np.array([bounds[name][0] if name in bounds else np.nan for name in ids])
    high = np.array([bounds[name][1] if name in bounds else np.nan for name in ids])
    return low, high


def bounds_faults(plan: Plan, bounds: Bounds) -> Iterator[tuple[str, str]]:
    """Yield each dimension whose bounds cannot keep the sum of its children, and why."""
    for row, below in enumerate(plan.children):
        if not below or not set(bounds) & {plan.ids[child] for child in below}:
            continue
        kinds = np.unique(plan.weight[list(below)], axis=1)
        for kind in range(kinds.shape[1]):
            try:
                within_bounds(np.random.default_rng(0), kinds[:, kind], *limits(plan, row, bounds), 1)
            except ValueError as impossible:
                yield plan.ids[row], str(impossible)
                break
