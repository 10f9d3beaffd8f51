"""What keeps a unit from the grade of its points, and that the reason is told with its figures."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from township_eval.language import Text
from township_eval.rules.grading import say_grade
from township_eval.scheme.model import Approval, Grade, Limiter, Quota, Veto

TOP = {"name": "优秀", "at_least": 90}
REST = (Grade(name="良好", at_least=80), Grade(name="一般", at_least=60), Grade(name="较差", at_least=0))
APPROVED = Approval(
    reference="宁党办发〔2018〕1号", authority="自治区党委办公厅", level="自治区", date="2018-01-01"
)


def test_points_alone_need_no_reason(graded, scheme_of):
    """Every unit has the grade of its cut point, and nothing is told."""
    found = graded(scheme_of(), [95.0, 80.0, 59.99, np.nan])
    assert found.grade == found.by_cut == ("优秀", "良好", "较差", "")
    assert found.reason == ("", "", "", "")
    assert found.rows.empty


def test_a_block_below_its_limit_holds_the_grade_down(graded, scheme_of):
    """A limiter names the condition, the value and the best grade left, in both languages."""
    limiter = Limiter(id="weak", at_most="一般", when="performance < 60")
    found = graded(scheme_of(limiters=(limiter,)), [85.0, 85.0], scores={"performance": [57.3, 60.0]})
    assert (found.grade, found.reason) == (("一般", "良好"), ("limiter", ""))
    row = found.rows.iloc[0]
    assert tuple(row[["unit", "by_cut", "grade", "kind", "rule"]]) == (
        "u0",
        "良好",
        "一般",
        "limiter",
        "weak",
    )
    assert row["reason"] == "因“目标任务低于60”(目标任务 57.30)最高评为一般"
    assert row["reason_en"] == 'at most 一般 because of "目标任务 is below 60" (目标任务 57.30)'
    said = say_grade(row["by_cut"], row["grade"], [Text(row["reason"], row["reason_en"])])
    assert said.zh == "按得分为良好;因“目标任务低于60”(目标任务 57.30)最高评为一般;评定为一般"


def test_a_limit_that_does_not_bite_is_no_reason(graded, scheme_of):
    """A grade already at or below the limit is the grade of its points."""
    limiter = Limiter(id="weak", at_most="一般", when="performance < 60")
    found = graded(scheme_of(limiters=(limiter,)), [70.0, 50.0], scores={"performance": [10.0, 10.0]})
    assert found.grade == ("一般", "较差")
    assert found.rows.empty


def test_all_conditions_must_hold(graded, scheme_of):
    """One that fails, and one that cannot be told, bar the grade; the second is noted as such."""
    top = Grade(**TOP, requires=("performance >= 80", "satisfaction >= 85"))
    scores = {"performance": [90.0, 90.0, 90.0], "satisfaction": [85.0, 84.0, np.nan]}
    found = graded(scheme_of(grades=(top, *REST)), [95.0, 95.0, 95.0], scores=scores)
    assert found.grade == ("优秀", "良好", "良好")
    assert found.reason == ("", "requires", "requires")
    assert "群众满意度 84.00" in found.rows["reason"].iloc[0]
    assert "无法判断" in found.rows["reason"].iloc[1]
    assert [(one.code, one.where) for one in found.problems] == [("grade.unknown", "grades.优秀.requires[1]")]


def test_who_may_not_be_good_may_not_be_best(graded, scheme_of):
    """A bar on a grade is a bar on the better ones."""
    good = Grade(name="良好", at_least=80, unless="satisfaction < 60")
    grades = (Grade(**TOP), good, *REST[1:])
    found = graded(scheme_of(grades=grades), [95.0], scores={"satisfaction": [50.0]})
    assert (found.grade, found.reason) == (("一般",), ("unless",))


def test_unless_leaves_its_place_to_the_next(graded, scheme_of):
    """The place of a barred unit goes on; unknown does not bar, and is noted."""
    top = Grade(**TOP, quota=Quota(count=1), unless="satisfaction < 60")
    scores = {"satisfaction": [50.0, np.nan, 90.0]}
    found = graded(scheme_of(grades=(top, *REST)), [97.0, 95.0, 93.0], scores=scores)
    assert found.grade == ("良好", "优秀", "良好")
    assert found.reason == ("unless", "", "quota")
    assert [one.code for one in found.problems] == ["grade.unknown"]
    assert "乙镇" in found.problems[0].what.zh


def test_flagged_units_are_barred_once_flags_are_known(graded, scheme_of):
    """Before flags nobody is barred; a text names the rules."""
    scheme = scheme_of(grades=(Grade(**TOP, unless="flagged"), *REST))
    assert graded(scheme, [95.0, 92.0]).grade == ("优秀", "优秀")
    after = graded(scheme, [95.0, 92.0], flagged=np.array([True, False]))
    assert (after.grade, after.reason) == (("良好", "优秀"), ("flagged", ""))
    named = graded(scheme, [95.0, 92.0], flagged=["interview", ""])
    assert "interview" in named.rows["reason"].iloc[0]


def test_too_little_data_is_not_graded(graded, scheme_of):
    """Below the least coverage there is no grade; the bound is included."""
    found = graded(scheme_of(minimum_coverage=0.8), [95.0, 95.0], coverage=[0.79996, 0.8])
    assert (found.grade, found.reason) == (("", "优秀"), ("coverage", ""))
    assert "79.996%低于规定的80%" in found.rows["reason"].iloc[0]


def test_the_ungraded_still_count_for_a_share(graded, scheme_of):
    """Places are a share of the ranked units, graded or not."""
    top = Grade(name="优秀", at_least=60, quota=Quota(share=0.5))
    scheme = scheme_of(grades=(top, *REST[1:]), minimum_coverage=0.5)
    found = graded(scheme, [95.0, 94.0, 93.0, 92.0], coverage=[0.1, 1.0, 1.0, 1.0])
    assert found.grade == ("", "优秀", "优秀", "一般")


@pytest.mark.parametrize(
    ("points", "said"),
    [
        ([95.0, 93.0, 91.0], "名额2个已满"),
        ([95.0, 91.0, 91.0], "还剩1个,同分并列的2个单位超出名额"),
        ([95.0, 93.0, 93.0, 91.0], "不再向后递补"),
    ],
)
def test_a_quota_says_why(graded, scheme_of, points, said):
    """Places taken, a tie that does not fit, and who comes after such a tie."""
    grades = (Grade(**TOP, quota=Quota(count=2)), *REST)
    rows = graded(scheme_of(grades=grades), points).rows
    assert said in rows["reason"].iloc[-1]
    assert set(rows["kind"]) == {"quota"}


def test_every_reason_is_told_the_deciding_one_first(graded, scheme_of):
    """Coverage, a condition and a limiter at once: what leaves the least decides."""
    top = Grade(**TOP, requires=("satisfaction >= 85",))
    limiter = Limiter(id="weak", name="目标任务不达标", at_most="较差", when="performance < 60")
    scheme = scheme_of(grades=(top, *REST), limiters=(limiter,), minimum_coverage=0.8)
    scores = {"performance": [50.0], "satisfaction": [70.0]}
    found = graded(scheme, [95.0], scores=scores, coverage=[0.5])
    assert found.rows["kind"].tolist() == ["coverage", "limiter", "requires"]
    assert (found.grade, found.reason) == (("",), ("coverage",))


def test_what_would_only_have_barred_a_better_grade_is_no_reason(graded, scheme_of):
    """A requirement of 优秀 says nothing about a unit whose points are those of 良好."""
    top = Grade(**TOP, requires=("satisfaction >= 85",))
    limiter = Limiter(id="weak", at_most="一般", when="performance < 60")
    scheme = scheme_of(grades=(top, *REST), limiters=(limiter,))
    found = graded(scheme, [85.0], scores={"performance": [50.0], "satisfaction": [70.0]})
    assert found.rows["kind"].tolist() == ["limiter"]


def test_a_tie_counts_only_those_who_may_have_the_grade(graded, scheme_of):
    """Three equal units, one of them barred: two compete for one place."""
    top = Grade(**TOP, quota=Quota(count=1), unless="satisfaction < 60")
    found = graded(scheme_of(grades=(top, *REST)), [95.0] * 3, scores={"satisfaction": [50.0, 90.0, 90.0]})
    assert found.reason == ("unless", "quota", "quota")
    assert "同分并列的2个单位" in found.rows["reason"].iloc[1]


def test_a_veto_sets_the_grade_whatever_else_holds(graded, scheme_of, events_of):
    """Little data does not let anybody escape an approved veto."""
    veto = Veto(id="v", name="重大事故", effect=(("grade", "较差"),), approval=APPROVED)
    events = events_of(
        {"i": 0, "rule": "v", "date": "2018-03-01"}, {"i": 1, "rule": "v", "date": "2018-03-01"}
    )
    scheme = scheme_of(vetoes=(veto,), minimum_coverage=0.8)
    found = graded(scheme, [95.0, 95.0, 95.0], coverage=[1.0, 0.5, 1.0], events=events)
    assert (found.grade, found.reason) == (("较差", "较差", "优秀"), ("veto", "veto", ""))
    assert "宁党办发〔2018〕1号" in found.rows["reason"].iloc[0]


def test_a_veto_never_betters_a_grade(graded, scheme_of, events_of):
    """Who is below the veto's grade anyway stays there."""
    veto = Veto(id="v", name="事故", effect=(("grade", "一般"),), approval=APPROVED)
    events = events_of({"i": 0, "rule": "v", "date": "2018-03-01"})
    assert graded(scheme_of(vetoes=(veto,)), [40.0], events=events).grade == ("较差",)


def test_grades_leave_scores_alone(graded, scheme_of):
    """The points handed in are the points afterwards."""
    points = np.array([95.0, 91.0])
    graded(scheme_of(minimum_coverage=0.9), points, coverage=[0.1, 1.0])
    assert points.tolist() == [95.0, 91.0]


def test_a_scheme_without_grades_gives_none(graded, scheme_of):
    """No grade, no reason, no row."""
    found = graded(scheme_of(grades=()), [95.0])
    assert (found.grade, found.reason, len(found.rows)) == (("",), ("",), 0)


def test_a_value_is_told_apart_from_its_threshold(graded, scheme_of):
    """59.996 is below 60 and is not printed as 60.00."""
    limiter = Limiter(id="weak", at_most="一般", when="performance < 60")
    found = graded(scheme_of(limiters=(limiter,)), [85.0], scores={"performance": [59.996]})
    assert "目标任务 59.996" in found.rows["reason"].iloc[0]


scores = st.lists(st.one_of(st.integers(40, 100).map(float), st.just(np.nan)), min_size=4, max_size=4)


@given(points=st.lists(st.integers(50, 100), min_size=4, max_size=4), satisfaction=scores, data=st.data())
def test_more_points_never_worsen_the_grade_whatever_bars(graded, scheme_of, points, satisfaction, data):
    """With requirements, limits and coverage held, raising one unit's points cannot cost it a grade."""
    top = Grade(**TOP, quota=Quota(count=1), requires=("satisfaction >= 80",), unless="flagged")
    limiter = Limiter(id="weak", at_most="一般", when="satisfaction < 60")
    scheme = scheme_of(grades=(top, *REST), limiters=(limiter,), minimum_coverage=0.5)
    held = {
        "scores": {"satisfaction": satisfaction},
        "coverage": data.draw(st.lists(st.sampled_from([0.4, 0.5, 1.0]), min_size=4, max_size=4)),
        "flagged": np.array(data.draw(st.lists(st.booleans(), min_size=4, max_size=4))),
    }
    order = ["优秀", "良好", "一般", "较差", ""]
    before = graded(scheme, points, **held)
    at = data.draw(st.integers(0, 3))
    points[at] += data.draw(st.integers(1, 20))
    after = graded(scheme, points, **held)
    assert order.index(after.grade[at]) <= order.index(before.grade[at])


@given(points=st.lists(st.integers(50, 100), min_size=5, max_size=5), data=st.data())
def test_every_grade_that_differs_has_a_reason_and_no_other(graded, scheme_of, points, data):
    """A row for each unit whose grade is not that of its points, its code in the standing; none else."""
    top = Grade(**TOP, quota=Quota(count=data.draw(st.integers(0, 3))), requires=("satisfaction >= 80",))
    good = Grade(name="良好", at_least=80, quota=Quota(count=data.draw(st.integers(0, 3))))
    satisfaction = data.draw(scores.map(lambda four: [*four, 90.0]))
    found = graded(scheme_of(grades=(top, good, *REST[1:])), points, scores={"satisfaction": satisfaction})
    differs = [at for at in range(5) if found.grade[at] != found.by_cut[at]]
    assert sorted(set(found.rows["unit"])) == [f"u{at}" for at in differs]
    assert [at for at in range(5) if found.reason[at]] == differs
    assert (found.rows["reason"].str.len() > 0).all()
