"""The scores of a third party's assessors: a sheet of all of them, or a file from each.

Who rated stands in a column, in the headers, in a line ``评估员:`` on the sheet or its cover, or in the
name of the sheet or file. Files of single assessors are merged; what two of them say twice is named.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, TypeAlias

from township_eval.io.evidence.headings import ASIDE_NOTE, ITEM, LEFT_OUT, SCORE, SUMMARY, said
from township_eval.io.grids.grid import Grid
from township_eval.io.sheets.cells import folded, is_unit, words
from township_eval.io.sheets.columns.classes import warn_classes
from township_eval.io.sheets.columns.reading import Sheet, headed, number_at
from township_eval.io.sheets.cover import period_in
from township_eval.io.sheets.headers import CODE, GROUP, NAME, Column, Table, is_meta, is_total
from township_eval.io.sheets.locating import locate
from township_eval.io.sheets.log import Log
from township_eval.io.sheets.vocabulary import ASIDE, INDICATOR, VALUE, split_unit
from township_eval.language import Text

__all__ = ["Panel", "Whose", "merged_panels", "read_ratings", "rows_of"]

Rows: TypeAlias = list[dict[str, Any]]

_RATER: Final = words("评估员 评委 专家 评估人 评估人员 评审专家 rater assessor")
_ORGANIZATION: Final = words("机构 评估机构 组织 organization")
_PANEL: Final = re.compile(r".*(评估|专家|评委|评审|考评|rater|assessor).*")
_ONE_RATER: Final = re.compile(r"(评估员|评估人员?|评审专家|评委|专家|assessor|rater)[-_ ]?\w{1,12}")
#: 专家打分表 is the sheet of all of them.
_OF_ALL: Final = re.compile(r".*(打分|评分|汇总|统计|结果|意见|名单|表|scores?|results?|summary|list).*")
_GENERIC: Final = re.compile(r".*(评估|打分|评分|汇总|第三方|rating|score).*")
_SEVERAL: Final = re.compile(r"[、,，;；]")
#: What file managers and messengers append to a second copy of a file.
_COPY: Final = re.compile(
    r"[\s_-]*(?:[(（](?:副本|复件|copy|\d+)\s*\d*[)）]|副本\d*|copy\d*)$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Whose:
    """Who rated and for whom, as the sheet, its cover or its name say; each may be blank."""

    rater: str = ""
    organization: str = ""

    def named(self, grid: Grid) -> Whose:
        """Return who rated, a blank taken from the name of the sheet or file that is an assessor's."""
        if _SEVERAL.search(self.rater):  # a list of everybody who took part
            return replace(self, rater="")
        stem = Path(grid.file).stem
        own = next((found for name in (grid.sheet, stem) if (found := _assessor_in(name))), "")
        return self if self.rater else replace(self, rater=own)


def _assessor_in(name: str) -> str:
    """Return the assessor that a sheet or file is named after; "" if it is named after none.

    Examples
    --------
    >>> _assessor_in("评估员1"), _assessor_in("评估员1(副本)"), _assessor_in("专家打分表")
    ('评估员1', '评估员1', '')
    """
    said = (name, _COPY.sub("", name.strip()))
    forms = ((text, folded(text)) for text in said)
    return next(
        (text for text, form in forms if _ONE_RATER.fullmatch(form) and not _OF_ALL.fullmatch(form)), ""
    )


@dataclass(frozen=True, slots=True)
class Panel:
    """What one sheet of assessors says.

    ``columns`` are the headers that are assessors only as far as nothing tells that they are items:
    blank where the sheet says who rated.
    """

    grid: Grid
    rows: Rows
    columns: tuple[str, ...] = ()

    @property
    def units(self) -> frozenset[str]:
        """Codes of the units rated."""
        return frozenset(row["unit"] for row in self.rows)


def read_ratings(grid: Grid, sheet: Sheet, whose: Whose | None = None) -> Panel:
    """Return rows (unit, rater, score[, item, organization, indicator], cell) of an assessors' sheet.

    Parameters
    ----------
    grid : Grid
        The sheet.
    sheet : Sheet
        What it is read with.
    whose : Whose, optional
        What is stated around the table.
    """
    table = locate(grid, sheet.units, _names_panel, sheet.log, sheet.pins)
    if table is None:
        return Panel(grid, [])
    warn_classes(table, sheet)
    listed = len(sheet.log.problems)
    panel = _panel(table, sheet, (whose or Whose()).named(grid))
    if not panel.rows and len(sheet.log.problems) == listed:
        what = Text("这张评分表一个分数也没有", "this sheet of scores holds none")
        hint = Text("请补填;没有评分的,请删去这张表", "fill it in, or take it out if nothing was rated")
        sheet.log.add("warning", "ratings.blank", grid.place, what, hint)
    return panel


def _panel(table: Table, sheet: Sheet, whose: Whose) -> Panel:
    """Return the scores of a table, by what its headers and its surroundings say of who rated."""
    grid = table.grid
    rater, score = headed(table, _RATER), headed(table, SCORE | VALUE)
    marks = _marks(table, rater)
    if score is not None and (rater is not None or not marks):
        return Panel(grid, _scores(table, sheet, score, rater, whose))
    _set_aside(table, [*marks, rater], sheet.log)
    if rater is not None:
        return Panel(grid, _item_scores(table, sheet, marks, rater, whose))
    labels = tuple(column.path[-1] for column in marks)
    told = _names_raters(marks)
    if whose.rater and not told:
        return Panel(grid, _item_scores(table, sheet, marks, None, whose))
    return Panel(grid, _wide_scores(table, sheet, marks, whose), () if told else labels)


def _names_panel(text: str) -> bool:
    name = split_unit(text)[0]
    known = name in ASIDE | _RATER | SCORE | ITEM or _PANEL.fullmatch(name) is not None
    return known and not is_meta(text)


def _names_raters(marks: Sequence[Column]) -> bool:
    """Return whether headers name assessors; a title over all columns says only what the sheet is about."""
    over_all = set.intersection(*(set(column.path) for column in marks)) if len(marks) > 1 else set()
    titles = {part for part in over_all if not _ONE_RATER.fullmatch(folded(part))}
    parts = {part for column in marks for part in column.path} - titles
    return any(_PANEL.fullmatch(folded(part)) for part in parts)


def _beside(table: Table) -> dict[str, Column | None]:
    return {"organization": headed(table, _ORGANIZATION), "indicator": headed(table, INDICATOR - ITEM)}


def _marks(table: Table, rater: Column | None) -> list[Column]:
    """Return the columns that hold scores under the name of an assessor or an item."""
    about = {rater, headed(table, ITEM), *_beside(table).values()}
    return [column for column in table.columns if column not in about and not _is_summary(column)]


def _is_summary(column: Column) -> bool:
    name = split_unit(column.path[-1])[0]
    return name in SUMMARY | NAME | CODE | GROUP or is_total(name) or is_unit(name)


def _set_aside(table: Table, marks: Sequence[Column | None], log: Log) -> None:
    about = {*marks, *_beside(table).values()}
    for column in table.columns:
        if column not in about:
            log.note(table.grid, (column.row, column.at), "", ASIDE_NOTE, LEFT_OUT)


def _row(
    table: Table, sheet: Sheet, at: tuple[int, int], code: str, named: dict[str, str]
) -> Iterator[dict[str, Any]]:
    """Yield the row of a score; blank and "/" are none."""
    number = number_at(table.grid, at, sheet)
    if number is not None:
        place = {"cell": table.grid.where(*at)}
        yield {"unit": code, "score": number} | named | place | dict(sheet.about)


def _given(whose: Whose) -> dict[str, str]:
    pairs = {"rater": whose.rater, "organization": whose.organization}
    return {name: text for name, text in pairs.items() if text}


def _scores(table: Table, sheet: Sheet, score: Column, rater: Column | None, whose: Whose) -> Rows:
    """Return the rows of a table with one column of scores; without one of assessors it is one's own."""
    if rater is None and not whose.rater:
        whose = replace(whose, rater=Path(table.grid.file).stem)
        if _says_nobody(whose.rater):
            _refuse_nobody(table, score, sheet.log)
            return []
    beside = {"rater": rater, "item": headed(table, ITEM), **_beside(table)}
    return [
        found
        for row, code in table.rows
        for found in _row(table, sheet, (row, score.at), code, _given(whose) | said(table, row, beside))
    ]


def _says_nobody(stem: str) -> bool:
    return period_in(stem) is not None or _GENERIC.fullmatch(folded(stem)) is not None


def _refuse_nobody(table: Table, score: Column, log: Log) -> None:
    what = Text("没有写明评估员", "the assessor is not named")
    hint = Text(
        "请在表下写“评估员:姓名或编号”,或加一列“评估员”,或以评估员给文件命名",
        "write 'rater: name or number' below the table, add a column 'rater', "
        "or name the file after the assessor",
    )
    log.refuse(table.grid, (score.row, score.at), "ratings.rater", what, hint)


def _item_scores(table: Table, sheet: Sheet, items: list[Column], rater: Column | None, whose: Whose) -> Rows:
    """Return the rows of a table whose columns are items, the assessor being known."""
    beside = {"rater": rater, **_beside(table)}
    return [
        found
        for row, code in table.rows
        for item in items
        for found in _row(
            table,
            sheet,
            (row, item.at),
            code,
            _given(whose) | said(table, row, beside) | {"item": item.path[-1]},
        )
    ]


def _wide_scores(table: Table, sheet: Sheet, raters: list[Column], whose: Whose) -> Rows:
    labels = Counter(column.path[-1] for column in raters)
    repeated = {label for label, times in labels.items() if times > 1}
    own = _given(replace(whose, rater=""))
    return [
        found
        for row, code in table.rows
        for column in raters
        for found in _row(
            table,
            sheet,
            (row, column.at),
            code,
            own | _rater_of(column, grouped=column.path[-1] in repeated) | said(table, row, _beside(table)),
        )
    ]


def _rater_of(column: Column, *, grouped: bool) -> dict[str, str]:
    """Return who rated; repeated lower headings are items, with the rater above them."""
    if not grouped or len(column.path) == 1:
        return {"rater": column.path[-1]}
    upper, lower = column.path[-2:]
    if _PANEL.fullmatch(folded(lower)) and not _PANEL.fullmatch(folded(upper)):
        upper, lower = lower, upper
    return {"rater": upper, "item": lower}


# -- several files ------------------------------------------------------------------------------


def rows_of(panels: Sequence[Panel]) -> Rows:
    """Return the rows of all sheets, in their order."""
    return [row for panel in panels for row in panel.rows]


def merged_panels(panels: Sequence[Panel], log: Log) -> list[Panel]:
    """Return the sheets of all files as one panel's; what two of them state is a problem naming both.

    Files whose columns have the same names and which rate the same units cannot have assessors in the
    columns, or everybody would have rated twice: then each file is an assessor's, named after it
    (``ratings.by_file`` says so). So is a file whose columns are the items another assessor scored.

    Parameters
    ----------
    panels : sequence of Panel
        As read.
    log : Log
        Takes ``ratings.by_file``, ``ratings.copy`` and ``ratings.sheet_twice``.
    """
    alike: dict[tuple[str, ...], list[int]] = {}
    for number, panel in enumerate(panels):
        if panel.columns and panel.rows:
            alike.setdefault(tuple(sorted(panel.columns)), []).append(number)
    found = list(panels)
    items = {_items(panel) for panel in panels if not panel.columns}
    for columns, numbers in alike.items():
        group = [panels[number] for number in numbers]
        apart = len({panel.grid.file for panel in group}) == len(group)
        if apart and (columns in items or (len(group) > 1 and _overlap(group))):
            for number, panel in zip(numbers, _by_file(group, log), strict=True):
                found[number] = panel
    return _without_twice(found, log)


def _items(panel: Panel) -> tuple[str, ...]:
    """Return the items an assessor scored, sorted; none where the sheet is not one assessor's."""
    one = len({row.get("rater") for row in panel.rows}) == 1
    return tuple(sorted({str(row["item"]) for row in panel.rows if "item" in row})) if one else ()


def _overlap(group: list[Panel]) -> bool:
    seen = set[str]()
    for panel in group:
        if panel.units & seen:
            return True
        seen |= panel.units
    return False


def _by_file(group: list[Panel], log: Log) -> list[Panel]:
    """Return the panels as files of one assessor each; a second copy of one file is refused."""
    first: dict[tuple[Any, ...], str] = {}
    kept = []
    for panel in group:
        content = tuple(sorted((row["unit"], row["rater"], row["score"]) for row in panel.rows))
        before = first.setdefault(content, panel.grid.place)
        if before != panel.grid.place:
            what = Text(f"评分与 {before} 完全相同", f"the scores are those of {before}, every one of them")
            hint = Text("同一份表交了两次的,请删去一份", "if one sheet was handed in twice, delete one")
            log.add("error", "ratings.copy", panel.grid.place, what, hint)
        stem = Path(panel.grid.file).stem
        kept.append(Panel(panel.grid, [row | {"rater": stem, "item": row["rater"]} for row in panel.rows]))
    names = [Path(panel.grid.file).stem for panel in group]
    what = Text(
        f"列名相同,按每个文件一位评估员读入:{'、'.join(names)}",
        f"the columns have the same names, so each file is read as one assessor's: {', '.join(names)}",
    )
    hint = Text(
        "请在各表下写明“评估员:姓名或编号”;列名若是评估员,每个乡镇只应出现在一个文件里",
        "write 'rater: name or number' below each table; if the columns are assessors, "
        "a township may be in one file only",
    )
    log.add("warning", "ratings.by_file", group[0].grid.place, what, hint)
    return kept


def _without_twice(panels: list[Panel], log: Log) -> list[Panel]:
    """Return the panels without the scores an earlier sheet gives; each pair of sheets is named once."""
    seen: dict[tuple[str, ...], str] = {}
    kept = []
    for panel in panels:
        own = [(_key(row), row) for row in panel.rows]
        twice = {key[2]: seen[key] for key, _ in own if seen.get(key, panel.grid.place) != panel.grid.place}
        for rater, before in twice.items():
            what = Text(
                f"{rater} 的评分在 {before} 里已有一份", f"the scores of {rater} are also in {before}"
            )
            hint = Text("请与评估方核对,只留一份", "ask the assessors which sheet holds, and keep one")
            log.add("error", "ratings.sheet_twice", panel.grid.place, what, hint)
        rows = [row for key, row in own if seen.get(key, panel.grid.place) == panel.grid.place]
        for key, _ in own:
            seen.setdefault(key, panel.grid.place)
        kept.append(replace(panel, rows=rows))
    return kept


def _key(row: dict[str, Any]) -> tuple[str, ...]:
    return tuple(str(row.get(name, "")) for name in ("indicator", "organization", "rater", "item", "unit"))
