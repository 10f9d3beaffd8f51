"""Rows of any table put in their place: which unit a row is about, and where a user finds it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from township_eval.errors import Problem, did_you_mean
from township_eval.inputs.tables import COMMON, Contract
from township_eval.inputs.texts import Texts, distinct_texts
from township_eval.inputs.units import Units
from township_eval.language import Text

__all__ = ["LISTED", "column_problems", "place", "some", "unit_positions"]

#: Faults of one kind that are listed one by one; the rest is counted.
LISTED = 20


def unit_positions(
    labels: pd.Series | pd.Index, units: Units
) -> tuple[NDArray[np.intp], NDArray[np.intp], Texts]:
    """Return (unit position of each row, -1 for none; place among the distinct texts; these texts)."""
    codes, texts = distinct_texts(labels)
    found = [units.find(text) for text in texts]
    positions = np.array([-1 if i is None else i for i in found], dtype=np.intp)
    return positions[codes], codes, texts


def place(table: str, row: int, frame: pd.DataFrame | None = None, detail: str = "") -> str:
    """Return where a user finds a row: its cell when it has one, else table and row number.

    A column ``row`` remembers the numbers of a table that rows were taken out of.
    """
    if frame is not None and "cell" in frame.columns:
        cell = frame["cell"].iloc[row]
        if isinstance(cell, str) and cell:
            return cell
    number = frame["row"].to_numpy()[row] if frame is not None and "row" in frame.columns else row
    return f"{table}[{number}] {detail}".rstrip()


def some(rows: NDArray[np.intp]) -> tuple[list[int], int]:
    """Return the first rows, which are listed, and how many further ones there are."""
    return [int(row) for row in rows[:LISTED]], max(0, len(rows) - LISTED)


def column_problems(table: str, frame: pd.DataFrame, contract: Contract) -> Iterator[Problem]:
    """Yield missing columns (errors) and columns nobody reads (warnings)."""
    present = [str(column) for column in frame.columns]
    wanted = (*contract.required, *contract.optional)
    strangers = [column for column in present if column not in wanted and column not in COMMON]
    for column in contract.required:
        if column not in present:
            yield _missing(table, column, strangers)
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
