"""The Lingwu example from single answers, assessors' files, ballots and the register to the composite."""

import json
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from scipy.special import stdtrit

import township_eval as te
from township_eval.examples import path

HERE = path("lingwu")
BAITUGANG, WUTONGSHU = "640181201", "640181200"
POINTS = {"满意": 100, "基本满意": 80, "不满意": 30}
ICC = ["ICC1", "ICC2", "ICC3", "ICC1k", "ICC2k", "ICC3k"]
UP, DOWN = "townships_rate_departments", "departments_rate_townships"


@pytest.fixture(scope="module")
def scheme() -> te.Scheme:
    return te.read_scheme(HERE / "scheme.yaml")


@pytest.fixture(scope="module")
def inputs(scheme: te.Scheme) -> te.Inputs:
    return te.read_inputs(HERE / "2018-H2", scheme)


@pytest.fixture(scope="module")
def second(scheme: te.Scheme, inputs: te.Inputs) -> te.Evaluation:
    return te.evaluate(scheme, inputs)


@pytest.fixture(scope="module")
def departments() -> dict[str, te.Evaluation]:
    """Score the departments, each half year from the workbook of the office that keeps the register."""
    card = te.read_scheme(HERE / "departments.yaml")
    done: list[te.Evaluation] = []
    for period in ("2018-H1", "2018-H2"):
        office = te.read_inputs(HERE / period / "社区建设办.xlsx", card)
        done.append(te.evaluate(card, office, history=done))
    return {evaluation.period: evaluation for evaluation in done}


def phone(inputs: te.Inputs) -> pd.DataFrame:
    """Return the estimates of the telephone survey by township, as anybody gets them from the answers."""
    answers = inputs.responses[inputs.responses["answer"] != "不了解"]
    return te.survey_estimates(
        answers.assign(score=answers["answer"].map(POINTS).astype(float)),
        value="score",
        by="unit",
        weights="weight",
        strata="stratum",
        cluster="cluster",
        population="clusters",
    )


def delegates(counts: pd.DataFrame, channel: str = "两代表一委员") -> pd.Series:
    """Return the mean points of counted answers by township."""
    given = counts[(counts["channel"] == channel) & (counts["answer"] != "不了解")]
    points = given["answer"].map(POINTS) * given["count"]
    return points.groupby(given["unit"]).sum() / given.groupby("unit")["count"].sum()


def of(evaluation: te.Evaluation, indicator: str, unit: str = BAITUGANG) -> pd.Series:
    values = evaluation.values
    (row,) = [row for _, row in values.iterrows() if (row["unit"], row["indicator"]) == (unit, indicator)]
    return row


def sheet(book: Path, name: str) -> pd.DataFrame:
    """Return a matrix of a workbook, its first column as index: the three lines above it left out."""
    rows = list(openpyxl.load_workbook(book)[name].iter_rows(min_row=4, values_only=True))
    table = pd.DataFrame(rows[1:], columns=rows[0])
    return table[table[table.columns[1]].notna()].set_index(table.columns[0]).astype(float)


# ---- satisfaction ----
def test_single_answers_give_the_published_composites(inputs: te.Inputs, second: te.Evaluation) -> None:
    """92.27 and 92.04 rest on 1,800 valid telephone answers, 200 a township, not on counts of them."""
    valid = inputs.responses[inputs.responses["answer"] != "不了解"]
    assert set(valid.groupby("unit").size()) == {200}
    assert set(inputs.satisfaction["channel"]) == {"两代表一委员"}
    assert second.results.loc[[BAITUGANG, WUTONGSHU], "composite"].tolist() == [92.27, 92.04]


def test_the_value_says_how_many_answered_and_how_sure_it_is(second: te.Evaluation) -> None:
    """87.80 from 230 valid answers; error from the villages called, none from the delegates' full list."""
    row = of(second, "satisfaction")
    assert (row["value"], row["n"], row["df"]) == (pytest.approx(87.8), 230, 9)
    assert (row["status"], row["method"]) == ("reported", "satisfaction counts + survey answers")
    assert row["assumption"] == "两代表一委员:名单普查,无抽样误差"
    assert row["assumption_en"] == "两代表一委员: complete list, no sampling error"
    assert not row["error_unknown"]


def test_every_value_is_the_mix_of_what_the_answers_estimate(
    inputs: te.Inputs, second: te.Evaluation
) -> None:
    """Telephone 6 : delegates 4; the error is six tenths of that of the telephone survey."""
    values = second.values[second.values["indicator"] == "satisfaction"].set_index("unit")
    called, listed = phone(inputs), delegates(inputs.satisfaction)
    np.testing.assert_allclose(values["value"], 0.6 * called["estimate"] + 0.4 * listed, rtol=1e-12)
    np.testing.assert_allclose(values["se"], 0.6 * called["se"], rtol=1e-9)
    assert values["df"].tolist() == called["df"].tolist() == [9] * 9


@pytest.mark.parametrize(
    ("lang", "line"),
    [
        ("zh", "87.80(95%置信区间{low:.1f}—{high:.1f};电话200、两代表一委员30)"),
        ("en", "87.80 (95% confidence interval {low:.1f} to {high:.1f}; 电话 200, 两代表一委员 30)"),
    ],
)
def test_explain_prints_the_interval_of_the_answers(
    inputs: te.Inputs, second: te.Evaluation, lang: str, line: str
) -> None:
    """Interval and numbers of answers are those of the same answers estimated alone."""
    called = phone(inputs).loc[BAITUGANG]
    reach = stdtrit(called["df"], 0.975) * 0.6 * called["se"]
    value = 0.6 * called["estimate"] + 0.4 * delegates(inputs.satisfaction)[BAITUGANG]
    said = str(second.explain("白土岗乡", lang=lang))
    wanted = line.format(low=value - reach, high=value + reach)
    assert "".join(wanted.split()) in "".join(said.split())  # a wide line is folded,
    assert "\n  群众满意度 87.80" in said  # and begins where the others do


def test_sheets_of_two_townships_share_no_sample(second: te.Evaluation) -> None:
    """Villages bear their townships' names: what two composites share is the assessors, the same for all."""
    covariance = second.covariance().to_numpy()
    shared = covariance[~np.eye(9, dtype=bool)]
    np.testing.assert_allclose(shared, shared[0], rtol=1e-9)
    assert shared[0] > 0
    assert not [note for note in second.notes["code"] if note == "responses.cluster_shared"]


def test_the_covariance_is_one_and_agrees_with_the_errors(second: te.Evaluation) -> None:
    """Symmetric, no negative eigenvalue, its diagonal the squares of the composites' standard errors."""
    frame = second.covariance()
    covariance = frame.to_numpy()
    assert frame.index.tolist() == frame.columns.tolist() == second.results.index.tolist()
    np.testing.assert_array_equal(covariance, covariance.T)
    assert np.linalg.eigvalsh(covariance).min() > 0
    np.testing.assert_allclose(np.sqrt(np.diag(covariance)), second.results["se"], rtol=1e-9)


def test_the_error_of_the_composite_is_that_of_its_three_surveyed_blocks(second: te.Evaluation) -> None:
    """20, 10 and 10 of 100 points: squares of weighted errors add up, indicators have none."""
    parts = [0.2 * of(second, "satisfaction")["se"], 0.1 * of(second, "third_party")["se"]]
    assert of(second, "department_review")["se"] == 0
    assert second.results.loc[BAITUGANG, "se"] == pytest.approx(np.hypot(*parts), rel=1e-9)


def test_quarters_count_answers_and_state_the_design_effect(scheme: te.Scheme) -> None:
    """The same values from counts; the error is a simple random sample's times sqrt(1.5), and says so."""
    quarter = te.read_inputs(HERE / "2018-Q4.xlsx", scheme)
    counts = quarter.satisfaction
    given = counts[
        (counts["unit"] == BAITUGANG) & (counts["channel"] == "电话") & counts["answer"].isin(POINTS)
    ]
    points = np.repeat(given["answer"].map(POINTS), given["count"].astype(int))
    row = of(te.evaluate(scheme, quarter), "satisfaction")
    assert row["value"] == pytest.approx(87.8)
    assert row["se"] == pytest.approx(0.6 * points.std() * np.sqrt(1.5 / 200), rel=1e-12)
    assert row["assumption"] == "电话:设计效应按方案取1.5;两代表一委员:名单普查,无抽样误差"


# ---- assessors ----
def panel(period: str = "2018-H2") -> pd.DataFrame:
    """Return the assessors' means over their items, a column an assessor, read without the program."""
    forms = {
        f"评估员{k}": sheet(HERE / period / f"第三方评估-评估员{k}.xlsx", "第三方评估").mean(axis=1)
        for k in range(1, 6)
    }
    return pd.DataFrame(forms)


def test_five_files_become_five_numbered_assessors(second: te.Evaluation) -> None:
    """Each marked nine townships on four items; highest and lowest are left out of each mean."""
    assert second.tables["panel"][["rater", "rated", "items", "missing"]].to_numpy().tolist() == [
        [f"评估员{k}", 9, 4, ""] for k in range(1, 6)
    ]
    marks = np.sort(panel().to_numpy(), axis=1)
    values = second.values[second.values["indicator"] == "third_party"]["value"]
    np.testing.assert_allclose(values, marks[:, 1:4].mean(axis=1), rtol=1e-12)


def test_agreement_has_all_six_forms_and_says_what_each_is_for(second: te.Evaluation) -> None:
    """Six intraclass correlations with intervals equal those of the marks; alpha and W stand beside them."""
    table = second.tables["agreement"].set_index("statistic")
    found = te.methods.ratings.icc(panel().to_numpy())
    assert table.index.tolist()[:6] == ICC
    for name in ICC:
        row, own = table.loc[name], found[name]
        assert [row["value"], row["lower"], row["upper"]] == pytest.approx(
            [own.value, own.lower, own.upper], rel=1e-9
        )
        assert row["serves_zh"]
        assert row["serves_en"]
    assert table["n_raters"].tolist() == [5] * len(table)
    alpha = te.methods.ratings.krippendorff_alpha(panel().to_numpy(), metric="interval").value
    w = te.methods.ratings.kendall_w(panel().to_numpy()).value
    others = table["value"].drop(ICC)
    assert any(value == pytest.approx(alpha, rel=1e-9) for value in others)
    assert any(value == pytest.approx(w, rel=1e-9) for value in others)


# ---- the mutual review ----
@pytest.mark.parametrize(("direction", "name", "n"), [(DOWN, "部门评乡镇", 9), (UP, "乡镇评部门", 12)])
def test_both_directions_are_the_means_of_their_ballots(
    second: te.Evaluation, direction: str, name: str, n: int
) -> None:
    """One ballot of each voter about each; everybody on the list voted, so there is no sampling error."""
    cast = sheet(HERE / "2018-H2" / "社区建设办.xlsx", name)
    total = second.tables["reviews_total"].set_index("direction").loc[direction].set_index("name")
    assert len(total) == n
    assert total["score"].to_dict() == pytest.approx(cast.mean().to_dict())
    assert set(total["valid"]) == {len(cast)}
    assert set(total["se"]) == {0.0}


# ---- tasks ----
def test_late_and_missing_returns_are_listed(second: te.Evaluation) -> None:
    """One return came three days late, one not at all; the 288 others came in time."""
    late = second.tables["late_returns"]
    assert late[["task", "reporter", "filed", "state"]].to_numpy().tolist() == [
        ["T16", "市场监管局", "2019-01-03", "late"],
        ["T21", "发改局", "", "missing"],
    ]
    assert second.tables["tasks"]["filing"].value_counts().to_dict() == {
        "on_time": 288, "late": 1, "missing": 1,
    }  # fmt: skip


def test_targets_of_the_city_are_met_or_unmet(second: te.Evaluation) -> None:
    """Shares add up to 1,700 and 20; one model township exists; one village of 20 is lacking."""
    targets = second.tables["city_targets"].set_index("target")
    assert targets["status"].to_dict() == {
        "Q08": "not_due", "Q19": "unmet", "Q20": "met", "Q21": "met", "Q33": "met",
    }  # fmt: skip
    assert targets.loc[["Q08", "Q19"], "shared"].tolist() == [1700, 20]
    assert targets.loc[["Q08", "Q19"], "reported"].tolist() == [1641, 19]


def test_a_department_scores_what_a_hand_counts(departments: dict[str, te.Evaluation]) -> None:
    """财政局: one of two tasks due done in time, all 8 returns in time, ballots of 85 on average."""
    matrix = departments["2018-H2"].matrix().loc["财政局"]
    # T06, which it leads, was done on 2018-11-30; T13, which it supports, stands at 90 %
    assert matrix[["tasks_on_time", "returns_on_time", "township_review"]].tolist() == [50, 100, 85]
    assert departments["2018-H2"].results.loc["财政局", "composite"] == 0.4 * 50 + 0.2 * 100 + 0.4 * 85


def test_where_no_task_is_due_its_weight_goes_to_the_others(departments: dict[str, te.Evaluation]) -> None:
    """民政局 in the first half year: 5 of 6 returns and ballots of 93, in the proportion 20 to 40."""
    composite = departments["2018-H1"].results.loc["民政局", "composite"]
    assert composite == pytest.approx((20 * 100 * 5 / 6 + 40 * 93) / 60, abs=0.005)


def test_a_department_is_named_once(departments: dict[str, te.Evaluation]) -> None:
    """Departments have no code but their name; the explanation does not repeat it."""
    said = str(departments["2018-H2"].explain("财政局"))
    assert said.startswith("财政局 2018-H2 评价说明")


# ---- the archive ----
def test_errors_come_back_from_the_archive(second: te.Evaluation, tmp_path: Path) -> None:
    """Values with se, n, df and assumptions, scores, composites and their covariance are the same again."""
    te.write_evaluation(second, tmp_path / "e.json")
    again = te.read_evaluation(tmp_path / "e.json")
    for name in ("values", "scores", "results"):
        pd.testing.assert_frame_equal(getattr(again, name), getattr(second, name))
    np.testing.assert_array_equal(again.covariance(), second.covariance())
    assert again.explain("白土岗乡").to_dict() == second.explain("白土岗乡").to_dict()


def test_the_archive_holds_nobody_who_answered(
    inputs: te.Inputs, second: te.Evaluation, tmp_path: Path
) -> None:
    """No respondent, no village, no answer of a single person; only counts by township."""
    te.write_evaluation(second, tmp_path / "e.json")
    text = (tmp_path / "e.json").read_text(encoding="utf-8")
    answers = inputs.responses
    assert len(answers) == 1894
    for column in ("respondent", "cluster", "stratum"):
        assert [one for one in answers[column].unique() if json.dumps(one, ensure_ascii=False) in text] == []
    again = te.read_evaluation(tmp_path / "e.json")
    kept = again.details[again.details["indicator"] == "satisfaction"]
    assert set(kept["column"]) == {f"两代表一委员/{answer}" for answer in (*POINTS, "不了解")}
    assert len(again.tables["satisfaction"]) == 9 * 2
