"""A small evaluation with everything a report can show: two classes, a survey, a panel, gaps, flags."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

import township_eval as te

ROADS = {"method": "target", "target": {"甲镇": 10, "丁乡": 20, "default": 5}}
SCHEME: dict[str, Any] = {
    "format": 1,
    "name": "测试方案",
    "version": "3",
    "notice": "示例数据,非官方结果",
    "basis": "测试依据 第一条",
    "previous": {"satisfaction": 15},
    "groups": {"一类": {"name": "近郊", "reason": "近"}, "二类": {"name": "边远", "reason": "远"}},
    "units": {
        "101": {"name": "甲镇", "group": "一类", "kind": "镇"},
        "102": {"name": "乙镇", "group": "一类", "kind": "镇"},
        "201": {"name": "丙乡", "group": "二类", "kind": "乡"},
        "202": {"name": "丁乡", "group": "二类", "kind": "乡"},
    },
    "sites": {"老街": ["甲镇"]},
    "tokens": {"缺考": 0},
    "index": {
        "missing": "zero",
        "children": [
            {
                "id": "performance",
                "name": "目标任务",
                "weight": 60,
                "basis": "一",
                "children": [
                    {
                        "id": "water",
                        "name": "自来水",
                        "unit": "%",
                        "weight": 40,
                        "basis": "一1",
                        "lead": ["水务局"],
                        "scoring": {"method": "target", "target": 100},
                    },
                    {
                        "id": "roads",
                        "name": "修路",
                        "unit": "公里",
                        "weight": 20,
                        "basis": "一2",
                        "may_not_apply": True,
                        "lead": ["交通局"],
                        "scoring": ROADS,
                        "note": "示例说明",
                    },
                ],
            },
            {
                "id": "satisfaction",
                "name": "满意度",
                "weight": 25,
                "basis": "二",
                "source": {
                    "kind": "satisfaction",
                    "scale": {"满意": 100, "不满意": 30},
                    "dont_know": ["不了解"],
                    "channels": {"电话": 6, "上门": 4},
                },
            },
            {
                "id": "panel",
                "name": "第三方",
                "weight": 15,
                "basis": "三",
                "source": {"kind": "ratings", "trim": 1},
            },
        ],
    },
    "grades": [
        {"name": "优秀", "at_least": 90, "quota": {"count": 1, "per": "group"}},
        {"name": "合格", "at_least": 0},
    ],
    "flags": [
        {
            "id": "low",
            "name": "实绩差",
            "measure": "约谈",
            "when": "performance < 60 and satisfaction < 90",
            "owner": ["督查室"],
            "basis": "四",
            "due_days": 15,
        },
        {"id": "worse", "measure": "问责", "when": "performance < 10"},
    ],
}
CODES = ("101", "102", "201", "202")


def inputs(period: str = "2018-H2", water: tuple[float, ...] = (100.0, 90.0, 50.0, 95.5)) -> te.Inputs:
    """Return the tables of one period; 丙乡 has no roads to build, 丁乡 reported none."""
    values = pd.DataFrame(
        [
            *(
                {"unit": unit, "indicator": "water", "value": value, "source_unit": "水务局"}
                for unit, value in zip(CODES, water, strict=True)
            ),
            {"unit": "101", "indicator": "roads", "value": 8.0, "source_unit": "交通局"},
            {"unit": "102", "indicator": "roads", "value": 6.0, "source_unit": "交通局"},
        ]
    )
    answers = [
        {"unit": unit, "answer": answer, "count": count, "channel": channel}
        for unit in CODES
        for channel in ("电话", "上门")
        for answer, count in (("满意", 80), ("不满意", 20), ("不了解", 5))
    ]
    scores = [
        {"unit": unit, "rater": f"评估员{rater}", "score": score}
        for unit in CODES
        for rater, score in enumerate((60.0, 80.0, 90.0, 99.0), start=1)
    ]
    return te.Inputs(
        period=period,
        values=values,
        satisfaction=pd.DataFrame(answers),
        ratings=pd.DataFrame(scores),
        not_applicable=pd.DataFrame([{"unit": "201", "indicator": "roads", "reason": "无修路任务"}]),
        as_of="2018-12-31",
    )


@pytest.fixture(scope="session")
def scheme() -> te.Scheme:
    return te.read_scheme(SCHEME)


@pytest.fixture(scope="session")
def earlier(scheme: te.Scheme) -> te.Evaluation:
    return te.evaluate(scheme, inputs("2018-H1", (90.0, 95.0, 60.0, 95.5)))


@pytest.fixture(scope="session")
def evaluation(scheme: te.Scheme, earlier: te.Evaluation) -> te.Evaluation:
    return te.evaluate(scheme, inputs(), history=[earlier])


@pytest.fixture(scope="session")
def happier(scheme: te.Scheme, earlier: te.Evaluation) -> te.Evaluation:
    """Evaluate a period in which 10 more of 100 are satisfied than in the one before."""
    given = inputs()
    assert given.satisfaction is not None
    counts = given.satisfaction.assign(count=[90, 10, 5] * (2 * len(CODES)))
    return te.evaluate(scheme, replace(given, satisfaction=counts), history=[earlier])


@pytest.fixture(scope="session")
def provisional(scheme: te.Scheme) -> te.Evaluation:
    return te.evaluate(scheme, inputs(), provisional=True)


@pytest.fixture(scope="session")
def overridden() -> te.Evaluation:
    """Evaluate the same period with a rule of its own for one class."""
    mapping = copy.deepcopy(SCHEME)
    water = mapping["index"]["children"][0]["children"][0]
    rule = {"method": "target", "target": 90}
    water["overrides"] = {"二类": {"scoring": rule, "reason": "管网未通"}}
    return te.evaluate(te.read_scheme(mapping), inputs())


@pytest.fixture(scope="session")
def plain() -> te.Evaluation:
    """Two units without classes, a geometric mean, nothing printed but scores."""
    scheme = te.read_scheme(
        {
            "name": "Index",
            "version": "1",
            "scale": 1,
            "digits": 3,
            "weights": "relative",
            "index": {
                "aggregation": "geometric",
                "children": [
                    {"id": "health", "weight": 1, "scoring": {"method": "linear", "low": 20, "high": 85}},
                    {"id": "income", "weight": 1, "scoring": {"method": "linear", "low": 0, "high": 10}},
                ],
            },
        }
    )
    values = pd.DataFrame({"health": [80.0, 60.0], "income": [9.0, 5.0]}, index=["North", "South"])
    return te.evaluate(scheme, te.Inputs(period="2018", values=values))
