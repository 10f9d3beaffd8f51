"""Rules that take marks off or give them at discretion."""

import numpy as np
import pytest

from township_eval.methods.scoring import Deduction, Late, Mark


def test_dead_end_roads():
    """Two points, half a point off per road: one road left leaves 1.5 points."""
    assert Deduction(full=2, per_unit=0.5)([1.0]).item() * 2 / 100 == 1.5


def test_deduction_ends_at_the_floor():
    """Nothing goes below the floor, which is in points of the indicator."""
    assert Deduction(full=4, per_unit=1, floor=1)([9.0]).tolist() == [25.0]
    assert Deduction(full=4, per_unit=1)([9.0]).tolist() == [0.0]


def test_marks_of_graded_events_are_taken_as_they_are():
    """Without a rate the value is the marks lost; ``marks`` is so much per event."""
    assert Deduction(full=10)([3.5]).tolist() == [65.0]
    assert Deduction(full=10, marks=2)([3.0]).tolist() == [40.0]
    assert Deduction(per_unit=5)([3.0]).tolist() == [85.0]


def test_a_negative_number_of_events_is_outside():
    """Less than nothing cannot happen: it earns nothing and is reported."""
    rule = Deduction(full=2, per_unit=1)
    assert rule([-3.0]).tolist() == [100.0]
    assert rule.outside([-3.0, 0.0, np.nan]).tolist() == [True, False, False]


def test_full_points_by_unit():
    """The engine fills in the points of each unit's class."""
    assert Deduction(full=np.array([1.0, 2.0]), per_unit=0.5)([1.0, 1.0]).tolist() == [50.0, 75.0]


def test_deduction_faults():
    """Two rates, nothing to deduct from, negative rates and floors too high are faults."""
    assert Deduction(per_unit=1, marks=1).faults()
    assert Deduction(full=0, per_unit=1).faults()
    assert Deduction(per_unit=0).faults()
    assert Deduction(full=2, per_unit=1, floor=3).faults()
    assert Deduction(full=2, per_unit=0.5).faults() == ()


def test_marks_at_discretion():
    """A mark out of five is converted; above five it is reported."""
    assert Mark(full=5)([4.0, np.nan]).tolist()[0] == 80.0
    assert Mark(full=5).outside([0.0, 5.0, 5.1, -0.1, np.nan]).tolist() == [False, False, True, True, False]
    assert Mark(full=0).faults()
    assert Mark(full=5).full_value() == 5


@pytest.mark.parametrize(
    ("days", "score"), [(-4.0, 100.0), (0.0, 100.0), (3.0, 100.0), (5.0, 90.0), (99.0, 20.0)]
)
def test_days_late(days, score):
    """Free days cost nothing, each further day its points, down to the floor."""
    assert Late(per_day=5, free=3, floor=20)([days]).item() == score


def test_late_faults_and_words():
    """Impossible parameters are named, and the sentence says how much a day costs."""
    assert len(Late(per_day=0, free=-1, floor=101).faults()) == 3
    assert (
        Late(per_day=5, free=3, floor=20).words().zh
        == "按期完成得满分,逾期3天以内不扣分,此后每天扣满分的5%,最低得满分的20%"
    )
    assert (
        Late(per_day=5).words().en == "full marks when on time, 5% of full marks lost per day late, down to 0"
    )


def test_deduction_words():
    """The sentence says from what, how much, and where it ends."""
    assert Deduction(full=2, per_unit=0.5).words().zh == "从2分中每1个单位扣0.5分,扣完为止"
    assert (
        Deduction(marks=1, floor=1).words().en
        == "from the indicator's points, 1 off per event, at least 1 kept"
    )
