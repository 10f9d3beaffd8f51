"""``township-eval compare``: two results beside each other on the terminal, in a workbook, as JSON."""

from __future__ import annotations

import json
import re

import numpy as np
import openpyxl
import pandas as pd
import pytest

import township_eval as te

LATER = {"东塔镇": (95, 92), "郝家桥镇": (88, 80), "白土岗乡": (70, 95)}


@pytest.fixture
def pair(office, cli):
    """Score two half-years and return their results."""
    for period, rows in (("2018-H1", None), ("2018-H2", LATER)):
        workbook = office.workbook(period, *([rows] if rows else []))
        assert cli("score", office.scheme, workbook, "-o", office.out).code in {0, 4}
    return office.out / "2018-H1.json", office.out / "2018-H2.json"


def test_the_parts_on_the_terminal_add_up_to_the_last_digit(pair, cli, widest) -> None:
    """Every line of a unit is a sum that a reader can check; the table fits a terminal."""
    said = cli("compare", *pair)
    assert said.code == 0
    lines = [line for line in said.out.splitlines() if " = " in line]
    assert len(lines) == 2  # 白土岗乡 has not changed
    for line in lines:
        total, _, made = line.partition(" = ")
        numbers = [round(100 * float(one)) for one in re.findall(r"[+-]\d+\.\d\d", made)]
        assert sum(numbers) == round(100 * float(re.findall(r"[+-]\d+\.\d\d", total)[0]))
    table = said.out.split("\n\n")[1]
    assert widest(table) <= 80
    assert "东塔镇" in table
    assert "两期口径一致" in said.out
    assert "没有误差信息" in said.err


def test_one_unit_shows_every_part_on_a_line(pair, cli) -> None:
    """The parts of one township, by its name; an unknown one is answered with the closest."""
    said = cli("compare", *pair, "--unit", "东塔镇", "--lang", "en")
    assert "  -3.00  自来水普及率" in said.out
    assert "  +0.80  道路完好分" in said.out
    wrong = cli("compare", *pair, "--unit", "东搭镇")
    assert (wrong.code, "东塔镇" in wrong.err) == (1, True)


@pytest.mark.parametrize(
    ("lang", "sheets"),
    [
        ("zh", ["得分变化", "变化构成", "指标变化", "可比性"]),
        ("en", ["Change", "Parts", "Nodes", "Comparability"]),
    ],
)
def test_the_workbook_holds_change_parts_and_comparability(pair, cli, office, lang, sheets) -> None:
    """Parts under each unit add up to its change; the same results give the same bytes."""
    path, again = office.folder / "change.xlsx", office.folder / "again.xlsx"
    for one in (path, again):
        assert cli("compare", *pair, "-o", one, "--lang", lang).code == 0
    assert path.read_bytes() == again.read_bytes()
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == sheets
    rows = [row[:3] for row in book[sheets[1]].iter_rows(values_only=True)]
    total = {"zh": "合计(增减)", "en": "Total (change)"}[lang]
    part, checked = [], 0
    for name, kind, points in rows:
        if name == total:
            assert sum(part) == pytest.approx(points, abs=1e-9)
            part, checked = [], checked + 1
        elif kind and isinstance(points, int | float):
            part.append(points)
    assert checked == 3
    nodes = [row[:5] for row in book[sheets[2]].iter_rows(values_only=True)]
    told = json.loads(cli("compare", *pair, "--json").out)["nodes"]
    names = ("name", "before", "after", "change", "se")
    said = [tuple(one[name] for name in names) for one in told if one["node"] != "index"]
    assert [row for row in nodes if isinstance(row[1], int | float)] == said
    book.close()


def test_json_holds_everything(pair, cli) -> None:
    """A program reads one document: statement, units, nodes, parts and notes."""
    said = cli("compare", *pair, "--json")
    told = json.loads(said.out)
    assert {"units", "nodes", "parts", "notes", "comparable"} <= told.keys()
    assert told["comparable"]["level"] == "same"


def test_what_cannot_be_compared_is_a_problem_with_its_file(pair, cli, office) -> None:
    """Both files are looked at before anything is refused; the wrong order is told, nothing is written."""
    out = office.folder / "change.xlsx"
    said = cli("compare", office.folder / "无.json", office.scheme, "-o", out)
    assert (said.code, said.err.count("archive.unreadable")) == (1, 2)
    assert cli("compare", *pair[::-1], "-o", out).code == 1
    assert not out.exists()
    assert cli("compare", *pair, "--renamed", "东塔镇").code == 2
    assert "renamed.unknown" in cli("compare", *pair, "--renamed", "西塔镇=东塔镇").err


def test_nodes_are_printed_and_written_with_the_errors_they_have(cli, tmp_path) -> None:
    """Terminal, workbook and JSON say of every node what `te.compare` says, villages asked again included."""
    source = {"kind": "satisfaction", "scale": {"满意": 100, "不满意": 0}}
    tree = {"children": [{"id": "a", "name": "服务", "weight": 100, "basis": "test", "source": source}]}
    scheme = te.read_scheme({"name": "办法", "version": "1", "index": tree})
    paths = []
    for period, yes in (("2018", (5, 2, 4)), ("2019", (6, 4, 7))):
        rows = [
            ("u", v, "满意" if k < n else "不满意")
            for v, n in zip("甲乙丙", yes, strict=True)
            for k in range(9)
        ]
        responses = pd.DataFrame(rows, columns=["unit", "cluster", "answer"])
        paths.append(tmp_path / f"{period}.json")
        units = pd.DataFrame({"unit": ["u"], "name": ["东塔镇"]})
        inputs = te.Inputs(period=period, responses=responses, units=units)
        te.write_evaluation(te.evaluate(scheme, inputs), paths[-1])
    rises = 100 * np.array([1, 2, 3]) / 9
    error = rises.std(ddof=1) / np.sqrt(3)
    said = cli("compare", *paths, "--unit", "东塔镇", "-o", tmp_path / "c.xlsx")
    assert f"+{rises.mean():.2f}   ({error:.2f})  服务" in said.out
    assert f"标准误 {error:.2f},95%区间" in said.out
    told = json.loads(cli("compare", *paths, "--json").out)["nodes"]
    assert [one["se"] for one in told] == pytest.approx([error, error])
    book = openpyxl.load_workbook(tmp_path / "c.xlsx")
    written = {row[0]: row[4] for row in book["指标变化"].iter_rows(values_only=True) if len(row) > 4}
    assert written["服务"] == pytest.approx(error)
    book.close()


def test_a_word_says_how_raters_count(pair, cli) -> None:
    """Another word is a mistake of use; without raters the words make no difference."""
    said = [cli("compare", *pair, "--raters", word, "--json").out for word in ("estimated", "same")]
    assert said[0] == said[1]
    assert cli("compare", *pair, "--raters", "strict").code == 2


def test_periods_in_the_wrong_order_are_to_be_swapped(pair, cli) -> None:
    """What to do is said of the two files at hand, not of a history."""
    said = cli("compare", *reversed(pair))
    assert said.code != 0
    assert "对调" in said.err
