"""Tables of consequences in a scheme's workbook: Chinese words in the cells, and lists to choose from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from township_eval.io.schemes import read_scheme, write_scheme

MAPPING: dict[str, Any] = {
    "name": "考核办法", "version": "2018",
    "index": {"children": [{"id": "work", "weight": 100, "basis": "二"}]},
    "flags": [
        {"id": "F1", "measure": "约谈", "conditions": ["work < 60", "rank > 8"], "reading": "and",
         "kind": "sanction", "certainty": "confirmed", "due_days": 15, "due_in": "working"},
        {"id": "F2", "measure": "示范乡镇", "when": "work >= 90", "kind": "positive"},
    ],
    "adjustments": {"bonus": {"cap": 5}, "deduction": {"cap": 10}},
    "adjustment_items": [
        {"id": "awards", "pool": "bonus", "amount": 2, "honour": False},
        {"id": "late", "pool": "deduction", "amount": 1},
    ],
    "disclosure": {"days": "calendar", "objection_days": 7},
}  # fmt: skip


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write_scheme(read_scheme(MAPPING), tmp_path / "方案.xlsx")


def cell_of(sheet: Any, head: str, row: int) -> Any:
    """Return a cell by its header."""
    column = next(cell.column for cell in sheet[2] if cell.value == head)
    return sheet.cell(row, column)


def test_cells_hold_chinese_words_and_are_read_as_the_same_scheme(path: Path) -> None:
    """且, 惩戒, 确认, 工作日, 加分 and 扣分 stand in the cells; the scheme they state is the one written."""
    book = openpyxl.load_workbook(path)
    flags, items = book["预警"], book["加减分项目"]
    heads = ("读法", "类型", "把握程度", "天数按")
    assert [cell_of(flags, head, 3).value for head in heads] == ["且", "惩戒", "确认", "工作日"]
    assert cell_of(flags, "类型", 4).value == "表扬"
    assert [cell_of(items, "类型", row).value for row in (3, 4)] == ["加分", "扣分"]
    assert [book["加减分"].cell(row, 1).value for row in (3, 4)] == ["加分", "扣分"]
    settings = {row[0].value: row[1].value for row in book["方案"].iter_rows()}
    assert any("自然日" in str(value) for value in settings.values())
    assert read_scheme(path).fingerprint == read_scheme(MAPPING).fingerprint


@pytest.mark.parametrize(
    ("sheet", "head", "written", "meant"),
    [
        ("预警", "读法", "同时满足", {"reading": "and"}), ("预警", "读法", "or", {"reading": "or"}),
        ("预警", "类型", "处理", {"kind": "sanction"}), ("预警", "天数按", "自然日", {"due_in": "calendar"}),
        ("预警", "把握程度", "较有把握", {"certainty": "probable"}),
    ],
)  # fmt: skip
def test_other_names_of_a_choice_are_read(
    path: Path, sheet: str, head: str, written: str, meant: dict[str, str]
) -> None:
    """What an official may type besides the label, and the word of the file itself."""
    book = openpyxl.load_workbook(path)
    cell_of(book[sheet], head, 3).value = written
    book.save(path)
    ((key, value),) = meant.items()
    assert getattr(read_scheme(path).flags[0], key) == value


def test_columns_of_choices_offer_a_list(path: Path, tmp_path: Path) -> None:
    """In the language of the workbook; columns of yes or no offer these two."""
    english = write_scheme(read_scheme(MAPPING), tmp_path / "scheme.xlsx", lang="en")
    for book, sheets, wanted in (
        (path, ("预警", "加减分项目", "加减分"),
         ({"且,或", "惩戒,表扬,扶持", "较有把握,确认", "自然日,工作日"},
          {"加分,扣分", "是,否"}, {"加分,扣分"})),
        (english, ("flags", "adjustment_items", "adjustments"),
         ({"and,or", "sanction,positive,support", "probable,confirmed", "calendar,working"},
          {"bonus,deduction", "yes,no"}, {"bonus,deduction"})),
    ):  # fmt: skip
        opened = openpyxl.load_workbook(book)
        for sheet, lists in zip(sheets, wanted, strict=True):
            found = {one.formula1.strip('"') for one in opened[sheet].data_validations.dataValidation}
            assert found == lists
