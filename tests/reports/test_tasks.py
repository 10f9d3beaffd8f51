"""任务推进半年汇总表, the departments' 考核附表 and the city's targets, as they are printed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

import township_eval as te
from township_eval.inputs import prepare
from township_eval.reports.sheet import Band, Sheet
from township_eval.reports.sheets.evidence.tasks import (
    city_targets_sheet,
    department_tasks_sheet,
    departments_sheet,
    township_tasks_sheet,
)
from township_eval.reports.view import View
from township_eval.sources.tasks.tables import task_tables

TASKS = pd.DataFrame(
    [
        ("T1", "二(一)", "下放权限", "财政局(金融工作局)", "农牧局等相关部门", "2018-12-31", ""),
        ("T2", "二(二)", "综治维稳", "政法委", "财政局,各乡镇", "长期", ""),
        ("T3", "二(三)", "接访下访", "政法委", "各乡镇", "", "丁乡"),
    ],
    columns=["task", "section", "name", "lead", "cooperating", "deadline", "townships"],
)
RETURNS = pd.DataFrame(
    [
        ("T1", "财政局", 100, "2018-12-01", "2018-12-20", "已办结", "", ""),
        ("T2", "政法委", 85, None, "2019-01-05", "平台已建", "人手不足", "招聘"),
        ("T2", "丁乡", 40, None, None, "", "", ""),
    ],
    columns=["task", "reporter", "progress", "done", "filed", "situation", "problems", "next"],
)
TARGETS = pd.DataFrame(
    [("Q1", "1700人顺利脱贫", 1700, None, "2020-12-31", 900), ("Q2", "示范乡镇", None, 1, "2018-12-31", 0)],
    columns=["target", "text", "total", "at_least", "deadline", "value"],
)
HEADS = [
    "序号", "章节", "工作任务", "牵头单位", "配合单位", "完成时限",
    "进展情况", "完成率", "存在问题", "下一步打算", "是否逾期", "报送日期",
]  # fmt: skip


@pytest.fixture
def with_tasks(evaluation: te.Evaluation) -> te.Evaluation:
    """Add what the register leaves to an evaluation of four townships."""
    inputs = te.Inputs(period="2018-H2", tasks=TASKS, returns=RETURNS, targets=TARGETS, as_of="2018-12-31")
    tables, problems = task_tables(prepare(evaluation.scheme, inputs))
    assert not [problem for problem in problems if problem.severity == "error"]
    return replace(evaluation, table_rows={**evaluation.table_rows, **tables})


def lines(sheet: Sheet | None, table: int = 0) -> list:
    """Return the rows of a table, bands as their text."""
    assert sheet is not None
    return [row.text if isinstance(row, Band) else row for row in sheet.tables[table].rows]


def test_the_departments_summary(with_tasks: te.Evaluation) -> None:
    """A band a department and its tasks below, in the columns offices expect."""
    sheet = department_tasks_sheet(View(with_tasks))
    assert [column.head for column in sheet.tables[0].columns] == HEADS
    assert lines(sheet)[:4] == [
        "财政局    任务1项    逾期0项    未报送0项",
        (1, "二(一)", "下放权限", "财政局(金融工作局)", "农牧局等相关部门", "2018-12-31",
         "按期完成:已办结", 1.0, "", "", "否", "2018-12-20"),
        "政法委    任务2项    逾期0项    未报送1项",
        (1, "二(二)", "综治维稳", "政法委", "财政局,各乡镇", "长期",
         "推进中:平台已建", 0.85, "人手不足", "招聘", "否", "2019-01-05(迟报)"),
    ]  # fmt: skip
    assert lines(sheet)[4][5:8] == ("未写明", "未报送", None)
    assert lines(sheet)[4][-1] == "未报送"


def test_the_townships_summary_follows_the_order_of_every_sheet(with_tasks: te.Evaluation) -> None:
    """By class and score; who is named for a task alone has it."""
    sheet = township_tasks_sheet(View(with_tasks))
    bands = [line.split()[0] for line in lines(sheet) if isinstance(line, str)]
    assert bands == ["甲镇", "乙镇", "丁乡", "丙乡"]
    own = lines(sheet)[lines(sheet).index("丁乡    任务2项    逾期0项    未报送1项") + 1 :][:2]
    assert [row[-1] for row in own] == ["报送日期未写", "未报送"]


def test_who_is_late_or_silent_is_listed(with_tasks: te.Evaluation) -> None:
    """With the day it was due and the day it came."""
    assert lines(department_tasks_sheet(View(with_tasks)), 1) == [
        (1, "T2", "综治维稳", "政法委", "2018-H2", "2018-12-31", "2019-01-05", "迟报"),
        (2, "T3", "接访下访", "政法委", "2018-H2", "2018-12-31", "", "未报送"),
    ]
    silent = [row[3] for row in lines(township_tasks_sheet(View(with_tasks)), 1)]
    assert silent == ["丁乡", "丙乡", "乙镇", "甲镇", "丁乡"]


def test_the_scorecard_of_departments(with_tasks: te.Evaluation) -> None:
    """Exactly the columns of the annex; points come from the townships' ballots where there are any."""
    ballots = pd.DataFrame(
        [
            ("townships_rate_departments", "财政局(金融工作局)", 91.235),
            ("departments_rate_townships", "政法委", 1.0),
        ],
        columns=["direction", "name", "score"],
    )
    given = replace(with_tasks, table_rows={**with_tasks.table_rows, "reviews_total": ballots})
    sheet = departments_sheet(View(given))
    assert [column.head for column in sheet.tables[0].columns] == [
        "部门", "牵头任务数", "按期完成数", "配合任务数", "乡镇评议得分", "报送及时率",
    ]  # fmt: skip
    assert lines(sheet) == [
        ("农牧局", 0, 0, 1, None, None),
        ("政法委", 2, 0, 0, None, 0.0),
        ("财政局", 1, 1, 1, 91.24, 1.0),
    ]
    assert len(departments_sheet(View(with_tasks)).notes) == len(sheet.notes) + 1


def test_the_city_s_targets(with_tasks: te.Evaluation) -> None:
    """What is to be reached, what is, and whether its day has come."""
    rows = lines(city_targets_sheet(View(with_tasks)))
    assert [(row[0], row[4], row[6], row[7]) for row in rows] == [
        ("Q1", 1700, 900, "未到期"),
        ("Q2", 1, 0, "未完成"),
    ]


def test_without_a_register_there_are_no_such_sheets(evaluation: te.Evaluation) -> None:
    """Nothing is printed of nothing."""
    makers = (department_tasks_sheet, township_tasks_sheet, departments_sheet, city_targets_sheet)
    assert [make(View(evaluation)) for make in makers] == [None] * 4


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_workbook_holds_the_sheets_in_both_languages(
    with_tasks: te.Evaluation, tmp_path: Path, lang: str
) -> None:
    """Names fit on a tab, the header is repeated, and nothing is left in the other language."""
    te.write_workbook(with_tasks, tmp_path / "out.xlsx", lang=lang)
    book = openpyxl.load_workbook(tmp_path / "out.xlsx")
    names = {
        "zh": [
            "任务推进半年汇总表(部门)",
            "任务推进半年汇总表(乡镇)",
            "市直部门(单位)效能目标管理考核附表",
            "全市目标完成情况表",
        ],
        "en": [
            "Half-year tasks (departments)",
            "Half-year tasks (townships)",
            "Department scorecard",
            "City targets",
        ],
    }[lang]
    assert [name for name in book.sheetnames if name in names] == names
    page = book[names[0]]
    assert page.print_title_rows
    heads = [cell.value for row in page.iter_rows() for cell in row if cell.style == "te head"]
    assert all(head.isascii() == (lang == "en") for head in heads)


def test_an_archive_prints_the_same_sheets(with_tasks: te.Evaluation, tmp_path: Path) -> None:
    """The tables survive being filed, to the byte."""
    te.write_evaluation(with_tasks, tmp_path / "e.json")
    te.write_workbook(with_tasks, tmp_path / "a.xlsx")
    te.write_workbook(te.read_evaluation(tmp_path / "e.json"), tmp_path / "b.xlsx")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
