"""Ratings against independent software: R (psych, irr, lm, lme4) and Python (krippendorff, irrCAC)."""

import numpy as np
import pytest

from township_eval.methods.ratings import (
    additive,
    crossed_components,
    fleiss_kappa,
    icc,
    kendall_w,
    krippendorff_alpha,
    median,
    trimmed_mean,
)

EXACT = {"rel": 1e-9, "abs": 1e-12}
REML = {"rel": 1e-4, "abs": 1e-5}  # the reference's optimizer stops there
FORMS = ["ICC1", "ICC2", "ICC3", "ICC1k", "ICC2k", "ICC3k"]


def forms(raters, data, lmer):
    """Return the golden rows of one data set by form."""
    return {row["form"]: row for row in raters.rows("r_psych_icc", data=data, lmer=lmer)}


def numbers(form):
    return [form.value, form.f, form.df1, form.df2, form.lower, form.upper]


def golden(row):
    return [float(row[key]) for key in ("icc", "F", "df1", "df2", "lo", "hi")]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("data", ["complete_12x6", "incomplete_rows_complete_on_A1A3"])
def test_icc_of_complete_ratings_equals_psych(raters, data, form):
    """Coefficient, F test and interval of every form by mean squares."""
    found = icc(raters.panel("complete") if data == "complete_12x6" else raters.on_three)
    row = forms(raters, data, "FALSE")[form]
    assert numbers(found[form]) == pytest.approx(golden(row), **EXACT)
    assert found[form].p == pytest.approx(float(row["p"]), rel=1e-9)
    assert found.method == "anova"


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("data", "method"), [("complete", "anova"), ("incomplete", "reml")])
def test_icc_equals_psych_with_lmer(raters, data, method, form):
    """Coefficient, F test and interval from variance components by REML, which a complete panel shares."""
    found = icc(raters.panel(data))
    row = forms(raters, f"{data}_12x6", "TRUE")[form]
    assert numbers(found[form]) == pytest.approx(golden(row), **REML)
    assert found.method == method


@pytest.mark.parametrize("data", ["complete_12x6", "rows_complete_on_A1A3"])
def test_icc_equals_pingouin(raters, data):
    """All six by name, with test and p; limits to the two decimals printed."""
    found = icc(raters.panel("complete") if data == "complete_12x6" else raters.on_three)
    rows = raters.rows("py_pingouin_icc", data=data)
    # its names mix both conventions: (1,1) and (1,k) of Shrout and Fleiss, the others of McGraw and Wong
    named = {form.mcgraw_wong.replace("ICC(1)", "ICC(1,1)").replace("ICC(k)", "ICC(1,k)"): form
             for form in found.values()}  # fmt: skip
    assert {row["Type"] for row in rows} == set(named)
    for row in rows:
        form = named[row["Type"]]
        expected = [float(row[key]) for key in ("ICC", "F", "df1", "df2", "pval")]
        assert [form.value, form.f, form.df1, form.df2, form.p] == pytest.approx(expected, rel=1e-9)
        assert [round(form.lower, 2), round(form.upper, 2)] == [float(row["lo"]), float(row["hi"])]


def test_components_equal_lme4(raters):
    """Variances of townships, raters and residual, both random."""
    found = crossed_components(raters.panel("incomplete"))
    expected = raters.column("r_lmer_both_random", "est", kind="varcomp")
    assert [found.unit, found.rater, found.residual] == pytest.approx(expected, **REML)


@pytest.mark.parametrize("metric", ["nominal", "ordinal", "interval", "ratio"])
@pytest.mark.parametrize(
    ("panel", "data"),
    [
        ("incomplete", "incomplete_scores"),
        ("complete", "complete_scores"),
        ("grades", "grades_0_3"),
        ("disconnected", "disconnected_scores"),
    ],
)
def test_alpha_equals_krippendorff(raters, panel, data, metric):
    """Four scales of measurement on four panels."""
    (expected,) = raters.column("py_krippendorff", "alpha", data=data, level=metric)
    assert krippendorff_alpha(raters.panel(panel), metric, draws=0).value == pytest.approx(expected, **EXACT)


@pytest.mark.parametrize("metric", ["nominal", "ordinal", "interval", "ratio"])
def test_alpha_of_a_panel_with_holes_equals_irr(raters, metric):
    """Where ratings are missing: on complete panels of more than two raters irr is wrong."""
    (expected,) = raters.column("r_irr_kripp_alpha", "alpha", data="incomplete_scores", level=metric)
    found = krippendorff_alpha(raters.panel("incomplete"), metric, draws=0)
    assert found.value == pytest.approx(expected, **EXACT)


@pytest.mark.parametrize(("metric", "weights"), [("nominal", "identity"), ("interval", "quadratic")])
def test_alpha_of_grades_equals_irrcac(raters, metric, weights):
    """Alpha as a weighted coefficient, to the five decimals printed."""
    (expected,) = raters.column("py_irrcac_grades", "value", weights=weights, coef="krippendorff")
    found = krippendorff_alpha(raters.panel("grades"), metric, draws=0)
    assert found.value == pytest.approx(expected, abs=6e-6)


@pytest.mark.parametrize(
    ("panel", "data"),
    [("complete", "complete_12x6"), ("three", "complete_subset_A1A3"), ("grades", "grades_0_3")],
)
def test_kendall_w_equals_irr(raters, panel, data):
    """W, chi squared and p, corrected for ties."""
    (row,) = raters.rows("r_irr_kendallW", data=data, tie_corrected="TRUE")
    found = kendall_w(raters.on_three if panel == "three" else raters.panel(panel))
    expected = [float(row[key]) for key in ("W", "chisq", "p")]
    assert [found.value, found.chi2, found.p] == pytest.approx(expected, **EXACT)
    assert (found.n_units, found.n_raters) == (int(row["n"]), int(row["raters"]))


def counts(raters):
    """Return how many raters gave each township the grades 0 to 3."""
    grades = raters.panel("grades")
    return np.stack([(grades == grade).sum(axis=1) for grade in range(4)], axis=1)


def test_fleiss_kappa_equals_irr(raters):
    """Kappa and the test of pure chance."""
    found = fleiss_kappa(counts(raters))
    expected = {row["stat"]: float(row["value"]) for row in raters.rows("r_irr_fleiss")}
    assert [found.value, found.z, found.p] == pytest.approx(
        [expected["fleiss"], expected["z"], expected["p"]], **EXACT
    )


def test_fleiss_kappa_interval_equals_irrcac(raters):
    """Standard error, interval and both agreements, to the five decimals printed."""
    found = fleiss_kappa(counts(raters))
    (row,) = raters.rows("py_irrcac_grades", weights="identity", coef="fleiss")
    expected = [float(row[key]) for key in ("value", "se", "lo", "hi", "pa", "pe")]
    assert [found.value, found.se, found.lower, found.upper, found.observed, found.expected] == pytest.approx(
        expected, abs=6e-6
    )


def test_adjusted_townships_equal_lm(raters):
    """Adjusted mean, error of the fixed panel, raw mean and count."""
    fit = additive(raters.panel("incomplete"))
    found = {"adjusted_mean": fit.adjusted, "se": np.sqrt(fit.variance()), "raw_mean": fit.raw, "n": fit.n}
    for key, values in found.items():
        assert values == pytest.approx(raters.column("r_lm_township_adjusted", key), **EXACT)


def test_severities_equal_lm(raters):
    """Severities summing to zero, with their errors."""
    fit = additive(raters.panel("incomplete"))
    assert fit.severity == pytest.approx(raters.column("r_lm_rater_effects", "severity"), **EXACT)
    assert fit.severity_se == pytest.approx(raters.column("r_lm_rater_effects", "se"), **EXACT)


def test_covariance_of_townships_equals_lm(raters):
    """The whole matrix, and the same from the loadings."""
    fit = additive(raters.panel("incomplete"))
    expected = np.array([list(row.values())[1:] for row in raters.rows("r_lm_township_vcov")], dtype=float)
    assert fit.covariance() == pytest.approx(expected, **EXACT)
    assert fit.loadings("panel", "fixed").covariance(12) == pytest.approx(expected, **EXACT)


def test_residual_equals_lm(raters):
    """Sigma and its degrees of freedom, and the mean square of raters by moments."""
    fit = additive(raters.panel("incomplete"))
    (row,) = raters.rows("r_lm_sigma")
    assert (fit.sigma, fit.df) == (pytest.approx(float(row["sigma"]), **EXACT), int(row["df"]))
    (rater,) = raters.rows("r_lm_anova_township_then_rater", term="rater")
    # Henderson's method 3: expectation of the sum of squares is df sigma^2 + (ratings - units) variance
    expected = (float(rater["ss"]) - int(rater["df"]) * fit.sigma**2) / (fit.n.sum() - 12)
    assert fit.rater_variance_anova == pytest.approx(expected, **EXACT)


def test_random_raters_equal_lme4(raters):
    """Townships, their errors, severities and components with raters drawn from many."""
    fit = additive(raters.panel("incomplete"), raters="random")
    name = "r_lmer_random_rater"
    towns = raters.rows(name, kind="township")
    assert fit.adjusted == pytest.approx([float(row["est"]) for row in towns], **REML)
    assert np.sqrt(fit.variance("random")) == pytest.approx([float(row["se"]) for row in towns], **REML)
    assert fit.severity == pytest.approx(
        [float(row["est"]) for row in raters.rows(name, kind="rater")], **REML
    )
    expected = [float(row["est"]) for row in raters.rows(name, kind="varcomp")]
    assert [fit.rater_variance, fit.sigma**2] == pytest.approx(expected, **REML)


def test_robust_means_equal_r(raters):
    """Mean, mean without the highest and lowest, and median of every township."""
    panel = raters.panel("complete")
    found = {"mean": trimmed_mean(panel), "trim1": trimmed_mean(panel, 1), "median": median(panel)}
    found["trim_0.2"] = found["trim1"]  # a fifth of six at either end is one
    for key, values in found.items():
        assert values == pytest.approx(raters.column("r_trimmed_means", key), **EXACT)
