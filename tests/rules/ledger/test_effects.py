"""Events that act on a block: factors for the tree, and rows that say so."""

from __future__ import annotations

import pytest

ACCIDENT = {"id": "accident", "name": "重大事故", "pool": "deduction", "block": "work", "factor": 0}
REBUKE = {"id": "rebuke", "pool": "deduction", "block": "work", "factor": 0.5}


def test_a_block_is_set_to_zero(make):
    """The factor is the unit's alone; the ledger says what happened in a row of no points."""
    events = make.events({"rule": "重大事故", "i": 1, "reference": "灵党发〔2018〕9号", "reason": "坍塌"})
    ledger, opened = make.kept(make.scheme(adjustment_items=[ACCIDENT]), events)
    assert {name: factor.tolist() for name, factor in opened.factors.items()} == {"work": [1.0, 0.0, 1.0]}
    (row,) = ledger.rows.to_dict("records")
    assert (row["kind"], row["amount"], row["reason"]) == (
        "effect", 0.0, "发生“重大事故”(灵党发〔2018〕9号):“目标任务”得分按0计(事由:坍塌)",
    )  # fmt: skip
    assert ledger.total.tolist() == [0.0, 0.0, 0.0]


def test_an_item_acts_once_and_items_multiply(make):
    """Two rebukes halve the block once; with an item of another factor they multiply."""
    other = {"id": "warning", "pool": "deduction", "block": "work", "factor": 0.8}
    scheme = make.scheme(adjustment_items=[REBUKE, other])
    events = make.events({"rule": "rebuke"}, {"rule": "rebuke"}, {"rule": "warning"})
    ledger, opened = make.kept(scheme, events)
    assert opened.factors["work"].tolist() == pytest.approx([0.4, 1.0, 1.0])
    assert ledger.rows["kind"].tolist() == ["effect"] * 3
    assert "乘以0.5" in ledger.rows["reason"].iloc[0]


def test_points_stated_for_a_block_do_not_count(make, codes):
    """It acts on the score and costs nothing besides, which a warning says."""
    ledger, opened = make.kept(
        make.scheme(adjustment_items=[REBUKE]), make.events({"rule": "rebuke", "amount": 5})
    )
    assert (codes(opened), ledger.total[0]) == (["events.amount_unused"], 0.0)


def test_a_waived_event_leaves_the_block_alone(make):
    """The row stays, with the one that sets it aside; the factor is gone."""
    scheme = make.scheme(adjustment_items=[ACCIDENT])
    waiver = make.waivers({"rule": "accident"})
    ledger, opened = make.kept(scheme, make.events({"rule": "accident"}), waiver)
    assert opened.factors == {}
    assert ledger.rows["kind"].tolist() == ["effect", "waived"]
