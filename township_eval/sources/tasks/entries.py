"""Entries of the register's tables as text, numbers, days, yes or no, each with its place."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from township_eval.errors import Problem
from township_eval.inputs.entries.numbers import ColumnKind, numbers
from township_eval.inputs.rows import column_problems, in_order
from township_eval.inputs.status import Flags
from township_eval.inputs.tables import TABLES
from township_eval.inputs.texts import quoted, texts_of
from township_eval.language import Text
from township_eval.methods.varying import Array

__all__ = ["Entries"]

_WANTED: Final[dict[ColumnKind, tuple[Text, Text]]] = {
    "number": (
        Text("数字", "a number"),
        Text("只写数字;没有则留空", "write the number alone, or leave it blank"),
    ),
    "yes_no": (Text("是或否", "yes or no"), Text("写“是”或“否”", "write yes or no")),
    "date": (
        Text("日期", "a date"),
        Text(
            "写成 2018-12-31 这样的日期;只有年份的,写该年最后一天",
            "write it like 2018-12-31; of a year alone, write its last day",
        ),
    ),
}  # fmt: skip


class Entries:
    """One table of the register, in an order that does not depend on how it came.

    Parameters
    ----------
    table : str
        Its name in `Inputs`.
    frame : DataFrame
        As handed in; a column ``cell`` says where a row stands, ``<column>_cell`` where one entry does.

    Attributes
    ----------
    rows : DataFrame
        Its rows by cell, then by what they say.
    problems : list of Problem
        What was found so far.
    sound : bool
        Whether the columns it needs are there.
    """

    def __init__(self, table: str, frame: pd.DataFrame) -> None:
        self.table = table
        self.problems: list[Problem] = list(column_problems(table, frame, TABLES[table]))
        self.sound = not any(problem.severity == "error" for problem in self.problems)
        # duplicated columns cannot be told apart, and are refused above
        unique = frame.loc[:, ~frame.columns.duplicated()]
        self._places: dict[str, list[str]] = {}
        self.rows = in_order(unique.assign(i=0, row=np.arange(len(frame)))) if self.sound else frame.iloc[:0]
        self._numbers: list[int] = self.rows["row"].tolist() if self.sound else []

    def __len__(self) -> int:
        return len(self.rows)

    def has(self, column: str) -> bool:
        """Return whether the table has a column."""
        return column in self.rows.columns

    def texts(self, column: str) -> list[str]:
        """Return a column as text, "" for blanks and where the table has no such column."""
        if not self.has(column):
            return [""] * len(self)
        found: list[str] = texts_of(self.rows[column]).tolist()
        return found

    def numbers(self, column: str, kind: ColumnKind = "number") -> Array:
        """Return a column as numbers, yes (1) or no (0), or ordinals of days; NaN for blanks.

        Anything else becomes a problem ``<table>.<column>`` and NaN.
        """
        if not self.has(column):
            return np.full(len(self), np.nan)
        found, refused = numbers(self.rows[column], kind)
        wanted, hint = _WANTED[kind]
        for row in np.flatnonzero(refused | np.isinf(found)):
            what = Text("应为{wanted},写的是{entry}", "should be {wanted}, not {entry}").format(
                wanted=wanted, entry=quoted(self.rows[column].iloc[row])
            )
            self.fault(int(row), column, what, hint)
        return np.where(refused | np.isinf(found), np.nan, found)

    def fault(self, row: int, column: str, what: Text, hint: Text, code: str = "") -> None:
        """Record an error about one entry."""
        self.problems.append(
            Problem("error", code or f"{self.table}.{column}", self.where(row, column), what, hint)
        )

    def faults(self, flagged: Flags, column: str, code: str, what: Text, hint: Text) -> None:
        """Record the same error about every flagged entry; *what* may hold ``{entry}``."""
        shown = self.texts(column)
        for row in np.flatnonzero(flagged):
            self.fault(int(row), column, what.format(entry=shown[row]), hint, code)

    def _cells(self, name: str) -> list[str]:
        """Return a column of cells, read once: every row is asked for its place."""
        if name not in self._places:
            self._places[name] = self.texts(name)
        return self._places[name]

    def cell(self, row: int) -> str:
        """Return the cell of a row; "" where it came from no file."""
        return self._cells("cell")[row]

    def where(self, row: int, column: str = "") -> str:
        """Return where a user finds an entry: its cell, the row's cell, or table and row."""
        cell = self._cells(f"{column}_cell")[row] or self.cell(row)
        if cell:
            return cell
        return f"{self.table}[{self._numbers[row]}] {column}".rstrip()
