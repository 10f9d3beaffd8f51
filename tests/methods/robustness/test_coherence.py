"""Correlations, alpha and components with gaps, ties and columns that do not vary."""

from __future__ import annotations

import numpy as np

from township_eval.methods.robustness.coherence import components, correlations, cronbach_alpha, mean_ranks


def test_gaps_cost_only_their_own_pair() -> None:
    """A pair of columns is compared over the units that have both."""
    nan = np.nan
    table = np.array([[1.0, 2.0, nan], [2.0, 4.0, 1.0], [3.0, 6.0, 3.0], [4.0, 0.0, 2.0]])
    found, n = correlations(table, table)
    assert n.tolist() == [[4, 4, 3], [4, 4, 3], [3, 3, 3]]
    np.testing.assert_allclose(found[0, 2], np.corrcoef(table[1:, 0], table[1:, 2])[0, 1], rtol=1e-14)


def test_what_does_not_vary_has_no_correlation() -> None:
    """A constant column, or two units, say nothing: no number rather than 0."""
    assert np.isnan(correlations([[1.0], [1.0], [1.0]], [[1.0], [2.0], [3.0]])[0]).all()
    assert np.isnan(correlations([[1.0], [2.0]], [[1.0], [2.0]])[0]).all()
    assert np.isnan(correlations([[0.1 + 0.2], [0.3], [0.3]], [[1.0], [2.0], [3.0]])[0]).all()


def test_ties_share_their_mean_rank() -> None:
    """Spearman's coefficient of tied columns rests on mean ranks."""
    assert mean_ranks([[5.0], [5.0], [1.0]])[:, 0].tolist() == [2.5, 2.5, 1.0]


def test_alpha_and_components_of_too_little() -> None:
    """One column, or two units, have neither."""
    assert np.isnan(cronbach_alpha([[1.0], [2.0], [3.0]]))
    assert np.isnan(cronbach_alpha([[1.0, 2.0], [2.0, 3.0]]))
    assert components([[1.0, 2.0], [2.0, 3.0]]) is None
    assert components([[1.0, 2.0], [1.0, 3.0], [1.0, 5.0]]) is None


def test_components_carry_all_the_variance() -> None:
    """Eigenvalues add up to the number of columns; loadings are unit vectors at right angles."""
    table = np.random.default_rng(0).normal(size=(30, 4))
    found = components(table)
    assert found is not None
    np.testing.assert_allclose(found.variances.sum(), 4.0)
    np.testing.assert_allclose(found.loadings.T @ found.loadings, np.eye(4), atol=1e-12)
    assert (found.loadings[np.abs(found.loadings).argmax(axis=0), np.arange(4)] > 0).all()
