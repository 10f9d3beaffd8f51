"""The values of one sheet: every cell of a known column, parsed, with its place.

A sheet is wide (a column an indicator) or long (columns unit, indicator, value). A percent column is
judged as a whole, because 0.95 beside 95 cannot both be right.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from township_eval.io.grids.grid import Grid, text_of
from township_eval.io.sheets.cells import Parsed, folded, parse_cell, words
from township_eval.io.sheets.headers import CODE, GROUP, NAME, Column, Table, is_total
from township_eval.io.sheets.log import REFUSED, Log
from township_eval.io.sheets.names import Entry, Register
from township_eval.io.sheets.vocabulary import INDICATOR, VALUE, Heading, Target, Vocabulary, split_unit
from township_eval.language import Text
from township_eval.scheme.model import Layout

__all__ = ["Reading", "Sheet", "number_at", "parse_at", "read_values"]

#: Columns of a long table that say more about a value, and what they say.
_ABOUT: Final = {
    "source_unit": words("数据来源 来源 来源单位 填报单位 填报部门 报送单位 提供单位 source_unit"),
    "document": words("文号 依据 依据文号 佐证 佐证材料 凭证 document"),
    "reason": words("原因 理由 事由 情况说明 reason"),
    "filled_by": words("填报人 填表人 filled_by"),
    "checked_by": words("审核人 复核人 checked_by"),
}
_PART: Final = words("分项 数据项 列 part")
_LISTED: Final = 6
_ASIDE = Text("不是考核数据", "not data of the evaluation")
_LEFT_OUT = Text("不读入", "left out")


@dataclass(frozen=True, slots=True)
class Reading:
    """One cell of a known column: what it says, for whom, and where it stands.

    A refused reading stands where its problem is, so that nobody reports the gap it leaves once more.
    """

    unit: str
    target: Target
    parsed: Parsed
    where: str
    about: tuple[tuple[str, str], ...] = ()


class _Cell(NamedTuple):
    """A parsed cell on its way to a reading: (row, column), unit, what it says, what is said about it."""

    at: tuple[int, int]
    unit: str
    parsed: Parsed
    about: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """What reading a sheet needs beside the sheet itself."""

    units: Register
    words: Vocabulary
    log: Log
    tokens: dict[str, str | float]
    pins: Layout
    about: tuple[tuple[str, str], ...] = ()


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
    rows = _agreeing_rows(table, sheet)
    indicator, value = _headed(table, INDICATOR), _headed(table, VALUE)
    if indicator is not None and value is not None:
        return _long(table, sheet, indicator, value)
    return _wide(table, sheet, _distinct(table, rows, sheet.log))


# -- units ------------------------------------------------------------------------------------


def _register(table: Table, sheet: Sheet) -> None:
    """In an open register, enter the units of the table with the names and classes beside them."""
    if not sheet.units.open:
        return
    name, group = _headed(table, NAME), _headed(table, GROUP)
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
            _report(table, column, heading, sheet.log)
            readings += _refused_column(table, column, heading, rows)
            continue
        if heading.target in taken:
            _twice(table, column, taken[heading.target], sheet.log)
            continue
        taken[heading.target] = column
        places = [((row, column.at), code) for row, code in rows]
        cells = [
            _Cell(at, code, _merged_guard(table.grid, at, sheet, heading), sheet.about) for at, code in places
        ]
        readings += _settled(table.grid, cells, heading.target, sheet)
    return readings


def _refused_column(
    table: Table, column: Column, heading: Heading, rows: list[tuple[int, str]]
) -> Iterator[Reading]:
    """Yield what is missing because a known column was refused as a whole."""
    if heading.refused is not None and column.filled:
        place = table.grid.where(column.row, column.at)
        for _, code in rows:
            yield Reading(code, heading.refused, Parsed("refused", code=heading.code), place)


def _heading(column: Column, sheet: Sheet) -> Heading:
    found = sheet.words.match(column.path, column.unit)
    last = split_unit(column.path[-1])[0]
    about = any(last in words for words in _ABOUT.values())
    if found.target is None and (last in NAME | CODE | GROUP or is_total(last) or about):
        return Heading(aside=True)
    return found


def _report(table: Table, column: Column, heading: Heading, log: Log) -> None:
    at = (column.row, column.at)
    if not column.filled:
        return
    if heading.aside:
        log.note(table.grid, at, "", _ASIDE, _LEFT_OUT)
    elif heading.code == "column.unknown" and not _holds_data(table, column):
        # a column of names or places: nobody's figure is lost by leaving it out
        log.add("warning", heading.code, table.grid.where(*at), heading.what, heading.hint)
        log.note(table.grid, at, "", heading.what, _LEFT_OUT)
    else:
        log.refuse(table.grid, at, heading.code, heading.what, heading.hint)


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


def parse_at(grid: Grid, at: tuple[int, int], sheet: Sheet, heading: Heading | None = None) -> Parsed:
    """Return what the cell at (row, column) says, an uncalculated formula being refused."""
    if at in grid.uncached:
        return Parsed(
            "refused",
            code="formula.uncached",
            what=Text("公式没有保存计算结果", "the formula's result is not stored"),
            hint=Text("请用 Excel 或 WPS 打开并保存一次", "open the file in Excel or WPS and save it once"),
        )
    target = heading.target if heading else None
    return parse_cell(
        grid.value(*at),
        unit=(heading.unit if heading else "") or (target.unit if target else ""),
        percent=at in grid.percent,
        error=at in grid.errors,
        kind=target.kind if target else "number",
        tokens=sheet.tokens,
    )


def number_at(grid: Grid, at: tuple[int, int], sheet: Sheet, unit: str = "") -> float | None:
    """Return the number in a cell, None when blank or not applicable; anything else is refused."""
    parsed = parse_at(grid, at, sheet, Heading(unit=unit))
    if parsed.status == "refused":
        sheet.log.refuse(grid, at, parsed.code, parsed.what, parsed.hint)
    return parsed.value if isinstance(parsed.value, float) else None


# -- long -------------------------------------------------------------------------------------


def _headed(table: Table, words: frozenset[str]) -> Column | None:
    return next((column for column in table.columns if split_unit(column.path[-1])[0] in words), None)


_NO_NAME = Text("这一行没有写明是哪个指标", "this row does not say which indicator it is about")
_NAME_IT = Text("请写指标的名称或编号", "write the indicator's name or id")


def _long(table: Table, sheet: Sheet, indicator: Column, value: Column) -> list[Reading]:
    named = [column for column in (indicator, _headed(table, _PART)) if column is not None]
    beside = {name: column for name, words in _ABOUT.items() if (column := _headed(table, words))}
    headings: dict[tuple[str, ...], Heading] = {}
    by_target: dict[Target, list[_Cell]] = {}
    for row, code in table.rows:
        path = tuple(text for column in named if (text := table.grid.text(row, column.at)))
        if path not in headings:
            found = headings[path] = sheet.words.match(path)
            if found.target is None:
                at = (row, indicator.at)
                sheet.log.refuse(
                    table.grid,
                    at,
                    found.code or "column.unknown",
                    found.what or _NO_NAME,
                    found.hint or _NAME_IT,
                )
        heading = headings[path]
        if heading.target is not None:
            at = (row, value.at)
            texts = {name: table.grid.text(row, column.at) for name, column in beside.items()}
            about = dict(sheet.about) | {name: text for name, text in texts.items() if text}
            cell = _Cell(at, code, parse_at(table.grid, at, sheet, heading), tuple(about.items()))
            by_target.setdefault(heading.target, []).append(cell)
    return [
        reading
        for target, cells in by_target.items()
        for reading in _settled(table.grid, cells, target, sheet)
    ]


# -- a column as a whole ------------------------------------------------------------------------


def _settled(grid: Grid, cells: list[_Cell], target: Target, sheet: Sheet) -> Iterator[Reading]:
    """Yield the readings of one column once its percentages are beyond doubt."""
    doubtful = set[tuple[int, int]]()
    if target.unit and folded(target.unit) == "%" and target.kind == "number":
        cells, doubtful = _percentages(cells, sheet)
    place = _log_percent(grid, sorted(doubtful), sheet.log) if doubtful else ""
    for at, code, parsed, about in cells:
        if at not in doubtful:
            _log_cell(grid, at, parsed, sheet.log)
        yield Reading(code, target, parsed, place if at in doubtful else grid.where(*at), about)


def _percentages(cells: list[_Cell], sheet: Sheet) -> tuple[list[_Cell], set[tuple[int, int]]]:
    """Settle plain numbers in a percent column: 95 is 95 %; what lies within 1 has two readings.

    The layout pin ``percent: points`` says that 0.5 is half a percent, ``fraction`` that it is 50 %.
    """
    if sheet.pins.percent == "points":
        return cells, set()
    if sheet.pins.percent == "fraction":
        return [cell._replace(parsed=_as_fraction(cell.parsed)) for cell in cells], set()
    doubtful = {cell.at for cell in cells if cell.parsed.plain and 0 < abs(_number(cell.parsed)) <= 1}
    refused = Parsed("refused", code="percent.doubt")
    return [cell._replace(parsed=refused) if cell.at in doubtful else cell for cell in cells], doubtful


def _number(parsed: Parsed) -> float:
    return parsed.value if isinstance(parsed.value, float) else 0.0


def _as_fraction(parsed: Parsed) -> Parsed:
    if not parsed.plain or not isinstance(parsed.value, float):
        return parsed
    return parse_cell(parsed.value, unit="%", percent=True)


def _log_percent(grid: Grid, cells: list[tuple[int, int]], log: Log) -> str:
    """Report all doubtful cells of a column as one problem; return its place, the range they span."""
    shown = [f"{grid.address(*at)}={text_of(grid.value(*at))}" for at in cells]
    listed = "、".join(shown[:_LISTED]) + (f" …({len(shown)})" if len(shown) > _LISTED else "")
    what = Text(
        f"百分比列里的小数分不清是 0.95% 还是 95%:{listed}",
        f"in a percent column these may be 0.95 % or 95 %: {listed}",
    )
    hint = Text(
        "请写成 95% 或 95;整列都是小数时,可在方案 layouts 里写 percent: fraction",
        "write 95% or 95; if the whole column holds fractions, pin percent: fraction in the scheme's layouts",
    )
    place = grid.where(*cells[0]) + (f":{grid.address(*cells[-1])}" if len(cells) > 1 else "")
    log.add("error", "percent.doubt", place, what, hint)
    for at in cells:
        log.note(grid, at, "", Text("百分比有两种读法", "a percentage with two readings"), REFUSED)
    return place


def _log_cell(grid: Grid, at: tuple[int, int], parsed: Parsed, log: Log) -> None:
    """Report a refused cell, and note one that was understood but is no plain number."""
    if parsed.status == "refused":
        log.refuse(grid, at, parsed.code, parsed.what, parsed.hint)
    elif parsed.status == "not_applicable":
        log.note(
            grid,
            at,
            "",
            Text("不适用标记", "marked as not applicable"),
            Text("按不适用处理", "not applicable"),
        )
    elif parsed.status == "ok" and isinstance(grid.value(*at), str) and not parsed.plain:
        log.note(grid, at, parsed.value, Text("文本形式的数值", "a number written as text"), _TAKEN)


_TAKEN = Text("已换算采用", "understood and taken")
