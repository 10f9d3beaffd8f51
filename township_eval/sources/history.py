"""Values that rest on time: the change on a unit's own past, and how late a milestone was."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from township_eval.errors import Problem
from township_eval.inputs import Column, Past
from township_eval.inputs.entries.columns import is_day
from township_eval.inputs.entries.numbers import numbers
from township_eval.language import Text
from township_eval.methods.varying import Array
from township_eval.scheme.sources import Change, Milestone
from township_eval.sources.evidence import Ask, Found, details_of, join_cells, pick_problems

__all__ = ["change", "milestone"]


def change(ask: Ask, source: Change) -> Found:
    """Return the change on the previous period: a difference, or percent of it if ``relative``.

    Without history there is nothing to compare with, and the value is not reported.
    """
    name = source.column or ask.leaf.id
    column = ask.column(name)
    before = np.full(ask.n_units, np.nan) if ask.past is None else _earlier(ask, ask.past, name)
    faulty = (before <= 0) & ~np.isnan(column.value) & bool(source.relative)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = 100.0 * (column.value / before - 1.0) if source.relative else column.value - before
    what = Text(
        f"{{unit}} 上期的“{name}”不大于零,算不出变化率",
        f"the previous {name} of {{unit}} is not positive: no rate of change",
    )
    hint = Text("改用差值(relative: false)", "use the difference (relative: false)")
    return Found(
        np.where(faulty, np.nan, value),
        method="change on previous period",
        claimed=column.not_applicable,
        cells=column.cells,
        details=details_of(ask, (column,)),
        problems=(*_no_history(ask), *ask.each("change.base", faulty, what, hint, column.cells)),
    )


def _earlier(ask: Ask, past: Past, name: str) -> Array:
    """Return what was reported under this name a period ago, else the value of the leaf of this name."""
    codes = list(ask.prepared.units.codes)
    rows = past.reported[past.reported["column"] == name].drop_duplicates("unit", keep="last")
    reported, _ = numbers(pd.Series(rows["value"].to_numpy(dtype=object), dtype=object))
    found = pd.Series(reported, index=rows["unit"].to_numpy(dtype=object)).reindex(codes).to_numpy()
    measured = {leaf.id for leaf in ask.prepared.scheme.leaves() if leaf.source.kind == "measured"}
    if name in past.values.columns and name in measured:
        scored = past.values[name].reindex(codes).to_numpy(dtype=np.float64)
        found = np.where(np.isnan(found), scored, found)
    return np.asarray(found, dtype=np.float64)


def _no_history(ask: Ask) -> tuple[Problem, ...]:
    if ask.past is not None:
        return ()
    what = Text(
        f"“{ask.leaf.name}”与上期比较,但没有给出上期结果",
        f"{ask.leaf.name} compares with the previous period, and there is none",
    )
    hint = Text(
        "给出上期结果(history),或为首期规定缺报如何处理(missing)",
        "give history, or state `missing` for the first period",
    )
    return (
        Problem("warning", "change.no_history", f"period {ask.prepared.period}, {ask.leaf.id}", what, hint),
    )


def milestone(ask: Ask, source: Milestone) -> Found:
    """Return the days from due to done, 0 when early; what is not done counts up to ``as_of``."""
    done = ask.column(source.done)
    columns = [done] if is_day(source.due) else [ask.column(source.due), done]
    due = _fixed_day(ask, source.due) if is_day(source.due) else columns[0]
    as_of = np.nan if ask.prepared.as_of is None else float(ask.prepared.as_of.toordinal())
    open_ = np.isnan(done.value)
    value = np.maximum(np.where(open_, as_of, done.value) - due.value, 0.0)
    claimed = done.not_applicable | due.not_applicable
    cells = join_cells(columns)
    later = Text("{unit} 的完成日期晚于数据截止日", "{unit} was done after the day the data stand at")
    undated = Text(
        "{unit} 尚未完成,没有数据截止日算不出天数",
        "{unit} is not done yet: days late need the day the data stand at",
    )
    stated = Text("写明 as_of(数据截止)", "state as_of")
    return Found(
        value,
        method="days late",
        claimed=claimed,
        cells=cells,
        details=details_of(ask, columns),
        problems=pick_problems(
            (
                ask.each(
                    "milestone.as_of",
                    open_ & ~np.isnan(due.value) & ~claimed & np.isnan(as_of),
                    undated,
                    stated,
                ),
                ask.each(
                    "milestone.later", done.value > as_of, later, Text("核对日期", "check the date"), cells
                ),
            )
        ),
    )


def _fixed_day(ask: Ask, day: str) -> Column:
    number = float(date.fromisoformat(day).toordinal())
    return Column(day, np.full(ask.n_units, number), np.zeros(ask.n_units, dtype=np.bool_))
