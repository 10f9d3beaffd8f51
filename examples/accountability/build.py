"""Write the four quarters of the accountability example, and the slips of a review after the last one.

Everything is invented (虚构). What the example is about stands in the tables below; figures that no
case needs are drawn around a township's usual level, from a generator that the period, the township and
the item seed. The same script gives the same bytes: no clock, fixed dates inside the files. Run
``python examples/accountability/build.py`` after editing it.
"""

from __future__ import annotations

import random
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from openpyxl import Workbook

HERE = Path(__file__).parent
NOTICE = "虚构示例,与任何真实乡镇无关"
AS_OF = {"2018-Q1": "2018-03-31", "2018-Q2": "2018-06-30", "2018-Q3": "2018-09-30", "2018-Q4": "2018-12-31"}
TOWNSHIPS = ("甲镇", "丙街道", "壬街道", "乙乡", "丁镇", "戊镇", "己乡", "庚镇", "辛乡", "癸镇")
STREETS = frozenset({"甲镇", "丙街道", "壬街道"})  # class 一类 has no roads to finish

Row = Sequence[object]

# ---- values --------------------------------------------------------------------------------------
HEADS = ("自来水普及率(%)", "代办服务点覆盖率(%)", "网办率(%)", "安全隐患整改率(%)", "断头路剩余条数(条)")
ITEMS = ("财务公开", "决策公示", "办事指南", "权责清单")
# usual level of a township: tap water, agents, online services, safety, roads left
USUAL: Mapping[str, Row] = {
    "甲镇": (99, 97, 93, 98, "/"),
    "丙街道": (99, 95, 93, 94, "/"),
    "壬街道": (98, 94, 90, 93, "/"),
    "乙乡": (97, 95, 86, 96, 1),
    "丁镇": (97, 92, 84, 94, 1),
    "戊镇": (96, 88, 80, 93, 2),
    "己乡": (96, 93, 82, 95, 1),
    "庚镇": (97, 90, 83, 92, 0),
    "辛乡": (95, 89, 81, 93, 1),
    "癸镇": (96, 91, 84, 95, 1),
}
# 戊镇 does badly in spring and mends it; at the end of the year 庚镇 fails, and 癸镇 tries something new
# (set aside by a waiver); 丙街道 leaves hazards standing
STATED: Mapping[tuple[str, str], Row] = {
    ("2018-Q1", "戊镇"): (90, 55, 50, 82, 4),
    ("2018-Q2", "戊镇"): (91, 62, 55, 85, 4),
    ("2018-Q3", "戊镇"): (97, 80, 76, 92, 3),
    ("2018-Q3", "己乡"): (97, 92, 76, 95, 1),
    ("2018-Q4", "丙街道"): (99.5, 95, 93, 76, "/"),
    ("2018-Q4", "庚镇"): (92, 60, 54, 62, 3),
    ("2018-Q4", "癸镇"): (95, 55, 54, 70, 2),
}

# ---- satisfaction --------------------------------------------------------------------------------
ANSWERS = ("满意", "基本满意", "不满意", "不了解")
# points in the four quarters; 400 valid answers unless stated below
POINTS: Mapping[str, Sequence[float]] = {
    "甲镇": (92, 92, 92, 93),
    "丙街道": (86, 87, 87, 88),
    "壬街道": (82, 83, 82, 83),
    "乙乡": (55, 71, 82, 86),
    "丁镇": (52, 50, 51, 49),
    "戊镇": (80, 81, 80, 80),
    "己乡": (78, 77, 76, 68),
    "庚镇": (76, 75, 74, 52),
    "辛乡": (79, 80, 80, 63),
    "癸镇": (84, 84, 83, 82),
}
# 乙乡 looks mended on a sample that cannot show it, 己乡 looks bad on one that cannot show it either, and
# 辛乡's is too small to be judged at all
ASKED: Mapping[tuple[str, str], int] = {
    ("2018-Q2", "乙乡"): 200,
    ("2018-Q4", "己乡"): 80,
    ("2018-Q4", "辛乡"): 24,
}

# ---- events, waivers, objections, corrections, rectification ----------------------------------------
TABLES: Mapping[str, Row] = {
    "事项": ("乡镇(街道)", "事项", "分值", "等级", "事由", "依据文号", "日期", "内容", "来源"),
    "容错备案": ("乡镇(街道)", "事项", "批准机关", "批准文件", "理由", "批准日期"),
    "异议登记": (
        "序号",
        "乡镇(街道)",
        "类别",
        "提出人",
        "事项",
        "收到日期",
        "复核结论",
        "答复日期",
        "答复内容",
        "更正单号",
    ),
    "更正单": (
        "序号",
        "乡镇(街道)",
        "指标",
        "原值",
        "更正后",
        "更正原因",
        "依据文号",
        "批准人",
        "日期",
        "异议编号",
    ),
    "整改回执": (
        "乡镇(街道)",
        "规则",
        "整改措施",
        "整改情况",
        "佐证",
        "销号日期",
        "责任人",
    ),
}
RECORDS: Mapping[str, Mapping[str, Sequence[Row]]] = {
    "2018-Q1": {
        "事项": (
            (
                "丁镇",
                "报表迟报",
                None,
                None,
                "一季度报表迟报",
                "虚构考办函〔2018〕3号",
                "2018-03-20",
                None,
                None,
            ),
        ),
    },
    "2018-Q2": {
        "事项": (
            (
                "甲镇",
                "改革试点",
                None,
                None,
                "承担一窗受理试点",
                "虚构县改发〔2018〕8号",
                "2018-05-15",
                None,
                "改革部门",
            ),
        ),
        "整改回执": (
            ("乙乡", "F1", "增设两处代办点,公开办理时限", "正在办理", None, None, "乡长"),
            ("戊镇", "F5", "补齐代办点,推开网上办理", "代办点已增加六处", None, None, "镇长"),
        ),
    },
    "2018-Q3": {
        "事项": (
            (
                "壬街道",
                "瞒报生产安全事故",
                None,
                None,
                "隐瞒一起一般事故",
                "虚构县应急函〔2018〕21号",
                "2018-08-20",
                None,
                None,
            ),
        ),
        "异议登记": (
            (
                "1",
                "己乡",
                "异议",
                "己乡人民政府",
                "网办率漏报两个村的办件量",
                "2018-10-12",
                "成立",
                "2018-10-19",
                "数据予以更正",
                "1",
            ),
            (
                "2",
                "丁镇",
                "异议",
                "丁镇人民政府",
                "认为满意度样本偏少",
                "2018-10-15",
                "不成立",
                "2018-10-22",
                "样本量和抽样符合方案,维持原结果",
                None,
            ),
            (
                "3",
                None,
                "意见",
                "一名村民代表",
                "建议公开代办点值守时间",
                "2018-10-16",
                "采纳",
                "2018-10-22",
                "下季度起公开",
                None,
            ),
        ),
        "更正单": (
            (
                "1",
                "己乡",
                "网办率",
                76,
                84,
                "漏报两个村的办件量",
                "虚构己乡函〔2018〕9号",
                "领导小组办公室主任(虚构)",
                "2018-10-19",
                "1",
            ),
        ),
        "整改回执": (
            ("乙乡", "F1", None, "回访满意", "虚构核查报告〔2018〕5号", "2018-09-20", None),
            ("戊镇", "F5", None, "代办点和网办率已补齐", "虚构核查报告〔2018〕6号", "2018-09-25", None),
        ),
    },
    "2018-Q4": {
        "事项": (
            (
                "甲镇",
                "表彰奖励",
                None,
                "自治区级",
                "获评自治区文明乡镇(虚构)",
                "虚构自治区文明委〔2018〕2号",
                "2018-10-10",
                "文明创建",
                "宣传部门",
            ),
            (
                "甲镇",
                "表彰奖励",
                None,
                "县级",
                "获评县级综治先进集体(虚构)",
                "虚构县委发〔2018〕30号",
                "2018-10-30",
                "文明创建",
                "政法部门",
            ),
            (
                "甲镇",
                "改革试点",
                None,
                None,
                "承担数字乡村试点",
                "虚构县改发〔2018〕19号",
                "2018-11-05",
                "数字乡村",
                "改革部门",
            ),
            (
                "戊镇",
                "表彰奖励",
                None,
                "县级",
                "获评某协会最佳服务乡镇(虚构)",
                "虚构协会〔2018〕1号",
                "2018-11-20",
                None,
                None,
            ),
            (
                "丁镇",
                "报表迟报",
                None,
                None,
                "十月报表迟报",
                "虚构考办函〔2018〕31号",
                "2018-11-03",
                None,
                None,
            ),
            (
                "丁镇",
                "报表迟报",
                None,
                None,
                "十一月报表迟报",
                "虚构考办函〔2018〕35号",
                "2018-12-03",
                None,
                None,
            ),
            (
                "丁镇",
                "报表迟报",
                None,
                None,
                "专项报表迟报",
                "虚构考办函〔2018〕36号",
                "2018-12-10",
                None,
                None,
            ),
            (
                "丁镇",
                "报表迟报",
                None,
                None,
                "年报初稿迟报",
                "虚构考办函〔2018〕38号",
                "2018-12-20",
                None,
                None,
            ),
            (
                "己乡",
                "报表迟报",
                None,
                None,
                "十月报表迟报",
                "虚构考办函〔2018〕32号",
                "2018-11-03",
                None,
                None,
            ),
            (
                "庚镇",
                "弄虚作假",
                None,
                None,
                "财务公开栏补贴日期",
                "虚构县审函〔2018〕4号",
                "2018-11-26",
                None,
                None,
            ),
            (
                "丙街道",
                "越级集体上访",
                None,
                None,
                "十一月发生一起",
                "虚构县信访函〔2018〕17号",
                "2018-11-08",
                None,
                None,
            ),
            (
                "乙乡",
                "重大投诉查实",
                None,
                None,
                "代办收费投诉查实",
                "虚构县督函〔2018〕12号",
                "2018-10-20",
                None,
                None,
            ),
        ),
        "容错备案": (
            (
                "癸镇",
                "F5",
                "县委(虚构)",
                "虚构县委容错〔2018〕3号",
                "改革试点期间数据口径切换,先行先试",
                "2018-12-20",
            ),
            (
                "己乡",
                "报表迟报",
                "县委(虚构)",
                "虚构县委容错〔2018〕4号",
                "报送系统更换,属探索性失误",
                "2018-12-21",
            ),
        ),
    },
}
# after the notice of the last quarter: an objection that holds, and the slip that follows from it
REVIEW: Mapping[str, Sequence[Row]] = {
    "异议登记": (
        (
            "4",
            "辛乡",
            "异议",
            "辛乡人民政府",
            "安全隐患整改漏计五处",
            "2019-01-08",
            "成立",
            "2019-01-15",
            "数据予以更正",
            "2",
        ),
    ),
    "更正单": (
        (
            "2",
            "辛乡",
            "安全隐患整改率",
            93,
            98,
            "漏计五处已整改隐患",
            "虚构辛乡函〔2019〕1号",
            "领导小组办公室主任(虚构)",
            "2019-01-15",
            "4",
        ),
    ),
}


def build(folder: Path) -> list[Path]:
    """Write ``2018-Q1.xlsx`` to ``2018-Q4.xlsx`` and ``review/2018-Q4.xlsx`` below *folder*."""
    (folder / "review").mkdir(parents=True, exist_ok=True)
    written = []
    for period in AS_OF:
        book = _new_book(period)
        _append(book, "指标数据", ("乡镇(街道)", *HEADS, *ITEMS), _values(period))
        _append(book, "满意度", ("乡镇(街道)", *ANSWERS), _answers(period))
        _records(book, RECORDS[period])
        written.append(_save(book, folder / f"{period}.xlsx"))
    review = _new_book("2018-Q4")
    _records(review, REVIEW)
    return [*written, _save(review, folder / "review" / "2018-Q4.xlsx")]


def _values(period: str) -> Iterator[Row]:
    for name in TOWNSHIPS:
        stated = STATED.get((period, name))
        figures = stated if stated is not None else [*_drawn(period, name)]
        yield name, *figures, *("是" for _ in ITEMS)


def _drawn(period: str, name: str) -> Iterator[object]:
    """Yield figures within one point of the usual level; counts and what does not apply stay."""
    for head, usual in zip(HEADS, USUAL[name], strict=True):
        if isinstance(usual, int) and head.endswith("(%)") and (period, name) != ("2018-Q4", "辛乡"):
            step = random.Random(f"{period} {name} {head}").randint(-10, 10)  # noqa: S311  no secret
            yield min(usual + step / 10, 100)
        else:
            yield usual


def _answers(period: str) -> Iterator[Row]:
    for name in TOWNSHIPS:
        points = POINTS[name][list(AS_OF).index(period)]
        valid = ASKED.get((period, name), 400)
        fair = round(0.2 * valid)
        good = round((points * valid - 75 * fair) / 100)
        yield name, good, fair, valid - good - fair, valid // 25


def _records(book: Workbook, records: Mapping[str, Sequence[Row]]) -> None:
    for sheet, rows in records.items():
        _append(book, sheet, TABLES[sheet], rows)


def _new_book(period: str) -> Workbook:
    book = Workbook()
    cover = book.worksheets[0]
    cover.title = "封面"
    for row in (("虚构县乡镇(街道)考核报表",), (NOTICE,), ("考核期", period), ("数据截止", AS_OF[period])):
        cover.append(row)
    return book


def _append(book: Workbook, title: str, heads: Row, rows: Sequence[Row] | Iterator[Row]) -> None:
    page = book.create_sheet(title)
    page.append((NOTICE,))
    for row in (heads, *rows):
        page.append(row)


def _save(book: Workbook, path: Path) -> Path:
    """Save with fixed dates inside the file, so that the same tables give the same bytes."""
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
