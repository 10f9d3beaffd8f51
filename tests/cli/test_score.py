"""`township-eval score`: what it writes, what it says, and how it leaves."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest

from township_eval import read_evaluation

GOOD = {"东塔镇": (100, 90), "郝家桥镇": (80, 85), "白土岗乡": (70, 95)}
LOW = GOOD | {"白土岗乡": (40, 95)}
TEXT_IN_A_NUMBER = GOOD | {"郝家桥镇": ("较好", 85)}
OTHER = GOOD | {"郝家桥镇": (81, 85)}


def test_a_workbook_and_an_archive_per_period(cli: Any, office: Any) -> None:
    """Each period gives PERIOD.xlsx and PERIOD.json, the ranking is printed, and the code is 0."""
    said = cli(
        "score", office.scheme, office.workbook("2018-H1"), office.workbook("2018-H2"), "-o", office.out
    )
    assert (said.code, said.err) == (0, "")
    assert office.written() == ["2018-H1.json", "2018-H1.xlsx", "2018-H2.json", "2018-H2.xlsx"]
    evaluation = read_evaluation(office.out / "2018-H2.json")
    assert evaluation.results.loc["640181100", "composite"] == 96.0
    openpyxl.load_workbook(office.out / "2018-H2.xlsx").close()
    assert "96.00" in said.out
    assert "测试数据" in said.out  # the notice of the scheme
    assert str(office.out / "2018-H2.xlsx") in said.out


def test_the_ranking_is_sorted_and_fits_80_columns(
    cli: Any, office: Any, widest: Callable[[str], int]
) -> None:
    """The table is best first, with class, rank in class and grade, within 80 columns."""
    said = cli("score", office.scheme, office.workbook("2018-H1"), "-o", office.out)
    table = said.out[: said.out.index("上期" if "上期" in said.out else "说明与提醒")]
    assert widest(table) <= 80
    rows = [line.split() for line in table.splitlines() if line.strip()[:1].isdigit()]
    assert rows == [
        ["1", "东塔镇", "一类", "96.00", "1", "优秀"],
        ["2", "郝家桥镇", "二类", "82.00", "1", "合格"],
        ["3", "白土岗乡", "二类", "80.00", "2", "合格"],
    ]


def test_periods_are_put_in_order_and_earlier_ones_are_history(cli: Any, office: Any) -> None:
    """Whatever the order of the arguments, 2018-H1 is history of 2018-H2."""
    later, earlier = office.workbook("2018-H2"), office.workbook("2018-H1", OTHER)
    said = cli("score", office.scheme, later, earlier, "-o", office.out, "--json")
    done = json.loads(said.out)["evaluations"]
    assert [(one["period"], one["history"]) for one in done] == [("2018-H1", []), ("2018-H2", ["2018-H1"])]
    previous = read_evaluation(office.out / "2018-H2.json").tables["previous"].set_index("unit")
    assert previous.loc["640181101", "composite"] == 82.6


def test_a_quarter_is_no_history_of_a_half_year(cli: Any, office: Any) -> None:
    """Only periods of the same length are compared with one another."""
    books = [office.workbook(period) for period in ("2018-Q1", "2018-Q2", "2018-H1", "2018-H2")]
    done = json.loads(cli("score", office.scheme, *books, "-o", office.out, "--json").out)["evaluations"]
    assert {one["period"]: one["history"] for one in done} == {
        "2018-Q1": [],
        "2018-Q2": ["2018-Q1"],
        "2018-H1": [],
        "2018-H2": ["2018-H1"],
    }


def test_history_from_a_folder(cli: Any, office: Any) -> None:
    """`--history` takes earlier results from a folder, and not the one that is being made anew."""
    cli("score", office.scheme, office.workbook("2018-H1"), office.workbook("2018-H2"), "-o", office.out)
    once = (office.out / "2018-H2.json").read_bytes()
    said = cli(
        "score", office.scheme, office.folder / "2018-H2.xlsx", "-o", office.out, "--history", office.out
    )
    assert said.code == 0
    assert "上期为 2018-H1" in said.out
    assert (office.out / "2018-H2.json").read_bytes() == once


def test_a_history_that_cannot_be_read_stops_the_run(cli: Any, office: Any) -> None:
    """A damaged earlier result is a problem with its path, and nothing is written."""
    past = office.folder / "past"
    past.mkdir()
    (past / "2017-H2.json").write_text("{", encoding="utf-8")
    said = cli("score", office.scheme, office.workbook("2018-H1"), "-o", office.out, "--history", past)
    assert (said.code, office.written()) == (1, [])
    assert "2017-H2.json" in said.err
    missing = cli(
        "score", office.scheme, office.workbook("2018-H1"), "-o", office.out, "--history", past / "no"
    )
    assert (missing.code, office.written()) == (1, [])
    assert "history.folder" in missing.err


def test_a_bad_file_in_the_middle(cli: Any, office: Any) -> None:
    """The batch goes on past a bad file, writes nothing for it, names it at the end with the cell."""
    books = [
        office.workbook("2018-Q1"),
        office.workbook("2018-Q2", TEXT_IN_A_NUMBER),
        office.workbook("2018-Q3"),
    ]
    said = cli("score", office.scheme, *books, "-o", office.out)
    assert said.code == 1
    assert office.written() == ["2018-Q1.json", "2018-Q1.xlsx", "2018-Q3.json", "2018-Q3.xlsx"]
    assert f"未完成:{books[1]}" in said.err
    assert "2018-Q2.xlsx!Sheet!B3" in said.err
    assert "较好" in said.err
    assert "共 3 期,完成 2 期,未完成 1 期" in said.err


def test_warnings_about_the_scheme_are_said_once(cli: Any, office: Any) -> None:
    """Two failed periods name their own faults; what they share by the scheme is not repeated."""
    scheme = office.scheme.read_text(encoding="utf-8")
    office.scheme.write_text(scheme.replace("      basis: 一(一)\n", ""), encoding="utf-8")
    books = [office.workbook(period, TEXT_IN_A_NUMBER) for period in ("2018-H1", "2018-H2")]
    said = cli("score", office.scheme, *books, "-o", office.out)
    assert said.code == 1
    assert said.err.count("basis.missing") == 1
    assert said.err.index("方案的提醒") < said.err.index("basis.missing") < said.err.index("未完成")
    assert "2018-H1.xlsx!Sheet!B3" in said.err
    assert "2018-H2.xlsx!Sheet!B3" in said.err


@pytest.mark.parametrize(
    "content", [b"", b"not a workbook", b"PK\x03\x04 broken"], ids=["empty", "text", "torn"]
)
def test_a_file_that_is_no_workbook(cli: Any, office: Any, content: bytes) -> None:
    """Neither an empty file nor rubbish nor a torn one stops the batch, and each is named."""
    bad = office.folder / "2018-H1.xlsx"
    bad.write_bytes(content)
    said = cli("score", office.scheme, bad, office.workbook("2018-H2"), "-o", office.out)
    assert (said.code, office.written()) == (1, ["2018-H2.json", "2018-H2.xlsx"])
    assert "2018-H1.xlsx" in said.err
    assert "Traceback" not in said.err


def test_nothing_is_written_on_problems(cli: Any, office: Any) -> None:
    """A period with an error leaves no file behind, not even the folder."""
    said = cli("score", office.scheme, office.workbook("2018-H1", TEXT_IN_A_NUMBER), "-o", office.out)
    assert said.code == 1
    assert not office.out.exists()


def test_running_again_gives_the_same_bytes(cli: Any, office: Any) -> None:
    """A batch can be run again: the same inputs give the same files, byte by byte."""
    command = [
        "score",
        office.scheme,
        office.workbook("2018-H1"),
        office.workbook("2018-H2"),
        "-o",
        office.out,
    ]
    cli(*command)
    once = {path.name: path.read_bytes() for path in office.out.iterdir()}
    assert cli(*command).code == 0
    assert {path.name: path.read_bytes() for path in office.out.iterdir()} == once


def test_a_mended_file_completes_the_batch(cli: Any, office: Any) -> None:
    """After mending the bad file the same command writes what a good batch writes."""
    first, second = office.workbook("2018-H1", TEXT_IN_A_NUMBER), office.workbook("2018-H2")
    command = ["score", office.scheme, first, second, "-o", office.out]
    assert cli(*command).code == 1
    office.workbook("2018-H1")
    assert cli(*command).code == 0
    assert "previous" in read_evaluation(office.out / "2018-H2.json").tables


@pytest.mark.parametrize("locked", ["2018-H1.xlsx", "2018-H1.json"])
def test_a_target_open_elsewhere(cli: Any, office: Any, locked: str) -> None:
    """A target somebody has open is a clear problem; neither of the two files is written."""
    office.out.mkdir()
    (office.out / f"~${locked}").write_bytes(b"")
    said = cli("score", office.scheme, office.workbook("2018-H1"), "-o", office.out)
    assert (said.code, office.written()) == (1, [f"~${locked}"])
    assert "file.open" in said.err
    assert locked in said.err


def test_a_target_folder_that_is_a_file(cli: Any, office: Any) -> None:
    """A folder that cannot be made is a problem, not a fault of the program."""
    office.out.write_text("", encoding="utf-8")
    said = cli("score", office.scheme, office.workbook("2018-H1"), "-o", office.out)
    assert said.code == 1
    assert f"[file.not_folder] {office.out}:" in said.err
    assert "Excel" not in said.err


def test_one_period_given_twice(cli: Any, office: Any) -> None:
    """Two inputs of one period are both refused, naming both; the other period is scored."""
    first = office.workbook("2018-H1")
    folder = office.folder / "2018-H1"
    folder.mkdir()
    (folder / "数据.xlsx").write_bytes(first.read_bytes())
    said = cli("score", office.scheme, first, folder, office.workbook("2018-H2"), "-o", office.out)
    assert (said.code, office.written()) == (1, ["2018-H2.json", "2018-H2.xlsx"])
    assert said.err.count("period.twice") == 2


def test_a_period_of_any_text(cli: Any, office: Any) -> None:
    """Periods without an order are taken in the order given."""
    books = [office.workbook(period) for period in ("试点第二轮", "试点第一轮")]
    done = json.loads(cli("score", office.scheme, *books, "-o", office.out, "--json").out)["evaluations"]
    assert [(one["period"], one["history"]) for one in done] == [
        ("试点第二轮", []),
        ("试点第一轮", ["试点第二轮"]),
    ]
    assert "试点第一轮.xlsx" in office.written()


@pytest.mark.parametrize(
    ("level", "code"),
    [
        ("约谈", 4), ("interview", 4), ("1", 4), ("责令整改", 4), ("rectify", 4), ("low_water", 4),
        ("通报批评", 0), ("circular", 0), ("问责", 0), ("refer", 0), ("4", 0),
    ],
)  # fmt: skip
def test_fail_on(cli: Any, office: Any, level: str, code: int) -> None:
    """`--fail-on` exits with 4 when a measure of this weight or a heavier one is proposed."""
    said = cli("score", office.scheme, office.workbook("2018-H1", LOW), "-o", office.out, "--fail-on", level)
    assert said.code == code
    assert office.written() == ["2018-H1.json", "2018-H1.xlsx"]


def test_fail_on_without_flags_is_done(cli: Any, office: Any) -> None:
    """Without a flag `--fail-on` changes nothing."""
    assert (
        cli("score", office.scheme, office.workbook("2018-H1"), "-o", office.out, "--fail-on", "约谈").code
        == 0
    )


def test_fail_on_something_unknown(cli: Any, office: Any) -> None:
    """A measure that can never be reached is a usage error, before anything is read."""
    said = cli("score", office.scheme, office.workbook("2018-H1"), "-o", office.out, "--fail-on", "low_watr")
    assert (said.code, office.written()) == (2, [])
    assert "low_water" in said.err


def test_problems_come_before_fail_on(cli: Any, office: Any) -> None:
    """When a file failed and a level was reached, the code is 1: the answer is incomplete."""
    books = [office.workbook("2018-H1", TEXT_IN_A_NUMBER), office.workbook("2018-H2", LOW)]
    assert cli("score", office.scheme, *books, "-o", office.out, "--fail-on", "约谈").code == 1


def test_json(cli: Any, office: Any) -> None:
    """`--json` prints results, flags, notes, files and failures as one document and nothing else."""
    books = [office.workbook("2018-H1", TEXT_IN_A_NUMBER), office.workbook("2018-H2", LOW)]
    said = cli("score", office.scheme, *books, "-o", office.out, "--json")
    document = json.loads(said.out)
    assert (said.code, document["exit_code"], said.err) == (1, 1, "")
    assert [failed["period"] for failed in document["failed"]] == ["2018-H1"]
    assert any("B3" in problem["where"] for problem in document["failed"][0]["problems"])
    (done,) = document["evaluations"]
    assert done["results"][0] | {"grade_reason": ""} == {
        "unit": "640181100", "name": "东塔镇", "group": "一类", "composite": 96.0, "adjusted": 96.0,
        "rank": 1, "rank_in_group": 1, "grade": "优秀", "coverage": 1.0, "grade_reason": "", "se": None,
    }  # fmt: skip
    assert [flag["rule"] for flag in done["flags"]] == ["low_water"]
    assert len(done["written"]) == 2


def test_provisional(cli: Any, office: Any) -> None:
    """Partial data are scored only when asked for, are marked, and come with bounds."""
    book = office.workbook("2018-H1", GOOD | {"郝家桥镇": (None, 85)})
    assert cli("score", office.scheme, book, "-o", office.out).code == 1
    said = cli("score", office.scheme, book, "-o", office.out, "--provisional")
    assert said.code == 0
    assert "预评(未定稿)" in said.out
    assert "34.00" in said.out  # 85 x 40 % with nothing for the missing value
    assert "94.00" in said.out


def test_as_of(cli: Any, office: Any) -> None:
    """`--as-of` is kept in the result."""
    cli("score", office.scheme, office.workbook("2018-H1"), "-o", office.out, "--as-of", "2018-06-30")
    assert read_evaluation(office.out / "2018-H1.json").as_of == "2018-06-30"


def test_english(cli: Any, office: Any) -> None:
    """With `--lang en` the words around the names are English."""
    said = cli("score", office.scheme, office.workbook("2018-H1"), "-o", office.out, "--lang", "en")
    assert "rank" in said.out
    assert "written:" in said.out
    assert "名次" not in said.out


@pytest.mark.parametrize("encoding", ["gbk", "ascii", "utf-8"])
def test_any_terminal(process: Any, office: Any, encoding: str) -> None:
    """A terminal that cannot show a character gets another one in its place, never a crash."""
    scheme = office.scheme.read_text(encoding="utf-8").replace("东塔镇", "𠮷塔镇€")
    office.scheme.write_text(scheme, encoding="utf-8")
    book = office.workbook("2018-H1", {name.replace("东塔镇", "𠮷塔镇€"): row for name, row in GOOD.items()})
    done = process(["score", office.scheme, book, "-o", office.out], encoding)
    assert (done.returncode, done.stderr) == (0, b"")
    if encoding == "gbk":
        assert "白土岗乡" in done.stdout.decode("gbk")
        assert "?塔镇" in done.stdout.decode("gbk")
    assert b"\x1b[" not in done.stdout  # no colors in a pipe


def test_json_on_a_gbk_terminal(process: Any, office: Any) -> None:
    """JSON loses nothing on a terminal that is not Unicode."""
    done = process(["score", office.scheme, office.workbook("2018-H1"), "-o", office.out, "--json"], "gbk")
    assert json.loads(done.stdout.decode("ascii"))["evaluations"][0]["results"][0]["name"] == "东塔镇"


def test_a_fault_of_the_program_in_one_file(cli: Any, office: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bug in one period costs that period; the others are written, and the code is 3."""
    from township_eval.io import workbook

    genuine = workbook.read_inputs

    def broken(path: Any, *rest: Any, **more: Any) -> Any:
        if path.stem == "2018-H1":
            msg = "a bug"
            raise RuntimeError(msg)
        return genuine(path, *rest, **more)

    monkeypatch.setattr(workbook, "read_inputs", broken)
    books = [office.workbook("2018-H1"), office.workbook("2018-H2")]
    said = cli("score", office.scheme, *books, "-o", office.out)
    assert (said.code, office.written()) == (3, ["2018-H2.json", "2018-H2.xlsx"])
    assert "RuntimeError: a bug" in said.err


@pytest.mark.skipif(sys.platform != "linux", reason="names are bytes on Linux only")
@pytest.mark.parametrize("locale", [{}, {"LC_ALL": "C", "PYTHONUTF8": "0"}], ids=["usual", "C"])
def test_names_from_another_system(
    office: Any, process: Any, monkeypatch: Any, locale: dict[str, str]
) -> None:
    """A workbook named in GBK bytes is scored and archived, also where the system knows ASCII only."""
    for name, value in locale.items():
        monkeypatch.setenv(name, value)
    folder = os.fsencode(office.folder)
    os.rename(office.workbook("2018-H1"), folder + b"/" + "下半年.xlsx".encode("gbk"))  # noqa: PTH104
    given = os.fsdecode(folder + b"/" + "下半年.xlsx".encode("gbk"))
    said = process(["score", office.scheme, given, "-o", office.out])
    assert (said.returncode, said.stderr) == (0, b"")
    assert office.written() == ["下半年.json", "下半年.xlsx"]
    assert "下半年.xlsx!Sheet!B2" in (office.out / "下半年.json").read_text(encoding="utf-8")
