"""Surveys in a scheme: how they are written, what they say, and what cannot be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from township_eval.errors import SchemeError
from township_eval.scheme.check import check_scheme
from township_eval.scheme.parse import parse_scheme
from township_eval.scheme.sources import Answer, Channel, Gate, Question, Satisfaction
from township_eval.scheme.write import fingerprint, to_mapping

SCALE = {"满意": 100, "基本满意": 80, "不满意": 30}


def stated(source):
    """Return the file of a scheme with one survey."""
    leaf = {"id": "satisfaction", "weight": 100, "basis": "三(四)", "source": {"scale": SCALE} | source}
    return {"name": "办法", "version": "1", "index": {"children": [leaf]}}


def parsed(**source):
    """Return the survey of a scheme."""
    return parse_scheme(stated({"kind": "satisfaction"} | source)).index.children[0].source


def codes(**source):
    """Return what is wrong with a survey, as code and place."""
    found = check_scheme(parse_scheme(stated({"kind": "satisfaction"} | source)))
    assert all(problem.hint.zh and problem.hint.en for problem in found)
    return [(one.code, one.where.rpartition("source.")[2]) for one in found if one.code.startswith("survey")]


def test_survey_is_another_name_of_satisfaction():
    """Either name reads as the same scheme, with the same fingerprint."""
    one, two = (parse_scheme(stated({"kind": kind})) for kind in ("survey", "satisfaction"))
    assert one == two
    assert fingerprint(one) == fingerprint(two)
    assert to_mapping(one)["index"]["children"][0]["source"]["kind"] == "satisfaction"


@pytest.mark.parametrize(
    ("short", "points"),
    [
        ({"likert": 5}, [0, 25, 50, 75, 100]),
        ({"likert": 2}, [0, 100]),
        ({"top": 2, "of": 5}, [0, 0, 0, 100, 100]),
        ({"of": 4, "top": 1}, [0, 0, 0, 100]),
        ({"net": 2, "of": 5}, [-100, -100, 0, 100, 100]),
        ({"net": 2, "of": 4}, [-100, -100, 100, 100]),
    ],
)
def test_a_short_scale_stands_for_the_answers_from_one_up(short, points):
    """The highest number is the best answer; the scheme keeps the points."""
    scale = tuple(Answer(str(k + 1), float(worth)) for k, worth in enumerate(points))
    assert parsed(scale=short).scale == scale
    written = to_mapping(parse_scheme(stated({"kind": "survey", "scale": short})))
    assert parse_scheme(written).index.children[0].source.scale == scale


@given(st.integers(2, 11))
def test_a_likert_scale_runs_evenly_from_0_to_100(steps):
    """(x - 1) / (K - 1) x 100."""
    points = [one.points for one in parsed(scale={"likert": steps}).scale]
    assert points == [pytest.approx(100 * k / (steps - 1)) for k in range(steps)]


@pytest.mark.parametrize(
    "short",
    [{"likert": 1}, {"likert": 12}, {"top": 5, "of": 5}, {"top": 0, "of": 5}, {"net": 3, "of": 5}],
)
def test_a_short_scale_that_cannot_be_is_refused(short):
    """With the forms there are."""
    with pytest.raises(SchemeError) as caught:
        parsed(scale=short)
    (problem,) = caught.value.problems
    assert problem.code == "scale.short"
    assert "{likert: 5}" in problem.hint.zh


def test_answers_may_still_be_called_anything():
    """A scale written out is taken as it stands."""
    assert parsed(scale={"top": 100, "flop": 0}).scale == (Answer("top", 100.0), Answer("flop", 0.0))


def test_everything_a_survey_states_comes_back():
    """Read, written and read again, nothing is lost."""
    source = Satisfaction(
        scale=(Answer("满意", 100.0), Answer("不满意", 30.0)),
        dont_know=("不了解",),
        refused=("拒答",),
        denominator="with_dont_know",
        channels=(Channel("电话", 6.0, deff=1.5), Channel("代表", 4.0, "list census")),
        deff=2.0,
        questions=(Question("水", 3.0), Question("路", 1.0)),
        minimum_items=2,
        minimum=Gate(n_eff=30.0, df=8.0),
        calibrate=("年龄", "性别"),
        trim_weights=3.0,
        lonely="adjust",
        small_area=("人均收入",),
    )
    mapping = to_mapping(parse_scheme(stated({"kind": "survey"})))
    leaf = mapping["index"]["children"][0]
    leaf["source"] = {
        "kind": "survey", "scale": {"满意": 100, "不满意": 30}, "dont_know": "不了解", "refused": ["拒答"],
        "denominator": "with_dont_know", "deff": 2,
        "channels": {"电话": {"weight": 6, "deff": 1.5}, "代表": {"weight": 4, "design": "list census"}},
        "questions": {"水": 3, "路": 1}, "minimum_items": 2, "minimum": {"n_eff": 30, "df": 8},
        "calibrate": ["年龄", "性别"], "trim_weights": 3, "lonely": "adjust", "small_area": ["人均收入"],
    }  # fmt: skip
    scheme = parse_scheme(mapping)
    assert scheme.index.children[0].source == source
    assert parse_scheme(to_mapping(scheme)) == scheme
    assert [one.deff for one in source.asked_by] == [1.5, 2.0]


def test_a_survey_says_every_choice_that_matters():
    """Design, denominator, questions, weights, gate: in both languages."""
    said = parsed(
        dont_know=["不了解"], denominator="with_dont_know", refused=["拒答"], questions={"水": 3, "路": 1},
        channels={"电话": {"weight": 6, "deff": 1.5}, "代表": {"weight": 4, "design": "list census"}},
        minimum_items=2, minimum={"n_eff": 30, "df": 8}, calibrate=["年龄"], trim_weights=3, lonely="adjust",
        small_area=["人均收入"],
    ).words()  # fmt: skip
    assert said.zh == (
        "答案折算:满意100、基本满意80、不满意30;不了解按零分计入;拒答作拒答不计入;每人至少答2题;"
        "各题权重:水 3、路 1;电话、代表按6:4合成;电话为概率抽样;代表为名单普查,无抽样误差;"
        "电话只有票数或均值时,设计效应按1.5;"
        "权重超过中位数3倍的截断;权重按年龄校准到总体人数;层内只有一个样本群的,误差按与总体均值的差计(adjust);"
        "样本要求:有效样本量(样本量÷设计效应)不少于30、自由度不少于8;另列小区域估计(仅供参考):人均收入"
    )
    assert said.en == (
        "points of answers: 满意 100, 基本满意 80, 不满意 30; 不了解 counted with zero points; "
        "拒答 left out as refused; at least 2 valid answers a person; weights of questions: 水 3, 路 1; "
        "电话, 代表 mixed 6:4; 电话: probability sample; 代表: complete list, no sampling error; "
        "电话 design effect 1.5 where only counts or means are given; weights above 3 medians cut; "
        "weights brought to the population by 年龄; "
        "strata with one cluster: error from the distance to the mean of all (adjust); the sample needs an "
        "effective sample (n / deff) of at least 30 and degrees of freedom of at least 8; "
        "small-area estimate beside it, advice only: 人均收入"
    )


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ({"scale": {}}, ("survey.scale", "scale")),
        ({"dont_know": ["满意"]}, ("survey.answer_twice", "scale")),
        ({"dont_know": ["不了解"], "refused": ["不了解"]}, ("survey.answer_twice", "scale")),
        ({"scale": {"score": 100, "满意": 50}}, ("survey.answer_reserved", "scale")),
        ({"channels": {"电话": -1, "代表": 4}}, ("survey.weight", "channels")),
        ({"channels": {"电话": 0, "代表": 0}}, ("survey.weight", "channels")),
        ({"questions": {"水": -1, "路": 2}}, ("survey.weight", "questions")),
        ({"channels": {"电话": {"weight": 1, "deff": 0}}}, ("survey.deff", "channels")),
        ({"deff": -1}, ("survey.deff", "deff")),
        ({"channels": {"电话": 1}, "design": "convenience"}, ("survey.design", "design")),
        ({"minimum": {"n_eff": -1}}, ("survey.minimum", "minimum")),
        ({"minimum": {}}, ("survey.minimum", "minimum")),
        ({"minimum_items": 0}, ("survey.minimum_items", "minimum_items")),
        ({"minimum_items": 3, "questions": {"水": 1, "路": 1}}, ("survey.minimum_items", "minimum_items")),
        ({"trim_weights": 1}, ("survey.trim_weights", "trim_weights")),
        ({"calibrate": ["年龄", "年龄"]}, ("survey.twice", "calibrate")),
        ({"small_area": ["人口", "人口"]}, ("survey.twice", "small_area")),
    ],
)
def test_what_no_survey_can_be_counted_by_is_refused(source, found):
    """Before any data, at its place."""
    assert codes(**source) == [found]


def test_a_survey_without_fault_has_none():
    """Every key at once, as it should be."""
    found = codes(
        dont_know=["不了解"],
        refused=["拒答"],
        channels={"电话": {"weight": 6, "deff": 1.5}, "代表": 0},
        questions={"水": 1, "路": 0},
        minimum_items=2,
        minimum={"n_eff": 30},
        calibrate=["年龄"],
        trim_weights=3,
        small_area=["人口"],
    )
    assert found == []
