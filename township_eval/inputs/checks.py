"""What looks at all tables of a period together: doubtful percentages, marks without reason, silence."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from township_eval.errors import Problem, did_you_mean, suggest
from township_eval.inputs.entries.columns import is_percent
from township_eval.inputs.entries.evidence import MATCHED
from township_eval.inputs.entries.matrix import Column, Columns
from township_eval.inputs.rows import place
from township_eval.inputs.status import Flags
from township_eval.inputs.texts import plain, text_of, texts_of
from township_eval.inputs.units import Units
from township_eval.language import Text
from township_eval.methods.varying import Varying
from township_eval.scheme.differentiate import rewrite
from township_eval.scheme.events import event_names
from township_eval.scheme.model import Dimension, Indicator, Scheme
from township_eval.scheme.sources import Events, Measured, Tasks

__all__ = [
    "marks_without_reason",
    "mixed_percentages",
    "silence",
    "silent_units",
    "unknown_places",
    "unread_events",
]


def unknown_places(scheme: Scheme, units: Units) -> Iterator[Problem]:
    """Yield keys of values that differ by unit which are no unit; only the inputs list the units here.

    A key that looks like a unit's name is a slip, which would silently give that unit the default.
    """
    if scheme.units:
        return  # the scheme was checked against its own list
    groups = {group.id for group in scheme.groups}
    for node in scheme.nodes():
        keys: dict[str, None] = {}
        rewrite(replace(node, children=()) if isinstance(node, Dimension) else node, _noting(keys))
        for key in keys:
            if key not in groups and units.find(key) is None:
                places = sorted({*units.known, *groups})
                what = Text(f"没有 {key} 这个类别或单位", f"no class or unit {key!r}")
                severity: Literal["error", "warning"] = "error" if suggest(key, places) else "warning"
                yield Problem(severity, "varying.unknown", node.id, what, did_you_mean(key, places))


def _noting(keys: dict[str, None]) -> Callable[[Varying], Varying]:
    def note(varying: Varying) -> Varying:
        keys.update(dict.fromkeys(varying.keys))
        return varying

    return note


# A column with such an entry is on 0-100; 0.95 beside it is more likely 95 than less than one percent.
_SURELY_PERCENT = 20.0


def mixed_percentages(scheme: Scheme, units: Units, columns: Columns) -> Iterator[Problem]:
    """Warn where a percentage column seems to mix 0.95 with 95; files are refused when they are read."""
    for leaf in scheme.leaves():
        if not isinstance(leaf.source, Measured) or not is_percent(leaf):
            continue
        column = columns.column(leaf.source.column or leaf.id, leaf.id)
        small = np.flatnonzero((column.value > 0) & (column.value <= 1))
        if len(small) and np.nanmax(column.value) >= _SURELY_PERCENT:
            yield _mixed(units, leaf, column, int(small[0]))


def _mixed(units: Units, leaf: Indicator, column: Column, i: int) -> Problem:
    cell = "" if column.cells is None else str(column.cells[i])
    low, high = text_of(column.value[i]), text_of(np.nanmax(column.value))
    return Problem(
        "warning",
        "values.percent_mixed",
        cell or f"values unit {units.codes[i]}, {column.name}",
        Text(
            f"“{leaf.name}”按百分数计,{units.names[i]} 为 {low},其他有 {high}",
            f"{leaf.name} is in percent; {units.names[i]} has {low}, others up to {high}",
        ),
        Text("核对是 0.95 还是 95", "check whether it is 0.95 or 95"),
    )


def marks_without_reason(scheme: Scheme, units: Units, columns: Columns) -> Iterator[Problem]:
    """Yield discretionary marks that nobody justified."""
    for leaf in scheme.leaves():
        if getattr(leaf.scoring, "method", "") != "mark" or not isinstance(leaf.source, Measured):
            continue
        column = columns.column(leaf.source.column or leaf.id, leaf.id)
        given = ~np.isnan(column.value)
        if column.rows is not None and "reason" in column.rows.columns:
            said = column.rows["reason"].fillna("").astype(str).str.strip() != ""
            given[column.rows["i"].to_numpy()[said.to_numpy()]] = False
        for i in np.flatnonzero(given):
            cell = "" if column.cells is None else str(column.cells[i])
            yield Problem(
                "error",
                "values.reason_missing",
                cell or f"values unit {units.codes[i]}, {column.name}",
                Text(
                    f"{units.names[i]} 的“{leaf.name}”是酌情赋分,没有写明理由",
                    f"{leaf.name} of {units.names[i]} is a discretionary mark without a reason",
                ),
                Text("在 reason(理由)列写明", "write it in the column reason"),
            )


def silent_units(
    scheme: Scheme,
    units: Units,
    columns: Columns,
    tables: dict[str, pd.DataFrame],
    problems: Iterable[Problem],
) -> NDArray[np.intp]:
    """Return the positions of the units nothing at all is known of.

    Events do not count as being known: without any the sum is zero for whoever is listed; nor do tasks
    that nobody reported about, which count as not done. A unit whose value was refused has spoken: the
    refusal is its problem.
    """
    if all(isinstance(leaf.source, Events | Tasks) for leaf in scheme.leaves()):
        return np.empty(0, dtype=np.intp)
    heard = columns.reported()
    for name in MATCHED:
        frame = tables.get(name)
        if frame is not None and name != "events":
            about = frame["i"].to_numpy()
            heard[about[about >= 0]] = True  # a review's rows may be about the other side
    heard |= _reporting(units, tables.get("returns"))
    unheard = np.flatnonzero(~heard)
    if not len(unheard) or any(_whole_table(one) for one in problems):
        return unheard[:0]  # who stands in a table that could not be taken is not known
    refused = [place for one in problems if one.severity == "error" for place in one.where.split("; ")]
    return np.array([i for i in unheard if not _refused(units, columns, int(i), refused)], dtype=np.intp)


def _whole_table(problem: Problem) -> bool:
    """Return whether a table of evidence lacks a column, or has one twice, and was not taken at all."""
    whole = problem.severity == "error" and problem.code in ("table.column_missing", "table.column_twice")
    return whole and problem.where.partition(".")[0] in MATCHED


def _reporting(units: Units, returns: pd.DataFrame | None) -> Flags:
    """Return which units have filed a return about a task, (n_units,)."""
    heard = np.zeros(units.n, dtype=np.bool_)
    if returns is not None and "reporter" in returns.columns:
        # 农牧局(扶贫办) is the office of 农牧局 that acts for it
        spoken = {
            part
            for text in set(texts_of(returns["reporter"]))
            for part in (text, plain(text).partition("(")[0])
        }
        heard[[i for text in sorted(spoken) if text and (i := units.find(text)) is not None]] = True
    return heard


def _refused(units: Units, columns: Columns, i: int, places: Collection[str]) -> bool:
    """Return whether one of the places is a cell of this unit, or its row of a frame."""
    cells = set() if columns.cells is None else {cell for cell in columns.cells[:, i] if cell}
    entry = f" unit {units.codes[i]},"  # a place in a frame: `values[3] unit 002, water`
    return not cells.isdisjoint(places) or any(
        place.startswith("values") and entry in place for place in places
    )


def silence(units: Units, columns: Columns, silent: NDArray[np.intp]) -> Iterator[Problem]:
    """Yield a problem for every silent unit, under every policy; its place is its first blank cell."""
    for i in silent:
        cell = "" if columns.cells is None else next(filter(None, columns.cells[:, i]), "")
        yield Problem(
            "error",
            "unit.silent",
            f"{cell} {units.codes[i]} {units.names[i]}".strip(),
            Text(f"{units.names[i]} 没有任何数值", f"{units.names[i]} has no value at all"),
            Text("补报,或从单位表中去掉", "report its values, or take it off the list of units"),
        )


def unread_events(scheme: Scheme, events: pd.DataFrame | None) -> Iterator[Problem]:
    """Yield events that nothing in the scheme reads: a slip in a rule's name would lose a deduction."""
    if events is None:
        return
    known = event_names(scheme)
    rules = texts_of(events["rule"])
    strangers = np.flatnonzero(~np.isin(rules, known))
    _, first = np.unique(rules[strangers].astype(str), return_index=True)
    for row in strangers[np.sort(first)].tolist():
        rule = rules[row]
        yield Problem(
            "error",
            "events.rule_unknown",
            place("events", row, events, f"rule {rule}", column="rule"),
            Text(
                f"方案中没有用到这一事项:{rule or '(空)'}", f"nothing in the scheme reads {rule or '(blank)'}"
            ),
            did_you_mean(rule, known),
        )
