"""Rules that compare units."""

import numpy as np
import pytest

from township_eval.methods.scoring import MinMax, Percentile, RankStep, RankSumRatio, RatioToBest, ZScore

NAN = np.nan


def test_min_max_goes_from_worst_to_best():
    """The worst scores low, the best high; the direction decides which is which."""
    assert MinMax(low=60, high=100)([1.0, 3.0, 5.0]).tolist() == [60.0, 80.0, 100.0]
    assert MinMax(low=60, high=100, direction="lower")([1.0, 3.0, 5.0]).tolist() == [100.0, 80.0, 60.0]


@pytest.mark.parametrize("rule", [MinMax(), ZScore()])
@pytest.mark.parametrize("values", [[7.0], [7.0, 7.0, 7.0], [0.1 + 0.2, 0.3], [7.0, NAN]])
def test_a_constant_cohort_has_no_score_unless_stated(rule, values):
    """One unit, equal values, values equal up to float noise: NaN and `is_constant`, or the stated score."""
    assert np.isnan(rule(values)).all()
    assert rule.is_constant(values)
    given = ~np.isnan(values)
    assert rule.outside(values).tolist() == given.tolist()
    stated = type(rule)(constant=80)(values)
    assert stated[given].tolist() == [80.0] * given.sum()
    assert np.isnan(stated[~given]).all()


def test_nobody_is_not_a_constant_cohort():
    """A cohort without values has no scores and is no problem of the rule."""
    for rule in (MinMax(), ZScore(), RatioToBest(), RankStep(step=5), Percentile(), RankSumRatio()):
        assert np.isnan(rule([NAN, NAN])).all()
        assert not rule.is_constant([NAN, NAN])
        assert rule([]).shape == (0,)


def test_constant_rows_are_told_apart():
    """Each cohort along the last axis is judged by itself."""
    values = np.array([[1.0, 1.0], [1.0, 2.0]])
    assert MinMax().is_constant(values).tolist() == [True, False]
    assert MinMax(constant=50)(values).tolist() == [[50.0, 50.0], [0.0, 100.0]]


def test_z_score_uses_the_stated_denominator():
    """With ddof 1 it divides by n - 1, with 0 by n."""
    values = np.array([3.0, 5.0, 10.0, NAN])
    for ddof in (0, 1):
        expected = (values[:3] - 6) / values[:3].std(ddof=ddof)
        assert ZScore(ddof=ddof)(values)[:3] == pytest.approx(expected, rel=1e-14)
    assert ZScore(mean=70, sd=10, direction="lower")([1.0, 2.0, 3.0]).tolist() == [80.0, 70.0, 60.0]
    assert ZScore(sd=0).faults()
    assert ZScore(ddof=2).faults()


def test_ratio_to_best():
    """560 of 560 is 600 points, 504 is 540; where lower is better the quotient turns over."""
    assert (RatioToBest()([560.0, 504.0, NAN]) * 6)[:2].tolist() == [600.0, 540.0]
    assert RatioToBest(direction="lower")([10.0, 20.0]).tolist() == [100.0, 50.0]


def test_ratio_to_a_best_of_zero_or_less():
    """No value above 0 leaves no ratio; a best of 0 where lower is better earns all, the others nothing."""
    rule = RatioToBest()
    assert np.isnan(rule([-1.0, -2.0])).all()
    assert rule.outside([-1.0, -2.0]).all()
    assert rule([4.0, -2.0]).tolist() == [100.0, 0.0]
    assert RatioToBest(direction="lower")([0.0, 3.0]).tolist() == [100.0, 0.0]
    assert np.isnan(RatioToBest(direction="lower")([-1.0, 3.0])).all()
    assert rule([5.0, 5.0]).tolist() == [100.0, 100.0]
    assert np.isnan(rule([0.0, 0.0])).all()


def test_rank_steps_of_the_monthly_assessment():
    """争先进位 100/95/90/85 %; 瑞安 200, 196, 192."""
    assert (RankStep(step=5)([4.0, 3.0, 2.0, 1.0]) * 4 / 100).round(9).tolist() == [4.0, 3.8, 3.6, 3.4]
    assert (RankStep(step=2)([9.0, 8.0, 7.0]) * 2).tolist() == [200.0, 196.0, 192.0]


def test_ties_share_the_better_place():
    """1, 2, 2, 4; values that differ by float noise tie; the missing takes no place."""
    assert RankStep(step=10)([9.0, 0.3, 0.1 + 0.2, 0.1, NAN]).tolist()[:4] == [100.0, 90.0, 90.0, 70.0]
    assert RankStep(step=10, direction="lower")([1.0, 2.0]).tolist() == [100.0, 90.0]


def test_equal_values_under_rank_rules():
    """Everybody equal: first place for all, all of the percentile, the average rank of the ratio."""
    assert RankStep(step=10)([5.0, 5.0]).tolist() == [100.0, 100.0]
    assert Percentile()([5.0, 5.0]).tolist() == [100.0, 100.0]
    assert Percentile()([5.0]).tolist() == [100.0]
    assert RankSumRatio()([5.0, 5.0]).tolist() == [75.0, 75.0]
    assert RankStep(step=10, constant=60)([5.0, 5.0]).tolist() == [60.0, 60.0]


def test_floor_of_rank_steps():
    """Places far down stay at the floor."""
    assert RankStep(step=10, floor=60)(np.arange(9.0)).tolist() == [60.0] * 5 + [70.0, 80.0, 90.0, 100.0]
    assert RankStep(step=0).faults()
    assert RankStep(step=5, floor=120).faults()


def test_comparisons_say_with_whom():
    """The sentence names the cohort and the direction where they are stated."""
    words = RankStep(step=10, floor=60, cohort="group").words()
    assert words.zh == "同类单位之间比较,按名次计分:第1名得满分,每降1位减满分的10%,最低得满分的60%"
    assert MinMax(direction="lower", constant=80).words().en == (
        "full marks for the best, nothing for the worst, the others in proportion, lower is better; "
        "80% of full marks if all values are the same"
    )


def test_comparison_faults():
    """Unknown directions and cohorts are named."""
    assert MinMax(direction="up", cohort="county", constant=-1).faults()[2:]  # type: ignore[arg-type]
    assert MinMax(low=100, high=0).faults()
    assert MinMax(low=60).faults() == ()
