"""How scores are put together and judged, kind by kind, as a user writes it and as it is scored.

The numbers are those of the list of rule kinds: 21, 22, 24 and 27 to 29 put together, 32 to 34
differentiate and round, 35 and 36 judge. Each test works its arithmetic out in its docstring.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
import yaml

import township_eval as te

NAN = float("nan")
UNITS = ("甲镇", "乙镇", "丙镇", "丁镇")
GROUPS = ("一类", "一类", "二类", "二类")
HEAD = """\
format: 1
name: 示例
version: "1"
groups:
  一类: {name: 近郊, reason: 示例}
  二类: {name: 农业, reason: 示例}
units:
  甲镇: {group: 一类}
  乙镇: {group: 一类}
  丙镇: {group: 二类}
  丁镇: {group: 二类}
"""


def read(text: str) -> te.Scheme:
    """Read a scheme of the four townships."""
    return te.read_scheme(yaml.safe_load(HEAD + text))


def evaluate(text: str, period: str = "2018-H2", history: Any = (), **tables: Any) -> te.Evaluation:
    """Evaluate one period; a table is given as its columns, ``values`` as one column an indicator."""
    values = tables.pop("values", None)
    if values is not None:
        values = pd.DataFrame(values, index=pd.Index(UNITS[: len(next(iter(values.values())))], name="unit"))
    frames = {name: pd.DataFrame(table) for name, table in tables.items()}
    return te.evaluate(read(text), te.Inputs(period=period, values=values, **frames), history=history)


def composites(evaluation: te.Evaluation) -> list[float]:
    """Return the composites in the order of the units."""
    return [float(value) for value in evaluation.results["composite"]]


# -- 21 nested weighted sums --

NESTED = """
{top}
index:
  children:
    - id: a
      weight: {a}
      children:
        - {{id: a1, weight: {a1}, basis: 示例}}
        - {{id: a2, weight: {a2}, basis: 示例}}
    - {{id: b, weight: {b}, basis: 示例}}
"""
WORTH = {"a1": [80.0] * 4, "a2": [100.0] * 4, "b": [50.0] * 4}


@pytest.mark.parametrize(
    ("top", "weights", "full"),
    [
        ("scale: 100", (60, 20, 40, 40), 100),
        ("scale: 1000", (600, 200, 400, 400), 1000),
        ("weights: percent", (60, 100 / 3, 200 / 3, 40), 100),
        ("{scale: 1000, weights: percent}", (60, 100 / 3, 200 / 3, 40), 1000),
        ("weights: relative", (3, 1, 2, 2), 100),
    ],
    ids=["points of 100", "points of 1000", "percent", "percent of 1000", "relative"],
)
def test_21_nested_sum(top: str, weights: tuple[float, ...], full: float) -> None:
    """(80 x 1/3 + 100 x 2/3) x 60 % + 50 x 40 % = 56 + 20 = 76 of 100, 760 of 1000."""
    a, a1, a2, b = weights
    lines = top.strip("{}").replace(", ", "\n")
    found = evaluate(NESTED.format(top=lines, a=a, a1=a1, a2=a2, b=b), values=WORTH)
    assert composites(found) == pytest.approx([0.76 * full] * 4)
    assert found.matrix()["a"].tolist() == pytest.approx([280 / 3] * 4)
    parts = found.scores.query("unit == '甲镇'").set_index("node")["contribution"]
    assert parts["a1"] + parts["a2"] == pytest.approx(parts["a"])
    assert parts["a"] + parts["b"] == pytest.approx(0.76 * full)


def test_21_double_hundred() -> None:
    """Two sheets of 100 points each, converted 30 : 70: 92 and 85 make 87.10."""
    text = """
weights: percent
index:
  children:
    - {id: party, name: 党建, weight: 30, basis: 示例}
    - {id: economy, name: 经济社会, weight: 70, basis: 示例}
"""
    assert composites(evaluate(text, values={"party": [92.0] * 4, "economy": [85.0] * 4})) == [87.1] * 4


# -- 22 satisfaction --

SURVEY = """
index:
  children:
    - id: satisfaction
      name: 群众满意度
      weight: 100
      basis: 示例
      missing: exclude
      source:
        kind: satisfaction
        scale: {{满意: 100, 基本满意: {fair}, 不满意: {poor}}}
        dont_know: [不了解]
        {more}
"""
ANSWERS = ("满意", "基本满意", "不满意", "不了解")


def counted(*rows: tuple[Any, ...]) -> dict[str, list[Any]]:
    """Return the table of counts: one row an answer, for all units alike; last comes what else is said."""
    names = ("unit", "answer", "count", "channel", "question")
    table: dict[str, list[Any]] = {name: [] for name in names[: 2 + len(rows[0]) - 3]}
    for unit in UNITS:
        for row in rows:
            for answer, count in zip(ANSWERS, row[:4], strict=True):
                for name, value in zip(table, (unit, answer, count, *row[4:]), strict=True):
                    table[name].append(value)
    return table


@pytest.mark.parametrize(("fair", "poor", "expected"), [(80, 30, 87.0), (75, 55, 88.0), (70, 30, 84.0)])
def test_22_scale_with_dont_know(fair: int, poor: int, expected: float) -> None:
    """120/60/20 and 12 不了解: (120 x 100 + 60 x fair + 20 x poor) / 200, the 12 in no denominator."""
    found = evaluate(SURVEY.format(fair=fair, poor=poor, more=""), satisfaction=counted((120, 60, 20, 12)))
    assert composites(found) == [expected] * 4
    assert found.values["n"].tolist() == [200] * 4


def test_22_channel_mix() -> None:
    """Telephone 87.00 and delegates 89.00, 6 : 4, make 87.80, however many answers each has."""
    more = "channels: {电话: 6, 两代表一委员: 4}"
    table = counted((120, 60, 20, 12, "电话"), (21, 6, 3, 0, "两代表一委员"))
    assert composites(evaluate(SURVEY.format(fair=80, poor=30, more=more), satisfaction=table)) == [87.8] * 4


def test_22_question_weights() -> None:
    """Two questions, 87.00 and 100.00, weighted 3 : 1: 90.25."""
    more = "questions: {总体: 3, 环境: 1}"
    table = counted((120, 60, 20, 12, "", "总体"), (50, 0, 0, 0, "", "环境"))
    assert composites(evaluate(SURVEY.format(fair=80, poor=30, more=more), satisfaction=table)) == [90.25] * 4


# -- 24 rater panel --

PANEL = """
index:
  children:
    - {{id: panel, weight: 100, basis: 示例, source: {{kind: ratings, trim: 1, minimum: {minimum}}}}}
"""


def rated(scores: tuple[int, ...]) -> dict[str, list[Any]]:
    """Return the table of ratings, the same for every unit."""
    return {
        "unit": [unit for unit in UNITS for _ in scores],
        "rater": [f"评估员{number}" for _ in UNITS for number in range(len(scores))],
        "score": [float(score) for _ in UNITS for score in scores],
    }


def test_24_trimming() -> None:
    """92, 88, 85, 90, 71 without the highest and the lowest: (88 + 85 + 90) / 3 = 87.67."""
    assert composites(evaluate(PANEL.format(minimum=3), ratings=rated((92, 88, 85, 90, 71)))) == [87.67] * 4


def test_24_minimum_raters() -> None:
    """A panel below the stated minimum gives no score, which is a problem by default."""
    with pytest.raises(te.DataError) as caught:
        evaluate(PANEL.format(minimum=6), ratings=rated((92, 88, 85, 90, 71)))
    assert all(problem.severity in {"error", "warning"} for problem in caught.value.problems)
    assert any(problem.severity == "error" for problem in caught.value.problems)


# -- 27 not applicable --

APPLIES = """
index:
  children:
    - id: block
      weight: 60
      children:
        - {{id: a, weight: 20, basis: 示例}}
        - {{id: b, weight: 40, basis: 示例, may_not_apply: true, not_applicable: {policy}}}
    - {{id: rest, weight: 40, basis: 示例}}
"""


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ("share_out", 0.6 * 70 + 0.4 * 90),  # a alone stands for the block: 78
        ("share_out_all", (20 * 70 + 40 * 90) / 60),  # its 40 points leave the whole index: 83.33
        ("full", (20 * 70 + 40 * 100 + 40 * 90) / 100),  # 90
        ("{partial: 0.6}", (20 * 70 + 40 * 60 + 40 * 90) / 100),  # 74
        ("zero", (20 * 70 + 40 * 90) / 100),  # 50
    ],
)
def test_27_not_applicable(policy: str, expected: float) -> None:
    """B does not apply to 甲镇; each policy does with its 40 points what it says."""
    values = {"a": [70.0] * 4, "b": [NAN, 100.0, 100.0, 100.0], "rest": [90.0] * 4}
    gone = {"unit": ["甲镇"], "indicator": ["b"], "reason": ["没有这类村"]}
    found = evaluate(APPLIES.format(policy=policy), values=values, not_applicable=gone)
    assert composites(found) == pytest.approx([round(expected, 2), 90, 90, 90])


# -- 28 missing --

REPORTS = """
index:
  missing: {policy}
  children:
    - {{id: a, weight: 40, basis: 示例}}
    - {{id: b, weight: 60, basis: 示例}}
"""


@pytest.mark.parametrize(
    ("policy", "expected"), [("zero", 28.0), ("exclude", 70.0), ("previous", 0.4 * 70 + 0.6 * 50)]
)
def test_28_missing(policy: str, expected: float) -> None:
    """B of 甲镇 is not reported: nothing, left out, or the 50 of the period before; never a mean."""
    text = REPORTS.format(policy=policy)
    before = evaluate(text, "2018-H1", values={"a": [70.0] * 4, "b": [50.0] * 4})
    found = evaluate(text, values={"a": [70.0] * 4, "b": [NAN, 90.0, 90.0, 90.0]}, history=[before])
    assert composites(found) == pytest.approx([expected, 82, 82, 82])


def test_28_missing_is_refused_by_default() -> None:
    """Without a policy a missing value stops the evaluation, with the unit and the indicator."""
    with pytest.raises(te.DataError) as caught:
        evaluate(REPORTS.format(policy="refuse"), values={"a": [70.0] * 4, "b": [NAN, 90.0, 90.0, 90.0]})
    (problem,) = (problem for problem in caught.value.problems if problem.severity == "error")
    assert problem.code == "value.missing"
    assert "甲镇" in problem.where


# -- 29 minimum data --

MINIMUM = """
index:
  missing: exclude
  children:
    - id: block
      weight: 60
      minimum_children: 2
      children:
        - {id: a, weight: 20, basis: 示例}
        - {id: b, weight: 20, basis: 示例}
        - {id: c, weight: 20, basis: 示例}
    - {id: rest, weight: 40, basis: 示例}
"""


def test_29_minimum_data() -> None:
    """With one of three children the block has no score and is left out; with two it has their mean."""
    values = {
        "a": [70.0, 70.0, 70.0, 70.0],
        "b": [NAN, 80.0, 80.0, 80.0],
        "c": [NAN, NAN, 90.0, 90.0],
        "rest": [90.0] * 4,
    }
    found = evaluate(MINIMUM, values=values)
    assert found.matrix()["block"].tolist() == pytest.approx([NAN, 75, 80, 80], nan_ok=True)
    assert composites(found) == pytest.approx([90, 0.6 * 75 + 36, 84, 84])


# -- 32 differences between classes --

CLASSES = """
index:
  children:
    - id: water
      weight: {一类: 40, 二类: 70}
      basis: 示例
      scoring: {method: target, target: {一类: 100, 二类: 80, 丁镇: 50}}
    - id: roads
      weight: {一类: 60, 二类: 30}
      basis: 示例
      scoring: {method: linear, low: 0, high: 100}
      overrides:
        二类: {scoring: {method: threshold, at_least: 30}, reason: 农业乡镇道路里程少}
"""


def test_32_class_overrides() -> None:
    """Weight, target and rule differ by class, one target by township.

    甲 100 % x 40 + 50 x 60 %; 乙 50 % x 40 + 50 x 60 %; 丙 50/80 x 70 + 30; 丁 50/50 x 70 + 30.
    """
    found = evaluate(CLASSES, values={"water": [100.0, 50.0, 50.0, 50.0], "roads": [50.0] * 4})
    assert composites(found) == pytest.approx([70, 50, 73.75, 100])


def test_32_applies_to_some() -> None:
    """An indicator for two named townships; for the others its points go to the rest of the block."""
    text = """
index:
  children:
    - {id: income, weight: 40, basis: 示例, applies_to: [丙镇, 丁镇]}
    - {id: rest, weight: 60, basis: 示例}
"""
    found = evaluate(text, values={"income": [NAN, NAN, 50.0, 100.0], "rest": [80.0] * 4})
    assert composites(found) == pytest.approx([80, 80, 68, 88])


# -- 33 quotas that add up --

POVERTY = """
index:
  children:
    - id: poverty
      weight: 100
      basis: 示例
      total: 1700
      scoring: {{method: target, target: {{甲镇: 400, 乙镇: 300, 丙镇: 600, 丁镇: {last}}}}}
"""


def test_33_quota_decomposition() -> None:
    """Four quotas make the city's 1,700: 300 of 400 persons are 75 points."""
    found = evaluate(POVERTY.format(last=400), values={"poverty": [300.0, 300.0, 600.0, 500.0]})
    assert composites(found) == [75, 100, 100, 100]


def test_33_quotas_that_do_not_add_up() -> None:
    """1,699 instead of 1,700 is refused, with both numbers."""
    with pytest.raises(te.SchemeError) as caught:
        read(POVERTY.format(last=399))
    (problem,) = (problem for problem in caught.value.problems if problem.severity == "error")
    assert problem.code == "total.sum"
    assert "1699" in problem.what.zh
    assert "1700" in problem.what.en


# -- 34 rounding --

ROUNDED = """
{rounding}
index:
  children:
    - {{id: a, weight: 30, basis: 示例}}
    - {{id: b, weight: 70, basis: 示例}}
"""


@pytest.mark.parametrize(
    ("rounding", "expected"),
    [
        # 30 x 0.8335 + 70 x 0.8335 = 25.005 + 58.345 = 83.35
        ("digits: 2", 83.35),
        ("digits: 1", 83.4),
        # 25.01 + 58.35: what a printed sheet shows and adds up
        ("rounding: {stage: indicator, digits: 2}", 83.36),
        ("rounding: {stage: block, digits: 2}", 83.36),
        ("rounding: {stage: composite, digits: 2}", 83.35),
    ],
)
def test_34_rounding_stage(rounding: str, expected: float) -> None:
    """Half up, once, at the stage the scheme states."""
    found = evaluate(ROUNDED.format(rounding=rounding), values={"a": [83.35] * 4, "b": [83.35] * 4})
    assert composites(found) == pytest.approx([expected] * 4, abs=1e-9)


@pytest.mark.parametrize(("rank_on", "ranks"), [("rounded", [1, 1, 3, 4]), ("raw", [2, 1, 3, 4])])
def test_34_ranks_on_rounded_or_raw(rank_on: str, ranks: list[int]) -> None:
    """90.004 and 90.0049 are printed alike: a tie, unless the scheme ranks on what is not printed."""
    text = ROUNDED.format(rounding=f"rank_on: {rank_on}")
    values = [90.004, 90.0049, 80.0, 70.0]
    assert evaluate(text, values={"a": values, "b": values}).results["rank"].tolist() == ranks


# -- 35, 36 grades --

GRADES = """
index:
  children: [{{id: a, weight: 100, basis: 示例}}]
grades:
  - {{name: 优秀, at_least: 90{quota}}}
  - {{name: 良好, at_least: 80}}
  - {{name: 一般, at_least: 60}}
  - {{name: 较差, at_least: 0}}
"""


def grades(quota: str, *scores: float) -> list[str]:
    """Return the grades of the four townships."""
    found = evaluate(GRADES.format(quota=quota), values={"a": list(scores)})
    return [str(grade) for grade in found.results["grade"]]


def test_35_cut_points() -> None:
    """Cut points are included, after rounding: 89.995 is printed 90.00 and is 优秀."""
    assert grades("", 90, 89.995, 89.994, 59.99) == ["优秀", "优秀", "良好", "较差"]


@pytest.mark.parametrize(
    ("quota", "scores", "expected"),
    [
        # one in each class; the second of a class gets the next grade
        (", quota: {count: 1, per: group}", (95, 92, 91, 70), ["优秀", "良好", "优秀", "一般"]),
        # half of four, over all classes
        (", quota: {share: 0.5}", (95, 92, 91, 70), ["优秀", "优秀", "良好", "一般"]),
        # a tie at the last place: neither, unless ties are all admitted
        (", quota: {count: 1}", (95, 95, 91, 70), ["良好", "良好", "良好", "一般"]),
        (", quota: {count: 1, ties: all}", (95, 95, 91, 70), ["优秀", "优秀", "良好", "一般"]),
        # a quota is no gift: 89 stays below the cut
        (", quota: {count: 3}", (95, 89, 70, 50), ["优秀", "良好", "一般", "较差"]),
    ],
    ids=["per class", "share of all", "tie", "tie admitted", "floor"],
)
def test_36_quotas(quota: str, scores: tuple[float, ...], expected: list[str]) -> None:
    """Both the cut and a place are needed; the rest get the next grade."""
    assert grades(quota, *scores) == expected


def test_33_no_share_no_task() -> None:
    """A township without a share of the total has no task: the points go to its other indicators.

    甲 300/400 x 60 + 80 x 40 % = 77; 丁 has no share: its 80 stands alone, whatever is reported.
    """
    text = """
index:
  children:
    - id: poverty
      weight: 60
      basis: 示例
      total: 700
      scoring: {method: target, target: {甲镇: 400, 乙镇: 300, default: 0}}
    - {id: rest, weight: 40, basis: 示例}
"""
    found = evaluate(text, values={"poverty": [300.0, 300.0, NAN, 0.0], "rest": [80.0] * 4})
    assert composites(found) == pytest.approx([77, 92, 80, 80])
    status = found.values.query("indicator == 'poverty'").set_index("unit")["status"]
    assert status[["丙镇", "丁镇"]].tolist() == ["not_applicable"] * 2
