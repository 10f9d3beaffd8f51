"""One period's inputs from files: a workbook, several departments' workbooks, or a folder of tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from fnmatch import fnmatch
from os import PathLike
from pathlib import Path
from typing import Any, Final, TypeAlias

import pandas as pd

from township_eval.errors import DataError, Problem
from township_eval.inputs import Inputs
from township_eval.io.grids.grid import Grid
from township_eval.io.grids.opening import FORMATS, open_grids
from township_eval.io.guard import LIMITS, Limits
from township_eval.io.merging import (
    department_problems,
    merged_readings,
    not_applicable_frame,
    values_frame,
)
from township_eval.io.sheets.answers import read_ratings, read_satisfaction
from township_eval.io.sheets.cells import folded
from township_eval.io.sheets.cover import Fact, Facts, canonical_period, date_text, facts_of, period_in
from township_eval.io.sheets.headers import locate
from township_eval.io.sheets.log import Log
from township_eval.io.sheets.names import Entry, Register
from township_eval.io.sheets.tables import kind_of, read_events, read_not_applicable, read_roster, read_units
from township_eval.io.sheets.values import Reading, Sheet, read_values
from township_eval.io.sheets.vocabulary import Vocabulary
from township_eval.language import Text
from township_eval.scheme.model import Layout, Scheme

__all__ = ["read_inputs"]

StrPath: TypeAlias = "str | PathLike[str]"

_EVIDENCE: Final = ("satisfaction", "ratings", "roster", "events")
_OTHER_TABLES: Final = frozenset({".xls", ".et", ".xlsb", ".ods"})


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A sheet with its file's period as the name states it, its kind, its pins and what it says of itself."""

    grid: Grid
    kind: str
    pins: Layout
    facts: Facts


@dataclass(slots=True)
class _Return:
    """What one file holds (a department's return)."""

    path: Path
    folder: Path | None
    sheets: list[_Sheet] = field(default_factory=list)

    def fact(self, name: str) -> Fact | None:
        """Return what the file states about itself, its cover first."""
        ordered = sorted(self.sheets, key=lambda sheet: sheet.kind != "cover")
        return next((fact for sheet in ordered if (fact := getattr(sheet.facts, name)) is not None), None)


def read_inputs(
    path: StrPath | Iterable[StrPath],
    scheme: Scheme,
    *,
    period: str | None = None,
    as_of: date | str | None = None,
    layouts: Sequence[Layout] = (),
    limits: Limits = LIMITS,
) -> Inputs:
    """Read one period's inputs from spreadsheets.

    Parameters
    ----------
    path : path or iterable of paths
        A workbook; several; or a folder of .xlsx, .xlsm, .csv, .tsv and .parquet files. Everything is
        merged into one period.
    scheme : Scheme
        Says which indicators, units, words (``tokens``) and layouts to expect.
    period : str, optional
        The period; else the cover sheet (封面) states it, else the folder's or file's name.
    as_of : date or str, optional
        The day the data stand at; else the cover sheet states it (数据截止).
    layouts : sequence of Layout
        Pins that come before the scheme's own.
    limits : Limits
        How large a file may be.

    Returns
    -------
    Inputs
        The tables, every value with its cell. Cells in doubt are left out; ``problems`` lists them and
        ``reading`` has a line for every cell that was not taken as it stood.

    Raises
    ------
    DataError
        No period is known, as nothing could be read; with all problems.
    """
    log = Log()
    returns = _returns(path, scheme, (*layouts, *scheme.layouts), limits, log)
    stated = _period(returns, period, log)
    if stated is None:
        raise DataError(log.problems or [_nothing(path)])
    return _Reader(scheme, returns, log).inputs(stated, _as_of(returns, as_of, log))


# -- files ------------------------------------------------------------------------------------


def _returns(
    path: StrPath | Iterable[StrPath], scheme: Scheme, layouts: Sequence[Layout], limits: Limits, log: Log
) -> list[_Return]:
    found = []
    for file, folder in _files(path, log):
        grids, problems = open_grids(file, limits)
        log.problems.extend(problems)
        entry = _Return(file, folder)
        for grid in grids:
            pins = _pins(grid, layouts)
            kind = _kind(grid, file.stem, scheme, pins, log)
            facts = facts_of(grid) if kind != "hidden" else Facts()
            entry.sheets.append(_Sheet(grid, kind, pins, facts))
        _missing_sheets(file, grids, layouts, log)
        if grids:
            found.append(entry)
    return found


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
        hint = Text(f"可用:{' '.join(FORMATS)}", f"known: {' '.join(FORMATS)}")
        log.add("error", "file.none", str(folder), what, hint)
    return tables


def _pins(grid: Grid, layouts: Sequence[Layout]) -> Layout:
    fitting = (pin for pin in layouts if fnmatch(grid.file, pin.file) and fnmatch(grid.sheet, pin.sheet))
    return next(fitting, Layout())


def _kind(grid: Grid, stem: str, scheme: Scheme, pins: Layout, log: Log) -> str:
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
        if grids and named and fnmatch(file.name, pin.file) and pin.sheet not in names and not pin.ignore:
            what = Text(f"缺少工作表“{pin.sheet}”", f"the sheet '{pin.sheet}' is missing")
            hint = Text(f"现有:{'、'.join(names)}", f"there are: {', '.join(names)}")
            log.add("error", "sheet.missing", file.name, what, hint)


def _nothing(path: object) -> Problem:
    what = Text("没有可读的文件", "there is no file to read")
    return Problem("error", "file.none", str(path), what)


# -- period -----------------------------------------------------------------------------------


def _period(returns: list[_Return], given: str | None, log: Log) -> str | None:
    """Return the period all files agree on; contradictions are reported, the first statement stands."""
    stated = [(fact.text, fact.where) for entry in returns if (fact := entry.fact("period"))]
    named = [_named_period(entry) for entry in returns if entry.fact("period") is None]
    folders = {entry.folder for entry in returns if entry.folder is not None}
    named += [(period, folder.name) for folder in sorted(folders) if (period := period_in(folder.name))]
    if given is not None:
        statements = [(canonical_period(given), "period"), *stated]
    else:
        statements = [*stated, *(pair for pair in named if pair is not None)] or _by_stem(returns)
    if not statements:
        _unknown_period(returns, log)
        return None
    period, first = statements[0]
    for other, where in statements[1:]:
        if other != period:
            what = Text(
                f"考核期不一致:此处 {other},{first} 为 {period}",
                f"the period is {other} here and {period} at {first}",
            )
            hint = Text("一次只能读同一考核期的文件", "read the files of one period at a time")
            log.add("error", "period.conflict", where, what, hint)
    return period


def _named_period(entry: _Return) -> tuple[str, str] | None:
    """Return the period a file's name states; in a folder that states one, the folder's holds."""
    if entry.folder is not None and period_in(entry.folder.name):
        return None
    found = period_in(entry.path.stem)
    return (found, entry.path.name) if found else None


def _by_stem(returns: list[_Return]) -> list[tuple[str, str]]:
    """Any text may be a period: the name of the one file or of the one folder."""
    folders = {entry.folder for entry in returns}
    if len(returns) == 1 and returns[0].folder is None:
        return [(canonical_period(returns[0].path.stem), returns[0].path.name)]
    folder = next(iter(folders)) if len(folders) == 1 else None
    return [(canonical_period(folder.resolve().name), folder.name)] if folder is not None else []


def _unknown_period(returns: list[_Return], log: Log) -> None:
    if returns:
        hint = Text("请在封面写明考核期,或指定 period", "state it on a cover sheet, or pass period")
        log.add(
            "error",
            "period.unknown",
            _named(returns),
            Text("不知道是哪个考核期", "the period is not known"),
            hint,
        )


def _as_of(returns: list[_Return], given: date | str | None, log: Log) -> date | str | None:
    if given is not None:
        return given
    stated = [(date_text(fact.text), fact.where) for entry in returns if (fact := entry.fact("as_of"))]
    for other, where in stated[1:]:
        if other != stated[0][0]:
            what = Text(
                f"数据截止日不一致:此处 {other},{stated[0][1]} 为 {stated[0][0]}",
                f"the data stand at {other} here and at {stated[0][0]} at {stated[0][1]}",
            )
            log.add(
                "error",
                "as_of.conflict",
                where,
                what,
                Text("请统一,或指定 as_of", "agree on one, or pass as_of"),
            )
    return stated[0][0] if stated else None


# -- tables -----------------------------------------------------------------------------------


@dataclass(slots=True)
class _Reader:
    """Reads the sheets of all returns into the tables of one period."""

    scheme: Scheme
    returns: list[_Return]
    log: Log
    units: Register = field(default_factory=Register)
    readings: list[Reading] = field(default_factory=list)
    tables: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def inputs(self, period: str, as_of: date | str | None) -> Inputs:
        """Return the inputs with everything that was found."""
        scheme = self.scheme if self.scheme.period else self.scheme.for_period(period)
        listed = self._listed_units()
        own = [Entry(u.code, u.name, u.group, u.kind, u.aliases) for u in scheme.units]
        self.units = Register.of(own or listed)
        registered = not self.units.open
        words = Vocabulary.of(scheme)
        tokens: dict[str, str | float] = {folded(token.text): token.means for token in scheme.tokens}
        for entry in self.returns:
            for sheet in entry.sheets:
                about = _about(entry, sheet)
                self._read(sheet, Sheet(self.units, words, self.log, tokens, sheet.pins, about))
        readings = merged_readings(self.readings, self.units, self.log)
        place = _named(self.returns)
        self.log.problems.extend(department_problems(scheme, readings, self.tables, place))
        return Inputs(
            period=period,
            units=_units_frame(listed if registered else list(self.units.entries.values())),
            values=values_frame(readings),
            not_applicable=not_applicable_frame(readings, self.tables.get("not_applicable", ())),
            as_of=as_of,
            problems=tuple(self.log.problems),
            reading=self.log.frame(),
            **{name: pd.DataFrame(rows) for name in _EVIDENCE if (rows := self.tables.get(name))},
        )

    def _listed_units(self) -> list[Entry]:
        sheets = [sheet for entry in self.returns for sheet in entry.sheets if sheet.kind == "units"]
        return [unit for sheet in sheets for unit in read_units(sheet.grid, self.log)]

    def _read(self, sheet: _Sheet, how: Sheet) -> None:
        match sheet.kind:
            case "values":
                table = locate(sheet.grid, self.units, how.words.knows, self.log, sheet.pins)
                if table is not None:
                    self.readings += read_values(table, how)
            case "satisfaction":
                self._keep(sheet, read_satisfaction(sheet.grid, how, self.scheme))
            case "ratings":
                self._keep(sheet, read_ratings(sheet.grid, how))
            case "roster":
                self._keep(sheet, read_roster(sheet.grid, how, self.scheme))
            case "events":
                self._keep(sheet, read_events(sheet.grid, how, self.scheme))
            case "not_applicable":
                self._keep(sheet, read_not_applicable(sheet.grid, how, self.scheme))

    def _keep(self, sheet: _Sheet, rows: list[dict[str, Any]]) -> None:
        """Add rows to their table; a sheet named after an indicator is about that indicator."""
        name = folded(sheet.grid.sheet)
        leaf = next(
            (leaf for leaf in self.scheme.leaves() if name in {folded(leaf.id), folded(leaf.name)}), None
        )
        if leaf is not None and leaf.source.kind == sheet.kind:
            rows = [{"indicator": leaf.id} | row for row in rows]
        if rows:
            self.tables.setdefault(sheet.kind, []).extend(rows)


def _named(returns: list[_Return]) -> str:
    """Return what was read, as one place: the folder, the file, or the first of several."""
    folders = {entry.folder for entry in returns}
    folder = next(iter(folders)) if len(folders) == 1 else None
    if folder is not None:
        return folder.resolve().name
    return returns[0].path.name + (f" (+{len(returns) - 1})" if len(returns) > 1 else "")


def _about(entry: _Return, sheet: _Sheet) -> tuple[tuple[str, str], ...]:
    """Return who reported a sheet and by which document: pins, then the sheet, then the file's cover."""
    department = sheet.facts.department or entry.fact("department")
    document = sheet.facts.document or entry.fact("document")
    said = {
        "source_unit": sheet.pins.department or (department.text if department else ""),
        "document": sheet.pins.document or (document.text if document else ""),
    }
    return tuple((name, text) for name, text in said.items() if text)


def _units_frame(entries: list[Entry]) -> pd.DataFrame | None:
    if not entries:
        return None
    rows = [
        {"unit": e.code, "name": e.name, "group": e.group, "kind": e.kind, "aliases": ",".join(e.aliases)}
        for e in entries
    ]
    return pd.DataFrame(rows, dtype=object)
