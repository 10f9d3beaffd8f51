"""What a file says about itself: its period, the day its data stand at, and the reporting department."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Final

from township_eval.inputs import period_key
from township_eval.io.grids.grid import Grid
from township_eval.io.sheets.cells import folded, parse_date, words

__all__ = ["Fact", "Facts", "canonical_period", "facts_of", "period_in"]

_PERIOD: Final = words("考核期 考核周期 考核期间 考核年度 期间 period")
_AS_OF: Final = words("数据截止 数据截至 数据截止日期 数据截止日 截止日期 截至 as_of asof")
_DEPARTMENT: Final = words(
    "填报单位 填报部门 报送单位 报送部门 填表单位 填报单位(盖章) 单位(盖章) department"
)
_DOCUMENT: Final = words("文号 文件 依据文件 document")
_RATER: Final = words("评估员 评委 评估人 评估人员 打分人 评分人 评审专家 rater assessor")
_ORGANIZATION: Final = words("评估机构 第三方机构 第三方评估机构 受托机构 agency organization")
_COVERS: Final = words("封面 cover")
#: These head columns as well: off the cover only a colon makes them a statement.
_WITH_COLON: Final = _RATER | _ORGANIZATION
_LABELS: Final = {
    **dict.fromkeys(_RATER, "rater"),
    **dict.fromkeys(_ORGANIZATION, "organization"),
    **dict.fromkeys(_PERIOD, "period"),
    **dict.fromkeys(_AS_OF, "as_of"),
    **dict.fromkeys(_DEPARTMENT, "department"),
    **dict.fromkeys(_DOCUMENT, "document"),
}

_END: Final = 1000  # rows at either end of a sheet that may hold statements
_HALVES: Final = {"上": 1, "下": 2}
_NUMERALS: Final = {"一": 1, "二": 2, "三": 3, "四": 4}
_SPOKEN: Final = re.compile(
    r"(\d{4})年(?:度)?(?:(?P<half>[上下])半年|第?(?P<quarter>[一二三四1-4])季度?|(?P<month>\d{1,2})月(?:份)?)?"
)
_WRITTEN: Final = re.compile(r"(?<!\d)((?:19|20)\d{2}(?:-(?:[HQ]\d|\d{2}))?)(?![\dHQ-])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Fact:
    """One statement with the cell it stands in."""

    text: str
    where: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What a sheet states about its file; each may be None."""

    period: Fact | None = None
    as_of: Fact | None = None
    department: Fact | None = None
    document: Fact | None = None
    rater: Fact | None = None
    organization: Fact | None = None


# "填报单位:农牧局    填报日期:..." keeps two statements in one cell, divided by a run of blanks
_NEXT: Final = re.compile(r"(?:\s{2,}|\u3000)\s*(?=[^\s:：]{1,12}[:：])")


def facts_of(grid: Grid) -> Facts:
    """Return what the lines around a table, or a cover sheet, state.

    Examples
    --------
    >>> grid = Grid("a.xlsx", "封面", [["考核期", "2018年下半年"], ["填报单位:农牧局", None]])
    >>> facts_of(grid).period.text, facts_of(grid).department.text
    ('2018-H2', '农牧局')
    """
    found: dict[str, Fact] = {}
    for row, column, label, text in _statements(grid):
        name = _LABELS.get(label)
        if name is not None and text and name not in found:
            shown = canonical_period(text) if name == "period" else text
            found[name] = Fact(shown, grid.where(row, column))
    return Facts(**found)


def _statements(grid: Grid) -> Iterator[tuple[int, int, str, str]]:
    """Yield (row, column, label, statement) for ``label: statement`` in one cell or in two.

    Statements stand around a table: of a very long one only both ends are looked at.
    """
    ends = (range(min(grid.height, _END)), range(max(_END, grid.height - _END), grid.height))
    for row in chain(*ends):
        for column, value in enumerate(grid.rows[row]):
            if isinstance(value, str):
                lines = (part for line in value.splitlines() for part in _NEXT.split(line.strip()))
                said = (_statement(grid, row, column, line) for line in lines)
                yield from ((row, column, *pair) for pair in said if pair is not None)


def _statement(grid: Grid, row: int, column: int, line: str) -> tuple[str, str] | None:
    label, colon, rest = line.replace("：", ":").partition(":")
    if rest.strip():
        return folded(label), _first_words(rest)
    name = folded(label)
    plain = name not in _WITH_COLON or folded(grid.sheet) in _COVERS
    if name in _LABELS and (colon or (plain and _is_pair(grid, row, column))):
        return name, _beside(grid, row, column)
    return None


def _first_words(text: str) -> str:
    return re.split(r"\s{2,}|\u3000", text.strip())[0].strip()


def _is_pair(grid: Grid, row: int, column: int) -> bool:
    """Whether a row is a label and one statement, not a header that happens to hold the word."""
    filled = [c for c in range(grid.width) if grid.value(row, c) is not None]
    return len(filled) == 2 and filled[0] == column  # noqa: PLR2004


def _beside(grid: Grid, row: int, column: int) -> str:
    area = grid.merged.get((row, column))
    start = column + 1 if area is None else area.right + 1
    return next((text for c in range(start, grid.width) if (text := grid.text(row, c))), "")


def canonical_period(text: str) -> str:
    """Return a period in its ordered form where it has one, else the text itself.

    Examples
    --------
    >>> [canonical_period(text) for text in ("2018年下半年", "2018年第三季度", "2018年7月", "首期")]
    ['2018-H2', '2018-Q3', '2018-07', '首期']
    """
    flat = folded(text)
    if period_key(flat.upper()):
        return flat.upper()
    match = _SPOKEN.fullmatch(flat)
    if match is None:
        return text.strip()
    year = match[1]
    if match["half"]:
        return f"{year}-H{_HALVES[match['half']]}"
    if match["quarter"]:
        return f"{year}-Q{_NUMERALS.get(match['quarter'], match['quarter'])}"
    named = f"{year}-{int(match['month']):02d}" if match["month"] else year
    return named if period_key(named) else text.strip()


def period_in(stem: str) -> str | None:
    """Return the ordered period a file or folder name states, None when it states none or two.

    Examples
    --------
    >>> period_in("2018-H2"), period_in("农牧局2018年下半年"), period_in("农牧局")
    ('2018-H2', '2018-H2', None)
    """
    flat = folded(stem)
    spoken = [canonical_period(match[0]) for match in _SPOKEN.finditer(flat)]
    written = [match[1].upper() for match in _WRITTEN.finditer(_SPOKEN.sub("", flat))]
    found = set(_ordered([*spoken, *written]))
    return next(iter(found)) if len(found) == 1 else None


def _ordered(texts: Iterable[str]) -> Iterator[str]:
    return (text for text in texts if period_key(text))


def date_text(text: str) -> str:
    """Return a date as ISO text where it is one, else the text as it stands."""
    return parse_date(text) or text
