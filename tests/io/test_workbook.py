"""One period's inputs from workbooks, csv and parquet files."""

from __future__ import annotations

import re
import shutil
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from openpyxl.chart import BarChart

from township_eval.errors import DataError, Problem
from township_eval.inputs import Inputs
from township_eval.io.workbook import read_inputs
from township_eval.scheme.model import Layout, Scheme, Token

VALUES = [
    ["单位", "自来水普及率(%)", "断头路条数(条)"],
    ["东塔镇", "98.5%", 0],
    ["崇兴镇", 97, 1],
    ["白土岗乡", "96%", "/"],
]
INCOME = [
    ["单位", "期初收入", "期末收入"],
    ["东塔镇", 100, 110],
    ["崇兴镇", 100, 112],
    ["白土岗乡", 100, 108],
]
RULES = [
    ["单位", "首问责任制", "工作例会"],
    ["东塔镇", "是", "是"],
    ["崇兴镇", "是", "否"],
    ["白土岗乡", "是", "是"],
]
COUNTS = [
    ["单位", "渠道", "满意", "基本满意", "不满意", "不了解", "合计"],
    ["东塔镇", "电话", 120, 60, 20, 12, 212],
    ["东塔镇", "代表", 21, 6, 3, 0, 30],
]
PANEL = [
    ["单位", "评估员1", "评估员2", "评估员3", "平均分"],
    ["东塔镇", 92, 88, 85, 88.3],
    ["崇兴镇", 90, None, 71, 80.5],
]


def cover(period: str, department: str = "农牧局", as_of: str = "2018年12月31日") -> list[list[str]]:
    return [["考核期", period], ["填报单位", department], ["数据截止", as_of]]


def codes(inputs: Inputs) -> list[tuple[str, str]]:
    return [(p.code, p.where) for p in inputs.problems if p.severity == "error"]


def refused(path: Any, scheme: Scheme, **stated: str) -> tuple[Problem, ...]:
    with pytest.raises(DataError) as caught:
        read_inputs(path, scheme, **stated)
    return caught.value.problems


def warnings(inputs: Inputs) -> list[str]:
    return [p.code for p in inputs.problems if p.severity == "warning"]


def test_one_workbook(book, scheme):
    """A cover and four sheets become one period's tables, with cells, department and date."""
    path = book(
        "报表.xlsx",
        {
            "封面": cover("2018年下半年"),
            "数据": VALUES,
            "收入": INCOME,
            "制度": RULES,
            "满意度": COUNTS,
            "第三方评估": PANEL,
        },
    )
    inputs = read_inputs(path, scheme)
    assert inputs.problems == ()
    assert (inputs.period, inputs.as_of) == ("2018-H2", "2018-12-31")
    values = inputs.values.set_index(["unit", "indicator"])
    assert values.loc[("640181100", "tap_water"), "value"] == 98.5
    assert values.loc[("640181100", "tap_water"), "cell"] == "报表.xlsx!数据!B2"
    assert set(values["source_unit"]) == {"农牧局"}
    (exempt,) = inputs.not_applicable.to_dict("records")
    assert (exempt["unit"], exempt["indicator"], exempt["cell"]) == (
        "640181201",
        "roads",
        "报表.xlsx!数据!C4",
    )
    assert inputs.satisfaction[["answer", "channel", "count"]].to_numpy().tolist()[:2] == [
        ["满意", "电话", 120.0],
        ["基本满意", "电话", 60.0],
    ]
    assert len(inputs.satisfaction) == 8
    assert inputs.ratings["rater"].tolist() == ["评估员1", "评估员2", "评估员3", "评估员1", "评估员3"]
    assert inputs.units is None


def test_departments_and_formats_merge(book, scheme, tmp_path):
    """A folder of a workbook, a csv of an office and its totals make one period named by the folder."""
    folder = tmp_path / "2018-H2"
    book("2018-H2/农牧局.xlsx", {"Sheet1": VALUES})
    (folder / "统计局.csv").write_text(
        '填报单位:统计局,,\n单位,期初收入,期末收入\n东塔镇,"1,000",1100\n合计,1000,1100\n', encoding="gb18030"
    )
    book("2018-H2/满意度.xlsx", {"Sheet1": COUNTS})
    (folder / "~$农牧局.xlsx").touch()
    (folder / "说明.docx").touch()
    inputs = read_inputs(folder, scheme)
    assert inputs.period == "2018-H2"
    assert codes(inputs) == []
    assert set(inputs.values["source_unit"].dropna()) == {"统计局"}
    income = inputs.values[inputs.values["indicator"] == "期初收入"]
    assert income[["value", "cell"]].to_numpy().tolist() == [[1000.0, "统计局.csv!B3"]]
    assert len(inputs.satisfaction) == 8


def test_missing_departments_are_listed(book, scheme):
    """A lead department none of whose indicators has a value is a warning with its indicators."""
    inputs = read_inputs(book("2018-H2.xlsx", {"数据": VALUES, "满意度": COUNTS}), scheme)
    missing = [p for p in inputs.problems if p.code == "department.missing"]
    assert {p.severity for p in missing} == {"warning"}
    assert [p.what.en.split(" has ")[0] for p in missing] == ["统计局", "编办"]


def test_conflict_between_two_files_names_both_places(book, scheme):
    """One cell with two values in two files is a problem naming both; equal values merge silently."""
    one = book("a.xlsx", {"封面": cover("2018-H2"), "数据": VALUES})
    other = [row[:] for row in VALUES]
    other[2] = ["崇兴镇", "96.9%", 1]
    two = book("b.xlsx", {"封面": cover("2018-H2", "水务局"), "数据": other})
    inputs = read_inputs([one, two], scheme)
    assert codes(inputs) == [("value.conflict", "b.xlsx!数据!B3")]
    (problem,) = [p for p in inputs.problems if p.severity == "error"]
    assert "a.xlsx!数据!B3" in problem.what.zh
    assert "自来水普及率(tap_water)" in problem.what.zh
    assert "97" in problem.what.en
    assert "96.9" in problem.what.en
    assert len(inputs.values) == 5


def test_blank_gives_way_to_a_value(book, scheme):
    """A value in one file fills the blank of another, whatever the order."""
    blank = [["单位", "断头路条数"], ["东塔镇", None]]
    filled = [["单位", "断头路条数"], ["东塔镇", 3]]
    for rows in ((blank, filled), (filled, blank)):
        paths = [book(f"2018/{name}.xlsx", {"数据": sheet}) for name, sheet in zip("ab", rows, strict=True)]
        inputs = read_inputs(paths, scheme, period="2018")
        assert inputs.values["value"].tolist() == [3.0]


def test_value_against_not_applicable(book, scheme):
    """A number in one file and "/" in another contradict each other."""
    rows = [["单位", "断头路条数"], ["东塔镇", 3]]
    other = [["单位", "断头路条数"], ["东塔镇", "/"]]
    paths = [book("2018/a.xlsx", {"数据": rows}), book("2018/b.xlsx", {"数据": other})]
    assert codes(read_inputs(paths, scheme, period="2018")) == [("value.conflict", "b.xlsx!数据!B2")]


# -- period -------------------------------------------------------------------------------------


def test_period_of_the_file_name(book, scheme):
    """Without a cover the file's name is the period, whatever text it is."""
    assert read_inputs(book("2018年三季度.xlsx", {"数据": VALUES}), scheme).period == "2018-Q3"
    inputs = read_inputs(book("首期.xlsx", {"数据": VALUES}), scheme)
    assert inputs.period == "首期"
    assert [(p.severity, p.where) for p in inputs.problems if p.code == "period.from_name"] == [
        ("warning", "首期.xlsx")
    ]
    blank = book("填报 表.xlsx", {"封面": [["考核期", None]], "数据": VALUES})
    assert "period.from_name" in warnings(read_inputs(blank, scheme))
    assert "period.from_name" not in warnings(read_inputs(blank, scheme, period="首期"))
    assert "period.from_name" not in warnings(read_inputs(book("2018.xlsx", {"数据": VALUES}), scheme))


def test_cover_comes_before_the_name(book, scheme):
    """The cover states the period, not the file's name."""
    path = book("2017-H1.xlsx", {"封面": cover("2018-H2"), "数据": VALUES})
    assert read_inputs(path, scheme).period == "2018-H2"


def test_two_periods_are_a_problem(book, scheme):
    """Files of two periods are not merged; both places are named, and nothing that comes of mixing."""
    paths = [
        book("a.xlsx", {"封面": cover("2018-H1"), "数据": VALUES}),
        book("b.xlsx", {"封面": cover("2018-H2"), "数据": VALUES}),
    ]
    (problem,) = refused(paths, scheme)
    assert (problem.code, problem.where) == ("period.conflict", "b.xlsx!封面!A1")
    assert "a.xlsx!封面!A1" in problem.what.zh


def test_given_period_must_agree_with_the_cover(book, scheme):
    """A period passed in against the cover is a problem."""
    path = book("a.xlsx", {"封面": cover("2018-H1"), "数据": VALUES})
    assert [p.where for p in refused(path, scheme, period="2018-H2")] == ["a.xlsx!封面!A1"]
    assert codes(read_inputs(path, scheme, period="2018年上半年")) == []


def test_a_years_folder_may_hold_a_quarter(book, scheme, tmp_path):
    """The folder of a whole year does not contradict covers that state one of its periods."""
    book("2018/a.xlsx", {"封面": cover("2018-Q3"), "数据": VALUES})
    assert read_inputs(tmp_path / "2018", scheme).period == "2018-Q3"
    book("2017/a.xlsx", {"封面": cover("2018-Q3"), "数据": VALUES})
    assert [p.code for p in refused(tmp_path / "2017", scheme)] == ["period.conflict"]


def test_unknown_period(book, scheme):
    """Several files that state no period cannot be read; the problem says what to do."""
    paths = [book("甲.xlsx", {"数据": VALUES}), book("乙.xlsx", {"数据": INCOME})]
    with pytest.raises(DataError) as caught:
        read_inputs(paths, scheme)
    assert [p.code for p in caught.value.problems] == ["period.unknown"]


def test_two_days_the_data_stand_at(book, scheme):
    """Covers that state two days are a problem, unless the day is passed in."""
    paths = [
        book("a.xlsx", {"封面": cover("2018-H2"), "数据": VALUES}),
        book("b.xlsx", {"封面": cover("2018-H2", as_of="2018-11-30"), "收入": INCOME}),
    ]
    assert codes(read_inputs(paths, scheme)) == [("as_of.conflict", "b.xlsx!封面!A3")]
    assert codes(read_inputs(paths, scheme, as_of="2018-12-31")) == []


def test_a_day_that_is_none(book, scheme):
    """What stands on the cover and is no day is refused with its cell."""
    path = book("2018-H2.xlsx", {"封面": cover("2018-H2", as_of="十二月底"), "数据": VALUES})
    inputs = read_inputs(path, scheme)
    assert codes(inputs) == [("as_of.date", "2018-H2.xlsx!封面!A3")]
    assert inputs.as_of is None


# -- files that cannot be read ------------------------------------------------------------------


def test_nothing_to_read(tmp_path, scheme):
    """An empty folder and a missing file end in DataError with the place."""
    with pytest.raises(DataError) as caught:
        read_inputs(tmp_path, scheme)
    assert [(p.code, p.where) for p in caught.value.problems] == [("file.none", str(tmp_path))]
    with pytest.raises(DataError) as caught:
        read_inputs(tmp_path / "none.xlsx", scheme)
    assert [p.code for p in caught.value.problems] == ["file.missing"]


def test_bad_files_beside_good_ones(book, scheme, tmp_path):
    """Every unreadable file of a folder is listed, and the others are read."""
    book("2018-H2/a.xlsx", {"数据": VALUES})
    folder = tmp_path / "2018-H2"
    (folder / "b.xlsx").touch()
    (folder / "c.xlsx").write_bytes(b"no workbook")
    (folder / "d.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    book("2018-H2/e.xlsx", {"Sheet1": []})
    (folder / "f.csv").write_bytes(b"\xff\x00\xff\x00\x80")
    inputs = read_inputs(folder, scheme)
    assert codes(inputs) == [
        ("file.empty", "b.xlsx"),
        ("file.not_workbook", "c.xlsx"),
        ("file.format", "d.xls"),
        ("file.empty", "e.xlsx"),
        ("file.encoding", "f.csv"),
    ]
    assert len(inputs.values) == 5


def test_missing_sheet(book, scheme):
    """A sheet that a layout names and the file lacks is a problem listing the sheets there are."""
    path = book("2018-H2 农牧局.xlsx", {"数据": VALUES})
    pins = [Layout(file="*农牧局.xlsx", sheet="汇总")]
    inputs = read_inputs(path, scheme, layouts=pins)
    assert codes(inputs) == [("sheet.missing", "2018-H2 农牧局.xlsx")]
    assert "数据" in inputs.problems[0].hint.zh


def test_formulas_without_results(book, scheme):
    """Formulas a program wrote and nobody calculated are refused, not read as blanks."""
    path = book("2018-H2.xlsx", {"数据": [["单位", "断头路条数"], ["东塔镇", "=1+1"], ["崇兴镇", 2]]})
    assert codes(read_inputs(path, scheme)) == [("formula.uncached", "2018-H2.xlsx!数据!B2")]


def test_hidden_sheet_is_not_read(book, scheme):
    """A hidden sheet is left out, with a warning."""
    import openpyxl

    path = book("2018-H2.xlsx", {"数据": VALUES, "旧数": VALUES})
    made = openpyxl.load_workbook(path)
    made["旧数"].sheet_state = "hidden"
    made.save(path)
    inputs = read_inputs(path, scheme)
    assert codes(inputs) == []
    assert warnings(inputs)[0] == "sheet.hidden"


def test_hidden_rows_are_read_with_a_warning(book, scheme):
    """A row hidden by a filter is data all the same; that it was hidden is said."""
    import openpyxl

    path = book("2018-H2.xlsx", {"数据": VALUES})
    made = openpyxl.load_workbook(path)
    made["数据"].row_dimensions[3].hidden = True
    made["数据"].column_dimensions["C"].hidden = True
    made.save(path)
    inputs = read_inputs(path, scheme)
    assert ("640181102" in set(inputs.values["unit"])) is True
    (problem,) = [p for p in inputs.problems if p.code == "sheet.hidden_cells"]
    assert (problem.severity, problem.where) == ("warning", "2018-H2.xlsx!数据")
    assert "3" in problem.what.zh
    assert "C" in problem.what.zh


def test_sheets_of_charts_are_left_out(book, scheme):
    """A sheet that holds a chart, or an empty one, is skipped with a warning; the tables are read."""
    path = book("2018.xlsx", {"数据": VALUES, "收入": INCOME})
    made = openpyxl.load_workbook(path)
    made.create_chartsheet("空图", 1)
    charted = made.create_chartsheet("图")
    charted.add_chart(BarChart())
    made.save(path)
    drop_drawing(path, "chartsheets/sheet1.xml")
    inputs = read_inputs(path, scheme)
    assert codes(inputs) == []
    assert [p.where for p in inputs.problems if p.code == "sheet.chart"] == ["2018.xlsx!空图", "2018.xlsx!图"]
    assert set(inputs.values["indicator"]) == {"tap_water", "roads", "期初收入", "期末收入"}


def drop_drawing(path: Path, part: str) -> None:
    """Take the drawing out of a sheet of a chart, as some programs leave it."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet, relations = f"xl/{part}", f"xl/{part.replace('/', '/_rels/')}.rels"
    parts.pop(relations, None)
    parts[sheet] = re.sub(rb"<drawing[^>]*/>", b"", parts[sheet])
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def test_ignored_sheet_and_document(book, scheme):
    """Layouts leave sheets out, name the department and the document."""
    path = book("2018-H2.xlsx", {"数据": VALUES, "草稿": [["单位", "断头路条数"], ["东塔镇", "乱写"]]})
    pins = [
        Layout(sheet="草稿", ignore=True),
        Layout(sheet="数据", department="住建局", document="灵建〔2018〕3号"),
    ]
    inputs = read_inputs(path, scheme, layouts=pins)
    assert codes(inputs) == []
    assert set(inputs.values["source_unit"]) == {"住建局"}
    assert set(inputs.values["document"]) == {"灵建〔2018〕3号"}


def test_layout_of_evidence(book, scheme):
    """A layout says that a sheet holds counts and what its columns are called."""
    rows = [["单位", "很满意", "基本满意", "不满意", "杂项"], ["东塔镇", 5, 3, 2, 9]]
    path = book("2018-H2.xlsx", {"表一": rows})
    pins = [Layout(sheet="表一", table="satisfaction", columns=(("很满意", "满意"), ("E", "-")))]
    inputs = read_inputs(path, scheme, layouts=pins)
    assert codes(inputs) == []
    assert inputs.satisfaction[["answer", "count"]].to_numpy().tolist() == [
        ["满意", 5.0],
        ["基本满意", 3.0],
        ["不满意", 2.0],
    ]


def test_sheet_without_any_known_unit(book, scheme):
    """A sheet with numbers in which no unit is found is a warning, not silence."""
    path = book("2018-H2.xlsx", {"数据": VALUES, "其他": [["项目", "金额"], ["电费", 3]]})
    inputs = read_inputs(path, scheme)
    assert codes(inputs) == []
    (problem,) = [p for p in inputs.problems if p.code == "sheet.no_table"]
    assert problem.where == "2018-H2.xlsx!其他"


def test_tokens_of_the_scheme(book, scheme_with):
    """A word that the scheme gives a meaning is read so."""
    scheme = scheme_with(tokens={"无": 0})
    assert scheme.tokens == (Token("无", 0.0),)
    path = book("2018-H2.xlsx", {"数据": [["单位", "断头路条数"], ["东塔镇", "无"]]})
    assert read_inputs(path, scheme).values["value"].tolist() == [0.0]


# -- units --------------------------------------------------------------------------------------


def test_units_from_the_table_when_nobody_lists_them(scheme_with, tmp_path):
    """Without a list of units those of the table are taken, codes with their leading zeros."""
    path = tmp_path / "2021.csv"
    path.write_text("unit,name,断头路条数\n007,Bond,1\n008,Bill,2\n", encoding="utf-8-sig")
    inputs = read_inputs(path, scheme_with(units={}))
    assert inputs.units[["unit", "name"]].to_numpy().tolist() == [["007", "Bond"], ["008", "Bill"]]
    assert inputs.values["unit"].tolist() == ["007", "008"]


def test_units_of_a_sheet(book, scheme_with):
    """A sheet 单位 lists codes, names and other names, by which the other sheets are matched."""
    listed = [
        ["代码", "名称", "别名"],
        ["V01", "东村", "东、东队"],
        ["V02", "西村", None],
        ["合计", None, None],
    ]
    data = [["村", "断头路条数"], ["东队", 1], ["西村", 2], ["南村", 3]]
    inputs = read_inputs(book("2018.xlsx", {"单位": listed, "数据": data}), scheme_with(units={}))
    assert inputs.units["unit"].tolist() == ["V01", "V02"]
    assert inputs.values["unit"].tolist() == ["V01", "V02"]
    assert codes(inputs) == [("unit.unknown", "2018.xlsx!数据!A4")]


# -- whole ---------------------------------------------------------------------------------------


def test_reading_notes_what_was_not_taken_as_it_stood(book, scheme):
    """The quality table has a line for each text number, refused cell and dropped row, in both languages."""
    rows = [["单位", "自来水普及率"], ["东塔镇", "９８％"], ["崇兴镇", "约90"], ["合计", "94%"]]
    inputs = read_inputs(book("2018-H2.xlsx", {"数据": rows}), scheme)
    lines = {line["cell"]: line for line in inputs.reading.to_dict("records")}
    assert (lines["B2"]["original"], lines["B2"]["parsed"]) == ("９８％", 98.0)
    assert lines["B3"]["treatment"].en == "refused until it is checked"
    assert lines["A4"]["problem"].zh == "合计或平均行"
    assert list(inputs.reading.columns) == [
        "file", "sheet", "cell", "original", "parsed", "problem", "treatment",
    ]  # fmt: skip


def test_order_of_files_does_not_matter(book, scheme):
    """The same files in another order give the same values."""
    paths = [
        book("2018/a.xlsx", {"数据": VALUES}),
        book("2018/b.xlsx", {"收入": INCOME}),
        book("2018/c.xlsx", {"制度": RULES}),
    ]
    one, two = (read_inputs(order, scheme, period="2018").values for order in (paths, paths[::-1]))
    keys = ["unit", "indicator"]
    assert one.sort_values(keys, ignore_index=True).equals(two.sort_values(keys, ignore_index=True))


def test_permuting_rows_permutes_values(book, scheme):
    """The order of the rows of a sheet is of no consequence."""
    shuffled = [VALUES[0], VALUES[3], VALUES[1], VALUES[2]]
    one = read_inputs(book("2018/a.xlsx", {"数据": VALUES}), scheme, period="2018").values
    two = read_inputs(book("2018/b.xlsx", {"数据": shuffled}), scheme, period="2018").values
    keys, kept = ["unit", "indicator"], ["unit", "indicator", "value"]
    assert one.sort_values(keys)[kept].to_numpy().tolist() == two.sort_values(keys)[kept].to_numpy().tolist()


def test_parquet_without_its_reader(scheme, tmp_path, monkeypatch):
    """Without pyarrow a Parquet file is a problem that says what to install."""
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    path = tmp_path / "2018.parquet"
    path.write_bytes(b"PAR1")
    with pytest.raises(DataError) as caught:
        read_inputs(path, scheme)
    assert [p.code for p in caught.value.problems] == ["file.parquet"]
    assert "pyarrow" in caught.value.problems[0].hint.en


def test_ten_planted_faults(book, scheme, tmp_path):
    """A folder with ten faults lists exactly these ten, each with its place."""
    folder = tmp_path / "2018-H2"
    book(
        "2018-H2/农牧局.xlsx",
        {
            "饮水": [
                ["单位", "自来水普及率(%)", "断头路条数(条)", "绿化率"],
                ["东塔镇", 95, "三条", 1],
                ["崇兴镇", 0.95, 1, 2],
                ["白土岗乡", 96, "=1+1", 3],
                ["马家滩镇", 97, 1, 4],
                ["东塔", 95, 0, 5],
            ]
        },
    )
    book("2018-H2/统计局.xlsx", {"封面": cover("2018-H2"), "收入": [*INCOME[:3], ["白土岗乡", 100, 101]]})
    stated = cover("2018-H2", as_of="2018-11-30")
    book("2018-H2/编办.xlsx", {"封面": stated, "收入": INCOME, "制度": RULES})
    (folder / "空.xlsx").touch()
    (folder / "加密.xlsx").write_bytes(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")
    )
    inputs = read_inputs(folder, scheme)
    assert set(codes(inputs)) == {
        ("column.unknown", "农牧局.xlsx!饮水!D1"),
        ("cell.text", "农牧局.xlsx!饮水!C2"),
        ("percent.doubt", "农牧局.xlsx!饮水!B3"),
        ("formula.uncached", "农牧局.xlsx!饮水!C4"),
        ("unit.unknown", "农牧局.xlsx!饮水!A5"),
        ("unit.duplicate", "农牧局.xlsx!饮水!A6"),
        ("value.conflict", "编办.xlsx!收入!C4"),
        ("as_of.conflict", "编办.xlsx!封面!A3"),
        ("file.empty", "空.xlsx"),
        ("file.encrypted", "加密.xlsx"),
    }
    assert len(codes(inputs)) == 10
    assert all(p.hint.zh and p.hint.en for p in inputs.problems)


def test_inputs_do_not_depend_on_the_folder(book, scheme, tmp_path):
    """Places name files, not folders, so that moving them changes nothing."""
    path = book("2018-H2.xlsx", {"数据": VALUES})
    moved = tmp_path / "别处" / "2018-H2.xlsx"
    moved.parent.mkdir()
    shutil.copy(path, moved)
    pd.testing.assert_frame_equal(read_inputs(path, scheme).values, read_inputs(moved, scheme).values)


def test_paths_as_text(book, scheme):
    """A path may be given as text."""
    path = book("2018-H2.xlsx", {"数据": VALUES})
    assert read_inputs(str(path), scheme).period == "2018-H2"
    assert read_inputs([str(path), Path(path)], scheme).period == "2018-H2"
