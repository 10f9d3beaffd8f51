"""What one township is told: its result beside its class, until when it may object, and a receipt."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from typing import Final, TypeAlias

import numpy as np

from township_eval.language import Text
from township_eval.methods.varying import Array
from township_eval.reports.records import sheet_of
from township_eval.reports.sheet import Column, Row, Sheet, Table
from township_eval.reports.sheets.accountability.ledger import bonus_and_deduction
from township_eval.reports.sheets.accountability.publication import channel_of, dates_of, disclosure_of
from township_eval.reports.sheets.evidence.printed import number
from township_eval.reports.view import View, rounded

__all__ = ["letter_sheet", "receipt_sheet"]

Fact: TypeAlias = tuple[str, str]

_LETTER: Final = Text("考核结果告知书", "Notice of results")
_RECEIPT: Final = Text("回执", "Receipt")
_ITEM: Final = 23.0
_CONTENT: Final = 42.0
_POINTS: Final = 21.0
_LINE: Final = 66.0


def letter_sheet(view: View, at: int) -> Sheet:
    """Return the letter to one unit: its result, and every block beside mean and best of its class.

    Parameters
    ----------
    view : View
        Of the whole evaluation.
    at : int
        Position of the unit.
    """
    item = Column(view.both("项目", "Item"), "text", _ITEM)
    content = Column(view.both("内容", "Content"), "text", _CONTENT)
    rows = tuple(_side_by_side(list(_facts(view, at))))
    tables = (Table((item, content, item, content), rows, spread=True), _blocks(view, at))
    return sheet_of(view, _LETTER, tables, _notes(view))


def _side_by_side(facts: list[Fact]) -> Iterator[Row]:
    """Yield two facts a line, the first half on the left: so the letter keeps to one page."""
    half = (len(facts) + 1) // 2
    blank: Fact = ("", "")
    for left, right in zip_longest(facts[:half], facts[half:], fillvalue=blank):
        yield (*left, *right)


def _facts(view: View, at: int) -> Iterator[Fact]:
    evaluation = view.evaluation
    units, standing = evaluation.units, evaluation.standing
    yield view.unit_head, f"{units.names[at]}({units.codes[at]})"
    if view.group_ids:
        yield view.head("group"), view.group_name(units.groups[at])
    yield view.both("数据截止", "Data as of"), evaluation.as_of or view.both("未注明", "not stated")
    if len(evaluation.ledger_rows):
        yield view.both("综合得分(加减分前)、加减分", "Composite before, and adjustments"), _sum(view, at)
    yield view.head("adjusted"), _points(view, standing.adjusted[at])
    yield view.head("grade"), standing.grade[at] or view.both("不评等次", "not graded")
    yield from _ranks(view, at)
    yield from _terms(view)


def _sum(view: View, at: int) -> str:
    """Return what the adjusted points are the sum of, on one line."""
    bonus, deduction, context = (one[at] for one in bonus_and_deduction(view))
    parts = [(view.head("bonus"), bonus), (view.head("deduction"), deduction)]
    if view.evaluation.scheme.context is not None:
        parts.append((view.head("context"), context))
    before = _points(view, view.evaluation.standing.composite[at])
    return view.both(",", ", ").join([before, *(f"{head} {_points(view, value)}" for head, value in parts)])


def _points(view: View, value: float) -> str:
    return "—" if np.isnan(value) else f"{value:.{view.digits}f}"


def _ranks(view: View, at: int) -> Iterator[Fact]:
    """Yield the unit's own ranks, and the set that the errors leave possible."""
    standing, sets = view.evaluation.standing, view.evaluation.rank_sets
    known = [("rank", standing.rank, 0)]
    if view.group_ids:
        known.insert(0, ("rank_in_group", standing.rank_in_group, 1))
    for head, ranks, inside in known:
        if np.isnan(ranks[at]):
            continue
        mine = _class_of(view, at) if inside else np.arange(view.evaluation.units.n)
        count = int((~np.isnan(ranks[mine])).sum())
        said = view.both(f"第 {ranks[at]:.0f}(共 {count} 个)", f"{ranks[at]:.0f} of {count}")
        if sets is not None and sets[inside].lower[at] != sets[inside].upper[at]:
            low, high = (int(end[at]) for end in (sets[inside].lower, sets[inside].upper))
            said += view.both(f",95%名次区间 {low}—{high}", f", 95 % set {low} to {high}")
        yield view.head(head), said


def _terms(view: View) -> Iterator[Fact]:
    """Yield what may be objected to, until when, and where."""
    if view.evaluation.provisional:
        return
    start, end = dates_of(view, "notice")
    if start and end:
        yield view.both("公示起止", "Posted"), view.both(f"{start}至{end}", f"{start} to {end}")
    yield (
        view.both("可提出异议的事项", "What may be objected to"),
        view.both(
            "本告知书所列数据、得分、加减分、等次和处理建议",
            "data, scores, adjustments, grade and proposed measures of this notice",
        ),
    )
    _, last = dates_of(view, "deliberation")
    by = last or view.both("____年__月__日", "______________")
    yield view.both("异议截止日期", "Objections until"), by
    yield view.both("异议渠道", "Objections to"), channel_of(view) or "____________________"


def _class_of(view: View, at: int) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    units = view.evaluation.units
    return view.members(units.groups[at]) if view.group_ids and units.groups[at] else view.order


def _blocks(view: View, at: int) -> Table:
    columns = (
        Column(view.both("板块", "Block"), "text", _ITEM),
        Column(view.both("分值", "Full marks"), "number", _POINTS),
        Column(view.both("本单位", "This unit"), view.shown_kind, _POINTS),
        Column(view.both("同类平均", "Mean of the class"), view.shown_kind, _POINTS),
        Column(view.both("同类最高", "Best of the class"), view.shown_kind, _POINTS),
    )
    return Table(columns, tuple(_lines(view, at)), title=view.both("与同类比较", "Beside its class"))


def _lines(view: View, at: int) -> Iterator[Row]:
    evaluation = view.evaluation
    for row in view.blocks:
        weight = number(evaluation.plan.weight[row, at])
        yield (view.nodes[row].name, weight, *_beside(view, view.shown(row), at, view.shown_digits))
    adjusted = evaluation.standing.adjusted
    if view.in_points:
        yield (view.head("adjusted"), evaluation.scheme.scale, *_beside(view, adjusted, at, view.digits))


def _beside(
    view: View, values: Array, at: int, digits: int
) -> tuple[float | None, float | None, float | None]:
    """Return a unit's value, the mean and the best of its class; nobody is named."""
    known = values[_class_of(view, at)]
    known = known[~np.isnan(known)]
    if not len(known):
        return number(values[at]), None, None
    mean = float(rounded(np.asarray(known.mean()), digits))
    return number(values[at]), mean, float(known.max())


def _notes(view: View) -> Iterator[str]:
    yield view.both(
        "同类平均、同类最高不列单位名称;逐项得分及数据出处见“指标得分明细表”。",
        "Mean and best of the class name nobody; every item and its source stand under Indicator details.",
    )
    if view.evaluation.provisional:
        yield view.both("预评结果,不作为提出异议的依据。", "Provisional: no ground for objections.")
        return
    stated = disclosure_of(view)
    if view.evaluation.scheme.disclosure is not None:
        days = (
            view.both("个工作日", " working days") if stated.days == "working" else view.both("日", " days")
        )
        yield view.both(
            f"对结果有异议的,请在截止日期前书面提出并附佐证,收到后{stated.answer_days}{days}内答复。",
            f"Object in writing by that day, with evidence; answers take {stated.answer_days}{days}.",
        )


def receipt_sheet(view: View, at: int) -> Sheet:
    """Return the receipt that goes back: who signed when, and whether there is an objection."""
    units = view.evaluation.units
    columns = (
        Column(view.both("项目", "Item"), "text", _ITEM),
        Column(view.both("填写", "To be filled in"), "text", _LINE),
    )
    blank = "\n"
    rows: tuple[Row, ...] = (
        (view.unit_head, f"{units.names[at]}({units.codes[at]})"),
        (view.both("考核期", "Period"), view.evaluation.period),
        (view.both("方案指纹", "Fingerprint"), view.short_fingerprint),
        (view.both("签收人", "Received by"), blank),
        (view.both("签收日期", "Date"), blank),
        (view.both("有无异议", "Objection"), view.both("□ 无异议    □ 有异议", "□ none    □ yes")),
        (view.both("异议事项和理由", "Matter and reasons"), blank * 4),
        (view.both("单位(盖章)", "Seal"), blank * 2),
    )
    note = view.both(
        "请在异议截止日期前退回;逾期未退回的,不影响依法依规提出申诉。",
        "Return it before the last day for objections; rights of appeal are not affected.",
    )
    sheet = sheet_of(view, _RECEIPT, (Table(columns, rows, pinned=1),), (note,))
    return Sheet(sheet.name, sheet.title, sheet.tables, sheet.notes, sheet.about, signed=False)
