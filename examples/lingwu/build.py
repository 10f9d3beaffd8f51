"""Write the example workbooks of Lingwu, laid out the way offices lay out their own.

`figures.csv` holds the invented figures, `returns.yaml` says which office reports what and how it
types it, `people.py` draws up answers, marks and ballots that make these figures, and `work.py` the
reports about the register of tasks. Run ``python examples/lingwu/build.py`` after editing any of them.
The same figures give the same bytes: no clock, fixed dates inside the files. Every sheet says that
its figures are invented.
"""

from __future__ import annotations

import csv
import re
import shutil
import sys
import zipfile
from collections.abc import Mapping, Sequence
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

import yaml
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))  # wherever the examples lie, people.py lies beside this file

import people  # noqa: E402
import work  # noqa: E402

NOTICE = "示例数据,非官方结果"
LAST_DAYS = {
    "2018-Q1": "3月31日",
    "2018-Q2": "6月30日",
    "2018-Q3": "9月30日",
    "2018-Q4": "12月31日",
    "2018-H1": "6月30日",
    "2018-H2": "12月31日",
}
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")

# The first three rows of a table sheet are its annex number, its title and the notice.
_TOP = 4
_CENTER = Alignment(horizontal="center", vertical="center", wrap_text=True)
_LINE = Side(style="thin")
_BOX = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)

_LONG = frozenset({"工作任务", "配合单位", "原文", "进展情况", "存在问题", "下一步打算"})

Figures = Mapping[tuple[str, str], Mapping[str, str]]
Head = tuple[str, str]  # group header (may be empty) and header
Cell = tuple[object, str]  # value and number format


def build(folder: Path) -> list[Path]:
    """Write every workbook below *folder*: one per quarter, one per office and half year."""
    codes = _codes(HERE / "scheme.yaml")
    figures = read_figures(HERE / "figures.csv", list(codes))
    returns = yaml.safe_load((HERE / "returns.yaml").read_text(encoding="utf-8"))
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for period in LAST_DAYS:
        half_year = "H" in period
        if half_year:
            shutil.rmtree(folder / period, ignore_errors=True)
            (folder / period).mkdir(parents=True)
        books: dict[str, Workbook] = {}
        for sheet in returns:
            columns = [column for column in sheet["columns"] if _is_due(figures, period, sheet, column)]
            if columns and sheet.get("in", period[5]) == period[5]:
                office = sheet.get("book", sheet["department"]) if half_year else "社区建设办"
                book = books.setdefault(office, _new_book(period, sheet))
                _write(book, {**sheet, "columns": columns, "period": period}, figures, codes)
        if half_year:
            _write_register(books["社区建设办"], period, list(codes))
        for office, book in books.items():
            written.append(
                _save(book, folder / (f"{period}/{office}.xlsx" if half_year else f"{period}.xlsx"))
            )
    return written


def _write_register(book: Workbook, period: str, units: Sequence[str]) -> None:
    """Write the office's register of tasks and the half year's returns, beside the ballots it counts."""
    shares = {target: _shares(column) for target, column in work.SHARED.items()}
    for name, (heads, rows) in (
        ("任务", work.register()),
        ("指标", work.targets(period)),
        ("指标分解", work.quotas(shares)),
        ("任务进展报送", work.returns(period, units)),
    ):
        page = book.create_sheet(name)
        page.append([NOTICE])
        page.append(heads)
        for row in rows:
            page.append([value if value != "" else None for value in row])
        for at, head in enumerate(heads, start=1):
            page.column_dimensions[get_column_letter(at)].width = 30 if head in _LONG else 14


def _shares(indicator: str) -> dict[str, int]:
    """Return the townships' shares of a city total, as the scheme's targets divide it."""
    scheme = yaml.safe_load((HERE / "scheme.yaml").read_text(encoding="utf-8"))
    (block, *_) = scheme["index"]["children"]
    leaf = next(child for child in block["children"] if child["id"] == indicator)
    return {unit: share for unit, share in leaf["scoring"]["target"].items() if unit != "default"}


def read_figures(path: Path, units: Sequence[str]) -> Figures:
    """Return the figures by (period, item), and by unit name within."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {
            (row["period"], row["item"]): {unit: row[unit] for unit in units} for row in csv.DictReader(file)
        }


def _codes(path: Path) -> dict[str, str]:
    units = yaml.safe_load(path.read_text(encoding="utf-8"))["units"]
    return {unit["name"]: code for code, unit in units.items()}


def _is_due(figures: Figures, period: str, sheet: Mapping[str, Any], column: Sequence[str]) -> bool:
    asked = f"{sheet['channels'][0]}·{column[0]}" if "channels" in sheet else column[0]
    return (period, sheet.get("figure", asked)) in figures


def _write(book: Workbook, sheet: Mapping[str, Any], figures: Figures, codes: Mapping[str, str]) -> None:
    """Write one return as a sheet: the lines above, the table, the lines below."""
    heads, rows = _LAYOUTS[sheet.get("layout", "units_in_rows")](sheet, figures, codes)
    page = book.create_sheet(sheet["sheet"])
    page.append(["附件1"])
    page.append([f"{sheet['period']} {sheet['sheet']}情况表"])
    page.append([NOTICE])
    page.merge_cells(start_row=2, start_column=1, end_row=2, end_column=len(heads))
    page.cell(2, 1).font = Font(name="黑体", size=16)
    page.cell(2, 1).alignment = _CENTER
    data = _write_heads(page, heads)
    for row in rows:
        for at, (value, number_format) in enumerate(row, start=1):
            cell = page.cell(data, at, value)
            cell.number_format = number_format
        data += 1
    _style(page, data - 1, len(heads))
    _merge_down(page, data - 1)
    page.cell(data, 1, sheet["note"])
    foot = f"填报单位:{sheet['department']}   填报人:   审核人:   填报时间:2018年{LAST_DAYS[sheet['period']]}"
    page.cell(data + 1, 1, foot)


def _merge_down(page: Worksheet, last: int) -> None:
    """Merge a unit's name over the rows that leave it out."""
    column = [page.cell(row, 1).value for row in range(_TOP, last + 1)]
    starts = [_TOP + at for at, value in enumerate(column) if value is not None]
    for start, following in pairwise([*starts, last + 1]):
        if following - start > 1 and start > _TOP:
            page.merge_cells(start_row=start, start_column=1, end_row=following - 1, end_column=1)


def _write_heads(page: Worksheet, heads: Sequence[Head]) -> int:
    """Write one header row, or two with merged group headers; return the first data row."""
    if not any(group for group, _ in heads):
        for at, (_, head) in enumerate(heads, start=1):
            page.cell(_TOP, at, head)
        return _TOP + 1
    at = 1
    for group, members in groupby(heads, key=lambda head: head[0]):
        for offset, (_, head) in enumerate(names := list(members)):
            page.cell(_TOP + bool(group), at + offset, head)
            if not group:
                page.merge_cells(
                    start_row=_TOP, start_column=at + offset, end_row=_TOP + 1, end_column=at + offset
                )
        if group:
            page.cell(_TOP, at, group)
            if len(names) > 1:
                page.merge_cells(
                    start_row=_TOP, start_column=at, end_row=_TOP, end_column=at + len(names) - 1
                )
        at += len(names)
    return _TOP + 2


def _units_in_rows(
    sheet: Mapping[str, Any], figures: Figures, codes: Mapping[str, str]
) -> tuple[list[Head], list[list[Cell]]]:
    with_code = sheet.get("naming") == "code"
    keys = ["序号", *(["单位代码"] if with_code else []), "乡镇(街道)"]
    heads = [("", key) for key in keys] + [(_group(column), column[1]) for column in sheet["columns"]]
    rows: list[list[Cell]] = []
    for number, unit in enumerate(sheet.get("units", codes), start=1):
        lead = [number, *([codes[unit]] if with_code else []), _called(unit, sheet.get("naming", "name"))]
        rows.append([(key, "General") for key in lead] + _figures_of(unit, sheet, figures))
    if sheet.get("totals"):
        sums = [_total(figures[sheet["period"], column[0]], column[2]) for column in sheet["columns"]]
        rows.append([*[("", "General")] * (len(keys) - 1), ("合计", "General"), *sums])
    return heads, rows


def _units_in_columns(
    sheet: Mapping[str, Any], figures: Figures, codes: Mapping[str, str]
) -> tuple[list[Head], list[list[Cell]]]:
    rows: list[list[Cell]] = []
    for number, (item, header, style) in enumerate(sheet["columns"], start=1):
        texts = figures[sheet["period"], item]
        rows.append(
            [(number, "General"), (header, "General"), *(_typed(texts[unit], style) for unit in codes)]
        )
    return [("", head) for head in ("序号", "指标", *codes)], rows


def _roster(
    sheet: Mapping[str, Any], figures: Figures, codes: Mapping[str, str]
) -> tuple[list[Head], list[list[Cell]]]:
    """List the cadres by number: first those with 12 days or more, then the others."""
    (people, *_), (trained, *_) = sheet["columns"]
    rows: list[list[Cell]] = []
    for unit, code in codes.items():
        reached = int(figures[sheet["period"], trained][unit])
        for person in range(int(figures[sheet["period"], people][unit])):
            days = person % 5 + (12 if person < reached else 7)
            rows.append([(value, "General") for value in (unit, f"{code}-{person + 1:02d}", days)])
    return [("", head) for head in ("乡镇(街道)", *(column[1] for column in sheet["columns"]))], rows


def _survey(
    sheet: Mapping[str, Any], figures: Figures, codes: Mapping[str, str]
) -> tuple[list[Head], list[list[Cell]]]:
    answers = [column[0] for column in sheet["columns"]]
    rows: list[list[Cell]] = []
    for unit in codes:
        for place, channel in enumerate(sheet["channels"]):
            counts = [int(figures[sheet["period"], f"{channel}·{answer}"][unit]) for answer in answers]
            rows.append([(value, "General") for value in (None if place else unit, channel, *counts)])
    return [("", head) for head in ("乡镇(街道)", "调查渠道", *answers)], rows


def _interviews(
    sheet: Mapping[str, Any], figures: Figures, codes: Mapping[str, str]
) -> tuple[list[Head], list[list[Cell]]]:
    """List the respondents of the telephone survey, one row each."""
    (channel,) = sheet["channels"]
    rows: list[list[Cell]] = []
    for unit, code in codes.items():
        counts = {
            answer: int(figures[sheet["period"], f"{channel}·{answer}"][unit])
            for answer, *_ in sheet["columns"]
        }
        for one in people.interviews(sheet["period"], unit, code, counts):
            row = (one.number, unit, channel, one.layer, one.villages, one.village, one.weight, one.answer)
            rows.append([(value, "General") for value in row])
    return [("", head) for head in sheet["heads"]], rows


def _assessor(
    sheet: Mapping[str, Any], figures: Figures, codes: Mapping[str, str]
) -> tuple[list[Head], list[list[Cell]]]:
    """Show one assessor's marks, a column an item."""
    ((assessor, *_),) = sheet["columns"]
    rows: list[list[Cell]] = [
        [(value, "General") for value in (unit, *people.marks(int(figures[sheet["period"], assessor][unit])))]
        for unit in codes
    ]
    return [("", head) for head in ("乡镇(街道)", *people.ITEMS)], rows


def _departments_rate(
    sheet: Mapping[str, Any], figures: Figures, codes: Mapping[str, str]
) -> tuple[list[Head], list[list[Cell]]]:
    """Show the departments' ballots: a row a department, a column a township."""
    period, voters = sheet["period"], sheet["departments"]
    cast = [
        people.ballots(f"{period} {unit}", int(figures[period, sheet["figure"]][unit]), voters)
        for unit in codes
    ]
    rows: list[list[Cell]] = [
        [(value, "General") for value in (voter, *(ballot[voter] for ballot in cast))] for voter in voters
    ]
    return [("", head) for head in ("评议部门", *codes)], rows


def _townships_rate(
    sheet: Mapping[str, Any], figures: Figures, codes: Mapping[str, str]
) -> tuple[list[Head], list[list[Cell]]]:
    """Show the townships' ballots: a row a township, a column a department."""
    del figures  # the departments' figures stand beside their names
    cast = {
        department: people.ballots(f"{sheet['period']} {department}", score, list(codes))
        for department, score in sheet["departments"].items()
    }
    rows: list[list[Cell]] = [
        [(value, "General") for value in (unit, *(ballot[unit] for ballot in cast.values()))]
        for unit in codes
    ]
    return [("", head) for head in ("评议乡镇(街道)", *cast)], rows


_LAYOUTS = {
    "assessor": _assessor,
    "departments_rate": _departments_rate,
    "interviews": _interviews,
    "townships_rate": _townships_rate,
    "units_in_rows": _units_in_rows,
    "units_in_columns": _units_in_columns,
    "roster": _roster,
    "survey": _survey,
}


def _group(column: Sequence[str]) -> str:
    return column[3] if len(column) > 3 else ""


def _called(unit: str, naming: str) -> str:
    """Return the name an office uses: 白土岗乡, 白土岗 or 白土岗乡人民政府."""
    if naming == "short":
        return unit if unit.endswith("街道") else unit[:-1]
    if naming == "government":
        return f"{unit}办事处" if unit.endswith("街道") else f"{unit}人民政府"
    return unit


def _figures_of(unit: str, sheet: Mapping[str, Any], figures: Figures) -> list[Cell]:
    return [_typed(figures[sheet["period"], column[0]][unit], column[2]) for column in sheet["columns"]]


def _typed(text: str, style: str) -> Cell:
    """Return what the office typed for a figure, and the number format of the cell."""
    if text == "/":
        return text, "General"
    if style == "yes_no":
        return ("是" if text == "1" else "否"), "General"
    if style == "full_width":
        return text.translate(FULL_WIDTH), "General"
    if style == "percent_format":
        return round(float(text) / 100, 6), "0.0%"
    if style == "percent_text":
        return f"{float(text):g}%", "General"
    return (float(text) if "." in text else int(text)), "General"


def _total(texts: Mapping[str, str], style: str) -> Cell:
    counted = style in {"number", "full_width"}
    return (sum(int(text) for text in texts.values() if text != "/") if counted else ""), "General"


def _new_book(period: str, sheet: Mapping[str, Any]) -> Workbook:
    office = sheet["department"] if "H" in period else "社区建设办"
    book = Workbook()
    cover = book.worksheets[0]
    cover.title = "封面"
    cover.append(["灵武市乡镇(街道)政府服务绩效考核报表(示例)"])
    cover.append([NOTICE])
    for row in (("考核期", period), ("填报单位", office), ("数据截止", f"2018年{LAST_DAYS[period]}")):
        cover.append(row)
    if "assessor" in sheet:
        cover.append(("评估员", sheet["assessor"]))
    cover["A1"].font = Font(name="黑体", size=16)
    for letter in "AB":
        cover.column_dimensions[letter].width = 30
    return book


def _style(page: Worksheet, last: int, width: int) -> None:
    """Draw the lines of the table, bold its header, set A4 landscape."""
    for row in page.iter_rows(min_row=_TOP, max_row=last, max_col=width):
        for cell in row:
            cell.font = Font(name="宋体", size=11, bold=cell.row == _TOP)
            cell.alignment = _CENTER
            cell.border = _BOX
    for at in range(1, width + 1):
        page.column_dimensions[get_column_letter(at)].width = 16
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = page.PAPERSIZE_A4


def _save(book: Workbook, path: Path) -> Path:
    """Save with fixed dates inside the file, so that the same figures give the same bytes."""
    draft = path.with_suffix(".draft")
    book.save(draft)
    stamp = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
    with zipfile.ZipFile(draft) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = stamp.sub(rb"\g<1>2018-12-31T00:00:00Z", source.read(name))
            target.writestr(zipfile.ZipInfo(name, (2018, 12, 31, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    draft.unlink()
    return path


if __name__ == "__main__":
    for workbook in build(HERE):
        print(workbook.relative_to(HERE))
