"""One period in which everything happens that a scheme can state of consequences; townships are invented."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

import township_eval as te

SCHEME: dict[str, Any] = {
    "name": "问责测试方案",
    "version": "1",
    "notice": "示例数据,非官方结果",
    "groups": {"一类": {"name": "近郊", "reason": "近"}, "二类": {"name": "边远", "reason": "远"}},
    "units": {
        "900000101": {"name": "甲镇", "group": "一类", "kind": "镇", "aliases": ["甲集"]},
        "900000102": {"name": "乙镇", "group": "一类", "kind": "镇"},
        "900000201": {"name": "丙乡", "group": "二类", "kind": "乡", "aliases": ["丙川"]},
        "900000202": {"name": "丁乡", "group": "二类", "kind": "乡"},
    },
    "index": {
        "children": [
            {
                "id": "work", "name": "目标任务", "weight": 60,
                "children": [
                    {"id": "water", "name": "自来水", "weight": 40, "unit": "%"},
                    {"id": "roads", "name": "修路", "weight": 20},
                ],
            },
            {
                "id": "satisfaction", "name": "群众满意度", "weight": 40,
                "source": {"kind": "satisfaction", "scale": {"满意": 100, "不满意": 0}},
            },
        ]
    },
    "adjustments": {"bonus": {"cap": 2, "approved_honours": ["全国文明村镇"]}, "deduction": {"cap": 5}},
    "adjustment_items": [
        {"id": "honour", "name": "表彰", "pool": "bonus", "amount": 3},
        {"id": "late", "name": "迟报", "pool": "deduction", "amount": 1, "honour": False},
        {"id": "accident", "name": "重大事故", "pool": "deduction", "block": "work", "factor": 0},
    ],
    "vetoes": [
        {
            "id": "mass", "name": "群体性事件", "effect": {"grade": "较差"},
            "approval": {"reference": "市字1号", "authority": "市委", "level": "市", "date": "2018-01-01"},
        }
    ],
    "most_vetoes": 2,
    "grades": [
        {"name": "优秀", "at_least": 85, "unless": "flagged", "quota": {"count": 1, "per": "group"}},
        {"name": "良好", "at_least": 75},
        {"name": "一般", "at_least": 60},
        {"name": "较差", "at_least": 0},
    ],
    "limiters": [{"id": "weak", "name": "修路薄弱", "at_most": "一般", "when": "roads < 50"}],
    "flags": [
        {
            "id": "low", "name": "满意度低", "measure": "约谈", "when": "satisfaction < 70",
            "basis": "三(四)", "owner": ["督查室"],
            "due_days": 15, "certainty": "probable", "subject": "领导班子",
            "posts": {"乡": "党委书记"}, "matter": "群众满意度", "scope": "全镇",
            "steps": ["核实", "约谈"], "clear_when": "satisfaction >= 75",
            "escalates": {"to": "circular", "after": 2},
        },
        {
            "id": "circular", "name": "两项均差", "measure": "通报批评", "certainty": "confirmed",
            "conditions": ["work < 60", "satisfaction < 70"], "reading": "and", "owner": ["市委"],
        },
        {"id": "weak_work", "name": "实绩差", "measure": "责令整改", "when": "work < 60", "owner": ["市委"]},
        {"id": "model", "name": "示范候选", "measure": "示范乡镇", "kind": "positive", "when": "work >= 95"},
        {"id": "help", "name": "薄弱班子", "measure": "优先支持", "kind": "support", "when": "water < 60"},
    ],
    "uses": [{"id": "training", "name": "培养教育参考", "when": "composite < 75"}],
    "disclosure": {"notice_days": 5, "objection_days": 10, "channel": "市考核办 0951-0000"},
}  # fmt: skip
CODES = ("900000101", "900000102", "900000201", "900000202")
ANSWERS = {"900000101": (190, 10), "900000102": (17, 3), "900000201": (80, 120), "900000202": (135, 65)}
VALUES = {
    "900000101": (98.0, 96.0), "900000102": (99.0, 40.0),
    "900000201": (50.0, 55.0), "900000202": (85.0, 80.0),
}  # fmt: skip
EVENTS = pd.DataFrame(
    [
        ("900000101", "honour", "全国文明村镇", "中字9号", "2018-06-01", "甲镇获奖"),
        ("900000102", "honour", "县级先进(与甲镇并列)", "县字2号", "2018-07-01", ""),
        ("900000102", "late", "迟报半年汇总", "民字3号", "2018-07-05", ""),
        ("900000201", "late", "迟报", "民字4号", "2018-07-06", ""),
        ("900000202", "accident", "发生事故", "安字5号", "2018-08-01", ""),
        ("900000201", "mass", "聚集上访", "信字6号", "2018-09-01", ""),
    ],
    columns=["unit", "rule", "reason", "reference", "date", "content"],
)
WAIVERS = pd.DataFrame(
    [
        ("900000201", "late", "市委", "容字1号", "系统故障", ""),
        ("900000202", "weak_work", "市委", "容字2号", "先行先试", ""),
    ],
    columns=["unit", "rule", "authority", "document", "reason", "until"],
)
OBJECTIONS = pd.DataFrame(
    [
        ("1", "900000202", "objection", "丁乡", "修路里程有误", "2019-01-03", "2019-01-17", "属实,予以更正",
         "2019-01-10", False, "1", 40.1, 41.6, 4.0, 3.0),
        ("2", "900000201", "comment", "丙乡村民", "建议增加电话渠道", "2019-01-04", "2019-01-18", "",
         "2019-01-30", True, "", float("nan"), float("nan"), float("nan"), float("nan")),
    ],
    columns=["number", "unit", "kind", "by", "matter", "received", "due", "conclusion", "answered", "late",
             "correction", "composite_before", "composite_after", "rank_before", "rank_after"],
)  # fmt: skip
CORRECTIONS = pd.DataFrame(
    [("1", "values", "900000202", "roads", "", "交通局.xlsx!表!C5", "72", "80", "漏报里程", "交字8号",
      "王局长", "2019-01-09")],
    columns=["number", "table", "unit", "indicator", "column", "cell", "old", "new", "reason", "document",
             "approver", "date"],
)  # fmt: skip
STAGES = pd.DataFrame(
    [
        ("disclosure", "2018-12-31", "", float("nan"), "市考核办 0951-0000"),
        ("notice", "2018-12-31", "2019-01-08", 5.0, "市考核办 0951-0000"),
        ("deliberation", "2018-12-31", "2019-01-15", 10.0, "市考核办 0951-0000"),
    ],
    columns=["stage", "from", "to", "days", "channel"],
)


def given() -> te.Inputs:
    """Return the tables of the period."""
    rows = [
        {
            "unit": unit,
            "indicator": indicator,
            "value": value,
        }
        for unit, pair in VALUES.items()
        for indicator, value in zip(("water", "roads"), pair, strict=True)
    ]
    answers = [
        {"unit": unit, "answer": answer, "count": count}
        for unit, pair in ANSWERS.items()
        for answer, count in zip(("满意", "不满意"), pair, strict=True)
    ]
    return te.Inputs(
        period="2018-H2", values=pd.DataFrame(rows), satisfaction=pd.DataFrame(answers), events=EVENTS,
        waivers=WAIVERS, as_of="2018-12-31",
    )  # fmt: skip


@pytest.fixture(scope="session")
def judged() -> te.Evaluation:
    """Evaluate the period; the registers of objections and corrections are added as tables."""
    evaluation = te.evaluate(te.read_scheme(SCHEME), given())
    more = {"objections": OBJECTIONS, "corrections": CORRECTIONS, "disclosure": STAGES}
    return replace(evaluation, table_rows={**evaluation.table_rows, **more})
