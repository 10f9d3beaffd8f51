"""需补充调查: the units whose sample is too small to rely on, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import pandas as pd

from township_eval.reports.sheet import Column, Kind, Row, Table
from township_eval.reports.sheets.evidence.printed import Entry, any_of, rounded_to, row_of, word
from township_eval.reports.view import View
from township_eval.scheme.model import Indicator

__all__ = ["resurvey_tables"]

_NUMBERS: Final[tuple[tuple[str, Kind, int, str, str], ...]] = (
    ("n", "whole", 0, "有效样本", "Valid answers"),
    ("deff", "score", 2, "设计效应", "Design effect"),
    ("n_eff", "number", 1, "有效样本量", "Effective sample"),
    ("df", "number", 1, "自由度", "Degrees of freedom"),
    ("wanted", "whole", 0, "至少需要的有效样本", "Valid answers needed"),
)


def resurvey_tables(view: View, leaves: Sequence[Indicator]) -> tuple[Table, ...]:
    """Return the samples that fall short of the scheme's demands, and why; no table where none does."""
    frame = view.evaluation.tables.get("resurvey")
    if frame is None or frame.empty:
        return ()
    entries = tuple(_entries(view, frame, leaves))
    columns = (Column(view.unit_head, "text", 12), *(entry.column for entry in entries))
    title = view.both("需补充调查", "To be surveyed again")
    return (Table(columns, tuple(_rows(view, frame, entries)), title=title, spread=True),)


def _entries(view: View, frame: pd.DataFrame, leaves: Sequence[Indicator]) -> Iterator[Entry]:
    names = {leaf.id: leaf.name for leaf in leaves}
    reason = view.both("reason_zh", "reason_en")
    if len(leaves) > 1:
        head = Column(view.head("indicator"), "text", 16)
        yield Entry(head, lambda record: names.get(str(record["indicator"]), ""))
    if any_of(frame, "channel"):
        yield Entry(Column(view.both("渠道", "Channel"), "text", 14), word("channel"))
    for name, kind, digits, zh, en in _NUMBERS:
        yield Entry(Column(view.both(zh, en), kind, 10), rounded_to(name, digits))
    yield Entry(Column(view.both("原因", "Reason"), "text", 44), word(reason))


def _rows(view: View, frame: pd.DataFrame, entries: Sequence[Entry]) -> Iterator[Row]:
    units = view.evaluation.units
    by_unit = dict(tuple(frame.groupby("unit", sort=False)))
    for at in view.order.tolist():
        own = by_unit.get(units.codes[at])
        for record in () if own is None else own.to_dict("records"):
            yield (units.names[at], *row_of(entries, record))
