"""From events and waivers to adjusted points, ranks and explanations, through the whole engine."""

from __future__ import annotations

import pickle

import numpy as np
import pandas as pd
import pytest

import township_eval as te

SCHEME = {
    "name": "办法", "version": "1",
    "index": {"children": [
        {"id": "work", "name": "目标任务", "weight": 60, "children": [
            {"id": "roads", "weight": 30, "basis": "t"}, {"id": "water", "weight": 30, "basis": "t"}]},
        {"id": "mood", "name": "群众满意度", "weight": 40, "basis": "t"},
    ]},
    "adjustments": {"bonus": {"cap": 3}, "deduction": {"cap": 5}},
    "adjustment_items": [
        {"id": "award", "name": "表彰", "pool": "bonus", "amount": 2},
        {"id": "late", "name": "迟报", "pool": "deduction", "amount": 1.5},
        {"id": "accident", "name": "重大事故", "pool": "deduction", "block": "work", "factor": 0},
    ],
}  # fmt: skip
VALUES = pd.DataFrame(
    {"roads": [80.0, 84.0, 70.0], "water": [90.0, 86.0, 60.0], "mood": [85.0, 84.0, 90.0]},
    index=["甲镇", "乙乡", "丙镇"],
)
EVENTS = [
    {"unit": "甲镇", "rule": "迟报", "reason": "七月迟报", "reference": "1号", "date": "2018-08-01"},
    {"unit": "乙乡", "rule": "award", "reason": "全区先进", "reference": "2号"},
    {"unit": "乙乡", "rule": "award", "reason": "全市先进", "reference": "3号"},
    {"unit": "丙镇", "rule": "accident", "reason": "坍塌", "reference": "4号"},
]
WAIVER = {
    "unit": "甲镇", "rule": "late", "authority": "市委", "document": "5号", "reason": "系统故障",
}  # fmt: skip


def evaluated(events=EVENTS, waivers=(), values=VALUES, period="2018", **more):
    """Evaluate a period."""
    inputs = te.Inputs(period=period, values=values, events=list(events), waivers=list(waivers) or None)
    return te.evaluate(te.read_scheme(SCHEME), inputs, **more)


def test_adjusted_points_follow_the_ledger_and_ranks_follow_them():
    """Composite plus the sum of the rows is what is ranked; a zeroed block is in the composite itself."""
    found = evaluated()
    assert found.results["composite"].tolist() == [85.0, 84.6, 36.0]
    assert found.results["adjusted"].tolist() == [83.5, 87.6, 36.0]
    assert found.results["rank"].tolist() == [2, 1, 3]
    amounts = found.ledger.groupby("unit")["amount"].sum().reindex(found.results.index)
    assert (found.results["composite"] + amounts).round(2).tolist() == found.results["adjusted"].tolist()


def test_blocks_add_up_and_what_lies_below_an_event_does_not():
    """The zeroed block has its zero points, its indicators none; nobody else is touched."""
    points = evaluated().scores.pivot_table(index="node", columns="unit", values="contribution", dropna=False)
    assert points.loc["work", "丙镇"] == 0.0
    assert points.loc[["roads", "water"], "丙镇"].isna().all()
    assert points.loc[["roads", "water"], "甲镇"].sum() == pytest.approx(points.loc["work", "甲镇"])


def test_a_waiver_stays_visible_and_without_it_the_deduction_is_back():
    """Rows, table and points; the waiver of nothing is warned of."""
    eased = evaluated(waivers=[WAIVER, WAIVER | {"unit": "乙乡"}])
    assert eased.results.loc["甲镇", "adjusted"] == 85.0
    assert eased.ledger.loc[eased.ledger["unit"] == "甲镇", "kind"].tolist() == ["deduction", "waived"]
    assert eased.tables["waivers"].set_index("unit")["applied"].to_dict() == {"乙乡": False, "甲镇": True}
    assert "waiver.unused" in eased.notes["code"].tolist()
    assert evaluated().results.loc["甲镇", "adjusted"] == 83.5


def test_problems_of_events_and_values_are_listed_together():
    """A negative amount, a missing reason and a missing value come in one list."""
    bad = [{"unit": "甲镇", "rule": "late", "amount": -1, "reference": "1号", "reason": ""}]
    values = VALUES.copy()
    values.loc["丙镇", "mood"] = np.nan
    codes = {
        one.code
        for one in te.check(te.read_scheme(SCHEME), te.Inputs(period="2018", values=values, events=bad))
    }
    assert {"events.amount", "events.reason", "value.missing"} <= codes


def test_an_explanation_prints_the_ledger():
    """Each row with its reference; indicators of a zeroed block are not shown as full marks."""
    said = str(evaluated().explain("丙镇"))
    assert "发生“重大事故”(4号):“目标任务”得分按0计" in said.replace("\n", "").replace(" ", "")
    assert "因事项折减" in said
    bonus = str(evaluated().explain("乙乡", lang="en"))
    assert "adjusted 87.60" in bonus
    assert "-1.00" in bonus


def test_the_order_of_rows_is_of_no_account():
    """Events in another order give the same ledger and the same results."""
    one, other = evaluated(), evaluated(EVENTS[::-1])
    pd.testing.assert_frame_equal(one.ledger, other.ledger)
    pd.testing.assert_frame_equal(one.results, other.results)


def test_a_pickled_result_knows_its_factors():
    """What is laid out anew scores as it was scored."""
    found = evaluated()
    again = pickle.loads(pickle.dumps(found))
    assert again.plan.multiplied.keys() == found.plan.multiplied.keys()
    pd.testing.assert_frame_equal(again.scores, found.scores)


def test_analyses_score_with_the_factor():
    """Whom an event takes a block that would make it first stays last under all weights and in all draws."""
    values = VALUES.copy()
    values.loc["丙镇"] = [100.0, 100.0, 90.0]
    found = evaluated(values=values)
    assert evaluated(events=[], values=values).results.loc["丙镇", "rank"] == 1
    assert found.results.loc["丙镇", "rank"] == 3
    assert te.sensitivity(found, draws=40, seed=1).ranks.loc["丙镇", ["min", "max"]].tolist() == [3, 3]
    assert te.simulate(found, draws=10).ranks.loc["丙镇", ["lower", "upper"]].tolist() == [3, 3]


def test_the_change_between_periods_adds_up_with_events():
    """What an event took is part of the change, and the parts still add up to it."""
    before, after = evaluated(events=[], period="2017"), evaluated()
    parts = te.compare(before, after).parts
    change = after.results["adjusted"] - before.results["adjusted"]
    assert parts.groupby("unit")["points"].sum().reindex(change.index).tolist() == pytest.approx(
        change.tolist()
    )


def test_partial_data_keep_the_ledger():
    """A provisional result has its adjustments as known, and bounds that see the zeroed block."""
    values = VALUES.copy()
    values.loc["丙镇", "roads"] = np.nan
    found = evaluated(values=values, provisional=True)
    assert found.results["adjusted"].tolist() == [83.5, 87.6, 36.0]
    assert (found.standing.lower[2], found.standing.upper[2]) == (36.0, 36.0)
