"""Single answers from sheets, text files and Parquet."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from township_eval.inputs.rows import place
from township_eval.io.evidence.responses import read_responses
from township_eval.io.grids.grid import Grid
from township_eval.io.schemes import read_scheme
from township_eval.io.sheets.columns.reading import Sheet
from township_eval.io.sheets.log import Log
from township_eval.io.sheets.names import Entry, Register
from township_eval.io.sheets.vocabulary import Vocabulary
from township_eval.io.workbook import read_inputs
from township_eval.scheme.model import Layout

WIDE = [
    ["群众满意度调查明细", None, None, None, None, None, None, None, None, None, None],
    ["序号", "乡镇", "村", "问卷编号", "渠道", "权重", "层", "层内总群数", "性别", "总体评价", "服务态度"],
    [1, "东塔镇", "一村", "D001", "电话", 12.5, "城区", 30, "男", "满意", "基本满意"],
    [2, "东塔", "一村", "D002", "电话", "1,200", "城区", 30, "女", None, "拒答"],
    [3, "崇兴镇", "二村", "D003", "代表", 8, "郊区", 30, "女", "很满意", "不了解"],
    ["合计", None, None, None, None, None, None, None, None, 3, 3],
]


def said(frame: pd.DataFrame, *names: str) -> list[list[Any]]:
    return [[None if value is None else value for value in row] for row in frame[list(names)].to_numpy()]


def places(frame: pd.DataFrame) -> list[str]:
    return [place("responses", row, frame) for row in range(len(frame))]


def test_a_row_a_person(take, faults):
    """Each question is a column: an answer a row, with person, design, weight and cell; blanks stay blank."""
    inputs = take({"调查明细": WIDE}, {"调查明细": ["A1:K1"]})
    assert faults(inputs) == []
    frame = inputs.responses
    assert said(frame, "unit", "question", "respondent", "answer") == [
        ["640181100", "总体评价", "D001", "满意"],
        ["640181100", "总体评价", "D002", None],
        ["640181102", "总体评价", "D003", "很满意"],
        ["640181100", "服务态度", "D001", "基本满意"],
        ["640181100", "服务态度", "D002", "拒答"],
        ["640181102", "服务态度", "D003", "不了解"],
    ]
    assert frame["weight"].tolist() == [12.5, 1200.0, 8.0] * 2
    assert said(frame, "cluster", "stratum", "channel", "性别")[0] == ["一村", "城区", "电话", "男"]
    assert frame["clusters"].tolist() == [30.0] * 6
    assert places(frame)[2] == "2018-H2.xlsx!调查明细!J5"
    assert places(frame)[3] == "2018-H2.xlsx!调查明细!K3"


def test_a_row_an_answer(take, faults):
    """Question and answer are columns; the words of the scheme are found again however they are written."""
    rows = [
        ["代码", "问题", "答案", "渠道"],
        [640181100, "总体评价", " 满意 ", "电话"],
        [640181100, "服务态度", "不 满意", "电话"],
        [None, None, None, None],
        ["640181201", "服务态度", "未报", "代表"],
    ]
    inputs = take({"答卷": rows})
    assert faults(inputs) == []
    assert said(inputs.responses, "unit", "question", "answer") == [
        ["640181100", "总体评价", "满意"],
        ["640181100", "服务态度", "不满意"],
        ["640181201", "服务态度", None],
    ]
    assert "respondent" not in inputs.responses


def test_one_column_of_answers(take, faults, make_scheme):
    """A survey of one question heads its answers 满意度 or by the indicator's name."""
    scheme = make_scheme("survey", questions={}, calibrate=[])
    for head in ("满意度", "群众满意度", "评价"):
        inputs = take({"问卷明细": [["乡镇", head], ["东塔镇", "满意"]]}, scheme=scheme)
        assert faults(inputs) == []
        assert said(inputs.responses, "unit", "answer") == [["640181100", "满意"]]


def test_persons_without_a_number_are_their_rows(take):
    """Where a row is a person and several questions are asked, the row tells persons apart."""
    rows = [["乡镇", "总体评价", "服务态度"], ["东塔镇", "满意", "满意"], ["东塔镇", "满意", "不满意"]]
    frame = take({"调查明细": rows}).responses
    assert frame["respondent"].tolist() == [
        "2018-H2.xlsx!调查明细!2",
        "2018-H2.xlsx!调查明细!3",
    ] * 2  # fmt: skip


def test_a_township_merged_over_its_persons(take, faults):
    """A merged cell names the township of every row it covers."""
    rows = [["乡镇", "总体评价"], ["东塔镇", "满意"], [None, "不满意"], ["崇兴镇", "满意"]]
    inputs = take({"调查明细": rows}, {"调查明细": ["A2:A3"]})
    assert faults(inputs) == []
    assert inputs.responses["unit"].tolist() == ["640181100", "640181100", "640181102"]


def test_villages_are_the_units_of_a_scheme_of_villages(book, make_scheme):
    """A column 村 is a cluster of townships, and the unit where villages are evaluated."""
    scheme = make_scheme("survey", questions={}, calibrate=[])
    rows = [["乡镇", "村", "答案"], ["某镇", "东塔镇", "满意"]]
    inputs = read_inputs(book("2018-H2.xlsx", {"答卷": rows}), scheme)
    assert inputs.responses["unit"].tolist() == ["640181100"]


def test_what_is_wrong_is_named_once_with_its_cell(take, faults):
    """Unknown townships, rows of nobody, numbers in doubt and errors; the rest is read."""
    rows = [
        ["乡镇", "总体评价", "权重"],
        ["马家滩镇", "满意", 1],
        ["马家滩镇", "满意", 1],
        [None, "满意", 1],
        ["东塔镇", "满意", "约3"],
        ["东塔镇", "#DIV/0!", 2],
        ["东塔镇", "满意", "15%"],
    ]
    inputs = take({"调查明细": rows})
    assert faults(inputs) == [
        ("unit.unknown", "2018-H2.xlsx!调查明细!A2"),
        ("unit.blank", "2018-H2.xlsx!调查明细!A4"),
        ("cell.text", "2018-H2.xlsx!调查明细!C5"),
        ("cell.error", "2018-H2.xlsx!调查明细!B6"),
    ]
    weights = inputs.responses["weight"].tolist()
    assert np.isnan(weights[0])
    assert weights[1:] == [2.0, 0.15]
    assert all(p.hint.zh and p.hint.en for p in inputs.problems)


def test_code_and_name_that_differ(take, faults):
    """A code beside the name of another township is refused; a blank code is no fault."""
    rows = [
        ["代码", "乡镇", "总体评价"],
        ["640181100", "崇兴镇", "满意"],
        [None, "白土岗乡", "满意"],
        ["640181102", None, "满意"],
    ]
    inputs = take({"调查明细": rows})
    assert faults(inputs) == [("unit.differs", "2018-H2.xlsx!调查明细!B2")]
    assert inputs.responses["unit"].tolist()[1:] == ["640181201", "640181102"]


def test_a_question_the_scheme_does_not_have(take, faults):
    """A column of answers under an unknown header is refused, not left out; other columns are noted."""
    rows = [["乡镇", "总体评价", "服务太度", "电话号码"], ["东塔镇", "满意", "不满意", "139"]]
    inputs = take({"调查明细": rows})
    assert faults(inputs) == [("responses.question", "2018-H2.xlsx!调查明细!C1")]
    (problem,) = [p for p in inputs.problems if p.severity == "error"]
    assert "服务态度" in problem.hint.zh
    assert "D1" in inputs.reading["cell"].tolist()
    assert "139" not in inputs.responses.astype(str).to_numpy()


def test_two_columns_of_one_meaning(take, faults):
    """Of two weights nobody knows which holds."""
    inputs = take({"调查明细": [["乡镇", "总体评价", "权重", "权数"], ["东塔镇", "满意", 1, 2]]})
    assert faults(inputs) == [("table.column_twice", "2018-H2.xlsx!调查明细!D1")]


def test_a_sheet_without_answers(take, faults):
    """A sheet of that name without a column of answers is a problem of its header."""
    assert faults(take({"调查明细": [["乡镇", "备注"], ["东塔镇", "好"]]})) == [
        ("table.no_header", "2018-H2.xlsx!调查明细")
    ]


def test_words_of_the_scheme(take):
    """Tokens say what a word stands for: not reported is blank, not applicable no answer asked for."""
    plain = {
        "format": 1, "name": "x", "version": "1", "weights": "relative",
        "tokens": {"漏答": "not_reported"},
        "units": {"1": {"name": "东塔镇"}},
        "index": {"id": "i", "children": [
            {"id": "s", "name": "满意度", "weight": 1,
             "source": {"kind": "satisfaction", "scale": {"5": 100, "1": 0}}},
        ]},
    }  # fmt: skip
    rows = [["乡镇", "答案"], ["东塔镇", 5], ["东塔镇", "１"], ["东塔镇", "漏答"], ["东塔镇", "/"]]
    frame = take({"答卷": rows}, scheme=read_scheme(plain)).responses
    assert frame["answer"].tolist() == ["5", "1", None, "/"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_text_files_are_read_alike(people, tmp_path, encoding):
    """responses.csv with English headers gives the frame a workbook gives, cells without a sheet."""
    rows = [
        ["unit", "question", "answer", "respondent", "weight", "stratum", "cluster", "clusters", "members"],
        ["640181100", "总体评价", "满意", "r1", "2.5", "a", "v1", "10", "300"],
        ["640181102", "总体评价", "", "r2", "1e-05", "b", "v2", "12", "200"],
    ]
    folder = tmp_path / "2018-H2"
    folder.mkdir()
    with (folder / "responses.csv").open("w", encoding=encoding, newline="") as stream:
        csv.writer(stream).writerows(rows)
    inputs = read_inputs(folder, people)
    assert [p for p in inputs.problems if p.severity == "error"] == []
    frame = inputs.responses
    assert frame["weight"].tolist() == [2.5, 1e-05]
    assert frame["members"].tolist() == [300.0, 200.0]
    assert frame["answer"].tolist() == ["满意", None]
    assert places(frame) == ["responses.csv!C2", "responses.csv!C3"]


def test_parquet_is_read_alike(people, tmp_path):
    """Columns of a Parquet file are the columns of the table."""
    pytest.importorskip("pyarrow")
    folder = tmp_path / "2018-H2"
    folder.mkdir()
    frame = pd.DataFrame(
        {"unit": ["640181100"] * 2, "question": "总体评价", "answer": ["满意", None], "weight": [1.5, 2]}
    )
    frame.to_parquet(folder / "responses.parquet")
    read = read_inputs(folder, people).responses
    assert read["answer"].tolist() == ["满意", None]
    assert read["weight"].tolist() == [1.5, 2.0]


def test_files_with_different_columns_are_one_table(people, tmp_path):
    """What one file does not say is blank in its rows."""
    folder = tmp_path / "2018-H2"
    folder.mkdir()
    text = {
        "电话答卷.csv": "乡镇,总体评价,权重,渠道\n东塔镇,满意,2,电话\n",
        "代表答卷.csv": "乡镇,总体评价,性别\n崇兴镇,不满意,女\n",
    }
    for name, content in text.items():
        Path(folder / name).write_text(content, encoding="utf-8")
    frame = read_inputs(folder, people).responses.sort_values("unit")
    assert said(frame, "unit", "answer", "channel", "性别") == [
        ["640181100", "满意", "电话", None],
        ["640181102", "不满意", None, "女"],
    ]
    assert frame["weight"].isna().tolist() == [False, True]


def test_a_sheet_named_after_its_indicator(take, faults):
    """A sheet 群众满意度 of single answers is about that indicator."""
    inputs = take({"群众满意度": [["乡镇", "总体评价"], ["东塔镇", "满意"]]})
    assert faults(inputs) == []
    assert inputs.responses["indicator"].tolist() == ["survey"]


def test_a_file_handed_in_twice(people, tmp_path):
    """A sample that is counted twice would look twice as sure: the copy is named beside the original."""
    folder = tmp_path / "2018-H2"
    folder.mkdir()
    lines = [f"东塔镇,{answer}" for answer in ("满意", "不满意") for _ in range(15)]
    for name in ("答卷.csv", "答卷(2).csv"):
        (folder / name).write_text("\n".join(["乡镇,总体评价", *lines]), encoding="utf-8")
    found = [p for p in read_inputs(folder, people).problems if p.severity == "error"]
    assert [(p.code, p.where) for p in found] == [("responses.copy", "答卷.csv")]
    assert "答卷(2).csv" in found[0].what.zh


def test_few_answers_may_agree_by_chance(people, tmp_path):
    """Two villages whose few answers are alike are two villages."""
    folder = tmp_path / "2018-H2"
    folder.mkdir()
    for name in ("答卷一.csv", "答卷二.csv"):
        (folder / name).write_text("乡镇,总体评价\n东塔镇,满意\n东塔镇,满意", encoding="utf-8")
    inputs = read_inputs(folder, people)
    assert [p for p in inputs.problems if p.severity == "error"] == []
    assert len(inputs.responses) == 4


ANSWERS = st.sampled_from(["满意", "基本满意", "不满意", "不了解", "拒答", None, "很好", 5])
ROW = st.tuples(st.sampled_from(["东塔镇", "崇兴镇", "合计", "马家滩镇", None]), ANSWERS, ANSWERS)


@settings(max_examples=60)
@given(rows=st.lists(ROW, max_size=12))
def test_every_answer_is_read_or_named(make_scheme, rows):
    """No row is lost: it is read with its cell, refused, or a row of totals, whatever the sheet holds."""
    scheme = make_scheme("survey", calibrate=[])
    grid = Grid("a.xlsx", "答卷", [["乡镇", "总体评价", "服务态度"], *map(list, rows)])
    units = Register.of(Entry(unit.code, unit.name) for unit in scheme.units)
    log = Log()
    frame = read_responses(grid, Sheet(units, Vocabulary.of(scheme), log, {}, Layout()), scheme)
    assert frame is not None
    shown = {} if frame.empty else dict(zip(places(frame), frame["answer"], strict=True))
    refused = {problem.where for problem in log.problems}
    unknown = any(name == "马家滩镇" for name, *_ in rows)
    for line, (name, *answers) in enumerate(rows, start=2):
        for letter, answer in zip("BC", answers, strict=True):
            where = f"a.xlsx!答卷!{letter}{line}"
            if name in {"东塔镇", "崇兴镇"} and any(one is not None for one in answers):
                assert shown[where] == (None if answer is None else str(answer))
            else:
                assert where not in shown
    if unknown and any(name == "马家滩镇" and set(answers) != {None} for name, *answers in rows):
        assert any(where.startswith("a.xlsx!答卷!A") for where in refused)
