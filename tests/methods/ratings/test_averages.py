"""Several raters' scores of the same units."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from township_eval.methods.ratings import median, trimmed_mean

NAN = np.nan


def test_highest_and_lowest_are_dropped():
    """92, 88, 85, 90, 71 leave 88, 85, 90."""
    assert trimmed_mean([[92, 88, 85, 90, 71]], 1).tolist() == [(88 + 85 + 90) / 3]


def test_more_than_twice_the_trim_is_needed():
    """Two ratings and one to drop at each end leave nothing; three leave one."""
    assert np.isnan(trimmed_mean([[90, 80, NAN]], 1)).all()
    assert trimmed_mean([[90, 80, 70]], 1).tolist() == [80.0]
    assert np.isnan(trimmed_mean([[NAN, NAN]], 0)).all()
    assert trimmed_mean(np.empty((2, 0))).shape == (2,)


def test_equal_ratings_are_dropped_once():
    """Of two highest ratings one stays."""
    assert trimmed_mean([[95, 95, 80, 70]], 1).tolist() == [87.5]


def test_a_negative_trim_is_refused():
    """There is nothing to add."""
    with pytest.raises(ValueError, match="negative"):
        trimmed_mean([[1.0]], -1)


@given(
    arrays(np.float64, (3, 6), elements=st.floats(0, 100) | st.just(NAN)),
    st.integers(0, 2),
    st.permutations(range(6)),
)
def test_missing_raters_and_their_order_are_of_no_account(ratings, trim, order):
    """The result is the mean of the middle of what was given, unit by unit."""
    expected = []
    for row in ratings:
        given_ones = sorted(row[~np.isnan(row)])
        middle = given_ones[trim : len(given_ones) - trim]
        expected.append(np.mean(middle) if middle else NAN)
    assert trimmed_mean(ratings[:, order], trim) == pytest.approx(np.array(expected), nan_ok=True)


def test_fewer_raters_than_the_minimum_give_no_mean():
    """Two marked where three must: NaN; three are enough."""
    m = [[80, 90, NAN], [80, 90, 100]]
    assert trimmed_mean(m, minimum=3).tolist() == pytest.approx([NAN, 90.0], nan_ok=True)
    assert median(m, minimum=3).tolist() == pytest.approx([NAN, 90.0], nan_ok=True)


@given(arrays(np.float64, (3, 5), elements=st.floats(0, 100) | st.just(NAN)))
def test_median_is_that_of_the_ratings_given(ratings):
    """Missing ratings are of no account; nobody's rating gives NaN."""
    expected = [np.median(row[~np.isnan(row)]) if not np.isnan(row).all() else NAN for row in ratings]
    assert median(ratings) == pytest.approx(np.array(expected), nan_ok=True)
    assert np.isnan(median(np.empty((2, 0)))).all()
