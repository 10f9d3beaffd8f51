"""What the samples of a period cannot show, said before it is asked of them."""

from __future__ import annotations

from typing import Any

import pytest

import township_eval as te

FIRST = {"id": "F1", "measure": "约谈", "when": "asked < 70", "escalates": {"to": "F2", "after": 2}}


def _warned(office: Any, *flags: dict[str, Any], of: int = 200) -> list[str]:
    satisfied = round(of * 0.7)
    problems = te.check(office.scheme(*flags), office.inputs([(satisfied, of - satisfied)] * 4))
    return [problem.where for problem in problems if problem.code == "flag.power"]


@pytest.mark.parametrize(("answers", "rungs"), [(60, ["F1", "F2"]), (200, ["F2"]), (500, [])])
def test_a_rung_reached_from_a_lighter_one_has_a_power_of_its_own(
    office: Any, answers: int, rungs: list[str]
) -> None:
    """A heavier measure takes more evidence for the same condition, and may be out of reach alone."""
    second = {"id": "F2", "measure": "责令整改"}
    assert _warned(office, FIRST, second, of=answers) == [f"flags.{rule}" for rule in rungs]


def test_a_measure_reached_by_its_name_is_told_where_the_step_is_stated(office: Any) -> None:
    """Without a rule of its own the rung is warned of at the step that leads to it."""
    first = {**FIRST, "escalates": {"to": "责令整改", "after": 2}}
    assert _warned(office, first, of=140) == ["flags.F1.escalates"]


def test_each_rung_is_warned_of_once(office: Any) -> None:
    """Two ways to one rung on the same threshold are one warning."""
    again = {**FIRST, "id": "F0", "when": "asked < 70 and work < 75"}
    assert _warned(office, FIRST, again, {"id": "F2", "measure": "责令整改"}).count("flags.F2") == 1


@pytest.mark.parametrize(
    ("when", "answers", "rungs"),
    [("composite < 70", 20, ["flags.F1"]), ("composite < 70", 400, []), ("work < 75", 20, [])],
)
def test_a_threshold_on_a_score_that_rests_on_a_sample_is_told_too(
    office: Any, when: str, answers: int, rungs: list[str]
) -> None:
    """A composite of few answers is as blind as the answers are; what has no error shows everything."""
    assert _warned(office, {"id": "F1", "measure": "责令整改", "when": when}, of=answers) == rungs


def test_ten_points_are_a_tenth_of_the_scale(office: Any) -> None:
    """On a scale of 1000 the composite's threshold is looked at 100 points below, with the same power."""

    def said(scale: float) -> str:
        flag = {"id": "F1", "measure": "责令整改", "when": f"composite < {0.7 * scale:g}"}
        stated = office.scheme(flag, scale=scale, weights="relative")
        problems = te.check(stated, office.inputs([(14, 6)] * 4))
        (found,) = [problem for problem in problems if problem.code == "flag.power"]
        return str(found.what.en.split("chance of ")[1].split(" ")[0])

    assert said(1000) == said(100)
