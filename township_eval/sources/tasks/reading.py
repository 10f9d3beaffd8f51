"""Read the table ``tasks`` into a register; every fault of a row is reported with its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import numpy as np

from township_eval.errors import Problem, did_you_mean
from township_eval.inputs import Prepared, Units
from township_eval.inputs.entries.numbers import YES_NO
from township_eval.language import Text
from township_eval.methods.varying import Array
from township_eval.sources.tasks.entries import Entries
from township_eval.sources.tasks.parties import Parties, department, named, parties_of
from township_eval.sources.tasks.register import Part, Register, Task, natural

__all__ = ["LONG_TERM", "read_deadlines", "read_register"]

LONG_TERM: Final = frozenset({"长期", "长期坚持", "长期任务", "long-term", "long term", "long_term"})
_RESPONSIBLE: Final = frozenset({"责任单位", "responsible"})
_TEXTS: Final = (
    "section", "name", "basis", "part_of", "lead", "cooperating", "townships", "township_role", "claimed",
)  # fmt: skip
_AGREE: Final = Text("请改成一致", "make the two agree")


def read_register(prepared: Prepared) -> tuple[Register, list[Problem]]:
    """Return the register of a period; what is wrong with a row is reported, and the rest read.

    Parameters
    ----------
    prepared : Prepared
        Its table ``tasks`` (columns: `inputs.TABLES`); without one the register is empty.
    """
    frame = prepared.tables.get("tasks")
    if frame is None:
        return Register((), prepared.units), []
    entries = Entries("tasks", frame)
    rows = _Rows(entries, prepared)
    tasks: dict[str, Task] = {}
    for row in range(len(entries)):
        task = rows.task(row)
        if task is not None and task.id not in tasks:
            tasks[task.id] = task
        elif task is not None:
            before = tasks[task.id].where
            what = Text(f"任务 {task.id} 已在 {before} 列出", f"task {task.id} is listed at {before} already")
            hint = Text("每项任务用一个编号", "give every task an id of its own")
            entries.fault(row, "task", what, hint, "tasks.twice")
    rows.check_stages(tasks)
    whole = tuple(_inherited(tasks[key], tasks) for key in sorted(tasks, key=natural))
    return Register(whole, prepared.units), entries.problems


def read_deadlines(entries: Entries) -> tuple[Array, list[bool]]:
    """Return the days of a column ``deadline`` (NaN without one), and where it says 长期, which is no day."""
    long_term = [text.casefold() in LONG_TERM for text in entries.texts("deadline")]
    if any(long_term):
        stated = entries.rows["deadline"].astype(object).where(~np.array(long_term), None)
        entries.rows = entries.rows.assign(deadline=stated)
    return entries.numbers("deadline", "date"), long_term


class _Rows:
    """The columns of the register, read once."""

    def __init__(self, entries: Entries, prepared: Prepared) -> None:
        self.entries = entries
        self.units: Units = prepared.units
        self.ids = entries.texts("task")
        self.text = {name: entries.texts(name) for name in _TEXTS}
        self.open = entries.numbers("open", "yes_no")
        self.deadline, self.long_term = read_deadlines(entries)
        self.plan_due = entries.numbers("plan_due", "date")
        self.plan_filed = entries.numbers("plan_filed", "date")
        if prepared.as_of is not None:
            later = self.plan_filed > prepared.as_of.toordinal()
            what = Text("报备日期 {entry} 晚于数据截止日", "{entry} is after the day the data stand at")
            hint = Text("核对日期或数据截止日", "check the date, or as_of")
            entries.faults(later, "plan_filed", "tasks.later", what, hint)

    def task(self, row: int) -> Task | None:
        """Return one task; None without an id."""
        if not self.ids[row]:
            what = Text("没有任务编号", "the task has no id")
            hint = Text("填写编号,或删去此行", "write one, or delete the row")
            self.entries.fault(row, "task", what, hint, "tasks.no_id")
            return None
        said = {name: texts[row] for name, texts in self.text.items()}
        lead, cooperating = parties_of(said["lead"]), parties_of(said["cooperating"])
        return Task(
            id=self.ids[row],
            section=said["section"],
            name=said["name"] or self.ids[row],
            basis=said["basis"] or said["section"],
            part_of=said["part_of"],
            lead=lead.names,
            cooperating=cooperating.names,
            lead_text=said["lead"],
            cooperating_text=self._printed(row, said["cooperating"], cooperating),
            open=self._is_open(row, cooperating),
            part=self._part(row, said["township_role"], lead, cooperating),
            townships=self._some(row, said["townships"]),
            deadline=float(self.deadline[row]),
            long_term=self.long_term[row],
            claimed=self._claimed(row, said["claimed"], cooperating),
            plan_due=float(self.plan_due[row]),
            plan_filed=float(self.plan_filed[row]),
            where=self.entries.where(row),
        )

    def _printed(self, row: int, text: str, listed: Parties) -> str:
        return f"{text}等" if self.open[row] == 1 and text and not listed.open else text

    def _is_open(self, row: int, listed: Parties) -> bool:
        if listed.open and self.open[row] == 0:
            what = Text(
                "配合单位写有“等”“各相关部门”,却写明不开放",
                "the list is open-ended (等, 各相关部门), the column says it is not",
            )
            self.entries.fault(row, "open", what, _AGREE)
        return listed.open or bool(self.open[row] == 1)

    def _part(self, row: int, text: str, lead: Parties, cooperating: Parties) -> Part:
        """Return what the townships have to do: as the column says, else as the two lists say."""
        listed: Part = "responsible" if lead.townships else "cooperating" if cooperating.townships else ""
        if text.casefold() in _RESPONSIBLE:
            return "responsible"
        answer = YES_NO.get(text.casefold())
        if answer is None:
            if text:
                what = Text(
                    f"乡镇职责应为是、否或责任单位,写的是“{text}”",
                    f"the townships' part is yes, no or responsible, not {text!r}",
                )
                hint = Text("写“是”“否”或“责任单位”", "write yes, no or responsible")
                self.entries.fault(row, "township_role", what, hint)
            return listed
        if not answer and listed:
            what = Text(
                "单位名单写有“各乡镇”,却写明乡镇没有职责",
                "the lists name the townships, the column says they have no part",
            )
            self.entries.fault(row, "township_role", what, _AGREE)
        return (listed or "cooperating") if answer else ""

    def _some(self, row: int, text: str) -> frozenset[str]:
        """Return the codes of the townships a task is limited to."""
        found = set()
        for name in named(text):
            i = self.units.find(name)
            if i is not None:
                found.add(self.units.codes[i])
                continue
            what = Text(f"没有这个单位:{name}", f"unknown unit: {name}")
            self.entries.fault(row, "townships", what, did_you_mean(name, tuple(self.units.known)))
        return frozenset(found)

    def _claimed(self, row: int, text: str, listed: Parties) -> frozenset[str]:
        """Return who has claimed a share: all that are named (是), nobody (否), or those written there."""
        own = {department(name): name for name in listed.names}
        answer = YES_NO.get(text.casefold())
        if answer is not None:
            return frozenset(own) if answer else frozenset()
        names = parties_of(text).names
        strangers = (
            [] if listed.open or self.open[row] == 1 else [n for n in names if department(n) not in own]
        )
        for name in strangers:
            what = Text(f"{name} 不是这项任务的配合单位", f"{name} does not cooperate in this task")
            self.entries.fault(row, "claimed", what, did_you_mean(name, tuple(own.values())))
        return frozenset(map(department, names))

    def check_stages(self, tasks: Mapping[str, Task]) -> None:
        """Report milestones of a task that is none, or that is a milestone itself."""
        wholes = tuple(task.id for task in tasks.values() if not task.part_of)
        for row, parent in enumerate(self.text["part_of"]):
            if parent and parent not in wholes:
                what = Text(f"没有这项任务:{parent}", f"unknown task: {parent}")
                self.entries.fault(row, "part_of", what, did_you_mean(parent, wholes))


def _inherited(task: Task, tasks: Mapping[str, Task]) -> Task:
    """Give a milestone what it leaves to its task: section, basis, and who takes part."""
    whole = tasks.get(task.part_of)
    if whole is None:
        return task
    placed = replace(
        task,
        section=task.section or whole.section,
        basis=task.basis or whole.basis,
        townships=task.townships or whole.townships,
    )
    if task.lead or task.cooperating or task.part:
        return placed
    return replace(
        placed,
        lead=whole.lead,
        cooperating=whole.cooperating,
        lead_text=whole.lead_text,
        cooperating_text=whole.cooperating_text,
        open=whole.open,
        part=whole.part,
        claimed=whole.claimed,
    )
