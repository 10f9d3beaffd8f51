"""`township-eval verify` and `archive`: results that cannot change unnoticed, kept with all they rest on."""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

SLIP = ["编号", "单位", "指标", "原值", "更正后", "理由", "依据文件", "批准人"]
BETTER = {"东塔镇": (100, 90), "郝家桥镇": (95, 85), "白土岗乡": (70, 95)}


@pytest.fixture
def scored(office: Any, cli: Any) -> Any:
    """Score two half-years."""
    said = cli(
        "score", office.scheme, office.workbook("2018-H1"), office.workbook("2018-H2"), "-o", office.out
    )
    assert said.code == 0
    return office


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder with its bytes."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def correct(path: Path, rows: list[list[object]]) -> None:
    """Add a sheet of correction slips to a workbook."""
    book = openpyxl.load_workbook(path)
    sheet = book.create_sheet("更正单")
    for row in (SLIP, *rows):
        sheet.append(row)
    book.save(path)


def altered(path: Path, pattern: bytes, by: Callable[[bytes], bytes]) -> None:
    """Change the first match of a pattern in a file."""
    content = path.read_bytes()
    found = re.search(pattern, content)
    assert found is not None
    path.write_bytes(content[: found.start()] + by(found[0]) + content[found.end() :])


def another_digit(digit: bytes) -> bytes:
    """Return another digit."""
    return b"1" if digit != b"1" else b"2"


# --- editions ------------------------------------------------------------------------------------------


def test_the_same_again_changes_nothing(scored: Any, cli: Any) -> None:
    """Scoring the same inputs once more leaves every byte of the folder as it was."""
    before = contents(scored.out)
    inputs = [scored.folder / f"2018-H{half}.xlsx" for half in (1, 2)]
    assert cli("score", scored.scheme, *inputs, "-o", scored.out).code == 0
    assert contents(scored.out) == before
    assert sorted(before) == ["2018-H1.json", "2018-H1.xlsx", "2018-H2.json", "2018-H2.xlsx", "manifest.json"]


def test_another_result_is_the_next_edition(scored: Any, cli: Any) -> None:
    """A correction gives a second edition that names it; the first is kept as it was, and both verify."""
    first = (scored.out / "2018-H2.json").read_bytes()
    path = scored.folder / "2018-H2.xlsx"
    correct(path, [["G1", "郝家桥镇", "自来水普及率", 80, 95, "漏报一个村", "函2号", "考核办主任"]])
    said = cli("score", scored.scheme, scored.folder / "2018-H1.xlsx", path, "-o", scored.out)
    assert said.code == 0
    assert (scored.out / "editions" / "2018-H2.1.json").read_bytes() == first
    second = json.loads((scored.out / "2018-H2.json").read_text(encoding="utf-8"))
    assert second["tables"]["edition"]["rows"] == [[2, json.loads(first)["digest"]]]
    notes = [problem["what"]["zh"] for problem in second["problems"] if problem["code"] == "edition.replaces"]
    assert notes == ["本期第 2 版,取代第 1 版:新增更正单 G1;输入文件不同:../2018-H2.xlsx"]
    assert cli("verify", scored.out).code == 0
    again = contents(scored.out)
    assert cli("score", scored.scheme, scored.folder / "2018-H1.xlsx", path, "-o", scored.out).code == 0
    assert contents(scored.out) == again


def test_later_period_is_told_that_its_history_changed(scored: Any, cli: Any) -> None:
    """When the first half-year alone is corrected, verify says what the second still rests on."""
    path = scored.folder / "2018-H1.xlsx"
    correct(path, [["G1", "郝家桥镇", "自来水普及率", 80, 95, "漏报一个村", "函2号", "考核办主任"]])
    assert cli("score", scored.scheme, path, "-o", scored.out).code == 0
    said = cli("verify", scored.out)
    assert said.code == 0
    assert "verify.history_superseded" in said.err
    both = [path, scored.folder / "2018-H2.xlsx"]
    assert cli("score", scored.scheme, *both, "-o", scored.out).code == 0
    rows = json.loads((scored.out / "2018-H2.json").read_text(encoding="utf-8"))["tables"]
    assert [row[0] for row in rows["changes"]["rows"]] == ["history"]
    assert cli("verify", scored.out).err == ""


def test_altered_result_is_not_overwritten(scored: Any, cli: Any) -> None:
    """A result somebody altered is neither kept as an edition nor replaced; the run says which it is."""
    altered(scored.out / "2018-H2.json", rb"\d(?=\.)", another_digit)
    path = scored.workbook("2018-H2", BETTER)
    said = cli("score", scored.scheme, path, "-o", scored.out)
    assert said.code == 1
    assert "edition.altered" in said.err
    assert "2018-H2.json" in said.err
    assert not (scored.out / "editions").exists()


def test_foreign_file_is_not_overwritten(office: Any, cli: Any) -> None:
    """A file of that name that is no result at all is left alone."""
    office.out.mkdir()
    (office.out / "2018-H2.json").write_text("{}", encoding="utf-8")
    said = cli("score", office.scheme, office.workbook("2018-H2"), "-o", office.out)
    assert said.code == 1
    assert (office.out / "2018-H2.json").read_text(encoding="utf-8") == "{}"


# --- verify --------------------------------------------------------------------------------------------


def test_verify_passes_on_what_was_written(scored: Any, cli: Any) -> None:
    """Every period is said to be whole, in both languages."""
    said = cli("verify", scored.out)
    assert (said.code, said.err) == (0, "")
    assert said.out.count("一致") == 3
    said = cli("verify", scored.out, "--lang", "en", "--json")
    document = json.loads(said.out)
    assert document["periods"] == ["2018-H1", "2018-H2"]
    assert (document["exit_code"], document["checked"], document["problems"]) == (0, 6, [])


@pytest.mark.parametrize("name", ["2018-H1.json", "2018-H2.json", "manifest.json"])
def test_one_changed_digit_names_the_file(scored: Any, cli: Any, name: str) -> None:
    """One digit changed in any archived file, or in the manifest, is a difference with the file's name."""
    altered(scored.out / name, rb"\d(?=[,\]])|(?<=\"size\": )\d", another_digit)
    said = cli("verify", scored.out)
    assert said.code == 1
    assert name in said.err
    assert "改动" in said.err


def test_digest_made_anew_is_noticed_too(scored: Any, cli: Any) -> None:
    """Who alters a result and mends its own digest is found out by the manifest and by what rests on it."""
    path = scored.out / "2018-H1.json"
    plain = json.loads(path.read_text(encoding="utf-8"))
    plain["score"][0][0] = 99.0
    del plain["digest"]
    lines = [f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}" for key, value in plain.items()]
    digest = f"sha256:{hashlib.sha256(chr(10).join(lines).encode()).hexdigest()}"
    path.write_text("{\n" + ",\n".join([*lines, f'"digest": "{digest}"']) + "\n}\n", encoding="utf-8")
    assert cli("explain", path, "东塔镇").code == 0  # by itself it looks whole
    said = cli("verify", scored.out)
    assert (said.code, "2018-H1.json" in said.err) == (1, True)


def test_missing_altered_and_unlisted_files(scored: Any, cli: Any) -> None:
    """A missing result and an altered input are differences; a stranger is only named."""
    (scored.out / "2018-H1.xlsx").unlink()
    (scored.out / "备忘.txt").write_text("x", encoding="utf-8")
    scored.workbook("2018-H2", BETTER)
    said = cli("verify", scored.out, "--json")
    codes = {problem["code"] for problem in json.loads(said.out)["problems"]}
    assert (said.code, codes) == (1, {"verify.missing", "verify.unlisted", "verify.input_altered"})


def test_gap_in_the_history_is_named(office: Any, cli: Any) -> None:
    """A half-year scored without the one before, which lies beside it, is named."""
    for half in ("2018-H2", "2018-H1"):
        assert cli("score", office.scheme, office.workbook(half), "-o", office.out).code == 0
    said = cli("verify", office.out)
    assert (said.code, "verify.history_gap" in said.err) == (0, True)


def test_provisional_result_is_no_gap(office: Any, cli: Any) -> None:
    """A half-year that was only 预评 is no history, and nobody is told that it is missing there."""
    early = ("score", office.scheme, office.workbook("2018-H1"), "-o", office.out, "--provisional")
    assert cli(*early).code == 0
    assert cli("score", office.scheme, office.workbook("2018-H2"), "-o", office.out).code == 0
    assert cli("verify", office.out).err == ""


def test_history_of_another_origin_is_a_difference(scored: Any, cli: Any, tmp_path: Path) -> None:
    """A half-year computed with another result of the half-year before than the one beside it is named."""
    other = tmp_path / "other"
    path = scored.workbook("2018-H1", BETTER)
    assert cli("score", scored.scheme, path, "-o", other).code == 0
    scored.workbook("2018-H1")
    for name in ("2018-H1.json", "2018-H1.xlsx", "2018-H2.json", "2018-H2.xlsx", "manifest.json"):
        (scored.out / name).unlink()
    assert cli("score", scored.scheme, scored.folder / "2018-H1.xlsx", "-o", scored.out).code == 0
    again = ("score", scored.scheme, scored.folder / "2018-H2.xlsx", "-o", scored.out, "--history", other)
    assert cli(*again).code == 0
    said = cli("verify", scored.out)
    assert (said.code, "verify.history]" in said.err, "2018-H2.json" in said.err) == (1, True, True)


@pytest.mark.parametrize("there", [True, False])
def test_folder_without_results_is_an_error(office: Any, cli: Any, *, there: bool) -> None:
    """A folder that is not there, or that nothing was scored into, cannot be verified."""
    if there:
        office.out.mkdir()
    said = cli("verify", office.out)
    assert (said.code, "建议" in said.err) == (1, True)


# --- archive -------------------------------------------------------------------------------------------


def test_archive_is_the_same_when_made_again(scored: Any, cli: Any) -> None:
    """Two archives of one folder have the same bytes, and hold all the results rest on."""
    one, other = scored.folder / "2018.zip", scored.folder / "另一份.zip"
    assert cli("archive", scored.out, "-o", one).code == 0
    assert cli("archive", scored.out, "-o", other).code == 0
    assert one.read_bytes() == other.read_bytes()
    with zipfile.ZipFile(one) as kept:
        names = kept.namelist()
        assert len(names) == len(set(names))
        assert [name for name in names if not name.startswith("scheme/")] == [
            "卷内目录.md", "contents.json",
            "inputs/2018-H1/2018-H1.xlsx", "inputs/2018-H2/2018-H2.xlsx",
            "results/2018-H1.json", "results/2018-H1.xlsx", "results/2018-H2.json", "results/2018-H2.xlsx",
            "results/manifest.json", "SHA256SUMS",
        ]  # fmt: skip
        assert kept.read("inputs/2018-H1/2018-H1.xlsx") == (scored.folder / "2018-H1.xlsx").read_bytes()
        sums = dict(line.split("  ")[::-1] for line in kept.read("SHA256SUMS").decode().splitlines())
        assert sums == {
            name: hashlib.sha256(kept.read(name)).hexdigest() for name in names if name != "SHA256SUMS"
        }


def test_archive_holds_corrections_and_all_editions(scored: Any, cli: Any) -> None:
    """The correction stands in the archive as a table, and both editions of its period."""
    path = scored.folder / "2018-H2.xlsx"
    correct(path, [["G1", "郝家桥镇", "自来水普及率", 80, 95, "漏报一个村", "函2号", "考核办主任"]])
    assert cli("score", scored.scheme, scored.folder / "2018-H1.xlsx", path, "-o", scored.out).code == 0
    target = scored.folder / "2018.zip"
    assert cli("archive", scored.out, "-o", target).code == 0
    with zipfile.ZipFile(target) as kept:
        assert "results/editions/2018-H2.1.json" in kept.namelist()
        assert "G1,values,640181101,water" in kept.read("corrections/2018-H2.csv").decode("utf-8-sig")


def test_archive_is_refused_when_something_differs(scored: Any, cli: Any) -> None:
    """What does not verify is not archived, nor what rests on inputs that are gone."""
    (scored.folder / "2018-H1.xlsx").rename(scored.folder / "搬走.xlsx")
    target = scored.folder / "2018.zip"
    said = cli("archive", scored.out, "-o", target)
    assert (said.code, "archive.input_missing" in said.err, "2018-H1.xlsx" in said.err) == (1, True, True)
    altered(scored.out / "2018-H1.json", rb"\d(?=,)", another_digit)
    said = cli("archive", scored.out, "-o", target)
    assert (said.code, "verify.altered" in said.err, target.exists()) == (1, True, False)


# --- archives ------------------------------------------------------------------------------------------


@pytest.fixture
def packed(scored: Any, cli: Any) -> Any:
    """Pack the results of two half-years."""
    assert cli("archive", scored.out, "-o", scored.out.parent / "案卷.zip").code == 0
    return scored.out.parent / "案卷.zip"


def unpacked(archive: Path) -> Path:
    """Unpack an archive beside itself."""
    folder = archive.with_suffix("")
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(folder)
    return folder


def test_an_archive_is_verified_packed_and_unpacked(packed: Any, cli: Any) -> None:
    """What `archive` wrote passes as it is, and as the folder it was unpacked to."""
    for place in (packed, unpacked(packed)):
        said = cli("verify", place)
        assert (said.code, "全部一致" in said.out) == (0, True)


def test_one_digit_in_an_unpacked_archive_names_the_file(packed: Any, cli: Any) -> None:
    """What was altered or taken out is named with exit code 1; what was put in is a warning."""
    folder = unpacked(packed)
    altered(folder / "results" / "2018-H1.json", rb"[0-9]", another_digit)
    (folder / "results" / "2018-H2.xlsx").unlink()
    (folder / "便条.txt").write_text("x", encoding="utf-8")
    said = cli("verify", folder)
    assert said.code == 1
    complaints = {line.split("]")[0].split("[")[-1]: line for line in said.err.splitlines() if "[" in line}
    assert "2018-H1.json" in complaints["verify.altered"]
    assert "2018-H2.xlsx" in complaints["verify.missing"]
    assert "便条.txt" in complaints["verify.unlisted"]
    assert json.loads(cli("verify", folder, "--json").out)["exit_code"] == 1


def test_another_zip_file_is_no_archive(packed: Any, cli: Any) -> None:
    """A workbook is a ZIP file too; it is refused with a hint, as is a list that cannot be read."""
    folder = unpacked(packed)
    assert "verify.sums" in cli("verify", folder / "results" / "2018-H1.xlsx").err
    (folder / "SHA256SUMS").write_text("no list", encoding="utf-8")
    assert "verify.sums" in cli("verify", folder).err
