"""A bounded coefficient: satisfaction raises or lowers another block."""

from __future__ import annotations

import numpy as np
import openpyxl
import pandas as pd
import pytest

import township_eval as te
from township_eval.io.template import write_template
from township_eval.scheme.check import check_scheme
from township_eval.scheme.parse import parse_scheme
from township_eval.scheme.write import to_mapping
from township_eval.tree import aggregate, plan_tree
from township_eval.tree.multiplied import factor_notes

NAN = float("nan")


def mapping(**multiplier):
    """Return 60 points of work times satisfaction, and 40 points of something else."""
    stated = {"by": "satisfaction", "low": 0.9, "high": 1.1, **multiplier}
    work = [{"id": "roads", "weight": 40, "basis": "a"}, {"id": "water", "weight": 20, "basis": "b"}]
    return {
        "name": "办法",
        "version": "1",
        "index": {
            "children": [
                {"id": "work", "name": "目标任务", "weight": 60, "multiplier": stated, "children": work},
                {"id": "other", "weight": 40, "basis": "c"},
                {"id": "satisfaction", "name": "群众满意度", "weight": 0, "basis": "d"},
            ]
        },
    }


def evaluated(scheme, **columns):
    """Evaluate wide values."""
    frame = pd.DataFrame(columns, dtype=float)
    frame.index = pd.Index(list("甲乙丙"[: len(frame)]))
    return te.evaluate(te.read_scheme(scheme), te.Inputs(period="2018", values=frame))


def test_a_worked_example():
    """Work 84, satisfaction 90: 84 x (0.9 + 0.2 x 0.9) = 90.72; with 40 points at 70 the total is 82.43."""
    result = evaluated(mapping(), roads=[90, 90], water=[72, 72], other=[70, 70], satisfaction=[90, 0])
    assert result.matrix()["work"].tolist() == pytest.approx([90.72, 75.6])
    assert result.results["composite"].tolist() == pytest.approx([82.43, 73.36])


def test_points_below_do_not_add_up():
    """Under a factor the indicators have scores and no points; the block has both."""
    result = evaluated(mapping(), roads=[90], water=[72], other=[70], satisfaction=[90])
    points = result.scores.set_index("node")["contribution"]
    assert points[["roads", "water"]].isna().all()
    assert points["work"] == pytest.approx(0.6 * 90.72)


def test_the_factor_is_bounded_and_may_lift_a_score_past_full_marks():
    """A score of 120 earns the factor of 100, and full marks times 1.1 are 110."""
    result = evaluated(mapping(), roads=[100], water=[100], other=[70], satisfaction=[100])
    plan = plan_tree(te.read_scheme(mapping()).for_period("2018"), result.units)
    score = result.score.copy()
    score[plan.row["satisfaction"]] = 120.0
    aggregate(plan, score, result.weight)
    assert score[plan.row["work"], 0] == pytest.approx(110.0)


def test_the_index_itself_may_be_multiplied():
    """Satisfaction as the coefficient of the total: it stands below the index with weight 0."""
    scheme = mapping()
    scheme["index"]["multiplier"] = scheme["index"]["children"][0].pop("multiplier")
    result = evaluated(scheme, roads=[90], water=[90], other=[90], satisfaction=[20])
    assert result.results["composite"].item() == pytest.approx(90 * 0.94)


def test_factors_may_differ_by_class():
    """Bounds are numbers of a scheme like others: one class may have its own."""
    scheme = mapping(low={"一类": 0.8, "default": 0.9})
    scheme["groups"] = {"一类": {"reason": "a"}, "二类": {"reason": "b"}}
    scheme["units"] = {"甲": {"group": "一类"}, "乙": {"group": "二类"}}
    result = evaluated(scheme, roads=[90, 90], water=[90, 90], other=[9, 9], satisfaction=[0, 0])
    assert result.matrix()["work"].tolist() == pytest.approx([72.0, 81.0])


def test_without_satisfaction_the_block_is_missing():
    """No score of what multiplies: an error by default, and the block's own policy where it has one."""
    scheme = mapping()
    scheme["index"]["children"][2]["missing"] = "exclude"
    columns = {"roads": [90, 90], "water": [90, 90], "other": [70, 70], "satisfaction": [NAN, 50]}
    with pytest.raises(te.DataError) as refused:
        evaluated(scheme, **columns)
    (problem,) = [one for one in refused.value.problems if one.severity == "error"]
    assert problem.code == "dimension.no_factor"
    assert "群众满意度" in problem.what.zh
    assert problem.hint is not None
    scheme["index"]["children"][0]["missing"] = "zero"
    assert evaluated(scheme, **columns).matrix()["work"].tolist() == pytest.approx([0.0, 90.0])


def test_what_does_not_apply_may_count_as_a_part():
    """``not_applicable: {partial: 0.5}`` on satisfaction is the factor half way, here 1."""
    scheme = mapping()
    scheme["index"]["children"][2] |= {"not_applicable": {"partial": 0.5}, "applies_to": ["乙"]}
    columns = {"roads": [80, 80], "water": [80, 80], "other": [70, 70], "satisfaction": [NAN, 100]}
    assert evaluated(scheme, **columns).matrix()["work"].tolist() == pytest.approx([80.0, 88.0])


def test_a_note_says_the_factor():
    """The reader of a result sees what the block was multiplied by, for each unit or as a range."""
    result = evaluated(
        mapping(), roads=[90, 90, 9], water=[9, 9, 9], other=[9, 9, 9], satisfaction=[90, 40, 100]
    )
    (note,) = factor_notes(result.plan, result.score)
    assert note.what.zh == "目标任务 × 群众满意度系数:丙1.1、乙0.98、甲1.08"
    assert note.severity == "warning"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"by": "satisfacton"}, "multiplier.unknown"),
        ({"by": "work"}, "multiplier.unknown"),
        ({"low": -0.1}, "scoring.parameters"),
        ({"low": 1.2}, "scoring.parameters"),
        ({"low": {"一类": 0.9}}, "scoring.missing_value"),
    ],
)
def test_impossible_factors_are_refused(change, code):
    """An unknown indicator, a dimension, a negative or falling factor, no number: each with a hint."""
    scheme = mapping(**change)
    if isinstance(change.get("low"), dict):
        scheme["groups"] = {"一类": {"reason": "a"}, "二类": {"reason": "b"}}
        scheme["units"] = {"甲": {"group": "一类"}, "乙": {"group": "二类"}}
    errors = [one for one in check_scheme(parse_scheme(scheme)) if one.severity == "error"]
    assert [one.code for one in errors] == [code]
    assert "multiplier" in errors[0].where
    assert errors[0].hint is not None


def test_counting_twice_is_pointed_out():
    """An indicator with weight inside the dimension it multiplies gives a warning, with weight 0 none."""
    scheme = mapping(by="water")
    assert "multiplier.twice" in {one.code for one in check_scheme(parse_scheme(scheme))}
    assert "multiplier.twice" not in {one.code for one in check_scheme(parse_scheme(mapping()))}


def test_it_is_written_as_it_was_read(tmp_path):
    """The mapping and the workbook give the same scheme back; the words say the factor."""
    scheme = te.read_scheme(mapping())
    assert to_mapping(scheme)["index"]["children"][0]["multiplier"] == {
        "by": "satisfaction",
        "low": 0.9,
        "high": 1.1,
    }
    for name in ("scheme.xlsx", "scheme.yaml"):
        te.write_scheme(scheme, tmp_path / name)
        assert te.read_scheme(tmp_path / name) == scheme
    said = scheme.node("work").multiplier.words("群众满意度")
    assert said.zh == "再乘以“群众满意度”系数(0分时0.9,满分时1.1,其间按比例)"


def test_permuting_the_units_permutes_the_factors():
    """The order of the units is of no account."""
    columns = {"roads": [90, 80, 70], "water": [9, 8, 7], "other": [1, 2, 3], "satisfaction": [0, 50, 100]}
    first = evaluated(mapping(), **columns).score
    turned = evaluated(mapping(), **{name: values[::-1] for name, values in columns.items()}).score
    assert np.array_equal(first[:, [0, 2]], turned[:, [2, 0]])


def test_the_form_asks_for_what_only_multiplies(tmp_path):
    """An indicator of weight 0 that multiplies a block has its column in the form to fill in."""
    scheme = mapping()
    scheme["units"] = {"1": {"name": "甲镇"}, "2": {"name": "乙镇"}}
    scheme["index"]["children"].append({"id": "idle", "name": "不用的", "weight": 0, "basis": "e"})
    (path,) = write_template(te.read_scheme(scheme), tmp_path / "form.xlsx")
    _, head, first, *_ = openpyxl.load_workbook(path)["指标数据"].iter_rows()
    grey = {name.value: cell.fill.fill_type is not None for name, cell in zip(head, first, strict=True)}
    assert (grey["群众满意度"], grey["不用的"]) == (False, True)
