"""Four statuses, five policies for what does not apply, four for what is missing."""

from __future__ import annotations

import numpy as np
import pytest

import township_eval as te

NAN = np.nan


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ("share_out", 85.0),  # (80 x 20 + 90 x 20) / 40
        ("full", 90.0),  # (80 x 20 + 100 x 20 + 90 x 20) / 60
        ({"partial": 0.5}, 73.333333333333),
        ("zero", 56.666666666667),
    ],
)
def test_what_does_not_apply_follows_its_policy(make, policy, expected):
    """The same gap gives the score its policy says."""
    scheme = make.scheme(
        make.leaf("a", 20), make.leaf("b", 20), make.leaf("c", 20, may_not_apply=True, not_applicable=policy)
    )
    found = te.evaluate(scheme, make.inputs(a=[80], b=[90], c=[NAN], not_applicable=[("甲", "c")]))
    assert found.score[0, 0] == pytest.approx(expected)
    assert found.values.set_index("indicator")["status"]["c"] == "not_applicable"


def test_share_out_all_takes_the_points_out_of_the_block(make):
    """Shared over the whole index, no sibling gains more than the other blocks do."""
    block = {
        "id": "block",
        "weight": 60,
        "children": [
            make.leaf("a", 30),
            make.leaf("b", 30, may_not_apply=True, not_applicable="share_out_all"),
        ],
    }
    scheme = make.scheme(block, make.leaf("c", 40))
    found = te.evaluate(scheme, make.inputs(a=[80], b=[NAN], c=[90], not_applicable=[("甲", "b")]))
    assert found.score[0, 0] == pytest.approx((30 * 80 + 40 * 90) / 70)
    weights = found.scores.set_index("node")["effective_weight"]
    assert weights[["a", "b", "c"]].tolist() == pytest.approx([30 / 70, 0.0, 40 / 70])


@pytest.mark.parametrize(("policy", "expected"), [("zero", 40.0), ("exclude", 80.0)])
def test_what_is_missing_follows_its_policy(make, policy, expected):
    """Zero counts, exclude leaves the weight to the sibling."""
    scheme = make.scheme(make.leaf("a"), make.leaf("b", missing=policy))
    found = te.evaluate(scheme, make.inputs(a=[80], b=[NAN]))
    assert found.score[0, 0] == expected


def test_missing_is_refused_unless_the_scheme_says_otherwise(make):
    """By default a value that was not reported stops the evaluation, naming unit, leaf and lead."""
    scheme = make.scheme(make.leaf("a"), make.leaf("b", name="用水", lead=["水务局"]))
    with pytest.raises(te.DataError) as caught:
        te.evaluate(scheme, make.inputs(a=[80, 70], b=[NAN, 60]))
    (problem,) = caught.value.problems
    assert (problem.code, "甲" in problem.where, "用水" in problem.where) == ("value.missing", True, True)
    assert "水务局" in problem.hint.zh
    assert "水务局" in problem.hint.en


def test_previous_carries_the_last_period_forward(make):
    """The value of the period before is scored by this period's rule."""
    scheme = make.scheme(
        make.leaf("a"),
        make.leaf(
            "b", missing="previous", scoring={"method": "target", "target": {"2018-H1": 100, "default": 50}}
        ),
    )
    first = te.evaluate(scheme, make.inputs("2018-H1", a=[80], b=[40]))
    second = te.evaluate(scheme, make.inputs("2018-H2", a=[80], b=[NAN]), history=[first])
    assert (first.score[-1, 0], second.score[-1, 0]) == (40.0, 80.0)
    with pytest.raises(te.DataError, match=r"value\.no_previous"):
        te.evaluate(scheme, make.inputs("2018-H2", a=[80], b=[NAN]))


def test_policies_are_inherited_and_may_be_overridden(make):
    """``missing`` on the index holds for all; a leaf's own word beats it."""
    scheme = make.scheme(
        make.leaf("a"), make.leaf("b"), make.leaf("c", missing="zero"), index={"missing": "exclude"}
    )
    found = te.evaluate(scheme, make.inputs(a=[90], b=[NAN], c=[NAN]))
    assert found.score[0, 0] == 45.0
    notes = found.notes.set_index("where")["zh"]
    assert "不计入" in notes["b"]
    assert "按零分计" in notes["c"]


def test_what_is_not_due_is_left_out_without_complaint(make):
    """A leaf due in the second half-year is neither missing nor inapplicable in the first."""
    scheme = make.scheme(make.leaf("a"), make.leaf("b", due_in=["H2"]))
    found = te.evaluate(scheme, make.inputs("2018-H1", a=[80], b=[NAN]))
    assert found.score[0, 0] == 80.0
    assert found.values["status"].tolist() == ["reported", "not_due"]


def test_a_unit_without_any_value_is_a_problem_under_every_policy(make):
    """Nobody is ranked on nothing."""
    scheme = make.scheme(make.leaf("a"), make.leaf("b"), index={"missing": "exclude"})
    problems = te.check(scheme, make.inputs(a=[80, NAN], b=[70, NAN]))
    assert [problem.severity for problem in problems if "乙" in problem.where or "乙" in problem.what.zh] == [
        "error"
    ]


def test_too_few_children_make_a_dimension_missing(make):
    """``minimum_children`` counts children with a score; below it the node follows its own policy."""
    block = {
        "id": "block",
        "weight": 50,
        "minimum_children": 2,
        "missing": "exclude",
        "children": [make.leaf("a"), make.leaf("b")],
    }
    scheme = make.scheme(block, make.leaf("c"))
    found = te.evaluate(scheme, make.inputs(a=[10, 10], b=[NAN, 30], c=[90, 90]))
    assert found.score[0].tolist() == [90.0, 55.0]
    assert found.children[1].tolist() == [1.0, 2.0]


def test_too_few_children_are_refused_by_default(make):
    """Without a policy of its own the dimension stops the evaluation."""
    block = {
        "id": "block",
        "weight": 50,
        "minimum_children": 2,
        "children": [make.leaf("a"), make.leaf("b", missing="exclude")],
    }
    problems = te.check(make.scheme(block, make.leaf("c")), make.inputs(a=[10], b=[NAN], c=[90]))
    assert [problem.code for problem in problems if problem.severity == "error"] == ["dimension.too_few"]


def test_coverage_tells_how_many_points_rest_on_reported_values(make):
    """What does not apply or was not reported is not covered; the weights of leaves count."""
    scheme = make.scheme(
        make.leaf("a", 60), make.leaf("b", 30, missing="zero"), make.leaf("c", 10, may_not_apply=True)
    )
    found = te.evaluate(scheme, make.inputs(a=[80], b=[NAN], c=[NAN], not_applicable=[("甲", "c")]))
    assert found.coverage[0, 0] == pytest.approx(0.6)


def test_provisional_scores_what_is_there_and_bounds_the_rest(make):
    """Partial data have bounds, no flags, and say that they are provisional."""
    scheme = make.scheme(
        make.leaf("a", 60), make.leaf("b", 40), flags=[{"id": "f", "measure": "约谈", "when": "a < 100"}]
    )
    found = te.evaluate(scheme, make.inputs(a=[80], b=[NAN]), provisional=True)
    results = found.results.iloc[0]
    assert (results["composite"], results["lower"], results["upper"]) == (80.0, 48.0, 88.0)
    assert found.flags.empty
    assert "note.provisional" in found.notes["code"].tolist()
    assert "预评" in str(found.explain("甲"))


@pytest.mark.parametrize(
    ("rule", "upper"),
    [
        ({"method": "step", "target": 50, "base": 100, "up": 5, "up_cap": 12.5}, 93.0),
        ({"method": "target", "target": 50, "cap": None}, NAN),
        ({"method": "bands", "bounds": [50], "scores": [20, 90]}, 84.0),
    ],
)
def test_bounds_know_how_far_a_rule_can_go(make, rule, upper):
    """60 points at 80 are 48; a missing leaf of 40 points adds what its rule can give at most."""
    scheme = make.scheme(make.leaf("a", 60), make.leaf("b", 40, scoring=rule))
    found = te.evaluate(scheme, make.inputs(a=[80], b=[NAN]), provisional=True).results
    assert found["upper"].tolist() == pytest.approx([upper], nan_ok=True)
