"""加减分明细表: every event that bears on points, what caps cut off, and what was set aside."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np

from township_eval.language import Text
from township_eval.methods.varying import Array
from township_eval.reports.records import (
    coded,
    entry,
    in_order,
    printed,
    said,
    sheet_of,
    text,
    unit_entry,
)
from township_eval.reports.sheet import Average, Band, Row, Sheet, Table, Value
from township_eval.reports.sheets.evidence.printed import Entry, Record, number, row_of
from township_eval.reports.view import View, rounded
from township_eval.rules.ledger.words import KIND_WORDS, rule_words
from township_eval.scheme.events import POOL_NAMES

__all__ = ["bonus_and_deduction", "ledger_sheet"]

_NAME: Final = Text("加减分明细表", "Adjustments")
_CONTEXT: Final = "context"
#: rows that limit or undo another kind of row belong where that stands
_ENDS: Final = {"floor": "deduction", "ceiling": "bonus", "waived": "deduction"}


def ledger_sheet(view: View) -> Sheet | None:
    """Return 加减分明细表; None when nothing was added or taken and the scheme foresees neither."""
    ledger, scheme = view.evaluation.ledger_rows, view.evaluation.scheme
    if ledger.empty and not (scheme.adjustments or scheme.adjustment_items or scheme.context):
        return None
    entries = list(_entries(view))
    columns = tuple(one.column for one in entries)
    rows = tuple(_rows(view, entries, in_order(view, ledger)))
    nothing = Band(view.both("本期没有加减分事项", "Nothing was added or taken this period"))
    return sheet_of(view, _NAME, (Table(columns, rows or (nothing,), pinned=1),), _notes(view))


def _entries(view: View) -> Iterator[Entry]:
    yield unit_entry(view)
    yield entry(view.both("事项", "Item"), lambda row: _item(view, row), 16)
    yield entry(view.both("性质", "Kind"), coded(view, KIND_WORDS, "kind"), 11, "word")
    yield entry(view.both("依据文号", "Reference"), "reference", 18)
    yield entry(view.both("日期", "Date"), "date", 12, "word")
    yield entry(view.both("分值", "Stated"), lambda row: number(row.get("stated")), 8, "points")
    yield entry(view.both("封顶后", "Counted"), lambda row: number(row["amount"]), 8, "points")
    yield entry(view.both("审核人", "Checked by"), "checked_by", 10, "word")
    yield entry(view.both("说明", "Reason"), lambda row: said(view, row, "reason"), 44)
    yield entry(view.both("出处", "Cell"), "cell", 18)


def _item(view: View, row: Record) -> str:
    return view.say(rule_words(view.evaluation.scheme, str(row["rule"])))


def _rows(view: View, entries: list[Entry], records: list[Record]) -> Iterator[Row]:
    """Yield a unit's rows and below them what they come to."""
    for place, record in enumerate(records):
        yield row_of(entries, record)
        last = place + 1 == len(records) or records[place + 1]["unit"] != record["unit"]
        if last:
            own = [float(one["amount"]) for one in records if one["unit"] == record["unit"]]
            total = rounded(np.asarray(sum(own)), view.digits).item()
            name = printed(view, text(record, "unit"))
            values: list[Value] = [None] * len(entries)
            values[0], values[1], values[6] = name, view.both("小计", "Subtotal"), total
            yield Average(tuple(values))


def _notes(view: View) -> Iterator[str]:
    yield view.both(
        "分值为事项应计的分数;“封顶后”各行相加为小计,等于加减分后得分减去加减分前得分。封顶超出部分、"
        "容错免除部分单列一行;同一内容重复、不在批准名单的事项列出而不计分。",
        "Stated: what an event is worth. The counted column adds up to the subtotal, which is the adjusted"
        " score less the composite. What a cap cuts off and what is waived stand in rows of their own;"
        " repeated content and honors that are not approved are listed and count nothing.",
    )
    pools = view.evaluation.scheme.adjustments
    honors = pools.bonus.approved_honours if pools and pools.bonus else ()
    if honors:
        yield view.both("批准计分的表彰:", "Honors approved: ") + view.listed(honors) + view.both("。", ".")
    context = view.evaluation.scheme.context
    # a letter holds one unit's rows: who was adjusted for nothing is not told why others were
    if context is not None and bool((view.evaluation.ledger_rows["rule"] == _CONTEXT).any()):
        reason = context.reason
        yield view.both(f"情况调整单独列出,理由:{reason}", f"Circumstances stand apart; reason: {reason}")


def bonus_and_deduction(view: View) -> tuple[Array, Array, Array]:
    """Return what the ledger adds, takes, and adjusts for circumstances, ``(n_units,)`` each, as printed.

    What a cap cuts off a bonus is no deduction, nor what is given back of a deduction a bonus.
    """
    sums = {name: np.zeros(view.evaluation.units.n) for name in (*POOL_NAMES, "context")}
    pools = {item.id: item.pool for item in view.evaluation.scheme.adjustment_items}
    for record in view.evaluation.ledger_rows.to_dict("records"):
        amount = float(record["amount"])
        at = view.evaluation.units.index[str(record["unit"])]
        sums[_pool(record, pools, amount)][at] += amount
    bonus, deduction, context = (
        rounded(sums[name], view.digits) for name in ("bonus", "deduction", "context")
    )
    return bonus, deduction, context


def _pool(record: Record, pools: Mapping[str, str], amount: float) -> str:
    kind, rule = text(record, "kind"), str(record["rule"])
    if _CONTEXT in (kind, rule):
        return _CONTEXT
    if kind in _ENDS:
        return _ENDS[kind]
    known = rule if rule in POOL_NAMES else pools.get(rule, "")
    return known or ("bonus" if amount > 0 else "deduction")
