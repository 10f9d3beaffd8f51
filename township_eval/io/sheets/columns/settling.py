"""The cells of one column judged as a whole, as 0.95 beside 95 cannot both be right, and then reported."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from township_eval.io.grids.grid import Grid, text_of
from township_eval.io.sheets.cells import Parsed, folded, parse_cell
from township_eval.io.sheets.columns.reading import Cell, Reading, Sheet
from township_eval.io.sheets.log import REFUSED, Log
from township_eval.io.sheets.vocabulary import Target
from township_eval.language import Text

__all__ = ["settled"]

_LISTED: Final = 6
_PERCENTAGES: Final = (
    -100.0,
    1000.0,
)  # nothing falls by more than all; growth beyond tenfold is an error


def settled(grid: Grid, cells: list[Cell], target: Target, sheet: Sheet) -> Iterator[Reading]:
    """Yield the readings of one column once its percentages are beyond doubt; report what is refused.

    Parameters
    ----------
    grid : Grid
        The sheet.
    cells : list of Cell
        Of the column.
    target : Target
        What the column was found to mean.
    sheet : Sheet
        Pins and log.
    """
    doubtful = set[tuple[int, int]]()
    if target.unit and folded(target.unit) == "%" and target.kind == "number":
        cells, doubtful = _percentages(cells, sheet)
    place = _log_percent(grid, sorted(doubtful), sheet.log) if doubtful else ""
    for at, code, parsed, about in cells:
        if at not in doubtful:
            _log_cell(grid, at, parsed, sheet.log)
        yield Reading(code, target, parsed, place if at in doubtful else grid.where(*at), about)


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


def _percentages(cells: list[Cell], sheet: Sheet) -> tuple[list[Cell], set[tuple[int, int]]]:
    """Settle plain numbers in a percent column: 95 is 95 %; what lies within 1 has two readings.

    The layout pin ``percent: points`` says that 0.5 is half a percent, ``fraction`` that it is 50 %.
    """
    if sheet.pins.percent == "points":
        return cells, set()
    if sheet.pins.percent == "fraction":
        return [cell._replace(parsed=_as_fraction(cell.parsed)) for cell in cells], set()
    doubtful = {cell.at for cell in cells if cell.parsed.plain and 0 < abs(_number(cell.parsed)) <= 1}
    refused = Parsed("refused", code="percent.doubt")
    sure = [cell._replace(parsed=_possible(cell.parsed)) for cell in cells]
    return [cell._replace(parsed=refused) if cell.at in doubtful else cell for cell in sure], doubtful


def _possible(parsed: Parsed) -> Parsed:
    """Refuse a plain number that is hardly a percentage: 9150 is 91.50 without its point."""
    low, high = _PERCENTAGES
    if not parsed.plain or low <= _number(parsed) <= high:
        return parsed
    shown = text_of(parsed.value)
    what = Text(
        f"百分比列里的 {shown} 超出 -100 到 1000,像是漏了小数点",
        f"{shown} in a percent column is not within -100 and 1000, as if a decimal point were missing",
    )
    hint = Text(
        f"请核对;确为 {shown}% 的,请带百分号填写,或在方案 layouts 里写 percent: points",
        f"check it; if it is {shown} %, write the percent sign, or pin percent: points in the layouts",
    )
    return Parsed("refused", code="cell.percent", what=what, hint=hint)


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
