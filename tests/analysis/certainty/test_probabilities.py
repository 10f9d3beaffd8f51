"""Probabilities of ranks and grades: plug-ins that agree with each other and say what they are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import ndtr

import township_eval as te
from township_eval.analysis.certainty import grades as grading
from township_eval.analysis.certainty import probabilities

SHARES = {"a": 90.0, "b": 88.0, "c": 85.0, "d": 60.0}
CUTS = [{"name": "A", "at_least": 88}, {"name": "B", "at_least": 60}, {"name": "C", "at_least": 0}]
ONE = [{**CUTS[0], "quota": {"count": 1, "per": "all"}}, *CUTS[1:]]


def test_two_townships_by_hand(survey) -> None:
    """P(first) is the normal probability that the difference is above zero."""
    evaluation = survey({"a": 90.0, "b": 88.0})
    spread = np.hypot(*evaluation.precision.se[0])
    found = te.rank_probabilities(evaluation)
    assert found.attrs["method"] == "quadrature"
    assert found.loc["a", 1] == pytest.approx(float(ndtr(2.0 / spread)), rel=1e-9)
    assert found.to_numpy().sum(axis=0) == pytest.approx([1.0, 1.0])


def test_drawing_agrees_with_quadrature(survey, monkeypatch) -> None:
    """The same probabilities within four Monte-Carlo errors, and the error is stated."""
    evaluation = survey(SHARES)
    exact = te.rank_probabilities(evaluation)
    monkeypatch.setattr(probabilities, "QUADRATURE", 0)
    drawn = te.rank_probabilities(evaluation, draws=20_000)
    assert drawn.attrs["mc_error"] == pytest.approx(0.5 / np.sqrt(20_000))
    assert np.abs(drawn - exact).to_numpy().max() < 4 * drawn.attrs["mc_error"]


def test_probabilities_say_what_they_are(survey) -> None:
    """Every table carries in both languages that it is a plug-in and no ground for certainty."""
    evaluation = survey(SHARES, grades=CUTS)
    for found in (
        te.rank_probabilities(evaluation),
        te.grade_probabilities(evaluation),
        te.rank_sets(evaluation),
    ):
        assert "flat-prior plug-in" in found.attrs["note_en"]
        assert "平先验代入值" in found.attrs["note_zh"]


def test_grades_without_quota_follow_the_cut(survey) -> None:
    """Points are rounded before they are graded: the cut that counts lies half a hundredth lower."""
    evaluation = survey(SHARES, grades=CUTS)
    found = te.grade_probabilities(evaluation)
    points, se = evaluation.score[0], evaluation.precision.se[0]
    assert found.attrs["method"] == "cut points"
    assert found["A"].to_numpy() == pytest.approx(ndtr((points - 87.995) / se), rel=1e-12)
    assert found.sum(axis=1).to_numpy() == pytest.approx(np.ones(4))


def test_grades_with_places_by_quadrature_and_by_drawing(survey, monkeypatch) -> None:
    """One place for all: quadrature and draws through ranks and places agree within the draws' error."""
    evaluation = survey(SHARES, grades=ONE)
    exact = te.grade_probabilities(evaluation)
    monkeypatch.setattr(grading, "QUADRATURE", 0)
    drawn = te.grade_probabilities(evaluation, draws=20_000)
    assert (exact.attrs["method"], drawn.attrs["method"]) == ("quadrature", "simulation")
    assert np.abs(drawn - exact).to_numpy().max() < 4 * drawn.attrs["mc_error"]
    assert exact["A"].sum() <= 1.0


def test_equal_points_without_error_share_the_fate_that_was_published(figures, survey) -> None:
    """Two firsts for one place: nobody has it, in the result as in the probabilities."""
    tied = figures({"a": 90.0, "b": 90.0, "c": 70.0}, grades=ONE)
    found = te.grade_probabilities(tied)
    assert found.attrs["method"] == "exact"
    assert found.attrs["mc_error"] == 0.0
    assert found.idxmax(axis=1).tolist() == tied.results["grade"].tolist() == ["B", "B", "B"]
    assert found.to_numpy().max(axis=1).tolist() == [1.0, 1.0, 1.0]
    mixed = survey({"a": 90.0, "b": 90.0, "c": 60.0}, grades=ONE)
    se = mixed.precision.se.copy()
    se[:, :2] = np.nan
    shocks = mixed.precision.composite.moved(np.array([-1, -1, 2]))
    sure = replace(mixed, precision=replace(mixed.precision, se=se, composite=shocks))
    found = te.grade_probabilities(sure)
    assert found.attrs["method"] == "quadrature"
    assert found["A"].tolist() == pytest.approx([0.0, 0.0, 0.0], abs=1e-12)


def test_an_unknown_error_leaves_no_probability(survey) -> None:
    """Grades by cut alone are blank for the unit; with places for everybody who competes."""
    for grades, blank in ((CUTS, [False, True, False, False]), (ONE, [True] * 4)):
        evaluation = survey(SHARES, grades=grades)
        unknown = evaluation.precision.unknown.copy()
        unknown[:, 1] = True
        doubtful = replace(evaluation, precision=replace(evaluation.precision, unknown=unknown))
        assert te.grade_probabilities(doubtful)["A"].isna().tolist() == blank
        assert te.rank_probabilities(doubtful).isna().all(axis=None)


def test_ranks_inside_classes_are_those_of_the_class(survey) -> None:
    """A class of one has its one rank for certain; others add up to one."""
    evaluation = survey(SHARES, groups={"a": "I", "b": "II", "c": "II", "d": "II"})
    found = te.rank_probabilities(evaluation, within="group")
    assert found.loc["a"].tolist() == pytest.approx([1.0, 0.0, 0.0])
    assert found.sum(axis=1).to_numpy() == pytest.approx(np.ones(4))


def test_impossible_questions(survey) -> None:
    """No draws, a negative seed, an unknown family: all named at once."""
    with pytest.raises(ValueError, match=r"within.*draws.*seed"):
        te.rank_probabilities(survey(SHARES), within="us", draws=0, seed=-1)


@pytest.mark.parametrize("grades", [CUTS, ONE])
def test_what_keeps_a_unit_from_a_grade_is_held(survey, grades) -> None:
    """A barred unit has the best grade that remains, its place goes on, and one may have none at all."""
    evaluation = survey(SHARES, grades=grades)
    free = te.grade_probabilities(evaluation, draws=20_000)
    standing = replace(evaluation.standing, best=np.array([1, 0, 0, 3]))
    held = te.grade_probabilities(replace(evaluation, standing=standing), draws=20_000)
    assert held.loc["a", "A"] == 0.0
    assert held.loc["a"].sum() == pytest.approx(1.0)
    assert held.loc["d"].tolist() == [0.0, 0.0, 0.0]
    slack = 4 * held.attrs["mc_error"]
    assert held.loc["b", "A"] >= free.loc["b", "A"] - slack
    assert (held.loc["b", "A"] > free.loc["b", "A"] + slack) == (grades is ONE)
