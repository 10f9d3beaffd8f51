"""Krippendorff's alpha beyond its published values."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from township_eval.methods.ratings import krippendorff_alpha

NAN = np.nan
METRICS = ["nominal", "ordinal", "interval", "ratio"]


@pytest.mark.parametrize("metric", METRICS)
def test_full_agreement_is_one(metric):
    """Raters who never differ: 1, and so is every draw that is defined."""
    found = krippendorff_alpha([[1, 1, NAN], [2, 2, 2], [4, NAN, 4]], metric, draws=200)
    assert (found.value, found.lower, found.upper) == (1.0, 1.0, 1.0)
    assert 0 < found.undefined < 200


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("panel", [np.full((4, 3), 80.3), [[1, NAN], [NAN, 2]], np.full((2, 2), NAN)])
def test_nothing_to_differ_is_undefined(metric, panel):
    """Equal ratings throughout, or no pair at all: NaN, without a warning."""
    found = krippendorff_alpha(panel, metric, draws=50)
    assert np.isnan([found.value, found.lower, found.upper]).all()
    assert found.undefined == 50


def test_units_rated_once_say_nothing(raters):
    """They are neither used nor counted."""
    panel = raters.panel("incomplete")
    wider = np.vstack([panel, [5.0, *[NAN] * 5]])
    assert krippendorff_alpha(wider) == krippendorff_alpha(panel)


@pytest.mark.parametrize("metric", METRICS)
def test_draws_do_not_depend_on_order(raters, metric):
    """Units and raters in any order: the same bytes, interval included; another seed, other draws."""
    panel = raters.panel("grades")
    found = krippendorff_alpha(panel, metric, seed=3, draws=300)
    assert krippendorff_alpha(panel[::-1, [3, 1, 5, 0, 2, 4]], metric, seed=3, draws=300) == found
    assert found.lower < found.value < found.upper
    assert krippendorff_alpha(panel, metric, seed=4, draws=300).lower != found.lower


def test_the_draws_resample_whole_units(raters):
    """The interval holds the percentiles of alpha on units drawn one panel at a time."""
    panel = raters.panel("incomplete")
    generator = np.random.default_rng(1)
    plain = [krippendorff_alpha(panel[generator.integers(0, 12, 12)], draws=0).value for _ in range(1500)]
    found = krippendorff_alpha(panel, draws=4000)
    assert [found.lower, found.upper] == pytest.approx(np.quantile(plain, [0.025, 0.975]), abs=0.03)


def test_draws_in_blocks_are_the_draws_at_once(raters, monkeypatch):
    """How much is held in memory changes no result."""
    panel = raters.panel("grades")
    whole = krippendorff_alpha(panel, "ordinal", draws=100)
    monkeypatch.setattr("township_eval.methods.ratings.alpha._BLOCK", 12 * 7)
    assert krippendorff_alpha(panel, "ordinal", draws=100) == whole


def test_every_fault_of_a_call_is_named():
    """Metric, level, draws and a negative rating, in one message."""
    with pytest.raises(ValueError, match=r"metric is one of .*level lies.*draws must not"):
        krippendorff_alpha([[1, 2]], "rank", level=0, draws=-1)
    with pytest.raises(ValueError, match=r"not -1"):
        krippendorff_alpha([[-1, 2], [1, 1]], "ratio")


@given(
    arrays(np.float64, (6, 3), elements=st.integers(0, 5).map(float) | st.just(NAN)), st.sampled_from(METRICS)
)
def test_alpha_is_the_definition(panel, metric):
    """One minus mean distance within units over mean distance of all pairs, written out pair by pair."""
    units = [row[~np.isnan(row)] for row in panel if np.count_nonzero(~np.isnan(row)) > 1]
    pool = np.sort(np.concatenate([np.empty(0), *units]))
    place = {value: np.mean(np.flatnonzero(pool == value)) for value in pool}
    distance = {
        "nominal": lambda a, b: float(a != b),
        "ordinal": lambda a, b: (place[a] - place[b]) ** 2,
        "interval": lambda a, b: (a - b) ** 2,
        "ratio": lambda a, b: ((a - b) / (a + b)) ** 2 if a + b else 0.0,
    }[metric]
    within = sum(distance(a, b) / (len(row) - 1) for row in units for a in row for b in row)
    among = sum(distance(a, b) for a in pool for b in pool)
    expected = 1 - (len(pool) - 1) * within / among if among else NAN
    assert krippendorff_alpha(panel, metric, draws=0).value == pytest.approx(expected, abs=1e-9, nan_ok=True)
