"""The truths of the architecture, held for generated schemes and data."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

import township_eval as te

GROUPS = {"一类": {"name": "近郊", "reason": "近郊"}, "二类": {"name": "边远", "reason": "边远"}}
RULES = [
    {"method": "linear", "low": 0, "high": 50},
    {"method": "target", "target": 80, "floor": 20, "cap": 120},
    {"method": "bands", "bounds": [20, 60], "scores": [0, 60, 100]},
    {"method": "step", "target": 50, "base": 100, "up": 2, "up_cap": 10, "down": 1, "every": 1},
    {"method": "efficacy", "bad": 0, "good": 100},
]
values = st.floats(0, 100).map(lambda x: round(x, 3))


@st.composite
def cases(draw, max_units=6):
    """Draw a ragged tree of two blocks with fixed standards, units in two classes, and values."""
    leaves = draw(st.integers(2, 5))
    n_units = draw(st.integers(1, max_units))
    weights = draw(
        st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=leaves, max_size=leaves)
    )
    nodes = [
        {
            "id": f"i{k}",
            "weight": {"一类": one + (k == 0), "二类": two + (k == 0)},
            "scoring": RULES[draw(st.integers(0, len(RULES) - 1))],
            "basis": "test",
        }
        for k, (one, two) in enumerate(weights)
    ]
    cut = draw(st.integers(1, leaves - 1))
    scheme = {
        "name": "generated",
        "version": "1",
        "weights": "relative",
        "digits": 2,
        "groups": GROUPS,
        "index": {
            "missing": "exclude",
            "children": [
                {"id": "block", "weight": 60, "children": nodes[:cut]},
                *nodes[cut:],
            ],
        },
    }
    codes = [f"u{k}" for k in range(n_units)]
    groups = draw(st.lists(st.sampled_from(list(GROUPS)), min_size=n_units, max_size=n_units))
    units = pd.DataFrame({"unit": codes, "name": codes, "group": groups})
    cell = st.one_of(values, st.just(np.nan))
    matrix = draw(
        st.lists(st.lists(cell, min_size=leaves, max_size=leaves), min_size=n_units, max_size=n_units)
    )
    frame = pd.DataFrame(matrix, index=codes, columns=[node["id"] for node in nodes], dtype=float)
    frame["i0"] = frame["i0"].fillna(50.0)  # nobody is silent
    return scheme, units, frame


def run(scheme, units, frame):
    """Evaluate one generated case."""
    return te.evaluate(te.read_scheme(scheme), te.Inputs(period="2018", units=units, values=frame))


@given(cases())
@settings(max_examples=30)
def test_contributions_of_children_add_up_to_their_parent(case):
    """Under arithmetic aggregation the points of the children are the points of the parent."""
    found = run(*case)
    plan = found.plan
    for row, below in enumerate(plan.children):
        if below:
            assert_allclose(
                found.contribution[list(below)].sum(axis=0), found.contribution[row], rtol=0, atol=1e-9
            )
    assert_allclose(found.contribution[0], found.score[0], atol=1e-9)


@given(cases())
@settings(max_examples=30)
def test_adjusted_is_composite_plus_ledger(case):
    """Without adjustments adjusted and composite are the same number."""
    results = run(*case).results
    assert_array_equal(results["adjusted"], results["composite"])


@given(cases(), st.randoms(use_true_random=False))
@settings(max_examples=30)
def test_permuting_units_permutes_results(case, random):
    """The order of rows changes nothing but the order of rows, to the last bit."""
    scheme, units, frame = case
    order = list(range(len(units)))
    random.shuffle(order)
    one = run(scheme, units, frame)
    other = run(scheme, units.iloc[order].reset_index(drop=True), frame.iloc[order[::-1]])
    assert other.results.index.tolist() == units["unit"].iloc[order].tolist()
    pd.testing.assert_frame_equal(other.results.loc[one.results.index], one.results)
    pd.testing.assert_frame_equal(other.matrix().loc[one.matrix().index], one.matrix())


@given(cases())
@settings(max_examples=30)
def test_leaving_a_unit_out_changes_no_other_score(case):
    """With fixed standards a unit's scores do not depend on who else is evaluated."""
    scheme, units, frame = case
    whole = run(scheme, units, frame).matrix()
    for code in units["unit"]:
        if len(units) > 1:
            fewer = run(scheme, units[units["unit"] != code], frame.drop(index=code)).matrix()
            pd.testing.assert_frame_equal(fewer, whole.drop(index=code))


@given(cases(), values)
@settings(max_examples=30)
def test_weight_zero_equals_absent(case, value):
    """A leaf of weight 0 in every class changes no composite, whatever its values."""
    scheme, units, frame = case
    before = run(scheme, units, frame).results
    extra = {"id": "extra", "weight": 0, "basis": "test", "scoring": RULES[0]}
    wider = {**scheme, "index": {**scheme["index"], "children": [*scheme["index"]["children"], extra]}}
    after = run(wider, units, frame.assign(extra=value)).results
    pd.testing.assert_frame_equal(after.drop(columns="coverage"), before.drop(columns="coverage"))


@given(cases())
@settings(max_examples=30)
def test_effective_weights_of_leaves_sum_to_one(case):
    """What one leaf cannot carry the others do."""
    found = run(*case)
    leaves = list(found.plan.leaves)
    assert_allclose(found.effective_weight[leaves].sum(axis=0), 1.0, atol=1e-12)


@given(cases())
@settings(max_examples=30)
def test_ranks_follow_published_scores(case):
    """Equal published scores share a rank; a better one has a better rank."""
    results = run(*case).results
    for own, rank in zip(results["adjusted"], results["rank"], strict=True):
        assert rank == 1 + (results["adjusted"] > own).sum()
