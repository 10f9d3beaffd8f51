"""Ledger, grades, vetoes and flags as one period's outcome."""

from __future__ import annotations

import numpy as np
import pandas as pd

import township_eval as te

_GRADES = [
    {"name": "优秀", "at_least": 90, "unless": "flagged"},
    {"name": "良好", "at_least": 80},
    {"name": "较差", "at_least": 0},
]


def _scheme(**more):
    stated = {
        "name": "n", "version": "1", "grades": _GRADES,
        "index": {"children": [{"id": "a", "weight": 60}, {"id": "b", "weight": 40}]},
        "adjustments": {"bonus": {"cap": 5}, "deduction": {"cap": 10}},
    }  # fmt: skip
    return te.read_scheme(stated | more)


def _inputs(a, b, **more):
    names = [f"u{at}" for at in range(len(a))]
    values = pd.DataFrame({"a": a, "b": b}, index=names, dtype=float)
    return te.Inputs(period="2018-H1", values=values, as_of="2018-06-30", **more)


def _events(*rows):
    return pd.DataFrame(rows, columns=["unit", "rule", "amount", "reason", "reference"])


def test_adjusted_points_are_the_composite_and_the_ledger():
    """Ranks and grades follow the adjusted points, the composite stays what was measured."""
    events = _events(("u1", "bonus", 7, "x", "1"), ("u0", "deduction", 1.25, "y", "2"))
    found = te.evaluate(_scheme(), _inputs([90, 88], [90, 88], events=events))
    results = found.results
    assert results["composite"].tolist() == [90.0, 88.0]
    assert results["adjusted"].tolist() == [88.75, 93.0]
    assert results["rank"].tolist() == [2, 1]
    assert results["grade"].tolist() == ["良好", "优秀"]
    total = found.ledger.groupby("unit")["amount"].sum().reindex(results.index)
    assert np.array_equal((results["composite"] + total).to_numpy(), results["adjusted"].to_numpy())
    assert found.ledger["kind"].tolist() == ["deduction", "bonus", "cap"]


def test_a_flag_bars_a_grade_and_a_waiver_gives_it_back():
    """``unless: flagged`` looks at sanctions of this period that nobody set aside."""
    flags = [{"id": "talk", "measure": "约谈", "when": "b < 70"}]
    scheme = _scheme(flags=flags)
    given = {"a": [100, 100], "b": [80, 69]}
    found = te.evaluate(scheme, _inputs(**given))
    assert found.flags[["unit", "rule", "status"]].to_numpy().tolist() == [["u1", "talk", "proposed"]]
    results = found.results
    assert results["adjusted"].tolist() == [92.0, 87.6]
    high = te.evaluate(scheme, _inputs([100, 100], [80, 69], events=_events(("u1", "bonus", 5, "x", "1"))))
    assert high.results["grade"].tolist() == ["优秀", "良好"]
    assert high.tables["grades"][["unit", "by_cut", "grade", "kind"]].to_numpy().tolist() == [
        ["u1", "优秀", "良好", "flagged"]
    ]
    waivers = pd.DataFrame(
        [("u1", "talk", "市委督查室", "督〔2018〕1号", "先行先试")],
        columns=["unit", "rule", "authority", "document", "reason"],
    )
    given_back = te.evaluate(
        scheme, _inputs([100, 100], [80, 69], events=_events(("u1", "bonus", 5, "x", "1")), waivers=waivers)
    )
    assert given_back.results["grade"].tolist() == ["优秀", "优秀"]
    assert given_back.flags["status"].tolist() == ["waived"]
    assert given_back.tables["waivers"]["applied"].tolist() == [True]


def test_partial_data_raise_no_flags():
    """A provisional evaluation proposes nothing, but keeps the ledger."""
    scheme = _scheme(flags=[{"id": "talk", "measure": "约谈", "when": "b < 70"}])
    events = _events(("u1", "bonus", 1, "x", "1"))
    found = te.evaluate(scheme, _inputs([90, 80], [50, np.nan], events=events), provisional=True)
    assert found.flags.empty
    assert found.ledger["amount"].tolist() == [1.0]


def test_an_evaluation_with_events_on_a_block_is_laid_out_anew_with_them(tmp_path):
    """What events take from a block is part of the result: also of one that was read back."""
    items = [{"id": "fire", "pool": "deduction", "name": "火灾", "block": "b", "factor": 0}]
    events = _events(("u1", "fire", np.nan, "x", "1"))
    found = te.evaluate(_scheme(adjustment_items=items), _inputs([90, 90], [50, 50], events=events))
    assert found.matrix()["b"].tolist() == [50.0, 0.0]
    assert found.results["composite"].tolist() == [74.0, 54.0]
    te.write_evaluation(found, tmp_path / "x.json")
    again = te.read_evaluation(tmp_path / "x.json")
    assert again.plan.multiplied[again.plan.row["b"]].tolist() == [1.0, 0.0]
    assert again.standing.best.tolist() == found.standing.best.tolist()


def test_an_objection_shows_what_its_correction_changed():
    """Before is what the untouched inputs give, after what the corrected ones do."""
    slips = [
        {"number": "G1", "unit": "u1", "indicator": "a", "old": 80, "new": 95, "reason": "漏报",
         "document": "函〔2018〕3号", "approver": "考核办", "objection": "Y1"},
    ]  # fmt: skip
    filed = [{"number": "Y1", "unit": "u1", "matter": "甲项", "received": "2018-07-02"}]
    given = _inputs([90, 80], [90, 90], corrections=slips, objections=filed)
    found = te.evaluate(_scheme(), given)
    row = found.tables["objections"].iloc[0]
    assert found.results["composite"].tolist() == [90.0, 93.0]
    assert row[["composite_before", "composite_after", "rank_before", "rank_after"]].tolist() == [
        84,
        93,
        2,
        1,
    ]
    assert given.values.loc["u1", "a"] == 80
    assert found.tables["corrections"]["new"].tolist() == [95]


def test_an_event_that_cannot_be_read_is_an_error_of_the_data():
    """What is wrong with events stands in the one list of problems."""
    problems = te.check(_scheme(), _inputs([90], [90], events=_events(("u0", "bonnus", 1, "x", "1"))))
    assert [problem.code for problem in problems if problem.severity == "error"] == ["events.rule_unknown"]


def test_lists_of_use_see_the_grades_as_given():
    """Who may not be graded 优秀 because a measure is proposed is on no list of the 优秀."""
    rule = {"id": "F", "measure": "约谈", "when": "b < 85", "basis": "三(四)", "owner": ["督查室"]}
    uses = [{"id": "honours", "when": "grade == '优秀'"}]
    found = te.evaluate(_scheme(flags=[rule], uses=uses), _inputs([100, 95], [80, 95]))
    assert found.results[["adjusted", "grade"]].to_numpy().tolist() == [[92, "良好"], [95, "优秀"]]
    assert found.tables["uses"]["unit"].tolist() == ["u1"]
