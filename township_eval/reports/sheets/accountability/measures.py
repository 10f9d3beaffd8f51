"""约谈整改通报问责建议表: what the scheme's flag rules propose, for whom, on what evidence and how sure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from township_eval.language import Text
from township_eval.reports.records import (
    coded,
    entry,
    in_order,
    records_of,
    said,
    sheet_of,
    table_of,
    text,
    unit_entry,
)
from township_eval.reports.sheet import Band, Sheet, Table, Value
from township_eval.reports.sheets.accountability.reading import measure_notes, rules_table, said_subject
from township_eval.reports.sheets.evidence.printed import Entry, Record, number
from township_eval.reports.view import View
from township_eval.rules.ledger.words import rule_words
from township_eval.rules.measures import say_measure
from township_eval.rules.words import CERTAINTIES, FLAG_STATES, say_code

__all__ = ["measures_sheet", "own_measures_sheet"]

_NAME: Final = Text("约谈整改通报问责建议表", "Proposed measures")
_UNSURE: Final = ("not_distinguishable", "resurvey")
_NOT_ASSESSED: Final = "not_assessed"
_CLEARED: Final = "cleared"
_CONTINUED: Final = "continued"
_LEAST_P: Final = 0.0001
_NO_EVIDENCE: Final = "1.0000"
_UNTESTED: Final = ("cleared", "resurvey")


def measures_sheet(view: View) -> Sheet | None:
    """Return 约谈整改通报问责建议表; None when the scheme has no flag rules."""
    if not view.evaluation.scheme.flags and view.evaluation.flag_rows.empty:
        return None
    tables = (*_proposals(view), *_waivers(view), rules_table(view))
    return sheet_of(view, _NAME, tables, measure_notes(view))


def own_measures_sheet(view: View) -> Sheet | None:
    """Return what is proposed for the units of the view, without the rules; None where nothing is."""
    if view.evaluation.flag_rows.empty and not records_of(view, "waivers"):
        return None
    return sheet_of(view, _NAME, (*_proposals(view), *_waivers(view)), measure_notes(view))


def _proposals(view: View) -> tuple[Table, ...]:
    """Return what is proposed: measures first, then honors and support, then what evidence left open."""
    rows = in_order(view, view.evaluation.flag_rows)
    sure = [row for row in rows if text(row, "status") not in _UNSURE]
    unsure = [row for row in rows if text(row, "status") in _UNSURE]
    measures = _table(view, [row for row in sure if _kind(row) == "sanction"])
    if not measures.rows:
        measures = Table(measures.columns, (Band(_nothing(view)),), pinned=1)
    return (measures, *_others(view, sure), *_open(view, unsure))


def _waivers(view: View) -> tuple[Table, ...]:
    """Return the waivers on file and what each set aside; no table without any."""
    rows = records_of(view, "waivers")
    if not rows:
        return ()
    entries = [
        unit_entry(view),
        entry(view.both("规则、事项", "Rule or item"), lambda row: _waived_rule(view, row), 10),
        entry(view.both("批准机关", "Authority"), "authority", 13),
        entry(view.both("理由", "Reason"), "reason", 40),
        entry(view.both("批准文件", "Document"), "document", 12),
        entry(view.both("有效期至", "Until"), "until", 12),
        entry(
            view.both("免除的内容", "Set aside"),
            lambda row: said(view, row, "to") or said(view, row, "why"),
            38,
        ),
    ]
    title = view.both("容错备案(免除的内容保留列出)", "Waivers (what they set aside stays listed)")
    return (table_of(entries, rows, title=title, spread=True),)


def _waived_rule(view: View, row: Record) -> str:
    rule = text(row, "rule")
    if rule in {one.id for one in view.evaluation.scheme.flags}:
        return _rule(view, row)
    return view.say(rule_words(view.evaluation.scheme, rule))


def _nothing(view: View) -> str:
    if view.evaluation.provisional:
        return view.both("预评不提出处理建议", "A provisional evaluation proposes no measures")
    return view.both("本期没有单位达到提出建议的情形", "No unit meets a condition this period")


def _others(view: View, rows: list[Record]) -> Iterator[Table]:
    """Yield lists that are no measures: 评优评先 and the like, and whom to support."""
    titles = {
        "positive": view.both(
            "正向建议名单(评优评先、示范创建等,供研究)", "Positive proposals (honors, demonstration)"
        ),
        "support": view.both("帮扶支持名单(供研究)", "Proposed for support"),
    }
    for kind, title in titles.items():
        own = [row for row in rows if _kind(row) == kind]
        if own:
            yield table_of(_some(view), own, title=title, spread=True)


def _open(view: View, rows: list[Record]) -> Iterator[Table]:
    if rows:
        title = view.both(
            "数值符合情形、但证据不足以区分的,不提出建议",
            "True of the figures, evidence too weak: nothing proposed",
        )
        yield table_of(_some(view), rows, title=title, spread=True)


def _table(view: View, rows: list[Record]) -> Table:
    return table_of(list(_entries(view)), rows, pinned=1)


def _entries(view: View) -> Iterator[Entry]:
    yield unit_entry(view)
    yield entry(view.both("对象", "Subject"), lambda row: _subject(view, row), 10)
    yield entry(view.both("规则", "Rule"), lambda row: _rule(view, row), 13)
    yield entry(view.both("符合情形(数值)", "Evidence"), lambda row: said(view, row, "evidence"), 40)
    yield entry(view.both("建议措施", "Proposed measure"), lambda row: _measure(view, row), 12, "word")
    yield entry(view.both("责任部门", "Responsible"), "owner", 12)
    yield entry(view.both("办理时限", "Due"), "due", 11, "word")
    yield entry(view.both("确定程度", "Certainty"), lambda row: _sure(view, row), 9, "word")
    yield entry("p", _p, 8, "word")
    yield entry(
        view.both("容错情况", "Waiver"), lambda row: text(row, "waiver") or view.both("无", "none"), 14
    )
    yield entry(view.head("basis"), "basis", 11)
    yield entry(view.both("状态", "Status"), coded(view, FLAG_STATES, "status"), 12)


def _some(view: View) -> list[Entry]:
    """Return the columns of lists that propose no measure of the ladder, or nothing at all."""
    return [
        unit_entry(view),
        entry(view.both("规则", "Rule"), lambda row: _rule(view, row), 10),
        entry(view.both("符合情形(数值)", "Evidence"), lambda row: said(view, row, "evidence"), 50),
        entry(view.both("建议", "Proposal"), lambda row: _measure(view, row), 12),
        entry(view.both("确定程度", "Certainty"), lambda row: _sure(view, row), 12),
        entry("p", _p, 8),
        entry(view.both("状态", "Status"), coded(view, FLAG_STATES, "status"), 16),
    ]


def _kind(row: Record) -> str:
    return text(row, "kind") or "sanction"


def _subject(view: View, row: Record) -> str:
    """Return whom a proposal is about, with the post; never a person."""
    subject = said_subject(view, text(row, "subject"))
    post = text(row, "post")
    return view.both(f"{subject}:{post}", f"{subject}: {post}") if post else subject


def _rule(view: View, row: Record) -> str:
    rules = {rule.id: rule.name for rule in view.evaluation.scheme.flags}
    return rules.get(text(row, "rule"), "") or text(row, "rule")


def _measure(view: View, row: Record) -> str:
    return view.say(say_measure(text(row, "measure")))


def _sure(view: View, row: Record) -> str:
    """Say how sure a proposal is; of a flag that is cleared there is none to be sure of."""
    if text(row, "status") == _CLEARED:
        return "—"
    return view.say(say_code(CERTAINTIES, text(row, "certainty")))


def _p(row: Record) -> Value:
    """Return p as printed; blank where nobody assessed it or nothing has an error."""
    p = number(row.get("p"))
    if p is None or p == 0 or text(row, "certainty") == _NOT_ASSESSED or text(row, "status") in _UNTESTED:
        return "—"
    shown = f"<{_LEAST_P}" if p < _LEAST_P else f"{p:.4f}"
    # what goes on without its condition being met has no evidence to weigh
    return "—" if text(row, "status") == _CONTINUED and shown == _NO_EVIDENCE else shown
