"""Rules by zones of the value."""

import numpy as np
import pytest

from township_eval.methods.scoring import Bands, Interpolate, Range, tier_faults
from township_eval.methods.varying import Case, Varying


def test_three_to_five_sites():
    """3—5: below in proportion, inside full, above full, as the worked example states it."""
    rule = Range(low=3, high=5, below="proportional", above="full")
    assert rule([0.0, 1.0, 3.0, 4.0, 5.0, 8.0]).round(6).tolist() == [
        0.0,
        33.333333,
        100.0,
        100.0,
        100.0,
        100.0,
    ]


def test_zones_with_numbers_and_proportion_above():
    """A zone may have a fixed score, or lose in proportion above the range."""
    assert Range(low=1, high=2, below=30, above="proportional")([0.0, 4.0, -2.0]).tolist() == [
        30.0,
        50.0,
        30.0,
    ]
    assert np.isnan(Range(low=1, high=2)([np.nan])).all()


def test_zones_by_unit():
    """A zone's score may differ by unit; an unknown word is no score."""
    assert Range(low=3, high=5, above=np.array([0.0, 50.0]))([9.0, 9.0]).tolist() == [0.0, 50.0]
    with pytest.raises(TypeError, match="'full' or 'proportional'"):
        Range(low=3, high=5, above="half")([9.0])  # type: ignore[arg-type]


def test_range_faults():
    """An empty range, unknown words and proportion to nothing are faults."""
    assert Range(low=5, high=3).faults()
    assert Range(low=0, high=3, below="proportional").faults()
    assert Range(low=1, high=3, above="half").faults()  # type: ignore[arg-type]
    assert Range(low=1, high=3, above=101).faults()
    assert Range(low=3, high=5, below="proportional", above="full").faults() == ()


def test_range_says_its_zones():
    """What happens above the range is printed, because documents leave it open."""
    words = Range(low=3, high=5, below="proportional", above="full").words()
    assert words.zh == "3至5得满分;低于下限按比例得分,高于上限得满分"
    assert words.en == "full marks from 3 to 5; a score in proportion below, full marks above"


def test_the_vote_of_five_tiers():
    """瑞安 2012: at 90 % the best tier begins; each lower bound belongs to its tier."""
    rule = Bands(bounds=(60, 70, 80, 90), scores=(80, 85, 90, 95, 100))
    assert (rule([100.0, 90.0, 89.999, 80.0, 60.0, 59.0]) * 2).tolist() == [
        200.0,
        200.0,
        190.0,
        190.0,
        170.0,
        160.0,
    ]
    assert rule.full_value() == 90


def test_bands_may_fall():
    """Where less is better, scores descend; full marks are then below the first bound."""
    rule = Bands(bounds=(1, 3), scores=(100, 60, 0))
    assert rule([0.0, 1.0, 3.0]).tolist() == [100.0, 60.0, 0.0]
    assert rule.full_value() is None


def test_band_faults():
    """Bounds that do not ascend leave a tier nobody reaches; scores must fit the bounds."""
    assert "cannot be reached" in Bands(bounds=(60, 60, 80), scores=(0, 1, 2, 3)).faults()[0].en
    assert "one more" in Bands(bounds=(60, 80), scores=(0, 1)).faults()[0].en
    assert Bands(bounds=(), scores=(1,)).faults()
    assert Bands(bounds=(1,), scores=(-1, 1)).faults()
    varying = (Varying((Case("一类", 90.0),), default=60.0), 80)
    assert [fault.en for fault in Bands(bounds=varying, scores=(0, 50, 100)).faults()] == [
        "bounds must ascend: 90 is followed by 80, so a tier cannot be reached (一类)"
    ]


def test_the_gap_of_the_river_chief_scheme_is_found():
    """>=90 优秀, 60-89 合格, <60 不合格: nobody says what 89.5 is."""
    tiers = [{"from": 90.0, "score": 100}, {"from": 60, "to": 89.0, "score": 80}, {"to": 60, "score": 0}]
    assert [text.zh for text in tier_faults(tiers)] == ["89至90之间没有档位"]
    with pytest.raises(ValueError, match="no tier covers 89 to 90"):
        Bands.from_tiers(tiers)


def test_overlaps_and_missing_parts_are_found():
    """Overlapping tiers, absent bounds and absent scores are all named."""
    found = tier_faults(
        [{"from": 80, "score": 9}, {"from": 60, "to": 85, "score": 8}, {"to": None, "score": None}]
    )
    assert len(found) == 3


def test_tiers_without_fault_become_bands():
    """From-to tiers in any order give the same rule as bounds and scores."""
    tiers = [{"from": 60, "to": 90, "score": 80}, {"to": 60, "score": 0}, {"from": 90, "score": 100}]
    assert Bands.from_tiers(tiers) == Bands(bounds=(60, 90), scores=(0, 80, 100))


def test_bands_by_unit():
    """Bounds and scores may be arrays with one number a unit."""
    rule = Bands(bounds=(np.array([60.0, 80.0]),), scores=(0, np.array([50.0, 100.0])))
    assert rule([[70.0, 70.0], [90.0, 90.0]]).tolist() == [[50.0, 0.0], [50.0, 100.0]]


def test_interpolation_agrees_with_numpy():
    """Straight lines through the points, level outside, as ``numpy.interp``."""
    points = ((60, 0), (80, 60), (95, 100), (120, 80))
    values = np.linspace(40, 140, 501)
    expected = np.interp(values, *np.array(points, dtype=float).T)
    assert Interpolate(points=points)(values) == pytest.approx(expected, abs=1e-12)
    assert Interpolate(points=points)([60.0, 80.0, 95.0, 120.0]).tolist() == [0.0, 60.0, 100.0, 80.0]


def test_full_value_of_interpolation():
    """The first value that reaches 100."""
    assert Interpolate(points=((0, 0), (10, 200))).full_value() == 5.0
    assert Interpolate(points=((5, 100), (10, 0))).full_value() == 5.0
    assert Interpolate(points=((0, 0), (10, 90))).full_value() is None


def test_point_faults():
    """Two points at least, ascending, no negative scores."""
    assert Interpolate(points=((1, 1),)).faults()
    assert Interpolate(points=((1, 1), (1, 2))).faults()
    assert Interpolate(points=((1, -1), (2, 2))).faults()
    assert Interpolate(points=((1, 1), (2, 2))).faults() == ()
