"""One table of a scheme's workbook drawn into a sheet: A4 landscape, header frozen and repeated."""

from __future__ import annotations

import json
from collections.abc import Sequence
from math import ceil
from typing import Any, Final, TypeAlias

from openpyxl import Workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from township_eval.errors import Problem, SchemeError
from township_eval.io.packing import put_text
from township_eval.io.schemes.layout import NULLS, Form, Table
from township_eval.io.schemes.notation import flow_text
from township_eval.io.schemes.typed import is_flow
from township_eval.language import Text

__all__ = ["ABSENT", "Row", "annotate", "offer", "write_table"]

#: What a row holds: values with the forms of their columns; `ABSENT` leaves a cell blank.
ABSENT: Final = object()
Row: TypeAlias = list[tuple[Any, Form]]

_LONGEST: Final = 32_000  # a cell holds 32,767 characters
_WIDEST: Final = 28  # wider columns make a page too small to read
_LINE_HEIGHT: Final = 14.0
_HIGHEST: Final = 400.0  # a row may be 409 points high
_WIDE: Final = 0x2E80  # from here on characters are two digits wide
_LINE: Final = Side(style="thin", color="FF808080")
_BOX: Final = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_HEAD: Final = PatternFill("solid", fgColor="FFDCE6F1")
_SPARE_ROWS: Final = 200
_WRAP: Final = Alignment(wrap_text=True, vertical="center")


def write_table(
    book: Workbook, table: Table, title: str, heads: Sequence[str], rows: Sequence[Row]
) -> Worksheet:
    """Add a sheet with a title, a header and rows, and return it.

    Raises
    ------
    SchemeError
        A text is longer than a cell can hold.
    """
    sheet: Worksheet = book.create_sheet(table.sheet if _is_chinese(heads) else table.section)
    put_text(sheet.cell(1, 1), title)
    sheet.cell(1, 1).font = Font(bold=True, size=14)
    for at, head in enumerate(heads, start=1):
        cell = sheet.cell(2, at)
        put_text(cell, head)
        cell.font, cell.fill, cell.border, cell.alignment = Font(bold=True), _HEAD, _BOX, _WRAP
    for row, contents in enumerate(rows, start=3):
        for at, (value, form) in enumerate(contents, start=1):
            cell = sheet.cell(row, at)
            _put(cell, value, form, f"{sheet.title}!{cell.coordinate}")
            cell.border, cell.alignment = _BOX, _WRAP
    _lay_out(sheet, heads, rows)
    return sheet


def annotate(sheet: Worksheet, column: int, note: str) -> None:
    """Put a note on the header of a column, counted from 1."""
    height = 40 + 18 * sum(1 + _width(line) // 50 for line in note.split("\n"))
    sheet.cell(2, column).comment = Comment(note, "township-eval", height=height, width=360)


def offer(sheet: Worksheet, column: int, words: Sequence[str], other: str) -> None:
    """Offer a drop-down list in a column, below its header and in the rows still to be filled.

    Parameters
    ----------
    sheet : Worksheet
        As `write_table` returns it.
    column : int
        Counted from 1.
    words : sequence of str
        What the list offers.
    other : str
        Asked when something else is typed: it may be meant.
    """
    offered = DataValidation(type="list", formula1=f'"{",".join(words)}"', allow_blank=True)
    offered.error, offered.errorStyle, offered.showErrorMessage = other, "warning", True
    letter = get_column_letter(column)
    offered.add(f"{letter}3:{letter}{sheet.max_row + _SPARE_ROWS}")
    sheet.add_data_validation(offered)


def _is_chinese(heads: Sequence[str]) -> bool:
    return any(ord(letter) >= _WIDE for letter in heads[0])


def _put(cell: Cell | MergedCell, value: Any, form: Form, where: str) -> None:
    """Write one content; nothing for what is absent, texts never as formulas."""
    if value is ABSENT or (value == "" and form == "text"):
        return
    if form == "flag" and isinstance(value, bool):
        put_text(cell, "是" if value else "否")
    elif isinstance(value, int | float) and float(f"{value:.16g}") == value:
        cell.value = value
    else:
        text = _text(value, form)
        if len(text) > _LONGEST:
            raise SchemeError([_too_long(where, len(text))])
        put_text(cell, text)
        cell.number_format = "@"


def _text(value: Any, form: Form) -> str:
    if form == "list" and isinstance(value, list):
        simple = all(
            isinstance(one, str) and one and not set(one) & set("、,\uff0c;\uff1b\n[\uff3b\u3010")
            for one in value
        )
        return "、".join(value) if simple and value else flow_text(value)
    if isinstance(value, str):
        return value if form == "text" or _is_plain(value) else json.dumps(value, ensure_ascii=False)
    if value is None:
        return "null"
    return repr(value) if isinstance(value, float) else flow_text(value)


def _is_plain(value: str) -> bool:
    """Return whether a word reads back as itself in a column of values."""
    special = is_flow(value) or value.casefold() in NULLS
    return bool(value) and value == value.strip() and not special


def _lay_out(sheet: Worksheet, heads: Sequence[str], rows: Sequence[Row]) -> None:
    """Set widths and heights, frozen and repeated headers, and A4 landscape."""
    texts = [
        [str(sheet.cell(row, at).value or "") for at in range(1, len(heads) + 1)]
        for row in range(2, len(rows) + 3)
    ]
    widths = [min(max(map(_width, column)), _WIDEST) + 2 for column in zip(*texts, strict=True)]
    for at, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(at)].width = width
    for row, contents in enumerate(texts, start=2):
        lines = max(_lines(text, width) for text, width in zip(contents, widths, strict=True))
        sheet.row_dimensions[row].height = min(_LINE_HEIGHT * lines + 4, _HIGHEST)
    sheet.freeze_panes = "A3"
    sheet.print_title_rows = "1:2"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True  # type: ignore[union-attr]


def _width(text: str) -> int:
    """Return the width of a text in digits."""
    return sum(2 if ord(letter) >= _WIDE else 1 for letter in text)


def _lines(text: str, width: int) -> int:
    """Return how many lines a text takes in a column."""
    return sum(max(1, ceil(_width(line) / (width - 1))) for line in text.split("\n"))


def _too_long(where: str, length: int) -> Problem:
    return Problem(
        "error",
        "cell.long",
        where,
        Text(f"内容有 {length} 个字符,单元格放不下", f"{length} characters do not fit into a cell"),
        Text("改存为 .yaml 或 .json", "save as .yaml or .json"),
    )
