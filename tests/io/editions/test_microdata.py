"""What of the inputs is archived: no answer of a person, no ballot with a name, nothing that was hidden."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import township_eval as te
from township_eval.io.editions.microdata import public_part
from township_eval.scheme.model import Scheme

PERSON = "王小明"
SHEETS: dict[str, list[list[object]]] = {
    "指标数据": [["单位", "自来水普及率(%)"], ["甲镇", 80], ["乙乡", 90]],
    "满意度": [["单位", "满意", "不满意"], ["甲镇", 80, 20], ["乙乡", 70, 30]],
    "调查明细": [["单位", "受访者编号", "答案"], ["甲镇", PERSON, "满意"], ["乙乡", "2", "不满意"]],
    "第三方评估": [["单位", PERSON, "评估员2"], ["甲镇", 80, 85], ["乙乡", 90, 95]],
}


@pytest.fixture(scope="module")
def scheme() -> Scheme:
    """Return a scheme with a survey, assessors and a secret ballot."""
    return te.read_scheme(
        {
            "name": "虚构方案", "version": "1", "weights": "relative",
            "units": {"001": {"name": "甲镇"}, "002": {"name": "乙乡"}},
            "index": {"children": [
                {"id": "water", "name": "自来水普及率", "unit": "%", "weight": 1},
                {"id": "survey", "name": "群众满意度", "weight": 1,
                 "source": {"kind": "survey", "scale": {"满意": 100, "不满意": 0}}},
                {"id": "panel", "name": "第三方评估", "weight": 1, "source": {"kind": "ratings"}},
                {"id": "review", "name": "部门评议", "weight": 1,
                 "source": {"kind": "reviews", "direction": "departments_rate_townships",
                            "scale": {"好": 100, "差": 0}}},
            ]},
        }
    )  # fmt: skip


def book(path: Path, hidden: str = "", **sheets: list[list[object]]) -> Path:
    """Write a workbook."""
    written = openpyxl.Workbook()
    del written[written.sheetnames[0]]
    for name, rows in sheets.items():
        sheet = written.create_sheet(name)
        for row in rows:
            sheet.append(row)
        if name == hidden:
            sheet.sheet_state = "hidden"
    written.save(path)
    return path


def everything(path: Path) -> str:
    """Return every part of a workbook as text."""
    with zipfile.ZipFile(path) as parts:
        return "".join(parts.read(name).decode("utf-8", "replace") for name in parts.namelist())


def test_sheets_of_persons_are_left_out_without_a_trace(tmp_path: Path, scheme: Scheme) -> None:
    """Counts and figures stay, answers and named marks do not: not a name of them is in the copy."""
    given = book(tmp_path / "2018-H2.xlsx", **SHEETS)
    public = public_part(given, scheme)
    assert public.left_out == ("调查明细", "第三方评估")
    copy = tmp_path / "copy.xlsx"
    public.write(copy)
    assert PERSON in everything(given)
    assert PERSON not in everything(copy)
    kept = openpyxl.load_workbook(copy)
    assert kept.sheetnames == ["指标数据", "满意度"]
    assert [cell.value for cell in kept["满意度"][2]] == ["甲镇", 80, 20]


def test_copy_has_the_same_bytes_every_time(tmp_path: Path, scheme: Scheme) -> None:
    """The copy does not depend on when it is made."""
    public = public_part(book(tmp_path / "2018-H2.xlsx", **SHEETS), scheme)
    for name in ("a.xlsx", "b.xlsx"):
        public.write(tmp_path / name)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_file_of_one_assessor_is_left_out_with_its_cover(tmp_path: Path, scheme: Scheme) -> None:
    """Where only the cover would be left, and it says who marked, nothing of the file is archived."""
    cover: list[list[object]] = [["考核期", "2018-H2"], ["评估员", PERSON]]
    given = book(
        tmp_path / "2018-H2.xlsx", 封面=cover, 第三方评估=[["单位", "得分"], ["甲镇", 80], ["乙乡", 90]]
    )
    public = public_part(given, scheme)
    assert (public.left_out, public.kept, public.whole) == (("封面", "第三方评估"), (), False)


def test_hidden_sheet_is_left_out(tmp_path: Path, scheme: Scheme) -> None:
    """What nobody sees and nobody read may be anything."""
    given = book(tmp_path / "2018-H2.xlsx", "底稿", 指标数据=SHEETS["指标数据"], 底稿=[["姓名"], [PERSON]])
    assert public_part(given, scheme).left_out == ("底稿",)


@pytest.mark.parametrize(
    ("rows", "named"),
    [
        ([["单位", "好", "差"], ["甲镇", 8, 2], ["乙乡", 7, 3]], False),
        ([["单位", "农牧局", "住建局"], ["甲镇", 80, 90], ["乙乡", 70, 95]], True),
        ([["评议单位", "被评议单位", "得分"], ["农牧局", "甲镇", 80], ["住建局", "乙乡", 70]], True),
    ],
)
def test_ballots_are_kept_only_where_nobody_is_named(
    tmp_path: Path, scheme: Scheme, rows: list[list[object]], *, named: bool
) -> None:
    """Counts of a secret vote are archived, ballots that say who cast them are not."""
    given = book(tmp_path / "2018-H2.xlsx", 部门评乡镇=rows, 指标数据=SHEETS["指标数据"])
    assert public_part(given, scheme).left_out == (("部门评乡镇",) if named else ())


@pytest.mark.parametrize(("rows", "whole"), [(SHEETS["调查明细"], False), (SHEETS["指标数据"], True)])
def test_plain_file_is_archived_whole_or_not_at_all(
    tmp_path: Path, scheme: Scheme, rows: list[list[Any]], *, whole: bool
) -> None:
    """A text file of answers stays out; one of figures is copied byte for byte."""
    path = tmp_path / "农牧局.csv"
    path.write_text("\n".join(",".join(map(str, row)) for row in rows), encoding="utf-8")
    public = public_part(path, scheme)
    assert (public.whole, public.kept) == (whole, ())
