"""Rounding, ranks and grades."""

import math
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from township_eval.methods.ranking import assign_grades, rank, round_half_up, tidy

NAN = np.nan
EXACT = Context(prec=800)


def by_hand(value, digits):
    """Round by the definition: 15 significant digits, then half away from zero."""
    if not math.isfinite(value):
        return value
    step = Decimal(1).scaleb(-digits)
    return float(Decimal(f"{value:.14e}").quantize(step, ROUND_HALF_UP, EXACT)) + 0.0


@pytest.mark.parametrize(
    ("value", "digits", "expected"),
    [
        (2.675, 2, 2.68),
        (1.005, 2, 1.01),
        (0.285, 2, 0.29),
        (2.5, 0, 3.0),
        (-0.5, 0, -1.0),
        (-2.675, 2, -2.68),
        (1e15 + 0.5, 0, 1e15),  # the half is the sixteenth digit: gone before rounding
        (12345678901234.5, 0, 12345678901235.0),
        (123456789012345678.0, 2, 123456789012346000.0),
        (1.7e308, 2, 1.7e308),
        (5e-324, 2, 0.0),
        (-1e-9, 2, 0.0),
        (0.1 + 0.2, 20, 0.3),
        (1250.0, -2, 1300.0),
        (-1350.0, -2, -1400.0),
        (0.5, -1, 0.0),
        (99.995, 2, 100.0),
        (87.66666666666667, 2, 87.67),
    ],
)
def test_awkward_numbers(value, digits, expected):
    """Numbers whose doubles lie below the written value, huge ones and tiny ones."""
    assert round_half_up(value, digits).item() == expected == by_hand(value, digits)


def test_zero_is_never_negative():
    """Nothing prints as -0.00."""
    assert not np.signbit(round_half_up([-0.001, -0.0, 0.004], 2)).any()


def test_what_is_no_number_stays():
    """NaN and the infinities pass through."""
    out = round_half_up([NAN, math.inf, -math.inf], 2)
    assert np.isnan(out[0])
    assert out[1:].tolist() == [math.inf, -math.inf]


near_ties = st.builds(
    lambda whole, places, ulps: float(np.float64(whole) / 10**places) + ulps * np.spacing(whole / 10**places),
    st.integers(-(10**9), 10**9),
    st.integers(0, 6),
    st.integers(-3, 3),
)


@given(value=st.floats(allow_nan=False) | near_ties, digits=st.integers(-3, 8))
@example(value=9.5, digits=0)
@example(value=4.35, digits=1)
def test_rounding_equals_decimal(value, digits):
    """Everywhere, and next to ties above all, the result is that of exact decimal arithmetic."""
    assert round_half_up(value, digits).item() == by_hand(value, digits)


@given(arrays(np.float64, (3, 4), elements=near_ties))
def test_rounding_keeps_shape_and_settles(array):
    """Arrays are rounded element by element, and a second time changes nothing."""
    once = round_half_up(array, 2)
    assert once.shape == array.shape
    assert once.ravel().tolist() == [by_hand(value, 2) for value in array.ravel().tolist()]
    assert np.array_equal(round_half_up(once, 2), once)


def test_tidy_removes_noise_only():
    """Sums that differ in the last bits become one number; what differs visibly stays different."""
    assert tidy([0.1 + 0.2, 0.3, 1e-30, -123456.789, 0.0, NAN])[:5].tolist() == [
        0.3,
        0.3,
        1e-30,
        -123456.789,
        0.0,
    ]
    assert len(set(tidy([1.00000000001, 1.00000000002]).tolist())) == 2


def test_ties_share_the_best_rank():
    """1, 2, 2, 4; the unranked stay unranked."""
    assert rank([80.0, 90.0, 80.0, 70.0]).tolist() == [2.0, 1.0, 2.0, 4.0]
    assert np.isnan(rank([NAN, 1.0])[0])
    assert rank([NAN, 1.0])[1] == 1.0
    assert rank([]).shape == (0,)


def test_ranks_of_coinr(golden):
    """Ranks of seven nodes, overall and by region, equal COINr's."""
    region = {row["uCode"]: row["Region"] for row in golden.rows("coinr/input_iData")}
    for node in ("IDX", "SA", "SB", "P1", "P2", "P3", "P4"):
        units = [row["uCode"] for row in golden.rows("coinr/agg_na_amean")]
        scores = golden.column("coinr/agg_na_amean", node)
        for name, groups in (("aggs_ranks", None), ("groupranks", [region[unit] for unit in units])):
            ours = dict(zip(units, rank(scores, groups).tolist(), strict=True))
            for row in golden.rows(f"coinr/results_{name}"):
                expected = float(row[node]) if row[node] else NAN
                assert ours[row["uCode"]] == pytest.approx(expected, nan_ok=True), (node, row["uCode"])


scores_of_nine = arrays(np.float64, 9, elements=st.integers(0, 8).map(float) | st.just(NAN))


@given(scores=scores_of_nine, groups=arrays(np.int8, 9, elements=st.integers(0, 2)))
def test_rank_counts_who_is_better(scores, groups):
    """A rank is one more than the number of better units in the group."""
    expected = [
        np.sum((scores > score) & (groups == group)) + 1.0 if not np.isnan(score) else NAN
        for score, group in zip(scores, groups, strict=True)
    ]
    assert np.array_equal(rank(scores, groups), expected, equal_nan=True)


@given(arrays(np.float64, (2, 3, 5), elements=st.integers(0, 3).map(float) | st.just(NAN)))
def test_ranks_run_along_the_last_axis(scores):
    """Simulated scores are ranked draw by draw, with groups and without."""
    labels = ["a", "b", "a", "b", "a"]
    for groups in (None, labels):
        each = [[rank(row, groups) for row in block] for block in scores]
        assert np.array_equal(rank(scores, groups), np.array(each), equal_nan=True)


def test_a_label_for_each_unit():
    """Labels that do not fit are refused."""
    with pytest.raises(ValueError, match="one label for each of 2 units"):
        rank([1.0, 2.0], ["a"])


@dataclass
class Seats:
    """Places of a grade."""

    count: int | None = None
    share: float | None = None
    per: str = "all"
    ties: str = ""


CUTS = [90.0, 80.0, 60.0, 0.0]


def test_grades_by_cut_points():
    """The bound is included: 89.99 is no 90; what is missing or below everything has no grade."""
    assert assign_grades([90.0, 89.99, 60.0, 0.0, NAN, -1.0], CUTS).tolist() == [0, 1, 2, 3, -1, -1]


def test_places_by_number():
    """Who finds no place gets the next grade."""
    assert assign_grades([95.0, 93.0, 91.0], CUTS, places=[Seats(count=1), None, None, None]).tolist() == [
        0,
        1,
        1,
    ]


def test_ties_at_the_last_place():
    """All in if they fit, else none; ``ties: all`` lets them in."""
    scores = [95.0, 93.0, 93.0, 85.0]
    fits = assign_grades(scores, CUTS, places=[Seats(count=3), None, None, None])
    none = assign_grades(scores, CUTS, places=[Seats(count=2), None, None, None])
    every = assign_grades(scores, CUTS, places=[Seats(count=2, ties="all"), None, None, None])
    assert (fits.tolist(), none.tolist(), every.tolist()) == ([0, 0, 0, 1], [0, 1, 1, 1], [0, 0, 0, 1])


def test_places_by_share_of_the_ranked():
    """0.3 of ten ranked units are three places, though 0.3 x 10 is a little less in floating point."""
    scores = [*np.arange(99.0, 89.0, -1.0), NAN]
    assert (assign_grades(scores, CUTS, places=[Seats(share=0.3), None, None, None]) == 0).sum() == 3
    assert (assign_grades(scores, CUTS, places=[Seats(share=0.29), None, None, None]) == 0).sum() == 2


def test_places_per_group():
    """One place in each class; a class counts its own units."""
    scores, groups = [95.0, 94.0, 93.0, 92.0, 91.0], ["I", "I", "II", "II", "II"]
    one = assign_grades(scores, CUTS, places=[Seats(count=1, per="group"), None, None, None], groups=groups)
    share = assign_grades(
        scores, CUTS, places=[Seats(share=0.67, per="group"), None, None, None], groups=groups
    )
    assert one.tolist() == [0, 1, 0, 1, 1]
    assert share.tolist() == [0, 1, 0, 0, 1]


def test_the_barred_leave_their_place_to_the_next():
    """A flagged unit cannot be 优秀; the place goes on, and the unit gets the next grade."""
    barred = np.zeros((4, 3), dtype=bool)
    barred[0, 0] = True
    places = [Seats(count=1), None, None, None]
    assert assign_grades([95.0, 93.0, 91.0], CUTS, places=places, barred=barred).tolist() == [1, 0, 1]


def test_places_in_a_lower_grade():
    """Places of the second grade are filled by those whom the first had no place for, best first."""
    places = [Seats(count=1), Seats(count=1), None, None]
    assert assign_grades([95.0, 93.0, 91.0, 70.0], CUTS, places=places).tolist() == [0, 1, 2, 2]


@given(scores=scores_of_nine.map(lambda x: x * 12), count=st.integers(0, 9))
def test_places_are_never_exceeded_nor_given_past_a_better_unit(scores, count):
    """At most the places are filled, and nobody gets a grade that a better eligible unit did not."""
    grades = assign_grades(scores, CUTS, places=[Seats(count=count), None, None, None])
    assert (grades == 0).sum() <= count
    for i in np.flatnonzero(grades == 0):
        assert (grades[scores >= scores[i]] == 0).all()
    assert np.array_equal(grades == -1, np.isnan(scores))


def test_draws_are_graded_one_by_one() -> None:
    """A leading axis of draws gives what grading every draw by itself gives."""
    rng = np.random.default_rng(1)
    scores = np.round(rng.uniform(55, 100, (40, 7)), 0)
    scores[3, 2] = np.nan
    groups = ["I", "II", "I", "II", "I", "II", "III"]
    for limit in (
        SimpleNamespace(count=1, share=None, per="group", ties=""),
        SimpleNamespace(count=None, share=0.4, per="all", ties="all"),
    ):
        places = [limit, None, None]
        together = assign_grades(scores, [85, 70, 0], places=places, groups=groups)
        alone = [assign_grades(one, [85, 70, 0], places=places, groups=groups) for one in scores]
        assert np.array_equal(together, np.array(alone))
