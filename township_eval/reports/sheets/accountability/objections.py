"""异议与复核登记表 and 更正单: who objected to what, what came of it, and which cells were corrected."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from township_eval.language import Text
from township_eval.reports.records import (
    entry,
    printed,
    records_of,
    sheet_of,
    table_of,
    text,
    unit_entry,
)
from township_eval.reports.sheet import Sheet
from township_eval.reports.sheets.evidence.printed import Entry, Record, number
from township_eval.reports.view import View

__all__ = ["corrections_sheet", "objections_sheet"]

_OBJECTIONS: Final = Text("异议与复核登记表", "Objections and reviews")
_CORRECTIONS: Final = Text("更正单", "Corrections")
_COMMENT: Final = Text("意见", "comment")
_OBJECTION: Final = Text("异议", "objection")


def objections_sheet(view: View) -> Sheet | None:
    """Return 异议与复核登记表, objections and comments by number; None without any."""
    records = sorted(records_of(view, "objections"), key=_number)
    if not records:
        return None
    notes = (
        view.both(
            "分数、名次变化为更正后重新计算与更正前一版相比;没有重新计算的留空。",
            "Changes of score and rank compare the recomputed edition with the one before; blank where"
            " nothing was computed anew.",
        ),
    )
    return sheet_of(view, _OBJECTIONS, (table_of(list(_entries(view)), records, pinned=1),), notes)


def _entries(view: View) -> Iterator[Entry]:
    yield entry(view.head("number"), "number", 8, "word")
    yield entry(view.both("类型", "Kind"), lambda row: _kind(view, row), 7, "word")
    yield entry(view.both("提出单位", "By"), lambda row: text(row, "by") or _unit(view, row), 13)
    yield entry(view.both("涉及单位", "About"), lambda row: _unit(view, row), 11)
    yield entry(view.both("事项", "Matter"), "matter", 26)
    yield entry(view.both("收到日期", "Received"), "received", 12, "word")
    yield entry(view.both("应答复日期", "Reply due"), "due", 12, "word")
    yield entry(view.both("复核结论", "Conclusion"), lambda row: _outcome(view, row), 22)
    yield entry(view.both("更正单号", "Correction"), "correction", 10, "word")
    yield entry(
        view.both("分数变化", "Score"), lambda row: _change(row, "composite", view.digits), 15, "word"
    )
    yield entry(view.both("名次变化", "Rank"), lambda row: _change(row, "rank", 0), 10, "word")
    yield entry(view.both("答复日期", "Answered"), lambda row: _answered(view, row), 13, "word")


def _number(row: Record) -> tuple[int, str]:
    said = text(row, "number")
    return (int(said) if said.isdecimal() else 0, said)


def _unit(view: View, row: Record) -> str:
    return printed(view, text(row, "unit"))


def _outcome(view: View, row: Record) -> str:
    """Return the conclusion on an objection, and what was replied."""
    parts = dict.fromkeys(text(row, name) for name in ("conclusion", "reply"))
    return view.both(";", "; ").join(part for part in parts if part)


def _kind(view: View, row: Record) -> str:
    return view.say(_COMMENT if text(row, "kind") == "comment" else _OBJECTION)


def _change(row: Record, of: str, digits: int) -> str:
    before, after = (number(row.get(f"{of}_{when}")) for when in ("before", "after"))
    if before is None or after is None:
        return ""
    return f"{before:.{digits}f} → {after:.{digits}f}"


def _answered(view: View, row: Record) -> str:
    late = view.both("(逾期)", " (late)") if _true(row.get("late")) else ""
    return f"{text(row, 'answered')}{late}"


def _true(value: Any) -> bool:
    return value is True or (hasattr(value, "item") and value.item() is True)


def corrections_sheet(view: View) -> Sheet | None:
    """Return 更正单, the cells corrected over the untouched inputs; None without any."""
    records = records_of(view, "corrections")
    if not records:
        return None
    names = {node.id: node.name for node in view.nodes}
    entries = [
        entry(view.head("number"), "number", 8, "word"),
        unit_entry(view),
        entry(
            view.head("indicator"),
            lambda row: (
                names.get(text(row, "indicator"), "") or text(row, "indicator") or text(row, "column")
            ),
            22,
        ),
        entry(view.both("单元格", "Cell"), "cell", 26),
        entry(view.both("原值", "Old"), lambda row: _value(row.get("old")), 10, "word"),
        entry(view.both("更正值", "New"), lambda row: _value(row.get("new")), 10, "word"),
        entry(view.both("更正理由", "Reason"), "reason", 32),
        entry(view.both("依据文件", "Document"), "document", 20),
        entry(view.both("批准人", "Approver"), "approver", 12, "word"),
        entry(view.both("日期", "Date"), "date", 12, "word"),
    ]
    notes = (
        view.both(
            "原始报送数据不改动,更正在其上应用并形成新版本。",
            "The inputs as received are untouched; corrections are applied over them as a new edition.",
        ),
    )
    return sheet_of(view, _CORRECTIONS, (table_of(entries, records, pinned=2),), notes)


def _value(value: Any) -> str:
    """Return a value as it stands in its cell; blank where there was none."""
    if isinstance(value, str):
        return value
    plain = number(value) if isinstance(value, int | float) or hasattr(value, "item") else None
    return "" if plain is None else f"{plain:.15g}"
