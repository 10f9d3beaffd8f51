"""The files of a period, opened: every sheet with its kind, its pins and what it says of itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatch
from os import PathLike
from pathlib import Path
from typing import Final, TypeAlias

from township_eval.io.evidence.kinds import kind_of
from township_eval.io.grids.grid import Grid
from township_eval.io.grids.opening import FORMATS, open_grids
from township_eval.io.guard import Limits
from township_eval.io.places import shown, shown_name
from township_eval.io.sheets.cover import Fact, Facts, facts_of
from township_eval.io.sheets.log import Log
from township_eval.language import Text
from township_eval.scheme.model import Layout, Scheme

__all__ = ["Return", "ReturnSheet", "StrPath", "files_in", "open_returns", "place_of"]

StrPath: TypeAlias = "str | PathLike[str]"

_OTHER_TABLES: Final = frozenset({".xls", ".et", ".xlsb", ".ods"})


@dataclass(frozen=True, slots=True)
class ReturnSheet:
    """A sheet with its file's period as the name states it, its kind, its pins and what it says of itself."""

    grid: Grid
    kind: str
    pins: Layout
    facts: Facts


@dataclass(slots=True)
class Return:
    """What one file holds (a department's return)."""

    path: Path
    folder: Path | None
    sheets: list[ReturnSheet] = field(default_factory=list)

    @property
    def folder_name(self) -> str:
        """Name of the folder that was given, "" without one."""
        return shown_name(self.folder) if self.folder is not None else ""

    @property
    def name(self) -> str:
        """Name of the file."""
        return shown_name(self.path)

    def fact(self, name: str) -> Fact | None:
        """Return what the file states about itself, its cover first."""
        ordered = sorted(self.sheets, key=lambda sheet: sheet.kind != "cover")
        return next((fact for sheet in ordered if (fact := getattr(sheet.facts, name)) is not None), None)


def open_returns(
    path: StrPath | Iterable[StrPath], scheme: Scheme, layouts: Sequence[Layout], limits: Limits, log: Log
) -> list[Return]:
    """Return the files that could be opened; problems of the others go to the log.

    Parameters
    ----------
    path : path or iterable of paths
        Files and folders.
    scheme : Scheme
        Says which kinds of evidence there are.
    layouts : sequence of Layout
        Pins, the first that fits a sheet holds.
    limits : Limits
        How large a file may be.
    log : Log
        Takes the problems.
    """
    found = []
    for file, folder in _files(path, log):
        grids, problems = open_grids(file, limits)
        log.problems.extend(problems)
        entry = Return(file, folder)
        for grid in grids:
            pins = _pins(grid, layouts)
            kind = _kind(grid, Path(shown_name(file)).stem, scheme, pins, log)
            facts = facts_of(grid) if kind != "hidden" else Facts()
            entry.sheets.append(ReturnSheet(grid, kind, pins, facts))
        _missing_sheets(file, grids, layouts, log)
        if grids:
            found.append(entry)
    return found


def files_in(path: StrPath | Iterable[StrPath]) -> list[Path]:
    """Return the files that `open_returns` would read.

    Examples
    --------
    >>> [file.name for file in files_in("2018-H2.xlsx")]
    ['2018-H2.xlsx']
    """
    return [file for file, _ in _files(path, Log())]


def _files(path: StrPath | Iterable[StrPath], log: Log) -> list[tuple[Path, Path | None]]:
    """Return the files to read, each with the folder that was given for it."""
    if isinstance(path, str | PathLike):
        given = Path(path)
        return [(file, given) for file in _in_folder(given, log)] if given.is_dir() else [(given, None)]
    return [pair for each in path for pair in _files(each, log)]


def _in_folder(folder: Path, log: Log) -> list[Path]:
    files = sorted(
        file for file in folder.iterdir() if file.is_file() and not file.name.startswith((".", "~$"))
    )
    tables = [file for file in files if file.suffix.lower() in {*FORMATS, *_OTHER_TABLES}]
    if not tables:
        what = Text("文件夹里没有表格文件", "there is no table in the folder")
        hint = Text(f"可用格式:{' '.join(FORMATS)}", f"formats that can be read: {' '.join(FORMATS)}")
        log.add("error", "file.none", shown(folder), what, hint)
    return tables


def _pins(grid: Grid, layouts: Sequence[Layout]) -> Layout:
    fitting = (pin for pin in layouts if fnmatch(grid.file, pin.file) and fnmatch(grid.sheet, pin.sheet))
    return next(fitting, Layout())


def _kind(grid: Grid, stem: str, scheme: Scheme, pins: Layout, log: Log) -> str:
    if grid.chart and not pins.ignore:
        what = Text("这是图表,没有读入", "a sheet with a chart was not read")
        hint = Text("图表里的数据请放在表格里", "put the numbers of the chart into a table")
        log.add("warning", "sheet.chart", grid.place, what, hint)
    if pins.ignore or grid.height == 0:
        return "nothing"
    if grid.hidden:
        what = Text("隐藏的工作表没有读入", "a hidden sheet was not read")
        log.add(
            "warning", "sheet.hidden", grid.place, what, Text("需要时请取消隐藏", "unhide it if it is data")
        )
        return "hidden"
    return pins.table if pins.table != "values" else kind_of(grid, stem, scheme)


def _missing_sheets(file: Path, grids: list[Grid], layouts: Sequence[Layout], log: Log) -> None:
    """Report a sheet that a layout names for this very file and that is not there."""
    names = [grid.sheet for grid in grids]
    for pin in layouts:
        named = pin.sheet and not set(pin.sheet) & set("*?[") and pin.file != "*"
        if (
            grids
            and named
            and fnmatch(shown_name(file), pin.file)
            and pin.sheet not in names
            and not pin.ignore
        ):
            what = Text(f"缺少工作表“{pin.sheet}”", f"the sheet '{pin.sheet}' is missing")
            hint = Text(f"现有:{'、'.join(names)}", f"there are: {', '.join(names)}")
            log.add("error", "sheet.missing", shown_name(file), what, hint)


def place_of(returns: list[Return]) -> str:
    """Return what was read, as one place: the folder, the file, or the first of several."""
    folders = {entry.folder_name for entry in returns}
    if len(folders) == 1 and (folder := next(iter(folders))):
        return folder
    return returns[0].name + (f" (+{len(returns) - 1})" if len(returns) > 1 else "")
