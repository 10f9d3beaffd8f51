"""Every source says in both languages how its number comes about."""

from __future__ import annotations

import pytest

from township_eval.scheme import sources as s

SAID = [
    (s.Measured(), "按报送数", "as reported"),
    (s.Measured(column="普及率"), "按报送的“普及率”", "as reported in '普及率'"),
    (s.Ratio(numerator="已建", denominator="应建"), "已建÷应建", "已建 / 应建"),
    (
        s.Ratio(numerator="已建", denominator="应建", where="人口 >= 1500"),
        "已建÷应建,只计符合条件的行:人口不低于1500",
        "已建 / 应建, summed over the rows of the roster where 人口 is at least 1500",
    ),
    (
        s.Growth(start="期初", end="期末", years=3),
        "期初至期末3年的年均增长(复合)",
        "average yearly growth from 期初 to 期末 over 3 year(s), compound",
    ),
    (s.Items(columns=("目录", "计划")), "达到项数占比:目录、计划", "share of items met: 目录, 计划"),
    (
        s.Items(columns=("目录", "计划"), weights=(2, 1)),
        "达到项数占比(加权):目录、计划",
        "share of items met (weighted): 目录, 计划",
    ),
    (s.Items(columns=("制度数",), of=13), "制度数中达到的项数÷13", "items met (制度数) / 13"),
    (s.Events(), "各事项分值之和,无事项为0", "sum of the events' amounts, 0 without any"),
    (
        s.Events(marks=(s.Mark("一般", 1), s.Mark("较大", 3))),
        "各事项按等级计分之和(一般每次1、较大每次3),无事项为0",
        "sum of marks by grade of event (一般 1 each, 较大 3 each), 0 without any",
    ),
    (
        s.ShareOfPersons(column="培训天数", at_least=12),
        "花名册中“培训天数”不少于12的人数占比",
        "share of persons on the roster with '培训天数' of at least 12",
    ),
    (
        s.Change(column="信访量", relative=True),
        "信访量比本单位上期的变化率(%)",
        "percentage change of 信访量 on the unit's own previous period",
    ),
    (s.Change(), "本指标比本单位上期的增减", "change of the indicator on the unit's own previous period"),
    (
        s.Milestone(due="2018-05-10", done="报备日期"),
        "“报备日期”晚于2018-05-10的天数,提前为0",
        "days by which '报备日期' is later than 2018-05-10, 0 when early",
    ),
    (
        s.Satisfaction(
            scale=(s.Answer("满意", 100), s.Answer("不满意", 30)),
            dont_know=("不了解",),
            channels=(s.Channel("电话", 6), s.Channel("代表", 4)),
        ),
        "答案折算:满意100、不满意30;不了解不计入;电话、代表按6:4合成;电话、代表为概率抽样",
        (
            "points of answers: 满意 100, 不满意 30; 不了解 left out; 电话, 代表 mixed 6:4; "
            "电话, 代表: probability sample"
        ),
    ),
    (s.Ratings(), "各评估员打分的平均", "mean of the raters' scores"),
    (
        s.Ratings(trim=1),
        "各评估员打分去掉1个最高、1个最低后的平均",
        "mean of the raters' scores without the 1 highest and 1 lowest",
    ),
    (s.Ratings(method="median"), "各评估员打分的中位数", "median of the raters' scores"),
    (
        s.Ratings(
            method="severity",
            groups=(s.PanelWeight("甲所", 6), s.PanelWeight("乙所", 4)),
            high=8,
            minimum=3,
            raters="fixed",
        ),
        (
            "各评估员打分校正各人宽严后的平均;先按机构分别计算,再加权:甲所 6、乙所 4;评分范围0至8;"
            "至少3人评分;评估员视为固定,误差只用于排名"
        ),
        (
            "mean of the raters' scores, corrected for how strict each of them is; by organization, "
            "then weighted: 甲所 6, 乙所 4; scores between 0 and 8; at least 3 raters; the raters count as "
            "fixed: the error serves rankings only"
        ),
    ),
    (
        s.Reviews(
            direction="departments_rate_townships",
            raters=(s.PanelWeight("财政局", 2), s.PanelWeight("民政局", 1)),
            trim=1,
            minimum=3,
        ),
        (
            "部门评议乡镇各票去掉1个最高、1个最低后的平均;评议人权重:财政局 2、民政局 1;至少3张有效票;"
            "有票人全部投票,无抽样误差"
        ),
        (
            "mean of the departments' ballots without the 1 highest and 1 lowest; weights of the raters: "
            "财政局 2, 民政局 1; at least 3 valid ballots; all who are entitled vote: no sampling error"
        ),
    ),
    (
        s.Reviews(
            direction="townships_rate_departments",
            scale=(s.Answer("优秀", 100), s.Answer("合格", 60)),
            dont_know=("弃权",),
            high=120,
            design="sample",
            entitled=40,
        ),
        (
            "乡镇评议部门各票的平均;答案折算:优秀100、合格60;弃权不计入;评分范围0至120;"
            "有票人40个;抽取的评议人投票,有抽样误差"
        ),
        (
            "mean of the townships' ballots; points of answers: 优秀 100, 合格 60; 弃权 left out; scores "
            "between 0 and 120; 40 entitled to vote; a sample of raters votes: with sampling error"
        ),
    ),
    (
        s.Reviews(
            direction="townships_rate_departments",
            raters=tuple(s.PanelWeight(f"镇{k}", 1 + k % 2) for k in range(8)),
        ),
        "乡镇评议部门各票的平均;共8个评议人,按各自权重;有票人全部投票,无抽样误差",
        (
            "mean of the townships' ballots; 8 raters, each with its weight; all who are entitled "
            "vote: no sampling error"
        ),
    ),
    (
        s.Reviews(
            direction="townships_rate_departments",
            raters=tuple(s.PanelWeight(f"镇{k}", 1) for k in range(8)),
        ),
        "乡镇评议部门各票的平均;共8个评议人,权重相同;有票人全部投票,无抽样误差",
        (
            "mean of the townships' ballots; 8 raters of equal weight; all who are entitled vote: no "
            "sampling error"
        ),
    ),
    (
        s.Tasks(measure="returns", only=("二(四)", "T13")),
        "按时报送次数占应报送次数的比例(限二(四)、T13)",
        "share of returns filed on time (of 二(四), T13)",
    ),
    (
        s.Tasks(counted="period"),
        "按期完成任务数占应完成任务数的比例(只计本期到期的),未报送的按未完成计",
        (
            "share of due tasks done on time (with deadlines in the period); "
            "what nobody reported counts as not done"
        ),
    ),
]


@pytest.mark.parametrize(("source", "zh", "en"), SAID, ids=[type(one[0]).__name__ for one in SAID])
def test_a_source_is_said_in_both_languages(source, zh, en):
    """What an official reads beside the rule."""
    said = source.words()
    assert (said.zh, said.en) == (zh, en)


def test_every_source_of_a_scheme_has_words():
    """No kind is left out of the list above."""
    assert {type(one[0]) for one in SAID} == set(s.Source.__args__)
