"""What people answered: satisfaction counts per answer, and the scores of a panel of assessors.

Both come wide (a column an answer, a column an assessor) or long (a row an answer, a row a score).
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Any, Final

from township_eval.errors import did_you_mean
from township_eval.io.grids.grid import Grid, text_of
from township_eval.io.sheets.cells import folded, is_unit, words
from township_eval.io.sheets.columns.classes import warn_classes
from township_eval.io.sheets.columns.reading import Sheet, number_at
from township_eval.io.sheets.headers import CODE, GROUP, NAME, Column, Table, is_total
from township_eval.io.sheets.locating import locate
from township_eval.io.sheets.log import Log
from township_eval.io.sheets.vocabulary import ASIDE, INDICATOR, VALUE, split_unit
from township_eval.language import Text
from township_eval.scheme.model import Scheme
from township_eval.scheme.sources import Satisfaction

__all__ = ["read_ratings", "read_satisfaction", "satisfaction_answers"]

_ANSWER: Final = words("答案 选项 评价 回答 answer")
_COUNT: Final = words("人数 票数 份数 数量 计数 count")
_CHANNEL: Final = words("渠道 调查渠道 方式 调查方式 对象 调查对象 channel")
_QUESTION: Final = words("题目 问题 题号 问项 question")
_RATER: Final = words("评估员 评委 专家 评估人 评估人员 评审专家 rater assessor")
_SCORE: Final = words("得分 评分 分数 打分 score")
_ITEM: Final = words("项目 评估项目 评分项 item")
_ORGANIZATION: Final = words("机构 评估机构 组织 organization")
_SUMMARY: Final = ASIDE | words(
    "有效样本 有效票 有效票数 有效份数 样本量 样本 发放 发放数 发放份数 拨打 拨打数 "
    "发放/拨打 回收 回收数 满意率 满意度 综合得分 最终得分 均分 去高去低后均分 离散度 "
    "主要问题 存在问题 上期 变化 95%区间 样本是否达标 n n_valid"
)
_PANEL: Final = re.compile(r".*(评估|专家|评委|评审|考评|rater|assessor).*")
_ASIDE = Text("汇总列,由程序计算", "a summary, which the program computes")
_LEFT_OUT = Text("不读入", "left out")


def satisfaction_answers(scheme: Scheme) -> dict[str, str]:
    """Return the answers of the scheme's satisfaction surveys, `folded` to as written."""
    sources = [leaf.source for leaf in scheme.leaves() if isinstance(leaf.source, Satisfaction)]
    texts = [text for source in sources for text in (*(a.answer for a in source.scale), *source.dont_know)]
    return {folded(text): text for text in texts}


def read_satisfaction(grid: Grid, sheet: Sheet, scheme: Scheme) -> list[dict[str, Any]]:
    """Return rows (unit, answer, count[, channel, question, indicator], cell) of a satisfaction sheet."""
    answers = satisfaction_answers(scheme)
    words = _ANSWER | _COUNT | _CHANNEL | _QUESTION | _SUMMARY | set(answers)
    table = locate(grid, sheet.units, lambda text: split_unit(text)[0] in words, sheet.log, sheet.pins)
    if table is None:
        return []
    warn_classes(table, sheet)
    answer, count = _headed(table, _ANSWER), _headed(table, _COUNT)
    if answer is not None and count is not None:
        return _long_counts(table, sheet, answer, count, answers)
    return _wide_counts(table, sheet, answers, _channels(scheme))


def _channels(scheme: Scheme) -> dict[str, str]:
    sources = [leaf.source for leaf in scheme.leaves() if isinstance(leaf.source, Satisfaction)]
    return {folded(item.channel): item.channel for source in sources for item in source.channels}


def _headed(table: Table, words: frozenset[str]) -> Column | None:
    return next((column for column in table.columns if split_unit(column.path[-1])[0] in words), None)


def _places(table: Table, row: int, columns: dict[str, Column | None]) -> dict[str, str]:
    """Return the cells that say what a count is of: who reads ``channel`` looks there, not at the count."""
    named = {name: column for name, column in columns.items() if column is not None and name != "indicator"}
    return {f"{name}_cell": table.grid.where(row, column.at) for name, column in named.items()}


def _said(table: Table, row: int, columns: dict[str, Column | None]) -> dict[str, str]:
    shown = {name: table.grid.text(row, column.at) for name, column in columns.items() if column is not None}
    return {name: text for name, text in shown.items() if text}


def _long_counts(
    table: Table, sheet: Sheet, answer: Column, count: Column, answers: dict[str, str]
) -> list[dict[str, Any]]:
    beside = {
        "channel": _headed(table, _CHANNEL),
        "question": _headed(table, _QUESTION),
        "indicator": _headed(table, INDICATOR),
    }
    rows = []
    for row, code in table.rows:
        written = table.grid.text(row, answer.at)
        number = number_at(table.grid, (row, count.at), sheet)
        if number is not None:
            given = {"unit": code, "answer": answers.get(folded(written), written), "count": number}
            place = {"cell": table.grid.where(row, count.at)}
            place |= _places(table, row, {**beside, "answer": answer})
            rows.append(given | _said(table, row, beside) | place | dict(sheet.about))
    return rows


def _wide_counts(
    table: Table, sheet: Sheet, answers: dict[str, str], channels: dict[str, str]
) -> list[dict[str, Any]]:
    beside = {
        "channel": _headed(table, _CHANNEL),
        "question": _headed(table, _QUESTION),
        "indicator": _headed(table, INDICATOR),
    }
    skipped = {column.at for column in beside.values() if column is not None}
    counted: dict[str, list[tuple[Column, str]]] = {}
    for column in table.columns:
        name = split_unit(column.path[-1])[0]
        if name in answers:
            counted.setdefault(_channel(column, channels), []).append((column, answers[name]))
        elif column.at not in skipped:
            _other(table, column, list(answers), sheet.log)
    rows = []
    for row, code in table.rows:
        for channel, columns in counted.items():
            shared = {"unit": code} | ({"channel": channel} if channel else {}) | _said(table, row, beside)
            shared |= _places(table, row, beside)
            rows += [
                shared | {"answer": answer, "count": number, "cell": where} | dict(sheet.about)
                for answer, number, where in _counts(table, row, columns, sheet)
            ]
    return rows


def _channel(column: Column, channels: dict[str, str]) -> str:
    """Return the channel named above an answer, "" without one."""
    above = [split_unit(part)[0] for part in column.path[:-1]]
    return next((channels[part] for part in reversed(above) if part in channels), "")


def _counts(
    table: Table, row: int, columns: list[tuple[Column, str]], sheet: Sheet
) -> list[tuple[str, float, str]]:
    """Return the counts of one unit and channel; either all answers are filled in or none is."""
    blank = [column for column, _ in columns if text_of(table.grid.value(row, column.at)) == ""]
    if len(blank) == len(columns):
        return []
    for column in blank:
        what = Text(f"“{column.path[-1]}”的人数没填", f"the count of '{column.path[-1]}' is blank")
        hint = Text("没有人选请填 0", "write 0 if nobody chose it")
        sheet.log.refuse(table.grid, (row, column.at), "satisfaction.blank", what, hint)
    found = [(column, answer, number_at(table.grid, (row, column.at), sheet)) for column, answer in columns]
    return [
        (answer, number, table.grid.where(row, column.at))
        for column, answer, number in found
        if number is not None
    ]


def _other(table: Table, column: Column, known: list[str], log: Log) -> None:
    """Leave a summary column aside; report any other column that is no answer."""
    at, name = (column.row, column.at), split_unit(column.path[-1])[0]
    if not column.filled:
        return
    if name in _SUMMARY | NAME | CODE | GROUP or is_total(name):
        log.note(table.grid, at, "", _ASIDE, _LEFT_OUT)
        return
    what = Text(
        f"方案的满意度量表里没有“{column.label}”", f"'{column.label}' is no answer of the scheme's scale"
    )
    log.refuse(table.grid, at, "satisfaction.answer", what, did_you_mean(name, known))


def read_ratings(grid: Grid, sheet: Sheet) -> list[dict[str, Any]]:
    """Return rows (unit, rater, score[, item, organization, indicator], cell) of an assessors' sheet."""
    table = locate(grid, sheet.units, _names_panel, sheet.log, sheet.pins)
    if table is None:
        return []
    warn_classes(table, sheet)
    rater, score = _headed(table, _RATER), _headed(table, _SCORE | VALUE)
    if rater is not None and score is not None:
        return _long_scores(table, sheet, rater, score)
    return _wide_scores(table, sheet)


def _names_panel(text: str) -> bool:
    name = split_unit(text)[0]
    return name in ASIDE | _RATER | _SCORE or _PANEL.fullmatch(name) is not None


def _long_scores(table: Table, sheet: Sheet, rater: Column, score: Column) -> list[dict[str, Any]]:
    beside = {
        "rater": rater,
        "item": _headed(table, _ITEM),
        "organization": _headed(table, _ORGANIZATION),
        "indicator": _headed(table, INDICATOR - _ITEM),
    }
    rows = []
    for row, code in table.rows:
        number = number_at(table.grid, (row, score.at), sheet)
        if number is not None:
            place = {"cell": table.grid.where(row, score.at)}
            rows.append(
                {"unit": code, "score": number} | _said(table, row, beside) | place | dict(sheet.about)
            )
    return rows


def _wide_scores(table: Table, sheet: Sheet) -> list[dict[str, Any]]:
    beside = {"organization": _headed(table, _ORGANIZATION), "indicator": _headed(table, INDICATOR - _ITEM)}
    about = set(beside.values())
    columns = [column for column in table.columns if column not in about and not _is_summary(column)]
    for column in table.columns:
        if column not in columns and column not in about:
            sheet.log.note(table.grid, (column.row, column.at), "", _ASIDE, _LEFT_OUT)
    repeated = {label for label, times in Counter(column.path[-1] for column in columns).items() if times > 1}
    rows = []
    for row, code in table.rows:
        for column in columns:
            number = number_at(table.grid, (row, column.at), sheet)
            if number is not None:
                named = _rater_of(column, grouped=column.path[-1] in repeated)
                place = {"cell": table.grid.where(row, column.at)}
                said = named | _said(table, row, beside)
                rows.append({"unit": code, "score": number} | said | place | dict(sheet.about))
    return rows


def _is_summary(column: Column) -> bool:
    name = split_unit(column.path[-1])[0]
    return name in _SUMMARY | NAME | CODE | GROUP or is_total(name) or is_unit(name)


def _rater_of(column: Column, *, grouped: bool) -> dict[str, str]:
    """Return who rated; repeated lower headings are items, with the rater above them."""
    if not grouped or len(column.path) == 1:
        return {"rater": column.path[-1]}
    upper, lower = column.path[-2:]
    if _PANEL.fullmatch(folded(lower)) and not _PANEL.fullmatch(folded(upper)):
        upper, lower = lower, upper
    return {"rater": upper, "item": lower}
