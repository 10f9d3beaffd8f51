"""How sure the scores are: the errors the sources left, carried through the tree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from township_eval.engine.case import Case
from township_eval.errors import Problem
from township_eval.evaluation import Precision
from township_eval.language import Text
from township_eval.methods.loadings import RESPONDENTS, Loadings, compressed, recurring
from township_eval.methods.ratings.persistence import joined_severities
from township_eval.methods.varying import Array
from township_eval.sources import Evidence
from township_eval.sources.panel.scores import COMMON
from township_eval.tree import Plan, Scored
from township_eval.tree.plan import Positions
from township_eval.tree.propagation import Errors, Propagated, propagate

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
    leaves = case.leaves
    errors = Errors(leaves.se, leaves.unknown, _loadings(plan, case.evidence), leaves.df)
    found = propagate(plan, case.values, leaves.status, scored, errors, previous=previous)
    # in the order of codes, so that the order of units says nothing about the shocks' numbers
    place = plan.units.code_order
    composite, part = _by_part(found, place)
    precision = Precision(
        se=found.se,
        method=found.method,
        unknown=found.unknown,
        composite=composite,
        part=part,
        df=found.df.reshape(-1, plan.units.n),
        leaves=_small(found.leaves, _pairs(place, len(plan.leaves))),
        recurring=recurring(list(found.composite)),
        raters=joined_severities([case.evidence[plan.ids[row]].severities for row in plan.leaves]),
        of_raters=_of_raters(found),
        recurring_leaves=recurring(list(found.leaves), plan.units.n),
        untold=_untold(found.leaves),
    )
    return precision, tuple(_simulated(found.draws))


def _by_part(found: Propagated, place: Positions) -> tuple[Loadings, Positions]:
    """Return the composite's errors, the parts of its variance apart, and the part of every shock."""
    mine = [
        _small(
            [one for one, group in zip(found.composite, found.groups, strict=True) if group == number], place
        )
        for number in range(len(found.df))
    ]
    counts = [one.n_shocks for one in mine]
    start = np.concatenate([[0], np.cumsum(counts)]).astype(np.intp)
    joined = Loadings(
        "compressed",
        np.concatenate([np.empty(0, dtype=np.intp), *(one.unit for one in mine)]),
        np.concatenate(
            [
                np.empty(0, dtype=np.intp),
                *(one.shock + first for one, first in zip(mine, start[:-1], strict=True)),
            ]
        ),
        np.concatenate([np.empty(0), *(one.amount for one in mine)]),
    )
    return joined, np.repeat(np.arange(len(mine)), counts)


def _of_raters(found: Propagated) -> int:
    """Return the part of the variance that raters' severities belong to; -1 without them."""
    mine = [group for one, group in zip(found.composite, found.groups, strict=True) if one.sample == COMMON]
    return mine[0] if mine else -1


def _small(parts: Sequence[Loadings], place: Positions) -> Loadings:
    """Return errors as few shocks, numbered by *place* and put back where they were."""
    return compressed([part.moved(place) for part in parts], len(place)).moved(np.argsort(place))


def _untold(leaves: Sequence[Loadings]) -> int:
    """Return how many respondents move a value who have names, but too many to keep."""
    people: dict[str, set[int]] = {}
    for part in leaves:
        if part.kind == RESPONDENTS and not part.names:
            people.setdefault(part.sample, set()).update(part.shock.tolist())
    return sum(map(len, people.values()))


def _pairs(place: Positions, n_leaves: int) -> Positions:
    """Return the places of all pairs of leaf and unit."""
    return (np.arange(n_leaves)[:, np.newaxis] * len(place) + place).ravel()


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
