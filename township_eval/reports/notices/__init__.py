"""Letters: one workbook per township with its own result, and no other township's name in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from openpyxl import Workbook

from township_eval.errors import DataError, Problem, did_you_mean
from township_eval.evaluation import Evaluation
from township_eval.io.files import write_beside
from township_eval.io.packing import save_workbook
from township_eval.io.places import file_stem, on_disk
from township_eval.language import LANGUAGES, Text
from township_eval.reports.layout import Marks, lay_out
from township_eval.reports.notices.discretion import Discretion
from township_eval.reports.notices.letter import letter_sheet, receipt_sheet
from township_eval.reports.notices.own import own_part
from township_eval.reports.sheet import Sheet
from township_eval.reports.sheets.accountability.grades import grades_sheet
from township_eval.reports.sheets.accountability.ledger import ledger_sheet
from township_eval.reports.sheets.accountability.measures import own_measures_sheet
from township_eval.reports.sheets.accountability.objections import corrections_sheet, objections_sheet
from township_eval.reports.sheets.accountability.rectification import rectification_sheet
from township_eval.reports.sheets.details import details_sheet
from township_eval.reports.styles import named_styles
from township_eval.reports.view import View
from township_eval.reports.workbook import marks_of

__all__ = ["write_notices"]

#: What a unit is told besides the letter itself; a sheet without content is left out.
_OWN: Final = (
    details_sheet,
    ledger_sheet,
    grades_sheet,
    own_measures_sheet,
    rectification_sheet,
    objections_sheet,
    corrections_sheet,
)


def write_notices(
    evaluation: Evaluation, folder: str | Path, *, units: Sequence[str] | None = None, lang: str = "zh"
) -> tuple[Path, ...]:
    """Write one workbook per unit: its own result, what it may object to until when, and a receipt.

    No other unit is named in it: the sheets are made of the unit's own part of the evaluation, mean and
    best of its class stand without names, and texts that people wrote are searched for the names, aliases
    and codes of all others. Names of raters are in no letter. The same evaluation gives the same bytes;
    every file appears whole or not at all.

    Parameters
    ----------
    evaluation : Evaluation
        Any evaluation, also one read from its archive.
    folder : str or Path
        Made when it does not exist. Files are called ``UNIT_PERIOD.xlsx``, with the code where two units
        have one name.
    units : sequence of str, optional
        Codes, names or aliases of those to write to; all of them where left out.
    lang : {"zh", "en"}, default "zh"
        Language of the letters.

    Returns
    -------
    tuple of Path
        The files, in the order of the units.

    Raises
    ------
    DataError
        The evaluation is provisional; there is no such unit; a target is open in another program or
        cannot be written.
    ValueError
        There is no such language.

    Examples
    --------
    >>> import tempfile
    >>> import pandas as pd
    >>> import township_eval as te
    >>> scheme = te.read_scheme({
    ...     "name": "Water", "version": "1",
    ...     "index": {"children": [{"id": "tap_water", "weight": 100,
    ...                             "scoring": {"method": "target", "target": 95}}]},
    ... })
    >>> values = pd.DataFrame({"tap_water": [95.0, 76.0]}, index=["North", "South"])
    >>> evaluation = te.evaluate(scheme, te.Inputs(period="2018", values=values))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     [path.name for path in te.write_notices(evaluation, folder, lang="en")]
    ['North_2018.xlsx', 'South_2018.xlsx']
    """
    if lang not in LANGUAGES:
        msg = f"lang must be one of {LANGUAGES}, not {lang!r}"
        raise ValueError(msg)
    if evaluation.provisional:
        raise DataError([_unsettled(evaluation)])
    chosen = _positions(evaluation, units)
    letters = _Letters(View(evaluation, lang))
    written = []
    for at in chosen:
        target = Path(folder) / on_disk(letters.name(at))
        with write_beside(target) as beside:
            save_workbook(letters.workbook(at), beside)
        written.append(target)
    return tuple(written)


def _unsettled(evaluation: Evaluation) -> Problem:
    """Return why no letters are made of partial data: terms for objections would run from them."""
    return Problem(
        "error", "notice.provisional", f"period {evaluation.period}",
        Text(
            f"{evaluation.period} 是预评(未定稿)结果,不能发告知书",
            f"the result of {evaluation.period} is provisional: no letters are written from it",
        ),
        Text("数据到齐后正式评分,再写告知书", "score it again once the data are complete"),
    )  # fmt: skip


def _positions(evaluation: Evaluation, units: Sequence[str] | None) -> list[int]:
    """Return whom to write to; names nobody has are refused all at once."""
    known = evaluation.units
    if units is None:
        return list(range(known.n))
    found = {str(unit): known.find(str(unit)) for unit in units}
    problems = [
        Problem(
            "error", "unit.unknown", unit, Text(f"没有这个单位:{unit}", f"no such unit: {unit}"),
            did_you_mean(unit, [*known.names, *known.codes]),
        )
        for unit, at in found.items()
        if at is None
    ]  # fmt: skip
    if problems:
        raise DataError(problems)
    return sorted({at for at in found.values() if at is not None})


@dataclass(frozen=True, eq=False)
class _Letters:
    """The letters of one evaluation in one language."""

    view: View

    def workbook(self, at: int) -> Workbook:
        """Return the letter to one unit."""
        view = self.view
        discretion = Discretion(view.evaluation.units, at, view.lang)
        sheets = [discretion.sheet(sheet) for sheet in self._sheets(at)]
        workbook = Workbook(write_only=True)
        workbook.properties.creator = "township_eval"
        title = f"{view.evaluation.scheme.name} {view.evaluation.period} {view.evaluation.units.names[at]}"
        workbook.properties.title = discretion.text(title)
        for style in named_styles(view.lang, view.digits):
            workbook.add_named_style(style)
        for sheet in sheets:
            lay_out(workbook, sheet, discretion.marks(self._marks))
        return workbook

    @cached_property
    def _marks(self) -> Marks:
        return marks_of(self.view)

    def _sheets(self, at: int) -> Iterator[Sheet]:
        own = View(own_part(self.view.evaluation, at), self.view.lang)
        yield letter_sheet(self.view, at)
        yield from (sheet for make in _OWN if (sheet := make(own)) is not None)
        yield receipt_sheet(self.view, at)

    def name(self, at: int) -> str:
        """Return the name of a unit's file, with its code where names are not enough."""
        units = self.view.evaluation.units
        stem = self._stems[at]
        alone = sum(other == stem for other in self._stems) == 1
        who = stem if alone else f"{stem}_{file_stem(units.codes[at])}"
        return f"{who}_{file_stem(self.view.evaluation.period)}.xlsx"

    @cached_property
    def _stems(self) -> tuple[str, ...]:
        return tuple(file_stem(name) for name in self.view.evaluation.units.names)
