"""What a file says about itself."""

from __future__ import annotations

import pytest

from township_eval.io.grids.grid import Grid
from township_eval.io.sheets.cover import canonical_period, facts_of, period_in


def test_labels_in_one_cell_and_in_two():
    """A label and its statement stand in one cell, side by side, or several in one line."""
    rows = [
        ["报表", None, None],
        ["考核期:", "2018年上半年", None],
        ["填报单位:农牧局    填报日期:2018年7月1日", None, None],
        [None, "数据截止", "2018-06-30"],
        ["文号:灵农〔2018〕1号", None, None],
    ]
    facts = facts_of(Grid("a.xlsx", "封面", rows))
    assert (facts.period.text, facts.period.where) == ("2018-H1", "a.xlsx!封面!A2")
    assert facts.department.text == "农牧局"
    assert facts.as_of.text == "2018-06-30"
    assert facts.document.text == "灵农〔2018〕1号"


def test_header_of_a_table_is_no_statement():
    """A column headed 填报单位 in a table says nothing about the file."""
    rows = [["单位", "数值", "填报单位"], ["东塔镇", 1, "农牧局"]]
    assert facts_of(Grid("a.xlsx", "数据", rows)).department is None


@pytest.mark.parametrize(
    ("stem", "period"),
    [
        ("2018-H2", "2018-H2"),
        ("2018-h2", "2018-H2"),
        ("农牧局 2018-Q3 报表", "2018-Q3"),
        ("2018年四季度", "2018-Q4"),
        ("2018年第1季度", "2018-Q1"),
        ("2018-07", "2018-07"),
        ("2018年12月份", "2018-12"),
        ("2018年度考核", "2018"),
        ("20181231", None),
        ("2018-H1与2018-H2", None),
        ("2018-H3", None),
        ("农牧局", None),
        ("文号1234", None),
    ],
)
def test_periods_in_names(stem, period):
    """A period in a file's name is found when there is exactly one."""
    assert period_in(stem) == period


def test_any_text_is_a_period():
    """What has no order stays as it is written."""
    assert canonical_period(" 首期 ") == "首期"
    assert canonical_period("2018年13月") == "2018年13月"


def test_statements_at_the_ends_of_a_long_sheet():
    """What stands below thousands of rows is found, and two statements in one cell are two."""
    rows = [["报表", None], *([["东塔镇", 1]] * 5000), ["评估员:张三    填报单位:某公司", None]]
    facts = facts_of(Grid("a.xlsx", "打分", rows))
    assert (facts.rater.text, facts.rater.where) == ("张三", "a.xlsx!打分!A5002")
    assert facts.department.text == "某公司"


def test_an_assessor_is_stated_with_a_colon():
    """A header 评估员 beside one township names nobody; with a colon, or on the cover, it does."""
    assert facts_of(Grid("a.xlsx", "数据", [["评估员", "东塔镇"], ["甲", 90]])).rater is None
    assert facts_of(Grid("a.xlsx", "数据", [["评估机构:", "甲公司"]])).organization.text == "甲公司"
    assert facts_of(Grid("a.xlsx", "封面", [["评估员", "张三"]])).rater.text == "张三"
