"""Tests of means of bounded answers: their level, their shape, what is not known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

from township_eval.methods.estimation.intervals import korn_graubard
from township_eval.methods.testing import Side, bounded_limits, bounded_p, effective_answers

unit = st.floats(0.0, 1.0)
errors = st.floats(0.0, 0.5)
cuts = st.floats(-0.2, 1.2)
counts = st.integers(2, 2000)


@given(unit, errors, st.floats(0.5, 500), counts, cuts, st.sampled_from(["below", "above"]))
def test_a_p_value_lies_between_0_and_1(
    p: float, se: float, df: float, n: int, cut: float, side: Side
) -> None:
    """Whatever is given, the evidence is a probability."""
    found = bounded_p(p, se, df, n, cut, low=0, high=1, side=side).item()
    assert 0.0 <= found <= 1.0


@given(unit, unit, errors, st.floats(0.5, 500), counts, st.floats(0.5, 1.0))
def test_a_higher_mean_with_the_same_error_is_never_surer_to_be_below(
    one: float, two: float, se: float, df: float, n: int, cut: float
) -> None:
    """In the upper half of the answers the evidence for "below" falls as the mean rises."""
    low, high = bounded_p(sorted([one, two]), se, df, n, cut, low=0, high=1)
    assert low <= high * (1 + 1e-9)


@given(unit, unit, counts, st.floats(0.01, 0.99))
def test_persons_drawn_alone_are_judged_by_their_order_everywhere(
    one: float, two: float, n: int, cut: float
) -> None:
    """With answers at the ends only, n* is n or one less, and a higher mean is no surer to be below."""
    shares = np.sort([round(one * n) / n, round(two * n) / n])
    se = np.sqrt(shares * (1 - shares) / (n - 1))
    low, high = bounded_p(shares, se, n - 1, n, cut, low=0, high=1)
    assert low <= high * (1 + 1e-6)


@given(unit, errors, st.floats(1, 500), counts, unit)
def test_above_is_below_on_the_scale_turned_over(p: float, se: float, df: float, n: int, cut: float) -> None:
    """Praise and blame are tested alike."""
    above = bounded_p(p, se, df, n, cut, low=0, high=1, side="above").item()
    assert above == pytest.approx(bounded_p(1 - p, se, df, n, 1 - cut, low=0, high=1).item(), rel=1e-6)


@pytest.mark.parametrize(("hits", "n", "cut"), [(66, 100, 0.8), (11, 20, 0.8), (3, 50, 0.2), (0, 30, 0.1)])
def test_yes_and_no_drawn_alone_give_the_binomial_tail(hits: int, n: int, cut: float) -> None:
    """P(X <= hits) with n* = n - 1 or n answers: Clopper and Pearson's test."""
    p = hits / n
    se = np.sqrt(p * (1 - p) / (n - 1))
    found = bounded_p(p, se, n - 1, n, cut, low=0, high=1).item()
    effective = n if hits == 0 else n - 1
    tail = special.betainc(effective * (1 - p), effective * p + 1, 1 - cut)
    assert found == pytest.approx(tail, rel=1e-9)
    assert found == pytest.approx(special.bdtr(hits, n, cut), rel=0.25)


def test_the_p_value_is_the_level_at_which_the_limit_reaches_the_cut() -> None:
    """Limits at the p-value end at the cut, with villages too."""
    design = ([62.0, 70.0, 55.0], [3.4, 2.0, 6.0], [199, 9, 4], 200)
    p = bounded_p(*design, 74.0)
    assert (p < 0.4).all()
    # the reference of the test is that of the estimate where this lies in the upper half
    assert bounded_limits(*design, p)[1] == pytest.approx([74.0] * 3, rel=1e-8)


def test_limits_are_korn_and_graubards_where_the_sample_is_no_better_than_its_answers() -> None:
    """The two-sided limits at 95 % are the one-sided ones at 2.5 %."""
    p, se, df, n = np.array([0.8, 0.3]), np.array([0.05, 0.1]), np.array([10.0, 4.0]), np.array([100.0, 40.0])
    found = bounded_limits(p, se, df, n, 0.025, low=0, high=1)
    for mine, theirs in zip(found, korn_graubard(p, se, df, n), strict=True):
        assert mine == pytest.approx(theirs, rel=1e-9)


def test_nothing_is_shown_where_the_error_is_not_known() -> None:
    """No error, no degrees of freedom, one answer, no value: p = 1, and limits at the ends."""
    se, df = [np.nan, 2.0, 2.0, 2.0], [10.0, np.nan, 10.0, 10.0]
    n, value = [100.0, 100.0, 1.0, 100.0], [20.0, 20.0, 20.0, np.nan]
    assert bounded_p(value, se, df, n, 70.0).tolist() == [1.0] * 4
    lower, upper = bounded_limits(value, se, df, n, 0.05)
    assert lower.tolist() == [0.0] * 4
    assert upper.tolist() == [100.0] * 4


def test_equal_answers_are_worth_their_villages() -> None:
    """Nobody content in five villages is five observations; the persons of a list are as many as they are."""
    assert effective_answers([0.0, 0.0], 0.0, [4, 99], 100, 0.01).tolist() == [5.0, 100.0]
    found = bounded_p([0.0, 0.0], 0.0, [4, 99], 100, 60.0)
    assert found == pytest.approx([0.4**5, 1e-12])


def test_a_cut_beyond_every_answer_needs_no_evidence() -> None:
    """Below 101 is everybody, below 0 nobody."""
    assert bounded_p([50.0, 50.0], 2.0, 99, 100, [101.0, 0.0]).tolist() == [0.0, 1.0]


def test_nobody_above_the_cut_is_said_to_be_below() -> None:
    """An estimate on or above the cut is no evidence at all."""
    assert bounded_p([70.0, 75.0], 2.0, 99, 100, 70.0).tolist() == [1.0, 1.0]


def test_few_degrees_of_freedom_make_less_sure() -> None:
    """The same mean and error from five villages show less than from a hundred persons."""
    few, many = bounded_p([60.0, 60.0], 4.0, [4, 99], 100, 70.0)
    assert few > many


@pytest.mark.parametrize("truth", [0.8, 0.4])
def test_the_level_holds_for_persons_drawn_alone(truth: float) -> None:
    """Of 20,000 samples exactly on the cut at most 1 % are said to be below, plus three errors."""
    rng = np.random.default_rng(5)
    share = np.arange(61) / 60
    p = bounded_p(share, np.sqrt(share * (1 - share) / 59), 59, 60, truth, low=0, high=1)
    p = p[rng.binomial(60, truth, 20_000)]
    for level in (0.01, 0.05):
        assert (p <= level).mean() <= level + 3 * np.sqrt(level / 20_000)
