"""Kendall's W and Fleiss' kappa at their limits."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from township_eval.methods.ratings import fleiss_kappa, kendall_w

NAN = np.nan


def test_one_order_is_full_concordance_and_opposite_orders_are_none():
    """W is 1 where all agree, ties included, and 0 where two orders cancel."""
    assert kendall_w([[60, 1, 5], [70, 2, 6], [70, 2, 6], [90, 4, 9]]).value == 1.0
    assert kendall_w([[1, 3], [2, 2], [3, 1]]).value == 0.0


def test_units_somebody_did_not_mark_are_left_out_and_counted(raters):
    """Of the first three raters' twelve units ten are complete."""
    found = kendall_w(raters.panel("incomplete")[:, :3])
    assert found.value == kendall_w(raters.on_three).value
    assert (found.n_units, found.n_left_out) == (10, 2)


def test_raters_who_tell_nobody_apart_leave_w_undefined():
    """All ties: NaN without a warning."""
    found = kendall_w(np.full((4, 3), 80.0))
    assert np.isnan([found.value, found.chi2, found.p]).all()


@pytest.mark.parametrize("m", [[[1.0, 2.0]], [[1.0], [2.0]], [[1.0, NAN], [NAN, 2.0], [1.0, 2.0]]])
def test_an_order_needs_two_units_and_two_raters(m):
    """With fewer there is nothing to agree on."""
    with pytest.raises(ValueError, match="two units rated by every rater and two raters"):
        kendall_w(m)


@given(arrays(np.float64, (6, 4), elements=st.integers(0, 9).map(float)), st.permutations(range(6)))
def test_w_depends_on_orders_only(scores, order):
    """Squaring the scores or arranging the units anew changes nothing."""
    expected = kendall_w(scores).value
    assert kendall_w(scores[order] ** 2).value == pytest.approx(expected, nan_ok=True)
    assert np.isnan(expected) or -1e-12 <= expected <= 1 + 1e-12


def test_full_agreement_on_several_categories_is_kappa_one():
    """Every unit in one category, not all in the same."""
    found = fleiss_kappa([[5, 0], [0, 5], [5, 0]])
    assert (found.value, found.se, found.lower, found.upper) == (1.0, 0.0, 1.0, 1.0)


def test_one_category_for_all_leaves_kappa_undefined():
    """Chance alone would agree as well: NaN without a warning."""
    found = fleiss_kappa([[5, 0], [5, 0]])
    assert np.isnan([found.value, found.se, found.z, found.p]).all()
    assert (found.observed, found.expected) == (1.0, 1.0)


def test_kappa_keeps_its_interval_within_its_range():
    """Neither below -1 nor above 1."""
    found = fleiss_kappa([[3, 0], [0, 3], [3, 0], [1, 2]])
    assert -1 <= found.lower < found.value < found.upper <= 1


@pytest.mark.parametrize(
    ("counts", "match"),
    [
        ([3, 2], "matrix"),
        ([[3, 2]], "at least two units"),
        ([[3, 2], [2, 2]], "unit 1 has 4 ratings"),
        ([[3, 2], [2.5, 2.5]], "unit 1 in category 0"),
        ([[3, -1], [1, 1]], "unit 0 in category 1"),
        ([[1, 0], [0, 1]], "two raters"),
    ],
)
def test_what_are_no_counts_is_refused(counts, match):
    """Shape, holes, parts of raters and single raters are named."""
    with pytest.raises(ValueError, match=match):
        fleiss_kappa(counts)


def test_a_level_of_kappa_lies_between_0_and_1():
    """95 is no level."""
    with pytest.raises(ValueError, match="not 95"):
        fleiss_kappa([[2, 1], [1, 2]], level=95)
