"""The other tables: units, rosters of persons or villages, events, and what does not apply to whom."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from township_eval.io.grids.grid import Grid
from township_eval.io.sheets.cells import folded, parse_date, words
from township_eval.io.sheets.columns.reading import Sheet, number_at, parse_at
from township_eval.io.sheets.headers import CODE, GROUP, NAME, Table, is_meta, is_total
from township_eval.io.sheets.locating import locate
from township_eval.io.sheets.log import Log
from township_eval.io.sheets.names import Entry
from township_eval.io.sheets.vocabulary import INDICATOR, split_unit
from township_eval.language import Text
from township_eval.scheme.model import Scheme
from township_eval.scheme.sources import Ratio, ShareOfPersons

__all__ = ["read_events", "read_not_applicable", "read_roster", "read_units"]

_RULE: Final = INDICATOR | words("事项 规则 rule")
_EVENT_COLUMNS: Final[Mapping[str, frozenset[str]]] = {
    "rule": _RULE,
    "amount": words("分值 分数 扣分 加分 数量 件数 amount"),
    "reason": words("原因 事由 理由 情况 情况说明 说明 reason"),
    "reference": words("文号 依据 依据文号 凭证 佐证 reference"),
    "grade": words("等级 级别 程度 grade"),
    "date": words("日期 时间 发生日期 date"),
    "content": words("内容 事项内容 主要内容 content"),
    "honour": words("荣誉 荣誉名称 表彰名称 奖项 honour honor"),
    "source": words("来源 表彰单位 授予单位 认定单位 source"),
    "until": words("有效期至 影响期至 截止日期 until"),
    "checked_by": words("审核人 复核人 checked_by"),
}
#: Columns whose own cells a problem names.
_PLACED: Final = ("rule", "amount", "date", "honour")
_KIND: Final = words("性质 单位性质 kind")
_ALIASES: Final = words("别名 简称 曾用名 aliases alias")


def _column(table: Table, words: frozenset[str]) -> int | None:
    return next((column.at for column in table.columns if split_unit(column.path[-1])[0] in words), None)


def read_units(grid: Grid, log: Log) -> list[Entry]:
    """Return the units a sheet lists: code, name, class, kind and other names."""
    words = {
        "code": CODE | {"unit"},
        "name": NAME - {"unit"},
        "group": GROUP,
        "kind": _KIND,
        "aliases": _ALIASES,
    }
    for row in range(grid.height):
        texts = [folded(grid.text(row, column)) for column in range(grid.width)]
        at = {
            key: next((c for c, text in enumerate(texts) if text in some), -1) for key, some in words.items()
        }
        if at["code"] >= 0 or (at["name"] >= 0 and sum(bool(text) for text in texts) > 1):
            return [entry for lower in range(row + 1, grid.height) if (entry := _entry(grid, lower, at, log))]
    hint = Text("表头请用:代码、名称、类别", "head the columns code, name, group")
    log.add(
        "error",
        "table.no_header",
        grid.place,
        Text("单位表没有表头", "the list of units has no header"),
        hint,
    )
    return []


def _entry(grid: Grid, row: int, at: Mapping[str, int], log: Log) -> Entry | None:
    said = {key: grid.text(row, column) if column >= 0 else "" for key, column in at.items()}
    first = next((text for column in range(grid.width) if (text := grid.text(row, column))), "")
    if not first:
        return None
    if is_meta(first) or is_total(first) or not (said["code"] or said["name"]):
        log.note(grid, (row, 0), "", Text("表外说明", "a note outside the table"), Text("不读入", "left out"))
        return None
    aliases = tuple(part for part in re.split(r"[,，;；、\s]+", said["aliases"]) if part)
    code = said["code"] or said["name"]
    return Entry(code, said["name"] or code, said["group"], said["kind"], aliases)


def read_events(grid: Grid, sheet: Sheet, scheme: Scheme) -> list[dict[str, Any]]:
    """Return rows (unit, rule, amount, grade, reason, reference, date, ..., cell) of a sheet of events.

    Without a column for the reason, what an event is about (内容) says it.
    """
    words = frozenset[str]().union(*_EVENT_COLUMNS.values())
    table = locate(grid, sheet.units, lambda text: split_unit(text)[0] in words, sheet.log, sheet.pins)
    if table is None:
        return []
    ids = _ids(scheme)
    columns = {name: at for name, some in _EVENT_COLUMNS.items() if (at := _column(table, some)) is not None}
    rows = []
    for row, code in table.rows:
        said: dict[str, Any] = {name: table.grid.text(row, at) for name, at in columns.items()}
        said["rule"] = ids.get(folded(said.get("rule", "")), said.get("rule", ""))
        if "amount" in columns:
            said["amount"] = number_at(table.grid, (row, columns["amount"]), sheet)
        for name in ("date", "until"):
            if name in columns:
                said[name] = parse_date(table.grid.spread(row, columns[name])) or said[name]
        said["reason"] = said.get("reason") or said.get("content", "")
        said |= {f"{name}_cell": table.grid.where(row, columns[name]) for name in _PLACED if name in columns}
        rows.append({"unit": code} | said | {"cell": table.grid.where(row, table.key)} | dict(sheet.about))
    return rows


def _ids(scheme: Scheme) -> dict[str, str]:
    return {folded(text): leaf.id for leaf in scheme.leaves() for text in (leaf.id, leaf.name, *leaf.aliases)}


def read_not_applicable(grid: Grid, sheet: Sheet, scheme: Scheme) -> list[dict[str, Any]]:
    """Return rows (unit, indicator, reason, cell): what does not apply to whom."""
    reasons = _EVENT_COLUMNS["reason"] | _EVENT_COLUMNS["content"]
    words = INDICATOR | reasons
    table = locate(grid, sheet.units, lambda text: split_unit(text)[0] in words, sheet.log, sheet.pins)
    indicator = _column(table, INDICATOR) if table is not None else None
    if table is None or indicator is None:
        hint = Text("表头请用:单位、指标、原因", "head the columns unit, indicator, reason")
        what = Text("不适用表缺少“指标”列", "the table of what does not apply has no column 'indicator'")
        sheet.log.add("error", "table.no_header", grid.place, what, hint)
        return []
    ids, reason = _ids(scheme), _column(table, reasons)
    rows = []
    for row, code in table.rows:
        written = table.grid.text(row, indicator)
        said = {"unit": code, "indicator": ids.get(folded(written), written)}
        said["reason"] = table.grid.text(row, reason) if reason is not None else ""
        rows.append(said | {"cell": table.grid.where(row, indicator)} | dict(sheet.about))
    return rows


def read_roster(grid: Grid, sheet: Sheet, scheme: Scheme) -> list[dict[str, Any]]:
    """Return one row a person or village: unit, every column under its header, cell.

    Columns the scheme counts with must hold numbers; the others keep numbers and text as they are.
    """
    counted = _counted(scheme)
    table = locate(
        grid,
        sheet.units,
        lambda text: split_unit(text)[0] in {*counted, "姓名", "村", "name"},
        sheet.log,
        sheet.pins,
    )
    if table is None:
        return []
    rows = []
    for row, code in table.rows:
        said: dict[str, Any] = {}
        place = (row, table.key)
        for column in table.columns:
            header, unit = split_unit(column.path[-1])
            at = (row, column.at)
            if header in counted:
                place = at if place == (row, table.key) else place  # the cell is that of the first number
                said[counted[header]] = number_at(table.grid, at, sheet, column.unit or unit)
            else:
                said[column.path[-1]] = _plain(table.grid, at, sheet)
        rows.append(said | {"unit": code, "cell": table.grid.where(*place)} | dict(sheet.about))
    return rows


def _counted(scheme: Scheme) -> dict[str, str]:
    names: list[str] = []
    for leaf in scheme.leaves():
        match leaf.source:
            case ShareOfPersons(column=column):
                names.append(column)
            case Ratio(numerator=numerator, denominator=denominator, where=where) if where:
                names += [numerator, denominator]
    return {folded(name): name for name in names}


def _plain(grid: Grid, at: tuple[int, int], sheet: Sheet) -> float | str | None:
    """Return a number as such, unless its digits are a name (telephone, identity card, 007)."""
    text = grid.text(*at)
    parsed = parse_at(grid, at, sheet)
    named = re.fullmatch(r"0\d+|\d{11,}", text) is not None
    if parsed.status == "ok" and isinstance(parsed.value, float) and not named:
        return parsed.value
    return text or None
