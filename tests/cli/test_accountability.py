"""What a run prints of consequences, the letters, and what ``--fail-on`` counts."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

import township_eval as te
from township_eval.cli.accountability import accountability_document, accountability_lines, open_flags
from township_eval.cli.reached import reached

GOOD = {"东塔镇": (100, 90), "郝家桥镇": (80, 85), "白土岗乡": (70, 95)}
LOW = GOOD | {"白土岗乡": (40, 95)}

SCHEME: dict[str, Any] = {
    "name": "测试", "version": "1",
    "units": {"1": {"name": "甲镇"}, "2": {"name": "乙乡"}},
    "index": {"children": [{"id": "work", "name": "实绩", "weight": 60}, {"id": "care", "weight": 40}]},
    "adjustment_items": [
        {"id": "fire", "name": "火灾", "pool": "deduction", "block": "work", "factor": 0}
    ],
    "vetoes": [{"id": "riot", "name": "群体事件", "effect": {"grade": "差"}}],
    "grades": [{"name": "好", "at_least": 60, "unless": "flagged"}, {"name": "差", "at_least": 0}],
    "flags": [
        {"id": "low", "measure": "责令整改", "when": "work < 60"},
        {"id": "poor", "measure": "约谈", "when": "care < 60"},
        {"id": "model", "measure": "示范乡镇", "kind": "positive", "when": "work > 90"},
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def judged() -> te.Evaluation:
    """Evaluate two invented units: a veto without approval, a waiver, an event on a block, flags."""
    values = pd.DataFrame({"work": [95.0, 50.0], "care": [50.0, 90.0]}, index=["1", "2"])
    events = pd.DataFrame(
        [("2", "riot", "上访", "信1", "2018-05-01"), ("2", "fire", "仓库起火", "安2", "2018-06-01")],
        columns=["unit", "rule", "reason", "reference", "date"],
    )
    waivers = pd.DataFrame(
        [("1", "poor", "市委", "容3", "先行先试")],
        columns=["unit", "rule", "authority", "document", "reason"],
    )
    inputs = te.Inputs(period="2018", values=values, events=events, waivers=waivers, as_of="2018-12-31")
    return te.evaluate(te.read_scheme(SCHEME), inputs)


def test_lines_say_what_follows_one_line_each(judged: te.Evaluation) -> None:
    """Flags with certainty and state, the inert veto, the waiver, the event and the grade: a line each."""
    lines = list(accountability_lines(judged))
    assert lines[0] == "处理建议(供研究,不是决定)"
    assert lines[1].startswith("  甲镇 约谈[确认;已容错备案,不予适用]:")
    assert lines[2].startswith("  乙乡 责令整改[确认;建议,待研究决定]:实绩低于60")
    assert lines[3] == "正向建议(供研究)"
    assert lines[4].startswith("  甲镇 示范乡镇[")
    assert any(line.startswith("一票否决 群体事件,乙乡:未按程序报自治区批准,不予适用") for line in lines)
    assert any(line.startswith("容错备案 甲镇(市委 容3):") for line in lines)
    assert any(line.startswith("乙乡:发生“火灾”(安2)") for line in lines)


def test_english_lines(judged: te.Evaluation) -> None:
    """The same in English; only what the scheme and the data say stays Chinese."""
    said = "\n".join(accountability_lines(judged, "en"))
    assert "measures proposed (a person decides)" in said
    assert "甲镇, interview [confirmed; set aside by a waiver]" in said
    assert "veto 群体事件, 乙乡: not approved by the autonomous region, not applied" in said


def test_what_is_not_distinguishable_is_one_line(judged: te.Evaluation) -> None:
    """Units that chance may explain, and samples to be asked again, are named on a line of their own."""
    flags = judged.flag_rows.copy()
    flags["status"] = ["not_distinguishable", "not_distinguishable", "resurvey"]
    lines = list(accountability_lines(replace(judged, flag_rows=flags)))
    assert lines[:2] == [
        "不可区分,不提出建议:甲镇(poor)、甲镇(model)",
        "样本不足,补充调查后再判断:乙乡(low)",
    ]


def test_nothing_to_say_is_no_line() -> None:
    """An evaluation without consequences prints nothing of them."""
    plain = {"name": "N", "version": "1", "index": {"children": [{"id": "a", "weight": 100}]}}
    values = pd.DataFrame({"a": [50.0]}, index=["x"])
    evaluation = te.evaluate(te.read_scheme(plain), te.Inputs(period="2018", values=values))
    assert list(accountability_lines(evaluation)) == []
    assert accountability_document(evaluation) == {"ledger": []}


def test_only_open_flags_reach_a_level(judged: te.Evaluation) -> None:
    """What is waived, cleared or not distinguishable is no reason to fail."""
    assert open_flags(judged) == 1
    assert (reached(judged, "rectify"), reached(judged, "约谈"), reached(judged, "poor")) == (1, 1, 0)
    for status, count in (("continued", 1), ("cleared", 0), ("not_distinguishable", 0), ("resurvey", 0)):
        flags = judged.flag_rows.assign(status=status)
        assert reached(replace(judged, flag_rows=flags), "rectify") == count


def test_score_prints_flags_and_answers_with_them(cli: Any, office: Any) -> None:
    """The lines stand in the output of `score`, the tables in its JSON."""
    paths = (office.scheme, office.workbook("2018-H1", LOW))
    said = cli("score", *paths, "-o", office.out, "--fail-on", "rectify")
    assert said.code == 4
    assert "白土岗乡 责令整改[确认;建议,待研究决定]:" in said.out
    answer = json.loads(cli("score", *paths, "-o", office.out, "--json").out)
    (one,) = answer["evaluations"]
    assert [(row["rule"], row["status"]) for row in one["flags"]] == [("low_water", "proposed")]
    assert [row["rule"] for row in one["rectification"]] == ["low_water"]


def test_notice_writes_a_letter_per_township(cli: Any, office: Any, widest: Callable[[str], int]) -> None:
    """One workbook each, named after the township; --unit writes to that one alone."""
    cli("score", office.scheme, office.workbook("2018-H1"), "-o", office.out)
    letters = office.folder / "告知书"
    said = cli("notice", office.out / "2018-H1.json", "-o", letters)
    assert (said.code, said.err) == (0, "")
    assert sorted(path.name for path in letters.iterdir()) == sorted(f"{name}_2018-H1.xlsx" for name in GOOD)
    assert "告知书 3 份" in said.out
    one = office.folder / "one"
    said = cli("notice", office.out / "2018-H1.json", "-o", one, "--unit", "东塔镇", "--json")
    assert [path.name for path in one.iterdir()] == ["东塔镇_2018-H1.xlsx"]
    assert json.loads(said.out)["written"] == [str(one / "东塔镇_2018-H1.xlsx")]
    assert widest(cli("notice", "--help").out) <= 80


def test_notice_to_nobody_known(cli: Any, office: Any) -> None:
    """An unknown township is a problem with the closest name, and the code is 1."""
    cli("score", office.scheme, office.workbook("2018-H1"), "-o", office.out)
    said = cli("notice", office.out / "2018-H1.json", "-o", office.folder / "x", "--unit", "东塔乡")
    assert said.code == 1
    assert "没有这个单位" in said.err


def test_corrections_and_objections_are_said_with_what_they_changed(judged: te.Evaluation) -> None:
    """A correction states both values and who approved it; an objection how it ended, in score and rank."""
    corrections = pd.DataFrame(
        [("1", "values", "1", "work", "", 90.0, 95.0, "函1", "主任"),
         ("2", "values", "2", "care", "", float("nan"), "免", "函2", "主任")],
        columns=["number", "table", "unit", "indicator", "column", "old", "new", "document", "approver"],
    )  # fmt: skip
    none = float("nan")
    objections = pd.DataFrame(
        [("1", "1", "objection", "甲镇", "漏报", "成立", "1", 74.0, 77.0, 1.0, 1.0),
         ("2", "", "comment", "一名村民", "公开值守时间", "", "", none, none, none, none)],
        columns=["number", "unit", "kind", "by", "matter", "conclusion", "correction", "composite_before",
                 "composite_after", "rank_before", "rank_after"],
    )  # fmt: skip
    tables = {**judged.table_rows, "corrections": corrections, "objections": objections}
    assert list(accountability_lines(replace(judged, table_rows=tables)))[-4:] == [
        "更正单 1 甲镇 实绩:90→95(主任批准,函1)",
        "更正单 2 乙乡 care:-→免(主任批准,函2)",
        "异议 1 甲镇:漏报;成立,综合得分 74.00→77.00,名次 1→1",
        "意见 2 一名村民:公开值守时间;尚未答复",
    ]
