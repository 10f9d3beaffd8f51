"""Rows of the register: who leads, who joins, by when; and what is wrong with a row."""

import numpy as np
import pandas as pd
import pytest

from township_eval.sources.tasks.reading import read_register


def test_a_row_says_who_leads_who_joins_and_by_when(held):
    """Several leads, an open list, an office in brackets, a township's part, three kinds of deadline."""
    tasks = read_register(held().prepared)[0].by_id
    assert list(tasks) == ["T1", "T2", "T3", "T4", "T10"]
    assert tasks["T1"].lead == ("编办", "法制办")
    assert (tasks["T1"].cooperating, tasks["T1"].open, tasks["T1"].part) == (("农牧局", "安监局"), True, "")
    assert (tasks["T2"].leads, tasks["T2"].part) == (frozenset({"政法委"}), "cooperating")
    assert (tasks["T3"].open, tasks["T10"].part) == (False, "responsible")
    assert np.isnan([tasks["T4"].deadline, tasks["T10"].deadline]).all()
    assert (tasks["T4"].long_term, tasks["T10"].long_term) == (False, True)


@pytest.mark.parametrize(
    ("column", "entry", "code", "named"),
    [
        ("deadline", "尽快", "tasks.deadline", "尽快"),
        ("deadline", "2018年", "tasks.deadline", "2018年"),
        ("deadline", "2018-02-30", "tasks.deadline", "2018-02-30"),
        ("open", "也许", "tasks.open", "也许"),
        ("open", "否", "tasks.open", "等"),
        ("township_role", "可能", "tasks.township_role", "可能"),
        ("plan_filed", "2019-01-02", "tasks.later", "2019-01-02"),
        ("part_of", "T9", "tasks.part_of", "T9"),
        ("townships", "东搭镇", "tasks.townships", "东搭镇"),
    ],
)
def test_an_entry_nobody_can_hold_to_is_a_problem(held, make_register, column, entry, code, named):
    """With its cell, what was written, and what to do."""
    problem = held(tasks=make_register(**{column: {"T1": entry}})).problem(code)
    assert problem.where == "r.xlsx!任务!A2"
    assert named in problem.what.zh
    assert problem.hint.zh
    assert problem.hint.en


def test_a_claim_by_nobody_on_a_closed_list_is_a_problem(held, make_register):
    """Only who cooperates can claim a share; where the list is open anybody may."""
    assert (
        held(tasks=make_register(claimed={"T3": "水利局"})).problem("tasks.claimed").hint.zh
        == "是否指:水务局?"
    )
    assert "tasks.claimed" not in held(tasks=make_register(claimed={"T1": "水利局"})).codes


def test_townships_that_are_named_and_denied_a_part_are_a_problem(held, make_register):
    """The list says 各乡镇, the column says no."""
    assert held(tasks=make_register(township_role={"T2": "否"})).codes == ["tasks.township_role"]


def test_one_id_is_one_task(held, make_register):
    """The second row of an id names the first."""
    frame = make_register()
    problem = held(tasks=frame.assign(task=["T1", "T1", "T3", "T4", ""])).problem("tasks.twice")
    assert (problem.where, "r.xlsx!任务!A2" in problem.what.en) == ("r.xlsx!任务!A3", True)
    assert "tasks.no_id" in held(tasks=frame.assign(task=["T1", "T2", "T3", "T4", ""])).codes


def test_a_milestone_takes_from_its_task_what_it_leaves_blank(held, make_register):
    """A stage has a deadline of its own, and the same departments."""
    frame = make_register()
    stage = frame.iloc[[2]].assign(
        task="T3.1", section="", name="第一阶段", lead="", cooperating="", deadline="2018-09-30", part_of="T3"
    )
    found = held(tasks=pd.concat([frame, stage]))
    task = read_register(found.prepared)[0].by_id["T3.1"]
    assert (task.leads, task.part, task.section) == (frozenset({"农牧局"}), "cooperating", "二(四)2")
    assert found.row("tasks", task="T3.1", reporter="农牧局")["late"]
    assert found.row("tasks", task="T3", reporter="农牧局")["late"] == np.False_


def test_dates_need_the_day_the_data_stand_at(held):
    """Without it nothing is late or due: a problem, said once."""
    assert held(as_of=None).codes == ["tasks.as_of"]
    undated = held(as_of="年底")
    assert undated.codes == []
    assert [problem.code for problem in undated.prepared.problems] == ["as_of.date"]


def test_a_table_without_ids_is_a_problem(held, make_register):
    """The column is named."""
    assert held(tasks=make_register().drop(columns="task")).codes == ["table.column_missing"]
