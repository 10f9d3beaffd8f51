"""Where the table is in a sheet: its header rows, its units, and what was left out.

Offices put titles, ``填报单位:`` lines and notes around a table, give it one to three header rows with
merged cells and sometimes a row of units of measure, add 合计 rows, and write units down the rows or
along the columns. `locate` finds the table by what it knows: the names of the units and of the columns.
What has two readings is a problem; `Layout` pins decide it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from township_eval.io.grids.grid import Grid, column_letters, column_number
from township_eval.io.sheets.cells import folded, words
from township_eval.io.sheets.finder import Finder
from township_eval.io.sheets.headers import CODE, NAME, Column, Table
from township_eval.io.sheets.log import Log
from township_eval.io.sheets.names import Register
from township_eval.io.sheets.vocabulary import split_unit
from township_eval.language import Text
from township_eval.scheme.model import Layout

__all__ = ["locate"]

_IGNORE: Final = frozenset({"-", "ignore", "忽略"})
_SERIAL: Final = words("序号 no no.")


def locate(
    grid: Grid, units: Register, knows: Callable[[str], bool], log: Log, pins: Layout | None = None
) -> Table | None:
    """Return the table of a sheet, None when it has none; problems go to the log.

    Parameters
    ----------
    grid : Grid
        The sheet.
    units : Register
        The units; an open register takes the names the table has.
    knows : callable
        Whether a header cell is a known column.
    log : Log
        Takes problems and what was left out.
    pins : Layout, optional
        What the scheme fixes about this sheet.
    """
    pins = pins or Layout()
    if pins.columns:
        knows = _also(knows, frozenset(folded(name) for name, _ in pins.columns))
    turned = _oriented(grid, units, pins, knows)
    if turned is None:
        _no_orientation(grid, log)
        return None
    key = _key_column(turned, units, pins, knows)
    if key is None:
        return None
    finder = Finder(turned, units, knows, log, key)
    header = _pinned_header(turned, pins) or finder.header()
    if header is None:
        _no_header(turned, key, log)
        return None
    table = finder.table(header)
    _no_name(table, pins, log)
    return replace(table, columns=tuple(_renamed(table, pins))) if pins.columns else table


def _no_name(table: Table, pins: Layout, log: Log) -> None:
    """Report columns of numbers under a blank header which the layout does not name by their letters."""
    pinned = set() if table.grid.flipped else {folded(name) for name, _ in pins.columns}
    for column in table.nameless:
        if folded(column_letters(column.at)) in pinned:
            continue
        head = table.grid.address(table.header[1], column.at)
        what = Text("这里有数值,表头却是空白", "numbers stand here under a blank header")
        hint = Text(
            f"请在 {head} 写明指标名称;不考核的请删去,或在方案 layouts 里忽略",
            f"write the indicator's name into {head}, delete the numbers, or leave them out in the layouts",
        )
        log.refuse(table.grid, (column.row, column.at), "column.no_header", what, hint)


def _renamed(table: Table, pins: Layout) -> Iterator[Column]:
    """Yield the columns under the names the layout gives them, without those it leaves out."""
    pinned = {folded(name): wanted for name, wanted in pins.columns}
    nameless = [replace(column, row=table.header[1], path=("",)) for column in table.nameless]
    for column in (*table.columns, *nameless):
        last, unit = split_unit(column.path[-1])
        forms = {folded(column.label), folded(column.path[-1]), last}
        # a letter names a column of the sheet as the file shows it
        forms |= set() if table.grid.flipped else {folded(column_letters(column.at))}
        wanted = next((name for form, name in pinned.items() if form in forms), None)
        if wanted is None and last:
            yield column
        elif wanted and folded(wanted) not in _IGNORE:
            yield replace(column, path=(wanted,), unit=column.unit or unit)


def _also(knows: Callable[[str], bool], names: frozenset[str]) -> Callable[[str], bool]:
    """Return *knows* for the headers the layout names as well."""
    return lambda text: knows(text) or folded(text) in names or split_unit(text)[0] in names


def _oriented(grid: Grid, units: Register, pins: Layout, knows: Callable[[str], bool]) -> Grid | None:
    """Return the grid with units in rows; None when rows and columns fit equally well."""
    if pins.orientation:
        return grid if pins.orientation == "rows" else grid.flip()
    if units.open:
        return grid
    flipped = grid.flip()
    down = max((_matches(grid, column, units) for column in range(grid.width)), default=0)
    along = max((_matches(flipped, row, units) for row in range(grid.height)), default=0)
    if down != along or down == 0:
        return grid if down >= along else flipped
    # One unit, or a square: the side whose first cells are known column names is the header.
    headers = max((_known(flipped, row, knows) for row in range(grid.height)), default=0)
    sides = max((_known(grid, column, knows) for column in range(grid.width)), default=0)
    if headers == sides and down > 1:
        return None
    return grid if headers >= sides else flipped


def _matches(grid: Grid, column: int, units: Register) -> int:
    texts = {text for row in range(grid.height) if (text := grid.text(row, column))}
    found = {text: code for text in texts if (code := units.find(text))}
    if any(folded(text) in _SERIAL for text in texts) and all(text.isdigit() for text in found):
        return 0  # running numbers may equal short codes
    return len(set(found.values()))


def _known(grid: Grid, column: int, knows: Callable[[str], bool]) -> int:
    texts = {text for row in range(grid.height) if (text := grid.text(row, column))}
    return sum(knows(text) or split_unit(text)[0] in NAME | CODE for text in texts)


def _key_column(grid: Grid, units: Register, pins: Layout, knows: Callable[[str], bool]) -> int | None:
    if pins.key:
        return _pinned_column(grid, pins.key)
    if not units.open:
        counts = [_matches(grid, column, units) for column in range(grid.width)]
        best = max(counts, default=0)
        return counts.index(best) if best else _headed(grid, NAME | CODE, knows)
    return (
        _headed(grid, CODE, knows) if _headed(grid, CODE, knows) is not None else _headed(grid, NAME, knows)
    )


def _pinned_column(grid: Grid, key: str) -> int | None:
    if (column := column_number(key)) is not None and column < grid.width:
        return column
    cells = ((row, column) for row in range(grid.height) for column in range(grid.width))
    return next((column for row, column in cells if folded(grid.text(row, column)) == folded(key)), None)


def _headed(grid: Grid, words: frozenset[str], knows: Callable[[str], bool]) -> int | None:
    """Return the first column headed by one of these words, in a row that also names known columns."""
    for row in range(grid.height):
        texts = [grid.text(row, column) for column in range(grid.width)]
        if sum(bool(text) for text in texts) > 1 and any(knows(text) for text in texts if text):
            found = [column for column, text in enumerate(texts) if split_unit(text)[0] in words]
            if found:
                return found[0]
    return None


def _pinned_header(grid: Grid, pins: Layout) -> tuple[int, int] | None:
    if not pins.header_rows:
        return None
    return min(pins.header_rows) - 1, min(max(pins.header_rows) - 1, grid.height - 1)


def _no_orientation(grid: Grid, log: Log) -> None:
    log.add(
        "error",
        "table.ambiguous",
        grid.place,
        Text("分不清单位在行还是在列", "the units may be in the rows or in the columns"),
        Text("请在方案 layouts 里写 orientation", "state orientation in the scheme's layouts"),
    )


def _no_header(grid: Grid, key: int, log: Log) -> None:
    log.add(
        "error",
        "table.no_header",
        grid.where(0, key),
        Text("找不到表头", "there is no header row"),
        Text("请在数据上方加一行指标名称", "put a row with the indicators' names above the data"),
    )
