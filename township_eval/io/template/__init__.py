"""A workbook to fill in, made from a scheme: what a department sees, and what `read_inputs` reads back."""

from __future__ import annotations

import re
from collections.abc import Iterable
from os import PathLike
from pathlib import Path
from typing import Final

from openpyxl import Workbook

from township_eval.io.files import write_beside
from township_eval.io.packing import save_workbook
from township_eval.io.template.asking import forms_of
from township_eval.io.template.drawing import draw_cover, draw_form
from township_eval.language import Text
from township_eval.scheme.model import Indicator, Scheme

__all__ = ["write_template"]

_NOBODY = Text("其他", "others")
_INSTRUCTIONS: Final = (
    Text(
        "填写说明:未报的留空;不涉及的填“/”(灰色格不用填);百分数写成 98.5% 或 98.5。",
        "To fill in: leave blank what is not reported; '/' for not applicable "
        "(grey cells are not asked for); write percentages as 98.5% or 98.5.",
    ),
    Text(
        "每格只填一个确定的数,不写“约”“以上”或区间;表头批注是计分办法和依据。",
        "One definite number a cell, no ranges or 'about'; "
        "the notes on the headers state the rule and its basis.",
    ),
)


def write_template(
    scheme: Scheme, path: str | PathLike[str], *, by_lead: bool = False, lang: str = "zh"
) -> tuple[Path, ...]:
    """Write a workbook to fill in, or one for each lead department.

    Parameters
    ----------
    scheme : Scheme
        Says what to report; with a period (`Scheme.for_period`) only what is due is asked for.
    path : path
        The workbook; with *by_lead* the folder.
    by_lead : bool
        Whether every lead department gets a workbook of its own. An indicator with several leads
        goes to the first, so that nothing is reported twice.
    lang : {"zh", "en"}
        Language of the labels.

    Returns
    -------
    tuple of Path
        The workbooks written.

    Raises
    ------
    DataError
        A target is open in another program or cannot be written.
    """
    path = Path(path)
    due = [leaf for leaf in scheme.leaves() if not (scheme.period and leaf.due_in)]
    if not by_lead:
        return (_write(scheme, path, due, "", lang, whole=True),)
    by_name: dict[str, list[Indicator]] = {}
    for leaf in due:
        by_name.setdefault(leaf.lead[0] if leaf.lead else "", []).append(leaf)
    return tuple(
        _write(scheme, path / f"{_file_name(lead or _NOBODY.say(lang))}.xlsx", leaves, lead, lang)
        for lead, leaves in by_name.items()
    )


def _file_name(text: str) -> str:
    return re.sub(r'[\\/:*?"<>|\x00-\x1f]', "_", text).strip(" .") or "_"


def _write(
    scheme: Scheme,
    path: Path,
    leaves: Iterable[Indicator],
    department: str,
    lang: str,
    *,
    whole: bool = False,
) -> Path:
    book = Workbook()
    del book[book.sheetnames[0]]
    stated = [
        (Text("考核方案", "scheme"), scheme.name),
        (Text("版本", "version"), scheme.version),
        (Text("考核期", "period"), scheme.period),
        (Text("填报单位", "department"), department),
        (Text("数据截止", "as_of"), ""),
    ]
    lines = [line.say(lang) for line in _INSTRUCTIONS]
    title = Text("封面", "cover").say(lang)
    draw_cover(book, title, [(label.say(lang), text) for label, text in stated], lines, scheme.notice)
    for form in forms_of(scheme, leaves, lang, whole=whole):
        draw_form(book, form, f"{scheme.name} {form.title}", scheme.notice)
    with write_beside(path) as beside:
        save_workbook(book, beside)
    return path
