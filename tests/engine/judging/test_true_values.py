"""Sanctions are about true values: grades and earlier periods have errors too; whole periods of chance."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import township_eval as te

GRADES = [{"name": "好", "at_least": 80}, {"name": "中", "at_least": 60}, {"name": "差", "at_least": 0}]
LOW, EDGE, HIGH = (100, 100), (158, 42), (196, 4)
PERIODS = 40
UNITS = tuple(f"{number}号镇" for number in range(1, 10))


def flag(when: str, name: str = "F") -> dict[str, str]:
    """Return a rule that proposes an interview on what is probable."""
    return {"id": name, "measure": "约谈", "when": when}


def told(office: Any, scheme: Any, inputs: te.Inputs, *history: te.Evaluation) -> list[tuple[str, str, str]]:
    """Return unit, status and certainty of every row."""
    rows = office.judge(scheme, inputs, history).flags
    return [tuple(row) for row in rows[["unit", "status", "certainty"]].to_numpy().tolist()]


def test_a_grade_on_the_edge_of_its_cut_proposes_nothing(office: Any) -> None:
    """Points of 79.6 with a sample of 200 are graded 中, and nobody knows whether they truly are."""
    inputs = office.inputs([LOW, EDGE, HIGH])
    for when in ("grade == '中'", "grade != '好'"):
        found = told(office, office.scheme(flag(when), grades=GRADES), inputs)
        assert ("乙乡", "not_distinguishable", "not_distinguishable") in found
    assert told(office, office.scheme(flag("grade != '好'"), grades=GRADES), inputs)[0] == (
        "甲镇", "proposed", "confirmed",
    )  # fmt: skip


def test_a_grade_that_points_did_not_decide_shows_nothing_of_them(office: Any) -> None:
    """A quota took the grade away: the points are above the cut, whatever the sample."""
    grades = [{**GRADES[0], "quota": {"count": 1}}, *GRADES[1:]]
    scheme = office.scheme(flag("grade == '中'"), grades=grades)
    found = told(office, scheme, office.inputs([HIGH, (190, 10)]))
    assert found == [("乙乡", "not_distinguishable", "not_distinguishable")]


def test_a_veto_stands_whatever_the_points_are(office: Any) -> None:
    """Its grade has no error, though the points of the same unit have one."""
    approval = {"reference": "批复1号", "authority": "自治区党委", "level": "自治区", "date": "2018-01-01"}
    veto = {"id": "v", "name": "事故", "effect": {"grade": "差"}, "approval": approval}
    scheme = office.scheme(flag("grade == '差'"), grades=GRADES, vetoes=[veto])
    event = pd.DataFrame(
        [{"unit": "乙乡", "rule": "v", "date": "2018-03-01", "reference": "1", "reason": "x"}]
    )
    evaluation = te.evaluate(scheme, office.inputs([HIGH, HIGH], events=event))
    assert evaluation.flags[["unit", "status", "p"]].to_numpy().tolist() == [["乙乡", "proposed", 0.0]]


def test_exact_points_are_graded_without_doubt() -> None:
    """Where nothing was sampled a grade is compared as it stands."""
    scheme = te.read_scheme({
        "name": "s", "version": "1", "grades": GRADES, "flags": [flag("grade == '差'")],
        "index": {"children": [{"id": "work", "weight": 100}]},
    })  # fmt: skip
    values = pd.DataFrame({"work": [59.0, 60.0]}, index=["甲镇", "乙乡"])
    found = te.evaluate(scheme, te.Inputs(period="2018", values=values)).flags
    assert found[["unit", "certainty", "p"]].to_numpy().tolist() == [["甲镇", "confirmed", 0.0]]


def test_an_earlier_score_has_the_error_it_had_then(office: Any) -> None:
    """Neither a score of the past nor a fall since then is known better than its sample."""
    for when in ("previous(asked, 1) < 80", "asked < previous(asked, 1)", "previous(composite, 1) < 80"):
        scheme = office.scheme(flag(when))
        before = te.evaluate(scheme, office.inputs([LOW, EDGE], period="2017-H2"))
        found = told(office, scheme, office.inputs([LOW, (150, 50)]), before)
        assert ("乙乡", "not_distinguishable", "not_distinguishable") in found
    sure = office.scheme(flag("previous(asked, 1) < 80"))
    assert told(office, sure, office.inputs([HIGH, HIGH]), before)[0] == ("甲镇", "proposed", "confirmed")


def test_an_earlier_rank_shows_nothing_where_points_had_an_error(office: Any) -> None:
    """Last of two in a sample is not last in truth; with exact values it is."""
    scheme = office.scheme(flag("previous(rank, 1) > 1"))
    before = te.evaluate(scheme, office.inputs([HIGH, EDGE], period="2017-H2"))
    assert told(office, scheme, office.inputs([HIGH, EDGE]), before) == [
        ("乙乡", "not_distinguishable", "not_distinguishable")
    ]


def test_the_grade_given_in_an_earlier_period_can_be_asked_for(office: Any) -> None:
    """It is a fact on record; unknown without history and for who was not there."""
    scheme = office.scheme(flag("previous(grade, 1) == '差'"), grades=GRADES)
    before = te.evaluate(scheme, office.inputs([LOW], [40.0], period="2017-H2"))
    assert told(office, scheme, office.inputs([HIGH, HIGH]), before) == [("甲镇", "proposed", "confirmed")]
    assert told(office, scheme, office.inputs([HIGH, HIGH])) == []


RULES = (
    "asked < 80", "composite < 80", "grade != '好'", "bottom(1)", "rank >= last",
    "upper(asked) < 80 or change(asked) < 0", "previous(asked, 1) < 80",
)  # fmt: skip


@pytest.mark.parametrize("scoring", [None, {"method": "bands", "bounds": [80], "scores": [60, 100]}])
def test_townships_truly_on_the_edge_are_hardly_ever_sanctioned(office: Any, scoring: Any) -> None:
    """At most 5 % of periods name anybody, at most 1 % for sure, plus three Monte-Carlo errors."""
    rules = [flag(when, f"F{at}") for at, when in enumerate(RULES)]
    asked = {} if scoring is None else {"asked": {"scoring": scoring}}
    scheme = office.scheme(*rules, grades=GRADES, **asked)
    values = pd.DataFrame({"work": 80.0}, index=list(UNITS))
    rng, history = np.random.default_rng(2018), []
    named = {"probable": 0, "confirmed": 0}
    for _ in range(PERIODS):
        content = rng.binomial(40, 0.8, size=len(UNITS))
        rows = [(unit, "满意", k) for unit, k in zip(UNITS, content.tolist(), strict=True)]
        rows += [(unit, "不满意", 40 - k) for unit, k in zip(UNITS, content.tolist(), strict=True)]
        survey = pd.DataFrame(rows, columns=["unit", "answer", "count"])
        period = "2018-H2" if history else "2018-H1"
        inputs = te.Inputs(period=period, values=values, satisfaction=survey)
        found = te.evaluate(scheme, inputs, history=history)
        history = history or [found]
        sure = set(found.flags["certainty"])
        named["confirmed"] += "confirmed" in sure
        named["probable"] += bool(sure - {"not_distinguishable"})
    for level, certainty in ((0.01, "confirmed"), (0.05, "probable")):
        assert named[certainty] / PERIODS <= level + 3 * (level * (1 - level) / PERIODS) ** 0.5
