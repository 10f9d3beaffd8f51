"""The table ``not_applicable``: what the inputs say does not apply to whom.

Whether the scheme accepts it is decided where the leaf's applicability is known, in the sources.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from township_eval.errors import Problem, did_you_mean
from township_eval.inputs.entries.columns import KeyBook
from township_eval.inputs.entries.faults import unknown_unit
from township_eval.inputs.entries.matrix import Claim, Columns, Key
from township_eval.inputs.rows import column_problems, place, with_unit
from township_eval.inputs.tables import COMMON, TABLES
from township_eval.inputs.texts import text_of, texts_of
from township_eval.inputs.units import Units
from township_eval.language import Text
from township_eval.scheme.model import Scheme

__all__ = ["read_not_applicable"]


def read_not_applicable(
    scheme: Scheme, units: Units, frame: pd.DataFrame | None, columns: Columns
) -> tuple[Problem, ...]:
    """Fill ``columns.not_applicable`` and ``columns.claims`` from the table and return its problems.

    An entry may name a leaf (of any source), a column, or a leaf and one of its parts.
    """
    if frame is None:
        return ()
    frame = with_unit(frame)
    problems = list(column_problems("not_applicable", frame, TABLES["not_applicable"]))
    if any(problem.severity == "error" for problem in problems):
        return tuple(problems)
    book = KeyBook(scheme)
    i, _, _ = units.positions(frame["unit"])
    written = texts_of(frame["unit"])
    indicators = texts_of(frame["indicator"])
    parts = texts_of(frame["part"]) if "part" in frame.columns else [""] * len(frame)
    for row, (indicator, part) in enumerate(zip(indicators, parts, strict=True)):
        where = place("not_applicable", row, frame, f"unit {written[row]}, {indicator}")
        key = book.key_or_leaf(str(indicator), str(part))
        if key is None:
            problems.append(_unknown(str(indicator), where, book))
        elif i[row] < 0:
            problems.append(unknown_unit(str(written[row]), where, units))
        else:
            mask = columns.not_applicable.setdefault(key, np.zeros(units.n, dtype=np.bool_))
            mask[i[row]] = True
            columns.claims.setdefault(key, {})[int(i[row])] = Claim(where, _said(frame, row))
            problems.extend(_with_value(columns, key, int(i[row]), where, units))
    return tuple(problems)


def _said(frame: pd.DataFrame, row: int) -> tuple[tuple[str, str], ...]:
    """Return what a row says besides unit and indicator: who, where and why."""
    named = ((name, text_of(frame[name].iloc[row])) for name in COMMON if name in frame.columns)
    return tuple((name, text) for name, text in named if text)


def _unknown(indicator: str, where: str, book: KeyBook) -> Problem:
    return Problem(
        "error",
        "not_applicable.unknown",
        where,
        Text(f"方案中没有这个指标:{indicator}", f"the scheme has no such indicator: {indicator}"),
        did_you_mean(indicator, book.names()),
    )


def _with_value(columns: Columns, key: Key, i: int, where: str, units: Units) -> tuple[Problem, ...]:
    """Return the problem of an entry that is both not applicable and reported."""
    row = columns.keys.get(key)
    if row is None or np.isnan(columns.matrix[row, i]):
        return ()
    cell = "" if columns.cells is None else str(columns.cells[row, i])
    there = cell or f"values unit {units.codes[i]}"
    name = "/".join(part for part in key if part)
    value = text_of(columns.matrix[row, i])
    return (
        Problem(
            "error",
            "not_applicable.with_value",
            where,
            Text(
                f"{units.names[i]} 的 {name} 写了不涉及,{there} 又有数值 {value}",
                f"{name} of {units.names[i]} is marked not applicable, but {there} reports {value}",
            ),
            Text("两者留一", "keep one of the two"),
        ),
    )
