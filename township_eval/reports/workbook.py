"""The result workbook: one list of sheets, each made of the evaluation, laid out and saved alike."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from openpyxl import Workbook

from township_eval.evaluation import Evaluation
from township_eval.io.files import write_beside
from township_eval.io.packing import save_workbook
from township_eval.language import LANGUAGES
from township_eval.reports.labels import PAGES, SIGNATURES
from township_eval.reports.layout import Marks, lay_out
from township_eval.reports.sheet import Sheet
from township_eval.reports.sheets.accountability.grades import grades_sheet
from township_eval.reports.sheets.accountability.ledger import ledger_sheet
from township_eval.reports.sheets.accountability.measures import measures_sheet
from township_eval.reports.sheets.accountability.objections import corrections_sheet, objections_sheet
from township_eval.reports.sheets.accountability.openness import opened_sheet
from township_eval.reports.sheets.accountability.publication import posted_sheet
from township_eval.reports.sheets.accountability.rectification import rectification_sheet
from township_eval.reports.sheets.accountability.uses import uses_sheet
from township_eval.reports.sheets.accountability.vetoes import veto_sheet
from township_eval.reports.sheets.cover import cover_sheet
from township_eval.reports.sheets.details import details_sheet
from township_eval.reports.sheets.evidence.ratings import ratings_sheet
from township_eval.reports.sheets.evidence.reviews import department_votes_sheet, township_votes_sheet
from township_eval.reports.sheets.evidence.satisfaction import satisfaction_sheet
from township_eval.reports.sheets.evidence.tasks import (
    city_targets_sheet,
    department_tasks_sheet,
    departments_sheet,
    township_tasks_sheet,
)
from township_eval.reports.sheets.indicators import indicators_sheet
from township_eval.reports.sheets.matrix import matrix_sheet
from township_eval.reports.sheets.quality import quality_sheet
from township_eval.reports.sheets.sensitivity import sensitivity_sheet
from township_eval.reports.sheets.summary import class_sheet, summary_sheet
from township_eval.reports.styles import named_styles
from township_eval.reports.view import View

__all__ = ["SHEETS", "marks_of", "write_workbook"]

#: The sheets in their order; one that has nothing to show returns None and is left out.
SHEETS: Final[tuple[Callable[[View], Sheet | None], ...]] = (
    cover_sheet,
    summary_sheet,
    class_sheet,
    indicators_sheet,
    details_sheet,
    matrix_sheet,
    satisfaction_sheet,
    ratings_sheet,
    department_votes_sheet,
    township_votes_sheet,
    department_tasks_sheet,
    township_tasks_sheet,
    departments_sheet,
    city_targets_sheet,
    ledger_sheet,
    veto_sheet,
    grades_sheet,
    measures_sheet,
    rectification_sheet,
    posted_sheet,
    opened_sheet,
    objections_sheet,
    corrections_sheet,
    uses_sheet,
    sensitivity_sheet,
    quality_sheet,
)


def write_workbook(evaluation: Evaluation, path: str | Path, *, lang: str = "zh") -> None:
    """Write an evaluation as a workbook that is ready to print, sign and file.

    It holds values, no formulas. The same evaluation gives the same bytes, and the file appears
    whole or not at all.

    Parameters
    ----------
    evaluation : Evaluation
        Any evaluation, also one read from its archive.
    path : str or Path
        Target, usually ``PERIOD.xlsx``.
    lang : {"zh", "en"}, default "zh"
        Language of sheet names, headers and notes; what the scheme states stays as written.

    Raises
    ------
    DataError
        The target is open in another program or cannot be written.
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
    >>> values = pd.DataFrame({"tap_water": [95.0, 76.0]}, index=["a", "b"])
    >>> evaluation = te.evaluate(scheme, te.Inputs(period="2018-H2", values=values))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     te.write_workbook(evaluation, f"{folder}/2018-H2.xlsx", lang="en")
    ...     with pd.ExcelFile(f"{folder}/2018-H2.xlsx", engine="openpyxl") as book:
    ...         book.sheet_names[:2]
    ['Cover', 'Summary']
    """
    if lang not in LANGUAGES:
        msg = f"lang must be one of {LANGUAGES}, not {lang!r}"
        raise ValueError(msg)
    view = View(evaluation, lang)
    with write_beside(path) as beside:
        save_workbook(_workbook(view), beside)


def _workbook(view: View) -> Workbook:
    # All sheets are made before the first is written: what cannot be made leaves nothing half written.
    sheets = [sheet for make in SHEETS if (sheet := make(view)) is not None]
    workbook = Workbook(write_only=True)
    workbook.properties.creator = "township_eval"
    workbook.properties.title = f"{view.evaluation.scheme.name} {view.evaluation.period}"
    for style in named_styles(view.lang, view.digits):
        workbook.add_named_style(style)
    marks = marks_of(view)
    for sheet in sheets:
        lay_out(workbook, sheet, marks)
    return workbook


def marks_of(view: View) -> Marks:
    """Return what every sheet bears: notices, scheme and fingerprint, lines to sign."""
    version = f"{view.both('方案', 'Scheme')} {view.evaluation.scheme.version}"
    return Marks(
        notices=view.notices,
        header="  ".join(view.notices),
        footer="  ".join([f"{version} · {view.short_fingerprint}", *view.notices]),
        pages=view.say(PAGES),
        signatures=tuple(view.say(line) for line in SIGNATURES),
        notes_head=view.both("注:", "Notes: "),
    )
