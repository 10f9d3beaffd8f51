"""Flags of whole periods: evidence in words, certainty, history, waivers, what must not change them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import township_eval as te
from township_eval.engine.judging import Judged

INTERVIEW = {"id": "F1", "measure": "约谈", "when": "asked < 70", "due_days": 15, "clear_when": "asked >= 75"}
CIRCULAR = {"id": "F2", "measure": "通报批评", "when": "asked < 70 and work < 70"}
WAIVER = {"unit": "甲镇", "rule": "F1", "authority": "市委", "document": "容错〔2018〕1号", "reason": "洪灾"}
LOW, HIGH, NEAR = (100, 100), (180, 20), (136, 64)


def told(judged: Judged) -> list[tuple[str, str, str, str]]:
    """Return unit, rule, status and certainty of every row."""
    columns = judged.flags[["unit", "rule", "status", "certainty"]]
    return [tuple(row) for row in columns.to_numpy().tolist()]


def test_evidence_names_numbers_threshold_interval_answers_level_and_family(office: Any) -> None:
    """In both languages, with the cells beside it and the date it is due."""
    judged = office.judge(office.scheme(INTERVIEW), office.inputs([LOW, HIGH]))
    row = judged.flags.iloc[0]
    for part in (
        "群众满意度低于70",
        "群众满意度 50.00",
        "95%置信区间",
        "有效样本 200 份",
        "共 2 个比较",
        "确认",
    ):
        assert part in row["evidence"]
    for part in ("is below 70", "50.00", "95 % interval", "200 valid answers", "2 comparisons", "confirmed"):
        assert part in row["evidence_en"]
    assert row["cell"] == "调查.xlsx!表!B2"
    assert (row["due"], row["since"], row["periods"], row["family"]) == ("2018-07-15", "2018-H1", 1, 2)
    family = judged.tables["family"].iloc[0]
    assert (family["units"], family["rules"], family["family"], family["level"]) == (2, 1, 2, 0.005)


def test_real_in_the_point_estimate_and_not_distinguishable_in_truth(office: Any) -> None:
    """68 of 100 under a threshold of 70 says nothing about anybody: shown, not proposed."""
    judged = office.judge(office.scheme(INTERVIEW), office.inputs([NEAR, HIGH]))
    assert told(judged) == [("甲镇", "F1", "not_distinguishable", "not_distinguishable")]
    assert judged.flags["due"].tolist() == [""]
    assert "不提出建议" in judged.flags["evidence"][0]


def test_working_days_leave_out_weekends_and_holidays(office: Any) -> None:
    """Ten working days after Saturday 30 June 2018; a day the scheme calls a holiday is one more."""
    scheme = office.scheme({**INTERVIEW, "due_days": 10, "due_in": "working"}, holidays=["2018-07-02"])
    assert office.judge(scheme, office.inputs([LOW])).flags["due"].tolist() == ["2018-07-16"]


def test_a_due_date_needs_a_day_to_count_from(office: Any) -> None:
    """Without ``as_of`` it stays empty, and one warning says why."""
    judged = office.judge(office.scheme(INTERVIEW), office.inputs([LOW, LOW], as_of=None))
    assert judged.flags["due"].tolist() == ["", ""]
    found = [problem for problem in judged.problems if problem.code == "flag.no_as_of"]
    assert len(found) == 1
    assert found[0].hint


def test_posts_follow_the_kind_of_unit(office: Any) -> None:
    """R24: the post is named, never a person; a unit of another kind gets the one for all."""
    posts = {"镇": "镇党委书记、镇长", "乡": "乡党委书记、乡长"}
    flag = {
        **INTERVIEW,
        "posts": posts,
        "subject": "leadership_team",
        "matter": "群众满意度",
        "steps": ["告知", "约谈"],
    }
    found = office.judge(office.scheme(flag), office.inputs([LOW, LOW])).flags
    assert found["post"].tolist() == ["镇党委书记、镇长", "乡党委书记、乡长"]
    assert found["steps"].tolist() == ["告知;约谈"] * 2


def test_a_default_post_is_for_kinds_that_are_not_listed(office: Any) -> None:
    """R24: 镇 has its own post, every other kind the one under ``default``."""
    flag = {**INTERVIEW, "posts": {"镇": "镇长", "default": "主要负责人"}}
    found = office.judge(office.scheme(flag), office.inputs([LOW, LOW])).flags
    assert found["post"].tolist() == ["镇长", "主要负责人"]


def test_the_reading_of_a_list_of_conditions_is_printed(office: Any) -> None:
    """R11: 工作实绩差、群众满意度低 is read as the scheme says, and every row says how."""
    both = {"id": "F", "measure": "约谈", "conditions": ["work < 70", "asked < 70"]}
    work = [60.0, 90.0]
    for reading, units, word in (("and", ["甲镇"], "且"), ("or", ["甲镇", "乙乡"], "或")):
        scheme = office.scheme({**both, "reading": reading})
        found = office.judge(scheme, office.inputs([LOW, LOW], work)).flags
        assert found["unit"].tolist() == units
        assert found["evidence"].str.contains(f"按“{word}”理解").all()


def test_a_sample_that_falls_short_asks_for_another_survey(office: Any) -> None:
    """However low its answers: the row says so and proposes nothing."""
    scheme = office.scheme(INTERVIEW, survey={"minimum": {"n_eff": 50}, "deff": 1.0})
    judged = office.judge(scheme, office.inputs([(4, 26), LOW]))
    assert told(judged) == [
        ("甲镇", "F1", "resurvey", "not_distinguishable"), ("乙乡", "F1", "proposed", "confirmed"),
    ]  # fmt: skip
    said = judged.flags["evidence"].tolist()
    assert ["p" in one for one in said] == [False, True]  # nothing was tested, so no p


def test_answers_of_those_who_do_not_know_lower_the_certainty(office: Any) -> None:
    """Had they been content the value would stand above the threshold: one step less sure."""
    for unsure, certainty in ((0, "confirmed"), (200, "probable")):
        found = office.judge(office.scheme(INTERVIEW), office.inputs([(*LOW, unsure), HIGH])).flags
        assert found["certainty"].tolist() == [certainty]


def test_positive_rules_are_a_family_of_their_own_and_no_sanctions(office: Any) -> None:
    """R33: support for the weak and honours for the good are judged in their own direction."""
    good = {"id": "G", "measure": "示范乡镇", "kind": "positive", "when": "asked >= 80"}
    weak = {"id": "S", "measure": "重点帮扶", "kind": "support", "when": "asked < 70"}
    judged = office.judge(office.scheme(INTERVIEW, good, weak), office.inputs([LOW, HIGH]))
    assert judged.flags[["unit", "rule", "kind", "level", "family"]].to_numpy().tolist() == [
        ["甲镇", "F1", "sanction", 1, 2], ["甲镇", "S", "support", 0, 2], ["乙乡", "G", "positive", 0, 2],
    ]  # fmt: skip


def test_values_within_rounding_of_a_bound_are_listed(office: Any) -> None:
    """69.996 prints as 70.00: judged unrounded, and named."""
    flag = {"id": "F", "measure": "约谈", "when": "work < 70"}
    judged = office.judge(office.scheme(flag), office.inputs([HIGH, HIGH], [69.996, 70.0]))
    assert judged.flags["unit"].tolist() == ["甲镇"]
    near = [problem for problem in judged.problems if problem.code == "flag.near"]
    assert len(near) == 1
    assert "甲镇" in near[0].what.zh
    assert "乙乡" not in near[0].what.zh


def points(work: float | None) -> pd.DataFrame:
    """Return the values of one unit whose work came to so much."""
    return pd.DataFrame({"work": [work], "other": [80.0]}, index=["甲镇"])


def over(office: Any, scheme: Any, *periods: tuple[str, tuple[int, int]], **more: Any) -> Judged:
    """Return what follows in the last of some periods, the earlier ones being its history."""
    done: list[te.Evaluation] = []
    for period, counts in periods[:-1]:
        inputs = office.inputs([counts, HIGH], [60.0, 90.0], period=period)
        judged = office.judge(scheme, inputs, done)
        plain = te.evaluate(scheme, inputs, history=done)
        done.append(replace(plain, flag_rows=judged.flags, table_rows=plain.table_rows | judged.tables))
    period, counts = periods[-1]
    return office.judge(scheme, office.inputs([counts, HIGH], [60.0, 90.0], period=period, **more), done)


def test_entry_exit_and_escalation_over_periods(office: Any) -> None:
    """Improvement after an interview is no proof of the exit, and no fresh evidence for the next step."""
    scheme = office.scheme({**INTERVIEW, "escalates": {"to": "责令整改", "after": 2}})
    twice = over(office, scheme, ("2018-H1", LOW), ("2018-H2", LOW))
    assert told(twice) == [("甲镇", "F1", "proposed", "confirmed")] * 2
    assert twice.flags[["measure", "escalated_from", "periods"]].to_numpy().tolist() == [
        ["约谈", "", 2], ["责令整改", "F1", 1],
    ]  # fmt: skip
    better = over(office, scheme, ("2018-H1", LOW), ("2018-H2", NEAR), ("2019-H1", LOW))
    assert told(better) == [("甲镇", "F1", "proposed", "confirmed")]
    assert better.flags["since"].tolist() == ["2018-H1"]
    shown = over(office, scheme, ("2018-H1", LOW), ("2018-H2", (168, 32)))
    assert told(shown) == [("甲镇", "F1", "cleared", "not_distinguishable")]
    unsure = over(office, scheme, ("2018-H1", LOW), ("2018-H2", (152, 48)))
    assert told(unsure) == [("甲镇", "F1", "continued", "not_distinguishable")]
    assert "尚无充分证据" in unsure.flags["evidence"][0]


def test_an_open_flag_says_that_its_condition_is_no_longer_met(office: Any) -> None:
    """Better than the entry and not yet at the exit: no p of 1 and no verdict, which would say nothing."""
    asked = over(office, office.scheme(INTERVIEW), ("2018-H1", LOW), ("2018-H2", (142, 58))).flags
    assert (asked["status"][0], asked["certainty"][0]) == ("continued", "not_distinguishable")
    assert "本期点估计未达到触发情形" in asked["evidence"][0]
    assert "the point estimate does not meet the condition" in asked["evidence_en"][0]
    evidence = asked["evidence"].tolist()
    work = {"id": "W", "measure": "约谈", "when": "work < 70", "clear_when": "work >= 75"}
    leaves = [{"id": "work", "weight": 60, "missing": "exclude"}, {"id": "other", "weight": 40}]
    scheme = te.read_scheme({"name": "s", "version": "1", "index": {"children": leaves}, "flags": [work]})
    before = te.evaluate(scheme, te.Inputs(period="2018-H1", values=points(60.0)))
    for now, said in ((72.0, "本期未达到触发情形"), (None, "本期数据不足")):
        after = te.evaluate(scheme, te.Inputs(period="2018-H2", values=points(now)), history=[before])
        evidence += after.flag_rows["evidence"].tolist()
        assert said in evidence[-1]
    assert len(evidence) == 3
    for said in evidence:
        assert "尚无充分证据" in said
        assert "p=" not in said
        assert "不可区分" not in said


def test_a_gap_in_the_history_breaks_the_count_and_is_said(office: Any) -> None:
    """2018-H1 and 2019-H1 are not two periods in a row."""
    scheme = office.scheme({**INTERVIEW, "escalates": {"to": "责令整改", "after": 2}})
    judged = over(office, scheme, ("2018-H1", LOW), ("2019-H1", LOW))
    assert told(judged) == [("甲镇", "F1", "proposed", "confirmed")]
    assert [p.code for p in judged.problems if p.code.startswith("history")] == ["history.gap"]


def test_history_under_another_scheme_counts_by_rule_id_and_is_said(office: Any) -> None:
    """A new year's scheme keeps the rule; the changed fingerprint is a warning."""
    step = {"escalates": {"to": "责令整改", "after": 2}}
    old = office.scheme({**INTERVIEW, **step}, version="2018")
    inputs = office.inputs([LOW], period="2018-H2")
    earlier = replace(te.evaluate(old, inputs), flag_rows=office.judge(old, inputs).flags)
    new = office.scheme({**INTERVIEW, **step, "when": "asked < 72"}, version="2019")
    judged = office.judge(new, office.inputs([LOW], period="2019-H1"), [earlier])
    assert judged.flags["escalated_from"].tolist() == ["", "F1"]
    assert "history.fingerprint" in [problem.code for problem in judged.problems]


def test_a_rule_is_called_by_its_name_in_the_evidence(office: Any) -> None:
    """Readers know the name of the rule that was escalated, not its id."""
    step = {"name": "满意度低", "escalates": {"to": "责令整改", "after": 2}}
    scheme = office.scheme({**INTERVIEW, **step})
    evidence = over(office, scheme, ("2018-H1", LOW), ("2018-H2", LOW)).flags["evidence"]
    assert "“满意度低”连续有充分证据" in evidence.iloc[-1]
    assert "F1" not in "".join(evidence)


def test_an_open_flag_whose_rule_is_gone_is_said(office: Any) -> None:
    """It cannot go on without a rule, and is not dropped in silence."""
    old, inputs = office.scheme(INTERVIEW), office.inputs([LOW], period="2018-H2")
    earlier = replace(te.evaluate(old, inputs), flag_rows=office.judge(old, inputs).flags)
    new = office.scheme({**INTERVIEW, "id": "G1"}, version="2019")
    judged = office.judge(new, office.inputs([HIGH], period="2019-H1"), [earlier])
    assert "flag.rule_gone" in [problem.code for problem in judged.problems]


def test_requirement_r34_a_waiver_stays_visible_and_its_removal_restores_the_flag(office: Any) -> None:
    """R34: set aside with authority, document and reason; what it set aside is listed with it."""
    scheme = office.scheme(INTERVIEW)
    waived = office.judge(scheme, office.inputs([LOW], waivers=pd.DataFrame([WAIVER])))
    assert told(waived) == [("甲镇", "F1", "waived", "confirmed")]
    assert waived.flags["waiver"].tolist() == ["容错〔2018〕1号"]
    assert [text.zh for texts in waived.applied.values() for text in texts] == ["F1(约谈)"]
    assert "rectification" not in waived.tables
    assert told(office.judge(scheme, office.inputs([LOW]))) == [("甲镇", "F1", "proposed", "confirmed")]


def test_the_ledger_of_rectification_follows_the_flags(office: Any) -> None:
    """Opened by the proposal, carried on, closed by a reply with evidence and date."""
    scheme = office.scheme(INTERVIEW)
    reply = {"unit": "甲镇", "rule": "F1", "evidence": "回访记录", "closed": "2018-12-01", "action": "整改"}
    periods = (("2018-H1", LOW), ("2018-H2", NEAR))
    ledger = over(office, scheme, *periods, as_of="2018-12-31").tables["rectification"]
    assert ledger[["number", "status"]].to_numpy().tolist() == [["2018-H1-001", "overdue"]]
    replies = pd.DataFrame([reply])
    closed = over(office, scheme, *periods, as_of="2018-12-31", rectifications=replies)
    assert closed.tables["rectification"]["status"].tolist() == ["closed"]


def test_department_scorecards_get_flags_the_same_way(office: Any) -> None:
    """R21: what is evaluated may be a department as well as a township."""
    scheme = te.read_scheme(
        {"name": "d", "version": "1", "units": {"民政局": {"name": "民政局", "kind": "部门"}},
         "index": {"children": [{"id": "returns", "name": "报送及时率", "weight": 100, "basis": "末段"}]},
         "flags": [{"id": "late", "measure": "约谈", "when": "returns < 60", "posts": {"部门": "局长"},
                    "subject": "post"}]}
    )  # fmt: skip
    values = pd.DataFrame({"returns": [50.0]}, index=["民政局"])
    found = office.judge(scheme, te.Inputs(period="2018-H1", values=values)).flags
    assert found[["unit", "post", "certainty"]].to_numpy().tolist() == [["民政局", "局长", "confirmed"]]


RULES = (
    INTERVIEW,
    {"id": "F3", "measure": "责令整改", "when": "composite < 75 or (asked < 60 and not work >= 70)"},
    {"id": "F4", "measure": "约谈", "when": "bottom(1) and composite < 80"},
)


@settings(max_examples=15, deadline=None)
@given(
    satisfied=st.lists(st.integers(60, 195), min_size=3, max_size=3),
    work=st.lists(st.floats(40, 95), min_size=3, max_size=3),
    raised=st.floats(0.0, 5.0),
)
def test_raising_one_units_value_never_adds_it_a_sanction(
    office_rules: Any, satisfied: list[int], work: list[float], raised: float
) -> None:
    """Its errors and all other data held, under rules that rise with nothing."""
    office, scheme = office_rules
    counts = [(yes, 200 - yes) for yes in satisfied]
    before = office.judge(scheme, office.inputs(counts, work)).flags
    better = office.judge(scheme, office.inputs(counts, [work[0] + raised, *work[1:]])).flags
    sure = {
        name: set(rows.loc[(rows["unit"] == "甲镇") & (rows["status"] == "proposed"), "rule"])
        for name, rows in (("before", before), ("better", better))
    }
    assert sure["better"] <= sure["before"]


@pytest.fixture(scope="module")
def office_rules() -> Any:
    """Return the makers and a scheme of monotone rules, once for all examples."""
    from tests.engine.judging.conftest import Office

    return Office(), Office.scheme(*RULES)


def test_the_order_of_units_and_rows_is_of_no_account(office: Any) -> None:
    """The same rows in the order of the units; the same p to the last bit."""
    scheme = office.scheme(*RULES)
    inputs = office.inputs([LOW, NEAR, HIGH], [60.0, 72.0, 90.0])
    turned = te.Inputs(
        period=inputs.period, units=inputs.units[::-1], values=inputs.values[::-1],
        satisfaction=inputs.satisfaction[::-1], as_of=inputs.as_of,
    )  # fmt: skip
    one, other = (office.judge(scheme, each).flags.sort_values(["unit", "rule"]) for each in (inputs, turned))
    assert one.to_numpy().tolist() == other.to_numpy().tolist()


def test_without_rules_there_is_nothing(office: Any) -> None:
    """No flags, no family, no tables."""
    judged = office.judge(office.scheme(), office.inputs([LOW]))
    assert judged.flags.empty
    assert judged.tables == {}


def test_check_says_which_rung_a_sample_cannot_reach(office: Any) -> None:
    """Twenty answers a township do not confirm what lies ten points under a threshold; 400 do."""
    rule = {"id": "F", "measure": "责令整改", "when": "asked < 70"}
    for counts, warned in (([(16, 4)] * 3, True), ([(320, 80)] * 3, False)):
        found = [p for p in te.check(office.scheme(rule), office.inputs(counts)) if p.code == "flag.power"]
        assert bool(found) == warned
        assert all(problem.hint and "责令整改" not in problem.what.zh for problem in found)


def test_open_flags_that_do_not_go_on_are_named(office: Any) -> None:
    """A unit that is not evaluated, and a cycle that changes: each with what to do about it."""
    scheme = office.scheme(INTERVIEW)
    before = te.evaluate(scheme, office.inputs([LOW, LOW], period="2018-H1"))
    for period, counts, code in (
        ("2018-H2", [LOW], "flag.unit_gone"),
        ("2018-Q3", [LOW, LOW], "history.length"),
    ):
        found = te.evaluate(scheme, office.inputs(counts, period=period), history=[before]).problems
        said = [one for one in found if one.code in {"flag.unit_gone", "history.length"}]
        assert [(one.code, one.severity) for one in said] == [(code, "warning")]
        assert said[0].hint
