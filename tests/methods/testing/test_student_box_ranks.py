"""Tests of normal estimates, of boxes and of places."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

from township_eval.methods.ranksets import simultaneous
from township_eval.methods.testing import box_p, rank_p, share_of_level, student_limits, student_p

values = st.floats(-200, 200)


@given(values, values, st.floats(0.01, 50), st.floats(0.5, 1e6), values)
def test_the_t_test_is_a_probability_and_falls_with_the_value(
    one: float, two: float, se: float, df: float, cut: float
) -> None:
    """A higher value with the same error is never surer to be below."""
    low, high = student_p(sorted([one, two]), se, df, cut)
    assert 0.0 <= low <= high <= 1.0


@given(values, st.floats(0.1, 50), st.floats(1, 1e6), values)
def test_a_t_limit_at_its_p_value_ends_at_the_cut(value: float, se: float, df: float, cut: float) -> None:
    """Test and limits are one thing said twice."""
    p = student_p(value, se, df, cut).item()
    if 1e-9 < p < 0.4:
        # below three degrees of freedom the quantile's own error grows with the quantile
        assert student_limits(value, se, df, p)[1] == pytest.approx(cut, abs=1e-5 * (se + abs(value - cut)))


def test_no_error_is_not_a_known_error() -> None:
    """Zero, missing, and no degrees of freedom show nothing."""
    assert student_p(10.0, [0.0, np.nan, 1.0], [9, 9, 0], 70.0).tolist() == [1.0, 1.0, 1.0]


@given(st.floats(1e-10, 0.9), st.integers(1, 50))
def test_sidak_is_a_little_wider_than_bonferroni(alpha: float, parts: int) -> None:
    """Both use the whole level for one part, and no part gets more than the level."""
    sidak = share_of_level(alpha, parts, independent=True).item()
    assert alpha / parts <= sidak * (1 + 1e-12)
    assert sidak <= alpha * (1 + 1e-12)
    assert 1 - (1 - sidak) ** parts == pytest.approx(alpha, rel=1e-5)


def test_a_box_through_a_band_is_not_fooled_by_a_flat_piece() -> None:
    """A value of 60.5 with an error of 2 lies in the band from 60 by chance: the test says so."""

    def limits(alpha: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        lower, upper = student_limits([60.5, 68.0], 2.0, np.inf, alpha)
        return np.where(lower >= 60, 80.0, 40.0), np.where(upper >= 60, 80.0, 40.0)

    p = box_p(limits, 70.0, 2, side="above")
    assert p == pytest.approx([special.ndtr(-0.25), special.ndtr(-4.0)], rel=1e-6)


def test_a_box_of_two_parts_keeps_its_level() -> None:
    """Both parts on the edge: their sum is wrongly said to be below in at most 5 % of 20,000 draws."""
    rng = np.random.default_rng(8)
    x = rng.normal(0.0, 1.0, (2, 20_000))

    def limits(alpha: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        lower, upper = student_limits(x, 1.0, np.inf, share_of_level(alpha, 2, independent=True))
        return lower.sum(axis=0), upper.sum(axis=0)

    p = box_p(limits, 0.0, 20_000)
    assert 0.0 < (p <= 0.05).mean() <= 0.05


def test_a_place_is_shown_at_the_level_of_the_rank_sets() -> None:
    """Just above its p-value the simultaneous set shows the last place, just below it does not."""
    estimates, ses = [92.0, 88.5, 88.0, 83.0], [1.0, 1.2, 1.5, 1.1]

    def limits(alpha: float) -> tuple[np.ndarray, np.ndarray]:
        return simultaneous(estimates, ses, level=1 - alpha)

    p = rank_p(limits, lambda lower, _: lower >= 4, 4)
    assert p[:3].tolist() == [1.0, 1.0, 1.0]
    assert 1e-12 < p[3] < 0.1
    assert simultaneous(estimates, ses, level=1 - p[3]).lower[3] == 4
    assert simultaneous(estimates, ses, level=1 - p[3] * 0.998).lower[3] < 4


def test_ranks_without_errors_are_certain() -> None:
    """Counted in full, the last is the last at any level."""
    p = rank_p(
        lambda alpha: simultaneous([3.0, 2.0, 1.0], [0.0] * 3, level=1 - alpha, exact=[True] * 3),
        lambda lower, _: lower >= 3,
        3,
    )
    assert p == pytest.approx([1.0, 1.0, 1e-12])


def test_tied_townships_are_rarely_said_to_be_last() -> None:
    """Of 400 periods of nine equal townships at most 5 % name anybody among the last three, and errors."""
    rng = np.random.default_rng(2)
    wrong = 0
    for _ in range(400):
        x = rng.normal(80.0, 2.0, 9)
        lower, _ = simultaneous(x, np.full(9, 2.0), level=0.95)
        wrong += bool((lower >= 7).any())
    assert wrong <= 400 * 0.05 + 3 * np.sqrt(400 * 0.05 * 0.95)
