"""Saving a workbook without a trace of the clock."""

from __future__ import annotations

import zipfile
from pathlib import Path

import openpyxl
import pytest

from township_eval.io.packing import put_text, save_workbook


@pytest.mark.parametrize("mode", ["normal", "streamed"])
def test_the_bytes_do_not_depend_on_the_clock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    """The same cells give the same file a year later."""
    for name, now in (("a.xlsx", (2020, 5, 1, 1, 1, 1, 0, 0, 0)), ("b.xlsx", (2021, 6, 2, 2, 2, 2, 0, 0, 0))):
        monkeypatch.setattr("time.localtime", lambda *_, now=now: now)
        book = openpyxl.Workbook(write_only=mode == "streamed")
        sheet = book.create_sheet("数据") if mode == "streamed" else book.active
        sheet.append(["乡镇", 1.5])
        save_workbook(book, tmp_path / name)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_the_file_is_a_sound_workbook(tmp_path: Path) -> None:
    """Every part is there and checks, compressed, and the cells come back."""
    book = openpyxl.Workbook()
    book.active["A1"] = "乡镇"
    save_workbook(book, tmp_path / "a.xlsx")
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        assert archive.testzip() is None
        assert {entry.compress_type for entry in archive.infolist()} == {zipfile.ZIP_DEFLATED}
    assert openpyxl.load_workbook(tmp_path / "a.xlsx").active["A1"].value == "乡镇"


@pytest.mark.parametrize("text", ["=1+1", "#N/A", "+86", "@甲", "\x07响", "甲"])
def test_text_stays_text(tmp_path: Path, text: str) -> None:
    """What a user writes becomes neither a formula nor an error; control characters are left out."""
    book = openpyxl.Workbook()
    put_text(book.active["A1"], text)
    save_workbook(book, tmp_path / "a.xlsx")
    cell = openpyxl.load_workbook(tmp_path / "a.xlsx").active["A1"]
    assert (cell.value, cell.data_type) == (text.replace("\x07", ""), "s")
