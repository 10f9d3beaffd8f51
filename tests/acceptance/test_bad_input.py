"""Bad input ends in a listed problem with its place: exit code 1, nothing written.

Every kind of fault an office's files are known for is tried from the command line, with `check` and
with `score`. Where a cell exists the problem names it, else the file, else path and line of the scheme.
"""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import township_eval as te

DATA = "2018-H2.xlsx!数据"


def found(problems: Any) -> list[tuple[str, str]]:
    """Return code and place of each problem."""
    return [(problem.code, problem.where) for problem in problems]


def test_the_office_is_sound(office: Any) -> None:
    """Without a fault the same files give a workbook and an archive: each fault below is the only one."""
    code, _, _ = office.call("score", office.scheme(), office.workbook(), "-o", office.out)
    assert code == 0
    assert sorted(path.name for path in office.out.iterdir()) == [
        "2018-H2.json",
        "2018-H2.xlsx",
        "manifest.json",
    ]


# -- cells --------------------------------------------------------------------------------------

CELLS = {
    "unknown unit": ({"A5": "马家滩镇", "B5": 90, "C5": 1, "D5": 70}, "unit.unknown", "A5"),
    "duplicate unit": ({"A5": "东塔镇", "B5": 90, "C5": 1, "D5": 70}, "unit.duplicate", "A5"),
    "duplicate unit by another name": (
        {"A5": "白土岗", "B5": 90, "C5": 1, "D5": 70},
        "unit.duplicate",
        "A5",
    ),
    "unknown indicator column": ({"E1": "绿化率(%)", "E2": 30, "E3": 31}, "column.unknown", "E1"),
    "text in a number": ({"B3": "约98"}, "cell.text", "B3"),
    "a list number": ({"C3": "①"}, "cell.text", "C3"),
    "two numbers in a cell": ({"C3": "1-2"}, "cell.text", "C3"),
    "percentages as 0.95 and as 95": ({"B3": 0.95}, "percent.doubt", "B3"),
    "a formula without a stored result": ({"C3": "=1+1"}, "formula.uncached", "C3"),
    "an error value": ({"C3": "#DIV/0!"}, "cell.error", "C3"),
    '"/" where it may not apply': ({"B3": "/"}, "not_applicable.refused", "B3"),
    "an unreported value": ({"B3": None}, "value.missing", "B3"),
}


@pytest.mark.parametrize(("cells", "code", "cell"), CELLS.values(), ids=CELLS)
def test_a_faulty_cell(office: Any, cells: dict[str, Any], code: str, cell: str) -> None:
    """One faulty cell is one problem, which opens with that cell, in both languages."""
    (problem,) = office.errors(office.scheme(), office.workbook(**cells))
    assert problem.code == code
    assert problem.where.split()[0] == f"{DATA}!{cell}"


def test_one_line_a_problem(office: Any) -> None:
    """What a person reads is one line a problem with code, cell, value and what to do, in either language."""
    arguments = ("check", office.scheme(), office.workbook(B3="约98"))
    for lang, start, hint in (("zh", "错误", "建议:"), ("en", "error", "Hint:")):
        _, out, _ = office.call(*arguments, "--lang", lang)
        (line,) = [line for line in out.splitlines() if line.startswith(start)]
        assert line.startswith(f"{start} [cell.text] {DATA}!B3:")
        assert "约98" in line
        assert hint in line


@pytest.mark.parametrize("policy", ["refuse", "zero", "exclude", "previous"])
def test_a_unit_without_any_value(office: Any, policy: str) -> None:
    """A township nobody reported anything of is one problem under every policy, not one an indicator."""
    scheme = office.scheme("index:\n", f"index:\n  missing: {policy}\n")
    blank = office.workbook(B4=None, C4=None, D4=None)
    assert found(office.errors(scheme, blank)) == [("unit.silent", f"{DATA}!B4 640181201 白土岗乡")]
    left_out = office.workbook(A4=None, B4=None, C4=None, D4=None)
    assert found(office.errors(scheme, left_out)) == [("unit.silent", "640181201 白土岗乡")]


def test_a_unit_whose_values_were_all_refused(office: Any) -> None:
    """What was refused is listed with its cell; that nothing is left then is no further problem."""
    refused = office.workbook(B4="约90", C4="①", D4="无")
    assert found(office.errors(office.scheme(), refused)) == [
        ("cell.text", f"{DATA}!{cell}") for cell in ("B4", "C4", "D4")
    ]
    part = office.workbook(B4="约90", C4=None, D4=None)
    first, *blank = found(office.errors(office.scheme(), part))
    assert first == ("cell.text", f"{DATA}!B4")
    assert [(code, place.split()[0]) for code, place in blank] == [
        ("value.missing", f"{DATA}!{cell}") for cell in ("C4", "D4")
    ]


def test_a_constant_cohort(office: Any) -> None:
    """Units that are compared and all alike have no best and worst; the column is named by its first cell."""
    (problem,) = office.errors(office.scheme(), office.workbook(D3=60, D4=60))
    assert problem.code == "cohort.constant"
    assert problem.where == f"{DATA}!D2 online 网办率"
    stated = office.scheme("min_max, cohort: all", "min_max, cohort: all, constant: 50")
    assert office.call("check", stated, office.folder / "2018-H2.xlsx")[0] == 0


def test_one_cell_with_two_values_in_two_files(office: Any) -> None:
    """Two departments that report different figures for one cell are both named; equal ones are no fault."""
    office.workbook("2018-H2/农牧局.xlsx")
    other = office.workbook("2018-H2/水务局.xlsx", B3=97)
    (problem,) = office.errors(office.scheme(), other.parent)
    assert (problem.code, problem.where) == ("value.conflict", "水务局.xlsx!数据!B3")
    assert "农牧局.xlsx!数据!B3" in problem.what["zh"]
    assert all(value in problem.what["en"] for value in ("98.5", "97"))
    office.workbook("2018-H2/水务局.xlsx")
    assert office.call("check", office.folder / "方案.yaml", other.parent)[0] == 0


# -- files --------------------------------------------------------------------------------------


def test_an_empty_file(office: Any) -> None:
    """A file of no bytes, and a workbook with nothing in it."""
    path = office.folder / "2018-H2.xlsx"
    path.touch()
    assert found(office.errors(office.scheme(), path)) == [("file.empty", "2018-H2.xlsx")]
    openpyxl.Workbook().save(path)
    assert found(office.errors(office.scheme(), path)) == [("file.empty", "2018-H2.xlsx")]


NO_WORKBOOKS = {
    "text": (b"unit,value\n1,2\n", "file.not_workbook"),
    "a web page": (b"<html><table><tr><td>1</td></tr></table></html>", "file.not_workbook"),
    "half a workbook": (b"PK\x03\x04" + bytes(60), "file.damaged"),
    "the old format": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "file.format"),
}


@pytest.mark.parametrize(("content", "code"), NO_WORKBOOKS.values(), ids=NO_WORKBOOKS)
def test_not_a_workbook(office: Any, content: bytes, code: str) -> None:
    """A file that only bears the name of a workbook is refused by name."""
    path = office.folder / "2018-H2.xlsx"
    path.write_bytes(content)
    assert found(office.errors(office.scheme(), path)) == [(code, "2018-H2.xlsx")]


def compound_file(*streams: str) -> bytes:
    """Return an OLE2 compound file with streams of these names: the wrapping of a locked workbook.

    A header, one sector of the allocation table, one directory sector of four entries, as in
    [MS-CFB]; the streams have no content, as nobody gets to read it.
    """
    end, free, fat = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
    header = struct.pack(
        "<8s16s5H6s9I", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", bytes(16), 0x3E, 3, 0xFFFE, 9, 6,
        bytes(6), 0, 1, 1, 0, 4096, end, 0, end, 0,
    )  # fmt: skip
    header += struct.pack("<109I", 0, *[free] * 108)
    table = struct.pack("<128I", fat, end, *[free] * 126)
    entries = b"".join(
        struct.pack(
            "<64sHBB3I16sI8s8sIQ", name.encode("utf-16-le"), 2 * len(name) + 2, kind, 1, free, right, child,
            bytes(16), 0, bytes(8), bytes(8), end, 0,
        )
        for name, kind, right, child in [
            ("Root Entry", 5, free, 1),
            *((name, 2, at + 2 if at + 1 < len(streams) else free, free) for at, name in enumerate(streams)),
        ]
    )  # fmt: skip
    return header + table + entries.ljust(512, b"\x00")


def test_an_encrypted_workbook(office: Any) -> None:
    """A workbook with a password is said to be that, not damaged and not an old format."""
    path = office.folder / "2018-H2.xlsx"
    path.write_bytes(compound_file("EncryptionInfo", "EncryptedPackage"))
    (problem,) = office.errors(office.scheme(), path)
    assert (problem.code, problem.where) == ("file.encrypted", "2018-H2.xlsx")
    assert "密码" in problem.hint["zh"]
    path.write_bytes(compound_file("Workbook"))
    assert found(office.errors(office.scheme(), path)) == [("file.format", "2018-H2.xlsx")]


def test_a_missing_sheet(office: Any) -> None:
    """A sheet that the scheme's layout names and the file lacks; the sheets it has are listed."""
    pin = 'layouts:\n  - {file: "2018-H2.xlsx", sheet: 汇总}\nindex:\n'
    (problem,) = office.errors(office.scheme("index:\n", pin), office.workbook())
    assert (problem.code, problem.where) == ("sheet.missing", "2018-H2.xlsx")
    assert "汇总" in problem.what["zh"]
    assert "数据" in problem.hint["en"]


def test_a_missing_file(office: Any) -> None:
    """A file that is not there."""
    (problem,) = office.errors(office.scheme(), office.folder / "2018-H2.xlsx")
    assert problem.code == "file.missing"
    assert problem.where.endswith("2018-H2.xlsx")


# -- the scheme ----------------------------------------------------------------------------------

WATER = "{一类: 60, 二类: 50}"
TARGET = "target: 100"
SCHEMES = {
    "weights of a class summing to 99": (WATER, "{一类: 59, 二类: 50}", "weights.sum", 13, "index.children"),
    "weights of all classes summing to 99": (
        "weight: 20\n",
        "weight: 19\n",
        "weights.sum",
        13,
        "index.children",
    ),
    "a negative weight": (
        WATER,
        "{一类: -60, 二类: 50}",
        "weights.negative",
        16,
        "index.children[0].weight.一类",
    ),
    "a weight that is no number": (
        WATER,
        "{一类: .nan, 二类: 50}",
        "number.finite",
        16,
        "index.children[0].weight.一类",
    ),
    "an infinite weight": ("weight: 20\n", "weight: .inf\n", "number.finite", 29, "index.children[2].weight"),
    "a negative target": (TARGET, "target: -100", "scoring.parameters", 18, "index.children[0].scoring"),
    "a negative target of one period": (
        TARGET,
        "target: {2018-H2: -1, default: 100}",
        "scoring.parameters",
        18,
        "index.children[0].scoring",
    ),
    "a target that is no number": (
        TARGET,
        "target: .nan",
        "number.finite",
        18,
        "index.children[0].scoring.target",
    ),
    "an infinite target": (
        TARGET,
        "target: {2018-H2: -.inf, default: 100}",
        "number.finite",
        18,
        "index.children[0].scoring.target.2018-H2",
    ),
}


@pytest.mark.parametrize(("old", "new", "code", "line", "path"), SCHEMES.values(), ids=SCHEMES)
def test_a_faulty_scheme(office: Any, old: str, new: str, code: str, line: int, path: str) -> None:
    """One fault of the scheme is one problem, with file, line and path."""
    (problem,) = office.errors(office.scheme(old, new), office.workbook())
    assert problem.code == code
    assert problem.where == f"方案.yaml:{line} {path}"


def test_a_class_without_indicators(office: Any) -> None:
    """A class whose weights are all zero is one problem, and the class is named."""
    scheme = office.scheme()
    text = scheme.read_text(encoding="utf-8")
    text = text.replace("二类: 50}", "二类: 0}").replace("二类: 30}", "二类: 0}")
    scheme.write_text(text.replace("weight: 20\n", "weight: {一类: 20, 二类: 0}\n"), encoding="utf-8")
    (problem,) = office.errors(scheme, office.workbook())
    assert (problem.code, problem.where) == ("group.no_indicators", "方案.yaml:6 groups.二类")


@pytest.mark.parametrize("written", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_no_number_in_json(office: Any, written: str) -> None:
    """The NaN and Infinity that some programs write into JSON are refused like those of YAML."""
    scheme = office.folder / "方案.json"
    te.write_scheme(te.read_scheme(office.scheme()), scheme)
    document = json.loads(scheme.read_text(encoding="utf-8"))
    document["index"]["children"][0]["scoring"]["target"] = "@"
    scheme.write_text(json.dumps(document, ensure_ascii=False).replace('"@"', written), encoding="utf-8")
    (problem,) = office.errors(scheme, office.workbook())
    assert problem.code == "number.finite"
    assert problem.where.startswith("方案.json")
    assert problem.where.endswith("index.children[0].scoring.target")


def test_a_fault_in_a_scheme_workbook(office: Any) -> None:
    """A scheme kept as a workbook names sheet and cell: a weight of 59 where 60 is due."""
    path = office.folder / "方案.xlsx"
    te.write_scheme(te.read_scheme(office.scheme()), path)
    book = openpyxl.load_workbook(path)
    sheet = book["指标体系"]
    (cell,) = [cell for row in sheet.iter_rows() for cell in row if cell.value in (60, "60")]
    cell.value = -60
    book.save(path)
    (problem,) = office.errors(path, office.workbook())
    assert problem.code == "weights.negative"
    assert problem.where.split()[0] == f"方案.xlsx!指标体系!{cell.coordinate}"


# -- writing ---------------------------------------------------------------------------------------


def refused(office: Any) -> dict[str, Any]:
    """Run `score` where it cannot write, and return the one problem it ends in."""
    code, out, _ = office.call("score", office.scheme(), office.workbook(), "-o", office.out, "--json")
    (problem,) = json.loads(out)["failed"][0]["problems"]
    assert code == 1
    assert problem["hint"]["zh"]
    assert problem["hint"]["en"]
    return dict(problem)


def test_a_target_open_in_excel(office: Any) -> None:
    """The lock file that Excel, WPS or LibreOffice keeps beside an open workbook stops the run."""
    office.out.mkdir()
    target = office.out / "2018-H2.xlsx"
    target.write_bytes(b"open")
    for name in ("~$2018-H2.xlsx", ".~lock.2018-H2.xlsx#", ".~2018-H2.xlsx"):
        lock = office.out / name
        lock.touch()
        problem = refused(office)
        assert (problem["code"], problem["where"]) == ("file.open", str(target))
        assert name in problem["what"]["zh"]
        assert "Excel" in problem["hint"]["en"]
        lock.unlink()
        assert {path.name: path.read_bytes() for path in office.out.iterdir()} == {"2018-H2.xlsx": b"open"}


@pytest.mark.parametrize("locked", ["2018-H2.xlsx", "2018-H2.json"])
def test_a_target_the_system_refuses(office: Any, monkeypatch: Any, locked: str) -> None:
    """Where the system, as Windows does, lets nobody replace one of the two results, neither is."""
    code, _, _ = office.call("score", office.scheme(), office.workbook(B3=60), "-o", office.out)
    assert code == 0
    before = {path.name: path.read_bytes() for path in office.out.iterdir()}
    replace = Path.replace

    def refuse(self: Path, target: Path) -> Path:
        if Path(target).name == locked:
            raise PermissionError(13, "Permission denied")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", refuse)
    problem = refused(office)
    assert (problem["code"], problem["where"]) == ("file.open", str(office.out / locked))
    assert {path.name: path.read_bytes() for path in office.out.iterdir() if path.is_file()} == before


# -- several at once -------------------------------------------------------------------------------


def test_all_faults_at_once(office: Any) -> None:
    """Faults of different kinds in one workbook are listed together, each once, with its own cell."""
    cells = {"E1": "绿化率", "E2": 1, "B3": "约98", "C4": "=1+1", "D4": 0.5, "A5": "马家滩镇", "B5": 1}
    assert sorted(found(office.errors(office.scheme(), office.workbook(**cells)))) == [
        ("cell.text", f"{DATA}!B3"),
        ("column.unknown", f"{DATA}!E1"),
        ("formula.uncached", f"{DATA}!C4"),
        ("percent.doubt", f"{DATA}!D4"),
        ("unit.unknown", f"{DATA}!A5"),
    ]


def test_a_bad_file_does_not_spoil_the_others(office: Any) -> None:
    """A batch goes on past a bad file, writes the others, says which failed, and ends with exit code 1."""
    good, bad = office.workbook("2018-H1.xlsx"), office.workbook("2018-H2.xlsx", B3="约98")
    code, _, err = office.call("score", office.scheme(), good, bad, "-o", office.out)
    assert code == 1
    assert f"{DATA}!B3" in err
    assert str(bad) in err
    assert sorted(path.name for path in office.out.iterdir()) == [
        "2018-H1.json",
        "2018-H1.xlsx",
        "manifest.json",
    ]
