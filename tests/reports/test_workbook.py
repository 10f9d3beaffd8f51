"""The result workbook as a file: its sheets, print setup, bytes, and what user text becomes."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

import township_eval as te
from township_eval.reports import workbook as module
from township_eval.reports.sheet import Column, Sheet, Table
from township_eval.reports.view import View

ZH = (
    "封面与说明", "综合得分汇总表", "分类排名表", "指标体系表", "指标得分明细表", "指标得分矩阵",
    "满意度测评表", "第三方评估表", "等次说明", "约谈整改通报问责建议表", "公示稿", "敏感性说明",
    "数据质量与校验表",
)  # fmt: skip


@pytest.fixture(scope="module")
def written(evaluation: te.Evaluation, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("结果") / "2018-H2.xlsx"
    te.write_workbook(evaluation, path)
    return path


@pytest.fixture(scope="module")
def book(written: Path) -> openpyxl.Workbook:
    return openpyxl.load_workbook(written)


def texts(sheet: Any) -> list[str]:
    return [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]


def test_the_sheets_stand_in_their_order(book: openpyxl.Workbook) -> None:
    """Officials find every sheet they know, in the usual order."""
    assert tuple(book.sheetnames) == ZH


def test_english_names_and_headers(evaluation: te.Evaluation, tmp_path: Path) -> None:
    """lang="en" gives English tabs, headers and notes; no Chinese but what the scheme states."""
    te.write_workbook(evaluation, tmp_path / "a.xlsx", lang="en")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert book.sheetnames[:4] == ["Cover", "Summary", "Ranking by class", "Indicators"]
    heads = [cell.value for cell in book["Summary"][4]]
    assert heads[:4] == ["No.", "Township", "Code", "Class"]
    assert heads[-3:] == ["Grade", "P(grade)", "Remarks"]


def test_no_such_language(evaluation: te.Evaluation, tmp_path: Path) -> None:
    """An unknown language is refused before anything is written."""
    with pytest.raises(ValueError, match="lang must be one of"):
        te.write_workbook(evaluation, tmp_path / "a.xlsx", lang="fr")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ZH)
def test_every_sheet_prints_on_a4(book: openpyxl.Workbook, name: str) -> None:
    """A4 landscape, fitted to width, headers frozen and repeated, the area set, pages numbered."""
    sheet = book[name]
    assert (sheet.page_setup.orientation, int(sheet.page_setup.paperSize)) == ("landscape", 9)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    head = int(sheet.freeze_panes.strip("ABCDEFGHIJ")) - 1
    # below a short table of scores others with other headers follow: there the title is repeated
    repeated = 1 if name in {"第三方评估表", "约谈整改通报问责建议表", "敏感性说明"} else head
    assert sheet.print_title_rows == f"${repeated}:${repeated}"
    assert sheet.cell(head, 1).value
    assert sheet.print_area.endswith(f"${sheet.max_row}")
    assert sheet.oddFooter.right.text == "第 &P 页 共 &N 页"


@pytest.mark.parametrize("name", ZH)
def test_every_sheet_bears_notice_fingerprint_and_signatures(
    book: openpyxl.Workbook, evaluation: te.Evaluation, name: str
) -> None:
    """Nobody can take one sheet out of its context: notice on top, scheme in the footer, lines to sign."""
    sheet = book[name]
    assert sheet["A2"].value == "示例数据,非官方结果"
    assert sheet.oddHeader.center.text == "示例数据,非官方结果"
    assert "方案 3 · " + evaluation.scheme.fingerprint[7:19] in sheet.oddFooter.left.text
    said = " ".join(texts(sheet))
    assert all(word in said for word in ("填报人", "审核人", "负责人(签字)", "单位(盖章)", "日期"))


def test_scores_are_numbers_with_two_decimals(book: openpyxl.Workbook) -> None:
    """A printed score is a number that can be summed, shown with the scheme's decimals."""
    sheet = book["综合得分汇总表"]
    cell = sheet.cell(5, 10)
    assert (cell.value, cell.data_type, cell.number_format) == (90.25, "n", "0.00")


def test_provisional_is_said_on_every_sheet(provisional: te.Evaluation, tmp_path: Path) -> None:
    """A provisional result cannot be mistaken for a final one, and proposes no measures."""
    te.write_workbook(provisional, tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert {sheet["A3"].value for sheet in book.worksheets} == {"预评(未定稿)"}
    heads = [cell.value for cell in book["综合得分汇总表"][5]]
    assert heads[heads.index("综合得分") + 1 :][:2] == ["下限", "上限"]
    assert "预评不提出处理建议" in texts(book["约谈整改通报问责建议表"])


def test_without_classes_survey_panel_or_flags(plain: te.Evaluation, tmp_path: Path) -> None:
    """What a scheme does not have leaves no empty sheet."""
    te.write_workbook(plain, tmp_path / "a.xlsx", lang="en")
    names = openpyxl.load_workbook(tmp_path / "a.xlsx").sheetnames
    assert names == [
        "Cover",
        "Summary",
        "Indicators",
        "Indicator details",
        "Indicator matrix",
        "Sensitivity",
        "Data quality",
    ]


def test_same_evaluation_same_bytes(evaluation: te.Evaluation, written: Path, tmp_path: Path) -> None:
    """The bytes depend on the result, not on the clock or on the run."""
    again = tmp_path / "again.xlsx"
    te.write_workbook(evaluation, again)
    assert again.read_bytes() == written.read_bytes()
    with zipfile.ZipFile(again) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(2000, 1, 1, 0, 0, 0)}
        core = archive.read("docProps/core.xml").decode()
    assert core.count("2000-01-01T00:00:00Z") == 2


def test_an_archived_evaluation_gives_the_same_sheets(
    evaluation: te.Evaluation, written: Path, tmp_path: Path
) -> None:
    """The workbook can be made again from the JSON archive."""
    te.write_evaluation(evaluation, tmp_path / "a.json")
    te.write_workbook(te.read_evaluation(tmp_path / "a.json"), tmp_path / "a.xlsx")
    again, first = openpyxl.load_workbook(tmp_path / "a.xlsx"), openpyxl.load_workbook(written)
    for name in ZH:
        assert texts(again[name]) == texts(first[name])


HOSTILE = (
    '=HYPERLINK("http://x")',
    "#N/A",
    "http://example.org",
    "+1",
    "@SUM(1)",
    "a\x07b\x0bc",
    "-",
    "\ufffe=1",
)


@pytest.mark.parametrize("name", HOSTILE)
def test_user_text_stays_text(plain: te.Evaluation, tmp_path: Path, name: str) -> None:
    """Names that look like formulas, errors or links are shown as they are written."""
    scheme = replace(plain.scheme, notice=name, basis=name, version=name)
    units = replace(plain.units, names=(name, "South"), groups=("", ""))
    te.write_workbook(replace(plain, scheme=scheme, units=units), tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    shown = "".join(ch for ch in name if ch.isprintable())
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    named = [cell for cell in cells if cell.value == shown]
    assert len(named) >= len(book.worksheets)
    assert {cell.data_type for cell in named} == {"s"}
    assert all(cell.hyperlink is None for cell in cells)
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        sheets = [archive.read(part) for part in archive.namelist() if "worksheets/" in part]
    assert not any(b"<f>" in sheet or b"<f " in sheet for sheet in sheets)


def test_a_target_open_elsewhere_is_left_alone(evaluation: te.Evaluation, tmp_path: Path) -> None:
    """A workbook open in another program is a problem that says so; nothing is written."""
    target = tmp_path / "a.xlsx"
    target.write_bytes(b"old")
    (tmp_path / "~$a.xlsx").touch()
    with pytest.raises(te.DataError) as caught:
        te.write_workbook(evaluation, target)
    assert [problem.code for problem in caught.value.problems] == ["file.open"]
    assert target.read_bytes() == b"old"


def test_a_failure_leaves_no_half_file(
    evaluation: te.Evaluation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When a sheet cannot be made, there is no file and nothing beside it."""

    def broken(view: View) -> Sheet:
        rows = (("a",) if k < 3 else fail() for k in range(9))
        return Sheet("broken", view.about, (Table((Column("x"),), rows),))

    def fail() -> tuple[str]:
        msg = "broken"
        raise RuntimeError(msg)

    monkeypatch.setattr(module, "SHEETS", (*module.SHEETS, broken))
    with pytest.raises(RuntimeError, match="broken"):
        te.write_workbook(evaluation, tmp_path / "a.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_a_wide_matrix_is_read_over_several_pages(tmp_path: Path) -> None:
    """With two hundred indicators the names of the units are repeated on every page across."""
    ids = [f"x{k}" for k in range(200)]
    scheme = te.read_scheme(
        {
            "name": "Wide",
            "version": "1",
            "weights": "relative",
            "index": {"children": [{"id": id_, "weight": 1} for id_ in ids]},
        }
    )
    values = pd.DataFrame(50.0, index=["a", "b"], columns=ids)
    te.write_workbook(te.evaluate(scheme, te.Inputs(period="2018", values=values)), tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    sheet = book["指标得分矩阵"]
    assert sheet.page_setup.fitToWidth > 5
    assert sheet.print_title_cols == "$A:$A"
    assert sheet["B1"].value == "2018 指标得分矩阵"
    assert book["综合得分汇总表"].page_setup.fitToWidth == 1
