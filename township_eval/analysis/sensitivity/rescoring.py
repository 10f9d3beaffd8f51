"""A finished evaluation scored again under another scheme: same values, other decisions."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from township_eval.evaluation import Evaluation
from township_eval.inputs import NOT_REPORTED, Units
from township_eval.methods.ranking import round_half_up
from township_eval.methods.robustness.ranks import Ranks, published_steps, rank_steps
from township_eval.methods.varying import Array
from township_eval.scheme.model import Scheme
from township_eval.tree import Plan, aggregate, plan_tree, round_stage
from township_eval.tree.leaves import score_leaf
from township_eval.tree.weights import reduced_weights

__all__ = ["Family", "Rescored", "carried", "compares", "family_of", "with_weights"]


@dataclass(frozen=True, eq=False)
class Rescored:
    """One scheme laid out for some units of an evaluation, its leaves scored.

    Parameters
    ----------
    evaluation : Evaluation
        Whose values are used.
    scheme : Scheme
        As a file states it; the evaluation's period is chosen from it.
    positions : array of int, optional
        The units; all by default.
    """

    evaluation: Evaluation
    scheme: Scheme
    positions: NDArray[np.intp] | None = None

    @cached_property
    def at(self) -> NDArray[np.intp]:
        """Positions of the units among the evaluation's."""
        return np.arange(self.evaluation.units.n) if self.positions is None else self.positions

    @cached_property
    def plan(self) -> Plan:
        """The tree of the scheme, laid out for the units."""
        if self.scheme is self.evaluation.scheme and self.positions is None:
            return self.evaluation.plan
        known = self.evaluation.plan.event_factors.items()
        factors = {name: by[self.at] for name, by in known}
        return plan_tree(self.scheme.for_period(self.evaluation.period), self._units, factors=factors)

    @property
    def _units(self) -> Units:
        units = self.evaluation.units
        return units if self.positions is None else units.take(self.at.tolist())

    @cached_property
    def status(self) -> NDArray[np.int8]:
        """Why values are absent, ``(n_leaves, n_units)``."""
        return self.evaluation.leaves.status[:, self.at]

    @cached_property
    def leaves(self) -> Array:
        """Scores of the leaves, ``(n_leaves, n_units)``; what was carried forward counts as it did."""
        plan, given = self.plan, self.evaluation.leaves.value[:, self.at]
        scores = np.stack(
            [score_leaf(plan, row, given[leaf], self.status[leaf]) for leaf, row in enumerate(plan.leaves)]
        )
        before = self.evaluation.score[list(plan.leaves)][:, self.at]
        old = carried(self.evaluation)[:, self.at] & np.isnan(scores)
        scores[old] = before[old]
        return scores

    def index(self, weight: Array | None = None) -> Array:
        """Return the index scores ``(n_units,)``, of the scheme's weights or of others.

        Parameters
        ----------
        weight : array, (n_nodes, n_units), optional
            Weights among siblings; only their ratios matter.
        """
        plan = self.plan if weight is None else with_weights(self.plan, weight)
        score = np.full((len(plan.ids), len(self.at)), np.nan)
        score[list(plan.leaves)] = self.leaves
        reduced = reduced_weights(plan, dict(zip(plan.leaves, self.status, strict=True)))
        aggregate(plan, score, reduced, self.evaluation.score[:, self.at])
        round_stage(plan, score, reduced)
        index: Array = score[0]
        return index


def with_weights(plan: Plan, weight: Array) -> Plan:
    """Return the plan with other weights ``(n_nodes, n_units)``, everything else as laid out already."""
    other = Plan(plan.scheme, plan.units, plan.variants, plan.event_factors)
    kept = {name: value for name, value in vars(plan).items() if name not in {"weight", "counted"}}
    vars(other).update(kept, weight=weight)
    return other


def carried(evaluation: Evaluation) -> NDArray[np.bool_]:
    """Return where a leaf's value was carried forward from a period before, ``(n_leaves, n_units)``."""
    leaves, plan = evaluation.leaves, evaluation.plan
    found = (leaves.status == NOT_REPORTED) & np.isnan(leaves.value)
    if found.any():
        for leaf, row in enumerate(plan.leaves):
            allowed = np.zeros(plan.units.n, dtype=np.bool_)
            for policy, positions in plan.policies("missing", plan.ids[row]):
                allowed[positions] = policy.kind == "previous"
            found[leaf] &= allowed & ~np.isnan(evaluation.score[row])
    carried_on: NDArray[np.bool_] = found
    return carried_on


def compares(plan: Plan) -> bool:
    """Return whether a rule of the tree compares units, so that one's score depends on the others."""
    return any(
        getattr(node.scoring, "compares_units", False) for variant in plan.variants for node in variant.nodes
    )


@dataclass(frozen=True, eq=False)
class Family:
    """Who is ranked with whom, and how index scores become what is ranked.

    Attributes
    ----------
    scheme : Scheme
        Whose scale, digits and ``rank_on`` hold.
    groups : array of int, (n_units,)
        Units with the same number are ranked together.
    ledger : array, (n_units,)
        What adjustments add to each composite, in points; it is the same in every run.
    """

    scheme: Scheme
    groups: NDArray[np.intp]
    ledger: Array

    def published(self, index: Array) -> Array:
        """Return adjusted points as published, from index scores ``(..., n_units)``."""
        points = round_half_up(index * self.scheme.scale / 100.0, self.scheme.digits)
        return round_half_up(points + self.ledger, self.scheme.digits)

    @property
    def scaling(self) -> tuple[float, float]:
        """Factor and offset that turn index scores into what `ranks` compares."""
        points = self.scheme.scale / 100.0
        return (points, 0.0) if self.scheme.rank_on == "raw" else (points * 10.0**self.scheme.digits, 0.5)

    def ranks(self, scaled: Array) -> Ranks:
        """Return ranks of many runs, ``(n_runs, n_units)``; 0 where there is no score.

        Parameters
        ----------
        scaled : array, (n_runs, n_units)
            Index scores by `scaling`; overwritten.
        """
        if self.scheme.rank_on == "raw":
            return rank_steps(scaled + self.ledger, self.groups, whole=False)
        steps = published_steps(scaled, self.scheme.digits)
        if self.ledger.any():
            steps += np.rint(self.ledger * 10.0**self.scheme.digits)
        return rank_steps(steps, self.groups)

    def ranks_of(self, index: Array) -> Ranks:
        """Return the ranks of one run, ``(n_units,)``, from its index scores."""
        factor, offset = self.scaling
        ranks: Ranks = self.ranks(index[np.newaxis] * factor + offset)[0]
        return ranks

    def take(self, positions: NDArray[np.intp]) -> Family:
        """Return the family of some of the units."""
        return Family(self.scheme, self.groups[positions], self.ledger[positions])

    def together(self) -> Family:
        """Return the family in which everybody is ranked with everybody."""
        return Family(self.scheme, np.zeros_like(self.groups), self.ledger)


def family_of(evaluation: Evaluation, *, by_class: bool) -> Family:
    """Return who is ranked with whom: each class for itself, or all together."""
    labels = np.asarray(evaluation.units.groups, dtype=object).astype(str)
    codes = np.unique(labels, return_inverse=True)[1].astype(np.intp).ravel()
    groups = codes if by_class else np.zeros_like(codes)
    ledger = np.nan_to_num(evaluation.standing.adjusted - evaluation.standing.composite, nan=0.0)
    return Family(evaluation.scheme, groups, round_half_up(ledger, evaluation.scheme.digits))
