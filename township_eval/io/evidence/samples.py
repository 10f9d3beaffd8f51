"""Surveys handed in as means with their spread, and what is known of the population they are about."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from township_eval.io.evidence.headings import (
    ASIDE_NOTE,
    CHANNEL,
    LEFT_OUT,
    QUESTION,
    channels_of,
    questions_of,
    said,
)
from township_eval.io.evidence.listing import (
    Listing,
    find_listing,
    note_others,
    refuse_header,
    rows_with,
    without_asides,
)
from township_eval.io.grids.grid import Grid, brief, text_of
from township_eval.io.sheets.cells import folded, words
from township_eval.io.sheets.columns.classes import warn_classes
from township_eval.io.sheets.columns.reading import Sheet, headed, number_at
from township_eval.io.sheets.headers import CODE, NAME, Column, Table
from township_eval.io.sheets.locating import locate
from township_eval.io.sheets.vocabulary import INDICATOR, split_unit
from township_eval.language import Text
from township_eval.scheme.model import Layout, Scheme

__all__ = ["holds_margins", "holds_means", "read_margins", "read_means"]

_MEANS: Final[Mapping[str, frozenset[str]]] = {
    "mean": words("均值 平均值 平均分 平均得分 均分 满意度均值 满意度得分 mean"),
    "n": words("样本量 样本数 有效样本 有效样本量 有效样本数 n n_valid"),
    "sd": words("标准差 sd"),
    "deff": words("设计效应 deff"),
    "population": words("总体 总体人数 总人数 总体规模 population"),
    "df": words("自由度 df"),
}
_OPTIONAL: Final = ("sd", "deff", "population", "df")
_MARGINS: Final[Mapping[str, frozenset[str]]] = {
    "unit": NAME | CODE,
    "margin": words("变量 结构变量 校准变量 加权变量 margin"),
    "category": words("类别 分类 组别 取值 category"),
    "population": words("人数 人口 人口数 总人数 总体人数 population"),
    "channel": CHANNEL,
    "indicator": INDICATOR - words("项目"),
}
_EVERYWHERE: Final = re.compile(r"全[市县区镇乡省]|全部|all")


def _is_means(at: Mapping[str, tuple[int, ...]]) -> bool:
    return {"unit", "mean", "n"} <= at.keys()


def _is_margins(at: Mapping[str, tuple[int, ...]]) -> bool:
    return {"margin", "category", "population"} <= at.keys()


def holds_means(grid: Grid) -> bool:
    """Return whether a header row of the sheet names units, means and sizes of samples."""
    return find_listing(grid, {"unit": NAME | CODE, **_MEANS}, _is_means, Layout()) is not None


def holds_margins(grid: Grid) -> bool:
    """Return whether a header row of the sheet names variables, categories and how many are in them."""
    return find_listing(grid, _MARGINS, _is_margins, Layout()) is not None


def read_means(grid: Grid, sheet: Sheet, scheme: Scheme) -> list[dict[str, Any]]:
    """Return rows (unit, mean, n[, sd, deff, population, df, channel, question, indicator], cell).

    A mean stands beside its size, for each channel or question alone where these head the columns.
    """
    known = CHANNEL | QUESTION | frozenset[str]().union(*_MEANS.values())
    table = locate(grid, sheet.units, lambda text: split_unit(text)[0] in known, sheet.log, sheet.pins)
    if table is None:
        return []
    warn_classes(table, sheet)
    beside = {
        "channel": headed(table, CHANNEL),
        "question": headed(table, QUESTION),
        "indicator": headed(table, INDICATOR),
    }
    blocks = _blocks(table, beside, scheme, sheet)
    return [
        found
        for row, code in table.rows
        for named, columns in blocks.items()
        if (
            found := _mean(
                table, sheet, row, columns, {"unit": code} | said(table, row, beside) | dict(named)
            )
        )
    ]


def _blocks(
    table: Table, beside: dict[str, Column | None], scheme: Scheme, sheet: Sheet
) -> dict[tuple[tuple[str, str], ...], dict[str, Column]]:
    """Return the columns of figures by the channel and question that stand above them."""
    names = {"channel": channels_of(scheme), "question": questions_of(scheme)}
    found: dict[tuple[tuple[str, str], ...], dict[str, Column]] = {}
    for column in table.columns:
        name = split_unit(column.path[-1])[0]
        role = next((role for role, some in _MEANS.items() if name in some), "")
        if column in beside.values():
            continue
        if not role:
            sheet.log.note(table.grid, (column.row, column.at), "", ASIDE_NOTE, LEFT_OUT)
            continue
        above = [split_unit(part)[0] for part in column.path[:-1]]
        named = tuple(
            (kind, known[part]) for kind, known in names.items() for part in above[::-1] if part in known
        )
        found.setdefault(named, {}).setdefault(role, column)
    return found


def _mean(
    table: Table, sheet: Sheet, row: int, columns: dict[str, Column], named: dict[str, Any]
) -> dict[str, Any] | None:
    """Return a mean with what is said of it; None where neither mean nor size is given."""
    filled = {role for role, column in columns.items() if text_of(table.grid.value(row, column.at))}
    filled |= {role for role, column in columns.items() if (row, column.at) in table.grid.uncached}
    if not filled & {"mean", "n"}:
        return None
    for role, label in (("mean", Text("均值", "mean")), ("n", Text("样本量", "size of the sample"))):
        if role in columns and role not in filled:
            _refuse_blank(table, sheet, (row, columns[role].at), label)
    if "mean" not in columns or "n" not in columns:
        return None
    numbers = {role: _figure(table, sheet, row, column, role) for role, column in columns.items()}
    given = {role: number for role, number in numbers.items() if number is not None or role not in _OPTIONAL}
    place = {f"{role}_cell": table.grid.where(row, column.at) for role, column in columns.items()}
    place["cell"] = place["mean_cell"]
    return named | given | place | dict(sheet.about)


def _refuse_blank(table: Table, sheet: Sheet, at: tuple[int, int], label: Text) -> None:
    what = Text("没有填{label}", "the {label} is blank").format(label=label)
    hint = Text("均值和样本量须同时填写", "give the mean together with the size of its sample")
    sheet.log.refuse(table.grid, at, "means.blank", what, hint)


def _figure(table: Table, sheet: Sheet, row: int, column: Column, role: str) -> float | None:
    """Return a figure; a mean in percent where the header states none may mean a share of the satisfied."""
    at = (row, column.at)
    unit = column.unit or split_unit(column.path[-1])[1]
    shown = "%" in folded(table.grid.value(*at)) or at in table.grid.percent
    if role == "mean" and shown and unit != "%":
        what = Text("均值写成了百分数", "the mean is written as a percentage")
        hint = Text(
            "请写分数,例如 87.5;满意率不是均值",
            "write points, such as 87.5; a share of the satisfied is no mean",
        )
        sheet.log.refuse(table.grid, at, "means.percent", what, hint)
        return None
    return number_at(table.grid, at, sheet, unit)


def read_margins(grid: Grid, sheet: Sheet, scheme: Scheme) -> list[dict[str, Any]]:
    """Return rows (margin, category, population[, unit, channel, indicator], cell); no unit means all."""
    found = find_listing(grid, _MARGINS, _is_margins, sheet.pins)
    if found is None:
        what = Text("人口结构表找不到表头", "the table of population counts has no header row")
        hint = Text("表头请用:变量、类别、人数", "head the columns margin, category, population")
        refuse_header(grid, sheet.log, what, hint)
        return []
    figures = found.heads["population"][0]
    listing = without_asides(found, found.heads["category"][0], sheet.log)
    listing = listing.keep(listing.rows[rows_with(listing, listing.heads["category"] + (figures,))])
    note_others(listing, sheet.log)
    names = channels_of(scheme)
    columns: dict[str, Any] = {
        "margin": listing.mapped(listing.heads["margin"][0], str),
        "category": listing.mapped(listing.heads["category"][0], str),
        "population": listing.numbers(figures, sheet),
    }
    for role in ("channel", "indicator"):
        if (column := listing.column(role)) is not None:
            columns[role] = listing.mapped(column, lambda text: names.get(folded(text), text))
    if "unit" in listing.heads:
        columns["unit"] = _margin_units(listing, sheet)
    _refuse_gaps(listing, sheet)
    cells = [grid.where(row, figures) for row in listing.rows.tolist()]
    rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    return [
        {name: value for name, value in row.items() if value is not None} | {"cell": cell} | dict(sheet.about)
        for row, cell in zip(rows, cells, strict=True)
    ]


def _margin_units(listing: Listing, sheet: Sheet) -> Any:
    """Return the unit of each row, None for all of them together."""
    column = listing.heads["unit"][0]
    codes, texts = listing.texts(column)
    named = [text != "" and not _EVERYWHERE.fullmatch(folded(text)) for text in texts]
    unknown = np.array([own and _code(text, sheet) is None for own, text in zip(named, texts, strict=True)])

    def fault(text: str) -> tuple[str, Text, Text]:
        what = Text(f"没有这个单位:{brief(text)}", f"unknown unit: {brief(text)}")
        return "unit.unknown", what, sheet.units.hint(text)

    listing.refuse(column, np.flatnonzero(unknown[codes]), fault, sheet.log)
    return listing.mapped(
        column, lambda text: None if _EVERYWHERE.fullmatch(folded(text)) else _code(text, sheet) or text
    )


def _code(text: str, sheet: Sheet) -> str | None:
    return text if sheet.units.open else sheet.units.find(text)


def _refuse_gaps(listing: Listing, sheet: Sheet) -> None:
    """Refuse rows that lack the variable, the category or the number."""
    for role in ("margin", "category", "population"):
        column = listing.heads[role][0]
        blank = listing.mapped(column, str) == None  # noqa: E711  entry by entry
        blank &= ~np.isin(listing.rows, [row for row, at in listing.grid.uncached if at == column])
        for place in np.flatnonzero(blank).tolist():
            what = Text("这里没有填", "this is blank")
            hint = Text("变量、类别、人数须逐行填写", "give margin, category and population in every row")
            sheet.log.refuse(listing.grid, (int(listing.rows[place]), column), "margins.blank", what, hint)
