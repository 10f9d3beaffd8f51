"""Mutual review: who votes on whom, what it comes to, and both directions in the tables."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from township_eval.methods.loadings import covariance
from township_eval.scheme.model import Unit
from township_eval.scheme.sources import Answer, PanelWeight, Reviews

DOWN, UP = "departments_rate_townships", "townships_rate_departments"
DEPARTMENTS = ("财政局", "民政局", "住建局")
WEIGHTED = tuple(map(PanelWeight, DEPARTMENTS, (2.0, 1.0, 1.0)))
CENSUS = Reviews(direction=DOWN, raters=WEIGHTED)
SAMPLE = Reviews(direction=DOWN, raters=WEIGHTED, design="sample")
SECRET = Reviews(
    direction=DOWN, scale=(Answer("优秀", 100), Answer("合格", 80), Answer("差", 0)), dont_know=("弃权",)
)
SCORES = np.array([[90, 80, 86], [70, 75, 92], [85, 85, 70.0]])


def ballots(scores=SCORES, raters=DEPARTMENTS, direction=DOWN, **more):
    """Return signed ballots, a cell each; NaN is left out."""
    rows = [
        {
            "unit": str(i + 1),
            "rater": rater,
            "score": score,
            "direction": direction,
            "cell": f"票!{'BCDEFG'[k]}{i + 2}",
        }
        for i, row in enumerate(np.asarray(scores, dtype=float))
        for k, (rater, score) in enumerate(zip(raters, row, strict=True))
        if not np.isnan(score)
    ]
    return pd.DataFrame(rows).assign(**more)


def counts(*rows, columns=("unit", "answer", "count"), direction=DOWN):
    """Return secret ballots."""
    return pd.DataFrame(list(rows), columns=list(columns)).assign(direction=direction)


def joined(found, name):
    """Return a table of the leaf, its parts below each other."""
    return pd.concat([frame for key, frame in found.x.tables if key == name], ignore_index=True)


def errors(found):
    """Return the codes of the errors, sorted."""
    return sorted(p.code for p in found.problems if p.severity == "error" and p.code != "unit.silent")


@pytest.fixture
def vote(ask):
    """Return a function from a statement and tables of ballots to the evidence."""

    def voting(source, *frames, **fields):
        rows = [row for frame in frames for row in frame.to_dict("records")]
        return ask(source, tables={"reviews": pd.DataFrame(rows)}, **fields)

    return voting


# ---- signed ballots ----
def test_raters_weigh_what_the_scheme_says(vote):
    """(2 x 90 + 80 + 86) / 4."""
    found = vote(CENSUS, ballots())
    assert (found.value[0], found.x.n.tolist(), found.codes) == (86.5, [3.0] * 3, [])
    np.testing.assert_allclose(found.x.value, SCORES @ [2, 1, 1] / 4)


def test_a_rater_of_weight_zero_is_shown_and_does_not_count(vote):
    """Nor does the census wait for him."""
    raters = (*WEIGHTED[:2], PanelWeight("住建局", 0))
    found = vote(
        Reviews(direction=DOWN, raters=raters),
        ballots(SCORES[:, :2], DEPARTMENTS[:2]),
        ballots(SCORES[:1, 2:], ("住建局",)),
    )
    assert (found.value[0], found.x.se.tolist()) == (pytest.approx(260 / 3), [0.0] * 3)
    assert "住建局" in set(joined(found, "reviews")["rater"])


def test_the_highest_and_lowest_are_dropped_before_weighing(vote):
    """What is left weighs as before."""
    found = vote(Reviews(direction=DOWN, raters=WEIGHTED, trim=1), ballots())
    assert found.value == [86.0, 75.0, 85.0]
    assert found.x.n.tolist() == [1.0] * 3


def test_without_a_list_whoever_signs_votes_with_equal_weight(vote):
    """Unless he is evaluated himself."""
    found = vote(Reviews(direction=DOWN), ballots())
    np.testing.assert_allclose(found.x.value, SCORES.mean(axis=1))
    assert errors(vote(Reviews(direction=DOWN), ballots(), ballots([[80.0]], ("崇兴镇",)))) == [
        "reviews.rater_unknown"
    ]


def test_several_ballots_of_an_office_become_its_mean(vote):
    """Three of its staff vote: the office weighs once, and nobody reads who wrote what."""
    rows = [("1", "财政局", 90, 2), ("1", "财政局", 60, 1)]
    staff = counts(*rows, columns=("unit", "rater", "score", "count"))
    found = vote(CENSUS, ballots([[np.nan, 80, 86]]), staff)
    assert (found.value[0], found.codes) == (pytest.approx((2 * 80 + 80 + 86) / 4), ["reviews.absent"])
    row = joined(found, "reviews").set_index("rater").loc["财政局"]
    assert (row["score"], row["ballots"]) == (80.0, 3.0)
    assert 60.0 not in found.x.details["value"].tolist()


def test_signed_answers_are_worth_their_points(vote):
    """An answer that is no vote is cast, and does not count."""
    rows = [("1", "财政局", "优秀"), ("1", "民政局", "合格"), ("1", "住建局", "弃权")]
    source = Reviews(direction=DOWN, raters=WEIGHTED, scale=SECRET.scale, dont_know=SECRET.dont_know)
    found = vote(source, counts(*rows, columns=("unit", "rater", "answer")))
    assert (found.value[0], found.x.se[0]) == (pytest.approx(280 / 3), 0.0)
    total = joined(found, "reviews_total").iloc[0]
    assert (total["ballots"], total["valid"], total["raters"]) == (3.0, 2.0, 2.0)


def test_items_are_averaged_for_each_rater_first(vote):
    """One who leaves an item out is a problem at his ballot."""
    frames = [ballots(SCORES, item="服务"), ballots(SCORES + 4, item="协同")]
    np.testing.assert_allclose(vote(CENSUS, *frames).x.value, (SCORES + 2) @ [2, 1, 1] / 4)
    holes = SCORES.copy()
    holes[2, 1] = np.nan
    problem = vote(CENSUS, frames[0], ballots(holes, item="协同")).problem("reviews.item")
    assert (problem.where, "民政局" in problem.what.zh) == ("票!C4", True)


# ---- census and sample ----
def test_a_census_in_which_all_voted_has_no_sampling_error(vote):
    """Nobody was drawn."""
    found = vote(CENSUS, ballots())
    assert (found.x.se.tolist(), found.x.loadings, found.x.unknown.any()) == ([0.0] * 3, (), False)
    assert "名单" in found.x.assumption[0].zh
    assert "声明" in vote(Reviews(direction=DOWN), ballots()).x.assumption[0].zh


def test_a_census_that_somebody_stayed_away_from_is_none(vote):
    """The value counts, its error is not known, and who is missing is said."""
    holes = SCORES.copy()
    holes[1, 1] = np.nan
    found = vote(CENSUS, ballots(holes))
    np.testing.assert_array_equal(found.x.se, [0.0, np.nan, 0.0])
    assert found.x.unknown.tolist() == [False, True, False]
    assert found.value[1] == pytest.approx((2 * 70 + 92) / 3)
    assert "民政局" in found.x.assumption[1].zh
    assert ("民政局" in found.problem("reviews.absent").what.zh, errors(found)) == (True, [])
    assert joined(found, "reviews_total")["absent"].tolist() == ["", "民政局", ""]


def test_drawn_raters_are_clusters_over_all_units(vote):
    """Equal weights: the covariance of means of the same persons."""
    source = Reviews(
        direction=DOWN, raters=tuple(PanelWeight(name, 1) for name in DEPARTMENTS), design="sample"
    )
    found = vote(source, ballots())
    np.testing.assert_allclose(covariance(list(found.x.loadings), 3), np.cov(SCORES) / 3, rtol=1e-12)
    np.testing.assert_allclose(found.x.se**2, np.var(SCORES, axis=1, ddof=1) / 3)
    assert found.x.df.tolist() == [2.0] * 3


def test_a_weighted_sample_is_linearized(vote):
    """Linearized: n / (n - 1) times the sum of squared weighted deviations, whatever the loadings carry."""
    found = vote(SAMPLE, ballots())
    w = np.array([2, 1, 1]) / 4
    u = w * (SCORES - (SCORES @ w)[:, None])
    np.testing.assert_allclose(found.x.se**2, 1.5 * (u**2).sum(axis=1))
    np.testing.assert_allclose(np.diag(covariance(list(found.x.loadings), 3)), found.x.se**2)


def test_of_few_entitled_a_sample_misses_less(vote):
    """Finite population correction; all of them leave nothing to miss, which is for a census to say."""
    plain = vote(SAMPLE, ballots())
    corrected = vote(Reviews(direction=DOWN, raters=WEIGHTED, design="sample", entitled=12), ballots())
    np.testing.assert_allclose(corrected.x.se, plain.x.se * np.sqrt(0.75))
    assert "12" in corrected.x.assumption[0].zh


def test_a_trimmed_sample_is_winsorized(vote):
    """Tukey and McLaughlin (1963): 2, 3, 5, 7, 9 trimmed once is 3, 3, 5, 7, 7 winsorized."""
    names = "甲乙丙丁戊"
    source = Reviews(
        direction=DOWN, raters=tuple(PanelWeight(name, 1) for name in names), trim=1, design="sample"
    )
    found = vote(source, ballots([[2, 3, 5, 7, 9]], tuple(names)))
    expected = np.std([3, 3, 5, 7, 7], ddof=1) / (0.6 * np.sqrt(5))
    assert (found.value[0], found.x.df[0]) == (5.0, 2.0)
    assert found.x.se[0] == pytest.approx(expected)


@pytest.mark.parametrize("scores", [[[80, 80, 80]], [[80, np.nan, np.nan]]])
def test_one_voter_or_equal_votes_show_no_error_and_have_one(vote, scores):
    """A sample's error is unknown then, not zero."""
    found = vote(SAMPLE, ballots(scores))
    assert (np.isnan(found.x.se[0]), found.x.unknown[0]) == (True, True)
    assert "无法估计" in found.x.assumption[0].zh


# ---- secret ballots ----
def test_secret_ballots_are_counts_per_answer(vote):
    """(100 x 6 + 80 x 3 + 0) / 10; who abstains is cast and not valid."""
    found = vote(SECRET, counts(("1", "优秀", 6), ("1", "合格", 3), ("1", "差", 1), ("1", "弃权", 2)))
    assert (found.value[0], found.x.n[0], found.x.se[0], found.codes) == (84.0, 10.0, 0.0, [])
    total = joined(found, "reviews_total").iloc[0]
    assert (total["ballots"], total["valid"]) == (12.0, 10.0)
    table = joined(found, "reviews")
    assert table[["answer", "count"]].to_numpy().tolist() == [
        ["优秀", 6],
        ["合格", 3],
        ["差", 1],
        ["弃权", 2],
    ]
    assert set(table["rater"]) == {""}


def test_a_count_given_twice_is_said_to_be_one(vote):
    """Of secret ballots there is no rater who voted twice."""
    found = vote(SECRET, counts(("1", "优秀", 3), ("1", "优秀", 3)))
    (problem,) = [one for one in found.problems if one.code == "reviews.twice"]
    assert problem.what.en.startswith("this count was already given at ")
    assert "评议人" not in problem.what.zh


def test_a_secret_census_is_checked_against_those_entitled(vote):
    """Fewer ballots and the claim is not kept, more and somebody voted twice."""
    rows = counts(("1", "优秀", 6), ("1", "合格", 3), ("2", "优秀", 10), ("3", "优秀", 11))
    source = Reviews(direction=DOWN, scale=SECRET.scale, entitled=10)
    found = vote(source, rows)
    assert found.x.unknown.tolist() == [True, False, False]
    assert "10" in found.x.assumption[0].zh
    assert "白土岗乡" in found.problem("reviews.entitled").what.zh


def test_a_secret_sample_has_the_error_of_its_ballots(vote):
    """Standard deviation over the root of n, n - 1 degrees of freedom."""
    source = Reviews(direction=DOWN, scale=SECRET.scale, design="sample")
    found = vote(source, counts(("1", "优秀", 6), ("1", "合格", 3), ("1", "差", 1)))
    points = [100] * 6 + [80] * 3 + [0]
    assert found.x.se[0] == pytest.approx(np.std(points, ddof=1) / np.sqrt(10))
    assert found.x.df[0] == 9.0
    np.testing.assert_allclose(found.x.loadings[0].variance(3)[0], found.x.se[0] ** 2)


def test_trimming_secret_ballots_drops_ballots(vote):
    """One at each end, counted out of the answers."""
    source = Reviews(direction=DOWN, scale=SECRET.scale, trim=1, design="sample")
    found = vote(source, counts(("1", "优秀", 2), ("1", "合格", 3), ("1", "差", 1)))
    kept, pulled = [80, 80, 80, 100], [80, 80, 80, 80, 100, 100]
    assert (found.value[0], found.x.n[0]) == (np.mean(kept), 4.0)
    assert found.x.se[0] == pytest.approx(np.std(pulled, ddof=1) / (4 / 6 * np.sqrt(6)))


# ---- faults ----
@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"rater": "东塔"}, "reviews.self"),
        ({"rater": "1"}, "reviews.self"),
        ({"rater": "财正局"}, "reviews.rater_unknown"),
        ({"rater": None}, "reviews.rater"),
        ({"score": 100.5}, "reviews.score"),
        ({"score": "优"}, "reviews.score"),
        ({"rater": "民政局", "answer": "优秀"}, "reviews.both"),
        ({"rater": "民政局", "answer": "优秀", "score": None}, "reviews.answer"),
        ({"rater": "民政局", "count": -1}, "reviews.count"),
        ({"rater": "民政局", "count": 2, "score": None}, "reviews.blank"),
        ({}, "reviews.twice"),
    ],
)
def test_what_cannot_be_counted_is_named_with_its_cell(vote, row, code):
    """A ballot for oneself by whatever name, a stranger, a mark outside the scale, a second ballot."""
    one = pd.DataFrame(
        [{"unit": "1", "rater": "财政局", "score": 80, "direction": DOWN, "cell": "票!Z9"} | row]
    )
    found = vote(CENSUS, ballots(SCORES[:, :1], DEPARTMENTS[:1]), one)
    assert errors(found) == [code]
    problem = found.problem(code)
    assert (problem.where, bool(problem.hint)) == ("票!Z9", True)
    if code == "reviews.twice":
        assert "票!B2" in problem.what.zh
    if code == "reviews.rater_unknown":
        assert "财政局" in problem.hint.zh


def test_a_stranger_is_named_once_with_his_ballots(vote):
    """A department's row of a matrix, its name misspelled, is one fault."""
    found = vote(CENSUS, ballots(SCORES, ("财正局", *DEPARTMENTS[1:])))
    assert errors(found) == ["reviews.rater_unknown"]
    assert "3 张票" in found.problem("reviews.rater_unknown").what.zh


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([("1", "优秀", None)], "reviews.count"),
        ([("1", "优秀", 1.5)], "reviews.count"),
        ([("1", "良好", 1)], "reviews.answer"),
        ([("1", "优秀", 1), ("1", "优秀", 2)], "reviews.twice"),
        ([("1", None, 3)], "reviews.rater"),
    ],
)
def test_secret_counts_are_whole_numbers_of_known_answers(vote, rows, code):
    """And given once."""
    assert errors(vote(SECRET, counts(*rows))) == [code]


def test_secret_and_signed_ballots_are_not_mixed(vote):
    """What the one would weigh beside the other nobody has said."""
    source = Reviews(direction=DOWN, scale=SECRET.scale)
    assert errors(vote(source, ballots(), counts(("1", "优秀", 6)))) == ["reviews.mixed"]


def test_too_few_ballots_are_a_problem(vote):
    """For the least number the scheme states, and for trimming."""
    for fields in ({"minimum": 3}, {"trim": 1}):
        found = vote(Reviews(direction=DOWN, **fields), ballots([[80, 90, np.nan]]))
        assert (errors(found), np.isnan(found.value[0])) == (["reviews.few"], True)


def test_blank_cells_of_a_matrix_are_no_ballots(vote):
    """Nobody has voted where nothing stands."""
    frame = ballots()
    frame.loc[4, "score"] = None
    assert vote(CENSUS, frame).codes == ["reviews.absent"]


# ---- both directions ----
DEPARTMENT_SCORES = np.array([[90, 80], [70, 60], [50, 40.0]])  # three townships about two departments


def upward(scores=DEPARTMENT_SCORES):
    """Return ballots of the townships about departments."""
    names = ("东塔", "2", "白土岗乡")
    rows = [
        {"unit": department, "rater": names[i], "score": score, "direction": "乡镇评部门"}
        for i, row in enumerate(scores)
        for department, score in zip(DEPARTMENTS[:2], row, strict=True)
        if not np.isnan(score)
    ]
    return pd.DataFrame(rows)


def test_both_directions_stand_in_the_tables(vote):
    """The leaf is scored on its own; the other is printed with its ranks."""
    found = vote(CENSUS, ballots(), upward())
    assert (found.value, found.codes) == (vote(CENSUS, ballots()).value, [])
    total = joined(found, "reviews_total")
    assert total["direction"].tolist() == [DOWN] * 3 + [UP] * 2
    assert total["unit"].tolist() == ["1", "2", "3", "民政局", "财政局"]
    assert total["score"].tolist() == [86.5, 76.75, 81.25, 60.0, 70.0]
    assert total["rank"].tolist() == [1, 3, 2, 2, 1]
    assert total["lower"].tolist() == total["score"].tolist()
    matrix = joined(found, "reviews")
    assert (len(matrix), set(matrix["rater"][9:])) == (15, {"东塔镇", "崇兴镇", "白土岗乡"})


def test_a_township_that_did_not_vote_on_departments_is_listed(vote):
    """The other direction too has its missing ballots; the leaf is as sure as before."""
    holes = DEPARTMENT_SCORES.copy()
    holes[1, 0] = np.nan
    found = vote(CENSUS, ballots(), upward(holes))
    assert "崇兴镇" in found.problem("reviews.absent").what.zh
    assert found.x.se.tolist() == [0.0] * 3
    assert joined(found, "reviews_total")["absent"].tolist()[3:] == ["", "崇兴镇"]


def test_the_other_direction_is_checked_like_the_own(vote):
    """A mark outside the scale is refused there as well."""
    assert errors(vote(CENSUS, ballots(), upward(DEPARTMENT_SCORES + 20))) == ["reviews.score"]


def test_a_department_scorecard_is_the_same_engine_with_departments_as_units(vote):
    """The same table, read by a scheme of departments."""
    towns = tuple(
        PanelWeight(name, weight) for name, weight in (("东塔镇", 2), ("崇兴镇", 1), ("白土岗乡", 1))
    )
    units = tuple(Unit(code=f"b{k}", name=name) for k, name in enumerate(DEPARTMENTS[:2]))
    names = {"1": "东塔镇", "2": "崇兴镇", "3": "白土岗乡"}
    down = ballots(SCORES[:, :2], DEPARTMENTS[:2]).replace({"unit": names})
    up = upward().replace({"rater": {"东塔": "东塔镇", "2": "崇兴镇"}})
    found = vote(Reviews(direction=UP, raters=towns), down, up, scheme={"units": units, "groups": ()})
    assert (found.value, found.codes, found.x.se.tolist()) == ([75.0, 65.0], [], [0.0, 0.0])
    total = joined(found, "reviews_total")
    assert total["unit"].tolist() == ["b0", "b1", "东塔镇", "崇兴镇", "白土岗乡"]


def test_the_other_direction_is_printed_once(vote):
    """A leaf that differs by class is asked twice, and two leaves are two."""
    from township_eval.scheme.model import Indicator, Override

    by_class = (Override(who="II", reason="试", fields=(("source", Reviews(direction=DOWN, trim=1)),)),)
    other = Indicator(id="y", name="y", weight=1.0, scoring=None, source=CENSUS)
    frames = [ballots(indicator="x"), ballots(indicator="y"), upward()]
    found = vote(CENSUS, *frames, others=(other,), overrides=by_class)
    tables = [frame for leaf in "xy" for name, frame in found.all[leaf].tables if name == "reviews_total"]
    assert sum((frame["direction"] == UP).sum() for frame in tables) == 2


def test_nothing_handed_in_is_not_reported(ask, vote):
    """Neither without a table nor without a ballot of this direction; the other one is still printed."""
    assert np.isnan(ask(CENSUS).x.value).all()
    found = vote(CENSUS, upward())
    assert np.isnan(found.x.value).all()
    assert set(joined(found, "reviews")["direction"]) == {UP}


@settings(max_examples=25, deadline=None)
@given(st.permutations(range(15)))
def test_the_order_of_rows_says_nothing(vote_once, order):
    """Any order gives the same bytes in values and tables."""
    frame = pd.concat([ballots(), upward()], ignore_index=True)
    one, two = (vote_once(SAMPLE, some) for some in (frame, frame.iloc[list(order)]))
    assert one.value.tobytes() == two.value.tobytes()
    assert one.se.tobytes() == two.se.tobytes()
    for (_, here), (_, there) in itertools.zip_longest(one.tables, two.tables):
        pd.testing.assert_frame_equal(here, there)


@pytest.fixture(scope="module")
def vote_once():
    """Return the voting function for a whole module, as Hypothesis wants it."""
    from township_eval.inputs import Inputs, prepare
    from township_eval.scheme.model import Dimension, Indicator, Scheme
    from township_eval.sources import collect

    def voting(source, frame):
        leaf = Indicator(id="x", name="x", weight=1.0, scoring=None, source=source)
        index = Dimension(id="index", name="", weight=1.0, children=(leaf,), aggregation=None)
        units = (
            Unit(code="1", name="东塔镇", aliases=("东塔",)),
            Unit(code="2", name="崇兴镇"),
            Unit(code="3", name="白土岗乡"),
        )
        scheme = Scheme(name="试", version="1", index=index, units=units, period="2018")
        return collect(prepare(scheme, Inputs(period="2018", reviews=frame)))["x"]

    return voting
