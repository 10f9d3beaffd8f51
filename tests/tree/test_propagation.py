"""Errors of leaves become errors of scores: by slope where that is right, exactly or by drawing elsewhere."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from township_eval.methods.loadings import Loadings, covariance, total_variance
from township_eval.tree.propagation import DRAWS, Errors

NAN = np.nan
CUT = {"method": "bands", "bounds": [60], "scores": [70, 100]}
# three standard deviations of a simulated standard deviation, relative: what draws may be off by
NOISE = 3 / np.sqrt(2 * DRAWS)


def diagonal(*se):
    """Return the covariance of independent leaf errors (n_leaves, n_units)."""
    return np.diag(np.concatenate([np.atleast_1d(one) for one in se]) ** 2.0)


# ---- the delta rule ------------------------------------------------------------------------------
def test_a_weighted_sum_by_hand(make):
    """Weights 3 : 1, errors 2 and 4: se = sqrt((0.75 x 2)^2 + (0.25 x 4)^2)."""
    index = {"children": [make.leaf("a", 3), make.leaf("b", 1)]}
    se, how = make.case(index, [[70], [80]], [[2], [4]]).se("index")
    assert se == pytest.approx(np.hypot(1.5, 1.0), rel=1e-9)
    assert how == ["delta"]


def test_rules_change_the_units_of_an_error(make):
    """A smooth rule multiplies the error by its slope: 100/80 for an attainment well below its target."""
    index = {"children": [make.leaf("a", scoring={"method": "target", "target": 80})]}
    assert make.case(index, [[50.0]], [[2.0]]).se("a")[0] == pytest.approx(2.5, rel=1e-9)


def test_the_weight_shared_out_is_in_the_gradient(make):
    """Where a sibling does not apply, the leaf carries its weight too."""
    index = {"children": [make.leaf("a", 1), make.leaf("b", 1, not_applicable="share_out")]}
    found = make.case(index, [[70, 70], [80, NAN]], [[2, 2], [NAN, NAN]], status=[[0, 0], [0, 2]])
    assert found.se("index")[0] == pytest.approx([1.0, 2.0], rel=1e-9)


def test_geometric_means_agree_with_drawing(make):
    """Far from zero the delta rule and 200,000 draws of a geometric mean agree within the draws' error."""
    index = {"aggregation": "geometric", "children": [make.leaf("a", 2), make.leaf("b", 1)]}
    found = make.case(index, [[70, 40], [50, 90]], [[1.0, 0.5], [0.5, 1.5]])
    se, how = found.se("index")
    brute, _ = found.brute(diagonal([1.0, 0.5], [0.5, 1.5]))
    assert how == ["delta", "delta"]
    assert se == pytest.approx(brute[0], rel=0.01)


def test_a_leaf_that_enters_twice(make):
    """Satisfaction as a block and as the factor of another: both ways add before they are squared."""
    work = make.block("work", make.leaf("roads"), multiplier={"by": "s", "low": 0.9, "high": 1.1})
    found = make.case({"children": [work, make.leaf("s")]}, [[80.0], [60.0]], [[NAN], [3.0]])
    slope = 0.5 * 80.0 * 0.2 / 100 + 0.5
    assert found.se("index")[0] == pytest.approx(3 * slope, rel=1e-8)
    assert found.se("work")[0] == pytest.approx(3 * 80.0 * 0.2 / 100, rel=1e-8)
    assert found.se("roads")[0].tolist() == pytest.approx([NAN], nan_ok=True)


def shared(sample="village"):
    """Return loadings of two leaves and two units that share respondents: correlation by construction."""
    first = Loadings(sample, np.array([0, 0, 1, 1]), np.array([0, 1, 1, 2]), np.array([2.0, 1.0, 1.5, 1.0]))
    second = Loadings(sample, np.array([0, 1, 1]), np.array([0, 1, 2]), np.array([1.0, -1.0, 2.0]))
    return first, second


def joint(first, second):
    """Return the covariance of both leaves' errors over both units, (4, 4)."""
    dense = np.zeros((4, 3))
    for place, part in enumerate((first, second)):
        np.add.at(dense, (part.unit + 2 * place, part.shock), part.amount)
    return dense @ dense.T


def test_leaves_and_units_of_one_sample_vary_together(make):
    """Standard errors and the covariance of two townships agree with draws of the joint errors."""
    first, second = shared()
    se = [np.sqrt(part.variance(2)) for part in (first, second)]
    index = {"children": [make.leaf("a", 2), make.leaf("b", 1)]}
    found = make.case(index, [[70, 60], [50, 80]], se, loadings=((first,), (second,)))
    brute, between = found.brute(joint(first, second))
    result = found.propagated()
    assert result.se[0] == pytest.approx(brute[0], rel=0.01)
    assert covariance(list(result.composite), 2) == pytest.approx(between, rel=0.02, abs=0.02)
    alone = make.case(index, [[70, 60], [50, 80]], se).propagated().se[0]
    assert not np.allclose(result.se[0], alone, rtol=0.02)


def test_loadings_are_scaled_to_the_published_error(make):
    """The standard error says how much, the loadings with whom; a unit without any gets its own."""
    part = Loadings("s", np.array([0, 1]), np.array([0, 0]), np.array([1.0, 1.0]))
    found = make.case({"children": [make.leaf("a")]}, [[50, 50, 50]], [[2.0, 3.0, 4.0]], loadings=((part,),))
    between = covariance(list(found.propagated().composite), 3)
    assert between == pytest.approx(np.array([[4, 6, 0], [6, 9, 0], [0, 0, 16]]), rel=1e-9)


# ---- where the delta rule is wrong ---------------------------------------------------------------
def test_through_a_cut(make):
    """Cut 60, value 60.5, error 2: the delta rule says 0, the truth is 14.7; two thirds of it above."""
    index = {"children": [make.leaf("a", 2, scoring=CUT), make.leaf("b", 1)]}
    found = make.case(index, [[60.5], [50.0]], [[2.0], [3.0]])
    exact = 30 * np.sqrt(0.4012936743 * 0.5987063257)
    assert found.se("a") == (pytest.approx([exact], rel=1e-8), ["push-forward"])
    assert exact == pytest.approx(14.7, abs=0.05)
    assert found.se("index") == (pytest.approx([np.hypot(2 / 3 * exact, 1.0)], rel=1e-8), ["push-forward"])


@pytest.mark.parametrize(("value", "how"), [(60.5, "push-forward"), (67.9, "push-forward"), (68.1, "delta")])
def test_four_standard_errors_decide(make, value, how):
    """The delta rule is used only where the next corner is more than four standard errors away."""
    found = make.case({"children": [make.leaf("a", scoring=CUT)]}, [[value]], [[2.0]])
    assert found.se("a")[1] == [how]


def test_units_are_judged_one_by_one(make):
    """One township near the cut does not make the others rough."""
    found = make.case({"children": [make.leaf("a", scoring=CUT)]}, [[60.5, 90.0]], [[2.0, 2.0]])
    assert found.se("index")[1] == ["push-forward", "delta"]


def test_a_rough_leaf_in_a_mean_that_bends_is_simulated(make):
    """Through a cut and a geometric mean nothing exact is left: seeded draws agree with brute force."""
    index = {"aggregation": "geometric", "children": [make.leaf("a", 2, scoring=CUT), make.leaf("b", 1)]}
    found = make.case(index, [[60.5], [50.0]], [[2.0], [3.0]])
    se, how = found.se("index")
    brute, _ = found.brute(diagonal(2.0, 3.0))
    assert how == ["simulation"]
    assert se == pytest.approx(brute[0], rel=NOISE + 0.01)
    assert found.propagated().draws == DRAWS


def test_rough_leaves_of_one_sample_are_simulated_together(make):
    """Two cuts on the same respondents: independence would be wrong, draws of the shared shocks are not."""
    part = Loadings("s", np.array([0]), np.array([0]), np.array([2.0]))
    index = {"children": [make.leaf("a", 1, scoring=CUT), make.leaf("b", 1, scoring=CUT)]}
    found = make.case(index, [[60.5], [60.5]], [[2.0], [2.0]], loadings=((part,), (part,)))
    se, how = found.se("index")
    assert how == ["simulation"]
    assert se == pytest.approx([30 * np.sqrt(0.4012936743 * 0.5987063257)], rel=NOISE)


def test_the_weakest_child_may_change(make):
    """Near a tie the minimum is simulated; far from one it is the weakest child's error."""
    index = {"aggregation": "weakest", "children": [make.leaf("a", 1), make.leaf("b", 1)]}
    found = make.case(index, [[60.0, 60.0], [61.0, 90.0]], [[2.0, 2.0], [2.0, 2.0]])
    se, how = found.se("index")
    brute, _ = found.brute(diagonal([2.0, 2.0], [2.0, 2.0]))
    assert how == ["simulation", "delta"]
    assert se == pytest.approx(brute[0], rel=NOISE + 0.01)


def test_a_dimension_s_own_rule_is_looked_at(make):
    """A cut on the aggregate: rough near it, smooth far from it, though its children are straight."""
    inner = make.block("inner", make.leaf("a", 1), make.leaf("b", 1), scoring=CUT)
    found = make.case({"children": [inner]}, [[60.0, 90], [61.0, 90]], [[2.0, 2], [2.0, 2]])
    se, how = found.se("index")
    assert how == ["simulation", "delta"]
    share = 0.36183680  # Phi(-0.5 / sqrt 2)
    assert se == pytest.approx([30 * np.sqrt(share * (1 - share)), 0.0], rel=NOISE)


def test_the_bounds_of_a_factor_are_corners(make):
    """A factor that is at its bound bends there: simulated, and right."""
    work = make.block("work", make.leaf("roads"), multiplier={"by": "s", "low": 0.5, "high": 1.5})
    found = make.case({"children": [work, make.leaf("s", 0)]}, [[80.0], [99.0]], [[NAN], [3.0]])
    se, how = found.se("work")
    brute, _ = found.brute(diagonal(1e-9, 3.0))
    assert how == ["simulation"]
    assert se == pytest.approx(brute[found.plan.row["work"]], rel=NOISE + 0.01)


def test_rules_that_compare_units_are_simulated_for_all(make):
    """Min-max: whoever is exact moves too when the best or the worst does; agrees with brute force."""
    index = {"children": [make.leaf("a", scoring={"method": "min_max"}), make.leaf("b")]}
    se = [[2.0, 0.0, 3.0], [NAN, NAN, NAN]]
    found = make.case(index, [[40.0, 60.0, 80.0], [50.0, 50.0, 50.0]], se)
    result, how = found.se("index")
    brute, _ = found.brute(diagonal([2.0, 0.0, 3.0], [0.0, 0.0, 0.0]))
    assert how == ["simulation"] * 3
    assert result[1] == pytest.approx(brute[0, 1], rel=NOISE + 0.01)
    assert result[1] > 0
    # the best and the worst stay what they are in all draws but a few: no error
    assert result[[0, 2]] == pytest.approx([0.0, 0.0], abs=1e-6)


def test_a_cohort_ends_at_the_class(make):
    """With `cohort: group` an error moves the scores of its own class only."""
    rule = {"method": "min_max", "cohort": "group"}
    scheme = {"groups": {"一类": {"reason": "a"}, "二类": {"reason": "b"}}}
    found = make.case(
        {"children": [make.leaf("a", scoring=rule)]}, [[40.0, 60, 80, 40, 60, 80]],
        [[5.0, NAN, NAN, NAN, NAN, NAN]], groups=("一类",) * 3 + ("二类",) * 3, scheme=scheme,
    ).propagated()  # fmt: skip
    assert (found.se[0, [0, 1]] >= 0).all()
    assert found.se[0, 1] > 1
    assert np.isnan(found.se[0, 3:]).all()


def test_what_does_not_apply_stays_as_the_policy_says_in_every_draw(make):
    """A unit counted with zero is in the cohort of nobody; the draws of the others know its zero."""
    index = {"children": [make.leaf("a", scoring={"method": "min_max"}, not_applicable="zero")]}
    found = make.case(index, [[40.0, 60, 80, NAN]], [[2.0, 2, 2, NAN]], status=[[0, 0, 0, 2]])
    se, how = found.se("index")
    assert how == ["simulation"] * 3 + [""]
    assert se[1] > 1
    assert np.isnan(se[3])


def test_a_dimension_that_compares_units_moves_everybody(make):
    """A block standardized over the units is simulated for all, and so is what stands above it."""
    inner = make.block("inner", make.leaf("a"), scoring={"method": "z_score", "mean": 70, "sd": 10})
    found = make.case({"children": [inner]}, [[40.0, 55, 80]], [[3.0, NAN, NAN]])
    se, how = found.se("index")
    brute, _ = found.brute(diagonal([3.0, 0.0, 0.0]))
    assert how == ["simulation"] * 3
    assert se == pytest.approx(brute[0], rel=NOISE + 0.01)
    assert found.se("a")[1] == ["delta", "", ""]


def test_classes_have_their_own_rules(make):
    """The cut of one class does not make the other's identity rough."""
    scheme = {"groups": {"一类": {"reason": "a"}, "二类": {"reason": "b"}}}
    override = {"一类": {"scoring": CUT, "reason": "own standard"}}
    found = make.case(
        {"children": [make.leaf("a", overrides=override)]}, [[60.5, 60.5]], [[2.0, 2.0]],
        groups=("一类", "二类"), scheme=scheme,
    )  # fmt: skip
    se, how = found.se("index")
    assert how == ["push-forward", "delta"]
    assert se == pytest.approx([14.705, 2.0], rel=1e-3)


def test_an_own_rule_is_rough_everywhere(make):
    """Nobody knows where an own rule bends, so it is drawn."""

    class Ours:
        def __call__(self, values):
            return np.asarray(values) * 0.5

    index = {"children": [make.leaf("a", scoring="ours")]}
    se, how = make.case(index, [[50.0]], [[4.0]], formulas={"ours": Ours}).se("index")
    assert how == ["simulation"]
    assert se == pytest.approx([2.0], rel=NOISE)


def test_draws_without_a_score_are_left_out(make):
    """A geometric mean has none for a negative child: the spread is that of the draws that have one."""
    index = {"aggregation": "geometric", "children": [make.leaf("a", 1), make.leaf("b", 1)]}
    found = make.case(index, [[4.0], [50.0]], [[3.0], [NAN]])
    se, how = found.se("index")
    rng = np.random.default_rng(1)
    drawn = 4 + 3 * rng.standard_normal(200_000)
    assert how == ["simulation"]
    assert se == pytest.approx([np.sqrt(drawn[drawn >= 0] * 50).std()], rel=NOISE + 0.01)


# ---- what is said --------------------------------------------------------------------------------
def test_no_error_costs_and_says_nothing(make):
    """Administrative figures have no error model: NaN, no method, no loadings."""
    result = make.case({"children": [make.leaf("a")]}, [[50.0]], [[NAN]]).propagated()
    assert np.isnan(result.se).all()
    assert not result.method.any()
    assert not result.unknown.any()
    assert result.composite == ()


def test_a_census_is_declared_to_have_none(make):
    """Declared zero is 0 up to the top, beside administrative figures too; it adds nothing to a sample."""
    index = {"children": [make.leaf("a"), make.leaf("b"), make.leaf("c")]}
    found = make.case(index, [[50, 50], [50, 50], [50, 50]], [[0, 0], [NAN, NAN], [NAN, 3.0]]).propagated()
    assert found.se[0] == pytest.approx([0.0, 1.0])
    assert found.se[1].tolist() == [0.0, 0.0]
    assert np.isnan(found.se[2]).all()


def test_an_unknown_error_gives_no_certainty(make):
    """Everything above a value whose error nobody knows has none either, and says so."""
    inner = make.block("inner", make.leaf("a"), make.leaf("b"))
    found = make.case(
        {"children": [inner, make.leaf("c")]}, np.full((3, 2), 50.0), [[2, 2], [NAN, NAN], [1, 1]],
        unknown=[[False, False], [True, False], [False, False]],
    ).propagated()  # fmt: skip
    rows = {name: row for row, name in enumerate(["index", "inner", "a", "b", "c"])}
    assert found.unknown[:, 0].tolist() == [True, True, False, True, False]
    assert np.isnan(found.se[[rows["index"], rows["inner"], rows["b"]], 0]).all()
    assert found.se[:, 1] == pytest.approx([np.hypot(0.5, 0.5), 1.0, 2.0, NAN, 1.0], nan_ok=True)


def test_a_value_carried_forward_has_an_unknown_error(make):
    """Last period's survey stands for this one: how far it is off nobody knows."""
    found = make.case(
        {"children": [make.leaf("a", missing="previous")]}, [[50.0, 60.0]], [[2.0, NAN]], status=[[0, 1]]
    ).propagated()
    assert found.unknown[0].tolist() == [False, True]
    assert np.isnan(found.se[0, 1])


def test_weight_zero_moves_nothing(make):
    """A leaf of weight 0 has an error of its own and none of the index; nor does an unknown one."""
    index = {"children": [make.leaf("a", 1), make.leaf("b", 0, scoring=CUT), make.leaf("c", 0)]}
    found = make.case(
        index, [[50.0], [60.5], [50.0]], [[2.0], [2.0], [NAN]], unknown=[[False], [False], [True]]
    )
    assert found.se("index") == (pytest.approx([2.0]), ["delta"])
    assert found.se("b")[0].item() > 14


def test_rounded_points_do_not_hide_an_error(make):
    """Printed points are rounded; the error is that of the score before."""
    scheme = {"rounding": {"stage": "indicator", "digits": 0}}
    index = {"children": [make.leaf("a", 1), make.leaf("b", 1)]}
    found = make.case(index, [[70.3], [80.2]], [[2.0], [NAN]], scheme=scheme)
    assert found.se("index") == (pytest.approx([1.0]), ["delta"])


# ---- truths --------------------------------------------------------------------------------------
ROUGH = {
    "aggregation": "geometric",
    "children": [
        {"id": "a", "weight": 2, "basis": "t", "scoring": CUT},
        {"id": "b", "weight": 1, "basis": "t"},
        {"id": "c", "weight": 1, "basis": "t", "scoring": {"method": "target", "target": 80, "floor": 50}},
    ],
}


def rough(make, values, se, codes, **more):
    """Return a tree with everything in it: cuts, caps, a bent mean."""
    return make.case(ROUGH, values, se, codes=codes, **more)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 1000), order=st.permutations(range(4)))
def test_permuting_the_units_permutes_the_errors(make, seed, order):
    """Rows in another order give the same bits, drawn ones too."""
    rng = np.random.default_rng(seed)
    values, se = rng.uniform(30, 90, (3, 4)), rng.uniform(0.5, 5, (3, 4))
    codes = ["640181100", "640181101", "640181102", "640181103"]
    here = make.case(ROUGH, values, se, codes=codes).propagated(draws=100)
    order = list(order)
    there = make.case(ROUGH, values[:, order], se[:, order], codes=[codes[k] for k in order]).propagated(
        draws=100
    )
    assert np.array_equal(here.se[:, order], there.se, equal_nan=True)
    assert np.array_equal(here.method[:, order], there.method)


def test_blocks_of_any_size_give_the_same_bits(make):
    """Draws are numbered: scoring 1, 7 or 64 of them at once changes nothing."""
    from township_eval.tree.propagation.draws import simulate
    from township_eval.tree.propagation.errors import leaf_error
    from township_eval.tree.propagation.ground import Ground

    found = rough(make, [[60.5, 59], [50, 70], [40, 79]], [[2, 2], [3, 3], [2, 2]], ["u1", "u2"])
    ground = Ground(found.plan, found.values, found.status, found.scored.score, found.scored.weight, None, ())
    errors = [leaf_error(found.plan, found.errors, k, found.errors.se[k]) for k in range(3)]
    everybody = {0: np.ones(2, dtype=bool)}
    first, *others = (simulate(ground, errors, everybody, 150, 3, at_once=size) for size in (1, 7, 64))
    for other in others:
        assert np.array_equal(first.se[0], other.se[0])
        assert np.array_equal(first.slope, other.slope)


def test_the_seed_decides_and_more_draws_agree(make):
    """The same seed gives the same number, another one a number within the error of drawing."""
    found = rough(make, [[60.5], [50], [40]], [[2], [3], [2]], ["u1"])
    first, again, other = (found.se("index", seed=seed)[0].item() for seed in (0, 0, 1))
    assert first == again != other
    assert other == pytest.approx(first, rel=2 * NOISE)


def test_the_covariance_has_the_variances_of_the_standard_errors(make):
    """Whatever the method, the loadings of the index give each unit its published error."""
    codes = [f"u{k}" for k in range(5)]
    values = np.array([[60.5, 90, 59, 61, 60], [50, 60, 70, 80, 90], [40, 41, 60, 81, 79]], dtype=float)
    se = np.array([[2.0, 1, 2, 2, 0], [3, 3, 3, 3, 3], [2, 2, 2, 2, 2]])
    for index in (ROUGH, {**ROUGH, "aggregation": "arithmetic"}):
        result = make.case(index, values, se, codes=codes).propagated()
        assert np.sqrt(total_variance(list(result.composite), 5)) == pytest.approx(result.se[0], rel=1e-6)


@pytest.mark.parametrize("share", [None, np.array([0.5, 0.3, 0.2, 0.6, 0.4])])
def test_stratified_clusters_are_drawn_as_they_are_summed(make, share):
    """Drawn errors of a stratified sample have the variance of the linearization, empty clusters included."""
    stratum = np.array([0, 0, 0, 1, 1], dtype=np.intp)
    part = Loadings("s", np.array([0, 0, 0]), np.array([0, 1, 3]), np.array([3.0, -1.0, 2.0]), stratum, share)
    se = np.sqrt(part.variance(1))

    class Ours:
        def __call__(self, values):
            return np.asarray(values) * 1.0

    found = make.case(
        {"children": [make.leaf("a", scoring="ours")]}, [[50.0]], [se], loadings=((part,),),
        formulas={"ours": Ours},
    )  # fmt: skip
    assert found.se("a") == (pytest.approx(se, rel=NOISE), ["simulation"])


def test_errors_need_no_loadings(make):
    """`Errors` without loadings is every unit by itself."""
    found = make.case({"children": [make.leaf("a")]}, [[50.0, 60.0]], [[2.0, 3.0]])
    assert isinstance(found.errors, Errors)
    assert covariance(list(found.propagated().composite), 2) == pytest.approx(np.diag([4.0, 9.0]))
