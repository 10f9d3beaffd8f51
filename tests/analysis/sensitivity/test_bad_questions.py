"""A question that cannot be answered is refused with everything that is wrong with it."""

from __future__ import annotations

import pandas as pd
import pytest

import township_eval as te

SCHEME = {
    "name": "办法", "version": "1",
    "index": {"missing": "exclude", "children": [
        {"id": "water", "weight": 60, "basis": "t"},
        {"id": "roads", "weight": 40, "basis": "t"},
    ]},
}  # fmt: skip


def evaluation(n: int = 3, **more: object) -> te.Evaluation:
    values = pd.DataFrame(
        {"water": [90.0, 80.0, 60.0][:n], "roads": [60.0, 80.0, 50.0][:n]}, index=list("abc")[:n]
    )
    return te.evaluate(te.read_scheme(SCHEME), te.Inputs(period="2018", values=values), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("asked", "code", "said"),
    [
        ({"draws": 0}, "sensitivity.draws", "0"),
        ({"draws": -5}, "sensitivity.draws", "-5"),
        ({"draws": 2.5}, "sensitivity.draws", "2.5"),
        ({"seed": -1}, "sensitivity.seed", "-1"),
        ({"weights": 0}, "sensitivity.weights", "0"),
        ({"weights": float("nan")}, "sensitivity.weights", "nan"),
        ({"weights": {"watr": (50, 70)}}, "sensitivity.weights", "watr"),
        ({"weights": {"water": (70, 50)}}, "sensitivity.weights['water']", "70"),
        ({"weights": {"water": 5}}, "sensitivity.weights['water']", "5"),
        ({"weights": {"water": (50, 55), "roads": (10, 20)}}, "sensitivity.bounds", "75"),
        ({"weights": {"water": (101, 120)}}, "sensitivity.bounds", "101"),
        ({"without": ["raods"]}, "sensitivity.without", "raods"),
        ({"without": "raods"}, "sensitivity.without", "raods"),
        ({"aggregations": "geometrik"}, "sensitivity.aggregations", "geometrik"),
        ({"without": ["index"]}, "sensitivity.without", "index"),
        ({"aggregations": ["geometrik"]}, "sensitivity.aggregations", "geometrik"),
        ({"aggregations": [3]}, "sensitivity.aggregations", "3"),
        ({"aggregations": [{"water": "geometric"}]}, "sensitivity.aggregations", "water"),
        ({"normalizations": ["minmax"]}, "sensitivity.normalizations", "minmax"),
        ({"not_applicable": ["ful"]}, "sensitivity.not_applicable", "ful"),
        ({"within": "class"}, "sensitivity.within", "class"),
        ({"sobol": 3}, "sensitivity.sobol", "3"),
    ],
)
def test_what_cannot_be_asked(asked: dict[str, object], code: str, said: str) -> None:
    """The problem names the argument and what was given, and says what to write."""
    with pytest.raises(te.DataError) as refused:
        te.sensitivity(evaluation(), **asked)  # type: ignore[arg-type]
    problem = next(one for one in refused.value.problems if one.code == code)
    assert said in problem.what.zh
    assert said in problem.what.en
    assert problem.hint


def test_everything_wrong_is_said_at_once() -> None:
    """Three faults are three problems of one error."""
    with pytest.raises(te.DataError) as refused:
        te.sensitivity(evaluation(), draws=0, without=["x"], normalizations=["y"])
    assert len(refused.value.problems) == 3


@pytest.mark.parametrize("ask", [te.sensitivity, te.coherence])
def test_partial_data_and_single_units_are_refused(ask) -> None:
    """A provisional result, or one township, has no answer."""
    with pytest.raises(te.DataError, match="provisional"):
        ask(evaluation(provisional=True))
    with pytest.raises(te.DataError, match="units"):
        ask(evaluation(1))


def test_a_run_that_was_not_made() -> None:
    """Asking for another draw or choice says which there are."""
    found = te.sensitivity(evaluation(), draws=4)
    with pytest.raises(te.DataError, match="从 0 到 3"):
        found.scheme(4)
    with pytest.raises(te.DataError, match="drop:roads"):
        found.scheme("drop:raods")
