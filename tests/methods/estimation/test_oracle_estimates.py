"""Means, totals, errors, design effects and lonely clusters equal those of R's survey."""

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from township_eval.methods.estimation import intervals
from township_eval.methods.estimation.design import Design, LonelyCluster
from township_eval.methods.estimation.linearized import estimate
from township_eval.methods.estimation.sums import tabulate

DATA = Path(__file__).parents[2] / "data" / "survey"
VARIABLES = ("score", "q1v", "q2v", "q3v", "top2", "bot2", "net", "top2_dkincl", "q1_dk")
T12B = 23  # the last of the strata


def read(name):
    return pd.read_csv(DATA / f"{name}.csv")


def close(values):
    """Return an expectation to nine digits, whatever the size."""
    return pytest.approx(np.asarray(values, dtype=float), rel=1e-9, abs=1e-12)


@cache
def answers():
    """Return the microdata with the variables of the golden files."""
    frame = read("survey_microdata").merge(read("derived_variables"), on="resp")
    for item in ("q1", "q2", "q3"):
        frame[f"{item}v"] = (frame[item].where(frame[item] <= 5) - 1) / 4 * 100
    return frame.assign(q1_dk=(frame["q1"] == 9).astype(float))


def codes(name):
    return pd.factorize(answers()[name], sort=True)[0]


def per(group, name):
    """Return a population figure by stratum or cluster."""
    return answers().groupby(codes(group))[name].first().to_numpy(dtype=float)


def clusters():
    return Design(population=per("stratum", "N_villages"))


def table(variable, *, domains=True, stratum=True, cluster=True, kept=slice(None)):
    frame = answers()
    wanted = {"domain": domains, "stratum": stratum, "cluster": cluster}
    names = {"domain": "township", "stratum": "stratum", "cluster": "village"}
    return tabulate(
        frame[variable].to_numpy(float)[kept],
        weights=frame["weight"].to_numpy()[kept],
        **{key: codes(names[key])[kept] for key, there in wanted.items() if there},
    )


DESIGNS = {
    "strat_cluster_fpc": ({}, clusters),
    "strat_cluster_nofpc": ({}, Design),
    "weights_only": ({"stratum": False, "cluster": False}, Design),
    "strat_nocluster": ({"cluster": False}, Design),
}
BY_TOWNSHIP = sorted(
    set(read("r_survey_svyby_means")[["design", "variable"]].itertuples(index=False, name=None))
)


@pytest.mark.parametrize(("design", "variable"), BY_TOWNSHIP)
def test_oracle_means_by_township(design, variable):
    """Mean, error, degrees of freedom, both design effects and Kish's n are R's."""
    golden = read("r_survey_svyby_means").query("design == @design and variable == @variable")
    keys, make = DESIGNS[design]
    found = estimate(table(variable, **keys), design=make())
    assert found.estimate == close(golden["mean"])
    assert found.se == close(golden["se"])
    assert found.df.tolist() == golden["df_valid"].tolist()
    assert found.n.tolist() == golden["n"].tolist()
    assert found.deff == close(golden["deff_wor"])
    assert found.deff_wr == close(golden["deff_wr"])
    assert found.n_eff == close(golden["n"] / golden["deff_wor"])
    assert found.n_eff_kish == close(golden["neff_kish"])
    lower, upper = intervals.student(found.estimate, found.se, golden["df"])
    assert lower == close(golden["ci_l_t"])
    assert upper == close(golden["ci_u_t"])
    normal = intervals.student(found.estimate, found.se, np.inf)
    assert normal[0] == close(golden["ci_l_z"])
    assert normal[1] == close(golden["ci_u_z"])


def test_oracle_means_by_township_cover_every_design_and_variable():
    """The golden file has nine variables under the first design and two or one under the others."""
    assert {design for design, _ in BY_TOWNSHIP} == set(DESIGNS)
    assert {variable for _, variable in BY_TOWNSHIP} == set(VARIABLES)


@pytest.mark.parametrize("row", read("r_survey_overall").to_dict("records"), ids=lambda row: row["variable"])
def test_oracle_overall(row):
    """All townships together: mean, error, design effect, degrees of freedom."""
    found = estimate(table(row["variable"], domains=False), design=clusters())
    assert found.estimate == close([row["mean"]])
    assert found.se == close([row["se"]])
    assert found.deff == close([row["deff"]])
    assert found.df.tolist() == [row["df"]]


def test_oracle_totals():
    """Totals and their errors; missing answers count nothing."""
    golden = read("r_survey_totals_top2")
    found = estimate(table("top2"), "total", design=clusters())
    assert found.estimate == close(golden["top2"])
    assert found.se == close(golden["se"])


def test_oracle_two_stages():
    """Villages of a stratum, then persons of a village: both shares of the population count."""
    golden = read("r_survey_twostage_fpc")
    design = Design(population=per("stratum", "N_villages"), persons=per("village", "M_village"))
    found = estimate(table("score"), design=design)
    assert found.estimate == close(golden["score"])
    assert found.se == close(golden["se"])
    assert found.deff == close(golden["deff_wor"])


def test_oracle_contrast():
    """The difference of two townships has the error that their covariance gives."""
    golden = read("r_survey_contrast").iloc[0]
    found = estimate(table("score"), design=clusters())
    contrast = np.array([1.0, -1.0, *[0.0] * 10])
    assert contrast @ found.estimate == pytest.approx(golden["est"], rel=1e-9)
    assert np.sqrt(contrast @ found.covariance() @ contrast) == pytest.approx(golden["se"], rel=1e-9)


def test_oracle_jackknife():
    """Left out in turn, its stratum weighed up, every village moves the means as R's jackknife says."""
    golden = read("r_survey_jkn")
    sums, drawn = table("score"), per("stratum", "n_villages")
    replicates, scale = [], []
    for village in np.unique(sums.cluster):
        stratum = sums.stratum[sums.cluster == village][0]
        factor = np.where(sums.stratum == stratum, drawn[stratum] / (drawn[stratum] - 1), 1.0)
        rest = sums.scaled(factor).where(sums.cluster != village)
        replicates.append(estimate(rest, design=Design(lonely="remove")).estimate)
        scale.append(1 - 1 / drawn[stratum])
    apart = np.array(replicates) - np.mean(replicates, axis=0)  # R's center, unless mse = TRUE
    assert estimate(sums).estimate == close(golden["score"])
    assert np.sqrt(scale @ apart**2) == close(golden["se"])


def without_dropped_village():
    dropped = read("r_survey_lonely_dropped").iloc[:, 0]
    return ~answers()["village"].isin(dropped).to_numpy()


@pytest.mark.parametrize("option", ["adjust", "average", "certainty", "remove"])
def test_oracle_lonely_clusters(option):
    """Each option for a stratum of one village gives R's error, by township and for all."""
    golden = read("r_survey_lonely").query("option == @option")
    kept, design = without_dropped_village(), Design(lonely=option)
    parts = [estimate(table("score", domains=domains, kept=kept), design=design) for domains in (True, False)]
    assert np.concatenate([part.estimate for part in parts]) == close(golden["mean"])
    assert np.concatenate([part.se for part in parts]) == close(golden["se"])
    assert {part.lonely for part in parts} == {option}


def test_oracle_lonely_clusters_are_refused_without_an_option():
    """R's default fails as well; the stratum is named."""
    with pytest.raises(LonelyCluster) as refused:
        estimate(table("score", kept=without_dropped_village()))
    assert refused.value.strata == (T12B,)


def shares(method):
    golden = read("r_survey_svyciprop_top2")
    return golden[golden["method"] == method]


@pytest.mark.parametrize("method", ["logit", "xlogit", "mean"])
def test_oracle_limits_of_shares(method):
    """Logit and plain limits of a share, with the township's degrees of freedom."""
    golden = shares(method)
    found = estimate(table("top2"), "share", design=clusters())
    limits = intervals.student if method == "mean" else intervals.logit
    lower, upper = limits(found.estimate, found.se, found.df)
    assert found.se == close(golden["se"])
    assert lower == close(golden["ci_l"])
    assert upper == close(golden["ci_u"])


def test_oracle_korn_graubard():
    """R's `beta` limits come out with R's n, which counts missing answers; ours count the valid."""
    golden = shares("beta")
    found = estimate(table("top2"), "share", design=clusters())
    as_in_r = intervals.korn_graubard(found.estimate, found.se, found.df, found.n + found.n_missing)
    assert as_in_r[0] == close(golden["ci_l"])
    assert as_in_r[1] == close(golden["ci_u"])
    ours = intervals.korn_graubard(found.estimate, found.se, found.df, found.n)
    differ = np.abs(np.array(ours) - np.array(as_in_r))
    assert differ.max() == pytest.approx(5.503e-4, rel=1e-3)  # what an independent recomputation found
    assert not differ[:, found.n_missing == 0].any()
