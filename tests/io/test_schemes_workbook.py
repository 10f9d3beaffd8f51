"""The scheme's workbook: what an official edits is read, and every problem names its cell."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from township_eval.errors import SchemeError
from township_eval.io.schemes import read_scheme, write_scheme
from township_eval.io.schemes.layout import INDEX, NODE_COLUMNS, SETTINGS, TABLES, parameter_columns
from township_eval.methods.scoring import Target
from township_eval.methods.varying import Case, Varying

MAPPING = {
    "name": "考核办法",
    "version": "2018",
    "groups": {"一类": {"reason": "近郊"}, "二类": {"reason": "移民"}},
    "units": {
        "640181100": {"name": "东塔镇", "group": "一类"},
        "640181201": {"name": "白土岗乡", "group": "二类"},
    },
    "index": {
        "children": [
            {
                "id": "tap_water",
                "name": "自来水普及率",
                "unit": "%",
                "weight": {"一类": 60, "二类": 40},
                "scoring": {"method": "target", "target": {"2018-H1": 98, "default": 100}, "floor": 80},
                "basis": "二(六)3",
                "lead": ["农牧局(扶贫办)", "=HYPERLINK(1)"],
            },
            {
                "id": "rest",
                "weight": {"一类": 40, "二类": 60},
                "basis": "三(四)",
                "scoring": {"method": "linear", "low": 0, "high": "2/3"},
            },
        ]
    },
    "grades": [{"name": "优秀", "at_least": 90, "quota": {"share": 0.3}}, {"name": "较差", "at_least": 0}],
}


@pytest.fixture
def book(tmp_path: Path):
    """Return a function that edits the scheme's workbook and saves it."""
    path = write_scheme(read_scheme(MAPPING), tmp_path / "方案.xlsx")

    def edit(**cells):
        workbook = openpyxl.load_workbook(path)
        for place, value in cells.items():
            sheet, _, cell = place.rpartition("_")
            workbook[sheet][cell] = value
        workbook.save(path)
        return path

    return edit


def cell_of(path: Path, sheet: str, head: str, row: int) -> str:
    """Return the address of a row's cell under a header."""
    cells = openpyxl.load_workbook(path)[sheet][2]
    return next(f"{cell.column_letter}{row}" for cell in cells if cell.value == head)


def problems_of(path: Path):
    with pytest.raises(SchemeError) as caught:
        read_scheme(path)
    return [(problem.code, problem.where) for problem in caught.value.problems]


def test_an_edited_cell_is_read(book) -> None:
    """Numbers, texts, lists, fractions and choices by period, as a person writes them."""
    path = book()
    target = cell_of(path, "指标体系", "评分:目标值", 4)
    lead = cell_of(path, "指标体系", "牵头单位", 4)
    high = cell_of(path, "指标体系", "评分:上限", 5)
    scheme = read_scheme(
        book(
            **{
                f"指标体系_{target}": "{一类: 98, default: 2/3}",
                f"指标体系_{lead}": "水务局;住建局\n农牧局",
                f"指标体系_{high}": 5,
            }
        )
    )
    water, rest = scheme.leaves()
    assert water.scoring == Target(
        target=Varying((Case("一类", 98.0),), default=__import__("fractions").Fraction(2, 3)), floor=80.0
    )
    assert water.lead == ("水务局", "住建局", "农牧局")
    assert rest.scoring.high == 5.0


def test_no_text_of_a_user_becomes_a_formula(tmp_path: Path) -> None:
    """A text that starts with = is stored as text, in every cell."""
    path = write_scheme(read_scheme(MAPPING), tmp_path / "a.xlsx")
    workbook = openpyxl.load_workbook(path)
    assert [
        cell.coordinate for sheet in workbook for row in sheet for cell in row if cell.data_type == "f"
    ] == []
    assert read_scheme(path).leaves()[0].lead[1] == "=HYPERLINK(1)"


@pytest.mark.parametrize(
    ("sheet", "head", "row", "value", "code"),
    [
        ("指标体系", "权重:一类", 4, "六十", "number.text"),
        ("指标体系", "权重:一类", 4, -60, "weights.negative"),
        ("指标体系", "评分方法", 4, "tagret", "formula.unknown"),
        ("指标体系", "评分:目标值", 4, "{一类: [}", "file.syntax"),
        ("指标体系", "评分:目标值", 4, "{一类: 98, default: 九十}", "number.text"),
        ("指标体系", "评分:目标值", 4, "=1/0", "cell.formula"),
        ("指标体系", "上级", 4, "根", "tree.parent"),
        ("指标体系", "编号", 4, "rank", "id.reserved"),
        ("等次", "起点分", 3, "九十分", "number.text"),
        ("等次", "名额范围", 3, "gruop", "scheme.choice"),
        ("单位", "类别", 3, "一累", "unit.group"),
        ("单位", "代码", 4, "640181100", "sheet.key"),
        ("分类", "理由", 3, None, "scheme.missing"),
    ],
)
def test_problems_name_sheet_and_cell(book, sheet, head, row, value, code) -> None:
    """Parsing and checking both point at the cell that was edited."""
    path = book()
    cell = cell_of(path, sheet, head, row)
    found = problems_of(book(**{f"{sheet}_{cell}": value}))
    assert (code, f"方案.xlsx!{sheet}!{cell}") in found


def test_faults_of_every_kind_are_listed_in_one_go(tmp_path: Path) -> None:
    """An unknown header and item, weights of 59, a broken condition, an 89-90 gap: each with its cell."""
    tiers = [
        {"from": 90, "to": 100, "score": 100},
        {"from": 60, "to": 90, "score": 80},
        {"to": 60, "score": 0},
    ]
    mapping = {
        "name": "考核办法",
        "version": "2018",
        "index": {
            "basis": "三(四)",
            "children": [
                {"id": "a", "weight": 60, "scoring": {"method": "bands", "tiers": tiers}},
                {"id": "b", "weight": 40},
            ],
        },
        "flags": [{"id": "low", "measure": "interview", "when": "b < 70"}],
    }
    path = write_scheme(read_scheme(mapping), tmp_path / "方案.xlsx")
    sheet, flags = "指标体系", "预警"
    weight = cell_of(path, sheet, "权重", 4)
    bounds, scores = cell_of(path, sheet, "评分:分档界限", 4), cell_of(path, sheet, "评分:各档得分", 4)
    method, when = cell_of(path, sheet, "评分方法", 4), cell_of(path, flags, "情形", 3)
    workbook = openpyxl.load_workbook(path)
    workbook["方案"]["A20"], workbook["方案"]["B20"] = "满份", 100
    workbook[sheet][weight] = 19
    workbook[sheet][bounds] = workbook[sheet][scores] = None
    gap = "{from: 90, to: 100, score: 100}, {from: 60, to: 89, score: 80}, {to: 60, score: 0}"
    workbook[sheet][method] = f"{{method: bands, tiers: [{gap}]}}"
    workbook[flags][when] = "b << 70"
    workbook.save(path)
    assert problems_of(path) == [
        ("sheet.item", "方案.xlsx!方案!A20"),
        ("bands.tiers", f"方案.xlsx!{sheet}!{method}"),
        ("condition.order", f"方案.xlsx!{flags}!{when}"),
        ("weights.sum", f"方案.xlsx!{sheet}!B3"),
    ]


@pytest.mark.parametrize(
    ("sheet", "head", "row", "value", "code"),
    [
        ("指标体系", "权重:一类", 4, "=1/0", "cell.formula"),
        ("指标体系", "评分方法", 4, "=1/0", "cell.formula"),
        ("指标体系", "编号", 5, "=1/0", "cell.formula"),
        ("指标体系", "评分:目标值", 4, "{一类: [}", "file.syntax"),
        ("分类", "编号", 3, "=1/0", "sheet.key"),
        ("单位", "代码", 4, "640181100", "sheet.key"),
        ("等次", "起点分", 3, "=1/0", "cell.formula"),
    ],
)
def test_a_cell_that_cannot_be_read_draws_nothing_after_it(book, sheet, head, row, value, code) -> None:
    """Sums, references and absent values that only follow from the cell are left unsaid."""
    path = book()
    cell = cell_of(path, sheet, head, row)
    assert problems_of(book(**{f"{sheet}_{cell}": value})) == [(code, f"方案.xlsx!{sheet}!{cell}")]


def test_percent_cells_are_refused_where_a_number_is_meant(book) -> None:
    """60 % in a weight is 0.6 to a program: nobody guesses which was meant. A share may be in percent."""
    path = book()
    cell = cell_of(path, "指标体系", "权重:一类", 4)
    share = cell_of(path, "等次", "比例", 3)
    workbook = openpyxl.load_workbook(path)
    workbook["等次"][share].number_format = "0%"
    workbook.save(path)
    assert read_scheme(path).grades[0].quota.share == 0.3
    workbook["指标体系"][cell].number_format = "0%"
    workbook.save(path)
    assert ("cell.percent", f"方案.xlsx!指标体系!{cell}") in problems_of(path)


def test_missing_and_unknown_sheets_headers_and_items_are_problems(book) -> None:
    """What would be lost silently is refused."""
    path = book(方案_A20="满份", 方案_B20=100, 等次_H2="起点")
    assert {("sheet.item", "方案.xlsx!方案!A20"), ("sheet.header", "方案.xlsx!等次!H2")} <= set(
        problems_of(path)
    )
    workbook = openpyxl.load_workbook(path)
    workbook["指标体系"].title = "指标体糸"
    workbook.save(path)
    found = problems_of(path)
    assert ("sheet.missing", "方案.xlsx") in found
    assert ("sheet.unknown", "方案.xlsx!指标体糸") in found


def test_sheets_and_columns_may_be_english(tmp_path: Path) -> None:
    """Every sheet and column has an English name too."""
    scheme = read_scheme(MAPPING)
    path = write_scheme(scheme, tmp_path / "a.xlsx", lang="en")
    workbook = openpyxl.load_workbook(path)
    assert {"scheme", "index", "groups", "units", "grades"} <= set(workbook.sheetnames)
    assert "weight:一类" in [cell.value for cell in workbook["index"][2]]
    assert read_scheme(path) == scheme


def test_notes_and_blank_rows_are_not_data(book) -> None:
    """A 注: row and rows left blank mean nothing; the order of columns neither."""
    path = book(等次_A9="注:按总分评定", 分类_A12="注:略")
    assert read_scheme(path) == read_scheme(MAPPING)


def test_blocks_without_an_index_row_hang_under_the_index(tmp_path: Path) -> None:
    """An official may leave the topmost row out."""
    path = write_scheme(read_scheme(MAPPING), tmp_path / "a.xlsx")
    workbook = openpyxl.load_workbook(path)
    sheet = workbook["指标体系"]
    sheet.delete_rows(3)
    for row in range(3, sheet.max_row + 1):
        sheet.cell(row, 1).value = None
    workbook.save(path)
    assert read_scheme(path) == read_scheme(MAPPING)


def test_sheets_print_on_a4_landscape_with_repeated_headers(tmp_path: Path) -> None:
    """What is printed is readable: header frozen and repeated, one page wide, the tree's core only."""
    workbook = openpyxl.load_workbook(write_scheme(read_scheme(MAPPING), tmp_path / "a.xlsx"))
    for sheet in workbook:
        assert (sheet.page_setup.orientation, int(sheet.page_setup.paperSize)) == ("landscape", 9)
        assert sheet.print_title_rows == "$1:$2"
        assert sheet.freeze_panes == "A3"
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
    printed = str(workbook["指标体系"].print_area).rpartition("$")[0].rpartition("$")[2]
    assert workbook["指标体系"][f"{printed}2"].value == "备注"
    assert any("目标值" in str(cell.value) for cell in workbook["指标体系"][4])


def test_rules_too_long_for_a_cell_are_refused(tmp_path: Path) -> None:
    """Nothing is cut: a text that does not fit is a problem that names the cell."""
    scheme = read_scheme({**MAPPING, "notice": "长" * 40_000})
    with pytest.raises(SchemeError, match=r"cell\.long.*方案!B"):
        write_scheme(scheme, tmp_path / "a.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_headers_are_unambiguous() -> None:
    """No two columns of a sheet share a name, and everything has a Chinese one."""
    families = [list(family.values()) for family in parameter_columns().values()]
    for columns in [
        list(SETTINGS),
        list(NODE_COLUMNS),
        *(list(table.columns) for table in TABLES),
        *families,
    ]:
        names = [name for column in columns for name in set(column.names())]
        assert len(names) == len(set(names))
        assert all(column.label != column.key for column in columns)
    sheets = [name for table in (INDEX, *TABLES) for name in table.names]
    assert len(sheets) == len(set(sheets))
