"""Ballots of a mutual review, both ways and in every form."""

from __future__ import annotations

from typing import Any

import pytest

from township_eval.io.evidence.ballots import direction_in
from township_eval.io.workbook import read_inputs

DOWN, UP = "departments_rate_townships", "townships_rate_departments"


def ballots(inputs: Any, *names: str) -> list[list[Any]]:
    return inputs.reviews[list(names)].to_numpy().tolist()


@pytest.mark.parametrize("turned", [False, True], ids=["townships down", "townships along"])
def test_a_matrix_of_departments_rating_townships(take, faults, turned):
    """Raters in rows or columns: who rates whom is said by the title, the townships are found by name."""
    rows: list[list[Any]] = [
        ["乡镇", "农牧局", "住建局"],
        ["东塔镇", 92, 88],
        ["崇兴镇", 90, None],
        ["白土岗乡", "/", "85分"],
    ]
    if turned:
        rows = [list(column) for column in zip(*rows, strict=True)]
        rows[0][0] = "部门"
    inputs = take({"部门评乡镇": rows})
    assert faults(inputs) == []
    found = {(unit, rater): score for unit, rater, score in ballots(inputs, "unit", "rater", "score")}
    assert found == {
        ("640181100", "农牧局"): 92.0,
        ("640181100", "住建局"): 88.0,
        ("640181102", "农牧局"): 90.0,
        ("640181201", "住建局"): 85.0,
    }
    assert set(inputs.reviews["direction"]) == {DOWN}
    cells = dict(zip(inputs.reviews["score"], inputs.reviews["cell"], strict=True))
    assert cells[88.0] == "2018-H2.xlsx!部门评乡镇!" + ("B3" if turned else "C2")


def test_the_other_direction(take, faults):
    """Townships rate departments: the department is the one rated, as written; sums are left aside."""
    rows = [
        ["双向考核评议表(乡镇评部门)", None, None, None, None],
        ["乡镇(街道)", "农牧局", "住建局", "有效票", "平均分"],
        ["东塔镇", 95, 80, 2, 87.5],
        ["平均", 95, 80, None, None],
        ["注:满分100分", None, None, None, None],
    ]
    inputs = take({"Sheet1": rows}, {"Sheet1": ["A1:E1"]})
    assert faults(inputs) == []
    assert ballots(inputs, "unit", "rater", "score", "direction") == [
        ["农牧局", "640181100", 95.0, UP],
        ["住建局", "640181100", 80.0, UP],
    ]


def test_departments_may_be_the_units(take, make_scheme, faults):
    """In the scorecard of departments the register holds departments; townships stand as written."""
    scheme = make_scheme("review", direction=UP)
    inputs = take({"部门评乡镇": [["单位", "甲镇"], ["东塔镇", 90]]}, scheme=scheme)
    assert faults(inputs) == []
    assert ballots(inputs, "unit", "rater") == [["甲镇", "640181100"]]


def test_a_row_a_ballot(take, faults):
    """Rater, ratee and score as columns; both directions may share a sheet that says which is which."""
    rows = [
        ["评议单位", "被评议单位", "方向", "项目", "得分"],
        ["农牧局", "东塔", "部门评议乡镇", "服务", 90],
        ["东塔镇", "农牧局", "乡镇评议部门", "服务", 80],
        ["农牧局", "马家滩镇", None, "服务", 70],
    ]
    inputs = take({"双向评议": rows})
    assert faults(inputs) == []
    assert ballots(inputs, "unit", "rater", "score", "item") == [
        ["640181100", "农牧局", 90.0, "服务"],
        ["农牧局", "640181100", 80.0, "服务"],
        ["马家滩镇", "农牧局", 70.0, "服务"],
    ]
    assert inputs.reviews["direction"].tolist()[:2] == [DOWN, UP]
    assert inputs.reviews["direction"].isna().tolist() == [False, False, True]


def test_secret_ballots_are_counts(take, faults):
    """A column an answer: counts, no rater; of a department group its name."""
    rows = [
        ["部门评议乡镇(无记名)", None, None, None],
        ["被评议单位", "好", "一般", "差"],
        ["东塔镇", 20, 5, 0],
        ["崇兴镇", None, None, None],
        ["合计", 20, 5, 0],
    ]
    inputs = take({"评议": rows}, {"评议": ["A1:D1"]})
    assert faults(inputs) == []
    assert ballots(inputs, "unit", "answer", "count", "direction") == [
        ["640181100", "好", 20.0, DOWN],
        ["640181100", "一般", 5.0, DOWN],
        ["640181100", "差", 0.0, DOWN],
    ]
    assert "rater" not in inputs.reviews


def test_words_on_a_signed_ballot(take, faults):
    """An answer of the ballot's scale in a matrix is one vote for it; another word is refused."""
    inputs = take({"部门评乡镇": [["乡镇", "农牧局", "住建局"], ["东塔镇", "好", "优"]]})
    assert faults(inputs) == [("cell.text", "2018-H2.xlsx!部门评乡镇!C2")]
    assert ballots(inputs, "unit", "rater", "answer", "count") == [["640181100", "农牧局", "好", 1.0]]


@pytest.mark.parametrize(
    ("name", "rows", "code", "cell"),
    [
        ("双向评议", [["乡镇", "农牧局"], ["东塔镇", 90]], "reviews.direction", ""),
        ("评议", [["被评议单位", "好", "差"], ["东塔镇", 3, None]], "reviews.blank", "!C2"),
        ("部门评乡镇", [["评议单位", "被评议单位", "得分"], ["农牧局", None, 9]], "unit.blank", "!B2"),
        ("部门评乡镇", [["乡镇", "农牧局"], ["马家滩镇", 90], ["东塔镇", 80]], "unit.unknown", "!A2"),
        ("部门评乡镇", [["乡镇", "农牧局"], ["东塔镇", "90-95"]], "cell.text", "!B2"),
    ],
)
def test_ballots_in_doubt_are_refused(take, faults, name, rows, code, cell):
    """No direction, a blank among counts, a ballot about nobody, an unknown township, a range."""
    assert faults(take({name: rows})) == [(code, f"2018-H2.xlsx!{name}{cell}")]


def test_reviews_from_a_text_file(people, tmp_path):
    """reviews.csv with English headers is the table itself."""
    folder = tmp_path / "2018-H2"
    folder.mkdir()
    text = "unit,rater,score,direction\n640181100,农牧局,90,departments_rate_townships\n"
    (folder / "reviews.csv").write_text(text, encoding="utf-8")
    inputs = read_inputs(folder, people)
    assert ballots(inputs, "unit", "rater", "score", "direction") == [["640181100", "农牧局", 90.0, DOWN]]


@pytest.mark.parametrize(
    ("text", "direction"),
    [
        ("部门评议乡镇", DOWN),
        ("2018年市直部门对各乡镇评议表", DOWN),
        ("部门(单位)评乡镇(街道)", DOWN),
        ("各乡镇(街道)评市直部门", UP),
        ("乡镇对部门评议", UP),
        ("departments rate townships", DOWN),
        ("townships_rate_departments", UP),
        ("部门和乡镇政府之间履职双向考核评议", ""),
        ("部门评议乡镇、乡镇评议部门", ""),
        ("部门考核", ""),
    ],
)
def test_directions_as_titles_state_them(text, direction):
    """Who stands before the word for rating rates; a title that says both ways says neither."""
    assert direction_in(text) == direction
