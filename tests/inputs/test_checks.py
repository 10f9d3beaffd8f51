"""What only shows when a whole column, or a whole unit, is looked at."""

from dataclasses import dataclass

import pandas as pd
import pytest

from township_eval.inputs import Inputs, prepare
from township_eval.scheme.judging import AdjustmentItem, Limiter
from township_eval.scheme.model import Adjustments, FlagRule, Pool, Veto
from township_eval.scheme.sources import Events


@dataclass(frozen=True)
class Mark:
    """Stands for the rule of discretionary marks."""

    method = "mark"


def problems_of(scheme, **tables):
    """Return the problems of a period."""
    return prepare(scheme, Inputs(period="2018", **tables)).problems


def test_a_percent_column_that_mixes_is_warned_of(scheme_of, leaf):
    """0.95 beside 95 is named with its place."""
    values = pd.DataFrame({"x": [0.95, 95.0, 99.0]}, index=["001", "002", "003"])
    (problem,) = problems_of(scheme_of(leaf("x", unit="%")), values=values)
    assert (problem.severity, problem.code) == ("warning", "values.percent_mixed")
    assert "001" in problem.where


def test_small_percentages_are_not_suspected(scheme_of, leaf):
    """An unemployment of 0.8 beside 3.5 is nothing odd, nor is a count of 1 beside 40."""
    values = pd.DataFrame({"x": [0.8, 3.5, 4.1], "y": [1.0, 40.0, 3.0]}, index=["001", "002", "003"])
    assert problems_of(scheme_of(leaf("x", unit="%"), leaf("y", unit="个")), values=values) == ()


def test_a_discretionary_mark_needs_a_reason(scheme_of, leaf):
    """Of three marks only the one with a reason passes."""
    values = pd.DataFrame(
        {
            "unit": ["001", "002", "003"],
            "indicator": "x",
            "value": [3.0, 2.0, 1.0],
            "reason": ["创新", " ", None],
        }
    )
    found = problems_of(scheme_of(leaf("x", scoring=Mark())), values=values)
    assert [problem.code for problem in found] == ["values.reason_missing"] * 2
    assert "白土岗乡" in found[1].what.zh


def test_a_unit_nothing_is_known_of_is_a_problem(scheme):
    """Silence is an error under every policy; evidence in any table is a sign of life."""
    counts = pd.DataFrame({"unit": ["002"], "answer": ["满意"], "count": [5]})
    values = pd.DataFrame({"water": [98.0, None]}, index=["001", "003"])
    found = problems_of(scheme, values=values, satisfaction=counts)
    assert [(p.code, "白土岗乡" in p.what.zh) for p in found] == [("unit.silent", True)]


@pytest.mark.parametrize(
    "values",
    [
        pd.DataFrame({"water": [98.0, "约90", 97.0]}, index=["001", "002", "003"]),
        pd.DataFrame({"unit": ["001", "002", "003"], "indicator": "water", "value": [98.0, "约90", 97.0]}),
    ],
    ids=["wide", "long"],
)
def test_a_unit_whose_only_value_was_refused_is_not_silent(scheme_of, leaf, values):
    """The refusal is the one problem, in a frame too."""
    found = problems_of(scheme_of(leaf("water")), values=values)
    assert [problem.code for problem in found] == ["values.not_a_number"]


def test_a_scheme_of_events_alone_has_no_silent_units(scheme_of, leaf):
    """Where nothing happened there is nothing to report."""
    assert problems_of(scheme_of(leaf("x", Events()))) == ()


def events(*rules):
    """Return one event of each rule, about unit 001."""
    return pd.DataFrame({"unit": "001", "rule": list(rules), "amount": 1.0})


def test_an_event_nothing_reads_is_a_problem(scheme_of, leaf):
    """A slip in the name of a rule must not lose a deduction."""
    scheme = scheme_of(leaf("late_returns", Events(), name="迟报"))
    (problem,) = problems_of(scheme, events=events("late_returns", "迟报", "late_return"))
    assert (problem.severity, problem.code, problem.where) == (
        "error",
        "events.rule_unknown",
        "events[2] rule late_return",
    )
    assert "late_returns" in problem.hint.en


def test_events_of_vetoes_flags_and_honors_are_read(scheme_of, leaf):
    """What other parts of the scheme ask for is no stranger; anything else is, with its cell."""
    scheme = scheme_of(
        leaf("x", Events()),
        vetoes=(Veto(id="mass_incident", name="群体性事件"),),
        flags=(FlagRule(id="debt", measure="责令整改", when="event(new_debt)"),),
        adjustments=Adjustments(bonus=Pool(cap=5.0, approved_honours=("文明乡镇",))),
        adjustment_items=(AdjustmentItem(id="late", name="迟报", pool="deduction", amount=1.0),),
        limiters=(
            Limiter(id="accident", at_most="一般", event=True),
            Limiter(id="low", at_most="一般", when="x < 1"),
        ),
    )
    read = ["x", "mass_incident", "new_debt", "文明乡镇", "late", "迟报", "加分", "bonus", "扣分", "accident"]
    assert problems_of(scheme, events=events(*read)) == ()
    strange = events("奖励", "low", "奖励").assign(
        cell=["a.xlsx!事项!A2", "a.xlsx!事项!A3", "a.xlsx!事项!A4"]
    )
    found = problems_of(scheme, events=strange)
    assert [(problem.severity, problem.where[-2:]) for problem in found] == [("error", "A2"), ("error", "A3")]


def test_a_waiver_needs_its_columns_and_its_unit(scheme_of, leaf):
    """A table of waivers without an authority is refused whole; a stranger is named."""
    waiver = {"unit": "009", "rule": "late", "document": "1号", "reason": "先行先试"}
    found = problems_of(scheme_of(leaf("x", Events())), waivers=pd.DataFrame([waiver]))
    assert [(problem.code, "authority" in problem.what.en) for problem in found] == [
        ("table.column_missing", True)
    ]
    whole = pd.DataFrame([waiver | {"authority": "市委"}])
    assert [one.code for one in problems_of(scheme_of(leaf("x", Events())), waivers=whole)] == [
        "unit.unknown"
    ]


def test_an_empty_frame_is_a_table_without_rows(scheme_of, leaf):
    """Nothing happened may be said with nothing at all."""
    assert problems_of(scheme_of(leaf("x", Events())), events=pd.DataFrame()) == ()
