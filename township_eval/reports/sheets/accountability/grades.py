"""等次说明: every grade that is not the one the points give, with each reason."""

from __future__ import annotations

from typing import Final

from township_eval.language import Text
from township_eval.reports.records import (
    coded,
    entry,
    records_of,
    said,
    sheet_of,
    table_of,
    text,
    unit_entry,
)
from township_eval.reports.sheet import Sheet
from township_eval.reports.view import View
from township_eval.rules.words import GRADE_REASONS

__all__ = ["grades_sheet"]

_NAME: Final = Text("等次说明", "Grades explained")


def grades_sheet(view: View) -> Sheet | None:
    """Return 等次说明; None where every grade is the one the points give."""
    records = records_of(view, "grades")
    if not records:
        return None
    none = view.both("不评等次", "not graded")
    scheme = view.evaluation.scheme
    named = {limiter.id: limiter.name for limiter in scheme.limiters}
    named |= {veto.id: veto.name for veto in scheme.vetoes} | {rule.id: rule.name for rule in scheme.flags}
    entries = [
        unit_entry(view),
        entry(view.both("按得分", "By points"), lambda row: text(row, "by_cut") or none, 12, "word"),
        entry(view.both("评定", "Given"), lambda row: text(row, "grade") or none, 12, "word"),
        entry(view.both("类型", "Kind"), coded(view, GRADE_REASONS, "kind"), 14, "word"),
        entry(
            view.both("规则", "Rule"), lambda row: named.get(text(row, "rule"), "") or text(row, "rule"), 24
        ),
        entry(view.both("原因", "Reason"), lambda row: said(view, row, "reason"), 70),
    ]
    notes = (
        view.both(
            "只列评定等次与按得分应得等次不同的单位;有几条原因的逐条列出。等次和名额不改变得分。",
            "Units whose grade is not the one their points give, one line per reason. Grades and places never"
            " change a score.",
        ),
    )
    return sheet_of(view, _NAME, (table_of(entries, records, pinned=1),), notes)
