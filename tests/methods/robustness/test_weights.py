"""Drawn weights keep their sum, their bounds and their zeros."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from township_eval.methods.robustness.weights import dirichlet, within_bounds

WEIGHTS = st.lists(st.sampled_from([0.0, 1.0, 2.5, 10.0, 60.0]), min_size=1, max_size=6)


@given(weights=WEIGHTS, concentration=st.floats(1e-3, 1e5), seed=st.integers(0, 5))
def test_dirichlet_weights_keep_their_sum_and_zeros(weights, concentration: float, seed: int) -> None:
    """Every draw adds up to the weights given, and a child without a weight gets none."""
    drawn = dirichlet(np.random.default_rng(seed), weights, concentration, 8)
    np.testing.assert_allclose(drawn.sum(axis=1), sum(weights), rtol=1e-12)
    assert (drawn[:, np.array(weights) == 0] == 0).all()
    assert (drawn >= 0).all()


def test_dirichlet_weights_spread_as_the_formula_says() -> None:
    """Mean and standard deviation are those of the distribution, within four standard errors."""
    drawn = dirichlet(np.random.default_rng(1), [60.0, 30.0, 10.0], 100.0, 20_000)
    share = np.array([0.6, 0.3, 0.1])
    spread = 100 * np.sqrt(share * (1 - share) / 101)
    assert (np.abs(drawn.mean(axis=0) - 100 * share) < 4 * spread / np.sqrt(20_000)).all()
    np.testing.assert_allclose(drawn.std(axis=0), spread, rtol=0.03)


@given(
    weights=st.lists(st.floats(1, 50), min_size=2, max_size=5),
    slack=st.floats(0.0, 0.9),
    free=st.booleans(),
    seed=st.integers(0, 5),
)
def test_bounded_weights_keep_bounds_and_sum(weights, slack: float, free, seed: int) -> None:
    """Bounds around the weights can always be kept, with and without a free sibling."""
    w = np.array(weights)
    low, high = w * (1 - slack), w * (1 + slack)
    if free:
        low[-1] = high[-1] = np.nan
    drawn = within_bounds(np.random.default_rng(seed), w, low, high, 8)
    np.testing.assert_allclose(drawn.sum(axis=1), w.sum(), rtol=1e-12)
    bound = ~np.isnan(low)
    assert (drawn[:, bound] >= low[bound] - 1e-9).all()
    assert (drawn[:, bound] <= high[bound] + 1e-9).all()
    assert (drawn >= 0).all()


def test_bounds_that_no_weights_can_keep() -> None:
    """What is impossible is refused, with the sums."""
    with pytest.raises(ValueError, match="add up to 100"):
        within_bounds(np.random.default_rng(0), [60.0, 40.0], [10.0, 10.0], [20.0, 20.0], 1)
