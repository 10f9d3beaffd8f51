"""The register of the source document: 27 tasks and 41 measurable duties, in its own words."""

from __future__ import annotations

import importlib.util
from datetime import date
from pathlib import Path
from types import ModuleType

import numpy as np
import openpyxl
import pytest

import township_eval as te
from township_eval.examples import path
from township_eval.inputs import prepare
from township_eval.sources.tasks.reading import read_register
from township_eval.sources.tasks.tables import task_tables

HERE = path("lingwu/register")
FLAT = (HERE / "document.txt").read_text(encoding="utf-8").replace("\n", "")
TOTALS = {"Q08": 1700, "Q19": 20, "Q20": 2, "Q21": 7}


@pytest.fixture(scope="module")
def scheme() -> te.Scheme:
    return te.read_scheme(path("lingwu/scheme.yaml"))


@pytest.fixture(scope="module")
def inputs(scheme: te.Scheme) -> te.Inputs:
    return te.read_inputs(HERE / "tasks.xlsx", scheme, period="2018-H2", as_of="2018-12-31")


@pytest.fixture(scope="module")
def tasks(scheme: te.Scheme, inputs: te.Inputs) -> dict:
    register, problems = read_register(prepare(scheme, inputs))
    assert problems == []
    return dict(register.by_id)


def test_the_register_is_read_without_a_problem(scheme: te.Scheme, inputs: te.Inputs) -> None:
    """27 tasks, 41 targets, and nothing to complain of but what nobody has filed."""
    assert (len(inputs.tasks), len(inputs.targets)) == (27, 41)
    assert [problem for problem in inputs.problems if problem.severity == "error"] == []
    _, problems = task_tables(prepare(scheme, inputs))
    assert {problem.code for problem in problems} == {"returns.no_table", "plans.missing"}


def test_every_word_is_the_document_s(inputs: te.Inputs) -> None:
    """Tasks, departments, deadlines and targets are quotations; the last column says where."""
    for column in ("name", "cooperating"):
        assert [text for text in inputs.tasks[column] if text not in FLAT] == []
    leads = [f"单位:{lead}" for lead in inputs.tasks["lead"]]
    assert [lead for lead in leads if lead not in FLAT] == []
    assert [text for text in inputs.targets["text"] if text not in FLAT] == []


def test_each_task_has_the_lines_that_stand_below_it_in_the_document() -> None:
    """Leads, cooperating units and deadline of the n-th task are the n-th of the document."""
    rows = list(openpyxl.load_workbook(HERE / "tasks.xlsx")["任务"].iter_rows(min_row=3, values_only=True))
    lines = (HERE / "document.txt").read_text(encoding="utf-8").splitlines()
    starts = [at for at, line in enumerate(lines) if line.startswith(("牵头单位", "责任单位"))]
    assert len(starts) == len(rows) == 27
    for row, at in zip(rows, starts, strict=True):
        stated = lines[at + 2].removeprefix("完成时限:") if lines[at + 2].startswith("完成时限") else None
        assert row[3:5] == (lines[at].partition(":")[2], lines[at + 1].partition(":")[2])
        assert row[7] == stated


def test_deadlines_are_counted(tasks: dict) -> None:
    """Twelve of 2018, two of 2019, five of 2020, seven long-term and one without any."""
    days = [date.fromordinal(int(task.deadline)) for task in tasks.values() if task.deadline > 0]
    assert {(day.month, day.day) for day in days} == {(12, 31)}
    years = [day.year for day in days]
    assert {year: years.count(year) for year in sorted(set(years))} == {2018: 12, 2019: 2, 2020: 5}
    assert sum(task.long_term for task in tasks.values()) == 7
    none = [key for key, task in tasks.items() if np.isnan(task.deadline) and not task.long_term]
    assert none == ["T25"]


def test_leads_and_townships(tasks: dict) -> None:
    """Several co-leads, one task the townships answer for, five they have no part in."""
    assert tasks["T17"].lead == ("总工会", "团市委", "妇联", "残联")
    assert (tasks["T26"].lead, tasks["T26"].part) == ((), "responsible")
    assert [key for key, task in tasks.items() if not task.part] == ["T01", "T15", "T16", "T17", "T18"]
    assert sum(task.open for task in tasks.values()) == 15


def test_open_lists_name_whom_they_name(tasks: dict) -> None:
    """民政局等相关部门 is one department and an open end; 各部门 is nobody in particular."""
    assert tasks["T01"].cooperating == ("农牧局", "安监局", "住建局", "环保局", "公安局", "民政局")
    assert (tasks["T23"].cooperating, tasks["T23"].open) == ((), True)
    assert (tasks["T05"].cooperating, tasks["T05"].open) == (("宣传部",), True)
    assert not tasks["T15"].open


def test_the_city_s_targets(scheme: te.Scheme, inputs: te.Inputs) -> None:
    """1,700 people by 2020, 20 villages, 2 and 7 by 2018, and one model township by the end of 2018."""
    tables, _ = task_tables(prepare(scheme, inputs))
    goals = tables["city_targets"].set_index("target")
    assert goals["goal"].to_dict() == {**TOTALS, "Q33": 1}
    ends = dict.fromkeys(("Q19", "Q20", "Q21", "Q33"), "2018-12-31") | {"Q08": "2020-12-31"}
    assert goals["deadline"].to_dict() == ends


def test_targets_belong_to_tasks_of_the_register(inputs: te.Inputs) -> None:
    """32 stand below a task, 9 in the third part or at the end."""
    known = set(inputs.tasks["task"])
    named = [task for task in inputs.targets["task"] if task]
    assert (len(named), set(named) <= known) == (32, True)


def test_the_source_is_cited_as_it_can_be() -> None:
    """Title, date and index number; the page shows no document number, and nothing here is invented."""
    page = openpyxl.load_workbook(HERE / "tasks.xlsx")["说明"]
    said = {row[0]: row[1] for row in page.iter_rows(values_only=True)}
    assert said["索引号"] == "640181-001/2018-88641"
    assert "实施方案" in said["依据文件"]
    assert "未显示发文字号" in said["公开页面"]


def _builder() -> ModuleType:
    spec = importlib.util.spec_from_file_location("register_build", HERE / "build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_workbook_is_what_its_script_makes(tmp_path: Path) -> None:
    """Building again gives the committed workbook, cell for cell, and twice the same bytes."""
    made = _builder().build(tmp_path)
    books = [openpyxl.load_workbook(file).worksheets for file in (made, HERE / "tasks.xlsx")]
    one, other = ([list(page.iter_rows(values_only=True)) for page in pages] for pages in books)
    assert one == other
    first = made.read_bytes()
    assert _builder().build(tmp_path).read_bytes() == first
