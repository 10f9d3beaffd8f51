"""Correction slips (更正单): what an old and a new value say, read as the cell they are about would be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from township_eval.inputs.texts import text_of
from township_eval.io.evidence.listing import Words
from township_eval.io.grids.grid import Grid
from township_eval.io.sheets.cells import parse_cell, words
from township_eval.io.sheets.columns.reading import Sheet, parse_at
from township_eval.io.sheets.headers import CODE, NAME
from township_eval.io.sheets.vocabulary import INDICATOR, Heading, Target

__all__ = ["SLIPS", "slip_values"]

#: Header words of the columns of a slip.
SLIPS: Final[Words] = {
    "number": words("编号 更正单编号 更正单号 序号 number"),
    "table": words("表 表名 数据表 table"),
    "unit": NAME | CODE,
    "indicator": INDICATOR,
    "part": words("分项 part"),
    "column": words("列 列名 栏目 数据列 column"),
    "stated": words("单元格 位置 所在单元格 cell"),
    "old": words("原值 更正前 更正前数值 原数值 old"),
    "new": words("新值 更正后 更正后数值 更正为 新数值 new"),
    "reason": words("理由 原因 事由 更正理由 更正原因 reason"),
    "document": words("依据文件 文件 文号 依据 依据文号 批准文件 document"),
    "approver": words("批准人 审批人 签批人 approver"),
    "date": words("日期 更正日期 批准日期 date"),
    "objection": words("异议编号 对应异议 异议 objection"),
}


def slip_values(
    grid: Grid, place: tuple[int, Mapping[str, int]], said: Mapping[str, Any], sheet: Sheet
) -> dict[str, Any]:
    """Return the old and the new value of a slip, and the cell it states.

    A number of an indicator is read in the indicator's unit of measure, by the rules of its column; what
    cannot be read so stays as written, and is judged where the slip is applied.
    """
    row, at = place
    heading = sheet.words.match([said.get("indicator", "")]) if said.get("indicator") else None
    target = heading.target if heading is not None and not said.get("table") else None
    return {name: _value(grid, (row, at[name]), target, sheet) for name in ("old", "new")} | {
        "cell": said.get("stated", "")
    }


def _value(grid: Grid, at: tuple[int, int], target: Target | None, sheet: Sheet) -> float | str | None:
    text = grid.text(*at)
    if target is not None:
        parsed = parse_at(grid, at, sheet, Heading(target, unit=target.unit))
        return parsed.value if parsed.status == "ok" else text
    value = grid.value(*at)
    if at in grid.percent:  # as the cell shows it; whether percentages stand there is known later
        shown = parse_cell(value, unit="%", percent=True)
        return f"{text_of(shown.value)}%" if shown.status == "ok" else text
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else text
