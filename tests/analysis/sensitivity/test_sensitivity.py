"""What ranks depend on: every run can be made again, sums are kept, nothing depends on how it is computed."""

from __future__ import annotations

import json
import pickle

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import township_eval as te
from township_eval.analysis.sensitivity.drawn import DrawnWeights
from township_eval.analysis.sensitivity.rescoring import Rescored, family_of
from township_eval.analysis.sensitivity.running import Runs

MARKS_OFF = {"method": "deduction", "per_unit": 3}
UNITS = ["甲镇", "乙镇", "丙乡", "丁乡", "戊镇", "己乡"]


def leaf(name: str, weight: object, **more: object) -> dict[str, object]:
    return {"id": name, "weight": weight, "basis": "test", **more}


TREE = [
    {
        "id": "services", "weight": 60, "basis": "test",
        "children": [
            leaf("water", {"一类": 40, "二类": 20}, scoring={"method": "target", "target": 95}),
            leaf("roads", {"一类": 20, "二类": 40}, may_not_apply=True, scoring=MARKS_OFF),
        ],
    },
    leaf("satisfaction", 40),
]  # fmt: skip
VALUES = {
    "water": [95.0, 90.0, 60.0, 88.0, 70.0, 93.0],
    "roads": [1.0, 0.0, 3.0, 2.0, np.nan, 5.0],
    "satisfaction": [80.0, 91.0, 95.0, 70.0, 85.0, 60.0],
}


def inputs(order: list[int] | None = None) -> te.Inputs:
    frame = pd.DataFrame(VALUES, index=UNITS)
    units = pd.DataFrame(
        {"unit": UNITS, "name": UNITS, "group": ["一类", "一类", "一类", "二类", "二类", "二类"]}
    )
    if order is not None:
        frame, units = frame.iloc[order], units.iloc[order]
    exempt = pd.DataFrame({"unit": ["戊镇"], "indicator": ["roads"]})
    return te.Inputs(period="2018", units=units, values=frame, not_applicable=exempt)


def scheme(**more: object) -> te.Scheme:
    classes = {name: {"name": name, "reason": "test"} for name in ("一类", "二类")}
    index = {"children": TREE, **more.pop("index", {})}  # type: ignore[dict-item]
    return te.read_scheme({"name": "办法", "version": "1", "groups": classes, "index": index, **more})


def evaluation(**more: object) -> te.Evaluation:
    return te.evaluate(scheme(**more), inputs())


@pytest.fixture(scope="module")
def found() -> te.analysis.sensitivity.Sensitivity:
    return te.sensitivity(evaluation(), draws=60, seed=3, sobol=16, weights=20.0)


def again(one: te.Scheme) -> te.Evaluation:
    """Write a scheme, read it back, evaluate it."""
    from township_eval.scheme.write import to_mapping

    return te.evaluate(te.read_scheme(to_mapping(one)), inputs())


@pytest.mark.parametrize("draw", [0, 1, 17, 59])
def test_the_scheme_of_a_draw_gives_its_ranks(found, draw: int) -> None:
    """A draw is no black box: its scheme, written, read and evaluated, ranks as the draw did."""
    result = again(found.scheme(draw))
    np.testing.assert_array_equal(result.standing.rank_in_group, found.draw_ranks[draw])
    pd.testing.assert_series_equal(result.results["adjusted"], found.run(draw)["points"], check_names=False)


def test_the_scheme_of_a_choice_gives_its_ranks(found) -> None:
    """Every other decision is a scheme that can be evaluated, and gives what the choice said."""
    kinds = set()
    for choice in found.choice_list:
        result = again(found.scheme(choice.id)).results
        run = found.run(choice.id)
        rank = result["rank"] if choice.together else result["rank_in_group"]
        np.testing.assert_array_equal(rank.to_numpy(float), run["rank"], err_msg=choice.id)
        np.testing.assert_allclose(result["adjusted"], run["points"], rtol=0, atol=1e-9)
        kinds.add(choice.kind)
    assert kinds == {"drop", "aggregation", "normalization", "not_applicable", "merge"}


def test_a_drawn_scheme_says_that_it_is_not_in_force(found) -> None:
    """Nobody can take the scheme of a draw for the authority's."""
    assert "非正式方案" in found.scheme(5).notice
    assert "not a scheme in force" in found.scheme("drop:water").notice


def test_sums_of_siblings_are_kept_in_every_class(found) -> None:
    """Drawn weights add up to what the scheme gives the dimension, class by class."""
    plan = found.evaluation.plan
    for draw in range(0, 60, 7):
        weight = found.drawn.of_draw(draw)
        for below in plan.children:
            if below:
                rows = list(below)
                np.testing.assert_allclose(
                    weight[rows].sum(axis=0), plan.weight[rows].sum(axis=0), rtol=1e-12
                )
    assert len(np.unique(found.drawn.of_draw(0)[plan.row["water"]])) == 2  # each class its own


def test_draws_do_not_depend_on_how_many_there_are_or_on_blocks() -> None:
    """Draw 7 is draw 7, of ten or of a hundred, one at a time or all at once."""
    base = evaluation()
    many, few = (te.sensitivity(base, draws=n, seed=1).draw_ranks for n in (100, 10))
    np.testing.assert_array_equal(many[:10], few)
    family = family_of(base, by_class=True)
    drawn = DrawnWeights(base.plan, 100, 1, 100.0)
    for at_once in (1, 7, 600):
        runs = Runs(Rescored(base, base.scheme), drawn, family, at_once=at_once)
        np.testing.assert_array_equal(runs.ranks(), many)


def test_another_seed_gives_other_draws() -> None:
    """The seed is not for show."""
    base = evaluation()
    one, other = (te.sensitivity(base, draws=30, seed=seed, weights=5.0).draw_ranks for seed in (0, 1))
    assert (one != other).any()


def test_the_order_of_units_does_not_matter() -> None:
    """Rows of a table have no order: every unit keeps its ranks, its choices and its shares."""
    order = [3, 0, 5, 2, 1, 4]
    asked = {"draws": 40, "weights": 10.0, "sobol": 8}
    one = te.sensitivity(evaluation(), **asked)
    other = te.sensitivity(te.evaluate(scheme(), inputs(order)), **asked)
    pd.testing.assert_frame_equal(other.ranks.loc[one.ranks.index], one.ranks)
    pd.testing.assert_frame_equal(other.sobol, one.sobol)
    keys = ["choice", "unit"]
    pd.testing.assert_frame_equal(
        other.choices.sort_values(keys, ignore_index=True), one.choices.sort_values(keys, ignore_index=True)
    )


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"index": {"aggregation": "geometric"}},
        {"rounding": {"stage": "indicator", "digits": 1}},
        {"rank_on": "raw"},
        {"index": {"not_applicable": "share_out_all"}},
    ],
)
def test_products_and_the_tree_agree(more: dict[str, object]) -> None:
    """Whatever way draws are computed, they are what the tree gives for their weights."""
    base = evaluation(**more)
    runs = te.sensitivity(base, draws=25, weights=10.0)
    scored = Rescored(base, base.scheme)
    for draw in range(25):
        expected = runs.family.ranks_of(scored.index(runs.drawn.of_draw(draw)))
        np.testing.assert_array_equal(runs.draw_ranks[draw], expected)


def test_ranks_summarize_the_draws(found) -> None:
    """The frame holds the unit's rank and where it lies over the draws; shares add up to one."""
    ranks = found.ranks
    np.testing.assert_array_equal(ranks["rank"], found.evaluation.standing.rank_in_group)
    assert (ranks["min"] <= ranks["q05"]).all()
    assert (ranks["q05"] <= ranks["median"]).all()
    assert (ranks["q95"] <= ranks["max"]).all()
    np.testing.assert_allclose(ranks["mean"], found.draw_ranks.mean(axis=0))
    np.testing.assert_allclose(found.shares.groupby("unit")["share"].sum(), 1.0)


@given(low=st.floats(20, 40), width=st.floats(0, 20))
def test_bounds_are_kept(low: float, width: float) -> None:
    """A bounded weight stays in its bounds; its siblings share the rest."""
    high = min(low + width, 59.0)
    found = te.sensitivity(_BASE, draws=12, weights={"satisfaction": (low, high)}, reversal=False, **_NOTHING)
    rows = found.evaluation.plan.row
    for draw in range(12):
        weight = found.drawn.of_draw(draw)
        assert low - 1e-9 <= weight[rows["satisfaction"]].min()
        assert weight[rows["satisfaction"]].max() <= high + 1e-9
        np.testing.assert_allclose(weight[rows["services"]], 100 - weight[rows["satisfaction"]])
        np.testing.assert_array_equal(weight[rows["water"]], found.evaluation.plan.weight[rows["water"]])


_BASE = evaluation()
_NOTHING = {
    "without": False, "aggregations": (), "normalizations": (), "not_applicable": (), "merge_classes": False,
}  # fmt: skip


def test_fixed_standards_keep_the_order_whoever_is_left_out(found) -> None:
    """With fixed standards nobody's order depends on who else is there, and this is said."""
    assert found.reversal.empty
    assert "次序都不变" in found.say()


def test_min_max_turns_an_order_when_a_unit_goes() -> None:
    """A unit that stretches an indicator's range decides between others: its absence shows."""
    rule = {"method": "min_max"}
    tree = {"children": [leaf("a", 50, scoring=rule), leaf("b", 50, scoring=rule)]}
    values = pd.DataFrame({"a": [60.0, 50.0, 0.0, 55.0], "b": [50.0, 56.0, 40.0, 100.0]}, index=list("wxyz"))
    result = te.evaluate(
        te.read_scheme({"name": "n", "version": "1", "index": tree}), te.Inputs("2018", values=values)
    )
    turned = te.sensitivity(result, draws=5).reversal
    # by hand: with z, b spans 60 and w leads x by 50 x (10/60 - 6/60); without it b spans 16, and x leads
    assert set(zip(turned["left_out"], turned["unit"], strict=True)) >= {("z", "w"), ("z", "x")}


def test_one_dimension_may_be_aggregated_otherwise() -> None:
    """A mapping changes the dimensions it names and no other."""
    found = te.sensitivity(_BASE, draws=1, aggregations=[{"services": "geometric"}], reversal=False)
    changed = found.scheme("aggregation:services=geometric")
    assert changed.node("services").aggregation.method == "geometric"
    assert changed.index.aggregation.method == "arithmetic"


def test_shares_of_variance_know_every_kind_of_choice(found) -> None:
    """Weights, aggregation, normalization and policy each have their share, with limits around it."""
    rows = found.sobol
    assert rows["factor"].tolist() == ["weights", "aggregation", "normalization", "not_applicable"]
    assert (rows["total_low"] <= rows["total_high"]).all()


def test_it_is_said_shown_and_written(found) -> None:
    """Text in both languages, a page, plain data and a pickle; shares are not called probabilities."""
    assert "不是概率" in found.say("zh")
    assert "not probabilities" in found.say("en")
    assert found._repr_html_().startswith("<p>")
    plain = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert plain["draws"] == 60
    assert len(plain["choices"]) == len(found.choice_list) * len(UNITS)
    twin = pickle.loads(pickle.dumps(found))
    np.testing.assert_array_equal(twin.draw_ranks, found.draw_ranks)


def test_what_was_carried_forward_counts_as_it_did() -> None:
    """A value of the period before is part of the result asked about."""
    carried = [dict(TREE[0]), dict(TREE[1], missing="previous")]
    made = te.read_scheme({"name": "n", "version": "1", "index": {"children": carried},
                           "groups": {g: {"name": g, "reason": "t"} for g in ("一类", "二类")}})  # fmt: skip
    first, second = inputs(), inputs()
    gap = pd.DataFrame(VALUES, index=UNITS)
    gap.loc["乙镇", "satisfaction"] = np.nan
    second = te.Inputs(period="2019", units=second.units, values=gap, not_applicable=second.not_applicable)
    earlier = te.evaluate(made, first)
    result = te.evaluate(made, second, history=[earlier])
    found = te.sensitivity(result, draws=3)
    np.testing.assert_array_equal(found.family.ranks_of(Rescored(result, made).index()), found.base)
    kept = [note.zh for choice in found.choice_list for note in choice.notes]
    assert any("satisfaction" in note for note in kept)  # its value is not known here: it keeps its rule


def test_classes_merged_leave_out_what_was_never_asked() -> None:
    """An indicator of one class only has no values elsewhere: merged, its weight goes to the siblings."""
    own = [
        leaf("water", {"一类": 60, "二类": 30}),
        leaf("roads", {"一类": 0, "二类": 30}, may_not_apply=True, not_applicable="full"),
        leaf("satisfaction", 40),
    ]
    made = te.read_scheme(
        {"name": "n", "version": "1", "index": {"children": own},
         "groups": {g: {"name": g, "reason": "t"} for g in ("一类", "二类")}}
    )  # fmt: skip
    result = te.evaluate(made, inputs())
    found = te.sensitivity(result, draws=2)
    run = found.run("merge:二类")
    # by hand: 甲镇 has water 95 and satisfaction 80, by weights 30 and 40
    assert run.loc["甲镇", "points"] == round((95 * 30 + 80 * 40) / 70, 2)
    again_scored = again(found.scheme("merge:二类"))
    np.testing.assert_allclose(again_scored.results["adjusted"], run["points"], rtol=0, atol=1e-9)
    choice = next(choice for choice in found.choice_list if choice.id == "merge:二类")
    assert "roads" in choice.notes[0].en


def test_an_archive_answers_as_the_evaluation_does(tmp_path) -> None:
    """A result read back from its file is asked the same question with the same answer."""
    te.write_evaluation(_BASE, tmp_path / "r.json")
    asked = {"draws": 20, "sobol": 8}
    one, other = (te.sensitivity(base, **asked) for base in (_BASE, te.read_evaluation(tmp_path / "r.json")))
    assert one.to_dict() == other.to_dict()


def test_many_units_are_left_out_in_turn_only_on_request(monkeypatch) -> None:
    """What takes long is not done behind the user's back, and that it was not is said."""
    import township_eval.analysis.sensitivity as room

    monkeypatch.setattr(room, "_REVERSAL_UNITS", 3)
    tree = [leaf("water", 50, scoring={"method": "min_max"}), leaf("satisfaction", 50)]
    made = te.read_scheme({"name": "n", "version": "1", "index": {"children": tree}})
    values = pd.DataFrame(VALUES, index=UNITS)[["water", "satisfaction"]]
    result = te.evaluate(made, te.Inputs("2018", values=values))
    assert any("reversal=True" in note.zh for note in te.sensitivity(result, draws=2).notes)
    asked = te.sensitivity(result, draws=2, reversal=True)
    assert not any("reversal" in note.zh for note in asked.notes)
