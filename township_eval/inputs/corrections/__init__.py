"""Corrections (更正单) applied over the untouched inputs: approved, documented, one value at a time.

The frames handed in and the files they came from stay as they are. What a slip says stands there must
stand there; a value nobody approved changing is never changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import pandas as pd

from township_eval.errors import Problem
from township_eval.inputs.corrections.places import Finder, Place, is_wide
from township_eval.inputs.corrections.slips import CORRECTABLE, Slip, read_slips
from township_eval.inputs.corrections.values import Entry, Unreadable, read_entry
from township_eval.inputs.corrections.writing import written_into
from township_eval.inputs.rows import with_unit
from township_eval.inputs.tables import Inputs
from township_eval.inputs.texts import quoted, text_of
from township_eval.inputs.units import Units, resolve_units
from township_eval.language import Text
from township_eval.scheme.model import Scheme

__all__ = ["CORRECTION_COLUMNS", "apply_corrections"]

#: Columns of the table ``corrections`` of a result.
CORRECTION_COLUMNS: Final = (
    "number", "table", "unit", "indicator", "column", "cell", "old", "new", "reason", "document", "approver",
    "date", "objection",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Change:
    """A slip whose place was found, with what it says."""

    slip: Slip
    place: Place
    old: Entry
    new: Entry


def apply_corrections(scheme: Scheme, inputs: Inputs) -> tuple[Inputs, pd.DataFrame, tuple[Problem, ...]]:
    """Return the inputs with the corrections of their table ``corrections`` in them.

    Parameters
    ----------
    scheme : Scheme
        As read, or already of the period.
    inputs : Inputs
        Stay as they are.

    Returns
    -------
    Inputs
        New inputs; a value that is corrected keeps its cell and takes reason and document of the slip. A
        cell that could not be read, and is corrected, is no problem any more.
    DataFrame
        What was applied, columns `CORRECTION_COLUMNS`: ``unit`` is the code, ``cell`` where the old value
        stands, ``old`` and ``new`` as numbers where they are such.
    tuple of Problem
        Errors ``correction.*``: no authority, another value than ``old`` stands there, a cell corrected
        twice, no such place. A slip with one is not applied.

    Examples
    --------
    >>> import township_eval as te
    >>> scheme = te.read_scheme({"name": "N", "version": "1",
    ...                          "index": {"children": [{"id": "water", "weight": 100}]}})
    >>> given = te.Inputs(period="2018", values=pd.DataFrame({"water": [80.0]}, index=["甲镇"]), corrections=[
    ...     {"unit": "甲镇", "indicator": "water", "old": 80, "new": 90, "reason": "漏报一个村",
    ...      "document": "甲镇函〔2019〕2号", "approver": "考核办"}])
    >>> corrected, applied, problems = apply_corrections(scheme, given)
    >>> corrected.values["water"].tolist(), given.values["water"].tolist(), problems
    ([90.0], [80.0], ())
    >>> applied[["unit", "indicator", "old", "new"]].values.tolist()
    [['甲镇', 'water', 80.0, 90.0]]
    """
    if inputs.corrections is None or inputs.corrections.empty:
        return inputs, pd.DataFrame(columns=list(CORRECTION_COLUMNS)), ()
    scheme = scheme if scheme.period else scheme.for_period(inputs.period)
    units, _ = resolve_units(scheme, inputs)
    problems: list[Problem] = []
    slips = read_slips(inputs.corrections, units, problems)
    tables = {
        name: with_unit(frame).reset_index(drop=True)
        for name, frame in inputs.tables()
        if name in CORRECTABLE
    }
    finder = Finder(scheme, units, tables)
    changes = _distinct(list(_changes(finder, slips, inputs, problems)), problems)
    corrected = _replaced(inputs, tables, changes, units)
    return corrected, _applied(changes, units), tuple(problems)


def _changes(
    finder: Finder, slips: Sequence[Slip], inputs: Inputs, problems: list[Problem]
) -> Iterator[_Change]:
    for slip in slips:
        place = finder.find(slip)
        if isinstance(place, Problem):
            problems.append(place)
            continue
        change = _read(slip, place, _original(inputs, place))
        if isinstance(change, Problem):
            problems.append(change)
        else:
            yield change


def _read(slip: Slip, place: Place, original: str) -> _Change | Problem:
    """Return what a slip changes, or why it cannot."""
    try:
        new = read_entry(slip.new, place.kind, percent=place.percent)
    except Unreadable:
        return _not_a_value(slip)
    if original and text_of(slip.old) == original:  # a cell that could not be read is quoted as written
        return _Change(slip, place, original, new)
    try:
        old = read_entry(slip.old, place.kind, percent=place.percent)
        stands = read_entry(place.stands, place.kind, percent=place.percent)
    except Unreadable:
        old, stands = text_of(slip.old), text_of(place.stands)
    if original or old != stands:
        return _stands_otherwise(slip, place, original or place.stands)
    if not text_of(slip.new):
        return _without_new(slip)
    return _nothing_changes(slip) if old == new else _Change(slip, place, old, new)


def _original(inputs: Inputs, place: Place) -> str:
    """Return what stands in a cell that could not be read, as written; "" for any other."""
    refused = any(place.cell in one.where.split("; ") for one in inputs.problems if one.severity == "error")
    if not place.cell or not refused or inputs.reading is None or text_of(place.stands):
        return ""
    lines = inputs.reading
    at = [
        text_of(original)
        for file, sheet, cell, original in zip(
            lines["file"], lines["sheet"], lines["cell"], lines["original"], strict=True
        )
        if "!".join(part for part in (file, sheet, cell) if part) == place.cell
    ]
    return at[0] if at else ""


def _distinct(changes: list[_Change], problems: list[Problem]) -> list[_Change]:
    """Return the changes of entries that only one slip is about."""
    about: dict[tuple[object, ...], list[_Change]] = {}
    for change in changes:
        place = change.place
        at = (place.unit, place.key) if place.row < 0 else (place.row, place.column)
        about.setdefault((place.table, *at), []).append(change)
    for several in about.values():
        if len(several) > 1:
            problems.extend(_twice(change, several) for change in several)
    return [several[0] for several in about.values() if len(several) == 1]


def _replaced(
    inputs: Inputs, tables: dict[str, pd.DataFrame], changes: Sequence[_Change], units: Units
) -> Inputs:
    frames: dict[str, Any] = {}
    for name in dict.fromkeys(change.place.table for change in changes):
        mine = [change for change in changes if change.place.table == name]
        frame = tables.get(name, pd.DataFrame(columns=["unit", "indicator", "part", "value"]))
        given = inputs.values
        labelled = name == "values" and given is not None and is_wide(frame) and "unit" not in given.columns
        frame = written_into(frame, [(one.place, one.new, one.slip.said) for one in mine], units)
        frames[name] = frame.set_index("unit") if labelled else frame
    settled = {change.place.cell for change in changes if change.place.cell}
    left = tuple(one for one in inputs.problems if not settled.intersection(one.where.split("; ")))
    return replace(inputs, **frames, problems=left)


def _applied(changes: Sequence[_Change], units: Units) -> pd.DataFrame:
    rows = []
    for number, change in enumerate(changes, start=1):
        slip, place = change.slip, change.place
        indicator = place.key[0] or slip.said["indicator"]
        column = place.key[1] if place.table == "values" else place.column
        rows.append(
            {
                "number": slip.said["number"] or str(number), "table": place.table,
                "unit": units.codes[place.unit] if place.unit >= 0 else "",
                "indicator": indicator, "column": column, "cell": place.cell or slip.said["cell"],
                "old": change.old, "new": change.new, "reason": slip.said["reason"],
                "document": slip.said["document"], "approver": slip.said["approver"], "date": slip.date,
                "objection": slip.said["objection"],
            }
        )  # fmt: skip
    frame = pd.DataFrame(rows, columns=list(CORRECTION_COLUMNS), dtype=object)
    return frame.sort_values(
        ["unit", "table", "indicator", "column", "cell"], kind="stable", ignore_index=True
    )


# --- what is wrong -----------------------------------------------------------------------------------


def _stands_otherwise(slip: Slip, place: Place, stands: Any) -> Problem:
    at = Text(f"({place.cell})", f" ({place.cell})") if place.cell else Text("", "")
    return Problem(
        "error", "correction.old", slip.where,
        Text("原值写的是{old},现在的值{at}是{stands}", "the slip says {old}, but {stands} stands there{at}")
        .format(old=quoted(slip.old), stands=quoted(stands), at=at),
        Text("核对原值;数据可能已改过", "check the old value; it may have been changed already"),
    )  # fmt: skip


def _not_a_value(slip: Slip) -> Problem:
    return Problem(
        "error", "correction.value", slip.where,
        Text("更正后的值{new}不是这一列可填的内容", "the new value {new} is not what this column holds")
        .format(new=quoted(slip.new)),
        Text("只写一个确定的值;撤回数据写“未报”",
             "write one definite value; to withdraw a value write 未报 (not reported)"),
    )  # fmt: skip


def _without_new(slip: Slip) -> Problem:
    return Problem(
        "error", "correction.value", slip.where,
        Text("没有写更正后的值", "there is no new value"),
        Text("填写更正后的值;撤回数据写“未报”", "state it; to withdraw a value write 未报 (not reported)"),
    )  # fmt: skip


def _nothing_changes(slip: Slip) -> Problem:
    return Problem(
        "error", "correction.same", slip.where,
        Text("更正前后是同一个值{new}", "old and new value are the same, {new}").format(new=quoted(slip.new)),
        Text("核对更正后的值,或删去这份更正单", "check the new value, or remove the slip"),
    )  # fmt: skip


def _twice(change: _Change, several: Sequence[_Change]) -> Problem:
    others = [one.slip.where for one in several if one is not change]
    return Problem(
        "error", "correction.twice", change.slip.where,
        Text(f"同一处数据有两份更正单,另一份在 {'、'.join(others)}",
             f"this entry is corrected at {', '.join(others)} too"),
        Text("每处数据一期只更正一次,合并成一份", "correct an entry once a period: make it one slip"),
    )  # fmt: skip
