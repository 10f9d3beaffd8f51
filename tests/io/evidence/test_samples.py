"""Means with their spread, and population counts."""

from __future__ import annotations

import pytest


def test_means(take, faults):
    """A row a township and channel: mean, size, spread, design effect, population, and the mean's cell."""
    rows = [
        ["群众满意度调查汇总", None, None, None, None, None, None],
        ["乡镇", "渠道", "均值", "样本量", "标准差", "设计效应", "总体"],
        ["东塔镇", "电话", "87.5分", "200份", 21.4, 1.5, "1.2万"],
        ["崇兴镇", "代表", 90, 30, None, None, None],
        ["白土岗乡", None, None, None, None, None, None],
        ["平均", None, 88.75, None, None, None, None],
    ]
    inputs = take({"调查汇总": rows}, {"调查汇总": ["A1:G1"]})
    assert faults(inputs) == []
    frame = inputs.means
    assert frame[["unit", "channel", "mean", "n", "cell"]].to_numpy().tolist() == [
        ["640181100", "电话", 87.5, 200.0, "2018-H2.xlsx!调查汇总!C3"],
        ["640181102", "代表", 90.0, 30.0, "2018-H2.xlsx!调查汇总!C4"],
    ]
    assert frame[["sd", "deff", "population"]].iloc[0].tolist() == [21.4, 1.5, 12000.0]
    assert frame[["sd", "deff", "population"]].iloc[1].isna().all()


def test_means_under_their_channels(take, faults):
    """Channels may head the columns of their means."""
    rows = [
        ["乡镇", "电话", None, "代表", None],
        [None, "均值", "样本量", "均值", "样本量"],
        ["东塔镇", 87, 200, 89, 30],
        ["崇兴镇", 85, 210, None, None],
    ]
    inputs = take({"满意度": rows}, {"满意度": ["A1:A2", "B1:C1", "D1:E1"]})
    assert faults(inputs) == []
    assert inputs.means[["unit", "channel", "mean", "n"]].to_numpy().tolist() == [
        ["640181100", "电话", 87.0, 200.0],
        ["640181100", "代表", 89.0, 30.0],
        ["640181102", "电话", 85.0, 210.0],
    ]


@pytest.mark.parametrize(
    ("row", "code", "cell"),
    [
        (["东塔镇", 87, None], "means.blank", "C2"),
        (["东塔镇", None, 200], "means.blank", "B2"),
        (["东塔镇", "87.5%", 200], "means.percent", "B2"),
        (["东塔镇", "约87", 200], "cell.text", "B2"),
    ],
)
def test_a_mean_in_doubt_is_refused(take, faults, row, code, cell):
    """Half a result, a percentage that may be a share of the satisfied, and text are named with a cell."""
    inputs = take({"调查汇总": [["乡镇", "平均分", "有效样本"], row]})
    assert faults(inputs) == [(code, f"2018-H2.xlsx!调查汇总!{cell}")]


def test_margins(take, faults):
    """A row a category; a merged variable holds for all of its rows; no township means all of them."""
    rows = [
        ["人口结构(2018年6月底)", None, None, None],
        ["乡镇", "变量", "类别", "人数"],
        ["全市", "性别", "男", "12,000"],
        ["全市", None, "女", 11500],
        ["东塔镇", "年龄组", "18-39", 900],
        [None, None, "合计", 24400],
        ["数据来源:公安局", None, None, None],
    ]
    inputs = take({"人口结构": rows}, {"人口结构": ["A1:D1", "B3:B4"]})
    assert faults(inputs) == []
    frame = inputs.margins
    assert frame[["margin", "category", "population", "cell"]].to_numpy().tolist() == [
        ["性别", "男", 12000.0, "2018-H2.xlsx!人口结构!D3"],
        ["性别", "女", 11500.0, "2018-H2.xlsx!人口结构!D4"],
        ["年龄组", "18-39", 900.0, "2018-H2.xlsx!人口结构!D5"],
    ]
    assert frame["unit"].isna().tolist() == [True, True, False]
    assert frame["unit"].iloc[2] == "640181100"


def test_margins_are_known_by_their_headers(take, faults):
    """A sheet of any name with variable, category and number is one of margins."""
    inputs = take({"Sheet1": [["变量", "类别", "人数"], ["性别", "男", 10]]})
    assert faults(inputs) == []
    assert inputs.margins["population"].tolist() == [10.0]


def test_gaps_in_margins_are_refused(take, faults):
    """A category without a number, a number without its variable, and an unknown township are named."""
    rows = [
        ["乡镇", "变量", "类别", "人数"],
        [None, "性别", "男", None],
        [None, None, "女", 5],
        ["马家滩镇", "性别", "男", 3],
    ]
    inputs = take({"人口结构": rows})
    assert sorted(faults(inputs)) == [
        ("margins.blank", "2018-H2.xlsx!人口结构!B3"),
        ("margins.blank", "2018-H2.xlsx!人口结构!D2"),
        ("unit.unknown", "2018-H2.xlsx!人口结构!A4"),
    ]


def test_margins_without_headers(take, faults):
    """A sheet of that name that lacks a column says which headers it needs."""
    assert faults(take({"人口结构": [["变量", "人数"], ["性别", 5]]})) == [
        ("table.no_header", "2018-H2.xlsx!人口结构")
    ]


def test_only_where_a_survey_needs_them(take, make_scheme):
    """Where the scheme has no survey a sheet of means is a table of figures."""
    inputs = take({"调查汇总": [["乡镇", "断头路条数"], ["东塔镇", 3]]}, scheme=make_scheme("roads"))
    assert inputs.means is None
    assert inputs.values["value"].tolist() == [3.0]
