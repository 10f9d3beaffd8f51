"""Marks for events; nothing happened is zero."""

import pandas as pd
import pytest

from township_eval.inputs import REPORTED
from township_eval.scheme.sources import Events, Mark

GRADED = Events(marks=(Mark("重大", 2.0), Mark("一般", 0.5)))


def table(*rows, columns=("unit", "rule", "grade")):
    """Return a table of events."""
    return {"events": pd.DataFrame(list(rows), columns=list(columns))}


def test_marks_of_graded_events_add_up(ask):
    """No event is zero, reported; n is the number of events."""
    found = ask(
        GRADED,
        tables=table(("1", "x", "重大"), ("东塔", "x", "一般"), ("2", "指标", "一般"), ("3", "别的", "重大")),
    )
    assert (found.value, found.status, found.x.n.tolist()) == (
        [2.5, 0.5, 0.0],
        [REPORTED] * 3,
        [2.0, 1.0, 0.0],
    )


def test_without_grades_the_amount_counts(ask):
    """Each row states its own marks."""
    rows = (("1", "x", 0.5), ("1", "x", 1), ("3", "x", 0))
    assert ask(Events(), tables=table(*rows, columns=("unit", "rule", "amount"))).value == [1.5, 0.0, 0.0]


@pytest.mark.parametrize("amount", [-0.5, "半分", None, float("inf")])
def test_an_amount_that_is_none_is_a_problem(ask, amount):
    """A sign, a word, a blank: the row is named."""
    found = ask(
        Events(), tables=table(("1", "x", 1.0), ("1", "x", amount), columns=("unit", "rule", "amount"))
    )
    assert found.problem("events.amount").where == "events[1]"


def test_an_unknown_grade_is_a_problem(ask):
    """With the grades there are."""
    problem = ask(GRADED, tables=table(("1", "x", "重"))).problem("events.grade")
    assert "重大" in problem.hint.zh


def test_no_table_of_events_is_nothing_happened_and_is_said(ask):
    """Zero, with a warning that the table is missing."""
    found = ask(GRADED)
    assert (found.value, found.codes) == ([0.0, 0.0, 0.0], ["events.no_table"])


def test_an_event_keeps_its_reason(ask):
    """What cost marks can be read back: reason and cell."""
    tables = table(("1", "x", "一般", "迟报", "e!B2"), columns=("unit", "rule", "grade", "reason", "cell"))
    found = ask(GRADED, tables=tables).x
    assert found.cells == ("e!B2", "", "")
    assert found.details[["unit", "value", "reason"]].to_numpy().tolist() == [["1", 0.5, "迟报"]]
