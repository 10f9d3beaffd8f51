"""Correlations, alpha, components and effective weights as the reference package computes them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import township_eval as te
from township_eval.methods.robustness.coherence import cronbach_alpha

REFERENCE = Path(__file__).parents[2] / "data" / "methods" / "coinr"


def reference(name: str, **more: object) -> pd.DataFrame:
    return pd.read_csv(REFERENCE / f"{name}.csv", **more)


@pytest.fixture(scope="module")
def found(coinr: te.Evaluation) -> object:
    return te.coherence(coinr)


@pytest.mark.parametrize("kind", ["pearson", "spearman"])
def test_correlations_of_indicators_with_the_index(found, kind: str) -> None:
    """Every indicator correlates with the index as in the reference."""
    expected = reference(f"corr_ind_vs_index_{kind}").set_index("Var2")["Correlation"]
    rows = found.correlations
    rows = rows[rows["relation"] == "index"].set_index("node")[kind]
    np.testing.assert_allclose(rows[expected.index], expected, rtol=0, atol=1e-9)


def test_correlations_of_pillars_with_what_stands_above(found) -> None:
    """Every pillar correlates with its parent and with the index as in the reference."""
    expected = reference("corr_ind_vs_pillar_family")
    rows = found.correlations
    rows = rows[rows["relation"] != "siblings"].set_index(["relation", "node"])["pearson"].sort_index()
    for _, row in expected.iterrows():
        relation = {"Level_3": "parent", "Level_4": "index"}[row["Var1"]]
        assert rows[relation, row["Var2"]] == pytest.approx(row["Correlation"], abs=1e-9)


def test_alpha_of_every_pillar_and_of_all_indicators(found, coinr) -> None:
    """Cronbach's alpha is the reference's."""
    expected = reference("cronbach", index_col="group")["alpha"]
    alpha = found.alpha.set_index(["dimension", "level"])["alpha"].sort_index()
    for name, one in expected.items():
        assert alpha[name, "children"] == pytest.approx(one, abs=1e-9)
    whole = reference("cronbach_all")["alpha"][0]
    assert alpha["IDX", "indicators"] == pytest.approx(whole, abs=1e-9)
    assert cronbach_alpha(coinr.score[list(coinr.plan.leaves)].T) == pytest.approx(whole, abs=1e-9)


@pytest.mark.parametrize("level", [1, 2, 3])
def test_components_of_every_dimension(found, level: int) -> None:
    """Eigenvalues are the reference's, first loadings up to the sign of each dimension."""
    variances = reference(f"pca_variances_level{level}")
    rows = found.components.set_index(["dimension", "component"])["variance"].sort_index()
    for _, row in variances.iterrows():
        assert rows[row["group"], row["PC"]] == pytest.approx(row["variance"], abs=1e-9)
    expected = reference(f"weights_PCA_level{level}")
    expected = expected[expected["Level"] == level].set_index("iCode")["Weight"]
    first = found.loadings[found.loadings["component"] == 1]
    compared = 0
    for _, rows in first.groupby("dimension"):
        mine = rows.set_index("node")["loading"]
        if set(mine.index) <= set(expected.index):
            theirs = expected[mine.index]
            sign = np.sign(theirs.iloc[0] * mine.iloc[0])
            np.testing.assert_allclose(mine * sign, theirs, rtol=0, atol=1e-9)
            compared += len(mine)
    assert compared == len(expected)


def test_effective_weights(found) -> None:
    """The share of the index that each node carries is the reference's."""
    expected = reference("weights_effective").set_index("iCode")["EffWeight"].drop("IDX")
    mine = found.importance.set_index("node")["of_index"]
    np.testing.assert_allclose(mine[expected.index], expected, rtol=0, atol=1e-9)
