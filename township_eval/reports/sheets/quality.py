"""数据质量与校验表: every cell that was not taken as it stood, and everything a reader must know."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pandas as pd

from township_eval.language import Text
from township_eval.reports.sheet import Band, Column, Row, Sheet, Table
from township_eval.reports.view import View

__all__ = ["quality_sheet"]

_COLUMNS: Final = ("file", "sheet", "cell", "original", "parsed", "problem", "treatment")
_CELL: Final = 3  # parts of a place in a workbook: file, sheet, cell
_WHOLE: Final = 1.0 - 1e-9


def quality_sheet(view: View) -> Sheet:
    """Return 数据质量与校验表."""
    columns = (
        Column(view.both("文件或位置", "File or place"), "text", 24),
        Column(view.both("表", "Sheet"), "text", 16),
        Column(view.both("单元格", "Cell"), "word", 9),
        Column(view.both("原文", "As written"), "text", 20),
        Column(view.both("解析值", "Read as"), "text", 12),
        Column(view.both("问题", "Problem"), "text", 50),
        Column(view.both("处理", "Treatment"), "text", 30),
    )
    return Sheet(
        name=view.both("数据质量与校验表", "Data quality"),
        title=view.both(
            f"{view.evaluation.period} 数据质量与校验表", f"Data quality and checks {view.evaluation.period}"
        ),
        about=view.about,
        tables=(Table(columns, _rows(view)),),
    )


def _rows(view: View) -> Iterator[Row]:
    parts = (
        (view.both("一、校验提醒与说明", "1. Checks and notes"), _notes(view)),
        (
            view.both(
                "二、分值未全部以已报数据为依据的单位",
                "2. Units whose points rest in part on reported values",
            ),
            _incomplete(view),
        ),
        (view.both("三、读取记录", "3. Reading, cell by cell"), _cells(view)),
    )
    for title, rows in parts:
        yield Band(title)
        count = 0
        for count, row in enumerate(rows, start=1):  # noqa: B007  counted to see whether there was any
            yield row
        if not count:
            yield (view.both("无", "none"), *("" for _ in _COLUMNS[1:]))


def _cells(view: View) -> Iterator[Row]:
    """Yield what reading the files noted, cell by cell."""
    frame = view.evaluation.tables.get("quality")
    if frame is not None:
        for record in frame.reindex(columns=list(_COLUMNS)).itertuples(index=False):
            yield tuple(_said(view, value) for value in record)


def _notes(view: View) -> Iterator[Row]:
    names = {node.id: node.name for node in view.nodes}
    for problem in view.evaluation.problems:
        place = problem.where.split("!")
        if len(place) != _CELL:
            place = [names.get(problem.where, problem.where), "", ""]
        yield (*place, "", "", view.say(problem.what), view.say(problem.hint))


def _incomplete(view: View) -> Iterator[Row]:
    """Yield the units whose points do not rest on reported values in full."""
    units, coverage = view.evaluation.units, view.evaluation.coverage[0]
    for at in view.order.tolist():
        if coverage[at] < _WHOLE:
            share = view.both(
                f"以已报数据为依据的分值占 {coverage[at]:.1%}",
                f"{coverage[at]:.1%} of the points rest on reported values",
            )
            yield (units.names[at], "", "", "", "", share, view.gaps[at])


def _said(view: View, value: Any) -> str:
    if isinstance(value, Text):
        return view.say(value)
    if isinstance(value, float) and not pd.isna(value):
        return f"{value:.12g}"
    return "" if value is None or pd.isna(value) else str(value)
