"""三(一), R19 to R24: one compiler, tracking and final evaluation, departments, the cycle, tasks, posts."""

import pytest
import yaml

import township_eval as te
from township_eval.examples import path


def test_requirement_r19_one_office_compiles_and_sees_who_is_silent(lingwu_scheme, lingwu_inputs):
    """Workbooks of all offices are merged by one compiler; an office that sent nothing is named."""
    assert "department.missing" not in {problem.code for problem in te.check(lingwu_scheme, lingwu_inputs)}
    rest = [file for file in sorted(path("lingwu/2018-H2").iterdir()) if file.name != "农牧局.xlsx"]
    problems = te.check(lingwu_scheme, te.read_inputs(rest, lingwu_scheme))
    silent = [problem for problem in problems if problem.code == "department.missing"]
    assert any("农牧局" in problem.what.zh for problem in silent)


def test_requirement_r20_tracking_and_final_evaluation_on_the_same_data(lingwu, lingwu_scheme):
    """Partial returns give a marked interim result with bounds that hold the final one, and no flags."""
    rest = [file for file in sorted(path("lingwu/2018-H2").iterdir()) if file.name != "农牧局.xlsx"]
    interim = te.evaluate(lingwu_scheme, te.read_inputs(rest, lingwu_scheme), provisional=True)
    assert interim.provisional
    assert interim.flags.empty
    bounds, final = interim.results, lingwu.results["composite"]
    assert (bounds["lower"] <= final).all()
    assert (final <= bounds["upper"]).all()


def test_requirement_r21_departments_have_a_scorecard_from_their_tasks(departments):
    """Each department is scored by tasks on time, returns on time and what townships say of it."""
    assert [leaf.source.kind for leaf in departments.scheme.leaves()] == ["tasks", "tasks", "reviews"]
    scores = departments.matrix()
    counted = departments.tables["task_departments"].set_index("department")
    on_time = counted["returns_on_time"] / counted["returns_due"] * 100
    for name in departments.results.index:
        assert scores.loc[name, "returns_on_time"] == pytest.approx(on_time[name])
    assert scores.loc["住建局", "tasks_on_time"] < scores.loc["编办", "tasks_on_time"]  # T13 is late


def test_requirement_r21_departments_are_flagged_by_the_same_rules():
    """A rule on the scorecard proposes its measure for a department as it would for a township."""
    written = yaml.safe_load(path("lingwu/departments.yaml").read_text(encoding="utf-8"))
    rule = {"id": "D1", "measure": "约谈", "when": "returns_on_time < 100", "basis": "三(一)", "due_days": 15}
    scheme = te.read_scheme({**written, "flags": [rule]})
    result = te.evaluate(scheme, te.read_inputs(path("lingwu/2018-H2/社区建设办.xlsx"), scheme))
    late = result.matrix().query("returns_on_time < 100").index
    assert result.flags["unit"].tolist() == list(late)
    assert set(result.flags["certainty"]) <= {"confirmed"}


def test_requirement_r22_a_yearly_cycle_with_the_source_of_every_value(lingwu, quarters):
    """Quarters make a year; every reported value names the cell it came from."""
    year = te.combine(list(quarters.values()))
    mean = sum(one.results["adjusted"] for one in quarters.values()) / 4
    assert year.results["composite"].to_numpy() == pytest.approx(mean.to_numpy(), abs=0.006)
    reported = lingwu.values[lingwu.values["status"] == "reported"]
    measured = reported[reported["method"] == "measured"]
    assert len(measured) > 100
    assert (measured["cell"] != "").all()


def test_requirement_r23_tasks_have_a_lead_helpers_claims_and_plans(lingwu):
    """The register knows who leads, who helps, who claimed a task and when its plan was filed."""
    tasks = lingwu.tables["tasks"]
    assert tasks["task"].nunique() == 27
    assert set(tasks["role"]) == {"lead", "cooperating", "responsible", "township"}
    first = tasks[tasks["task"] == "T01"].iloc[0]
    assert (first["lead"], bool(first["claimed"])) == ("编办、法制办", True)
    assert (first["plan_due"], first["plan_filed"], first["filing"]) == (
        "2018-05-10",
        "2018-05-08",
        "on_time",
    )
    assert "T13" in lingwu.notes.set_index("code").loc["plans.late", "zh"]


def test_requirement_r24_the_directly_responsible_post_is_named(last, code, fictional):
    """党政主要负责人 stand on the flag and in the ledger of rectification, by kind of township."""
    flags = last.flags.set_index(["unit", "rule"])
    assert flags.loc[(code["丁镇"], "F1"), "post"] == "镇党委书记、镇长"
    ledger = last.tables["rectification"]
    own = ledger[(ledger["unit"] == code["丁镇"]) & (ledger["rule"] == "F1")]
    assert own["post"].tolist() == ["镇党委书记、镇长"]
    rule = next(rule for rule in fictional.flags if rule.id == "F1")
    assert {post.kind for post in rule.posts} == {"镇", "乡", "街道"}
