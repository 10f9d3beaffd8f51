"""How sure the scores are: the errors the sources left, carried through the tree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from township_eval.engine.case import Case
from township_eval.errors import Problem
from township_eval.evaluation import Precision
from township_eval.language import Text
from township_eval.methods.loadings import Loadings, compressed
from township_eval.methods.varying import Array
from township_eval.sources import Evidence
from township_eval.tree import Plan, Scored
from township_eval.tree.propagation import Errors, propagate

__all__ = ["precision_of"]


def precision_of(case: Case, scored: Scored, previous: Array | None) -> tuple[Precision, tuple[Problem, ...]]:
    """Return the errors of all scores, and a note where they had to be simulated.

    Parameters
    ----------
    case : Case
        The period laid out.
    scored : Scored
        Its scores.
    previous : array, (n_nodes, n_units), optional
        Node scores of the period before.
    """
    plan = case.plan
    errors = Errors(case.leaves.se, case.leaves.unknown, _loadings(plan, case.evidence))
    found = propagate(plan, case.values, case.leaves.status, scored, errors, previous=previous)
    # in the order of codes, so that the order of units says nothing about the shocks' numbers
    place = plan.units.code_order
    parts = [part.moved(place) for part in found.composite]
    composite = compressed(parts, plan.units.n).moved(np.argsort(place))
    return Precision(found.se, found.method, found.unknown, composite), tuple(_simulated(found.draws))


def _loadings(plan: Plan, evidence: Mapping[str, Evidence]) -> tuple[tuple[Loadings, ...], ...]:
    return tuple(evidence[plan.ids[row]].loadings for row in plan.leaves)


def _simulated(draws: int) -> Iterator[Problem]:
    if draws:
        what = Text(
            f"部分得分的标准误由模拟得到({draws}次,以点估计代替真值),因为评分规则在误差范围内有折点或跳跃",
            f"some standard errors of scores are simulated ({draws} draws, estimates in place of "
            "true values), because a rule bends or jumps within the error",
        )
        yield Problem("warning", "note.simulated", "index", what)
