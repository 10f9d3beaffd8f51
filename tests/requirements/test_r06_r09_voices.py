"""三(四), R06 to R09: mutual review, the public, third parties, and the weight of satisfaction."""

import pandas as pd
import pytest

import township_eval as te


def test_requirement_r06_departments_and_townships_rate_each_other(lingwu, departments):
    """One table of ballots gives a ranking in either direction, and departments are scored by it."""
    total = lingwu.tables["reviews_total"]
    assert set(total["direction"]) == {"departments_rate_townships", "townships_rate_departments"}
    assert total.groupby("direction")["rank"].min().tolist() == [1, 1]
    received = total[total["direction"] == "townships_rate_departments"].set_index("name")["score"]
    own = departments.values[departments.values["method"].str.startswith("reviews")].set_index("unit")
    assert own.loc["民政局", "value"] == pytest.approx(received["民政局"])


def test_requirement_r06_nobody_rates_itself(scheme_of, score):
    """A ballot of a unit about itself is refused with its row."""
    leaf = {"id": "r", "source": {"kind": "reviews", "direction": "departments_rate_townships"}}
    ballots = pd.DataFrame(
        [["甲镇", "财政局", 90.0], ["甲镇", "甲镇", 100.0], ["乙乡", "财政局", 80.0]],
        columns=["unit", "rater", "score"],
    )
    units = pd.DataFrame({"unit": ["甲镇", "乙乡"]})
    with pytest.raises(te.DataError) as refusal:
        score(scheme_of(leaf), units=units, reviews=ballots)
    assert any(problem.code.startswith("reviews") for problem in refusal.value.problems)


def test_requirement_r07_satisfaction_comes_with_sample_and_error(lingwu):
    """Counts of answers become a score by the scheme's scale, with sample size and interval."""
    counts = lingwu.tables["satisfaction"]
    row = counts[(counts["unit"] == "640181201") & (counts["channel"] == "电话")].iloc[0]
    by_hand = (100 * row["满意"] + 80 * row["基本满意"] + 30 * row["不满意"]) / row["n_valid"]
    assert row["score"] == pytest.approx(by_hand)
    total = lingwu.tables["satisfaction_total"]
    assert ((total["lower"] < total["value"]) & (total["value"] < total["upper"])).all()
    assert (total["n"] > 100).all()


def test_requirement_r08_third_parties_are_trimmed_and_checked(lingwu):
    """Five assessors a township, the highest and the lowest dropped, and their agreement is told."""
    marks = lingwu.tables["ratings"]
    for _, five in marks.groupby("unit"):
        kept = five.loc[~five["dropped"], "score"]
        assert (len(five), len(kept)) == (5, 3)
        assert five["mean"].iloc[0] == pytest.approx(kept.mean())
    assert {"ICC2k", "ICC3k"} <= set(lingwu.tables["agreement"]["statistic"])


@pytest.mark.parametrize(("before", "refusal", "warning"), [(50, [], True), (60, ["previous.lower"], False)])
def test_requirement_r09_satisfaction_weight_must_rise(scheme_of, refused, warned, before, refusal, warning):
    """A weight below last year's is refused, an equal one is pointed out, a higher one passes."""
    draft = scheme_of({"id": "work"}, {"id": "satisfaction"}, previous={"satisfaction": before})
    assert refused(draft) == refusal
    assert refusal or ("previous.equal" in warned(draft)) is warning
    assert "previous.equal" not in warned({**draft, "previous": {"satisfaction": 49}})
