"""公开清单: each township's results to be opened: its values, its points, its tasks (实绩)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from township_eval.inputs import REPORTED, STATUS_TEXTS
from township_eval.language import Text
from township_eval.reports.records import sheet_of, text
from township_eval.reports.sheet import Band, Cell, Column, Row, Sheet, Table, Value
from township_eval.reports.sheets.accountability.publication import (
    by_code,
    disclosure_of,
    published_value,
    surveys,
)
from township_eval.reports.sheets.evidence.printed import Record, number
from township_eval.reports.sheets.evidence.withheld import TOTAL, Withheld, withheld
from township_eval.reports.view import View
from township_eval.scheme.model import Indicator

__all__ = ["opened_sheet"]

_NAME: Final = Text("公开清单", "Results opened")
_MOST_ROWS: Final = 50_000
_STATES: Final = {
    "on_time": Text("按期完成", "done on time"),
    "late": Text("逾期", "late"),
    "done": Text("已完成", "done"),
    "missing": Text("未报送", "no return"),
    "in_progress": Text("推进中", "in progress"),
    "not_due": Text("未到期", "not due"),
}


def opened_sheet(view: View) -> Sheet | None:
    """Return 公开清单; None without a stated disclosure, for partial data, when far too long."""
    evaluation = view.evaluation
    if evaluation.provisional or evaluation.scheme.disclosure is None:
        return None
    if evaluation.units.n * len(evaluation.plan.leaves) > _MOST_ROWS:
        return None
    columns = (
        Column(view.both("指标、工作任务", "Indicator or task"), "text", 40),
        Column(view.head("unit_of_measure"), "word", 10),
        Column(view.both("完成值", "Value"), "number", 14),
        Column(view.head("weight"), "number", 10),
        Column(view.both("得分", "Score") if view.in_points else view.both("得分率", "Score (0-100)"),
               view.shown_kind, 10),
        Column(view.both("完成情况", "Progress"), "text", 46),
    )  # fmt: skip
    return sheet_of(view, _NAME, (Table(columns, tuple(_rows(view)), pinned=1),), _notes(view))


def _rows(view: View) -> Iterator[Row]:
    evaluation = view.evaluation
    tasks = _tasks(view)
    shown = {row: view.shown(row) for row in evaluation.plan.leaves}
    asked, hidden = {leaf.id for leaf in surveys(view)}, withheld(view)
    cut = view.both("所属板块得分因事项折减,见加减分明细", "an event took a part of its block's score")
    for at in by_code(view).tolist():
        yield Band(_heading(view, at, hidden))
        for place, row in enumerate(evaluation.plan.leaves):
            if evaluation.plan.counted[row, at]:
                value = hidden.get((row, at)) or _value(view, place, at, asked)
                points = None if (row, at) in hidden else number(shown[row][at])
                yield (
                    view.nodes[row].name, getattr(view.nodes[row], "unit", ""), value,
                    float(evaluation.plan.weight[row, at]), points,
                    cut if evaluation.plan.under_events[row, at] else "",
                )  # fmt: skip
        for record in tasks.get(evaluation.units.codes[at], ()):
            yield (text(record, "name"), "", _progress(record), None, None, _situation(view, record))


def _heading(view: View, at: int, hidden: Withheld) -> str:
    evaluation = view.evaluation
    points = None if (TOTAL, at) in hidden else number(evaluation.standing.adjusted[at])
    said = "—" if points is None else f"{points:.{view.digits}f}"
    name, head, grade = evaluation.units.names[at], view.head("adjusted"), evaluation.standing.grade[at]
    return view.both(
        f"{name}    {head} {said}" + (f"    等次 {grade}" if grade else ""),
        f"{name}    {head.lower()} {said}" + (f"    grade {grade}" if grade else ""),
    )


def _reported(view: View, place: int, at: int) -> bool:
    return int(view.evaluation.leaves.status[place, at]) == REPORTED


def _value(view: View, place: int, at: int, asked: set[str]) -> Value | Cell:
    node = view.nodes[view.evaluation.plan.leaves[place]]
    if not _reported(view, place, at):
        return Cell(view.say(STATUS_TEXTS[int(view.evaluation.leaves.status[place, at])]))
    if isinstance(node, Indicator) and node.id in asked:
        return published_value(view, place, at)
    return number(float(np.round(view.evaluation.leaves.value[place, at], 6)))


def _tasks(view: View) -> dict[str, list[Record]]:
    """Return the tasks that townships have a part in, by unit code."""
    frame = view.evaluation.table_rows.get("tasks")
    found: dict[str, list[Record]] = {}
    for record in () if frame is None else frame.to_dict("records"):
        if text(record, "township"):
            found.setdefault(text(record, "township"), []).append(record)
    return found


def _progress(record: Record) -> str | None:
    progress = number(record.get("progress"))
    return None if progress is None else f"{progress:g}%"


def _situation(view: View, record: Record) -> str:
    state = view.say(_STATES.get(text(record, "status"), text(record, "status")))
    made = text(record, "situation")
    return view.both(f"{state}:{made}", f"{state}: {made}") if made else state


def _notes(view: View) -> Iterator[str]:
    yield view.both(
        "公开各乡镇(街道)的实绩:指标完成值、得分和承担任务的进展;按类别、代码排列,顺序与得分无关。",
        "What each township achieved: values, points, progress of its tasks; by class, then by code.",
    )
    if surveys(view):
        least = disclosure_of(view).minimum_n
        yield view.both(
            f"有效样本少于{least}份或样本量不明的满意度及其得分不公布;只有一项不公布的,"
            "另有一项一并不公布,以免由总分推算。",
            f"Satisfaction from fewer than {least} answers, or of unknown sample, is not published; where"
            " only one item is left out, a second one is too, or the total would give it away.",
        )
