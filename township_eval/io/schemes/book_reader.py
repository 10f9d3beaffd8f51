"""A scheme's workbook as plain data, with the cell of everything in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any, Final

from township_eval.errors import Problem, SchemeError, did_you_mean, suggest
from township_eval.io.grids.grid import Grid, text_of
from township_eval.io.grids.opening import open_grids
from township_eval.io.schemes.book_cells import given, read_cell
from township_eval.io.schemes.book_nodes import further_columns, joined
from township_eval.io.schemes.labels import as_words
from township_eval.io.schemes.layout import (
    HELP_SHEET,
    INDEX,
    NODE_COLUMNS,
    PREFIXES,
    SETTINGS,
    SETTINGS_SHEET,
    TABLES,
    Column,
    Form,
    Table,
)
from township_eval.io.schemes.notation import Written
from township_eval.language import Text
from township_eval.scheme.parse.refusals import Path

__all__ = ["load_workbook_scheme"]

_HEADER_ROWS: Final = 10
_SETTINGS_HEAD: Final = frozenset({"项目", "item"})
_NOTES: Final = ("注:", "注:", "#")


def load_workbook_scheme(path: FilePath) -> Written:
    """Return the plain data of a scheme's workbook and the cells it came from.

    Raises
    ------
    SchemeError
        The file is no workbook that may be opened, or lacks the sheets of a scheme.
    """
    grids, problems = open_grids(path)
    if problems:
        raise SchemeError(problems)
    return _Book(path.name, {grid.sheet.strip(): grid for grid in grids}).read()


@dataclass(slots=True)
class _Book:
    """One workbook while it is read: what was found, where, and what was wrong."""

    file: str
    grids: dict[str, Grid]
    data: dict[str, Any] = field(default_factory=dict)
    places: dict[Path, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    words: dict[Path, str] = field(default_factory=dict)

    def read(self) -> Written:
        """Read every sheet that belongs to a scheme."""
        tables = {name: table for table in (SETTINGS_SHEET, INDEX, *TABLES) for name in table.names}
        lowered = {name.casefold(): table for name, table in tables.items()}
        for name, grid in self.grids.items():
            table = lowered.get(name.casefold())
            if table is None:
                if suggest(name, list(tables), limit=1) and name != HELP_SHEET:
                    what = Text(f"不认识的工作表 {name}", f"unknown sheet {name!r}")
                    self.refuse("sheet.unknown", grid.place, what, did_you_mean(name, list(tables)))
            elif table is SETTINGS_SHEET:
                self.settings(grid)
            elif table is INDEX:
                self.tree(grid)
            else:
                self.table(table, grid)
        for table in (SETTINGS_SHEET, INDEX):
            if not any(name.casefold() in {one.casefold() for one in table.names} for name in self.grids):
                what = Text(f"缺少工作表 {table.sheet}", f"sheet {table.sheet} ({table.section}) is absent")
                self.refuse("sheet.missing", self.file, what, Text("补上这张表", "add it"))
        return Written(self.data, self.file, self.places, tuple(self.problems), True, self.words)

    def refuse(self, code: str, where: str, what: Text, hint: Text) -> None:
        """Note a problem."""
        self.problems.append(Problem("error", code, where, what, hint))

    def note(self, path: Path, grid: Grid, row: int, column: int) -> None:
        """Remember the cell of a path."""
        self.places[path] = f"!{grid.sheet}!{grid.address(row, column)}"

    # ---- 方案 ----
    def settings(self, grid: Grid) -> None:
        """Read the rows key, value."""
        known = {name.casefold(): column for column in SETTINGS for name in column.names()}
        for row in range(grid.height):
            label = grid.text(row, 0)
            column = known.get(label.casefold())
            if column is None:
                if (
                    label
                    and label not in _SETTINGS_HEAD
                    and not label.startswith(_NOTES)
                    and grid.width > 1
                    and grid.text(row, 1)
                ):
                    what = Text(f"不认识的项目 {label}", f"unknown item {label!r}")
                    labels = [one.label for one in SETTINGS]
                    self.refuse("sheet.item", grid.where(row, 0), what, did_you_mean(label, labels))
                continue
            value = self.cell(grid, row, 1, column.form) if grid.width > 1 else None
            self.note((column.key,), grid, row, 1)
            if value is not None:
                self.data[column.key] = as_words(column.key, given(value))

    # ---- tables ----
    def table(self, table: Table, grid: Grid) -> None:
        """Read one of the plain tables."""
        heads = self.heads(grid, table.columns)
        if heads is None:
            return
        top, columns = heads
        found: dict[str, Any] = {}
        records: list[dict[str, Any]] = []
        for row in _filled_rows(grid, top):
            if table.rows == "records":
                records.append(self.record(grid, row, columns, (table.section, len(records))))
            else:
                self.keyed_row(table, grid, row, columns, found)
        if records or found:
            self.data[table.section] = records or found

    def keyed_row(
        self, table: Table, grid: Grid, row: int, columns: Mapping[int, Column], found: dict[str, Any]
    ) -> None:
        """Read one row of a mapping; its first column is the key."""
        first = table.columns[0]
        at = next((at for at, column in columns.items() if column is first), None)
        key = "" if at is None else text_of(grid.value(row, at))
        key = as_words(f"{table.section}.{first.key}", key)
        if at is None or not key or key in found:
            what = (
                Text(f"{key} 写了两次", f"{key!r} is given twice")
                if key
                else Text(f"{first.label} 是空的", f"{first.key} is empty")
            )
            self.refuse("sheet.key", grid.where(row, at or 0), what, Text("补上或改正", "fill or mend it"))
            return
        path: Path = (table.section, key)
        rest = {place: column for place, column in columns.items() if place != at}
        self.note(path, grid, row, at)
        record = self.record(grid, row, rest, path, note=False)
        if table.rows == "pairs":
            second = table.columns[1].key
            found[key] = record.get(second)
            self.places[path] = self.places.get((*path, second), self.places[path])
        else:
            found[key] = record

    def record(
        self, grid: Grid, row: int, columns: Mapping[int, Column], path: Path, *, note: bool = True
    ) -> dict[str, Any]:
        """Read one row as a record."""
        record: dict[str, Any] = {}
        if note:
            self.note(path, grid, row, min(columns))
        for at, column in columns.items():
            value = self.cell(grid, row, at, column.form)
            self.note((*path, *column.path), grid, row, at)
            if value is None:
                continue
            inner = record
            for part in column.path[:-1]:
                self.places.setdefault((*path, part), self.places[(*path, *column.path)])
                inner = inner.setdefault(part, {})
            inner[column.path[-1]] = as_words(f"{path[0]}.{column.key}", given(value))
        return record

    def heads(self, grid: Grid, known: Sequence[Column]) -> tuple[int, dict[int, Column]] | None:
        """Find the header row of a table and what its columns are."""
        by_name: dict[str, Column] = {}
        for column in known:
            for name in column.names():
                by_name.setdefault(name.casefold(), column)
        for row in range(min(grid.height, _HEADER_ROWS)):
            texts = [grid.text(row, at) for at in range(grid.width)]
            columns = {
                at: by_name[text.casefold()] for at, text in enumerate(texts) if text.casefold() in by_name
            }
            if len(columns) >= min(2, len(known)):
                self.unknown_heads(grid, row, set(columns), [column.label for column in known])
                return row, columns
        if any(not grid.is_blank(row) for row in range(grid.height)):
            what = Text("找不到表头", "no header row found")
            hint = Text(
                f"表头应有:{'、'.join(column.label for column in known[:3])}",
                f"it has: {', '.join(column.key for column in known[:3])}",
            )
            self.refuse("sheet.header", grid.place, what, hint)
        return None

    def unknown_heads(self, grid: Grid, row: int, known: set[int], labels: Sequence[str]) -> None:
        """Refuse headers that mean nothing: what stands below them would be lost."""
        for at in range(grid.width):
            text = grid.text(row, at)
            if text and at not in known and not text.startswith(_NOTES):
                what = Text(f"不认识的表头 {text}", f"unknown header {text!r}")
                self.refuse("sheet.header", grid.where(row, at), what, did_you_mean(text, labels))

    # ---- 指标体系 ----
    def tree(self, grid: Grid) -> None:
        """Read the rows of nodes and join them into the tree."""
        columns = [*NODE_COLUMNS, *further_columns(grid, _HEADER_ROWS)]
        heads = self.heads(grid, columns)
        if heads is None:
            return
        top, found = heads
        rows: list[tuple[str, str, dict[str, Any], int]] = []
        said: dict[int, str] = {}
        place = {column.key: at for at, column in found.items()}
        for row in _filled_rows(grid, top):
            node = {
                column.key: as_words(column.key, value)
                for at, column in found.items()
                if (value := self.cell(grid, row, at, column.form)) is not None
            }
            name = text_of(grid.value(row, place["id"])) if "id" in place else ""
            said[row] = node.pop("words", "")
            rows.append((text_of(node.pop("parent", None)), name, joined(node), row))
        _Tree(self, grid, place, rows, said).build()

    def cell(self, grid: Grid, row: int, at: int, form: Form) -> Any:
        """Return what a cell holds; None for a blank or refused one."""
        return read_cell(grid, row, at, form, self.refuse)


def _filled_rows(grid: Grid, top: int) -> Iterator[int]:
    """Yield the rows below the header that hold something and are no note (one cell that says so)."""
    for row in range(top + 1, grid.height):
        texts = [text for at in range(grid.width) if (text := text_of(grid.value(row, at)))]
        if texts and not (len(texts) == 1 and texts[0].startswith(_NOTES)):
            yield row


@dataclass(slots=True)
class _Tree:
    """The rows of nodes, to be joined."""

    book: _Book
    grid: Grid
    place: Mapping[str, int]
    rows: list[tuple[str, str, dict[str, Any], int]]
    said: Mapping[int, str]
    used: set[int] = field(default_factory=set)

    def build(self) -> None:
        """Put the tree into the data; rows that hang nowhere are problems."""
        names = [name for _, name, _, _ in self.rows]
        tops = [at for at, (parent, _, _, _) in enumerate(self.rows) if not parent]
        parents = {parent for parent, _, _, _ in self.rows}
        if len(tops) == 1 and self.rows[tops[0]][1] in parents:
            index = self.node(tops[0], ("index",))
        else:
            index = {"children": [self.node(at, ("index", "children", n)) for n, at in enumerate(tops)]}
            self.book.places[("index",)] = f"!{self.grid.sheet}"
        self.book.data["index"] = index
        for at, (parent, _, _, row) in enumerate(self.rows):
            if at not in self.used:
                what = Text(
                    f"上级 {parent} 不存在或互为上下级",
                    f"parent {parent!r} does not exist, or is below itself",
                )
                where = self.grid.where(row, self.place.get("parent", 0))
                self.book.refuse(
                    "tree.parent", where, what, did_you_mean(parent, [name for name in names if name])
                )

    def node(self, at: int, path: Path) -> dict[str, Any]:
        """Return a row and what hangs below it."""
        _, name, node, row = self.rows[at]
        self.used.add(at)
        self.note(path, node, row)
        below = [other for other, (parent, _, _, _) in enumerate(self.rows) if name and parent == name]
        children = [
            self.node(other, (*path, "children", n))
            for n, other in enumerate(one for one in below if one not in self.used)
        ]
        return {**node, "children": children} if children else node

    def note(self, path: Path, node: Mapping[str, Any], row: int) -> None:
        """Remember the cells of a row."""
        self.book.note(path, self.grid, row, self.place.get("id", 0))
        self.book.words[path] = self.said[row]
        for key, at in self.place.items():
            section, _, name = key.partition("/")
            word = next((prefix for prefix, (_, word) in PREFIXES.items() if word == key), None)
            if name:
                self.book.note((*path, section, name), self.grid, row, at)
            elif word is not None:
                self.book.note((*path, word), self.grid, row, at)
                self.book.note((*path, word, key), self.grid, row, at)
            else:
                self.book.note((*path, key), self.grid, row, at)
        if isinstance(node.get("weight"), Mapping) and "weight" in self.place:
            self.book.note((*path, "weight", "default"), self.grid, row, self.place["weight"])
