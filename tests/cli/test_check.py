"""`township-eval check`: every problem on its line, and nothing written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

GOOD = {"东塔镇": (100, 90), "郝家桥镇": (80, 85), "白土岗乡": (70, 95)}
FAULTY = {"东塔镇": ("较好", 90), "郝家桥镇": (80, "九十"), "白土岗乡": (70, 195), "无名镇": (1, 2)}


def lines(text: str) -> list[str]:
    """Return the lines that state a problem."""
    return [line for line in text.splitlines() if line.startswith(("错误 [", "提醒 ["))]


def everything(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder."""
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_nothing_wrong(cli: Any, office: Any) -> None:
    """Good files give the period of each, a count of zero and exit code 0."""
    first, second = office.workbook("2018-H1"), office.workbook("2018-H2")
    said = cli("check", office.scheme, first, second)
    expected = f"2018-H1:{first}\n2018-H2:{second}\n合计:错误 0 处,提醒 0 处\n"
    assert (said.code, said.out) == (0, expected)


def test_a_period_nobody_stated(cli: Any, office: Any) -> None:
    """A name that is no period is taken for one with a warning, and the line of the input shows it."""
    book = office.workbook("填报 表")
    said = cli("check", office.scheme, book)
    assert said.code == 0
    assert said.out.startswith(f"填报 表:{book}\n")
    (line,) = lines(said.out)
    assert "period.from_name" in line
    assert "2018-H2" in line


def test_every_problem_on_a_line_with_its_cell(cli: Any, office: Any) -> None:
    """All faults of a workbook are listed at once, each on one line with its cell; the count closes."""
    said = cli("check", office.scheme, office.workbook("2018-H1", FAULTY))
    found = lines(said.out)
    assert said.code == 1
    assert all(line.startswith("错误") for line in found)
    for cell, written in (("B2", "较好"), ("C3", "九十"), ("C4", "195"), ("A5", "无名镇")):
        (line,) = [line for line in found if f"2018-H1.xlsx!Sheet!{cell}" in line]
        assert written in line
    assert len(found) == 4  # a refused cell is not listed once more as not reported
    assert said.out.endswith("合计:错误 4 处,提醒 0 处\n")


def test_every_input_is_checked(cli: Any, office: Any) -> None:
    """Problems stand under the file they are of, and a file without problems is not named."""
    first, second = office.workbook("2018-H1", FAULTY), office.workbook("2018-H2")
    bad = office.folder / "2018-Q1.xlsx"
    bad.write_bytes(b"")
    said = cli("check", office.scheme, first, second, bad)
    assert said.code == 1
    assert [line[2:] for line in said.out.splitlines() if line.startswith("# ")] == [str(first), str(bad)]


def test_nothing_is_written(cli: Any, office: Any) -> None:
    """Checking good and bad files leaves the folder as it was."""
    books = [office.workbook("2018-H1"), office.workbook("2018-H2", FAULTY)]
    before = everything(office.folder)
    cli("check", office.scheme, *books)
    assert everything(office.folder) == before


def test_a_scheme_with_errors(cli: Any, office: Any) -> None:
    """All errors of a scheme are listed with their line, and the data are said to be unchecked."""
    text = office.scheme.read_text(encoding="utf-8")
    office.scheme.write_text(text.replace("weight: 60", "weight: -60"), encoding="utf-8")
    said = cli("check", office.scheme, office.workbook("2018-H1"))
    assert said.code == 1
    assert any("weights.negative" in line and "方案.yaml:16" in line for line in lines(said.out))
    assert "check.skipped" in said.out


def test_a_scheme_alone(cli: Any, office: Any) -> None:
    """A scheme can be checked before there are data; warnings do not fail."""
    text = office.scheme.read_text(encoding="utf-8")
    office.scheme.write_text(text.replace("      basis: 一(一)\n", "      basis: 二(一)\n"), encoding="utf-8")
    said = cli("check", office.scheme)
    assert said.code == 0
    assert len(lines(said.out)) == 1
    assert said.out.endswith("合计:错误 0 处,提醒 1 处\n")


def test_earlier_inputs_are_history(cli: Any, office: Any) -> None:
    """What may be carried forward from the first input is no problem of the second."""
    text = office.scheme.read_text(encoding="utf-8")
    office.scheme.write_text(
        text.replace("      weight: 60\n", "      weight: 60\n      missing: previous\n"), encoding="utf-8"
    )
    first = office.workbook("2018-H1")
    second = office.workbook("2018-H2", GOOD | {"郝家桥镇": (None, 85)})
    assert cli("check", office.scheme, second).code == 1
    assert cli("check", office.scheme, first, second).code == 0
    cli("score", office.scheme, first, "-o", office.out)
    assert cli("check", office.scheme, second, "--history", office.out).code == 0


def test_json(cli: Any, office: Any) -> None:
    """`--json` lists the same problems as data, file by file."""
    book = office.workbook("2018-H1", FAULTY)
    said = cli("check", office.scheme, book, "--json")
    document = json.loads(said.out)
    scheme, inputs = document["checked"]
    assert (said.code, document["exit_code"], scheme["problems"]) == (1, 1, [])
    assert (inputs["file"], inputs["period"]) == (str(book), "2018-H1")
    assert "2018-H1.xlsx!Sheet!A5" in [problem["where"] for problem in inputs["problems"]]


def test_english(cli: Any, office: Any) -> None:
    """`--lang en` lists the problems in English."""
    said = cli("check", office.scheme, office.workbook("2018-H1", FAULTY), "--lang", "en")
    assert said.out.splitlines()[0].startswith("2018-H1: ")
    assert said.out.splitlines()[2].startswith("error [")
    assert said.out.endswith("total: 4 errors, 0 warnings\n")


def test_a_folder_in_the_place_of_the_scheme(cli: Any, office: Any, monkeypatch: Any) -> None:
    """`check .` names the folder, says that it is one, and which files a scheme may be in."""
    monkeypatch.chdir(office.folder)
    said = cli("check", ".")
    (line,) = lines(said.out)
    assert said.code == 1
    assert f"] {office.folder.name}:这是文件夹" in line
    assert ".yaml" in line
