"""Townships and raters taken apart."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from township_eval.methods.ratings import additive

NAN = np.nan


def test_a_complete_panel_keeps_its_means(raters):
    """Where all mark all, nobody is adjusted, severities are the column means, and both components agree."""
    panel = raters.panel("complete")
    fit = additive(panel)
    assert fit.adjusted == pytest.approx(panel.mean(axis=1))
    assert fit.severity == pytest.approx(panel.mean(axis=0) - panel.mean())
    assert fit.rater_variance == pytest.approx(fit.rater_variance_anova)


def test_scores_without_rest_are_taken_apart_exactly():
    """Level plus severity gives back level and severity, whoever marked which; no error is left."""
    level, severity = np.array([60.0, 70.0, 85.0, 90.0]), np.array([-3.0, 1.0, 2.0])
    panel = level[:, None] + severity
    panel[[0, 1, 3], [0, 2, 1]] = NAN
    fit = additive(panel)
    assert fit.adjusted == pytest.approx(level)
    assert fit.severity == pytest.approx(severity)
    assert (fit.sigma, fit.df) == (0.0, 3)
    assert fit.rater_variance == pytest.approx(np.var(severity, ddof=1))
    with pytest.raises(ValueError, match="use 'fixed'"):
        additive(panel, raters="random")


def test_random_raters_add_one_error_common_to_all(raters):
    """Every cell of the covariance grows by variance / raters, with holes as without."""
    fit = additive(raters.panel("incomplete"))
    common = fit.covariance("random") - fit.covariance("fixed")
    assert common == pytest.approx(np.full((12, 12), fit.rater_variance / 6))
    assert np.diag(fit.covariance("random")) == pytest.approx(fit.variance("random"))


@pytest.mark.parametrize("how", ["fixed", "random"])
def test_loadings_give_the_covariance(raters, how):
    """Sums of shocks reproduce the covariance of either kind."""
    fit = additive(raters.panel("incomplete"))
    assert fit.loadings("panel", how).covariance(12) == pytest.approx(fit.covariance(how))
    assert fit.loadings("panel", how).variance(12) == pytest.approx(fit.variance(how))


def test_loadings_of_random_raters_give_their_covariance(raters):
    """The fit with random raters carries the common error itself."""
    fit = additive(raters.panel("incomplete"), raters="random")
    assert fit.loadings("panel").covariance(12) == pytest.approx(fit.covariance("random"))
    with pytest.raises(ValueError, match="fixed panel"):
        fit.covariance("fixed")


def test_a_rater_who_rates_once_changes_no_comparison(raters):
    """Differences between townships stay; the rater is reported."""
    panel = raters.panel("incomplete")
    wider = np.column_stack([panel, np.full(12, NAN)])
    wider[4, 6] = 12.0
    fit, before = additive(wider), additive(panel)
    assert fit.single == (6,)
    assert np.diff(fit.adjusted) == pytest.approx(np.diff(before.adjusted))
    assert (fit.df, fit.sigma) == (before.df, pytest.approx(before.sigma))


def test_units_and_raters_without_ratings_stay_unknown(raters):
    """An empty row and column are NaN and change nothing else."""
    panel = raters.panel("incomplete")
    wider = np.full((13, 7), NAN)
    wider[:12, 1:] = panel
    fit, before = additive(wider), additive(panel)
    assert np.isnan([fit.adjusted[12], fit.severity[0], fit.variance()[12]]).all()
    assert np.isnan(fit.covariance()[12]).all()
    assert fit.adjusted[:12] == pytest.approx(before.adjusted)
    assert fit.severity[1:] == pytest.approx(before.severity)
    assert fit.loadings("panel").covariance(13)[:12, :12] == pytest.approx(before.covariance("random"))


def test_without_degrees_of_freedom_there_is_no_error():
    """A chain of single links has estimates and no standard error: NaN, not zero."""
    fit = additive([[80, NAN], [75, 78], [NAN, 90]])
    assert fit.adjusted.tolist() == [81.5, 76.5, 88.5]
    assert fit.df == 0
    assert np.isnan([fit.sigma, fit.rater_variance]).all()
    assert np.isnan(fit.variance()).all()


@pytest.mark.parametrize("m", [[[80.0, 82.0]], [[80.0], [70.0]], [[80.0, NAN], [70.0, NAN]]])
def test_two_units_and_two_raters_are_needed(m):
    """With one there is nothing to compare."""
    with pytest.raises(ValueError, match="two units and two raters"):
        additive(m)


def test_raters_are_fixed_or_random():
    """Another word is refused, in the fit and in its errors."""
    with pytest.raises(ValueError, match="loose"):
        additive([[1.0, 2.0], [2.0, 4.0]], raters="loose")
    with pytest.raises(ValueError, match="loose"):
        additive([[1.0, 2.0], [2.0, 4.0]]).variance("loose")


@given(
    arrays(np.float64, (6, 4), elements=st.integers(0, 100).map(float)),
    st.permutations(range(6)),
    st.floats(0.5, 4),
    st.floats(-20, 20),
)
def test_order_scale_and_origin_are_of_no_account(scores, order, factor, shift):
    """Units keep their results in any order; points on another scale give results on that scale."""
    panel = scores.copy()
    panel[[0, 2, 3], [1, 0, 3]] = NAN
    fit, other = additive(panel), additive(factor * panel[order] + shift)
    assert other.adjusted == pytest.approx(factor * fit.adjusted[order] + shift, abs=1e-8)
    assert other.severity == pytest.approx(factor * fit.severity, abs=1e-8)
    assert other.sigma == pytest.approx(factor * fit.sigma, rel=1e-6, abs=1e-7)
