"""Returns: who may report, what a row may say, and what is refused."""

import pytest

COLUMNS = ("task", "reporter", "progress", "done", "filed")


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (("T9", "编办", 50, None, "2018-12-20"), "returns.task"),
        (("T1", "", 50, None, "2018-12-20"), "returns.reporter"),
        (("T3", "编办", 50, None, "2018-12-20"), "returns.reporter"),
        (("T3", "水利局", 50, None, "2018-12-20"), "returns.reporter"),
        (("T1", "东塔镇", 50, None, "2018-12-20"), "returns.reporter"),
        (("T1", "编办", 101, None, "2018-12-20"), "returns.progress"),
        (("T1", "编办", -1, None, "2018-12-20"), "returns.progress"),
        (("T1", "编办", "过半", None, "2018-12-20"), "returns.progress"),
        (("T1", "编办", 100, "2019-01-03", "2019-01-03"), "returns.later"),
        (("T1", "编办", 100, "年底", "2018-12-20"), "returns.done"),
        (("T1", "编办", 50, None, "六月底"), "returns.filed"),
        (("T1", "编办", 80, "2018-06-01", "2018-12-20"), "returns.done_progress"),
        (("T1", "编办", 100, None, "2018-12-20"), "returns.done_missing"),
    ],
)
def test_a_row_at_fault_is_named_by_its_cell(held, make_returns, row, code):
    """Every one with what was written, and a hint."""
    found = held(make_returns(row))
    assert found.codes == [code]
    problem = found.problem(code)
    assert problem.where == "r.xlsx!报送!A2"
    assert problem.hint.zh


def test_all_faults_are_said_at_once(held, make_returns):
    """Nobody mends one cell at a time."""
    rows = (("T9", "编办", 50, None, None), ("T1", "编办", 120, None, None), ("T3", "水利局", 50, None, None))
    assert held(make_returns(*rows)).codes == ["returns.progress", "returns.reporter", "returns.task"]


def test_a_slip_in_a_task_or_a_reporter_is_met_with_what_was_meant(held, make_returns):
    """Ids of the register; departments of the task."""
    found = held(make_returns(("T11", "编办", 5, None, None), ("T3", "水利局", 5, None, None)))
    assert "T1" in found.problem("returns.task").hint.zh
    assert "水务局" in found.problem("returns.reporter").hint.zh


def test_an_open_list_takes_in_others_and_says_so(held, make_returns):
    """等相关部门: whoever joins counts as cooperating; only strangers to the register are pointed out."""
    found = held(
        make_returns(("T1", "气象局", 50, None, "2018-12-20"), ("T1", "水务局", 50, None, "2018-12-20"))
    )
    assert found.codes == []
    assert found.problem("returns.open").what.zh.count("局") == 1
    assert found.row("tasks", reporter="气象局")["role"] == "cooperating"


def test_a_department_is_known_with_and_without_its_office(held, make_returns):
    """农牧局(扶贫办) and 农牧局 are one department."""
    found = held(
        make_returns(
            ("T3", "农牧局", 50, None, "2018-12-20"), ("T2", "政法委(综治办)", 5, None, "2018-12-20")
        )
    )
    assert (found.codes, found.row("tasks", task="T3", reporter="农牧局")["progress"]) == ([], 50)


def test_one_reporter_reports_a_task_once_a_period(held, make_returns):
    """The second row names the first; another period is another return."""
    found = held(make_returns(("T2", "东塔", 5, None, None), ("T2", "东塔镇", 6, None, None)))
    assert "r.xlsx!报送!A2" in found.problem("returns.twice").what.zh
    columns = ("task", "reporter", "progress", "period")
    rows = (("T2", "东塔镇", 5, "2018-H1"), ("T2", "东塔镇", 6, "2018-H2"))
    assert held(make_returns(*rows, columns=columns)).codes == []


@pytest.mark.parametrize("period", ["2019-H1", "上半年"])
def test_a_return_of_no_known_period_is_a_problem(held, make_returns, period):
    """Later than the period evaluated, or without a place in time."""
    columns = ("task", "reporter", "progress", "period")
    assert held(make_returns(("T2", "东塔镇", 5, period), columns=columns)).codes == ["returns.period"]


def test_a_fraction_where_percent_is_meant_is_pointed_out(held, make_returns):
    """0.85 counts as less than one percent, and is said to."""
    found = held(make_returns(("T2", "东塔镇", 0.85, None, "2018-12-20")))
    assert found.problem("returns.progress_small").severity == "warning"


def test_returns_without_a_register_are_a_problem(held, make_returns):
    """There is nothing to hold them against."""
    found = held(make_returns(("T2", "东塔镇", 5, None, None)), tasks=make_returns().iloc[:0])
    assert "returns.task" in found.codes


def test_where_departments_are_evaluated_townships_are_left_aside(of_departments, make_returns):
    """What they report is of another scheme; a slip in a department's name is no township."""
    rows = (("T3", "白土岗乡", 5, None, None), ("T3", "财证局", 5, None, None))
    found = of_departments(make_returns(*rows))
    assert found.codes == ["returns.reporter"]
    assert "白土岗乡" in found.problem("returns.townships").what.en
