"""An evaluation whose composites are the reference's estimates has the reference's sets and probabilities."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import township_eval as te
from township_eval.evaluation import Evaluation
from township_eval.methods.loadings import Loadings

DATA = Path(__file__).parents[2] / "data" / "ranks"
GIVEN = pd.read_csv(DATA / "ranks_input.csv")
CSRANKS = pd.read_csv(DATA / "r_csranks.csv")


@pytest.fixture(scope="module")
def evaluation() -> Evaluation:
    """Return twelve townships scored by one figure each, with the reference's standard errors."""
    scheme = te.read_scheme(
        {
            "name": "Reference",
            "version": "1",
            "index": {"children": [{"id": "a", "weight": 100, "basis": "t"}]},
        }
    )
    values = pd.DataFrame({"a": GIVEN["estimate"].to_numpy()}, index=GIVEN["township"].tolist())
    found = te.evaluate(scheme, te.Inputs(period="2018", values=values))
    se, own = GIVEN["se"].to_numpy(dtype=float), np.arange(len(GIVEN))
    errors = Loadings("compressed", own, own, se)
    precision = replace(
        found.precision, se=np.stack([se, se]), composite=errors, leaves=errors,
        part=np.zeros(len(se), dtype=np.intp), df=np.full((1, len(se)), np.inf),
    )  # fmt: skip
    return replace(found, precision=precision)


@pytest.mark.parametrize("method", ["marginal", "simultaneous"])
@pytest.mark.parametrize("stepdown", [False, True])
@pytest.mark.parametrize("level", [0.9, 0.95])
def test_sets_oracle(evaluation: Evaluation, method: str, stepdown: bool, level: float) -> None:  # noqa: FBT001
    """R's csranks at 100,000 draws: equal bounds, but one place where its draws decide (T12 at 0.90)."""
    wanted = CSRANKS[
        (CSRANKS["cov_type"] == "independent")
        & (CSRANKS["simul"] == (method == "simultaneous"))
        & (CSRANKS["stepdown"] == stepdown)
        & (CSRANKS["cstype"] == "two-sided")
        & (CSRANKS["coverage"] == level)
    ].set_index("township")
    draws = 200_000 if method == "simultaneous" else 0  # the reference's max |t|; Tukey-Kramer is wider
    found = te.rank_sets(evaluation, level=level, method=method, stepdown=stepdown, draws=draws)
    apart = np.abs(
        found[["lower", "upper"]].to_numpy(dtype=int) - wanted.loc[found.index, ["L", "U"]].to_numpy()
    )
    near = (found["distance"] < 0.02).to_numpy()  # the draws' error of a critical value, twice
    assert len(wanted) == len(found) == 12
    assert apart[~near].max() == 0
    assert apart.max() <= 1


def test_probabilities_oracle(evaluation: Evaluation) -> None:
    """Every P(rank = r) and the expected ranks to 1e-9."""
    wanted = pd.read_csv(DATA / "py_rank_probabilities_exact.csv").set_index("township")
    summary = pd.read_csv(DATA / "py_rank_intervals.csv").set_index("township")
    found = te.rank_probabilities(evaluation)
    assert found.to_numpy() == pytest.approx(wanted.loc[found.index].to_numpy(), abs=1e-9)
    sets = te.rank_sets(evaluation)
    assert sets["expected_rank"].to_numpy() == pytest.approx(
        summary["expected_rank_exact"].to_numpy(), abs=1e-9
    )
    assert sets["p_best"].to_numpy() == pytest.approx(summary["p_best"].to_numpy(), abs=1e-9)


def test_simulated_intervals_oracle(evaluation: Evaluation) -> None:
    """400,000 reference draws: the same rank intervals, but for a bound near its percentile, and medians."""
    wanted = pd.read_csv(DATA / "py_rank_intervals.csv").set_index("township")
    found = te.simulate(evaluation, draws=40_000).ranks
    for name, column in (("lower", "sim_L"), ("upper", "sim_U"), ("median", "median_rank")):
        apart = np.abs(found[name].to_numpy(dtype=float) - wanted[column].to_numpy())
        assert apart.max() <= 1
        assert (apart > 0).sum() <= 1
