"""What a sheet holds: told by its name, by its file's name, or by the answers it counts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from township_eval.io.evidence.answers import satisfaction_answers
from township_eval.io.grids.grid import Grid, text_of
from township_eval.io.sheets.cells import folded
from township_eval.scheme.model import Scheme
from township_eval.scheme.sources import Events, Ratings, Ratio, Satisfaction, ShareOfPersons

__all__ = ["kind_of"]

_SHEET_NAMES: Final = (
    ("cover", re.compile(r"封面|cover")),
    ("units", re.compile(r"单位|乡镇|单位名单|乡镇名单|考核对象|units")),
    ("not_applicable", re.compile(r"不适用.*|不涉及.*|not_?applicable")),
    ("satisfaction", re.compile(r".*满意度.*|.*satisfaction.*")),
    ("ratings", re.compile(r".*第三方.*|.*评估.*|.*ratings?.*")),
    ("roster", re.compile(r".*名册.*|roster")),
    ("events", re.compile(r".*事项.*|events")),
    ("nothing", re.compile(r"说明|填表说明|填报说明|目录|readme|notes?|instructions")),
)
#: Evidence is read as such only where the scheme has a leaf of that source.
_NEEDS: Final[Mapping[str, tuple[type, ...]]] = {
    "satisfaction": (Satisfaction,),
    "ratings": (Ratings,),
    "events": (Events,),
    "roster": (ShareOfPersons, Ratio),
}


def kind_of(grid: Grid, stem: str, scheme: Scheme) -> str:
    """Return what a sheet holds by its name, by its file's name, or by its answers; else ``values``."""
    sources = [leaf.source for leaf in scheme.leaves()]
    names = [grid.sheet] if grid.sheet and not _is_default(grid.sheet) else [stem]
    for name in names:
        for kind, pattern in _SHEET_NAMES:
            needed = _NEEDS.get(kind)
            if pattern.fullmatch(folded(name)) and (
                needed is None or any(isinstance(source, needed) for source in sources)
            ):
                return kind
    answers = satisfaction_answers(scheme)
    shown = {folded(text) for row in grid.rows for value in row if (text := text_of(value))}
    return "satisfaction" if len(shown & set(answers)) > 1 else "values"


def _is_default(name: str) -> bool:
    return re.fullmatch(r"(sheet|工作表|表)\d*", folded(name)) is not None
