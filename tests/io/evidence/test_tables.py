"""Rosters, events, what does not apply, and lists of units."""

from __future__ import annotations

from typing import Any

import pytest

from township_eval.io.schemes import read_scheme
from township_eval.io.workbook import read_inputs

SCHEME: dict[str, Any] = {
    "format": 1,
    "name": "测试",
    "version": "1",
    "weights": "relative",
    "units": {"1": {"name": "东塔镇"}, "2": {"name": "崇兴镇"}},
    "index": {
        "id": "index",
        "children": [
            {
                "id": "training",
                "name": "培训达标占比",
                "weight": 1,
                "source": {"kind": "share_of_persons", "column": "年度培训天数", "at_least": 12},
            },
            {
                "id": "accidents",
                "name": "安全事故",
                "weight": 1,
                "source": {"kind": "events", "marks": {"一般": 2, "较大": 5}},
                "scoring": {"method": "deduction", "per_unit": 10},
            },
            {"id": "roads", "name": "断头路条数", "weight": 1, "may_not_apply": True},
        ],
    },
}


@pytest.fixture
def read(book):
    """Read sheets given as rows; return the inputs."""
    scheme = read_scheme(SCHEME)

    def run(sheets: dict[str, list[list[Any]]], merges: dict[str, list[str]] | None = None) -> Any:
        return read_inputs(book("2018.xlsx", sheets, merges), scheme)

    return run


def errors(inputs: Any) -> list[tuple[str, str]]:
    return [(p.code, p.where) for p in inputs.problems if p.severity == "error"]


def test_roster(read):
    """One row a person; the township may be merged over its persons; counted columns are numbers."""
    rows = [
        ["乡镇", "姓名", "职务", "年度培训天数(天)"],
        ["东塔镇", "甲", "镇长", 12],
        [None, "乙", "科员", "13天"],
        ["崇兴镇", "丙", "科员", 8],
        ["合计", None, None, 33],
    ]
    inputs = read({"花名册": rows}, {"花名册": ["A2:A3"]})
    assert errors(inputs) == []
    assert inputs.roster[["unit", "年度培训天数", "职务", "cell"]].to_numpy().tolist() == [
        ["1", 12.0, "镇长", "2018.xlsx!花名册!D2"],
        ["1", 13.0, "科员", "2018.xlsx!花名册!D3"],
        ["2", 8.0, "科员", "2018.xlsx!花名册!D4"],
    ]


def test_text_in_a_counted_column(read):
    """What is counted must be a number; the person stays on the roster."""
    inputs = read({"花名册": [["乡镇", "年度培训天数"], ["东塔镇", "12天以上"]]})
    assert errors(inputs) == [("cell.text", "2018.xlsx!花名册!B2")]
    assert len(inputs.roster) == 1


def test_events(read):
    """Events name their indicator by name or id, with grade, reason and document."""
    rows = [
        ["序号", "单位", "事项", "等级", "分值", "事由", "文号", "日期"],
        [1, "东塔镇", "安全事故", "较大", None, "火灾", "灵安〔2018〕2号", "2018-07-01"],
        [2, "崇兴镇", "accidents", "一般", 2, "车祸", None, None],
    ]
    inputs = read({"事项": rows})
    assert errors(inputs) == []
    frame = inputs.events
    assert frame["rule"].tolist() == ["accidents", "accidents"]
    assert frame[["unit", "grade", "reason", "reference"]].iloc[0].tolist() == [
        "1", "较大", "火灾", "灵安〔2018〕2号",
    ]  # fmt: skip
    assert frame["amount"].iloc[1] == 2.0


def test_what_does_not_apply(read):
    """A sheet 不适用 lists unit, indicator and reason."""
    rows = [["单位", "指标", "原因"], ["东塔镇", "断头路条数", "没有贫困村"]]
    inputs = read({"不适用": rows})
    assert errors(inputs) == []
    (row,) = inputs.not_applicable.to_dict("records")
    assert (row["unit"], row["indicator"], row["reason"]) == ("1", "roads", "没有贫困村")
    assert row["cell"] == "2018.xlsx!不适用!B2"


def test_what_does_not_apply_needs_the_indicator(read):
    """Without the column 指标 the sheet cannot be understood."""
    assert errors(read({"不适用": [["单位", "原因"], ["东塔镇", "没有"]]})) == [
        ("table.no_header", "2018.xlsx!不适用")
    ]


def test_list_of_units_without_header(read):
    """A sheet 单位 without any known header is a problem."""
    assert errors(read({"单位": [["甲", "乙"], ["丙", "丁"]]})) == [("table.no_header", "2018.xlsx!单位")]


def test_sheets_of_other_sources_are_values(read):
    """A sheet called 评估情况 is a table of values where the scheme has no ratings."""
    inputs = read({"评估情况": [["单位", "断头路条数"], ["东塔镇", 3]]})
    assert inputs.ratings is None
    assert inputs.values["value"].tolist() == [3.0]
