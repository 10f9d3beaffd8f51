"""Months, quarters and half-years put together into a year."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import township_eval as te

GRADES = [{"name": "优秀", "at_least": 80}, {"name": "一般", "at_least": 0}]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.floats(0, 100), min_size=4, max_size=4), st.floats(0.01, 100))
def test_one_period_alone_is_that_period(make, a, weight) -> None:
    """Points, ranks and grades are those of the period, whatever its weight."""
    of = make.scheme(make.leaf("a"), grades=GRADES)
    one = make.evaluated(of, "2018-H1", {"a": a})
    found = te.combine([one], [weight]).results
    for column in ("composite", "rank", "grade"):
        assert found[column].tolist() == one.results[column].tolist()


def quarters(make, *columns, of=None):
    """Evaluate quarters of 2018 in order."""
    of = of or make.scheme(make.leaf("a"), grades=GRADES)
    return [make.evaluated(of, f"2018-Q{k}", {"a": column}) for k, column in enumerate(columns, 1)]


def test_a_year_of_quarters_is_the_weighted_mean_of_published_points(make) -> None:
    """Weights by period or in order, evaluations in any order; ranked and graded anew."""
    parts = quarters(make, [70.0, 90.0], [80.0, 70.0], [90.0, 70.0], [90.0, 60.0])
    year = te.combine(parts, {"2018-Q1": 10, "2018-Q2": 20, "2018-Q3": 30, "2018-Q4": 40})
    assert year.period == "2018"
    assert year.results["composite"].tolist() == [86.0, 68.0]
    assert year.results["rank"].tolist() == [1, 2]
    assert year.results["grade"].tolist() == ["优秀", "一般"]
    assert year.parts.groupby("unit", sort=False)["contribution"].sum().tolist() == pytest.approx(
        [86.0, 68.0]
    )
    turned = te.combine(parts[::-1], [40, 30, 20, 10])
    pd.testing.assert_frame_equal(year.results, turned.results)


def test_a_missing_period_follows_the_policy(make) -> None:
    """Refused unless it is said what becomes of it; what was done is noted."""
    parts = quarters(make, [60.0], [80.0])
    weights = {"2018-Q1": 1, "2018-Q2": 1, "2018-Q3": 2}
    with pytest.raises(te.DataError) as refused:
        te.combine(parts, weights)
    assert [problem.code for problem in refused.value.problems] == ["combine.missing_period"]
    left_out = te.combine(parts, weights, missing="exclude")
    assert left_out.results[["composite", "coverage"]].to_numpy().tolist() == [[70.0, 0.5]]
    zero = te.combine(parts, weights, missing="zero")
    assert zero.results[["composite", "coverage"]].to_numpy().tolist() == [[35.0, 0.5]]
    assert (left_out.period, zero.period) == ("2018-Q1+2018-Q2", "2018-Q1+2018-Q2+2018-Q3")
    half = te.combine(parts, {**weights, "2018-Q3": 0, "2018-Q4": 2}, missing="zero")
    assert half.period == "2018"
    for found in (left_out, zero):
        assert "combine.missing_period" in set(found.notes["code"])
    with pytest.raises(te.DataError, match=r"combine\.missing_period"):
        te.combine(parts, required=["2018-Q1", "2018-Q4"])


def test_what_counts_as_zero_is_a_row_of_the_parts(make) -> None:
    """A missing period in its place in time, a missing score in its period: 0 points, and shares add up."""
    of = make.scheme(make.leaf("a"))
    parts = [
        make.evaluated(of, "2018-Q1", {"a": [60.0, 80.0]}),
        make.evaluated(of, "2018-Q3", {"a": [80.0, 90.0]}),
    ]
    year = te.combine(parts, {"2018-Q1": 1, "2018-Q2": 1, "2018-Q3": 2}, missing="zero")
    own = year.parts[year.parts["unit"] == "甲"]
    assert own["period"].tolist() == ["2018-Q1", "2018-Q2", "2018-Q3"]
    assert own["points"].tolist() == [60.0, 0.0, 80.0]
    assert own["contribution"].tolist() == [15.0, 0.0, 40.0]
    assert own["published"].isna().tolist() == [False, True, False]
    sums = year.parts.groupby("unit", sort=False)[["share", "contribution"]].sum()
    assert sums["share"].tolist() == pytest.approx([1.0, 1.0])
    assert sums["contribution"].tolist() == year.results["composite"].tolist()
    left_out = te.combine(parts, {"2018-Q1": 1, "2018-Q2": 1, "2018-Q3": 2}, missing="exclude")
    assert set(left_out.parts["period"]) == {"2018-Q1", "2018-Q3"}


def test_cumulative_indicators_count_once(make) -> None:
    """1-9 月 figures: the last period's score stands for all, other indicators are averaged."""
    of = make.scheme(make.leaf("total", 50), make.leaf("own", 50))
    parts = [
        make.evaluated(of, f"2018-Q{k}", {"total": [total], "own": [own]})
        for k, total, own in ((1, 25.0, 80.0), (2, 50.0, 60.0), (3, 75.0, 70.0), (4, 100.0, 90.0))
    ]
    year = te.combine(parts, accumulates=["total"])
    assert year.results["composite"].tolist() == [0.5 * 100 + 0.5 * 75]
    assert year.parts["published"].tolist() == [52.5, 55.0, 72.5, 95.0]
    assert year.parts["points"].tolist() == [90.0, 80.0, 85.0, 95.0]
    with pytest.raises(te.DataError) as refused:
        te.combine(parts, accumulates=["totl"])
    assert "total" in refused.value.problems[0].hint.zh


def test_a_cumulative_indicator_that_was_not_due_at_the_end_speaks_by_its_latest_score(make) -> None:
    """Due in Q3 only: that score counts, and it is said that the last period had none."""
    of = make.scheme(make.leaf("total", 50, missing="exclude"), make.leaf("own", 50))
    one = make.evaluated(of, "2018-H1", {"total": [90.0], "own": [50.0]})
    two = make.evaluated(of, "2018-H2", {"total": [None], "own": [50.0]})
    year = te.combine([one, two], accumulates=["total"])
    assert year.parts["points"].tolist() == [70.0, 50.0]
    assert "combine.latest" in set(year.notes["code"])


def test_renamed_and_merged_units_end_in_the_last_period(make) -> None:
    """The earlier points of a merged unit are those of its parts by share."""
    of = make.scheme(make.leaf("a"))
    one = make.evaluated(of, "2018-H1", {"a": [80.0, 40.0, 10.0]}, units="甲乙丙")
    two = make.evaluated(of, "2018-H2", {"a": [90.0, 20.0]}, units="新丙")
    table = pd.DataFrame({"unit": ["甲", "乙"], "into": ["新", "新"], "share": [0.5, 0.5]})
    assert te.combine([one, two], renamed=table).results["composite"].tolist() == [75.0, 15.0]
    with pytest.raises(te.DataError, match=r"units\.differ"):
        te.combine([one, two])


def test_what_cannot_be_combined_is_refused_with_everything_at_once(make) -> None:
    """Weights that do not fit, periods twice or overlapping, provisional results."""
    parts = quarters(make, [60.0], [80.0])
    of = make.scheme(make.leaf("a"))
    half = make.evaluated(of, "2018-H1", {"a": [50.0]})
    cases = [
        (([], None), "combine.nothing"),
        ((parts, [1]), "combine.weights"),
        ((parts, [1, -1]), "combine.weights"),
        ((parts, [1, float("nan")]), "combine.weights"),
        ((parts, [0, 0]), "combine.weights"),
        ((parts, {"2018-Q1": 1}), "combine.weights"),
        (([parts[0], parts[0]], None), "period.twice"),
        (([*parts, half], None), "combine.overlap"),
        (
            ([make.evaluated(of, "2018-Q3", {"a": [50.0]}, provisional=True)], None),
            "evaluation.provisional",
        ),
    ]
    for given_, code in cases:
        with pytest.raises(te.DataError) as refused:
            te.combine(*given_)
        assert code in {problem.code for problem in refused.value.problems}
        assert all(problem.hint.zh and problem.hint.en for problem in refused.value.problems)
    with pytest.raises(te.DataError, match=r"combine\.outside"):
        te.combine(parts, period="2019")
    with pytest.raises(ValueError, match="missing"):
        te.combine(parts, missing="mean")


def test_a_year_that_is_not_full_says_so(make) -> None:
    """Two quarters named a year, and schemes that differ, are no reason to stop but to say it."""
    other = make.scheme(make.leaf("a"), version="2")
    one, two = quarters(make, [60.0], [80.0])
    two = make.evaluated(other, "2018-Q2", {"a": [80.0]})
    codes = set(te.combine([one, two], period="2018").notes["code"])
    assert {"combine.uncovered", "combine.schemes"} <= codes


def test_a_unit_without_a_score_follows_the_policy(make) -> None:
    """A unit that a period could not score is refused, left out there, or counts as zero."""
    of = make.scheme(make.leaf("a", may_not_apply=True), make.leaf("b", may_not_apply=True))
    one = make.evaluated(of, "2018-H1", {"a": [60.0, 60.0], "b": [60.0, 60.0]})
    two = make.evaluated(of, "2018-H2", {"a": [80.0], "b": [80.0]})
    founded = pd.DataFrame({"unit": ["乙"], "into": [""]})
    assert te.combine([one, two], renamed=founded).results["composite"].tolist() == [70.0]
    new = pd.DataFrame({"unit": [""], "into": ["乙"]})
    with pytest.raises(te.DataError, match=r"combine\.no_score"):
        te.combine(
            [
                make.evaluated(of, "2018-H1", {"a": [60.0], "b": [60.0]}),
                make.evaluated(of, "2018-H2", {"a": [80.0, 50.0], "b": [80.0, 50.0]}),
            ],
            renamed=new,
        )
    late = [
        make.evaluated(of, "2018-H1", {"a": [60.0], "b": [60.0]}),
        make.evaluated(of, "2018-H2", {"a": [80.0, 50.0], "b": [80.0, 50.0]}),
    ]
    assert te.combine(late, renamed=new, missing="exclude").results["composite"].tolist() == [70.0, 50.0]
    assert te.combine(late, renamed=new, missing="zero").results["composite"].tolist() == [70.0, 25.0]


def test_it_is_plain_data_for_programs(make) -> None:
    """Everything can be written as JSON, and frames are copies."""
    year = te.combine(quarters(make, [60.0, 10.0], [80.0, 20.0]))
    told = json.loads(json.dumps(year.to_dict(), allow_nan=False))
    assert told["results"][0]["composite"] == 70.0
    frame = year.results
    frame["composite"] = 0.0
    assert year.results["composite"].tolist() == [70.0, 15.0]
    assert np.isnan(year.results["se"]).all()


def test_one_name_is_not_taken_for_letters(make) -> None:
    """A period or an indicator may be named by itself."""
    parts = quarters(make, [60.0], [80.0])
    with pytest.raises(te.DataError, match=r"combine\.missing_period.*2018-Q4"):
        te.combine(parts, required="2018-Q4")
    assert te.combine(parts, required="2018-Q1", accumulates="a").results["composite"].tolist() == [80.0]


def test_what_is_judged_in_each_period_alone_is_said(make) -> None:
    """Grades of a year follow points and places; a note says so where the scheme asks for more."""
    more = {"limiters": [{"id": "weak", "at_most": "一般", "when": "a < 60"}]}
    held = make.scheme(make.leaf("a"), grades=GRADES, **more)
    year = te.combine(quarters(make, [90.0], [90.0], of=held), [1, 1])
    assert year.notes["code"].tolist().count("combine.grades") == 1
    plain = te.combine(quarters(make, [90.0], [90.0]), [1, 1])
    assert "combine.grades" not in plain.notes["code"].tolist()
