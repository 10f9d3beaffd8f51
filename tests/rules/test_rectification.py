"""整改台账: opened by proposals, carried on, closed with evidence."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import pytest

from township_eval.rules.flags import FLAG_COLUMNS
from township_eval.rules.rectification import keep_rectification
from township_eval.scheme.model import FlagRule

RULES = (FlagRule(id="F1", measure="约谈", name="满意度低"), FlagRule(id="F2", measure="责令整改"))
UNITS = ("101", "102")


def flags(*rows: tuple[str, str, str]) -> pd.DataFrame:
    """Return flags of (unit, rule, status)."""
    level = {"F1": 1, "F2": 2}
    measure = {rule.id: rule.measure for rule in RULES}
    found = [
        {"unit": unit, "rule": rule, "measure": measure[rule], "level": level[rule], "status": status,
         "kind": "sanction", "evidence": "低", "evidence_en": "low", "owner": "督查室",
         "post": "镇长", "due": "2018-07-15"}
        for unit, rule, status in rows
    ]  # fmt: skip
    return pd.DataFrame(found, columns=list(FLAG_COLUMNS))


def keep(
    given: pd.DataFrame, earlier: pd.DataFrame | None = None, replies: list[dict[str, Any]] | None = None,
    period: str = "2018-H1", as_of: str = "2018-06-30",
) -> tuple[pd.DataFrame, list[str]]:  # fmt: skip
    """Return the ledger and the codes of what is wrong."""
    frame = None if replies is None else pd.DataFrame(replies)
    rows, problems = keep_rectification(
        given, earlier, frame, rules=RULES, units=UNITS, period=period, as_of=date.fromisoformat(as_of)
    )
    assert all(problem.hint for problem in problems)
    return rows, [problem.code for problem in problems]


def test_proposals_are_numbered_by_unit_and_rule_whatever_the_order_of_rows() -> None:
    """What is shown but not proposed opens nothing."""
    rows = [("102", "F1", "proposed"), ("101", "F2", "proposed"), ("101", "F1", "not_distinguishable")]
    for order in (rows, rows[::-1]):
        ledger, _ = keep(flags(*order))
        assert ledger[["number", "unit", "rule", "status"]].to_numpy().tolist() == [
            ["2018-H1-001", "101", "F2", "open"], ["2018-H1-002", "102", "F1", "open"],
        ]  # fmt: skip


def test_entries_go_on_and_keep_their_numbers_until_they_are_closed() -> None:
    """A new period adds no second entry; after the term the entry is overdue."""
    first, _ = keep(flags(("101", "F1", "proposed")))
    again = flags(("101", "F1", "proposed"), ("102", "F1", "proposed"))
    second, _ = keep(again, first, period="2018-H2", as_of="2018-12-31")
    assert second[["number", "status"]].to_numpy().tolist() == [
        ["2018-H1-001", "overdue"], ["2018-H2-001", "overdue"],
    ]  # fmt: skip
    third, _ = keep(flags(), second, period="2019-H1", as_of="2019-06-30")
    assert third["number"].tolist() == ["2018-H1-001", "2018-H2-001"]


def test_only_evidence_and_a_date_close_an_entry() -> None:
    """A reply without evidence is an error; a closed entry is listed once more and then gone."""
    first, _ = keep(flags(("101", "F1", "proposed")))
    reply = {
        "i": 0,
        "rule": "满意度低",
        "action": "增设窗口",
        "closed": "2018-12-01",
        "responsible": "副镇长",
    }
    open_, codes = keep(flags(), first, [reply], "2018-H2", "2018-12-31")
    assert (codes, open_["status"].tolist()) == (["rectification.evidence"], ["overdue"])
    closed, codes = keep(flags(), first, [reply | {"evidence": "照片、台账"}], "2018-H2", "2018-12-31")
    assert codes == []
    row = closed.iloc[0]
    assert (row["status"], row["action"], row["post"], row["closed"]) == (
        "closed", "增设窗口", "副镇长", "2018-12-01",
    )  # fmt: skip
    assert keep(flags(), closed, period="2019-H1", as_of="2019-06-30")[0].empty


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        ({"rule": "F9"}, "rectification.unknown"),
        ({"i": 1, "rule": "F1"}, "rectification.unknown"),
        ({"closed": "下月", "evidence": "照片"}, "rectification.date"),
        ({"closed": "2019-03-01", "evidence": "照片"}, "rectification.date"),
    ],
)
def test_faults_of_replies_are_named(reply: dict[str, Any], code: str) -> None:
    """An entry that is not there, and days that are none or still to come."""
    first, _ = keep(flags(("101", "F1", "proposed")))
    _, codes = keep(flags(), first, [{"i": 0, "rule": "F1", **reply}], "2018-H2", "2018-12-31")
    assert codes == [code]


def test_two_replies_to_one_entry_are_a_fault() -> None:
    """Nobody guesses which one counts."""
    first, _ = keep(flags(("101", "F1", "proposed")))
    twice = [{"i": 0, "rule": "F1", "action": "甲"}, {"i": 0, "rule": "F1", "action": "乙"}]
    assert keep(flags(), first, twice, "2018-H2", "2018-12-31")[1] == ["rectification.twice"]


def test_a_flag_that_was_cleared_or_set_aside_still_waits_to_be_closed() -> None:
    """It is no longer overdue, also in later periods without a flag; raised anew it is open again."""
    first, _ = keep(flags(("101", "F1", "proposed")))
    for status in ("cleared", "waived"):
        second, _ = keep(flags(("101", "F1", status)), first, period="2018-H2", as_of="2018-12-31")
        assert second["status"].tolist() == [status]
        third, _ = keep(flags(), second, period="2019-H1", as_of="2019-06-30")
        assert third["status"].tolist() == [status]
        anew, _ = keep(flags(("101", "F1", "proposed")), second, period="2019-H1", as_of="2018-07-01")
        assert anew["status"].tolist() == ["open"]
