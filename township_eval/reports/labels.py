"""Words that several sheets print, in both languages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from township_eval.language import Text

__all__ = ["HEADS", "MEASURES", "PAGES", "PROVISIONAL", "SIGNATURES", "STATES", "say_measure", "unit_head"]

PROVISIONAL: Final = Text("预评(未定稿)", "PROVISIONAL (not final)")
PAGES: Final = Text("第 &P 页 共 &N 页", "Page &P of &N")
SIGNATURES: Final = (
    Text("填报人:____________", "Prepared by: ____________"),
    Text("审核人:____________", "Checked by: ____________"),
    Text("负责人(签字):____________", "Head (signature): ____________"),
    Text("单位(盖章):________________", "Office (seal): ________________"),
    Text("日期:______年____月____日", "Date: ______________"),
)

HEADS: Final = {
    "number": Text("序号", "No."),
    "code": Text("代码", "Code"),
    "group": Text("类别", "Class"),
    "bonus": Text("加分", "Bonus"),
    "deduction": Text("扣分", "Deduction"),
    "adjusted": Text("综合得分", "Composite score"),
    "lower": Text("下限", "Lower bound"),
    "upper": Text("上限", "Upper bound"),
    "rank": Text("总名次", "Rank"),
    "rank_in_group": Text("同类名次", "Rank in class"),
    "grade": Text("等次", "Grade"),
    "remark": Text("备注", "Remarks"),
    "before": Text("上期得分", "Last score"),
    "change": Text("增减", "Change"),
    "moved": Text("位次升降", "Places moved"),
    "indicator_id": Text("指标编号", "Indicator id"),
    "indicator": Text("指标", "Indicator"),
    "unit_of_measure": Text("单位", "Unit of measure"),
    "rule": Text("评分标准", "Scoring rule"),
    "weight": Text("分值", "Points"),
    "relative": Text("权重", "Weight"),
    "basis": Text("依据", "Basis"),
    "average": Text("平均", "Average"),
}

#: How a scheme may name the four measures, and how they are printed. The order as a ladder is the
#: scheme's reading; a referral is a proposal to the competent authority.
MEASURES: Final = (
    (("约谈", "interview"), Text("约谈", "interview")),
    (("责令整改", "rectify"), Text("责令整改", "ordered rectification")),
    (("通报批评", "circular"), Text("通报批评", "public criticism")),
    (("问责建议(移送)", "问责", "refer"), Text("问责建议(移送)", "proposal of referral for accountability")),
)

#: Codes of certainty and status, in words.
STATES: Final = {
    "not_assessed": Text("未评定", "not assessed"),
    "probable": Text("较可能", "probable"),
    "confirmed": Text("确认", "confirmed"),
    "proposed": Text("建议,待研究决定", "proposed, to be decided"),
    "township": Text("乡镇", "township"),
}

_TOWNSHIP_KINDS: Final = frozenset({"", "街道", "镇", "乡"})


def say_measure(measure: str) -> Text:
    """Return a measure as it is printed; one of the scheme's own stays as written.

    Examples
    --------
    >>> say_measure("问责").zh, say_measure("约谈、责令整改").en
    ('问责建议(移送)', 'interview, ordered rectification')
    """
    parts = [part.strip() for part in measure.replace("+", "、").replace(",", "、").split("、")]
    said = [next((text for names, text in MEASURES if part in names), Text(part, part)) for part in parts]
    return Text("、".join(text.zh for text in said), ", ".join(text.en for text in said))


def unit_head(kinds: Iterable[str]) -> Text:
    """Return the header of the column of units: townships, unless their kind says otherwise.

    Examples
    --------
    >>> unit_head(["街道", "镇", "乡"]).zh, unit_head(["村", "村"]).zh, unit_head(["村", "镇"]).en
    ('乡镇(街道)', '村', 'Unit')
    """
    found = set(kinds)
    if found <= _TOWNSHIP_KINDS:
        return Text("乡镇(街道)", "Township")
    if len(found) == 1:
        (kind,) = found
        return Text(kind, kind)
    return Text("被考核单位", "Unit")
