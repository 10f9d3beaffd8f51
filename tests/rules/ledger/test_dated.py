"""Events of another period: warned of where they are dated outside it, or were counted before."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

import township_eval as te

SCHEME: dict[str, Any] = {
    "name": "办法", "version": "1",
    "index": {"children": [
        {"id": "work", "weight": 60, "basis": "t"}, {"id": "mood", "weight": 40, "basis": "t"}]},
    "adjustment_items": [
        {"id": "award", "pool": "bonus", "amount": 2},
        {"id": "late", "name": "迟报", "pool": "deduction", "amount": 1},
        {"id": "accident", "pool": "deduction", "block": "work", "factor": 0.5},
    ],
    "limiters": [{"id": "fire", "name": "火灾", "at_most": "一般", "event": True, "days": 365}],
    "vetoes": [{"id": "riot", "name": "群体事件", "effect": {"grade": "一般"}}],
    "grades": [{"name": "好", "at_least": 60}, {"name": "一般", "at_least": 0}],
}  # fmt: skip
LATE = {"unit": "乙乡", "rule": "late", "reason": "迟报", "reference": "7号", "date": "2018-05-01"}


def evaluated(period: str, *events: dict[str, Any], **more: Any) -> te.Evaluation:
    """Evaluate a period of two invented units."""
    values = pd.DataFrame({"work": [80.0, 70.0], "mood": [85.0, 90.0]}, index=["甲镇", "乙乡"])
    waivers = more.pop("waivers", None)
    inputs = te.Inputs(
        period=period,
        values=values,
        events=pd.DataFrame(list(events)),
        waivers=waivers,
        as_of=more.pop("as_of", "2019-12-31"),
    )
    return te.evaluate(te.read_scheme(SCHEME), inputs, **more)


def said(evaluation: te.Evaluation, code: str) -> list[str]:
    return [f"{one.where} {one.what.zh}" for one in evaluation.problems if one.code == code]


@pytest.mark.parametrize(
    ("period", "inside", "outside"),
    [
        ("2018", "2018-12-31", "2019-01-01"),
        ("2018-H1", "2018-06-30", "2018-07-01"),
        ("2018-Q4", "2018-10-01", "2018-09-30"),
        ("2018-02", "2018-02-28", "2018-03-01"),
    ],
)
def test_an_event_outside_the_period_is_warned_of_and_counts(period: str, inside: str, outside: str) -> None:
    """First and last day belong to the period; the warning stands at the row and names both dates."""
    events = [LATE | {"date": inside}, LATE | {"date": outside, "reference": "8号"}]
    found = evaluated(period, *events)
    (line,) = said(found, "events.outside_period")
    assert line.startswith("events[1] ")
    assert f"事项日期 {outside} 不在考核期 {period}(" in line
    assert found.ledger["amount"].sum() == -2.0


def test_the_warning_stands_at_the_cell_of_the_date() -> None:
    """Where the row knows the cell of its date, that one is named; an event on a block is warned of too."""
    event = {"unit": "乙乡", "rule": "accident", "reason": "坍塌", "reference": "4号", "date": "2017-03-01"}
    (line,) = said(evaluated("2018", event | {"date_cell": "a.xlsx!事项!E4"}), "events.outside_period")
    assert line.startswith("a.xlsx!事项!E4 ")


def test_a_period_without_days_says_nothing() -> None:
    """A period that is any text has no first and last day."""
    assert said(evaluated("春季", LATE), "events.outside_period") == []


@pytest.mark.parametrize("rule", ["fire", "群体事件"])
def test_limiters_and_vetoes_may_rest_on_something_earlier(rule: str) -> None:
    """An earlier date is by design; a later one is warned of."""
    event = {"unit": "乙乡", "rule": rule, "reason": "x", "reference": "1号"}
    assert said(evaluated("2018", event | {"date": "2017-08-01"}), "events.outside_period") == []
    assert len(said(evaluated("2018", event | {"date": "2019-08-01"}), "events.outside_period")) == 1


def test_an_event_counted_before_names_the_period() -> None:
    """The same reference, date and content in an earlier ledger; it counts again all the same."""
    before = evaluated("2018-H1", LATE)
    again = evaluated("2018-H2", LATE, history=[before])
    (line,) = said(again, "events.counted_before")
    assert "7号 的这一事项已在 2018-H1 计过" in line
    assert again.ledger["amount"].tolist() == [-1.0]


@pytest.mark.parametrize(
    "other",
    [
        {"unit": "甲镇"},
        {"rule": "award"},
        {"reference": "9号"},
        {"date": "2018-07-05"},
        {"content": "另一件"},
    ],
)
def test_another_event_was_not_counted_before(other: dict[str, str]) -> None:
    """Another unit, item, reference, date or content is another event."""
    before = evaluated("2018-H1", LATE)
    assert said(evaluated("2018-H2", LATE | other, history=[before]), "events.counted_before") == []


def test_without_date_and_content_the_reason_tells_events_apart() -> None:
    """One document may be the ground of many events."""
    bare = {name: LATE[name] for name in ("unit", "rule", "reason", "reference")}
    before = evaluated("2018-H1", bare)
    assert len(said(evaluated("2018-H2", bare, history=[before]), "events.counted_before")) == 1
    other = bare | {"reason": "又一次迟报"}
    assert said(evaluated("2018-H2", other, history=[before]), "events.counted_before") == []


def test_what_was_waived_was_not_counted() -> None:
    """A deduction set aside in the earlier period may count now."""
    waiver = {"unit": "乙乡", "rule": "late", "authority": "市委", "document": "5号", "reason": "系统故障"}
    before = evaluated("2018-H1", LATE, waivers=pd.DataFrame([waiver]))
    assert said(evaluated("2018-H2", LATE, history=[before]), "events.counted_before") == []


def test_limiters_go_on_without_a_warning() -> None:
    """A limiter in force in two periods is no event counted twice."""
    event = {"unit": "乙乡", "rule": "fire", "reason": "x", "reference": "1号", "date": "2018-05-01"}
    before = evaluated("2018-H1", event)
    assert said(evaluated("2018-H2", event, history=[before]), "events.counted_before") == []
