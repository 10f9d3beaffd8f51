"""The benchmark of flags counts what it says, and the levels hold."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.flags import MIXES, UNITS, Mix, estimates, most, rates_of
from township_eval.rules.certainty import CONFIRMED_LEVEL, PROBABLE_LEVEL

PERIODS = 1000


@pytest.mark.parametrize("mix", MIXES, ids=lambda mix: mix.name)
def test_every_township_is_truly_on_the_threshold(mix: Mix) -> None:
    """The worst case of the null hypothesis."""
    assert mix.truth == pytest.approx(mix.cut)


@pytest.mark.parametrize("n", [20, 100, 400])
@pytest.mark.parametrize("mix", MIXES, ids=lambda mix: mix.name)
def test_wrong_sanctions_are_as_rare_as_their_levels_say(mix: Mix, n: int) -> None:
    """Confirmed in at most 1 %, probable in at most 5 % of periods, plus three Monte-Carlo errors."""
    found = rates_of(mix, n, PERIODS)
    assert found.confirmed <= most(CONFIRMED_LEVEL, PERIODS)
    assert found.probable <= most(PROBABLE_LEVEL, PERIODS)
    assert found.confirmed <= found.probable <= found.threshold


def test_the_threshold_alone_and_students_t_accuse_wrongly() -> None:
    """What the tests are for: the rule without them is wrong nearly always, t far too often."""
    found = rates_of(next(mix for mix in MIXES if mix.name == "few content"), 20, PERIODS)
    assert found.threshold > 0.95
    assert found.student_probable > 0.3


def test_samples_have_the_true_mean_and_the_error_they_state() -> None:
    """Person by person the mean squared standard error is the variance of the means."""
    means, ses, df = estimates(MIXES[0], 100, 2000, np.random.default_rng(1))
    assert means.shape == (2000, UNITS)
    assert df == 99
    assert means.mean() == pytest.approx(80.0, abs=0.1)
    assert (ses**2).mean() == pytest.approx(means.var(), rel=0.05)


def test_villages_cost_what_their_likeness_says() -> None:
    """Ten villages of ten persons with a correlation of 0.1: variance 1 + 9 x 0.1 times as large."""
    village = next(mix for mix in MIXES if mix.name == "10 villages")
    alone = estimates(MIXES[0], 100, 4000, np.random.default_rng(1))[0].var()
    assert estimates(village, 100, 4000, np.random.default_rng(2))[0].var() / alone == pytest.approx(
        1.9, rel=0.1
    )
