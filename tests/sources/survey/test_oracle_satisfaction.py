"""The satisfaction source against R's package survey, from the respondents' sheet to the value."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from township_eval.inputs import Inputs, prepare
from township_eval.scheme.model import Dimension, Indicator, Scheme, Unit
from township_eval.scheme.sources import Answer, Question, Satisfaction
from township_eval.sources import collect

DATA = Path(__file__).parents[2] / "data" / "survey"
ITEMS = ("q1", "q2", "q3")
LIKERT = tuple(Answer(str(k), 25.0 * (k - 1)) for k in range(1, 6))
TOP = tuple(Answer(str(k), 100.0 * (k >= 4)) for k in range(1, 6))
NET = tuple(Answer(str(k), 100.0 * ((k >= 4) - (k <= 2))) for k in range(1, 6))


def sheet(items=ITEMS, **renamed):
    """Return the respondents' answers, a row an answer."""
    frame = pd.read_csv(DATA / "survey_microdata.csv", dtype=dict.fromkeys(ITEMS, str))
    kept = ["resp", "township", "stratum", "village", "N_villages", "M_village", "weight", "sex", "age"]
    long = frame.melt(id_vars=kept, value_vars=list(items), var_name="question", value_name="answer")
    names = {
        "resp": "respondent",
        "township": "unit",
        "village": "cluster",
        "N_villages": "clusters",
    } | renamed
    return long.rename(columns=names)


def found(frame, margins=None, scale=LIKERT, **stated):
    """Return the evidence of one survey about the townships, in the order of R's tables."""
    names = sorted(frame["unit"].unique())
    source = Satisfaction(scale=scale, dont_know=("9",), **stated)
    leaf = Indicator(id="x", name="满意度", weight=1.0, scoring=None, source=source)
    index = Dimension(id="index", name="总分", weight=1.0, children=(leaf,), aggregation=None)
    units = tuple(Unit(code=name, name=f"{name}镇") for name in names)
    prepared = prepare(
        Scheme(name="试", version="1", index=index, units=units),
        Inputs(period="2018", responses=frame, margins=margins),
    )
    evidence = collect(prepared)["x"]
    assert [
        problem for problem in (*prepared.problems, *evidence.problems) if problem.severity == "error"
    ] == []
    return evidence


def golden(name, **chosen):
    """Return the rows of one of R's tables for the townships."""
    frame = pd.read_csv(DATA / name)
    for column, value in chosen.items():
        frame = frame[frame[column] == value]
    return frame[frame["township"].str.startswith("T")]


def close(one, other):
    """Hold numbers together to nine digits."""
    np.testing.assert_allclose(one, other, rtol=1e-9)


@pytest.mark.parametrize("design", ["strat_cluster_fpc", "strat_cluster_nofpc"])
def test_scores_of_persons_with_clusters(design):
    """Mean, error, freedom, number, limits and design effect of the mean over three questions."""
    frame = sheet() if design == "strat_cluster_fpc" else sheet().drop(columns="clusters")
    evidence, wanted = found(frame, minimum_items=2), golden(
        "r_survey_svyby_means.csv", design=design, variable="score"
    )  # fmt: skip
    close(evidence.value, wanted["mean"])
    close(evidence.se, wanted["se"])
    assert evidence.df.tolist() == wanted["df_valid"].tolist()
    assert evidence.n.tolist() == wanted["n"].tolist()
    total = dict(evidence.tables)["satisfaction_total"]
    close(total["deff"], wanted["deff_wor"])
    same = (wanted["df"] == wanted["df_valid"]).to_numpy()
    close(total["lower"][same], wanted["ci_l_t"][same])
    close(total["upper"][same], wanted["ci_u_t"][same])


@pytest.mark.parametrize(
    ("variable", "scale", "times", "denominator"),
    [
        ("top2", TOP, 100.0, "valid"),
        ("net", NET, 1.0, "valid"),
        ("top2_dkincl", TOP, 100.0, "with_dont_know"),
        ("q1v", LIKERT, 1.0, "valid"),
    ],
)
def test_one_question_on_other_scales(variable, scale, times, denominator):
    """Top two, net, don't know in the denominator, and plain points."""
    evidence = found(sheet(["q1"]), scale=scale, denominator=denominator)
    wanted = golden("r_survey_svyby_means.csv", design="strat_cluster_fpc", variable=variable)
    close(evidence.value, times * wanted["mean"])
    close(evidence.se, times * wanted["se"])


def test_the_rate_of_dont_know():
    """Weighted, of all who were asked, blanks too."""
    evidence = found(sheet(["q1"]))
    wanted = golden("r_survey_svyby_means.csv", design="strat_cluster_fpc", variable="q1_dk")
    close(dict(evidence.tables)["satisfaction_total"]["dont_know_rate"], wanted["mean"])


def test_every_question_has_its_line():
    """Lines of the table are estimates of single questions."""
    lines = dict(found(sheet()).tables)["satisfaction"]
    for item in ITEMS:
        wanted = golden("r_survey_svyby_means.csv", design="strat_cluster_fpc", variable=f"{item}v")
        own = lines[lines["question"] == item]
        close(own["score"], wanted["mean"])
        close(own["se"], wanted["se"])


def test_weights_alone_make_questions_of_equal_weight_the_same():
    """Stating equal weights of questions changes nothing."""
    stated = tuple(Question(item, 2.0) for item in ITEMS)
    evidence = found(sheet(), minimum_items=2, questions=stated)
    wanted = golden("r_survey_svyby_means.csv", design="strat_cluster_fpc", variable="score")
    close(evidence.value, wanted["mean"])
    close(evidence.se, wanted["se"])


def test_two_stages():
    """Villages of a stratum, then persons of a village."""
    evidence = found(sheet(M_village="members"), minimum_items=2)
    wanted = golden("r_survey_twostage_fpc.csv")
    close(evidence.value, wanted["score"])
    close(evidence.se, wanted["se"])


def test_post_stratification_by_township_and_age():
    """Totals by unit: the error is that of the residuals from the cells' means."""
    totals = pd.read_csv(DATA / "pop_township_age.csv").set_axis(["unit", "category", "population"], axis=1)
    evidence = found(sheet(), totals.assign(margin="age"), minimum_items=2, calibrate=("age",))
    wanted = golden("r_survey_calibrated.csv", design="poststrat_township_age", variable="score")
    close(evidence.value, wanted["mean"])
    close(evidence.se, wanted["se"])


def test_raking_by_township_sex_and_age():
    """The means; R's error of raked means does not weigh its regression (see the method's notes)."""
    parts = {"unit": "pop_township.csv", "sex": "pop_sex.csv", "age": "pop_age.csv"}
    totals = pd.concat([
        pd.read_csv(DATA / name).set_axis(["category", "population"], axis=1).assign(margin=margin)
        for margin, name in parts.items()
    ])  # fmt: skip
    evidence = found(sheet(), totals, minimum_items=2, calibrate=tuple(parts))
    wanted = golden("r_survey_calibrated.csv", design="rake_township_sex_age", variable="score")
    close(evidence.value, wanted["mean"])
    assert np.isfinite(evidence.se).all()


def test_trimmed_weights():
    """Cut at three medians, what is cut given to the others."""
    evidence = found(sheet(), minimum_items=2, trim_weights=3.0)
    wanted = golden("r_survey_trimmed.csv", variable="score")
    close(evidence.value, wanted["mean"])
    close(evidence.se, wanted["se"])


@pytest.mark.parametrize("option", ["adjust", "average", "certainty", "remove"])
def test_strata_with_one_village(option):
    """Every treatment of a lonely village, drawn with replacement."""
    frame = sheet().drop(columns="clusters")
    dropped = pd.read_csv(DATA / "r_survey_lonely_dropped.csv").iloc[:, 0]
    evidence = found(frame[~frame["cluster"].isin(dropped)], minimum_items=2, lonely=option)
    wanted = golden("r_survey_lonely.csv", option=option)
    close(evidence.value, wanted["mean"])
    close(evidence.se, wanted["se"])
