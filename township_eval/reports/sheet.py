"""What a printed sheet is: a title, tables, notes and lines to sign; nothing of any file format.

The sheets of a report are made as these values and laid out by one module (`layout`), so that every
sheet has the same print setup, and a sheet can be tested without opening a workbook.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

__all__ = ["Average", "Band", "Cell", "Column", "Kind", "Row", "Sheet", "Table", "Value"]

Value: TypeAlias = "str | float | int | None"

#: text: left and wrapped; word: centered; points: with the scheme's decimals; score: 0-100 with two
#: decimals; number: as it is; whole: without decimals; percent: a fraction shown as percent; change
#: and move: with their sign.
Kind: TypeAlias = Literal["text", "word", "points", "score", "number", "whole", "percent", "change", "move"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: header, kind of its cells, width in characters of a digit's width."""

    head: str
    kind: Kind = "text"
    width: float = 10.0


@dataclass(frozen=True, slots=True)
class Cell:
    """A value that is shown faintly, such as a score that was dropped or a word in place of a number."""

    value: Value


@dataclass(frozen=True, slots=True)
class Band:
    """A line across the table that opens a part of it, such as one class."""

    text: str


@dataclass(frozen=True, slots=True)
class Average:
    """A closing line of averages."""

    values: tuple[Value, ...]


Row: TypeAlias = "tuple[Value | Cell, ...] | Band | Average"


@dataclass(frozen=True, slots=True)
class Table:
    """Columns and rows; rows may be made while they are written.

    Parameters
    ----------
    columns : tuple of Column
        Left to right.
    rows : iterable of Row
        One entry a column, or a `Band`, or an `Average`.
    title : str
        Printed above the header when not empty.
    pinned : int
        Columns that stay in view and are repeated on every page.
    filtered : bool
        Whether the header offers filters.
    spread : bool
        For a table below another: whether each of its columns takes as many of the sheet's as it needs
        for its own width, instead of standing under the ones above.
    """

    columns: tuple[Column, ...]
    rows: Iterable[Row]
    title: str = ""
    pinned: int = 0
    filtered: bool = False
    spread: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a report.

    Parameters
    ----------
    name : str
        Name on the tab, at most 31 characters.
    title : str
        Printed on top.
    tables : tuple of Table
        One below the other; the first one's header is frozen and repeated on every page.
    notes : tuple of str
        Printed below the tables (注).
    about : str
        One line below the title: period, scheme, unit of the numbers.
    signed : bool
        Whether lines to sign stand at the end.
    """

    name: str
    title: str
    tables: tuple[Table, ...]
    notes: tuple[str, ...] = field(default=())
    about: str = ""
    signed: bool = True
