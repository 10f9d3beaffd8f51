"""三(四), R01 to R05: an evaluation that rests on duties, differs by class, is one, and is open."""

import pandas as pd
import pytest

import township_eval as te
from township_eval.examples import path


def test_requirement_r01_every_indicator_rests_on_a_duty(lingwu_scheme, scheme_of, warned):
    """Every scored item cites its clause; one without, or with a clause of departments only, is named."""
    parents = lingwu_scheme.parents()
    assert all(leaf.basis or parents[leaf.id].basis for leaf in lingwu_scheme.leaves())
    assert "basis.missing" in warned(scheme_of({"id": "a", "basis": ""}))
    assert "basis.no_duty" in warned(scheme_of({"id": "a", "basis": "二(一)"}))


def test_requirement_r02_classes_differ_with_stated_grounds(lingwu, lingwu_scheme, scheme_of, refused):
    """Weights differ by class, ranks are given inside a class, and a class without a reason is refused."""
    one, two = (lingwu_scheme.for_group(group).node("tap_water").weight for group in ("一类", "二类"))
    assert (one, two) == (3, 4)
    for _, mates in lingwu.results.groupby("group"):
        assert mates["rank_in_group"].min() == 1
        assert mates.sort_values("adjusted", ascending=False)["rank_in_group"].is_monotonic_increasing
    assert refused(scheme_of({"id": "a"}, groups={"一类": {"name": "近郊", "reason": ""}}))


def test_requirement_r03_indicators_and_targets_together(lingwu, lingwu_inputs):
    """A value is held against its target (完成率); an indicator without target is scored all the same."""
    unit = "640181201"
    score = lingwu.matrix().loc[unit]
    value = lingwu.values.set_index(["unit", "indicator"]).loc[(unit, "tap_water"), "value"]
    assert score["tap_water"] == pytest.approx(value / 100 * 100)  # the target is 100 percent
    rates = lingwu.matrix()["online_rate"]
    assert lingwu.scheme.node("online_rate").scoring.method == "rank_step"
    assert rates.notna().all()
    assert len(lingwu_inputs.values) > len(rates)


def test_requirement_r04_one_combined_evaluation(lingwu, lingwu_inputs, scheme_of, warned, score):
    """Thirteen offices' workbooks make one result; a value that counts twice or differs is found."""
    assert lingwu_inputs.values["source_unit"].nunique() > 8
    assert list(lingwu.results.index) == [unit.code for unit in lingwu.scheme.units]
    source = {"kind": "measured", "column": "道路"}
    assert "source.shared" in warned(scheme_of({"id": "a", "source": source}, {"id": "b", "source": source}))
    twice = pd.DataFrame({"unit": ["甲镇"] * 2, "indicator": ["a"] * 2, "value": [1.0, 2.0]})
    with pytest.raises(te.DataError, match=r"values\.two_values"):
        score(scheme_of({"id": "a"}), values=twice)


def test_requirement_r05_opened_posted_and_discussed(quarters, code):
    """Three dated stages; an objection has its answer, and the correction that it led to is linked."""
    third = quarters["2018-Q3"]
    stages = third.tables["disclosure"]
    assert list(stages["stage"]) == ["disclosure", "notice", "deliberation"]
    assert stages["from"].tolist() == ["2018-09-30"] * 3
    assert stages["to"].tolist()[1:] == [
        "2018-10-12",
        "2018-10-19",
    ]  # 5 and 10 working days, October 1 to 5 off
    register = third.tables["objections"].set_index("number")
    assert set(register["kind"]) == {"objection", "comment"}
    assert register.loc["1", "correction"] == "1"
    slips = third.tables["corrections"]
    assert slips[["unit", "indicator", "old", "new"]].values.tolist() == [
        [code["己乡"], "online", 76.0, 84.0]
    ]


def test_requirement_r05_an_upheld_objection_changes_the_result(fictional, quarters, code):
    """Without the correction 己乡 would stand behind 庚镇; the untouched inputs still say so."""
    from dataclasses import replace

    given = te.read_inputs(path("accountability/2018-Q3.xlsx"), fictional)
    history = [quarters["2018-Q1"], quarters["2018-Q2"]]
    before = te.evaluate(fictional, replace(given, corrections=None, objections=None), history=history)
    after = quarters["2018-Q3"]
    ranks = [one.results["rank"] for one in (before, after)]
    assert ranks[0][code["己乡"]] > ranks[0][code["庚镇"]]
    assert ranks[1][code["己乡"]] < ranks[1][code["庚镇"]]
