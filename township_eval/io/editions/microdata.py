"""What of the original inputs goes into an archive: all but answers of persons and ballots with names."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from township_eval.io.evidence.ballots import read_reviews
from township_eval.io.evidence.kinds import kind_of
from township_eval.io.grids.grid import Grid
from township_eval.io.guard import LIMITS
from township_eval.io.packing import put_text, save_workbook
from township_eval.io.places import shown_name
from township_eval.io.returns.files import ReturnSheet, open_returns
from township_eval.io.sheets.columns.reading import Sheet
from township_eval.io.sheets.log import Log
from township_eval.io.sheets.names import Entry, Register
from township_eval.io.sheets.vocabulary import Vocabulary
from township_eval.scheme.model import Scheme

__all__ = ["Public", "public_part"]

_ANSWERS: Final = frozenset({"responses", "ratings"})
_BOOKS: Final = frozenset({".xlsx", ".xlsm"})


@dataclass(frozen=True, slots=True)
class Public:
    """What of a file may be archived.

    Attributes
    ----------
    kept : tuple of Grid
        Sheets that may; empty where none may, or where all may and the file is copied as it is.
    left_out : tuple of str
        Names of the sheets that may not ("" for a file without sheets).
    """

    kept: tuple[Grid, ...]
    left_out: tuple[str, ...]

    @property
    def whole(self) -> bool:
        """Whether the file is copied byte for byte."""
        return not self.left_out

    def write(self, path: Path) -> None:
        """Write the sheets that may be archived as a workbook of values: nothing of the others is in it."""
        book = Workbook()
        del book[book.sheetnames[0]]
        for grid in self.kept:
            _copy(grid, book)
        save_workbook(book, path)


def public_part(path: Path, scheme: Scheme) -> Public:
    """Return what of an input file may be archived.

    Left out are single answers (答卷), marks by named assessors with the covers that name them, ballots that
    name who voted, and hidden sheets, which were not read and may hold anything.

    Parameters
    ----------
    path : Path
        A file that was read for a period.
    scheme : Scheme
        Says what its sheets are.
    """
    returns = open_returns(path, scheme, scheme.layouts, LIMITS, Log())
    sheets = [sheet for entry in returns for sheet in entry.sheets]
    private = [_is_private(sheet, path, scheme) for sheet in sheets]
    if not any(private):
        return Public((), ())
    pairs = list(zip(sheets, private, strict=True))
    kept = [sheet for sheet, hidden in pairs if not hidden]
    left_out = tuple(sheet.grid.sheet for sheet, hidden in pairs if hidden)
    if path.suffix.lower() not in _BOOKS or all(sheet.kind == "cover" for sheet in kept):
        return Public((), left_out)
    return Public(tuple(sheet.grid for sheet in kept), left_out)


def _is_private(sheet: ReturnSheet, path: Path, scheme: Scheme) -> bool:
    kind = sheet.kind
    if kind == "nothing":  # not read, but perhaps no more than set aside
        kind = kind_of(sheet.grid, Path(shown_name(path)).stem, scheme)
    if kind == "cover":
        return sheet.facts.rater is not None
    if kind == "reviews":
        return _names_voters(sheet, scheme)
    return kind == "hidden" or kind in _ANSWERS


def _names_voters(sheet: ReturnSheet, scheme: Scheme) -> bool:
    """Return whether ballots say who cast them; counts of a secret vote do not."""
    units = Register.of([Entry(u.code, u.name, u.group, u.kind, u.aliases) for u in scheme.units])
    how = Sheet(units, Vocabulary.of(scheme), Log(), {}, sheet.pins)
    rows = read_reviews(sheet.grid, how, scheme)
    return not rows or any(row.get("rater") for row in rows)


def _copy(grid: Grid, book: Workbook) -> None:
    sheet = book.create_sheet(grid.sheet)
    for row, values in enumerate(grid.rows, start=1):
        for column, value in enumerate(values, start=1):
            if value is None:
                continue
            cell = sheet.cell(row, column)
            if isinstance(value, str):
                put_text(cell, value)
            else:
                cell.value = value
            if (row - 1, column - 1) in grid.percent:
                cell.number_format = "0.00%"
    for area in dict.fromkeys(grid.merged.values()):
        sheet.merge_cells(
            f"{get_column_letter(area.left + 1)}{area.top + 1}:"
            f"{get_column_letter(area.right + 1)}{area.bottom + 1}"
        )
