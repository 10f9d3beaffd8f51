"""Calibrated and trimmed estimates equal those of R's survey."""

from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from township_eval.methods.estimation.calibrated import estimate_calibrated
from township_eval.methods.estimation.calibration import Margin, calibrate, cell_weights
from township_eval.methods.estimation.design import Design
from township_eval.methods.estimation.linearized import estimate
from township_eval.methods.estimation.rows import row_codes
from township_eval.methods.estimation.sums import tabulate
from township_eval.methods.estimation.trimming import trim_weights

DATA = Path(__file__).parents[2] / "data" / "survey"
TOLERANCE = 1e-9
TOWNSHIPS = 12
POSTSTRATIFIED, RAKED, LINEAR = (
    "poststrat_township_age",
    "rake_township_sex_age",
    "linear_calib_township_sex_age",
)


def read(name, **options):
    return pd.read_csv(DATA / f"{name}.csv", **options)


class Survey:
    """The microdata as positions, the calibration's cells, and the margins."""

    def __init__(self):
        frame = read("survey_microdata").merge(read("derived_variables"), on="resp")
        self.frame, self.weights = frame, frame["weight"].to_numpy()
        names = ("township", "stratum", "village", "sex", "age")
        self.codes = {name: pd.factorize(frame[name], sort=True)[0] for name in names}
        population = frame.groupby(self.codes["stratum"])["N_villages"].first().to_numpy(float)
        self.design = Design(population=population)
        traits = {name: self.codes[name] for name in ("township", "sex", "age")}
        self.cell, self.keys = row_codes(traits, len(frame))
        self.n_cells = len(self.keys["age"])

    def margin(self, name):
        """Return the known totals of one trait."""
        return Margin(name, self.keys[name], read(f"pop_{name}")["N"].to_numpy(float))

    def cross(self):
        """Return those of township x age."""
        category = self.keys["township"] * 3 + self.keys["age"]
        return Margin("township x age", category, read("pop_township_age")["N"].to_numpy(float))

    def calibration(self, name):
        """Return one of the three calibrations."""
        weight = cell_weights(self.sums("score"), self.n_cells)
        if name == POSTSTRATIFIED:
            return calibrate(weight, [self.cross()])
        margins = [self.margin(trait) for trait in ("township", "sex", "age")]
        return calibrate(weight, margins, "linear" if name == LINEAR else None)

    def sums(self, variable, weights=None, *, plain=False):
        """Return the table of one variable, *plain* with weights 1."""
        weights = self.weights if weights is None else weights
        return tabulate(
            self.frame[variable],
            weights=None if plain else weights,
            domain=self.codes["township"],
            stratum=self.codes["stratum"],
            cluster=self.codes["village"],
            cell=self.cell,
        )


@cache
def survey():
    return Survey()


@pytest.mark.parametrize(
    ("name", "column"), [(POSTSTRATIFIED, "w_poststrat"), (RAKED, "w_rake"), (LINEAR, "w_linear")]
)
def test_oracle_calibrated_weights(name, column):
    """Everybody's calibrated weight is that of R."""
    data = survey()
    weights = data.calibration(name).weights(data.weights, data.cell)
    assert weights == pytest.approx(read("r_survey_calibrated_weights")[column].to_numpy(), rel=TOLERANCE)


@pytest.mark.parametrize(
    ("name", "variable"),
    [
        (POSTSTRATIFIED, "score"),
        (POSTSTRATIFIED, "top2"),
        (RAKED, "score"),
        (RAKED, "top2"),
        (LINEAR, "score"),
    ],
)
def test_oracle_calibrated_means(name, variable):
    """Means, standard errors and design effects by township; R's rake takes an unweighted regression."""
    data, golden = survey(), read("r_survey_calibrated").query("design == @name and variable == @variable")
    plain = data.sums(variable, plain=True) if name == RAKED else None
    result = estimate_calibrated(data.sums(variable), data.calibration(name), design=data.design, plain=plain)
    assert len(golden) == TOWNSHIPS
    assert result.estimate == pytest.approx(golden["mean"].to_numpy(), rel=TOLERANCE)
    assert result.se == pytest.approx(golden["se"].to_numpy(), rel=TOLERANCE)
    assert result.deff == pytest.approx(golden["deff"].to_numpy(), rel=TOLERANCE)


def test_oracle_raked_covariance():
    """Townships share the calibration: their covariance is R's, each entry."""
    data = survey()
    result = estimate_calibrated(
        data.sums("score"), data.calibration(RAKED), design=data.design, plain=data.sums("score", plain=True)
    )
    golden = read("r_survey_rake_vcov_domains", index_col=0).to_numpy()
    assert result.covariance() == pytest.approx(golden, rel=TOLERANCE)
    assert result.loadings("survey").covariance(TOWNSHIPS) == pytest.approx(golden, rel=TOLERANCE)


def test_oracle_trimmed_weights():
    """Everybody's trimmed weight is that of R's strict repetition."""
    trimmed = trim_weights(survey().weights, 3.0)
    assert trimmed.weights == pytest.approx(read("r_survey_trimmed_weights")["w"].to_numpy(), rel=TOLERANCE)


def test_oracle_trimmed_means():
    """Means, standard errors and design effects with trimmed weights."""
    data, golden = survey(), read("r_survey_trimmed")
    result = estimate(data.sums("score", trim_weights(data.weights, 3.0).weights), design=data.design)
    assert result.estimate == pytest.approx(golden["mean"].to_numpy(), rel=TOLERANCE)
    assert result.se == pytest.approx(golden["se"].to_numpy(), rel=TOLERANCE)
    assert result.deff == pytest.approx(golden["deff"].to_numpy(), rel=TOLERANCE)
