"""双向考核评议表: both directions, signed and secret, with what is known of the error."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

import township_eval as te
from township_eval.reports.sheet import Cell
from township_eval.reports.sheets.evidence.reviews import department_votes_sheet, township_votes_sheet
from township_eval.reports.view import View

Rows = Callable[..., list[dict[str, Any]]]
Evaluate = Callable[..., te.Evaluation]
UNITS = ("101", "102", "201", "202")
DOWN, UP = "departments_rate_townships", "townships_rate_departments"
SOURCE: dict[str, Any] = {
    "kind": "reviews",
    "direction": DOWN,
    "raters": {"财政局": 1, "教体局": 1, "编办": 1},
}


def ballots() -> pd.DataFrame:
    """Return both directions: departments on townships, townships on two departments."""
    down = [
        (unit, rater, 90.0 - 2 * k - j, DOWN)
        for k, unit in enumerate(UNITS)
        for j, rater in enumerate(("教体局", "编办", "财政局"))
    ]
    up = [
        (department, unit, 80.0 + 5 * j + k, UP)
        for j, department in enumerate(("财政局", "教体局"))
        for k, unit in enumerate(UNITS)
    ]
    return pd.DataFrame([*down, *up], columns=["unit", "rater", "score", "direction"])


@pytest.fixture(scope="module")
def review(evaluate: Evaluate) -> te.Evaluation:
    return evaluate(SOURCE, reviews=ballots())


def test_departments_rate_townships(review: te.Evaluation, rows_of: Rows) -> None:
    """A line a township in the order of every sheet, a column a department as the scheme lists them."""
    sheet = department_votes_sheet(View(review))
    assert sheet is not None
    assert sheet.name == "双向考核评议表(部门评乡镇)"
    rows = rows_of(sheet)
    assert list(rows[0]) == ["乡镇(街道)", "财政局", "教体局", "编办", "有效票", "得分", "95%区间", "名次"]
    assert [row["乡镇(街道)"] for row in rows] == [review.units.names[at] for at in View(review).order]
    assert list(rows[0].values()) == ["甲镇", 88.0, 90.0, 89.0, 3.0, 89.0, Cell("普查"), 1.0]


def test_points_and_ranks_equal_the_table(review: te.Evaluation, rows_of: Rows) -> None:
    """Ballots, points and ranks are those of the table, in both directions."""
    told = review.tables["reviews_total"].set_index("name")
    both = [department_votes_sheet(View(review)), township_votes_sheet(View(review))]
    heads = ("乡镇(街道)", "部门")
    for sheet, head in zip(both, heads, strict=True):
        for row in rows_of(sheet):
            record = told.loc[row[head]]
            assert row["得分"] == pytest.approx(record["score"], abs=0.005)
            assert (row["有效票"], row["名次"]) == (record["valid"], record["rank"])


def test_townships_rate_departments(review: te.Evaluation, rows_of: Rows) -> None:
    """The other direction: best department first, townships as columns in the order of every sheet."""
    sheet = township_votes_sheet(View(review))
    rows = rows_of(sheet)
    order = [review.units.names[at] for at in View(review).order]
    assert list(rows[0]) == ["部门", *order, "有效票", "得分", "95%区间", "名次"]
    assert [row["部门"] for row in rows] == ["教体局", "财政局"]
    assert rows[1]["甲镇"] == 80.0
    assert sheet is not None
    assert "不计入本方案的得分,供部门考核使用" in sheet.notes[0]


def test_who_did_not_vote_is_named(evaluate: Evaluate, rows_of: Rows) -> None:
    """A missing ballot leaves the error unknown, and the sheet says whose it is."""
    lacking = ballots().query("not (unit == '101' and rater == '编办')")
    sheet = department_votes_sheet(View(evaluate(SOURCE, reviews=lacking)))
    rows = {row["乡镇(街道)"]: row for row in rows_of(sheet)}
    assert (rows["甲镇"]["95%区间"], rows["甲镇"]["未投票"]) == (Cell("误差未知"), "编办")
    assert (rows["乙镇"]["95%区间"], rows["乙镇"]["未投票"]) == (Cell("普查"), "")
    assert rows["甲镇"]["编办"] is None
    assert sheet is not None
    assert any("未投齐" in note and "甲镇" in note for note in sheet.notes)


def test_a_sample_has_an_interval(evaluate: Evaluate, rows_of: Rows) -> None:
    """Where raters are a sample the limits of the table stand beside the points."""
    review = evaluate(SOURCE | {"design": "sample"}, reviews=ballots())
    told = review.tables["reviews_total"].query("unit == '101'").iloc[0]
    row = rows_of(department_votes_sheet(View(review)))[0]
    assert row["95%区间"] == f"{told['lower']:.1f}—{told['upper']:.1f}"
    english = rows_of(department_votes_sheet(View(review, "en")))[0]
    assert english["95% interval"] == f"{told['lower']:.1f} to {told['upper']:.1f}"


def test_secret_ballots_are_counts(evaluate: Evaluate, rows_of: Rows) -> None:
    """Secret ballots show how many gave each answer, in the order of the scale, by item."""
    secret = pd.DataFrame(
        [
            {"unit": unit, "item": item, "answer": answer, "count": count, "direction": DOWN}
            for unit in UNITS
            for item in ("作风", "效率")
            for answer, count in (("弃权", 1), ("一般", 4 + UNITS.index(unit)), ("优秀", 10))
        ]
    )
    source = {"kind": "reviews", "direction": DOWN, "scale": {"优秀": 100, "一般": 60}, "dont_know": ["弃权"]}
    sheet = department_votes_sheet(View(evaluate(source, reviews=secret)))
    row = rows_of(sheet)[0]
    answers = ("优秀", "一般", "弃权")
    assert list(row)[1:7] == [f"{item}\n{answer}" for item in ("作风", "效率") for answer in answers]
    assert (row["作风\n优秀"], row["作风\n一般"], row["作风\n弃权"]) == (10, 4, 1)
    assert (row["投票数"], row["有效票"]) == (15, 14)
    assert sheet is not None
    assert any(note.startswith("无记名投票") for note in sheet.notes)


def test_no_ballots_no_sheets(evaluate: Evaluate) -> None:
    """A scheme without mutual review prints neither direction."""
    panel = pd.DataFrame({"unit": list(UNITS), "rater": "a", "score": 80.0})
    view = View(evaluate({"kind": "ratings"}, ratings=panel))
    assert department_votes_sheet(view) is None
    assert township_votes_sheet(view) is None


@pytest.mark.parametrize(
    ("lang", "names"),
    [
        ("zh", ("双向考核评议表(部门评乡镇)", "双向考核评议表(乡镇评部门)")),
        ("en", ("Reviews by departments", "Reviews by townships")),
    ],
)
def test_printed_sheets_are_whole(
    review: te.Evaluation, tmp_path: Path, lang: str, names: tuple[str, str]
) -> None:
    """Both directions are sheets of one page's width without error cells, English ones in English."""
    te.write_workbook(review, tmp_path / "a.xlsx", lang=lang)
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    for name in names:
        page = book[name]
        assert page.page_setup.fitToWidth == 1
        assert not [cell for row in page.iter_rows() for cell in row if cell.data_type == "e"]


def test_an_archive_prints_the_same_sheets(review: te.Evaluation, tmp_path: Path) -> None:
    """What was read from the archive prints as it did before."""
    te.write_evaluation(review, tmp_path / "a.json")
    again = View(te.read_evaluation(tmp_path / "a.json"))
    for make in (department_votes_sheet, township_votes_sheet):
        assert make(again) == make(View(review))
