"""Write the one workbook of the ten invented villages; the same rows give the same cells.

Run ``python examples/villages/build.py``.
"""

from __future__ import annotations

from pathlib import Path

from openpyxl import Workbook

HERE = Path(__file__).parent
NOTICE = "示例数据,非官方结果"
VILLAGES = (
    "新渠村",
    "柳湾村",
    "稻香村",
    "东河村",
    "果园村",
    "红柳沟村",
    "石坡村",
    "羊场村",
    "甘草坪村",
    "长梁村",
)
HEADS = (
    "村",
    "村民代表会议次数(次)",
    "一季度公开",
    "二季度公开",
    "三季度公开",
    "四季度公开",
    "村规民约修订",
    "村集体经济收入(万元)",
    "人居环境检查(分)",
    "土地托管率(%)",
    "越级上访批次(批次)",
    "材料迟报天数(天)",
)
RETURNS = (
    (4, "是", "是", "是", "是", "是", 21.5, 93, "62%", 0, 0),
    (4, "是", "是", "是", "是", "是", 16.0, 88, "55%", 0, 2),
    (5, "是", "是", "是", "否", "是", 12.4, 90, "48%", 1, 0),
    (3, "是", "是", "是", "是", "是", 8.6, 84, "30%", 0, 4),
    (4, "是", "否", "是", "是", "否", 5.0, 79, "41%", 2, 1),
    (4, "是", "是", "是", "是", "是", 9.2, 91, "/", 0, 0),
    (4, "是", "是", "是", "是", "是", 6.8, 86, "22%", 0, 3),
    (3, "是", "是", "否", "是", "是", 12.5, 82, "/", 1, 0),
    (4, "是", "是", "是", "是", "是", 3.0, 77, "18%", 0, 6),
    (2, "是", "是", "是", "否", "是", 2.1, 71, "/", 0, 0),
)
ANSWERS = ("满意", "基本满意", "不满意", "不了解")
COUNTS = (
    (41, 8, 1, 0),
    (38, 10, 2, 1),
    (36, 12, 2, 0),
    (33, 14, 3, 2),
    (30, 15, 5, 0),
    (39, 10, 1, 0),
    (35, 13, 2, 1),
    (34, 13, 3, 0),
    (31, 16, 3, 0),
    (29, 17, 4, 2),
)


def build(folder: Path) -> Path:
    """Write ``2018.xlsx`` below *folder* and return its path."""
    book = Workbook()
    cover = book.worksheets[0]
    cover.title = "封面"
    for row in (("示例镇村级考核报表",), (NOTICE,), ("考核期", "2018"), ("填报单位", "示例镇经济发展办")):
        cover.append(row)
    page = book.create_sheet("指标数据")
    page.append((f"2018 年村级目标责任制完成情况({NOTICE})",))
    page.append(HEADS)
    for village, figures in zip(VILLAGES, RETURNS, strict=True):
        page.append((village, *figures))
    page.append(("注:没有可托管耕地的村填“/”。",))
    survey = book.create_sheet("满意度")
    survey.append((f"村民满意度测评(单位:人,{NOTICE})",))
    survey.append(("村", *ANSWERS))
    for village, counts in zip(VILLAGES, COUNTS, strict=True):
        survey.append((village, *counts))
    path = folder / "2018.xlsx"
    book.save(path)
    return path


if __name__ == "__main__":
    print(build(HERE).name)
