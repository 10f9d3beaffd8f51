"""What errors are carried through: a scored tree, and what each of its nodes rests on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from township_eval.methods.varying import Array
from township_eval.tree.aggregate import Gap, aggregate
from township_eval.tree.leaves import Status, score_leaf
from township_eval.tree.plan import Plan, Positions

__all__ = ["Flags", "Ground", "unrounded"]

Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Ground:
    """One scored tree, unrounded.

    Attributes
    ----------
    values : array, (n_leaves, n_units)
        Leaf values.
    status : array of int8, (n_leaves, n_units)
        Why a value is absent.
    score, weight : array, (n_nodes, n_units)
        Scores before printed points are rounded, and weights among siblings.
    previous : array, (n_nodes, n_units), optional
        Node scores of the period before.
    gaps : tuple of Gap
        Where a dimension's score does not come from below.
    """

    plan: Plan
    values: Array
    status: Status
    score: Array
    weight: Array
    previous: Array | None
    gaps: tuple[Gap, ...]

    @cached_property
    def multiplied(self) -> dict[int, tuple[int, ...]]:
        """Rows of the dimensions that each leaf multiplies for somebody, by the leaf's row."""
        found: dict[int, dict[int, None]] = {}
        for variant in self.plan.variants:
            for row, below in enumerate(self.plan.children):
                factor = variant.dimension(row).multiplier if below else None
                if factor is not None:
                    found.setdefault(self.plan.row[factor.by], {})[row] = None
        return {leaf: tuple(rows) for leaf, rows in found.items()}

    def above(self, leaf_rows: Iterable[int]) -> tuple[int, ...]:
        """Return the rows of the dimensions that rest on some leaves, children before parents."""
        found: set[int] = set()
        for leaf in leaf_rows:
            for start in (leaf, *self.multiplied.get(leaf, ())):
                row = self.plan.parent[start] if start == leaf else start
                while row >= 0 and row not in found:
                    found.add(row)
                    row = self.plan.parent[row]
        return tuple(sorted(found, reverse=True))

    def reached(self, at_leaves: dict[int, Flags], *, through_zero: bool = False) -> dict[int, Flags]:
        """Return where something true of leaf values is true of scores, by row.

        It passes upward where a child has a weight, from what multiplies to what is multiplied, and
        to the whole cohort of a rule that compares units. A score that an event has set to zero is
        zero whatever lies below it; nothing passes there, unless *through_zero* asks for it.

        Parameters
        ----------
        at_leaves : dict of int to bool array (n_units,)
            By row of the leaf.
        through_zero : bool
            Whether events are left out of account.
        """
        closed = {} if through_zero else {row: by == 0.0 for row, by in self.plan.multiplied.items()}
        found = {row: self._spread(row, flags) for row, flags in at_leaves.items()}
        for row in found.keys() & closed.keys():
            found[row] &= ~closed[row]
        for row in self.above(at_leaves):
            flags = np.zeros(self.plan.units.n, dtype=np.bool_)
            for child in self.plan.children[row]:
                if child in found:
                    flags |= found[child] & (self.weight[child] > 0)
            for leaf, positions in self.factors_of(row):
                if leaf in found:
                    flags[positions] |= found[leaf][positions]
            flags = self._spread(row, flags)
            for gap in self.gaps:
                if gap.node_id == self.plan.ids[row]:
                    flags[gap.positions] = False
            found[row] = flags & ~closed[row] if row in closed else flags
        return found

    def factors_of(self, row: int) -> list[tuple[int, Positions]]:
        """Return what multiplies a dimension: rows of leaves, each with the units it does that for."""
        return [
            (self.plan.row[factor.by], variant.positions)
            for variant in self.plan.variants
            if (factor := variant.dimension(row).multiplier) is not None
        ]

    def _spread(self, row: int, flags: Flags) -> Flags:
        """Return what is true of anybody in a cohort as true of everybody in it.

        Who has no score is in no cohort, nor a leaf whose score a policy has given.
        """
        rests_on = self.score[row] if self.plan.children[row] else self.values[self.plan.leaves.index(row)]
        scored = ~np.isnan(rests_on) & ~np.isnan(self.score[row])
        flags = flags & scored
        out = flags.copy()
        for variant in self.plan.variants:
            if getattr(variant.nodes[row].scoring, "compares_units", False):
                at = variant.positions
                out[at] = self._anybody(flags, at, self.cohort(variant, row))[at] & scored[at]
        return out

    def cohort(self, variant: Any, row: int) -> str:
        """Return whom a node's rule compares with each other: ``all`` or ``group``."""
        node = variant.nodes[row]
        return str(getattr(node.scoring, "cohort", None) or variant.inherited["cohort"][node.id])

    def _anybody(self, flags: Flags, positions: Positions, cohort: str) -> Flags:
        units = self.plan.units
        if cohort == "all":
            return np.full(units.n, flags.any())
        out = np.zeros(units.n, dtype=np.bool_)
        for group in dict.fromkeys(units.groups[at] for at in positions):
            members = units.group_mask(group)
            out[members] = flags[members].any()
        return out

    def take(self, positions: Positions) -> Ground:
        """Return the tree of some units only; nothing in it may compare them with others."""
        place = np.full(self.plan.units.n, -1, dtype=np.intp)
        place[positions] = np.arange(len(positions))
        gaps = tuple(
            Gap(gap.node_id, gap.policy, kept[kept >= 0], gap.by)
            for gap in self.gaps
            for kept in (place[gap.positions],)
        )
        return Ground(
            self.plan.take(positions.tolist()),
            self.values[:, positions], self.status[:, positions], self.score[:, positions],
            self.weight[:, positions], None if self.previous is None else self.previous[:, positions], gaps,
        )  # fmt: skip


def unrounded(
    plan: Plan, values: Array, status: Status, weight: Array, previous: Array | None, score: Array
) -> Array:
    """Return the scores before printed points were rounded; *score* itself where none were."""
    rounding = plan.scheme.rounding
    if rounding is None or rounding.stage == "composite":
        return score
    score = np.full(score.shape, np.nan)
    for leaf, row in enumerate(plan.leaves):
        score[row] = score_leaf(plan, row, values[leaf], status[leaf])
    aggregate(plan, score, weight, previous)
    return score
