"""Events that bear on points, read: what each is worth, and everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from township_eval.errors import Problem
from township_eval.inputs.entries.numbers import numbers
from township_eval.inputs.rows import cell_at, place
from township_eval.inputs.texts import plain, texts_of
from township_eval.rules.ledger import faults
from township_eval.scheme.events import LedgerTarget, PoolName, ledger_targets, pool_of
from township_eval.scheme.judging import AdjustmentItem
from township_eval.scheme.model import Scheme

__all__ = ["Entry", "read_entries"]

_MOST = 1e9  # more is a slip, and sums beyond it would not be exact
_COLUMNS = ("rule", "grade", "reason", "reference", "content", "honour", "source", "checked_by")


@dataclass(frozen=True, slots=True)
class Entry:
    """One event that bears on points.

    Attributes
    ----------
    unit : int
        Position of the unit.
    pool : {"bonus", "deduction"}
    item : AdjustmentItem or None
        None where the event names only the pool.
    amount : float
        What it is worth, before rounding and caps; positive in both pools.
    reason, reference, content, source : str
        As written; the item's source where the event states none.
    day : str
        ISO date, "" where none is stated.
    honored : bool
        False where only approved honors count and this is none.
    cell, where : str
        The cell, "" without one; and how a message names the place.
    checked_by : str
        Who checked the row (审核人), "" where nobody is stated.
    """

    unit: int
    pool: PoolName
    item: AdjustmentItem | None
    amount: float
    reason: str
    reference: str
    content: str
    source: str
    day: str
    honored: bool
    cell: str
    where: str
    checked_by: str

    @property
    def rule(self) -> str:
        """Id of the item, else the name of the pool."""
        return self.pool if self.item is None else self.item.id

    @property
    def effect(self) -> bool:
        """Whether it takes its part of a block in place of points."""
        return self.item is not None and bool(self.item.block)

    @property
    def order(self) -> tuple[object, ...]:
        """Place among the events of a unit, whatever the order of rows: by date, then by what it says."""
        return (
            self.day or "9999", self.reference, self.amount, self.reason, self.rule, self.content,
            self.source, self.honored, self.checked_by, self.where,
        )  # fmt: skip


def read_entries(
    scheme: Scheme, events: pd.DataFrame | None, as_of: date | None
) -> tuple[tuple[Entry, ...], tuple[Problem, ...]]:
    """Return the events that bear on points, in an order of their own, and what is wrong with them.

    Parameters
    ----------
    scheme : Scheme
    events : DataFrame, optional
        The table ``events`` with a column ``i``, the position of the unit.
    as_of : date, optional
        Day the data stand at; later events are warned of.
    """
    targets = ledger_targets(scheme)
    if events is None or not targets:
        return (), ()
    rows = events[np.isin(texts_of(events["rule"]), tuple(targets))]
    reader = _Reader(scheme, rows, as_of)
    found = [reader.entry(row, targets[rule]) for row, rule in enumerate(reader.texts["rule"])]
    entries = sorted(found, key=lambda entry: (entry.unit, entry.order))
    return tuple(entries), (*reader.problems, *_written_twice(entries))


class _Reader:
    """The columns of the events that bear on points; `problems` grows as rows are read."""

    def __init__(self, scheme: Scheme, rows: pd.DataFrame, as_of: date | None) -> None:
        self.rows = rows
        self.as_of = as_of
        self.approved = pool_of(scheme, "bonus").approved_honours
        self.texts = {name: self._texts(name) for name in _COLUMNS}
        self.unit: list[int] = rows["i"].tolist()
        self.amount, self.not_number = self._numbers("amount", "number")
        self.day, self.not_day = self._numbers("date", "date")
        self.problems: list[Problem] = []

    def entry(self, row: int, target: LedgerTarget) -> Entry:
        """Return one row as an event; faults are noted."""
        self.problems.extend(self._unfounded(row))
        text = {name: column[row] for name, column in self.texts.items()}
        item = target.item
        return Entry(
            unit=self.unit[row], pool=target.pool, item=item,
            amount=self._worth(row, item), reason=text["reason"], reference=text["reference"],
            content=text["content"], source=text["source"] or (item.source if item else ""),
            day=self._day(row), honored=self._honored(row, target),
            cell=cell_at(self.rows, row), where=self.where(row), checked_by=text["checked_by"],
        )  # fmt: skip

    def where(self, row: int, column: str = "") -> str:
        return place("events", row, self.rows, f"rule {self.texts['rule'][row]}", column)

    def _texts(self, name: str) -> list[str]:
        blank = [""] * len(self.rows)
        return texts_of(self.rows[name]).tolist() if name in self.rows.columns else blank

    def _numbers(self, name: str, kind: str) -> tuple[list[float], list[bool]]:
        if name not in self.rows.columns:
            return [np.nan] * len(self.rows), [False] * len(self.rows)
        found, refused = numbers(self.rows[name], "date" if kind == "date" else "number")
        return found.tolist(), refused.tolist()

    def _unfounded(self, row: int) -> Iterator[Problem]:
        """Yield the problem of an event without a reason or a document."""
        missing = [name for name in ("reason", "reference") if not self.texts[name][row]]
        if missing:
            yield faults.unfounded(self.where(row, missing[0]), missing)

    def _day(self, row: int) -> str:
        if self.not_day[row]:
            self.problems.append(faults.no_day(self.where(row, "date"), self.rows["date"].iloc[row]))
        if np.isnan(self.day[row]):
            return ""
        day = date.fromordinal(int(self.day[row]))
        if self.as_of is not None and day > self.as_of:
            self.problems.append(faults.too_late(self.where(row, "date"), day, self.as_of))
        return day.isoformat()

    def _worth(self, row: int, item: AdjustmentItem | None) -> float:
        """Return what an event is worth: as it states, else as its item does, else by its grade."""
        stated = self.amount[row]
        if self.not_number[row] or stated < 0 or stated > _MOST:
            self.problems.append(faults.no_amount(self.where(row, "amount"), self.rows["amount"].iloc[row]))
            return 0.0
        if item is not None and item.block:
            if stated > 0:
                self.problems.append(faults.amount_unused(self.where(row, "amount"), stated, item))
            return 0.0
        fixed = None if item is None else item.amount
        if np.isnan(stated):
            return fixed if fixed is not None else self._by_grade(row, item)
        if fixed is not None and stated != fixed:
            self.problems.append(faults.other_amount(self.where(row, "amount"), stated, fixed))
        return stated

    def _by_grade(self, row: int, item: AdjustmentItem | None) -> float:
        marks = {} if item is None else {mark.grade: mark.marks for mark in item.marks}
        grade = self.texts["grade"][row]
        if not marks:
            self.problems.append(faults.no_worth(self.where(row, "amount")))
        elif grade not in marks:
            self.problems.append(faults.no_grade(self.where(row, "grade"), grade, tuple(marks)))
        return marks.get(grade, 0.0)

    def _honored(self, row: int, target: LedgerTarget) -> bool:
        """Return whether an event may count: approved honors alone do, where the scheme says so."""
        stated = None if target.item is None else target.item.honour
        bound = bool(self.approved) if stated is None else stated
        if target.pool != "bonus" or not bound or target.honor:
            return True
        written = self.texts["honour"][row]
        reason = plain(self.texts["reason"][row])
        if plain(written) in map(plain, self.approved):
            return True
        if not written and any(plain(honor) in reason for honor in self.approved):
            return True
        said = written or self.texts["reason"][row]
        column = "honour" if written else "reason"
        self.problems.append(faults.no_honor(self.where(row, column), said, self.approved))
        return False


def _written_twice(entries: Sequence[Entry]) -> Iterator[Problem]:
    """Warn of events that say the same and name no content by which they would count once."""
    seen: dict[tuple[object, ...], str] = {}
    for entry in entries:
        if entry.content or entry.effect:
            continue
        key = (entry.unit, entry.rule, entry.day, entry.reference, entry.reason)
        first = seen.setdefault(key, entry.where)
        if first != entry.where:
            yield faults.written_twice(entry.where, first)
