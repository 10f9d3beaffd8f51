"""How a sheet is laid out: heights, merged notes, signature lines, headers and footers."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from township_eval.io.packing import save_workbook
from township_eval.reports.layout import Marks, lay_out
from township_eval.reports.sheet import Average, Band, Cell, Column, Row, Sheet, Table
from township_eval.reports.styles import named_styles

MARKS = Marks(
    notices=("A&B",),
    header="A&B",
    footer="甲&乙",
    pages="&P",
    signatures=("填报人:____", "日期:____"),
    notes_head="注:",
)
COLUMNS = (Column("乡镇", "text", 10), Column("得分", "points", 8), Column("名次", "whole", 6))


def laid_out(folder: Path, sheet: Sheet, digits: int = 2) -> openpyxl.worksheet.worksheet.Worksheet:
    book = openpyxl.Workbook(write_only=True)
    for style in named_styles("zh", digits):
        book.add_named_style(style)
    lay_out(book, sheet, MARKS)
    save_workbook(book, folder / "a.xlsx")
    return openpyxl.load_workbook(folder / "a.xlsx").worksheets[0]


def sheet_of(*rows: Row, notes: tuple[str, ...] = (), columns: tuple[Column, ...] = COLUMNS) -> Sheet:
    return Sheet("表", "标题", (Table(columns, rows, pinned=1),), notes=notes)


def test_rows_bands_and_averages(tmp_path: Path) -> None:
    """Values stand under their headers; a band is one cell across; a faint value keeps its number."""
    ws = laid_out(tmp_path, sheet_of(Band("一类"), ("甲镇", Cell(90.5), None), Average(("平均", 90.5, None))))
    rows = [[cell.value for cell in row] for row in ws.iter_rows(min_row=3, max_row=6)]
    assert rows == [
        ["乡镇", "得分", "名次"], ["一类", None, None], ["甲镇", 90.5, None], ["平均", 90.5, None]
    ]  # fmt: skip
    assert next(str(merged) for merged in ws.merged_cells.ranges) == "A4:C4"
    assert ws["B5"].font.italic
    assert ws["B5"].number_format == "0.00"


@pytest.mark.parametrize(("digits", "expected"), [(0, "0"), (1, "0.0"), (3, "0.000")])
def test_points_have_the_decimals_of_the_scheme(tmp_path: Path, digits: int, expected: str) -> None:
    """A scheme that publishes three decimals is printed with three."""
    assert laid_out(tmp_path, sheet_of(("甲镇", 90.5, 1.0)), digits)["B4"].number_format == expected


def test_long_text_gets_the_height_it_needs(tmp_path: Path) -> None:
    """Wrapped text is not cut off, in tables and in notes."""
    ws = laid_out(tmp_path, sheet_of(("很长的名字" * 6, 1.0, 1.0), ("甲镇", 1.0, 1.0), notes=("说明" * 40,)))
    assert ws.row_dimensions[4].height >= 6 * 13
    assert ws.row_dimensions[5].height < 20
    assert ws.row_dimensions[6].height >= 5 * 13
    assert "A6:C6" in {str(merged) for merged in ws.merged_cells.ranges}


def test_short_lines_of_their_own_get_their_height(tmp_path: Path) -> None:
    """A text of several short lines is not cut to its first, however wide the column."""
    ws = laid_out(tmp_path, sheet_of(("甲\n乙\n丙",), columns=(Column("名称", "text", 90),)))
    assert ws.row_dimensions[4].height >= 3 * 13


def test_signatures_are_packed_unbroken(tmp_path: Path) -> None:
    """On a narrow sheet the lines to sign go below each other, each whole."""
    narrow = laid_out(tmp_path, sheet_of(("甲镇",), columns=COLUMNS[:1]))
    assert [narrow.cell(row, 1).value for row in (6, 7)] == ["填报人:____", "日期:____"]
    wide = laid_out(tmp_path, sheet_of(("甲镇",), columns=(Column("乡镇", "text", 60),)))
    assert wide.cell(6, 1).value == "填报人:____    日期:____"


def test_ampersands_are_no_codes(tmp_path: Path) -> None:
    """An ampersand of a notice or version is printed, not read as a code of the page footer."""
    ws = laid_out(tmp_path, sheet_of(("甲镇", 1.0, 1.0)))
    assert (ws.oddHeader.center.text, ws.oddFooter.left.text) == ("A&&B", "甲&&乙")


def test_long_headers_of_words_stay_whole(tmp_path: Path) -> None:
    """An English header is never broken inside a word."""
    ws = laid_out(tmp_path, sheet_of((1.0,), columns=(Column("Deduction", "points", 4),)))
    assert ws.column_dimensions["A"].width >= len("Deduction") + 1


def test_words_stay_on_one_line(tmp_path: Path) -> None:
    """A column of codes or grades is as wide as its longest word."""
    ws = laid_out(tmp_path, sheet_of(("Very High",), columns=(Column("等次", "word", 4),)))
    assert ws.column_dimensions["A"].width == len("Very High") + 2


def test_rows_are_streamed(tmp_path: Path) -> None:
    """Rows may come from a generator and are taken one by one."""
    rows = (("甲镇", float(k), k) for k in range(4000))
    ws = laid_out(tmp_path, Sheet("表", "标题", (Table(COLUMNS, rows),)))
    assert ws.cell(4003, 2).value == 3999.0


LATER = (Column("系数", "text", 17), Column("数值", "number", 6), Column("用途", "text", 30))


def two_tables(many: int = 1, **later: object) -> Sheet:
    first = Table(COLUMNS, tuple((f"甲{k}", 1.0, 1.0) for k in range(many)), pinned=1)
    rows = tuple(("W", 0.5, "排名次" * 4) for _ in range(3))
    return Sheet("表", "标题", (first, Table(LATER, rows, title="一致性", spread=True, **later)))


def test_a_table_that_spreads_keeps_its_own_widths(tmp_path: Path) -> None:
    """Its columns run over as many of the sheet's as they need; the table above is not widened."""
    ws = laid_out(tmp_path, two_tables())
    assert [ws.column_dimensions[letter].width for letter in "ABC"] == [10, 8, 6]
    assert [cell.value for cell in ws[8]][:4] == ["W", None, 0.5, "排名次" * 4]
    assert {"A8:B8", "A7:B7"} <= {str(area) for area in ws.merged_cells.ranges}
    assert ws.column_dimensions["D"].width == 30  # what the sheet lacked was added
    assert ws["B8"].border.right.style == "thin"


def test_a_band_in_a_table_that_spreads_runs_over_all_of_it(tmp_path: Path) -> None:
    """The line that opens a part stays one cell."""
    first = Table(COLUMNS, (("甲镇", 1.0, 1.0),))
    second = Table(LATER, (Band("组"), ("W", 0.5, "x")), spread=True)
    ws = laid_out(tmp_path, Sheet("表", "标题", (first, second)))
    assert "A7:D7" in {str(area) for area in ws.merged_cells.ranges}


def test_a_table_that_spreads_is_not_torn_by_a_page(tmp_path: Path) -> None:
    """Where it does not fit on what is left of a page it begins a new one; where it fits it does not."""
    assert not laid_out(tmp_path, two_tables()).row_breaks.brk
    (found,) = laid_out(tmp_path, two_tables(18)).row_breaks.brk
    assert found.id == 21  # two lines on top, a header, 18 rows
    # how much of its last page a long table takes is the printing program's choice
    assert [one.id for one in laid_out(tmp_path, two_tables(30)).row_breaks.brk] == [33]


def test_the_title_is_repeated_where_other_tables_follow(tmp_path: Path) -> None:
    """The header of a table that ends on its first page is not set above others; a long one's is."""
    assert laid_out(tmp_path, two_tables(18)).print_title_rows == "$1:$1"
    assert laid_out(tmp_path, two_tables(80)).print_title_rows == "$3:$3"
    assert laid_out(tmp_path, sheet_of(("甲镇", 1.0, 1.0))).print_title_rows == "$3:$3"
