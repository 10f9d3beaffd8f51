"""Values of a sheet: found under their headers, with their cells, or refused with them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from township_eval.io.grids.grid import Area, Grid
from township_eval.io.sheets.columns.reading import Reading, Sheet
from township_eval.io.sheets.headers import Table
from township_eval.io.sheets.locating import locate
from township_eval.io.sheets.log import Log
from township_eval.io.sheets.names import Entry, Register
from township_eval.io.sheets.values import read_values
from township_eval.io.sheets.vocabulary import Vocabulary
from township_eval.scheme.model import Layout


def merged(*areas: str) -> dict[tuple[int, int], Area]:
    from openpyxl.utils import range_boundaries

    found = {}
    for area in areas:
        left, top, right, bottom = (edge - 1 for edge in range_boundaries(area))
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                found[row, column] = Area(top, left, bottom, right)
    return found


@pytest.fixture
def read(scheme):
    """Read rows of a sheet; return the readings and the log."""

    def run(
        rows: list[list[Any]],
        pins: Layout | None = None,
        classes: Mapping[str, str] | None = None,
        groups: Mapping[str, str] | None = None,
        **cells: Any,
    ) -> tuple[list[Reading], Log]:
        width = max(map(len, rows))
        grid = Grid("a.xlsx", "数据", [row + [None] * (width - len(row)) for row in rows], **cells)
        units = Register.of(
            [Entry(u.code, u.name, (groups or {}).get(u.code, ""), aliases=u.aliases) for u in scheme.units]
        )
        log, words, pins = Log(), Vocabulary.of(scheme), pins or Layout()
        table: Table | None = locate(grid, units, words.knows, log, pins)
        tokens = {token.text: token.means for token in scheme.tokens}
        how = Sheet(units, words, log, tokens, pins, classes=classes or {})
        found = read_values(table, how) if table else []
        return found, log

    return run


def said(readings: list[Reading], column: str) -> dict[str, Any]:
    return {
        r.unit: r.parsed.value for r in readings if r.target.indicator == column and r.parsed.status == "ok"
    }


def codes(log: Log) -> list[tuple[str, str]]:
    return [(problem.code, problem.where) for problem in log.problems]


def test_what_an_office_sends(read):
    """Titles, two header rows, a unit row, totals, notes and signatures around the numbers."""
    rows = [
        ["附件1", None, None, None, None],
        ["2018年下半年基础设施情况表", None, None, None, None],
        ["填报单位:农牧局", None, None, None, "单位:%、条"],
        ["序号", "乡镇(街道)", "饮水", "道路", None],
        [None, None, "自来水普及率", "断头路条数", "备注"],
        [None, None, "(%)", "(条)", None],
        [1, "东塔", "98.5%", 0, None],
        [2, "崇兴镇人民政府", "９７％", "1条", "已开工"],
        [3, "640181201", 100, "/", None],
        [None, "合 计", None, 1, None],
        ["注:“/”表示没有贫困村。", None, None, None, None],
        ["填表人:张三", None, None, "审核人:李四", None],
    ]
    areas = merged("A2:E2", "A4:A6", "B4:B6", "D4:E4")
    readings, log = read(rows, merged=areas)
    assert codes(log) == []
    assert said(readings, "tap_water") == {"640181100": 98.5, "640181102": 97.0, "640181201": 100.0}
    assert said(readings, "roads") == {"640181100": 0.0, "640181102": 1.0}
    assert [r.parsed.status for r in readings if r.unit == "640181201"] == ["ok", "not_applicable"]
    assert next(r.where for r in readings if r.parsed.value == 97.0) == "a.xlsx!数据!C8"
    dropped = {line[2] for line in log.lines if line[6].zh == "不读入"}
    assert {"B10", "A11", "A12", "E5"} <= dropped


def test_units_along_the_columns(read):
    """Units in the columns, with a column of units of measure, one of targets and one of totals."""
    rows = [
        ["主要指标完成情况", None, None, None, None, None, None],
        ["指标", "单位", "目标值", "完成情况", None, None, None],
        [None, None, None, "东塔镇", "崇兴镇", "白土岗乡", "合计"],
        ["自来水普及率", "%", 100, "98.5%", 97, "96%", 97.2],
        ["断头路条数", "条", 0, 0, 1, "/", 1],
        ["注:数据截至年底", None, None, None, None, None, None],
    ]
    readings, log = read(rows, merged=merged("A1:G1", "A2:A3", "B2:B3", "C2:C3", "D2:G2"))
    assert codes(log) == []
    assert said(readings, "tap_water") == {"640181100": 98.5, "640181102": 97.0, "640181201": 96.0}
    assert next(r.where for r in readings if r.parsed.value == 98.5) == "a.xlsx!数据!D4"


def test_units_along_the_columns_beside_running_numbers(read):
    """The corner 序号 in the row of the units is no obstacle."""
    rows = [
        ["序号", "指标", "东塔镇", "崇兴镇"],
        [1, "自来水普及率(%)", "98.5%", 97],
        [2, "断头路条数(条)", 0, 1],
        ["注:数据截至年底", None, None, None],
    ]
    readings, log = read(rows)
    assert codes(log) == []
    assert said(readings, "roads") == {"640181100": 0.0, "640181102": 1.0}


def test_long_table(read):
    """A row an entry, with who reported it and why."""
    rows = [
        ["单位", "指标", "数值", "数据来源", "文号", "原因"],
        ["东塔镇", "自来水普及率(%)", "98.5%", "水务局", "灵农〔2018〕1号", None],
        ["崇兴镇", "tap_water", 97, None, None, None],
        ["崇兴镇", "断头路", "/", None, None, "无贫困村"],
    ]
    readings, log = read(rows)
    assert codes(log) == []
    assert said(readings, "tap_water") == {"640181100": 98.5, "640181102": 97.0}
    assert dict(readings[0].about) == {"source_unit": "水务局", "document": "灵农〔2018〕1号"}
    assert dict(readings[-1].about) == {"reason": "无贫困村"}


def test_source_columns_below_their_indicator(read):
    """Columns a derived indicator is computed from stand under its merged name."""
    rows = [
        ["乡镇", "收入增长", None, "制度建立", None],
        [None, "期初收入(元)", "期末收入(元)", "首问责任制", "工作例会"],
        ["东塔镇", "1,000", "1.1万元", "是", "否"],
    ]
    readings, log = read(rows, merged=merged("A1:A2", "B1:C1", "D1:E1"))
    assert codes(log) == []
    assert [(r.target.indicator, r.parsed.value) for r in readings] == [
        ("期初收入", 1000.0),
        ("期末收入", 11000.0),
        ("首问责任制", 1.0),
        ("工作例会", 0.0),
    ]


def test_headings_that_were_not_merged(read):
    """A heading over several columns reaches to the right although nobody merged it."""
    rows = [
        ["乡镇", "收入增长", None, "自来水普及率"],
        [None, "期初收入", "期末收入", None],
        ["东塔镇", 1000, 1100, "98%"],
    ]
    readings, log = read(rows)
    assert codes(log) == []
    assert [r.target.indicator for r in readings] == ["期初收入", "期末收入", "tap_water"]


def test_value_and_target_columns_of_one_indicator(read):
    """Of 目标值, 完成值 and 完成率 under an indicator, 完成值 is the value."""
    rows = [
        ["单位", "自来水普及率(%)", None, None],
        [None, "目标值", "完成值", "完成率"],
        ["东塔镇", 100, "98.5%", "98.5%"],
    ]
    readings, log = read(rows, merged=merged("A1:A2", "B1:D1"))
    assert codes(log) == []
    assert said(readings, "tap_water") == {"640181100": 98.5}


def test_code_and_name_must_agree(read):
    """A code beside the name of another unit is refused, and the row is not read."""
    rows = [
        ["代码", "名称", "断头路条数"],
        ["640181100", "东塔镇", 1],
        ["640181102", "白土岗乡", 2],
    ]
    readings, log = read(rows)
    assert codes(log) == [("unit.conflict", "a.xlsx!数据!B3")]
    assert said(readings, "roads") == {"640181100": 1.0}


def test_unknown_unit(read):
    """An unknown unit is refused with a suggestion, above and below known ones."""
    rows = [["单位", "断头路条数"], ["东塔乡", 1], ["崇兴镇", 1], ["白土岗镇", 2], ["马家滩镇", 3]]
    readings, log = read(rows)
    assert codes(log) == [(("unit.unknown"), f"a.xlsx!数据!A{row}") for row in (2, 4, 5)]
    assert "白土岗乡" in log.problems[1].hint.zh
    assert said(readings, "roads") == {"640181102": 1.0}


def test_duplicate_unit(read):
    """A unit that stands in a table twice is refused with both places, even with equal values."""
    rows = [["单位", "断头路条数"], ["东塔镇", 1], ["崇兴镇", 1], ["东塔", 1]]
    readings, log = read(rows)
    assert codes(log) == [("unit.duplicate", "a.xlsx!数据!A4")]
    assert "a.xlsx!数据!A2" in log.problems[0].what.zh
    assert len(readings) == 2


def test_second_table_in_a_sheet(read):
    """A second table below the first is one problem with its extent, not one for each unit."""
    rows = [
        ["单位", "断头路条数"],
        ["东塔镇", 1],
        ["崇兴镇", 2],
        ["农村部分", None],
        ["单位", "断头路条数"],
        ["东塔镇", 3],
        ["崇兴镇", 4],
    ]
    readings, log = read(rows)
    assert codes(log) == [("unit.duplicate", "a.xlsx!数据!A6")]
    assert "A7" in log.problems[0].what.en
    assert said(readings, "roads") == {"640181100": 1.0, "640181102": 2.0}


def test_values_without_a_unit(read):
    """A row of numbers without a unit is refused, not given to the unit above."""
    rows = [["单位", "断头路条数"], ["东塔镇", 1], [None, 5], ["崇兴镇", 0]]
    _, log = read(rows)
    assert codes(log) == [("unit.blank", "a.xlsx!数据!A3")]


def test_unknown_column(read):
    """A column the scheme does not know is named with its header cell and the nearest name."""
    rows = [["单位", "自来水普及绿(%)", "断头路条数"], ["东塔镇", "98%", 1]]
    readings, log = read(rows)
    assert codes(log) == [("column.unknown", "a.xlsx!数据!B1")]
    assert "自来水普及率" in log.problems[0].hint.zh
    assert said(readings, "roads") == {"640181100": 1.0}


def test_column_of_names(read):
    """An unknown column of mere names is left out with a warning; one of 是 and 否 is not."""
    _, log = read([["单位", "包片领导", "断头路条数"], ["东塔镇", "张三", 1]])
    assert [(p.severity, p.code, p.where) for p in log.problems] == [
        ("warning", "column.unknown", "a.xlsx!数据!B1")
    ]
    _, log = read([["单位", "首问责任治"], ["东塔镇", "是"]])
    assert [p.severity for p in log.problems] == ["error"]


def test_derived_indicator_is_not_reported_itself(read):
    """A column of an indicator that is computed says from which columns."""
    rows = [["单位", "收入增长(%)"], ["东塔镇", "12%"]]
    _, log = read(rows)
    assert codes(log) == [("column.derived", "a.xlsx!数据!B1")]
    assert "期初收入、期末收入" in log.problems[0].hint.zh


def test_same_column_twice(read):
    """Two columns that mean one indicator are a problem with both places."""
    rows = [["单位", "断头路条数", "断头路"], ["东塔镇", 1, 1]]
    _, log = read(rows)
    assert codes(log) == [("column.duplicate", "a.xlsx!数据!C1")]
    assert "a.xlsx!数据!B1" in log.problems[0].what.en


@pytest.mark.parametrize("header", ["断头路条数(公里)", "断头路条数（%）", "断头路条数(单位:个)"])
def test_another_unit_of_measure_in_the_header(read, header):
    """A header with another unit of measure than the scheme's is refused, not converted."""
    readings, log = read([["单位", header], ["东塔镇", 1]])
    assert codes(log) == [("column.unit", "a.xlsx!数据!B1")]
    assert [(r.parsed.status, r.parsed.value, r.where) for r in readings] == [
        ("refused", None, "a.xlsx!数据!B1")
    ]


def test_text_in_a_number(read):
    """Text in a column of numbers is refused with cell, value and hint; the others are read."""
    readings, log = read([["单位", "断头路条数"], ["东塔镇", "约3"], ["崇兴镇", 2]])
    assert codes(log) == [("cell.text", "a.xlsx!数据!B2")]
    assert "约3" in log.problems[0].what.en
    assert log.problems[0].hint
    assert said(readings, "roads") == {"640181102": 2.0}


def test_refused_cells_keep_their_place(read):
    """A refused cell is still a reading, without a value and with its cell."""
    readings, _ = read([["单位", "断头路条数"], ["东塔镇", "约3"]])
    assert [(r.parsed.status, r.parsed.value, r.where) for r in readings] == [
        ("refused", None, "a.xlsx!数据!B2")
    ]


# -- percentages --------------------------------------------------------------------------------


def test_fraction_beside_percentages_is_refused(read):
    """0.95 in a column with 95 is refused, the others stand."""
    readings, log = read([["单位", "自来水普及率"], ["东塔镇", 95], ["崇兴镇", 0.95], ["白土岗乡", 96]])
    assert codes(log) == [("percent.doubt", "a.xlsx!数据!B3")]
    assert said(readings, "tap_water") == {"640181100": 95.0, "640181201": 96.0}


def test_fraction_beside_text_percentages_is_refused(read):
    """0.95 in a column of text percentages is refused."""
    _, log = read([["单位", "自来水普及率"], ["东塔镇", "95%"], ["崇兴镇", 0.95]])
    assert codes(log) == [("percent.doubt", "a.xlsx!数据!B3")]


def test_a_column_of_fractions_is_refused_as_one_problem(read):
    """All plain fractions have two readings: one problem that lists the cells."""
    readings, log = read([["单位", "自来水普及率"], ["东塔镇", 0.95], ["崇兴镇", 1], ["白土岗乡", 0]])
    assert codes(log) == [("percent.doubt", "a.xlsx!数据!B2:B3")]
    assert {r.where for r in readings if r.parsed.status == "refused"} == {"a.xlsx!数据!B2:B3"}
    assert "B2=0.95、B3=1" in log.problems[0].what.zh
    assert said(readings, "tap_water") == {"640181201": 0.0}


def test_cells_shown_in_percent_and_points_go_together(read):
    """0.95 shown as 95% beside 95 is beyond doubt."""
    rows = [["单位", "自来水普及率"], ["东塔镇", 0.95], ["崇兴镇", 95], ["白土岗乡", "95%"]]
    readings, log = read(rows, percent=frozenset({(1, 1)}))
    assert codes(log) == []
    assert set(said(readings, "tap_water").values()) == {95.0}


@pytest.mark.parametrize(("pin", "value"), [("points", 0.5), ("fraction", 50.0)])
def test_layout_decides_what_fractions_mean(read, pin, value):
    """The pin ``percent`` reads 0.5 as half a percent or as 50 %."""
    readings, log = read([["单位", "自来水普及率"], ["东塔镇", 0.5]], Layout(percent=pin))
    assert codes(log) == []
    assert said(readings, "tap_water") == {"640181100": value}


def test_a_number_that_is_hardly_a_percentage(read):
    """9150 for 91.50 is refused; with its sign, shown in percent or pinned as points it is taken."""
    rows = [["单位", "自来水普及率"], ["东塔镇", 9150], ["崇兴镇", -100], ["白土岗乡", 1000]]
    readings, log = read(rows)
    assert codes(log) == [("cell.percent", "a.xlsx!数据!B2")]
    assert "9150" in log.problems[0].what.zh
    assert said(readings, "tap_water") == {"640181102": -100.0, "640181201": 1000.0}
    assert codes(read([rows[0], ["东塔镇", "-120"]])[1]) == [("cell.percent", "a.xlsx!数据!B2")]
    assert codes(read([rows[0], ["东塔镇", "9150%"]])[1]) == []
    assert codes(read(rows, Layout(percent="points"))[1]) == []


# -- units of measure beside the numbers --------------------------------------------------------


@pytest.mark.parametrize("head", ["计量单位", "度量单位", "单位"])
def test_units_of_measure_of_a_long_table(read, head):
    """A row in another unit of measure is refused with the cell that says so; equal or blank is fine."""
    rows = [
        ["乡镇", "指标", "数值", head],
        ["东塔镇", "断头路条数", 1, "公里"],
        ["崇兴镇", "断头路条数", 2, "条"],
        ["白土岗乡", "断头路条数", 3, None],
    ]
    readings, log = read(rows)
    assert codes(log) == [("column.unit", "a.xlsx!数据!D2")]
    assert "公里" in log.problems[0].what.zh
    assert said(readings, "roads") == {"640181102": 2.0, "640181201": 3.0}
    (refused,) = [r for r in readings if r.parsed.status == "refused"]
    assert (refused.unit, refused.where) == ("640181100", "a.xlsx!数据!D2")


def test_unit_of_measure_over_the_numbers_of_a_long_table(read):
    """数值(公里) holds for every row that says nothing else."""
    rows = [["乡镇", "指标", "数值(公里)"], ["东塔镇", "断头路条数", 1], ["崇兴镇", "断头路条数", 2]]
    readings, log = read(rows)
    assert codes(log) == [("column.unit", "a.xlsx!数据!C1")]
    assert [r.where for r in readings] == ["a.xlsx!数据!C1"] * 2


def test_two_units_of_measure_of_one_column(read):
    """Where the scheme states none, all rows of a column must be in the same."""
    rows = [
        ["乡镇", "指标", "数值", "计量单位"],
        ["东塔镇", "期初收入", 1, "万元"],
        ["崇兴镇", "期初收入", 9000, "元"],
    ]
    readings, log = read(rows)
    assert codes(log) == [("column.unit", "a.xlsx!数据!D3")]
    assert "a.xlsx!数据!D2" in log.problems[0].what.en
    assert said(readings, "期初收入") == {"640181100": 1.0}


def test_a_second_column_of_names_is_no_unit_of_measure(read):
    """单位 beside the codes names the townships."""
    rows = [["代码", "单位", "指标", "数值"], ["640181100", "东塔镇", "断头路条数", 1]]
    readings, log = read(rows)
    assert codes(log) == []
    assert said(readings, "roads") == {"640181100": 1.0}


@pytest.mark.parametrize("head", ["计量单位", "度量单位", "单位"])
@pytest.mark.parametrize("at", [0, 1, 3])
def test_units_of_measure_beside_townships_along_the_columns(read, head, at):
    """Before or behind the townships, the column of units of measure is held against the scheme."""
    rows = [
        ["指标", "东塔镇", "崇兴镇"],
        ["断头路条数", 1, 2],
        ["自来水普及率", 95, 94],
        ["断头路", None, None],
    ]
    for row, text in zip(rows, [head, "公里", "%", None], strict=True):
        row.insert(at, text)
    readings, log = read(rows)
    letter = "ABCD"[at]
    assert codes(log) == [("column.unit", f"a.xlsx!数据!{letter}2")]
    assert {r.where for r in readings if r.parsed.status == "refused"} == {f"a.xlsx!数据!{letter}2"}
    assert said(readings, "tap_water") == {"640181100": 95.0, "640181102": 94.0}


def test_a_unit_of_measure_nobody_knows(read):
    """Under 计量单位 any word is a unit of measure, and not the scheme's."""
    _, log = read([["指标", "计量单位", "东塔镇"], ["断头路条数", "万股", 1]])
    assert codes(log) == [("column.unit", "a.xlsx!数据!B2")]


# -- columns nobody named -----------------------------------------------------------------------


def test_numbers_under_a_blank_header(read):
    """A column of numbers without a header is a problem at its first number, with where to write."""
    rows = [["单位", "断头路条数", None], ["东塔镇", 1, None], ["崇兴镇", 2, 95]]
    readings, log = read(rows)
    assert codes(log) == [("column.no_header", "a.xlsx!数据!C3")]
    assert "C1" in log.problems[0].hint.zh
    assert said(readings, "roads") == {"640181100": 1.0, "640181102": 2.0}
    _, log = read([["指标", "东塔镇"], ["断头路条数", 1], [None, 95]])
    assert codes(log) == [("column.no_header", "a.xlsx!数据!B3")]


def test_a_layout_names_a_column_without_a_header(read):
    """By its letter it is given a meaning, or left out."""
    rows = [["单位", "断头路条数", None, None], ["东塔镇", 1, 95, 7]]
    readings, log = read(rows, Layout(columns=(("C", "tap_water"), ("D", "ignore"))))
    assert codes(log) == []
    assert said(readings, "tap_water") == {"640181100": 95.0}


def test_what_may_stand_under_a_blank_header(read):
    """Running numbers before the units, their codes, remarks in words, and a total below are no figures."""
    rows = [
        [None, None, "单位", "断头路条数", None],
        [1, 640181100, "东塔镇", 1, "已开工"],
        [2, 640181102, "崇兴镇", 2, None],
        [None, None, "合计", 3, 3],
    ]
    assert codes(read(rows)[1]) == []


# -- classes ------------------------------------------------------------------------------------


def test_a_class_that_is_not_the_schemes(read):
    """A class that contradicts the scheme is a warning with both; the same by id or name is fine."""
    rows = [
        ["单位", "类别", "断头路条数"],
        ["东塔镇", "二类", 1],
        ["崇兴镇", "A", 1],
        ["白土岗乡", None, 1],
    ]
    classes = {"a": "一类", "一类": "一类", "b": "二类", "二类": "二类"}
    groups = dict.fromkeys(("640181100", "640181102", "640181201"), "a")
    _, log = read(rows, classes=classes, groups=groups)
    (problem,) = log.problems
    assert (problem.severity, problem.code, problem.where) == (
        "warning",
        "unit.group_differs",
        "a.xlsx!数据!B2",
    )
    assert "二类" in problem.what.zh
    assert "一类" in problem.what.zh
    rows = [["单位", "类别", "断头路条数"], ["东塔镇", "平原", 1]]
    assert read(rows, classes=classes, groups=groups)[1].problems == []


# -- cells that cannot be trusted ---------------------------------------------------------------


def test_formula_without_result(read):
    """A formula whose result was never stored is not a blank."""
    _, log = read([["单位", "断头路条数"], ["东塔镇", None]], uncached=frozenset({(1, 1)}))
    assert codes(log) == [("formula.uncached", "a.xlsx!数据!B2")]


def test_error_value(read):
    """An error value is refused by name."""
    _, log = read([["单位", "断头路条数"], ["东塔镇", "#REF!"]], errors=frozenset({(1, 1)}))
    assert codes(log) == [("cell.error", "a.xlsx!数据!B2")]


def test_number_merged_over_several_units(read):
    """One number over two units belongs to neither for certain."""
    rows = [["单位", "断头路条数"], ["东塔镇", 4], ["崇兴镇", None]]
    readings, log = read(rows, merged=merged("B2:B3"))
    assert codes(log) == [("cell.merged", "a.xlsx!数据!B2"), ("cell.merged", "a.xlsx!数据!B3")]
    assert said(readings, "roads") == {}


# -- layouts ------------------------------------------------------------------------------------


def test_pinned_columns(read):
    """A layout maps headers and column letters the scheme does not know, and leaves columns out."""
    rows = [["单位", "通水率", "说不清", "杂项"], ["东塔镇", "98%", 2, 7]]
    pins = Layout(columns=(("通水率", "tap_water"), ("C", "roads"), ("杂项", "ignore")))
    readings, log = read(rows, pins)
    assert codes(log) == []
    assert [(r.target.indicator, r.parsed.value) for r in readings] == [("tap_water", 98.0), ("roads", 2.0)]


def test_pinned_header_and_key(read):
    """Pins decide which rows are the header and which column holds the units."""
    rows = [
        ["白土岗乡", "东塔镇", "断头路条数"],
        ["上级", "单位", "断头路条数"],
        ["崇兴镇", "东塔镇", 1],
        ["崇兴镇", "白土岗乡", 2],
    ]
    readings, _ = read(rows, Layout(header_rows=(2,), key="B", columns=(("上级", "-"),)))
    assert said(readings, "roads") == {"640181100": 1.0, "640181201": 2.0}


def test_square_table_without_names_is_ambiguous(read):
    """Units in rows and in columns alike is a problem, unless the layout says which."""
    rows = [[None, "东塔镇", "崇兴镇"], ["东塔镇", 1, 2], ["崇兴镇", 3, 4]]
    _, log = read(rows)
    assert codes(log) == [("table.ambiguous", "a.xlsx!数据")]


def test_table_without_header(read):
    """Numbers beside units without any header are a problem."""
    _, log = read([["东塔镇", 1], ["崇兴镇", 2]])
    assert [code for code, _ in codes(log)] == ["table.no_header"]


def test_repeated_header(read):
    """A header repeated at a page break is left out."""
    rows = [["单位", "断头路条数"], ["东塔镇", 1], ["单位", "断头路条数"], ["崇兴镇", 2]]
    readings, log = read(rows)
    assert codes(log) == []
    assert said(readings, "roads") == {"640181100": 1.0, "640181102": 2.0}
