"""Register, returns and duties of a period together, with everything that is wrong with them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from township_eval.errors import Problem
from township_eval.inputs import Prepared
from township_eval.language import Text
from township_eval.sources.tasks.duties import Calendar, Duty, duties_of, inconsistent
from township_eval.sources.tasks.reading import read_register
from township_eval.sources.tasks.register import Register
from township_eval.sources.tasks.returns import read_returns

__all__ = ["Work", "no_as_of", "read_work"]


@dataclass(frozen=True, eq=False)
class Work:
    """What a period's inputs say about the tasks."""

    register: Register
    duties: tuple[Duty, ...]
    calendar: Calendar
    problems: tuple[Problem, ...]


def read_work(prepared: Prepared) -> Work:
    """Return the register of a period held against its returns.

    Parameters
    ----------
    prepared : Prepared
        Its tables ``tasks`` and ``returns``, and its ``as_of``.
    """
    register, problems = read_register(prepared)
    calendar = Calendar.of(prepared)
    if prepared.tables.get("tasks") is None:
        return Work(register, (), calendar, (*problems, *_no_register(prepared)))
    returns, faults = read_returns(prepared, register)
    duties = duties_of(register, returns, calendar)
    dated = any(not np.isnan(day) for task in register.tasks for day in (task.deadline, task.plan_due))
    found = [*problems, *faults, *inconsistent(duties)]
    stated = any(one.code == "as_of.date" for one in prepared.problems)  # a day, but no date
    if (dated or calendar.owed) and np.isnan(calendar.as_of) and register.tasks and not stated:
        found.append(no_as_of("tasks"))
    return Work(register, duties, calendar, tuple(found))


def no_as_of(table: str) -> Problem:
    """Return the problem of dates that nothing can be held against."""
    return Problem(
        "error",
        "tasks.as_of",
        table,
        Text(
            "没有数据截止日,无法判断是否逾期",
            "late cannot be told from due without the day the data stand at",
        ),
        Text("写明数据截止日(as_of),如 2018-12-31", "state as_of, such as 2018-12-31"),
    )


def _no_register(prepared: Prepared) -> Iterator[Problem]:
    if prepared.tables.get("returns") is not None:
        what = Text("有任务报送表,没有任务台账", "there are returns about tasks and no register of tasks")
        yield Problem(
            "error", "returns.no_register", "returns", what, Text("补交任务台账", "hand in the table tasks")
        )
