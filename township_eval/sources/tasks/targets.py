"""Targets of the whole city: shares of the townships that add up, and what has been reached in all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

import numpy as np

from township_eval.errors import Problem, did_you_mean
from township_eval.inputs import Prepared, column_uses
from township_eval.inputs.texts import plain
from township_eval.language import Text
from township_eval.sources.tasks.entries import Entries
from township_eval.sources.tasks.reading import read_deadlines
from township_eval.sources.tasks.register import Register, Task, natural

__all__ = ["Target", "TargetState", "read_targets"]

#: not_reported: the day has come and nobody has said how far it went; no_date: short of it, no day stated
TargetState: TypeAlias = Literal["met", "unmet", "not_due", "not_reported", "no_date"]

_CLOSE: Final = 1e-9
_TEXTS: Final = ("task", "text", "measure", "goal", "direction", "applies", "lead", "basis", "column")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One target of the register and what has been reached.

    Parameters
    ----------
    id, task, text, measure, goal, direction, applies, lead, basis, column : str
        As written; ``column`` is the reported column whose sum over the units is what was reached.
    total, at_least : float
        What the city must reach: in all, or as a least number; NaN where not stated.
    deadline : float
        Ordinal; the task's where the target states none; NaN without one.
    long_term : bool
        Whether it is stated to be long-term.
    value : float
        What the city as a whole has reached, NaN where not stated.
    shares, reached : dict of str to float
        By unit name: the share of the total, and what the unit has reached.
    cell : str
        Its cell; "" where it came from no file.
    where : str
        Where a user finds it: the cell, or table and row.
    """

    id: str
    task: str
    text: str
    measure: str
    goal: str
    direction: str
    applies: str
    lead: str
    basis: str
    column: str
    total: float
    at_least: float
    deadline: float
    long_term: bool
    value: float
    cell: str
    where: str
    shares: dict[str, float] = field(default_factory=dict)
    reached: dict[str, float] = field(default_factory=dict)

    @property
    def of_city(self) -> bool:
        """Whether the whole city must reach a number."""
        return not np.isnan(self.due_number)

    @property
    def due_number(self) -> float:
        """The number to reach: the total, else the least number."""
        return self.at_least if np.isnan(self.total) else self.total

    def reported(self, prepared: Prepared) -> float:
        """Return what was reached: stated, else added up over the units; NaN where nobody says."""
        if not np.isnan(self.value):
            return self.value
        if self.reached:
            return float(sum(self.reached.values()))
        if self.column and prepared.has_column(self.column):
            values = prepared.column(self.column).value
            return float(np.nansum(values)) if not np.isnan(values).all() else np.nan
        return np.nan

    def state(self, reported: float, as_of: float) -> TargetState:
        """Return whether it is met; short of it, whether its day has come."""
        if reported >= self.due_number * (1 - _CLOSE):
            return "met"
        if self.deadline > as_of:
            return "not_due"
        if np.isnan(reported):
            return "not_reported"
        return "no_date" if np.isnan(self.deadline) or np.isnan(as_of) else "unmet"


def read_targets(prepared: Prepared, register: Register) -> tuple[tuple[Target, ...], list[Problem]]:
    """Return the targets in the order of their ids.

    A row without ``unit`` is a target; a row with one gives that unit's share (``quota``) and what it has
    reached (``value``). Shares must add up to the total.

    Parameters
    ----------
    prepared : Prepared
        Its table ``targets`` (columns: `inputs.TABLES`).
    register : Register
        Says which tasks there are.
    """
    frame = prepared.tables.get("targets")
    if frame is None:
        return (), []
    rows = _Rows(Entries("targets", frame), prepared, register)
    targets: dict[str, tuple[Target, int]] = {}
    units = rows.entries.texts("unit")
    for row in (at for at, unit in enumerate(units) if not unit):
        rows.keep(row, targets)
    for row in (at for at, unit in enumerate(units) if unit):
        rows.share(row, units[row], {key: target for key, (target, _) in targets.items()})
    for target, row in targets.values():
        if target.id not in rows.doubted:
            rows.check_sums(target, row)
    return tuple(targets[key][0] for key in sorted(targets, key=natural)), rows.entries.problems


class _Rows:
    """The columns of the targets, read once."""

    def __init__(self, entries: Entries, prepared: Prepared, register: Register) -> None:
        self.entries = entries
        self.prepared = prepared
        self.register = register
        self.ids = entries.texts("target")
        self.text = {name: entries.texts(name) for name in _TEXTS}
        self.number = {name: self._amounts(name) for name in ("total", "at_least", "quota", "value")}
        self.written = {name: entries.texts(name) for name in ("quota", "value")}
        self.deadline, self.long_term = read_deadlines(entries)
        self.columns = column_uses(prepared.scheme)
        self.doubted: set[str] = set()  # targets with a share that is refused: their sum says nothing

    def _amounts(self, column: str) -> np.ndarray:
        amounts = self.entries.numbers(column)
        what = Text("不能小于零,写的是 {entry}", "cannot be below zero: {entry}")
        self.entries.faults(
            amounts < 0, column, f"targets.{column}", what, Text("写不小于零的数", "write zero or more")
        )
        return np.where(amounts < 0, np.nan, amounts)

    def keep(self, row: int, targets: dict[str, tuple[Target, int]]) -> None:
        """Add one target; an id that is blank or was there before is a fault."""
        key, said = self.ids[row], {name: texts[row] for name, texts in self.text.items()}
        if not key or key in targets:
            what = (
                Text(
                    f"指标 {key} 已在 {targets[key][0].where} 列出",
                    f"{key} is listed at {targets[key][0].where}",
                )
                if key
                else Text("没有指标编号", "the target has no id")
            )
            hint = Text("每项指标一个编号;各乡镇分解数写明单位", "one id a target; shares name their unit")
            self.entries.fault(row, "target", what, hint, "targets.twice" if key else "targets.no_id")
            return
        task = self._task(row, said["task"])
        self._check_column(row, said["column"])
        own = not np.isnan(self.deadline[row]) or self.long_term[row] or task is None
        targets[key] = (
            Target(
                id=key,
                task=said["task"],
                text=said["text"],
                measure=said["measure"],
                goal=said["goal"],
                direction=said["direction"],
                applies=said["applies"],
                lead=said["lead"],
                basis=said["basis"],
                column=said["column"],
                total=float(self.number["total"][row]),
                at_least=float(self.number["at_least"][row]),
                deadline=float(self.deadline[row]) if own or task is None else task.deadline,
                long_term=self.long_term[row] if own or task is None else task.long_term,
                value=float(self.number["value"][row]),
                cell=self.entries.cell(row),
                where=self.entries.where(row),
            ),
            row,
        )

    def _task(self, row: int, text: str) -> Task | None:
        found = self.register.known.get(plain(text))
        if text and found is None and self.register.tasks:
            what = Text(f"台账中没有这项任务:{text}", f"no such task in the register: {text}")
            self.entries.fault(row, "task", what, did_you_mean(text, tuple(self.register.known)))
        return found

    def _check_column(self, row: int, name: str) -> None:
        # where departments are evaluated, what townships report is another scheme's
        if name and name not in self.columns and not self.register.of_departments:
            what = Text(f"方案不读取这一列:{name}", f"the scheme reads no such column: {name}")
            self.entries.fault(row, "column", what, did_you_mean(name, tuple(self.columns)))

    def share(self, row: int, unit: str, targets: Mapping[str, Target]) -> None:
        """Add a unit's share to its target, and what it has reached."""
        target = targets.get(self.ids[row])
        if target is None:
            what = Text(
                f"没有这项指标:{self.ids[row] or '(空)'}", f"unknown target: {self.ids[row] or '(blank)'}"
            )
            self.entries.fault(
                row, "target", what, did_you_mean(self.ids[row], tuple(targets)), "targets.unknown"
            )
            return
        i = self.prepared.units.find(unit)
        if i is None and not self.register.of_departments:
            what = Text(f"没有这个单位:{unit}", f"unknown unit: {unit}")
            self.entries.fault(row, "unit", what, did_you_mean(unit, tuple(self.prepared.units.known)))
            self.doubted.add(target.id)
            return
        name = unit if i is None else self.prepared.units.names[i]
        for column, kept in (("quota", target.shares), ("value", target.reached)):
            amount = float(self.number[column][row])
            if np.isnan(amount):
                if self.written[column][row]:
                    self.doubted.add(target.id)
                continue
            if name in kept:
                what = Text(f"{name} 的 {target.id} 给了两次", f"{target.id} of {name} is given twice")
                self.entries.fault(row, "unit", what, Text("只留一行", "keep one row"), "targets.unit_twice")
                continue
            kept[name] = amount

    def check_sums(self, target: Target, row: int) -> None:
        """Shares add up to the total; what the units reached adds up to what the city states."""
        for parts, whole, column, said in (
            (target.shares, target.total, "total", Text("各单位分解数合计", "the units' shares add up to")),
            (
                target.reached,
                target.value,
                "value",
                Text("各单位完成数合计", "what the units reached adds up to"),
            ),
        ):
            found = float(sum(parts.values()))
            if not parts or np.isnan(whole) or abs(found - whole) <= _CLOSE * max(1.0, whole):
                continue
            what = Text(
                f"{target.id} {said.zh} {found:.12g},应为 {whole:.12g}",
                f"{target.id}: {said.en} {found:.12g}, not {whole:.12g}",
            )
            hint = Text("调整各单位的数,或改正全市总数", "adjust the units' numbers, or the city's")
            self.entries.fault(row, column, what, hint, "targets.sum")
