"""三(五), 三(六) and the last paragraph, R35 to R39: decisions, procedure, villages, dates, half-years."""

import pandas as pd
import pytest

import township_eval as te
from township_eval.examples import path


def test_requirement_r35_decisions_posted_and_reported_to_the_congress(score, scheme_of):
    """公示 and the report to the 人大主席团 are two items; or a rate of decisions that complied."""
    items = {"id": "decisions", "unit": "%", "source": {"kind": "items", "columns": ["已公示", "已报告"]}}
    rate = {
        "id": "rate", "unit": "%",
        "source": {"kind": "ratio", "numerator": "合规决策", "denominator": "重大决策"},
    }  # fmt: skip
    given = {
        "unit": ["甲镇", "乙乡"],
        "已公示": [1, 1],
        "已报告": [1, 0],
        "合规决策": [8, 6],
        "重大决策": [8, 8],
    }
    found = score(scheme_of(items, rate), values=given).matrix()[["decisions", "rate"]]
    assert found.values.tolist() == [[100, 100], [50, 75]]


def test_requirement_r36_a_flag_states_matter_scope_and_procedure(last):
    """明确问责事项和范围,规范问责程序: every sanction says what for, and by which steps."""
    sanctions = last.flags[last.flags["kind"] == "sanction"]
    assert (sanctions["matter"] != "").all()
    assert (sanctions["steps"] != "").all()
    interview = sanctions[sanctions["rule"] == "F1"].iloc[0]
    assert interview["scope"] == "本季度满意度调查"
    assert [step in interview["steps"] for step in ("告知数据", "听取说明", "形成记录")] == [True] * 3


def test_requirement_r37_the_same_engine_one_level_down():
    """A town scores its villages: another kind of unit and other words, the same program."""
    scheme = te.read_scheme(path("villages/scheme.yaml"))
    villages = te.evaluate(scheme, te.read_inputs(path("villages/2018.xlsx"), scheme))
    assert {unit.kind for unit in scheme.units} == {"村"}
    assert villages.results["rank"].notna().all()
    assert any(leaf.basis == "三(六)" for leaf in scheme.leaves())


@pytest.mark.parametrize(("filed", "late"), [("2018-05-10", False), ("2018-05-11", True)])
def test_requirement_r38_plans_are_filed_by_the_tenth_of_may(score, scheme_of, filed, late):
    """The last day counts; a day later is late and named."""
    task = {
        "task": "T1", "name": "推进方案", "lead": "农牧局", "cooperating": "各乡镇", "deadline": "2018-12-31",
        "plan_due": "2018-05-10", "plan_filed": filed,
    }  # fmt: skip
    result = score(
        scheme_of({"id": "a"}), "2018-H1", values={"unit": ["甲镇"], "a": [1.0]}, tasks=pd.DataFrame([task]),
        as_of="2018-06-30",
    )  # fmt: skip
    assert ("plans.late" in set(result.notes["code"])) is late
    counted = result.tables["task_departments"].set_index("department").loc["农牧局"]
    assert counted[["plans_due", "plans_on_time"]].tolist() == [1, 0 if late else 1]


def test_requirement_r39_half_yearly_returns_by_department_and_by_township(lingwu):
    """Both report at the end of June and of December; late and missing returns are listed by name."""
    tasks = lingwu.tables["tasks"]
    assert (tasks["township"] != "").any()
    assert (tasks["township"] == "").any()
    listed = lingwu.tables["late_returns"].set_index("reporter")["state"].to_dict()
    assert listed == {"市场监管局": "late", "发改局": "missing"}
    assert set(lingwu.tables["late_returns"]["due"]) == {"2018-12-31"}
    by_department = lingwu.tables["task_departments"].set_index("department")
    assert by_department.loc["发改局", "returns_missing"] == 1
