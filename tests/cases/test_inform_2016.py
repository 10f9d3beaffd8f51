"""INFORM 2016: a published risk index of 191 countries, from its own published nodes."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import township_eval as te

DATA = Path(__file__).parents[1] / "data" / "cases" / "inform_2016.csv"
PUBLISHED_DIGITS = 0.05 + 1e-9  # half a unit of the one published decimal

# node -> (aggregation, children with weights)
TREE = {
    "HAZARD & EXPOSURE": ("sgm", {"Natural": 1, "Human": 1}),
    "VULNERABILITY": ("sgm", {"Socio-Economic Vulnerability": 1, "Vulnerable Groups": 1}),
    "LACK OF COPING CAPACITY": ("sgm", {"Institutional": 1, "Infrastructure": 1}),
    "Natural": ("sgm", dict.fromkeys(["Earthquake", "Flood", "Tsunami", "Tropical Cyclone", "Drought"], 1)),
    "Socio-Economic Vulnerability": (
        "arithmetic",
        {"Development & Deprivation": 50, "Inequality": 25, "Aid Dependency": 25},
    ),
    "Vulnerable Groups": ("sgm", {"Uprooted people": 1, "Other Vulnerable Groups": 1}),
    "Other Vulnerable Groups": (
        "sgm",
        dict.fromkeys(["Health Conditions", "Children U5", "Recent Shocks", "Food Security"], 1),
    ),
    "Institutional": ("arithmetic", {"DRR": 1, "Governance": 1}),
    "Infrastructure": (
        "arithmetic",
        dict.fromkeys(["Communication", "Physical infrastructure", "Access to health care"], 1),
    ),
    "Human": ("largest", {"Projected Conflict Risk": 1, "Current Highly Violent Conflict Intensity": 1}),
}
ROOT = ("geometric", {"HAZARD & EXPOSURE": 1, "VULNERABILITY": 1, "LACK OF COPING CAPACITY": 1})
# How many computed levels lie below a node of the whole tree, itself included.
LEVELS = {"HAZARD & EXPOSURE": 2, "VULNERABILITY": 3, "LACK OF COPING CAPACITY": 2, "Vulnerable Groups": 2}


class ScaledGeometricMean:
    """INFORM's mean: geometric on the mirrored scale 1-10, so that one bad child weighs more."""

    def __call__(self, scores: np.ndarray, weights: np.ndarray) -> np.ndarray:
        """Aggregate ``(..., n_children, n_units)``; children without a score are left out."""
        mirrored = (100 - scores) / 100 * 9 + 1
        shares = np.where(np.isnan(scores), 0.0, weights[:, None])
        logs = np.where(np.isnan(scores), 0.0, np.log(mirrored))
        with np.errstate(invalid="ignore"):
            mean = np.exp((logs * shares).sum(axis=-2) / shares.sum(axis=-2))
        return (10 - mean) / 9 * 100


class Largest:
    """The worst of the children."""

    def __call__(self, scores: np.ndarray, weights: np.ndarray) -> np.ndarray:
        """Aggregate ``(..., n_children, n_units)``; children without a score are left out."""
        return np.fmax.reduce(np.where(weights[:, None] > 0, scores, np.nan), axis=-2)


FORMULAS = {"sgm": ScaledGeometricMean, "largest": Largest}


def _id(name: str) -> str:
    return name.lower().replace(" & ", "_").replace(" ", "_").replace("-", "_")


def _leaf(name: str, weight: float) -> dict:
    # A projected conflict counts 0.7 of a current one: its goalpost lies that much further away.
    high = 10 / 0.7 if name == "Projected Conflict Risk" else 10
    scoring = {"method": "linear", "low": 0, "high": high}
    return {"id": _id(name), "name": name, "weight": weight, "scoring": scoring, "basis": "methodology"}


def _dimension(name: str, weight: float, tree: dict) -> dict:
    aggregation, children = ROOT if name == "INFORM RISK" else TREE[name]
    nodes = [
        _dimension(child, share, tree) if child in tree else _leaf(child, share)
        for child, share in children.items()
    ]
    return {
        "id": _id(name),
        "name": name,
        "weight": weight,
        "aggregation": aggregation,
        "children": nodes,
    }


def _evaluate(root: str, tree: dict, published: pd.DataFrame) -> te.Evaluation:
    index = _dimension(root, 1, tree)
    del index["weight"]
    scheme = te.read_scheme(
        {
            "format": 1,
            "name": "INFORM",
            "version": "2016",
            "scale": 10,
            "digits": 1,
            "weights": "relative",
            "index": {**index, "missing": "exclude"},
        },
        formulas=FORMULAS,
    )
    values = pd.DataFrame({leaf.id: published[leaf.name] for leaf in scheme.leaves()})
    return te.evaluate(scheme, te.Inputs(period="2016", values=values))


@pytest.fixture(scope="module")
def published() -> pd.DataFrame:
    table = pd.read_csv(DATA, keep_default_na=False, na_values=["x"]).set_index("ISO3")
    return table.drop(columns=["COUNTRY", "Unnamed: 35"]).astype(float)


@pytest.fixture(scope="module")
def whole(published: pd.DataFrame) -> te.Evaluation:
    return _evaluate("INFORM RISK", TREE, published)


def test_the_index_and_its_ranks_are_exact_from_the_published_dimensions(published: pd.DataFrame) -> None:
    """From the three published dimensions every index value and every rank is the published one."""
    results = _evaluate("INFORM RISK", {}, published).results
    assert results["composite"].tolist() == published["INFORM RISK"].tolist()
    assert results["rank"].tolist() == published["Rank"].tolist()


# The published "Natural" is computed from unrounded hazards; its recipe allows one more level.
@pytest.mark.parametrize("node", TREE)
def test_each_node_agrees_with_its_published_children(node: str, published: pd.DataFrame) -> None:
    """Every inner node is within the published rounding of what its published children give."""
    allowed = PUBLISHED_DIGITS * (2 if node == "Natural" else 1)
    error = _evaluate(node, {}, published).matrix()[_id(node)] / 10 - published[node]
    assert error.abs().max() <= allowed


def test_the_whole_tree_agrees_with_every_published_node(
    whole: te.Evaluation, published: pd.DataFrame
) -> None:
    """Computed from the leaves alone, no node is further off than the rounding of its levels."""
    computed = whole.matrix() / 10
    allowed = {node: PUBLISHED_DIGITS * (LEVELS.get(node, 1) + 1) for node in TREE}
    far = {
        node: float((computed[_id(node)] - published[node]).abs().max())
        for node, bound in allowed.items()
        if (computed[_id(node)] - published[node]).abs().max() > bound
    }
    assert far == {}
    # The root is a geometric mean: near zero it has no fixed bound, but one from its dimensions'.
    dimensions = published[list(ROOT[1])].to_numpy()
    bounds = np.array([allowed[node] for node in ROOT[1]])
    lower, upper = (np.prod(np.maximum(dimensions + sign * bounds, 0), axis=1) ** (1 / 3) for sign in (-1, 1))
    assert ((lower - 1e-9 <= computed["inform_risk"]) & (computed["inform_risk"] <= upper + 1e-9)).all()


def test_missing_children_are_left_out_not_filled(whole: te.Evaluation, published: pd.DataFrame) -> None:
    """A country without an inequality figure has two children counted, and the weights 50/25 rescaled."""
    row = whole.nodes.index(_id("Socio-Economic Vulnerability"))
    counted = published[list(TREE["Socio-Economic Vulnerability"][1])].notna().sum(axis=1)
    assert whole.children[row].tolist() == counted.tolist()
    assert counted.value_counts().to_dict() == {3: 166, 2: 25}
