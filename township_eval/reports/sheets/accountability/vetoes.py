"""一票否决事项核查表: which vetoes are approved, what triggered them, and what works like one."""

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
    unit_entry,
)
from township_eval.reports.sheet import Band, Sheet, Table
from township_eval.reports.sheets.evidence.printed import Entry, Record
from township_eval.reports.view import View
from township_eval.rules.grading.likeness import VETO_LIKE
from township_eval.rules.words import GRADE_REASONS

__all__ = ["veto_sheet"]

_NAME: Final = Text("一票否决事项核查表", "Vetoes checked")


def veto_sheet(view: View) -> Sheet | None:
    """Return 一票否决事项核查表; None when there is neither a veto nor anything that works like one."""
    vetoes, alike = records_of(view, "vetoes"), records_of(view, "veto_like")
    if not vetoes and not alike:
        return None
    first = table_of(list(_entries(view)), vetoes, pinned=1)
    if not vetoes:
        nothing = Band(view.both("方案没有设一票否决事项", "The scheme has no vetoes"))
        first = Table(first.columns, (nothing,), pinned=1)
    tables = (first, *_alike(view, alike))
    return sheet_of(view, _NAME, tables, _notes(view, vetoes))


def _entries(view: View) -> Iterator[Entry]:
    yield entry(view.both("事项", "Veto"), lambda row: text(row, "name") or text(row, "veto"), 18)
    yield unit_entry(view)
    yield entry(view.both("触发情况", "Triggered by"), lambda row: _event(view, row), 30)
    yield entry(view.both("批准文号", "Approval"), "approval", 20)
    yield entry(view.both("批准机关", "Authority"), "authority", 16)
    yield entry(view.both("批准层级", "Level"), "level", 10, "word")
    yield entry(view.both("有效期", "Valid"), lambda row: _validity(view, row), 14, "word")
    yield entry(view.both("是否生效", "Effective"), lambda row: _state(view, row), 10, "word")
    yield entry(view.both("说明", "Why"), lambda row: said(view, row, "why"), 36)


def _event(view: View, row: Record) -> str:
    if not text(row, "unit"):
        return view.both("未触发", "not triggered")
    parts = [text(row, name) for name in ("date", "event", "reference")]
    return " ".join(part for part in parts if part)


def _validity(view: View, row: Record) -> str:
    start, end = text(row, "approved"), text(row, "until")
    if not start and not end:
        return ""
    if not end:
        return view.both(f"{start}起", f"from {start}")
    return view.both(f"{start}至{end}", f"{start} to {end}")


def _state(view: View, row: Record) -> str:
    if bool(row["effective"]):
        return view.both("生效", "yes")
    return view.both("不予适用", "no") if text(row, "unit") else view.both("未触发", "not triggered")


def _alike(view: View, records: list[Record]) -> Iterator[Table]:
    if not records:
        return
    entries = [
        entry(view.both("类型", "Kind"), coded(view, GRADE_REASONS, "kind"), 12, "word"),
        entry(view.both("事项", "Rule"), lambda row: text(row, "name") or text(row, "id"), 20),
        entry(view.both("涉及单位", "Units met"), lambda row: _units(view, row), 24),
        entry(view.both("说明", "What it does"), lambda row: said(view, row, "what"), 60),
    ]
    title = VETO_LIKE.en[:1].upper() + VETO_LIKE.en[1:] if view.lang == "en" else VETO_LIKE.zh
    yield table_of(entries, records, title=title, spread=True)


def _units(view: View, row: Record) -> str:
    codes = text(row, "units").split("、")
    return view.listed(printed(view, code) for code in codes if code) or view.both("无", "none")


def _notes(view: View, vetoes: list[Record]) -> Iterator[str]:
    count, most = len(view.evaluation.scheme.vetoes), view.evaluation.scheme.most_vetoes
    limit = "" if most is None else view.both(f",规定不超过 {most} 项", f", at most {most} intended")
    yield view.both(f"方案列一票否决 {count} 项{limit}。", f"Vetoes of the scheme: {count}{limit}.")
    yield view.both(
        "一票否决须按程序报自治区批准,写明文号、机关、层级、日期;未按程序报自治区批准的,列出而不予适用。",
        "A veto takes the autonomous region's approval with reference, authority, level and date; without it"
        " it is listed and not applied.",
    )
    inert = sum(not bool(row["effective"]) and bool(text(row, "unit")) for row in vetoes)
    if inert:
        yield view.both(
            f"本期触发而不予适用的 {inert} 项。", f"Triggered and not applied this period: {inert}."
        )
