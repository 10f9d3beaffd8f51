"""Names and calls of conditions, answered."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import township_eval as te
from township_eval.scheme.conditions import Call, parse_condition

COUNTS = [(124, 76), (160, 40), (180, 20)]


def truth(answers: Any, text: str) -> list[float]:
    """Return 1, 0 or NaN per unit."""
    return np.broadcast_to(parse_condition(text).evaluate(answers), (answers.plan.units.n,)).tolist()


def test_limits_are_those_the_survey_prints(office: Any) -> None:
    """And the value itself where there is no error."""
    answers = office.answers(office.scheme(), office.inputs(COUNTS))
    stated = answers.evaluation.tables["satisfaction_total"]
    for name in ("lower", "upper"):
        assert answers(Call(name, ("asked",))) == pytest.approx(stated[name].to_numpy())
        assert answers(Call(name, ("work",))).tolist() == [80.0] * 3
    low, high = (answers(Call(name, ("composite",))) for name in ("lower", "upper"))
    assert (low < answers("composite")).all()
    assert (high > answers("composite")).all()


def test_events_are_known_only_where_a_table_was_handed_in(office: Any) -> None:
    """Without one nobody knows; an item goes by its id or its name."""
    scheme = office.scheme(
        {"id": "F", "measure": "约谈", "when": "event(accident)"},
        vetoes=[{"id": "accident", "name": "重大事故", "basis": "三(四)"}],
    )
    assert np.isnan(office.answers(scheme, office.inputs(COUNTS))(Call("event", ("accident",)))).all()
    for said in ("accident", "重大事故"):
        events = pd.DataFrame(
            [{"unit": "乙乡", "rule": said, "reason": "r", "reference": "n", "date": "2018-05-01"}]
        )
        answers = office.answers(scheme, office.inputs(COUNTS, events=events))
        assert truth(answers, "event(accident)") == [0.0, 1.0, 0.0]


def test_last_places_are_counted_in_the_class(office: Any) -> None:
    """Units that tie share the better place, so that nobody is last because of a tie."""
    answers = office.answers(office.scheme(), office.inputs(COUNTS))
    assert truth(answers, "bottom(1)") == [1.0, 0.0, 0.0]
    tied = office.answers(office.scheme(), office.inputs([(124, 76), (124, 76), (180, 20)]))
    assert truth(tied, "bottom(1)") == [0.0, 0.0, 0.0]
    assert truth(tied, "bottom(2)") == [1.0, 1.0, 0.0]


def flagged(office: Any, periods: list[str], text: str, ask: str = "2018-Q4") -> list[float]:
    """Return the answers to a condition after periods in which 甲镇 was flagged every time."""
    scheme = office.scheme({"id": "F1", "measure": "约谈", "when": "asked < 70"})
    done: list[te.Evaluation] = []
    for period in periods:
        done.append(te.evaluate(scheme, office.inputs([(60, 140), (180, 20)], period=period), history=done))
    inputs = office.inputs([(60, 140), (180, 20)], period=ask)
    return truth(office.answers(scheme, inputs, done), text)


def test_flags_of_earlier_periods_are_counted_without_gaps(office: Any) -> None:
    """Each of the last k periods; one that is not given makes it unknown."""
    given = ["2018-Q1", "2018-Q2", "2018-Q3"]
    assert flagged(office, given, "flagged(F1, 3)") == [1.0, 0.0]
    assert np.isnan(flagged(office, given, "flagged(F1, 4)")[0])
    assert np.isnan(flagged(office, ["2018-Q1", "2018-Q2"], "flagged(F1, 1)")).all()
    assert np.isnan(flagged(office, given, "flagged(F2, 1)")).all()


def test_two_period_rules_over_four_quarters_and_two_half_years(office: Any) -> None:
    """Quarters are counted with quarters and half-years with half-years, in one history."""
    given = ["2018-Q1", "2018-Q2", "2018-H1", "2018-Q3"]
    assert flagged(office, given, "flagged(F1, 3)") == [1.0, 0.0]
    assert flagged(office, given, "flagged(F1, 1)", ask="2018-H2") == [1.0, 0.0]
    assert np.isnan(flagged(office, given, "flagged(F1, 2)", ask="2018-H2")[0])
    assert flagged(office, given, "previous(asked, 3) < 70") == [1.0, 0.0]
