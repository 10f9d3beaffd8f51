"""What consequences promise, from inputs to result: nobody is worse off for doing better."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

import township_eval as te

UNITS = ("甲镇", "乙乡", "丙镇", "丁乡", "戊镇")
APPROVAL = {"reference": "批复1号", "authority": "自治区党委", "level": "自治区", "date": "2018-01-01"}
SCHEME: dict[str, Any] = {
    "name": "s", "version": "1",
    "groups": {"一类": {"name": "一", "reason": "r"}, "二类": {"name": "二", "reason": "r"}},
    "units": {name: {"name": name, "group": "一类" if at < 3 else "二类"} for at, name in enumerate(UNITS)},
    "index": {"children": [
        {"id": "work", "weight": 60},
        {"id": "asked", "weight": 40, "source": {
            "kind": "satisfaction", "scale": {"满意": 100, "不满意": 0}, "deff": 1.0}},
    ]},
    "adjustments": {"bonus": {"cap": 5, "approved_honours": ["好镇"]}, "deduction": {"cap": 10}},
    "adjustment_items": [
        {"id": "honour", "pool": "bonus", "amount": 2}, {"id": "late", "pool": "deduction", "amount": 1},
    ],
    "grades": [
        {"name": "优", "at_least": 85, "quota": {"share": 0.4}, "requires": ["asked >= 60"]},
        {"name": "良", "at_least": 70, "quota": {"count": 1, "per": "group"}},
        {"name": "差", "at_least": 0},
    ],
    "limiters": [{"id": "unsafe", "at_most": "良", "when": "work < 75"}],
    "vetoes": [{"id": "veto", "name": "事故", "effect": {"grade": "差"}, "approval": APPROVAL}],
    "flags": [
        {"id": "F1", "measure": "约谈", "when": "work < 70"},
        {"id": "F2", "measure": "约谈", "when": "bottom(1)"},
        {"id": "F3", "measure": "通报批评", "when": "work < 60 and asked < 70"},
        {"id": "F4", "measure": "责令整改", "when": "composite < 60 or rank_in_group >= last"},
        {"id": "F5", "measure": "约谈", "when": "upper(asked) < 70"},
        {"id": "F6", "measure": "约谈", "when": "grade == '差'"},
    ],
}  # fmt: skip
EVENTS = [
    {"unit": "甲镇", "rule": "late", "amount": 1.0, "reference": "a", "reason": "x", "content": "c1"},
    {"unit": "甲镇", "rule": "late", "amount": 2.0, "reference": "b", "reason": "y", "content": "c1"},
    {"unit": "甲镇", "rule": "late", "amount": 12.0, "reference": "c", "reason": "y"},
    {"unit": "乙乡", "rule": "honour", "honour": "好镇", "reference": "b", "reason": "y"},
    {"unit": "乙乡", "rule": "honour", "honour": "好镇", "reference": "d", "reason": "z", "amount": 4.005},
    {"unit": "丙镇", "rule": "veto", "date": "2018-03-01", "reference": "v", "reason": "x"},
    {"unit": "丙镇", "rule": "veto", "date": "2018-03-02", "reference": "v", "reason": "x"},
    {"unit": "甲镇", "rule": "honour", "honour": "坏镇", "reference": "b", "reason": "y"},
]
GRADES = {"优": 0, "良": 1, "差": 2}
FULL = te.read_scheme(SCHEME)
BARE = te.read_scheme(
    {key: SCHEME[key] for key in SCHEME if key not in {"grades", "limiters", "vetoes", "flags"}}
)

works = st.lists(
    st.sampled_from([50, 59, 60, 65, 69.999, 70, 72, 75, 80, 85, 90, 100]), min_size=5, max_size=5
)
answers = st.lists(st.integers(0, 60), min_size=5, max_size=5)
few = settings(max_examples=25)


def evaluate(work: Sequence[float], content: Sequence[int], scheme: te.Scheme = FULL, **more: Any) -> Any:
    """Return what sixty answers per unit and one rate come to."""
    rows = [
        {"unit": unit, "answer": answer, "count": count}
        for unit, good in zip(UNITS, content, strict=True)
        for answer, count in (("满意", good), ("不满意", 60 - good))
    ]
    values = pd.DataFrame({"work": np.array(work, dtype=float)}, index=list(UNITS))
    survey = pd.DataFrame(rows)
    inputs = te.Inputs(period="2018", values=values, satisfaction=survey, as_of="2018-12-31", **more)
    return te.evaluate(scheme, inputs)


def sanctions(evaluation: Any, unit: str) -> set[str]:
    """Return the rules under which a unit has a sanction proposed."""
    rows = evaluation.flags
    return set(rows.loc[(rows["unit"] == unit) & (rows["status"] == "proposed"), "rule"])


@few
@given(works, answers, st.integers(0, 4), st.sampled_from([0.5, 5, 20, 50]))
def test_doing_better_brings_no_sanction_and_no_worse_grade(
    work: list[float], content: list[int], at: int, more: float
) -> None:
    """All other data and every error held; rules by bounds, ranks, limits and grades together."""
    better = [min(100.0, one + more) if i == at else one for i, one in enumerate(work)]
    before, after = evaluate(work, content), evaluate(better, content)
    assert sanctions(after, UNITS[at]) <= sanctions(before, UNITS[at])
    assert GRADES[after.results["grade"].iloc[at]] <= GRADES[before.results["grade"].iloc[at]]


@few
@given(st.permutations(range(len(EVENTS))))
def test_the_order_of_events_changes_nothing_and_the_ledger_adds_up(order: list[int]) -> None:
    """Same ledger, grades and flags; adjusted is composite plus the ledger to the last digit."""
    given_order = [55.0, 65.0, 72.0, 90.0, 95.0], [10, 50, 30, 40, 60]
    first = evaluate(*given_order, events=pd.DataFrame(EVENTS))
    other = evaluate(*given_order, events=pd.DataFrame([EVENTS[at] for at in order]))
    for name in ("results", "ledger", "flags", "scores"):
        pd.testing.assert_frame_equal(getattr(first, name), getattr(other, name))
    amounts = other.ledger.groupby("unit")["amount"].sum().reindex(other.results.index).fillna(0.0)
    difference = other.results["adjusted"] - other.results["composite"] - amounts
    assert difference.abs().max() < 1e-9


@few
@given(works, answers, st.integers(0, 4))
def test_waivers_set_aside_what_comes_back_without_them_and_scores_stay(
    work: list[float], content: list[int], at: int
) -> None:
    """Neither waivers nor grades, quotas, limits and flags ever touch a score."""
    plain, bare = evaluate(work, content), evaluate(work, content, BARE)
    found = sanctions(plain, UNITS[at])
    rows = [
        {"unit": UNITS[at], "rule": rule, "authority": "市委", "document": "1号", "reason": "x"}
        for rule in found
    ]
    eased = evaluate(work, content, waivers=pd.DataFrame(rows) if rows else None)
    assert not sanctions(eased, UNITS[at])
    assert set(eased.flags.loc[eased.flags["status"] == "waived", "rule"]) == found
    for other in (bare, eased):
        pd.testing.assert_series_equal(other.results["adjusted"], plain.results["adjusted"])
