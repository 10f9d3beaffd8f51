"""Partial data (预评): what may stay open, and between which bounds the result will lie."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np

from township_eval.errors import Problem
from township_eval.evaluation import Leaves
from township_eval.inputs import NOT_REPORTED
from township_eval.methods.own import Own
from township_eval.methods.varying import Array
from township_eval.rules.standing import points_of
from township_eval.tree import Plan, Scored, aggregate, round_stage
from township_eval.tree.leaves import resolved_rule

__all__ = ["OPEN_CODES", "gap_bounds", "lower_to_warnings"]

#: problems that only say that something has not come in yet
OPEN_CODES = frozenset(
    {
        "value.missing",
        "value.no_previous",
        "dimension.no_factor",
        "dimension.too_few",
        "unit.empty",
        "unit.no_values",
        "table.missing",
        "ratings.few",
        "reviews.few",
    }
)

_USUAL = (0.0, 100.0)
_UNKNOWN = (-np.inf, np.inf)  # an own rule may give anything


def lower_to_warnings(problems: Iterable[Problem]) -> Iterator[Problem]:
    """Yield the problems, those that partial data must have as warnings."""
    for problem in problems:
        yield replace(problem, severity="warning") if problem.code in OPEN_CODES else problem


def gap_bounds(plan: Plan, scored: Scored, leaves: Leaves) -> tuple[Array, Array]:
    """Return the lowest and the highest composite the missing leaves leave open, ``(n_units,)`` each.

    NaN where a missing leaf's rule has no lowest or no highest score.
    """
    rows = list(plan.leaves)
    missing = (leaves.status == NOT_REPORTED) & np.isnan(scored.score[rows])
    bounds = []
    for end in (0, 1):
        score = scored.score.copy()
        for row, absent in zip(rows, missing, strict=True):
            if absent.any():
                score[row, absent] = _extent(plan, row, end)[absent]
        aggregate(plan, score, scored.weight)
        round_stage(plan, score, scored.weight)
        index = np.where(np.isfinite(score[0]), score[0], np.nan)
        bounds.append(points_of(plan.scheme, index))
    return bounds[0], bounds[1]


def _extent(plan: Plan, row: int, end: int) -> Array:
    """Return every unit's lowest (0) or highest (1) possible score of a leaf."""
    out = np.empty(plan.units.n)
    for variant in plan.variants:
        rule = variant.nodes[row].scoring
        known = _UNKNOWN if isinstance(rule, Own) else _USUAL
        if hasattr(rule, "extent"):
            known = resolved_rule(plan, row, rule, variant.positions).extent()
        out[variant.positions] = known[end]
    if row in plan.multiplied:
        out = np.where(plan.multiplied[row] == 0.0, 0.0, out * plan.multiplied[row])
    return out
