"""Sheets 更正单, 异议登记, 容错备案, 整改回执 and 加减分: told by their names, read by their headers."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

import township_eval as te
from township_eval.inputs import Inputs
from township_eval.inputs.corrections import apply_corrections
from township_eval.scheme.model import Scheme


@pytest.fixture(scope="module")
def scheme() -> Scheme:
    """Return a scheme with two indicators and a pool of bonus points."""
    return te.read_scheme(
        {
            "name": "虚构方案", "version": "1", "weights": "relative",
            "units": {"001": {"name": "甲镇"}, "002": {"name": "乙乡"}},
            "adjustments": {"bonus": {"cap": 5}},
            "index": {"children": [
                {"id": "water", "name": "自来水普及率", "unit": "%", "weight": 50},
                {"id": "roads", "name": "道路完好分", "weight": 50},
            ]},
        }
    )  # fmt: skip


def book(folder: Path, **sheets: list[list[object]]) -> Path:
    """Write a workbook of one period: its values and more sheets."""
    written = openpyxl.Workbook()
    values = written.active
    assert values is not None
    values.title = "指标数据"
    for row in (["单位", "自来水普及率(%)", "道路完好分"], ["甲镇", 80, 70], ["乙乡", 90, 75]):
        values.append(row)
    for name, rows in sheets.items():
        sheet = written.create_sheet(name)
        for row in rows:
            sheet.append(row)
    path = folder / "2018-H2.xlsx"
    written.save(path)
    return path


def read(folder: Path, scheme: Scheme, **sheets: list[list[object]]) -> Inputs:
    """Return the inputs of a workbook with more sheets."""
    return te.read_inputs(book(folder, **sheets), scheme)


def test_slips_are_read_in_the_unit_of_their_indicator(tmp_path: Path, scheme: Scheme) -> None:
    """A percentage typed in any of its ways is the same number; the slip's own cell is kept beside."""
    heads = [
        "编号",
        "单位",
        "指标",
        "单元格",
        "原值",
        "更正后",
        "理由",
        "依据文件",
        "批准人",
        "批准日期",
        "异议编号",
    ]
    inputs = read(tmp_path, scheme, 更正单=[
        ["附件3 更正单"],
        heads,
        ["G1", "甲镇", "自来水普及率", None, "80%", 0.855, "漏报", "函2号", "王某", date(2019, 1, 15), "Y1"],
        ["G2", None, None, "指标数据!C3", 75, 76, "笔误", "甲函3号", "王某", "2019年1月16日", None],
        ["G3", "乙乡", None, None, None, None, None, None, None, None, None],
    ])  # fmt: skip
    assert inputs.problems == ()
    assert inputs.corrections is not None
    assert inputs.corrections["where"].tolist() == ["2018-H2.xlsx!更正单!E3", "2018-H2.xlsx!更正单!E4"]
    assert inputs.corrections["date"].tolist() == ["2019-01-15", "2019-01-16"]
    _, applied, problems = apply_corrections(scheme, inputs)
    assert [problem.code for problem in problems] == []
    assert applied.set_index("number")[["unit", "cell", "old", "new"]].to_numpy().tolist() == [
        ["001", "2018-H2.xlsx!指标数据!B2", 80.0, 0.855],
        ["002", "2018-H2.xlsx!指标数据!C3", 75.0, 76.0],
    ]


def test_percent_cells_of_a_slip_are_what_they_show(tmp_path: Path, scheme: Scheme) -> None:
    """A cell that shows 85.5% means 85.5, with or without the indicator's name beside it."""
    path = book(tmp_path, 更正单=[
        ["单位", "指标", "单元格", "原值", "更正后", "理由", "依据文件", "批准人"],
        ["甲镇", "自来水普及率", None, 0.8, 0.855, "漏报", "函2号", "王某"],
        [None, None, "2018-H2.xlsx!指标数据!B3", 0.9, 0.91, "漏报", "函2号", "王某"],
    ])  # fmt: skip
    written = openpyxl.load_workbook(path)
    for row in (2, 3):
        for column in ("D", "E"):
            written["更正单"][f"{column}{row}"].number_format = "0.0%"
    written.save(path)
    corrected, _, problems = apply_corrections(scheme, te.read_inputs(path, scheme))
    assert problems == ()
    assert corrected.values is not None
    water = corrected.values[corrected.values["indicator"] == "water"]
    assert water["value"].tolist() == [85.5, 91.0]


def test_problem_of_a_slip_names_its_own_cell(tmp_path: Path, scheme: Scheme) -> None:
    """Who has to mend a slip is told where the slip stands, not where the value does."""
    inputs = read(tmp_path, scheme, 更正单=[
        ["单位", "指标", "原值", "更正后", "理由", "依据文件", "批准人"],
        ["甲镇", "道路完好分", 71, 72, "笔误", "函2号", "王某"],
    ])  # fmt: skip
    problems = apply_corrections(scheme, inputs)[2]
    assert [(one.code, one.where) for one in problems] == [("correction.old", "2018-H2.xlsx!更正单!C2")]
    assert "指标数据!C2" in problems[0].what.zh


def test_register_waivers_and_replies(tmp_path: Path, scheme: Scheme) -> None:
    """Days in any writing become ISO days, and the document on a cover is no approval of a waiver."""
    inputs = read(
        tmp_path, scheme,
        异议登记=[["编号", "类别", "提出单位", "异议事项", "收到日期", "复核结论", "答复日期", "更正单编号"],
              ["Y1", "异议", "甲镇", "自来水普及率", date(2019, 1, 2), "属实", "2019/1/10", "G1"]],
        容错备案=[["文号:某函1号"], ["单位", "规则", "认定理由", "认定机关", "批准文件", "有效期至"],
              ["甲镇", "late", "先行先试", "市委", None, "2019-06-30"]],
        整改回执=[["单位", "规则", "考核期", "整改情况", "佐证材料", "销号日期"],
              ["乙乡", "interview", "2018年上半年", "已通水", "验收单", "2018-11-30"]],
    )  # fmt: skip
    assert inputs.objections is not None
    assert inputs.waivers is not None
    assert inputs.rectifications is not None
    row = inputs.objections.iloc[0]
    assert (row["unit"], row["received"], row["answered"]) == ("甲镇", "2019-01-02", "2019-01-10")
    assert (inputs.waivers["document"].tolist(), inputs.waivers["authority"].tolist()) == ([""], ["市委"])
    assert inputs.waivers["cell"].tolist() == ["2018-H2.xlsx!容错备案!A3"]
    assert inputs.rectifications[["period", "closed"]].to_numpy().tolist() == [["2018-H1", "2018-11-30"]]


def test_bonus_sheet_is_read_where_the_scheme_has_a_pool(tmp_path: Path, scheme: Scheme) -> None:
    """Events need no leaf that counts them: a pool is enough; without either the sheet is no events."""
    rows: list[list[object]] = [
        ["单位", "事项", "分值", "内容", "文号", "日期", "来源", "审核人"],
        ["甲镇", "加分", 2, "全国文明村镇", "文明委1号", "2018年5月10日", "中央文明委", "李某"],
    ]
    inputs = read(tmp_path, scheme, 加减分明细=rows)
    assert inputs.events is not None
    wanted = ["unit", "rule", "amount", "content", "reason", "reference", "date", "source", "checked_by"]
    assert inputs.events[wanted].iloc[0].tolist() == [
        "001", "加分", 2.0, "全国文明村镇", "全国文明村镇", "文明委1号", "2018-05-10", "中央文明委", "李某",
    ]  # fmt: skip
    assert inputs.events["amount_cell"].tolist() == ["2018-H2.xlsx!加减分明细!C2"]


def test_sheet_without_its_header_is_an_error(tmp_path: Path, scheme: Scheme) -> None:
    """A sheet called 更正单 that nobody can read as one is named, never skipped."""
    inputs = read(tmp_path, scheme, 更正单=[["更正内容"], ["甲镇自来水改为85"]])
    assert [one.code for one in inputs.problems] == ["table.no_header"]
    assert inputs.corrections is None


def test_empty_form_is_no_entry(tmp_path: Path, scheme: Scheme) -> None:
    """A form with units printed on it and nothing filled in has no rows."""
    inputs = read(tmp_path, scheme, 容错备案=[["代码", "单位", "规则", "理由"], ["001", "甲镇", None, None]])
    assert (inputs.problems, inputs.waivers) == ((), None)
    assert isinstance(inputs.values, pd.DataFrame)
