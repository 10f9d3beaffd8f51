"""Cells of the scheme's workbook as officials type them."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from township_eval.errors import SchemeError
from township_eval.io.schemes import read_scheme, write_scheme
from township_eval.io.schemes.labels import as_words
from township_eval.io.schemes.notation import flow_text
from township_eval.io.schemes.typed import load_typed
from township_eval.methods.scoring import RULES, Linear, Target
from township_eval.methods.varying import Case, Varying
from township_eval.scheme.fields import CHOICES
from township_eval.scheme.model import Policy
from township_eval.scheme.parse.formulas import AGGREGATIONS, SOURCE_KINDS
from township_eval.scheme.parse.tree import MISSING_KINDS, NOT_APPLICABLE_KINDS

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


@pytest.mark.parametrize(
    ("head", "value", "field", "meant"),
    [
        ("评分方法", "完成率", "scoring", Target(target=98.0)),
        ("评分方法", "目标值", "scoring", Target(target=98.0)),
        ("评分方法", "{method: 上下限, low: 40, high: 0}", "scoring", Linear(low=40.0, high=0.0)),
        ("不涉及时", "分摊", "not_applicable", Policy("share_out")),
        ("不涉及时", "全部分摊", "not_applicable", Policy("share_out_all")),
        ("不涉及时", "满分", "not_applicable", Policy("full")),
        ("不涉及时", "零分", "not_applicable", Policy("zero")),
        ("不涉及时", "按比例60%", "not_applicable", Policy("partial", 0.6)),
        ("不涉及时", full("按比例12.5%").replace("%", "\uff05"), "not_applicable", Policy("partial", 0.125)),
        ("不涉及时", "{partial: 0.5}", "not_applicable", Policy("partial", 0.5)),
        (
            "不涉及时",
            "{一类:按比例50%,default:分摊}",
            "not_applicable",
            Varying((Case("一类", Policy("partial", 0.5)),), Policy("share_out")),
        ),
        ("未报时", "按零分计", "missing", Policy("zero")),
        ("未报时", "不计入", "missing", Policy("exclude")),
        ("未报时", "沿用上期", "missing", Policy("previous")),
        ("未报时", "不允许缺报", "missing", Policy("refuse")),
        ("未报时", "exclude", "missing", Policy("exclude")),
    ],
)
def test_choices_are_read_by_their_chinese_names(tmp_path, head, value, field, meant) -> None:
    """What the pages call it is what a cell may say, beside the words of the file."""
    path = edited(tmp_path, head, value)
    if value.startswith("{method"):
        workbook = openpyxl.load_workbook(path)
        sheet = workbook["指标体系"]
        sheet.cell(4, next(cell.column for cell in sheet[2] if cell.value == "评分:目标值")).value = None
        workbook.save(path)
    assert getattr(read_scheme(path).leaves()[0], field) == meant


@pytest.mark.parametrize(
    ("head", "value", "code", "said"),
    [
        ("评分方法", "完成律", "formula.unknown", "是否指:完成率(target)"),
        ("未报时", "沿用上季", "scheme.choice", "是否指:沿用上期(previous)"),
        ("合成方式", "几何平均数", "formula.unknown", "是否指:几何平均(geometric)"),
    ],
)
def test_an_unknown_choice_names_the_cell_and_the_closest_label(tmp_path, head, value, code, said) -> None:
    """The hint speaks the language of the sheet."""
    problem = problem_of(edited(tmp_path, head, value, row=3 if head == "合成方式" else 4))
    assert problem.code == code
    assert said in problem.hint.zh
    assert problem.where.startswith("方案.xlsx!指标体系!")


@pytest.mark.parametrize("key", sorted(CHOICES))
def test_every_choice_has_a_label_of_its_own(key: str) -> None:
    """No name stands for two choices, and every label is read as the word it is the label of."""
    names = [name for word, one in CHOICES[key].items() for name in {word, one.label, *one.others}]
    assert len(names) == len({name.casefold() for name in names})
    for word, choice in CHOICES[key].items():
        assert as_words(key, choice.label) == ({"partial": 0.5} if word == "partial" else word)


def test_every_built_in_rule_source_and_aggregation_has_a_label() -> None:
    """The catalogue forgets none and invents none."""
    assert set(CHOICES["method"]) == set(RULES)
    assert set(CHOICES["kind"]) == set(SOURCE_KINDS)
    assert set(CHOICES["aggregation"]) == {*AGGREGATIONS, "power"}
    assert set(CHOICES["not_applicable"]) == set(NOT_APPLICABLE_KINDS)
    assert set(CHOICES["missing"]) == set(MISSING_KINDS)


def column_of(sheet, head: str):
    return next(cell for cell in sheet[2] if str(cell.value).startswith(head))


@pytest.mark.parametrize(
    ("lang", "sheet", "head", "word"),
    [
        ("zh", "指标体系", "评分方法", "完成率"),
        ("zh", "指标体系", "未报时", "沿用上期"),
        ("zh", "指标体系", "不涉及时", "按比例50%"),
        ("zh", "指标体系", "合成方式", "几何平均"),
        ("zh", "指标体系", "可不涉及", "是"),
        ("en", "index", "method", "target"),
        ("en", "index", "missing", "previous"),
    ],
)
def test_columns_of_choices_have_drop_down_lists(tmp_path, lang, sheet, head, word) -> None:
    """The list covers the rows that are there and those still to come, and a note says what each means."""
    path = write_scheme(read_scheme(MAPPING), tmp_path / "a.xlsx", lang=lang)
    index = openpyxl.load_workbook(path)[sheet]
    cell = column_of(index, head)
    (offered,) = [
        one for one in index.data_validations.dataValidation if f"{cell.column_letter}4" in one.sqref
    ]
    assert f"{cell.column_letter}100" in offered.sqref
    assert word in offered.formula1.strip('"').split(",")
    assert len(offered.formula1) <= 257  # a list in the cell itself holds 255 characters
    assert head == "可不涉及" or word in cell.comment.text


def test_a_chinese_workbook_shows_chinese_names(tmp_path: Path) -> None:
    """And an English one the words of the file; both give back the scheme."""
    mapping = {**MAPPING, "index": {**MAPPING["index"], "aggregation": {"method": "power", "p": 2}}}
    scheme = read_scheme(mapping)
    shown = {}
    for lang, sheet in (("zh", "指标体系"), ("en", "index")):
        path = write_scheme(scheme, tmp_path / f"{lang}.xlsx", lang=lang)
        cells = [str(cell.value) for row in openpyxl.load_workbook(path)[sheet] for cell in row]
        shown[lang] = [
            word for word in ("完成率", "按零分计", "{method: 幂平均, p: 2}", "target") if word in cells
        ]
        assert read_scheme(path) == scheme
    assert shown == {"zh": ["完成率", "按零分计", "{method: 幂平均, p: 2}"], "en": ["target"]}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_unchanged_words_draw_no_warning(tmp_path: Path, lang: str) -> None:
    """The program agrees with itself."""
    path = write_scheme(read_scheme(MAPPING), tmp_path / "a.xlsx", lang=lang)
    assert read_scheme(path).warnings == ()


def test_a_rule_changed_in_words_only_draws_a_warning(tmp_path: Path) -> None:
    """The rule stays; the warning names the cell and says what to change instead."""
    path = edited(tmp_path, "规则说明", "达到90得满分")
    scheme = read_scheme(path)
    assert scheme.leaves()[0].scoring == Target(target=98.0)
    (warning,) = scheme.warnings
    assert (warning.severity, warning.code) == ("warning", "scheme.words_ignored")
    cell = column_of(openpyxl.load_workbook(path)["指标体系"], "规则说明")
    assert warning.where == f"方案.xlsx!指标体系!{cell.column_letter}4"
    assert "达到90得满分" in warning.what.zh
    assert "评分方法" in warning.hint.zh


def test_the_column_of_words_says_that_it_is_read_only(tmp_path: Path) -> None:
    """In its header and in its note; a header without it is still known, and blank words are fine."""
    path = edited(tmp_path, "规则说明", None)
    workbook = openpyxl.load_workbook(path)
    cell = column_of(workbook["指标体系"], "规则说明")
    assert cell.value == "规则说明(只读)"
    assert cell.comment.text.startswith("只读,供阅读")
    cell.value = "规则说明"
    workbook.save(path)
    assert read_scheme(path).warnings == ()
