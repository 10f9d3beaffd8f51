"""Rules held against the evidence: how sure each is of each unit, and what the ladder makes of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from township_eval.engine.judging.answers import Answers
from township_eval.engine.judging.evidence import Evidence
from township_eval.engine.judging.restated import weigh
from township_eval.errors import Problem
from township_eval.language import Text, listed
from township_eval.rules.calendar import due_date
from township_eval.rules.certainty import Asked, Decision, Tested, decide
from township_eval.rules.flags import (
    OPEN,
    WAIVED,
    Before,
    JudgedRule,
    Raised,
    Spoken,
    climb,
    flag_frame,
    required_of,
)
from township_eval.rules.measures import say_measure
from township_eval.rules.waivers import Waiver, Waivers
from township_eval.scheme.conditions import Condition, parse_condition
from township_eval.scheme.conditions.nodes import Call
from township_eval.scheme.conditions.normal import normal_form
from township_eval.scheme.measures import stated_kind
from township_eval.scheme.model import FlagRule, Scheme

__all__ = ["Flagged", "flag_period"]

_NAMED: Final = 9


@dataclass(frozen=True, eq=False)
class Flagged:
    """What the rules of a period come to.

    Attributes
    ----------
    rows : DataFrame
        The flags table.
    family : DataFrame
        Per rule what its certainty was judged against.
    problems : tuple of Problem
    applied : mapping of Waiver to sequence of Text
        What each waiver set aside.
    """

    rows: pd.DataFrame
    family: pd.DataFrame
    problems: tuple[Problem, ...]
    applied: Mapping[Waiver, Sequence[Text]]


@dataclass(frozen=True, eq=False)
class _Rule:
    """A rule with its parsed conditions and the evidence for both."""

    rule: FlagRule
    entry: Condition | None
    leave: Condition | None
    holds: NDArray[np.bool_]
    tested: Tested
    exit: Tested
    short: NDArray[np.bool_]


def flag_period(scheme: Scheme, answers: Answers, waivers: Waivers, as_of: date | None) -> Flagged:
    """Return the flags of a period with their family and what a reader must know.

    Parameters
    ----------
    scheme : Scheme
        Of the period.
    answers : Answers
    waivers : Waivers
    as_of : date, optional
        Day the due dates are counted from.
    """
    units, evaluation = answers.plan.units, answers.evaluation
    before = Before([one.flags for one in answers.earlier])
    opened = _leaving(before, scheme.flags)
    rules = [_weighed(rule, answers, leaving=rule.id in opened) for rule in scheme.flags]
    judged, decisions = _decided(rules)

    def waiver(unit: str, rule: FlagRule) -> str:
        found = waivers.find(units.index[unit], rule.id)
        return "" if found is None else found.document

    raised = climb(judged, units.codes, evaluation.period, before, waiver)
    speaker = _Speaker(scheme, answers, {one.rule.id: one for one in rules}, as_of)
    rows = flag_frame(raised, units.codes, speaker.speak, scheme.basis)
    problems = (
        *_undated(raised, as_of),
        *_near(rules, answers),
        *_gone(before, rules),
        *_away(before, units.codes),
    )
    return Flagged(rows, _family(judged, decisions, units.n), problems, _applied(raised, waivers))


def _applied(raised: Sequence[Raised], waivers: Waivers) -> dict[Waiver, list[Text]]:
    """Return what each waiver set aside."""
    found: dict[Waiver, list[Text]] = {}
    for row in raised:
        used = waivers.find(row.at, row.rule.id) if row.status == WAIVED else None
        if used is not None:
            said, name = say_measure(row.rule.measure), row.rule.name or row.rule.id
            text = Text(f"{name}({said.zh})", f"{name} ({said.en})")
            found.setdefault(used, []).append(text)
    return found


# --- evidence ---------------------------------------------------------------------------------------


def _weighed(rule: FlagRule, answers: Answers, *, leaving: bool) -> _Rule:
    """Return a rule with the evidence for its entry and, where somebody may leave, for its exit."""
    n = answers.plan.units.n
    entry = parse_condition(rule.condition) if rule.condition else None
    leave = _exit_of(rule, entry)
    nothing = Tested(
        np.ones(n), simultaneous=False, exact=np.zeros(n, bool), crossed=np.zeros(n, bool), near=()
    )
    asked = _short_unknown(answers)
    holds = np.zeros(n, dtype=np.bool_)
    if entry is not None:
        holds = np.broadcast_to(entry.evaluate(answers), (n,)) == 1.0
    return _Rule(
        rule=rule,
        entry=entry,
        leave=leave,
        holds=holds,
        tested=nothing if entry is None else weigh(entry, asked, answers),
        exit=nothing if leave is None or not leaving else weigh(leave, asked, answers),
        short=np.zeros(n, dtype=np.bool_) if entry is None else answers.short(entry),
    )


def _leaving(before: Before, rules: Sequence[FlagRule]) -> set[str]:
    """Return the ids of the rules whose exit is asked for: of open flags, and of all they may come from."""
    found = {name for flag in before.open.values() for name in (flag.rule, flag.escalated_from)}
    steps = [(rule.id, rule.escalates.to) for rule in rules if rule.escalates is not None]
    while more := {lighter for lighter, heavier in steps if heavier in found} - found:
        found |= more
    return found


def _exit_of(rule: FlagRule, entry: Condition | None) -> Condition | None:
    """Return the exit condition: the stated one, else the opposite of the entry."""
    if rule.clear_when:
        return parse_condition(rule.clear_when)
    return None if entry is None else Condition(normal_form(entry.root, negated=True))


def _short_unknown(answers: Answers) -> Asked:
    """Return the lookup of quantities in which a sample that falls short shows nothing."""

    def asked(one: str | Call) -> Any:
        found = answers.quantity(one)
        short = answers.short_of(one)
        if short is None or not short.any():
            return found
        return found.where(short & found.uncertain, type(found).of("unknown", found.value))

    return asked


# --- certainty --------------------------------------------------------------------------------------


def _decided(rules: Sequence[_Rule]) -> tuple[list[JudgedRule], dict[str, tuple[Decision, int]]]:
    """Return how sure every rule is, each kind of rule being a family of its own."""
    judged: dict[str, JudgedRule] = {}
    where: dict[str, tuple[Decision, int]] = {}
    for kind in dict.fromkeys(stated_kind(one.rule) for one in rules):
        mine = [one for one in rules if stated_kind(one.rule) == kind]
        found = decide(
            np.stack([one.tested.p for one in mine]),
            simultaneous=np.array([one.tested.simultaneous for one in mine]),
            crossed=np.stack([one.tested.crossed for one in mine]),
        )
        for at, one in enumerate(mine):
            judged[one.rule.id] = JudgedRule(
                rule=one.rule, holds=one.holds, p=one.tested.p, exit_p=one.exit.p,
                certainty=found.certainty[at], short=one.short, family=found.size,
            )  # fmt: skip
            where[one.rule.id] = found, at
    return [judged[one.rule.id] for one in rules], where


def _family(
    judged: Sequence[JudgedRule], decisions: Mapping[str, tuple[Decision, int]], n: int
) -> pd.DataFrame:
    """Return per rule the family its certainty was judged in."""
    rows = [
        {
            "rule": one.rule.id,
            "measure": one.rule.measure,
            "required": required_of(one.rule),
            "units": n,
            "rules": len(decisions[one.rule.id][0].p),
            "family": one.family,
            "level": float(decisions[one.rule.id][0].critical[decisions[one.rule.id][1]]),
            "method": "bonferroni" if required_of(one.rule) == "confirmed" else "holm",
        }
        for one in judged
    ]
    columns = ["rule", "measure", "required", "units", "rules", "family", "level", "method"]
    return pd.DataFrame(rows, columns=columns)


# --- words ------------------------------------------------------------------------------------------


class _Speaker:
    """Puts rows into words."""

    def __init__(
        self, scheme: Scheme, answers: Answers, rules: Mapping[str, _Rule], as_of: date | None
    ) -> None:
        self.scheme, self.answers, self.rules, self.as_of = scheme, answers, rules, as_of
        self.evidence = Evidence(answers, scheme.digits)

    def speak(self, row: Raised) -> Spoken:
        """Say the evidence of a row, its cells, the post and the due date."""
        source = self.rules[row.source]
        own = self.rules[row.rule.id] if row.rule.clear_when else source
        cells = self.evidence.cells(source.entry, row.at)
        return Spoken(
            self.evidence.sentence(source.entry, own.leave, row), cells, self.post(row), self.due(row)
        )

    def post(self, row: Raised) -> str:
        """Return the post the flag is addressed to in a unit of this kind; ``default`` is for all others."""
        kind = self.answers.plan.units.kinds[row.at]
        posts = {one.kind: one.post for one in row.rule.posts}
        return posts.get(kind, posts.get("default", posts.get("", "")))

    def due(self, row: Raised) -> str:
        """Return the due date; empty without a day to count from, or without days."""
        rule = row.rule
        if self.as_of is None or rule.due_days is None:
            return ""
        scheme = self.scheme
        day = due_date(self.as_of, rule.due_days, rule.due_in, scheme.holidays, scheme.workdays)
        return day.isoformat()


# --- what a reader must know -------------------------------------------------------------------------


def _undated(raised: Sequence[Raised], as_of: date | None) -> Iterator[Problem]:
    timed = [row for row in raised if row.status in OPEN and row.rule.due_days is not None]
    if as_of is None and timed:
        names = listed(dict.fromkeys(row.rule.id for row in timed))
        what = Text(
            "没有数据截止日,办理时限无法计算:{names}", "no day to count due dates from: {names}"
        ).format(names=names)
        hint = Text("写明 as_of(数据截止日)", "state as_of, the day the data stand at")
        yield Problem("warning", "flag.no_as_of", "as_of", what, hint)


def _near(rules: Sequence[_Rule], answers: Answers) -> Iterator[Problem]:
    units = answers.plan.units
    labels = {node.id: Text(node.name, node.name) for node in answers.plan.nodes}
    for one in rules:
        for part, where in one.tested.near:
            at = np.flatnonzero(where)
            names = [units.names[k] for k in at[np.argsort(units.code_order[at])]]
            what = Text(
                "{names}:与界限之差小于四舍五入的幅度({part}),按未取整的数值判断",
                "{names}: nearer to the bound than rounding shows ({part}); judged unrounded",
            ).format(names=listed(names, most=_NAMED), part=Condition(part).words(labels))
            yield Problem("warning", "flag.near", f"flags.{one.rule.id}", what)


def _gone(before: Before, rules: Sequence[_Rule]) -> Iterator[Problem]:
    known = {one.rule.id for one in rules}
    lost = dict.fromkeys(flag.rule for flag in before.open.values() if flag.rule not in known)
    for rule in lost:
        what = Text(
            f"上期仍在办理的预警 {rule} 在本期方案中没有,不再延续",
            f"flag {rule} was open and is not in this period's scheme: it does not go on",
        )
        hint = Text(
            "方案保留同编号的规则,或在整改台账中销号", "keep a rule of this id, or close it in the ledger"
        )
        yield Problem("warning", "flag.rule_gone", f"flags.{rule}", what, hint)


def _away(before: Before, units: Sequence[str]) -> Iterator[Problem]:
    """Yield a warning for open flags of units that are not evaluated in this period."""
    lost: dict[str, list[str]] = {}
    here = frozenset(units)
    for flag in before.open.values():
        if flag.unit not in here:
            lost.setdefault(flag.unit, []).append(flag.rule)
    for unit in sorted(lost):
        rules = listed(dict.fromkeys(lost[unit]))
        what = Text(
            f"{unit} 有未解除的预警({rules.zh}),本期未参评:本期不列,待其再参评时延续",
            f"{unit} has open flags ({rules.en}) and is not evaluated: they go on when it is again",
        )
        hint = Text(
            "漏报的请补报;改名、改代码的沿用原代码;撤并的在整改台账中销号",
            "add it if it was left out; keep the code of a unit that is renamed; close what one that is gone "
            "left open",
        )
        yield Problem("warning", "flag.unit_gone", f"units {unit}", what, hint)
