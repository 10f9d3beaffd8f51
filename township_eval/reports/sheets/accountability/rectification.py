"""整改台账: what was proposed, carried from period to period until it is closed with evidence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from township_eval.language import Text
from township_eval.reports.records import (
    coded,
    entry,
    printed,
    records_of,
    said,
    sheet_of,
    table_of,
    text,
)
from township_eval.reports.sheet import Sheet
from township_eval.reports.sheets.evidence.printed import Entry
from township_eval.reports.view import View
from township_eval.rules.measures import say_measure
from township_eval.rules.words import ENTRY_STATES

__all__ = ["rectification_sheet"]

_NAME: Final = Text("整改台账", "Rectification ledger")


def rectification_sheet(view: View) -> Sheet | None:
    """Return 整改台账 in the order of its numbers; None without entries."""
    records = sorted(records_of(view, "rectification"), key=lambda row: text(row, "number"))
    if not records:
        return None
    notes = (
        view.both(
            "台账逐期结转,有佐证和销号日期的方予销号;销号的在本期最后列出一次。",
            "Entries go on from period to period and are closed with evidence and a date; closed ones are"
            " listed once more.",
        ),
    )
    return sheet_of(view, _NAME, (table_of(list(_entries(view)), records, pinned=2),), notes)


def _entries(view: View) -> Iterator[Entry]:
    yield entry(view.head("number"), "number", 13, "word")
    yield entry(view.both("责任单位", "Unit"), lambda row: printed(view, text(row, "unit")), 11)
    yield entry(view.both("问题", "Problem"), lambda row: said(view, row, "problem"), 36)
    yield entry(
        view.both("措施", "Measure"), lambda row: view.say(say_measure(text(row, "measure"))), 12, "word"
    )
    yield entry(view.both("整改措施", "Action"), "action", 15)
    yield entry(view.both("督办部门", "Owner"), "owner", 11)
    yield entry(view.both("责任人职务", "Post"), "post", 10)
    yield entry(view.both("整改时限", "Due"), "due", 12, "word")
    yield entry(view.both("完成情况", "Situation"), "situation", 13)
    yield entry(view.both("佐证", "Evidence"), "evidence", 11)
    yield entry(view.both("销号日期", "Closed"), "closed", 12, "word")
    yield entry(view.both("状态", "Status"), coded(view, ENTRY_STATES, "status"), 10)
