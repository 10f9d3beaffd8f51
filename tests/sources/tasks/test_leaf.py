"""A township's or a department's share of its tasks."""

import numpy as np
import pandas as pd
import pytest

from township_eval.inputs import NOT_APPLICABLE, NOT_REPORTED, REPORTED
from township_eval.scheme.sources import Tasks

# 东塔镇: T2 in time, T3 and T4 half-way; 崇兴镇: T2 too late, silent about the rest; 白土岗乡 silent
GIVEN = (
    ("T2", "东塔镇", 100, "2018-12-01", "2018-12-20"),
    ("T3", "东塔镇", 40, None, "2018-12-20"),
    ("T4", "东塔镇", 60, None, "2019-01-05"),
    ("T2", "崇兴镇", 100, "2018-12-01", "2018-12-31"),
)


@pytest.mark.parametrize(
    ("measure", "values", "counts"),
    [
        ("on_time", [100, 100, 0], [1, 1, 1]),
        ("done", [100, 100, 0], [1, 1, 1]),
        ("progress", [50, 25, 0], [4, 4, 4]),
        ("returns", [50, 25, 0], [4, 4, 4]),
    ],
)
def test_each_measure_by_hand(held, make_returns, measure, values, counts):
    """T2 alone is due; progress 100, 40, 60, 0; two of four returns in time; silence is nothing done."""
    x = held(make_returns(*GIVEN), source=Tasks(measure=measure)).x
    assert (x.value.tolist(), x.n.tolist(), x.status.tolist()) == (values, counts, [REPORTED] * 3)
    assert x.method == f"tasks {measure}"


def test_done_too_late_is_done_and_not_on_time(held, make_register, make_returns):
    """The two measures differ in this alone."""
    tasks = make_register(deadline={"T2": "2018-11-30"})
    shares = [
        held(make_returns(*GIVEN), tasks, source=Tasks(measure=one)).x.value[0] for one in ("on_time", "done")
    ]
    assert shares == [0, 100]


def test_a_share_is_a_fraction_where_the_unit_is_not_percent(ask, make_register, make_returns):
    """As everywhere: percent only where the indicator says so."""
    tables = {"tasks": make_register(), "returns": make_returns(*GIVEN)}
    assert ask(Tasks(measure="progress"), tables=tables, as_of="2018-12-31").value == [0.5, 0.25, 0.0]


def test_a_leaf_may_look_at_some_tasks(held, make_returns):
    """By id or by section; 二(十一) is no part of 二(十), nor 二(四)1 of 二(四)2."""
    for only, counts in ((("T2",), 1), (("二(四)",), 2), (("二(四)1",), 1), (("二(十一)", "T2"), 3)):
        assert held(make_returns(*GIVEN), source=Tasks(measure="progress", only=only)).x.n[0] == counts
    problem = held(make_returns(*GIVEN), source=Tasks(only=("二(十)",))).x.problems
    assert [one.code for one in problem] == ["tasks.only"]


def test_who_has_no_such_task_is_excused(held, make_register, make_returns):
    """Not applicable: neither nothing nor everything."""
    found = held(make_returns(*GIVEN), make_register(townships={"T2": "东塔镇"}))
    assert found.x.status.tolist() == [REPORTED, NOT_APPLICABLE, NOT_APPLICABLE]


def test_before_anything_is_due_everybody_is_excused(held, make_returns):
    """No task of a township is due in November."""
    found = held(make_returns(), as_of="2018-11-01")
    assert found.x.status.tolist() == [NOT_APPLICABLE] * 3


def test_only_the_deadlines_of_the_period_may_count(of_departments, make_returns):
    """T1 was due in the first half-year: it counts to date, and not among those of the second."""
    given = make_returns(("T1", "编办", 100, "2018-06-01", "2018-12-20"))
    assert of_departments(given).x.value[0] == 100
    late = of_departments(given, source=Tasks(counted="period")).x
    assert late.status[0] == NOT_APPLICABLE


def test_without_returns_nothing_is_reported(held):
    """A register alone says nothing of what was done: a warning, no zero."""
    found = held(None)
    assert found.x.status.tolist() == [NOT_REPORTED] * 3
    assert "tasks.no_returns" in [problem.code for problem in found.x.problems]


def test_a_department_has_the_tasks_it_leads_and_has_joined(of_departments, make_register, make_returns):
    """编办 leads T1 and T4, 农牧局 leads T3 and has claimed T1, 水务局 has claimed nothing."""
    tasks = make_register(claimed={"T1": "农牧局"})
    x = of_departments(
        make_returns(("T1", "农牧局", 50, None, "2018-12-20")), tasks, source=Tasks(measure="progress")
    ).x
    assert x.n.tolist()[:2] == [2, 2]
    assert x.value.tolist()[:2] == [0, 25]
    assert x.status.tolist() == [REPORTED, REPORTED, NOT_APPLICABLE]


def test_a_period_without_a_calendar_has_no_returns_due(held, make_returns):
    """首期 has no last day: a problem with a hint."""
    found = held(make_returns(*GIVEN), source=Tasks(measure="returns"), period="首期")
    assert "tasks.period" in [problem.code for problem in found.x.problems]


def test_a_value_can_be_traced_to_its_returns(held, make_returns):
    """Cells, and one entry a return with who answers for it."""
    given = make_returns(*GIVEN).assign(filled_by="张三")
    x = held(given).x
    assert x.cells[1] == "r.xlsx!报送!A5"
    assert x.details[["unit", "column", "value", "filled_by"]].to_numpy().tolist()[-1] == [
        "2",
        "T2",
        100.0,
        "张三",
    ]


def test_a_scheme_of_tasks_alone_silences_nobody(held, make_returns):
    """A unit that files nothing is at nought for its tasks, not unknown."""
    assert [problem.code for problem in held(make_returns(*GIVEN)).prepared.problems] == []


def test_missing_progress_is_no_missing_number(held, make_returns):
    """A return in words alone counts as no progress."""
    columns = ("task", "reporter", "situation", "filed")
    x = held(
        make_returns(("T2", "东塔镇", "已部署", "2018-12-20"), columns=columns),
        source=Tasks(measure="progress"),
    ).x
    assert x.value[0] == 0
    assert pd.isna(x.details["value"].iloc[0])
    assert not np.isnan(x.value).any()
