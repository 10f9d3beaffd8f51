"""CMS Overall Hospital Quality Star Rating, April 2021: 4,536 hospitals, 48 measures, five groups."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import township_eval as te

DATA = Path(__file__).parents[1] / "data" / "cases"
WEIGHTS = {"Mortality": 22, "Safety": 22, "Readmission": 22, "Patient Experience": 22, "Process": 12}
IDS = {group: group.lower().replace(" ", "_") for group in WEIGHTS}
COUNTS = {
    "Mortality": "Outcomes_Mortality_cnt",
    "Safety": "Outcomes_safety_cnt",
    "Readmission": "Outcomes_Readmission_cnt",
    "Patient Experience": "Patient_Experience_cnt",
    "Process": "Process_cnt",
}
SCORES = {
    "Mortality": "Std_Outcomes_Mortality_score",
    "Safety": "Std_Outcomes_Safety_score",
    "Readmission": "Std_Outcomes_Readmission_score",
    "Patient Experience": "Std_PatientExp_score",
    "Process": "Std_Process_score",
}
TOLERANCE = 1e-8
ENOUGH = 3  # measures for a group to count, groups for a hospital to be rated


def _read(name: str) -> pd.DataFrame:
    return pd.read_csv(DATA / f"cms_stars_2021_{name}.csv.gz", dtype={"PROVIDER_ID": str}).set_index(
        "PROVIDER_ID"
    )


def _scheme(measures: pd.DataFrame, minimum_children: int = 0) -> te.Scheme:
    def leaf(measure: str, sign: int) -> dict:
        standardized = {
            "method": "z_score",
            "mean": 0,
            "sd": 1,
            "ddof": 1,
            "direction": "higher" if sign > 0 else "lower",
        }
        return {"id": measure, "weight": 1, "scoring": standardized, "basis": "CMS methodology"}

    groups = [
        {
            "id": IDS[group],
            "name": group,
            "weight": weight,
            "minimum_children": minimum_children,
            "scoring": {"method": "z_score", "mean": 0, "sd": 1, "ddof": 1},
            "children": [
                leaf(measure, sign)
                for measure, sign in measures.loc[measures["group_name"] == group, "flip_sign"].items()
            ],
        }
        for group, weight in WEIGHTS.items()
    ]
    return te.read_scheme(
        {
            "format": 1,
            "name": "CMS stars",
            "version": "2021-04",
            "weights": "relative",
            "digits": 9,
            "index": {"id": "summary", "missing": "exclude", "children": groups},
        }
    )


@pytest.fixture(scope="module")
def inputs() -> pd.DataFrame:
    frame = _read("inputs")
    return frame.loc[:, frame.notna().sum() > 100]


@pytest.fixture(scope="module")
def measures(inputs: pd.DataFrame) -> pd.DataFrame:
    return pd.read_csv(DATA / "cms_stars_2021_measures.csv", index_col="measure_id").loc[inputs.columns]


@pytest.fixture(scope="module")
def expected(inputs: pd.DataFrame) -> pd.DataFrame:
    return _read("expected").loc[inputs.index]


@pytest.fixture(scope="module")
def evaluation(inputs: pd.DataFrame, measures: pd.DataFrame) -> te.Evaluation:
    return te.evaluate(_scheme(measures), te.Inputs(period="2021", values=inputs))


def _counts(evaluation: te.Evaluation) -> pd.DataFrame:
    rows = [evaluation.nodes.index(IDS[group]) for group in WEIGHTS]
    return pd.DataFrame(evaluation.children[rows].T, index=evaluation.matrix().index, columns=list(WEIGHTS))


def test_group_scores_are_the_published_ones(evaluation: te.Evaluation, expected: pd.DataFrame) -> None:
    """A group is the plain mean of its present measures, standardized once more over those having it."""
    computed = evaluation.matrix()
    for group, column in SCORES.items():
        error = np.abs(computed[IDS[group]].to_numpy() - expected[column].to_numpy())
        assert np.nanmax(error) <= TOLERANCE, group
        assert np.isnan(error).tolist() == expected[column].isna().tolist(), group


def test_summary_scores_are_the_published_ones(evaluation: te.Evaluation, expected: pd.DataFrame) -> None:
    """The weights of absent groups are spread over the present ones, for every hospital to 1e-8."""
    error = evaluation.matrix()["summary"] - expected["summary_score"]
    assert error.abs().max() <= TOLERANCE


def test_weights_of_absent_groups_go_to_the_present_ones(
    evaluation: te.Evaluation, expected: pd.DataFrame
) -> None:
    """What a group weighs for a hospital is CMS's weight over the sum of those of its present groups."""
    present = expected[list(SCORES.values())].notna().set_axis(list(SCORES), axis=1)
    weights = present * pd.Series(WEIGHTS)
    shares = weights.div(weights.sum(axis=1), axis=0)
    for group in WEIGHTS:
        weight = evaluation.effective_weight[evaluation.nodes.index(IDS[group])]
        assert np.allclose(np.nan_to_num(weight), shares[group], atol=TOLERANCE), group


def test_counts_of_measures_are_exact(evaluation: te.Evaluation, expected: pd.DataFrame) -> None:
    """The number of children with a score is in the result, for every group and hospital."""
    counts = _counts(evaluation)
    for group, column in COUNTS.items():
        assert counts[group].tolist() == expected[column].tolist(), group


def test_minimum_measure_flags_are_exact(evaluation: te.Evaluation, expected: pd.DataFrame) -> None:
    """Three groups with three measures, one of them mortality or safety: exactly CMS's indicator."""
    enough = _counts(evaluation) >= ENOUGH
    rated = (enough.sum(axis=1) >= ENOUGH) & enough[["Mortality", "Safety"]].any(axis=1)
    assert rated.astype(int).tolist() == expected["report_indicator"].tolist()
    assert enough.sum(axis=1).tolist() == expected["Total_measure_group_cnt"].tolist()


def test_minimum_children_leaves_out_exactly_the_thin_groups(
    inputs: pd.DataFrame, measures: pd.DataFrame, expected: pd.DataFrame
) -> None:
    """With ``minimum_children: 3`` a group has a score exactly where three of its measures have one."""
    scored = inputs.loc[expected["Total_measure_group_cnt"] > 0]
    strict = te.evaluate(_scheme(measures, ENOUGH), te.Inputs(period="2021", values=scored)).matrix()
    for group, column in COUNTS.items():
        has = expected.loc[scored.index, column] >= ENOUGH
        assert strict[IDS[group]].notna().tolist() == has.tolist(), group
