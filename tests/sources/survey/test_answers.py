"""Single answers: what a person says, what he weighs, how he was drawn, and every way to get that wrong."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from township_eval.inputs import NOT_REPORTED, REPORTED
from township_eval.methods.loadings import joined_by_sample, total_variance
from township_eval.scheme.model import Indicator
from township_eval.scheme.sources import Answer, Channel, Gate, Question, Satisfaction

SCALE = (Answer("满意", 100.0), Answer("基本满意", 80.0), Answer("不满意", 30.0))
ONE = Satisfaction(scale=SCALE, dont_know=("不了解",), refused=("拒答",))
CODES = ("满意", "基本满意", "不满意", "不了解", "拒答", "")
relaxed = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def answers(unit, given, **more):
    """Return one row an answer; ``more`` holds one entry, or one for each row."""
    rows = [{"unit": unit, "answer": answer} for answer in given]
    for name, entry in more.items():
        each = entry if isinstance(entry, list) else [entry] * len(rows)
        for row, value in zip(rows, each, strict=True):
            row[name] = value
    return rows


def responses(*blocks, margins=None):
    """Return the period's tables."""
    frame = pd.DataFrame([row for block in blocks for row in block])
    frame = frame.assign(cell=[f"答卷!C{row + 2}" for row in range(len(frame))])
    return {"responses": frame} | ({} if margins is None else {"margins": pd.DataFrame(margins)})


def table(found, name="satisfaction"):
    """Return one of the tables the source left."""
    return dict(found.x.tables)[name]


def test_answers_of_equal_weight_are_a_simple_random_sample(ask):
    """The mean, the error and the freedom of the same answers handed in as counts."""
    given = ["满意"] * 12 + ["基本满意"] * 6 + ["不满意"] * 2
    counts = [
        {"unit": "1", "answer": answer, "count": n} for answer, n in zip(CODES, (12, 6, 2), strict=False)
    ]
    single = ask(ONE, tables=responses(answers("1", given)))
    counted = ask(ONE, tables={"satisfaction": pd.DataFrame(counts)})
    for name in ("value", "se", "n", "df"):
        assert getattr(single.x, name)[0] == pytest.approx(getattr(counted.x, name)[0], rel=1e-12)
    assert (single.x.method, counted.x.method) == ("survey answers", "satisfaction counts")
    assert (single.x.n[0], single.x.df[0]) == (20.0, 19.0)


def test_what_is_no_answer_is_kept_apart_with_its_weighted_rate(ask):
    """Don't know, refused and blank move neither score nor n; each has its rate."""
    given = ["满意", "不了解", "拒答", None]
    found = ask(ONE, tables=responses(answers("1", ["满意", *given], weight=[2, 2, 3, 2, 1])))
    row = table(found).iloc[0]
    assert (found.value[0], found.x.n[0]) == (100.0, 2.0)
    assert row[["n_valid", "dont_know", "refused", "blank"]].tolist() == [2.0, 1.0, 1.0, 1.0]
    assert row[["dont_know_rate", "refused_rate", "blank_rate"]].tolist() == [0.3, 0.2, 0.1]


def test_the_range_of_a_dont_know_share_is_told(ask):
    """Had all who did not know or refused been content, and had none been."""
    found = ask(ONE, tables=responses(answers("1", ["满意", "基本满意", "不了解", "拒答"])))
    total = table(found, "satisfaction_total").iloc[0]
    assert total[["all_worst", "value", "all_best"]].tolist() == [60.0, 90.0, 95.0]


def test_dont_know_may_stay_in_the_denominator(ask):
    """Then it counts with zero points; who refused does not."""
    source = Satisfaction(scale=SCALE, dont_know=("不了解",), refused=("拒答",), denominator="with_dont_know")
    found = ask(source, tables=responses(answers("1", ["满意", "基本满意", "不了解", "拒答"])))
    assert (found.value[0], found.x.n[0]) == (60.0, 3.0)
    counts = [{"unit": "1", "answer": answer, "count": 1} for answer in CODES[:5] if answer != "不满意"]
    counted = ask(source, tables={"satisfaction": pd.DataFrame(counts)})
    assert (counted.value[0], counted.x.n[0]) == (60.0, 3.0)


def test_a_person_is_scored_by_his_valid_answers_if_he_has_enough(ask):
    """Questions are weighed per person; who answers too few does not count."""
    source = Satisfaction(
        scale=SCALE,
        dont_know=("不了解",),
        minimum_items=2,
        questions=(Question("水", 3.0), Question("路", 1.0)),
    )
    rows = [
        *answers("1", ["满意", "不满意"], question=["水", "路"], respondent="a"),
        *answers("1", ["基本满意", "基本满意"], question=["水", "路"], respondent="b"),
        *answers("1", ["不满意", "不了解"], question=["水", "路"], respondent="c"),
    ]
    found = ask(source, tables=responses(rows))
    assert (found.value[0], found.x.n[0]) == (pytest.approx((82.5 + 80) / 2), 2.0)
    lines = table(found)
    assert lines["question"].tolist() == ["水", "路"]
    assert lines["score"].tolist() == [pytest.approx(70.0), pytest.approx(55.0)]


def test_a_question_a_person_has_no_row_for_is_blank(ask):
    """Nothing is dropped silently: the share of blanks tells."""
    rows = [
        *answers("1", ["满意", "满意"], question=["水", "路"], respondent="a"),
        *answers("1", ["满意"], question=["水"], respondent="b"),
    ]
    total = table(ask(ONE, tables=responses(rows)), "satisfaction_total").iloc[0]
    assert (total["n"], total["blank_rate"]) == (2.0, 0.25)


def test_several_questions_without_respondents_are_a_problem(ask):
    """Nobody can tell which answers are of one person."""
    rows = answers("1", ["满意", "满意"], question=["水", "路"])
    problem = ask(ONE, tables=responses(rows)).problem("responses.respondent")
    assert problem.severity == "error"
    assert "respondent" in problem.hint.zh


@relaxed
@given(st.data())
def test_neither_the_order_of_rows_nor_the_scale_of_weights_matters(ask, data):
    """Any order, any multiple of the weights: the same bits for whole weights, the same numbers else."""
    size = data.draw(st.integers(4, 12))
    given = data.draw(st.lists(st.sampled_from(CODES), min_size=size, max_size=size))
    weight = data.draw(st.lists(st.integers(1, 9), min_size=size, max_size=size))
    rows = answers(
        "1", ["满意", "不满意", *given], weight=[1, 1, *weight], cluster=[str(k % 3) for k in range(size + 2)]
    )
    order = data.draw(st.permutations(range(len(rows))))
    times = data.draw(st.sampled_from([0.25, 3.0, 1000.0]))
    one = ask(ONE, tables=responses(rows))
    two = ask(ONE, tables=responses([rows[k] for k in order]))
    scaled = ask(ONE, tables=responses([row | {"weight": row["weight"] * times} for row in rows]))
    for name in ("value", "se", "n", "df"):
        np.testing.assert_array_equal(getattr(one.x, name), getattr(two.x, name))
        np.testing.assert_allclose(getattr(one.x, name), getattr(scaled.x, name), rtol=1e-9, atol=1e-7)
    pd.testing.assert_frame_equal(table(one), table(two))


@relaxed
@given(st.lists(st.sampled_from(CODES[:3]), min_size=2, max_size=15))
def test_asking_everybody_leaves_no_sampling_error(ask, given):
    """A census by numbers, and one declared as a list."""
    everybody = responses(answers("1", given, members=len(given)))
    found = ask(ONE, tables=everybody)
    assert found.x.se[0] == 0.0
    assert not found.x.unknown[0]
    declared = Satisfaction(scale=SCALE, design="list census")
    found = ask(declared, tables=responses(answers("1", given)))
    assert (found.x.se[0], found.x.n[0]) == (0.0, len(given))
    total = table(found, "satisfaction_total").iloc[0]
    assert total["lower"] == total["value"] == total["upper"]
    assert "名单普查" in total["assumption"].zh


def test_villages_that_think_alike_widen_the_error(ask):
    """Ten answers in two villages are not ten independent ones; the design effect says so."""
    given = ["满意"] * 5 + ["不满意"] * 5
    alone = ask(ONE, tables=responses(answers("1", given)))
    drawn = ask(ONE, tables=responses(answers("1", given, cluster=["甲村"] * 5 + ["乙村"] * 5)))
    assert drawn.value[0] == alone.value[0]
    assert drawn.x.se[0] == pytest.approx(35.0)
    assert (alone.x.df[0], drawn.x.df[0]) == (9.0, 1.0)
    assert table(drawn)["deff"][0] == pytest.approx(9.0)


def test_the_loadings_carry_exactly_the_error(ask):
    """Also that of answers which are all alike."""
    rows = [
        *answers("1", ["满意", "满意", "不满意", "基本满意"], cluster=["a", "a", "b", "c"]),
        *answers("2", ["满意"] * 5, cluster=list("abcde")),
    ]
    found = ask(ONE, tables=responses(rows))
    np.testing.assert_allclose(
        np.sqrt(total_variance(list(found.x.loadings), 3))[:2], found.x.se[:2], rtol=1e-12
    )


def test_leaves_of_the_same_respondents_share_their_errors(ask):
    """The covariance of two leaves is that of their sum, had each person been asked about both at once."""
    water = [100, 80, 30, 100, 80, 100]
    roads = [80, 80, 30, 30, 100, 100]
    word = {answer.points: answer.answer for answer in SCALE}
    who = [f"r{k}" for k in range(6)]
    rows = [
        *answers("1", [word[p] for p in water], respondent=who, indicator="x"),
        *answers("1", [word[p] for p in roads], respondent=who, indicator="y"),
    ]
    other = Indicator(id="y", name="路", weight=1.0, scoring=None, source=ONE)
    found = ask(ONE, tables=responses(rows), others=(other,))
    both = [*found.all["x"].loadings, *found.all["y"].loadings]
    mean = np.add(water, roads)
    assert total_variance(both, 3)[0] == pytest.approx(mean.var(ddof=1) / 6)
    assert len(joined_by_sample(both)) < len(both)


def test_other_respondents_leave_a_leaf_as_it_is(ask):
    """Two surveys in one table are two samples."""
    rows = [
        *answers("1", ["满意", "不满意", "基本满意"], respondent=["a", "b", "c"], indicator="x"),
        *answers("1", ["满意"] * 9, respondent=[f"z{k}" for k in range(9)], indicator="y"),
    ]
    other = Indicator(id="y", name="路", weight=1.0, scoring=None, source=ONE)
    found = ask(ONE, tables=responses(rows), others=(other,))
    assert found.x.se[0] == pytest.approx(np.std([100, 30, 80], ddof=1) / np.sqrt(3))
    assert table(found, "satisfaction_total")["blank_rate"][0] == 0.0


def test_villages_two_townships_share_make_them_vary_together(ask):
    """One cluster of two townships is one shock of both."""
    rows = [
        *answers("1", ["满意", "不满意", "满意"], stratum="东", cluster=["甲", "乙", "丙"]),
        *answers("2", ["满意", "不满意", "满意"], stratum="东", cluster=["甲", "乙", "丙"]),
    ]
    loaded = ask(ONE, tables=responses(rows)).x.loadings[0]
    covariance = loaded.covariance(3)
    assert covariance[0, 1] == pytest.approx(covariance[0, 0])


FAULTS = [
    ({"answer": "很满意"}, "responses.answer", "“很满意”"),
    ({"weight": -1}, "responses.weight", "“-1”"),
    ({"weight": None}, "responses.weight", "(空)"),
    ({"weight": "大"}, "responses.weight", "“大”"),
    ({"stratum": None}, "responses.stratum", "没有写明"),
    ({"cluster": ""}, "responses.cluster", "没有写明"),
    ({"clusters": 1}, "responses.population", "“1”"),
    ({"clusters": "多"}, "responses.population", "“多”"),
    ({"respondent": None}, "responses.respondent", "没有写明"),
]


@pytest.mark.parametrize(
    ("fault", "code", "said"), FAULTS, ids=[f"{code}-{said}" for _, code, said in FAULTS]
)
def test_an_entry_that_cannot_be_is_a_problem_with_its_cell_and_value(ask, fault, code, said):
    """The cell, what stands there, and what to do."""
    rows = answers(
        "1", ["满意", "不满意", "满意"], weight=1.5, stratum="甲", cluster=["a", "b", "c"], clusters=3,
        respondent=["p", "q", "r"],
    )  # fmt: skip
    rows[1] |= fault
    if fault.get("clusters") == 1:
        rows = [row | fault for row in rows]
    found = ask(ONE, tables=responses(rows))
    problem = next(problem for problem in found.problems if problem.code == code)
    assert problem.severity == "error"
    assert problem.where.startswith("答卷!C")
    assert (said in problem.what.zh, bool(problem.hint.zh), bool(problem.hint.en)) == (True, True, True)


def test_weights_that_add_up_to_nothing_are_a_problem(ask):
    """Nobody would count."""
    problem = ask(ONE, tables=responses(answers("1", ["满意", "不满意"], weight=0))).problem(
        "responses.weight"
    )
    assert (problem.where, "东塔镇" in problem.what.zh) == ("答卷!C2", True)


def test_one_answer_given_twice_names_both_cells(ask):
    """The same respondent and question."""
    rows = answers("1", ["满意", "不满意"], respondent="a")
    problem = ask(ONE, tables=responses(rows)).problem("responses.twice")
    cells = {problem.where, *(cell for cell in ("答卷!C2", "答卷!C3") if cell in problem.what.zh)}
    assert cells == {"答卷!C2", "答卷!C3"}


def test_a_respondent_is_one_person_in_all_his_rows(ask):
    """Two weights for one person contradict each other."""
    rows = answers("1", ["满意", "不满意"], respondent="a", question=["水", "路"], weight=[1, 2])
    assert ask(ONE, tables=responses(rows)).problem("responses.person").where == "答卷!C3"


def test_a_stratum_with_one_village_is_refused_unless_the_scheme_says_how(ask):
    """The problem names stratum and options; the option chosen is named beside the value."""
    rows = [
        *answers("1", ["满意", "不满意"], stratum="山区", cluster=["a", "b"]),
        *answers("1", ["满意"], stratum="川区", cluster="c"),
    ]
    problem = ask(ONE, tables=responses(rows)).problem("responses.lonely")
    assert "川区" in problem.what.zh
    assert "adjust" in problem.hint.zh
    chosen = ask(Satisfaction(scale=SCALE, lonely="adjust"), tables=responses(rows))
    assert "adjust" in chosen.x.assumption[0].zh
    assert chosen.codes == ["satisfaction.no_answers"] * 2


def test_a_village_name_in_two_townships_is_pointed_out(ask):
    """In a stratum that both share it is one cluster, which two villages of one name are not."""
    rows = [
        *answers("1", ["满意", "不满意", "满意"], stratum="川区", cluster=["新民村", "新民村", "b"]),
        *answers("2", ["满意", "不满意", "满意"], stratum="川区", cluster=["新民村", "d", "e"]),
    ]
    problem = ask(ONE, tables=responses(rows)).problem("responses.cluster_shared")
    assert (problem.severity, problem.where, "新民村" in problem.what.en) == ("warning", "答卷!C2", True)
    apart = [{name: entry for name, entry in row.items() if name != "stratum"} for row in rows]
    assert "responses.cluster_shared" not in ask(ONE, tables=responses(apart)).codes


def test_a_township_without_answers_is_not_reported_and_named(ask):
    """Silence is told, and so are answers that say nothing."""
    found = ask(ONE, tables=responses(answers("1", ["满意", "不满意"]), answers("2", ["不了解"])))
    assert found.status == [REPORTED, NOT_REPORTED, NOT_REPORTED]
    assert "白土岗乡" in found.problem("satisfaction.no_answers").what.zh
    assert "崇兴镇" in found.problem("satisfaction.no_valid").what.zh


def test_one_answer_has_an_error_nobody_knows(ask):
    """Neither exact nor a fault."""
    found = ask(ONE, tables=responses(answers("1", ["满意"]), answers("2", ["满意", "不满意"])))
    assert (found.x.unknown.tolist(), np.isnan(found.x.se[0])) == ([True, False, False], True)
    assert found.codes == ["satisfaction.no_answers"]


AGE = [
    {"margin": "年龄", "category": "青", "population": 30},
    {"margin": "年龄", "category": "老", "population": 70},
]


def test_weights_are_brought_to_the_population(ask):
    """Half young in the sample, three in ten in the population."""
    source = Satisfaction(scale=SCALE, calibrate=("年龄",))
    rows = answers("1", ["满意", "满意", "不满意", "基本满意"], 年龄=["青", "青", "老", "老"])
    found = ask(source, tables=responses(rows, margins=AGE))
    assert found.value[0] == pytest.approx(0.3 * 100 + 0.7 * 55)
    row = table(found).iloc[0]
    assert (row["weight_ratio"], row["weight_ratio_calibrated"]) == (1.0, pytest.approx(7 / 3))


def test_totals_may_be_of_each_unit(ask):
    """Names and codes of units mean the same."""
    source = Satisfaction(scale=SCALE, calibrate=("年龄",))
    totals = [
        {"unit": unit, "margin": "年龄", "category": category, "population": n}
        for unit, category, n in (("东塔", "青", 1), ("东塔", "老", 3), ("2", "青", 3), ("2", "老", 1))
    ]
    given = ["满意", "满意", "不满意", "基本满意"]
    ages = ["青", "青", "老", "老"]
    rows = [*answers("1", given, 年龄=ages), *answers("崇兴镇", given, 年龄=ages)]
    found = ask(source, tables=responses(rows, margins=totals))
    assert found.value[:2] == [pytest.approx(0.25 * 100 + 0.75 * 55), pytest.approx(0.75 * 100 + 0.25 * 55)]


@pytest.mark.parametrize(
    ("margins", "code", "said"),
    [
        (None, "margins.missing", "年龄"),
        ([AGE[0]], "responses.calibrate", "老"),
        ([*AGE, {"margin": "年龄", "category": "幼", "population": 5}], "calibration.empty", "幼"),
        ([AGE[0], AGE[1] | {"population": "七十"}], "margins.population", "七十"),
        ([AGE[0], AGE[1] | {"population": -1}], "margins.population", "-1"),
        ([*AGE, AGE[0]], "margins.twice", "margins[0]"),
        ([row | {"unit": "西塔"} for row in AGE], "margins.unit", "西塔"),
    ],
)
def test_totals_that_do_not_fit_are_told(ask, margins, code, said):
    """No weights are made up."""
    source = Satisfaction(scale=SCALE, calibrate=("年龄",))
    rows = answers("1", ["满意", "满意", "不满意"], 年龄=["青", "青", "老"])
    found = ask(source, tables=responses(rows, margins=margins))
    problem = next(problem for problem in found.problems if problem.code == code)
    assert (problem.severity, said in problem.what.zh) == ("error", True)


def test_a_margin_the_answers_do_not_have_is_told(ask):
    """With the columns there are."""
    source = Satisfaction(scale=SCALE, calibrate=("性别",))
    found = ask(source, tables=responses(answers("1", ["满意", "满意"], 年龄="青"), margins=AGE))
    assert found.problem("responses.calibrate").where == "responses.性别"


def test_extreme_weights_are_cut(ask):
    """Nobody outweighs the others; the table shows the ratio that is left."""
    rows = answers("1", ["满意"] * 4 + ["不满意"], weight=[1, 1, 1, 1, 20])
    source = Satisfaction(scale=SCALE, trim_weights=10.0)
    found = ask(source, tables=responses(rows))
    assert found.value[0] > ask(ONE, tables=responses(rows)).value[0]
    assert table(found)["weight_ratio"][0] < 20


def test_channels_in_two_forms_mix(ask):
    """Single answers by phone, counts from delegates; the method names both."""
    source = Satisfaction(
        scale=SCALE,
        channels=(Channel("电话", 6.0), Channel("代表", 4.0, "list census")),
        minimum=Gate(n_eff=3),
    )
    tables = responses(answers("1", ["满意", "基本满意", "满意", "不满意"], channel="电话"))
    tables["satisfaction"] = pd.DataFrame(
        {"unit": "1", "answer": ["满意", "不满意"], "count": [3, 1], "channel": "代表"}
    )
    found = ask(source, tables=tables)
    assert found.value[0] == pytest.approx(0.6 * 77.5 + 0.4 * 82.5)
    phone = np.std([100, 80, 100, 30], ddof=1) / 2
    assert (found.x.se[0], found.x.df[0], found.x.n[0]) == (
        pytest.approx(0.6 * phone),
        pytest.approx(3.0),
        8.0,
    )
    assert found.x.method == "satisfaction counts + survey answers"
    total = table(found, "satisfaction_total").iloc[0]
    assert (total["n_eff"], total["sample_ok"]) == (pytest.approx(4.0), True)


def test_one_channel_in_two_forms_is_a_problem_naming_both(ask):
    """A survey handed in twice must not count twice."""
    tables = responses(answers("1", ["满意", "不满意"]))
    counted = {"unit": "1", "answer": ["满意", "不满意"], "count": [3, 1], "cell": ["表!B2", "表!C2"]}
    tables["satisfaction"] = pd.DataFrame(counted)
    problem = ask(ONE, tables=tables).problem("satisfaction.two_forms")
    assert "答卷!C2" in problem.what.zh
    assert "表!B2" in problem.what.zh


def test_single_answers_stay_out_of_the_evidence(ask):
    """Details and tables hold what answers add up to; cells are the first and the last."""
    found = ask(
        ONE, tables=responses(answers("1", ["满意", "不满意", "满意"], respondent=["张三", "李四", "王五"]))
    )
    shown = "".join(frame.to_csv() for _, frame in found.x.tables)
    assert found.x.details is None
    assert "张三" not in shown
    assert found.x.cells[0] == "答卷!C2 … 答卷!C4"


def test_answers_may_be_numbers_of_a_short_scale(ask):
    """5 in a column of numbers is the answer 5."""
    scale = tuple(Answer(str(k), 25.0 * (k - 1)) for k in range(1, 6))
    frame = pd.DataFrame({"unit": "1", "answer": [5, 4, np.nan, 1]})
    found = ask(Satisfaction(scale=scale), tables={"responses": frame})
    assert found.value[0] == pytest.approx((100 + 75 + 0) / 3)
    assert table(found)["blank"][0] == 1.0
