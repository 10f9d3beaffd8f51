"""The keys of sources: where a leaf's values come from."""

from __future__ import annotations

from typing import Final

from township_eval.scheme.fields.field import field as _field

__all__ = ["SOURCES"]

SOURCES: Final = {
    "kind": _field("来源种类", "数值来源的种类", "kind of source"),
    "Unit.kind": _field("性质", "如 街道、镇、乡", "street, town, township"),
    "column": _field("数据列", "数据列的名称", "name of the column"),
    "numerator": _field("分子", "分子所在列", "column of the numerator"),
    "denominator": _field("分母", "分母所在列", "column of the denominator"),
    "where": _field("筛选条件", "只计满足条件的行", "only rows that meet the condition"),
    "start": _field("期初列", "期初数值的列", "column of the first value"),
    "end": _field("期末列", "期末数值的列", "column of the last value"),
    "years": _field("年数", "相隔年数", "years between"),
    "columns": _field("各数据列", "各项所在的数据列", "names of the columns"),
    "weights": _field("各项权重", "各项的权重", "weights of the items"),
    "of": _field("总项数", "总共有几项", "how many items there are"),
    "relative": _field("按百分比", "true 为百分比变化", "percent instead of difference"),
    "due": _field("应完成", "应完成日期或其所在列", "due date, or its column"),
    "done": _field("实完成", "实际完成日期所在列", "column of the date done"),
    "Satisfaction.scale": _field("答案分值", "各答案的分值", "points of each answer"),
    "dont_know": _field("不计入的答案", "如“不了解”", "answers left out of the denominator"),
    "channels": _field("渠道权重", "各渠道的权重", "weights of the channels"),
    "questions": _field("问题权重", "各问题的权重", "weights of the questions"),
    "trim": _field("去高去低", "各去掉几个最高分和最低分", "how many high and low scores are dropped"),
    "minimum": _field("最少评分人", "至少几个有效评分", "fewest scores needed"),
    "refused": _field(
        "拒答的答案", "如“拒答”,不计入并单独列出", "answers of people who refused; counted apart"
    ),
    "Satisfaction.denominator": _field(
        "分母",
        "valid 只计有效回答;with_dont_know 不了解按零分计入",
        "valid answers only, or with_dont_know: don't know counts with zero points",
    ),
    "design": _field(
        "抽样方式",
        "调查:probability 概率抽样、list census 名单普查、convenience 自愿参与;"
        "评议:census 全部有票人、sample 抽取",
        "survey: probability, list census or convenience; review: census or sample",
    ),
    "deff": _field("设计效应", "只有份数或均值时假定的设计效应", "design effect assumed for counts or means"),
    "minimum_items": _field("最少答题数", "每人至少答几题才计入", "fewest valid answers of a person"),
    "Satisfaction.minimum": _field("样本要求", "有效样本和自由度的下限", "what the sample must reach"),
    "n_eff": _field("有效样本量", "样本量÷设计效应的下限", "least effective sample size, n / deff"),
    "df": _field("自由度", "自由度的下限", "least degrees of freedom"),
    "calibrate": _field(
        "校准变量", "按人口结构加权的变量", "variables whose population totals the weights are brought to"
    ),
    "trim_weights": _field("权重截尾", "超过中位数几倍的权重截断", "weights above this many medians are cut"),
    "lonely": _field(
        "单一群层",
        "层内只有一个样本群时:raise 报错或 adjust、average、certainty、remove",
        "a stratum with one cluster: raise, adjust, average, certainty or remove",
    ),
    "small_area": _field(
        "辅助变量", "小区域估计(仅供参考)的辅助数据列", "columns for the advisory small-area estimate"
    ),
    "Ratings.method": _field(
        "合成方法", "mean 平均、median 中位数、severity 宽严校正", "mean, median or severity"
    ),
    "Ratings.groups": _field("评估组权重", "各机构(组)的权重", "weights of the organizations"),
    "Ratings.items": _field("评分项满分", "各评分项的满分", "full mark of each item"),
    "Ratings.raters": _field(
        "评估员",
        "random 视为随机抽取(门槛判断用)、fixed 视为固定(只用于排名)",
        "random (thresholds) or fixed (rankings)",
    ),
    "Reviews.raters": _field("评议人权重", "谁评议及其权重", "who votes, with weights"),
    "Reviews.scale": _field("答案分值", "无记名票各答案的分值", "points of the answers of secret ballots"),
    "Reviews.direction": _field(
        "评议方向",
        "departments_rate_townships 部门评乡镇、townships_rate_departments 乡镇评部门",
        "departments_rate_townships or townships_rate_departments",
    ),
    "entitled": _field(
        "有票人数", "每个单位有几人(个部门)有权投票", "how many are entitled to vote on a unit"
    ),
    "Tasks.measure": _field(
        "任务指标",
        "on_time 按期完成、done 完成、progress 进度、returns 报送",
        "on_time, done, progress or returns",
    ),
    "Tasks.counted": _field(
        "计入范围",
        "to_date 截至数据截止日到期的任务、period 只计本期到期的任务",
        "to_date: deadlines so far, or period: deadlines of the period",
    ),
    "only": _field("限于", "只计这些任务或章节", "only these tasks or sections"),
}
