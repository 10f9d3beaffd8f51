"""What departments and townships report about their tasks, checked against the register."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

import numpy as np

from township_eval.errors import Problem, did_you_mean
from township_eval.inputs import Prepared, period_key
from township_eval.inputs.texts import plain
from township_eval.language import Text, listed
from township_eval.methods.varying import Array
from township_eval.sources.tasks.entries import Entries
from township_eval.sources.tasks.parties import department, is_township
from township_eval.sources.tasks.register import Register, Task

__all__ = ["Reporter", "Return", "last_day", "read_returns"]

_YEAR: Final = 12
_FULL: Final = 100.0
_TOO_SMALL: Final = 1.0


class Reporter(NamedTuple):
    """Who reports: a township or a department, by name; ``unit`` is its position, -1 for no unit."""

    name: str
    unit: int
    township: bool


@dataclass(frozen=True, slots=True)
class Return:
    """One return about one task.

    Parameters
    ----------
    task : Task
    reporter : Reporter
    period : str
        The period it is about.
    end : float
        Ordinal of that period's last day, NaN for a period without a place in time.
    progress : float
        Percent; NaN where not stated.
    done, filed : float
        Ordinals; NaN where not stated.
    situation, problems, next : str
        What was written.
    cell : str
        Its cell; "" where it came from no file.
    where : str
        Where a user finds it: the cell, or table and row.
    row : int
        Its place in the table as read.
    """

    task: Task
    reporter: Reporter
    period: str
    end: float
    progress: float
    done: float
    filed: float
    situation: str
    problems: str
    next: str
    cell: str
    where: str
    row: int


def last_day(period: str) -> float:
    """Return the ordinal of a period's last day, NaN for a period without a place in time.

    Examples
    --------
    >>> date.fromordinal(int(last_day("2018-H1"))).isoformat(), last_day("首期")
    ('2018-06-30', nan)
    """
    key = period_key(period)
    if key is None:
        return float("nan")
    year, month = divmod(key.end - 1, _YEAR)
    return float(date(year, month + 1, monthrange(year, month + 1)[1]).toordinal())


def read_returns(prepared: Prepared, register: Register) -> tuple[list[Return], list[Problem]]:
    """Return the returns in the order of their cells; a row at fault is reported and left out.

    Parameters
    ----------
    prepared : Prepared
        Its table ``returns`` (columns: `inputs.TABLES`).
    register : Register
        Says which tasks there are and who reports about them.
    """
    frame = prepared.tables.get("returns")
    if frame is None:
        return [], []
    rows = _Rows(Entries("returns", frame), prepared, register)
    found: dict[tuple[str, Reporter, str], Return] = {}
    for row in range(len(rows.entries)):
        given = rows.read(row)
        if given is None:
            continue
        key = (given.task.id, given.reporter, given.period)
        if key in found:
            rows.twice(row, found[key])
            continue
        found[key] = given
    rows.say_strangers()
    return list(found.values()), rows.entries.problems


_STRANGE: Final = {
    "open": Text("核对单位名称", "check the names"),
    "townships": Text("乡镇的任务在乡镇的方案里计算", "their tasks count in the townships' own scheme"),
}


class _Rows:
    """The columns of the returns, read once, and what they are held against."""

    def __init__(self, entries: Entries, prepared: Prepared, register: Register) -> None:
        self.entries = entries
        self.prepared = prepared
        self.register = register
        names = ("task", "reporter", "period", "done", "situation", "problems", "next")
        self.text = {name: entries.texts(name) for name in names}
        self.progress = self._progress()
        self.done = self._until_as_of("done")
        # a late return is filed after the day its figures stand at
        self.filed = entries.numbers("filed", "date")
        self.strangers: dict[str, list[str]] = {"open": [], "townships": []}

    def _progress(self) -> Array:
        """Return the progress in percent; below 0 and above 100 are faults, 0.85 may be meant as 85."""
        progress = self.entries.numbers("progress")
        outside = (progress < 0) | (progress > _FULL)
        what = Text("完成率应在 0 到 100 之间,写的是 {entry}", "progress lies between 0 and 100, not {entry}")
        self.entries.faults(
            outside, "progress", "returns.progress", what, Text("按百分数填写", "write it in percent")
        )
        for row in np.flatnonzero((progress > 0) & (progress < _TOO_SMALL)):
            entry = self.entries.texts("progress")[row]
            said = Text(
                f"完成率写的是 {entry},按百分之 {entry} 计", f"progress {entry} is taken as {entry} percent"
            )
            hint = Text("核对是 0.85 还是 85", "check whether it is 0.85 or 85")
            where = self.entries.where(int(row), "progress")
            self.entries.problems.append(Problem("warning", "returns.progress_small", where, said, hint))
        return np.where(outside, np.nan, progress)

    def _until_as_of(self, column: str) -> Array:
        """Return a column of days, none of them after the day the data stand at."""
        days = self.entries.numbers(column, "date")
        if self.prepared.as_of is None:
            return days
        later = days > self.prepared.as_of.toordinal()
        what = Text("{entry} 晚于数据截止日", "{entry} is after the day the data stand at")
        hint = Text("核对日期或数据截止日", "check the date, or as_of")
        self.entries.faults(later, column, "returns.later", what, hint)
        return np.where(later, np.nan, days)

    def read(self, row: int) -> Return | None:
        """Return one return; None where task, reporter or period is at fault."""
        task = self._task(row)
        period = self._period(row)
        reporter = None if task is None else self._reporter(row, task)
        if task is None or reporter is None or period is None:
            return None
        progress, done = float(self.progress[row]), float(self.done[row])
        if self.text["done"][row] and np.isnan(done):
            progress = np.nan  # the day was refused: that 100 comes without one is no second fault
        if not np.isnan(done) and progress < _FULL:
            what = Text(
                f"写了完成日期,完成率却是 {progress:g}", f"a day of completion, yet progress is {progress:g}"
            )
            hint = Text("完成的写 100,未完成的不写完成日期", "write 100, or leave the day blank")
            self.entries.fault(row, "progress", what, hint, "returns.done_progress")
        return Return(
            task=task,
            reporter=reporter,
            period=period,
            end=last_day(period),
            progress=_FULL if np.isnan(progress) and not np.isnan(done) else progress,
            done=done,
            filed=float(self.filed[row]),
            situation=self.text["situation"][row],
            problems=self.text["problems"][row],
            next=self.text["next"][row],
            cell=self.entries.cell(row),
            where=self.entries.where(row),
            row=row,
        )

    def _task(self, row: int) -> Task | None:
        text = self.text["task"][row]
        task = self.register.known.get(plain(text))
        if task is None:
            what = Text(
                f"台账中没有这项任务:{text or '(空)'}", f"no such task in the register: {text or '(blank)'}"
            )
            self.entries.fault(
                row, "task", what, did_you_mean(text, tuple(self.register.known)), "returns.task"
            )
        return task

    def _period(self, row: int) -> str | None:
        """Return the period a row is about: this one where none is stated, else one no later than it."""
        text = self.text["period"][row] or self.prepared.period
        if text == self.prepared.period:
            return text
        end, ours = last_day(text), last_day(self.prepared.period)
        if not np.isnan(end) and not end > ours:
            return text
        what = (
            Text(f"报送期“{text}”不是可排序的考核期", f"{text!r} is no period with a place in time")
            if np.isnan(end)
            else Text(f"报送期 {text} 晚于考核期", f"{text} is later than the period evaluated")
        )
        hint = Text("写成 2018-H1,或留空表示本期", "write it like 2018-H1, or leave it blank for this period")
        self.entries.fault(row, "period", what, hint)
        return None

    def _reporter(self, row: int, task: Task) -> Reporter | None:
        """Return who reports; a department the task does not name must find its list open."""
        text = self.text["reporter"][row]
        register = self.register
        i = None if register.of_departments else register.units.find(text)
        if i is not None:
            if task.part and (not task.townships or register.units.codes[i] in task.townships):
                return Reporter(register.units.names[i], i, township=True)
            self._nobody(row, task, Text("乡镇没有这项任务", "the township has no part in this task"))
            return None
        if register.of_departments and task.part and is_township(text):
            self.strangers["townships"].append(text)  # its own evaluation is another scheme
            return None
        name = department(text)
        if name in task.leads | task.supporters or (name and task.open):
            if name not in register.departments:
                self.strangers["open"].append(text)
            return Reporter(name, register.unit_of.get(name, -1), township=False)
        why = Text("不是这项任务的牵头或配合单位", "neither leads this task nor cooperates in it")
        self._nobody(row, task, why)
        return None

    def _nobody(self, row: int, task: Task, why: Text) -> None:
        text = self.text["reporter"][row]
        may = [*task.lead, *task.cooperating]
        may += [self.register.units.names[i] for i in self.register.concerned(task)]
        what = Text(f"{text or '(空)'}:{why.zh}({task.id})", f"{text or '(blank)'}: {why.en} ({task.id})")
        self.entries.fault(row, "reporter", what, did_you_mean(text, may))

    def twice(self, row: int, first: Return) -> None:
        """Report a second return of one reporter about one task and period."""
        what = Text(
            f"{first.reporter.name} 的 {first.task.id} {first.period} 已在 {first.where} 报送",
            f"{first.reporter.name} reported {first.task.id} for {first.period} at {first.where} already",
        )
        hint = Text("合并为一行;不同报送期写明报送期", "merge the two, or state the period of each")
        self.entries.fault(row, "task", what, hint, "returns.twice")

    def say_strangers(self) -> None:
        """Warn of reporters that no list names: taken in where the list is open, or left aside."""
        said = {
            "open": Text(
                "名单以“等”结尾的任务中,有名单外单位报送:{who},按配合单位计",
                "not named, taken as cooperating because the list is open-ended: {who}",
            ),
            "townships": Text(
                "考核对象是部门,乡镇的报送未计入:{who}",
                "departments are evaluated, returns of townships are left aside: {who}",
            ),
        }
        for kind, names in self.strangers.items():
            if names:
                who = listed(sorted(set(names)))
                hint = _STRANGE[kind]
                self.entries.problems.append(
                    Problem("warning", f"returns.{kind}", "returns", said[kind].format(who=who), hint)
                )
