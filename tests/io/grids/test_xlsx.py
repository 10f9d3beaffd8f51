"""What a workbook's cells tell beyond their values."""

from __future__ import annotations

import re
import zipfile

import openpyxl
import pytest

from township_eval.io.grids.opening import open_grids
from township_eval.io.grids.xlsx import read_xlsx


def test_percent_formats(book):
    """A number shown in percent is marked, a percent sign in quoted text is not."""
    path = book(
        "a.xlsx",
        {"数据": [[0.95, 0.95, 0.95, 95, "95%"]]},
        formats={"数据": {"A1": "0.00%", "B1": '0"%"', "D1": "0", "E1": "0%"}},
    )
    (grid,) = read_xlsx(path, "a.xlsx")
    assert grid.percent == {(0, 0)}


@pytest.mark.parametrize(
    ("shown", "accounting"),
    [
        ("General", False),
        ("0.0%", False),
        ('0"(户)"', False),
        ("#,##0_);(#,##0)", True),
        ('_(* #,##0.00_);_(* \\(#,##0.00\\);_(* "-"??_);_(@_)', True),
        ("0.00_ ;[Red]-0.00", False),
    ],
)
def test_accounting_formats(book, shown, accounting):
    """A format that puts negative numbers in parentheses is told from all others."""
    (grid,) = open_grids(book("a.xlsx", {"数据": [["(5)"]]}, formats={"数据": {"A1": shown}}))[0]
    assert ((0, 0) in grid.accounting, (0, 0) in grid.flip().accounting) == (accounting, accounting)


def test_errors_merges_and_hidden_parts(book):
    """Error values, merged areas, hidden rows, columns and sheets are seen."""
    path = book("a.xlsx", {"数据": [["#DIV/0!", 1, 2], [3, 4, 5], [6, 7, 8]]}, merges={"数据": ["B2:C3"]})
    made = openpyxl.load_workbook(path)
    sheet = made["数据"]
    sheet.row_dimensions[2].hidden = True
    sheet.column_dimensions["C"].hidden = True
    made.create_sheet("别").sheet_state = "hidden"
    made.save(path)
    grid, other = read_xlsx(path, "a.xlsx")
    assert grid.errors == {(0, 0)}
    assert (grid.value(2, 2), grid.spread(2, 2)) == (None, 4)
    assert (grid.hidden_rows, grid.hidden_columns) == ({1}, {2})
    assert (grid.hidden, other.hidden) == (False, True)


def test_formulas_with_and_without_results(book):
    """A formula without stored result is marked; one that gives "" has been calculated."""
    path = book("a.xlsx", {"数据": [["=1+1", "=2", '=""', 5]]})
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"].decode()
    sheet = re.sub(r'(<c r="B1"[^>]*><f>2</f>)<v(?: ?/>|></v>)', r"\1<v>2</v>", sheet)
    sheet = sheet.replace('<c r="C1"><f>', '<c r="C1" t="str"><f>')
    parts["xl/worksheets/sheet1.xml"] = sheet.encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    (grid,) = read_xlsx(path, "a.xlsx")
    assert grid.uncached == {(0, 0)}
    assert grid.value(0, 1) == 2


def test_a_damaged_part_is_a_problem(book):
    """A workbook whose XML is broken ends in a problem with the file, not in a traceback."""
    path = book("a.xlsx", {"数据": [[1]]})
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/worksheets/sheet1.xml"] = b"<worksheet><sheetData><row"
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    grids, problems = open_grids(path)
    assert grids == []
    assert [(p.code, p.where) for p in problems] == [("file.damaged", "a.xlsx")]


def test_sheets_called_by_their_names(book):
    """Formulas are looked for in the right sheet when several have some."""
    path = book("a.xlsx", {"一": [[1]], "二 & <三>": [["=1"]], "四": [[2]]})
    assert [bool(grid.uncached) for grid in read_xlsx(path, "a.xlsx")] == [False, True, False]
