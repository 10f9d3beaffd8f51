"""What events took of scores is said where the score stands, with the document of the event."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

import township_eval as te
from township_eval.reports.sheets.details import details_sheet
from township_eval.reports.view import View

SCHEME: dict[str, Any] = {
    "name": "办法", "version": "1",
    "index": {"children": [
        {"id": "work", "name": "实绩", "weight": 60, "children": [
            {"id": "roads", "name": "道路", "weight": 30, "basis": "t"},
            {"id": "water", "name": "饮水", "weight": 30, "basis": "t"}]},
        {"id": "mood", "name": "满意度", "weight": 40, "basis": "t"},
    ]},
    "adjustment_items": [
        {"id": "accident", "pool": "deduction", "block": "work", "factor": 0},
        {"id": "fraud", "pool": "deduction", "block": "mood", "factor": 0.5},
    ],
}  # fmt: skip
ACCIDENT = {"unit": "乙乡", "rule": "accident", "reason": "坍塌", "reference": "安4号"}
FRAUD = {"unit": "甲镇", "rule": "fraud", "reason": "代答", "reference": "查5号"}


def evaluated(
    period: str = "2018", *events: dict[str, str], waivers: pd.DataFrame | None = None
) -> te.Evaluation:
    """Evaluate two invented units."""
    values = pd.DataFrame(
        {"roads": [80.0, 70.0], "water": [90.0, 60.0], "mood": [84.0, 90.0]}, index=["甲镇", "乙乡"]
    )
    inputs = te.Inputs(
        period=period, values=values, events=pd.DataFrame(list(events)) if events else None, waivers=waivers
    )
    return te.evaluate(te.read_scheme(SCHEME), inputs)


def why(evaluation: te.Evaluation, lang: str = "zh") -> dict[tuple[str, str], str]:
    """Return the reasons of the sheet of details, by unit and indicator."""
    (table,) = details_sheet(View(evaluation, lang)).tables
    heads = [column.head for column in table.columns]
    at = heads.index("得(扣)分说明" if lang == "zh" else "Why")
    return {(str(row[0]), str(row[2])): str(row[at]) for row in table.rows if isinstance(row, tuple)}


def test_details_name_the_event_that_took_points() -> None:
    """An indicator says what an event did to it or to its block; nobody else's row says anything."""
    said = why(evaluated("2018", ACCIDENT, FRAUD))
    assert said["甲镇", "mood"] == "扣 23.20 分;因事项得分乘以0.5(查5号)"
    assert said["乙乡", "roads"] == "所属“实绩”因事项得分按0计(安4号)"
    assert "事项" not in said["甲镇", "roads"] + said["乙乡", "mood"]


def test_details_say_it_in_english() -> None:
    """The same with the same document."""
    said = why(evaluated("2018", FRAUD), "en")
    assert said["甲镇", "mood"] == "23.20 lost; multiplied by 0.5 by an event (查5号)"


@pytest.mark.parametrize(
    ("unit", "words"), [("甲镇", "因事项得分乘以0.5(查5号)"), ("乙乡", "所属“实绩”因事项得分按0计(安4号)")]
)
def test_explanations_name_the_event(unit: str, words: str) -> None:
    """The list of points lost, and that of what lies below a block, give the event as the reason."""
    said = evaluated("2018", ACCIDENT, FRAUD).explain(unit)
    assert words in "".join(str(said).split())
    assert "事项" not in str(evaluated().explain(unit))


def test_a_waived_event_took_nothing() -> None:
    """What a waiver set aside is no reason for points lost."""
    waiver = {"unit": "甲镇", "rule": "fraud", "authority": "市委", "document": "5号", "reason": "先行先试"}
    said = why(evaluated("2018", FRAUD, waivers=pd.DataFrame([waiver])))
    assert said["甲镇", "mood"] == "扣 6.40 分"


def test_a_comparison_says_under_what_events_on_blocks_stand() -> None:
    """Their part is in that for values, and the note names whom it concerns; without events no note."""
    before, after = evaluated("2017"), evaluated("2018", FRAUD)
    (note,) = [one for one in te.compare(before, after).problems if one.code == "change.events_in_values"]
    assert "甲镇" in note.what.zh
    assert "乙乡" not in note.what.zh
    plain = te.compare(before, evaluated("2018"))
    assert "change.events_in_values" not in [one.code for one in plain.problems]
