"""Changes on the own past, and days after a date."""

import numpy as np
import pandas as pd
import pytest

from township_eval.inputs import NOT_APPLICABLE, NOT_REPORTED, REPORTED, Past
from township_eval.scheme.model import Indicator
from township_eval.scheme.sources import Change, Milestone

VALUES = {"values": pd.DataFrame({"online": [55.0, 66.0, 70.0]}, index=["1", "2", "3"])}


def past(reported=(), **values):
    """Return a period before: (unit, column, value) rows, and values of leaves for units 1 and 2."""
    return Past(
        "2017",
        pd.DataFrame(values, index=["1", "2"] if values else None),
        pd.DataFrame(list(reported), columns=["unit", "column", "value"]),
    )


def test_a_change_is_on_the_own_previous_value(ask):
    """Units that were not there before have nothing to compare with."""
    found = ask(
        Change(column="online"), tables=VALUES, past=past([("1", "online", 50), ("2", "online", 60.0)])
    )
    np.testing.assert_array_equal(found.value, [5.0, 6.0, np.nan])
    assert found.status == [REPORTED, REPORTED, NOT_REPORTED]


def test_a_relative_change_is_in_percent(ask):
    """From 50 to 55 is 10 percent."""
    found = ask(
        Change(column="online", relative=True),
        tables=VALUES,
        past=past([("1", "online", 50), ("2", "online", 60)]),
    )
    assert found.value[:2] == pytest.approx([10.0, 10.0])


def test_a_relative_change_from_nothing_is_a_problem(ask):
    """Growth from zero has no rate."""
    found = ask(Change(column="online", relative=True), tables=VALUES, past=past([("1", "online", 0.0)]))
    assert (found.codes, found.status[0]) == (["change.base"], NOT_REPORTED)


def test_a_measured_leaf_of_the_past_serves_as_well(ask):
    """What was not kept entry by entry is taken from the values scored then."""
    other = Indicator(id="online", name="网办率", weight=1.0, scoring=None)
    found = ask(Change(column="online"), tables=VALUES, others=(other,), past=past(online=[50.0, 65.0]))
    assert found.value[:2] == [5.0, 1.0]


def test_the_change_of_then_is_not_the_value_of_then(ask):
    """The past of a change leaf holds changes: they are no base for today's."""
    found = ask(
        Change(), tables={"values": VALUES["values"].rename(columns={"online": "x"})}, past=past(x=[1.0, 2.0])
    )
    assert found.status == [NOT_REPORTED] * 3


def test_without_history_there_is_a_warning(ask):
    """The first period is told what to do."""
    found = ask(Change(column="online"), tables=VALUES)
    assert (found.codes, found.status) == (["change.no_history"], [NOT_REPORTED] * 3)


def test_days_late_count_from_the_due_date(ask, long_values):
    """Early is zero, late is days, not done counts up to the day the data stand at."""
    rows = long_values(("1", "finished", "2018-06-20"), ("2", "finished", "2018-07-10"), ("3", "y", 1.0))
    other = Indicator(id="y", name="y", weight=1.0, scoring=None)
    found = ask(
        Milestone(due="2018-06-30", done="finished"),
        as_of="2018-12-31",
        others=(other,),
        tables={"values": rows},
    )
    assert (found.value, found.status) == ([0.0, 10.0, 184.0], [REPORTED] * 3)


def test_the_due_date_may_be_a_column(ask, long_values):
    """Every unit has its own; one without has nothing to be late for."""
    rows = [("1", "due", "2018-05-01"), ("1", "finished", "2018-05-02"), ("2", "finished", "2018-05-02")]
    found = ask(Milestone(due="due", done="finished"), tables={"values": long_values(*rows)})
    assert (found.value[0], found.status) == (1.0, [REPORTED, NOT_REPORTED, NOT_REPORTED])


def test_what_is_not_done_needs_a_day_the_data_stand_at(ask, long_values):
    """There is no clock: without as_of the days cannot be counted."""
    found = ask(
        Milestone(due="2018-06-30", done="finished"), tables={"values": long_values(("1", "finished", None))}
    )
    assert found.codes == ["milestone.as_of"] * 3
    assert found.status == [NOT_REPORTED] * 3


def test_a_date_after_the_data_is_a_problem(ask, long_values):
    """What is not done yet cannot be reported as done."""
    rows = long_values(
        ("1", "finished", "2019-01-01"), ("2", "finished", "2018-01-01"), ("3", "finished", "2018-01-01")
    )
    found = ask(Milestone(due="2018-06-30", done="finished"), as_of="2018-12-31", tables={"values": rows})
    assert found.problem("milestone.later").where == "a!B1"


def test_a_milestone_that_does_not_apply_counts_no_days(ask, long_values):
    """An exempt unit is not late up to today."""
    exempt = pd.DataFrame({"unit": ["3"], "indicator": ["finished"]})
    rows = long_values(("1", "finished", "2018-06-20"), ("2", "finished", "2018-07-10"))
    tables = {"values": rows, "not_applicable": exempt}
    found = ask(Milestone(due="2018-06-30", done="finished"), tables=tables, may_not_apply=True)
    assert (found.status, found.codes) == ([REPORTED, REPORTED, NOT_APPLICABLE], [])
