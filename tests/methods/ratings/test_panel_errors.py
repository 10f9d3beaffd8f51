"""Errors of panel scores: the raters' part common to all units, the rest of each unit's own."""

import numpy as np
import pytest

from township_eval.methods.loadings import covariance
from township_eval.methods.ratings import additive
from township_eval.methods.ratings.panel_errors import (
    adjusted_errors,
    mean_errors,
    spread_errors,
    trimming_cost,
)

NAN = float("nan")
COMPLETE = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7.0]])
HOLES = np.array([[80, 84, NAN], [70, NAN, 71], [NAN, 92, 89], [75, 78, 76]])
NAMES = ("raters", "rest")


@pytest.mark.parametrize(
    ("n", "trim", "exact"),
    [(3, 1, 3 * 0.4487), (5, 1, 5 * 0.2270), (5, 2, 5 * 0.2868), (7, 3, 7 * 0.2104), (9, 4, 9 * 0.1661)],
)
def test_what_trimming_costs_is_near_the_exact_variances_of_order_statistics(n, trim, exact):
    """Sarhan and Greenberg (1956), Annals of Mathematical Statistics 27, tables for normal samples."""
    assert trimming_cost(n, trim) == pytest.approx(exact, rel=0.05)


def test_trimming_everything_away_costs_what_nobody_knows():
    """Nothing left, nothing known; nothing dropped, nothing lost."""
    np.testing.assert_array_equal(trimming_cost([2, 0, 3], [1, 0, 0]), [NAN, NAN, 1.0])


@pytest.mark.parametrize("raters", ["random", "fixed"])
@pytest.mark.parametrize("panel", [COMPLETE, HOLES])
@pytest.mark.parametrize("of", ["mean", "trimmed", "adjusted"])
def test_loadings_carry_exactly_the_variance(panel, raters, of):
    """What is handed on to the tree is what is printed."""
    fit = additive(panel)
    if of == "adjusted":
        found = adjusted_errors(fit, NAMES, raters)
    else:
        found = mean_errors(panel, fit, NAMES, raters, trim=int(of == "trimmed" and len(panel) == 6))
    total = covariance([found.common, found.rest], len(panel))
    np.testing.assert_allclose(np.diag(total), found.variance, rtol=1e-12)


def test_in_a_complete_panel_mean_and_adjusted_mean_are_one_thing():
    """Value, error and covariance: severity moves everybody alike."""
    fit = additive(COMPLETE)
    one, two = mean_errors(COMPLETE, fit, NAMES, "random"), adjusted_errors(fit, NAMES, "random")
    np.testing.assert_allclose(one.df, two.df)
    np.testing.assert_allclose(
        covariance([one.common, one.rest], 6), covariance([two.common, two.rest], 6), atol=1e-12
    )
    np.testing.assert_allclose(covariance([two.common, two.rest], 6), fit.covariance("random"), atol=1e-12)


def test_fixed_raters_cancel_only_where_all_have_marked():
    """Comparing townships, a severity stays in where one of them lacks that rater."""
    fit = additive(HOLES)
    found = mean_errors(HOLES, fit, NAMES, "fixed")
    missing_one = fit.rater_variance * (1 / 2 - 1 / 3) + fit.sigma**2 / 2
    np.testing.assert_allclose(found.variance, [missing_one] * 3 + [fit.sigma**2 / 3])


def test_degrees_of_freedom_follow_what_dominates():
    """A fixed panel has those of the residual; random raters little more than their own number less one."""
    fit = additive(COMPLETE)
    assert mean_errors(COMPLETE, fit, NAMES, "fixed").df.tolist() == pytest.approx([15.0] * 6)
    random = mean_errors(COMPLETE, fit, NAMES, "random").df
    between, residual, v = 6 * fit.rater_variance + fit.sigma**2, fit.sigma**2, fit.covariance("random")[0, 0]
    expected = v**2 / ((between / 24) ** 2 / 3 + ((1 / 4 - 1 / 24) * residual) ** 2 / 15)
    np.testing.assert_allclose(random, expected)


def test_the_spread_of_own_ratings_is_the_textbook_standard_error():
    """Standard deviation over the root of k; one rating has none, shared raters make units vary together."""
    panel = np.array([[80, 84, 88], [90, 92, 94], [70, NAN, NAN]])
    found = spread_errors(panel, "panel")
    np.testing.assert_allclose(found.variance, [16 / 3, 4 / 3, NAN])
    np.testing.assert_allclose(found.rest.covariance(3)[:2, :2], np.cov(panel[:2]) / 3, rtol=1e-12)
