"""Where the table is in a sheet: its header rows, its units, and what was left out.

Offices put titles, ``填报单位:`` lines and notes around a table, give it one to three header rows with
merged cells and sometimes a row of units of measure, add 合计 rows, and write units down the rows or
along the columns. `locate` finds the table by what it knows: the names of the units and of the columns.
What has two readings is a problem; `Layout` pins decide it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from township_eval.io.grids.grid import Grid, column_number, text_of
from township_eval.io.sheets.cells import folded, is_unit, words
from township_eval.io.sheets.log import Log
from township_eval.io.sheets.names import Register
from township_eval.io.sheets.vocabulary import ASIDE, split_unit
from township_eval.language import Text
from township_eval.scheme.model import Layout

__all__ = ["CODE", "GROUP", "NAME", "Column", "Table", "is_meta", "is_total", "locate"]

#: Header words of the column with the units' codes, names and classes.
CODE: Final = words("代码 单位代码 区划代码 行政区划代码 编码 乡镇代码 code unit_code")
NAME: Final = words(
    "单位 单位名称 乡镇 乡镇名称 乡镇(街道) 乡镇、街道 镇街 街道 乡镇街道 地区 名称 "
    "被考核单位 考核对象 考核单位 所属单位 所属乡镇 村 村名 行政村 name unit township "
    "country"
)
GROUP: Final = words("类别 分类 单位类别 类型 所属类别 group class")

_TOTAL: Final = re.compile(
    r"(?:全[市县区镇乡省]|总|合)?(?:合计|总计|小计|累计|总数|平均|平均数|平均值|平均分|均值|最高值?|最低值?|最大值?|最小值?|"
    r"标准差|中位数)|全[市县区镇乡省]|共计|总[和分]|total|sum|subtotal|average|mean",
    re.IGNORECASE,
)
_META: Final = re.compile(
    r"(?:填报单位|填报部门|报送单位|报送部门|填表单位|填报日期|填报时间|填表日期|填表时间|报送日期|单位|计量单位|日期|时间|"
    r"考核期|数据截止|数据截至|截止日期|截至|制表|制表人|数据来源|来源|联系人|联系电话|填表人|填报人|审核人|审核|负责人|"
    r"单位负责人|主要负责人|注|备注|说明|附注|附件\d*|示例数据.*|note|notes|source)(?:\(.*\))?[:：,，;；].*"
    r"|附件\d*|示例数据.*|单位\(盖章\).*|.*\(签字\).*|.*\(盖章\).*"
)
_UNIT_CORNER: Final = frozenset({"单位", "计量单位", "unit of measure"})
_WIDE_TITLE: Final = 0.8  # a merged cell over so much of the sheet is a title, not a group of columns
_MOST_HEADER_ROWS: Final = 4


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: its place in the grid, its header texts top to bottom, its unit of measure.

    ``filled`` says whether anything stands below the header.
    """

    at: int
    path: tuple[str, ...]
    unit: str = ""
    filled: bool = True

    @property
    def label(self) -> str:
        """The header as one text."""
        return "/".join(self.path)


@dataclass(frozen=True, slots=True)
class Table:
    """A table found in a sheet.

    Parameters
    ----------
    grid : Grid
        The sheet, turned so that units stand in rows.
    key : int
        Column with the units.
    header : tuple of int
        First and last header row.
    columns : tuple of Column
        All columns with a header, without the unit columns.
    rows : tuple of (int, str)
        The data rows and the code of the unit each is about.
    """

    grid: Grid
    key: int
    header: tuple[int, int]
    columns: tuple[Column, ...]
    rows: tuple[tuple[int, str], ...]


def is_meta(text: str) -> bool:
    """Return whether a cell is a line about the sheet (填报单位:, 注:, 附件1), not part of its table."""
    return _META.fullmatch(folded(text)) is not None


def is_total(text: str) -> bool:
    """Return whether a cell names a total or a mean; whole words only, as 合川镇 is a town."""
    return _TOTAL.fullmatch(folded(text)) is not None


def locate(
    grid: Grid, units: Register, knows: Callable[[str], bool], log: Log, pins: Layout | None = None
) -> Table | None:
    """Return the table of a sheet, None when it has none; problems go to the log.

    Parameters
    ----------
    grid : Grid
        The sheet.
    units : Register
        The units; an open register takes the names the table has.
    knows : callable
        Whether a header cell is a known column.
    log : Log
        Takes problems and what was left out.
    pins : Layout, optional
        What the scheme fixes about this sheet.
    """
    pins = pins or Layout()
    turned = _oriented(grid, units, pins, knows)
    if turned is None:
        _no_orientation(grid, log)
        return None
    key = _key_column(turned, units, pins, knows)
    if key is None:
        return None
    finder = _Finder(turned, units, knows, log, key)
    header = _pinned_header(turned, pins) or finder.header()
    if header is None:
        _no_header(turned, key, log)
        return None
    return finder.table(header)


def _oriented(grid: Grid, units: Register, pins: Layout, knows: Callable[[str], bool]) -> Grid | None:
    """Return the grid with units in rows; None when rows and columns fit equally well."""
    if pins.orientation:
        return grid if pins.orientation == "rows" else grid.flip()
    if units.open:
        return grid
    flipped = grid.flip()
    down = max((_matches(grid, column, units) for column in range(grid.width)), default=0)
    along = max((_matches(flipped, row, units) for row in range(grid.height)), default=0)
    if down != along or down == 0:
        return grid if down >= along else flipped
    # One unit, or a square: the side whose first cells are known column names is the header.
    headers = max((_known(flipped, row, knows) for row in range(grid.height)), default=0)
    sides = max((_known(grid, column, knows) for column in range(grid.width)), default=0)
    if headers == sides and down > 1:
        return None
    return grid if headers >= sides else flipped


def _matches(grid: Grid, column: int, units: Register) -> int:
    texts = {grid.text(row, column) for row in range(grid.height)}
    return len({code for text in texts if text and (code := units.find(text))})


def _known(grid: Grid, column: int, knows: Callable[[str], bool]) -> int:
    return sum(bool(text) and knows(text) for text in {grid.text(row, column) for row in range(grid.height)})


def _key_column(grid: Grid, units: Register, pins: Layout, knows: Callable[[str], bool]) -> int | None:
    if pins.key:
        return _pinned_column(grid, pins.key)
    if not units.open:
        counts = [_matches(grid, column, units) for column in range(grid.width)]
        best = max(counts, default=0)
        return counts.index(best) if best else _headed(grid, NAME | CODE, knows)
    return (
        _headed(grid, CODE, knows) if _headed(grid, CODE, knows) is not None else _headed(grid, NAME, knows)
    )


def _pinned_column(grid: Grid, key: str) -> int | None:
    if (column := column_number(key)) is not None and column < grid.width:
        return column
    cells = ((row, column) for row in range(grid.height) for column in range(grid.width))
    return next((column for row, column in cells if folded(grid.text(row, column)) == folded(key)), None)


def _headed(grid: Grid, words: frozenset[str], knows: Callable[[str], bool]) -> int | None:
    """Return the first column headed by one of these words, in a row that also names known columns."""
    for row in range(grid.height):
        texts = [grid.text(row, column) for column in range(grid.width)]
        if sum(bool(text) for text in texts) > 1 and any(knows(text) for text in texts if text):
            found = [column for column, text in enumerate(texts) if split_unit(text)[0] in words]
            if found:
                return found[0]
    return None


def _pinned_header(grid: Grid, pins: Layout) -> tuple[int, int] | None:
    if not pins.header_rows:
        return None
    return min(pins.header_rows) - 1, min(max(pins.header_rows) - 1, grid.height - 1)


def _no_orientation(grid: Grid, log: Log) -> None:
    log.add(
        "error",
        "table.ambiguous",
        grid.place,
        Text("分不清单位在行还是在列", "the units may be in the rows or in the columns"),
        Text("请在方案 layouts 里写 orientation", "state orientation in the scheme's layouts"),
    )


def _no_header(grid: Grid, key: int, log: Log) -> None:
    log.add(
        "error",
        "table.no_header",
        grid.where(0, key),
        Text("找不到表头", "there is no header row"),
        Text("请在数据上方加一行指标名称", "put a row with the indicators' names above the data"),
    )


@dataclass(frozen=True, slots=True)
class _Finder:
    """Header, columns and rows of a grid whose unit column is known."""

    grid: Grid
    units: Register
    knows: Callable[[str], bool]
    log: Log
    key: int

    # -- header -----------------------------------------------------------------------------

    def header(self) -> tuple[int, int] | None:
        """Return the first and last header row, units-of-measure row included."""
        first = next((row for row in range(self.grid.height) if self._is_unit_row(row)), self.grid.height)
        named = [row for row in range(first) if self._names_columns(row)]
        if named:
            top, bottom = named[0], named[-1]
            if bottom - top >= _MOST_HEADER_ROWS:
                top = bottom
        else:
            above = [row for row in range(first) if not self.grid.is_blank(row) and not self._is_aside(row)]
            if not above or first == self.grid.height:
                return None
            top = bottom = above[-1]
        while top > 0 and bottom - top < _MOST_HEADER_ROWS and self._groups_columns(top - 1):
            top -= 1
        while bottom + 1 < first and self._continues(bottom + 1):
            bottom += 1
        return top, bottom

    def _is_unit_row(self, row: int) -> bool:
        text = self.grid.text(row, self.key)
        if not text or is_meta(text) or is_total(text):
            return False
        if not self.units.open:
            return bool(self.units.candidates(text))
        headed = split_unit(text)[0] in NAME | CODE
        return not headed and any(self._names_columns(above) for above in range(row))

    def _names_columns(self, row: int) -> bool:
        if self._is_aside(row):
            return False
        texts = [self.grid.text(row, column) for column in range(self.grid.width)]
        found = [text for text in texts if text and (self.knows(text) or split_unit(text)[0] in NAME | CODE)]
        return bool(found)

    def _is_aside(self, row: int) -> bool:
        """Whether a row is a title, a line about the sheet, or blank."""
        texts = {text for column in range(self.grid.width) if (text := self.grid.text(row, column))}
        if not texts or any(is_meta(text) for text in texts):
            return True
        if len(texts) == 1 and self.grid.width > 2:  # noqa: PLR2004  a table needs two columns with headers
            return not any(self.knows(text) for text in texts)
        areas = {self.grid.merged.get((row, column)) for column in range(self.grid.width)} - {None}
        width = max((area.right - area.left + 1 for area in areas if area), default=0)
        return width >= max(3, _WIDE_TITLE * self.grid.width)

    def _groups_columns(self, row: int) -> bool:
        """Whether a row above the header holds headings over several columns."""
        if self._is_aside(row):
            return False
        return sum(bool(text_of(value)) for value in self.grid.rows[row]) > 1 or any(
            (area := self.grid.merged.get((row, column))) is not None and area.right > area.left
            for column in range(self.grid.width)
        )

    def _continues(self, row: int) -> bool:
        """Whether a row below the names still belongs to the header: units of measure, or lower levels."""
        texts = [text for value in self.grid.rows[row] if (text := text_of(value))]
        if not texts:
            return True
        if all(_is_bracketed_unit(text) for text in texts):
            return True
        area = self.grid.merged.get((row, self.key))
        if area is not None and area.top < row:
            return True
        return not self.grid.text(row, self.key) and not any(_is_numeric(text) for text in texts)

    # -- columns ----------------------------------------------------------------------------

    def table(self, header: tuple[int, int]) -> Table:
        """Return the table below this header."""
        # beside units that run along the columns, what stands above their names is no data
        start = self.key if self.grid.flipped else 0
        columns = [self._column(at, header) for at in range(start, self.grid.width) if at != self.key]
        kept = tuple(column for column in columns if column.path)
        return Table(self.grid, self.key, header, kept, tuple(self._rows(header, kept)))

    def _has_data(self, column: int, bottom: int) -> bool:
        return any(text_of(self.grid.rows[row][column]) for row in range(bottom + 1, self.grid.height))

    def _column(self, column: int, header: tuple[int, int]) -> Column:
        path: list[str] = []
        unit = ""
        for row in range(header[0], header[1] + 1):
            text = self._heading(row, column, header[1])
            corner = split_unit(self.grid.text(row, self.key))[0]
            if not text or (path and path[-1] == text) or corner in ASIDE:
                continue
            if (path or corner in _UNIT_CORNER) and _is_bracketed_unit(text):
                unit = folded(text).strip("()[]【】").removeprefix("单位:")
            else:
                path.append(text)
        return Column(column, tuple(path), unit, self._has_data(column, header[1]))

    def _heading(self, row: int, column: int, bottom: int) -> str:
        """Return a header text; a heading that was not merged reaches over the blank cells to its right."""
        text = self.grid.text(row, column)
        if text or row == bottom or (row, column) in self.grid.merged:
            return "" if is_meta(text) else text
        below = any(self.grid.text(lower, column) for lower in range(row + 1, bottom + 1))
        if not below or column == self.key:
            return ""
        left = column - 1
        while left > self.key and not self.grid.text(row, left):
            left -= 1
        text = self.grid.text(row, left) if left > self.key else ""
        # a name the scheme knows stands for its own column; only headings of groups reach further
        alone = not any(self.grid.text(lower, left) for lower in range(row + 1, bottom + 1))
        return "" if alone or is_meta(text) else text

    # -- rows -------------------------------------------------------------------------------

    def _rows(self, header: tuple[int, int], columns: Iterable[Column]) -> Iterable[tuple[int, str]]:
        data = [column.at for column in columns]
        title = folded(self.grid.text(header[1], self.key))
        for row in range(header[1] + 1, self.grid.height):
            if self.grid.is_blank(row) or self._drop(row, title):
                continue
            text = self.grid.text(row, self.key)
            filled = [column for column in data if text_of(self.grid.rows[row][column])]
            if not text:
                self._nameless(row, filled)
                continue
            code = self._code(row, text, filled)
            if code is not None:
                yield row, code

    def _drop(self, row: int, title: str) -> bool:
        """Leave out totals, notes and repeated headers, and say so."""
        text = self.grid.text(row, self.key)
        first_column, first = next(
            (column, shown)
            for column in range(self.grid.width)
            if (shown := text_of(self.grid.rows[row][column]))
        )
        at = (row, self.key) if text else (row, first_column)
        if is_total(text) or (first_column <= self.key and is_total(first)):
            why = Text("合计或平均行", "a row of totals or means")
        elif is_meta(first) or is_meta(text) or is_meta(f"{first}:"):
            why = Text("表外说明", "a note outside the table")
        elif text and folded(text) == title:
            why = Text("重复的表头", "a repeated header")
        else:
            return False
        self.log.note(self.grid, at, "", why, _LEFT_OUT)
        return True

    def _nameless(self, row: int, filled: list[int]) -> None:
        numeric = [column for column in filled if _is_numeric(text_of(self.grid.rows[row][column]))]
        if not numeric:
            at = next(c for c in range(self.grid.width) if text_of(self.grid.rows[row][c]))
            self.log.note(self.grid, (row, at), "", Text("没有单位名称", "no unit is named"), _LEFT_OUT)
            return
        self.log.refuse(
            self.grid,
            (row, self.key),
            "unit.blank",
            Text("这一行有数值,但没有单位名称", "this row has values but names no unit"),
            Text("请补上单位名称或代码", "write the unit's name or code"),
        )

    def _code(self, row: int, text: str, filled: list[int]) -> str | None:
        if self.units.open:
            return folded(text) if text.isascii() else text
        code = self.units.find(text)
        if code is not None:
            return code
        if not filled:
            self.log.note(
                self.grid, (row, self.key), "", Text("没有数值的行", "a row without values"), _LEFT_OUT
            )
            return None
        what = Text(f"没有这个单位:{text}", f"unknown unit: {text}")
        self.log.refuse(self.grid, (row, self.key), "unit.unknown", what, self.units.hint(text))
        return None


_LEFT_OUT = Text("不读入", "left out")


def _is_bracketed_unit(text: str) -> bool:
    flat = folded(text).removeprefix("单位:")
    return is_unit(flat.strip("()[]【】").removeprefix("单位:"))


def _is_numeric(text: str) -> bool:
    return re.match(r"[+-]?[\d.]", folded(text)) is not None
