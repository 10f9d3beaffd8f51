"""How far raters' severities last."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from township_eval.methods.ratings import additive
from township_eval.methods.ratings.persistence import (
    NO_SEVERITIES,
    Severities,
    joined_severities,
    persistence,
)


def panel(severity, variance=4.0, names="ABCDEFGHIJ", label="leaf/"):
    """Return one panel's severities."""
    many = len(severity)
    at = np.zeros(many, dtype=np.intp)
    return Severities(
        (label,), np.array([variance]), np.array([12.0]), at, tuple(names[:many]), np.array(severity)
    )


def drawn(rng, severity):
    """Return what a complete panel of twelve units tells of severities."""
    fit = additive(70 + severity + rng.normal(0, 4, (12, len(severity))))
    return panel(fit.severity, fit.rater_variance)


@pytest.mark.parametrize("rho", [0.0, 0.5, 1.0])
def test_the_covariance_of_severities_is_estimated_without_bias(rho) -> None:
    """Over 400 pairs of panels the estimated covariance of true severities averages to what was drawn."""
    rng = np.random.default_rng([7, int(10 * rho)])
    found = []
    for _ in range(400):
        one = rng.normal(0, 5, 6)
        two = rho * one + np.sqrt(1 - rho**2) * rng.normal(0, 5, 6)
        pair = drawn(rng, one), drawn(rng, two)
        told = persistence(*pair)
        covariance = (
            0.0 if told is None else told.correlation * np.sqrt(pair[0].variance[0] * pair[1].variance[0])
        )
        found.append(covariance)
    error = np.std(found) / np.sqrt(len(found))
    slack = 1.0 if rho else 0.0  # at most 1 is taken, which only lowers it
    assert rho * 25 - slack - 3 * error <= np.mean(found) <= rho * 25 + 3 * error


@given(arrays(np.float64, (2, 6), elements=st.floats(-20, 20)), st.permutations(range(6)))
def test_it_lies_between_minus_one_and_one_whatever_the_order(severities, order) -> None:
    """Nor does it matter which period comes first, or in what order raters stand."""
    one, two = (panel(row) for row in severities)
    found, back = persistence(one, two), persistence(two, one)
    moved = panel(severities[0][order], names=[one.names[k] for k in order])
    again = persistence(moved, two)
    if found is None:
        assert back is None
        assert again is None
        return
    assert -1 <= found.correlation <= 1
    assert found.df == 5
    assert found == again
    assert back is not None
    assert back.correlation == pytest.approx(found.correlation, abs=1e-9)
    assert min(found.spread) >= 1


def test_two_raters_tell_nothing() -> None:
    """Two lie on a line whatever they do; no raters, other raters and another leaf tell nothing either."""
    assert persistence(panel([1.0, -1.0]), panel([1.0, -1.0])) is None
    assert persistence(NO_SEVERITIES, panel([1.0, 2.0, 3.0])) is None
    assert persistence(panel([1.0, 2.0, 4.0]), panel([1.0, 2.0, 4.0], names="XYZ")) is None
    assert persistence(panel([1.0, 2.0, 4.0]), panel([1.0, 2.0, 4.0], label="other/")) is None
    assert persistence(panel([1.0, 2.0, 4.0], 0.0), panel([1.0, 2.0, 4.0])) is None


def test_raters_of_two_leaves_are_counted_once() -> None:
    """Degrees of freedom are those of the persons; other persons add theirs, less one a set."""
    severity = [3.0, -1.0, -2.5, 0.5]
    twice = joined_severities([panel(severity, label="a/"), panel(severity, label="b/")])
    apart = joined_severities([panel(severity, label="a/"), panel(severity, names="WXYZ", label="b/")])
    for both, df in ((twice, 3), (apart, 6)):
        found = persistence(both, both)
        assert found is not None
        assert (found.df, both.raters_df) == (df, df)
    assert joined_severities([]) is NO_SEVERITIES
