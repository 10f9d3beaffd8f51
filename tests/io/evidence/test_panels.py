"""One file from each assessor, merged; who rated is found where offices write it."""

from __future__ import annotations

from typing import Any

import openpyxl
import pytest

from township_eval.io.workbook import read_inputs


@pytest.fixture
def folder(book, people):
    """Read files, each a dict of sheets, put into one folder."""

    def run(files: dict[str, dict[str, list[list[Any]]]]) -> Any:
        made = [book(f"2018-H2/{name}", sheets) for name, sheets in files.items()]
        return read_inputs(made[0].parent, people)

    return run


def scores(inputs: Any, *names: str) -> list[list[Any]]:
    return sorted(inputs.ratings[list(names)].to_numpy().tolist())


def items(one: float, two: float) -> list[list[Any]]:
    return [["单位", "环境(60分)", "服务(40分)", "合计"], ["东塔镇", one, two, one + two]]


def test_the_file_is_an_assessors_by_its_name(folder, faults):
    """评估员1.xlsx holds the items of assessor 1; sums are left aside."""
    inputs = folder({
        "评估员1.xlsx": {"Sheet1": items(50, 35)},
        "评估员2.xlsx": {"打分表": items(45, 30)},
    })  # fmt: skip
    assert faults(inputs) == []
    assert scores(inputs, "rater", "item", "score") == [
        ["评估员1", "服务(40分)", 35.0],
        ["评估员1", "环境(60分)", 50.0],
        ["评估员2", "服务(40分)", 30.0],
        ["评估员2", "环境(60分)", 45.0],
    ]


def test_a_line_on_the_sheet_says_who_rated(folder, faults):
    """The line below the table comes before the file's name; the agency is stated beside it."""
    rows = [
        ["评估机构:甲咨询公司", None, None, None],
        *items(50, 35),
        ["评估员:张三    日期:2018-12-20", None, None, None],
    ]
    inputs = folder({"打分表一.xlsx": {"第三方评估": rows}})
    assert faults(inputs) == []
    assert scores(inputs, "rater", "organization", "item") == [
        ["张三", "甲咨询公司", "服务(40分)"],
        ["张三", "甲咨询公司", "环境(60分)"],
    ]


def test_the_cover_says_who_rated(folder, faults):
    """A cover sheet speaks for the sheets of its file."""
    cover = [["考核期", "2018-H2"], ["评估员:", "李四"]]
    inputs = folder({"打分.xlsx": {"封面": cover, "第三方评估": [["单位", "得分"], ["东塔镇", 90]]}})
    assert faults(inputs) == []
    assert scores(inputs, "rater", "score") == [["李四", 90.0]]


def test_one_column_of_scores_is_the_files(folder, faults):
    """张三.xlsx with one column of scores is Zhang San's; a file named after nobody is refused."""
    rows = [["单位", "得分"], ["东塔镇", 90]]
    inputs = folder({"张三.xlsx": {"第三方评估": rows}, "第三方评估汇总.xlsx": {"Sheet1": rows}})
    assert faults(inputs) == [("ratings.rater", "第三方评估汇总.xlsx!Sheet1!B1")]
    assert scores(inputs, "rater", "score") == [["张三", 90.0]]


def test_assessors_in_a_column_and_items_beside(folder, faults):
    """A row a township and assessor, a column an item."""
    rows = [["单位", "评估员", "环境", "服务"], ["东塔镇", "甲", 50, 35], ["东塔镇", "乙", 45, 30]]
    inputs = folder({"第三方评估.xlsx": {"第三方评估": rows}})
    assert faults(inputs) == []
    assert scores(inputs, "rater", "item", "score")[0] == ["乙", "服务", 30.0]


def test_files_alike_are_an_assessor_each(folder, faults):
    """Where the same columns rate the same townships in several files they are items, and it is said."""
    inputs = folder({
        "张三.xlsx": {"第三方评估": items(50, 35)},
        "李四.xlsx": {"第三方评估": items(45, 30)},
    })  # fmt: skip
    assert faults(inputs) == []
    assert [(p.code, p.where) for p in inputs.problems] == [("ratings.by_file", "张三.xlsx!第三方评估")]
    assert scores(inputs, "rater", "item")[0] == ["张三", "服务(40分)"]


def test_files_of_other_townships_share_their_assessors(folder):
    """Where each file has townships of its own the columns stay assessors."""
    inputs = folder({
        "一.xlsx": {"第三方评估": [["单位", "张三", "李四"], ["东塔镇", 90, 80]]},
        "二.xlsx": {"第三方评估": [["单位", "张三", "李四"], ["崇兴镇", 85, 75]]},
    })  # fmt: skip
    assert [p.code for p in inputs.problems] == []
    assert set(inputs.ratings["rater"]) == {"张三", "李四"}


def test_the_same_sheet_twice(folder, faults):
    """A copy under another name is no second assessor."""
    inputs = folder({
        "张三.xlsx": {"第三方评估": items(50, 35)},
        "张三 (2).xlsx": {"第三方评估": items(50, 35)},
    })  # fmt: skip
    assert [code for code, _ in faults(inputs)] == ["ratings.copy"]
    (problem,) = [p for p in inputs.problems if p.code == "ratings.copy"]
    named = f"{problem.where} {problem.what.zh}"
    assert "张三.xlsx!第三方评估" in named
    assert "张三 (2).xlsx!第三方评估" in named


def test_an_assessor_in_two_files(folder, faults):
    """The same assessor's scores in two files are one problem that names both, not one a cell."""
    foot = ["评估员:张三", None, None, None]
    inputs = folder({
        "a.xlsx": {"第三方评估": [*items(50, 35), foot]},
        "b.xlsx": {"第三方评估": [*items(51, 36), foot]},
    })  # fmt: skip
    assert faults(inputs) == [("ratings.sheet_twice", "b.xlsx!第三方评估")]
    (problem,) = [p for p in inputs.problems if p.code == "ratings.sheet_twice"]
    assert "张三" in problem.what.zh
    assert "a.xlsx!第三方评估" in problem.what.en
    assert scores(inputs, "score") == [[35.0], [50.0]]


def test_a_list_of_assessors_is_nobodys_name(folder, faults):
    """评估员:张三、李四 below a sheet of all assessors leaves the columns their names."""
    rows = [["单位", "张三", "李四"], ["东塔镇", 90, 80], ["评估员:张三、李四", None, None]]
    inputs = folder({"第三方评估.xlsx": {"第三方评估": rows}})
    assert faults(inputs) == []
    assert scores(inputs, "rater", "score") == [["张三", 90.0], ["李四", 80.0]]


def test_a_sheet_for_each_assessor(folder, faults, tmp_path):
    """One workbook may hold a sheet of each assessor."""
    inputs = folder({"打分.xlsx": {"评估员1": items(50, 35), "评估员2": items(45, 30)}})
    assert faults(inputs) == []
    assert set(inputs.ratings["rater"]) == {"评估员1", "评估员2"}
    assert openpyxl.load_workbook(tmp_path / "2018-H2" / "打分.xlsx").sheetnames == ["评估员1", "评估员2"]


@pytest.mark.parametrize("name", ["评估员1(副本).xlsx", "评估员1 - 副本.xlsx", "评估员1(1).xlsx"])
def test_a_copied_file_is_the_same_assessors(folder, name):
    """A file handed in twice under the name that copying gave it is one problem, which names both."""
    inputs = folder({
        "评估员1.xlsx": {"打分表": items(50, 35)},
        name: {"打分表": items(50, 35)},
        "评估员2.xlsx": {"打分表": items(45, 30)},
    })  # fmt: skip
    (problem,) = inputs.problems
    assert problem.code == "ratings.sheet_twice"
    assert all(f"{file}!打分表" in problem.say("zh") for file in ("评估员1.xlsx", name))
    assert sorted(set(inputs.ratings["rater"])) == ["评估员1", "评估员2"]


def test_columns_that_are_items_elsewhere_are_items(folder):
    """A file that names nobody, with the columns of an assessor's file, is one more assessor's."""
    inputs = folder({
        "评估员1.xlsx": {"打分表": items(50, 35)},
        "高校代表.xlsx": {"打分表": items(45, 30)},
    })  # fmt: skip
    assert scores(inputs, "rater", "item", "score")[2:] == [
        ["高校代表", "服务(40分)", 30.0],
        ["高校代表", "环境(60分)", 45.0],
    ]


def test_a_sheet_without_a_score_is_told(folder):
    """An assessor's form that came back blank is no assessor, and not silence either."""
    inputs = folder({
        "评估员1.xlsx": {"评分": items(50, 35)},
        "评估员2.xlsx": {"评分": [["单位", "环境(60分)", "服务(40分)"], ["东塔镇", None, None]]},
    })  # fmt: skip
    assert [(one.severity, one.code, one.where) for one in inputs.problems] == [
        ("warning", "ratings.blank", "评估员2.xlsx!评分")
    ]


def test_a_table_of_experts_is_not_an_expert(folder, faults):
    """The sheet 专家打分表 with names in its headers is of all of them."""
    inputs = folder({"a.xlsx": {"专家打分表": [["单位", "张三", "李四"], ["东塔镇", 80, 84]]}})
    assert faults(inputs) == []
    assert scores(inputs, "rater", "score") == [["张三", 80.0], ["李四", 84.0]]
