"""A table found in a sheet, and the words that tell headers, totals and notes from data."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from township_eval.io.grids.grid import Grid
from township_eval.io.sheets.cells import folded, words

__all__ = ["CODE", "GROUP", "MEASURE", "NAME", "Column", "Table", "is_meta", "is_total"]

#: Header words of the column with the units' codes, names and classes.
CODE: Final = words("代码 单位代码 区划代码 行政区划代码 编码 乡镇代码 code unit_code")
NAME: Final = words(
    "区县 县区 市县 区、县级市 单位 单位名称 乡镇 乡镇名称 乡镇(街道) 乡镇、街道 镇街 街道 乡镇街道 地区 "
    "名称 被考核单位 考核对象 考核单位 所属单位 所属乡镇 村 村名 行政村 name unit township "
    "country"
)
GROUP: Final = words("类别 分类 单位类别 类型 所属类别 group class")
#: Header words of the column or row with the units of measure.
MEASURE: Final = words("计量单位 度量单位 unitofmeasure unit_of_measure")

_TOTAL: Final = re.compile(
    r"(?:全[市县区镇乡省]|总|合)?(?:合计|总计|小计|累计|总数|平均|平均数|平均值|平均分|均值|最高值?|最低值?|最大值?|最小值?|"
    r"标准差|中位数)|全[市县区镇乡省]|共计|总[和分]|total|sum|subtotal|average|mean",
    re.IGNORECASE,
)
_META: Final = re.compile(
    r"(?:填报单位|填报部门|报送单位|报送部门|填表单位|填报日期|填报时间|填表日期|填表时间|报送日期|单位|计量单位|日期|时间|"
    r"考核期|数据截止|数据截至|截止日期|截至|制表|制表人|数据来源|来源|联系人|联系电话|填表人|填报人|审核人|审核|负责人|"
    r"评估员|评估人员?|打分人|评分人|评委|评估机构|第三方机构|评议方式|单位负责人|主要负责人|注|备注|说明|附注|附件\d*|"
    r"示例数据.*|note|notes|source)(?:\(.*\))?[:：,，;；].*"
    r"|附件\d*|示例数据.*|单位\(盖章\).*|.*\(签字\).*|.*\(盖章\).*"
)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: its place in the grid, its header texts top to bottom, its unit of measure.

    ``row`` is where the lowest header text stands, ``measure`` where the unit of measure stands (-1 without
    one), ``filled`` whether anything stands below the header.
    """

    at: int
    path: tuple[str, ...]
    unit: str = ""
    row: int = 0
    filled: bool = True
    measure: int = -1

    @property
    def label(self) -> str:
        """The header as one text."""
        return "/".join(self.path)


@dataclass(frozen=True, slots=True)
class Table:
    """A table found in a sheet.

    Parameters
    ----------
    grid : Grid
        The sheet, turned so that units stand in rows.
    key : int
        Column with the units.
    header : tuple of int
        First and last header row.
    columns : tuple of Column
        All columns with a header, without the unit columns.
    rows : tuple of (int, str)
        The data rows and the code of the unit each is about.
    nameless : tuple of Column
        Columns with numbers under a blank header; ``row`` is that of the first number.
    """

    grid: Grid
    key: int
    header: tuple[int, int]
    columns: tuple[Column, ...]
    rows: tuple[tuple[int, str], ...]
    nameless: tuple[Column, ...] = ()


def is_meta(text: str) -> bool:
    """Return whether a cell is a line about the sheet (填报单位:, 注:, 附件1), not part of its table."""
    return _META.fullmatch(folded(text)) is not None


def is_total(text: str) -> bool:
    """Return whether a cell names a total or a mean; whole words only, as 合川镇 is a town."""
    return _TOTAL.fullmatch(folded(text)) is not None
