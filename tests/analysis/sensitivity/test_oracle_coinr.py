"""Draws, indicators left out and shares of variance as the reference package computes them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import township_eval as te
from township_eval.analysis.sensitivity.drawn import DrawnWeights
from township_eval.analysis.sensitivity.rescoring import Rescored, family_of
from township_eval.analysis.sensitivity.running import Runs
from township_eval.methods.robustness.ranks import sorted_by_unit, sorted_quantile
from township_eval.methods.robustness.sobol import indices

REFERENCE = Path(__file__).parents[2] / "data" / "methods" / "coinr"
SETS = 20


def reference(name: str, **more: object) -> pd.DataFrame:
    return pd.read_csv(REFERENCE / f"{name}.csv", **more)


@pytest.fixture(scope="module")
def runs(coinr: te.Evaluation) -> Runs:
    """Return the reference's twenty sets of weights in the place of drawn ones."""
    given = reference("input_weight_replicates").pivot_table(index="rep", columns="iCode", values="Weight")
    plan = coinr.plan
    drawn = DrawnWeights(plan, SETS, 0, 100.0)
    sets = {
        row: (given[[plan.ids[child] for child in below]].to_numpy()[:, :, np.newaxis], np.zeros(1, np.intp))
        for row, below in enumerate(plan.children)
        if below
    }
    vars(drawn)["by_dimension"] = sets
    return Runs(Rescored(coinr, coinr.scheme), drawn, family_of(coinr, by_class=False))


def test_scores_of_twenty_sets_of_weights(runs: Runs) -> None:
    """Each set of weights gives the reference's scores, by the tree and by the product alike."""
    expected = reference("ua_scores_20weightsets", index_col="uCode").to_numpy().T
    by_tree = np.stack([runs.scored.index(runs.drawn.of_draw(draw)) for draw in range(SETS)])
    np.testing.assert_allclose(by_tree, expected, rtol=0, atol=1e-9)
    assert runs.additive
    np.testing.assert_allclose(runs._scaled(np.arange(SETS)), expected, rtol=0, atol=1e-9)


def test_ranks_of_twenty_sets_of_weights(runs: Runs) -> None:
    """Each set of weights gives the reference's ranks."""
    expected = reference("ua_ranks_20weightsets", index_col="uCode").to_numpy().T
    np.testing.assert_array_equal(runs.ranks(), expected)


def test_statistics_of_ranks(runs: Runs) -> None:
    """Mean, median and quantiles of the ranks are those of the reference."""
    expected = reference("ua_rankstats", index_col="uCode")
    ordered = sorted_by_unit(runs.ranks())
    np.testing.assert_allclose(ordered.mean(axis=1), expected["Mean"], rtol=0, atol=1e-9)
    for name, share in (("Median", 0.5), ("Q5", 0.05), ("Q95", 0.95)):
        np.testing.assert_allclose(sorted_quantile(ordered, share), expected[name], rtol=0, atol=1e-9)


@pytest.mark.parametrize("level", [1, 2])
def test_mean_shift_of_ranks_without_one_element(coinr: te.Evaluation, level: int) -> None:
    """Leaving out an indicator, or a dimension, shifts ranks by as much as in the reference."""
    expected = reference(f"remove_level{level}_meanabs", index_col="el")["MeanAbsDiff"].drop("Nominal")
    found = te.sensitivity(
        coinr, draws=1, without=list(expected.index), aggregations=(), normalizations=(), reversal=False
    )
    shifts = found.effects.set_index("choice")["mean_shift"]
    np.testing.assert_allclose(
        shifts[[f"drop:{name}" for name in expected.index]], expected, rtol=0, atol=1e-9
    )


def test_scores_without_one_dimension(coinr: te.Evaluation) -> None:
    """The scheme of a choice gives the reference's scores."""
    expected = reference("remove_level2_scores", index_col="uCode").drop(columns="Nominal")
    found = te.sensitivity(
        coinr, draws=1, without=list(expected), aggregations=(), normalizations=(), reversal=False
    )
    for name in expected:
        index = Rescored(coinr, found.scheme(f"drop:{name}")).index()
        np.testing.assert_allclose(index, expected[name], rtol=0, atol=1e-9)


def test_shares_of_variance_on_the_given_design() -> None:
    """First and total order indices of the reference's responses are the reference's."""
    expected = reference("sobol_estimates")
    found = indices(reference("input_sobol")["y"], len(expected), boots=0, centered=False)
    np.testing.assert_allclose(found.first, expected["Si"], rtol=0, atol=1e-9)
    np.testing.assert_allclose(found.total, expected["STi"], rtol=0, atol=1e-9)
    assert found.variance == pytest.approx(expected["Variance"][0], abs=1e-9)
