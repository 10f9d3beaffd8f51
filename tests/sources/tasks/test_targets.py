"""Targets of the city: shares that add up, met or unmet on their day."""

import pandas as pd
import pytest

from township_eval.scheme.sources import Measured

NAMES = ["target", "unit", "quota", "value", "task", "text", "total", "at_least", "deadline"]
PEOPLE = ("Q8", "", None, None, "T3", "1700人", 1700, None, None)
SHARES = (("Q8", "东塔", 700), ("Q8", "崇兴镇", 500), ("Q8", "白土岗乡", 500))


def targets(*rows):
    """Return a table of targets and shares, a cell for each row."""
    whole = [(*row, *[None] * (len(NAMES) - len(row))) for row in rows]
    frame = pd.DataFrame(whole, columns=NAMES, dtype=object)
    return frame.assign(cell=[f"r.xlsx!指标!A{row + 2}" for row in range(len(frame))])


def model(value, total=None, at_least=1, deadline="2018-12-31"):
    """Return a target of the city and what it has reached."""
    return ("Q33", "", None, value, "", "示范乡镇", total, at_least, deadline)


def test_shares_add_up_to_the_total(held):
    """1,700 people; the target takes the deadline of its task."""
    row = held(targets=targets(PEOPLE, *SHARES)).row("city_targets", target="Q8")
    assert (row["goal"], row["shared"], row["deadline"], row["status"]) == (
        1700,
        1700,
        "2020-12-31",
        "not_due",
    )


def test_shares_that_do_not_add_up_are_a_problem(held):
    """With both sums, at the total."""
    problem = held(targets=targets(PEOPLE, *SHARES[:2])).problem("targets.sum")
    assert (problem.where, "1200" in problem.what.zh, "1700" in problem.what.en) == (
        "r.xlsx!指标!A2",
        True,
        True,
    )


@pytest.mark.parametrize(
    ("share", "code"), [(("Q8", "东搭镇", 700), "targets.unit"), (("Q8", "东塔镇", "约700"), "targets.quota")]
)
def test_shares_are_not_added_up_with_one_refused(held, share, code):
    """The sum would be wrong because of the fault that is listed already."""
    assert held(targets=targets(PEOPLE, share, *SHARES[1:])).codes == [code]


@pytest.mark.parametrize(
    ("value", "as_of", "state"),
    [
        (1, "2018-12-31", "met"), (1, "2018-06-30", "met"), (0, "2018-12-31", "unmet"),
        (0, "2018-12-30", "not_due"), (None, "2018-12-31", "not_reported"), (None, "2018-06-30", "not_due"),
    ],
)  # fmt: skip
def test_at_least_one_model_township_by_the_end_of_the_year(held, value, as_of, state):
    """Met as soon as it is reached; unmet when the day has come."""
    assert held(targets=targets(model(value)), as_of=as_of).row("city_targets")["status"] == state


def test_what_the_units_reached_adds_up(held):
    """Rows with a unit say what it has reached; the city's own figure must agree."""
    rows = (("Q33", "东塔镇", None, 1), ("Q33", "崇兴镇", None, 2))
    assert held(targets=targets(model(None), *rows)).row("city_targets")["reported"] == 3
    assert held(targets=targets(model(2), *rows)).codes == ["targets.sum"]


def test_what_was_reached_may_be_the_sum_of_a_reported_column(held):
    """The figures are reported once, and the city's target looks at them."""
    values = pd.DataFrame({"x": [700.0, 500.0, 400.0]}, index=["1", "2", "3"])
    given = targets(PEOPLE).assign(column="x")
    row = held(targets=given, source=Measured(), values=values).row("city_targets")
    assert (row["reported"], row["status"]) == (1600, "not_due")


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ((PEOPLE, ("Q8", "东搭镇", 1700)), "targets.unit"),
        ((PEOPLE, ("Q9", "东塔镇", 1700)), "targets.unknown"),
        ((PEOPLE, ("Q8", "东塔镇", 1700), ("Q8", "东塔", 0)), "targets.unit_twice"),
        ((PEOPLE, PEOPLE), "targets.twice"),
        ((("", "", None, None, "T3"),), "targets.no_id"),
        ((("Q1", "", None, None, "T33"),), "targets.task"),
        ((model("一个"),), "targets.value"),
        ((model(0, at_least=-1),), "targets.at_least"),
        ((model(0, deadline="年底前"),), "targets.deadline"),
    ],
)
def test_a_row_at_fault_is_named(held, rows, code):
    """Each with its cell and a hint."""
    problem = held(targets=targets(*rows)).problem(code)
    assert problem.where.startswith("r.xlsx!指标!A")
    assert problem.hint.zh


def test_a_column_the_scheme_does_not_read_is_a_problem(held):
    """A slip in its name would leave the target unreported."""
    assert held(targets=targets(PEOPLE).assign(column="脱贫数")).codes == ["targets.column"]


def test_targets_without_a_number_for_the_city_are_left_to_the_indicators(held):
    """网办率 has no target: it stays in the register and out of the table."""
    assert "city_targets" not in held(targets=targets(("Q25", "", None, None, "T2", "网办率"))).tables


def test_targets_stand_without_a_register(held, make_register):
    """The tasks they belong to cannot be checked then; the deadlines are their own."""
    found = held(tasks=make_register().iloc[:0], targets=targets(model(1)))
    assert (found.codes, list(found.tables)) == ([], ["city_targets"])
