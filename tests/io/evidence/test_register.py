"""Sheets 任务, 指标 and 报送: told by name and headers, read with a cell for every entry."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

import township_eval as te
from township_eval.io.workbook import read_inputs

TASKS: list[list[Any]] = [
    ["任务台账", None, None, None, None, None],
    ["编号", "章节", "工作任务", "牵头单位", "配合单位", "完成时限", "是否认领", "备注"],
    ["T01", "二(一)", "扩大权限", "编办、法制办", "农牧局等相关部门", datetime(2018, 12, 31), "是", "x"],  # noqa: DTZ001
    ["T02", "二(二)", "执法改革", "编办", "各乡镇", "2019年12月31日", None, None],
    ["T08", "二(六)2", "人才队伍", "人社局", "财政局", "长期", "否", None],
    ["合计", None, "3项", None, None, None, None, None],
    ["注:示例", None, None, None, None, None, None, None],
]
TARGETS: list[list[Any]] = [
    ["编号", "所属任务", "原文", "全市总量", "全市至少", "完成时限", "乡镇", "分解数"],
    ["Q08", "T02", "1700人顺利脱贫", "1,700人", None, "2020.12.31", None, None],
    ["Q08", None, None, None, None, None, "东塔镇", 1700],
]
RETURNS: list[list[Any]] = [
    ["任务编号", "报送单位", "报送期", "完成率", "完成日期", "进展情况", "报送日期"],
    ["T01", "编办", "2018年下半年", "85%", None, "已下放", "2018.12.20"],
    ["T02", "东塔镇", "2018年上半年", 0.4, None, "推进中", date(2018, 6, 28)],
    ["T02", "崇兴镇", None, 40, "尽快", None, "2018/12/30"],
]
FIGURES: list[list[Any]] = [
    ["单位", "断头路条数"],
    ["东塔镇", 0],
    ["崇兴镇", 1],
    ["白土岗乡", 2],
]


@pytest.fixture
def read(book, scheme):
    """Read sheets given as rows beside a sheet of figures; return the inputs."""

    def run(sheets: dict[str, list[list[Any]]], name: str = "2018-H2.xlsx") -> te.Inputs:
        path = book(name, {**sheets, "数据": FIGURES}, formats={"报送": {"D3": "0%"}})
        return read_inputs(path, scheme, as_of="2018-12-31")

    return run


def test_a_register_is_read_row_by_row(read):
    """Dates as Excel writes them and as people do; 长期 stays; totals and notes are left out."""
    inputs = read({"任务": TASKS})
    assert [problem for problem in inputs.problems if problem.severity == "error"] == []
    assert inputs.tasks["task"].tolist() == ["T01", "T02", "T08"]
    assert inputs.tasks["deadline"].tolist() == ["2018-12-31", "2019-12-31", "长期"]
    assert inputs.tasks["lead"].tolist() == ["编办、法制办", "编办", "人社局"]
    assert inputs.tasks["deadline_cell"].iloc[1] == "2018-H2.xlsx!任务!F4"


def test_targets_and_shares_stand_in_one_table(read):
    """A row with a township is its share."""
    found = read({"指标": TARGETS}).targets
    assert found["total"].iloc[0] == 1700
    assert (found["unit"].iloc[1], found["quota"].iloc[1]) == ("东塔镇", 1700)
    assert found["deadline"].iloc[0] == "2020-12-31"


def test_returns_are_read_with_their_dates_and_percentages(read):
    """85% and a cell shown in percent are percent; what is no date stays for whoever judges dates."""
    found = read({"报送": RETURNS}).returns
    assert found["progress"].tolist() == [85, 40, 40]
    assert found["period"].tolist() == ["2018-H2", "2018-H1", ""]
    assert found["filed"].tolist() == ["2018-12-20", "2018-06-28", "2018-12-30"]
    assert found["done"].iloc[2] == "尽快"


def test_a_file_of_one_office_needs_no_column_of_reporters(read):
    """Who hands in the file reports."""
    rows = [["任务编号", "完成率", "报送日期"], ["T01", 50, "2018-12-20"], ["填报单位:编办", None, None]]
    assert read({"报送": rows}).returns["reporter"].tolist() == ["编办"]


def test_a_number_that_is_none_is_refused_with_its_cell(read):
    """约九成 is no progress."""
    rows = [RETURNS[0], ["T01", "编办", None, "约九成", None, None, None]]
    (problem,) = (one for one in read({"报送": rows}).problems if one.severity == "error")
    assert problem.where == "2018-H2.xlsx!报送!D2"


def test_a_formula_without_result_is_refused(read):
    """A deadline nobody stored is no blank deadline."""
    rows = [TASKS[1], ["T01", "二(一)", "扩大权限", "编办", None, "=DATE(2018,12,31)", None, None]]
    codes = {(one.code, one.where) for one in read({"任务": rows}).problems if one.severity == "error"}
    assert codes == {("formula.uncached", "2018-H2.xlsx!任务!F2")}


@pytest.mark.parametrize("name", ["任务", "指标", "报送情况"])
def test_a_sheet_of_figures_stays_one_whatever_its_name(read, name):
    """Headers decide: 指标 is a usual name of a sheet of values."""
    rows = [["单位", "断头路条数"], ["东塔镇", 5]]
    inputs = read({name: rows})
    assert (inputs.tasks, inputs.targets, inputs.returns) == (None, None, None)


def test_what_was_read_is_held_against_the_register(read, scheme):
    """A date that is none is reported once, in its own cell, with the rest of the period's problems."""
    inputs = read({"任务": TASKS, "报送": RETURNS})
    from township_eval.inputs import prepare
    from township_eval.sources.tasks.tables import task_tables

    tables, problems = task_tables(prepare(scheme, inputs))
    assert [(one.code, one.where) for one in problems if one.severity == "error"] == [
        ("returns.done", "2018-H2.xlsx!报送!E4")
    ]
    rows = tables["tasks"].set_index(["task", "reporter"])
    assert rows.loc[("T01", "编办"), "progress"] == 85
    assert rows.loc[("T02", "崇兴镇"), "filing"] == "on_time"
    assert rows.loc[("T02", "东塔镇"), "filing"] == "missing"  # reported the half-year before
