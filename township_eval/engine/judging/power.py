"""Whether a rung of the ladder can be reached at all with the samples there are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from township_eval.engine.judging.answers import Answers
from township_eval.engine.judging.parts import leaf_freedom, taken_as_it_is
from township_eval.errors import Problem
from township_eval.language import Text
from township_eval.methods.testing import bounded_power, student_power
from township_eval.rules.certainty import CONFIRMED_LEVEL, PROBABLE_LEVEL
from township_eval.rules.flags import required_of
from township_eval.scheme.conditions import Call, Compare, Name, parse_condition
from township_eval.scheme.conditions.nodes import Constant, walk
from township_eval.scheme.conditions.normal import normal_form
from township_eval.scheme.measures import is_sanction
from township_eval.scheme.model import FlagRule, Indicator
from township_eval.scheme.sources import Satisfaction

__all__ = ["power_problems"]

#: how far below its threshold a unit should be noticed, and how often
_BELOW: Final = 10.0
_ENOUGH: Final = 0.5
#: what is not a node and has the error of the index
_POINTS: Final = {
    "composite": Text("综合得分", "composite score"),
    "adjusted": Text("加减分后得分", "adjusted score"),
}


@dataclass(frozen=True, slots=True)
class _Chance:
    """How often a unit so many points under a threshold would be noticed, and by what."""

    power: float
    name: str | Text
    below: float
    by: Text


def power_problems(answers: Answers) -> Iterator[Problem]:
    """Warn of sanctions that half of those truly ten points under the threshold would never meet.

    Judged for the usual sample of the period: the median of answers, design effects, errors and degrees
    of freedom. Ten points are of a hundred; of the composite they are a tenth of the scale.
    """
    rules = [rule for rule in answers.evaluation.scheme.flags if is_sanction(rule)]
    family = len(rules) * answers.plan.units.n
    warned: set[tuple[str, str, float]] = set()
    for rung, source in _rungs(rules):
        for name, cut in _thresholds(source):
            confirmed = required_of(rung) == "confirmed"
            alpha = (CONFIRMED_LEVEL if confirmed else PROBABLE_LEVEL) / family
            found = _power(answers, name, cut, alpha)
            key = f"{rung.id} {rung.measure}", name, cut
            if found is not None and found.power < _ENOUGH and key not in warned:
                warned.add(key)
                yield _problem(rung, answers, cut, found)


def _rungs(rules: list[FlagRule]) -> Iterator[tuple[FlagRule, FlagRule]]:
    """Yield every rung with the rule whose condition is its evidence: its own, or of what leads to it."""
    known = {rule.id: rule for rule in rules}
    for source in rules:
        rung, passed = source, {source.id}
        yield source, source
        while source.condition and rung.escalates is not None:
            to = rung.escalates.to
            rung = known.get(to) or replace(rung, measure=to, escalates=None)
            yield rung, source
            if to in passed:
                break
            passed.add(to)


def _thresholds(rule: FlagRule) -> Iterator[tuple[str, float]]:
    """Yield what a rule asks to be below a number."""
    if not rule.condition:
        return
    for part in walk(normal_form(parse_condition(rule.condition).root)):
        if not isinstance(part, Compare) or part.sign not in {"<", "<="}:
            continue
        if isinstance(part.right, Constant) and isinstance(part.right.value, float):
            yield part.left.name if isinstance(part.left, Name) else _limited(part.left), part.right.value


def _limited(side: object) -> str:
    return str(side.arguments[0]) if isinstance(side, Call) and side.function in {"value", "upper"} else ""


def _power(answers: Answers, name: str, cut: float, alpha: float) -> _Chance | None:
    """Return the power of the usual sample; None where there is nothing to test."""
    plan = answers.plan
    row = plan.row.get(name, 0 if name in _POINTS else None)
    if row is None:
        return None
    leaf = plan.leaves.index(row) if row in plan.leaves else None
    if leaf is not None and answers.quantities.asked[leaf] is not None and taken_as_it_is(plan, row):
        return _of_answers(answers, leaf, cut, alpha)
    return _of_score(answers, name, row, alpha)


def _of_answers(answers: Answers, leaf: int, cut: float, alpha: float) -> _Chance | None:
    """Return the power of a survey taken as it is, by the answers there may be."""
    evaluation, asked = answers.evaluation, answers.quantities.asked[leaf]
    node = answers.plan.nodes[answers.plan.leaves[leaf]]
    sampled = np.nan_to_num(evaluation.leaves.se[leaf]) > 0
    if asked is None or not sampled.any() or not isinstance(node, Indicator):
        return None
    n = float(np.nanmedian(asked.n[sampled]))
    df = float(np.median(leaf_freedom(evaluation, leaf)[sampled]))
    deff = np.nan_to_num(asked.deff[sampled], nan=1.0)
    points = [one.points for one in node.source.scale] if isinstance(node.source, Satisfaction) else []
    truth = cut - _BELOW
    if np.isnan(n) or n < 2 or not points or not min(points) < truth < max(points):  # noqa: PLR2004
        return None
    free = df if np.isfinite(df) else n - 1.0
    power = bounded_power(truth, cut, int(n), alpha, answers=points, df=free, deff=float(np.median(deff)))
    return _Chance(power, node.name, _BELOW, Text(f"{n:.0f} 份有效样本", f"{n:.0f} valid answers"))


def _of_score(answers: Answers, name: str, row: int, alpha: float) -> _Chance | None:
    """Return the power of any other score with an error, by the t test.

    Where errors run through tiers or caps the test is a wider one, so that this is the most there may be.
    """
    evaluation = answers.evaluation
    scale = evaluation.scheme.scale / 100.0 if name in _POINTS else 1.0
    se = np.nan_to_num(evaluation.precision.se[row]) * scale
    known = (se > 0) & ~evaluation.precision.unknown[row]
    if not known.any():
        return None
    usual, df = float(np.median(se[known])), float(np.median(answers.quantities.parts.df[row][known]))
    below = _BELOW * scale
    label = _POINTS[name] if name in _POINTS else answers.plan.nodes[row].name
    said = Text(f"现有误差(标准误 {usual:.2g})", f"scores with a standard error of {usual:.2g}")
    return _Chance(student_power(below, usual, df, alpha), label, below, said)


def _problem(rule: FlagRule, answers: Answers, cut: float, found: _Chance) -> Problem:
    what = Text(
        "{name}真实值比界限 {cut:g} 低 {below:g} 分的单位,以{by}只有 {power:.0%} 的机会被识别",
        "a unit whose true {name} is {below:g} points under {cut:g} is noticed with a chance of {power:.0%}"
        " by {by}",
    ).format(name=found.name, cut=cut, below=found.below, power=found.power, by=found.by)
    hint = Text(
        "增加样本、减少规则,或降低所需的确定程度(约谈可用“较有把握”)",
        "ask more people, have fewer rules, or take less certainty (an interview may do with probable)",
    )
    own = any(rule.measure == one.measure for one in answers.evaluation.scheme.flags if one.id == rule.id)
    where = f"flags.{rule.id}" if own else f"flags.{rule.id}.escalates"  # a measure without a rule
    return Problem("warning", "flag.power", where, what, hint)
