"""The values of one sheet: every cell of a known column, parsed, with its place.

A sheet is wide (a column an indicator) or long (columns unit, indicator, value).
"""

from __future__ import annotations

from collections.abc import Iterator

from township_eval.io.grids.grid import Grid, text_of
from township_eval.io.sheets.cells import Parsed, parse_cell
from township_eval.io.sheets.columns.classes import warn_classes
from township_eval.io.sheets.columns.long import ABOUT, read_long
from township_eval.io.sheets.columns.reading import Cell, Reading, Sheet, headed, parse_at
from township_eval.io.sheets.columns.settling import settled
from township_eval.io.sheets.headers import CODE, GROUP, NAME, Column, Table, is_total
from township_eval.io.sheets.log import Log
from township_eval.io.sheets.names import Entry
from township_eval.io.sheets.vocabulary import INDICATOR, VALUE, Heading, Target, split_unit
from township_eval.language import Text

__all__ = ["read_values"]

_ASIDE = Text("不是考核数据", "not data of the evaluation")
_LEFT_OUT = Text("不读入", "left out")


def read_values(table: Table, sheet: Sheet) -> list[Reading]:
    """Return the readings of a table; what is wrong with its columns and cells goes to the log.

    Parameters
    ----------
    table : Table
        Where the table is.
    sheet : Sheet
        Units, column names, tokens and pins it is read with.

    Returns
    -------
    list of Reading
        One for each cell of a known column, blank and refused ones included.
    """
    _register(table, sheet)
    warn_classes(table, sheet)
    rows = _agreeing_rows(table, sheet)
    indicator, value = headed(table, INDICATOR), headed(table, VALUE)
    if indicator is not None and value is not None:
        return read_long(table, sheet, indicator, value)
    return _wide(table, sheet, _distinct(table, rows, sheet.log))


# -- units ------------------------------------------------------------------------------------


def _register(table: Table, sheet: Sheet) -> None:
    """In an open register, enter the units of the table with the names and classes beside them."""
    if not sheet.units.open:
        return
    name, group = headed(table, NAME), headed(table, GROUP)
    for row, code in table.rows:
        if code not in sheet.units.entries:
            named = table.grid.text(row, name.at) if name else table.grid.text(row, table.key)
            sheet.units.add(Entry(code, named, table.grid.text(row, group.at) if group else ""))


def _agreeing_rows(table: Table, sheet: Sheet) -> list[tuple[int, str]]:
    """Return the rows whose code and name mean the same unit; a code that is nobody's is against it."""
    others = [column for column in table.columns if split_unit(column.path[-1])[0] in NAME | CODE]
    codes = {other.at for other in others if split_unit(other.path[-1])[0] in CODE}
    rows = []
    for row, code in table.rows:
        said = {other.at: table.grid.text(row, other.at) for other in others}
        against = [
            at
            for at, text in said.items()
            if text and sheet.units.find(text) not in ({code} if at in codes else {code, None})
        ]
        for at in against:
            shown = table.grid.text(row, table.key)
            what = Text(
                f"“{shown}”与“{said[at]}”不是同一个单位", f"'{shown}' and '{said[at]}' are not the same unit"
            )
            hint = Text("请核对代码和名称", "check the code and the name")
            sheet.log.refuse(table.grid, (row, at), "unit.conflict", what, hint)
        if not against:
            rows.append((row, code))
    return rows


def _distinct(table: Table, rows: list[tuple[int, str]], log: Log) -> list[tuple[int, str]]:
    """Return the rows without those of a unit that has one already."""
    first: dict[str, int] = {}
    again: list[tuple[int, str]] = []
    for row, code in rows:
        if code in first:
            again.append((row, code))
        else:
            first[code] = row
    # a second table below the first repeats its units in one block: one problem, not one for each
    block = len(again) > 1 and again == rows[-len(again) :]
    for row, code in again[:1] if block else again:
        text, there = table.grid.text(row, table.key), table.grid.where(first[code], table.key)
        end = table.grid.address(again[-1][0], table.key) if block else ""
        log.refuse(table.grid, (row, table.key), "unit.duplicate", _repeated(text, there, end), _KEEP_ONE)
    return [(row, code) for code, row in first.items()]


def _repeated(text: str, there: str, end: str) -> Text:
    if not end:
        return Text(f"单位重复:{text},已见于 {there}", f"{text} stands here twice, first at {there}")
    return Text(
        f"从这里到 {end},单位又出现一遍,像是第二张表({text} 已见于 {there})",
        f"from here to {end} the units come again, as in a second table ({text} first at {there})",
    )


_KEEP_ONE = Text("请只保留一行;两张表请分开放在两个工作表", "keep one row; put two tables into two sheets")


# -- wide -------------------------------------------------------------------------------------


def _wide(table: Table, sheet: Sheet, rows: list[tuple[int, str]]) -> list[Reading]:
    taken: dict[Target, Column] = {}
    readings: list[Reading] = []
    for column in table.columns:
        heading = _heading(column, sheet)
        if heading.target is None:
            place = _report(table, column, heading, sheet.log)
            readings += _refused_column(heading, place, rows)
            continue
        if heading.target in taken:
            _twice(table, column, taken[heading.target], sheet.log)
            continue
        taken[heading.target] = column
        places = [((row, column.at), code) for row, code in rows]
        cells = [
            Cell(at, code, _merged_guard(table.grid, at, sheet, heading), sheet.about) for at, code in places
        ]
        readings += settled(table.grid, cells, heading.target, sheet)
    return readings


def _refused_column(heading: Heading, place: str, rows: list[tuple[int, str]]) -> Iterator[Reading]:
    """Yield what is missing because a known column was refused as a whole."""
    if heading.refused is not None and place:
        for _, code in rows:
            yield Reading(code, heading.refused, Parsed("refused", code=heading.code), place)


def _heading(column: Column, sheet: Sheet) -> Heading:
    found = sheet.words.match(column.path, column.unit)
    last = split_unit(column.path[-1])[0]
    about = any(last in words for words in ABOUT.values())
    if found.target is None and (last in NAME | CODE | GROUP or is_total(last) or about):
        return Heading(aside=True)
    return found


def _report(table: Table, column: Column, heading: Heading, log: Log) -> str:
    """Report a column that is not read; return the place of its fault, "" where nothing stands in it."""
    at = (column.row, column.at)
    if not column.filled:
        return ""
    if heading.refused is not None and column.measure >= 0 and heading.unit == column.unit:
        at = (column.measure, column.at)
    if heading.aside:
        log.note(table.grid, at, "", _ASIDE, _LEFT_OUT)
    elif heading.code == "column.unknown" and not _holds_data(table, column):
        # a column of names or places: nobody's figure is lost by leaving it out
        log.add("warning", heading.code, table.grid.where(*at), heading.what, heading.hint)
        log.note(table.grid, at, "", heading.what, _LEFT_OUT)
    else:
        log.refuse(table.grid, at, heading.code, heading.what, heading.hint)
    return table.grid.where(*at)


def _holds_data(table: Table, column: Column) -> bool:
    """Whether any cell of a column is a number, or yes or no, or a formula."""
    cells = [(row, column.at) for row, _ in table.rows]
    said = (parse_cell(table.grid.value(*at), kind="yes_no") for at in cells)
    return any(parsed.status == "ok" or parsed.code == "cell.unit" for parsed in said) or any(
        at in table.grid.uncached or at in table.grid.errors for at in cells
    )


def _twice(table: Table, column: Column, first: Column, log: Log) -> None:
    at, there = (column.row, column.at), table.grid.where(first.row, first.at)
    what = Text(f"“{column.label}”与 {there} 是同一指标", f"'{column.label}' is the same column as {there}")
    log.refuse(table.grid, at, "column.duplicate", what, Text("请只保留一列", "keep one of them"))


def _merged_guard(grid: Grid, at: tuple[int, int], sheet: Sheet, heading: Heading) -> Parsed:
    """Parse a cell; a number in an area merged over several units is nobody's for certain."""
    area = grid.merged.get(at)
    if area is None or area.top == area.bottom or text_of(grid.spread(*at)) == "":
        return parse_at(grid, at, sheet, heading)
    what = Text("合并单元格跨了几个单位,数值归属不明", "a merged cell over several units: whose value is it?")
    hint = Text("请取消合并,逐个单位填写", "unmerge it and fill in each unit")
    return Parsed("refused", None, code="cell.merged", what=what, hint=hint)
