"""Rows of the tables of consequences as sheets take them: in the order of units, in one language."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pandas as pd

from township_eval.language import Text
from township_eval.reports.sheet import Column, Kind, Sheet, Table, Value
from township_eval.reports.sheets.evidence.printed import Entry, Record, row_of
from township_eval.reports.view import View
from township_eval.rules.words import say_code

__all__ = [
    "coded", "entry", "in_order", "printed", "records_of", "said", "sheet_of", "table_of", "text",
    "unit_entry",
]  # fmt: skip


def records_of(view: View, name: str) -> list[Record]:
    """Return the rows of a table of the result, units in the order of the sheets; none without it."""
    frame = view.evaluation.table_rows.get(name)
    return [] if frame is None else in_order(view, frame)


def in_order(view: View, frame: pd.DataFrame) -> list[Record]:
    """Return rows as records, units in the order of the sheets, rows of nobody last."""
    rows: list[Record] = list(frame.to_dict("records"))
    if "unit" not in frame:
        return rows
    codes = view.evaluation.units.codes
    place = {codes[at]: rank for rank, at in enumerate(view.order.tolist())}
    return sorted(rows, key=lambda row: place.get(str(row["unit"]), len(place)))


def text(record: Record, name: str) -> str:
    """Return a text of a record; empty where there is none."""
    value = record.get(name)
    return value if isinstance(value, str) else ""


def said(view: View, record: Record, name: str) -> str:
    """Return a sentence that stands twice, in Chinese and as ``NAME_en``, in the report's language."""
    return (text(record, f"{name}_en") if view.lang == "en" else "") or text(record, name)


def coded(view: View, words: dict[str, Text], name: str) -> Callable[[Record], str]:
    """Return what says the code in a column of a record."""
    return lambda record: view.say(say_code(words, code)) if (code := text(record, name)) else ""


def printed(view: View, code: str) -> str:
    """Return what a unit is called; a code that is no unit's stays as it is."""
    at = view.evaluation.units.index.get(code)
    return code if at is None else view.evaluation.units.names[at]


def entry(head: str, of: str | Callable[[Record], Value], width: float = 12.0, kind: Kind = "text") -> Entry:
    """Return a column: a text of the record by name, or what a function makes of the record."""
    if isinstance(of, str):
        name = of
        return Entry(Column(head, kind, width), lambda record: text(record, name))
    return Entry(Column(head, kind, width), of)


def unit_entry(view: View) -> Entry:
    """Return the column of units."""
    return entry(view.unit_head, lambda record: printed(view, text(record, "unit")), 12)


def table_of(
    entries: list[Entry], records: list[Record], *, title: str = "", pinned: int = 0, spread: bool = False
) -> Table:
    """Return a table of records."""
    columns = tuple(one.column for one in entries)
    rows = tuple(row_of(entries, record) for record in records)
    return Table(columns, rows, title=title, pinned=pinned, spread=spread)


def sheet_of(view: View, name: Text, tables: tuple[Table, ...], notes: Iterable[str] = ()) -> Sheet:
    """Return a sheet that is titled with the period and what it is."""
    called = view.say(name)
    title = view.both(f"{view.evaluation.period} {name.zh}", f"{name.en} {view.evaluation.period}")
    return Sheet(name=called, title=title, tables=tables, notes=tuple(notes), about=view.about)
