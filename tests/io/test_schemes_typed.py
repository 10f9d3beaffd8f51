"""Cells of the scheme's workbook as officials type them."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from township_eval.errors import SchemeError
from township_eval.io.schemes import read_scheme, write_scheme
from township_eval.io.schemes.notation import flow_text
from township_eval.io.schemes.typed import load_typed
from township_eval.methods.varying import Case, Varying

MAPPING = {
    "name": "考核办法",
    "version": "2018",
    "groups": {"一类": {"reason": "近郊"}, "二类": {"reason": "移民"}},
    "units": {"640181100": {"name": "东塔镇", "group": "一类"}, "640181201": {"name": "乡", "group": "二类"}},
    "index": {
        "basis": "三(四)",
        "children": [
            {"id": "a", "weight": 60, "scoring": {"method": "target", "target": 98}, "basis": "二"},
            {"id": "b", "weight": 40, "may_not_apply": True, "not_applicable": "full", "missing": "zero"},
        ],
    },
}


def edited(folder: Path, head: str, value: object, row: int = 4) -> Path:
    """Return the scheme's workbook with one cell of the tree changed."""
    path = write_scheme(read_scheme(MAPPING), folder / "方案.xlsx")
    workbook = openpyxl.load_workbook(path)
    sheet = workbook["指标体系"]
    column = next(cell.column for cell in sheet[2] if str(cell.value).startswith(head))
    sheet.cell(row, column).value = value
    workbook.save(path)
    return path


def problem_of(path: Path):
    with pytest.raises(SchemeError) as caught:
        read_scheme(path)
    (problem,) = caught.value.problems
    return problem


def full(text: str) -> str:
    """Return a text with the punctuation of a Chinese keyboard."""
    return text.translate({ord(mark): ord(mark) + 0xFEE0 for mark in "{}[],:;"})


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("{一类:98,default:100}", {"一类": 98, "default": 100}),
        (full("{一类:98,default:100}"), {"一类": 98, "default": 100}),
        (f"{{一类{full(':')}98{full(',')}default: 2/3}}", {"一类": 98, "default": "2/3"}),
        (f"{{一类: 98{full(',')}二类: 100}}", {"一类": 98, "二类": 100}),
        (f"{{一类: 98{full(',')}二类:100}}", {"一类": 98, "二类": 100}),
        ("{一类:98、二类:100}", {"一类": 98, "二类": 100}),
        (full("{“一类”:98;‘二类’:100}"), {"一类": 98, "二类": 100}),
        ('{"一类":98,"二 类":1}', {"一类": 98, "二 类": 1}),
        ("{一类:98, default:100}", {"一类": 98, "default": 100}),
        (
            full("{2018-H1:{一类:98,default:99},default:100}"),
            {"2018-H1": {"一类": 98, "default": 99}, "default": 100},
        ),
        (full("[60,80]"), [60, 80]),
        (f"[60{full(',')}80]", [60, 80]),
        (full("【60,80】"), [60, 80]),
        ("[60、80;90]", [60, 80, 90]),
        (full("{from:60,score:“甲,乙”}"), {"from": 60, "score": full("甲,乙")}),
        # right as they stand: nothing in them is mended
        (f"{{reason: 近郊{full(',')}服务, weight: 5}}", {"reason": full("近郊,服务"), "weight": 5}),
        (f"{{reason: 2018{full(',')}2019年}}", {"reason": full("2018,2019年")}),
        (f"{{reason: '{full('一:二,三')}'}}", {"reason": full("一:二,三")}),
        ("{cap: null}", {"cap": None}),
    ],
)
def test_full_width_and_compact_cells_are_read(typed: str, meant: object) -> None:
    """What a person types with a Chinese keyboard is what the notation says."""
    assert load_typed(typed) == meant


def test_a_full_width_cell_of_the_workbook_is_read(tmp_path: Path) -> None:
    """From the cell to the rule."""
    scheme = read_scheme(edited(tmp_path, "评分:目标值", full("{一类:98,default:100}")))
    assert scheme.leaves()[0].scoring.target == Varying((Case("一类", 98.0),), 100.0)


@pytest.mark.parametrize(
    ("typed", "code", "said"),
    [
        ("{一类:98,default:100", "file.syntax", "缺少“}”"),
        ("{一类:[60,80}", "file.syntax", "此处应为“]”,实际为“}”"),
        ("{一类:98}}", "file.syntax", "括号结束后又写了“}”"),
        ("{“一类:98}", "file.syntax", "引号没有成对"),
        ("{一类98,default:100}", "cell.no_value", "“一类98”后面没有写值"),
        ("{一类:}", "cell.no_value", "“一类”后面没有写值"),
        ("{一类: 1, 一类: 2}", "file.key", "一类 写了两次"),
    ],
)
def test_a_cell_that_cannot_be_read_says_why_and_shows_how(tmp_path, typed, code, said) -> None:
    """The problem names the cell, the fault, and the right form."""
    problem = problem_of(edited(tmp_path, "评分:目标值", typed))
    assert problem.code == code
    assert said in problem.what.zh
    assert problem.where.startswith("方案.xlsx!指标体系!")
    assert code == "file.key" or "{一类: 98, default: 100}" in problem.hint.zh


TEXT = st.text(st.sampled_from("甲a1 ,:、;{}[]“”'\"-#" + full(",:;{}[]")), min_size=1, max_size=6).map(
    str.strip
)
DATA = st.recursive(
    TEXT.filter(bool) | st.integers() | st.none(),
    lambda more: st.lists(more, min_size=1) | st.dictionaries(TEXT.filter(bool), more, min_size=1),
)


@settings(deadline=None)
@given(st.lists(DATA, min_size=1) | st.dictionaries(TEXT.filter(bool), DATA, min_size=1))
def test_what_the_program_writes_is_never_mended(data: object) -> None:
    """Full-width punctuation in a user's text stays as it is."""
    assert load_typed(flow_text(data)) == data


@pytest.mark.parametrize("value", ["是", "√", "Y", "y", "\uff39", "yes", "TRUE", True, 1, "1"])
def test_yes_is_written_in_many_ways(tmp_path: Path, value: object) -> None:
    """A tick, a letter, a word, a number."""
    assert read_scheme(edited(tmp_path, "可不涉及", value)).leaves()[0].may_not_apply is True


@pytest.mark.parametrize("value", ["否", "×", "N", "no", "FALSE", False, 0, "0", None])
def test_no_is_written_in_many_ways_or_left_blank(tmp_path: Path, value: object) -> None:
    """A blank cell is no."""
    assert read_scheme(edited(tmp_path, "可不涉及", value, row=5)).leaves()[1].may_not_apply is False


def test_any_other_word_is_neither_yes_nor_no(tmp_path: Path) -> None:
    """Nothing is guessed."""
    problem = problem_of(edited(tmp_path, "可不涉及", "也许"))
    assert problem.code == "scheme.flag"
    assert "√" in problem.hint.zh
