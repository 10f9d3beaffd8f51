"""Every rule tells where it jumps or bends; between these values it is smooth."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from township_eval.methods import scoring
from township_eval.methods.own import Own
from township_eval.methods.scoring import RULES

RULES_TOLD = [
    scoring.Linear(low=20, high=85),
    scoring.Linear(low=40, high=0),
    scoring.Linear(low=40, high=0, cap=False),
    scoring.Linear(low=1, high=90, scale="log"),
    scoring.Target(target=80, floor=60),
    scoring.Target(target=50, cap=None),
    scoring.Target(target=50, cap=60, floor=80),
    scoring.Target(target=40, direction="lower", cap=120),
    scoring.Target(target=40, direction="lower", floor=50),
    scoring.Target(target=10, direction="lower", per_unit=2, floor=30),
    scoring.Target(target=30, per_unit=4, cap=None),
    scoring.Step(target=50, base=80, up=1, up_cap=30, down=2, every=0.5),
    scoring.Step(target=50, base=80, down=2),
    scoring.Step(target=50, base=80, up=2),
    scoring.Threshold(at_least=60),
    scoring.Threshold(at_least=Fraction(200, 3), otherwise="proportional"),
    scoring.Threshold(at_most=30, otherwise="proportional"),
    scoring.Range(low=30, high=50, below="proportional", above="full"),
    scoring.Range(low=30, high=50, below=20, above="proportional"),
    scoring.Bands(bounds=(60, 70, 80, 90), scores=(0, 60, 70, 80, 100)),
    scoring.Interpolate(points=((10, 0), (50, 60), (90, 100))),
    scoring.Efficacy(bad=20, good=80),
    scoring.Deduction(full=4, per_unit=0.5),
    scoring.Deduction(full=40, floor=10),
    scoring.Mark(full=80),
    scoring.Late(per_day=2, free=3, floor=20),
    scoring.Identity(),
]
each_rule = pytest.mark.parametrize("rule", RULES_TOLD, ids=lambda rule: rule.method)
STEP = 0.01


def test_every_rule_says_what_it_knows_of_its_corners():
    """Rules that compare units, and whole steps, tell none; all others are looked at below."""
    told = {rule.method for rule in RULES_TOLD}
    assert told == {name for name, cls in RULES.items() if not cls.compares_units}
    for name in set(RULES) - told:
        assert RULES[name](**({"step": 5} if name == "rank_step" else {})).corners() is None
    assert scoring.Step(target=50, up=5, down=5, whole_steps=True).corners() is None


@each_rule
def test_every_visible_kink_is_a_declared_corner(rule):
    """On a fine grid the score jumps, and its slope changes, nowhere but at a corner."""
    x = np.arange(-20.0, 140.0, STEP) + STEP / 3
    corners = rule.corners()[:, 0]
    corners = corners[~np.isnan(corners)]
    slope = np.diff(rule(x)) / STEP
    bend = np.abs(np.diff(slope))
    # a smooth curve of these parameters bends by less than this between two points of the grid
    bent = x[1:-1][~(bend <= 2.0 * STEP * (1.0 + np.abs(slope[1:])))]
    away = np.abs(bent[:, None] - corners[None, :]).min(axis=1) if len(bent) else np.empty(0)
    assert len(corners) or not len(bent)
    assert (away <= 2 * STEP).all()


@each_rule
@given(start=st.floats(-20, 140), width=st.floats(0.05, 5.0))
def test_a_polynomial_fits_where_there_is_no_corner(rule, start, width):
    """Between corners the score is so smooth that six points give all points in between."""
    corners = np.append(rule.corners()[:, 0], np.inf)
    if np.any((corners > start - 1e-6) & (corners < start + width + 1e-6)):
        return
    if rule.method in {"linear", "target", "range", "threshold"} and 0 < start < 3 * width:
        return  # near the pole of a quotient or a logarithm six points are too few
    nodes = start + width * (1 - np.cos(np.pi * (np.arange(6) + 0.5) / 6)) / 2
    inside = start + width * np.linspace(0, 1, 17)
    scores = rule(nodes)
    if np.isnan(scores).any():
        return
    t, at = (nodes - start) / width, (inside - start) / width
    fitted = np.polynomial.chebyshev.Chebyshev.fit(t, scores, 5, domain=[0, 1])(at)
    assert rule(inside) == pytest.approx(fitted, rel=1e-4, abs=1e-6)


def test_corners_are_in_units_of_the_value():
    """A few worked by hand: the floor and cap of an attainment, what costs all points, the free days."""
    assert scoring.Target(target=80, floor=60).corners().tolist() == [[0.0], [48.0], [80.0]]
    assert scoring.Target(target=40, direction="lower", cap=120).corners()[1:].ravel() == pytest.approx(
        [100 / 3, 0.0]
    )
    assert scoring.Deduction(full=4, per_unit=0.5).corners().tolist() == [[0.0], [8.0]]
    assert scoring.Late(per_day=2, free=3, floor=20).corners().tolist() == [[3.0], [43.0]]
    assert scoring.Bands(bounds=(60, 70), scores=(0, 60, 100)).corners().tolist() == [[60.0], [70.0]]


def test_corners_differ_by_unit_where_parameters_do():
    """A target for each unit gives each its own corners."""
    rule = scoring.Target(target=np.array([80.0, 100.0]), floor=60)
    assert rule.corners().tolist() == [[0.0, 0.0], [48.0, 60.0], [80.0, 100.0]]


class Told:
    """An own rule that tells its corners."""

    def __call__(self, values):
        """Return nothing below 50."""
        return np.where(values < 50, 0.0, values)

    def corners(self):
        """Return the cut."""
        return [50.0]


def test_own_rules_may_tell_theirs():
    """An own rule's corners are asked for; one that tells none is taken to be rough everywhere."""
    assert Own("told", (), Told).corners().tolist() == [[50.0]]
    assert Own("silent", (), object).corners() is None
