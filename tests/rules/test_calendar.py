"""Days counted as offices count them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from township_eval.rules.calendar import due_date, is_working_day, within

HOLIDAYS = ("2018-10-01", "2018-10-02", "2018-10-03", "2018-10-04", "2018-10-05")
WORKED = ("2018-09-29", "2018-09-30")


@pytest.mark.parametrize(
    ("start", "days", "counted", "due"),
    [
        ("2018-09-28", 15, "calendar", "2018-10-13"),
        ("2018-09-28", 1, "working", "2018-09-29"),
        ("2018-09-28", 3, "working", "2018-10-08"),
        ("2018-10-12", 1, "working", "2018-10-15"),
        ("2018-10-12", 0, "working", "2018-10-12"),
    ],
)
def test_a_term_runs_from_the_day_after(start: str, days: int, counted: str, due: str) -> None:
    """Weekends and holidays count in calendar days only; a Saturday made up for counts in both."""
    assert due_date(date.fromisoformat(start), days, counted, HOLIDAYS, WORKED).isoformat() == due


@given(st.dates(date(2018, 1, 1), date(2019, 12, 31)), st.integers(1, 60))
def test_working_terms_end_on_working_days(start: date, days: int) -> None:
    """Exactly so many working days lie after the start, up to and with the last one."""
    due = due_date(start, days, "working", HOLIDAYS, WORKED)
    between = [date.fromordinal(at) for at in range(start.toordinal() + 1, due.toordinal() + 1)]
    assert sum(is_working_day(day, HOLIDAYS, WORKED) for day in between) == days
    assert is_working_day(due, HOLIDAYS, WORKED)


def test_a_span_includes_its_ends() -> None:
    """The first and the last day of a validity are within it; no end is no limit."""
    assert within("2018-01-01", "2018-01-01", "2018-01-01")
    assert within("2018-01-01")
    assert not within("2017-12-31", "2018-01-01")
