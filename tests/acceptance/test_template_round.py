"""From a blank template to a score: what `template` writes, an office fills in, and `score` reads."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from openpyxl.worksheet.worksheet import Worksheet

import township_eval as te
from township_eval.examples import path

PERIOD = "2018-Q4"
KEYS = ["unit", "indicator", "part"]


@pytest.fixture(scope="module")
def scheme() -> te.Scheme:
    return te.read_scheme(path("lingwu") / "scheme.yaml")


@pytest.fixture(scope="module")
def figures(scheme: te.Scheme) -> te.Inputs:
    """Return the figures of the example's last quarter, where surveys are reported as counts."""
    return te.read_inputs(path("lingwu") / f"{PERIOD}.xlsx", scheme)


def table(frame: pd.DataFrame | None) -> pd.DataFrame:
    assert frame is not None
    return frame


def fill(books: list[Path], scheme: te.Scheme, figures: te.Inputs) -> None:
    """Write every figure into the cell that asks for it, as a person does who reads the headers."""
    values = table(figures.values).set_index(KEYS)["value"].to_dict()
    absent = {tuple(key) for key in table(figures.not_applicable)[KEYS].to_numpy().tolist()}
    for book in books:
        made = openpyxl.load_workbook(book)
        asked = te.read_inputs(book, scheme, period=PERIOD).values
        for key, cell in [] if asked is None else _asked(asked):
            _, sheet, address = cell.split("!")
            made[sheet][address] = "/" if key in absent else values.get(key)
        made["封面"]["B3"] = PERIOD
        for name, fill_sheet in SHEETS.items():
            if name in made.sheetnames:
                fill_sheet(made[name], figures)
        made.save(book)


def _asked(values: pd.DataFrame) -> Iterator[tuple[tuple[str, str, str], str]]:
    for unit, indicator, part, cell in values[[*KEYS, "cell"]].to_numpy().tolist():
        yield (unit, indicator, part), cell


def _rows(sheet: Worksheet) -> Iterator[tuple[int, dict[str, Any], dict[str, int]]]:
    """Yield row number, texts and columns by header of each row below the header (row 3)."""
    columns = {str(cell.value): cell.column for cell in sheet[3]}
    for row in range(4, sheet.max_row + 1):
        yield row, {head: sheet.cell(row, at).value for head, at in columns.items()}, columns


def _counts(sheet: Worksheet, figures: te.Inputs) -> None:
    counts = table(figures.satisfaction).set_index(["unit", "channel", "answer"])["count"].to_dict()
    for row, said, columns in _rows(sheet):
        for answer in ("满意", "基本满意", "不满意", "不了解"):
            sheet.cell(row, columns[answer]).value = counts[said["代码"], said["渠道"], answer]


def _panel(sheet: Worksheet, figures: te.Inputs) -> None:
    scores = table(figures.ratings).set_index(["unit", "rater"])["score"].to_dict()
    for row, said, columns in _rows(sheet):
        for rater in range(1, 6):
            sheet.cell(row, columns[f"评估员{rater}"]).value = scores[said["代码"], f"评估员{rater}"]


def _persons(sheet: Worksheet, figures: te.Inputs) -> None:
    columns = next(_rows(sheet))[2]
    persons = table(figures.roster)[["unit", "人员编号", "年度培训天数"]].to_numpy().tolist()
    for row, (unit, person, days) in enumerate(persons, start=4):
        sheet.cell(row, columns["代码"]).value = unit
        sheet.cell(row, columns["姓名"]).value = person
        sheet.cell(row, columns["年度培训天数"]).value = days


def _departments(sheet: Worksheet, figures: te.Inputs) -> None:
    _ballots(sheet, figures, "departments_rate_townships", ["unit", "rater"])


def _townships(sheet: Worksheet, figures: te.Inputs) -> None:
    _ballots(sheet, figures, "townships_rate_departments", ["rater", "unit"])


def _ballots(sheet: Worksheet, figures: te.Inputs, direction: str, keys: list[str]) -> None:
    """Fill a matrix with a row a township and a column a department, whoever of them votes."""
    cast = table(figures.reviews)
    score = cast[cast["direction"] == direction].set_index(keys)["score"].to_dict()
    for row, said, columns in _rows(sheet):
        for department in list(columns)[2:]:
            sheet.cell(row, columns[department]).value = score[said["代码"], department]


SHEETS = {
    "满意度": _counts,
    "第三方评估": _panel,
    "部门评乡镇": _departments,
    "乡镇评部门": _townships,
    "花名册": _persons,
}


def composites(evaluation: te.Evaluation) -> dict[str, float]:
    return dict(evaluation.results.set_index("name")["composite"])


@pytest.mark.parametrize("by_lead", [False, True], ids=["one workbook", "one a department"])
def test_a_filled_template_scores_like_the_offices_own_workbooks(
    call: Any, scheme: te.Scheme, figures: te.Inputs, tmp_path: Path, *, by_lead: bool
) -> None:
    """Every figure finds its cell and every cell its indicator: 92.27 and 92.04, and all others too."""
    target = tmp_path / (PERIOD if by_lead else f"{PERIOD}.xlsx")
    rules = path("lingwu") / "scheme.yaml"
    assert call("template", rules, "-o", target, *(["--by", "lead"] if by_lead else []))[0] == 0
    books = sorted(target.iterdir()) if by_lead else [target]
    assert (len(books) > 1) == by_lead
    fill(books, scheme, figures)
    code, _, err = call("score", rules, target, "-o", tmp_path / "out")
    assert (code, err) == (0, "")
    again = te.read_evaluation(tmp_path / "out" / f"{PERIOD}.json")
    first = te.evaluate(scheme, figures)
    assert composites(again) == composites(first)
    for name in ("satisfaction_total", "panel", "agreement", "reviews_total"):
        pd.testing.assert_frame_equal(again.tables[name], first.tables[name], check_dtype=False)
    assert (composites(again)["白土岗乡"], composites(again)["梧桐树乡"]) == (92.27, 92.04)


def test_a_blank_template_lists_what_is_still_to_be_reported(call: Any, tmp_path: Path) -> None:
    """Sent back untouched it is no crash and no score: every township is listed, nothing is written."""
    target = tmp_path / f"{PERIOD}.xlsx"
    rules = path("lingwu") / "scheme.yaml"
    assert call("template", rules, "-o", target)[0] == 0
    code, out, _ = call("check", rules, target, "--json")
    found = [problem for part in json.loads(out)["checked"] for problem in part["problems"]]
    errors = [problem for problem in found if problem["severity"] == "error"]
    assert code == 1
    assert [problem["code"] for problem in errors] == ["unit.silent"] * 9
