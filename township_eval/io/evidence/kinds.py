"""What a sheet holds: told by its name, by its file's name, or by its headers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from township_eval.io.evidence.answers import holds_counts
from township_eval.io.evidence.ballots import holds_ballots
from township_eval.io.evidence.filed.records import filed_kind
from township_eval.io.evidence.headings import satisfaction_answers, told
from township_eval.io.evidence.register import register_kind
from township_eval.io.evidence.responses import holds_responses
from township_eval.io.evidence.samples import holds_margins, holds_means
from township_eval.io.grids.grid import Grid
from township_eval.io.sheets.cells import folded
from township_eval.io.sheets.cover import facts_of
from township_eval.scheme.events import event_names
from township_eval.scheme.model import Scheme
from township_eval.scheme.sources import Ratings, Ratio, Reviews, Satisfaction, ShareOfPersons

__all__ = ["kind_of"]

_SHEET_NAMES: Final = (
    ("cover", re.compile(r"封面|cover")),
    ("units", re.compile(r"单位|乡镇|单位名单|乡镇名单|考核对象|units")),
    ("not_applicable", re.compile(r"不适用.*|不涉及.*|not_?applicable")),
    ("responses", re.compile(r".*答卷.*|.*调查明细.*|.*问卷明细.*|responses?|answers")),
    ("means", re.compile(r".*调查汇总.*|means?")),
    ("margins", re.compile(r".*(?:人口|总体)结构.*|margins?")),
    (
        "reviews",
        re.compile(
            r".*评议.*|.*互评.*|.*(?:部门|单位|乡镇|镇街|街道)评.*|.*reviews?|.*rates?[ _].*|ballots?"
        ),
    ),
    ("satisfaction", re.compile(r".*满意度.*|.*satisfaction.*")),
    ("ratings", re.compile(r".*第三方.*|.*评估.*|.*打分表.*|.*评分表?|.*ratings?.*")),
    ("roster", re.compile(r".*名册.*|roster")),
    ("events", re.compile(r".*事项.*|.*加减分.*|加分|扣分|events")),
    ("nothing", re.compile(r"说明|填表说明|填报说明|目录|readme|notes?|instructions")),
)
#: Evidence is read as such only where the scheme has a leaf of that source.
_NEEDS: Final[Mapping[str, tuple[type, ...]]] = {
    **dict.fromkeys(("satisfaction", "responses", "means", "margins"), (Satisfaction,)),
    "reviews": (Reviews,),
    "ratings": (Ratings,),
    "roster": (ShareOfPersons, Ratio),
}

_SURVEYS: Final = frozenset({"satisfaction", "responses", "means"})


def kind_of(grid: Grid, stem: str, scheme: Scheme) -> str:
    """Return what a sheet holds by its name, its file's name, or its content; else ``values``.

    A name that only says that a sheet is of a survey leaves its form to the headers: counts of answers,
    single answers, or means.
    """
    sources = {type(leaf.source) for leaf in scheme.leaves()}
    names = [grid.sheet] if grid.sheet and not _is_default(grid.sheet) else [stem]
    for name in names:
        if kind := filed_kind(name) or register_kind(grid, name):
            return kind
        for kind, pattern in _SHEET_NAMES:
            needed = _NEEDS.get(kind)
            if kind == "events" and not event_names(scheme):
                continue  # nothing in the scheme asks for any
            if pattern.fullmatch(folded(name)) and (needed is None or sources & set(needed)):
                return _survey_form(grid, scheme) or kind if kind in _SURVEYS else kind
    return _by_content(grid, scheme, sources)


def _by_content(grid: Grid, scheme: Scheme, sources: set[type]) -> str:
    if Satisfaction in sources:
        if holds_margins(grid):
            return "margins"
        if form := _survey_form(grid, scheme):
            return form
        distinct = {value for row in grid.rows for value in row if isinstance(value, str)}
        shown = {folded(text) for text in distinct} & told(satisfaction_answers(scheme))
        if len(shown) > 1:
            return "satisfaction"
    if Reviews in sources and holds_ballots(grid):
        return "reviews"
    return "ratings" if Ratings in sources and facts_of(grid).rater is not None else "values"


def _survey_form(grid: Grid, scheme: Scheme) -> str:
    """Return the form of a survey's results as the headers tell it, "" where they do not."""
    if holds_counts(grid, scheme):
        return "satisfaction"
    if holds_means(grid):
        return "means"
    return "responses" if holds_responses(grid, scheme) else ""


def _is_default(name: str) -> bool:
    return re.fullmatch(r"(sheet|工作表|表)\d*", folded(name)) is not None
