"""Parts of a difference add up, whatever they are parts of."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from township_eval.methods.differences import apportion, bennet, holm, shapley, two_sided

NUMBERS = st.floats(-1e3, 1e3, allow_nan=False)
SHARES = arrays(np.float64, (2, 4), elements=st.floats(0.01, 10))


@given(arrays(np.float64, (2, 2, 2, 2, 3), elements=NUMBERS))
def test_shapley_is_the_mean_over_all_24_orders(values) -> None:
    """Four players: the formula over coalitions gives the average marginal effect over the orders."""
    expected = np.zeros((4, 3))
    for order in permutations(range(4)):
        present = [0, 0, 0, 0]
        for player in order:
            before = values[tuple(present)]
            present[player] = 1
            expected[player] += (values[tuple(present)] - before) / 24
    found = shapley(values, 4)
    np.testing.assert_allclose(found, expected, atol=1e-9)
    np.testing.assert_allclose(found.sum(axis=0), values[1, 1, 1, 1] - values[0, 0, 0, 0], atol=1e-9)


def test_a_player_that_adds_takes_its_own_effect() -> None:
    """Adjustments, which are added whatever else holds, take no part of the others' change."""
    values = np.array([[0.0, 7.0], [3.0, 10.0]])
    assert shapley(values, 2).tolist() == [3.0, 7.0]


@given(SHARES, arrays(np.float64, (2, 4), elements=NUMBERS), st.integers(0, 3))
def test_parts_of_a_weighted_mean_add_up_exactly(weights, scores, gone) -> None:
    """Also when weights move between items, and when one is there in one of the periods alone."""
    weights[0, gone], scores[0, gone] = 0.0, np.nan
    shares = weights / weights.sum(axis=1, keepdims=True)
    totals = tuple(np.nansum(share * score) for share, score in zip(shares, scores, strict=True))
    parts = bennet(tuple(shares), tuple(scores), totals)
    assert parts.sum() == pytest.approx(totals[1] - totals[0], abs=1e-9)


def test_an_item_that_scores_as_the_rest_adds_nothing_by_coming() -> None:
    """A new indicator on which a township does as well as on all others has changed nothing."""
    shares = np.array([0.5, 0.5, 0.0]), np.array([0.25, 0.25, 0.5])
    scores = np.array([70.0, 70.0, np.nan]), np.array([70.0, 70.0, 70.0])
    assert bennet(shares, scores, (np.array(70.0), np.array(70.0))).tolist() == [0.0, 0.0, 0.0]


@given(arrays(np.float64, 6, elements=st.floats(-50, 50)), st.integers(-1, 1), st.integers(0, 3))
def test_printed_parts_add_up_to_the_printed_total(parts, off, digits) -> None:
    """To the last digit, also where rounding the ends has moved the total by one step."""
    step = 10.0**-digits
    total = round(parts.sum() / step + off) * step
    printed = apportion(parts, total, digits)
    assert printed[parts == 0].tolist() == [0.0] * int((parts == 0).sum())
    steps = np.round(printed / step)
    np.testing.assert_allclose(printed, steps * step, atol=1e-9)
    if (np.abs(parts) > 1e-6).any():
        assert steps.sum() == round(total / step)
        assert np.abs(printed - parts).max() <= 2.0 * step + 1e-9


def test_nan_parts_stay_and_count_as_nothing() -> None:
    """What is not known is printed as such."""
    assert apportion([np.nan, 0.26, 0.0], 0.3, 1).tolist()[1:] == [0.3, 0.0]


def test_holm_of_a_published_example() -> None:
    """Four hypotheses, .01 .04 .03 .005: two are rejected at .05 (Holm 1979; Wikipedia's worked example)."""
    found = holm([0.01, 0.04, 0.03, 0.005])
    np.testing.assert_allclose(found, [0.03, 0.06, 0.06, 0.02])


@given(arrays(np.float64, 7, elements=st.floats(0, 1)))
def test_holm_keeps_the_order_and_never_lowers_a_p_value(p) -> None:
    """Looking at more townships makes no single one surer."""
    found = holm(p)
    assert (found >= p - 1e-15).all()
    assert (np.diff(found[np.argsort(p, kind="stable")]) >= 0).all()


def test_few_degrees_of_freedom_make_a_change_less_sure() -> None:
    """The 97.5 % point of Student's t with 4 degrees of freedom is 2.776 (tables)."""
    assert two_sided(2.776445, 1.0, 4).item() == pytest.approx(0.05, abs=1e-6)
    assert np.isnan(two_sided([1.0, np.nan], [np.nan, 1.0])).all()
