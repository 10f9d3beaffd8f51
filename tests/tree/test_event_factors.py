"""Blocks that events multiply: scores, points, errors, draws and what-ifs all see the factor."""

from __future__ import annotations

import numpy as np
import pytest

from township_eval.tree import aggregate, contributions, effective_weights, reaggregate_unit, score_tree

NAN = float("nan")


def two_blocks(make, values=((80.0, 80.0), (60.0, 60.0), (90.0, 90.0)), se=None, **more):
    """Return work (two leaves, 60 points) and mood (40 points) of two units."""
    index = {
        "children": [
            make.block(
                "work", make.leaf("roads", 30), make.leaf("water", 30), weight=60, **more.pop("work", {})
            ),
            make.leaf("mood", 40),
        ]
    }
    return make.case(index, values, np.zeros((3, 2)) if se is None else se, **more)


def test_an_event_sets_a_block_to_zero_for_one_unit(make):
    """The block counts with its weight and no points; the other unit keeps its own."""
    found = two_blocks(make, factors={"work": [0.0, 1.0]})
    assert found.scored.score[found.plan.row["work"]].tolist() == [0.0, 70.0]
    assert found.scored.score[0].tolist() == pytest.approx([36.0, 78.0])


def test_a_factor_between_cuts_the_block_and_then_a_leaf(make):
    """70 x 0.5 = 35 of 60 points, and 90 x 0.8 = 72 of 40: 21 + 28.8."""
    found = two_blocks(make, factors={"work": [0.5, 1.0], "mood": [0.8, 1.0]})
    assert found.scored.score[0].tolist() == pytest.approx([49.8, 78.0])


def test_points_below_a_cut_block_do_not_add_up_and_the_block_does(make):
    """Its indicators keep their scores and have no points; the other unit's add up as ever."""
    found = two_blocks(make, factors={"work": [0.5, 1.0]})
    plan, score = found.plan, found.scored.score
    points = contributions(plan, score, effective_weights(plan, score, found.scored.weight))
    below = [plan.row["roads"], plan.row["water"]]
    assert np.isnan(points[below, 0]).all()
    assert points[below, 1].sum() == pytest.approx(points[plan.row["work"], 1])
    assert points[[plan.row["work"], plan.row["mood"]]].sum(axis=0) == pytest.approx(points[0])


def test_the_error_of_a_cut_block_is_cut_alike(make):
    """Half the score has half the error; a zero has none; brute force says the same."""
    se = [[4.0, 4.0], [3.0, 3.0], [2.0, 2.0]]
    found = two_blocks(make, se=se, factors={"work": [0.5, 0.0], "mood": [0.5, 1.0]})
    drawn, _ = found.brute(np.diag(np.square(se).ravel()))
    for node in ("work", "mood", "index"):
        told, _ = found.se(node)
        assert told == pytest.approx(drawn[found.plan.row[node]], rel=0.02, abs=1e-12)
    assert found.se("work")[0][1] == 0.0


def test_below_a_zero_nothing_is_unknown(make):
    """An error nobody knows makes the index uncertain, unless an event has set the block to zero."""
    unknown = [[True, True], [False, False], [False, False]]
    found = two_blocks(make, se=np.ones((3, 2)), unknown=unknown, factors={"work": [0.0, 1.0]}).propagated()
    assert found.unknown[0].tolist() == [False, True]
    assert found.se[0].tolist() == pytest.approx([0.4, NAN], nan_ok=True)


def test_a_leaf_set_to_zero_is_exact_where_its_rule_jumps(make):
    """Where a cut would need the exact distribution, zero needs nothing."""
    cut = {"method": "bands", "bounds": [60], "scores": [70, 100]}
    index = {"children": [make.leaf("mood", 100, scoring=cut)]}
    found = make.case(index, [[60.5, 60.5]], [[2.0, 2.0]], factors={"mood": [0.0, 1.0]})
    se, how = found.se("index")
    assert se.tolist() == pytest.approx([0.0, 14.7], abs=0.05)
    assert how == ["", "push-forward"]


def test_simulated_errors_see_the_factor(make):
    """Under the weakest of two equal children the error is simulated; half of it is left."""
    whole = {
        "children": [
            make.block("work", make.leaf("roads"), make.leaf("water"), weight=100, aggregation="weakest")
        ]
    }
    values, se = [[70.0, 70.0], [70.0, 70.0]], [[4.0, 4.0], [4.0, 4.0]]
    found, how = make.case(whole, values, se, factors={"work": [0.5, 1.0]}).se("index")
    assert how == ["simulation", "simulation"]
    assert found[0] == pytest.approx(found[1] / 2, rel=0.05)


def test_a_score_carried_forward_is_cut_once(make):
    """Last period's 50 counts as 25 after this period's event, however often it is aggregated."""
    work = {"missing": "previous", "minimum_children": 1}
    index = {"missing": "exclude", "children": [
        make.block("work", make.leaf("roads", 60), weight=60, **work), make.leaf("mood", 40),
    ]}  # fmt: skip
    found = make.case(index, [[NAN, NAN], [90.0, 90.0]], np.zeros((2, 2)), factors={"work": [0.5, 1.0]})
    plan = found.plan
    before = np.full((len(plan.ids), 2), NAN)
    before[plan.row["work"]] = 50.0
    score = score_tree(plan, found.values, found.status, plan.carried(before)).score
    assert score[plan.row["work"]].tolist() == [25.0, 50.0]
    again = score.copy()
    aggregate(plan, again, found.scored.weight, score)  # as analyses do: what was published is given back
    np.testing.assert_array_equal(again, score)


def test_what_if_of_one_unit_sees_the_factor(make):
    """A zeroed block gains nothing from a better indicator."""
    found = two_blocks(make, factors={"work": [0.0, 1.0]})
    leaves = np.array([[100.0, 60.0, 90.0]])
    assert reaggregate_unit(found.plan, found.scored.weight, leaves, 0).tolist() == pytest.approx([36.0])
    assert reaggregate_unit(found.plan, found.scored.weight, leaves, 1).tolist() == pytest.approx([84.0])


def test_rounded_points_are_cut_too(make):
    """Where printed points of indicators are rounded, what stands above is aggregated with the factor."""
    rounding = {"rounding": {"stage": "indicator", "digits": 1}}
    found = two_blocks(make, factors={"work": [0.5, 1.0]}, scheme={"weights": "points", **rounding})
    assert found.scored.score[0].tolist() == pytest.approx([57.0, 78.0])


def test_a_factor_of_one_changes_nothing(make):
    """Events that leave a block alone leave every bit alone."""
    one, other = two_blocks(make), two_blocks(make, factors={"work": [1.0, 1.0], "gone": [0.0, 0.0]})
    assert np.array_equal(one.scored.score, other.scored.score)
    assert not other.plan.multiplied
