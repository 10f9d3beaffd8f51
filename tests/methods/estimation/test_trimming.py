"""Extreme weights cut to a limit."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from township_eval.errors import DataError
from township_eval.methods.estimation.trimming import trim_weights

WEIGHTS = st.lists(st.floats(0.1, 1e4), min_size=1, max_size=30).map(np.array)


def by_repetition(weights, limit):
    """Cut and give the rest to all who were not cut, until nobody is above the limit."""
    w = weights.astype(float)
    for _ in range(10_000):
        above = w > limit * (1 + 1e-13)
        if not above.any():
            break
        cut = (w[above] - limit).sum()
        w = np.where(above, limit, w + cut / (~above).sum())
    return w


def test_what_is_cut_goes_to_the_others_in_equal_parts():
    """Of 1, 2, 2, 3, 10 the limit is 6: four to share out among four."""
    trimmed = trim_weights([1.0, 2.0, 2.0, 3.0, 10.0])
    assert trimmed.weights.tolist() == [2.0, 3.0, 3.0, 4.0, 6.0]
    assert (trimmed.limit, trimmed.n_cut, trimmed.n_at_limit) == (6.0, 1, 1)
    assert (trimmed.cut, trimmed.share) == (4.0, pytest.approx(4 / 18))


def test_nobody_is_lifted_above_the_limit():
    """A weight just below the limit gets only what fits; the rest goes to the smaller ones."""
    trimmed = trim_weights([1.0, 1.0, 1.0, 1.0, 2.9, 7.0], 3.0)
    assert trimmed.weights.tolist() == pytest.approx([1.975] * 4 + [3.0, 3.0])
    assert (trimmed.n_cut, trimmed.n_at_limit) == (1, 2)


def test_weights_below_the_limit_stay_as_they_are():
    """Nothing above the limit: nothing moves, and a copy is returned."""
    weights = np.array([1.0, 2.0, 3.0])
    trimmed = trim_weights(weights)
    assert trimmed.weights.tolist() == [1.0, 2.0, 3.0]
    assert trimmed.weights is not weights
    assert (trimmed.n_cut, trimmed.cut, trimmed.share) == (0, 0.0, 0.0)
    assert trim_weights([]).weights.tolist() == []


def test_a_weight_of_zero_stays_zero():
    """Who counts nothing is no part of the median and gets nothing."""
    trimmed = trim_weights([0.0, 1.0, 0.0, 2.0, 2.0, 3.0, 10.0])
    assert trimmed.weights.tolist() == [0.0, 2.0, 0.0, 3.0, 3.0, 4.0, 6.0]


def test_a_limit_below_the_mean_is_refused():
    """With the same sum some weight must stay above it; both numbers are named."""
    with pytest.raises(DataError, match=r"weights\.trim") as caught:
        trim_weights([1.0, 1.0, 1.0, 97.0])
    (problem,) = caught.value.problems
    assert "3 (3 medians)" in problem.what.en
    assert "25" in problem.what.zh
    assert problem.hint


@pytest.mark.parametrize("weights", [[1.0, -1.0], [1.0, np.nan], [1.0, np.inf]])
def test_weights_that_are_none_are_refused(weights):
    """Negative, missing and infinite weights cannot be trimmed."""
    with pytest.raises(ValueError, match="not negative"):
        trim_weights(weights)


def test_a_limit_must_be_positive():
    """Zero medians leave nobody anything."""
    with pytest.raises(ValueError, match="positive"):
        trim_weights([1.0], 0.0)


@given(WEIGHTS, st.sampled_from([1.5, 2.0, 3.0]))
def test_one_step_arrives_where_repetition_does(weights, times):
    """The closed form is the limit of cutting and sharing out again and again."""
    limit = times * np.median(weights)
    assume(weights.mean() < 0.99 * limit)
    assert trim_weights(weights, times).weights == pytest.approx(by_repetition(weights, limit), rel=1e-9)


@given(WEIGHTS, st.sampled_from([1.5, 2.0, 3.0]), st.randoms(use_true_random=False))
def test_sum_limit_and_order_are_kept(weights, times, random):
    """The sum stays, nobody passes the limit or another, and the order of persons does not matter."""
    assume(weights.mean() < times * np.median(weights))
    trimmed = trim_weights(weights, times)
    assert trimmed.weights.sum() == pytest.approx(weights.sum())
    assert trimmed.weights.max() <= trimmed.limit
    assert (np.diff(trimmed.weights[np.argsort(weights, kind="stable")]) >= 0).all()
    order = np.array(random.sample(range(len(weights)), len(weights)))
    assert trim_weights(weights[order], times).weights.tolist() == trimmed.weights[order].tolist()
