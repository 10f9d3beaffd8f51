"""A long table: a row a value, which names its unit, its indicator and, where given, its unit of measure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from township_eval.io.sheets.cells import Parsed, same_unit, words
from township_eval.io.sheets.columns.reading import Cell, Reading, Sheet, headed, parse_at
from township_eval.io.sheets.columns.settling import settled
from township_eval.io.sheets.headers import MEASURE, Column, Table
from township_eval.io.sheets.vocabulary import Heading, Target, split_unit
from township_eval.language import Text

__all__ = ["ABOUT", "read_long"]

#: Columns of a long table that say more about a value, and what they say.
ABOUT: Final = {
    "source_unit": words("数据来源 来源 来源单位 填报单位 填报部门 报送单位 提供单位 source_unit"),
    "document": words("文号 依据 依据文号 佐证 佐证材料 凭证 document"),
    "reason": words("原因 理由 事由 情况说明 reason"),
    "filled_by": words("填报人 填表人 filled_by"),
    "checked_by": words("审核人 复核人 checked_by"),
}
_PART: Final = words("分项 数据项 列 part")
_NO_NAME: Final = Text("这一行没有写明是哪个指标", "this row does not say which indicator it is about")
_NAME_IT: Final = Text("请写指标的名称或编号", "write the indicator's name or id")


def read_long(table: Table, sheet: Sheet, indicator: Column, value: Column) -> list[Reading]:
    """Return the readings of a long table; what is wrong with its rows goes to the log.

    Parameters
    ----------
    table : Table
        Where the table is.
    sheet : Sheet
        Units, column names, tokens and pins it is read with.
    indicator, value : Column
        The columns with the indicator's name and with the number.
    """
    named = tuple(column for column in (indicator, headed(table, _PART)) if column is not None)
    rows = _Rows(table, sheet, named, value, _measures(table, sheet))
    beside = {name: column for name, words in ABOUT.items() if (column := headed(table, words))}
    by_target: dict[Target, list[Cell]] = {}
    refused = []
    for row, code in table.rows:
        heading, place = rows.heading(row)
        if heading.refused is not None:
            refused.append(Reading(code, heading.refused, Parsed("refused", code=heading.code), place))
        if heading.target is not None:
            at = (row, value.at)
            texts = {name: table.grid.text(row, column.at) for name, column in beside.items()}
            about = dict(sheet.about) | {name: text for name, text in texts.items() if text}
            cell = Cell(at, code, parse_at(table.grid, at, sheet, heading), tuple(about.items()))
            by_target.setdefault(heading.target, []).append(cell)
    found = [
        reading
        for target, cells in by_target.items()
        for reading in settled(table.grid, cells, target, sheet)
    ]
    return found + refused


def _measures(table: Table, sheet: Sheet) -> Column | None:
    """Return the column with the units of measure; 单位 heads one if nothing else stands in it."""
    if (column := headed(table, MEASURE)) is not None:
        return column
    for column in table.columns:
        texts = [text for row, _ in table.rows if (text := table.grid.text(row, column.at))]
        named = split_unit(column.path[-1])[0] == "单位"
        if named and texts and all(sheet.words.is_unit(text) for text in texts):
            return column
    return None


@dataclass(slots=True)
class _Rows:
    """What the rows of a long table are about; each fault is reported where it is met first."""

    table: Table
    sheet: Sheet
    named: tuple[Column, ...]
    value: Column
    measures: Column | None
    known: dict[tuple[tuple[str, ...], str], tuple[Heading, str]] = field(default_factory=dict)
    stated: dict[Target, tuple[str, str]] = field(default_factory=dict)

    def heading(self, row: int) -> tuple[Heading, str]:
        """Return what a row is about, and where its fault was reported."""
        texts = (self.table.grid.text(row, column.at) for column in self.named)
        path = tuple(text for text in texts if text)
        unit, at = self._unit(row)
        if (path, unit) not in self.known:
            self.known[path, unit] = self._judged(row, path, unit, at)
        return self.known[path, unit]

    def _unit(self, row: int) -> tuple[str, tuple[int, int]]:
        """Return the unit of measure of a row with its cell: its own, or the one over all numbers."""
        own = self.table.grid.text(row, self.measures.at) if self.measures is not None else ""
        if own and self.measures is not None:
            return own, (row, self.measures.at)
        return self.value.unit or split_unit(self.value.path[-1])[1], (self.value.row, self.value.at)

    def _judged(self, row: int, path: tuple[str, ...], unit: str, at: tuple[int, int]) -> tuple[Heading, str]:
        grid, log = self.table.grid, self.sheet.log
        plain = self.sheet.words.match(path)
        found = self.sheet.words.measured(plain, unit, path[-1]) if path else plain
        if found.target is not None:
            found = self._alike(found, unit, grid.where(*at))
        if found.target is None:
            # without a target before its unit of measure was looked at, the name is at fault
            at = (row, self.named[0].at) if plain.target is None else at
            what, hint = found.what or _NO_NAME, found.hint or _NAME_IT
            log.refuse(grid, at, found.code or "column.unknown", what, hint)
        return found, grid.where(*at)

    def _alike(self, found: Heading, unit: str, where: str) -> Heading:
        """Refuse a second unit of measure of a column whose unit the scheme does not state."""
        assert found.target is not None  # noqa: S101  the caller has looked
        first, there = self.stated.setdefault(found.target, (unit, where)) if unit else ("", "")
        if not unit or same_unit(first, unit):
            return found
        name = found.target.indicator
        what = Text(
            f"“{name}”的计量单位不一致:此处为“{unit}”,{there} 为“{first}”",
            f"unit of measure of '{name}': '{unit}' here and '{first}' at {there}",
        )
        hint = Text("请换算成同一计量单位", "convert the figures to one unit of measure")
        return Heading(refused=found.target, unit=unit, code="column.unit", what=what, hint=hint)
