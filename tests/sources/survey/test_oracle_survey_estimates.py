"""`te.survey_estimates` on the microdata gives what R's survey gives."""

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import township_eval as te

DATA = Path(__file__).parents[2] / "data" / "survey"
DESIGN = {"weights": "weight", "strata": "stratum", "cluster": "village", "population": "N_villages"}


def read(name):
    return pd.read_csv(DATA / f"{name}.csv")


@cache
def answers():
    """Return the microdata, villages named anew in every stratum."""
    frame = read("survey_microdata").merge(read("derived_variables"), on="resp")
    frame["q1"] = frame["q1"].where(frame["q1"] <= 5)
    number = frame.groupby("stratum")["village"].transform(lambda names: pd.factorize(names)[0])
    return frame.assign(local=[f"村{place}" for place in number])


def close(values):
    return pytest.approx(np.asarray(values, dtype=float), rel=1e-9, abs=1e-12)


def test_oracle_frame_of_means():
    """By township with t limits of its own degrees of freedom, in the columns of the contract."""
    golden = read("r_survey_svyby_means").query("design == 'strat_cluster_fpc' and variable == 'score'")
    found = te.survey_estimates(answers(), value="score", by="township", kind="mean", level=0.95, **DESIGN)
    assert found.index.tolist() == golden["township"].tolist()
    assert found.index.name == "township"
    assert found.columns[:8].tolist() == ["estimate", "se", "lower", "upper", "df", "n", "n_eff", "deff"]
    same = {"estimate": "mean", "se": "se", "lower": "ci_l_t", "upper": "ci_u_t", "deff": "deff_wor"}
    same |= {"deff_wr": "deff_wr", "n_eff_kish": "neff_kish", "df": "df_valid", "n": "n"}
    for ours, theirs in same.items():
        assert found[ours].to_numpy() == close(golden[theirs])
    assert set(found["interval"]) == {"t"}


def test_oracle_villages_are_named_within_strata():
    """The same name in two strata is two villages."""
    local = te.survey_estimates(answers(), value="score", by="township", **{**DESIGN, "cluster": "local"})
    pd.testing.assert_frame_equal(
        local, te.survey_estimates(answers(), value="score", by="township", **DESIGN)
    )


def test_oracle_frame_of_shares():
    """Top-2 of q1 as a share of answers of at least 4, with logit limits; missing answers stay missing."""
    golden = read("r_survey_svyciprop_top2").query("method == 'xlogit'")
    found = te.survey_estimates(answers(), value="q1", by="township", kind="share", at_least=4, **DESIGN)
    assert found["estimate"].to_numpy() == close(golden["p"])
    assert found["lower"].to_numpy() == close(golden["ci_l"])
    assert found["upper"].to_numpy() == close(golden["ci_u"])
    assert found["missing"].sum() == answers()["q1"].isna().sum()


def test_oracle_frame_of_totals_and_one_row():
    """Totals by township, and everybody in one row without `by`."""
    golden = read("r_survey_totals_top2")
    totals = te.survey_estimates(answers(), value="top2", by="township", kind="total", **DESIGN)
    assert totals["se"].to_numpy() == close(golden["se"])
    golden = read("r_survey_overall").set_index("variable").loc["score"]
    whole = te.survey_estimates(answers(), value="score", **DESIGN)
    assert whole.index.tolist() == ["all"]
    assert whole[["estimate", "se", "deff", "df"]].to_numpy()[0] == close(
        golden[["mean", "se", "deff", "df"]]
    )


@pytest.mark.parametrize("cluster", ["village", ["village", "resp"]])
def test_oracle_frame_of_two_stages(cluster):
    """The second stage is persons, whether their column is named or not."""
    golden = read("r_survey_twostage_fpc")
    stages = {"cluster": cluster, "population": ["N_villages", "M_village"]}
    found = te.survey_estimates(answers(), value="score", by="township", **{**DESIGN, **stages})
    assert found["se"].to_numpy() == close(golden["se"])


@pytest.mark.parametrize("option", ["adjust", "average", "certainty", "remove"])
def test_oracle_frame_names_the_option_for_lonely_villages(option):
    """A stratum with one village in the sample: R's error, and the option in every row."""
    golden = read("r_survey_lonely").query("option == @option and township != 'ALL'")
    kept = answers()[~answers()["village"].isin(read("r_survey_lonely_dropped").iloc[:, 0])]
    design = {key: name for key, name in DESIGN.items() if key != "population"}
    found = te.survey_estimates(kept, value="score", by="township", lonely=option, **design)
    assert found["se"].to_numpy() == close(golden["se"])
    assert set(found["lonely"]) == {option}


def known(*traits):
    """Return the population by traits, as a mapping."""
    table = read("pop_" + "_".join(traits)).set_index(list(traits))["N"]
    return table.to_dict()


def test_oracle_frame_of_calibrated_means():
    """Post-stratified by the cross of two columns, and raked to three, with R's unweighted residuals."""
    golden = read("r_survey_calibrated")
    methods = {
        "poststrat_township_age": {("township", "age"): known("township", "age")},
        "rake_township_sex_age": {trait: known(trait) for trait in ("township", "sex", "age")},
    }
    assert set(methods) < set(golden["design"])
    for method, totals in methods.items():
        rows = golden[(golden["design"] == method) & (golden["variable"] == "score")].set_index("township")
        found = te.survey_estimates(
            answers(), value="score", by="township", calibrate=totals, residuals="plain", **DESIGN
        )
        rows = rows.loc[found.index]
        assert found["estimate"].to_numpy() == close(rows["mean"])
        assert found["se"].to_numpy() == close(rows["se"])
        assert found["deff"].to_numpy() == close(rows["deff"])
        assert found.attrs["weight_ratio"] > 1


def test_oracle_frame_of_trimmed_means():
    """Weights above three medians are cut, and the result says how many."""
    golden = read("r_survey_trimmed").query("variable == 'score'").set_index("township")
    found = te.survey_estimates(answers(), value="score", by="township", trim=3.0, **DESIGN)
    golden = golden.loc[found.index]
    assert found["estimate"].to_numpy() == close(golden["mean"])
    assert found["se"].to_numpy() == close(golden["se"])
    assert found.attrs["trim"]["n_cut"] > 0
