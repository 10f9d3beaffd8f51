"""Correction slips (更正单) as rows: who approved what, by which document; without these a slip is none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from township_eval.errors import Problem, did_you_mean
from township_eval.inputs.entries.faults import unknown_unit
from township_eval.inputs.entries.numbers import day_number
from township_eval.inputs.rows import column_problems, with_unit
from township_eval.inputs.tables import TABLES
from township_eval.inputs.texts import quoted, text_of
from township_eval.inputs.units import Units
from township_eval.language import Text, join_texts

__all__ = ["CORRECTABLE", "Slip", "read_slips"]

#: Tables a slip may correct, with what offices call them. Lists of units, approvals and the slips
#: themselves are not corrected by slips.
CORRECTABLE: Final[Mapping[str, tuple[str, ...]]] = {
    "values": ("指标数据", "指标", "数值"),
    "satisfaction": ("满意度", "满意度调查"),
    "responses": ("答卷", "调查明细"),
    "means": ("调查汇总",),
    "margins": ("人口结构",),
    "ratings": ("第三方评估", "评估"),
    "reviews": ("评议", "双向评议"),
    "roster": ("名册",),
    "events": ("事项", "加减分", "加减分事项"),
    "tasks": ("任务", "任务清单"),
    "targets": ("目标任务", "目标"),
    "returns": ("任务报送", "报送"),
}
_CALLED: Final = {text: table for table, others in CORRECTABLE.items() for text in (table, *others)}
_NEEDED: Final = {
    "reason": Text("理由", "the reason"),
    "document": Text("依据文件", "the document"),
    "approver": Text("批准人", "the approver"),
}
_TEXTS: Final = (
    "number", "table", "unit", "indicator", "part", "column", "cell", "reason", "document", "approver",
    "objection", "where",
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Slip:
    """One correction as filed.

    Attributes
    ----------
    table : str
        Name of the table, "" where only a cell is stated.
    unit : int
        Position of the unit, -1 where only a cell is stated.
    said : mapping of str to str
        All its texts as written, by column.
    old, new : object
        What stands there and what shall stand there, as written.
    date : str
        ISO date, "" where none is stated.
    where : str
        The slip's own place.
    """

    table: str
    unit: int
    said: Mapping[str, str]
    old: Any
    new: Any
    date: str
    where: str


def read_slips(frame: pd.DataFrame, units: Units, problems: list[Problem]) -> list[Slip]:
    """Return the slips that say all they must, in an order that only they decide.

    Parameters
    ----------
    frame : DataFrame
        The table ``corrections``.
    units : Units
    problems : list of Problem
        Grows by what is wrong with the others.
    """
    frame = with_unit(frame)
    faults = list(column_problems("corrections", frame, TABLES["corrections"]))
    problems.extend(faults)
    if any(fault.severity == "error" for fault in faults):
        return []
    slips = []
    for row in range(len(frame)):
        slip = _slip(frame, row, units, problems)
        if slip is not None:
            slips.append(slip)
    problems.extend(_repeated(slips))
    return sorted(slips, key=lambda slip: (*(slip.said[name] for name in _TEXTS[:7]), slip.where))


def _slip(frame: pd.DataFrame, row: int, units: Units, problems: list[Problem]) -> Slip | None:
    said = {
        name: text_of(frame[name].iloc[row]) if name in frame.columns else ""
        for name in _TEXTS
    }  # fmt: skip
    where = said["where"] or f"corrections[{row}]"
    table = _CALLED.get(said["table"], "")
    i = units.find(said["unit"]) if said["unit"] else None
    day = day_number(frame["date"].iloc[row]) if "date" in frame.columns else np.nan
    faults = [*_incomplete(said, where), *_misplaced(said, table, i, where, units)]
    if day is None:
        faults.append(_no_date(frame["date"].iloc[row], where))
    problems.extend(faults)
    if faults or day is None:
        return None
    date = "" if np.isnan(day) else pd.Timestamp.fromordinal(int(day)).date().isoformat()
    old, new = frame["old"].iloc[row], frame["new"].iloc[row]
    named = table or ("" if said["cell"] else "values")
    return Slip(named, -1 if i is None else i, said, old, new, date, where)


def _incomplete(said: Mapping[str, str], where: str) -> Iterator[Problem]:
    missing = [text for name, text in _NEEDED.items() if not said[name]]
    if missing:
        names = join_texts(missing, "、", ", ")
        yield Problem(
            "error", "correction.authority", where,
            Text("更正没有写明{names}", "a correction without {names}").format(names=names),
            Text("补齐后再更正;没有批准和依据的数据不改",
                 "state it; nothing is corrected without approval and document"),
        )  # fmt: skip


def _misplaced(
    said: Mapping[str, str], table: str, i: int | None, where: str, units: Units
) -> Iterator[Problem]:
    """Yield why a slip says of no place what it corrects."""
    if said["table"] and not table:
        yield Problem(
            "error", "correction.table", where,
            Text(f"不能更正这张表:{said['table']}", f"no table that can be corrected: {said['table']}"),
            did_you_mean(said["table"], tuple(_CALLED)),
        )  # fmt: skip
    if said["unit"] and i is None:
        yield unknown_unit(said["unit"], where, units)
    if not said["unit"] and not said["cell"]:
        yield Problem(
            "error", "correction.place", where,
            Text("没有写明更正哪里", "it does not say what is corrected"),
            Text("写明单位和指标,或写明单元格(文件!工作表!C5)",
                 "state unit and indicator, or the cell (file!sheet!C5)"),
        )  # fmt: skip


def _no_date(entry: Any, where: str) -> Problem:
    return Problem(
        "error", "correction.date", where,
        Text("更正日期不是日期:{entry}", "not a date: {entry}").format(entry=quoted(entry)),
        Text("写成 2019-01-15 这样的日期", "write it like 2019-01-15"),
    )  # fmt: skip


def _repeated(slips: list[Slip]) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for slip in slips:
        number = slip.said["number"]
        if number and first.setdefault(number, slip.where) != slip.where:
            yield Problem(
                "error", "correction.number", slip.where,
                Text(f"更正单编号 {number} 重复,另一处在 {first[number]}",
                     f"number {number} is also used at {first[number]}"),
                Text("每份更正单用自己的编号", "give every slip a number of its own"),
            )  # fmt: skip
