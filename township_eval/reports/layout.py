"""Lay a `Sheet` out in a workbook: styles, heights, frozen headers and the whole print setup.

Rows are streamed, so that forty thousand units cost no more memory than nine. Text that came from
users is always written as text: it never becomes a formula, an error or a link.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.header_footer import HeaderFooter, HeaderFooterItem
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.pagebreak import Break

from township_eval.reports.sheet import Average, Band, Cell, Row, Sheet, Table, Value
from township_eval.reports.styles import clean, display_width, style_of

__all__ = ["Marks", "lay_out"]

_LINE: Final = 15.0  # points of height one line of text takes
_TITLE: Final = 30.0
_HIGHEST: Final = 400.0  # a spreadsheet row ends at 409 points
_LONGEST_WORD: Final = 16.0
_NEAR: Final = 1.0  # a column that falls short by so little takes no further one
_PAGE: Final = 175.0  # characters across A4 landscape that are still readable
_A4: Final = "9"
_A4_PRINTED: Final = (784.0, 508.0)  # points inside the margins, landscape
_CHARACTER: Final = 5.25  # points of width a digit takes
_SURELY: Final = 0.93  # of a page's height is counted on: programs draw rows a little differently
_HEADER_TEXT: Final = 70  # a header or footer holds 255 characters in all
# Rows whose height is worth setting by hand; in longer tables the program that opens them does it.
_MEASURED: Final = 3000


@dataclass(frozen=True, slots=True)
class Marks:
    """What every sheet bears: warnings on top, footer texts, lines to sign.

    Parameters
    ----------
    notices : tuple of str
        Printed under the title of every sheet (示例数据, 预评).
    footer, header : str
        Left of the page number; on top of every printed page.
    pages : str
        Page number with the codes ``&P`` and ``&N``.
    signatures : tuple of str
        Lines to sign, at the end.
    notes_head : str
        What opens the notes below a table.
    """

    notices: tuple[str, ...]
    header: str
    footer: str
    pages: str
    signatures: tuple[str, ...]
    notes_head: str


def lay_out(workbook: Workbook, sheet: Sheet, marks: Marks) -> None:
    """Add *sheet* to a write-only workbook that has the `styles.named_styles`."""
    page = _Page.of(workbook.create_sheet(sheet.name), sheet)
    top = _top(sheet, marks)
    _set_up(page, sheet, marks, len(top))
    try:
        for style, text in top:
            page.across(style, text, _TITLE if style == "te title" else _LINE + 3)
        for place, table in enumerate(sheet.tables):
            _put_table(page, table, first=place == 0)
            if place == 0:
                _repeat_head(page, sheet, len(top))
        _put_end(page, sheet, marks)
    finally:
        page.sheet.close()  # also when a row cannot be made: the stream behind it is a file
    page.sheet.print_area = f"A1:{get_column_letter(len(page.widths))}{page.row}"


def _top(sheet: Sheet, marks: Marks) -> list[tuple[str, str]]:
    about = [("te about", sheet.about)] if sheet.about else []
    return [("te title", sheet.title), *(("te notice", notice) for notice in marks.notices), *about]


def _widths(tables: Sequence[Table]) -> list[float]:
    """Return the width of every column: the widest that any table, header or centered word asks for.

    Tables that spread ask for nothing as long as there is room.
    """
    stacked = [table for table in tables if not table.spread]
    widths = [0.0] * max((len(table.columns) for table in stacked), default=0)
    for table in stacked:
        for k, wanted in enumerate(_wanted(table)):
            widths[k] = max(widths[k], wanted)
    for table in tables:
        if table.spread:
            _spans(table, widths)
    return widths or [0.0]


def _wanted(table: Table) -> list[float]:
    """Return the width every column of a table asks for."""
    return [
        max(column.width, _head_width(column.head), _word_width(table, k))
        for k, column in enumerate(table.columns)
    ]


def _spans(table: Table, widths: list[float]) -> list[int]:
    """Return how many of the sheet's columns each column takes; columns the sheet lacks are added."""
    if not table.spread:
        return [1] * len(table.columns)
    spans, place = [], 0
    for wanted in _wanted(table):
        taken, room = 0, 0.0
        while room < wanted - _NEAR:
            if place == len(widths):
                widths.append(wanted - room)
            room += widths[place]
            taken, place = taken + 1, place + 1
        spans.append(taken)
    return spans


def _head_width(head: str) -> float:
    """Return the width at which the words of a header stay whole; Chinese breaks anywhere."""
    return 1.2 * max(map(len, head.split()), default=0) + 1 if head.isascii() else 0.0


def _word_width(table: Table, k: int) -> float:
    """Return the width at which the words of a column stay on one line, within bounds."""
    if table.columns[k].kind != "word" or not isinstance(table.rows, tuple):
        return 0.0
    words = (row[k] for row in table.rows if isinstance(row, tuple))
    longest = max((display_width(word) for word in words if isinstance(word, str)), default=0)
    return min(longest + 2.0, _LONGEST_WORD)


@dataclass(slots=True)
class _Page:
    """A sheet that is being written, row after row.

    ``left`` to ``right`` are the columns that titles and notes stand over: those of the first
    printed page, without the columns that every further page repeats. ``used`` is how much of the
    height of the printed page is taken, ``turned`` how many pages are full, ``unsure`` whether the
    program that prints chooses where the page began.
    """

    sheet: Any
    widths: list[float]
    pages: int
    left: int
    right: int
    row: int = 0
    used: float = 0.0
    turned: int = 0
    unsure: bool = False
    cells: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, worksheet: Any, sheet: Sheet) -> _Page:
        widths = _widths(sheet.tables)
        pages = max(1, math.ceil(sum(widths) / _PAGE - 0.25))
        pinned = sheet.tables[0].pinned if pages > 1 and sheet.tables else 0
        room = sum(widths) / pages * (0.85 if pages > 1 else 1.0)
        right = max(pinned + 1, sum(total <= room + 1e-6 for total in accumulate(widths)))
        return cls(worksheet, widths, pages, pinned, right)

    @property
    def room(self) -> float:
        """Width in characters of what titles and notes stand over."""
        return max(sum(self.widths[self.left : self.right]), 20.0)

    @property
    def tall(self) -> float:
        """Height in points of what surely stands on one printed page."""
        width, height = _A4_PRINTED
        return _SURELY * height * max(1.0, sum(self.widths) * _CHARACTER / (self.pages * width))

    def places(self, table: Table) -> list[tuple[int, int]]:
        """Return the columns of the sheet each column of a table runs over, from ... to, counted from 0."""
        spans = _spans(table, self.widths)
        return [(end - span, end) for span, end in zip(spans, accumulate(spans), strict=True)]

    def turn(self) -> None:
        """Begin a new printed page."""
        self.sheet.row_breaks.append(Break(id=self.row))
        self.used, self.turned, self.unsure = 0.0, self.turned + 1, False

    def cell(self, style: str, value: Value) -> Any:
        """Return a cell to write at once: there is one per style, used again for the next value."""
        cell = self.cells.get(style)
        if cell is None:
            cell = self.cells[style] = WriteOnlyCell(self.sheet)
            cell.style = style
        if isinstance(value, str):
            cell.value = clean(value)
            cell.data_type = "s"  # whatever it looks like
        else:
            cell.value = value
        return cell

    def put(self, cells: Iterable[tuple[str, Value]], height: float | None = None) -> None:
        """Write one row of (style, value)."""
        self.row += 1
        taken = _LINE if height is None else height
        self.used += taken
        if self.used > self.tall:
            self.used, self.turned, self.unsure = taken, self.turned + 1, True
        if height is not None:
            self.sheet.row_dimensions[self.row].height = height
        self.sheet.append(self.cell(style, value) for style, value in cells)

    def spread(
        self, cells: Iterable[tuple[str, Value]], places: Sequence[tuple[int, int]], height: float | None
    ) -> None:
        """Write one row whose cells run over the columns from ... to, counted from 0."""
        if len(places) == sum(right - left for left, right in places):
            self.put(cells, height)
            return
        filled: list[tuple[str, Value]] = []
        for (style, value), (left, right) in zip(cells, places, strict=True):
            filled += [(style, value), *([(style, None)] * (right - left - 1))]
        self.put(filled, height)
        if filled[0][0] != "te band":
            for left, right in places:
                self.merge(left, right)

    def across(self, style: str, text: str, height: float = _LINE + 3) -> None:
        """Write a line that is centered over, or runs over, the width of the first page."""
        blank: list[tuple[str, Value]] = [(style, None)] * (self.right - self.left - 1)
        self.put([*self.margin, (style, text), *blank], height)

    @property
    def margin(self) -> list[tuple[str, Value]]:
        """Cells before the first one a title or note may use."""
        return [("te about", None)] * self.left

    def wrapped(self, style: str, text: str) -> None:
        """Write a text over the merged width, as high as its lines need."""
        lines = sum(max(1, math.ceil(display_width(line) / self.room)) for line in text.split("\n"))
        self.across(style, text, min(lines * (_LINE - 2) + 3, _HIGHEST))
        self.merge(self.left, self.right)

    def merge(self, left: int, right: int) -> None:
        """Make one cell of some columns of the row just written, counted from 0, *right* left out."""
        if right - left > 1:
            first, last = get_column_letter(left + 1), get_column_letter(right)
            self.sheet.merged_cells.add(f"{first}{self.row}:{last}{self.row}")


def _set_up(page: _Page, sheet: Sheet, marks: Marks, above: int) -> None:
    """Set what must be known before the first row: print setup, widths, frozen header."""
    ws = page.sheet
    ws.page_setup.orientation = "landscape"
    ws.page_setup.paperSize = _A4
    ws.page_setup.fitToWidth = page.pages
    ws.page_setup.fitToHeight = 0
    ws.sheet_properties.pageSetUpPr.fitToPage = True
    ws.page_margins = PageMargins(left=0.4, right=0.4, top=0.6, bottom=0.6, header=0.3, footer=0.3)
    ws.print_options.horizontalCentered = True
    _head_and_foot(ws.HeaderFooter, marks)
    for k, width in enumerate(page.widths, start=1):
        ws.column_dimensions[get_column_letter(k)].width = width
    if not sheet.tables:
        return
    first = sheet.tables[0]
    head = above + 1 + bool(first.title)
    ws.freeze_panes = f"{get_column_letter(first.pinned + 1)}{head + 1}"
    if first.pinned and page.pages > 1:
        ws.print_title_cols = f"A:{get_column_letter(first.pinned)}"


def _repeat_head(page: _Page, sheet: Sheet, above: int) -> None:
    """Repeat the header on every page, or the title where further pages hold other tables only."""
    others = not page.turned and any(table.spread for table in sheet.tables)
    row = 1 if others else above + 1 + bool(sheet.tables[0].title)
    page.sheet.print_title_rows = f"{row}:{row}"


def _head_and_foot(header_footer: HeaderFooter, marks: Marks) -> None:
    top, bottom = HeaderFooterItem(), HeaderFooterItem()
    top.center.text = _coded(marks.header) or None
    bottom.left.text = _coded(marks.footer)
    bottom.right.text = marks.pages
    header_footer.oddHeader, header_footer.oddFooter = top, bottom


def _coded(text: str) -> str:
    """Return text for a header or footer, where ``&`` would start a code."""
    text = clean(text).replace("\n", " ")
    return (text if len(text) <= _HEADER_TEXT else text[:_HEADER_TEXT] + "…").replace("&", "&&")


def _put_table(page: _Page, table: Table, *, first: bool) -> None:
    if not first and _passes_the_page(page, table):
        page.turn()
    elif not first:
        page.put([])
    if table.title:
        page.across("te table", table.title)
    places = page.places(table)
    widths = [sum(page.widths[left:right]) for left, right in places]
    heads: list[Value] = [column.head for column in table.columns]
    page.spread([("te head", head) for head in heads], places, _height(heads, widths, least=2 * _LINE))
    start = page.row
    kinds = [style_of(column.kind) for column in table.columns]
    for count, row in enumerate(table.rows):
        page.spread(_styled(row, kinds), places, _row_height(row, widths) if count < _MEASURED else None)
        if isinstance(row, Band):
            page.merge(0, places[-1][1])
    if table.filtered:
        page.sheet.auto_filter.ref = f"A{start}:{get_column_letter(places[-1][1])}{page.row}"


def _passes_the_page(page: _Page, table: Table) -> bool:
    """Return whether a table that fits on one page may not fit on what is left of this one."""
    if not table.spread or not isinstance(table.rows, tuple) or len(table.rows) > _MEASURED:
        return False
    widths = [sum(page.widths[left:right]) for left, right in page.places(table)]
    heads: list[Value] = [column.head for column in table.columns]
    rows = sum(_row_height(row, widths) or _LINE for row in table.rows)
    tall = 2 * _LINE + 3 + _height(heads, widths, least=2 * _LINE) + rows
    return (page.unsure or page.used + tall > page.tall) and tall <= page.tall


def _styled(row: Row, kinds: Sequence[str]) -> Iterator[tuple[str, Value]]:
    """Yield style and value of every cell of a row."""
    if isinstance(row, Band):
        yield "te band", row.text
        yield from (("te band", None) for _ in kinds[1:])
        return
    if isinstance(row, Average):
        yield from ((f"{kind} average", value) for kind, value in zip(kinds, row.values, strict=True))
        return
    for kind, value in zip(kinds, row, strict=True):
        yield (f"{kind} faint", value.value) if isinstance(value, Cell) else (kind, value)


def _row_height(row: Row, widths: Sequence[float]) -> float | None:
    if isinstance(row, Band):
        return _LINE + 5
    values = row.values if isinstance(row, Average) else row
    return _height([value.value if isinstance(value, Cell) else value for value in values], widths)


def _height(values: Sequence[Value], widths: Sequence[float], least: float = _LINE + 1) -> float:
    """Return the height that shows the wrapped texts of a row in full."""
    most = 1
    for value, width in zip(values, widths, strict=False):
        if isinstance(value, str) and (len(value) * 2 > width or "\n" in value):
            room = max(width - 1.0, 2.0)  # the rest is padding
            lines = sum(max(1, math.ceil(display_width(line) / room)) for line in value.split("\n"))
            most = max(most, lines)
    return min(max(least, most * (_LINE - 1) + 4), _HIGHEST)


def _put_end(page: _Page, sheet: Sheet, marks: Marks) -> None:
    """Write the notes and the lines to sign."""
    for place, note in enumerate(sheet.notes, start=1):
        opening = marks.notes_head if place == 1 else ""
        page.wrapped("te note", f"{opening}{place}. {note}" if len(sheet.notes) > 1 else f"{opening}{note}")
    if sheet.signed:
        page.put([])
        for line in _packed(marks.signatures, page.room):
            page.across("te sign", line)


def _packed(parts: Sequence[str], room: float) -> Iterator[str]:
    """Put parts on as few lines as they fit on, none of them broken."""
    line = ""
    for part in parts:
        longer = f"{line}    {part}" if line else part
        if line and display_width(longer) > room:
            yield line
            longer = part
        line = longer
    if line:
        yield line
