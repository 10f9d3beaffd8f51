"""Header, columns and rows of a table whose unit column is known."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from township_eval.io.grids.grid import Grid, brief, text_of
from township_eval.io.sheets.cells import folded, is_unit
from township_eval.io.sheets.headers import CODE, MEASURE, NAME, Column, Table, is_meta, is_total
from township_eval.io.sheets.log import Log
from township_eval.io.sheets.names import Register
from township_eval.io.sheets.vocabulary import ASIDE, split_unit
from township_eval.language import Text

__all__ = ["Finder"]

_UNIT_CORNER: Final = MEASURE | {"单位"}
_WIDE_TITLE: Final = 0.8  # a merged cell over so much of the sheet is a title, not a group of columns
_MOST_HEADER_ROWS: Final = 4


@dataclass(frozen=True, slots=True)
class Finder:
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
            above = [row for row in range(first) if not self._is_aside(row) and not self._has_numbers(row)]
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

    def _has_numbers(self, row: int) -> bool:
        return any(_is_numeric(text_of(value)) for value in self.grid.rows[row])

    def _is_aside(self, row: int) -> bool:
        """Whether a row is a title, a line about the sheet, or blank."""
        texts = {text for column in range(self.grid.width) if (text := self.grid.text(row, column))}
        lines = {text for text in texts if is_meta(text)}
        # beside units that run along the columns, a note stands in the same line as the names
        if texts == lines or (lines and not self.grid.flipped):
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
        if not texts or self._is_measure_row(row):
            return True
        if all(_is_bracketed_unit(text) for text in texts):
            return True
        area = self.grid.merged.get((row, self.key))
        if area is not None and area.top < row:
            return True
        return not self.grid.text(row, self.key) and not any(_is_numeric(text) for text in texts)

    def _is_measure_row(self, row: int) -> bool:
        """Whether a row, by what stands in the units' column, holds units of measure."""
        corner = split_unit(self.grid.text(row, self.key))[0]
        others = (value for column, value in enumerate(self.grid.rows[row]) if column != self.key)
        texts = [text for value in others if (text := text_of(value))]
        # 单位 heads the townships as well
        return corner in MEASURE or (
            corner == "单位" and bool(texts) and all(_is_bracketed_unit(text) for text in texts)
        )

    # -- columns ----------------------------------------------------------------------------

    def table(self, header: tuple[int, int]) -> Table:
        """Return the table below this header."""
        # beside units that run along the columns, what stands above their names is no data
        start = self.key if self.grid.flipped else 0
        rows = [*range(header[0], header[1] + 1), *self._measures_below(header[1])]
        columns = [self._column(at, header, rows) for at in range(start, self.grid.width) if at != self.key]
        kept = tuple(column for column in columns if column.path)
        found = tuple(self._rows(header, kept))
        blank = tuple(self._nameless_columns(columns, header, found))
        return Table(self.grid, self.key, header, kept, found, blank)

    def _nameless_columns(
        self, columns: Iterable[Column], header: tuple[int, int], rows: Sequence[tuple[int, str]]
    ) -> Iterator[Column]:
        """Yield the columns of figures nobody named; units' codes and running numbers are no figures."""
        for column in columns:
            head = any(self.grid.text(row, column.at) for row in range(header[0], header[1] + 1))
            # units along the columns: what stands beside a note (电话:) is no data
            if column.path or (self.grid.flipped and head):
                continue
            texts = {row: text for row, _ in rows if (text := text_of(self.grid.rows[row][column.at]))}
            figures = [row for row, text in texts.items() if _is_numeric(text)]
            figures += [row for row, _ in rows if (row, column.at) in self.grid.uncached]
            said = list(texts.values())
            running = column.at < self.key and said == [str(n + 1) for n in range(len(said))]
            codes = all(self.units.candidates(text) for text in said)
            if figures and not running and not (said and codes):
                yield replace(column, row=min(figures))

    def _has_data(self, column: int, bottom: int) -> bool:
        below = set(range(bottom + 1, self.grid.height)) - set(self._measures_below(bottom))
        return any(text_of(self.grid.rows[row][column]) for row in below)

    def _measures_below(self, bottom: int) -> list[int]:
        """Return the rows of units of measure among or below the data: a column behind the townships."""
        return [row for row in range(bottom + 1, self.grid.height) if self._is_measure_row(row)]

    def _column(self, column: int, header: tuple[int, int], rows: Iterable[int]) -> Column:
        path: list[str] = []
        unit, measure, lowest = "", -1, header[1]
        for row in rows:
            text = self._heading(row, column, header[1])
            corner = split_unit(self.grid.text(row, self.key))[0]
            if not text or (path and path[-1] == text) or corner in ASIDE:
                continue
            measured = (path or corner in _UNIT_CORNER) and _is_bracketed_unit(text)
            # 村 heads the villages and is what they are counted in
            if corner in MEASURE or (measured and folded(text) not in NAME):
                measure = row
                unit = folded(text).strip("()[]【】").removeprefix("单位:")
            else:
                path.append(text)
                lowest = row
        return Column(column, tuple(path), unit, lowest, self._has_data(column, header[1]), measure)

    def _heading(self, row: int, column: int, bottom: int) -> str:
        """Return a header text; a heading that was not merged reaches over the blank cells to its right."""
        text = self.grid.text(row, column)
        if text or row >= bottom or (row, column) in self.grid.merged:
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
            if self.grid.is_blank(row) or self._is_measure_row(row) or self._drop(row, title):
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
        if is_total(text) or ((first_column <= self.key or not text) and is_total(first)):
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
        area = self.grid.merged.get((row, self.key))
        at = (row if area is None else area.top, self.key)
        if area is None or not self.log.has(
            "unit.unknown", self.grid, at
        ):  # a name merged over several rows is one name
            what = Text(f"没有这个单位:{brief(text)}", f"unknown unit: {brief(text)}")
            self.log.refuse(self.grid, at, "unit.unknown", what, self.units.hint(text))
        return None


_LEFT_OUT = Text("不读入", "left out")


def _is_bracketed_unit(text: str) -> bool:
    flat = folded(text).removeprefix("单位:")
    return is_unit(flat.strip("()[]【】").removeprefix("单位:"))


def _is_numeric(text: str) -> bool:
    return re.match(r"[+-]?[\d.]", folded(text)) is not None
