"""What holds for every scoring rule."""

import copy
import pickle
from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from township_eval.language import Text
from township_eval.methods import scoring
from township_eval.methods.scoring import RULES, Rule
from township_eval.methods.varying import Case, Varying

EXAMPLES = [
    scoring.Linear(low=20, high=85),
    scoring.Linear(low=80, high=10, cap=False),
    scoring.Linear(low=1, high=90, scale="log"),
    scoring.Target(target=98, floor=60),
    scoring.Target(target=50, cap=None),
    scoring.Target(target=40, direction="lower", cap=120),
    scoring.Target(target=0, direction="lower", per_unit=2),
    scoring.Step(target=50, base=80, up=1, up_cap=30, down=2, every=0.5),
    scoring.Step(target=50, up=5, down=5, whole_steps=True),
    scoring.Threshold(at_least=60),
    scoring.Threshold(at_most=30, otherwise="proportional"),
    scoring.Range(low=30, high=50, below="proportional", above="full"),
    scoring.Range(low=30, high=50, below=20, above=60),
    scoring.Bands(bounds=(60, 70, 80, 90), scores=(0, 60, 70, 80, 100)),
    scoring.Interpolate(points=((10, 0), (50, 60), (90, 100))),
    scoring.Efficacy(bad=20, good=80),
    scoring.Deduction(full=4, per_unit=0.5),
    scoring.Mark(full=80),
    scoring.Late(per_day=2, free=3, floor=20),
    scoring.Identity(),
    scoring.MinMax(low=60, constant=80),
    scoring.ZScore(mean=70, sd=10, direction="lower"),
    scoring.RatioToBest(),
    scoring.RankStep(step=3, floor=40, cohort="group"),
    scoring.Percentile(direction="lower"),
    scoring.RankSumRatio(cohort="all"),
]
each_rule = pytest.mark.parametrize("rule", EXAMPLES, ids=lambda rule: rule.method)

# Quarter steps and one awkward sum: ties, bounds and float noise all occur.
numbers = st.integers(0, 400).map(lambda i: i / 4) | st.just(0.1 + 0.2)
values = arrays(
    np.float64, st.tuples(st.integers(1, 3), st.integers(1, 8)), elements=numbers | st.just(np.nan)
)


def test_every_rule_is_here():
    """Every registered rule is among the examples, under the name the registry gives it."""
    assert {rule.method for rule in EXAMPLES} == set(RULES)
    assert all(cls.method == name for name, cls in RULES.items())


def test_fields_are_those_of_the_contract():
    """A scheme may write exactly these parameters."""
    names = {name: {field.name for field in fields(cls)} for name, cls in RULES.items()}
    cohort = {"direction", "cohort", "constant"}
    assert names == {
        "linear": {"low", "high", "scale", "cap"},
        "target": {"target", "floor", "cap", "direction", "per_unit"},
        "step": {"target", "base", "up", "up_cap", "down", "every", "whole_steps"},
        "threshold": {"at_least", "at_most", "otherwise"},
        "range": {"low", "high", "below", "above"},
        "bands": {"bounds", "scores"},
        "interpolate": {"points"},
        "efficacy": {"bad", "good", "base", "span"},
        "deduction": {"full", "per_unit", "marks", "floor"},
        "mark": {"full"},
        "late": {"free", "per_day", "floor"},
        "identity": {"low", "high"},
        "min_max": {"low", "high"} | cohort,
        "z_score": {"mean", "sd", "ddof"} | cohort,
        "ratio_to_best": cohort,
        "rank_step": {"first", "step", "floor"} | cohort,
        "percentile": cohort,
        "rank_sum_ratio": cohort,
    }


@each_rule
def test_rules_are_values(rule):
    """A rule equals its copy, hashes, pickles, and is what the protocol says."""
    assert isinstance(rule, Rule)
    assert pickle.loads(pickle.dumps(rule)) == copy.copy(rule) == rule
    assert hash(rule) == hash(copy.copy(rule))


@each_rule
def test_rules_without_fault_have_none(rule):
    """The examples are possible, and say themselves in both languages."""
    assert rule.faults() == ()
    words = rule.words()
    assert isinstance(words, Text)
    assert words.zh
    assert words.en.isascii()


@each_rule
def test_words_and_faults_accept_parameters_that_vary(rule):
    """Each number may be a mapping by class: it is said, and judged, without being resolved."""
    for field in fields(rule):
        value = getattr(rule, field.name)
        if isinstance(value, bool) or not isinstance(value, int | float) or field.name == "ddof":
            continue
        varying = type(rule)(**_fields(rule) | {field.name: Varying((Case("一类", value),), default=value)})
        assert varying.faults() == ()
        if value:
            assert "一类" in varying.words().zh


@each_rule
def test_rules_filled_with_arrays_still_speak(rule):
    """With one number a unit in every field the rule can be called and said, for one unit as for many."""
    for n in (1, 3):
        filled = {
            name: np.full(n, float(value))
            for name, value in _fields(rule).items()
            if isinstance(value, int | float) and not isinstance(value, bool) and name != "ddof"
        }
        array_rule = type(rule)(**_fields(rule) | filled)
        x = np.array([[20.0, 60.0, 90.0]])[:, :n]
        assert array_rule(x) == pytest.approx(rule(x), nan_ok=True)
        assert array_rule.words().en.isascii()
        assert array_rule.faults() == ()


def _fields(rule):
    return {field.name: getattr(rule, field.name) for field in fields(rule)}


@each_rule
@settings(max_examples=40)
@given(x=values)
def test_missing_stays_missing(rule, x):
    """NaN gives NaN, and only NaN or a value reported as outside does."""
    scores = rule(x)
    assert scores.shape == x.shape
    assert np.isnan(scores[np.isnan(x)]).all()
    assert not rule.outside(x)[np.isnan(x)].any()
    assert (~np.isnan(scores) | np.isnan(x) | rule.outside(x)).all()


@each_rule
@settings(max_examples=40)
@given(x=values)
def test_rows_are_scored_alike_one_by_one_and_together(rule, x):
    """Ten thousand draws in one call are the same as one call each."""
    assert np.array_equal(rule(x), np.stack([rule(row) for row in x]), equal_nan=True)


@each_rule
@settings(max_examples=40)
@given(x=values, random=st.randoms(use_true_random=False))
def test_order_of_units_is_of_no_account(rule, x, random):
    """Permuting the units permutes the scores."""
    order = list(range(x.shape[-1]))
    random.shuffle(order)
    assert rule(x)[..., order] == pytest.approx(rule(x[..., order]), rel=1e-12, abs=1e-12, nan_ok=True)


@pytest.mark.parametrize("rule", [r for r in EXAMPLES if not r.compares_units], ids=lambda rule: rule.method)
@settings(max_examples=40)
@given(x=values)
def test_fixed_standards_do_not_look_at_others(rule, x):
    """With fixed standards a unit's score is the same with and without the other units."""
    alone = np.concatenate([rule(x[..., i : i + 1]) for i in range(x.shape[-1])], axis=-1)
    assert np.array_equal(rule(x), alone, equal_nan=True)


@pytest.mark.parametrize(
    "rule",
    [scoring.MinMax(), scoring.ZScore(), scoring.RatioToBest(), scoring.Percentile(), scoring.RankSumRatio()],
    ids=lambda rule: rule.method,
)
@settings(max_examples=40)
@given(x=values, factor=st.sampled_from([0.5, 2.0, 1024.0]))
def test_comparisons_do_not_depend_on_the_unit_of_measure(rule, x, factor):
    """Rescaling all values changes no score."""
    assert rule(x) == pytest.approx(rule(x * factor), rel=1e-12, abs=1e-12, nan_ok=True)


@each_rule
def test_full_value_earns_full_marks(rule):
    """The value that is said to earn full marks does."""
    full = rule.full_value()
    if full is not None:
        assert rule(np.atleast_1d(full)) == pytest.approx(100.0)
    else:
        assert rule.compares_units
