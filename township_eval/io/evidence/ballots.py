"""The ballots of a mutual review: a matrix of raters and ratees, a row a ballot, or secret counts.

Departments rate townships and townships rate departments. Which way a sheet goes is said by its name, by
a line above the table, or by a column; units of the register stand under their codes, the other side as
written. Nothing here says who may vote: the source does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

from township_eval.io.evidence.headings import (
    ANSWER,
    ASIDE_NOTE,
    COUNT,
    ITEM,
    LEFT_OUT,
    SCORE,
    SUMMARY,
    ballot_answers,
    said,
)
from township_eval.io.evidence.listing import (
    Listing,
    find_listing,
    note_others,
    rows_with,
    without_asides,
)
from township_eval.io.grids.grid import Grid, text_of
from township_eval.io.sheets.cells import folded, is_unit, words
from township_eval.io.sheets.columns.reading import Sheet, headed, number_at
from township_eval.io.sheets.headers import CODE, GROUP, NAME, Column, Table, is_total
from township_eval.io.sheets.locating import locate
from township_eval.io.sheets.vocabulary import INDICATOR, split_unit
from township_eval.language import Text
from township_eval.scheme.model import Layout, Scheme
from township_eval.scheme.sources import Reviews

__all__ = ["direction_in", "holds_ballots", "read_reviews"]

Rows: TypeAlias = list[dict[str, Any]]

_TOWNSHIPS: Final = r"(?:乡镇|镇街|街镇|镇乡|乡镇\(街道\)|街道|township)"
_DEPARTMENTS: Final = r"(?:部门|市直单位|县直单位|department)"
_RATE: Final = r"(?:评议|测评|评价|考评|评|_?s?_?rates?_?)"
_DIRECTIONS: Final = {
    "departments_rate_townships": re.compile(
        rf".*{_DEPARTMENTS}(?:\(单位\))?(?:对)?{_RATE}各?{_TOWNSHIPS}.*|.*{_DEPARTMENTS}(?:\(单位\))?对各?{_TOWNSHIPS}.*"
    ),
    "townships_rate_departments": re.compile(
        rf".*{_TOWNSHIPS}(?:\(街道\))?(?:对)?{_RATE}(?:市直|县直|各)?{_DEPARTMENTS}.*"
        rf"|.*{_TOWNSHIPS}(?:\(街道\))?对(?:市直|县直|各)?{_DEPARTMENTS}.*"
    ),
}
_TITLES: Final = 4  # rows on top that may hold a title
_ROLES: Final[Mapping[str, frozenset[str]]] = {
    "rater": words(
        "评议人 评议单位 评议部门 评议乡镇 评议乡镇(街道) 评议街道 评议主体 打分单位 评分单位 投票单位 "
        "评议方 rater"
    ),
    "ratee": words(
        "被评议单位 被评单位 被评议部门 被评部门 被评议乡镇 被评议乡镇(街道) 被评乡镇 被评乡镇(街道) "
        "被评议对象 评议对象 被评方 ratee"
    ),
    "unit": NAME | CODE | words("部门 部门名称 部门(单位) department"),
    "score": SCORE,
    "answer": ANSWER,
    "count": COUNT,
    "item": ITEM,
    "direction": words("方向 评议方向 direction"),
    "indicator": INDICATOR - ITEM,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Sides:
    """Which way a sheet goes, and whether the units evaluated are the ones rated in it."""

    direction: str
    units_are_rated: bool


def direction_in(text: str) -> str:
    """Return the direction a name or title states, "" when it states none or both.

    Examples
    --------
    >>> direction_in("双向考核评议表(部门评乡镇)"), direction_in("乡镇评议部门"), direction_in("双向评议")
    ('departments_rate_townships', 'townships_rate_departments', '')
    """
    flat = folded(text)
    found = [name for name, pattern in _DIRECTIONS.items() if pattern.fullmatch(flat)]
    return found[0] if len(found) == 1 else ""


def holds_ballots(grid: Grid) -> bool:
    """Return whether the sheet says who rates whom: in a line on top, or by the headers of its columns."""
    if _direction(grid):
        return True
    found = find_listing(grid, _ROLES, _is_long, Layout())
    return found is not None and "ratee" in found.heads


def _is_long(at: Mapping[str, tuple[int, ...]]) -> bool:
    return "rater" in at and ("ratee" in at or "unit" in at) and ("score" in at or "answer" in at)


def read_reviews(grid: Grid, sheet: Sheet, scheme: Scheme) -> Rows:
    """Return rows (unit, rater, score | answer, count[, direction, item, indicator], cell).

    Parameters
    ----------
    grid : Grid
        The sheet.
    sheet : Sheet
        What it is read with.
    scheme : Scheme
        Its review says which side its units are on, and the answers of a ballot.
    """
    answers = ballot_answers(scheme)
    long = find_listing(grid, _ROLES, _is_long, sheet.pins)
    if long is not None:
        return _long(long, sheet, answers)
    secret = find_listing(
        grid, {**_ROLES, **{f"answer:{key}": frozenset({key}) for key in answers}}, _is_counted, sheet.pins
    )
    if secret is not None:
        return _counts(secret, sheet, answers)
    if not (direction := _direction(grid)):
        _refuse_direction(grid, sheet)
        return []
    return _matrix(grid, sheet, _Sides(direction, _rated(scheme, direction)), answers)


def _direction(grid: Grid, header: int = _TITLES) -> str:
    """Return the direction stated by the sheet's name, the lines above the header, or the file's name."""
    titles = (text for row in grid.rows[:header] for value in row if (text := text_of(value)))
    named = (grid.sheet, *titles, Path(grid.file).stem)
    return next((found for text in named if (found := direction_in(text))), "")


def _rated(scheme: Scheme, direction: str) -> bool:
    leaves = [leaf.source for leaf in scheme.leaves() if isinstance(leaf.source, Reviews)]
    return not leaves or leaves[0].direction == direction


def _refuse_direction(grid: Grid, sheet: Sheet) -> None:
    what = Text("没有写明谁评谁", "it is not said who rates whom")
    hint = Text(
        "请把工作表命名为“部门评乡镇”或“乡镇评部门”",
        "name the sheet 'departments rate townships' or 'townships rate departments'",
    )
    sheet.log.add("error", "reviews.direction", grid.place, what, hint)


# -- a matrix -----------------------------------------------------------------------------------


def _matrix(grid: Grid, sheet: Sheet, sides: _Sides, answers: dict[str, str]) -> Rows:
    """Return the ballots of a matrix with the units of the register on one side."""
    table = locate(grid, sheet.units, _in_header, sheet.log, sheet.pins)
    if table is None:
        return []
    about = {"indicator": headed(table, INDICATOR - ITEM)}
    columns = [column for column in table.columns if not _is_summary(column) and column not in about.values()]
    for column in table.columns:
        if column not in columns and column not in about.values():
            sheet.log.note(table.grid, (column.row, column.at), "", ASIDE_NOTE, LEFT_OUT)
    return [
        found
        for row, code in table.rows
        for column in columns
        for found in _ballot(
            table,
            sheet,
            (row, column.at),
            answers,
            _pair(sides, code, column.path[-1]) | said(table, row, about),
        )
    ]


def _pair(sides: _Sides, code: str, other: str) -> dict[str, Any]:
    unit, rater = (code, other) if sides.units_are_rated else (other, code)
    return {"unit": unit, "rater": rater, "direction": sides.direction}


def _in_header(text: str) -> bool:
    name = split_unit(text)[0]
    return name in SUMMARY or any(name in _ROLES[role] for role in ("rater", "ratee", "unit"))


def _is_summary(column: Column) -> bool:
    name = split_unit(column.path[-1])[0]
    return name in SUMMARY | NAME | CODE | GROUP or is_total(name) or is_unit(name)


def _ballot(
    table: Table, sheet: Sheet, at: tuple[int, int], answers: dict[str, str], named: dict[str, Any]
) -> Iterator[dict[str, Any]]:
    """Yield one ballot; blank and "/" are none."""
    given = _given(table.grid, at, sheet, answers)
    if given:
        yield named | given | {"cell": table.grid.where(*at)} | dict(sheet.about)


def _given(grid: Grid, at: tuple[int, int], sheet: Sheet, answers: dict[str, str]) -> dict[str, Any]:
    answer = answers.get(folded(grid.value(*at)))
    if answer is not None:
        return {"answer": answer, "count": 1.0}
    number = number_at(grid, at, sheet)
    return {} if number is None else {"score": number}


# -- a row a ballot -----------------------------------------------------------------------------


def _long(listing: Listing, sheet: Sheet, answers: dict[str, str]) -> Rows:
    """Return the ballots of a table with a row for each; both sides as written, units by code."""
    units = listing.heads.get("ratee", listing.heads.get("unit", ()))
    mark = listing.heads.get("score", listing.heads.get("answer", ()))[0]
    listing = _used(listing, units, (mark,), sheet)
    named = {"rater": listing.heads["rater"][0]}
    named |= {role: at for role in ("item", "indicator") if (at := listing.column(role)) is not None}
    stated = _direction(listing.grid, listing.header)
    way, count = listing.column("direction"), listing.column("count")
    rows = []
    for row in listing.rows.tolist():
        given = _given(listing.grid, (row, mark), sheet, answers)
        if not given:
            continue
        if count is not None and "answer" in given:
            number = number_at(listing.grid, (row, count), sheet)
            given |= {"count": number} if number is not None else {}
        found = {"unit": _first(listing, row, units)}
        found |= {role: text for role, at in named.items() if (text := listing.grid.text(row, at))}
        found |= {role: _code(found[role], sheet) for role in ("unit", "rater") if role in found}
        written = listing.grid.text(row, way) if way is not None else ""
        direction = written if written in _DIRECTIONS else direction_in(written) or written or stated
        found |= {"direction": direction} if direction else {}
        rows.append(found | given | {"cell": listing.grid.where(row, mark)} | dict(sheet.about))
    return rows


def _used(listing: Listing, units: tuple[int, ...], marks: tuple[int, ...], sheet: Sheet) -> Listing:
    """Return the listing without asides and blank rows; a row that names nobody is refused."""
    listing = without_asides(listing, units[0], sheet.log)
    note_others(listing, sheet.log)
    listing = listing.keep(listing.rows[rows_with(listing, marks)])
    blank = [row for row in listing.rows.tolist() if not _first(listing, row, units)]
    for row in blank:
        what = Text("这一行有票,但没有写被评议单位", "this row has ballots but names nobody they are about")
        hint = Text("请补上单位名称", "write the unit's name")
        sheet.log.refuse(listing.grid, (row, units[0]), "unit.blank", what, hint)
    return listing.keep(listing.rows[[row not in blank for row in listing.rows.tolist()]])


def _first(listing: Listing, row: int, columns: tuple[int, ...]) -> str:
    """Return what the first of these columns that is filled in says: a code may stand beside the name."""
    return next((text for at in columns if (text := listing.grid.text(row, at))), "")


def _code(text: str, sheet: Sheet) -> str:
    return sheet.units.find(text) or text


# -- secret ballots -----------------------------------------------------------------------------


def _is_counted(at: Mapping[str, tuple[int, ...]]) -> bool:
    return ("ratee" in at or "unit" in at) and sum(role.startswith("answer:") for role in at) > 1


def _counts(listing: Listing, sheet: Sheet, answers: dict[str, str]) -> Rows:
    """Return the counts of secret ballots: a row a unit and answer; all answers are filled in or none."""
    columns = {
        answers[role.removeprefix("answer:")]: at[0]
        for role, at in listing.heads.items()
        if role.startswith("answer:")
    }
    units = listing.heads.get("ratee", listing.heads.get("unit", ()))
    listing = _used(listing, units, tuple(columns.values()), sheet)
    direction = _direction(listing.grid, listing.header)
    beside = {role: listing.column(role) for role in ("rater", "item", "indicator")}
    rows = []
    for row in listing.rows.tolist():
        named = {"unit": _code(_first(listing, row, units), sheet)}
        named |= {
            role: text
            for role, at in beside.items()
            if at is not None and (text := listing.grid.text(row, at))
        }
        named |= {"direction": direction} if direction else {}
        for answer, column in columns.items():
            number = _count(listing, (row, column), answer, sheet)
            if number is not None:
                place = {"cell": listing.grid.where(row, column)}
                rows.append(named | {"answer": answer, "count": number} | place | dict(sheet.about))
    return rows


def _count(listing: Listing, at: tuple[int, int], answer: str, sheet: Sheet) -> float | None:
    if not text_of(listing.grid.value(*at)) and at not in listing.grid.uncached:
        what = Text(f"“{answer}”的票数没填", f"the count of '{answer}' is blank")
        hint = Text("没有人选请填 0", "write 0 if nobody chose it")
        sheet.log.refuse(listing.grid, at, "reviews.blank", what, hint)
        return None
    return number_at(listing.grid, at, sheet)
