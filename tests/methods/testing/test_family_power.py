"""Tests of families of comparisons and of what samples can show."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from township_eval.methods.differences import holm
from township_eval.methods.testing import (
    bonferroni_levels,
    bounded_p,
    bounded_power,
    holm_in_bundles,
    likely_mix,
)

chances = st.floats(1e-9, 1) | st.just(0.0)
families = hnp.arrays(np.float64, st.tuples(st.integers(1, 4), st.integers(1, 6)), elements=chances)


@given(families)
def test_without_bundles_it_is_holms_procedure(p: np.ndarray) -> None:
    """The same adjusted values as of the plain list."""
    found = holm_in_bundles(p, np.zeros(len(p), dtype=bool))
    assert found.ravel() == pytest.approx(holm(p.ravel()), rel=1e-12)


@given(families, st.data())
def test_holm_lies_between_the_p_value_and_bonferroni(p: np.ndarray, data: st.DataObject) -> None:
    """Adjusted values are no smaller than p and no larger than single-step ones, in the order of p."""
    bundled = np.array(data.draw(st.lists(st.booleans(), min_size=len(p), max_size=len(p))))
    found = holm_in_bundles(p, bundled)
    single = np.minimum(1.0, p * len(p) * np.where(bundled, 1, p.shape[1])[:, np.newaxis])
    assert (found >= p * (1 - 1e-12)).all()
    assert (found <= single * (1 + 1e-12)).all()


def test_a_rule_tested_for_all_units_together_has_a_rules_share() -> None:
    """Of two rules over eight units one gets 0.01 / 2, the other 0.01 / 16 per unit."""
    assert bonferroni_levels((2, 8), [True, False], 0.01) == pytest.approx([0.005, 0.000625])


def test_a_bundle_keeps_its_weight_until_all_its_units_are_rejected() -> None:
    """Three units in a bundle and three single ones: weights 6, 6, 6, 3 along the order of p / n."""
    p = np.array([[0.003, 0.03, 0.3], [0.04, 0.2, 0.9]])
    found = holm_in_bundles(p, [True, False])
    # in order: .001, .01 (bundle), .04 (single), .1 (bundle), .2, .9
    assert found == pytest.approx(np.array([[0.006, 0.06, 0.5], [0.24, 0.5, 0.9]]))


def test_the_family_keeps_its_level_with_a_bundle() -> None:
    """Five units judged together by one p-value and five singly, all true: at most 5 % of 4,000 periods."""
    rng = np.random.default_rng(4)
    wrong = 0
    for _ in range(4000):
        together = np.full(5, 1.0)
        together[rng.integers(5)] = rng.uniform()  # one of them is as small as the level allows
        wrong += bool((holm_in_bundles([together, rng.uniform(size=5)], [True, False]) <= 0.05).any())
    assert wrong / 4000 <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 4000)


@given(st.floats(31, 99))
def test_the_likeliest_mix_has_its_mean(mean: float) -> None:
    """Shares are positive, add up to 1 and give the mean."""
    mix = likely_mix((100, 80, 30), mean)
    assert mix.sum() == pytest.approx(1.0)
    assert mix @ [100, 80, 30] == pytest.approx(mean, rel=1e-6)


def test_a_mean_beyond_the_answers_is_refused() -> None:
    """Nobody gives less than the lowest answer."""
    with pytest.raises(ValueError, match="between the ends"):
        likely_mix((100, 80, 30), 20)


@pytest.mark.parametrize(("truth", "n"), [(72, 100), (72, 200), (70, 100), (75, 400)])
def test_power_is_what_drawing_samples_gives(truth: float, n: int) -> None:
    """Within three hundredths of 4,000 drawn samples, each with its own error."""
    scores = np.array([100.0, 80.0, 30.0])
    rng = np.random.default_rng(7)
    drawn = rng.multinomial(n, likely_mix(scores, truth), size=4000)
    mean = drawn @ scores / n
    se = np.sqrt((drawn @ scores**2 / n - mean**2) / (n - 1))
    share = (bounded_p(mean, se, n - 1, n, 80, low=30, high=100) <= 0.01 / 9).mean()
    assert bounded_power(truth, 80, n, 0.01 / 9, answers=scores) == pytest.approx(share, abs=0.03)


def test_power_of_praise_is_that_of_blame_turned_over() -> None:
    """Above 20 of a scale turned over is below 80."""
    above = bounded_power(28, 20, 200, 0.001, answers=(0, 20, 70), side="above")
    assert above == pytest.approx(bounded_power(72, 80, 200, 0.001, answers=(100, 80, 30)), abs=1e-9)


def test_villages_cost_power() -> None:
    """A design effect of 3 and ten villages show less than persons drawn alone."""
    alone = bounded_power(65, 80, 200, 0.001, answers=(100, 80, 30))
    assert bounded_power(65, 80, 200, 0.001, answers=(100, 80, 30), df=9, deff=3) < alone


def test_what_cannot_be_true_has_no_power() -> None:
    """A true mean outside the answers, or a single answer."""
    assert bounded_power(20, 80, 200, 0.01, answers=(100, 80, 30)) == 0.0
    assert bounded_power(60, 80, 1, 0.01) == 0.0
