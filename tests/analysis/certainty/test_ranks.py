"""Rank sets of an evaluation: what they hold, when they are exact, and what they do not pretend."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import township_eval as te
from township_eval.evaluation import Evaluation
from township_eval.methods.loadings import Loadings
from township_eval.methods.ranksets import marginal, simultaneous, tau_best, tau_worst

SHARES = {"a": 90.0, "b": 86.0, "c": 85.0, "d": 60.0}


def ends(frame: pd.DataFrame, ending: str = "") -> list[list[int]]:
    return frame[[f"lower{ending}", f"upper{ending}"]].to_numpy().astype(int).tolist()


def without_se(evaluation: Evaluation, unit: int, *, unknown: bool) -> Evaluation:
    """Return the evaluation with one unit's error taken away: nobody knows it, or there is none."""
    precision = evaluation.precision
    se, flags = precision.se.copy(), precision.unknown.copy()
    se[:, unit], flags[:, unit] = np.nan, unknown
    composite = precision.composite
    kept = composite.unit != unit
    own = Loadings("compressed", composite.unit[kept], composite.shock[kept], composite.amount[kept])
    return replace(evaluation, precision=replace(precision, se=se, unknown=flags, composite=own))


@pytest.mark.parametrize(("method", "directly"), [("marginal", marginal), ("simultaneous", simultaneous)])
def test_independent_townships_are_compared_by_the_exact_methods(survey, method, directly) -> None:
    """Surveys of each township by itself: the sets are those of the composites and their errors."""
    evaluation = survey(SHARES)
    lower, upper = directly(evaluation.score[0], evaluation.precision.se[0], level=0.9)
    found = te.rank_sets(evaluation, level=0.9, method=method)
    assert ends(found) == np.stack([lower, upper], axis=1).tolist()
    assert found.attrs["code"] in {"quadrature", "tukey_kramer"}
    assert not found["fragile"].any()


@pytest.mark.parametrize("side", ["lower", "upper"])
def test_one_limit_alone_says_who_is_shown_and_who_is_not_excluded(survey, side) -> None:
    """The last is shown by the lower limit; tau-best and tau-worst are who is not excluded."""
    evaluation = survey(SHARES)
    asked = {"method": "simultaneous", "side": side, "stepdown": True}
    found = te.rank_sets(evaluation, **asked)
    points, se = evaluation.score[0], evaluation.precision.se[0]
    if side == "lower":
        assert ends(found)[3] == [4, 4]
        assert (found["upper"] == 4).all()
        assert (found["lower"] <= 2).tolist() == tau_best(points, se, 2).tolist() == [True, True, True, False]
    else:
        assert (found["lower"] == 1).all()
        assert (found["upper"] > 2).tolist() == tau_worst(points, se, 2).tolist() == [True, True, True, True]
    assert te.rank_sets(evaluation, **asked).attrs["side"] == side


def test_the_columns_of_results_are_the_marginal_sets(survey) -> None:
    """What is on by default is what `rank_sets` says by default, overall and inside the class."""
    evaluation = survey(SHARES, groups={"a": "I", "b": "I", "c": "II", "d": "II"})
    found, results = te.rank_sets(evaluation), evaluation.results
    for ending in ("", "_in_group"):
        shown = results[[f"rank_lower{ending}", f"rank_upper{ending}"]].to_numpy().astype(int).tolist()
        assert shown == ends(found, ending)
    assert ends(found, "_in_group")[3] == [2, 2]


def test_shared_errors_count(survey) -> None:
    """Raters who marked everybody cancel in differences: sets with the covariance are narrower."""
    evaluation = survey(SHARES, n=100)
    own = evaluation.precision.composite
    se = evaluation.precision.se[0]
    everybody = Loadings(
        "compressed", np.concatenate([own.unit, np.arange(4)]), np.concatenate([own.shock, np.full(4, 4)]),
        np.concatenate([own.amount * 0.2, np.full(4, 0.9) * se.min()]),
    )  # fmt: skip
    total = np.sqrt(everybody.variance(4))
    spread = evaluation.precision.se.copy()
    spread[0] = total
    part = np.zeros(everybody.n_shocks, dtype=np.intp)
    precision = replace(evaluation.precision, composite=everybody, se=spread, part=part)
    shared = te.rank_sets(replace(evaluation, precision=precision))
    alone = marginal(evaluation.score[0], total)
    assert shared.attrs["code"] == "pairs"
    assert sum(high - low for low, high in ends(shared)) < int((alone.upper - alone.lower).sum())
    simulated = te.rank_sets(replace(evaluation, precision=precision), draws=None, seed=3)
    assert simulated.attrs["code"] == "simulation"
    assert simulated.attrs["mc_error"] > 0


def test_draws_without_effect_are_noted(survey) -> None:
    """Few degrees of freedom: pairs are tested one by one, and who asked for draws is told so."""
    evaluation = survey(SHARES)
    few = replace(evaluation.precision, df=np.full(evaluation.precision.df.shape, 5.0))
    asked = te.rank_sets(replace(evaluation, precision=few), draws=2000)
    assert asked.attrs["draws_ignored"]
    assert asked["note_en"].str.contains("`draws` has no effect").all()
    assert asked["note"].str.contains("draws 不起作用").all()
    for frame in (te.rank_sets(replace(evaluation, precision=few)), te.rank_sets(evaluation, draws=2000)):
        assert not frame.attrs["draws_ignored"]
        assert not frame["note_en"].str.contains("draws` has").any()


def test_few_degrees_of_freedom_widen(survey) -> None:
    """Errors known from five degrees of freedom are compared by t tests, and said to be approximate."""
    evaluation = survey({"a": 92.0, "b": 82.0, "c": 72.0})
    few = replace(evaluation.precision, df=np.full(evaluation.precision.df.shape, 5.0))
    known, found = te.rank_sets(evaluation), te.rank_sets(replace(evaluation, precision=few))
    assert found.attrs["code"] == "small_df"
    assert (found["upper"] - found["lower"]).sum() > (known["upper"] - known["lower"]).sum()
    assert found["method_en"].str.contains("approximate").all()


def test_an_unknown_error_gives_no_certainty(survey) -> None:
    """Who has an error that nobody knows may stand anywhere, and everybody else may stand one lower."""
    evaluation = survey({"a": 95.0, "b": 60.0, "c": 20.0}, n=2000)
    assert ends(te.rank_sets(evaluation)) == [[1, 1], [2, 2], [3, 3]]
    found = te.rank_sets(without_se(evaluation, 1, unknown=True))
    assert ends(found) == [[1, 2], [1, 3], [2, 3]]
    assert found["note_en"].tolist()[1] == "its error is not known: any rank is possible"
    assert found["note"].str.contains("误差不明").all()
    assert np.isnan(found["p_best"]).all()


def test_figures_without_an_error_model_compare_exactly(figures) -> None:
    """Administrative figures alone: the set is the rank, tied units share their places, a note says why."""
    found = te.rank_sets(figures({"a": 95.0, "b": 90.0, "c": 90.004, "d": 60.0}))
    assert found["rank"].tolist() == [1, 2, 2, 4]
    assert ends(found) == [[1, 1], [2, 3], [2, 3], [4, 4]]
    assert set(found["note_en"]) == {"no error is stated: the figures count as exact"}
    assert found["p_best"].tolist() == [1.0, 0.0, 0.0, 0.0]
    assert np.isinf(found["distance"]).all()


def test_a_figure_without_error_beside_sampled_ones(survey) -> None:
    """A unit without an error model counts as exact; its set still knows the others' errors."""
    evaluation = without_se(survey({"a": 80.0, "b": 79.0, "c": 20.0}), 0, unknown=False)
    found = te.rank_sets(evaluation)
    assert ends(found) == [[1, 2], [1, 2], [3, 3]]
    assert found["note_en"].tolist() == ["no error is stated: the figures count as exact", "", ""]


def test_one_township_has_rank_one(survey) -> None:
    """Nobody to compare with: (1, 1), overall and inside the class."""
    found = te.rank_sets(survey({"a": 80.0}))
    assert ends(found) == ends(found, "_in_group") == [[1, 1]]
    assert found[["p_best", "p_last", "expected_rank"]].to_numpy()[0] == pytest.approx(np.ones(3))


def test_the_set_holds_the_published_rank_and_the_places_of_ties(survey) -> None:
    """Rounded points decide published ranks: a tie that rounding makes widens the sets of both."""
    evaluation = survey({"a": 90.0, "b": 90.0, "c": 10.0}, n=10_000_000)
    score = evaluation.score.copy()
    score[:, 1] -= 0.004  # fifty of its standard errors, and nothing after rounding
    se = np.full(evaluation.precision.se.shape, 1e-5)
    own = evaluation.precision.composite
    tiny = Loadings("compressed", own.unit, own.shock, np.full(len(own.unit), 1e-5))
    narrow = replace(evaluation, score=score, precision=replace(evaluation.precision, se=se, composite=tiny))
    assert ends(te.rank_sets(narrow)) == [[1, 2], [1, 2], [3, 3]]


def test_the_order_of_units_is_of_no_account(survey) -> None:
    """Rows in another order give the same sets, probabilities and notes."""
    one = te.rank_sets(survey(SHARES))
    other = te.rank_sets(survey(dict(reversed(SHARES.items()))))
    pd.testing.assert_frame_equal(one, other.loc[one.index], rtol=1e-9)


def test_a_cohort_is_ranked_among_itself(survey) -> None:
    """A list of units, or a class, gives the ranks among them alone."""
    evaluation = survey(SHARES, groups={"a": "I", "b": "II", "c": "II", "d": "II"})
    assert te.rank_sets(evaluation, cohort=["d", "b"])["rank"].to_dict() == {"b": 1, "d": 2}
    assert te.rank_sets(evaluation, cohort="II").index.tolist() == ["b", "c", "d"]


def test_above_a_thousand_units_a_cohort_is_asked_for(figures) -> None:
    """1,001 units are blank in the results, with a note; a cohort of them has its sets."""
    evaluation = figures({f"u{k:04}": float(k % 90) for k in range(1001)})
    assert evaluation.results["rank_lower"].isna().all()
    assert "note.rank_sets" in set(evaluation.notes["code"])
    with pytest.raises(te.DataError, match=r"certainty\.many") as caught:
        te.rank_sets(evaluation)
    assert "cohort" in caught.value.problems[0].hint.en
    assert len(te.rank_sets(evaluation, cohort=[f"u{k:04}" for k in range(5)])) == 5


def test_the_archive_says_the_same(survey, tmp_path) -> None:
    """Sets, degrees of freedom and simulated ranks of an archive are those of the evaluation."""
    evaluation = survey(SHARES, roads=[10.0, 20.0, 30.0, 90.0])
    te.write_evaluation(evaluation, tmp_path / "a.json")
    back = te.read_evaluation(tmp_path / "a.json")
    pd.testing.assert_frame_equal(te.rank_sets(back), te.rank_sets(evaluation))
    pd.testing.assert_frame_equal(back.results, evaluation.results)
    assert np.array_equal(back.precision.freedom, evaluation.precision.freedom)
    one, other = te.simulate(evaluation, draws=500), te.simulate(back, draws=500)
    pd.testing.assert_frame_equal(one.scores, other.scores)


@pytest.mark.parametrize("level", [0.0, 1.0, -0.1, float("nan")])
def test_levels_lie_between_zero_and_one(survey, level) -> None:
    """A level outside (0, 1) means nothing and is refused."""
    with pytest.raises(ValueError, match="between 0 and 1"):
        te.rank_sets(survey(SHARES), level=level)


def test_what_cannot_be_asked_is_refused(survey) -> None:
    """Unknown units, classes, methods, sides and families are named."""
    evaluation = survey(SHARES)
    with pytest.raises(te.DataError, match=r"certainty\.cohort.*zz"):
        te.rank_sets(evaluation, cohort=["a", "zz"])
    with pytest.raises(te.DataError, match=r"certainty\.cohort.*IX"):
        te.rank_sets(evaluation, cohort="IX")
    with pytest.raises(ValueError, match="method must be one of"):
        te.rank_sets(evaluation, method="bonferroni")
    with pytest.raises(ValueError, match="within must be"):
        te.rank_sets(evaluation, within="class")
    with pytest.raises(ValueError, match="side must be"):
        te.rank_sets(evaluation, side="left")


def test_partial_data_have_no_rank_sets(survey) -> None:
    """What is missing is no sampling error: blank in the results, refused when asked for."""
    evaluation = replace(survey(SHARES), provisional=True)
    assert evaluation.results["rank_lower"].isna().all()
    with pytest.raises(te.DataError, match=r"certainty\.provisional"):
        te.rank_sets(evaluation)


def test_an_explanation_says_the_set_behind_the_rank(survey, figures) -> None:
    """Rank 2 of 4; 95 % set 1-3: where errors are known, and the plain rank where none is stated."""
    evaluation = survey(SHARES)
    low, high = ends(te.rank_sets(evaluation))[1]
    assert f"rank 2 of 4; 95 % set {low}-{high}" in str(evaluation.explain("b", lang="en"))
    assert f"总名次 2/4(95%名次集 {low}—{high})" in str(evaluation.explain("b"))
    assert evaluation.explain("b").to_dict()["rank_set"] == [low, high]
    assert "名次集" not in str(figures({"a": 1.0, "b": 2.0}).explain("a"))


def test_a_census_compares_exactly_and_must_be_declared(survey) -> None:
    """A zero error counts where a value below declares it; one out of nowhere is a problem."""
    evaluation = survey(SHARES)
    precision, leaves = evaluation.precision, evaluation.leaves
    se, method, composite = precision.se.copy(), precision.method.copy(), precision.composite
    se[:, 3], method[:, 3] = 0.0, 0
    kept = composite.unit != 3
    own = Loadings("compressed", composite.unit[kept], composite.shock[kept], composite.amount[kept])
    zero = replace(evaluation, precision=replace(precision, se=se, method=method, composite=own))
    with pytest.raises(te.DataError, match=r"certainty\.zero") as caught:
        te.rank_sets(zero)
    assert [(p.where, bool(p.hint)) for p in caught.value.problems] == [("d", True)]
    of_values = leaves.se.copy()
    of_values[:, 3] = 0.0
    found = te.rank_sets(replace(zero, leaves=replace(leaves, se=of_values)))
    assert found["note_en"]["d"] == "a census: no sampling error"
    assert ends(found)[3] == [4, 4]


def test_errors_that_are_all_unknown_are_not_called_none(survey) -> None:
    """Where nobody knows any error nothing is compared, and no census is claimed."""
    found = te.rank_sets(survey({"a": 100.0, "b": 0.0}, n=1))
    assert found.attrs["code"] == "unknown"
    assert found[["lower", "upper"]].to_numpy().tolist() == [[1, 2], [1, 2]]
    assert set(found["method_en"]) == {"errors are not known: nothing is compared"}


def test_places_of_too_many_units_have_no_cohort_to_name(survey) -> None:
    """The hint names what can be done: `grade_probabilities` has no cohort."""
    grades = [
        {"name": "A", "at_least": 80, "quota": {"count": 9, "per": "all"}}, {"name": "B", "at_least": 0}
    ]  # fmt: skip
    many = survey({f"u{number:04d}": 50.0 + number % 40 for number in range(1001)}, grades=grades)
    with pytest.raises(te.DataError) as caught:
        te.grade_probabilities(many)
    (problem,) = caught.value.problems
    assert problem.code == "certainty.many"
    assert "cohort" not in problem.hint.en
