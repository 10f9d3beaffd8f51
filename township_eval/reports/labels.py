"""Words that several sheets print, in both languages."""

from __future__ import annotations

from typing import Final

from township_eval.language import Text

__all__ = ["HEADS", "PAGES", "PROVISIONAL", "SIGNATURES"]

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
    "context": Text("情况调整", "Circumstances"),
    "adjusted": Text("综合得分", "Composite score"),
    "adjusted_after": Text("综合得分(加减分后)", "Composite after adjustments"),
    "lower": Text("下限", "Lower bound"),
    "upper": Text("上限", "Upper bound"),
    "rank": Text("总名次", "Rank"),
    "rank_in_group": Text("同类名次", "Rank in class"),
    "rank_set": Text("名次区间(95%)", "Rank set (95 %)"),
    "rank_set_in_group": Text("同类名次区间(95%)", "Set in class (95 %)"),
    "grade": Text("等次", "Grade"),
    "grade_chance": Text("P(等次)", "P(grade)"),
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
