"""Invented returns about the register of tasks: who reports what, when, and how far it is.

The register itself is the document's (`register/tasks.csv`, `register/targets.csv`); progress, dates
and problems are made up, the same ones every time.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

__all__ = ["SHARED", "quotas", "register", "returns", "targets"]

HERE = Path(__file__).parent / "register"
Row = tuple[Any, ...]
Table = tuple[Sequence[str], list[Row]]

_PLANS_DUE = "2018-05-10"  # 5月上旬 of the document's last paragraph
_TOWNSHIPS = "各乡镇"
# Of all returns these came late (days) or not at all; everybody else reported in time.
_LATE = {("2018-H1", "T13", "住建局"): 6, ("2018-H2", "T16", "市场监管局"): 3}
_MISSING = {("2018-H1", "T18", "民政局"), ("2018-H2", "T21", "发改局")}
_PLANS_LATE = {"T13": "2018-05-16"}
# Tasks due by the end of 2018 that were done by then, and the day; the others are still under way.
_NOT_DONE = {"T13": 90, "T16": 85}
# What the city has reached of totals that no column adds up to, by period.
_CITY = {"Q20": {"2018-H1": 1, "2018-H2": 2}, "Q21": {"2018-H1": 3, "2018-H2": 7}, "Q33": {"2018-H2": 1}}
#: Targets whose total the scheme divides among the townships, and the indicator that counts them.
SHARED = {"Q08": "poverty_relief", "Q19": "beautiful_villages"}


def register() -> Table:
    """Return the register as the leading group's office keeps it: claimed, and the plan filed on."""
    heads = (
        "编号", "章节", "工作任务", "牵头单位", "配合单位", "配合单位是否开放", "完成时限", "乡镇职责",
        "是否认领", "推进方案报备时限", "推进方案报备日期",
    )  # fmt: skip
    rows: list[Row] = []
    for task in _read("tasks.csv"):
        has_lead = task["lead"] != _TOWNSHIPS
        kept = (task[name] for name in ("id", "section", "name", "lead", "cooperating", "open"))
        plan = (_PLANS_DUE, _PLANS_LATE.get(task["id"], "2018-05-08")) if has_lead else ("", "")
        rows.append((*kept, task["deadline"], task["township_role"], "是", *plan))
    return heads, rows


def targets(period: str) -> Table:
    """Return what the whole city must reach, and what it has where no column adds up to it."""
    heads = ("编号", "所属任务", "原文", "全市总量", "全市至少", "完成数", "数据列", "完成时限", "牵头单位")
    rows: list[Row] = []
    for target in _read("targets.csv"):
        if target["total"] or target["at_least"]:
            number = [int(target[name]) if target[name] else "" for name in ("total", "at_least")]
            reached = _CITY.get(target["id"], {}).get(period, "")
            column = SHARED.get(target["id"], "")
            first = (target[name] for name in ("id", "task", "text"))
            last = (target[name] for name in ("deadline", "lead"))
            rows.append((*first, *number, reached, column, *last))
    return heads, rows


def quotas(shares: Mapping[str, Mapping[str, int]]) -> Table:
    """Return the townships' shares of the totals; *shares* by target, then by township."""
    rows: list[Row] = [
        (target, unit, number) for target, by_unit in shares.items() for unit, number in by_unit.items()
    ]
    return ("编号", "乡镇(街道)", "分解数"), rows


def returns(period: str, units: Sequence[str]) -> Table:
    """Return the half-yearly reports of departments and townships, a row a task and reporter."""
    heads = (
        "任务编号",
        "报送单位",
        "报送期",
        "进展情况",
        "完成率",
        "完成日期",
        "存在问题",
        "下一步打算",
        "报送日期",
    )
    rows: list[Row] = [
        (task["id"], reporter, period, *_state(period, task), _filed(period, task, reporter))
        for task in _read("tasks.csv")
        for reporter in _reporters(task, units)
        if (period, task["id"], reporter) not in _MISSING
    ]
    return heads, rows


def _reporters(task: Mapping[str, str], units: Sequence[str]) -> Iterator[str]:
    """Yield who reports on a task: those who lead it, those named as supporting it, the townships."""
    if task["lead"] != _TOWNSHIPS:
        yield from task["lead"].split("、")
    for name in re.split("[、,]", task["cooperating"]):
        named = re.sub("等(有关|相关)?(部门)?$", "", name)
        if named and not named.startswith("各"):
            yield named
    if task["township_role"] != "否":
        yield from units


def _state(period: str, task: Mapping[str, str]) -> Row:
    """Return situation, progress, day done, problems and next step of a task."""
    if period == "2018-H1":
        return "已制定方案,正在推进", "50%", "", "", "按方案推进"
    if not task["deadline"].startswith("2018"):
        return "按阶段目标推进", "60%", "", "", "继续推进"
    if task["id"] in _NOT_DONE:
        return "尚未全部完成", f"{_NOT_DONE[task['id']]}%", "", "个别项目进度滞后(示例)", "2019年3月底前完成"
    return "已完成", "100%", "2018-11-30", "", "巩固提升"


def _filed(period: str, task: Mapping[str, str], reporter: str) -> str:
    last = date(2018, 6, 30) if period == "2018-H1" else date(2018, 12, 31)
    late = _LATE.get((period, task["id"], reporter))
    return (last + timedelta(days=late) if late else last - timedelta(days=5)).isoformat()


def _read(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
