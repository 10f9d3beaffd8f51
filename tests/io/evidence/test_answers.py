"""Satisfaction counts and assessors' scores, wide and long."""

from __future__ import annotations

from typing import Any

import pytest

from township_eval.io.workbook import read_inputs


@pytest.fixture
def read(book, scheme):
    """Read sheets given as rows; return the inputs."""

    def run(sheets: dict[str, list[list[Any]]], merges: dict[str, list[str]] | None = None) -> Any:
        return read_inputs(book("2018-H2.xlsx", sheets, merges), scheme)

    return run


def errors(inputs: Any) -> list[tuple[str, str]]:
    return [(p.code, p.where) for p in inputs.problems if p.severity == "error"]


def test_answers_under_their_channels(read):
    """Channels may head the columns of their answers."""
    rows = [
        ["单位", "电话", None, None, "代表", None, None],
        [None, "满意", "基本满意", "不满意", "满意", "基本满意", "不满意"],
        ["东塔镇", 120, 60, 20, 21, 6, 3],
    ]
    inputs = read({"满意度": rows}, {"满意度": ["A1:A2", "B1:D1", "E1:G1"]})
    assert errors(inputs) == []
    counts = inputs.satisfaction[["channel", "answer", "count"]].to_numpy().tolist()
    assert counts[0] == ["电话", "满意", 120.0]
    assert counts[3] == ["代表", "满意", 21.0]


def test_long_counts(read):
    """A row an answer, with its channel."""
    rows = [
        ["单位", "渠道", "答案", "人数"],
        ["东塔镇", "电话", "满意", "1,200"],
        ["东塔镇", "电话", "不了解", 3],
    ]
    inputs = read({"满意度": rows})
    assert errors(inputs) == []
    assert inputs.satisfaction[["answer", "count", "cell"]].to_numpy().tolist() == [
        ["满意", 1200.0, "2018-H2.xlsx!满意度!D2"],
        ["不了解", 3.0, "2018-H2.xlsx!满意度!D3"],
    ]


@pytest.mark.parametrize(
    "rows",
    [
        [["单位", "渠道", "答案", "人数"], ["东塔镇", "电邮", "满意", 5]],
        [["单位", "渠道", "满意", "基本满意", "不满意"], ["东塔镇", "电邮", 5, 3, 2]],
    ],
    ids=["long", "wide"],
)
def test_the_cell_of_the_channel_is_kept(read, rows):
    """What is wrong with a channel can be said of the cell it is written in."""
    assert set(read({"满意度": rows}).satisfaction["channel_cell"]) == {"2018-H2.xlsx!满意度!B2"}


def test_sheet_recognized_by_its_answers(read):
    """A sheet whose name says nothing is a satisfaction sheet if it counts the scheme's answers."""
    inputs = read({"Sheet1": [["单位", "满意", "基本满意", "不满意"], ["东塔镇", 5, 3, 2]]})
    assert len(inputs.satisfaction) == 3


def test_blank_among_counts_is_refused(read):
    """A blank beside counts may be zero or forgotten; a row that is blank altogether was not surveyed."""
    rows = [
        ["单位", "满意", "基本满意", "不满意"],
        ["东塔镇", 5, 3, None],
        ["崇兴镇", None, None, None],
    ]
    inputs = read({"满意度": rows})
    assert errors(inputs) == [("satisfaction.blank", "2018-H2.xlsx!满意度!D2")]
    assert set(inputs.satisfaction["unit"]) == {"640181100"}


def test_unknown_answer_is_refused(read):
    """An answer that is not on the scheme's scale is named; summary columns are left out."""
    rows = [["单位", "满意", "基本满意", "比较满意", "有效样本", "满意率"], ["东塔镇", 5, 3, 2, 10, "80%"]]
    assert errors(read({"满意度": rows})) == [("satisfaction.answer", "2018-H2.xlsx!满意度!D1")]


def test_text_in_a_count_is_refused(read):
    """A count in doubt is refused with its cell."""
    rows = [["单位", "满意", "基本满意"], ["东塔镇", "约5", 3]]
    assert errors(read({"满意度": rows})) == [("cell.text", "2018-H2.xlsx!满意度!B2")]


def test_long_scores(read):
    """A row a score, with the assessor and the item."""
    rows = [
        ["单位", "评估员", "项目", "得分"],
        ["东塔镇", "甲", "环境", 92],
        ["东塔镇", "乙", "环境", "88分"],
    ]
    inputs = read({"第三方评估": rows})
    assert errors(inputs) == []
    assert inputs.ratings[["rater", "item", "score"]].to_numpy().tolist() == [
        ["甲", "环境", 92.0],
        ["乙", "环境", 88.0],
    ]


def test_assessors_down_the_rows(read):
    """Assessors in the rows and units along the columns are read alike."""
    rows = [
        ["第三方评估打分表", None, None, None],
        ["评估员", "东塔镇", "崇兴镇", "白土岗乡"],
        ["评估员1", 92, 90, 88],
        ["评估员2", 91, 89, 87],
        ["平均分", 91.5, 89.5, 87.5],
    ]
    inputs = read({"第三方评估": rows}, {"第三方评估": ["A1:D1"]})
    assert errors(inputs) == []
    frame = inputs.ratings
    assert sorted(set(frame["rater"])) == ["评估员1", "评估员2"]
    scores = {(unit, rater): score for unit, rater, score in frame[["unit", "rater", "score"]].to_numpy()}
    assert scores["640181102", "评估员2"] == 89.0


def test_items_below_assessors(read):
    """Items repeated under each assessor keep both."""
    rows = [
        ["单位", "评估员1", None, "评估员2", None],
        [None, "环境", "服务", "环境", "服务"],
        ["东塔镇", 92, 90, 88, 86],
    ]
    inputs = read({"第三方评估": rows}, {"第三方评估": ["A1:A2", "B1:C1", "D1:E1"]})
    assert inputs.ratings[["rater", "item", "score"]].to_numpy().tolist() == [
        ["评估员1", "环境", 92.0],
        ["评估员1", "服务", 90.0],
        ["评估员2", "环境", 88.0],
        ["评估员2", "服务", 86.0],
    ]


def test_an_assessor_may_not_rate_a_unit(read):
    """A blank or "/" is no score; text is refused."""
    rows = [["单位", "评估员1", "评估员2", "评估员3"], ["东塔镇", 92, None, "/"], ["崇兴镇", "优", 90, 80]]
    inputs = read({"第三方评估": rows})
    assert errors(inputs) == [("cell.text", "2018-H2.xlsx!第三方评估!B3")]
    assert inputs.ratings["score"].tolist() == [92.0, 90.0, 80.0]


def test_refused_answers_and_questions_above(take, faults):
    """Refusals are counted like don't know; a question may head its answers."""
    rows = [
        ["单位", "总体评价", None, None, "服务态度", None, None],
        [None, "满意", "不满意", "拒答", "满意", "不满意", "拒答"],
        ["东塔镇", 8, 1, 1, 7, 2, 0],
    ]
    inputs = take({"满意度": rows}, {"满意度": ["A1:A2", "B1:D1", "E1:G1"]})
    assert faults(inputs) == []
    assert inputs.satisfaction[["question", "answer", "count"]].to_numpy().tolist() == [
        ["总体评价", "满意", 8.0],
        ["总体评价", "不满意", 1.0],
        ["总体评价", "拒答", 1.0],
        ["服务态度", "满意", 7.0],
        ["服务态度", "不满意", 2.0],
        ["服务态度", "拒答", 0.0],
    ]


@pytest.mark.parametrize("merged", [True, False], ids=["merged", "not merged"])
def test_counts_under_their_questions_are_no_single_answers(take, merged):
    """Two header rows of questions and answers are counts, whether the cells are merged or not."""
    rows = [["单位", "总体评价", None], [None, "满意", "不满意"], ["东塔镇", 8, 1]]
    inputs = take({"Sheet1": rows}, {"Sheet1": ["A1:A2", "B1:C1"]} if merged else None)
    assert inputs.responses is None
    assert inputs.satisfaction["count"].tolist() == [8.0, 1.0]
