"""A table of renamed, merged and split units: read as an office keeps it, refused with its cells."""

from __future__ import annotations

import openpyxl
import pytest

import township_eval as te
from township_eval.io.renamed import read_renamed

ROWS = [["东镇", "东西镇", 0.6], ["西镇", "东西镇", "40%"], ["老乡", None, None], [None, "新乡", None]]


def book(path, rows, head=("原单位", "现单位", "份额")):
    """Write a workbook with a title above the header and an empty row in between."""
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.append(["单位变更情况表"])
    for row in (head, *rows[:2], (), *rows[2:]):
        sheet.append(row)
    workbook.save(path)
    return path


def test_a_workbook_of_an_office(tmp_path) -> None:
    """Chinese headers, a title, blank rows, percent; blanks dissolve and found; cells are remembered."""
    found = read_renamed(book(tmp_path / "变更.xlsx", ROWS))
    assert found[["unit", "into"]].to_numpy().tolist() == [
        ["东镇", "东西镇"], ["西镇", "东西镇"], ["老乡", ""], ["", "新乡"],
    ]  # fmt: skip
    assert found["share"].tolist()[:2] == [0.6, 0.4]
    assert found["share"].tolist()[2:] == [None, None]
    assert found["cell"].tolist()[2] == "变更.xlsx!Sheet!A6"


def test_a_text_table_in_english(tmp_path) -> None:
    """The names of `compare`'s own columns; a share that is none is left for the check that names it."""
    path = tmp_path / "renamed.csv"
    path.write_text("unit,into,share\nEast,Both,much\nWest,Both,0.5\n", encoding="utf-8")
    assert read_renamed(path)[["unit", "into", "share"]].to_numpy().tolist() == [
        ["East", "Both", "much"], ["West", "Both", 0.5],
    ]  # fmt: skip


def test_what_cannot_be_read_is_refused_with_its_place(tmp_path) -> None:
    """No file, no header, an error value."""
    with pytest.raises(te.DataError, match=r"file\.missing"):
        read_renamed(tmp_path / "none.csv")
    with pytest.raises(te.DataError, match=r"renamed\.column.*变更\.xlsx"):
        read_renamed(book(tmp_path / "变更.xlsx", ROWS, head=("甲", "乙", "丙")))
    broken = [["东镇", "东西镇", "#N/A"], ["西镇", "=A1", 0.4]]
    with pytest.raises(te.DataError) as refused:
        read_renamed(book(tmp_path / "坏.xlsx", broken))
    assert [problem.where for problem in refused.value.problems] == ["坏.xlsx!Sheet!C3", "坏.xlsx!Sheet!B4"]
