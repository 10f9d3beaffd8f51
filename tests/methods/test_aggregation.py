"""Aggregation of children into their parent."""

import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from township_eval.methods.aggregation import AGGREGATIONS, Aggregation, PowerMean, Weakest

NAN = np.nan
KINDS = [*AGGREGATIONS.values(), PowerMean(2.0), PowerMean(0.5), PowerMean(-2.5)]
each_kind = pytest.mark.parametrize("kind", KINDS, ids=str)

CHILDREN, UNITS = 4, 5
table = arrays(np.float64, (CHILDREN, UNITS), elements=st.floats(0, 120) | st.just(NAN))
weighting = arrays(np.float64, CHILDREN, elements=st.sampled_from([0.0, 0.5, 1.0, 3.0, 60.0]))


def test_points_add_up():
    """缺项比率: 88 of 90 applicable points are 97.78 of 100."""
    scores = np.array([[100.0], [50.0], [NAN]])
    assert PowerMean()(scores, [86, 4, 10]).round(2).tolist() == [97.78]


def test_the_three_pythagorean_means():
    """Of 80 and 20: 50, 40 and 32."""
    scores = [[80.0], [20.0]]
    means = [PowerMean(p)(scores, [1, 1]).item() for p in (1, 0, -1)]
    assert means == pytest.approx([50, 40, 32], rel=1e-14)
    assert Weakest()(scores, [1, 1]).tolist() == [20.0]


@pytest.mark.parametrize("p", [0, -1, -3])
def test_a_zero_child_sinks_means_that_do_not_compensate(p):
    """Under powers of 0 and less a zero child gives zero; a negative one has no mean."""
    assert PowerMean(p)([[0.0, -1.0, 0.0], [50.0, 50.0, -2.0]], [1, 1]).tolist()[0] == 0.0
    assert np.isnan(PowerMean(p)([[0.0, -1.0, 0.0], [50.0, 50.0, -2.0]], [1, 1])[1:]).all()


def test_a_negative_child_counts_only_in_the_arithmetic_mean():
    """Squaring would make a negative score a good one."""
    assert PowerMean(1)([[-10.0], [50.0]], [1, 1]).tolist() == [20.0]
    assert np.isnan(PowerMean(2)([[-10.0], [50.0]], [1, 1])).all()


@each_kind
def test_kinds_are_values_and_say_themselves(kind):
    """An aggregation pickles, hashes, follows the protocol and has words in both languages."""
    assert isinstance(kind, Aggregation)
    assert pickle.loads(pickle.dumps(kind)) == kind
    assert hash(kind) == hash(pickle.loads(pickle.dumps(kind)))
    assert kind.words().zh
    assert kind.words().en.isascii()
    assert kind.faults() == ()


def test_names_and_powers():
    """The registry's names are the names of its members; other powers are ``power``."""
    assert [kind.method for kind in AGGREGATIONS.values()] == list(AGGREGATIONS)
    assert PowerMean(2).method == "power"
    assert PowerMean(float("inf")).faults()
    assert PowerMean(50).faults()


@pytest.mark.parametrize("weights", [[1.0], [1.0, -1.0], [1.0, NAN], [1.0, np.inf], [[1.0, 1.0]]])
def test_weights_that_do_not_fit_are_refused(weights):
    """A wrong number of weights, or a weight that is none, is an error rather than a score."""
    for kind in KINDS:
        with pytest.raises(ValueError, match="weights"):
            kind([[1.0], [2.0]], weights)


@each_kind
@settings(max_examples=40)
@given(scores=table, weights=weighting)
def test_weight_zero_equals_absent(kind, scores, weights):
    """To the last bit; and a child without a score counts like one of weight zero for that unit."""
    kept = weights > 0
    assert np.array_equal(kind(scores, weights), kind(scores[kept], weights[kept]), equal_nan=True)
    one = scores[:, :1]
    there = ~np.isnan(one[:, 0])
    assert np.array_equal(kind(one, weights), kind(one[there], weights[there]), equal_nan=True)


@each_kind
@settings(max_examples=40)
@given(scores=table, weights=weighting, random=st.randoms(use_true_random=False))
def test_a_unit_does_not_depend_on_the_others(kind, scores, weights, random):
    """Permuting or leaving out units changes no bit of a unit's score."""
    order = list(range(UNITS))
    random.shuffle(order)
    together = kind(scores, weights)
    assert np.array_equal(together[order], kind(scores[:, order], weights), equal_nan=True)
    alone = [kind(scores[:, i : i + 1], weights)[0] for i in range(UNITS)]
    assert np.array_equal(together, np.array(alone), equal_nan=True)


@each_kind
@settings(max_examples=40)
@given(scores=arrays(np.float64, (2, 3, CHILDREN, UNITS), elements=st.floats(0, 120)), weights=weighting)
def test_leading_axes_are_independent(kind, scores, weights):
    """Simulated scores in one call equal a call each."""
    each = [[kind(block, weights) for block in row] for row in scores]
    assert np.array_equal(kind(scores, weights), np.array(each), equal_nan=True)


@each_kind
@settings(max_examples=40)
@given(scores=table, weights=weighting)
def test_means_lie_between_their_children(kind, scores, weights):
    """No mean leaves the range of the children that count; without any it is missing."""
    counted = np.where((weights > 0)[:, np.newaxis], scores, NAN)
    there = ~np.isnan(counted).all(axis=0)
    result = kind(scores, weights)
    assert np.array_equal(np.isnan(result), ~there)
    low, high = np.fmin.reduce(counted), np.fmax.reduce(counted)
    slack = 1e-9
    assert (result[there] >= low[there] - slack).all()
    assert (result[there] <= high[there] + slack).all()


@settings(max_examples=40)
@given(scores=table, weights=weighting, factor=st.sampled_from([0.25, 2.0, 1024.0]))
def test_only_ratios_of_weights_matter(scores, weights, factor):
    """Points of 100 and points of 1000 give the same scores."""
    for kind in KINDS:
        expected = kind(scores, weights)
        assert kind(scores, weights * factor) == pytest.approx(expected, rel=1e-12, nan_ok=True)


def test_inputs_are_left_alone():
    """Scores and weights handed in are not changed."""
    scores, weights = np.array([[1.0, NAN], [2.0, 3.0]]), np.array([1.0, 2.0])
    before = scores.copy()
    for kind in KINDS:
        kind(scores, weights)
    assert np.array_equal(scores, before, equal_nan=True)
    assert weights.tolist() == [1.0, 2.0]


PILLARS = {f"P{i + 1}": [f"I{3 * i + j:02d}" for j in (1, 2, 3)] for i in range(4)}
TREE = [PILLARS, {"SA": ["P1", "P2"], "SB": ["P3", "P4"]}, {"IDX": ["SA", "SB"]}]
POWERS = {"amean": 1, "gmean": 0, "hmean": -1, "genmean_p-1": -1, "genmean_p0.5": 0.5, "genmean_p2": 2}


def _aggregated(scores, weights, levels):
    for level, kind in zip(TREE, levels, strict=True):
        for parent, children in level.items():
            stacked = np.stack([scores[child] for child in children])
            scores[parent] = kind(stacked, [weights[child] for child in children])
    return scores


# The reference's general mean refuses every gap, so it is compared on the imputed data only.
COMPARED = [("imp", name) for name in [*POWERS, "mixed_amean_gmean_hmean"]]
COMPARED += [("na", name) for name in ["amean", "gmean", "hmean", "mixed_amean_gmean_hmean", "amean_equalw"]]


@pytest.mark.parametrize(("data", "name"), COMPARED)
def test_three_levels_of_coinr(golden, data, name):
    """Twelve indicators through three levels equal COINr's, with gaps and imputed."""
    meta = [row for row in golden.rows("coinr/input_iMeta") if row["Type"] in ("Indicator", "Aggregate")]
    weights = {row["iCode"]: 1.0 if name == "amean_equalw" else float(row["Weight"]) for row in meta}
    if data == "na":
        scores = {
            i: golden.column("coinr/norm_minmax_1_100", i) for pillar in PILLARS.values() for i in pillar
        }
    else:
        scores = {row["iCode"]: _imputed(golden, row) for row in meta if row["Type"] == "Indicator"}
    mixed = [PowerMean(1), PowerMean(0), PowerMean(-1)]
    levels = mixed if name.startswith("mixed") else [PowerMean(POWERS.get(name, 1))] * 3
    ours = _aggregated(scores, weights, levels)
    for node in ("IDX", "SA", "SB", "P1", "P2", "P3", "P4"):
        expected = golden.column(f"coinr/agg_{data}_{name}", node)
        assert ours[node] == pytest.approx(expected, rel=1e-12, nan_ok=True), node


def _imputed(golden, row):
    x = golden.column("coinr/impute_i_mean", row["iCode"]) * float(row["Direction"])
    return 1 + 99 * (x - x.min()) / (x.max() - x.min())
