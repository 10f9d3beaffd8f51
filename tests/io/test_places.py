"""Names of files as people read them, and the system's reasons in both languages."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

import pytest

from township_eval.io.places import on_disk, reason_of, shown, shown_name
from township_eval.io.workbook import read_inputs

needs_bytes = pytest.mark.skipif(sys.platform != "linux", reason="names are bytes on Linux only")


@pytest.mark.parametrize("encoding", ["utf-8", "gbk", "gb18030"])
def test_names_of_bytes(encoding):
    """Bytes that came through as half characters are the characters they were, part by part."""
    name = "农牧局.xlsx".encode(encoding).decode("ascii", "surrogateescape")
    assert shown_name(Path("2018-H2", name)) == "农牧局.xlsx"
    assert shown(Path("考核", name)) == str(Path("考核", "农牧局.xlsx"))


@pytest.mark.parametrize("name", ["\udcff\udcfe.xlsx", "\ud800.xlsx"])
def test_names_that_are_no_text_at_all(name):
    """Whatever a name holds, what is shown can be stored."""
    assert shown(name).encode("utf-8")
    assert shown(name).endswith(".xlsx")


def test_the_folder_itself_has_a_name(tmp_path, monkeypatch):
    """The place of `.` is not empty."""
    monkeypatch.chdir(tmp_path)
    assert shown_name(".") == tmp_path.name
    assert shown_name("a/..") == tmp_path.name
    assert shown_name("/") == str(Path("/"))


def test_names_the_system_takes():
    """A name that can be encoded here is left as it is."""
    assert on_disk("2018-H2.xlsx") == "2018-H2.xlsx"


@pytest.mark.parametrize("number", [errno.EACCES, errno.ENOSPC, errno.EISDIR, errno.ENOENT, 9999])
def test_reasons_are_told_in_the_language(number):
    """The Chinese text quotes no English, whatever the system says."""
    why = reason_of(OSError(number, os.strerror(number)))
    assert why.en
    assert not any(char.isascii() and char.isalpha() for char in why.zh)


@needs_bytes
def test_a_name_in_gbk_on_disk(book, scheme, tmp_path):
    """A file from a zip of another system is read, and its name in cells, problems and period is text."""
    sheets = {"数据": [["单位", "断头路条数"], ["东塔镇", 1], ["崇兴镇", "约3"]]}
    folder = os.fsencode(tmp_path) + "/下半年".encode("gbk")
    os.mkdir(folder)  # noqa: PTH102  a name of bytes
    os.rename(book("a.xlsx", sheets), folder + "/农牧局.xlsx".encode("gbk"))  # noqa: PTH104
    inputs = read_inputs(os.fsdecode(folder), scheme)
    assert inputs.period == "下半年"
    assert inputs.values["cell"].tolist() == ["农牧局.xlsx!数据!B2", "农牧局.xlsx!数据!B3"]
    assert [p.where for p in inputs.problems if p.code == "cell.text"] == ["农牧局.xlsx!数据!B3"]
