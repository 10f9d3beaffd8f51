"""The cells of a column on their way to values: what they are read with, and what they say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from township_eval.io.grids.grid import Grid
from township_eval.io.sheets.cells import Parsed, parse_cell
from township_eval.io.sheets.headers import Column, Table
from township_eval.io.sheets.log import Log
from township_eval.io.sheets.names import Register
from township_eval.io.sheets.vocabulary import Heading, Target, Vocabulary, split_unit
from township_eval.language import Text
from township_eval.scheme.model import Layout

__all__ = ["Cell", "Reading", "Sheet", "headed", "number_at", "parse_at"]


@dataclass(frozen=True, slots=True)
class Reading:
    """One cell of a known column: what it says, for whom, and where it stands.

    A refused reading stands where its problem is, so that nobody reports the gap it leaves once more.
    """

    unit: str
    target: Target
    parsed: Parsed
    where: str
    about: tuple[tuple[str, str], ...] = ()


class Cell(NamedTuple):
    """A parsed cell on its way to a reading: (row, column), unit, what it says, what is said about it."""

    at: tuple[int, int]
    unit: str
    parsed: Parsed
    about: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """What reading a sheet needs beside the sheet itself.

    ``classes`` gives the name of a class by its id or name (`folded`), where the scheme says who is in which.
    """

    units: Register
    words: Vocabulary
    log: Log
    tokens: dict[str, str | float]
    pins: Layout
    about: tuple[tuple[str, str], ...] = ()
    classes: Mapping[str, str] = field(default_factory=dict)


def headed(table: Table, words: frozenset[str]) -> Column | None:
    """Return the first column whose lowest header is one of these words."""
    return next((column for column in table.columns if split_unit(column.path[-1])[0] in words), None)


def parse_at(grid: Grid, at: tuple[int, int], sheet: Sheet, heading: Heading | None = None) -> Parsed:
    """Return what the cell at (row, column) says, an uncalculated formula being refused."""
    if at in grid.uncached:
        return Parsed(
            "refused",
            code="formula.uncached",
            what=Text("公式没有保存计算结果", "the formula's result is not stored"),
            hint=Text("请用 Excel 或 WPS 打开并保存一次", "open the file in Excel or WPS and save it once"),
        )
    target = heading.target if heading else None
    return parse_cell(
        grid.value(*at),
        unit=(heading.unit if heading else "") or (target.unit if target else ""),
        percent=at in grid.percent,
        error=at in grid.errors,
        accounting=at in grid.accounting,
        kind=target.kind if target else "number",
        tokens=sheet.tokens,
    )


def number_at(grid: Grid, at: tuple[int, int], sheet: Sheet, unit: str = "") -> float | None:
    """Return the number in a cell, None when blank or not applicable; anything else is refused."""
    parsed = parse_at(grid, at, sheet, Heading(unit=unit))
    if parsed.status == "refused":
        sheet.log.refuse(grid, at, parsed.code, parsed.what, parsed.hint)
    return parsed.value if isinstance(parsed.value, float) else None
