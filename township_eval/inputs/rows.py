"""Rows and columns of any table: where a user finds a row, and which columns are missing or unread."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from township_eval.errors import Problem, did_you_mean
from township_eval.inputs.tables import COMMON, Contract
from township_eval.language import Text

__all__ = ["LISTED", "cell_at", "column_problems", "in_order", "place", "some", "with_unit"]

#: Faults of one kind that are listed one by one; the rest is counted.
LISTED = 20

# A cell's address at the end of its place; letters and digits are compared apart, as C9 precedes C10.
_ADDRESS = r"^(?P<sheet>.*?)(?P<column>[A-Z]+)(?P<row>\d+)$"
_LETTERS = 3  # in the last column of a sheet, XFD
# A place in three parts, for tables too long to hold an address as text in every row.
_PARTS = ("cell_sheet", "cell_row", "cell_column")


def place(table: str, row: int, frame: pd.DataFrame | None = None, detail: str = "", column: str = "") -> str:
    """Return where a user finds a row: its cell when it has one, else table and row number.

    A column ``row`` remembers the numbers of a table that rows were taken out of. *column* asks for the
    cell of that column, as far as the row knows it.

    Examples
    --------
    >>> frame = pd.DataFrame({"cell_sheet": ["a.csv"], "cell_row": [7], "cell_column": ["C"]})
    >>> place("responses", 0, frame), place("responses", 0)
    ('a.csv!C7', 'responses[0]')
    """
    if frame is not None and (cell := cell_at(frame, row, column)):
        return cell
    number = frame["row"].to_numpy()[row] if frame is not None and "row" in frame.columns else row
    return f"{table}[{number}] {detail}".rstrip()


def cell_at(frame: pd.DataFrame, row: int, column: str = "") -> str:
    r"""Return the cell a row states, as one text or in three parts; "" where it states none.

    The cell is that of *column* where the row knows it: in ``<column>_cell``, or, in three parts, behind
    the letters of the row's own cell, after tabs, as in ``"H<tab>weight=F<tab>stratum=D"``.

    Examples
    --------
    >>> frame = pd.DataFrame({"cell_sheet": ["a.csv"], "cell_row": [7], "cell_column": ["C\tweight=F"]})
    >>> cell_at(frame, 0), cell_at(frame, 0, "weight"), cell_at(frame, 0, "cluster")
    ('a.csv!C7', 'a.csv!F7', 'a.csv!C7')
    """
    for name in (f"{column}_cell", "cell"):
        cell = frame[name].iloc[row] if name in frame.columns else ""
        if isinstance(cell, str) and cell:
            return cell
    if set(_PARTS) <= set(frame.columns):
        sheet, line, letters = (frame[name].iloc[row] for name in _PARTS)
        if isinstance(sheet, str) and sheet:
            own, *others = str(letters).split("\t")
            known = {name: there for name, _, there in (part.rpartition("=") for part in others)}
            return f"{sheet}!{known.get(column, own)}{int(line)}"
    return ""


def some(rows: NDArray[np.intp]) -> tuple[list[int], int]:
    """Return the first rows, which are listed, and how many further ones there are."""
    return [int(row) for row in rows[:LISTED]], max(0, len(rows) - LISTED)


def with_unit(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame with its units in the column ``unit``; a named or labelled index holds them too."""
    if "unit" in frame.columns or (isinstance(frame.index, pd.RangeIndex) and frame.index.name is None):
        return frame
    if isinstance(frame.index, pd.MultiIndex):
        return frame.reset_index(allow_duplicates=True)
    return frame.rename_axis("unit").reset_index()


def in_order(frame: pd.DataFrame) -> pd.DataFrame:
    """Return rows by unit position ``i``, then by cell, then by what they say.

    What is made of them, to the bytes of a file, then does not depend on the order they came in.

    Examples
    --------
    >>> frame = pd.DataFrame({"i": [1, 0, 0], "cell": ["a!C10", "a!D9", "a!C10"], "row": [0, 1, 2]})
    >>> in_order(frame)["row"].tolist()
    [1, 2, 0]
    """
    i = frame["i"].to_numpy()
    where = [*_by_address(frame), *_by_parts(frame)]
    order = np.lexsort((*where, i))
    if where and not _tied([i, *where], order):  # what rows say decides only between rows of one place
        return frame.iloc[order]
    about = ("i", "row", "cell", *_PARTS)
    said = [name for name in frame.columns if name not in about]
    keys = [_ranked(frame[name]) for name in sorted(said, key=str, reverse=True)]
    return frame.iloc[np.lexsort((*keys, *where, i))]


def _by_address(frame: pd.DataFrame) -> list[NDArray[Any]]:
    """Return the keys of ``cell``, the least important first; none without that column."""
    if "cell" not in frame.columns:
        return []
    parts = frame["cell"].astype(str).str.extract(_ADDRESS)
    sheet = parts["sheet"].where(parts["sheet"].notna(), frame["cell"])
    number = pd.to_numeric(parts["row"]).fillna(0).to_numpy(dtype=np.int64)
    return [_ranked(parts["column"].str.rjust(_LETTERS)), number, _ranked(sheet)]


def _by_parts(frame: pd.DataFrame) -> list[NDArray[Any]]:
    """Return the keys of a place in three parts, the least important first; none without them."""
    if not set(_PARTS) <= set(frame.columns):
        return []
    codes, distinct = pd.factorize(frame["cell_column"].astype(str))
    own = np.array([letters.split("\t", 1)[0].rjust(_LETTERS) for letters in distinct], dtype=object)
    letters = pd.Series(own[codes], dtype=object)
    number = pd.to_numeric(frame["cell_row"]).fillna(0).to_numpy(dtype=np.int64)
    return [_ranked(letters), number, _ranked(frame["cell_sheet"])]


def _tied(keys: list[NDArray[Any]], order: NDArray[np.intp]) -> bool:
    same = np.ones(max(0, len(order) - 1), dtype=np.bool_)
    for key in keys:
        same &= key[order[1:]] == key[order[:-1]]
    return bool(same.any())


def _ranked(column: pd.Series[Any]) -> NDArray[np.intp]:
    """Return the place of each entry among the texts of a column, sorted; -1 for a blank."""
    return pd.factorize(column.astype(str).where(column.notna()), sort=True)[0]


def column_problems(table: str, frame: pd.DataFrame, contract: Contract) -> Iterator[Problem]:
    """Yield missing columns (errors) and columns nobody reads (warnings)."""
    present = [str(column) for column in frame.columns]
    wanted = (*contract.required, *contract.optional)
    known = {*wanted, *(f"{column}_cell" for column in wanted), *COMMON}
    strangers = [column for column in present if column not in known]
    for column in contract.required:
        if column not in present:
            yield _missing(table, column, strangers)
    for column in sorted({column for column in present if present.count(column) > 1}):
        yield Problem(
            "error",
            "table.column_twice",
            f"{table}.{column}",
            Text(f"列“{column}”出现两次", f"the column {column!r} is there twice"),
            Text("只保留一列", "keep one of them"),
        )
    if contract.open:
        return
    for column in strangers:
        yield Problem(
            "warning",
            "table.column_unknown",
            f"{table}.{column}",
            Text(f"没有用到这一列:{column}", f"nobody reads this column: {column}"),
            did_you_mean(column, wanted),
        )


def _missing(table: str, column: str, strangers: Sequence[str]) -> Problem:
    return Problem(
        "error",
        "table.column_missing",
        table,
        Text(f"缺少列“{column}”", f"the column {column!r} is missing"),
        did_you_mean(column, strangers) if strangers else Text("请补上这一列", "add the column"),
    )
