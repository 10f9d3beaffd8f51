"""The register of objections and comments, and the stages in which results are opened."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import pytest

import township_eval as te
from township_eval.inputs import Units
from township_eval.rules.objections import disclosure_rows, objection_rows, rescored
from township_eval.scheme.model import Scheme

UNITS = Units(("001", "002"), ("甲镇", "乙乡"), ("", ""), ("", ""), (("甲",), ()))
FILED = {"number": "Y1", "unit": "甲", "matter": "自来水普及率", "received": "2019-01-02"}


def scheme(**disclosure: Any) -> Scheme:
    """Return a scheme that opens its results."""
    return te.read_scheme(
        {
            "name": "虚构方案", "version": "1", "holidays": ["2019-01-01"], "disclosure": disclosure,
            "index": {"children": [{"id": "a", "weight": 100}]},
        }
    )  # fmt: skip


def registered(
    *rows: dict[str, Any], corrections: pd.DataFrame | None = None
) -> tuple[pd.DataFrame, list[te.Problem]]:
    """Register rows and return the table and the problems."""
    slips = pd.DataFrame(columns=["number", "objection"]) if corrections is None else corrections
    table, problems = objection_rows(scheme(answer_days=3), pd.DataFrame(list(rows)), UNITS, slips)
    assert all(problem.hint for problem in problems)
    return table, list(problems)


def test_due_day_counts_working_days_from_the_day_after() -> None:
    """Three working days after Wednesday are Monday; an answer on that day is in time, on the next late."""
    table, problems = registered(
        FILED, FILED | {"number": "Y2", "answered": "2019-01-07", "conclusion": "维持"}
    )
    assert table[["due", "late"]].to_numpy().tolist() == [["2019-01-07", False]] * 2
    assert problems == []
    table, problems = registered(FILED | {"answered": "2019-01-08", "reply": "已答复"})
    assert table["late"].tolist() == [True]
    assert [(one.severity, one.code) for one in problems] == [("warning", "objection.late")]


def test_comment_may_be_about_nobody_in_particular() -> None:
    """A comment of the public is kept with its reply; an objection must come from a unit."""
    comment = {
        "number": "J1",
        "kind": "意见",
        "by": "群众",
        "matter": "建议公开水质",
        "received": "2019-01-03",
    }
    table, problems = registered(comment)
    assert (problems, table[["kind", "unit", "by"]].to_numpy().tolist()) == ([], [["comment", "", "群众"]])
    assert [one.code for one in registered(comment | {"kind": "异议"})[1]] == ["objection.incomplete"]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"matter": ""}, "objection.incomplete"),
        ({"received": "年初"}, "objection.date"),
        ({"received": None}, "objection.incomplete"),
        ({"unit": "丙镇"}, "unit.unknown"),
        ({"kind": "投诉信"}, "objection.kind"),
        ({"answered": "2019-01-01", "conclusion": "维持"}, "objection.date"),
        ({"answered": "2019-01-04"}, "objection.conclusion"),
        ({"correction": "G9"}, "objection.correction"),
    ],
)
def test_faulty_entry_is_an_error(changed: dict[str, Any], code: str) -> None:
    """An entry that is not clear is an error with a hint, and is not registered."""
    table, problems = registered(FILED | changed)
    assert (code in [one.code for one in problems], len(table)) == (True, 0)


def test_number_is_used_once() -> None:
    """Two entries of one number are an error that names both places."""
    table, problems = registered(FILED, FILED | {"unit": "乙乡"})
    assert [one.code for one in problems] == ["objection.number"]
    assert "objections[0]" in problems[0].what.zh
    assert len(table) == 1


def test_correction_and_objection_find_each_other() -> None:
    """A slip that names its objection links it, whichever of the two says so; a stranger is an error."""
    slips = pd.DataFrame({"number": ["G1"], "objection": ["Y1"]})
    table, problems = registered(FILED, corrections=slips)
    assert (problems, table["correction"].tolist()) == ([], ["G1"])
    _, problems = registered(FILED, corrections=pd.DataFrame({"number": ["G1"], "objection": ["Y7"]}))
    assert [one.code for one in problems] == ["correction.objection"]


def test_order_of_rows_does_not_matter() -> None:
    """The register is in the order of its numbers."""
    rows = [FILED | {"number": number} for number in ("Y3", "Y1", "Y2")]
    backwards, _ = registered(*rows[::-1])
    forwards, _ = registered(*rows)
    pd.testing.assert_frame_equal(forwards.drop(columns="cell"), backwards.drop(columns="cell"))
    assert forwards["number"].tolist() == ["Y1", "Y2", "Y3"]


def test_rescored_shows_what_changed_where_something_was_corrected() -> None:
    """Composite and rank before and after stand with an objection that led to a correction, else nowhere."""
    slips = pd.DataFrame({"number": ["G1"], "objection": ["Y1"]})
    table, _ = registered(FILED, FILED | {"number": "Y2", "unit": "乙乡"}, corrections=slips)
    before = pd.DataFrame({"composite": [80.0, 82.0], "rank": [2, 1]}, index=["001", "002"])
    after = pd.DataFrame({"composite": [84.0, 82.0], "rank": [1, 2]}, index=["001", "002"])
    figures = ["composite_before", "composite_after", "rank_before", "rank_after"]
    assert rescored(table, before, after)[figures].fillna(-1).to_numpy().tolist() == [
        [80.0, 84.0, 2.0, 1.0],
        [-1.0] * 4,
    ]


def test_three_stages_are_dated_from_the_day_the_data_stand_at() -> None:
    """Openness has no end, notice and deliberation end after their days; holidays are no working days."""
    rows, problems = disclosure_rows(
        scheme(notice_days=2, objection_days=4, channel="考核办"), date(2018, 12, 28)
    )
    assert rows[["stage", "from", "to"]].to_numpy().tolist() == [
        ["disclosure", "2018-12-28", ""],
        ["notice", "2018-12-28", "2019-01-02"],
        ["deliberation", "2018-12-28", "2019-01-04"],
    ]
    assert (problems, set(rows["channel"])) == ((), {"考核办"})


def test_a_posting_day_of_the_period_goes_before_the_day_of_the_data() -> None:
    """Results are posted after the data are in: the scheme may say when, period by period."""
    stated = scheme(notice_days=2, starts={"2018-H1": "2018-07-03", "2018-H2": "2019-01-02"})
    rows, problems = disclosure_rows(stated.for_period("2018-H2"), None)
    assert rows[["from", "to"]].to_numpy().tolist()[1] == ["2019-01-02", "2019-01-04"]
    assert problems == ()
    with pytest.raises(te.SchemeError) as caught:
        scheme(starts={"2018-H1": "七月三日"})
    assert "scheme.date" in [one.code for one in caught.value.problems]


def test_without_a_day_the_stages_have_no_dates() -> None:
    """Nobody's clock is asked: without as_of there is a warning and no date."""
    rows, problems = disclosure_rows(scheme(), None)
    assert set(rows["from"]) | set(rows["to"]) == {""}
    assert [(one.severity, one.code) for one in problems] == [("warning", "disclosure.no_as_of")]


def test_a_correction_for_an_objection_needs_a_register() -> None:
    """Its number leads nowhere where nothing was registered at all."""
    slips = pd.DataFrame([{"number": "G1", "objection": "Y9"}])
    for filed in (None, pd.DataFrame()):
        _, problems = objection_rows(scheme(), filed, UNITS, slips)
        assert [(one.severity, one.code) for one in problems] == [("error", "correction.objection")]
