"""Rules against a target."""

from fractions import Fraction

import numpy as np
import pytest

from township_eval.methods.scoring import Step, Target, Threshold
from township_eval.methods.varying import Case, Varying


def test_attainment_with_floor_and_cap():
    """Below the floor nothing, at the floor its share, over the target nothing extra."""
    rule = Target(target=98, floor=60)
    assert rule([98.0, 112.0, 58.79, np.nan]).tolist()[:3] == [100.0, 100.0, 0.0]
    assert rule([58.8]).item() == pytest.approx(60)  # 58.8 / 98 is 60 %: the bound itself scores
    assert np.isnan(rule([np.nan])).all()


def test_the_floor_is_included_whatever_the_noise():
    """A quotient that equals the floor up to float noise has reached it."""
    assert Target(target=0.3, floor=100)([0.1 + 0.2]).item() == 100.0
    assert Target(target=3, floor=70)([2.1]).item() == pytest.approx(70)


def test_attainment_above_the_target():
    """``cap`` is the most an indicator can earn; None lets it run on."""
    assert Target(target=50, cap=120)([55.0, 75.0]).round(9).tolist() == [110.0, 120.0]
    assert Target(target=50, cap=None)([75.0]).tolist() == [150.0]


def test_a_negative_value_earns_nothing_and_costs_nothing():
    """Income that shrinks scores 0, not less."""
    assert Target(target=12)([-3.0]).tolist() == [0.0]


def test_lower_is_better():
    """With direction lower the quotient is turned over, and zero is the best there is."""
    rule = Target(target=10, direction="lower")
    assert rule([10.0, 20.0, 5.0, 0.0]).tolist() == [100.0, 50.0, 100.0, 100.0]
    assert Target(target=10, direction="lower", cap=150)([0.0, 8.0]).tolist() == [150.0, 125.0]
    uncapped = Target(target=10, direction="lower", cap=None)
    assert np.isnan(uncapped([0.0])).all()
    assert uncapped.outside([0.0, 5.0, np.nan]).tolist() == [True, False, False]


def test_zero_target_with_a_loss_per_unit():
    """断头路: target 0, so much lost per road left, down to nothing."""
    rule = Target(target=0, direction="lower", per_unit=25)
    assert rule([0.0, 1.0, 3.0, 9.0]).tolist() == [100.0, 75.0, 25.0, 0.0]
    assert rule.faults() == ()


def test_zero_target_without_a_loss_has_no_score():
    """A zero target alone is a fault; a unit whose share of a total is zero has no score."""
    assert "zero target" in Target(target=0).faults()[0].en
    shares = Varying((Case("640181101", 600.0),), default=0.0)
    assert Target(target=shares).faults() == ()
    rule = Target(target=np.array([600.0, 0.0]))
    assert rule([300.0, 5.0])[0] == 50.0
    assert np.isnan(rule([300.0, 5.0])[1])
    assert rule.outside([300.0, 5.0]).tolist() == [False, True]
    assert Target(target=0, direction="lower").outside([0.0]).all()


def test_target_faults_are_all_listed():
    """Every impossible parameter is named."""
    faults = Target(target=-1, floor=120, cap=0, per_unit=None, direction="upwards").faults()  # type: ignore[arg-type]
    assert len(faults) == 4


def test_target_words_name_the_classes():
    """The target is said with its cases, naturally in both languages."""
    words = Target(target=Varying((Case("一类", 98.0),), default=100.0), floor=80).words()
    assert words.zh == "目标值:一类98,其余100;按完成率(实际值÷目标值)计分;完成率低于80%不得分;超额不加分"
    assert words.en.startswith("target: 98 for 一类, otherwise 100; scored by attainment")


def test_full_value_of_a_target():
    """Full marks begin at the target, unless the cap keeps them out of reach."""
    assert Target(target=98).full_value() == 98
    assert Target(target=98, cap=80).full_value() is None


def test_growth_of_the_worked_example():
    """Growth of 13 % against 12 %: 4.2 of 4 points; of 20 %: the cap of 4.5."""
    rule = Step(target=12, base=100, up=5, up_cap=12.5, down=5, every=1)
    assert (rule([13.0, 20.0, 12.0, 10.0]) * 4 / 100).round(9).tolist() == [4.2, 4.5, 4.0, 3.6]


def test_whole_steps_count_completed_steps_only():
    """Half a step counts neither for nor against; float noise does not unmake a step."""
    rule = Step(target=98, up=10, down=10, every=0.1, whole_steps=True)
    assert rule([98.3, 97.95, 97.9, 97.89]).tolist() == [130.0, 100.0, 90.0, 90.0]


def test_step_ends_at_nothing():
    """扣完为止: the score stops at zero."""
    assert Step(target=10, down=30)([1.0]).tolist() == [0.0]


def test_full_value_of_steps():
    """From 80 % at the target, 20 points of 0.5 per percentage point are 40 points more."""
    assert Step(target=60, base=80, up=0.5).full_value() == 100.0
    assert Step(target=60, base=80, up=0.5, up_cap=10).full_value() is None
    assert Step(target=60, base=100, down=5).full_value() == 60
    assert Step(target=60, base=110, down=5).full_value() == 58.0
    assert Step(target=0, base=99, up=10, whole_steps=True).full_value() == 1.0


def test_step_faults():
    """Empty steps and negative points are faults."""
    assert len(Step(target=1, base=-1, up=-1, up_cap=-1, down=-1, every=0).faults()) == 5
    assert Step(target=12, base=100, up=5, up_cap=12.5, down=5).faults() == ()


@pytest.mark.parametrize(
    ("met", "of", "score"), [(6, 9, 100.0), (2, 3, 100.0), (5, 9, 0.0), (666, 1000, 0.0)]
)
def test_two_thirds_is_a_fraction(met, of, score):
    """不少于三分之二: six of nine passes, 0.666 does not."""
    assert Threshold(at_least=Fraction(2, 3))([met / of]).item() == score


def test_threshold_includes_its_bound_both_ways():
    """At least and at most both include the bound."""
    assert Threshold(at_least=12)([12.0, 11.999]).tolist() == [100.0, 0.0]
    assert Threshold(at_most=3)([3.0, 3.001]).tolist() == [100.0, 0.0]
    assert Threshold(at_most=0.3)([0.1 + 0.2]).item() == 100.0


def test_threshold_in_proportion():
    """Short of the bound the score is the share attained."""
    assert Threshold(at_least=2, otherwise="proportional")([1.0, -1.0, 3.0]).tolist() == [50.0, 0.0, 100.0]
    assert Threshold(at_most=2, otherwise="proportional")([4.0, 0.0]).tolist() == [50.0, 100.0]


def test_threshold_faults():
    """One bound, exactly; proportion needs a positive one."""
    assert Threshold().faults()
    assert Threshold(at_least=1, at_most=2).faults()
    assert Threshold(at_least=0, otherwise="proportional").faults()
    assert Threshold(at_least=1, otherwise=120).faults()
    assert Threshold(at_least=1, otherwise="half").faults()  # type: ignore[arg-type]
    assert Threshold(at_least=Fraction(2, 3)).faults() == ()
    with pytest.raises(ValueError, match="exactly one"):
        Threshold()([1.0])


def test_unknown_words_are_no_scores():
    """A word that is none of the rule's is a programming error when called, a fault when checked."""
    with pytest.raises(TypeError, match="'proportional'"):
        Threshold(at_least=1, otherwise="half")([1.0])  # type: ignore[arg-type]


def test_bounds_by_unit():
    """A unit without a bound has no score; the others keep theirs."""
    scores = Threshold(at_least=np.array([1.0, np.nan]))([2.0, 2.0])
    assert scores[0] == 100.0
    assert np.isnan(scores[1])
