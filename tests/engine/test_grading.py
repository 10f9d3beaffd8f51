"""Grades, limits and vetoes from scheme and inputs to the result."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import township_eval as te

APPROVAL = {
    "reference": "宁党办发〔2018〕1号",
    "authority": "自治区党委办公厅",
    "level": "自治区",
    "date": "2018-01-01",
}
GRADES = [
    {"name": "优秀", "at_least": 90, "quota": {"count": 1}, "unless": "flagged"},
    {"name": "良好", "at_least": 80},
    {"name": "较差", "at_least": 0},
]
TOWNS = ["甲镇", "乙镇", "丙乡"]


def scheme(**more):
    """Return a scheme of two blocks."""
    leaves = [
        {"id": "tasks", "weight": 60, "basis": "三"},
        {"id": "satisfaction", "weight": 40, "basis": "四"},
    ]
    return te.read_scheme(
        {"name": "s", "version": "1", "index": {"children": leaves}, "grades": GRADES, **more}
    )


def evaluated(of, events=None, **more):
    """Evaluate three invented units, 甲镇 ahead."""
    values = pd.DataFrame({"tasks": [99.0, 95.0, 70.0], "satisfaction": [80.0, 99.0, 95.0]}, index=TOWNS)
    table = None if events is None else pd.DataFrame(events)
    return te.evaluate(of, te.Inputs(period="2018", values=values, events=table, as_of="2018-12-31", **more))


def veto(level):
    """Return a veto approved at some level."""
    return {
        "id": "v",
        "name": "重大事故",
        "effect": {"grade": "较差"},
        "approval": {**APPROVAL, "level": level},
    }


def test_a_flag_leaves_the_place_to_the_next():
    """Who has a sanction proposed is graded anew, and the one place of 优秀 goes on."""
    plain = evaluated(scheme())
    assert plain.results["grade"].tolist() == ["良好", "优秀", "良好"]
    assert plain.results["grade_reason"].tolist() == ["quota", "", ""]
    flags = [{"id": "low", "measure": "约谈", "when": "satisfaction > 98", "basis": "三(四)"}]
    flagged = evaluated(scheme(flags=flags))
    assert flagged.results["grade"].tolist() == ["优秀", "良好", "良好"]
    assert flagged.results["grade_reason"].tolist() == ["", "flagged", ""]


@pytest.mark.parametrize(("level", "grade"), [("自治区", "较差"), ("市", "优秀"), ("县", "优秀")])
def test_requirement_r18_only_the_region_s_approval_makes_a_veto_effective(level, grade):
    """The veto is listed either way; what is inert is told with the reason, and changes nothing."""
    events = {"unit": ["乙镇"], "rule": ["v"], "date": ["2018-05-01"], "reference": ["灵安〔2018〕3号"]}
    found = evaluated(scheme(vetoes=[veto(level)]), events)
    assert found.results.loc["乙镇", "grade"] == grade
    row = found.tables["vetoes"].iloc[0]
    assert (row["unit"], bool(row["effective"])) == ("乙镇", grade == "较差")
    inert = [p for p in found.problems if p.code == "veto.inert"]
    assert len(inert) == (grade != "较差")
    assert ("未按程序报自治区批准,不予适用" in row["why"]) == (grade != "较差")


def test_requirement_r17_vetoes_are_counted_and_what_works_like_one_is_listed():
    """One warning above the configured number, and the rules with a veto's effect beside the vetoes."""
    two = [veto("自治区"), {**veto("自治区"), "id": "w"}]
    limiters = [{"id": "weak", "at_most": "较差", "when": "tasks < 75"}]
    found = evaluated(scheme(vetoes=two, most_vetoes=1, limiters=limiters))
    assert [p.code for p in found.problems].count("veto.many") == 1
    assert len(found.tables["vetoes"]) == 2
    like = found.tables["veto_like"].iloc[0]
    assert (like["kind"], like["id"], like["units"]) == ("limiter", "weak", "丙乡")


def test_scores_are_those_of_a_scheme_without_limits():
    """Limits, vetoes and coverage change grades alone."""
    events = {"unit": ["乙镇"], "rule": ["v"], "date": ["2018-05-01"], "reference": ["x"]}
    limiters = [{"id": "weak", "at_most": "较差", "when": "tasks < 75"}]
    held = evaluated(scheme(vetoes=[veto("自治区")], limiters=limiters, minimum_coverage=0.9), events)
    plain = evaluated(scheme())
    columns = ["composite", "adjusted", "rank", "rank_in_group"]
    pd.testing.assert_frame_equal(held.results[columns], plain.results[columns])
    assert held.results["grade"].tolist() == ["优秀", "较差", "较差"]


def test_chances_of_grades_are_those_given():
    """Where nothing has an error, every unit has its grade with probability one, barred or not."""
    limiters = [{"id": "weak", "at_most": "良好", "when": "satisfaction > 98"}]
    found = evaluated(scheme(limiters=limiters))
    chances = te.grade_probabilities(found)
    given = found.results["grade"]
    assert given.tolist() == ["优秀", "良好", "良好"]
    assert np.array([chances.loc[unit, given[unit]] for unit in TOWNS]).tolist() == [1.0, 1.0, 1.0]


def test_a_limit_that_lapses_needs_the_day_of_the_data():
    """Without `as_of` the evaluation is refused, with the place of the event and what to do."""
    of = scheme(limiters=[{"id": "fire", "at_most": "良好", "event": True, "days": 365}])
    values = pd.DataFrame({"tasks": [99.0], "satisfaction": [80.0]}, index=["甲镇"])
    events = pd.DataFrame({"unit": ["甲镇"], "rule": ["fire"], "date": ["2018-05-01"]})
    problems = te.check(of, te.Inputs(period="2018", values=values, events=events))
    assert [(p.severity, p.code, p.where) for p in problems if p.severity == "error"] == [
        ("error", "limiter.as_of", "events[0]")
    ]
    with pytest.raises(te.DataError):
        te.evaluate(of, te.Inputs(period="2018", values=values, events=events))
