"""Composite points, ranks and grades from index scores."""

from __future__ import annotations

import numpy as np
import pytest

import township_eval as te
from township_eval.rules.standing import grade_units, points_of, rank_units
from township_eval.scheme.model import Grade, Quota


def scheme(**more):
    """Return a scheme of one leaf."""
    return te.read_scheme(
        {
            "name": "s",
            "version": "1",
            "index": {"children": [{"id": "a", "weight": more.get("scale", 100)}]},
            **more,
        }
    )


@pytest.mark.parametrize(("scale", "digits", "expected"), [(100, 2, 92.27), (1000, 1, 922.7), (1, 3, 0.923)])
def test_the_composite_is_the_index_on_the_scheme_s_scale(scale, digits, expected):
    """Rounded half up to the scheme's digits."""
    assert points_of(scheme(scale=scale, digits=digits), np.array([92.265])).tolist() == [expected]


def test_ranks_count_better_units_overall_and_in_the_class():
    """Ties share the best rank; who has no score has no rank."""
    rank, in_group = rank_units(
        scheme(), np.array([90.0, 95.0, 90.0, np.nan]), np.zeros(4), ["I", "II", "II", "I"]
    )
    assert rank.tolist()[:3] == [2.0, 1.0, 2.0]
    assert in_group.tolist()[:3] == [1.0, 1.0, 2.0]
    assert np.isnan([rank[3], in_group[3]]).all()


def test_a_ledger_moves_ranks():
    """Ranks follow adjusted points."""
    rank, _ = rank_units(scheme(), np.array([90.0, 89.0]), np.array([0.0, 1.5]), ["", ""])
    assert rank.tolist() == [2.0, 1.0]


def test_a_share_of_places_is_cut_off_not_rounded():
    """Three tenths of ten are three places although 0.3 x 10 falls short in floating point."""
    grades = [Grade(name="A", at_least=0, quota=Quota(share=0.3)), Grade(name="B", at_least=0)]
    points = np.arange(10.0, 0.0, -1.0)
    assert grade_units(grades, points, [""] * 10).grade.count("A") == 3


def test_places_per_class_are_counted_in_each_class():
    """One place per class; who waits gets the next grade and the reason says so."""
    grades = [Grade(name="A", at_least=90, quota=Quota(count=1, per="group")), Grade(name="B", at_least=0)]
    given = grade_units(grades, np.array([95.0, 93.0, 91.0, 80.0]), ["I", "I", "II", "II"])
    assert given.grade == ("A", "B", "A", "B")
    assert given.reason == ("", "quota", "", "")


def test_below_every_cut_point_there_is_no_grade():
    """And none without points."""
    given = grade_units([Grade(name="A", at_least=60)], np.array([59.99, np.nan, 60.0]), ["", "", ""])
    assert given.grade == ("", "", "A")
