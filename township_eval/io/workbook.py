"""One period's inputs from files: a workbook, several departments' workbooks, or a folder of tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

import pandas as pd

from township_eval.errors import DataError, Problem
from township_eval.inputs import Inputs
from township_eval.io.evidence.answers import read_satisfaction
from township_eval.io.evidence.ballots import read_reviews
from township_eval.io.evidence.filed.records import (
    read_corrections,
    read_objections,
    read_rectifications,
    read_waivers,
)
from township_eval.io.evidence.panels import Panel, Whose, merged_panels, read_ratings, rows_of
from township_eval.io.evidence.register import read_returns, read_targets, read_tasks
from township_eval.io.evidence.responses import merged_responses, read_responses
from township_eval.io.evidence.samples import read_margins, read_means
from township_eval.io.evidence.tables import read_events, read_not_applicable, read_roster, read_units
from township_eval.io.grids.grid import Grid, column_letters
from township_eval.io.guard import LIMITS, Limits
from township_eval.io.returns.files import Return, ReturnSheet, StrPath, open_returns, place_of
from township_eval.io.returns.merging import (
    department_problems,
    merged_readings,
    not_applicable_frame,
    values_frame,
)
from township_eval.io.returns.period import as_of as stated_day
from township_eval.io.returns.period import period_of
from township_eval.io.sheets.cells import folded
from township_eval.io.sheets.columns.reading import Reading, Sheet
from township_eval.io.sheets.locating import locate
from township_eval.io.sheets.log import Log
from township_eval.io.sheets.names import Entry, Register
from township_eval.io.sheets.values import read_values
from township_eval.io.sheets.vocabulary import Vocabulary
from township_eval.language import Text
from township_eval.scheme.model import Indicator, Layout, Scheme

__all__ = ["read_inputs"]

_EVIDENCE: Final = (
    "satisfaction",
    "means",
    "margins",
    "ratings",
    "reviews",
    "roster",
    "events",
    "tasks",
    "targets",
    "returns",
    "waivers",
    "rectifications",
    "objections",
    "corrections",
)
#: Readers of the sheets that stand for themselves, row by row.
_READERS: Final[Mapping[str, Callable[[Grid, Sheet, Scheme], list[dict[str, Any]]]]] = {
    "satisfaction": read_satisfaction,
    "means": read_means,
    "margins": read_margins,
    "reviews": read_reviews,
    "roster": read_roster,
    "events": read_events,
    "not_applicable": read_not_applicable,
    "tasks": read_tasks,
    "targets": read_targets,
    "returns": read_returns,
    "waivers": read_waivers,
    "rectifications": read_rectifications,
    "objections": read_objections,
    "corrections": read_corrections,
}
#: The sheets a kind of source is fed by.
_FEEDS: Final = {
    "satisfaction": ("satisfaction", "responses", "means", "margins"),
    **{kind: (kind,) for kind in ("ratings", "reviews", "roster", "events")},
}
_LISTED: Final = 6


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
        No period is known, as nothing could be read, or the files are of several; with all problems so
        far. What is of two periods is not merged, so that no fault is listed that comes of mixing them.
    """
    log = Log()
    returns = open_returns(path, scheme, (*layouts, *scheme.layouts), limits, log)
    stated = period_of(returns, period, log)
    if stated is None:
        raise DataError(log.problems or [_nothing(path)])
    if any(problem.code == "period.conflict" for problem in log.problems):
        raise DataError(log.problems)
    return _Reader(scheme, returns, log).inputs(stated, stated_day(returns, as_of, log))


def _nothing(path: object) -> Problem:
    what = Text("没有可读的文件", "there is no file to read")
    return Problem(
        "error", "file.none", str(path), what, Text("请给出文件或文件夹", "give a file or a folder")
    )


@dataclass(slots=True)
class _Reader:
    """Reads the sheets of all returns into the tables of one period."""

    scheme: Scheme
    returns: list[Return]
    log: Log
    units: Register = field(default_factory=Register)
    readings: list[Reading] = field(default_factory=list)
    tables: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    panels: list[Panel] = field(default_factory=list)
    responses: list[pd.DataFrame] = field(default_factory=list)

    def inputs(self, period: str, as_of: date | str | None) -> Inputs:
        """Return the inputs with everything that was found."""
        scheme = self.scheme if self.scheme.period else self.scheme.for_period(period)
        listed = self._listed_units()
        own = [Entry(u.code, u.name, u.group, u.kind, u.aliases) for u in scheme.units]
        self.units = Register.of(own or listed)
        registered = not self.units.open
        words = Vocabulary.of(scheme)
        tokens: dict[str, str | float] = {folded(token.text): token.means for token in scheme.tokens}
        named = [(group.id, group.name or group.id) for group in scheme.groups if scheme.units]
        classes = {folded(text): pair[1] for pair in named for text in pair}
        for entry in self.returns:
            for sheet in entry.sheets:
                about = _about(entry, sheet)
                how = Sheet(self.units, words, self.log, tokens, sheet.pins, about, classes)
                self._read(sheet, how, _whose(entry, sheet))
        if ratings := rows_of(merged_panels(self.panels, self.log)):
            self.tables["ratings"] = ratings
        names = {leaf.id: leaf.name for leaf in scheme.leaves()}
        readings = merged_readings(self.readings, self.units, names, self.log)
        place = place_of(self.returns)
        responses = merged_responses(self.responses, self.log)
        given = {*self.tables, *(["responses"] if self.responses else [])}
        self.log.problems.extend(department_problems(scheme, readings, given, place))
        return Inputs(
            period=period,
            units=_units_frame(listed if registered else list(self.units.entries.values())),
            values=values_frame(readings),
            not_applicable=not_applicable_frame(readings, self.tables.get("not_applicable", ())),
            as_of=as_of,
            problems=tuple(self.log.problems),
            reading=self.log.frame(),
            responses=responses,
            **{name: pd.DataFrame(rows) for name in _EVIDENCE if (rows := self.tables.get(name))},
        )

    def _listed_units(self) -> list[Entry]:
        sheets = [sheet for entry in self.returns for sheet in entry.sheets if sheet.kind == "units"]
        return [unit for sheet in sheets for unit in read_units(sheet.grid, self.log)]

    def _read(self, sheet: ReturnSheet, how: Sheet, whose: Whose) -> None:
        if sheet.kind not in {"nothing", "hidden", "cover"}:
            _warn_hidden(sheet.grid, self.log)
        match sheet.kind:
            case "values":
                self._read_values(sheet.grid, how)
            case "ratings":
                panel = read_ratings(sheet.grid, how, whose)
                self.panels.append(replace(panel, rows=self._about_leaf(sheet, panel.rows)))
            case "responses":
                self._keep_responses(sheet, read_responses(sheet.grid, how, self.scheme))
            case kind if kind in _READERS:
                self._keep(sheet, _READERS[kind](sheet.grid, how, self.scheme))

    def _read_values(self, grid: Grid, how: Sheet) -> None:
        known = len(self.log.problems)
        table = locate(grid, self.units, how.words.knows, self.log, how.pins)
        if table is not None:
            self.readings += read_values(table, how)
        elif known == len(self.log.problems) and grid.has_numbers():
            what = Text("没有找到任何单位,这张表没有读入", "no unit was found, the sheet was not read")
            hint = Text(
                "请核对单位名称;无关的表可在 layouts 里写 ignore",
                "check the units' names; layouts can ignore a sheet that is no data",
            )
            self.log.add("warning", "sheet.no_table", grid.place, what, hint)

    def _keep(self, sheet: ReturnSheet, rows: list[dict[str, Any]]) -> None:
        if rows:
            self.tables.setdefault(sheet.kind, []).extend(self._about_leaf(sheet, rows))

    def _keep_responses(self, sheet: ReturnSheet, frame: pd.DataFrame | None) -> None:
        if frame is not None and len(frame):
            leaf = self._leaf_of(sheet)
            named = frame if leaf is None or "indicator" in frame else frame.assign(indicator=leaf.id)
            self.responses.append(named)

    def _about_leaf(self, sheet: ReturnSheet, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return rows with the indicator a sheet is named after, if it is."""
        leaf = self._leaf_of(sheet)
        return rows if leaf is None else [{"indicator": leaf.id} | row for row in rows]

    def _leaf_of(self, sheet: ReturnSheet) -> Indicator | None:
        name = folded(sheet.grid.sheet)
        named = (leaf for leaf in self.scheme.leaves() if name in {folded(leaf.id), folded(leaf.name)})
        leaf = next(named, None)
        return leaf if leaf is not None and sheet.kind in _FEEDS.get(leaf.source.kind, ()) else None


def _warn_hidden(grid: Grid, log: Log) -> None:
    """Say which rows and columns were read although the file does not show them."""
    rows = [str(row + 1) for row in sorted(grid.hidden_rows) if row < grid.height and not grid.is_blank(row)]
    columns = [column_letters(column) for column in sorted(grid.hidden_columns) if column < grid.width]
    shown = [*rows[:_LISTED], *columns[:_LISTED]]
    if shown:
        what = Text(
            f"隐藏的行、列也读入了:{'、'.join(shown)}",
            f"hidden rows and columns were read: {', '.join(shown)}",
        )
        hint = Text("不要的请删除", "delete what is not wanted")
        log.add("warning", "sheet.hidden_cells", grid.place, what, hint)


def _whose(entry: Return, sheet: ReturnSheet) -> Whose:
    """Return who rated a sheet, and for whom: as it says itself, else as the cover says."""
    covers = [other.facts for other in entry.sheets if other.kind == "cover"]
    raters = [fact for facts in (sheet.facts, *covers) if (fact := facts.rater) is not None]
    agencies = [fact for facts in (sheet.facts, *covers) if (fact := facts.organization) is not None]
    return Whose(*(next((fact.text for fact in some), "") for some in (raters, agencies)))


def _about(entry: Return, sheet: ReturnSheet) -> tuple[tuple[str, str], ...]:
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
