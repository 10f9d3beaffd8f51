"""Plant ten faults of ten kinds in the workbooks of the Lingwu example, and say where.

By hand: ``python tests/acceptance/ten_faults.py OUT``, then ``township-eval check OUT/scheme.yaml
OUT/2018-H2`` (the departments' workbooks) or ``OUT/bound/2018-H2.xlsx`` (one workbook) lists exactly
these ten and ends with exit code 1. All figures are invented.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from township_eval.examples import path

PERIOD = "2018-H2"
COVER = "封面"


@dataclass(frozen=True)
class Fault:
    """One cell that somebody got wrong, and the problem it must end in."""

    file: str
    sheet: str
    cell: str
    written: str | float | None
    code: str

    @property
    def place(self) -> str:
        """Return the place as problems name it."""
        return f"{self.file}!{self.sheet}!{self.cell}"

    def place_in(self, book: str) -> str:
        """Return the place in the workbook that `bind` makes."""
        return f"{book}!{_title(Path(self.file), self.sheet)}!{self.cell}"


FAULTS = (
    # an estimate instead of a number
    Fault("农牧局.xlsx", "扶贫公共服务", "C9", "约99%", "cell.text"),
    # 0.95 among 95 % ones: 95 % or less than one percent?
    Fault("教体局.xlsx", "基础教育", "E8", 0.98, "percent.doubt"),
    # a township that is none of the nine
    Fault("财政局.xlsx", "乡镇财政", "B10", "灵武农场", "unit.unknown"),
    # a township twice in a sheet with the units in columns, and therefore another one not at all
    Fault("文广局.xlsx", "文化体育", "D4", "城区街道", "unit.duplicate"),
    # a header that is no indicator's
    Fault("住建局.xlsx", "特色乡镇", "E5", "魅力城镇任务完成率(%)", "column.unknown"),
    # "/" where nobody may escape
    Fault("政务服务中心.xlsx", "政务服务", "D6", "/", "not_applicable.refused"),
    # a formula saved by a program that did not calculate it
    Fault("组织部.xlsx", "班子结构", "D7", "=8+1", "formula.uncached"),
    # a ballot beyond 100
    Fault("社区建设办.xlsx", "部门评乡镇", "C7", 870, "reviews.score"),
    # fewer than no answers
    Fault("统计局.xlsx", "两代表一委员满意度", "C7", -22, "satisfaction.count"),
    # an assessor's mark beyond the scale
    Fault("第三方评估-评估员1.xlsx", "第三方评估", "C6", 192, "ratings.score"),
)


def plant(out: Path, faults: Sequence[Fault] = FAULTS) -> Path:
    """Copy the scheme and one period of the example to *out*, plant the faults, return the folder."""
    out.mkdir(parents=True, exist_ok=True)
    shutil.copy(path("lingwu") / "scheme.yaml", out)
    folder = out / PERIOD
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(path("lingwu") / PERIOD, folder)
    for fault in faults:
        book = openpyxl.load_workbook(folder / fault.file)
        cell = book[fault.sheet][fault.cell]
        assert cell.value != fault.written
        cell.value = fault.written
        book.save(folder / fault.file)
    return folder


def bind(folder: Path, target: Path) -> Path:
    """Put the sheets of all departments into one workbook, its first cover included; return its path.

    Sheets of assessors, all of one name, are called after the assessor.
    """
    bound = openpyxl.Workbook()
    bound.remove(bound.active)
    for file in sorted(folder.glob("*.xlsx")):
        for sheet in openpyxl.load_workbook(file):
            title = _title(file, sheet.title)
            if title not in bound.sheetnames:
                _copy(sheet, bound.create_sheet(title))
    target.parent.mkdir(parents=True, exist_ok=True)
    bound.save(target)
    return target


def _title(file: Path, sheet: str) -> str:
    """Return a sheet's name in the bound workbook: the assessor's of a file like 第三方评估-评估员1."""
    assessor = file.stem.partition("-")[2]
    return assessor if assessor and sheet != COVER else sheet


def _copy(sheet: Worksheet, copied: Worksheet) -> None:
    for cell in (cell for row in sheet.iter_rows() for cell in row if cell.value is not None):
        copied.cell(cell.row, cell.column, cell.value).number_format = cell.number_format
    for merged in sheet.merged_cells.ranges:
        copied.merge_cells(str(merged))


if __name__ == "__main__":
    planted = plant(Path(sys.argv[1]))
    bound_book = bind(planted, planted.parent / "bound" / f"{PERIOD}.xlsx")
    for fault in FAULTS:
        sys.stdout.write(f"{fault.code} {fault.place}\n")
    for place in (planted, bound_book):
        sys.stdout.write(f"township-eval check {planted.parent / 'scheme.yaml'} {place}\n")
