"""Sheets 容错备案, 异议登记, 整改回执: a row an entry, told by the sheet's name and read by its headers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from township_eval.io.evidence.filed.slips import SLIPS, slip_values
from township_eval.io.evidence.listing import (
    Listing,
    Words,
    find_listing,
    note_others,
    refuse_header,
    rows_with,
    without_asides,
)
from township_eval.io.grids.grid import Grid
from township_eval.io.sheets.cells import folded, parse_date, words
from township_eval.io.sheets.columns.reading import Sheet
from township_eval.io.sheets.cover import canonical_period
from township_eval.io.sheets.headers import CODE, NAME
from township_eval.language import Text
from township_eval.scheme.model import Scheme

__all__ = [
    "filed_kind", "read_corrections", "read_objections", "read_rectifications", "read_waivers",
]  # fmt: skip

_UNIT: Final = NAME | CODE
_RULE: Final = words("规则 处理规则 对应规则 事项 事项编号 免责事项 容错事项 整改事项 问题编号 规则编号 rule")
_REASON: Final = words("理由 原因 事由 认定理由 容错理由 更正理由 更正原因 reason")
_WAIVERS: Final[Words] = {
    "unit": _UNIT,
    "rule": _RULE,
    "authority": words("批准机关 认定机关 批准单位 认定单位 审批机关 authority"),
    "document": words("批准文件 认定文件 批准文号 文号 文件 依据文件 备案文号 document"),
    "reason": _REASON,
    "date": words("批准日期 认定日期 日期 date"),
    "until": words("有效期至 有效期 截止日期 until"),
    "event": words("对应文号 事项文号 事件文号 所涉文号 event"),
}
_RECTIFICATIONS: Final[Words] = {
    "unit": _UNIT,
    "rule": _RULE,
    "period": words("考核期 提出期 提出考核期 period"),
    "action": words("整改措施 措施 action"),
    "situation": words("整改情况 进展情况 整改进展 situation"),
    "evidence": words("佐证 佐证材料 证明材料 evidence"),
    "closed": words("销号日期 办结日期 完成日期 closed"),
    "responsible": words("责任人 整改责任人 responsible"),
}
_OBJECTIONS: Final[Words] = {
    "number": words("编号 登记编号 登记号 异议编号 序号 number"),
    "unit": _UNIT | words("提出单位 异议单位"),
    "kind": words("类别 种类 性质 kind"),
    "by": words("提出人 反映人 意见人 by"),
    "matter": words("事项 异议事项 内容 意见内容 意见 matter"),
    "received": words("收到日期 提出日期 受理日期 received"),
    "conclusion": words("复核结论 结论 conclusion"),
    "reply": words("答复 答复内容 答复意见 处理情况 reply"),
    "answered": words("答复日期 answered"),
    "correction": words("更正单 更正单编号 更正单号 correction"),
}
_ROLES: Final = {
    "waivers": _WAIVERS,
    "rectifications": _RECTIFICATIONS,
    "objections": _OBJECTIONS,
    "corrections": SLIPS,
}
#: Headers a row of which heads such a table; the others may be missing and are asked for later.
_ENOUGH: Final = {
    "waivers": ("unit", "rule"),
    "rectifications": ("unit", "rule"),
    "objections": ("number", "matter"),
    "corrections": ("old", "new"),
}
_DAYS: Final = frozenset({"date", "until", "closed", "received", "answered"})
_NAMES: Final = (
    ("corrections", re.compile(r".*更正(?:单|表|登记)?(?:表|册)?|corrections?")),
    (
        "objections",
        re.compile(
            r".*异议(?:与复核)?(?:登记)?(?:表|册)?|(?:公议)?意见(?:建议)?登记(?:表|册)?|objections?|comments?"
        ),
    ),
    ("waivers", re.compile(r".*容错(?:纠错|免责)?(?:备案|登记|清单)?(?:表|册)?|waivers?")),
    ("rectifications", re.compile(r"整改(?:回执|台账|销号)(?:表|单)?|rectifications?")),
)
_HEADS: Final = {
    "corrections": Text(
        "表头请用:编号、单位、指标、单元格、原值、更正后、理由、依据文件、批准人",
        "head the columns number, unit, indicator, cell, old, new, reason, document, approver",
    ),
    "objections": Text(
        "表头请用:编号、类别、提出单位、事项、收到日期、复核结论、答复日期",
        "head the columns number, kind, unit, matter, received, conclusion, answered",
    ),
    "waivers": Text(
        "表头请用:单位、规则、理由、批准机关、批准文件",
        "head the columns unit, rule, reason, authority, document",
    ),
    "rectifications": Text(
        "表头请用:单位、规则、整改情况、佐证材料、销号日期",
        "head the columns unit, rule, situation, evidence, closed",
    ),
}


def filed_kind(name: str) -> str:
    """Return which of the tables a sheet holds by its name, "" for none.

    Examples
    --------
    >>> [filed_kind(name) for name in ("更正单", "异议与复核登记表", "容错备案", "整改回执", "整改率")]
    ['corrections', 'objections', 'waivers', 'rectifications', '']
    """
    flat = folded(name)
    return next((kind for kind, pattern in _NAMES if pattern.fullmatch(flat)), "")


def read_waivers(grid: Grid, sheet: Sheet, scheme: Scheme) -> list[dict[str, Any]]:
    """Return rows (unit, rule, authority, document, reason, date, until, event, cell)."""
    del scheme
    return list(_rows(grid, sheet, "waivers"))


def read_rectifications(grid: Grid, sheet: Sheet, scheme: Scheme) -> list[dict[str, Any]]:
    """Return rows (unit, rule, period, action, situation, evidence, closed, responsible, cell)."""
    del scheme
    rows = list(_rows(grid, sheet, "rectifications"))
    return [row | {"period": canonical_period(row["period"])} if row.get("period") else row for row in rows]


def read_objections(grid: Grid, sheet: Sheet, scheme: Scheme) -> list[dict[str, Any]]:
    """Return rows (number, unit, kind, by, matter, received, conclusion, reply, answered, correction)."""
    del scheme
    return list(_rows(grid, sheet, "objections"))


def read_corrections(grid: Grid, sheet: Sheet, scheme: Scheme) -> list[dict[str, Any]]:
    """Return rows of correction slips; their own place is ``where``, as ``cell`` is what they correct."""
    del scheme
    rows = []
    for row in _rows(grid, sheet, "corrections"):
        place = row.pop("at")
        said = {name: text for name, text in row.items() if name != "stated" and not name.endswith("_cell")}
        rows.append(said | slip_values(grid, place, row, sheet) | {"where": row["cell"]})
    return rows


def _rows(grid: Grid, sheet: Sheet, kind: str) -> Iterator[dict[str, Any]]:
    """Yield the entries of a sheet: texts as written, days as ISO texts, and the cell of each."""
    listing = find_listing(grid, _ROLES[kind], lambda at: set(_ENOUGH[kind]) <= set(at), sheet.pins)
    if listing is None:
        refuse_header(grid, sheet.log, Text("没有找到表头", "no header row was found"), _HEADS[kind])
        return
    note_others(listing, sheet.log)
    at = {role: columns[0] for role, columns in listing.heads.items()}
    listing = without_asides(listing, at[_ENOUGH[kind][0]], sheet.log)
    filled = listing.keep(listing.rows[rows_with(listing, _said_by_hand(at))])
    filled.refuse_faulty(at.values(), sheet)
    for row in filled.rows:
        yield _row(filled, int(row), at, kind)


def _said_by_hand(at: Mapping[str, int]) -> list[int]:
    """Return the columns that make a row an entry: units and numbers may be printed on an empty form."""
    return [column for role, column in at.items() if role not in {"unit", "number"}]


def _row(listing: Listing, row: int, at: Mapping[str, int], kind: str) -> dict[str, Any]:
    grid = listing.grid
    said: dict[str, Any] = {}
    for role, column in at.items():
        text = grid.text(row, column)
        # what is no day is kept as written: whoever judges dates says so, with this cell
        said[role] = (parse_date(grid.spread(row, column)) or text) if role in _DAYS else text
        said[f"{role}_cell"] = grid.where(row, column)
    first = at[_ENOUGH[kind][0]]
    place = {"at": (row, at)} if kind == "corrections" else {}
    return said | {"cell": grid.where(row, first)} | place
