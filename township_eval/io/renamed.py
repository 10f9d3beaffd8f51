"""A table of units renamed, merged or split, read from a file as an office keeps it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pandas as pd

from township_eval.errors import DataError, Problem
from township_eval.io.evidence.listing import Listing, find_listing
from township_eval.io.grids.grid import Grid, text_of
from township_eval.io.grids.opening import open_grids
from township_eval.io.sheets.cells import folded
from township_eval.language import Text
from township_eval.scheme.model import Layout

__all__ = ["COLUMNS", "read_renamed", "share_in"]

#: Columns of the frame: ``cell`` is the place of each row in its file.
COLUMNS: Final = ("unit", "into", "share", "cell")

_WORDS: Final = {
    role: frozenset(map(folded, words))
    for role, words in {
        "unit": ("unit", "old", "from", "原单位", "原名称", "原名", "旧单位", "旧名", "变更前"),
        "into": ("into", "new", "to", "现单位", "现名称", "现名", "新单位", "新名", "变更后"),
        "share": ("share", "份额", "占比", "比例"),
    }.items()
}
_PERCENT: Final = re.compile(r"\d+(?:\.\d+)?[%%]")
_FORM: Final = Text(
    "表应有 unit(原单位)、into(现单位)两列;几个单位并为一个时再加 share(原单位占现单位的份额)",
    "give the columns unit (old), into (new) and, where several become one, share (of the new one)",
)


def read_renamed(path: str | Path) -> pd.DataFrame:
    r"""Read which units became which, for ``renamed`` of `compare` and `combine`.

    Parameters
    ----------
    path : str or Path
        A workbook, .csv, .tsv or .parquet file. Its header row names the columns: unit or 原单位, into or
        现单位, share or 份额 (0.4 or 40%). Rows without units are passed over; every sheet with such a
        header counts.

    Returns
    -------
    DataFrame
        unit, into, share (None where it is blank) and cell.

    Raises
    ------
    DataError
        The file cannot be read, no sheet has the header, a cell holds an error or a formula without a
        result; all at once.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "renamed.csv"
    >>> _ = path.write_text("原单位,现单位,份额\n东镇,东西镇,60%\n西镇,东西镇,0.4\n", encoding="utf-8")
    >>> read_renamed(path)[["unit", "into", "share"]].values.tolist()
    [['东镇', '东西镇', 0.6], ['西镇', '东西镇', 0.4]]
    """
    grids, problems = open_grids(path)
    found = [one for grid in grids if (one := find_listing(grid, _WORDS, _enough, Layout())) is not None]
    faults = [*problems, *(fault for listing in found for fault in _faulty(listing))]
    if grids and not found:
        what = Text("没有找到表头", "there is no header row")
        faults.append(Problem("error", "renamed.column", grids[0].file, what, _FORM))
    if faults:
        raise DataError(faults)
    rows = [row for listing in found for row in _rows(listing)]
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype=object)


def share_in(value: Any) -> Any:
    """Return a share as a number where it is one, percent as its hundredth; else what was given."""
    text = text_of(value)
    if _PERCENT.fullmatch(text):
        return float(text[:-1]) / 100.0
    try:
        return float(text) if text else None
    except ValueError:
        return text


def _enough(at: Any) -> bool:
    return "unit" in at and "into" in at


def _rows(listing: Listing) -> Iterator[tuple[str, str, Any, str]]:
    grid, columns = listing.grid, {role: listing.column(role) for role in _WORDS}
    for row in listing.rows.tolist():
        old, new = (
            grid.text(row, column) for column in (columns["unit"], columns["into"]) if column is not None
        )
        if old or new:
            at = columns["share"]
            share = None if at is None else share_in(grid.value(row, at))
            yield old, new, share, grid.where(row, columns["unit"] or 0)


def _faulty(listing: Listing) -> Iterator[Problem]:
    grid: Grid = listing.grid
    wanted = {listing.column(role) for role in _WORDS}
    for row, column in sorted(grid.errors | grid.uncached):
        if column in wanted and row > listing.header:
            yield Problem(
                "error", "renamed.cell", grid.where(row, column),
                Text("单元格是错误值,或公式没有计算结果", "an error value, or a formula without a result"),
                Text("改为文字或数值,保存后重试", "write the text or the number itself, and save"),
            )  # fmt: skip
