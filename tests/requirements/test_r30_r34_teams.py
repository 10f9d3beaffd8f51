"""三(三), R30 to R34: two thirds exactly, one or two recruits, posts, support for the weak, tolerance."""

from dataclasses import replace

import pytest

import township_eval as te
from township_eval.examples import path


@pytest.mark.parametrize(
    ("experienced", "members", "score_is"),
    [(6, 9, 100), (5, 9, 0), (2, 3, 100), (667, 1000, 100), (666, 1000, 0)],
)
def test_requirement_r30_two_thirds_is_compared_as_a_fraction(
    score, scheme_of, experienced, members, score_is
):
    """Six of nine are two thirds, to the digit; 666 of 1000 are not."""
    leaf = {
        "id": "team", "source": {"kind": "ratio", "numerator": "有经历", "denominator": "成员"},
        "scoring": {"method": "threshold", "at_least": "2/3"},
    }  # fmt: skip
    result = score(scheme_of(leaf), values={"unit": ["甲镇"], "有经历": [experienced], "成员": [members]})
    assert result.matrix()["team"].tolist() == [score_is]


def test_requirement_r31_one_or_two_recruits_where_posts_are_vacant(score, scheme_of):
    """0 of 1-2 scores nothing, 1 and 2 everything; who has no vacant post is not held to it."""
    leaf = {
        "id": "recruits", "applies_when": "空编 > 0",
        "scoring": {"method": "range", "low": 1, "high": 2, "below": "proportional", "above": "full"},
    }  # fmt: skip
    given = {"unit": list("abcd"), "recruits": [0, 1, 2, None], "空编": [2, 2, 2, 0], "other": [60.0] * 4}
    result = score(scheme_of(leaf, {"id": "other"}), values=given)
    assert result.matrix()["recruits"].tolist()[:3] == [0, 100, 100]
    row = result.values.set_index(["unit", "indicator"]).loc[("d", "recruits")]
    assert row["status"] == "not_applicable"
    assert result.results.loc["d", "composite"] == 60


def test_requirement_r32_posts_kept_to_their_use_and_vacancies_filled(score, scheme_of):
    """专编专用 is yes or no; vacancies are a rate, the lower the better."""
    used = {"id": "used", "scoring": {"method": "threshold", "at_least": 1}}
    vacant = {
        "id": "vacant", "unit": "%", "source": {"kind": "ratio", "numerator": "空编", "denominator": "编制"},
        "scoring": {"method": "linear", "low": 20, "high": 0},
    }  # fmt: skip
    draft = scheme_of(used, vacant, tokens={"是": 1, "否": 0})
    values = {"unit": ["甲镇", "乙乡"], "used": [1, 0], "空编": [0, 5], "编制": [50, 50]}
    assert score(draft, values=values).matrix()[["used", "vacant"]].values.tolist() == [[100, 100], [0, 50]]


def test_requirement_r33_weak_teams_are_listed_for_support_and_not_for_that_sanctioned(quarters, code):
    """A support list beside the sanctions: it bars from no grade, opens no entry, climbs no ladder."""
    rows = quarters["2018-Q1"].flags
    support = rows[rows["kind"] == "support"]
    assert support[["unit", "measure"]].values.tolist() == [[code["戊镇"], "列入帮扶名单"]]
    assert (support["level"] == 0).all()
    ledger = quarters["2018-Q1"].tables["rectification"]
    assert "S1" not in set(ledger["rule"])


def test_requirement_r34_a_waiver_sets_aside_and_stays_visible(last, code):
    """癸镇's flag and 己乡's deduction are set aside by a document that is printed beside them."""
    flag = last.flags.set_index(["unit", "rule"]).loc[(code["癸镇"], "F5")]
    assert (flag["status"], flag["waiver"]) == ("waived", "虚构县委容错〔2018〕3号")
    ledger = last.ledger[last.ledger["unit"] == code["己乡"]]
    assert ledger["kind"].tolist() == ["deduction", "waived"]
    assert ledger["amount"].sum() == 0
    assert last.tables["waivers"]["applied"].all()


def test_requirement_r34_without_the_waiver_the_flag_is_back(fictional, quarters, code):
    """Removing the waivers restores the flag and the deduction; nothing else moves."""
    given = te.read_inputs(path("accountability/2018-Q4.xlsx"), fictional)
    history = [quarters[f"2018-Q{number}"] for number in (1, 2, 3)]
    bare = te.evaluate(fictional, replace(given, waivers=None), history=history)
    flag = bare.flags.set_index(["unit", "rule"]).loc[(code["癸镇"], "F5")]
    assert flag["status"] == "proposed"
    moved = bare.results["adjusted"] - quarters["2018-Q4"].results["adjusted"]
    assert moved[moved != 0].round(2).to_dict() == {code["己乡"]: -0.5}


def test_requirement_r34_no_waiver_without_authority(fictional, quarters):
    """A waiver that names no authority or no document is refused with its cell."""
    given = te.read_inputs(path("accountability/2018-Q4.xlsx"), fictional)
    history = [quarters[f"2018-Q{number}"] for number in (1, 2, 3)]
    for column in ("authority", "document"):
        forged = replace(given, waivers=given.waivers.assign(**{column: ""}))
        with pytest.raises(te.DataError) as refusal:
            te.evaluate(fictional, forged, history=history)
        found = [problem for problem in refusal.value.problems if problem.code == "waiver.authority"]
        assert len(found) == 2
        assert all("2018-Q4.xlsx!容错备案!" in problem.where for problem in found)
