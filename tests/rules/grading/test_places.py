"""Grades by cut points and places, against a count by hand of every case."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from township_eval.rules.grading import grade_places, grade_units
from township_eval.rules.grading.places import quota_problems
from township_eval.scheme.model import Grade, Quota, Unit

CUTS = (8, 6, 3, 0)
quotas = st.one_of(
    st.none(),
    st.builds(
        Quota,
        count=st.integers(0, 6),
        per=st.sampled_from(["group", "all"]),
        ties=st.sampled_from(["all", ""]),
    ),
    st.builds(
        Quota,
        share=st.integers(0, 10).map(lambda tenths: tenths / 10),
        per=st.sampled_from(["group", "all"]),
        ties=st.sampled_from(["all", ""]),
    ),
)


@st.composite
def cases(draw):
    """Draw points that tie often, classes, quotas and the best place of every unit."""
    n = draw(st.integers(1, 8))
    points = [draw(st.one_of(st.integers(-1, 10).map(float), st.just(math.nan))) for _ in range(n)]
    groups = [draw(st.sampled_from(["I", "II"])) for _ in range(n)]
    limits = [draw(st.sampled_from([0, 0, 0, 1, 2, 4])) for _ in range(n)]
    grades = [Grade(name=f"g{cut}", at_least=cut, quota=draw(quotas)) for cut in CUTS]
    return points, groups, limits, grades


def by_hand(points, groups, limits, grades):
    """Grade as the contract says it: one grade after the other, one unit after the other."""
    given_places = [-1] * len(points)
    for place, grade in enumerate(grades):
        waiting = [
            at
            for at, point in enumerate(points)
            if given_places[at] < 0 and point >= grade.at_least and limits[at] <= place
        ]
        for at in waiting:
            rivals = [one for one in waiting if _same(grade, groups, one, at)]
            ranked = [one for one in range(len(points)) if _same(grade, groups, one, at)]
            ranked = [one for one in ranked if not math.isnan(points[one])]
            before = sum(points[one] > points[at] for one in rivals)
            tied = sum(points[one] == points[at] for one in rivals)
            free = _free(grade.quota, len(ranked))
            fits = before < free if grade.quota and grade.quota.ties else before + tied <= free
            if fits:
                given_places[at] = place
    return given_places


def _same(grade, groups, one, other):
    return grade.quota is None or grade.quota.per == "all" or groups[one] == groups[other]


def _free(quota, ranked):
    if quota is None:
        return math.inf
    if quota.count is not None:
        return quota.count
    return math.floor(Fraction(quota.share).limit_denominator(10) * ranked)


@given(cases())
def test_places_are_what_a_count_by_hand_gives(case):
    """Counts and exact shares, per class and over all, ties that fit or not, units kept from a grade."""
    points, groups, limits, grades = case
    given_places = grade_places(grades, np.array(points), groups, limits)
    assert given_places.tolist() == by_hand(points, groups, limits, grades)


@given(cases(), st.data())
def test_more_points_never_worsen_the_own_grade(case, data):
    """At most one grade with places whose ties are turned away, or ties that are all admitted."""
    points, groups, limits, grades = case
    hard = [place for place, grade in enumerate(grades) if grade.quota and not grade.quota.ties]
    limited = [place for place, grade in enumerate(grades) if grade.quota]
    if hard and hard[0] != limited[-1]:  # whoever ties there competes again below, with one rival more
        return
    at = data.draw(st.integers(0, len(points) - 1))
    before = grade_places(grades, np.array(points), groups, limits)
    points[at] = points[at] + data.draw(st.integers(1, 5))
    after = grade_places(grades, np.array(points), groups, limits)
    assert _badness(after[at]) <= _badness(before[at])


def _badness(place):
    return len(CUTS) if place < 0 else int(place)


def test_two_grades_with_places_can_make_a_tie_cost_a_grade():
    """What the contract's rule for ties brings about where two grades are limited, shown as it is."""
    one = Quota(count=1)
    grades = [Grade(name="A", at_least=8, quota=one), Grade(name="B", at_least=6, quota=one)]
    grades.append(Grade(name="C", at_least=0))
    assert grade_units(grades, np.array([9.0, 8.0]), ["", ""]).grade == ("A", "B")
    assert grade_units(grades, np.array([9.0, 9.0]), ["", ""]).grade == ("C", "C")


def test_a_share_of_places_is_cut_off_not_rounded():
    """Three tenths of ten are three places although 0.3 x 10 falls short in floating point."""
    grades = [Grade(name="A", at_least=0, quota=Quota(share=0.3)), Grade(name="B", at_least=0)]
    assert grade_units(grades, np.arange(10.0, 0.0, -1.0), [""] * 10).grade.count("A") == 3


def test_places_per_class_are_counted_in_each_class():
    """One place per class; who waits gets the next grade and the reason says so."""
    grades = [Grade(name="A", at_least=90, quota=Quota(count=1, per="group")), Grade(name="B", at_least=0)]
    found = grade_units(grades, np.array([95.0, 93.0, 91.0, 80.0]), ["I", "I", "II", "II"])
    assert found.grade == ("A", "B", "A", "B")
    assert found.reason == ("", "quota", "", "")


def test_below_every_cut_point_there_is_no_grade():
    """And none without points."""
    found = grade_units([Grade(name="A", at_least=60)], np.array([59.99, np.nan, 60.0]), ["", "", ""])
    assert found.grade == ("", "", "A")


def test_draws_are_graded_with_the_same_limits():
    """Every draw along the leading axis is graded by itself, limits being those of the units."""
    grades = [Grade(name="A", at_least=8, quota=Quota(count=1)), Grade(name="B", at_least=0)]
    draws = np.random.default_rng(3).integers(5, 11, (30, 4)).astype(float)
    together = grade_places(grades, draws, [""] * 4, [0, 1, 0, 2])
    alone = [grade_places(grades, one, [""] * 4, [0, 1, 0, 2]) for one in draws]
    assert together.tolist() == [one.tolist() for one in alone]
    assert (together[:, 3] == -1).all()
    assert (together[:, 1] == 1).all()


def test_more_places_than_units_are_pointed_out(units_of, scheme_of):
    """Over all and per class, with the class that is too small; once, where the scheme lists the units."""
    grades = (
        Grade(name="优秀", at_least=90, quota=Quota(count=2, per="group")),
        Grade(name="良好", at_least=80, quota=Quota(count=3)),
    )
    units = units_of(3, ["一类", "一类", "二类"])
    problems = list(quota_problems(scheme_of(grades=grades), units))
    assert [(one.severity, one.code, one.where) for one in problems] == [
        ("warning", "quota.units", "grades.优秀.quota")
    ]
    assert "二类 1" in problems[0].what.zh
    assert problems[0].hint.en
    listed = tuple(Unit(code=code, name=code) for code in units.codes)
    assert list(quota_problems(scheme_of(grades=grades, units=listed), units)) == []
