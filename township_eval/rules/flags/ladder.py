"""From evidence to proposals: entry, exit, waivers, and the step to a heavier measure.

A flag is opened by evidence of the certainty its measure takes, goes on until evidence shows the exit, and
becomes a heavier one only when evidence was fresh in so many periods in a row. A person decides.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from township_eval.methods.varying import Array
from township_eval.rules.certainty import CERTAINTIES, cleared
from township_eval.rules.flags.before import Before, OpenFlag
from township_eval.rules.flags.rows import (
    CLEARED,
    CONTINUED,
    NOT_DISTINGUISHABLE,
    PROPOSED,
    RESURVEY,
    WAIVED,
    Raised,
    rung_key,
)
from township_eval.rules.measures import level_of
from township_eval.scheme.measures import stated_kind
from township_eval.scheme.model import FlagRule

__all__ = ["JudgedRule", "climb", "required_of"]


@dataclass(frozen=True, eq=False)
class JudgedRule:
    """One rule held against all units; arrays are ``(n_units,)``.

    Attributes
    ----------
    rule : FlagRule
    holds : array of bool
        The condition is true of the values as published.
    p, exit_p : array
        Evidence that it is true of the true values; that the exit condition is.
    certainty : array of str
        confirmed, probable or not_distinguishable.
    short : array of bool
        It rests on a sample that does not meet the scheme's demand.
    family : int
        Comparisons that the level is shared among.
    """

    rule: FlagRule
    holds: NDArray[np.bool_]
    p: Array
    exit_p: Array
    certainty: NDArray[np.str_]
    short: NDArray[np.bool_]
    family: int

    def reaches(self, at: int, required: str) -> bool:
        """Return whether a unit's evidence is as sure as required."""
        return CERTAINTIES.index(str(self.certainty[at])) >= CERTAINTIES.index(required)


def required_of(rule: FlagRule) -> str:
    """Return the certainty a rule's measure takes: above 约谈 always confirmed, whatever the rule says.

    Examples
    --------
    >>> required_of(FlagRule(id="f", measure="约谈")), required_of(FlagRule(id="g", measure="通报批评"))
    ('probable', 'confirmed')
    """
    if stated_kind(rule) == "sanction" and level_of(rule.measure) != 1:
        return "confirmed"
    return rule.certainty or "probable"


def climb(
    judged: Sequence[JudgedRule],
    units: Sequence[str],
    period: str,
    before: Before,
    waiver: Callable[[str, FlagRule], str],
) -> list[Raised]:
    """Return the rows of the flags table, unit by unit in the order of the rules.

    Parameters
    ----------
    judged : sequence of JudgedRule
        All rules of the scheme, in its order.
    units : sequence of str
        Unit codes by position.
    period : str
        The period judged.
    before : Before
        Earlier periods.
    waiver : callable
        Document of the waiver that sets a unit's flag of a rule aside; "" where there is none.
    """
    steps = _Steps(judged, units, period, before, waiver)
    steps.enter()
    steps.carry_on()
    steps.escalate()
    order = {one.rule.id: place for place, one in enumerate(judged)}
    return sorted(
        steps.found.values(), key=lambda one: (one.at, order[one.rule.id], level_of(one.rule.measure))
    )


class _Steps:
    """The rows as they come about; a step may only add to or change what earlier steps found."""

    def __init__(
        self,
        judged: Sequence[JudgedRule],
        units: Sequence[str],
        period: str,
        before: Before,
        waiver: Callable[[str, FlagRule], str],
    ) -> None:
        self.judged = {one.rule.id: one for one in judged}
        self.units, self.period, self.before, self.waiver = units, period, before, waiver
        self.place = {code: at for at, code in enumerate(units)}
        self.found: dict[tuple[int, str, str], Raised] = {}

    def enter(self) -> None:
        """Propose what is sure enough; show what is true of the values and not sure enough."""
        for one in self.judged.values():
            required = required_of(one.rule)
            for at in np.flatnonzero(one.holds).tolist():
                fresh = one.reaches(at, required)
                unsure = RESURVEY if one.short[at] else NOT_DISTINGUISHABLE
                self.put(self.row(one, at, one.rule, PROPOSED if fresh else unsure))

    def carry_on(self) -> None:
        """Keep open what was opened before, until its exit is shown."""
        for (code, rule_id, rung), flag in self.before.open.items():
            at, one = self.place.get(code), self.judged.get(rule_id)
            if at is None or one is None or stated_kind(one.rule) != "sanction":
                continue
            rule = _at_rung(self.judged, one.rule, rung)
            found = self.found.get((at, rule_id, rung_key(rule.measure)))
            if found is not None and found.status in {PROPOSED, WAIVED}:
                continue
            source = self.source_of(one, flag)
            shown = bool(cleared(source.exit_p[at])) and not source.holds[at]
            row = self.row(source, at, rule, CLEARED if shown else CONTINUED)
            self.put(replace(row, escalated_from=flag.escalated_from, since=flag.since))

    def source_of(self, one: JudgedRule, flag: OpenFlag) -> JudgedRule:
        """Return whose exit counts: the rule's own where it states one, else that of what it came from.

        A rule that is only reached from another one has no exit of its own: the way back goes on to the
        rule that had evidence, by the flags that are open, else by the scheme where it leaves no choice.
        """
        if one.rule.clear_when or not flag.escalated_from:
            return one
        came, passed = flag.escalated_from, {one.rule.id}
        found = self.judged.get(came, one)
        while not (found.rule.condition or found.rule.clear_when) and came not in passed:
            passed.add(came)
            way = self.before.open.get((flag.unit, came, rung_key(found.rule.measure)))
            lighter = [way.escalated_from] if way is not None and way.escalated_from else self.lighter(came)
            if len(lighter) != 1 or lighter[0] not in self.judged:
                break
            came = lighter[0]
            found = self.judged[came]
        return found

    def lighter(self, rule: str) -> list[str]:
        """Return the ids of the rules that escalate to a rule."""
        rules = (one.rule for one in self.judged.values())
        return [one.id for one in rules if one.escalates is not None and one.escalates.to == rule]

    def escalate(self) -> None:
        """Take the step to a heavier measure where evidence was fresh in enough periods in a row."""
        fresh = deque(row for row in self.found.values() if row.status == PROPOSED)
        while fresh:
            row = fresh.popleft()
            step = row.rule.escalates
            if step is None or row.periods < step.after or row.kind != "sanction":
                continue
            target = self.judged.get(step.to)
            rule = target.rule if target is not None else replace(row.rule, measure=step.to, escalates=None)
            heavier = self.heavier(row, rule)
            if heavier is not None:
                self.found[heavier.key] = heavier
                if heavier.status == PROPOSED and heavier.escalated_from == row.rule.id:
                    fresh.append(heavier)

    def heavier(self, row: Raised, rule: FlagRule) -> Raised | None:
        """Return the row of the heavier measure; None where nothing changes."""
        source = self.judged[row.source]
        standing = self.found.get((row.at, rule.id, rung_key(rule.measure)))
        if standing is not None and standing.status in {PROPOSED, WAIVED}:
            already = bool(standing.escalated_from)
            return None if already else replace(standing, escalated_from=row.rule.id)
        sure = source.reaches(row.at, required_of(rule))
        if not sure and standing is not None and standing.status == CONTINUED:
            return None
        found = self.row(source, row.at, rule, PROPOSED if sure else NOT_DISTINGUISHABLE)
        return self.waived(replace(found, escalated_from=row.rule.id))

    def row(self, source: JudgedRule, at: int, rule: FlagRule, status: str) -> Raised:
        """Return a row of a rule on the evidence of *source*."""
        key = (self.units[at], rule.id, rung_key(rule.measure))
        opened = self.before.open.get(key)
        acts = status in {PROPOSED, CONTINUED, CLEARED} and stated_kind(rule) == "sanction"
        return Raised(
            at=at, rule=rule, source=source.rule.id, status=status, certainty=str(source.certainty[at]),
            required=required_of(rule), kind=stated_kind(rule), p=float(source.p[at]),
            exit_p=float(source.exit_p[at]), family=source.family,
            since=(opened.since if opened is not None else self.period) if acts else "",
            periods=self.before.streak(key) + 1 if status == PROPOSED else 0,
        )  # fmt: skip

    def put(self, row: Raised) -> None:
        """Add a row, set aside where there is a waiver."""
        row = self.waived(row)
        self.found[row.key] = row

    def waived(self, row: Raised) -> Raised:
        """Return the row, set aside where a waiver says so; it stays visible."""
        if row.kind != "sanction" or row.status not in {PROPOSED, CONTINUED}:
            return row
        document = self.waiver(self.units[row.at], row.rule)
        return replace(row, status=WAIVED, waiver=document, periods=0) if document else row


def _at_rung(ids: Collection[str], rule: FlagRule, rung: str) -> FlagRule:
    """Return the rule at the measure that it once escalated to; as it stands where it no longer does."""
    step = rule.escalates
    if rung_key(rule.measure) == rung or step is None or step.to in ids or rung_key(step.to) != rung:
        return rule
    return replace(rule, measure=step.to, escalates=None)
