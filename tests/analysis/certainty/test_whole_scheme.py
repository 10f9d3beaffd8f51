"""Chances where errors meet a tier, a cap or a coarse last digit: through the scheme, or said so."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.special import ndtr

import township_eval as te
from township_eval.methods.ranksets import grade_probabilities

CUTS = [{"name": "A", "at_least": 90}, {"name": "B", "at_least": 0}]
TIERS = {"method": "bands", "bounds": [80], "scores": [70, 100]}


def surveyed(
    shares: dict[str, float], *, scoring: Any = None, grades: Any = CUTS, n: int = 200, **scheme: Any
) -> te.Evaluation:
    """Return an evaluation of one survey, satisfied in these percents, with this rule."""
    leaf = {"id": "asked", "weight": 100, "basis": "t", **({"scoring": scoring} if scoring else {})}
    leaf["source"] = {"kind": "satisfaction", "scale": {"yes": 100, "no": 0}}
    given = te.read_scheme(
        {"name": "S", "version": "1", "index": {"children": [leaf]}, "grades": grades, **scheme}
    )
    rows = [
        (unit, answer, count)
        for unit, share in shares.items()
        for answer, count in (("yes", round(share * n / 100)), ("no", n - round(share * n / 100)))
    ]
    counts = pd.DataFrame(rows, columns=["unit", "answer", "count"])
    units = pd.DataFrame({"unit": list(shares), "name": list(shares)})
    return te.evaluate(given, te.Inputs(period="2018", units=units, satisfaction=counts))


def test_a_tier_within_the_errors_is_simulated_through_the_scheme() -> None:
    """One in two draws reaches the tier at 80: by the normal composite nobody would know."""
    evaluation = surveyed({"a": 80.0, "b": 40.0, "c": 81.0}, scoring=TIERS)
    found = te.grade_probabilities(evaluation, draws=4000, seed=3)
    assert found.attrs["method"] == "simulation"
    assert found.attrs["through"] == "scheme"
    assert found.attrs["mc_error"] == pytest.approx(0.5 / np.sqrt(4000))
    assert "4000" in found.attrs["note_zh"]
    assert "through the whole scheme" in found.attrs["note_en"]
    se = evaluation.leaves.se[0]
    truth = ndtr((np.array([80.0, 40.0, 81.0]) - 80.0) / se)
    assert np.abs(found["A"].to_numpy() - truth).max() < 4 * found.attrs["mc_error"]
    assert found["A"]["b"] == 0.0


@pytest.mark.parametrize("ties", ["", "all"])
@pytest.mark.parametrize("rank_on", ["rounded", "raw"])
def test_grades_and_ranks_are_those_of_the_simulation(rank_on: str, ties: str) -> None:
    """The same draws of the same seed: to the last bit what `simulate` counts, places and ties included."""
    quota = {"count": 1, "per": "all", **({"ties": ties} if ties else {})}
    graded = [{**CUTS[0], "quota": quota}, CUTS[1]]
    evaluation = surveyed({"a": 82.0, "b": 79.0, "c": 60.0}, scoring=TIERS, grades=graded, rank_on=rank_on)
    drawn = te.simulate(evaluation, draws=1000, seed=5)
    found = te.grade_probabilities(evaluation, draws=1000, seed=5)
    pd.testing.assert_frame_equal(found, drawn.grades, check_exact=True)
    chances = te.rank_probabilities(evaluation, draws=1000, seed=5)
    assert (chances.attrs["method"], chances.attrs["through"]) == ("simulation", "scheme")
    lower = 1 + (chances.to_numpy().cumsum(axis=1) < 0.025 - 1e-12).sum(axis=1)
    assert lower.tolist() == drawn.ranks["lower"].tolist()
    assert chances[1].sum() > 1.2  # a and b often share the first place


def test_only_who_meets_the_tier_is_drawn() -> None:
    """Grades by cut points alone: others keep their exact chances."""
    line = [[0, 0], [50, 50], [100, 90]]
    rule = {"method": "interpolate", "points": line}
    evaluation = surveyed({"a": 51.0, "b": 75.0}, scoring=rule, grades=[{**CUTS[0], "at_least": 71}, CUTS[1]])
    found = te.grade_probabilities(evaluation, draws=1000)
    point, se = evaluation.score[0, 1], evaluation.precision.se[0, 1]
    assert found.attrs["through"] == "scheme"
    assert found["A"]["b"] == pytest.approx(float(ndtr((point - 70.995) / se)), rel=1e-9)


def test_points_rounded_below_the_composite_are_drawn() -> None:
    """A leaf rounded to whole points jumps: no integral is right for that."""
    evaluation = surveyed({"a": 90.0, "b": 70.0}, rounding={"stage": "indicator", "digits": 0}, digits=0)
    found = te.grade_probabilities(evaluation, draws=2000)
    assert found.attrs["through"] == "scheme"
    truth = float(ndtr(0.5 / evaluation.precision.se[0, 0]))
    assert found["A"]["a"] == pytest.approx(truth, abs=4 * found.attrs["mc_error"])


def test_ties_of_rounded_points_are_integrated() -> None:
    """A tenth of an error as last digit: places under ties agree with plain draws."""
    points, se = np.array([91.0, 90.9, 90.0]), np.array([1.0, 0.8, 1.2])
    drawn = np.random.default_rng(1).normal(points, se, (400_000, 3))
    rounded = np.floor(drawn * 10 + 0.5) / 10
    best = rounded == rounded.max(axis=1, keepdims=True)
    truth = (best & (best.sum(axis=1, keepdims=True) == 1) & (rounded >= 90)).mean(axis=0)
    found = grade_probabilities(points, se, [90, 80], places=[1, None], digits=1)[0]
    assert np.abs(found - truth).max() < 0.003
    untied = grade_probabilities(points, se, [89.95, 80], places=[1, None])[0]
    assert np.abs(untied - truth).max() > 0.01


def test_exact_scores_that_tie_after_rounding_share_their_fate() -> None:
    """Raw ranks tell 90.001 from 90.004; grades follow 90.00 twice: one place is nobody's, two are both's."""
    for places, chances in ((1, [0.0, 0.0, 0.0]), (2, [1.0, 1.0, 0.0])):
        found = grade_probabilities(
            [90.001, 90.004, 70.0], [0.0, 0.0, 1.0], [85, 0], places=[places, None], digits=2,
            exact=[True, True, False],
        )  # fmt: skip
        assert found[0].tolist() == pytest.approx(chances, abs=1e-9)


def test_coarse_digits_are_drawn() -> None:
    """Whole points beside an error of two: who ties is counted draw by draw."""
    graded = [{**CUTS[0], "quota": {"count": 1, "per": "all"}}, CUTS[1]]
    shares = {"a": 92.0, "b": 91.0, "c": 60.0}
    assert te.grade_probabilities(surveyed(shares, grades=graded)).attrs["method"] == "quadrature"
    coarse = te.grade_probabilities(surveyed(shares, grades=graded, digits=0))
    assert (coarse.attrs["method"], coarse.attrs["through"]) == ("simulation", "composite")


def test_values_near_the_end_of_their_scale_are_said_to_be_rough() -> None:
    """Nobody is satisfied to 101 %: where the normal error goes there, tables say so; elsewhere not."""
    near, far = surveyed({"a": 99.0, "b": 70.0}), surveyed({"a": 85.0, "b": 70.0})
    for ask in (te.grade_probabilities, te.rank_probabilities, te.rank_sets):
        assert "end of its scale" in ask(near).attrs["note_en"]
        assert "end of its scale" not in ask(far).attrs["note_en"]
    assert any("1 units" in note.en for note in te.simulate(near, draws=50).notes)


def test_rank_sets_say_where_they_take_an_error_for_normal() -> None:
    """A set of a unit at a tier is approximate and noted; that of a unit far from it is not."""
    notes = te.rank_sets(surveyed({"a": 82.0, "b": 79.0, "c": 40.0}, scoring=TIERS))["note_en"]
    assert notes.str.contains("approximately").tolist() == [True, True, False]


def test_what_bars_from_a_grade_is_said_to_be_left_out() -> None:
    """Who may not have a grade has no chance of it, and the note says that bars are held as found."""
    barred = [{**CUTS[0], "unless": "composite < 95"}, CUTS[1]]
    chances = te.grade_probabilities(surveyed({"a": 92.0}, grades=barred))
    assert chances.iloc[0].tolist() == [0.0, 1.0]
    assert "按本期认定固定" in chances.attrs["note_zh"]
    assert "按本期认定固定" not in te.grade_probabilities(surveyed({"a": 92.0})).attrs["note_zh"]


def test_the_chance_of_the_last_places_adds_up_ranks() -> None:
    """P(bottom k) is the sum of the last k columns, of the class where ranks are inside it; labelled."""
    evaluation = surveyed({"a": 90.0, "b": 86.0, "c": 85.0, "d": 84.0})
    chances = te.rank_probabilities(evaluation)
    found = te.bottom_probabilities(evaluation, 2)
    assert found["p_bottom"].to_numpy() == pytest.approx(chances[[3, 4]].sum(axis=1).to_numpy())
    assert found["p_bottom"].sum() == pytest.approx(2.0)
    assert "no grounds for certainty" in found.attrs["note_en"]
    assert te.bottom_probabilities(evaluation, 4)["p_bottom"].tolist() == pytest.approx([1.0] * 4)
    with pytest.raises(ValueError, match="between 1 and 4"):
        te.bottom_probabilities(evaluation, 5)
    with pytest.raises(TypeError, match="k must be a whole number"):
        te.bottom_probabilities(evaluation, "2")


def test_more_than_fit_at_the_end_are_none_of_the_last() -> None:
    """Ties share the best rank: of three that tie for the last place none is among the last two."""
    evaluation = surveyed({"a": 99.0, "b": 30.0, "c": 30.0, "d": 30.0}, scoring=TIERS, n=2000)
    assert te.bottom_probabilities(evaluation, 2)["p_bottom"].tolist() == [0.0] * 4
    assert te.bottom_probabilities(evaluation, 3)["p_bottom"].tolist() == [0.0, 1.0, 1.0, 1.0]
