"""What an explanation says of flags, waivers and vetoes: words, HTML and plain data."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

import township_eval as te

SCHEME: dict[str, Any] = {
    "name": "测试", "version": "1",
    "units": {"1": {"name": "甲镇"}, "2": {"name": "乙乡"}},
    "index": {"children": [{"id": "work", "name": "实绩", "weight": 60}, {"id": "care", "weight": 40}]},
    "adjustment_items": [{"id": "late", "name": "迟报", "pool": "deduction", "amount": 2}],
    "vetoes": [{"id": "riot", "name": "群体事件", "effect": {"grade": "差"}}],
    "grades": [{"name": "好", "at_least": 60}, {"name": "差", "at_least": 0}],
    "flags": [
        {"id": "low", "name": "实绩差", "measure": "责令整改", "when": "work < 60", "owner": ["督查室"]},
        {"id": "help", "name": "薄弱", "measure": "优先支持", "kind": "support", "when": "care < 60"},
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def judged() -> te.Evaluation:
    values = pd.DataFrame({"work": [95.0, 50.0], "care": [90.0, 50.0]}, index=["1", "2"])
    events = pd.DataFrame(
        [("2", "riot", "上访", "信1", "2018-05-01"), ("2", "late", "报表", "民2", "2018-06-01")],
        columns=["unit", "rule", "reason", "reference", "date"],
    )
    waivers = pd.DataFrame(
        [("2", "late", "市委", "容3", "系统故障"), ("1", "low", "市委", "容4", "先行先试")],
        columns=["unit", "rule", "authority", "document", "reason"],
    )
    inputs = te.Inputs(period="2018", values=values, events=events, waivers=waivers, as_of="2018-12-31")
    return te.evaluate(te.read_scheme(SCHEME), inputs)


def flowing(explanation: object) -> str:
    """Return an explanation without its line breaks and indents."""
    return "".join(str(explanation).split())


def test_a_measure_says_certainty_state_and_evidence(judged: te.Evaluation) -> None:
    """Rule, measure, certainty, state and owner stand on a line, the evidence below."""
    said = str(judged.explain("乙乡"))
    (line,) = [line.split() for line in said.splitlines() if line.strip().startswith("实绩差")]
    assert line == ["实绩差", "责令整改", "确认", "建议,待研究决定", "—", "督查室"]
    assert "情形实绩低于60(实绩50.00" in flowing(said)


def test_support_is_no_measure(judged: te.Evaluation) -> None:
    """Positive and support proposals, and what was not proposed, stand apart from the measures."""
    said = flowing(judged.explain("乙乡"))
    assert said.index("其他建议和未提出的情形") < said.index("薄弱(优先支持;确认;建议,待研究决定):care低于60")
    flags = judged.flag_rows.assign(status="not_distinguishable", certainty="not_distinguishable")
    said = flowing(replace(judged, flag_rows=flags).explain("乙乡"))
    assert "处理建议(供研究" not in said
    assert "实绩差(责令整改;不可区分;证据不足,未提出):" in said


def test_a_waiver_says_what_it_set_aside_or_why_not(judged: te.Evaluation) -> None:
    """By whom, by which document, what and why; a waiver without an object says so."""
    assert "市委以容3对“迟报”予以容错,免除:报表(理由:系统故障)" in flowing(judged.explain("乙乡"))
    assert "市委容4对“实绩差”的容错未适用:" in flowing(judged.explain("甲镇"))
    english = judged.explain("乙乡", lang="en")
    assert "市委by容3waived迟报,settingaside:报表(reason:系统故障)" in flowing(english)


def test_an_inert_veto_says_why(judged: te.Evaluation) -> None:
    """A veto that is not approved is explained to the unit it would have met, and to no other."""
    assert "群体事件(2018-05-01上访信1):未按程序报自治区批准,不予适用" in flowing(judged.explain("乙乡"))
    assert "一票否决" not in str(judged.explain("甲镇"))


def test_html_and_plain_data_say_the_same(judged: te.Evaluation) -> None:
    """The notebook shows the same sentences; programs get codes and both languages as JSON can hold."""
    explanation = judged.explain("乙乡", lang="en")
    assert "waived 迟报, setting aside: 报表 (reason: 系统故障)" in explanation._repr_html_()
    facts = json.loads(json.dumps(explanation.to_dict(), allow_nan=False))
    assert facts["flags"][0]["certainty_text"] == {"zh": "确认", "en": "confirmed"}
    assert [row["status"] for row in facts["flags"]] == ["proposed", "proposed"]
    assert (facts["waivers"][0]["document"], facts["vetoes"][0]["effective"]) == ("容3", False)


def test_numbers_are_not_broken_over_lines(judged: te.Evaluation) -> None:
    """Where a line is full, a number goes to the next line as a whole."""
    flags = judged.flag_rows.assign(evidence_en="x" * 30 + " " + "12345 " * 30)
    said = str(replace(judged, flag_rows=flags).explain("乙乡", lang="en"))
    parts = [word for line in said.splitlines() if "12345" in line for word in line.split()]
    assert {word for word in parts if word.isdigit()} == {"12345"}
