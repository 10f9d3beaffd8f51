"""Earlier periods with the last score of accumulating indicators: 1-9 月 counts once, not three times."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from township_eval.analysis.periods.links import Links
from township_eval.errors import Problem
from township_eval.evaluation import Evaluation
from township_eval.inputs import NOT_REPORTED
from township_eval.language import Text, listed
from township_eval.methods.varying import Array
from township_eval.tree import aggregate, round_stage

__all__ = ["restated"]

_NAMED = 9


def restated(
    evaluations: Sequence[Evaluation], links: Sequence[Links], accumulates: Sequence[str]
) -> tuple[list[Array | None], list[Problem]]:
    """Return the index scores of every period as they would be with the latest accumulated scores.

    Parameters
    ----------
    evaluations : sequence of Evaluation
        In order of time.
    links : sequence of Links
        From the units of each period to those of the last.
    accumulates : sequence of str
        Indicators whose latest score stands for all periods. A period in which one is not due, or
        does not apply, stays as it was.

    Returns
    -------
    list of array (n_links,) or None
        None where a period stays as it was.
    list of Problem
        Indicators for which a period before the last had to speak.
    """
    found: list[Array | None] = [None] * len(evaluations)
    if not accumulates:
        return found, []
    latest, problems = _latest(evaluations, links, accumulates)
    for k, (one, link) in enumerate(zip(evaluations, links, strict=True)):
        mine = [name for name in accumulates if name in one.plan.row]
        if not mine or k == len(evaluations) - 1:
            continue
        index = np.full(len(link.share), np.nan)
        for layer, _ in link.layers:
            index[layer] = _index(one, link, layer, {name: latest[name] for name in mine})[link.before[layer]]
        found[k] = index
    return found, problems


def _latest(
    evaluations: Sequence[Evaluation], links: Sequence[Links], accumulates: Sequence[str]
) -> tuple[dict[str, Array], list[Problem]]:
    """Return the latest score of every indicator for the last period's units."""
    last = evaluations[-1]
    found, problems = {}, []
    for name in accumulates:
        score, counted = last.score[last.plan.row[name]].copy(), last.plan.counted[last.plan.row[name]]
        open_ended = np.isnan(score) & counted
        for one, link in zip(reversed(evaluations[:-1]), reversed(links[:-1]), strict=True):
            if name in one.plan.row and (np.isnan(score) & counted).any():
                earlier = link.total(one.score[one.plan.row[name], link.before], last.units.n)
                score = np.where(np.isnan(score), earlier, score)
        filled = open_ended & ~np.isnan(score)
        if filled.any():
            problems.append(
                _earlier(name, listed([last.units.names[at] for at in np.flatnonzero(filled)], _NAMED))
            )
        found[name] = score
    return found, problems


def _earlier(name: str, units: Text) -> Problem:
    what = Text(
        "{name} 最后一期没有得分,取最近一期的:{units}",
        "{name} has no score in the last period, the latest one counts: {units}",
    ).format(name=name, units=units)
    hint = Text("核对该指标是否按累计数上报", "check whether it is reported as a cumulative figure")
    return Problem("warning", "combine.latest", name, what, hint)


def _index(one: Evaluation, link: Links, layer: NDArray[np.bool_], latest: dict[str, Array]) -> Array:
    """Return one period's index scores with the latest scores of some leaves."""
    score = one.score.copy()
    for name, of_last in latest.items():
        row = one.plan.row[name]
        status = one.leaves.status[one.plan.leaves.index(row)]
        now = np.full(one.units.n, np.nan)
        now[link.before[layer]] = of_last[link.after[layer]]
        takes = (~np.isnan(score[row]) | (status == NOT_REPORTED)) & ~np.isnan(now)
        score[row] = np.where(takes, now, score[row])
    aggregate(one.plan, score, one.weight, one.score)
    round_stage(one.plan, score, one.weight)
    return np.asarray(score[0])
