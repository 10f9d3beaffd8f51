"""What the columns of 满意度测评表 mean in words; only of columns that are there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pandas as pd

from township_eval.reports.sheets.evidence.printed import any_of, premises
from township_eval.reports.view import View
from township_eval.scheme import sources as src
from township_eval.scheme.model import Indicator

__all__ = ["Shown", "satisfaction_notes"]


@dataclass(frozen=True, eq=False)
class Shown:
    """What a table of one leaf shows.

    Attributes
    ----------
    leaf : Indicator
    lines, total : DataFrame
        Per unit, channel and question; per unit.
    titled : bool
        Whether there are several leaves, so that each is named.
    """

    leaf: Indicator
    lines: pd.DataFrame
    total: pd.DataFrame
    titled: bool

    @property
    def judged(self) -> bool:
        """Whether samples are held against demands."""
        return "sample_ok" in self.total and bool(self.total["sample_ok"].notna().any())

    @property
    def advised(self) -> bool:
        """Whether a small-area model advises."""
        return "small_area" in self.total and bool(self.total["small_area"].notna().any())


def satisfaction_notes(view: View, shown: Sequence[Shown]) -> Iterator[str]:
    """Yield how values come about, what each column means, and what the errors take for granted."""
    for one in shown:
        if isinstance(one.leaf.source, src.Satisfaction):
            words = view.say(one.leaf.source.words())
            yield view.both(f"{one.leaf.name}:{words}。", f"{one.leaf.name}: {words}.")
    if any("se" in one.total for one in shown):
        yield from _errors(view, shown)
    yield from _left_open(view, shown)
    for one in shown:
        yield from premises(view, one.leaf, titled=one.titled)


def _errors(view: View, shown: Sequence[Shown]) -> Iterator[str]:
    yield view.both(
        "95%区间:用同样的办法反复抽样调查,100次中约有95次的区间包含全体对象的真实得分;"
        "两个单位的区间重叠较多时,得分高低不宜作为定论。",
        "95% interval: of 100 surveys made the same way, the intervals of about 95 hold the points that"
        " everybody together would give; where those of two units overlap much, neither is surely ahead.",
    )
    if any(any_of(one.total, "deff") for one in shown):
        yield view.both(
            "设计效应:误差(方差)相当于同样份数逐人随机抽样的几倍,由按村(组)抽样、加权等造成;"
            "分层、各村意见相近时可小于1。有效样本量=有效样本÷设计效应,即相当于逐人随机抽样的多少份。",
            "Design effect: the variance as a multiple of that of a simple random sample of the same size;"
            " drawing by village and weighting move it, strata may bring it below 1. Effective sample: valid"
            " answers divided by it, the simple random sample that would be as sure.",
        )
    if any(_unknown(one) for one in shown):
        yield view.both(
            "误差未知:受访者自愿参与(如公开扫码),或有效回答太少;得分照计,但不能说明误差有多大。",
            "Error unknown: people took part by themselves, as with an open link, or too few answered; the"
            " value counts, but nobody can say how sure it is.",
        )


def _left_open(view: View, shown: Sequence[Shown]) -> Iterator[str]:
    if any(any_of(one.total, "dont_know_rate") or any_of(one.total, "refused_rate") for one in shown):
        yield view.both(
            "不了解区间:回答不了解和拒答的人若全部按最差、全部按最好的答案计,满意度所在的范围;与抽样误差无关。",
            "Range of don't know: satisfaction if all who did not know or refused had given the worst answer,"
            " and the best; it has nothing to do with sampling error.",
        )
    if any(one.judged for one in shown):
        yield view.both(
            "样本是否达标:按方案规定的有效样本量和自由度判断,不改变得分;未达标的列入“需补充调查”。",
            "Sample sufficient: held against the scheme's demands on effective sample and degrees of freedom;"
            " it changes no value, and units that fall short are listed to be surveyed again.",
        )
    if any(one.advised for one in shown):
        yield view.both(
            "小区域估计:用各单位的其他指标推测、再与本单位调查结果加权,仅供参考,不计入得分。",
            "Small-area estimate: predicted from other figures of the units and weighted with the unit's own"
            " survey; advice only, no part of the score.",
        )


def _unknown(shown: Shown) -> bool:
    return any(
        "se" in frame and bool((frame["se"].isna() & frame[value].notna()).any())
        for frame, value in ((shown.lines, "score"), (shown.total, "value"))
    )
