"""Ranks of many draws are the ranks of each, ties and halves included."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from township_eval.methods.ranking import rank, round_half_up
from township_eval.methods.robustness.ranks import (
    published_steps,
    rank_steps,
    sorted_by_unit,
    sorted_quantile,
    whole_type,
)

POINTS = arrays(np.float64, (3, 6), elements=st.integers(0, 400).map(lambda n: n / 8))


@given(points=POINTS, digits=st.integers(0, 2), groups=arrays(np.intp, 6, elements=st.integers(0, 2)))
def test_counted_ranks_are_those_of_each_draw(points, digits, groups) -> None:
    """Counting steps gives what rounding half up and ranking each draw gives, inside each group."""
    steps = published_steps(points * 10.0**digits + 0.5, digits)
    expected = rank(round_half_up(points, digits), groups)
    np.testing.assert_array_equal(rank_steps(steps, groups), expected)


def test_wide_and_narrow_scores_rank_alike() -> None:
    """Where steps are too many to count they are sorted, with the same result."""
    rng = np.random.default_rng(0)
    narrow = rng.integers(0, 50, (20, 40)).astype(float)
    groups = rng.integers(0, 3, 40)
    np.testing.assert_array_equal(rank_steps(narrow, groups), rank_steps(narrow * 1e6, groups))


@pytest.mark.parametrize("points", [92.275, 1.005, 2.675, 85.125, -0.125])
def test_halves_round_as_in_a_spreadsheet(points: float) -> None:
    """A half is decided by its decimal form, also when its product lies a little off."""
    for off in (-2e-16, 0.0, 2e-16):
        shifted = np.array([[points * (1 + off) * 100 + 0.5]])
        assert published_steps(shifted, 2)[0, 0] == np.rint(round_half_up(points, 2) * 100)


def test_no_score_has_no_rank() -> None:
    """NaN has rank 0 and costs nobody a place."""
    steps = np.array([[3.0, np.nan, 5.0], [1.0, 2.0, np.nan]])
    assert rank_steps(steps, np.zeros(3, np.intp)).tolist() == [[2, 0, 1], [2, 1, 0]]


def test_many_units_need_wider_numbers() -> None:
    """Ranks of 40,000 units do not overflow."""
    steps = np.arange(40_000, dtype=float)[np.newaxis]
    ranks = rank_steps(steps, np.zeros(40_000, np.intp))
    assert whole_type(40_000) is np.int32
    assert ranks[0, 0] == 40_000


@given(
    ranks=arrays(np.int16, (7, 4), elements=st.integers(1, 30)),
    share=st.sampled_from([0, 0.05, 0.5, 0.95, 1]),
)
def test_quantiles_are_numpys(ranks, share: float) -> None:
    """Quantiles are linear between neighbors, as numpy's are by default."""
    np.testing.assert_allclose(
        sorted_quantile(sorted_by_unit(ranks), share), np.quantile(ranks, share, axis=0)
    )
