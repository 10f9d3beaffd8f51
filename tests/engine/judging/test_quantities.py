"""Quantities: how sure the values behind a condition are, by how they came about."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import township_eval as te
from township_eval.engine.judging import Answers
from township_eval.rules.certainty import weigh_condition
from township_eval.scheme.conditions import Call, parse_condition

COUNTS = [(124, 76), (160, 40), (180, 20)]


def p_of(answers: Answers, text: str) -> Any:
    """Return the p-values of a condition."""
    return weigh_condition(parse_condition(text), answers.quantity, answers.plan.units.n).p


def test_a_survey_and_what_it_alone_makes_uncertain_is_a_mean_of_bounded_answers(office: Any) -> None:
    """The composite of an exact 80 and the survey is below 72.8 just when the survey is below 62."""
    answers = office.answers(office.scheme(), office.inputs(COUNTS))
    asked, composite = answers.quantity("asked"), answers.quantity("composite")
    assert asked.kind.tolist() == composite.kind.tolist() == ["bounded"] * 3
    assert asked.n.tolist() == [200.0] * 3
    assert (asked.low[0], asked.high[0]) == (0.0, 100.0)
    assert (composite.low[0], composite.high[0]) == pytest.approx((48.0, 88.0))
    assert p_of(answers, "composite < 76") == pytest.approx(p_of(answers, "asked < 70"), rel=1e-6)
    assert answers.quantity("work").kind.tolist() == ["exact"] * 3


def test_a_cut_between_value_and_score_is_tested_through_the_box(office: Any) -> None:
    """Both ends of the survey's limits share the level: twice the p of the value itself, never less."""
    bands = {"scoring": {"method": "bands", "bounds": [70], "scores": [40, 100]}}
    answers = office.answers(office.scheme(asked=bands), office.inputs(COUNTS))
    score = answers.quantity("asked")
    assert "box" in score.kind.tolist()
    direct = p_of(answers, "value(asked) < 70")
    assert p_of(answers, "asked < 50")[0] == pytest.approx(2.0 * direct[0], rel=1e-3)
    assert p_of(answers, "asked < 50")[1] == 1.0


def test_an_error_nobody_knows_and_a_census_are_told_apart(office: Any) -> None:
    """Whoever took part by themselves shows nothing; who was counted in full is compared as he stands."""
    for design, kind, p in (("convenience", "unknown", 1.0), ("list census", "exact", 0.0)):
        answers = office.answers(office.scheme(survey={"design": design}), office.inputs(COUNTS))
        assert set(answers.quantity("asked").kind.tolist()) == {kind}
        assert p_of(answers, "asked < 70")[0] == p
        assert p_of(answers, "composite < 76")[0] == p


def test_several_uncertain_parts_are_a_normal_sum_with_satterthwaites_freedom(office: Any) -> None:
    """A survey and a panel of five: the degrees of freedom lie between the panel's and the survey's."""
    scheme = te.read_scheme(
        {"name": "s", "version": "1", "index": {"children": [
            {"id": "asked", "weight": 50, "basis": "t",
             "source": {"kind": "satisfaction", "scale": {"满意": 100, "不满意": 0}}},
            {"id": "rated", "weight": 50, "basis": "t", "source": {"kind": "ratings"}}]}}
    )  # fmt: skip
    inputs = office.inputs(COUNTS)
    marks = [
        (unit, f"r{k}", 70.0 + 3 * k + 5 * i + (k * i) % 3)
        for i, unit in enumerate(("甲镇", "乙乡", "丙镇"))
        for k in range(5)
    ]
    ratings = pd.DataFrame(marks, columns=["unit", "rater", "score"])
    given = te.Inputs(period="2018", units=inputs.units, satisfaction=inputs.satisfaction, ratings=ratings)
    answers = office.answers(scheme, given)
    composite = answers.quantity("composite")
    assert composite.kind.tolist() == ["normal"] * 3
    leaves = answers.evaluation.leaves.df
    assert (composite.df >= leaves.min(axis=0) - 1e-9).all()
    assert composite.df == pytest.approx(answers.evaluation.precision.freedom, rel=1e-6)


def test_dont_knows_bound_the_value(office: Any) -> None:
    """Had all who did not know been content, or all discontent."""
    asked = office.answers(office.scheme(), office.inputs([(100, 60, 40)])).quantity("asked")
    assert (asked.least[0], asked.most[0]) == pytest.approx((50.0, 70.0))


def test_a_change_needs_the_errors_of_both_periods(office: Any) -> None:
    """Without history, or with an error nobody knows in it, nothing is shown; else both limits count."""
    scheme = office.scheme()
    first = te.evaluate(scheme, office.inputs([(180, 20), (180, 20)]))
    second = office.inputs([(100, 100), (170, 30)], period="2018-H2")
    assert p_of(office.answers(scheme, second), "change(asked) < -5").tolist() == [1.0, 1.0]
    p = p_of(office.answers(scheme, second, [first]), "change(asked) < -5")
    assert p[0] < 1e-6
    assert p[1] > 0.05
    unsure = te.evaluate(office.scheme(survey={"design": "convenience"}), office.inputs([(180, 20)] * 2))
    assert p_of(office.answers(scheme, second, [unsure]), "change(asked) < -5").tolist() == [1.0, 1.0]


def test_a_change_of_a_unit_that_is_new_is_unknown(office: Any) -> None:
    """Its quantity has no value, whatever stands at its place in the earlier period."""
    scheme = office.scheme()
    first = te.evaluate(scheme, office.inputs([(180, 20)]))
    second = office.inputs([(100, 100), (100, 100)], period="2018-H2")
    change = office.answers(scheme, second, [first]).quantity(Call("change", ("asked",)))
    assert change.kind.tolist()[1] == "unknown"
    assert np.isnan(change.value[1])


def test_places_are_shown_by_simultaneous_rank_limits(office: Any) -> None:
    """A clear last place is shown, a tie is not."""
    answers = office.answers(office.scheme(), office.inputs([(20, 180), (180, 20), (182, 18)]))
    p = p_of(answers, "bottom(1)")
    assert p[0] < 0.001
    assert p[1] > 0.05
    tied = office.answers(office.scheme(), office.inputs([(150, 50), (152, 48), (154, 46)]))
    assert p_of(tied, "bottom(1)").min() > 0.05


def test_the_value_itself_decides_beside_its_limits(office: Any) -> None:
    """``upper(x) < 70`` is no statement about the truth: it holds the value to its own test."""
    flag = {"id": "F", "measure": "责令整改", "when": "upper(asked) < 70"}
    found = office.judge(office.scheme(flag), office.inputs([(124, 76), (50, 150)])).flags
    assert found["status"].tolist() == ["not_distinguishable", "proposed"]
    assert 0.001 < found["p"][0] < 0.01
