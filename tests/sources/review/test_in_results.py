"""Panels and ballots in a finished evaluation: errors in the values, tables in the archive, no names."""

import numpy as np
import pandas as pd
import pytest

import township_eval as te

SCHEME = {
    "name": "试",
    "version": "1",
    "units": {"001": {"name": "东塔镇"}, "002": {"name": "崇兴镇"}, "003": {"name": "白土岗乡"}},
    "index": {
        "children": [
            {"id": "third", "weight": 50, "source": {"kind": "ratings", "trim": 1}},
            {
                "id": "review",
                "weight": 50,
                "source": {
                    "kind": "reviews",
                    "direction": "departments_rate_townships",
                    "raters": {"财政局": 2, "民政局": 1},
                },
            },
        ]
    },
}
SCORES = {"001": (92, 88, 85, 90, 71), "002": (80, 84, 79, 83, 70), "003": (75, 78, 70, 77, 69)}


@pytest.fixture(scope="module")
def evaluation():
    """Return an evaluation of three townships."""
    names = ("张三", "李四", "王五", "赵六", "钱七")
    ratings = [
        (unit, name, score) for unit, some in SCORES.items() for name, score in zip(names, some, strict=True)
    ]
    down = [(unit, rater, 80 + k, None) for k, unit in enumerate(SCORES) for rater in ("财政局", "民政局")]
    up = [("财政局", name, 70 + k, "乡镇评部门") for k, name in enumerate(("东塔镇", "崇兴镇", "白土岗乡"))]
    inputs = te.Inputs(
        period="2018",
        ratings=pd.DataFrame(ratings, columns=["unit", "rater", "score"]),
        reviews=pd.DataFrame(down + up, columns=["unit", "rater", "score", "direction"]),
    )
    return te.evaluate(te.read_scheme(SCHEME), inputs)


def test_values_carry_error_number_and_assumption(evaluation):
    """A panel of five has three that count; a complete census has no sampling error."""
    values = evaluation.values.set_index(["unit", "indicator"])
    assert values.loc[("001", "third"), "value"] == pytest.approx(263 / 3)
    assert values.loc[("001", "third"), "n"] == 3.0
    assert values.loc[("001", "third"), "se"] > 0
    assert values.loc[("001", "review"), ["value", "se", "n"]].tolist() == [80.0, 0.0, 2.0]
    assert (values["assumption"] != "").all()


def test_tables_survive_the_archive_and_name_no_assessor(evaluation, tmp_path):
    """What reports print is there again; who the assessors are never was."""
    path = tmp_path / "2018.json"
    te.write_evaluation(evaluation, path)
    back = te.read_evaluation(path)
    for name in ("ratings", "panel", "agreement", "reviews", "reviews_total"):
        left, right = (one.tables[name].reset_index(drop=True) for one in (evaluation, back))
        pd.testing.assert_frame_equal(left, right, check_dtype=False)
    assert not [
        name for name in ["张三", "李四", "王五", "赵六", "钱七"] if name in path.read_text(encoding="utf-8")
    ]


def test_both_directions_are_ranked(evaluation):
    """Departments by the townships' votes, townships by the departments'."""
    total = evaluation.tables["reviews_total"].set_index("name")
    np.testing.assert_allclose(total.loc[["东塔镇", "白土岗乡", "财政局"], "rank"], [3, 1, 1])
    assert total.loc["财政局", "score"] == 71.0
