"""Letters to townships: their own result whole, and nobody else's name in any part of any file."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

import township_eval as te
from township_eval.inputs import Units
from township_eval.reports.notices.discretion import Discretion
from township_eval.reports.notices.own import own_part


@pytest.fixture(scope="module")
def letters(judged: te.Evaluation, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ...]:
    return te.write_notices(judged, tmp_path_factory.mktemp("告知书"))


def cells(path: Path, sheet: str) -> list[list[Any]]:
    """Return the rows of a sheet, blank cells left out."""
    book = openpyxl.load_workbook(path)
    rows = [[cell.value for cell in row if cell.value is not None] for row in book[sheet].iter_rows()]
    return [row for row in rows if row]


def facts(path: Path) -> dict[str, Any]:
    """Return the items of the letter itself, which stand two on a line."""
    lines = [row for row in cells(path, "考核结果告知书") if len(row) in {2, 4}]
    return {row[k]: row[k + 1] for row in lines for k in range(0, len(row), 2)}


def everything(path: Path) -> str:
    """Return all that a file holds: cells, comments, names of sheets, headers, footers, properties."""
    with zipfile.ZipFile(path) as archive:
        return "\n".join(archive.read(part).decode("utf-8") for part in archive.namelist())


def called(evaluation: te.Evaluation, at: int) -> list[str]:
    units = evaluation.units
    return [units.names[at], *units.aliases[at], units.codes[at]]


def test_no_letter_names_another_township(judged: te.Evaluation, letters: tuple[Path, ...]) -> None:
    """No name, alias or code of another unit is in any part of any file, whatever people wrote."""
    assert "与甲镇并列" in "".join(judged.ledger_rows["reason"])
    for at, path in enumerate(letters):
        said = everything(path)
        others = [name for k in range(judged.units.n) if k != at for name in called(judged, k)]
        assert not [name for name in others if name in said]
        assert judged.units.names[at] in said


def test_no_name_of_others_comes_in_by_the_scheme(judged: te.Evaluation, tmp_path: Path) -> None:
    """Names in the scheme's own texts, headers, footers and properties are taken out too."""
    everybody = "、".join(judged.units.names)
    scheme = replace(judged.scheme, name=f"{everybody}方案", version=everybody, notice=f"示例:{everybody}")
    for at, path in enumerate(te.write_notices(replace(judged, scheme=scheme), tmp_path, lang="en")):
        said = everything(path)
        others = [name for k in range(judged.units.n) if k != at for name in called(judged, k)]
        assert not [name for name in others if name in said]
        assert "(another unit)" in said


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_letter_names_a_rater(evaluation: te.Evaluation, tmp_path: Path, lang: str) -> None:
    """Who of the panel gave which mark is in no letter."""
    for path in te.write_notices(evaluation, tmp_path, lang=lang):
        assert "评估员" not in everything(path)


def test_a_letter_holds_the_own_result_beside_the_class(letters: tuple[Path, ...]) -> None:
    """Score, adjustments, grade, own ranks, and mean and best of the class without names."""
    own = facts(letters[1])
    assert own["乡镇(街道)"] == "乙镇(900000102)"
    assert own["综合得分(加减分前)、加减分"] == "81.60,加分 0.00,扣分 -1.00"
    assert (own["综合得分(加减分后)"], own["等次"]) == ("80.60", "一般")
    assert (own["同类名次"][:3], own["总名次"].split(",")[0]) == ("第 2", "第 2(共 4 个)")
    rows = {row[0]: row[1:] for row in cells(letters[1], "考核结果告知书") if len(row) == 5}
    assert rows["目标任务"] == [60, 47.6, 53.0, 58.4]
    assert rows["综合得分(加减分后)"] == [100, 80.6, 89.5, 98.4]


def test_a_letter_says_what_may_be_objected_to_until_when(letters: tuple[Path, ...]) -> None:
    """The last day, the office and what an objection may be about stand in the letter."""
    own = facts(letters[0])
    assert (own["异议截止日期"], own["异议渠道"]) == ("2019-01-15", "市考核办 0951-0000")
    assert own["公示起止"] == "2018-12-31至2019-01-08"
    assert own["可提出异议的事项"].startswith("本告知书所列数据")


def test_a_letter_has_the_own_consequences(letters: tuple[Path, ...]) -> None:
    """Flags with evidence, waivers, grade reasons, ledger, rectification and objections of the unit."""
    third = openpyxl.load_workbook(letters[2]).sheetnames
    assert third == [
        "考核结果告知书", "指标得分明细表", "加减分明细表", "约谈整改通报问责建议表", "整改台账",
        "异议与复核登记表", "回执",
    ]  # fmt: skip
    assert "等次说明" in openpyxl.load_workbook(letters[1]).sheetnames
    assert "更正单" in openpyxl.load_workbook(letters[3]).sheetnames
    said = [str(value) for row in cells(letters[2], "约谈整改通报问责建议表") for value in row]
    assert any("群众满意度 40.00" in text for text in said)
    assert "容字1号" in said


def test_a_letter_ends_with_a_receipt(letters: tuple[Path, ...]) -> None:
    """签收人, 日期 and 有无异议 are there to be filled in."""
    heads = [row[0] for row in cells(letters[0], "回执")]
    assert {"签收人", "签收日期", "有无异议", "异议事项和理由", "单位(盖章)"} <= set(heads)


def test_every_sheet_of_a_letter_bears_the_notice(letters: tuple[Path, ...]) -> None:
    """What is only an example says so on every sheet, and on every printed page."""
    sheets: list[Any] = openpyxl.load_workbook(letters[0]).worksheets
    for sheet in sheets:
        assert sheet["A2"].value == "示例数据,非官方结果"
        assert sheet.oddHeader.center.text == "示例数据,非官方结果"


def test_same_evaluation_same_letters(
    judged: te.Evaluation, letters: tuple[Path, ...], tmp_path: Path
) -> None:
    """The bytes of a letter depend on the result alone, not on who else is written to."""
    (again,) = te.write_notices(judged, tmp_path, units=["丙川"])
    assert again.name == "丙乡_2018-H2.xlsx"
    assert again.read_bytes() == letters[2].read_bytes()


def test_an_archived_result_gives_the_same_letters(
    judged: te.Evaluation, letters: tuple[Path, ...], tmp_path: Path
) -> None:
    """Letters can be written, or written again, from the archive of a period."""
    te.write_evaluation(judged, tmp_path / "2018-H2.json")
    archived = te.read_evaluation(tmp_path / "2018-H2.json")
    again = te.write_notices(archived, tmp_path / "again")
    for first, second in zip(letters, again, strict=True):
        assert everything(second) == everything(first)


def test_english_letters(judged: te.Evaluation, tmp_path: Path) -> None:
    """lang="en" gives English sheets."""
    (path,) = te.write_notices(judged, tmp_path, units=["乙镇"], lang="en")
    names = openpyxl.load_workbook(path).sheetnames
    assert names == [
        "Notice of results", "Indicator details", "Adjustments", "Grades explained", "Receipt"
    ]  # fmt: skip


def test_no_letters_are_written_of_partial_data(judged: te.Evaluation, tmp_path: Path) -> None:
    """A provisional result is refused before anything is written: terms would run from a letter."""
    with pytest.raises(te.DataError) as caught:
        te.write_notices(replace(judged, provisional=True), tmp_path, units=["甲镇"])
    (problem,) = caught.value.problems
    assert problem.code == "notice.provisional"
    assert problem.hint
    assert list(tmp_path.iterdir()) == []


def test_unknown_names_are_refused_all_at_once(judged: te.Evaluation, tmp_path: Path) -> None:
    """Every name nobody has is a problem with the closest names, and nothing is written."""
    with pytest.raises(te.DataError) as caught:
        te.write_notices(judged, tmp_path, units=["甲镇", "丙镇", "戊镇"])
    assert [(problem.code, problem.where) for problem in caught.value.problems] == [
        ("unit.unknown", "丙镇"), ("unit.unknown", "戊镇")
    ]  # fmt: skip
    assert list(tmp_path.iterdir()) == []


def test_no_such_language(judged: te.Evaluation, tmp_path: Path) -> None:
    """An unknown language is refused before anything is written."""
    with pytest.raises(ValueError, match="lang must be one of"):
        te.write_notices(judged, tmp_path, lang="fr")
    assert list(tmp_path.iterdir()) == []


def test_file_names_are_safe_and_distinct(judged: te.Evaluation, tmp_path: Path) -> None:
    """Two units of one name get their codes, and what no file name may hold is replaced."""
    units = replace(judged.units, names=("甲/镇", "乙镇", "乙镇", "丁乡"))
    written = te.write_notices(replace(judged, units=units, period="2018:下"), tmp_path)
    assert [path.name for path in written] == [
        "甲_镇_2018_下.xlsx", "乙镇_900000102_2018_下.xlsx", "乙镇_900000201_2018_下.xlsx",
        "丁乡_2018_下.xlsx",
    ]  # fmt: skip


def test_a_letter_open_elsewhere_is_left_alone(judged: te.Evaluation, tmp_path: Path) -> None:
    """A letter that is open in another program is a clear problem; it stays as it was."""
    target = tmp_path / "甲镇_2018-H2.xlsx"
    target.write_bytes(b"old")
    (tmp_path / f"~${target.name}").touch()
    with pytest.raises(te.DataError) as caught:
        te.write_notices(judged, tmp_path)
    assert [problem.code for problem in caught.value.problems] == ["file.open"]
    assert target.read_bytes() == b"old"


def test_own_part_holds_one_unit(judged: te.Evaluation) -> None:
    """Scores, points and ranks of the unit are those among all; rows of others are gone."""
    own = own_part(judged, 3)
    assert own.units.names == ("丁乡",)
    (row,) = own.results[["composite", "rank", "rank_in_group"]].to_dict("records")
    assert row == {"composite": 27.0, "rank": 4, "rank_in_group": 2}
    assert own.contribution[:, 0].tolist() == pytest.approx(judged.contribution[:, 3].tolist(), nan_ok=True)
    for frame in (own.flag_rows, own.ledger_rows, own.details, own.table_rows["objections"]):
        assert set(frame["unit"]) == {"900000202"}
    assert own.notes.empty


UNITS = Units(
    ("640181100", "640181101", "N1", "12"), ("东塔镇", "东塔镇街道", "North", "Ulm"), ("",) * 4, ("",) * 4,
    (("东塔",), (), (), ()),
)  # fmt: skip


@pytest.mark.parametrize(
    ("at", "text", "said"),
    [
        (1, "东塔镇街道高于东塔镇", "东塔镇街道高于(其他单位)"),
        (0, "东塔镇高于东塔镇街道", "东塔镇高于(其他单位)"),
        (2, "见640181100;东 塔 镇", "见(其他单位);(其他单位)"),
        (0, "NORTHERN rain in north (N1, N12)", "NORTHERN rain in (其他单位) ((其他单位), N12)"),
        (0, "连续12期,东塔增长", "连续12期,东塔增长"),
    ],
)
def test_names_of_others_are_taken_out_of_texts(at: int, text: str, said: str) -> None:
    """The longest name counts; words and numbers that merely hold a name's letters stay."""
    assert Discretion(UNITS, at).text(text) == said


def test_circumstances_are_explained_to_those_they_were_adjusted_for(
    judged: te.Evaluation, tmp_path: Path
) -> None:
    """The reason of an adjustment for circumstances is in the letters of units that have one."""
    code = judged.units.codes[0]
    row = {"unit": code, "rule": "context", "amount": 1.5, "kind": "context", "reason": "远"}
    ledger = pd.concat([judged.ledger_rows, pd.DataFrame([row])], ignore_index=True)
    context = te.read_scheme(
        {"name": "N", "version": "1", "index": {"children": [{"id": "a", "weight": 100}]},
         "context": {"amount": {code: 1.5, "default": 0}, "bound": 2, "reason": "山大沟深"},
         "units": {code: {"name": "甲镇"}}}
    ).context  # fmt: skip
    changed = replace(judged, ledger_rows=ledger, scheme=replace(judged.scheme, context=context))
    told = ["山大沟深" in everything(path) for path in te.write_notices(changed, tmp_path)]
    assert told == [True, False, False, False]
