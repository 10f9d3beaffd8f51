"""The tables the half-yearly summary, the departments' scorecard and the city's targets are printed from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import Any, Final

import numpy as np
import pandas as pd

from township_eval.errors import Problem
from township_eval.inputs import Prepared
from township_eval.inputs.rows import LISTED
from township_eval.language import Text, listed
from township_eval.sources.tasks.duties import Duty
from township_eval.sources.tasks.register import Task
from township_eval.sources.tasks.targets import Target, read_targets
from township_eval.sources.tasks.whole import Work, no_as_of, read_work

__all__ = ["task_tables"]

LONG_TERM: Final = "long_term"


def task_tables(prepared: Prepared) -> tuple[dict[str, pd.DataFrame], tuple[Problem, ...]]:
    """Return what a period's register leaves in the result, whether or not a leaf is scored by it.

    Parameters
    ----------
    prepared : Prepared
        Its tables ``tasks``, ``returns`` and ``targets``; all are optional.

    Returns
    -------
    tables : dict of str to DataFrame
        ``tasks`` (a row a task and reporter), ``late_returns`` (what is late or missing),
        ``task_departments`` (a row a department) and ``city_targets``; empty without a register.
        Days are ISO text, states are codes.
    problems : tuple of Problem
        Everything wrong with the register, the returns and the targets, and as warnings who has
        reported late or not at all.
    """
    if all(prepared.tables.get(name) is None for name in ("tasks", "returns", "targets")):
        return {}, ()
    work = read_work(prepared)
    targets, faults = read_targets(prepared, work.register)
    problems = [*work.problems, *faults]
    of_city = [target for target in targets if target.of_city]
    known = any(one.code in ("tasks.as_of", "as_of.date") for one in (*problems, *prepared.problems))
    if any(not np.isnan(target.deadline) for target in of_city) and prepared.as_of is None and not known:
        problems.append(no_as_of("targets"))
    tables = {}
    if work.register.tasks:
        units = prepared.units.codes
        tables["tasks"] = pd.DataFrame([_task_row(duty, units) for duty in work.duties], columns=list(_TASKS))
        tables["late_returns"] = pd.DataFrame(list(_late_rows(work.duties, units)), columns=list(_LATE))
        tables["task_departments"] = pd.DataFrame(list(_departments(work)), columns=list(_DEPARTMENTS))
        problems += _reminders(prepared, work)
    if of_city:
        rows = [_target_row(target, prepared, work.calendar.as_of) for target in of_city]
        tables["city_targets"] = pd.DataFrame(rows, columns=list(_TARGETS))
    return tables, tuple(problems)


_TASKS: Final = (
    "task", "section", "name", "part_of", "reporter", "township", "role", "lead", "cooperating", "deadline",
    "situation", "progress", "done", "status", "late", "problems", "next", "filed", "filing", "claimed",
    "plan_due", "plan_filed", "cell",
)  # fmt: skip
_LATE: Final = ("task", "name", "reporter", "township", "period", "due", "filed", "state")
_DEPARTMENTS: Final = (
    "department", "led", "led_due", "led_on_time", "supported", "claimed", "returns_due", "returns_on_time",
    "returns_late", "returns_missing", "filing_rate", "plans_due", "plans_on_time",
)  # fmt: skip
_TARGETS: Final = (
    "target", "task", "text", "measure", "goal", "lead", "deadline", "shared", "reported", "status", "cell",
)  # fmt: skip


def _task_row(duty: Duty, codes: Sequence[str]) -> tuple[Any, ...]:
    task, last = duty.task, duty.latest
    filing = duty.filings[-1] if duty.filings else None
    filed = filing.filed if filing is not None else np.nan if last is None else last.filed
    return (
        task.id, task.section, task.name, task.part_of,
        duty.reporter.name, codes[duty.reporter.unit] if duty.reporter.township else "", duty.role,
        task.lead_text, task.cooperating_text, _deadline(task.deadline, long_term=task.long_term),
        last.situation if last else "", duty.progress, _iso(duty.done), duty.standing, bool(duty.late),
        last.problems if last else "", last.next if last else "", _iso(filed),
        filing.state if filing is not None else "", duty.role != "cooperating" or duty.required,
        _iso(task.plan_due), _iso(task.plan_filed), last.cell if last else "",
    )  # fmt: skip


def _late_rows(duties: Iterable[Duty], codes: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    for duty in duties:
        unit = codes[duty.reporter.unit] if duty.reporter.township else ""
        for filing in duty.filings:
            if filing.state in {"late", "missing", "undated"}:
                days = (_iso(filing.due), _iso(filing.filed))
                yield (
                    duty.task.id,
                    duty.task.name,
                    duty.reporter.name,
                    unit,
                    filing.period,
                    *days,
                    filing.state,
                )


def _departments(work: Work) -> Iterator[tuple[Any, ...]]:
    """Yield a row a department: what it leads and supports, and how punctual its returns are."""
    own: dict[str, list[Duty]] = {name: [] for name in sorted(work.register.departments)}
    for duty in work.duties:
        if not duty.reporter.township:
            own.setdefault(duty.reporter.name, []).append(duty)
    wholes = [task for task in work.register.tasks if not task.part_of]
    for name, duties in own.items():
        led = [duty for duty in duties if duty.role == "lead" and not duty.task.part_of]
        supported = [task for task in wholes if name in task.supporters]
        states = [filing.state for duty in duties for filing in duty.filings]
        due = [state for state in states if state != "not_due"]
        judged = [state for state in due if state != "undated"]
        plans = [duty.task for duty in led if duty.task.plan_due <= work.calendar.as_of]
        yield (
            name,
            len(led),
            sum(duty.is_due for duty in led),
            sum(duty.standing == "on_time" for duty in led),
            len(supported),
            sum(name in task.claimed for task in supported),
            len(due),
            due.count("on_time"),
            due.count("late"),
            due.count("missing"),
            judged.count("on_time") / len(judged) if judged else np.nan,
            len(plans),
            sum(task.plan_filed <= task.plan_due for task in plans),
        )


def _target_row(target: Target, prepared: Prepared, as_of: float) -> tuple[Any, ...]:
    reported = target.reported(prepared)
    shared = float(sum(target.shares.values())) if target.shares else np.nan
    return (
        target.id, target.task, target.text, target.measure, target.due_number, target.lead,
        _deadline(target.deadline, long_term=target.long_term), shared, reported,
        target.state(reported, as_of), target.cell,
    )  # fmt: skip


def _deadline(day: float, *, long_term: bool) -> str:
    return LONG_TERM if long_term else _iso(day)


def _iso(day: float) -> str:
    return "" if np.isnan(day) else date.fromordinal(int(day)).isoformat()


_SAID: Final = {
    "missing": Text(
        "{who} 未报送 {period} 任务推进情况({count} 项:{tasks})",
        "{who} has not filed returns for {period} ({count}: {tasks})",
    ),
    "late": Text(
        "{who} 迟报 {period} 任务推进情况({count} 项:{tasks})",
        "{who} filed returns for {period} late ({count}: {tasks})",
    ),
    "undated": Text(
        "{who} 报送的 {period} 任务推进情况没有报送日期,无法判断是否迟报({count} 项:{tasks})",
        "{who} filed returns for {period} without a date, late cannot be told ({count}: {tasks})",
    ),
}
_REMIND: Final = {
    "missing": Text("请催报", "remind them"),
    "late": Text("按规定计入报送及时率", "they count against the share filed on time"),
    "undated": Text("补填报送日期", "write the days they were filed"),
}


def _reminders(prepared: Prepared, work: Work) -> Iterator[Problem]:
    """Yield as warnings who reported late or not at all, and which plans are late or missing."""
    if prepared.tables.get("returns") is None:
        if any(filing.state == "missing" for duty in work.duties for filing in duty.filings):
            what = Text("没有任务报送表,各单位均未报送", "there is no table of returns: nobody has filed any")
            yield Problem("warning", "returns.no_table", "returns", what, _REMIND["missing"])
    else:
        yield from _by_reporter(work.duties)
    yield from _plans(work)


def _by_reporter(duties: Iterable[Duty]) -> Iterator[Problem]:
    faults = sorted(
        (duty.reporter.township, duty.reporter.unit, duty.reporter.name, filing.period, filing.state, at)
        for at, duty in enumerate(duties)
        for filing in duty.filings
        if filing.state in _SAID
    )
    ids = [duty.task.id for duty in duties]
    groups = [(key, list(some)) for key, some in groupby(faults, key=lambda fault: fault[:5])]
    for (_, _, who, period, state), some in groups[:LISTED]:
        names = listed(ids[fault[5]] for fault in some)
        what = _SAID[state].format(who=who, period=period, count=len(some), tasks=names)
        yield Problem("warning", f"returns.{state}", f"returns {who} {period}", what, _REMIND[state])
    if len(groups) > LISTED:
        further = len(groups) - LISTED
        what = Text(
            f"另有 {further} 个单位迟报或未报", f"{further} more reporters are late or have not filed"
        )
        hint = Text("见迟报、漏报清单", "see the table of late returns")
        yield Problem("warning", "returns.more", "returns", what, hint)


def _plans(work: Work) -> Iterator[Problem]:
    """Yield the plans that were due and are not filed, or were filed late."""
    due = [task for task in work.register.tasks if task.plan_due <= work.calendar.as_of]
    missing = [task for task in due if np.isnan(task.plan_filed)]
    late = [task for task in due if task.plan_filed > task.plan_due]
    for code, zh, en, tasks in (
        ("missing", "推进方案未报备", "plans not filed", missing),
        ("late", "推进方案逾期报备", "plans filed late", late),
    ):
        if tasks:
            yield _plan_note(code, Text(zh, en), tasks)


def _plan_note(code: str, said: Text, tasks: Sequence[Task]) -> Problem:
    what = Text("{said}:{tasks}", "{said}: {tasks}").format(
        said=said, tasks=listed(task.id for task in tasks)
    )
    return Problem(
        "warning", f"plans.{code}", "tasks", what, Text("请牵头单位补报", "ask the leads to file them")
    )
