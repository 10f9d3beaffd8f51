"""One period's values under another's weights and rules: the scores that a decomposition asks for.

The values of a period bring their tree along: which indicators there are, and under which
dimension. Weights and rules are then taken from the one or the other period, node by node; a node
that the other period does not have keeps its own, the only ones there are. So everything an added
indicator does stands under its own name.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from township_eval.evaluation import Evaluation
from township_eval.inputs import NOT_REPORTED, Units, is_percent
from township_eval.methods.varying import Array, Case, Varying
from township_eval.scheme.differentiate import rewrite
from township_eval.scheme.model import Dimension, Indicator, Node, Scheme
from township_eval.tree import Plan, aggregate, effective_weights, round_stage
from township_eval.tree.leaves import score_leaf
from township_eval.tree.plan import Positions, Variant
from township_eval.tree.weights import reduced_weights

__all__ = ["Given", "Scores", "Side", "rules_fit"]

_RULES = ("scoring", "not_applicable", "missing", "cohort")
_DIMENSION_RULES = ("aggregation", "multiplier", "minimum_children")


@dataclass(frozen=True, eq=False)
class Given:
    """What the leaves of a tree are scored on, ``(n_leaves, n_units)`` each.

    ``known`` are the scores they had, for values carried forward from a period nobody gave.
    """

    value: Array
    status: NDArray[np.int8]
    known: Array


@dataclass(frozen=True, eq=False)
class Scores:
    """Index scores ``(n_units,)``, and of the leaves scores and shares of the index ``(n_leaves, n_units)``.

    ``points`` turns scores into points of the composite.
    """

    index: Array
    leaf: Array
    share: Array
    points: float


@dataclass(frozen=True, eq=False)
class Side:
    """One of the two periods."""

    evaluation: Evaluation

    @property
    def plan(self) -> Plan:
        """The tree laid out for the period's units."""
        return self.evaluation.plan

    @cached_property
    def leaf_ids(self) -> tuple[str, ...]:
        """Ids of the leaves, in tree order."""
        return tuple(self.plan.ids[row] for row in self.plan.leaves)

    @cached_property
    def variant_of(self) -> Positions:
        """Which variant of the scheme holds for every unit."""
        places = np.zeros(self.plan.units.n, dtype=np.intp)
        for place, variant in enumerate(self.plan.variants):
            places[variant.positions] = place
        return places

    @cached_property
    def given(self) -> Given:
        """What the leaves were scored on."""
        leaves = self.evaluation.leaves
        return Given(leaves.value, leaves.status, self.evaluation.score[list(self.plan.leaves)])

    def under(self, other: Side, partner: Positions, *, weights: bool, rules: bool) -> Plan:
        """Return this period's tree with the other period's weights or rules.

        Parameters
        ----------
        other : Side
        partner : array of int, (n_units,)
            Position of every unit in the other period; -1 for a unit it does not have, which keeps its
            own weights and rules.
        weights, rules : bool
            Whether they are the other period's.
        """
        if not (weights or rules):
            return self.plan
        theirs = np.where(partner >= 0, other.variant_of[partner], -1)
        names = _Names(other.plan.units, self.plan.units, partner)
        variants = []
        for mine, yours in sorted(set(zip(self.variant_of.tolist(), theirs.tolist(), strict=True))):
            at = np.flatnonzero((self.variant_of == mine) & (theirs == yours))
            scheme = self.plan.variants[mine].scheme
            if yours >= 0:
                their = names.translated(other.plan.variants[yours].scheme)
                scheme = _mixed(scheme, their, weights=weights, rules=rules)
            variants.append(Variant(scheme, at))
        whole = _mixed(self.plan.scheme, other.plan.scheme, weights=weights, rules=rules)
        return Plan(whole, self.plan.units, tuple(variants), self.plan.event_factors)

    def scored(self, plan: Plan, given: Given | None = None) -> Scores:
        """Score a tree of this period's nodes."""
        given = self.given if given is None else given
        score = np.full((len(plan.ids), plan.units.n), np.nan)
        for leaf, row in enumerate(plan.leaves):
            score[row] = score_leaf(plan, row, given.value[leaf], given.status[leaf])
            _carry(plan, row, score[row], given, leaf)
        weight = reduced_weights(plan, dict(zip(plan.leaves, given.status, strict=True)))
        aggregate(plan, score, weight, self.evaluation.score)
        round_stage(plan, score, weight)
        rows = list(plan.leaves)
        share = effective_weights(plan, score, weight)[rows]
        return Scores(score[0], score[rows], share, plan.scheme.scale / 100.0)


def _carry(plan: Plan, row: int, score: Array, given: Given, leaf: int) -> None:
    """Give a leaf whose value was carried forward the score that it had, in place."""
    open_ended = (given.status[leaf] == NOT_REPORTED) & np.isnan(given.value[leaf]) & np.isnan(score)
    if open_ended.any():
        for policy, positions in plan.policies("missing", plan.ids[row]):
            if policy.kind == "previous":
                here = positions[open_ended[positions]]
                score[here] = given.known[leaf, here]


@dataclass(frozen=True, eq=False)
class _Names:
    """What the other period's scheme says of single units, under the codes they have in this one."""

    theirs: Units
    mine: Units
    partner: Positions

    def translated(self, scheme: Scheme) -> Scheme:
        """Return the scheme with values by unit keyed by this period's codes."""
        index: Any = rewrite(scheme.index, self._keyed)
        return scheme if index is scheme.index else replace(scheme, index=index)

    def _keyed(self, varying: Varying) -> Varying:
        cases = []
        for case in varying.cases:
            at = self.theirs.find(case.key)
            here = np.flatnonzero(self.partner == at) if at is not None else ()
            cases += [Case(self.mine.codes[k], case.value) for k in here]
        return Varying(tuple(cases), varying.default)


def _mixed(mine: Scheme, other: Scheme, *, weights: bool, rules: bool) -> Scheme:
    """Return a scheme's tree with the weights or rules of another's nodes of the same id."""
    swap = _Swap(
        {node.id: node for node in other.nodes()}, {node.id for node in mine.nodes()}, weights, rules
    )
    index: Any = swap.node(mine.index)
    found = replace(mine, index=index)
    if weights:
        found = replace(found, weights=other.weights)
    if rules:
        found = replace(found, rounding=other.rounding, scale=other.scale)
    return found


@dataclass(frozen=True, eq=False)
class _Swap:
    """Takes weights or rules from another tree."""

    theirs: Mapping[str, Node]
    mine: AbstractSet[str]
    weights: bool
    rules: bool

    def node(self, node: Node) -> Node:
        """Return a node, and all below it, with what the other tree says of the same nodes."""
        other = self.theirs.get(node.id)
        changes: dict[str, Any] = {}
        if other is not None and self.weights:
            changes["weight"] = other.weight
        if other is not None and self.rules and rules_fit(node, other):
            changes |= {name: getattr(other, name) for name in _RULES}
            if isinstance(other, Dimension):
                changes |= self._of_dimension(other)
        if isinstance(node, Dimension):
            changes["children"] = tuple(self.node(child) for child in node.children)
        return replace(node, **changes) if changes else node

    def _of_dimension(self, other: Dimension) -> dict[str, Any]:
        changes = {name: getattr(other, name) for name in _DIMENSION_RULES}
        if other.multiplier is not None and other.multiplier.by not in self.mine:
            del changes["multiplier"]  # what it is multiplied by is not there
        return changes


def rules_fit(one: Node, two: Node) -> bool:
    """Return whether the values of one node can be scored by the rule of the other.

    Not where an indicator is measured otherwise, in other units or from another kind of source: its
    rule then goes with its values.
    """
    if isinstance(one, Indicator) and isinstance(two, Indicator):
        alike = one.source.kind == two.source.kind and one.unit == two.unit
        return alike and is_percent(one) == is_percent(two)
    return isinstance(one, Dimension) and isinstance(two, Dimension)
