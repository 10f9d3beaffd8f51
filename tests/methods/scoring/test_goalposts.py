"""Rules between fixed posts."""

import numpy as np
import pytest

from township_eval.methods.scoring import Efficacy, Identity, Linear
from township_eval.methods.varying import Case, Varying


def test_linear_scores_the_posts_exactly():
    """The posts themselves score 0 and 100, in either direction."""
    assert Linear(low=20, high=85)([20.0, 85.0]).tolist() == [0.0, 100.0]
    assert Linear(low=40, high=0)([40.0, 0.0]).tolist() == [0.0, 100.0]


def test_linear_caps_unless_told_otherwise():
    """Beyond the posts a score stays at the post; without the cap the line goes on."""
    assert Linear(low=0, high=50)([-10.0, 60.0]).tolist() == [0.0, 100.0]
    assert Linear(low=0, high=50, cap=False)([-10.0, 60.0]).tolist() == [-20.0, 120.0]
    assert Linear(low=50, high=0, cap=False)([60.0]).tolist() == [-20.0]


def test_linear_never_shows_a_negative_zero():
    """A score of zero is printed as 0, not -0."""
    assert not np.signbit(Linear(low=40, high=0)([40.0, 45.0])).any()


def test_log_goalposts_reproduce_the_income_index():
    """HDI technical note 1: income index of 16,752 dollars with posts 100 and 75,000 is 0.774."""
    assert Linear(low=100, high=75000, scale="log")([16752.0]).item() == pytest.approx(77.36, abs=0.005)


def test_log_of_nothing():
    """Under log a value of zero scores like the low post when capped, and has no score when not."""
    capped, open_ended = Linear(low=1, high=100, scale="log"), Linear(low=1, high=100, scale="log", cap=False)
    assert capped([0.0, -3.0]).tolist() == [0.0, 0.0]
    assert not capped.outside([0.0]).any()
    assert np.isnan(open_ended([0.0, -3.0])).all()
    assert open_ended.outside([0.0, -3.0, 1.0, np.nan]).tolist() == [True, True, False, False]


def test_linear_posts_may_differ_by_unit():
    """A post may be an array with one number a unit."""
    assert Linear(low=0, high=np.array([50.0, 200.0]))([[25.0, 50.0], [50.0, 100.0]]).tolist() == [
        [50.0, 25.0],
        [100.0, 50.0],
    ]


def test_linear_faults_name_the_class_where_posts_coincide():
    """Posts that coincide for one class only are found, with the class."""
    faults = Linear(low=Varying((Case("一类", 40.0),), default=0.0), high=40).faults()
    assert [fault.zh for fault in faults] == ["下限与上限相同,都是40(一类)"]
    assert Linear(low=0, high=100).faults() == ()
    assert "posts above 0" in Linear(low=0, high=100, scale="log").faults()[0].en


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_infinite_parameters_are_faults(bad):
    """NaN and infinity are no parameters."""
    assert "finite" in Linear(low=0, high=bad).faults()[0].en


def test_identity_passes_values_through_to_the_last_bit():
    """A score given on 0-100 is the score, not a rounded neighbor of it."""
    values = np.random.default_rng(1).random(1000) * 100
    assert np.array_equal(Identity()(values), values)


def test_identity_tells_what_lies_outside():
    """Both ends are included; what lies beyond is told apart from what is missing."""
    rule = Identity(low=1, high=5)
    assert rule.outside([1.0, 5.0, 0.99, 5.01, np.nan]).tolist() == [False, False, True, True, False]
    assert rule([1.0, 5.0, 6.0]).tolist() == [0.0, 100.0, 125.0]
    assert Identity(low=5, high=1).faults()


def test_efficacy_keeps_the_classical_sixty_forty():
    """功效系数: 60 at the unacceptable value, 100 at the satisfactory one, linear beyond both."""
    rule = Efficacy(bad=10, good=2)
    assert rule([10.0, 6.0, 2.0, 0.0, 12.0]).tolist() == [60.0, 80.0, 100.0, 110.0, 50.0]
    assert rule.full_value() == 2.0
    assert Efficacy(bad=0, good=10, base=50, span=100).full_value() == 5.0
    assert "the same" in Efficacy(bad=3, good=3).faults()[0].en
