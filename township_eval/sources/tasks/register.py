"""The register of tasks: who leads, who cooperates, by when, and what the townships have to do."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal, TypeAlias

from township_eval.inputs import Units
from township_eval.inputs.texts import plain
from township_eval.sources.tasks.parties import department

__all__ = ["Part", "Register", "Task", "natural"]

#: What the townships have to do with a task: nothing, to take part, or to answer for it themselves.
Part: TypeAlias = Literal["", "cooperating", "responsible"]

_DIGITS: Final = re.compile(r"(\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One row of the register.

    Parameters
    ----------
    id, section, name, basis : str
        As written.
    part_of : str
        The task this is a milestone of; "" for a task.
    lead, cooperating : tuple of str
        The departments that are named, as written.
    lead_text, cooperating_text : str
        The two lists as they are printed.
    open : bool
        Whether others than the named may cooperate (等, 各相关部门).
    part : {"", "cooperating", "responsible"}
        What the townships have to do with it.
    townships : frozenset of str
        Codes of the townships it is limited to; empty for all.
    deadline : float
        Ordinal of the day; NaN for long-term tasks and where none is stated.
    long_term : bool
        Whether it is stated to be long-term.
    claimed : frozenset of str
        Departments (see `department`) that have claimed their share.
    plan_due, plan_filed : float
        Ordinals of the days the plan was due and was filed; NaN where not stated.
    where : str
        Where a user finds it: its cell, or table and row.
    """

    id: str
    section: str
    name: str
    basis: str
    part_of: str
    lead: tuple[str, ...]
    cooperating: tuple[str, ...]
    lead_text: str
    cooperating_text: str
    open: bool
    part: Part
    townships: frozenset[str]
    deadline: float
    long_term: bool
    claimed: frozenset[str]
    plan_due: float
    plan_filed: float
    where: str

    @property
    def leads(self) -> frozenset[str]:
        """The departments that lead, see `department`."""
        return frozenset(map(department, self.lead))

    @property
    def supporters(self) -> frozenset[str]:
        """The departments named as cooperating that do not lead."""
        return frozenset(map(department, self.cooperating)) - self.leads


@dataclass(frozen=True)
class Register:
    """All tasks in the order of their ids, and the units they are held against."""

    tasks: tuple[Task, ...]
    units: Units

    @cached_property
    def by_id(self) -> Mapping[str, Task]:
        """Tasks by id."""
        return {task.id: task for task in self.tasks}

    @cached_property
    def known(self) -> Mapping[str, Task]:
        """Tasks by id and by name; a name two tasks share is left out."""
        names = [plain(task.name) for task in self.tasks]
        once = {plain(task.name): task for task in self.tasks if names.count(plain(task.name)) == 1}
        return once | {plain(task.id): task for task in self.tasks}

    @cached_property
    def departments(self) -> frozenset[str]:
        """Every department that some task names, see `department`."""
        return frozenset(name for task in self.tasks for name in (*task.leads, *task.supporters))

    @cached_property
    def unit_of(self) -> Mapping[str, int]:
        """Unit position by `department` of its name and of its other names."""
        spoken = zip(self.units.names, self.units.aliases, strict=True)
        return {department(name): i for i, (own, more) in enumerate(spoken) for name in (*more, own)}

    @cached_property
    def of_departments(self) -> bool:
        """Whether the units evaluated are the register's departments and not townships."""
        return not self.departments.isdisjoint(self.unit_of)

    def concerned(self, task: Task) -> Iterator[int]:
        """Yield the positions of the townships that have a part in a task."""
        if task.part and not self.of_departments:
            for i, code in enumerate(self.units.codes):
                if not task.townships or code in task.townships:
                    yield i


def natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """Return what ids are ordered by, numbers by size.

    Examples
    --------
    >>> sorted(["T10", "T2", "T2.1"], key=natural)
    ['T2', 'T2.1', 'T10']
    """
    parts = _DIGITS.split(plain(text))
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts if part)
