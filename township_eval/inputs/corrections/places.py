"""Which entry of which table a slip means: by unit and column, or by its cell."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from township_eval.errors import Problem, did_you_mean
from township_eval.inputs.corrections.slips import CORRECTABLE, Slip
from township_eval.inputs.entries.columns import KeyBook, is_percent
from township_eval.inputs.entries.matrix import Key
from township_eval.inputs.entries.numbers import ColumnKind
from township_eval.inputs.rows import cell_at
from township_eval.inputs.tables import COMMON
from township_eval.inputs.texts import distinct_texts, text_of
from township_eval.inputs.units import Units
from township_eval.language import Text, listed
from township_eval.scheme.model import Scheme
from township_eval.scheme.sources import Measured

__all__ = ["Finder", "Place", "is_wide"]

#: The column that is meant where a slip names none.
_MAIN: Final = {
    "values": "value", "satisfaction": "count", "responses": "answer", "means": "mean",
    "margins": "population", "ratings": "score", "reviews": "score", "events": "amount", "targets": "value",
}  # fmt: skip
_COUNTED: Final = frozenset(
    {
        "value",
        "count",
        "mean",
        "sd",
        "n",
        "deff",
        "population",
        "df",
        "score",
        "amount",
        "weight",
        "quota",
        "goal",
        "total",
        "clusters",
        "members",
    }
)
_ADDRESS: Final = re.compile(r"(?P<sheet>.*)!(?P<column>[A-Z]+)(?P<row>\d+)")
_SHOWN: Final = 4


@dataclass(frozen=True, slots=True)
class Place:
    """An entry: its table, row (-1: a row to be added) and column, and how it is read.

    ``key`` is that of a value, ``column`` the label of the frame's column.
    """

    table: str
    row: int
    column: str
    cell: str
    stands: Any
    kind: ColumnKind | None = None
    percent: bool = False
    unit: int = -1
    key: Key = ("", "")


class Finder:
    """Finds entries in the tables of a period.

    Parameters
    ----------
    scheme : Scheme
        Of the period.
    units : Units
    tables : dict of str to DataFrame
        With the units in a column ``unit``.
    """

    def __init__(self, scheme: Scheme, units: Units, tables: dict[str, pd.DataFrame]) -> None:
        self.units, self.tables = units, tables
        self.book = KeyBook(scheme)
        self._percent = {
            name
            for leaf in scheme.leaves()
            if isinstance(leaf.source, Measured) and is_percent(leaf)
            for name in (leaf.source.column or leaf.id,)
        }
        self._positions: dict[str, NDArray[np.intp]] = {}

    def find(self, slip: Slip) -> Place | Problem:
        """Return the one entry a slip means, or why there is none."""
        names = [slip.table] if slip.table else [name for name in CORRECTABLE if name in self.tables]
        if slip.table and slip.table not in self.tables and slip.table != "values":
            return _no_table(slip)
        if slip.said["cell"]:
            return self._by_cell(slip, names)
        return self._value(slip) if slip.table == "values" else self._entry(slip)

    # -- by cell --------------------------------------------------------------------------------

    def _by_cell(self, slip: Slip, names: list[str]) -> Place | Problem:
        found = [
            (name, row, column) for name in names for row, column in self._standing(name, slip.said["cell"])
        ]
        if len(found) != 1:
            return _ambiguous_cell(slip) if found else _no_cell(slip)
        name, row, column = found[0]
        frame = self.tables[name]
        at = int(self._of(name)[row]) if "unit" in frame.columns else -1
        if slip.unit >= 0 and at != slip.unit:
            return _other_unit(slip)
        column = slip.said["column"] or column
        return self._at(slip, name, row, column)

    def _standing(self, name: str, cell: str) -> list[tuple[int, str]]:
        """Return the rows of a table that state a cell, with the column it is of."""
        frame = self.tables[name]
        found: dict[int, str] = {}
        for label in [column for column in frame.columns if str(column).endswith("cell")]:
            column = str(label).removesuffix("_cell") if label != "cell" else _MAIN.get(name, "")
            for row in np.flatnonzero(_fits(frame[label], cell)):
                found.setdefault(int(row), column)
        if match := _ADDRESS.fullmatch(cell) if "cell_sheet" in frame.columns else None:
            lines = frame["cell_row"].to_numpy() == int(match["row"])
            rows = np.flatnonzero(_fits(frame["cell_sheet"], match["sheet"]) & lines)
            for row in rows:
                own, *others = str(frame["cell_column"].iloc[row]).split("\t")
                known = {there: column for column, _, there in (part.partition("=") for part in others)}
                column = _MAIN[name] if match["column"] == own else known.get(match["column"], "")
                if column:
                    found.setdefault(int(row), column)
        return sorted(found.items())

    # -- by unit and column ------------------------------------------------------------------------

    def _value(self, slip: Slip) -> Place | Problem:
        indicator = slip.said["indicator"] or slip.said["column"]
        key = self.book.key(indicator, slip.said["part"])
        if key is None:
            label = "/".join(text for text in (indicator, slip.said["part"]) if text)
            return self.book.unknown(label, slip.where)
        frame = self.tables.get("values")
        if frame is None:
            return self._blank(slip, key)
        if is_wide(frame):
            return self._wide(slip, frame, key)
        rows = [row for row in self._rows("values", slip) if self._key(frame, row) == key]
        if not rows:
            return self._blank(slip, key)
        filled = [row for row in rows if text_of(frame["value"].iloc[row])]
        rows = filled or rows[:1]
        return _several(slip, frame, rows) if len(rows) > 1 else self._at(slip, "values", rows[0], "value")

    def _wide(self, slip: Slip, frame: pd.DataFrame, key: Key) -> Place | Problem:
        key = (key[1] or key[0], "")  # such a table names its columns alone
        rows = self._rows("values", slip)
        labels = [label for label in frame.columns if self.book.key(text_of(label)) == key]
        if len(rows) > 1 or len(labels) > 1:
            return _several(slip, frame, rows)
        if not rows or not labels:
            return self._blank(slip, key)
        kind, percent = self._kind(key)
        stands = frame[labels[0]].iloc[rows[0]]
        return Place("values", rows[0], str(labels[0]), "", stands, kind, percent, slip.unit, key)

    def _entry(self, slip: Slip) -> Place | Problem:
        frame, column = self.tables[slip.table], slip.said["column"] or _MAIN.get(slip.table, "")
        rows = self._rows(slip.table, slip)
        if slip.said["indicator"] and "indicator" in frame.columns:
            rows = [row for row in rows if text_of(frame["indicator"].iloc[row]) == slip.said["indicator"]]
        if len(rows) != 1:
            return _several(slip, frame, rows) if rows else _no_row(slip)
        return self._at(slip, slip.table, rows[0], column)

    def _at(self, slip: Slip, table: str, row: int, column: str) -> Place | Problem:
        frame = self.tables[table]
        if column not in frame.columns or list(frame.columns).count(column) > 1:
            known = [str(name) for name in frame.columns if name not in (*COMMON, "i", "row")]
            return _no_column(slip, column, known)
        at = int(self._of(table)[row]) if "unit" in frame.columns else -1
        cell = cell_at(frame, row, column)
        stands = frame[column].iloc[row]
        if table == "values" and column == "value":
            key = self._key(frame, row)
            kind, percent = self._kind(key) if key is not None else ("number", False)
            return Place(table, row, column, cell, stands, kind, percent, at, key or ("", ""))
        number = pd.api.types.is_numeric_dtype(frame[column].dtype) or column in _COUNTED
        return Place(table, row, column, cell, stands, "number" if number else None, unit=at)

    # -- tables --------------------------------------------------------------------------------

    def _blank(self, slip: Slip, key: Key) -> Place:
        """Return the place of a value that nobody reported."""
        kind, percent = self._kind(key)
        return Place("values", -1, "value", "", None, kind, percent, slip.unit, key)

    def _kind(self, key: Key) -> tuple[ColumnKind, bool]:
        return self.book.kind(key), key[0] in self._percent and not key[1]

    def _key(self, frame: pd.DataFrame, row: int) -> Key | None:
        part = text_of(frame["part"].iloc[row]) if "part" in frame.columns else ""
        return self.book.key(text_of(frame["indicator"].iloc[row]), part)

    def _of(self, name: str) -> NDArray[np.intp]:
        if name not in self._positions:
            self._positions[name] = self.units.positions(self.tables[name]["unit"])[0]
        return self._positions[name]

    def _rows(self, name: str, slip: Slip) -> list[int]:
        if "unit" not in self.tables[name].columns:
            return []
        return [int(row) for row in np.flatnonzero(self._of(name) == slip.unit)]


def is_wide(frame: pd.DataFrame) -> bool:
    """Return whether a table ``values`` has a column an indicator."""
    return not {"indicator", "value"} & set(frame.columns)


def _fits(column: pd.Series[Any], text: str) -> NDArray[np.bool_]:
    """Return which rows state this place; the file may be left out."""
    codes, distinct = distinct_texts(column)
    fits = np.array([one == text or (bool(text) and one.endswith(f"!{text}")) for one in distinct])
    return np.asarray(fits[codes], dtype=np.bool_)


# --- what is wrong -----------------------------------------------------------------------------------


def _no_table(slip: Slip) -> Problem:
    return Problem(
        "error", "correction.table", slip.where,
        Text(f"本期没有这张表:{slip.table}", f"this period has no table {slip.table}"),
        Text("核对表名,或写明单元格", "check the table's name, or state the cell"),
    )  # fmt: skip


def _no_cell(slip: Slip) -> Problem:
    cell = slip.said["cell"]
    return Problem(
        "error", "correction.unknown", slip.where,
        Text(f"没有从 {cell} 读入过数据", f"nothing was read from {cell}"),
        Text("按“文件!工作表!C5”写明单元格,或写明单位和指标",
             "state the cell as file!sheet!C5, or unit and indicator"),
    )  # fmt: skip


def _ambiguous_cell(slip: Slip) -> Problem:
    cell = slip.said["cell"]
    return Problem(
        "error", "correction.ambiguous", slip.where,
        Text(f"{cell} 对应多处数据", f"{cell} stands for several entries"),
        Text("连同文件名写明单元格,并写明表名",
             "state the cell with its file's name, and the table"),
    )  # fmt: skip


def _other_unit(slip: Slip) -> Problem:
    cell, unit = slip.said["cell"], slip.said["unit"]
    return Problem(
        "error", "correction.place", slip.where,
        Text(f"{cell} 不是 {unit} 的数据", f"{cell} is not about {unit}"),
        Text("核对单位和单元格", "check unit and cell"),
    )  # fmt: skip


def _several(slip: Slip, frame: pd.DataFrame, rows: list[int]) -> Problem:
    cells = [cell for row in rows if (cell := cell_at(frame, row))]
    unit = slip.said["unit"]
    hint = Text(f"写明单元格:{listed(cells, _SHOWN).zh}", f"state the cell: {listed(cells, _SHOWN).en}")
    return Problem(
        "error", "correction.ambiguous", slip.where,
        Text(f"{unit} 在这张表里有 {len(rows)} 行,不知更正哪一行",
             f"{unit} has {len(rows)} rows in this table: which one is meant is not said"),
        hint if cells else Text("先删去重复的行", "remove the repeated rows first"),
    )  # fmt: skip


def _no_row(slip: Slip) -> Problem:
    unit = slip.said["unit"]
    return Problem(
        "error", "correction.unknown", slip.where,
        Text(f"表 {slip.table} 中没有 {unit} 的这一行", f"the table {slip.table} has no such row of {unit}"),
        Text("核对单位和指标", "check unit and indicator"),
    )  # fmt: skip


def _no_column(slip: Slip, column: str, known: list[str]) -> Problem:
    return Problem(
        "error", "correction.column", slip.where,
        Text(f"没有这一列:{column or '(未写明)'}", f"no such column: {column or '(none stated)'}"),
        did_you_mean(column, known),
    )  # fmt: skip
