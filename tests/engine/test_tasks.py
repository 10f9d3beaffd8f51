"""A register in a whole evaluation: with and without a leaf of it, for townships and for departments."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import township_eval as te
from township_eval.examples import path

WATER = {"id": "water", "name": "自来水", "weight": 50, "basis": "二(六)3"}
RETURNS = pd.DataFrame(
    [
        ("T12", "文广局", 100, "2018-11-30", "2018-12-20"),
        ("T12", "甲镇", 100, "2018-12-31", "2018-12-31"),
        ("T12", "乙乡", 90, None, "2019-01-08"),
        ("T13", "住建局", 100, "2019-01-02", "2018-12-20"),
    ],
    columns=["task", "reporter", "progress", "done", "filed"],
)


def scheme(units: dict[str, str], *leaves: dict[str, Any]) -> te.Scheme:
    """Return a scheme of these units and leaves."""
    return te.read_scheme(
        {
            "name": "办法", "version": "1", "basis": "实施方案", "weights": "relative",
            "units": {code: {"name": name} for code, name in units.items()},
            "index": {"basis": "三(四)", "children": list(leaves)},
        }
    )  # fmt: skip


def tasks_leaf(**source: Any) -> dict[str, Any]:
    """Return a leaf of tasks in percent."""
    said = {"kind": "tasks", **source}
    return {"id": "x", "name": "任务", "weight": 50, "unit": "%", "basis": "三(一)", "source": said}


@pytest.fixture(scope="module")
def register() -> pd.DataFrame:
    """Return the tasks of the document that end on 31 December 2018 and are about sports and towns."""
    plain = te.read_scheme(path("lingwu/scheme.yaml"))
    tasks = te.read_inputs(path("lingwu/register/tasks.xlsx"), plain, period="2018-H2").tasks
    assert tasks is not None
    return tasks[tasks["task"].isin(["T12", "T13"])]


@pytest.fixture
def inputs(register: pd.DataFrame) -> te.Inputs:
    values = pd.DataFrame({"water": [98.0, 90.0]}, index=["1", "2"])
    given = RETURNS[RETURNS["reporter"] != "住建局"]
    return te.Inputs(period="2018-H2", values=values, tasks=register, returns=given, as_of="2018-12-31")


TOWNSHIPS = {"1": "甲镇", "2": "乙乡"}


def test_a_township_s_tasks_are_a_leaf_among_others(inputs: te.Inputs) -> None:
    """Two tasks are due: 甲镇 has done one of them in time, 乙乡 none."""
    evaluation = te.evaluate(scheme(TOWNSHIPS, WATER, tasks_leaf()), inputs)
    values = evaluation.values.set_index(["indicator", "unit"])
    assert values.loc["x", "value"].tolist() == [50, 0]
    assert values.loc[("x", "1"), "method"] == "tasks on_time"
    assert evaluation.results["composite"].tolist() == [74, 45]


def test_the_summary_needs_no_leaf(inputs: te.Inputs) -> None:
    """The half-yearly summary is in the result, and who is late is in the notes."""
    evaluation = te.evaluate(scheme(TOWNSHIPS, WATER), inputs)
    assert {"tasks", "late_returns", "task_departments"} <= set(evaluation.tables)
    assert {"returns.late", "returns.missing"} <= set(evaluation.notes["code"])


def test_a_department_scorecard_is_the_same_engine(inputs: te.Inputs) -> None:
    """Departments as units: what they lead, and what they have claimed."""
    departments = {"w": "文广局", "z": "住建局", "j": "教体局"}
    given = replace(inputs, values=None, returns=RETURNS[RETURNS["reporter"] == "文广局"])
    evaluation = te.evaluate(scheme(departments, tasks_leaf(measure="done") | {"missing": "exclude"}), given)
    found = evaluation.values.set_index("unit")
    assert found["value"].tolist()[:2] == [100, 0]
    assert found["status"].tolist() == ["reported", "reported", "not_applicable"]


def test_what_is_wrong_with_the_register_stops_the_evaluation(inputs: te.Inputs) -> None:
    """All faults at once, with the register's own beside those of the figures."""
    returns = pd.concat([RETURNS, RETURNS.iloc[:1].assign(reporter="文化局", task="T99")])
    with pytest.raises(te.DataError) as raised:
        te.evaluate(scheme(TOWNSHIPS, WATER), replace(inputs, returns=returns, as_of="2018-12-31"))
    assert {"returns.later", "returns.task"} <= {problem.code for problem in raised.value.problems}


def test_the_order_of_rows_changes_no_byte(inputs: te.Inputs, tmp_path: Path) -> None:
    """Archive and workbook are the same however the rows of the register lie."""
    stated = scheme(TOWNSHIPS, WATER, tasks_leaf(measure="returns"))
    turned = replace(inputs, tasks=inputs.tasks.iloc[::-1], returns=inputs.returns.iloc[::-1])
    for name, given in (("a", inputs), ("b", turned)):
        evaluation = te.evaluate(stated, given)
        te.write_evaluation(evaluation, tmp_path / f"{name}.json")
        te.write_workbook(te.read_evaluation(tmp_path / f"{name}.json"), tmp_path / f"{name}.xlsx")
    assert (tmp_path / "a.json").read_text("utf-8") == (tmp_path / "b.json").read_text("utf-8")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
