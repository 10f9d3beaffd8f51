"""The source `tasks`: a share over the tasks a township or a department has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from township_eval.errors import Problem, did_you_mean
from township_eval.inputs.texts import plain
from township_eval.language import Text
from township_eval.scheme.sources import Tasks
from township_eval.sources.evidence import Ask, Found
from township_eval.sources.tasks.duties import Calendar, Duty
from township_eval.sources.tasks.register import Task
from township_eval.sources.tasks.whole import Work, read_work

__all__ = ["tasks"]

_KEPT = ("source_unit", "document", "reason", "filled_by", "checked_by")
_FULL = 100.0


def tasks(ask: Ask, source: Tasks) -> Found:
    """Return each unit's share of tasks done on time, or done, its mean progress, or its timely returns.

    A unit that has no such task, or none that is due yet, is excused. What nobody reported counts as
    not done, and is listed; without any table of returns nothing is reported. ``n`` is the number of
    tasks (or returns) behind the share.
    """
    work = read_work(ask.prepared)
    problems = [*work.problems, *_unknown(ask, source, work), *_undated(ask, source)]
    nobody = np.full(ask.n_units, np.nan)
    if not work.register.tasks or ask.prepared.tables.get("returns") is None:
        return Found(nobody, method=f"tasks {source.measure}", problems=(*problems, *_silent(ask, work)))
    own: list[list[Duty]] = [[] for _ in range(ask.n_units)]
    for duty in work.duties:
        if duty.reporter.unit >= 0 and _asked(duty.task, source.only):
            own[duty.reporter.unit].append(duty)
    shares = [_MEASURES[source.measure](_counted(some, source, work.calendar)) for some in own]
    count = np.array([len(some) for some in shares], dtype=np.float64)
    value = np.array([float(np.mean(some)) if some else np.nan for some in shares])
    cells = np.empty(ask.n_units, dtype=object)
    cells[:] = [_cells(some) for some in own]
    return Found(
        value * ask.scale,
        method=f"tasks {source.measure}",
        excused=count == 0,
        n=np.where(count > 0, count, np.nan),
        cells=cells,
        details=_details(ask, own),
        problems=tuple(problems),
    )


def _asked(task: Task, only: Sequence[str]) -> bool:
    """Return whether a leaf counts a task: named by id, as part of a named one, or by its section."""
    names = {plain(task.id), plain(task.part_of)} - {""}
    wanted = [plain(text) for text in only]
    return not only or not names.isdisjoint(wanted) or any(_within(task.section, text) for text in wanted)


def _within(section: str, whole: str) -> bool:
    """Return whether a section is another one, or lies in it: 二(四)1 in 二(四), 二(十一)1 not in 二(十)."""
    flat = plain(section)
    if not whole or not flat.startswith(whole):
        return False
    rest = flat[len(whole) :]
    return not rest or not (whole[-1].isdigit() and rest[0].isdigit())


def _counted(duties: Sequence[Duty], source: Tasks, calendar: Calendar) -> list[Duty]:
    """Return the duties whose deadlines lie in the period, where the leaf counts only these."""
    if source.counted == "to_date":
        return list(duties)
    return [duty for duty in duties if duty.task.deadline >= calendar.first_day]


def _on_time(duties: Sequence[Duty]) -> list[float]:
    return [float(duty.standing == "on_time") for duty in duties if duty.is_due]


def _done(duties: Sequence[Duty]) -> list[float]:
    return [float(duty.is_done) for duty in duties if duty.is_due]


def _progress(duties: Sequence[Duty]) -> list[float]:
    """Return the progress of every task as a fraction; milestones are part of their task's."""
    whole = [duty.progress for duty in duties if not duty.task.part_of]
    return [0.0 if np.isnan(progress) else progress / _FULL for progress in whole]


def _timely(duties: Sequence[Duty]) -> list[float]:
    """Return the returns that are due; one that is there without a date cannot be judged."""
    states = [filing.state for duty in duties for filing in duty.filings]
    return [float(state == "on_time") for state in states if state not in {"not_due", "undated"}]


_MEASURES = {"on_time": _on_time, "done": _done, "progress": _progress, "returns": _timely}


def _unknown(ask: Ask, source: Tasks, work: Work) -> Iterator[Problem]:
    """Yield what a leaf is limited to and the register does not have."""
    tasks = work.register.tasks
    known = tuple(dict.fromkeys([*(task.id for task in tasks), *(task.section for task in tasks)]))
    for text in source.only:
        if tasks and not any(_asked(task, (text,)) for task in tasks):
            what = Text(
                f"台账中没有这项任务或章节:{text}", f"no such task or section in the register: {text}"
            )
            yield Problem("error", "tasks.only", f"{ask.leaf.id}.only", what, did_you_mean(text, known))


def _undated(ask: Ask, source: Tasks) -> Iterator[Problem]:
    """Yield that a period without a place in time has no returns due and no deadlines of its own."""
    calendar = Calendar.of(ask.prepared)
    needed = source.measure == "returns" or source.counted == "period"
    if needed and np.isnan(calendar.first_day):
        what = Text(
            f"考核期“{calendar.period}”不能确定起止日期",
            f"the period {calendar.period!r} has no place in time",
        )
        hint = Text("考核期写成 2018-H2 或 2018", "write the period like 2018-H2 or 2018")
        yield Problem("error", "tasks.period", f"period {calendar.period}", what, hint)


def _silent(ask: Ask, work: Work) -> Iterator[Problem]:
    name, zh = ("returns", "任务报送表") if work.register.tasks else ("tasks", "任务台账")
    if ask.prepared.tables.get(name) is None:
        what = Text(
            f"没有{zh},“{ask.leaf.name}”按未报处理", f"no table {name}: {ask.leaf.name} is not reported"
        )
        yield Problem(
            "warning", f"tasks.no_{name}", name, what, Text(f"补交{zh}", f"hand in the table {name}")
        )


def _cells(duties: Sequence[Duty]) -> str:
    cells = (given.cell for duty in duties if (given := duty.latest) is not None)
    return "; ".join(dict.fromkeys(filter(None, cells)))


def _details(ask: Ask, own: Sequence[Sequence[Duty]]) -> pd.DataFrame | None:
    """Return the latest return of every duty: task, progress, and who answers for the figure."""
    kept = [(i, given) for i, some in enumerate(own) for duty in some if (given := duty.latest) is not None]
    if not kept:
        return None
    rows = ask.prepared.tables["returns"]
    said = {name: rows[name].to_numpy(dtype=object) for name in _KEPT if name in rows.columns}
    return pd.DataFrame(
        {
            "unit": [ask.prepared.units.codes[i] for i, _ in kept],
            "column": [given.task.id for _, given in kept],
            "value": np.array([given.progress for _, given in kept]).astype(object),
            "cell": [given.cell for _, given in kept],
            **{name: [column[given.row] for _, given in kept] for name, column in said.items()},
        }
    )
