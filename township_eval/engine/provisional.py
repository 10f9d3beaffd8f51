"""Partial data (预评): what may stay open, and between which bounds the result will lie."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np

from township_eval.errors import Problem
from township_eval.evaluation import Leaves
from township_eval.inputs import NOT_REPORTED
from township_eval.methods.varying import Array
from township_eval.rules.standing import points_of
from township_eval.tree import Plan, Scored, aggregate, round_stage

__all__ = ["OPEN_CODES", "gap_bounds", "lower_to_warnings"]

#: problems that only say that something has not come in yet
OPEN_CODES = frozenset(
    {
        "value.missing",
        "value.no_previous",
        "dimension.too_few",
        "unit.empty",
        "unit.no_values",
        "table.missing",
    }
)

_FULL = 100.0


def lower_to_warnings(problems: Iterable[Problem]) -> Iterator[Problem]:
    """Yield the problems, those that partial data must have as warnings."""
    for problem in problems:
        yield replace(problem, severity="warning") if problem.code in OPEN_CODES else problem


def gap_bounds(plan: Plan, scored: Scored, leaves: Leaves) -> tuple[Array, Array]:
    """Return the composite with every missing leaf at zero and at full marks, ``(n_units,)`` each.

    Full marks are 100: a rule that allows more can carry a unit above the upper bound.
    """
    rows = list(plan.leaves)
    missing = (leaves.status == NOT_REPORTED) & np.isnan(scored.score[rows])
    bounds = []
    for filled in (0.0, _FULL):
        score = scored.score.copy()
        score[rows] = np.where(missing, filled, score[rows])
        aggregate(plan, score, scored.weight)
        round_stage(plan, score, scored.weight)
        bounds.append(points_of(plan.scheme, score[0]))
    return bounds[0], bounds[1]
