"""Entry, exit, waivers and the step to a heavier measure."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from township_eval.language import Text
from township_eval.rules.flags import (
    FLAG_COLUMNS,
    Before,
    EarlierPeriod,
    JudgedRule,
    Raised,
    climb,
    flag_frame,
    required_of,
)
from township_eval.rules.flags.rows import Spoken
from township_eval.scheme.model import Escalation, FlagRule

F1 = FlagRule(id="F1", measure="约谈", escalates=Escalation(to="F2", after=2))
F2 = FlagRule(id="F2", measure="通报批评")


def judged(
    rule: FlagRule,
    certainty: str = "confirmed",
    *,
    holds: bool = True,
    exit_p: float = 1.0,
    short: bool = False,
) -> JudgedRule:
    """Return a rule held against one unit."""
    return JudgedRule(
        rule=rule, holds=np.array([holds]), p=np.array([0.001]), exit_p=np.array([exit_p]),
        certainty=np.array([certainty]), short=np.array([short]), family=2,
    )  # fmt: skip


def nothing(rule: FlagRule) -> JudgedRule:
    """Return a rule whose condition does not hold."""
    return judged(rule, "not_distinguishable", holds=False)


def before(*rows: tuple[str, str, str]) -> Before:
    """Return earlier periods, newest first, from (rule, measure, status) of 甲镇 in each."""
    found = []
    for back, (rule, measure, status) in enumerate(rows, start=1):
        row = {"unit": "甲镇", "rule": rule, "measure": measure, "status": status, "certainty": "confirmed",
               "since": "2017-H1", "escalated_from": ""}  # fmt: skip
        found.append(EarlierPeriod(f"p{back}", back, pd.DataFrame([row]), frozenset({"F1", "F2"})))
    return Before(found)


def run(rules: list[JudgedRule], past: Before | None = None, waived: str = "") -> list[Raised]:
    """Return the rows for 甲镇; *waived* names a rule that is set aside."""

    def waiver(_: str, rule: FlagRule) -> str:
        return "容错〔2018〕1号" if rule.id == waived else ""

    return climb(rules, ["甲镇"], "2018-H2", past or Before([]), waiver)


def told(rows: list[Raised]) -> list[tuple[str, str, str]]:
    """Return rule, status and what it was escalated from."""
    return [(row.rule.id, row.status, row.escalated_from) for row in rows]


@pytest.mark.parametrize(
    ("measure", "stated", "required"),
    [
        ("约谈", "", "probable"),
        ("约谈", "confirmed", "confirmed"),
        ("责令整改", "probable", "confirmed"),
        ("约谈并责令整改", "", "confirmed"),
        ("问责", "", "confirmed"),
        ("降级", "", "confirmed"),
    ],
)
def test_above_an_interview_nothing_but_confirmed_will_do(measure: str, stated: str, required: str) -> None:
    """Whatever the rule says; a measure of the scheme's own counts as one above."""
    rule = FlagRule(id="f", measure=measure, certainty=stated)  # type: ignore[arg-type]
    assert required_of(rule) == required


def test_what_is_not_sure_enough_is_shown_and_not_proposed() -> None:
    """Probable suffices for an interview and not for public criticism; a weak sample asks for another."""
    rows = run([judged(F1, "probable"), judged(F2, "probable")])
    assert told(rows) == [("F1", "proposed", ""), ("F2", "not_distinguishable", "")]
    assert told(run([judged(F1, "not_distinguishable", short=True)])) == [("F1", "resurvey", "")]


def test_a_flag_goes_on_until_evidence_shows_the_exit() -> None:
    """A better point estimate is no proof: 0.05 for the exit, else the flag continues since it was opened."""
    past = before(("F1", "约谈", "proposed"))
    for exit_p, status in ((0.06, "continued"), (0.05, "cleared")):
        rows = run([judged(F1, "not_distinguishable", holds=False, exit_p=exit_p)], past)
        assert [(row.status, row.since, row.periods) for row in rows] == [(status, "2017-H1", 0)]


def test_escalation_takes_fresh_evidence_in_enough_periods_in_a_row() -> None:
    """Continued and waived periods do not count."""
    rules = [judged(F1), nothing(F2)]
    assert told(run(rules)) == [("F1", "proposed", "")]
    raised = run(rules, before(("F1", "约谈", "proposed")))
    assert told(raised) == [("F1", "proposed", ""), ("F2", "proposed", "F1")]
    assert [row.periods for row in raised] == [2, 1]
    for status in ("continued", "waived", "cleared"):
        assert told(run(rules, before(("F1", "约谈", status)))) == [("F1", "proposed", "")]


def test_the_heavier_measure_takes_its_own_certainty() -> None:
    """Two probable interviews in a row are no public criticism."""
    rows = run([judged(F1, "probable"), nothing(F2)], before(("F1", "约谈", "proposed")))
    assert told(rows) == [("F1", "proposed", ""), ("F2", "not_distinguishable", "F1")]


def test_a_rule_may_escalate_to_a_measure_by_name() -> None:
    """The same rule then stands there twice, once at the heavier measure; both go on and are cleared."""
    rule = FlagRule(id="F1", measure="约谈", escalates=Escalation(to="责令整改", after=1))
    rows = run([judged(rule)])
    assert [(row.rule.id, row.rule.measure, row.escalated_from) for row in rows] == [
        ("F1", "约谈", ""), ("F1", "责令整改", "F1"),
    ]  # fmt: skip
    past = before(("F1", "责令整改", "proposed"))
    rows = run([judged(rule, "not_distinguishable", holds=False, exit_p=0.5)], past)
    assert [(row.rule.measure, row.status) for row in rows] == [("责令整改", "continued")]


def test_steps_follow_each_other() -> None:
    """What was escalated counts for the next step like any fresh flag."""
    f2 = FlagRule(id="F2", measure="通报批评", escalates=Escalation(to="F3", after=1))
    rows = run(
        [judged(FlagRule(id="F1", measure="约谈", escalates=Escalation(to="F2", after=1))), nothing(f2),
         nothing(FlagRule(id="F3", measure="问责"))]
    )  # fmt: skip
    assert told(rows) == [("F1", "proposed", ""), ("F2", "proposed", "F1"), ("F3", "proposed", "F2")]


def test_a_waiver_sets_aside_and_stays_visible_and_its_removal_restores_the_flag() -> None:
    """The row keeps its evidence; nothing escalates from it."""
    past = before(("F1", "约谈", "proposed"))
    rules = [judged(F1), nothing(F2)]
    assert [(row.status, row.waiver) for row in run(rules, past, "F1")] == [("waived", "容错〔2018〕1号")]
    assert told(run(rules, past)) == [("F1", "proposed", ""), ("F2", "proposed", "F1")]


def test_rules_that_are_no_sanctions_neither_go_on_nor_are_waived() -> None:
    """示范乡镇 is proposed on this period's evidence alone."""
    good = FlagRule(id="F1", measure="示范乡镇", kind="positive", certainty="probable")
    rows = run([judged(good, "probable")], before(("F1", "示范乡镇", "proposed")), "F1")
    assert [(row.status, row.since) for row in rows] == [("proposed", "")]
    assert run([nothing(good)], before(("F1", "示范乡镇", "proposed"))) == []


def test_a_row_has_every_column_and_a_due_date_only_where_something_is_to_be_done() -> None:
    """What is set aside, cleared or not shown has no term."""
    spoken = Spoken(Text("低", "low"), "a.xlsx!表!B2", "党委书记", "2019-01-15")
    rows = [*run([judged(F1)]), *run([judged(F2, "probable")])]
    frame = flag_frame(rows, ["甲镇"], lambda _: spoken)
    assert tuple(frame.columns) == FLAG_COLUMNS
    assert frame["due"].tolist() == ["2019-01-15", ""]
    assert frame["level"].tolist() == [1, 3]
    assert tuple(flag_frame([], ["甲镇"], lambda _: spoken).columns) == FLAG_COLUMNS


def test_an_open_flag_goes_on_under_the_measure_its_rule_has_now() -> None:
    """A new scheme may make the rule heavier; nothing that is open is dropped."""
    heavier = FlagRule(id="F1", measure="责令整改")
    rows = run([judged(heavier, "probable")], before(("F1", "约谈", "proposed")))
    assert [(row.rule.measure, row.status, row.since) for row in rows] == [
        ("责令整改", "continued", "2017-H1")
    ]


def chain(first_exit: float) -> list[JudgedRule]:
    """Return three rules of which only the first has a condition; the others are reached from it."""
    one = FlagRule(id="A", measure="约谈", when="x < 1", escalates=Escalation(to="B", after=2))
    two = FlagRule(id="B", measure="责令整改", escalates=Escalation(to="C", after=2))
    first = judged(one, "not_distinguishable", holds=False, exit_p=first_exit)
    return [first, nothing(two), nothing(FlagRule(id="C", measure="通报批评"))]


def open_chain(*rules: str) -> Before:
    """Return one earlier period that left flags of a chain open."""
    came, measures = {"A": "", "B": "A", "C": "B"}, {"A": "约谈", "B": "责令整改", "C": "通报批评"}
    rows = [
        {"unit": "甲镇", "rule": rule, "measure": measures[rule], "status": "proposed",
         "certainty": "confirmed", "since": "2017-H1", "escalated_from": came[rule]}
        for rule in rules
    ]  # fmt: skip
    return Before([EarlierPeriod("2018-H1", 1, pd.DataFrame(rows), frozenset("ABC"))])


@pytest.mark.parametrize("left", ["ABC", "AC", "C"])
def test_the_way_out_of_a_ladder_leads_back_to_its_first_rung(left: str) -> None:
    """A rule that is only reached from others is left when the first one's exit is shown, and not before."""
    for exit_p, status in ((0.01, "cleared"), (0.4, "continued")):
        found = {row.rule.id: row.status for row in run(chain(exit_p), open_chain(*left))}
        assert found == dict.fromkeys(left, status)


def test_a_way_back_that_the_scheme_leaves_open_clears_nothing() -> None:
    """Two rules lead to the third: without the flag between nobody knows whose exit counts."""
    other = FlagRule(id="D", measure="约谈", when="y < 1", escalates=Escalation(to="B", after=2))
    rules = [*chain(0.01), judged(other, "not_distinguishable", holds=False, exit_p=0.01)]
    assert [row.status for row in run(rules, open_chain("C"))] == ["continued"]
