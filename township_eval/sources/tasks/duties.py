"""Who owes what: every task held against each reporter, with its standing and its returns.

Leads, townships with a part in the task, and cooperating departments that have claimed their share owe
returns; other cooperating departments may file one. Returns are due on the last day of June and of
December (the document, last paragraph); data stand at the end of the day ``as_of``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal, NamedTuple, TypeAlias

import numpy as np

from township_eval.errors import Problem
from township_eval.inputs import Prepared, period_key
from township_eval.language import Text
from township_eval.sources.tasks.register import Register, Task, natural
from township_eval.sources.tasks.returns import Reporter, Return, last_day

__all__ = ["Calendar", "Duty", "Filing", "Role", "Standing", "duties_of", "inconsistent"]

Role: TypeAlias = Literal["lead", "responsible", "cooperating", "township"]
#: on_time, late: done by its deadline or after, or not done when it has passed; done: without a deadline;
#: missing: a return is overdue and nothing is known; in_progress: reported, not due yet; not_due: neither
Standing: TypeAlias = Literal["on_time", "late", "done", "missing", "in_progress", "not_due"]
#: undated: filed, nobody wrote when
FilingState: TypeAlias = Literal["on_time", "late", "missing", "undated", "not_due"]

_HALF_YEAR: Final = 6
_FULL: Final = 100.0
_ROLES: Final = ("lead", "responsible", "cooperating", "township")


class Filing(NamedTuple):
    """One return that is owed: its half-year, the day it is due, the day it was filed, and its state."""

    period: str
    due: float
    filed: float
    state: FilingState


@dataclass(frozen=True)
class Calendar:
    """The period evaluated and the day its data stand at (NaN where nobody says)."""

    period: str
    as_of: float

    @classmethod
    def of(cls, prepared: Prepared) -> Calendar:
        """Return the calendar of a period's inputs."""
        return cls(prepared.period, np.nan if prepared.as_of is None else float(prepared.as_of.toordinal()))

    @cached_property
    def first_day(self) -> float:
        """Ordinal of the period's first day, NaN without a place in time."""
        key = period_key(self.period)
        if key is None:
            return float("nan")
        year, month = divmod(key.start - 1, 12)
        return last_day(f"{year}-{month + 1:02d}") + 1 if year else float("nan")

    @cached_property
    def owed(self) -> tuple[tuple[str, float], ...]:
        """The half-years that end in the period, each with the day its returns are due.

        Examples
        --------
        >>> [half for half, _ in Calendar("2018", np.nan).owed], Calendar("2018-Q1", np.nan).owed
        (['2018-H1', '2018-H2'], ())
        """
        key = period_key(self.period)
        if key is None:
            return ()
        ends = (month for month in range(key.start + 1, key.end + 1) if month % _HALF_YEAR == 0)
        halves = (f"{(month - 1) // 12}-H{1 if month % 12 else 2}" for month in ends)
        return tuple((half, last_day(half)) for half in halves)


@dataclass(frozen=True)
class Duty:
    """One task held against one reporter.

    Parameters
    ----------
    task : Task
    reporter : Reporter
    role : {"lead", "responsible", "cooperating", "township"}
        Departments lead or cooperate; townships take part, or are responsible themselves.
    required : bool
        Whether returns are owed.
    returns : tuple of Return
        Oldest first.
    calendar : Calendar
    """

    task: Task
    reporter: Reporter
    role: Role
    required: bool
    returns: tuple[Return, ...]
    calendar: Calendar

    @property
    def latest(self) -> Return | None:
        """The last return; None without any."""
        return self.returns[-1] if self.returns else None

    @cached_property
    def done(self) -> float:
        """Ordinal of the day the task was done as last reported, NaN if it is not."""
        stated = [given.done for given in self.returns if not np.isnan(given.done)]
        return stated[-1] if stated else np.nan

    @cached_property
    def progress(self) -> float:
        """Percent as last reported; 100 when done, NaN where nobody says."""
        if not np.isnan(self.done):
            return _FULL
        stated = [given.progress for given in self.returns if not np.isnan(given.progress)]
        return stated[-1] if stated else np.nan

    @property
    def is_due(self) -> bool:
        """Whether the deadline has passed at the end of the day ``as_of``."""
        return self.task.deadline <= self.calendar.as_of

    @property
    def is_done(self) -> bool:
        """Whether it is done."""
        return not np.isnan(self.done)

    @property
    def late(self) -> bool:
        """Whether it was done after its deadline, or is not done although that has passed."""
        return self.done > self.task.deadline or (not self.is_done and self.is_due)

    @cached_property
    def standing(self) -> Standing:
        """How the task stands with this reporter."""
        if self.is_done:
            return "late" if self.late else "done" if np.isnan(self.task.deadline) else "on_time"
        if not self.returns and any(filing.state == "missing" for filing in self.filings):
            return "missing"
        if self.late:
            return "late"
        return "in_progress" if self.returns else "not_due"

    @cached_property
    def filings(self) -> tuple[Filing, ...]:
        """The returns owed in the period; a milestone is reported with its task and owes none."""
        if not self.required or self.task.part_of:
            return ()
        return tuple(self._filing(half, due) for half, due in self.calendar.owed)

    def _filing(self, half: str, due: float) -> Filing:
        given = [one for one in self.returns if one.end == due]
        if not given:
            return Filing(half, due, np.nan, "missing" if due <= self.calendar.as_of else "not_due")
        dated = [one.filed for one in given if not np.isnan(one.filed)]
        if not dated:
            return Filing(half, due, np.nan, "undated")
        first = min(dated)  # of several returns, such as by quarter and by half-year, the first counts
        return Filing(half, due, first, "on_time" if first <= due else "late")


def duties_of(register: Register, returns: Sequence[Return], calendar: Calendar) -> tuple[Duty, ...]:
    """Return every duty: by task, then leads, cooperating departments and townships."""
    given: dict[str, dict[Reporter, list[Return]]] = {task.id: {} for task in register.tasks}
    for one in sorted(returns, key=lambda one: np.inf if np.isnan(one.end) else one.end):
        given[one.task.id].setdefault(one.reporter, []).append(one)
    found = []
    for task in register.tasks:
        owed = _owed(register, task)
        # who is named and has not claimed, and who joined an open list, may report all the same
        others = {reporter: _role(task, reporter) for reporter in given[task.id] if reporter not in owed}
        for reporter, role in (owed | others).items():
            history = tuple(given[task.id].get(reporter, ()))
            found.append(Duty(task, reporter, role, reporter in owed, history, calendar))
    return tuple(sorted(found, key=_place))


def _owed(register: Register, task: Task) -> dict[Reporter, Role]:
    """Return who owes returns about a task, and why."""
    departments: dict[str, Role] = dict.fromkeys(task.claimed - task.leads, "cooperating")
    departments |= dict.fromkeys(task.leads, "lead")
    owed: dict[Reporter, Role] = {
        Reporter(name, register.unit_of.get(name, -1), township=False): role
        for name, role in departments.items()
    }
    own: Role = "responsible" if task.part == "responsible" else "township"
    for i in register.concerned(task):
        owed[Reporter(register.units.names[i], i, township=True)] = own
    return owed


def _role(task: Task, reporter: Reporter) -> Role:
    return "lead" if reporter.name in task.leads else "cooperating"


def _place(duty: Duty) -> tuple[object, ...]:
    return natural(duty.task.id), _ROLES.index(duty.role), duty.reporter.name, duty.reporter.unit


def inconsistent(duties: Iterable[Duty]) -> Iterator[Problem]:
    """Yield tasks with a deadline that are complete, nobody says since when: on time or late is open."""
    for duty in duties:
        last = duty.latest
        if last is None or duty.is_done or not duty.progress >= _FULL or np.isnan(duty.task.deadline):
            continue
        what = Text(
            f"{duty.reporter.name} 的 {duty.task.id} 完成率为100,没有完成日期",
            f"{duty.task.id} of {duty.reporter.name} is complete, the day is not stated",
        )
        hint = Text("填写完成日期,才能判断是否逾期", "write the day, which tells on time from late")
        yield Problem("error", "returns.done_missing", last.where, what, hint)
