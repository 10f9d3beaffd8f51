"""The twenty ways an office turns a figure into points, each from scheme and tables to the points.

Every test states one indicator of 4 points as a scheme file would, one period's tables of three or
four units, and the points printed. The numbering is that of the list of rule kinds an evaluation
scheme must be able to express.
"""

import math

import pandas as pd
import pytest

import township_eval as te

UNITS = ["甲镇", "乙镇", "丙镇", "丁镇"]


def _scheme(leaf, **top):
    indicator = {"id": "x", "name": "指标", "weight": 4, "basis": "示例"} | leaf
    others = {"id": "rest", "name": "其余", "weight": 96, "basis": "示例"}
    index = {"missing": "exclude", "children": [indicator, others]}
    return te.read_scheme({"format": 1, "name": "示例", "version": "1", "index": index} | top)


def _points(leaf, values, *, history=(), top=None, **tables):
    """Return the points of the indicator, unit by unit in the order of UNITS."""
    scheme = _scheme(leaf, **(top or {}))
    evaluations = []
    for period, column in [*history, ("2018-H2", values)]:
        inputs = te.Inputs(
            period=period,
            units=pd.DataFrame({"unit": UNITS, "name": UNITS}),
            values=_values(column),
            as_of="2018-12-31",
            **{name: pd.DataFrame(table) for name, table in tables.items()},
        )
        evaluations.append(te.evaluate(scheme, inputs, history=evaluations))
    scores = evaluations[-1].matrix()["x"].to_numpy()
    return [round(score * 4 / 100, 9) for score in scores.tolist()]


def _values(columns):
    columns = columns if isinstance(columns, dict) else {"x": columns}
    return pd.DataFrame({"rest": 100.0} | columns, index=pd.Index(UNITS, name="unit"))


def test_01_attainment_with_cap_and_floor():
    """Completion rate, over-fulfillment counted as full, zero below 60 %."""
    leaf = {"scoring": {"method": "target", "target": 100, "floor": 60}}
    assert _points(leaf, [112.0, 90.0, 60.0, 59.0]) == [4.0, 3.6, 2.4, 0.0]


def test_02_attainment_uncapped():
    """Completion rate that may pass full marks."""
    leaf = {"scoring": {"method": "target", "target": 50, "cap": None}}
    assert _points(leaf, [60.0, 50.0, 25.0, 0.0]) == [4.8, 4.0, 2.0, 0.0]


def test_03_base_and_steps():
    """4 points at 12 %, 0.2 per percentage point over up to 0.5, 0.2 less per point short."""
    rule = {"method": "step", "target": 12, "base": 100, "up": 5, "up_cap": 12.5, "down": 5, "every": 1}
    assert _points({"scoring": rule}, [13.0, 20.0, 12.0, 10.5]) == [4.2, 4.5, 4.0, 3.7]
    whole = rule | {"whole_steps": True}
    assert _points({"scoring": whole}, [13.9, 20.0, 12.0, 10.5]) == [4.2, 4.5, 4.0, 3.8]


def test_04_threshold_with_an_exact_fraction():
    """不少于三分之二: six of nine is enough."""
    leaf = {
        "source": {"kind": "ratio", "numerator": "有经历人数", "denominator": "班子人数"},
        "scoring": {"method": "threshold", "at_least": "2/3", "otherwise": "proportional"},
    }
    values = {"有经历人数": [6.0, 5.0, 3.0, 9.0], "班子人数": [9.0, 9.0, 9.0, 9.0]}
    assert _points(leaf, values) == [4.0, round(4 * 5 / 6, 9), 2.0, 4.0]
    at_most = {"scoring": {"method": "threshold", "at_most": 3}}
    assert _points(at_most, [3.0, 4.0, 0.0, 2.0]) == [4.0, 0.0, 4.0, 4.0]


def test_05_range_with_three_zones():
    """3 to 5 sites: below in proportion, inside and above full."""
    leaf = {"scoring": {"method": "range", "low": 3, "high": 5, "below": "proportional", "above": "full"}}
    assert _points(leaf, [1.5, 3.0, 5.0, 8.0]) == [2.0, 4.0, 4.0, 4.0]


def test_06_tiers():
    """Half-open tiers: the lower bound belongs to its tier."""
    leaf = {"scoring": {"method": "bands", "bounds": [60, 80, 90], "scores": [0, 60, 80, 100]}}
    assert _points(leaf, [90.0, 89.99, 60.0, 59.99]) == [4.0, 3.2, 2.4, 0.0]


def test_07_fixed_goalposts():
    """Linear between two stated values; here smaller is better."""
    leaf = {"scoring": {"method": "linear", "low": 40, "high": 0}}
    assert _points(leaf, [0.0, 10.0, 40.0, 55.0]) == [4.0, 3.0, 0.0, 0.0]


def test_08_standardized_among_the_units():
    """Min-max and z-score compare the units with each other."""
    spread = {"scoring": {"method": "min_max", "low": 50}}
    assert _points(spread, [10.0, 20.0, 15.0, 10.0]) == [2.0, 4.0, 3.0, 2.0]
    standard = {"scoring": {"method": "z_score", "mean": 75, "sd": 25, "ddof": 0}}
    assert _points(standard, [1.0, 1.0, 3.0, 3.0]) == [2.0, 2.0, 4.0, 4.0]


def test_09_ratio_to_the_best():
    """Own result / best result x points."""
    assert _points({"scoring": {"method": "ratio_to_best"}}, [560.0, 504.0, 280.0, 0.0]) == [
        4.0,
        3.6,
        2.0,
        0.0,
    ]


def test_10_steps_by_rank():
    """争先进位: 100/95/90/85 % of the points; ties share the better place."""
    leaf = {"scoring": {"method": "rank_step", "step": 5}}
    assert _points(leaf, [88.0, 95.0, 88.0, 70.0]) == [3.8, 4.0, 3.8, 3.4]


def test_11_efficacy_coefficient():
    """60 % of the points at the unacceptable value, all at the satisfactory one."""
    leaf = {"scoring": {"method": "efficacy", "bad": 70, "good": 90}}
    assert _points(leaf, [90.0, 80.0, 70.0, 95.0]) == [4.0, 3.2, 2.4, 4.4]


def test_12_checklist():
    """So many of a list's items met, one of them worth double."""
    leaf = {
        "source": {"kind": "items", "columns": ["首问责任制", "联席会议", "经费保障"], "weights": [1, 1, 2]}
    }
    values = {
        "首问责任制": [1.0, 1.0, 0.0, 0.0],
        "联席会议": [1.0, 0.0, 1.0, 0.0],
        "经费保障": [1.0, 1.0, 0.0, 0.0],
    }
    leaf |= {"scoring": {"method": "identity", "low": 0, "high": 1}}
    assert _points(leaf, values) == [4.0, 3.0, 1.0, 0.0]


def test_13_deduction_by_grade_of_event():
    """2 points off per serious event, half a point per ordinary one, down to nothing."""
    leaf = {
        "source": {"kind": "events", "marks": {"重大": 2, "一般": 0.5}},
        "scoring": {"method": "deduction", "full": 4},
    }
    events = {
        "unit": ["甲镇", "甲镇", "乙镇", "丙镇", "丙镇", "丙镇"],
        "rule": ["x"] * 6,
        "grade": ["重大", "一般", "一般", "重大", "重大", "重大"],
        "reason": ["通报"] * 6,
    }
    assert _points(leaf, {}, events=events) == [1.5, 3.5, 0.0, 4.0]


def test_14_mark_at_discretion():
    """At most 5 marks, converted to the indicator's points; a mark needs its reason."""
    leaf = {"scoring": {"method": "mark", "full": 5}}
    rows = [
        ("甲镇", "x", 5.0, "经验在全市推广"),
        ("乙镇", "x", 2.5, "一般"),
        ("丙镇", "x", 0.0, "无"),
        ("丁镇", "x", 4.0, "较好"),
    ]
    rows += [(unit, "rest", 100.0, "") for unit in UNITS]
    values = pd.DataFrame(rows, columns=["unit", "indicator", "value", "reason"])
    inputs = te.Inputs(period="2018-H2", units=pd.DataFrame({"unit": UNITS, "name": UNITS}), values=values)
    scores = te.evaluate(_scheme(leaf), inputs).matrix()["x"] * 4 / 100
    assert scores.round(9).tolist() == [4.0, 2.0, 0.0, 3.2]
    bare = te.Inputs(period="2018-H2", units=inputs.units, values=values.drop(columns="reason"))
    with pytest.raises(te.DataError):
        te.evaluate(_scheme(leaf), bare)


def test_15_milestone_and_days_late():
    """Due 10 May: three days are free, then 10 % a day, a fifth always remains."""
    leaf = {
        "source": {"kind": "milestone", "due": "2018-05-10", "done": "报备日期"},
        "scoring": {"method": "late", "free": 3, "per_day": 10, "floor": 20},
    }
    dates = {"报备日期": ["2018-05-08", "2018-05-13", "2018-05-15", "2018-06-30"]}
    assert _points(leaf, dates) == [4.0, 4.0, 3.2, 0.8]


def test_16_zero_target():
    """断头路: none may be left; as a loss per road against the target, or as a deduction in points."""
    target = {"scoring": {"method": "target", "target": 0, "direction": "lower", "per_unit": 25}}
    assert _points(target, [0.0, 1.0, 2.0, 9.0]) == [4.0, 3.0, 2.0, 0.0]
    points = {"scoring": {"method": "deduction", "full": 4, "per_unit": 0.5}}
    assert _points(points, [0.0, 1.0, 2.0, 9.0]) == [4.0, 3.5, 3.0, 0.0]


def test_17_average_annual_growth():
    """Compound over three years: 9000 to 12644.352 is 12 % a year."""
    leaf = {
        "unit": "%",
        "source": {"kind": "growth", "start": "期初收入", "end": "期末收入", "years": 3},
        "scoring": {"method": "target", "target": 12},
    }
    values = {"期初收入": [9000.0] * 4, "期末收入": [12644.352, 9000 * 1.06**3, 9000.0, 13000.0]}
    assert _points(leaf, values) == [4.0, 2.0, 0.0, 4.0]


def test_18_coverage_of_a_filtered_denominator():
    """Villages of 1,500 people and more with demand; a township without one is not scored zero."""
    leaf = {
        "unit": "%",
        "may_not_apply": True,
        "source": {
            "kind": "ratio",
            "numerator": "已覆盖",
            "denominator": "村",
            "where": "人口 >= 1500 and 需求 == 1",
        },
        "scoring": {"method": "target", "target": 100},
    }
    roster = {
        "unit": ["甲镇", "甲镇", "甲镇", "乙镇", "丙镇", "丁镇"],
        "indicator": ["x"] * 6,
        "村": [1.0] * 6,
        "人口": [1500.0, 2100.0, 900.0, 1800.0, 1499.0, 1600.0],
        "需求": [1.0, 1.0, 1.0, 1.0, 1.0, 1.0],
        "已覆盖": [1.0, 0.0, 0.0, 1.0, 0.0, 0.0],
    }
    points = _points(leaf, {}, roster=roster)
    assert points[:2] == [2.0, 4.0]
    assert math.isnan(points[2])  # not applicable
    assert points[3] == 0.0


def test_19_share_of_persons_who_reach_a_bound():
    """培训≥12天: share of cadres at or over twelve days, the bound included."""
    leaf = {
        "unit": "%",
        "source": {"kind": "share_of_persons", "column": "培训天数", "at_least": 12},
        "scoring": {"method": "target", "target": 100},
    }
    roster = {
        "unit": ["甲镇", "甲镇", "乙镇", "乙镇", "丙镇", "丁镇"],
        "indicator": ["x"] * 6,
        "培训天数": [12.0, 15.0, 11.5, 12.0, 3.0, 20.0],
    }
    assert _points(leaf, {}, roster=roster) == [4.0, 2.0, 0.0, 4.0]


def test_20_improvement_on_the_own_past():
    """Change since the last period: plus 10 earns full marks, no change half of them."""
    leaf = {
        "source": {"kind": "change"},
        "missing": "exclude",
        "scoring": {"method": "linear", "low": -10, "high": 10},
    }
    before = [("2018-H1", [50.0, 60.0, 70.0, 80.0])]
    assert _points(leaf, [60.0, 60.0, 65.0, 60.0], history=before) == [4.0, 2.0, 1.0, 0.0]
