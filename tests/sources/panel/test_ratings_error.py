"""What is known of a panel's scores: their error, how far raters agree, who is missing."""

import numpy as np
import pandas as pd
import pytest

from township_eval.methods.loadings import covariance
from township_eval.methods.ratings import additive, icc
from township_eval.scheme.sources import PanelWeight, Ratings

SCORES = np.array([[80, 84, 79, 90], [70, 73, 72, 78], [75, 83, 74, 88.0]])
RATERS = ("张三", "李四", "王五", "赵六")
TRIM, SEVERITY = Ratings(trim=1), Ratings(method="severity")


def table(scores=SCORES, raters=RATERS, **more):
    """Return the table ratings of units 1, 2, 3; NaN is left out."""
    rows = [
        {"unit": str(i + 1), "rater": raters[k], "score": score, **{name: of[k] for name, of in more.items()}}
        for i, row in enumerate(np.asarray(scores, dtype=float))
        for k, score in enumerate(row)
        if not np.isnan(score)
    ]
    return {"ratings": pd.DataFrame(rows)}


def total(found):
    """Return the covariance that the loadings carry."""
    return covariance(list(found.x.loadings), 3)


def tables(found):
    """Return the tables by name."""
    return dict(found.x.tables)


@pytest.mark.parametrize("source", [Ratings(), TRIM, Ratings(method="median"), SEVERITY])
@pytest.mark.parametrize("raters", ["random", "fixed"])
def test_loadings_say_what_the_standard_error_says(ask, source, raters):
    """And every unit of this panel has one, with its degrees of freedom and an assumption."""
    stated = Ratings(method=source.method, trim=source.trim, raters=raters)
    found = ask(stated, tables=table())
    np.testing.assert_allclose(np.diag(total(found)), found.x.se**2, rtol=1e-12)
    assert (found.x.se > 0).all()
    assert (found.x.df > 0).all()
    assert not found.x.unknown.any()
    assert all(("固定" in text.zh) is (raters == "fixed") for text in found.x.assumption)
    assert all(
        ("Bickel" in text.en) is (source is not SEVERITY and source != Ratings())
        for text in found.x.assumption
    )


def test_drawn_raters_move_all_units_together(ask):
    """The additive model's covariance, with the raters' variance over k in every cell."""
    found = ask(tables=table(), source=Ratings())
    np.testing.assert_allclose(total(found), additive(SCORES).covariance("random"), rtol=1e-12)
    fixed = ask(tables=table(), source=Ratings(raters="fixed"))
    np.testing.assert_allclose(total(fixed), additive(SCORES).covariance("fixed"), atol=1e-12)


def test_severity_takes_out_who_happened_to_rate(ask):
    """The strictest rater missing for one unit raises its mean, not its adjusted score."""
    holes = SCORES.copy()
    holes[0, 2] = np.nan
    found = ask(SEVERITY, tables=table(holes))
    np.testing.assert_allclose(found.x.value, additive(holes).adjusted)
    raw = ask(Ratings(), tables=table(holes))
    assert raw.value[0] > found.value[0]
    np.testing.assert_allclose(tables(raw)["ratings"]["adjusted"].unique(), found.x.value)


def test_the_median_counts_everybody_and_takes_the_middle(ask):
    """Of four scores the mean of the middle two."""
    found = ask(Ratings(method="median"), tables=table())
    assert (found.value, found.x.n.tolist()) == ([82.0, 72.5, 79.0], [4.0] * 3)


@pytest.mark.parametrize("source", [Ratings(), TRIM, Ratings(method="median")])
def test_nobody_knows_the_error_of_one_rater_or_of_equal_scores(ask, source):
    """No spread in a handful of scores is not certainty: the value counts, its error is unknown."""
    one = ask(Ratings(), tables=table(SCORES[:, :1]))
    same = ask(source, tables=table(np.full((3, 4), 80.0)))
    for found in (one, same):
        assert np.isnan(found.x.se).all()
        assert (found.x.unknown.tolist(), found.x.loadings) == ([True] * 3, ())
        assert "无法估计" in found.x.assumption[0].zh


def test_one_unit_alone_is_judged_by_its_own_spread(ask):
    """No panel to take apart: s over the root of k."""
    found = ask(Ratings(), tables=table(SCORES[:1]))
    assert found.x.se[0] == pytest.approx(np.std(SCORES[0], ddof=1) / 2)
    assert (found.x.df[0], "离散" in found.x.assumption[0].zh) == (3.0, True)
    assert np.isnan(found.x.se[1:]).all()
    assert not found.x.unknown[1:].any()


# ---- organizations ----
SIX_TO_FOUR = (PanelWeight("甲所", 6), PanelWeight("乙所", 4))
OFFICES = ("甲所", "甲所", "乙所", "乙所")


def test_organizations_are_averaged_alone_and_then_weighted(ask):
    """Two of the one office weigh as much as the scheme says, whatever their number."""
    found = ask(Ratings(groups=SIX_TO_FOUR), tables=table(organization=OFFICES))
    expected = 0.6 * SCORES[:, :2].mean(axis=1) + 0.4 * SCORES[:, 2:].mean(axis=1)
    np.testing.assert_allclose(found.x.value, expected)
    one, two = (additive(part).covariance("random") for part in (SCORES[:, :2], SCORES[:, 2:]))
    np.testing.assert_allclose(total(found), 0.36 * one + 0.16 * two, rtol=1e-12)
    np.testing.assert_allclose(np.diag(total(found)), found.x.se**2, rtol=1e-12)


def test_an_organization_the_scheme_does_not_weigh_is_a_problem(ask):
    """With a suggestion; nobody is left out quietly."""
    found = ask(Ratings(groups=SIX_TO_FOUR), tables=table(organization=("甲所", "甲所", "乙所", "丙所")))
    problem = found.problem("ratings.organization")
    assert (problem.where, "乙所" in problem.hint.zh) == ("ratings[3]", True)


def test_an_organization_without_raters_leaves_no_value(ask):
    """Its weight is not given to the other."""
    found = ask(Ratings(groups=SIX_TO_FOUR), tables=table(organization=("甲所",) * 4))
    assert "乙所" in found.problem("ratings.group").what.zh
    assert np.isnan(found.x.value).all()


def test_a_unit_one_organization_has_not_rated_is_a_problem(ask):
    """It names unit and organization."""
    holes = SCORES.copy()
    holes[1, 2:] = np.nan
    problem = ask(Ratings(groups=SIX_TO_FOUR), tables=table(holes, organization=OFFICES)).problem(
        "ratings.few"
    )
    assert ("崇兴镇" in problem.what.zh, "乙所" in problem.what.zh) == (True, True)


# ---- panels that do not link ----
APART = np.array([[80, 84, np.nan, np.nan], [70, 73, np.nan, np.nan], [np.nan, np.nan, 74, 88]])


@pytest.mark.parametrize(("source", "severity"), [(Ratings(), "warning"), (SEVERITY, "error")])
def test_units_no_rater_links_are_named(ask, source, severity):
    """A mean of such a panel compares raters, not townships; severity cannot be taken out at all."""
    found = ask(source, tables=table(APART))
    problem = found.problem("ratings.disconnected")
    assert (problem.severity, "东塔镇、崇兴镇 | 白土岗乡" in problem.what.zh) == (severity, True)
    assert found.problem("ratings.single").severity == severity


def test_without_links_the_error_is_that_of_each_units_own_spread(ask):
    """Raters then count as drawn."""
    found = ask(Ratings(), tables=table(APART))
    np.testing.assert_allclose(found.x.se, [2.0, 1.5, 7.0])
    np.testing.assert_allclose(np.diag(total(found)), found.x.se**2)


def test_a_rater_who_rates_once_tells_nothing_of_severity(ask):
    """He is named by number."""
    holes = SCORES.copy()
    holes[1:, 3] = np.nan
    problem = ask(SEVERITY, tables=table(holes)).problem("ratings.single")
    assert (problem.severity, "评估员4" in problem.what.zh) == ("error", True)


def test_severity_of_one_unit_cannot_be_told(ask):
    """There is nothing to compare it with."""
    assert ask(SEVERITY, tables=table(SCORES[:1])).problem("ratings.severity").severity == "error"


# ---- who is missing ----
def test_what_is_missing_on_a_sheet_is_listed(ask):
    """One note for the panel, the units in the table."""
    holes = SCORES.copy()
    holes[1, 0] = np.nan
    found = ask(Ratings(), tables=table(holes))
    assert "评估员1" in found.problem("ratings.incomplete").what.zh
    panel = tables(found)["panel"]
    assert panel["missing"].tolist() == ["崇兴镇", "", "", ""]
    assert panel["rated"].tolist() == [2, 3, 3, 3]
    assert panel["items"].tolist() == [1] * 4
    np.testing.assert_allclose(panel["severity"], additive(holes).severity)
    np.testing.assert_allclose(panel["severity_se"], additive(holes).severity_se)


def test_an_empty_sheet_is_a_missing_one(ask):
    """A rater whose form came back blank stands in the table with nothing rated."""
    frame = table()["ratings"]
    blank = [{"unit": unit, "rater": "钱七", "score": None} for unit in "123"]
    found = ask(Ratings(), tables={"ratings": pd.DataFrame([*frame.to_dict("records"), *blank])})
    assert (found.codes, found.x.n.tolist()) == (["ratings.incomplete"], [4.0] * 3)
    panel = tables(found)["panel"].set_index("rater")
    assert panel["rated"].tolist() == [3, 3, 3, 3, 0]
    assert panel["missing"].iloc[4] == "东塔镇、崇兴镇、白土岗乡"


def test_a_blank_form_beside_a_filled_one_is_no_second_score(ask):
    """Merging the files of one rater meets both."""
    frame = table()["ratings"]
    blank = frame.head(1).assign(score=None).to_dict("records")
    found = ask(Ratings(), tables={"ratings": pd.DataFrame([*frame.to_dict("records"), *blank])})
    assert found.codes == []


# ---- agreement ----
def test_agreement_says_which_decision_each_coefficient_serves(ask):
    """Six forms by both names, alpha of two metrics, W; many different marks are no grades."""
    frame = tables(ask(Ratings(), tables=table()))["agreement"].set_index("statistic")
    wanted = ["ICC1", "ICC2", "ICC3", "ICC1k", "ICC2k", "ICC3k", "alpha_interval", "alpha_ordinal", "W"]
    assert frame.index.tolist() == wanted
    assert frame.loc["ICC2k", "name"] == "ICC(A,k) = ICC(2,k)"
    assert frame.loc["ICC2k", "value"] == icc(SCORES)["ICC2k"].value
    assert frame.loc["ICC2k", "lower"] < frame.loc["ICC2k", "value"] < frame.loc["ICC2k", "upper"]
    assert (frame[["serves_zh", "serves_en"]] != "").all(axis=None)
    assert frame["n_units"].tolist() == [3] * 9
    assert frame["n_raters"].tolist() == [4] * 9


def test_grades_have_a_kappa(ask):
    """Unless units have different numbers of raters."""
    grades = np.array([[1, 1, 2], [3, 3, 3], [2, 2, 2.0]])
    frame = tables(ask(Ratings(), tables=table(grades)))["agreement"].set_index("statistic")
    assert frame.loc["kappa", "value"] == pytest.approx(34 / 52)  # agreed 7/9, by chance 29/81
    grades[0, 2] = np.nan
    frame = tables(ask(Ratings(), tables=table(grades)))["agreement"].set_index("statistic")
    assert np.isnan(frame.loc["kappa", "value"])
    assert "alpha" in frame.loc["kappa", "note_zh"]


@pytest.mark.parametrize(
    ("scores", "note"), [(SCORES[:1], "两个单位"), (SCORES[:, :1], "两名"), (np.full((3, 4), 80.0), "相同")]
)
def test_what_cannot_be_computed_says_why(ask, scores, note):
    """A tiny panel is no reason to stop."""
    frame = tables(ask(Ratings(), tables=table(scores)))["agreement"]
    assert frame["value"].isna().all()
    assert frame["note_zh"].str.contains(note).all()


def test_alpha_of_a_panel_nobody_links_is_not_to_be_relied_on(ask):
    """It can be computed and looks like any other."""
    frame = tables(ask(Ratings(), tables=table(APART)))["agreement"].set_index("statistic")
    assert np.isfinite(frame.loc["alpha_interval", "value"])
    assert "互不相连" in frame.loc["alpha_interval", "note_zh"]
    assert "互不相连" in frame.loc["alpha_ordinal", "note_zh"]
    assert "do not rely on this" in frame.loc["alpha_interval", "note_en"]


# ---- names ----
def test_no_result_names_a_rater(ask):
    """Not in tables, details, cells, notes; not even where the file is called after him."""
    frame = table()["ratings"].drop(index=5)
    frame["cell"] = [f"{rater}.xlsx!{rater}评分表!B{k}" for k, rater in enumerate(frame["rater"])]
    frame["filled_by"] = frame["rater"]
    found = ask(Ratings(), tables={"ratings": frame})
    printed = [found.x.details.to_csv(), *found.x.cells, *(p.say() for p in found.problems)]
    printed += [one.to_csv() for one in tables(found).values()]
    assert not [name for name in RATERS for text in printed if name in text]
    assert found.x.cells[0].startswith("评估员1.xlsx!评估员1评分表!B0; 评估员2.xlsx!")


def test_raters_who_are_numbered_already_keep_their_numbers(ask):
    """Assessor 10 comes after 2, and finds himself again though 3 is missing."""
    found = ask(Ratings(), tables=table(SCORES[:, :3], raters=("评估员10", "评估员2", "评估员1")))
    assert list(dict.fromkeys(tables(found)["ratings"]["rater"])) == ["评估员1", "评估员2", "评估员10"]


def test_a_rater_has_one_number_in_all_leaves(ask):
    """Counted over the whole table, so that two panels are not mixed up by readers."""
    from township_eval.scheme.model import Indicator

    other = Indicator(id="y", name="y", weight=1.0, scoring=None, source=Ratings())
    rows = [("1", "王五", 80, "x"), ("2", "王五", 81, "x"), ("1", "李四", 82, "y"), ("2", "李四", 83, "y")]
    frame = pd.DataFrame(rows, columns=["unit", "rater", "score", "indicator"])
    found = ask(Ratings(), tables={"ratings": frame}, others=(other,))
    assert set(dict(found.all["x"].tables)["ratings"]["rater"]) == {"评估员2"}  # 李 before 王
    assert set(dict(found.all["y"].tables)["ratings"]["rater"]) == {"评估员1"}


def test_leaves_one_panel_marks_vary_together(ask):
    """Whoever is strict is strict on both: severities are one set of shocks, the rest is each leaf's own."""
    from township_eval.scheme.model import Indicator

    other = Indicator(id="y", name="y", weight=1.0, scoring=None, source=Ratings())
    frame = table()["ratings"]
    both = pd.concat([frame.assign(indicator="x"), frame.assign(indicator="y")], ignore_index=True)
    found = ask(Ratings(), tables={"ratings": both}, others=(other,))
    samples = [{part.sample for part in found.all[leaf].loadings} for leaf in "xy"]
    assert samples[0] & samples[1] == {"ratings"}
    assert all(len(one) == 2 for one in samples)
