"""Periods have an order where their text says so."""

import pytest

from township_eval.inputs.periods import period_gap, period_key, period_problems


def test_periods_of_all_lengths_sort_by_their_end():
    """A half-year comes after its quarters and before the year it closes."""
    texts = ["2018-01", "2018-Q1", "2018-H1", "2018-Q3", "2018-12", "2018-Q4", "2018-H2", "2018", "2019-01"]
    backwards = texts[::-1]
    assert sorted(backwards, key=period_key) == texts


@pytest.mark.parametrize("text", ["2018-H3", "2018-Q5", "2018-13", "2018-00", "18-Q1", "春季", "2018年", ""])
def test_other_texts_have_no_place_in_time(text):
    """What is not one of the four forms is not guessed at."""
    assert period_key(text) is None


@pytest.mark.parametrize(
    ("before", "after", "gap"),
    [
        ("2018-H1", "2018-H2", 0),
        ("2017-Q4", "2018-Q1", 0),
        ("2017", "2020", 2),
        ("2018-11", "2019-02", 2),
        ("2018-H2", "2018-H1", -2),
        ("2018-H1", "2018", None),
        ("一", "二", None),
    ],
)
def test_gap_counts_the_periods_left_out(before, after, gap):
    """Only periods of one length can be counted."""
    assert period_gap(before, after) == gap


def test_history_in_order_has_no_problem():
    """Neighbors in order are fine, whatever the year."""
    assert period_problems(["2016-H2", "2017-H1", "2017-H2"]) == ()


def test_history_lists_every_fault_of_its_order():
    """A repetition, a step back and a hole are three problems."""
    found = period_problems(["2017-H2", "2017-H2", "2017-H1", "2018-H1"])
    assert [(problem.severity, problem.code) for problem in found] == [
        ("error", "period.twice"),
        ("error", "period.order"),
        ("warning", "period.gap"),
    ]
