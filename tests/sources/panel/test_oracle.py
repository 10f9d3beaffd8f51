"""The source gives what R gives for the same panel (tests/data/survey/README.md)."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from township_eval.inputs import Inputs, prepare
from township_eval.scheme.model import Dimension, Indicator, Scheme, Unit
from township_eval.scheme.sources import Ratings
from township_eval.sources import collect

DATA = Path(__file__).parents[2] / "data" / "survey"


def golden(name):
    """Return a file of the oracle by township."""
    return pd.read_csv(DATA / f"{name}.csv").set_index("township")


def scored(source, panel):
    """Return the evidence of a leaf that this panel rates."""
    frame = golden(panel).rename_axis("unit").reset_index()
    ratings = frame.melt(id_vars="unit", var_name="rater", value_name="score")
    leaf = Indicator(id="x", name="x", weight=1.0, scoring=None, source=source)
    index = Dimension(id="index", name="", weight=1.0, children=(leaf,), aggregation=None)
    units = tuple(Unit(code=code, name=code) for code in frame["unit"])
    scheme = Scheme(name="试", version="1", index=index, units=units, period="2018")
    return collect(prepare(scheme, Inputs(period="2018", ratings=ratings)))["x"]


def test_oracle_severity_is_that_of_lm():
    """Adjusted means of the incomplete panel with the standard errors of the fixed panel."""
    expected = golden("r_lm_township_adjusted")
    found = scored(Ratings(method="severity", raters="fixed"), "raters_incomplete")
    np.testing.assert_allclose(found.value, expected["adjusted_mean"], rtol=1e-9)
    np.testing.assert_allclose(found.se, expected["se"], rtol=1e-9)
    assert set(found.df) == {34.0}


@pytest.mark.parametrize(
    ("source", "column"),
    [(Ratings(), "mean"), (Ratings(trim=1), "trim1"), (Ratings(method="median"), "median")],
)
def test_oracle_means_and_medians_are_those_of_r(source, column):
    """The complete panel, with the extremes, without them, and the middle."""
    expected = golden("r_trimmed_means")[column]
    np.testing.assert_allclose(scored(source, "raters_complete").value, expected, rtol=1e-9)


def test_oracle_disconnected_panel_is_refused():
    """Two groups of townships that no rater links: both are named."""
    (problem,) = [
        one
        for one in scored(Ratings(method="severity"), "raters_disconnected").problems
        if one.code == "ratings.disconnected"
    ]
    assert (problem.severity, " | " in problem.what.zh) == ("error", True)
