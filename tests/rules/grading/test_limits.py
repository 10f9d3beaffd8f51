"""Events that hold a grade down for a time."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from township_eval.rules.grading import event_problems
from township_eval.scheme.model import Limiter

YEAR = Limiter(id="fire", name="较大火灾", at_most="一般", event=True, days=365)


@pytest.mark.parametrize(
    ("as_of", "grade"),
    [
        (date(2018, 2, 28), "优秀"),
        (date(2018, 3, 1), "一般"),
        (date(2019, 3, 1), "一般"),
        (date(2019, 3, 2), "优秀"),
    ],
)
def test_an_event_works_from_its_day_for_its_days(graded, scheme_of, events_of, as_of, grade):
    """From 2018-03-01 for 365 days, the day of the event not counted: up to and including 2019-03-01."""
    events = events_of({"i": 0, "rule": "fire", "date": "2018-03-01", "reference": "灵安〔2018〕3号"})
    found = graded(scheme_of(limiters=(YEAR,)), [95.0], events=events, as_of=as_of)
    assert found.grade == (grade,)
    if grade == "一般":
        assert found.rows["reason"].tolist() == [
            "因2018-03-01发生“较大火灾”(灵安〔2018〕3号),至2019-03-01最高评为一般"
        ]


def test_the_event_s_own_end_goes_first(graded, scheme_of, events_of):
    """An event that states its end works until then, longer or shorter than the scheme's days."""
    events = events_of({"i": 0, "rule": "较大火灾", "date": "2018-03-01", "until": "2018-04-30"})
    scheme = scheme_of(limiters=(YEAR,))
    grades = [
        graded(scheme, [95.0], events=events, as_of=date(2018, 4, 30) + timedelta(days=later)).grade[0]
        for later in (0, 1)
    ]
    assert grades == ["一般", "优秀"]


def test_an_event_without_end_needs_no_day(graded, scheme_of, events_of):
    """A limiter without days works whenever the data stand."""
    forever = Limiter(id="fire", at_most="一般", event=True)
    events = events_of({"i": 0, "rule": "fire", "date": "2018-03-01"})
    assert graded(scheme_of(limiters=(forever,)), [95.0], events=events).grade == ("一般",)


def test_whether_it_still_works_needs_the_day_of_the_data(graded, scheme_of, events_of):
    """Without it the event is a problem that says where to state the day."""
    events = events_of({"i": 0, "rule": "fire", "date": "2018-03-01", "cell": "a.xlsx!事项!A2"})
    found = graded(scheme_of(limiters=(YEAR,)), [95.0], events=events)
    assert [(one.severity, one.code, one.where) for one in found.problems] == [
        ("error", "limiter.as_of", "a.xlsx!事项!A2")
    ]
    assert "as_of" in found.problems[0].hint.en
    assert event_problems(scheme_of(limiters=(YEAR,)), events, None) == found.problems
    assert event_problems(scheme_of(limiters=(YEAR,)), events, date(2018, 6, 30)) == ()


@pytest.mark.parametrize("entry", [None, "三月一日"])
def test_an_event_needs_a_date(graded, scheme_of, events_of, entry):
    """A blank or unreadable date is a problem at its cell, and limits nobody."""
    events = events_of({"i": 0, "rule": "fire", "date": entry, "date_cell": "a.xlsx!事项!C2"})
    found = graded(scheme_of(limiters=(YEAR,)), [95.0], events=events, as_of=date(2018, 6, 30))
    assert found.grade == ("优秀",)
    assert [(one.severity, one.code, one.where) for one in found.problems] == [
        ("error", "limiter.date", "a.xlsx!事项!C2")
    ]
    assert found.problems[0].hint.zh


def test_the_order_of_events_is_of_no_account(graded, scheme_of, events_of):
    """Reasons come by unit and day."""
    rows = [{"i": at, "rule": "fire", "date": f"2018-0{month}-01"} for at in (1, 0) for month in (5, 2)]
    scheme, as_of = scheme_of(limiters=(YEAR,)), date(2018, 6, 30)
    one = graded(scheme, [95.0, 95.0], events=events_of(*rows), as_of=as_of)
    other = graded(scheme, [95.0, 95.0], events=events_of(*rows[::-1]), as_of=as_of)
    assert one.rows.equals(other.rows)
    assert one.rows["reason"].str[1:11].tolist() == ["2018-02-01", "2018-05-01"] * 2
