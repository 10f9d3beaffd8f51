"""Errors of leaf scores to errors of every node above, each by the simplest way that is right for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from township_eval.methods.loadings import total_variance
from township_eval.methods.varying import Array
from township_eval.tree.propagation.dimensions import adds_up, is_smooth
from township_eval.tree.propagation.errors import DELTA, EXACT, PUSHED, SIMULATED
from township_eval.tree.propagation.ground import Flags, Ground
from township_eval.tree.propagation.leaves import LeafScore
from township_eval.tree.propagation.slopes import Slopes

__all__ = ["NodeErrors", "node_errors"]


@dataclass(frozen=True, eq=False)
class NodeErrors:
    """Standard error and method by row, (n_units,) each; NaN where simulation has to tell."""

    se: dict[int, Array] = field(default_factory=dict)
    method: dict[int, NDArray[np.int8]] = field(default_factory=dict)

    def open(self) -> dict[int, Flags]:
        """Return where simulation has to tell, by row; rows without such a unit are left out."""
        found = {row: method == SIMULATED for row, method in self.method.items()}
        return {row: flags for row, flags in found.items() if flags.any()}


def node_errors(
    ground: Ground, leaves: Sequence[LeafScore], slopes: Sequence[Slopes], uncertain: Mapping[int, Flags]
) -> NodeErrors:
    """Return the errors of leaves and dimensions.

    The delta rule where everything on the way is smooth; sums of squares where the node adds up
    leaf scores that are independent; simulation for the rest.

    Parameters
    ----------
    ground : Ground
    leaves, slopes : sequence, one entry per leaf with errors
    uncertain : mapping of int to bool array (n_units,)
        Which scores have an error, by row (`Ground.reached`).
    """
    found = NodeErrors()
    smooth: dict[int, Flags] = {}
    sums: dict[int, Flags] = {}
    for leaf in leaves:
        row = leaf.error.row
        found.se[row], found.method[row] = leaf.se, leaf.method
        smooth[row], sums[row] = leaf.method <= DELTA, leaf.method <= PUSHED
    for row in ground.above(leaf.error.row for leaf in leaves):
        below = [(leaf, slope) for leaf, slope in zip(leaves, slopes, strict=True) if row in slope.score]
        before = _delta(ground, [(leaf, slope.before[row]) for leaf, slope in below if row in slope.before])
        delta = _delta(ground, [(leaf, slope.score[row]) for leaf, slope in below])
        smooth[row] = is_smooth(ground, row, found.se, before) & _all_below(ground, row, uncertain, smooth)
        sums[row] = adds_up(ground, row, uncertain) & _all_below(ground, row, uncertain, sums)
        sums[row] &= ~_related(below, row, ground.plan.units.n)
        pushed = np.sqrt(sum((slope.score[row] * np.nan_to_num(leaf.se)) ** 2 for leaf, slope in below))
        method = np.where(smooth[row], DELTA, np.where(sums[row], PUSHED, SIMULATED))
        found.method[row] = np.where(uncertain[row], method, EXACT).astype(np.int8)
        found.se[row] = np.select(
            [~uncertain[row], smooth[row], sums[row]], [np.zeros_like(delta), delta, pushed], np.nan
        )
    return found


def _delta(ground: Ground, below: Sequence[tuple[LeafScore, Array]]) -> Array:
    """Return the standard error by the full gradient, those of one sample added before they are squared."""
    parts = [part.scaled(slope * leaf.slope) for leaf, slope in below for part in leaf.error.loadings]
    return np.sqrt(total_variance(parts, ground.plan.units.n))


def _all_below(ground: Ground, row: int, uncertain: Mapping[int, Flags], good: Mapping[int, Flags]) -> Flags:
    """Return where everything with an error that enters a dimension is good."""
    fine = np.ones(ground.plan.units.n, dtype=np.bool_)
    for child in ground.plan.children[row]:
        if child in uncertain:
            fine &= good[child] | ~uncertain[child] | (ground.weight[child] == 0)
    for leaf, at in ground.factors_of(row):
        if leaf in uncertain:
            fine[at] &= (good[leaf] | ~uncertain[leaf])[at]
    return fine


def _related(below: Sequence[tuple[LeafScore, Slopes]], row: int, n: int) -> Flags:
    """Return where two leaves that move a node have errors of one sample."""
    related = np.zeros(n, dtype=np.bool_)
    for (one, first), (other, second) in combinations(below, 2):
        if one.error.samples & other.error.samples:
            related |= one.at & other.at & (first.score[row] != 0) & (second.score[row] != 0)
    return related
