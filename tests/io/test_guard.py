"""Files are looked at before any reader opens them."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

import pytest

from township_eval.io.guard import Limits, inspect

SHEET = "xl/worksheets/sheet1.xml"


def archive(path: Path, parts: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in parts.items():
            made.writestr(name, data)
    return path


def code(path: Path, limits: Limits | None = None) -> str:
    found = inspect(path, limits or Limits())
    assert all(problem.where.endswith(path.name) and problem.hint for problem in found)
    return found[0].code if found else ""


def test_an_ordinary_workbook_passes(book):
    """A workbook as any office writes it is opened."""
    assert inspect(book("a.xlsx", {"数据": [["单位", "甲"], ["东塔镇", 1]]})) == ()


def test_empty_file(tmp_path):
    """A file of zero bytes is named as empty."""
    path = tmp_path / "a.xlsx"
    path.touch()
    assert code(path) == "file.empty"


def test_missing_file(tmp_path):
    """A path without a file is named, with the whole path."""
    (problem,) = inspect(tmp_path / "none.xlsx")
    assert (problem.code, problem.where) == ("file.missing", str(tmp_path / "none.xlsx"))


def test_folder_instead_of_file(tmp_path):
    """A folder with the name of a workbook is a problem, not an exception."""
    (tmp_path / "a.xlsx").mkdir()
    assert code(tmp_path / "a.xlsx") == "file.open"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"just text, no archive", "file.not_workbook"),
        (b"<html><table><tr><td>1</td></tr></table>", "file.not_workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504), "file.format"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100) + "EncryptedPackage".encode("utf-16-le"),
            "file.encrypted",
        ),
        (b"PK\x03\x04 and then nothing", "file.damaged"),
    ],
)
def test_files_that_only_look_like_workbooks(tmp_path, data, expected):
    """Text, a web page, an old workbook, an encrypted one and a torn one are told apart."""
    path = tmp_path / "a.xlsx"
    path.write_bytes(data)
    assert code(path) == expected


def test_web_page_is_called_one(tmp_path):
    """A web page saved with a workbook's name is called by its name."""
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"<HTML><body>")
    assert "网页" in inspect(path)[0].what.zh


def test_truncated_workbook(book):
    """A workbook of which the end is missing is damaged."""
    path = book("a.xlsx", {"数据": [["单位", "甲"], ["东塔镇", 1]]})
    path.write_bytes(path.read_bytes()[:-400])
    assert code(path) == "file.damaged"


def test_zip_without_a_workbook(tmp_path):
    """Any other archive with the name of a workbook is not one."""
    assert code(archive(tmp_path / "a.xlsx", {"readme.txt": b"hello"})) == "file.not_workbook"


@pytest.mark.parametrize(
    "sheet",
    [
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><worksheet/>',
        b'<worksheet><row r="1"><c r="XFD1048576"/></row></worksheet>',
        b'<worksheet><row r="999999999"/></worksheet>',
        '<?xml version="1.0" encoding="UTF-16"?><worksheet/>'.encode("utf-16"),
        b'<?xml version="1.0" encoding="utf-7"?><worksheet/>',
    ],
)
def test_traps_are_refused(tmp_path, sheet):
    """Entities, a cell in the far corner and parts in another encoding are not handed to a reader."""
    path = archive(tmp_path / "a.xlsx", {"xl/workbook.xml": b"<workbook/>", SHEET: sheet})
    assert code(path) == "file.unsafe"


def test_a_dtd_behind_the_first_chunk_is_found(tmp_path):
    """Padding does not hide an entity, even where the pieces of the stream meet."""
    padding = b"<!-- " + b"x" * ((1 << 20) - 8) + b" -->"
    sheet = b"<worksheet>" + padding + b'<!ENTITY a "b"></worksheet>'
    path = archive(tmp_path / "a.xlsx", {"xl/workbook.xml": b"<workbook/>", SHEET: sheet})
    assert code(path, Limits(ratio=1e9)) == "file.unsafe"


def test_bomb_is_refused(tmp_path):
    """A part that unpacks to two hundred times its size is a bomb."""
    parts = {"xl/workbook.xml": b"<workbook/>", SHEET: b"<worksheet>" + b" " * 3_000_000}
    assert code(archive(tmp_path / "a.xlsx", parts)) == "file.unsafe"


def test_same_name_twice(tmp_path):
    """Two parts of one name could show a reader another file than the guard saw."""
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr(SHEET, b"<worksheet/>")
        with pytest.warns(UserWarning, match="Duplicate name"):
            made.writestr(SHEET, b"<worksheet></worksheet>")
    assert code(path) == "file.unsafe"


def test_encrypted_entry(tmp_path):
    """An archive with an encrypted part is refused."""
    path = archive(tmp_path / "a.xlsx", {"xl/workbook.xml": b"<workbook/>"})
    data = bytearray(path.read_bytes())
    at = data.index(b"PK\x01\x02") + 8
    data[at : at + 2] = struct.pack("<H", 1)
    path.write_bytes(data)
    assert code(path) == "file.unsafe"


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        (Limits(file=100), "file.too_large"),
        (Limits(unzipped=200), "file.too_large"),
        (Limits(cells=1), "file.too_large"),
        (Limits(entries=2), "file.unsafe"),
        (Limits(rows=1), "file.unsafe"),
        (Limits(columns=1), "file.unsafe"),
    ],
)
def test_limits_are_settings(book, limits, expected):
    """Every limit can be set and is kept."""
    path = book("a.xlsx", {"数据": [["单位", "甲"], ["东塔镇", 1]]})
    assert code(path, limits) == expected


def test_old_formats_say_what_to_do(tmp_path):
    """A file of another format is refused with the way to save it anew."""
    path = tmp_path / "a.ods"
    path.write_bytes(b"PK\x03\x04")
    (problem,) = inspect(path)
    assert problem.code == "file.format"
    assert ".xlsx" in problem.hint.en
