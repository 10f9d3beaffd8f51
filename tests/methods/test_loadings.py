"""Errors as sums of shocks."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from township_eval.methods.loadings import Loadings, compressed, covariance, total_variance


@given(st.integers(0, 10_000), st.booleans())
def test_variances_are_the_diagonal_of_the_covariance(seed: int, strata: bool) -> None:  # noqa: FBT001
    """The fast variances and the full matrix say the same, repeated entries and strata included."""
    rng = np.random.default_rng(seed)
    parts = []
    for sample in ("a", "a", "b"):
        stratum = np.array([0, 0, 0, 1, 1, 2, 2]) if strata else None
        unit, shock = rng.integers(0, 4, 12), rng.integers(0, 7, 12)
        parts.append(Loadings(sample, unit, shock, rng.normal(size=12), stratum))
    assert np.allclose(total_variance(parts, 4), np.diag(covariance(parts, 4)))


def test_centering_counts_the_clusters_without_entries() -> None:
    """Of four clusters one holds the unit: the variance is that of (u, 0, 0, 0) about its mean."""
    one = Loadings("s", np.array([0]), np.array([0]), np.array([2.0]), np.zeros(4, dtype=np.intp))
    assert np.allclose(one.variance(1), 4 - 4 / 4)


def test_parts_of_one_sample_add_before_they_are_squared() -> None:
    """The same respondents answered both: errors add up, they do not average out."""
    one = Loadings("s", np.array([0]), np.array([0]), np.array([2.0]))
    other = Loadings("t", np.array([0]), np.array([0]), np.array([2.0]))
    assert total_variance([one, one], 1).tolist() == [16.0]
    assert total_variance([one, other], 1).tolist() == [8.0]


def test_units_can_be_scaled_and_moved() -> None:
    """A factor per unit scales its entries; a unit may go elsewhere or be left out."""
    two = Loadings("s", np.array([0, 1]), np.array([0, 0]), np.array([2.0, 3.0]))
    assert two.scaled(np.array([2.0, 0.5])).covariance(2).tolist() == [[16.0, 6.0], [6.0, 2.25]]
    assert two.moved(np.array([-1, 0])).variance(1).tolist() == [9.0]


@given(st.integers(0, 10_000), st.booleans())
def test_compressed_errors_have_the_same_covariance(seed: int, strata: bool) -> None:  # noqa: FBT001
    """What is kept in an archive says the same as every cluster did."""
    rng = np.random.default_rng(seed)
    stratum = np.array([0, 0, 0, 1, 1, 2, 2]) if strata else None
    parts = [
        Loadings(name, rng.integers(0, 4, 9), rng.integers(0, 7, 9), rng.normal(size=9), stratum)
        for name in ("a", "a", "b")
    ]
    small = compressed(parts, 4)
    assert np.allclose(small.covariance(4), covariance(parts, 4), atol=1e-12)
