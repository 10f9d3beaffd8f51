"""Headers that sheets of evidence have in common, and what stands under them in one row."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from township_eval.io.sheets.cells import folded, words
from township_eval.io.sheets.headers import Column, Table
from township_eval.io.sheets.vocabulary import ASIDE
from township_eval.language import Text
from township_eval.scheme.model import Scheme
from township_eval.scheme.sources import Reviews, Satisfaction

__all__ = [
    "ANSWER",
    "ASIDE_NOTE",
    "CHANNEL",
    "COUNT",
    "ITEM",
    "LEFT_OUT",
    "QUESTION",
    "SCORE",
    "SUMMARY",
    "ballot_answers",
    "channels_of",
    "places",
    "questions_of",
    "said",
    "satisfaction_answers",
    "surveys",
    "told",
]

ANSWER: Final = words("答案 选项 评价 回答 answer")
COUNT: Final = words("人数 票数 份数 数量 计数 count")
CHANNEL: Final = words("渠道 调查渠道 方式 调查方式 对象 调查对象 channel")
QUESTION: Final = words("题目 问题 题号 问项 question")
SCORE: Final = words("得分 评分 分数 打分 score")
ITEM: Final = words("项目 评估项目 评议项目 评分项 item")
#: Columns that the program computes itself, or that describe the field work.
SUMMARY: Final = ASIDE | words(
    "有效样本 有效票 有效票数 有效份数 样本量 样本 发放 发放数 发放份数 拨打 拨打数 "
    "发放/拨打 回收 回收数 满意率 满意度 综合得分 最终得分 均分 去高去低后均分 离散度 "
    "主要问题 存在问题 上期 变化 95%区间 样本是否达标 n n_valid"
)
ASIDE_NOTE: Final = Text("汇总列,由程序计算", "a summary, which the program computes")
LEFT_OUT: Final = Text("不读入", "left out")

_NUMERAL: Final = re.compile(r"[+-]?[\d.]+")


def surveys(scheme: Scheme) -> list[Satisfaction]:
    """Return the satisfaction sources of a scheme, in tree order."""
    return [leaf.source for leaf in scheme.leaves() if isinstance(leaf.source, Satisfaction)]


def satisfaction_answers(scheme: Scheme) -> dict[str, str]:
    """Return the answers of the scheme's satisfaction surveys, `folded` to as written."""
    texts = [
        text
        for source in surveys(scheme)
        for text in (*(a.answer for a in source.scale), *source.dont_know, *source.refused)
    ]
    return {folded(text): text for text in texts}


def ballot_answers(scheme: Scheme) -> dict[str, str]:
    """Return the answers on the ballots of the scheme's mutual reviews, `folded` to as written."""
    sources = [leaf.source for leaf in scheme.leaves() if isinstance(leaf.source, Reviews)]
    texts = [text for source in sources for text in (*(a.answer for a in source.scale), *source.dont_know)]
    return {folded(text): text for text in texts}


def told(answers: Iterable[str]) -> set[str]:
    """Return the answers that tell a sheet by themselves: 5 may be any number.

    Examples
    --------
    >>> sorted(told(["满意", "5", "4.5"]))
    ['满意']
    """
    return {answer for answer in answers if not _NUMERAL.fullmatch(answer)}


def channels_of(scheme: Scheme) -> dict[str, str]:
    """Return the channels of the scheme's surveys, `folded` to as written."""
    return {folded(item.channel): item.channel for source in surveys(scheme) for item in source.channels}


def questions_of(scheme: Scheme) -> dict[str, str]:
    """Return the questions of the scheme's surveys, `folded` to as written."""
    return {folded(item.question): item.question for source in surveys(scheme) for item in source.questions}


def said(table: Table, row: int, columns: Mapping[str, Column | None]) -> dict[str, str]:
    """Return what stands in these columns of a row, without those that are blank there."""
    shown = {name: table.grid.text(row, column.at) for name, column in columns.items() if column is not None}
    return {name: text for name, text in shown.items() if text}


def places(table: Table, row: int, columns: Mapping[str, Column | None]) -> dict[str, str]:
    """Return the cells that say what a count is of: who reads ``channel`` looks there, not at the count."""
    named = {name: column for name, column in columns.items() if column is not None and name != "indicator"}
    return {f"{name}_cell": table.grid.where(row, column.at) for name, column in named.items()}
