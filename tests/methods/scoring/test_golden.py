"""Scores equal those of independent software."""

import numpy as np
import pytest

from township_eval.methods.scoring import (
    Efficacy,
    Interpolate,
    Linear,
    MinMax,
    Percentile,
    RankStep,
    RankSumRatio,
    RatioToBest,
    ZScore,
)

INDICATORS = [f"I{i:02d}" for i in range(1, 13)]


@pytest.fixture(scope="module")
def meta(golden):
    """Return the reference's indicator table by code."""
    return {row["iCode"]: row for row in golden.rows("coinr/input_iMeta") if row["iCode"] in INDICATORS}


def _way(row):
    return "higher" if float(row["Direction"]) > 0 else "lower"


@pytest.mark.parametrize("code", INDICATORS)
def test_normalizations_of_coinr(golden, meta, code):
    """Min-max, z-score, percentile and rank rules reproduce COINr's, directions and gaps included."""
    x, way = golden.column("coinr/input_iData", code), _way(meta[code])
    n = np.sum(~np.isnan(x))
    ours = {
        "minmax_0_100": MinMax(direction=way)(x),
        "minmax_1_100": MinMax(low=1, high=100, direction=way)(x),
        "zscore_0_1": ZScore(direction=way)(x),
        "zscore_100_10": ZScore(mean=100, sd=10, direction=way)(x),
        "dist2max": MinMax(direction=way)(x) / 100,
        "prank": Percentile(direction=way)(x) / 100,
        "rank_avg": RankSumRatio(direction=way)(x) * n / 100,
        # competition rank from the bottom: a step of 1 from first place upwards
        "rank": 101 - RankStep(step=1, direction="lower" if way == "higher" else "higher")(x),
        "borda": 100 - RankStep(step=1, direction="lower" if way == "higher" else "higher")(x),
    }
    for name, scores in ours.items():
        expected = golden.column(f"coinr/norm_{name}", code)
        assert np.array_equal(np.isnan(scores), np.isnan(expected)), name
        assert scores == pytest.approx(expected, rel=1e-12, abs=1e-12, nan_ok=True), name


@pytest.mark.parametrize("code", INDICATORS)
def test_goalposts_of_coinr(golden, meta, code):
    """Goalposts with and without truncation, turned over where lower is better."""
    x, row = golden.column("coinr/input_iData", code), meta[code]
    posts = float(row["goalpost_lower"]), float(row["goalpost_upper"])
    low, high = posts if _way(row) == "higher" else posts[::-1]
    for cap, name in ((True, "goalposts"), (False, "scaled")):
        expected = golden.column(f"coinr/norm_{name}", code)
        assert Linear(low=low, high=high, cap=cap)(x) == pytest.approx(expected, abs=1e-11, nan_ok=True)


@pytest.mark.parametrize("code", INDICATORS)
def test_distance_to_target_of_coinr(golden, meta, code):
    """From the worst value observed to the target, capped at the target."""
    x, row = golden.column("coinr/input_iData", code), meta[code]
    worst = np.nanmin(x) if _way(row) == "higher" else np.nanmax(x)
    expected = golden.column("coinr/norm_dist2targ_cap", code) * 100
    assert Linear(low=worst, high=float(row["Target"]))(x) == pytest.approx(expected, abs=1e-11, nan_ok=True)


def test_ratio_to_best_of_coinr(golden, meta):
    """Share of the maximum, for the indicators where higher is better (the reference reverses the others)."""
    compared = [code for code in INDICATORS if _way(meta[code]) == "higher"]
    for code in compared:
        expected = golden.column("coinr/norm_fracmax", code) * 100
        x = golden.column("coinr/input_iData", code)
        assert RatioToBest()(x) == pytest.approx(expected, rel=1e-13, nan_ok=True)
    assert len(compared) == 9


def test_rank_sum_ratio_and_efficacy_of_chinese_practice(golden):
    """Weighted and equal RSR, and the efficacy coefficient with and without its limits."""
    criteria = golden.rows("mcda/criteria")
    weights = np.array([float(row["weight"]) for row in criteria])
    standards = {row["criterion"]: row for row in golden.rows("mcda/efficacy_standards")}
    ranks, open_ended, limited = [], [], []
    for row in criteria:
        x = golden.column("mcda/matrix", row["criterion"])
        ranks.append(RankSumRatio(direction="higher" if row["direction"] == "max" else "lower")(x) / 100)
        good, bad = (float(standards[row["criterion"]][key]) for key in ("good_value", "bad_value"))
        open_ended.append(Efficacy(bad=bad, good=good)(x))
        points = sorted([(bad, 60.0), (good, 100.0)])
        limited.append(Interpolate(points=tuple(points))(x))
    name = "mcda/chinese_practice_numpy_only"
    assert weights @ ranks == pytest.approx(golden.column(name, "rsr_weighted"), abs=1e-12)
    assert np.mean(ranks, axis=0) == pytest.approx(golden.column(name, "rsr_equal"), abs=1e-12)
    for ours, kind in ((open_ended, "unclipped"), (limited, "clipped")):
        assert weights @ ours == pytest.approx(golden.column(name, f"efficacy_weighted_{kind}"), abs=1e-11)
