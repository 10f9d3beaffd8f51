"""`te.severity`: adjusted townships from a table of scores."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import township_eval as te

DATA = Path(__file__).parents[2] / "data" / "survey"
NAN = float("nan")


def sheet(name):
    """Return a golden panel as one row per township and rater, blanks included."""
    return pd.read_csv(DATA / f"raters_{name}.csv").melt("township", var_name="rater", value_name="score")


def refused(frame, **options):
    """Return the problems a table is refused with."""
    with pytest.raises(te.DataError) as caught:
        te.severity(frame, **options)
    assert all(problem.hint for problem in caught.value.problems)
    return caught.value.problems


def marks(*rows, columns=("unit", "rater", "score")):
    return pd.DataFrame(list(rows), columns=list(columns))


LINKED = [("甲镇", "A", 80), ("甲镇", "B", 84), ("乙镇", "A", 70), ("乙镇", "B", 71), ("丙镇", "B", 90)]


def test_oracle_of_lm_through_the_table():
    """Estimate, error, raw mean, count, severities, sigma and covariance equal R's lm to 1e-9."""
    found = te.severity(sheet("incomplete"), unit="township")
    golden = pd.read_csv(DATA / "r_lm_township_adjusted.csv", index_col="township")
    assert found.index.tolist() == golden.index.tolist()
    for ours, theirs in {"estimate": "adjusted_mean", "se": "se", "raw": "raw_mean", "n": "n"}.items():
        assert found[ours].to_numpy() == pytest.approx(golden[theirs].to_numpy(), rel=1e-9)
    raters = pd.read_csv(DATA / "r_lm_rater_effects.csv", index_col="rater")
    assert found.attrs["severity"] == pytest.approx(raters["severity"].to_dict(), rel=1e-9)
    assert found.attrs["severity_se"] == pytest.approx(raters["se"].to_dict(), rel=1e-9)
    assert found.attrs["sigma"] == pytest.approx(2.18460693477514, rel=1e-12)
    vcov = pd.read_csv(DATA / "r_lm_township_vcov.csv", index_col=0).to_numpy()
    assert pd.DataFrame(found.attrs["covariance"]).to_numpy() == pytest.approx(vcov, rel=1e-9)


def test_the_interval_is_that_of_t_with_the_residual_df():
    """34 degrees of freedom, 95 %: 2.0322 standard errors to each side; raw plus shift is the estimate."""
    found = te.severity(sheet("incomplete"), unit="township")
    assert (found["df"] == 34).all()
    assert ((found["upper"] - found["estimate"]) / found["se"]).to_numpy() == pytest.approx(
        2.032245, abs=1e-6
    )
    assert (found["estimate"] - found["lower"]).to_numpy() == pytest.approx(
        (found["upper"] - found["estimate"]).to_numpy()
    )
    assert (found["raw"] + found["shift"]).to_numpy() == pytest.approx(found["estimate"].to_numpy())


def test_for_thresholds_raters_are_random():
    """The absolute error adds rater variance / raters; its df lie between the raters' and the rest's."""
    found = te.severity(sheet("incomplete"), unit="township")
    common = found.attrs["rater_variance"] / found.attrs["n_raters"]
    assert (found["se_absolute"] ** 2).to_numpy() == pytest.approx((found["se"] ** 2 + common).to_numpy())
    assert found["df_absolute"].between(5, 34 + 5).all()
    assert (found["lower_absolute"] < found["lower"]).all()
    assert (found["upper_absolute"] > found["upper"]).all()


def test_attributes_are_plain_values():
    """They survive JSON, as pandas writes them into files."""
    attributes = te.severity(sheet("incomplete"), unit="township").attrs
    assert json.loads(json.dumps(attributes)) == attributes


def test_items_are_averaged_when_their_column_is_named():
    """Two items per rater and unit: the mean of both."""
    items = marks(
        *[
            (unit, rater, score + extra, item)
            for unit, rater, score in LINKED
            for item, extra in (("x", 2), ("y", -2))
        ],
        columns=("unit", "rater", "score", "item"),
    )
    found = te.severity(items, item="item")
    pd.testing.assert_frame_equal(found, te.severity(marks(*LINKED)))


def test_an_item_left_out_is_refused():
    """A mean over other items than the other raters' is none."""
    items = marks(
        ("甲镇", "A", 80, "x"), ("甲镇", "A", 82, "y"), ("甲镇", "B", 84, "x"),
        ("乙镇", "A", 70, "x"), ("乙镇", "B", 71, "x"),
        columns=("unit", "rater", "score", "item"),
    )  # fmt: skip
    (problem,) = refused(items, item="item")
    assert (problem.code, problem.where) == ("severity.item", "ratings 甲镇/B")
    assert problem.what.zh == "B 对 甲镇 缺少项目:y"


def test_a_score_given_twice_is_refused_with_both_rows():
    """No mean is taken of what may be a mistake."""
    (problem,) = refused(marks(*LINKED, ("甲镇", "A", 81)))
    assert (problem.code, problem.where) == ("severity.twice", "ratings[5] score")
    assert "ratings[0] score" in problem.what.en


def test_every_problem_is_told_at_once():
    """Words for numbers, infinite scores, blank names: each with its row and its entry."""
    frame = marks(
        *LINKED, ("丙镇", "A", "优"), ("乙镇", "C", float("inf")), ("", "C", 70), ("甲镇", None, 70)
    )
    problems = refused(frame)
    assert sorted((problem.code, problem.where) for problem in problems) == [
        ("severity.rater", "ratings[8] rater"),
        ("severity.score", "ratings[5] score"),
        ("severity.score", "ratings[6] score"),
        ("severity.unit", "ratings[7] unit"),
    ]
    assert any("优" in problem.what.zh and "优" in problem.what.en for problem in problems)


def test_scores_from_files_are_refused_with_their_cell():
    """A column `cell` says where a row stands."""
    frame = marks(*LINKED, ("丙镇", "A", "优")).assign(cell=[f"a.xlsx!评分!C{row}" for row in range(2, 8)])
    (problem,) = refused(frame)
    assert problem.where == "a.xlsx!评分!C7"


def test_blank_scores_are_no_scores():
    """A blank changes nothing; a unit with blanks only is not in the result."""
    found = te.severity(marks(*LINKED, ("丙镇", "A", None), ("丁镇", "A", NAN)))
    pd.testing.assert_frame_equal(found, te.severity(marks(*LINKED)))


def test_disconnected_groups_are_refused_by_name():
    """The hint lists who is in which group and who marked it."""
    (problem,) = refused(sheet("disconnected"), unit="township")
    assert problem.code == "severity.disconnected"
    assert "T01、T02、T03、T04、T05、T06(评估员 A1、A2、A3)" in problem.hint.zh
    assert "T07, T08, T09, T10, T11, T12 (raters A4, A5, A6)" in problem.hint.en


def test_large_groups_are_counted_after_six_names():
    """A hint stays readable."""
    frame = marks(
        *[(f"u{i:02d}", rater, 80 + i) for i in range(9) for rater in "AB"], ("z", "C", 1), ("z", "D", 1)
    )
    (problem,) = refused(frame)
    assert "u00, u01, u02, u03, u04, u05 and 3 more (raters A, B)" in problem.hint.en
    assert "u05等 9 个" in problem.hint.zh


def test_a_rater_who_rates_once_is_a_warning():
    """It is told with the result; comparisons are as without."""
    found = te.severity(marks(*LINKED, ("丙镇", "A", 87), ("乙镇", "C", 30)))
    (warning,) = found.attrs["warnings"]
    assert (warning["severity"], warning["code"], warning["where"]) == (
        "warning",
        "severity.single",
        "ratings C",
    )
    before = te.severity(marks(*LINKED, ("丙镇", "A", 87)))
    assert np.diff(found["estimate"]) == pytest.approx(np.diff(before["estimate"]))


def test_no_error_is_said_to_be_unknown():
    """Single links leave no degree of freedom: NaN and a warning instead of zero."""
    found = te.severity(marks(("甲镇", "A", 80), ("乙镇", "A", 75), ("乙镇", "B", 78), ("丙镇", "B", 90)))
    assert found["estimate"].tolist() == [88.5, 76.5, 81.5]  # 丙镇, 乙镇, 甲镇
    assert found[["se", "lower", "upper", "se_absolute", "lower_absolute"]].isna().all(axis=None)
    assert [warning["code"] for warning in found.attrs["warnings"]] == ["severity.exact"]


def test_an_error_of_zero_is_not_passed_over():
    """Raters who agree to the last point are worth a look."""
    found = te.severity(marks(("甲镇", "A", 80), ("甲镇", "B", 82), ("乙镇", "A", 70), ("乙镇", "B", 72)))
    assert (found["se"] == 0).all()
    assert found["se_absolute"].tolist() == pytest.approx([1.0, 1.0])  # severities -1 and 1, two raters
    assert [warning["code"] for warning in found.attrs["warnings"]] == ["severity.no_rest"]


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([], ["units with scores: 0", "raters with scores: 0"]),
        ([("甲镇", "A", 80), ("乙镇", "A", 70)], ["raters with scores: 1"]),
        ([("甲镇", "A", 80), ("甲镇", "B", 70)], ["units with scores: 1"]),
    ],
)
def test_two_units_and_two_raters_are_needed(rows, told):
    """With one there is nothing to compare."""
    problems = refused(marks(*rows))
    assert [problem.code for problem in problems] == ["severity.few"] * len(told)
    for problem, words in zip(problems, told, strict=True):
        assert words in problem.what.en


def test_a_wrong_call_is_told_at_once():
    """Unknown columns with what was meant, and a level that is none."""
    problems = refused(sheet("complete"), unit="townshp", rater="who", level=95)
    assert [problem.code for problem in problems] == ["severity.column", "severity.column", "severity.level"]
    assert problems[0].hint.en == "did you mean township?"


def test_codes_keep_their_zeros_and_the_index_its_name():
    """Units are text; sorted; the frame handed in stays as it was."""
    frame = marks(("007", 1, 80), ("007", 2, 82), (12, 1, 70), (12, 2, 73))
    before = frame.copy()
    found = te.severity(frame)
    assert (found.index.tolist(), found.index.name) == (["007", "12"], "unit")
    assert list(found.attrs["severity"]) == ["1", "2"]
    pd.testing.assert_frame_equal(frame, before)


@settings(max_examples=20)
@given(st.permutations(range(72)))
def test_the_order_of_rows_changes_no_bit(order):
    """Rows in any order: the same numbers, attributes included."""
    frame = sheet("incomplete")
    found, expected = te.severity(frame.iloc[order], unit="township"), te.severity(frame, unit="township")
    pd.testing.assert_frame_equal(found, expected, check_exact=True)
    assert found.attrs == expected.attrs
