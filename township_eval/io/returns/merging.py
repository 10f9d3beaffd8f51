"""Several departments' readings become one period's tables; a cell with two values is a problem."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeAlias

import pandas as pd

from township_eval.errors import Problem
from township_eval.inputs.texts import text_of
from township_eval.io.sheets.columns.reading import Reading
from township_eval.io.sheets.log import Log
from township_eval.io.sheets.names import Register
from township_eval.io.sheets.vocabulary import Target
from township_eval.language import Text
from township_eval.scheme.model import Indicator, Scheme
from township_eval.scheme.sources import Events, Ratio

__all__ = ["department_problems", "merged_readings", "not_applicable_frame", "values_frame"]

_Key: TypeAlias = tuple[str, str, str]

# What two cells say about one value: a number outweighs a blank, and a refused cell its absence.
_WEIGHT: Final = {"ok": 3, "not_applicable": 3, "refused": 2, "not_reported": 1}
# The tables of evidence any of which is an answer to a kind of source.
_FED_BY: Final[Mapping[str, frozenset[str]]] = {
    "satisfaction": frozenset({"satisfaction", "responses", "means"}),
    "ratings": frozenset({"ratings"}),
    "reviews": frozenset({"reviews"}),
    "share_of_persons": frozenset({"roster"}),
    "ratio": frozenset({"roster"}),
}
_VALUES: Final = ("unit", "indicator", "part", "value", "cell")


def merged_readings(
    readings: Iterable[Reading], units: Register, names: Mapping[str, str], log: Log
) -> list[Reading]:
    """Return one reading a unit and column, in the order first met; contradictions go to the log.

    Parameters
    ----------
    readings : iterable of Reading
        From all files of the period.
    units : Register
        Names the unit in a problem.
    names : mapping of str to str
        Names of the indicators by their ids.
    log : Log
        Takes the problem ``value.conflict`` with both places.
    """
    kept: dict[_Key, Reading] = {}
    for reading in readings:
        key = (reading.unit, reading.target.indicator, reading.target.part)
        first = kept.get(key)
        if first is None or _WEIGHT[reading.parsed.status] > _WEIGHT[first.parsed.status]:
            kept[key] = reading
        elif _contradict(first, reading):
            log.problems.append(_conflict(first, reading, units, names))
    return list(kept.values())


def _contradict(one: Reading, other: Reading) -> bool:
    if _WEIGHT[one.parsed.status] + _WEIGHT[other.parsed.status] < 2 * _WEIGHT["ok"]:
        return False
    return (one.parsed.status, one.parsed.value) != (other.parsed.status, other.parsed.value)


def _conflict(one: Reading, other: Reading, units: Register, names: Mapping[str, str]) -> Problem:
    name = f"{units.name(one.unit)} {_called(one.target, names)}"
    first, second = _shown(one), _shown(other)
    return Problem(
        "error",
        "value.conflict",
        other.where,
        Text(
            f"{name} 有两个值:此处 {second},{one.where} 为 {first}",
            f"{name} has two values: {second} here, {first} at {one.where}",
        ),
        Text("请与报送部门核实,只保留一个", "ask the departments which one holds, and keep it"),
    )


def _called(target: Target, names: Mapping[str, str]) -> str:
    """Return an indicator by name and id, a source column by its name, which is what its header says."""
    name = names.get(target.indicator, target.indicator)
    said = name if name == target.indicator else f"{name}({target.indicator})"
    return f"{said}/{target.part}" if target.part else said


def _shown(reading: Reading) -> str:
    if reading.parsed.status == "not_applicable":
        return "“/”"
    value = reading.parsed.value
    return text_of(value)


def values_frame(readings: Iterable[Reading]) -> pd.DataFrame | None:
    """Return the tidy table ``values``; what is blank or refused keeps its cell and has no value."""
    rows = [
        {
            "unit": reading.unit,
            "indicator": reading.target.indicator,
            "part": reading.target.part,
            "value": reading.parsed.value if reading.parsed.status == "ok" else None,
            "cell": reading.where,
            **dict(reading.about),
        }
        for reading in readings
        if reading.parsed.status != "not_applicable"
    ]
    if not rows:
        return None
    extra = dict.fromkeys(name for row in rows for name in row if name not in _VALUES)
    frame = pd.DataFrame(rows, columns=[*_VALUES, *extra], dtype=object)
    if not any(isinstance(row["value"], str) for row in rows):  # dates stay text
        frame["value"] = frame["value"].astype("float64")
    return frame


def not_applicable_frame(
    readings: Iterable[Reading], listed: Iterable[dict[str, Any]]
) -> pd.DataFrame | None:
    """Return what does not apply to whom: cells with "/" and the rows of a sheet 不适用."""
    rows = [
        {
            "unit": reading.unit,
            "indicator": reading.target.indicator,
            "part": reading.target.part,
            "reason": dict(reading.about).get("reason", ""),
            "cell": reading.where,
        }
        for reading in readings
        if reading.parsed.status == "not_applicable"
    ]
    rows += [{"part": "", **row} for row in listed]
    return pd.DataFrame(rows, dtype=object) if rows else None


def department_problems(
    scheme: Scheme, readings: Iterable[Reading], tables: Iterable[str], place: str
) -> Iterable[Problem]:
    """Yield a warning for every lead department none of whose indicators due has any value.

    Parameters
    ----------
    scheme : Scheme
        Of the period.
    readings : iterable of Reading
        All that was read.
    tables : iterable of str
        Names of the evidence tables that were read.
    place : str
        The files, as the place of the problem.
    """
    heard = {
        leaf
        for reading in readings
        if reading.parsed.status != "not_reported"
        for leaf in reading.target.leaves
    }
    tables = set(tables)
    due = [leaf for leaf in scheme.leaves() if not leaf.due_in]
    departments = dict.fromkeys(lead for leaf in due for lead in leaf.lead)
    for department in departments:
        own = [leaf for leaf in due if department in leaf.lead]
        if any(leaf.id in heard or _has_table(leaf, tables) for leaf in own):
            continue
        names = [leaf.name for leaf in own]
        yield Problem(
            "warning",
            "department.missing",
            place,
            Text(
                f"{department} 尚未报送(负责:{'、'.join(names)})",
                f"{department} has not reported yet (responsible for {', '.join(names)})",
            ),
            Text("请催报", "remind the department"),
        )


def _has_table(leaf: Indicator, tables: set[str]) -> bool:
    match leaf.source:
        case Events():
            return True  # no event is an answer too
        case Ratio(where=""):
            return False
    return bool(_FED_BY.get(leaf.source.kind, frozenset()) & tables)
