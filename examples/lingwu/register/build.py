"""Write the register of the source document: 27 tasks and 41 measurable duties, as a workbook.

`tasks.csv` and `targets.csv` hold what the document says, word for word (`document.txt` quotes it);
`source.yaml` says how its words are read. Run ``python examples/lingwu/register/build.py`` after
editing. The same rows give the same bytes.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from township_eval.io.packing import save_workbook

HERE = Path(__file__).parent
PLANS_DUE = "2018-05-10"  # 5月上旬, of departments and units
TOWNSHIPS = "各乡镇"

# header, column of the csv file, width in characters; a blank column is for the offices to fill in
TASKS = (
    ("编号", "id", 6),
    ("章节", "section", 10),
    ("工作任务", "name", 28),
    ("牵头单位", "lead", 20),
    ("配合单位", "cooperating", 34),
    ("配合单位是否开放", "open", 10),
    ("完成时限", "deadline", 12),
    ("完成时限(原文)", "deadline_text", 10),
    ("乡镇职责", "township_role", 10),
    ("是否认领", "", 9),
    ("推进方案报备时限", "plan_due", 12),
    ("推进方案报备日期", "", 12),
    ("依据", "basis", 16),
)
TARGETS = (
    ("编号", "id", 6),
    ("所属任务", "task", 9),
    ("条款", "basis", 10),
    ("原文", "text", 44),
    ("计量方式", "measure", 12),
    ("目标", "goal", 16),
    ("方向", "direction", 9),
    ("全市总量", "total", 9),
    ("全市至少", "at_least", 9),
    ("完成时限", "deadline", 12),
    ("完成时限(原文)", "deadline_text", 14),
    ("适用范围", "applies", 20),
    ("牵头单位", "lead", 20),
    ("备注", "remark", 30),
)
_LINE = Side(style="thin")
_BOX = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_WRAPPED = Alignment(vertical="center", wrap_text=True)

Columns = Sequence[tuple[str, str, int]]


def build(folder: Path) -> Path:
    """Write ``tasks.xlsx`` into a folder and return its path."""
    book = Workbook()
    _explain(book.worksheets[0], yaml.safe_load((HERE / "source.yaml").read_text(encoding="utf-8")))
    tasks = [_completed(row) for row in _read("tasks.csv")]
    _list(book.create_sheet("任务"), "重点任务及责任分工台账", TASKS, tasks)
    _list(book.create_sheet("指标"), "可计量目标清单", TARGETS, _read("targets.csv"))
    path = folder / "tasks.xlsx"
    save_workbook(book, path)
    return path


def _read(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _completed(row: Mapping[str, str]) -> dict[str, str]:
    """Add where a task stands in the document, and by when the departments file their plans."""
    plans = "" if row["lead"] == TOWNSHIPS else PLANS_DUE
    return {**row, "basis": f"实施方案{row['section']}", "plan_due": plans}


def _explain(page: Worksheet, said: Mapping[str, Any]) -> None:
    page.title = "说明"
    page.append(["任务台账和目标清单的来源与读法"])
    page["A1"].font = Font(name="黑体", size=16)
    for label, text in said.items():
        page.append([label, str(text)])
    for row in page.iter_rows(min_row=2):
        for cell in row:
            cell.alignment = _WRAPPED
            cell.font = Font(name="宋体", size=11)
    for letter, width in zip("AB", (14, 100), strict=True):
        page.column_dimensions[letter].width = width
    _print_setup(page)


def _list(page: Worksheet, title: str, columns: Columns, rows: Iterable[Mapping[str, str]]) -> None:
    """Write a title, a header and the rows; dates as dates, counts as numbers."""
    page.append([title])
    page["A1"].font = Font(name="黑体", size=16)
    page.append([head for head, _, _ in columns])
    for row in rows:
        page.append([_typed(row.get(name, ""), name) for _, name, _ in columns])
    for cells in page.iter_rows(min_row=2):
        for cell in cells:
            cell.border = _BOX
            cell.alignment = _WRAPPED
            cell.font = Font(name="宋体", size=10, bold=cell.row == 2)
            if isinstance(cell.value, date):
                cell.number_format = "yyyy-mm-dd"
    for at, (_, _, width) in enumerate(columns, start=1):
        page.column_dimensions[get_column_letter(at)].width = width
    page.freeze_panes = "D3"
    page.print_title_rows = "2:2"
    _print_setup(page)


def _typed(text: str, column: str) -> object:
    if not text:
        return None
    if column in {"total", "at_least"}:
        return int(text)
    if column in {"deadline", "plan_due"} and text[:1].isdigit():
        return date.fromisoformat(text)
    return text


def _print_setup(page: Worksheet) -> None:
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = page.PAPERSIZE_A4
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True


if __name__ == "__main__":
    print(build(HERE).relative_to(HERE))
