"""Shares of variance of models whose shares are known."""

from __future__ import annotations

import numpy as np
import pytest

from township_eval.methods.robustness.sobol import design, indices


def test_a_product_shares_by_its_interaction() -> None:
    """For (x - 1/2)(y - 1/2) all is interaction: first order 0, total 1 for both."""
    points = design(np.random.default_rng(2), 8192, 2)
    found = indices((points[:, 0] - 0.5) * (points[:, 1] - 0.5), 2, boots=200)
    np.testing.assert_allclose(found.first, 0.0, atol=0.05)
    np.testing.assert_allclose(found.total, 1.0, atol=0.05)
    assert (found.total_low < 1.0).all()
    assert (found.total_high > 1.0).all()


def test_what_does_not_vary_has_no_shares() -> None:
    """Without variance there is nothing to share out."""
    found = indices(np.ones(40), 3)
    assert np.isnan(found.first).all()
    assert np.isnan(found.total_high).all()


def test_the_level_of_the_responses_changes_nothing() -> None:
    """Shares are those of what varies: responses far from zero are no less sure."""
    response = np.random.default_rng(5).random(160)
    one, other = indices(response, 3, boots=50), indices(response + 4096.0, 3, boots=50)
    np.testing.assert_allclose(one.first, other.first, atol=1e-9)
    np.testing.assert_allclose(one.first_low, other.first_low, atol=1e-9)
    as_it_stands = indices(response + 4096.0, 3, boots=0, centered=False)
    assert np.abs(as_it_stands.first).max() > 10.0 * np.abs(other.first).max()


def test_limits_are_the_same_for_a_seed() -> None:
    """The bootstrap is seeded."""
    response = np.random.default_rng(0).random(50)
    one, other = (indices(response, 3, boots=50, seed=4) for _ in range(2))
    np.testing.assert_array_equal(one.first_low, other.first_low)


def test_responses_that_do_not_fit_the_design() -> None:
    """A wrong number of responses is refused."""
    with pytest.raises(ValueError, match="design"):
        indices(np.ones(11), 3)
