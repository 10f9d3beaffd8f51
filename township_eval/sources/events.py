"""Marks for events: each row of the table ``events`` that names a leaf counts."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from township_eval.errors import Problem, did_you_mean
from township_eval.inputs.entries.numbers import numbers
from township_eval.inputs.texts import quoted, texts_of
from township_eval.language import Text
from township_eval.methods.varying import Array
from township_eval.scheme.sources import Events
from township_eval.sources.evidence import Ask, Found, by_unit, evidence_rows, row_cells, row_place

__all__ = ["events"]

_TABLE = "events"


def events(ask: Ask, source: Events) -> Found:
    """Return each unit's sum of marks; no event is zero, because then nothing happened.

    ``n`` is the number of events.
    """
    rows = ask.rows(_TABLE)
    if rows is None:
        return Found(
            np.zeros(ask.n_units), method="events", n=np.zeros(ask.n_units), problems=(_no_table(ask),)
        )
    rows = rows[np.isin(texts_of(rows["rule"]), (ask.leaf.id, ask.leaf.name))]
    marks, problems = _graded(rows, source) if source.marks else _amounts(rows)
    i = rows["i"].to_numpy()
    return Found(
        by_unit(i, marks, ask.n_units),
        method="events",
        n=by_unit(i, np.ones(len(rows)), ask.n_units),
        cells=row_cells(rows, ask.n_units),
        details=evidence_rows(ask, rows.assign(_marks=marks), "rule", "_marks") if len(rows) else None,
        problems=problems,
    )


def _graded(rows: pd.DataFrame, source: Events) -> tuple[Array, tuple[Problem, ...]]:
    """Return the marks of each event's grade."""
    worth = {mark.grade: mark.marks for mark in source.marks}
    grades = texts_of(rows["grade"]) if "grade" in rows.columns else [""] * len(rows)
    problems = tuple(
        Problem(
            "error",
            "events.grade",
            row_place(_TABLE, rows, position),
            Text(f"没有这个事项等级:{grade or '(空)'}", f"unknown grade of event: {grade or '(blank)'}"),
            did_you_mean(grade, tuple(worth)),
        )
        for position, grade in enumerate(grades)
        if grade not in worth
    )
    return np.array([worth.get(grade, 0.0) for grade in grades], dtype=np.float64), problems


def _amounts(rows: pd.DataFrame) -> tuple[Array, tuple[Problem, ...]]:
    """Return the marks that each row states."""
    if "amount" not in rows.columns:
        rows = rows.assign(amount=np.nan)
    amounts, refused = numbers(rows["amount"])
    faulty = refused | ~np.isfinite(amounts) | (amounts < 0)
    return np.where(faulty, 0.0, amounts), tuple(_wrong_amounts(rows, np.flatnonzero(faulty)))


def _wrong_amounts(rows: pd.DataFrame, positions: np.ndarray) -> Iterator[Problem]:
    for position in positions:
        entry = rows["amount"].iloc[position]
        yield Problem(
            "error",
            "events.amount",
            row_place(_TABLE, rows, int(position)),
            Text(
                "分值应为不小于零的数字,写的是{entry}",
                "the amount should be a number from zero up, not {entry}",
            ).format(entry=quoted(entry)),
            Text(
                "扣分也写正数;扣还是加由评分规则决定",
                "write marks lost as a positive number too: the rule subtracts",
            ),
        )


def _no_table(ask: Ask) -> Problem:
    return Problem(
        "warning",
        "events.no_table",
        _TABLE,
        Text(
            f"没有事项表,“{ask.leaf.name}”按未发生计",
            f"no table of events: {ask.leaf.name} counts as nothing having happened",
        ),
        Text("确无事项可交一张空表", "hand in an empty table if nothing happened"),
    )
