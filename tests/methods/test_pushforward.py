"""A normal error through a rule, against closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import ndtr

from township_eval.methods import scoring
from township_eval.methods.pushforward import push_forward


def image(rule, value, se):
    """Return the image of one value, as floats."""
    found = push_forward(rule, rule.corners(), np.array([value]), np.array([se]))
    return found.mean.item(), found.sd.item(), found.slope.item()


def phi(z):
    """Return the normal density."""
    return np.exp(-z * z / 2) / np.sqrt(2 * np.pi)


@pytest.mark.parametrize("value", [40.0, 59.0, 60.0, 60.5, 63.0, 75.0])
def test_tiers_are_differences_of_the_normal_distribution(value):
    """Mean, spread and slope through three tiers are sums of cdf differences and densities, to 1e-10."""
    bounds, scores, se = np.array([60.0, 64.0]), np.array([20.0, 70.0, 100.0]), 2.0
    rule = scoring.Bands(bounds=tuple(bounds), scores=tuple(scores))
    z = np.concatenate([[-np.inf], (bounds - value) / se, [np.inf]])
    share = np.diff(ndtr(z))
    mean = share @ scores
    sd = np.sqrt(share @ (scores - mean) ** 2)
    slope = (np.diff(scores) * phi(z[1:-1])).sum() / se
    assert image(rule, value, se) == pytest.approx((mean, sd, slope), rel=1e-10, abs=1e-9)


@pytest.mark.parametrize("value", [80.0, 97.0, 100.0, 104.0])
def test_a_cap_is_the_censored_normal(value):
    """E min(X, 100) and its spread have a closed form; the slope is the share below the cap."""
    se = 3.0
    rule = scoring.Target(target=100)
    z = (100 - value) / se
    below, density = ndtr(z), phi(z)
    mean = value * below - se * density + 100 * (1 - below)
    square = (value**2 + se**2) * below - se * (value + 100) * density + 100**2 * (1 - below)
    expected = mean, np.sqrt(square - mean**2), below
    assert image(rule, value, se) == pytest.approx(expected, rel=1e-9)


def test_a_straight_line_keeps_its_error():
    """Without a corner the spread is slope times error, beyond the ends of the scale too."""
    assert image(scoring.Identity(), 99.0, 5.0) == pytest.approx((99.0, 5.0, 1.0), rel=1e-12)
    assert image(scoring.Linear(low=40, high=0, cap=False), 10.0, 2.0) == pytest.approx((75.0, 5.0, -2.5))


def test_a_logarithm_between_its_posts_agrees_with_fine_sums():
    """A smooth rule with caps agrees with a trapezoid of two million points."""
    rule, value, se = scoring.Linear(low=10, high=90, scale="log"), 30.0, 12.0
    z = np.linspace(-9, 9, 2_000_001)
    weight = phi(z) / phi(z).sum()
    scores = rule(value + se * z)
    mean = weight @ scores
    sd = np.sqrt(weight @ (scores - mean) ** 2)
    assert image(rule, value, se)[:2] == pytest.approx((mean, sd), rel=1e-8)


def test_values_without_a_score_are_left_out():
    """Where a quotient has none (nothing left, uncapped), the result is that of the other values."""
    rule = scoring.Target(target=10, direction="lower", cap=None, floor=50)
    mean, sd, _ = image(rule, 12.0, 1.0)
    assert 0 < sd < np.inf
    assert 70 < mean < 100


def test_each_unit_has_its_own_corners():
    """Two units with their own targets give what each gives alone."""
    value, se = np.array([79.0, 99.0]), np.array([2.0, 4.0])
    both = scoring.Target(target=np.array([80.0, 100.0]), floor=90)
    found = push_forward(both, both.corners(), value, se)
    for at, target in enumerate((80.0, 100.0)):
        alone = image(scoring.Target(target=target, floor=90), value[at], se[at])
        assert (found.mean[at], found.sd[at], found.slope[at]) == pytest.approx(alone, rel=1e-12)
