"""任务推进半年汇总表 by department and by township, the departments' 考核附表, and the city's targets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from township_eval.language import Text
from township_eval.reports.sheet import Band, Column, Row, Sheet, Table, Value
from township_eval.reports.view import View, rounded
from township_eval.sources.tasks.parties import department

__all__ = ["city_targets_sheet", "department_tasks_sheet", "departments_sheet", "township_tasks_sheet"]

_DIRECTION: Final = "townships_rate_departments"
_FULL: Final = 100.0
_DIGITS: Final = 4  # of a fraction shown as percent

_STANDINGS: Final = {
    "on_time": Text("按期完成", "done on time"),
    "late": Text("逾期", "late"),
    "done": Text("已完成", "done"),
    "missing": Text("未报送", "no return"),
    "in_progress": Text("推进中", "in progress"),
    "not_due": Text("未到期", "not due"),
}
_FILINGS: Final = {
    "late": Text("迟报", "filed late"),
    "missing": Text("未报送", "not filed"),
    "undated": Text("报送日期未写", "filed, day not stated"),
    "not_due": Text("未到报送期", "not due"),
}
_TARGETS: Final = {
    "met": Text("已完成", "met"),
    "unmet": Text("未完成", "unmet"),
    "not_due": Text("未到期", "not due yet"),
    "not_reported": Text("未报送", "not reported"),
    "no_date": Text("未完成(未写时限)", "short of it (no day stated)"),
}
_LONG_TERM: Final = Text("长期", "long-term")
_NO_DEADLINE: Final = Text("未写明", "none stated")


def department_tasks_sheet(view: View) -> Sheet | None:
    """Return 任务推进半年汇总表 by department; None without a register of tasks."""
    return _summary(view, view.both("部门", "departments"), townships=False)


def township_tasks_sheet(view: View) -> Sheet | None:
    """Return 任务推进半年汇总表 by township; None without a task that townships have a part in."""
    return _summary(view, view.both("乡镇", "townships"), townships=True)


def departments_sheet(view: View) -> Sheet | None:
    """Return 市直部门(单位)效能目标管理考核附表; None without a register of tasks."""
    frame = view.evaluation.tables.get("task_departments")
    if frame is None or frame.empty:
        return None
    name = view.both("市直部门(单位)效能目标管理考核附表", "Department scorecard")
    columns = (
        Column(view.both("部门", "Department"), "text", 22),
        Column(view.both("牵头任务数", "Tasks led"), "whole", 12),
        Column(view.both("按期完成数", "Done on time"), "whole", 12),
        Column(view.both("配合任务数", "Tasks supported"), "whole", 12),
        Column(view.both("乡镇评议得分", "Points from townships"), "score", 14),
        Column(view.both("报送及时率", "Returns filed on time"), "percent", 14),
    )
    return Sheet(
        name=name,
        title=f"{view.evaluation.period} {name}",
        about=view.about,
        tables=(Table(columns, tuple(_department_rows(view, frame)), pinned=1),),
        notes=tuple(_department_notes(view)),
    )


def city_targets_sheet(view: View) -> Sheet | None:
    """Return what the city as a whole must reach and has reached; None without such targets."""
    frame = view.evaluation.tables.get("city_targets")
    if frame is None or frame.empty:
        return None
    name = view.both("全市目标完成情况表", "City targets")
    columns = (
        Column(view.both("编号", "Id"), "word", 8),
        Column(view.both("目标(原文)", "Target (as written)"), "text", 44),
        Column(view.both("牵头单位", "Lead"), "text", 20),
        Column(view.both("完成时限", "Deadline"), "word", 13),
        Column(view.both("应完成", "To reach"), "number", 10),
        Column(view.both("各单位分解合计", "Sum of shares"), "number", 12),
        Column(view.both("已完成", "Reached"), "number", 10),
        Column(view.both("是否完成", "Met"), "word", 14),
    )
    rows = tuple(
        (
            record["target"], record["text"], record["lead"], _deadline(view, record["deadline"]),
            _number(record["goal"]), _number(record["shared"]), _number(record["reported"]),
            view.say(_TARGETS[record["status"]]),
        )
        for record in frame.to_dict("records")
    )  # fmt: skip
    note = view.both(
        "到完成时限当日(含)仍未达到的为未完成;提前达到的即为已完成。",
        "A target counts as unmet once its day has passed, and as met as soon as it is reached.",
    )
    return Sheet(
        name=name,
        title=f"{view.evaluation.period} {name}",
        about=view.about,
        tables=(Table(columns, rows, pinned=1),),
        notes=(note,),
    )


def _summary(view: View, whose: str, *, townships: bool) -> Sheet | None:
    frame = view.evaluation.tables.get("tasks")
    if frame is None:
        return None
    own = frame[(frame["township"] != "") == townships]
    if own.empty:
        return None
    name = view.both(f"任务推进半年汇总表({whose})", f"Half-year tasks ({whose})")
    late = view.evaluation.tables.get("late_returns", pd.DataFrame(columns=["township"]))
    behind = late[(late["township"] != "") == townships]
    tables = [Table(_columns(view), tuple(_task_rows(view, own, townships=townships)), pinned=3)]
    if len(behind):
        tables.append(_late_table(view, behind))
    return Sheet(
        name=name,
        title=f"{view.evaluation.period} {name}",
        about=view.about,
        tables=tuple(tables),
        notes=tuple(_summary_notes(view)),
    )


def _columns(view: View) -> tuple[Column, ...]:
    return (
        Column(view.both("序号", "No."), "whole", 5),
        Column(view.both("章节", "Section"), "word", 10),
        Column(view.both("工作任务", "Task"), "text", 22),
        Column(view.both("牵头单位", "Lead"), "text", 14),
        Column(view.both("配合单位", "Cooperating"), "text", 20),
        Column(view.both("完成时限", "Deadline"), "word", 12),
        Column(view.both("进展情况", "Progress made"), "text", 24),
        Column(view.both("完成率", "Progress"), "percent", 9),
        Column(view.both("存在问题", "Problems"), "text", 16),
        Column(view.both("下一步打算", "Next steps"), "text", 16),
        Column(view.both("是否逾期", "Late"), "word", 8),
        Column(view.both("报送日期", "Filed on"), "word", 12),
    )


def _task_rows(view: View, frame: pd.DataFrame, *, townships: bool) -> Iterator[Row]:
    """Yield a band for every reporter and its tasks below, numbered anew."""
    key = "township" if townships else "reporter"
    groups = {str(name): some for name, some in frame.groupby(key, sort=False)}
    for name in _in_order(view, groups, townships=townships):
        records = groups[name].to_dict("records")
        yield Band(_band(view, records))
        for number, record in enumerate(records, start=1):
            yield _task_row(view, number, record)


def _in_order(view: View, groups: Iterable[str], *, townships: bool) -> list[str]:
    """Return townships as on every sheet, departments as they first stand in the register."""
    if not townships:
        return list(groups)
    codes = view.evaluation.units.codes
    kept = set(groups)
    return [codes[at] for at in view.order.tolist() if codes[at] in kept]


def _band(view: View, records: list[dict[Any, Any]]) -> str:
    late = sum(bool(record["late"]) for record in records)
    silent = sum(record["filing"] == "missing" for record in records)
    return view.both(
        f"{records[0]['reporter']}    任务{len(records)}项    逾期{late}项    未报送{silent}项",
        f"{records[0]['reporter']}    {len(records)} tasks    {late} late    {silent} without return",
    )


def _task_row(view: View, number: int, record: Mapping[Any, Any]) -> tuple[Value, ...]:
    standing = view.say(_STANDINGS[record["status"]])
    colon = view.both(":", ": ")
    return (
        number,
        record["section"],
        record["name"],
        record["lead"],
        record["cooperating"],
        _deadline(view, record["deadline"]),
        f"{standing}{colon}{record['situation']}" if record["situation"] else standing,
        _fraction(record["progress"], _FULL),
        record["problems"],
        record["next"],
        view.both("是", "yes") if record["late"] else view.both("否", "no"),
        _filed(view, record),
    )


def _filed(view: View, record: Mapping[Any, Any]) -> str:
    state = _FILINGS.get(record["filing"])
    if state is None:
        return str(record["filed"])
    return f"{record['filed']}({view.say(state)})" if record["filed"] else view.say(state)


def _late_table(view: View, frame: pd.DataFrame) -> Table:
    columns = (
        Column(view.both("序号", "No."), "whole", 5),
        Column(view.both("任务", "Task id"), "word", 8),
        Column(view.both("工作任务", "Task"), "text", 22),
        Column(view.both("报送单位", "Reporter"), "text", 14),
        Column(view.both("报送期", "Period"), "word", 10),
        Column(view.both("应报日期", "Due"), "word", 12),
        Column(view.both("实报日期", "Filed on"), "word", 12),
        Column(view.both("情形", "State"), "word", 9),
    )
    rows = tuple(
        (
            number, record["task"], record["name"], record["reporter"], record["period"], record["due"],
            record["filed"], view.say(_FILINGS[record["state"]]),
        )
        for number, record in enumerate(frame.to_dict("records"), start=1)
    )  # fmt: skip
    return Table(columns, rows, title=view.both("迟报、漏报清单", "Returns late or missing"))


def _summary_notes(view: View) -> Iterator[str]:
    as_of = view.evaluation.as_of
    yield view.both(
        f"截至 {as_of}:完成时限当日(含)未完成的为逾期;长期任务和未写时限的任务不判逾期,仍须报送。",
        f"As of {as_of}. A task not done by the end of its deadline is late; long-term tasks and tasks"
        " without a deadline are never late, and returns about them are due all the same.",
    )
    yield view.both(
        "牵头单位、有职责的乡镇和已认领的配合单位,于每年6月30日、12月31日前报送;多家牵头的分别报送。",
        "Leads, townships with a part in a task and cooperating departments that have claimed their share"
        " file returns by 30 June and 31 December; of several leads each files its own.",
    )


def _department_rows(view: View, frame: pd.DataFrame) -> Iterator[Row]:
    points = _points_from_townships(view)
    for record in frame.to_dict("records"):
        name = str(record["department"])
        counts = (int(record[column]) for column in ("led", "led_on_time", "supported"))
        yield (name, *counts, points.get(name), _fraction(record["filing_rate"], 1.0))


def _points_from_townships(view: View) -> dict[str, Value]:
    """Return what the townships gave each department; a department may be written with its office."""
    frame = view.evaluation.tables.get("reviews_total")
    if frame is None:
        return {}
    own = frame[frame["direction"] == _DIRECTION]
    said = zip(own["name"].astype(str), own["score"], strict=True)
    return {department(name): _points(score) for name, score in said}


def _department_notes(view: View) -> Iterator[str]:
    yield view.both(
        "按期完成数:牵头任务中在完成时限内完成的项数,长期任务和未写时限的任务不计。",
        "Done on time: tasks led that were done within their deadline; tasks without one are not counted.",
    )
    yield view.both(
        "报送及时率:按时报送次数占应报送次数的比例;空格表示本期没有应报送事项。",
        "Returns filed on time: share of the returns due; blank where none was due.",
    )
    if not _points_from_townships(view):
        yield view.both(
            "本期没有乡镇评议部门的票。", "No ballots of townships about departments this period."
        )


def _deadline(view: View, written: str) -> str:
    return view.say({"long_term": _LONG_TERM, "": _NO_DEADLINE}.get(written, written))


def _fraction(value: Any, whole: float) -> float | None:
    return None if pd.isna(value) else rounded(np.asarray(float(value) / whole), _DIGITS).item()


def _points(value: Any) -> float | None:
    return None if pd.isna(value) else rounded(np.asarray(float(value)), 2).item()


def _number(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)
