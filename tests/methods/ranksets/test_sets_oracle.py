"""Rank sets against csranks and against a plain quadrature."""

import itertools

import numpy as np
import pytest

from township_eval.methods import ranksets

SIDES = {"two-sided": "both", "lower": "lower", "upper": "upper"}
TOLERANCE = 0.0125  # of a critical value of csranks at 100,000 draws


def sets_of(ranks, simultaneous, **given):
    return (ranksets.simultaneous if simultaneous else ranksets.marginal)(ranks.estimates, ranks.ses, **given)


@pytest.mark.parametrize(
    ("kind", "simultaneous", "stepdown"),
    list(itertools.product(["independent", "correlated"], [False, True], [False, True])),
)
def test_sets_are_those_of_csranks_oracle(ranks, kind, simultaneous, stepdown):
    """Both bounds of every township, unless a comparison lies within csranks' own error: then within one."""
    cov = ranks.cov if kind == "correlated" else None
    for (their_side, side), level in itertools.product(SIDES.items(), ("0.95", "0.9")):
        expected = ranks.rows(
            "r_csranks", cov_type=kind, simul=str(simultaneous).upper(), stepdown=str(stepdown).upper(),
            cstype=their_side, coverage=level,
        )  # fmt: skip
        found = sets_of(
            ranks, simultaneous, level=float(level), cov=cov, stepdown=stepdown, side=side,
            draws=60_000 if simultaneous or cov is not None else None, seed=1,
        )  # fmt: skip
        theirs = np.array([[int(row["L"]), int(row["U"])] for row in expected]).T
        away = np.abs(np.array(found) - theirs)
        assert away.max() <= 1
        assert (found.distance[away.any(axis=0)] < TOLERANCE).all()
        assert np.count_nonzero(away) <= 2


@pytest.mark.parametrize("level", ["0.95", "0.9"])
def test_marginal_critical_values_oracle(ranks, level):
    """Critical values, sets and the nearest comparison, single-step and stepdown, to 1e-9."""

    def golden(key):
        return ranks.column("py_rank_marginal_exact_vs_csranks", key, coverage=level)

    single = ranksets.marginal(ranks.estimates, ranks.ses, level=float(level))
    steps = ranksets.marginal(ranks.estimates, ranks.ses, level=float(level), stepdown=True)
    assert single.code == steps.code == "quadrature"
    assert single.critical == pytest.approx(golden("crit_exact"), abs=1e-9)
    assert single.distance == pytest.approx(golden("nearest_margin"), abs=1e-9)
    assert steps.critical == pytest.approx(golden("final_crit_stepdown"), abs=1e-9)
    for found, prefix in ((single, ""), (steps, "stepdown_")):
        assert found.lower.tolist() == golden(f"{prefix}L_exact").tolist()
        assert found.upper.tolist() == golden(f"{prefix}U_exact").tolist()


def test_simultaneous_critical_values_oracle(ranks):
    """Tukey-Kramer to 1e-9; the largest |t| by simulation within both Monte-Carlo errors."""

    def golden(key):
        return ranks.column("py_rank_simultaneous", key)

    exact = ranksets.simultaneous(ranks.estimates, ranks.ses)
    assert exact.critical == pytest.approx(golden("crit_tukey_kramer"), abs=1e-9)
    assert (exact.lower.tolist(), exact.upper.tolist()) == (golden("tk_L").tolist(), golden("tk_U").tolist())
    drawn = ranksets.simultaneous(ranks.estimates, ranks.ses, draws=100_000)
    error = np.hypot(drawn.mc_error[0], golden("crit_mc_se")[0])
    assert abs(drawn.critical[0] - golden("crit_mc400k")[0]) < 3 * error
    assert drawn.mc_error[0] == pytest.approx(2 * golden("crit_mc_se")[0], rel=0.3)  # a quarter of the draws


@pytest.mark.parametrize("kind", ["independent", "correlated"])
@pytest.mark.parametrize("tau", [1, 2, 3, 4])
def test_tau_best_and_worst_oracle(ranks, kind, tau):
    """Who cannot be excluded from the best or worst places is who csranks names."""
    given = {"cov": ranks.cov if kind == "correlated" else None, "draws": 60_000}
    expected = ranks.rows("r_csranks_tau", tau=str(tau), cov_type=kind)
    best = ranksets.tau_best(ranks.estimates, ranks.ses, tau, **given)
    worst = ranksets.tau_worst(ranks.estimates, ranks.ses, tau, **given)
    assert best.tolist() == [row["best"] == "TRUE" for row in expected]
    assert worst.tolist() == [row["worst"] == "TRUE" for row in expected]
