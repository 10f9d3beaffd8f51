"""A header means one column of the scheme, or nothing."""

from __future__ import annotations

import pytest

from township_eval.io.schemes import read_scheme
from township_eval.io.sheets.vocabulary import Vocabulary, split_unit


@pytest.fixture
def words(scheme) -> Vocabulary:
    return Vocabulary.of(scheme)


@pytest.mark.parametrize(
    ("path", "indicator"),
    [
        (["自来水普及率"], "tap_water"),
        (["tap_water"], "tap_water"),
        (["自来水普及率（%）"], "tap_water"),
        (["自来水普及率(单位:%)"], "tap_water"),
        (["自来水 普及率(4分)"], "tap_water"),
        (["自来水普及率\n(%)\nTap water"], "tap_water"),
        (["民生", "自来水普及率"], "tap_water"),
        (["自来水普及率", "完成值"], "tap_water"),
        (["断头路"], "roads"),
        (["期初收入(元)"], "期初收入"),
    ],
)
def test_writings_of_one_header(words, path, indicator):
    """Ids, names, aliases, units of measure, points in brackets and lines below are understood."""
    assert words.match(path).target.indicator == indicator


@pytest.mark.parametrize(
    "path", [["自来水"], ["普及率"], ["自来水普及率(累计)"], ["自来水普及率", "同比"], [""], ["%"]]
)
def test_parts_of_a_name_mean_nothing(words, path):
    """A header that only resembles a name, or adds a condition to it, is unknown."""
    heading = words.match(path)
    assert (heading.target, heading.code) == (None, "column.unknown")


@pytest.mark.parametrize("text", ["序号", "备注", "目标值", "名次", "Rank"])
def test_columns_that_are_no_data(words, text):
    """Usual columns beside the data are left aside."""
    assert words.match([text]).aside


def test_one_name_for_two_indicators():
    """A name two indicators share is a problem that lists them; their ids are not."""
    scheme = read_scheme(
        {
            "format": 1,
            "name": "x",
            "version": "1",
            "weights": "relative",
            "index": {
                "id": "index",
                "children": [
                    {"id": "a", "name": "覆盖率", "weight": 1},
                    {"id": "b", "name": "覆盖率", "weight": 1},
                ],
            },
        }
    )
    words = Vocabulary.of(scheme)
    assert words.match(["覆盖率"]).code == "column.ambiguous"
    assert words.match(["a"]).target.indicator == "a"


def test_a_source_column_two_indicators_share_by_name():
    """实际 under two indicators means the part of each; alone it is the shared column."""
    leaves = [
        {
            "id": name,
            "name": f"{name}率",
            "weight": 1,
            "source": {"kind": "ratio", "numerator": "实际", "denominator": f"{name}计划"},
        }
        for name in ("甲", "乙")
    ]
    scheme = read_scheme(
        {
            "format": 1,
            "name": "x",
            "version": "1",
            "weights": "relative",
            "index": {"id": "index", "children": leaves},
        }
    )
    words = Vocabulary.of(scheme)
    one, two = words.match(["甲率", "实际"]).target, words.match(["乙率", "实际"]).target
    assert (one.indicator, one.part) == ("甲", "实际")
    assert (two.indicator, two.part) == ("乙", "实际")
    assert (words.match(["甲率", "甲计划"]).target.indicator, words.match(["实际"]).target.part) == (
        "甲计划",
        "",
    )


def test_percent_without_a_unit_in_the_scheme():
    """A header in percent over an indicator without unit of measure is in doubt."""
    scheme = read_scheme(
        {
            "format": 1,
            "name": "x",
            "version": "1",
            "weights": "relative",
            "index": {"id": "index", "children": [{"id": "a", "name": "覆盖率", "weight": 1}]},
        }
    )
    words = Vocabulary.of(scheme)
    assert words.match(["覆盖率(%)"]).code == "column.unit"
    assert words.match(["覆盖率(个)"]).target.indicator == "a"


def test_brackets_that_are_no_unit():
    """Brackets with another content belong to the name."""
    assert split_unit("学前教育覆盖率(≥1500人且有需求的行政村)") == (
        "学前教育覆盖率(≥1500人且有需求的行政村)",
        "",
    )
    assert split_unit("控规编制率(98%)") == ("控规编制率", "")
