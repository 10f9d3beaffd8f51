"""How a task stands with whom: on time, late, missing, in progress, not due."""

import numpy as np
import pandas as pd
import pytest

from township_eval.sources.tasks.duties import Calendar


@pytest.mark.parametrize(
    ("task", "row", "standing", "late"),
    [
        ("T1", (100, "2018-06-30", "2018-12-20"), "on_time", False),  # the last day is in time
        ("T1", (100, "2018-07-01", "2018-12-20"), "late", True),
        ("T1", (90, None, "2018-12-20"), "late", True),
        ("T4", (100, "2018-07-01", "2018-12-20"), "done", False),  # no deadline is stated
        ("T4", (90, None, "2018-12-20"), "in_progress", False),
    ],
)
def test_a_task_stands_by_its_deadline_and_the_day_it_was_done(held, make_returns, task, row, standing, late):
    """A deadline includes its day; without one nothing is late."""
    found = held(make_returns((task, "编办", *row))).row("tasks", task=task, reporter="编办")
    assert (found["status"], bool(found["late"])) == (standing, late)


def test_data_stand_at_the_end_of_the_day(held, make_returns):
    """A task due 31 December that is not done on 31 December is late, and was not the day before."""
    given = make_returns(("T2", "东塔镇", 90, None, "2018-12-20"))
    assert held(given).row("tasks", task="T2", reporter="东塔镇")["status"] == "late"
    found = held(given, as_of="2018-12-30")
    assert found.row("tasks", task="T2", reporter="东塔镇")["status"] == "in_progress"


@pytest.mark.parametrize("task", ["T4", "T10"])
def test_long_term_tasks_and_tasks_without_deadline_are_never_late_and_must_report(held, make_returns, task):
    """Nobody is late, whoever is silent is missing."""
    found = held(make_returns()).tables["tasks"]
    own = found[found["task"] == task]
    assert not own["late"].any()
    assert set(own["status"]) == {"missing"}


def test_nothing_is_missing_before_it_is_due(held, make_returns):
    """On 1 December the second half-year's returns are not due, nor is a task due on the 31st."""
    found = held(make_returns(), as_of="2018-12-01")
    assert set(found.tables["tasks"]["status"]) == {"not_due", "late"}
    assert set(found.tables["tasks"].query("late")["task"]) == {"T1"}
    assert found.tables["late_returns"].empty


def test_leads_townships_and_who_claimed_owe_returns(held, make_register, make_returns):
    """Cooperating departments owe one once they have claimed; a lead that also cooperates leads."""
    roles = held(make_returns()).tables["tasks"]
    assert set(roles[roles["task"] == "T3"]["reporter"]) == {"农牧局", "东塔镇", "崇兴镇", "白土岗乡"}
    claimed = held(make_returns(), make_register(claimed={"T3": "是", "T1": "安监局"})).tables["late_returns"]
    assert {("T3", "水务局"), ("T1", "安监局")} <= set(zip(claimed["task"], claimed["reporter"], strict=True))


def test_a_task_may_be_of_some_townships(held, make_register, make_returns):
    """Named in the column ``townships``; nobody else owes anything."""
    found = held(make_returns(), make_register(townships={"T3": "白土岗乡"})).tables["tasks"]
    assert set(found[(found["task"] == "T3") & (found["township"] != "")]["township"]) == {"3"}


def test_returns_are_due_on_the_last_day_of_june_and_december(held, make_returns):
    """A return of the 31st is on time, of 1 January late; without a date nobody can tell."""
    columns = ("task", "reporter", "filed")
    rows = (("T2", "东塔镇", "2018-12-31"), ("T2", "崇兴镇", "2019-01-01"), ("T2", "白土岗乡", None))
    late = held(make_returns(*rows, columns=columns)).tables["late_returns"]
    states = dict(zip(late["reporter"], late["state"], strict=True)) | {"T": late["due"].iloc[0]}
    own = dict(late[late["task"] == "T2"][["reporter", "state"]].to_numpy().tolist())
    assert own == {"崇兴镇": "late", "白土岗乡": "undated", "政法委": "missing"}
    assert states["T"] == "2018-12-31"


@pytest.mark.parametrize(
    ("period", "halves"),
    [
        ("2018", ["2018-H1", "2018-H2"]), ("2018-H1", ["2018-H1"]), ("2018-Q2", ["2018-H1"]),
        ("2018-Q3", []), ("2018-12", ["2018-H2"]), ("2018-11", []), ("首期", []),
    ],
)  # fmt: skip
def test_which_half_years_end_in_a_period(period, halves):
    """A year owes two returns, a quarter that ends no half-year none."""
    assert [half for half, _ in Calendar(period, np.nan).owed] == halves


@pytest.mark.parametrize(
    ("period", "day"), [("2018", "2018-01-01"), ("2018-H2", "2018-07-01"), ("2018-Q1", "2018-01-01")]
)
def test_a_period_has_a_first_day(period, day):
    """The day after the month before, also across the year."""
    assert Calendar(period, np.nan).first_day == pd.Timestamp(day).toordinal()


def test_the_last_return_says_how_far_a_task_is(held, make_returns):
    """Of two half-years the later counts, and what was done stays done."""
    columns = ("task", "reporter", "progress", "done", "filed", "period")
    rows = (
        ("T4", "东塔镇", 60, None, "2018-12-20", "2018-H2"),
        ("T4", "东塔镇", 30, None, "2018-06-20", "2018-H1"),
        ("T2", "东塔镇", 100, "2018-06-01", "2018-06-20", "2018-H1"),
        ("T2", "东塔镇", None, None, "2018-12-20", "2018-H2"),
    )
    found = held(make_returns(*rows, columns=columns))
    assert found.row("tasks", task="T4", reporter="东塔镇")["progress"] == 60
    done = found.row("tasks", task="T2", reporter="东塔镇")
    assert (done["progress"], done["done"], done["status"]) == (100, "2018-06-01", "on_time")


def test_the_order_of_rows_changes_nothing(held, make_register, make_returns):
    """Tables and problems are the same however rows lie."""
    given = make_returns(("T1", "编办", 50, None, "2018-12-20"), ("T2", "东塔镇", 5, None, "2019-01-20"))
    one, other = held(given), held(given.iloc[::-1], make_register().iloc[::-1])
    assert one.problems == other.problems
    for name, table in one.tables.items():
        pd.testing.assert_frame_equal(table, other.tables[name])
