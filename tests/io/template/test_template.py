"""The workbook to fill in asks for what the scheme needs and is read back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from township_eval.errors import DataError
from township_eval.io.template import write_template
from township_eval.io.workbook import read_inputs


def fill(path: Path, answers: dict[str, dict[str, Any]]) -> Path:
    """Fill cells in, by sheet and address."""
    made = openpyxl.load_workbook(path)
    for title, cells in answers.items():
        for cell, value in cells.items():
            made[title][cell] = value
    made.save(path)
    return path


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_is_filled_in_is_read_back(scheme, tmp_path, lang):
    """Numbers typed into the template arrive under their indicators, in either language."""
    (path,) = write_template(scheme, tmp_path / "2018-H2.xlsx", lang=lang)
    cover, values, counts, panel = openpyxl.load_workbook(path).sheetnames
    fill(
        path,
        {
            values: {"C4": "98.5%", "D4": "/", "E4": 100, "F4": 112, "G4": "是", "H4": "否"},
            counts: {"D3": 120, "E3": 60, "F3": 20, "G3": 12},
            panel: {"C3": 92, "D3": 88, "E3": 85},
            cover: {"B3": "2018-H1", "B4": "农牧局", "B5": "2018-06-30"},
        },
    )
    inputs = read_inputs(path, scheme)
    assert [p for p in inputs.problems if p.severity == "error"] == []
    assert (inputs.period, inputs.as_of) == ("2018-H1", "2018-06-30")
    read = inputs.values.dropna(subset="value").set_index("indicator")["value"].to_dict()
    assert read == {"tap_water": 98.5, "期初收入": 100, "期末收入": 112, "首问责任制": 1, "工作例会": 0}
    assert inputs.not_applicable["indicator"].tolist() == ["roads"]
    assert inputs.satisfaction["count"].sum() == 212
    assert set(inputs.satisfaction["channel"]) == {"电话"}
    assert inputs.ratings["score"].tolist() == [92.0, 88.0, 85.0]
    assert set(inputs.values["source_unit"]) == {"农牧局"}


def test_an_empty_template_has_no_errors(scheme, tmp_path):
    """The untouched template is read without complaint about its form; every department is missing."""
    (path,) = write_template(scheme, tmp_path / "2018-H2.xlsx")
    inputs = read_inputs(path, scheme)
    assert {p.code for p in inputs.problems} == {"department.missing", "ratings.blank"}
    assert inputs.values["value"].isna().all()


def test_one_workbook_a_lead(scheme, tmp_path):
    """Each lead gets its own indicators, each indicator goes to one; together they are the whole."""
    paths = write_template(scheme, tmp_path / "2018-H2", by_lead=True)
    assert [path.name for path in paths] == ["农牧局.xlsx", "统计局.xlsx", "编办.xlsx", "其他.xlsx"]
    inputs = read_inputs(tmp_path / "2018-H2", scheme)
    (whole,) = write_template(scheme, tmp_path / "2018-H1.xlsx")
    keys = ["unit", "indicator"]
    one = inputs.values[keys].to_numpy().tolist()
    assert sorted(one) == sorted(read_inputs(whole, scheme).values[keys].to_numpy().tolist())
    statistics = inputs.values[inputs.values["indicator"] == "期初收入"]
    assert set(statistics["source_unit"]) == {"统计局"}


def test_notes_choices_and_grey_cells(scheme_with, tmp_path):
    """A header's note says rule and basis; 是/否 is offered; who is not asked is grey."""
    index = {
        "id": "index",
        "children": [
            {
                "id": "a",
                "name": "普及率",
                "unit": "%",
                "weight": 1,
                "applies_to": ["东塔镇"],
                "basis": "二(六)3",
                "scoring": {"method": "target", "target": 100},
            },
            {"id": "b", "name": "清单建立", "weight": 1, "scoring": {"method": "threshold", "at_least": 1}},
        ],
    }
    scheme = scheme_with(index=index)
    (path,) = write_template(scheme, tmp_path / "2018.xlsx")
    sheet = openpyxl.load_workbook(path)["指标数据"]
    assert sheet["C2"].value == "普及率(%)"
    assert "依据:二(六)3" in sheet["C2"].comment.text
    assert "100" in sheet["C2"].comment.text.splitlines()[0]
    grey = {
        cell.coordinate for row in sheet.iter_rows() for cell in row if cell.fill.fgColor.rgb == "FFD9D9D9"
    }
    assert grey == {"C4", "C5"}
    (rule,) = sheet.data_validations.dataValidation
    assert (str(rule.sqref), rule.formula1) == ("D3:D5", '"是,否,/"')
    assert sheet.freeze_panes == "C3"
    assert sheet.print_title_rows == "$1:$2"


def test_only_what_is_due(scheme_with, tmp_path):
    """For a period only what is due is asked."""
    index = {
        "id": "index",
        "children": [
            {"id": "a", "name": "甲", "weight": 1, "due_in": ["Q4"]},
            {"id": "b", "name": "乙", "weight": 1},
        ],
    }
    scheme = scheme_with(index=index).for_period("2018-Q1")
    (path,) = write_template(scheme, tmp_path / "2018-Q1.xlsx")
    sheet = openpyxl.load_workbook(path)["指标数据"]
    assert [cell.value for cell in sheet[2]] == ["代码", "乡镇(街道)", "乙"]


def test_nothing_a_scheme_says_becomes_a_formula(scheme_with, tmp_path):
    """Names that start with = stay text."""
    index = {"id": "index", "children": [{"id": "a", "name": "=1+1", "weight": 1}]}
    scheme = scheme_with(
        index=index, name='=HYPERLINK("x")', units={"1": {"name": "@甲"}, "2": {"name": "=乙"}}
    )
    (path,) = write_template(scheme, tmp_path / "2018.xlsx")
    kinds = {
        cell.data_type
        for sheet in openpyxl.load_workbook(path)
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }
    assert kinds == {"s"}


@pytest.mark.parametrize(
    ("kinds", "lang", "head"),
    [
        (("镇", "街道", "乡"), "zh", "乡镇(街道)"),
        (("镇", "街道", "乡"), "en", "Township"),
        (("村", "村", "村"), "zh", "村名"),
        (("村", "村", "村"), "en", "Unit"),
        (("村", "镇", "乡"), "zh", "被考核单位"),
        (("园区", "园区", "园区"), "zh", "单位"),
    ],
)
def test_units_are_called_what_they_are(scheme_with, tmp_path, kinds, lang, head):
    """The column of names is headed as in the reports, in a word that is read back."""
    names = {"640181100": "东塔镇", "640181102": "崇兴镇", "640181201": "白土岗乡"}
    units = {
        code: {"name": name, "kind": kind} for (code, name), kind in zip(names.items(), kinds, strict=True)
    }
    scheme = scheme_with(units=units)
    (path,) = write_template(scheme, tmp_path / "2018-H2.xlsx", lang=lang)
    for sheet in openpyxl.load_workbook(path).worksheets[1:]:
        assert sheet["B2"].value == head
    assert {problem.code for problem in read_inputs(path, scheme).problems} == {
        "department.missing",
        "ratings.blank",
    }


def test_every_sheet_carries_the_notice(scheme_with, tmp_path):
    """What the scheme must say on every sheet stands on every sheet and every printed page."""
    scheme = scheme_with(notice="示例数据,非官方结果 A&B")
    (path,) = write_template(scheme, tmp_path / "2018-H2.xlsx")
    cover, *forms = openpyxl.load_workbook(path).worksheets
    assert "示例数据,非官方结果 A&B" in [cell.value for cell in cover["A"]]
    for sheet in forms:
        assert sheet["A2"].value == "示例数据,非官方结果 A&B"
        assert sheet["A3"].value == "代码"
        assert sheet.print_title_rows.startswith("$1:$")
    for sheet in (cover, *forms):
        assert "示例数据,非官方结果" in sheet.oddHeader.center.text
    values = forms[0]
    fill(path, {values.title: {"C5": 98.5}})
    inputs = read_inputs(path, scheme)
    assert {problem.code for problem in inputs.problems} == {"department.missing", "ratings.blank"}
    assert inputs.values["value"].dropna().tolist() == [98.5]


def test_same_scheme_same_bytes(scheme, tmp_path):
    """The template does not depend on when it is written."""
    one, two = (write_template(scheme, tmp_path / name / "a.xlsx")[0].read_bytes() for name in "ab")
    assert one == two


def test_a_template_open_in_excel(scheme, tmp_path):
    """A target with the lock file of another program beside it is a listed problem."""
    (tmp_path / "~$2018.xlsx").touch()
    with pytest.raises(DataError) as caught:
        write_template(scheme, tmp_path / "2018.xlsx")
    assert [p.code for p in caught.value.problems] == ["file.open"]


def test_two_surveys_say_which_indicator_they_are_about(scheme_with, tmp_path):
    """With two satisfaction leaves each sheet states its indicator, and both come back apart."""
    survey = {"kind": "satisfaction", "scale": {"满意": 100, "不满意": 0}}
    index = {
        "id": "index",
        "children": [
            {"id": name, "name": name, "weight": 1, "source": survey} for name in ("群众满意度", "企业满意度")
        ],
    }
    scheme = scheme_with(index=index)
    (path,) = write_template(scheme, tmp_path / "2018.xlsx")
    fill(path, {"满意度1": {"D3": 8, "E3": 2}, "满意度2": {"D3": 5, "E3": 5}})
    frame = read_inputs(path, scheme).satisfaction
    counts = frame.groupby(["indicator", "answer"])["count"].sum().to_dict()
    assert counts == {
        ("群众满意度", "满意"): 8,
        ("群众满意度", "不满意"): 2,
        ("企业满意度", "满意"): 5,
        ("企业满意度", "不满意"): 5,
    }
