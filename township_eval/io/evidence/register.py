"""The register of tasks, its targets, and the returns about them: sheets 任务, 指标 and 报送."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from township_eval.io.evidence.listing import (
    Words,
    find_listing,
    note_others,
    refuse_header,
    rows_with,
    without_asides,
)
from township_eval.io.grids.grid import Grid
from township_eval.io.sheets.cells import folded, parse_date, words
from township_eval.io.sheets.columns.reading import Sheet, number_at
from township_eval.io.sheets.cover import canonical_period
from township_eval.language import Text
from township_eval.scheme.model import Layout, Scheme

__all__ = ["read_returns", "read_targets", "read_tasks", "register_kind"]

_LEAD: Final = words("牵头单位 牵头部门 牵头 责任单位 责任部门 lead")
_DEADLINE: Final = words("完成时限 完成期限 时限 deadline")
_BASIS: Final = words("依据 条款 basis")
_TASKS: Final[Words] = {
    "task": words("编号 任务编号 台账编号 id task"),
    "section": words("章节 section"),
    "name": words("工作任务 任务 任务名称 任务内容 name"),
    "basis": _BASIS,
    "lead": _LEAD,
    "cooperating": words("配合单位 配合部门 配合 cooperating"),
    "open": words("配合单位是否开放 配合是否开放 是否开放 open"),
    "deadline": _DEADLINE,
    "township_role": words("乡镇职责 township_role"),
    "townships": words("适用乡镇 涉及乡镇 townships"),
    "claimed": words("是否认领 认领 认领情况 认领单位 claimed"),
    "plan_due": words("推进方案报备时限 方案报备时限 报备时限 plan_due"),
    "plan_filed": words("推进方案报备日期 方案报备日期 报备日期 plan_filed"),
    "part_of": words("所属任务 上级任务 part_of"),
}
_TARGETS: Final[Words] = {
    "target": words("编号 指标编号 目标编号 id target"),
    "unit": words("乡镇 乡镇(街道) 单位 单位名称 unit"),
    "quota": words("分解数 分解任务数 分解目标 quota"),
    "value": words("完成数 完成值 实际完成 value"),
    "task": words("所属任务 任务编号 任务 task"),
    "text": words("原文 指标原文 目标原文 text"),
    "measure": words("计量方式 measure"),
    "goal": words("目标 目标值 goal"),
    "direction": words("方向 direction"),
    "total": words("全市总量 全市总数 total"),
    "at_least": words("全市至少 全市下限 at_least"),
    "deadline": _DEADLINE,
    "applies": words("适用范围 applies"),
    "lead": _LEAD,
    "basis": _BASIS,
    "column": words("数据列 column"),
}
_RETURNS: Final[Words] = {
    "task": words("任务编号 任务 工作任务 task"),
    "reporter": words("报送单位 报送部门 填报单位 单位 单位名称 乡镇 部门 reporter"),
    "period": words("报送期 考核期 期间 period"),
    "progress": words("完成率 完成进度 进度 progress"),
    "done": words("完成日期 完成时间 done"),
    "filed": words("报送日期 报送时间 filed"),
    "situation": words("进展情况 推进情况 工作进展 situation"),
    "problems": words("存在问题 主要问题 problems"),
    "next": words("下一步打算 下一步工作 下一步 next"),
}
_NUMBERS: Final = {"quota": "", "value": "", "total": "", "at_least": "", "progress": "%"}
_DAYS: Final = frozenset({"deadline", "plan_due", "plan_filed", "done", "filed"})

_ENOUGH: Final[Mapping[str, Callable[[Mapping[str, Any]], bool]]] = {
    "tasks": lambda at: {"task", "name", "lead"} <= set(at),
    "targets": lambda at: "target" in at and not {"text", "total", "quota"}.isdisjoint(at),
    "returns": lambda at: "task" in at and not {"progress", "situation", "done"}.isdisjoint(at),
}
_ROLES: Final = {"tasks": _TASKS, "targets": _TARGETS, "returns": _RETURNS}
_SHEETS: Final = (
    ("tasks", re.compile(r"(?:工作)?任务(?:台账|清单|分工|书)?|tasks?|register")),
    ("targets", re.compile(r"(?:全市|量化|目标)?(?:指标|目标)(?:清单|分解)?|targets?|quotas?")),
    ("returns", re.compile(r".*报送.*|.*任务(?:进展|推进).*|.*(?:进展|推进)情况.*|returns?")),
)
_HEADS: Final = {
    "tasks": Text(
        "表头请用:编号、工作任务、牵头单位、完成时限", "head the columns task, name, lead, deadline"
    ),
    "targets": Text(
        "表头请用:编号、原文、全市总量、完成时限", "head the columns target, text, total, deadline"
    ),
    "returns": Text(
        "表头请用:任务编号、报送单位、完成率、报送日期", "head the columns task, reporter, progress, filed"
    ),
}


def register_kind(grid: Grid, name: str) -> str:
    """Return ``tasks``, ``targets`` or ``returns`` where name and headers of a sheet say so, else "".

    Offices call many a sheet 指标 or 任务; what makes it one of the register is its headers.
    """
    for kind, pattern in _SHEETS:
        if pattern.fullmatch(folded(name)) and find_listing(grid, _ROLES[kind], _ENOUGH[kind], Layout()):
            return kind
    return ""


def read_tasks(grid: Grid, sheet: Sheet, scheme: Scheme) -> list[dict[str, Any]]:
    """Return the rows of a register of tasks: columns of `inputs.TABLES`, and the cell of each entry."""
    del scheme
    return _rows(grid, sheet, "tasks", "task")


def read_targets(grid: Grid, sheet: Sheet, scheme: Scheme) -> list[dict[str, Any]]:
    """Return the rows of a list of targets, or of the units' shares of them."""
    del scheme
    return _rows(grid, sheet, "targets", "target")


def read_returns(grid: Grid, sheet: Sheet, scheme: Scheme) -> list[dict[str, Any]]:
    """Return the rows of returns; without a column for it, the reporter is who handed in the file."""
    del scheme
    rows = _rows(grid, sheet, "returns", "task")
    office = dict(sheet.about).get("source_unit", "")
    for row in rows:
        row["period"] = canonical_period(str(row.get("period", "")))
        row["reporter"] = row.get("reporter") or office
    return rows


def _rows(grid: Grid, sheet: Sheet, kind: str, key: str) -> list[dict[str, Any]]:
    listing = find_listing(grid, _ROLES[kind], _ENOUGH[kind], sheet.pins)
    if listing is None:
        refuse_header(grid, sheet.log, Text("没有找到表头", "no header row was found"), _HEADS[kind])
        return []
    note_others(listing, sheet.log)
    at = {role: columns[0] for role, columns in listing.heads.items()}
    first = at[key]
    listing = without_asides(listing, first, sheet.log)
    filled = listing.keep(listing.rows[rows_with(listing, at.values())])
    filled.refuse_faulty((column for role, column in at.items() if role not in _NUMBERS), sheet)
    return [_row(grid, int(row), at, first, sheet) for row in filled.rows]


def _row(grid: Grid, row: int, at: Mapping[str, int], first: int, sheet: Sheet) -> dict[str, Any]:
    said: dict[str, Any] = {}
    for role, column in at.items():
        place = (row, column)
        said[f"{role}_cell"] = grid.where(*place)
        if role in _NUMBERS:
            said[role] = number_at(grid, place, sheet, _NUMBERS[role])
        elif role in _DAYS:
            value = grid.spread(*place)
            # what is no day is kept as written: whoever judges dates says so, with this cell
            said[role] = parse_date(value) or grid.text(*place)
        else:
            said[role] = grid.text(*place)
    return said | {"cell": grid.where(row, first)} | dict(sheet.about)
