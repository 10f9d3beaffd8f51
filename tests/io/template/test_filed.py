"""Forms of what is filed about results: asked for where the scheme has a use for them, and read back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

import township_eval as te
from township_eval.io.template import write_template
from township_eval.scheme.model import Scheme

FILED = {
    "zh": ["加减分事项", "容错备案", "整改回执", "异议登记", "更正单"],
    "en": ["events", "waivers", "rectifications", "objections", "corrections"],
}


def scheme(**stated: Any) -> Scheme:
    """Return a scheme of two units."""
    return te.read_scheme(
        {
            "name": "虚构方案", "version": "1", "units": {"001": {"name": "甲镇"}, "002": {"name": "乙乡"}},
            "index": {"children": [{"id": "water", "name": "自来水普及率", "unit": "%", "weight": 100}]},
            **stated,
        }
    )  # fmt: skip


JUDGED: dict[str, Any] = {
    "adjustments": {"bonus": {"cap": 5}},
    "flags": [{"id": "interview", "measure": "约谈", "name": "水质约谈", "when": "water < 60"}],
    "disclosure": {"notice_days": 5},
}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_forms_are_asked_for_only_where_the_scheme_has_a_use_for_them(tmp_path: Path, lang: str) -> None:
    """A scheme without consequences has none of the forms, one with all of them has all."""
    plain, judged = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    write_template(scheme(), plain, lang=lang)
    write_template(scheme(**JUDGED), judged, lang=lang)
    assert not set(FILED[lang]) & set(openpyxl.load_workbook(plain).sheetnames)
    assert openpyxl.load_workbook(judged).sheetnames[-5:] == FILED[lang]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_forms_are_read_back(tmp_path: Path, lang: str) -> None:
    """What is filled in under every header comes back as a row; an empty form is no row and no problem."""
    path, rules = tmp_path / "2018-H2.xlsx", scheme(**JUDGED)
    write_template(rules, path, lang=lang)
    empty = te.read_inputs(path, rules, period="2018-H2")
    assert (empty.problems, empty.events, empty.corrections, empty.objections) == ((), None, None, None)
    book = openpyxl.load_workbook(path)
    for title in FILED[lang]:
        sheet = book[title]
        for column in range(1, sheet.max_column + 1):
            sheet.cell(3, column).value = {1: "001", 2: "甲镇"}.get(column, "2018-06-30")
    sheet = book[FILED[lang][0]]
    sheet["C3"], sheet["E3"] = "加分", 2
    book.save(path)
    filled = te.read_inputs(path, rules, period="2018-H2")
    assert filled.problems == ()
    for name in ("events", "waivers", "rectifications", "objections", "corrections"):
        frame = getattr(filled, name)
        assert len(frame) == 1, name
        assert not [column for column in frame.columns if frame[column].iloc[0] in ("", None)], name


def test_departments_are_not_asked_to_correct_results(tmp_path: Path) -> None:
    """A department's own workbook has its figures only."""
    write_template(scheme(**JUDGED), tmp_path / "out", by_lead=True)
    books = [openpyxl.load_workbook(path).sheetnames for path in (tmp_path / "out").iterdir()]
    assert books == [["封面", "指标数据"]]
