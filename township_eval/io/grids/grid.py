"""A sheet as a rectangle of cells that knows what a reader needs to trust it.

Beside its value a cell may be shown in percent, hold an error, belong to a merged area, be hidden, or
be a formula whose result was never stored. Rows and columns count from 0; places count as in the file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, Final, NamedTuple

__all__ = ["Area", "Grid", "brief", "column_letters", "column_number", "text_of"]

_MOST_QUOTED: Final = 60


class Area(NamedTuple):
    """A merged area: first and last row, first and last column, all included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells of one sheet.

    Parameters
    ----------
    file, sheet : str
        Where it comes from; ``sheet`` is empty for formats without sheets.
    rows : sequence of sequence
        Values, None where a cell is blank; every row has the same length.
    percent, errors, uncached, accounting : frozenset of (row, column)
        Cells shown in percent, cells holding an error value, formulas without a stored result, cells
        whose format puts negative numbers in parentheses.
    merged : dict
        The area each merged cell belongs to.
    hidden_rows, hidden_columns : frozenset of int
        What the file does not show.
    hidden : bool
        Whether the whole sheet is hidden.
    chart : bool
        Whether it is a sheet that holds a chart and no cells.
    flipped : bool
        Whether rows and columns have changed places; addresses stay those of the file.

    Examples
    --------
    >>> grid = Grid("a.xlsx", "数据", [["单位", "甲"], ["东塔镇", 3]])
    >>> grid.where(1, 1), grid.flip().value(1, 0), grid.flip().where(1, 0)
    ('a.xlsx!数据!B2', '甲', 'a.xlsx!数据!B1')
    """

    file: str
    sheet: str
    rows: Sequence[Sequence[Any]]
    percent: frozenset[tuple[int, int]] = frozenset()
    errors: frozenset[tuple[int, int]] = frozenset()
    uncached: frozenset[tuple[int, int]] = frozenset()
    accounting: frozenset[tuple[int, int]] = frozenset()
    merged: dict[tuple[int, int], Area] = field(default_factory=dict)
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    hidden: bool = False
    chart: bool = False
    flipped: bool = False

    @property
    def height(self) -> int:
        """Number of rows."""
        return len(self.rows)

    @property
    def width(self) -> int:
        """Number of columns."""
        return len(self.rows[0]) if self.rows else 0

    @property
    def place(self) -> str:
        """``file!sheet``, or the file alone."""
        return f"{self.file}!{self.sheet}" if self.sheet else self.file

    def value(self, row: int, column: int) -> Any:
        """Return what stands in the cell itself; blank for a covered cell of a merged area."""
        return self.rows[row][column]

    def spread(self, row: int, column: int) -> Any:
        """Return the cell's value, or that of the merged area it belongs to."""
        area = self.merged.get((row, column))
        return self.rows[row][column] if area is None else self.rows[area.top][area.left]

    def text(self, row: int, column: int) -> str:
        """Return the value, merged areas spread, as stripped text."""
        return text_of(self.spread(row, column))

    def is_blank(self, row: int) -> bool:
        """Whether a row holds nothing."""
        return all(text_of(value) == "" for value in self.rows[row])

    def has_numbers(self) -> bool:
        """Whether any cell holds a number."""
        return any(isinstance(value, int | float) for row in self.rows for value in row)

    def address(self, row: int, column: int) -> str:
        """Return the address in the file, such as ``B3``."""
        if self.flipped:
            row, column = column, row
        return f"{column_letters(column)}{row + 1}"

    def where(self, row: int, column: int) -> str:
        """Return ``file!sheet!B3``, the place of a cell as problems and results name it."""
        return f"{self.place}!{self.address(row, column)}"

    def flip(self) -> Grid:
        """Return the grid with rows and columns exchanged."""
        return Grid(
            self.file,
            self.sheet,
            [list(column) for column in zip(*self.rows, strict=True)],
            _swapped(self.percent),
            _swapped(self.errors),
            _swapped(self.uncached),
            _swapped(self.accounting),
            {(c, r): Area(a.left, a.top, a.right, a.bottom) for (r, c), a in self.merged.items()},
            self.hidden_columns,
            self.hidden_rows,
            self.hidden,
            self.chart,
            not self.flipped,
        )


def _swapped(cells: frozenset[tuple[int, int]]) -> frozenset[tuple[int, int]]:
    return frozenset((column, row) for row, column in cells)


def text_of(value: object) -> str:
    """Return a cell's value as text: whole floats without ``.0``, dates as ISO, blanks as "".

    Examples
    --------
    >>> text_of(640181100.0), text_of(None), text_of(" 东塔镇 ")
    ('640181100', '', '东塔镇')
    """
    if value is None:
        return ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    return str(value).strip()


def brief(text: str) -> str:
    """Return a text as a problem quotes it: cut off where it is too long to be read.

    Examples
    --------
    >>> brief("约90"), len(brief("9" * 5000))
    ('约90', 61)
    """
    return text if len(text) <= _MOST_QUOTED else f"{text[:_MOST_QUOTED]}…"


def column_letters(column: int) -> str:
    """Return the letters of a column counted from 0.

    Examples
    --------
    >>> column_letters(0), column_letters(26)
    ('A', 'AA')
    """
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_number(letters: str) -> int | None:
    """Return the column (from 0) that letters name, None when they are none.

    Examples
    --------
    >>> column_number("aa"), column_number("东塔")
    (26, None)
    """
    if not letters.isascii() or not letters.isalpha() or len(letters) > 3:  # noqa: PLR2004  XFD is the last
        return None
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1
