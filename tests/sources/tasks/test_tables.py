"""What a register leaves in the result, with or without a leaf of it."""

import numpy as np

from township_eval.scheme.sources import Events

GIVEN = (
    ("T1", "编办", 100, "2018-06-30", "2018-12-20"),
    ("T1", "法制办", 100, "2018-07-15", "2018-12-31"),
    ("T4", "编办", 30, None, "2019-01-02"),
    ("T3", "农牧局", 30, None, "2018-12-20"),
)


def test_the_scorecard_counts_what_a_department_leads_and_how_punctual_it_is(
    held, make_register, make_returns
):
    """编办 leads two tasks, one done in time, and filed one of two returns in time."""
    tasks = make_register(plan_due=dict.fromkeys(("T1", "T4"), "2018-05-10"), plan_filed={"T1": "2018-05-10"})
    found = held(make_returns(*GIVEN), tasks)
    row = found.row("task_departments", department="编办")
    assert row[["led", "led_due", "led_on_time", "supported"]].tolist() == [2, 1, 1, 1]
    assert row[["returns_due", "returns_on_time", "returns_late", "filing_rate"]].tolist() == [2, 1, 1, 0.5]
    assert row[["plans_due", "plans_on_time"]].tolist() == [2, 1]
    late = found.row("task_departments", department="法制办")
    assert late[["led", "led_on_time", "filing_rate"]].tolist() == [1, 0, 1.0]
    assert np.isnan(found.row("task_departments", department="水务局")["filing_rate"])


def test_who_is_late_or_silent_is_said_once_a_reporter(held, make_returns):
    """Warnings with the tasks; what is in time is not mentioned."""
    found = held(make_returns(*GIVEN))
    said = {(problem.code, problem.where) for problem in found.problems}
    assert ("returns.late", "returns 编办 2018-H2") in said
    assert ("returns.missing", "returns 东塔镇 2018-H2") in said
    assert not any("农牧局" in where or "法制办" in where for _, where in said)
    (silent,) = (problem for problem in found.problems if problem.where == "returns 东塔镇 2018-H2")
    assert "4 项:T2、T3、T4、T10" in silent.what.zh


def test_plans_that_are_late_or_not_filed_are_said(held, make_register, make_returns):
    """Due on 10 May: that day is in time."""
    plans = {"plan_due": dict.fromkeys(("T1", "T2", "T3"), "2018-05-10")}
    tasks = make_register(**plans, plan_filed={"T1": "2018-05-10", "T2": "2018-05-11"})
    found = held(make_returns(*GIVEN), tasks)
    assert found.problem("plans.late").what.zh == "推进方案逾期报备:T2"
    assert found.problem("plans.missing").what.en == "plans not filed: T3"


def test_the_tables_stand_without_a_leaf_of_tasks(held, make_returns):
    """The half-yearly summary is a duty of its own."""
    found = held(make_returns(*GIVEN), source=Events())
    assert set(found.tables) == {"tasks", "late_returns", "task_departments"}


def test_without_a_register_there_are_no_tables(ask):
    """Nothing is made of nothing."""
    from township_eval.sources.tasks.tables import task_tables

    assert task_tables(ask(Events()).prepared) == ({}, ())


def test_nobody_is_reminded_one_by_one_when_nobody_was_asked(held):
    """Without any table of returns one warning stands for all."""
    found = held(None)
    assert [problem.code for problem in found.problems] == ["returns.no_table"]


def test_many_who_are_late_are_counted(held, make_register, make_returns):
    """The first are named, the rest is a number; all stand in the table."""
    names = "、".join(f"第{k}局" for k in range(30))
    found = held(make_returns(), make_register(lead={"T1": names}))
    assert "returns.more" in [problem.code for problem in found.problems]
    assert len(found.tables["late_returns"].query("task == 'T1'")) == 30


def test_the_table_holds_what_the_summary_prints(held, make_returns):
    """Situation, problems and next steps as they were written."""
    columns = ("task", "reporter", "progress", "situation", "problems", "next", "filed")
    row = ("T2", "东塔镇", 40, "已建平台", "人手不足", "招聘", "2018-12-20")
    found = held(make_returns(row, columns=columns)).row("tasks", task="T2", reporter="东塔镇")
    assert found[["situation", "problems", "next", "filed", "filing"]].tolist() == [
        "已建平台", "人手不足", "招聘", "2018-12-20", "on_time",
    ]  # fmt: skip
    assert (found["deadline"], found["township"], found["cell"]) == ("2018-12-31", "1", "r.xlsx!报送!A2")
