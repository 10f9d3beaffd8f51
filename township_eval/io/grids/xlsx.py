"""Read the sheets of a workbook, with everything that decides whether a cell can be trusted."""

from __future__ import annotations

import re
import warnings
import zipfile
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Final

from defusedxml.ElementTree import fromstring
from openpyxl.chartsheet import Chartsheet
from openpyxl.reader.excel import ExcelReader

from township_eval.io.grids.grid import Area, Grid, column_number

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

__all__ = ["read_xlsx"]

_FORMULA: Final = re.compile(rb"<(?:\w+:)?c\b([^>]*)>\s*<(?:\w+:)?f[\s>/]")
_REFERENCE: Final = re.compile(rb'\br="([A-Z]+)(\d+)"')
_QUOTED: Final = re.compile(r'"[^"]*"|\\.|_.|\[[^\]]*\]')
_RELATION: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def read_xlsx(path: Path, name: str) -> list[Grid]:
    """Return the sheets of a workbook that `guard.inspect` has passed, in its order; charts without rows.

    Parameters
    ----------
    path : Path
        The file.
    name : str
        What the file is called in places and problems.

    Raises
    ------
    Exception
        Whatever the reader meets in a damaged workbook; the caller turns it into a problem.
    """
    formulas = _formula_cells(path)
    # Opened here, as the library leaves a file open when it fails on it. It warns of styles and
    # extensions it does not know; values are not touched by that.
    with path.open("rb") as stream, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        reader = _Reader(stream, data_only=True)
        reader.read()
    book = reader.wb
    try:
        return [
            Grid(name, sheet.title, [], chart=True)
            if isinstance(sheet, Chartsheet)
            else _grid(sheet, name, formulas.get(sheet.title, frozenset()))
            for sheet in map(book.__getitem__, book.sheetnames)
        ]
    finally:
        book.close()


class _Reader(ExcelReader):
    """The library's reader, but for sheets of charts: it fails on one without a drawing."""

    def read_chartsheet(self, sheet: Any, rel: Any) -> None:  # noqa: ARG002  called by the library
        """Enter a sheet of its name, so that those behind it keep their numbers."""
        self.wb.create_chartsheet(sheet.name)


def _grid(sheet: Worksheet, name: str, formulas: frozenset[tuple[int, int]]) -> Grid:
    percent, errors, accounting, rows = set(), set(), set(), []
    for r, cells in enumerate(sheet.iter_rows()):
        for c, cell in enumerate(cells):
            if cell.value is None:
                continue
            if _is_percent(cell):
                percent.add((r, c))
            if _is_accounting(cell):
                accounting.add((r, c))
            if cell.data_type == "e":
                errors.add((r, c))
        rows.append([cell.value for cell in cells])
    while rows and all(value is None for value in rows[-1]):
        rows.pop()
    merged = {}
    for found in sheet.merged_cells.ranges:
        area = Area(found.min_row - 1, found.min_col - 1, found.max_row - 1, found.max_col - 1)
        merged.update(_members(area, len(rows)))
    return Grid(
        file=name,
        sheet=sheet.title,
        rows=rows,
        percent=frozenset(percent),
        errors=frozenset(errors),
        uncached=frozenset(at for at in formulas if _value_at(rows, at) is None),
        accounting=frozenset(accounting),
        merged=merged,
        hidden_rows=frozenset(r - 1 for r, row in sheet.row_dimensions.items() if row.hidden),
        hidden_columns=_hidden_columns(sheet),
        hidden=sheet.sheet_state != "visible",
    )


def _is_percent(cell: Cell | Any) -> bool:
    return cell.data_type == "n" and _shows(cell.number_format or "")[0]


def _is_accounting(cell: Cell | Any) -> bool:
    return _shows(cell.number_format or "")[1]


# A book has a handful of formats and any number of cells.
@lru_cache(maxsize=1 << 10)
def _shows(number_format: str) -> tuple[bool, bool]:
    """Return whether a format shows percent, and whether negatives, its second section, have parentheses."""
    sections = _QUOTED.sub("", number_format.replace("\\(", "(")).split(";")
    return "%" in _QUOTED.sub("", number_format), len(sections) > 1 and "(" in sections[1]


def _members(area: Area, height: int) -> dict[tuple[int, int], Area]:
    rows = range(area.top, min(area.bottom + 1, height))
    return {(r, c): area for r in rows for c in range(area.left, area.right + 1)}


def _value_at(rows: list[list[Any]], at: tuple[int, int]) -> Any:
    row, column = at
    return rows[row][column] if row < len(rows) and column < len(rows[row]) else None


def _hidden_columns(sheet: Worksheet) -> frozenset[int]:
    found: set[int] = set()
    for letters, column in sheet.column_dimensions.items():
        first = column.min or (column_number(letters) or 0) + 1
        if column.hidden:
            found.update(range(first - 1, column.max or first))
    return frozenset(found)


def _formula_cells(path: Path) -> dict[str, frozenset[tuple[int, int]]]:
    """Return the formula cells of each sheet, but not those whose stored result is text.

    A formula that gives "" is stored as text without content; it has been calculated all the same.
    """
    with zipfile.ZipFile(path) as archive:
        found = {}
        for title, part in _sheet_parts(archive).items():
            xml = archive.read(part) if part in archive.namelist() else b""
            cells = (match[1] for match in _FORMULA.finditer(xml) if b't="str"' not in match[1])
            found[title] = frozenset(at for cell in cells if (at := _position(cell)) is not None)
    return found


def _position(attributes: bytes) -> tuple[int, int] | None:
    reference = _REFERENCE.search(attributes)
    column = column_number(reference[1].decode()) if reference else None
    return None if reference is None or column is None else (int(reference[2]) - 1, column)


def _sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    relations = fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    book = fromstring(archive.read("xl/workbook.xml"))
    sheets = [element for element in book.iter() if element.tag.endswith("}sheet")]
    parts = {sheet.get("name", ""): targets.get(sheet.get(_RELATION), "") for sheet in sheets}
    return {title: _inside(target) for title, target in parts.items()}


def _inside(target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else str(PurePosixPath("xl") / target)
