"""第三方评估表: scores, raters by number, agreement with the decision each coefficient serves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

import township_eval as te
from township_eval.reports.sheet import Cell
from township_eval.reports.sheets.evidence.ratings import ratings_sheet
from township_eval.reports.view import View

Rows = Callable[..., list[dict[str, Any]]]
Evaluate = Callable[..., te.Evaluation]
GIVEN = {"101": (90, 84, 95, 70), "102": (88, 85, 93, 72), "201": (80, 79, 86, 61), "202": (85, 80, None, 66)}


def marks(**more: Any) -> pd.DataFrame:
    """Return four raters' scores; the third has not rated 丁乡."""
    rows = [
        {"unit": unit, "rater": name, "score": float(score), **more}
        for unit, scores in GIVEN.items()
        for name, score in zip(("赵", "钱", "孙", "李"), scores, strict=True)
        if score is not None
    ]
    return pd.DataFrame(rows)


@pytest.fixture(scope="module")
def panel(evaluate: Evaluate) -> te.Evaluation:
    return evaluate({"kind": "ratings", "trim": 1}, ratings=marks())


def test_scores_and_errors_equal_the_table(panel: te.Evaluation, rows_of: Rows) -> None:
    """Mean, count, spread, error and corrected score of a unit are those of the table, rounded."""
    row = next(row for row in rows_of(ratings_sheet(View(panel))) if row["乡镇(街道)"] == "乙镇")
    told = panel.tables["ratings"].query("unit == '102'").iloc[0]
    pairs = {
        "去高去低后均分": "mean", "离散度(标准差)": "spread", "标准误": "se", "宽严校正后": "adjusted",
    }  # fmt: skip
    for head, column in pairs.items():
        assert row[head] == pytest.approx(told[column], abs=0.005)
    assert row["计入评分数"] == told["n"] == 2
    assert sorted(row[f"评估员{k}"].value for k in range(1, 5) if isinstance(row[f"评估员{k}"], Cell)) == [
        72.0,
        93.0,
    ]


def test_raters_have_numbers_and_no_names(panel: te.Evaluation, rows_of: Rows) -> None:
    """Each rater's line tells how many units, which are missing, and how strict; the name stays out."""
    sheet = ratings_sheet(View(panel))
    rows = rows_of(sheet, table=1)
    assert [row["评估员"] for row in rows] == [f"评估员{k}" for k in range(1, 5)]
    short = next(row for row in rows if row["评分单位数"] == 3)
    assert short["漏评单位"] == "丁乡"
    told = panel.tables["panel"].set_index("rater")
    for row in rows:
        assert row["宽严(分)"] == pytest.approx(told.loc[row["评估员"], "severity"], abs=0.005)
        assert row["均分"] == pytest.approx(told.loc[row["评估员"], "mean"], abs=0.005)
    assert not any(name in str(sheet) for name in ("赵", "钱", "孙", "李"))


def test_agreement_is_named_and_serves_a_decision(panel: te.Evaluation, rows_of: Rows) -> None:
    """Every coefficient stands with its limits and the decision it serves, as in the table."""
    told = panel.tables["agreement"]
    rows = rows_of(ratings_sheet(View(panel)), table=2)
    assert len(rows) == len(told)
    for row, (_, record) in zip(rows, told.iterrows(), strict=True):
        assert row["用途"] == record["serves_zh"]
        if record["lower"] >= 0:
            assert row["95%区间"] == f"{record['lower']:.2f}—{record['upper']:.2f}"
    english = rows_of(ratings_sheet(View(panel, "en")), table=2)
    assert [row["What it serves"] for row in english] == told["serves_en"].tolist()
    assert "Kendall's W" in {row["Coefficient"] for row in english}


def test_negative_limits_are_told_apart_from_the_dash(evaluate: Evaluate, rows_of: Rows) -> None:
    """A limit below zero is not read as a double dash; an infinite one leaves the cell blank."""
    full = marks()[marks()["unit"] != "202"]
    last = pd.DataFrame({"unit": "202", "rater": list("赵钱孙李"), "score": [60.0, 99, 70, 88]})
    whole = pd.concat([full, last])
    rows = rows_of(ratings_sheet(View(evaluate({"kind": "ratings"}, ratings=whole))), table=2)
    said = [row["95%区间"] for row in rows if row["95%区间"]]
    assert any(text.startswith("-") and "至" in text for text in said)
    assert not any("—-" in text or "inf" in text for text in said)


def test_a_coefficient_that_cannot_be_computed_says_why(evaluate: Evaluate, rows_of: Rows) -> None:
    """One rater alone agrees with nobody: no numbers, but the reason."""
    alone = evaluate({"kind": "ratings"}, ratings=marks().query("rater == '赵'"))
    rows = rows_of(ratings_sheet(View(alone)), table=2)
    assert {row["数值"] for row in rows} == {None}
    assert {row["说明"] for row in rows} == set(alone.tables["agreement"]["note_zh"]) != {""}


def test_both_names_of_an_icc(evaluate: Evaluate, rows_of: Rows) -> None:
    """McGraw and Wong's name stands beside Shrout and Fleiss's."""
    complete = marks()[marks()["unit"] != "202"]
    extra = pd.DataFrame({"unit": "202", "rater": list("赵钱孙李"), "score": [84.0, 80, 88, 66]})
    rows = rows_of(
        ratings_sheet(View(evaluate({"kind": "ratings"}, ratings=pd.concat([complete, extra])))), table=2
    )
    assert "ICC(A,k) = ICC(2,k)" in {row["系数"] for row in rows}
    assert "说明" not in rows[0]  # everything could be computed


@pytest.mark.parametrize(
    ("method", "head"), [("mean", "均分"), ("median", "中位数"), ("severity", "宽严校正后均分")]
)
def test_the_header_says_the_method(evaluate: Evaluate, rows_of: Rows, method: str, head: str) -> None:
    """A median is not called a mean after dropping, and a corrected score is not shown twice."""
    row = rows_of(ratings_sheet(View(evaluate({"kind": "ratings", "method": method}, ratings=marks()))))[0]
    assert row[head] is not None
    assert ("宽严校正后" in row) == (method != "severity")


def test_an_error_nobody_knows_is_said(panel: te.Evaluation, rows_of: Rows) -> None:
    """A value without a known error shows the word, not an empty cell."""
    ratings = panel.tables["ratings"]
    blank = ratings.assign(se=ratings["se"].where(ratings["unit"] != "101"))
    unknown = replace(panel, table_rows={**panel.table_rows, "ratings": blank})
    rows = {row["乡镇(街道)"]: row for row in rows_of(ratings_sheet(View(unknown)))}
    assert rows["甲镇"]["标准误"] == Cell("误差未知")
    assert isinstance(rows["乙镇"]["标准误"], float)


def test_organizations_are_shown_where_there_are_any(evaluate: Evaluate, rows_of: Rows) -> None:
    """Raters of several agencies are listed with theirs."""
    frame = marks()
    frame["organization"] = frame["rater"].map({"赵": "甲所", "钱": "甲所", "孙": "乙所", "李": "乙所"})
    source = {"kind": "ratings", "groups": {"甲所": 1, "乙所": 1}}
    rows = rows_of(ratings_sheet(View(evaluate(source, ratings=frame))), table=1)
    assert sorted(row["机构"] for row in rows) == ["乙所", "乙所", "甲所", "甲所"]


def test_archives_of_before_print_what_they_have(panel: te.Evaluation, rows_of: Rows) -> None:
    """Tables without errors, raters and agreement give the scores, their mean and spread."""
    old = panel.tables["ratings"][["unit", "indicator", "rater", "score", "dropped", "mean", "spread"]]
    leaves = replace(panel.leaves, assumption=(None,))
    sheet = ratings_sheet(View(replace(panel, table_rows={"ratings": old}, leaves=leaves)))
    assert sheet is not None
    assert len(sheet.tables) == 1
    assert list(rows_of(sheet)[0]) == [
        "乡镇(街道)", *(f"评估员{k}" for k in range(1, 5)), "去高去低后均分", "离散度(标准差)", "主要问题"
    ]  # fmt: skip


def test_several_panels_are_told_apart(evaluate: Evaluate) -> None:
    """Each table of each panel names its indicator."""
    both = pd.concat([marks(indicator="leaf1"), marks(indicator="leaf2")])
    sheet = ratings_sheet(View(evaluate({"kind": "ratings"}, {"kind": "ratings"}, ratings=both)))
    assert sheet is not None
    assert [table.title for table in sheet.tables] == [
        "指标1", "指标1 评估员", "指标1 评分一致性", "指标2", "指标2 评估员", "指标2 评分一致性"
    ]  # fmt: skip


@pytest.mark.parametrize(("lang", "name"), [("zh", "第三方评估表"), ("en", "Third party")])
def test_printed_sheet_is_whole(panel: te.Evaluation, tmp_path: Path, lang: str, name: str) -> None:
    """One page wide, long words in cells that run over several columns, no error cells."""
    te.write_workbook(panel, tmp_path / "a.xlsx", lang=lang)
    page = openpyxl.load_workbook(tmp_path / "a.xlsx")[name]
    assert page.page_setup.fitToWidth == 1
    assert not [cell for row in page.iter_rows() for cell in row if cell.data_type == "e"]
    serves = panel.tables["agreement"][f"serves_{lang}"].iloc[-1]
    (cell,) = [cell for row in page.iter_rows() for cell in row if cell.value == serves]
    (over,) = [area for area in page.merged_cells.ranges if cell.coordinate in area]
    letters = [openpyxl.utils.get_column_letter(k) for k in range(over.min_col, over.max_col + 1)]
    assert sum(page.column_dimensions[letter].width for letter in letters) >= 50


def test_an_archive_prints_the_same_sheet(panel: te.Evaluation, tmp_path: Path) -> None:
    """What was read from the archive prints as it did before."""
    te.write_evaluation(panel, tmp_path / "a.json")
    assert ratings_sheet(View(te.read_evaluation(tmp_path / "a.json"))) == ratings_sheet(View(panel))
