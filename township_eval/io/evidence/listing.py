"""Tables read by their headers alone, column by column: single answers, population counts, ballots.

Where a row is no unit's, or there are a million rows, the table is not found by the names of units but
by a header row that names the columns it must have. Columns are then taken whole, each distinct text once.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from township_eval.io.evidence.headings import LEFT_OUT
from township_eval.io.grids.grid import Grid, column_letters, text_of
from township_eval.io.sheets.cells import folded, parse_cell
from township_eval.io.sheets.columns.reading import Sheet, number_at
from township_eval.io.sheets.headers import is_meta, is_total
from township_eval.io.sheets.log import Log
from township_eval.io.sheets.vocabulary import split_unit
from township_eval.language import Text
from township_eval.scheme.model import Layout

__all__ = [
    "Listing", "Words", "find_listing", "note_others", "refuse_header", "rows_with", "without_asides",
]  # fmt: skip

Words: TypeAlias = Mapping[str, frozenset[str]]

_PLAIN: Final = re.compile(r"\d{1,15}(?:\.\d{1,15})?", re.ASCII)
_DEEPEST: Final = 40  # rows a header may stand below the top
_LISTED: Final = 20  # faults of one column that are listed one by one
_IGNORE: Final = frozenset({"-", "ignore", "忽略"})
_NOT_USED: Final = Text("方案不用这一列", "the scheme does not use this column")
_OUTSIDE: Final = Text("合计行或表外说明", "a row of totals or a note outside the table")


@dataclass(frozen=True, slots=True)
class Listing:
    """A table under one header row.

    Parameters
    ----------
    grid : Grid
        The sheet.
    header : int
        Its header row.
    heads : mapping of str to tuple of int
        The columns of each role, left to right.
    others : tuple of int
        Columns with a header of no role.
    rows : int array
        The rows with data.
    """

    grid: Grid
    header: int
    heads: Mapping[str, tuple[int, ...]]
    others: tuple[int, ...]
    rows: NDArray[np.intp]
    _known: dict[int, tuple[NDArray[np.intp], list[Any]]] = field(default_factory=dict, repr=False)

    def column(self, role: str) -> int | None:
        """Return the first column of a role."""
        return next(iter(self.heads.get(role, ())), None)

    def label(self, column: int) -> str:
        """Return a header as written."""
        return self.grid.text(self.header, column)

    def keep(self, rows: NDArray[np.intp]) -> Listing:
        """Return the listing with some of its rows."""
        return Listing(self.grid, self.header, self.heads, self.others, rows, self._known)

    def distinct(self, column: int) -> tuple[NDArray[np.intp], list[Any]]:
        """Return (place of each row's value among the distinct ones, these); the last one is a blank."""
        if column not in self._known:
            values = np.empty(self.grid.height, dtype=object)
            values[:] = [row[column] for row in self.grid.rows]
            for (row, at), area in self.grid.merged.items():
                if at == column:
                    values[row] = self.grid.rows[area.top][area.left]
            codes, found = pd.factorize(values)
            self._known[column] = codes, [*found.tolist(), None]
        codes, known = self._known[column]
        return codes[self.rows], known

    def texts(self, column: int) -> tuple[NDArray[np.intp], list[str]]:
        """Return (place of each row's text among the distinct ones, the distinct texts); "" is the last."""
        codes, distinct = self.distinct(column)
        return codes, [*map(text_of, distinct)]

    def mapped(self, column: int, meaning: Callable[[str], str | None]) -> NDArray[np.object_]:
        """Return what *meaning* makes of each row's text, each distinct one asked once; None for blanks."""
        codes, texts = self.texts(column)
        meant = np.empty(len(texts), dtype=object)
        meant[:] = [meaning(text) or None if text else None for text in texts]
        return np.asarray(meant[codes], dtype=object)

    def numbers(self, column: int, sheet: Sheet) -> NDArray[np.float64]:
        """Return the numbers of a column, NaN where blank; what is none is refused with its cell."""
        codes, distinct = self.distinct(column)
        unit = split_unit(self.label(column))[1]
        meant = np.array([_number(value, unit, sheet.tokens) for value in distinct], dtype=np.float64)
        found, refused = meant[codes], np.isinf(meant)[codes]
        found[refused] = np.nan
        special = np.isin(self.rows, _special(self.grid, column))
        once = self._first_of_each(codes, np.flatnonzero(refused & ~special))
        for place in [*np.flatnonzero(special).tolist(), *once[:_LISTED].tolist()]:
            number = number_at(self.grid, (int(self.rows[place]), column), sheet, unit)
            found[place] = np.nan if number is None else number
        self._more(len(once) - _LISTED, column, sheet.log)
        return found

    def refuse_faulty(self, columns: Iterable[int], sheet: Sheet) -> None:
        """Refuse error values and formulas without a result in columns of text."""
        wanted = set(columns)
        faulty = sorted(at for at in self.grid.errors | self.grid.uncached if at[1] in wanted)
        for at in faulty:
            if at[0] in self.rows:
                number_at(self.grid, at, sheet)

    def refuse(
        self, column: int, at: NDArray[np.intp], said: Callable[[str], tuple[str, Text, Text]], log: Log
    ) -> None:
        """Refuse the cells of these rows (positions), the same text once, at its first cell.

        *said* gives code, fault and hint for a text.
        """
        codes, texts = self.texts(column)
        once = self._first_of_each(codes, at)
        for place in once[:_LISTED].tolist():
            log.refuse(self.grid, (int(self.rows[place]), column), *said(texts[codes[place]]))
        self._more(len(once) - _LISTED, column, log)

    def _first_of_each(self, codes: NDArray[np.intp], at: NDArray[np.intp]) -> NDArray[np.intp]:
        _, first = np.unique(codes[at], return_index=True)
        return at[np.sort(first)]

    def _more(self, count: int, column: int, log: Log) -> None:
        if count > 0:
            what = Text(f"本列另有 {count} 处同样问题", f"{count} more like it in this column")
            hint = Text("先改列出的各处", "mend the listed ones first")
            log.add("error", "column.more", self.grid.where(self.header, column), what, hint)

    def places(self, column: int, beside: Mapping[str, int] | None = None) -> dict[str, NDArray[Any]]:
        """Return where the cells of a column stand, in the three parts `inputs.rows.cell_at` reads.

        *beside* are the columns of what else the row says: letters behind the column's own.
        """
        others = "".join(f"\t{name}={column_letters(at)}" for name, at in (beside or {}).items())
        letters, n = f"{column_letters(column)}{others}", len(self.rows)
        return {
            "cell_sheet": np.full(n, self.grid.place, dtype=object),
            "cell_row": (self.rows + 1).astype(np.int32),
            "cell_column": np.full(n, letters, dtype=object),
        }


def _number(value: object, unit: str, tokens: dict[str, str | float]) -> float:
    """Return the number a value is, NaN where it is none, infinity where it is refused."""
    if isinstance(value, str) and _PLAIN.fullmatch(value) and value not in tokens:
        return float(value)  # most are; parsing each with all its readings takes ten times as long
    parsed = parse_cell(value, unit=unit, tokens=tokens)
    if parsed.status == "refused":
        return math.inf
    return parsed.value if isinstance(parsed.value, float) else math.nan


def _special(grid: Grid, column: int) -> NDArray[np.intp]:
    """Return the rows of a column whose cells say more than their values: percent, errors, formulas."""
    cells = grid.percent | grid.errors | grid.uncached | grid.accounting
    return np.array(sorted(row for row, at in cells if at == column), dtype=np.intp)


def find_listing(
    grid: Grid, roles: Words, enough: Callable[[Mapping[str, tuple[int, ...]]], bool], pins: Layout
) -> Listing | None:
    """Return the table below the first row whose headers are enough; None without one.

    Parameters
    ----------
    grid : Grid
        The sheet.
    roles : mapping of str to frozenset of str
        Header words (`folded`) of each role; a word may have several.
    enough : callable
        Whether the columns found of each role make a header.
    pins : Layout
        Header row and names of columns the scheme fixes.
    """
    pinned = [max(pins.header_rows) - 1] if pins.header_rows else range(min(grid.height, _DEEPEST))
    for row in (row for row in pinned if row < grid.height):
        at, others = _roles_in(grid, row, roles, pins)
        if enough(at):
            rows = np.arange(row + 1, grid.height)
            return Listing(grid, row, at, others, rows)
    return None


def _roles_in(
    grid: Grid, row: int, roles: Words, pins: Layout
) -> tuple[dict[str, tuple[int, ...]], tuple[int, ...]]:
    renamed = {folded(name): wanted for name, wanted in pins.columns}
    at: dict[str, tuple[int, ...]] = {}
    others = []
    for column in range(grid.width):
        written = grid.text(row, column)
        forms = (folded(written), split_unit(written)[0], folded(column_letters(column)))
        name = next((renamed[form] for form in forms if form and form in renamed), written)
        if folded(name) in _IGNORE or not name:
            continue
        found = [role for role, some in roles.items() if {folded(name), split_unit(name)[0]} & some]
        for role in found:
            at[role] = (*at.get(role, ()), column)
        if not found:
            others.append(column)
    return at, tuple(others)


def refuse_header(grid: Grid, log: Log, what: Text, hint: Text) -> None:
    """Record that no header row was found."""
    log.add("error", "table.no_header", grid.place, what, hint)


def note_others(listing: Listing, log: Log) -> None:
    """Say which headed columns were not read."""
    for column in listing.others:
        log.note(listing.grid, (listing.header, column), "", _NOT_USED, LEFT_OUT)


def without_asides(listing: Listing, column: int, log: Log) -> Listing:
    """Return the listing without totals, notes and repeated headers.

    They are told by the texts of a column, where that is blank by the first text of the row.
    """
    codes, texts = listing.texts(column)
    title = folded(listing.label(column))
    told = np.array([_is_aside(text) or (text != "" and folded(text) == title) for text in texts])
    aside = told[codes]
    for place in np.flatnonzero(np.array([text == "" for text in texts])[codes]).tolist():
        shown = (text_of(value) for value in listing.grid.rows[listing.rows[place]])
        aside[place] = _is_aside(next((text for text in shown if text), ""))
    for place in np.flatnonzero(aside)[:_LISTED].tolist():
        log.note(listing.grid, (int(listing.rows[place]), column), "", _OUTSIDE, LEFT_OUT)
    return listing.keep(listing.rows[~aside])


def _is_aside(text: str) -> bool:
    return is_total(text) or is_meta(text)


def rows_with(listing: Listing, columns: Iterable[int]) -> NDArray[np.bool_]:
    """Return which rows hold anything in these columns."""
    filled = np.zeros(len(listing.rows), dtype=np.bool_)
    for column in columns:
        codes, distinct = listing.distinct(column)
        filled |= np.array([text_of(value) != "" for value in distinct])[codes]
    special = listing.grid.uncached
    return filled | np.isin(listing.rows, [row for row, at in special if at in set(columns)])
