"""`evaluate` from scheme and frames to results, ranks, grades and flags."""

from __future__ import annotations

import pickle
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest

import township_eval as te

NAN = np.nan


def test_results_have_the_columns_of_the_contract_in_the_order_of_the_units(make):
    """Index unit; name, group, composite, adjusted, rank, rank_in_group, grade, further ones after."""
    found = te.evaluate(make.scheme(make.leaf("a")), make.inputs(a=[70, 90, 70])).results
    assert found.index.tolist() == ["甲", "乙", "丙"]
    assert found.index.name == "unit"
    columns = ["name", "group", "composite", "adjusted", "rank", "rank_in_group", "grade"]
    assert found.columns[:7].tolist() == columns
    assert found["rank"].tolist() == [2, 1, 2]


def test_scores_values_and_flags_have_the_columns_of_the_contract(make):
    """The long frames are what notebooks and other systems rely on."""
    found = te.evaluate(make.scheme(make.leaf("a")), make.inputs(a=[70]))
    scores = ["unit", "node", "score", "se", "weight", "effective_weight", "contribution", "coverage"]
    assert found.scores.columns[:8].tolist() == scores
    values = ["unit", "indicator", "value", "se", "n", "df", "status", "method", "cell"]
    assert found.values.columns[: len(values)].tolist() == values
    flags = [
        "unit", "subject", "rule", "measure", "level", "certainty",
        "p", "evidence", "owner", "basis", "due", "status",
    ]  # fmt: skip
    assert [name for name in found.flags.columns if name in flags] == flags
    assert found.ledger.columns[:5].tolist() == ["unit", "rule", "amount", "reason", "reference"]


def test_ranks_are_counted_overall_and_in_the_class(make):
    """Competition ranks on rounded points; inside a class only its members count."""
    scheme = make.scheme(
        make.leaf("a"),
        groups={"I": {"name": "I", "reason": "near"}, "II": {"name": "II", "reason": "far"}},
        units={c: {"name": c, "group": g} for c, g in zip("甲乙丙丁", ["I", "II", "I", "II"], strict=True)},
    )
    found = te.evaluate(scheme, make.inputs(a=[90.001, 90.004, 80, 70])).results
    assert found["rank"].tolist() == [1, 1, 3, 4]
    assert found["rank_in_group"].tolist() == [1, 1, 2, 2]


def test_rank_on_raw_tells_units_apart_that_print_the_same(make):
    """``rank_on: raw`` ranks before rounding."""
    scheme = make.scheme(make.leaf("a"), rank_on="raw")
    found = te.evaluate(scheme, make.inputs(a=[90.001, 90.004])).results
    assert found["composite"].tolist() == [90.0, 90.0]
    assert found["rank"].tolist() == [2, 1]


@pytest.mark.parametrize(
    ("ties", "grades"),
    [("", ["优秀", "良好", "良好", "良好"]), ("all", ["优秀", "优秀", "优秀", "良好"])],
)
def test_a_tie_at_the_last_place_fits_whole_or_not_at_all(make, ties, grades):
    """Two places, three candidates of which two tie: one place stays empty unless ties are admitted."""
    quota = {"count": 2, "ties": ties} if ties else {"count": 2}
    scheme = make.scheme(
        make.leaf("a"),
        grades=[{"name": "优秀", "at_least": 90, "quota": quota}, {"name": "良好", "at_least": 0}],
    )
    found = te.evaluate(scheme, make.inputs(a=[95, 92, 92, 80])).results
    assert found["grade"].tolist() == grades


def test_the_cut_point_of_a_grade_is_included(make):
    """Exactly 90.00 is 优秀; 89.99 is not."""
    scheme = make.scheme(
        make.leaf("a"), grades=[{"name": "优秀", "at_least": 90}, {"name": "良好", "at_least": 0}]
    )
    found = te.evaluate(scheme, make.inputs(a=[90, 89.994, 89.995])).results
    assert found["grade"].tolist() == ["优秀", "良好", "优秀"]


def test_a_flag_needs_all_of_its_and_and_is_never_raised_by_what_is_missing(make):
    """Missing makes a condition unknown, never true."""
    scheme = make.scheme(
        make.leaf("a"),
        make.leaf("b", missing="exclude"),
        flags=[{"id": "both", "measure": "通报批评", "when": "a < 70 and b < 70", "owner": ["督查室"]}],
    )
    found = te.evaluate(scheme, make.inputs(a=[60, 60, 60], b=[65, NAN, 80])).flags
    assert found["unit"].tolist() == ["甲"]
    assert found["measure"].tolist() == ["通报批评"]
    assert found["certainty"].tolist() == ["confirmed"]
    assert "60.00" in found["evidence"][0]
    assert "65.00" in found["evidence"][0]


def test_flags_see_ranks_and_the_size_of_the_class(make):
    """``rank_in_group == last`` is the last place of the class."""
    scheme = make.scheme(
        make.leaf("a"), flags=[{"id": "bottom_place", "measure": "约谈", "when": "rank_in_group == last"}]
    )
    assert te.evaluate(scheme, make.inputs(a=[60, 50, 70])).flags["unit"].tolist() == ["乙"]


def test_flags_see_change_on_the_period_before(make):
    """A drop of ten points is visible only with history."""
    scheme = make.scheme(
        make.leaf("a"), flags=[{"id": "drop", "measure": "约谈", "when": "change(a) <= -10"}]
    )
    first = te.evaluate(scheme, make.inputs("2018-H1", a=[80, 80]))
    assert first.flags.empty
    second = te.evaluate(scheme, make.inputs("2018-H2", a=[70, 75]), history=[first])
    assert second.flags["unit"].tolist() == ["甲"]


def test_all_of_a_scheme_is_applied(make):
    """Adjustments, vetoes and limits of grades are no longer set aside: no note says so."""
    scheme = make.scheme(
        make.leaf("a"),
        adjustments={"bonus": {"cap": 5}},
        vetoes=[{"id": "v", "name": "事件"}],
        grades=[{"name": "优秀", "at_least": 0, "unless": "flagged"}],
    )
    found = te.evaluate(scheme, make.inputs(a=[60]))
    assert "note.not_applied" not in found.notes["code"].tolist()
    assert found.tables["vetoes"]["effective"].tolist() == [False]


@pytest.mark.parametrize(("stage", "composite"), [("composite", 66.67), ("indicator", 66.66)])
def test_rounding_at_a_stage_makes_the_printed_column_add_up(make, stage, composite):
    """Six leaves of 11.111 points print as 11.11: with the stage the total is the printed column's, 66.66."""
    scheme = make.scheme(*(make.leaf(name, 1) for name in "abcdef"), rounding={"stage": stage, "digits": 2})
    found = te.evaluate(scheme, make.inputs(**{name: [200 / 3] for name in "abcdef"}))
    assert found.results["composite"].tolist() == [composite]
    printed = [round(points, 2) for points in found.contribution[list(found.plan.leaves), 0]]
    assert printed == [11.11] * 6


def test_a_dimension_may_score_its_aggregate(make):
    """Re-standardising a block: its mean runs through a rule of its own, and contributions stop there."""
    block = {
        "id": "block",
        "weight": 50,
        "scoring": {"method": "linear", "low": 50, "high": 90},
        "children": [make.leaf("a"), make.leaf("b")],
    }
    found = te.evaluate(make.scheme(block, make.leaf("c")), make.inputs(a=[60], b=[80], c=[100]))
    assert found.score[:, 0].tolist() == [75.0, 50.0, 60.0, 80.0, 100.0]
    points = found.scores.set_index("node")["contribution"]
    assert points[["block", "c"]].tolist() == [25.0, 50.0]
    assert points[["a", "b"]].isna().all()


def test_a_constant_cohort_under_min_max_is_a_problem(make):
    """Nothing to compare is said, unless the rule states a score for it."""
    rule = {"method": "min_max"}
    problems = te.check(make.scheme(make.leaf("a", scoring=rule)), make.inputs(a=[5, 5]))
    assert [p.code for p in problems if p.severity == "error"] == ["cohort.constant"]
    stated = make.scheme(make.leaf("a", scoring={**rule, "constant": 80}))
    assert te.evaluate(stated, make.inputs(a=[5, 5])).score[0].tolist() == [80.0, 80.0]


def test_a_cohort_is_everybody_or_the_class(make):
    """``cohort: group`` compares inside the class only."""
    more = {
        "groups": {"I": {"name": "I", "reason": "near"}, "II": {"name": "II", "reason": "far"}},
        "units": {
            c: {"name": c, "group": g} for c, g in zip("甲乙丙丁", ["I", "I", "II", "II"], strict=True)
        },
    }
    data = {"a": [10, 20, 30, 50]}
    everybody = make.scheme(make.leaf("a", scoring={"method": "min_max"}), **more)
    assert te.evaluate(everybody, make.inputs(**data)).score[0].tolist() == [0.0, 25.0, 50.0, 100.0]
    within = make.scheme(make.leaf("a", scoring={"method": "min_max", "cohort": "group"}), **more)
    assert te.evaluate(within, make.inputs(**data)).score[0].tolist() == [0.0, 100.0, 0.0, 100.0]


def test_targets_by_unit_are_filled_in(make):
    """One rule, a target for each unit by name, the default for the rest."""
    rule = {"method": "target", "target": {"甲": 50, "default": 100}}
    units = {c: {"name": c} for c in "甲乙"}
    scheme = make.scheme(make.leaf("a", scoring=rule), units=units)
    assert te.evaluate(scheme, make.inputs(a=[40, 40])).score[0].tolist() == [80.0, 40.0]


def test_an_override_holds_for_its_class_only(make):
    """A class may be scored by another rule, with a reason that is printed."""
    override = {"二类": {"scoring": {"method": "linear", "low": 0, "high": 200}, "reason": "边远"}}
    scheme = make.scheme(
        make.leaf("a", overrides=override),
        groups={g: {"name": g, "reason": "地理"} for g in ("一类", "二类")},
        units={"甲": {"name": "甲", "group": "一类"}, "乙": {"name": "乙", "group": "二类"}},
    )
    found = te.evaluate(scheme, make.inputs(a=[80, 80]))
    assert found.score[0].tolist() == [80.0, 40.0]
    assert "边远" in " ".join(found.notes["zh"])


def test_check_lists_what_evaluate_raises(make):
    """`check` never raises for bad data; `evaluate` raises the same problems."""
    scheme, inputs = make.scheme(make.leaf("a"), make.leaf("b")), make.inputs(a=[120, NAN], b=[50, 50])
    problems = te.check(scheme, inputs)
    with pytest.raises(te.DataError) as caught:
        te.evaluate(scheme, inputs)
    assert caught.value.problems == problems
    assert {p.code for p in problems if p.severity == "error"} == {"value.missing", "value.outside"}


def test_a_negative_score_cannot_enter_a_geometric_mean(make):
    """The dimension and the unit are named."""
    rule = {"method": "linear", "low": 50, "high": 100, "cap": False}
    scheme = make.scheme(make.leaf("a", scoring=rule), make.leaf("b"), index={"aggregation": "geometric"})
    problems = te.check(scheme, make.inputs(a=[40, 60], b=[50, 50]))
    assert [p.code for p in problems if p.severity == "error"] == ["dimension.negative"]


def test_evaluations_are_values(make):
    """They pickle, can be made in threads, and their frames do not write through."""
    scheme, inputs = make.scheme(make.leaf("a"), make.leaf("b")), make.inputs(a=[80, 60], b=[50, 90])
    with ThreadPoolExecutor(4) as pool:
        several = list(pool.map(lambda _: te.evaluate(scheme, inputs), range(8)))
    first = several[0]
    copy = pickle.loads(pickle.dumps(first))
    for other in [*several[1:], copy]:
        pd.testing.assert_frame_equal(other.results, first.results)
        pd.testing.assert_frame_equal(other.scores, first.scores)
    results = first.results
    results["composite"] = 0.0
    assert first.results["composite"].tolist() == [65.0, 75.0]


def test_own_rules_and_aggregations_take_part(make):
    """Names given through ``formulas=`` are used like the built-in ones."""

    class Root:
        def __init__(self, power):
            self.power = power

        def __call__(self, values):
            return 100 * (np.asarray(values) / 100) ** self.power

    class Best:
        def __call__(self, scores, _weights):
            return np.nanmax(scores, axis=-2)

    scheme = te.read_scheme(
        {
            "name": "own",
            "version": "1",
            "weights": "relative",
            "index": {
                "aggregation": "best",
                "children": [
                    make.leaf("a", scoring={"method": "root", "power": 0.5}),
                    make.leaf("b"),
                ],
            },
        },
        formulas={"root": Root, "best": Best},
    )
    found = te.evaluate(scheme, make.inputs(a=[64, 25], b=[10, 70]))
    assert found.score[0].tolist() == [80.0, 70.0]


def test_a_block_whose_rule_gives_no_score_is_a_problem(make):
    """Two equal blocks under z-score: nothing to compare, and it is said."""
    block = {"id": "block", "weight": 50, "scoring": {"method": "z_score"}, "children": [make.leaf("a")]}
    problems = te.check(make.scheme(block, make.leaf("c")), make.inputs(a=[60, 60], c=[90, 80]))
    found = [(problem.code, "block" in problem.where) for problem in problems if problem.severity == "error"]
    assert found == [("score.none", True)] * 2


def test_what_the_scheme_does_not_state_for_a_period_is_named_once(make):
    """A target for another period only: the scheme's path, not a line per unit."""
    rule = {"method": "target", "target": {"2018-H1": 50}}
    scheme = make.scheme(make.leaf("a", scoring=rule))
    assert te.evaluate(scheme, make.inputs("2018-H1", a=[40, 50])).score[0].tolist() == [80.0, 100.0]
    problems = te.check(scheme, make.inputs("2018-H2", a=[40, 50]))
    errors = [problem for problem in problems if problem.severity == "error"]
    assert [problem.where for problem in errors] == ["index.children[0].scoring.target"]


def test_a_fraction_is_a_share_also_of_a_percentage(make):
    """Two thirds of the people: 6 of 9 pass, 5 of 9 do not, whether shown as 0.667 or as 66.7 %."""
    source = {"kind": "ratio", "numerator": "long", "denominator": "people"}
    rule = {"method": "threshold", "at_least": "2/3"}
    for unit in ("", "%"):
        scheme = make.scheme(make.leaf("a", unit=unit, source=source, scoring=rule))
        found = te.evaluate(scheme, make.inputs(long=[6, 5], people=[9, 9]))
        assert found.score[0].tolist() == [100.0, 0.0]


def test_an_own_rule_cannot_score_what_is_missing(make):
    """No rule makes a number of a gap, not even a user's own; the policy decides."""

    class FullWhenReached:
        def __call__(self, values):
            return np.where(np.asarray(values) < 10, 0.0, 100.0)  # a comparison answers for NaN, too

    leaves = [make.leaf("a", scoring={"method": "reached"}), make.leaf("b")]
    index = {"missing": "exclude", "children": leaves}
    own = te.read_scheme(
        {"name": "own", "version": "1", "index": index}, formulas={"reached": FullWhenReached}
    )
    result = te.evaluate(own, make.inputs(a=[None, 5.0, 20.0], b=[60.0, 60.0, 60.0]))
    assert np.isnan(result.matrix().loc["甲", "a"])
    assert result.results["composite"].tolist() == [60.0, 30.0, 80.0]


def test_an_own_rule_of_the_wrong_shape_is_named(make):
    """The author of the formula learns which one it was."""

    class Short:
        def __call__(self, _values):
            return np.ones(1)

    index = {"children": [make.leaf("a", 100, scoring={"method": "short"})]}
    own = te.read_scheme({"name": "own", "version": "1", "index": index}, formulas={"short": Short})
    with pytest.raises(ValueError, match=r"own formula 'short' returned shape \(1,\)"):
        te.evaluate(own, make.inputs(a=[1.0, 2.0]))


@pytest.mark.parametrize("values", [None, pd.DataFrame({"a": []})])
@pytest.mark.parametrize("provisional", [False, True])
def test_nobody_to_evaluate_is_a_problem(make, values, provisional):
    """Inputs without a unit are refused with a reason, also when partial data are welcome."""
    empty = te.Inputs(period="2018", values=values)
    scheme = make.scheme(make.leaf("a"))
    found = te.check(scheme, empty, provisional=provisional)
    assert [problem.code for problem in found if problem.severity == "error"] == ["unit.none"]
    with pytest.raises(te.DataError, match=r"unit\.none"):
        te.evaluate(scheme, empty, provisional=provisional)


def test_a_slip_in_a_unit_s_name_is_an_error_also_when_only_the_inputs_list_units(make):
    """东塔乡 for 东塔镇 would silently score by the default."""
    rule = {"method": "target", "target": {"东塔乡": 98, "default": 100}}
    values = pd.DataFrame({"a": [90.0, 80.0]}, index=["东塔镇", "崇兴镇"])
    scheme = make.scheme(make.leaf("a", scoring=rule))
    problems = te.check(scheme, te.Inputs(period="2018", values=values))
    (problem,) = [problem for problem in problems if problem.code == "varying.unknown"]
    assert problem.severity == "error"
    assert "东塔镇" in problem.hint.zh


def test_history_of_another_scheme_is_noted(make):
    """Changes on a period scored by other rules are indicative only, and that is said."""
    first = te.evaluate(make.scheme(make.leaf("a")), make.inputs("2018-H1", a=[80]))
    same = te.evaluate(make.scheme(make.leaf("a")), make.inputs("2018-H2", a=[70]), history=[first])
    assert "history.scheme" not in same.notes["code"].tolist()
    changed = make.scheme(make.leaf("a", scoring={"method": "linear", "low": 0, "high": 90}))
    other = te.evaluate(changed, make.inputs("2018-H2", a=[70]), history=[first])
    assert "history.scheme" in other.notes["code"].tolist()
