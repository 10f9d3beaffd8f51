"""Forms and the cover drawn into a workbook: A4 landscape, headers repeated and frozen."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.header_footer import HeaderFooterItem
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from township_eval.io.packing import put_text
from township_eval.io.template.form import Field, Form

__all__ = ["draw_cover", "draw_form"]

_TITLE: Final = 1
_WIDTHS: Final = {1: 12.0, 2: 14.0}
_WIDTH: Final = 13.0
_LONGEST_LIST: Final = 255  # characters of a list written into the sheet: a limit of the format

_HEADER_TEXT: Final = 100  # characters: a header of some 250 is refused by the programs that open it

_RED: Final = "FFC00000"
_GREY: Final = PatternFill("solid", fgColor="FFD9D9D9")
_HEAD: Final = PatternFill("solid", fgColor="FFDDEBF7")
_THIN: Final = Side(style="thin", color="FF999999")
_BORDER: Final = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_CENTER: Final = Alignment(horizontal="center", vertical="center", wrap_text=True)


def draw_cover(
    book: Workbook, title: str, rows: list[tuple[str, str]], lines: Iterable[str], notice: str = ""
) -> None:
    """Add the sheet that states scheme, period and department, with instructions and notice below."""
    sheet = book.create_sheet(title)
    for row, (label, text) in enumerate(rows, start=1):
        _put(sheet, row, 1, label, head=True)
        _put(sheet, row, 2, text)
    said = [*lines, notice] if notice else [*lines]
    for row, line in enumerate(said, start=len(rows) + 2):
        put_text(sheet.cell(row, 1), line)
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 16, 60
    _page(sheet, 0, notice)


def draw_form(book: Workbook, form: Form, heading: str, notice: str = "") -> None:
    """Add a form as a sheet: a title, the notice if any, the header, and a row for each entry to fill in."""
    sheet = book.create_sheet(form.title)
    first = 1 + len(form.labels)
    width = len(form.labels) + len(form.fields)
    top = _titled(sheet, heading, notice, width)
    for position, label in enumerate(form.labels, start=1):
        _head(sheet, top, position, Field((label,)), form.depth)
    for position, field in enumerate(form.fields, start=first):
        _head(sheet, top, position, field, form.depth)
    _merge_groups(sheet, top, form, first)
    data = top + form.depth
    for row, texts in enumerate(form.rows, start=data):
        for position, text in enumerate(texts, start=1):
            _put(sheet, row, position, text)
        for position, field in enumerate(form.fields, start=first):
            cell = sheet.cell(row, position)
            cell.border = _BORDER
            if texts[0] in field.exempt:
                cell.fill = _GREY
    _choices(sheet, form, first, data)
    for position in range(1, width + 1):
        sheet.column_dimensions[get_column_letter(position)].width = _WIDTHS.get(position, _WIDTH)
    sheet.freeze_panes = f"C{data}"
    _page(sheet, data - 1, notice)


def _titled(sheet: Worksheet, heading: str, notice: str, width: int) -> int:
    """Write title and notice over the whole width; return the row the header starts in."""
    fonts = {heading: Font(bold=True, size=14)} | ({notice: Font(bold=True, color=_RED)} if notice else {})
    for row, (text, font) in enumerate(fonts.items(), start=_TITLE):
        put_text(sheet.cell(row, 1), text)
        sheet.cell(row, 1).font = font
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=width)
    return _TITLE + len(fonts)


def _head(sheet: Worksheet, top: int, position: int, field: Field, depth: int) -> None:
    """Write a header; one with fewer texts than the others is merged over all header rows."""
    for level in range(depth):
        text = field.path[level] if level < len(field.path) else ""
        _put(sheet, top + level, position, text, head=True)
    if len(field.path) < depth:
        bottom = top + depth - 1
        sheet.merge_cells(start_row=top, end_row=bottom, start_column=position, end_column=position)
    if field.note:
        lowest = sheet.cell(top + len(field.path) - 1, position)
        lowest.comment = Comment(field.note, "township-eval", height=160, width=320)


def _merge_groups(sheet: Worksheet, top: int, form: Form, first: int) -> None:
    """Merge the upper header cells of neighbors under one heading."""
    if form.depth == 1:
        return
    heads = [field.path[0] if len(field.path) > 1 else "" for field in form.fields]
    starts = [at for at, head in enumerate(heads) if at == 0 or not head or head != heads[at - 1]]
    for start, end in zip(starts, [*starts[1:], len(heads)], strict=True):
        if end - start > 1:
            left, right = first + start, first + end - 1
            sheet.merge_cells(start_row=top, end_row=top, start_column=left, end_column=right)


def _put(sheet: Worksheet, row: int, column: int, text: str, *, head: bool = False) -> None:
    cell = sheet.cell(row, column)
    cell.border = _BORDER
    if head:
        cell.fill, cell.font, cell.alignment = _HEAD, Font(bold=True), _CENTER
    if text:
        put_text(cell, text)


def _choices(sheet: Worksheet, form: Form, first: int, data: int) -> None:
    for position, field in enumerate(form.fields, start=first):
        listed = ",".join(field.choices)
        if not listed or len(listed) > _LONGEST_LIST or any(set(text) & {",", '"'} for text in field.choices):
            continue
        rule = DataValidation(type="list", formula1=f'"{listed}"', allow_blank=True)
        letter = get_column_letter(position)
        rule.add(f"{letter}{data}:{letter}{data + len(form.rows) - 1}")
        sheet.add_data_validation(rule)


def _page(sheet: Worksheet, repeated: int, notice: str) -> None:
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    if repeated:
        sheet.print_title_rows = f"1:{repeated}"
    if notice:  # on every page; & alone would start a code
        top = HeaderFooterItem()
        top.center.text = notice[:_HEADER_TEXT].replace("\n", " ").replace("&", "&&")
        sheet.HeaderFooter.oddHeader = top
