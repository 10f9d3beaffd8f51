"""Many draws of weights to ranks: by matrix products where the tree is a weighted sum, else draw by draw."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from township_eval.analysis.sensitivity.drawn import DrawnWeights
from township_eval.analysis.sensitivity.rescoring import Family, Rescored
from township_eval.inputs import NOT_APPLICABLE
from township_eval.methods.aggregation import PowerMean
from township_eval.methods.robustness.ranks import Ranks, whole_type
from township_eval.methods.varying import Array
from township_eval.scheme.model import Dimension
from township_eval.tree import Plan
from township_eval.tree.plan import Variant

__all__ = ["Runs"]

_AT_ONCE: Final = 1 << 17  # scores held at once, 1 MB: they stay in the cache


@dataclass(frozen=True, eq=False)
class Runs:
    """One scheme under many draws of weights.

    Parameters
    ----------
    scored : Rescored
        The scheme with its leaves scored.
    drawn : DrawnWeights
        For the same nodes and units.
    family : Family
    """

    scored: Rescored
    drawn: DrawnWeights
    family: Family
    at_once: int = _AT_ONCE

    def ranks(self, draws: NDArray[np.intp] | None = None) -> Ranks:
        """Return the ranks of all draws or of some, ``(n_draws, n_units)``; 0 where there is no score."""
        wanted = np.arange(self.drawn.draws) if draws is None else draws
        n = self.scored.plan.units.n
        out = np.zeros((len(wanted), n), dtype=whole_type(n))
        # a unit without a score in the scheme itself has none in any draw
        there = np.flatnonzero(~np.isnan(self.scored.index()))
        family = self.family if len(there) == n else self.family.take(there)
        step = max(1, self.at_once // max(n, 1))
        for start in range(0, len(wanted), step):
            scaled = self._scaled(wanted[start : start + step])
            found = family.ranks(scaled if len(there) == n else scaled[:, there])
            if len(there) == n:
                out[start : start + step] = found
            else:
                out[start : start + step, there] = found
        return out

    def _scaled(self, draws: NDArray[np.intp]) -> Array:
        """Return what is ranked, ``(n_draws, n_units)``."""
        factor, offset = self.family.scaling
        if not self.additive:
            index = np.stack([self.scored.index(self.drawn.of_draw(int(draw))) for draw in draws])
            return index * factor + offset
        if len(self._parts) == 1 and not self._parts[0][2]:
            return self._effective(self._parts[0][0], draws) @ self._filled
        out = np.empty((len(draws), self.scored.plan.units.n))
        for one, members, gaps in self._parts:
            if gaps:
                weights = self.drawn.of_class(one, draws)
                out[:, members] = _walked(self.scored.plan, self.scored.leaves[:, members], weights)
                out[:, members] = out[:, members] * factor + offset
            else:
                out[:, members] = self._effective(one, draws) @ self._filled[:, members]
        return out

    @cached_property
    def additive(self) -> bool:
        """Whether the index is a weighted sum of the leaves, weights of absent ones shared out."""
        plan, status = self.scored.plan, self.scored.status
        gone = any(
            policy.kind == "share_out_all" and (status[leaf, positions] == NOT_APPLICABLE).any()
            for leaf, row in enumerate(plan.leaves)
            for policy, positions in plan.policies("not_applicable", plan.ids[row])
        )
        rounding = plan.scheme.rounding
        early = rounding is not None and rounding.stage != "composite"
        reduced = any(plan.children[row] for row in plan.multiplied)  # blocks that events took a part of
        sums = not (gone or early or reduced)
        return sums and all(_is_sum(variant, plan) for variant in plan.variants)

    @cached_property
    def _filled(self) -> Array:
        """Leaf scores by the family's scaling: effective weights add up to 1, so it passes through."""
        factor, offset = self.family.scaling
        return np.nan_to_num(self.scored.leaves, nan=0.0) * factor + offset

    @cached_property
    def _parts(self) -> list[tuple[int, NDArray[np.intp], bool]]:
        """Units that are scored in one product: their class, who they are, and whether they have gaps."""
        plan, (which, different) = self.scored.plan, self.drawn.classes
        absent = (np.isnan(self.scored.leaves) & (plan.weight[list(plan.leaves)] > 0)).any(axis=0)
        parts: list[tuple[int, NDArray[np.intp], bool]] = []
        for one in range(different.shape[1]):
            whole, short = np.flatnonzero((which == one) & ~absent), np.flatnonzero((which == one) & absent)
            parts += [(one, whole, False)] * bool(len(whole)) + [(one, short, True)] * bool(len(short))
        return parts

    def _effective(self, one: int, draws: NDArray[np.intp]) -> Array:
        """Return what each leaf carries of the index in each draw, ``(n_draws, n_leaves)``."""
        plan = self.scored.plan
        weights = self.drawn.of_class(one, draws)
        carried = np.ones_like(weights)
        for row, below in enumerate(plan.children):
            if below:
                rows = list(below)
                total = weights[:, rows].sum(axis=1, keepdims=True)
                share = np.divide(
                    weights[:, rows], total, out=np.zeros((len(draws), len(rows))), where=total > 0
                )
                carried[:, rows] = carried[:, [row]] * share
        return carried[:, list(plan.leaves)]


def _is_sum(variant: Variant, plan: Plan) -> bool:
    return all(
        dimension.aggregation == PowerMean(1.0)
        and dimension.scoring is None
        and dimension.multiplier is None
        and dimension.minimum_children == 0
        for dimension in _dimensions(variant, plan)
    )


def _dimensions(variant: Variant, plan: Plan) -> Iterator[Dimension]:
    return (variant.dimension(row) for row, below in enumerate(plan.children) if below)


def _walked(plan: Plan, leaves: Array, weights: Array) -> Array:
    """Return index scores ``(n_draws, n_units)`` of units with gaps, dimension by dimension."""
    place = {row: leaf for leaf, row in enumerate(plan.leaves)}
    there = (~np.isnan(leaves)).astype(np.float64)
    filled = np.nan_to_num(leaves, nan=0.0)
    scores: dict[int, Array] = {}
    for row in range(len(plan.ids) - 1, -1, -1):
        below = plan.children[row]
        if not below:
            continue
        ends = [child for child in below if child in place]
        at = [place[child] for child in ends]
        total = weights[:, ends] @ filled[at]
        weight = weights[:, ends] @ there[at]
        for child in below:
            if child not in place:
                given = ~np.isnan(scores[child])
                total += weights[:, [child]] * np.where(given, scores.pop(child), 0.0)
                weight += weights[:, [child]] * given
        scores[row] = np.divide(total, weight, out=np.full(total.shape, np.nan), where=weight > 0)
    return scores[0]
