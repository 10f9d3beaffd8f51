"""Long tables: every entry has a place, and no place has two values."""

import numpy as np
import pandas as pd

from township_eval.inputs import Inputs, prepare

COLUMNS = ["unit", "indicator", "value", "cell"]
ALIVE = [("001", "water", 98.0, "a!A1"), ("002", "water", 97.0, "a!A2"), ("003", "water", 96.0, "a!A3")]


def found(scheme, *rows, columns=COLUMNS):
    """Return the prepared inputs of a long table: three good rows and these."""
    frame = pd.DataFrame([*ALIVE, *rows], columns=columns)
    return prepare(scheme, Inputs(period="2018", values=frame))


def test_one_place_with_two_values_names_both_cells(scheme):
    """Whoever mends it knows where to look."""
    (problem,) = found(scheme, ("东塔镇", "自来水普及率", 95.0, "b!C7")).problems
    assert problem.code == "values.two_values"
    text = problem.say("zh") + problem.say("en")
    assert all(part in text for part in ("a!A1", "b!C7", "有两个值:此处 95,", "处 98", "95 here"))


def test_the_same_value_twice_is_no_contradiction(scheme):
    """Two departments that agree are merged, and a blank does not contradict a value."""
    prepared = found(scheme, ("东塔镇", "water", 98.0, "b!C7"), ("002", "water", None, "b!C8"))
    assert prepared.problems == ()
    assert prepared.column("water").value.tolist() == [98.0, 97.0, 96.0]
    assert prepared.column("water").cell[1] == "a!A2"


def test_all_faults_of_a_long_table_are_listed_with_their_cells(scheme):
    """Unknown unit, unknown column, unknown part, text, infinity, no date, no yes."""
    prepared = found(
        scheme,
        ("东塔鎮", "water", 1.0, "b!1"),
        ("001", "watr", 1.0, "b!2"),
        ("001", "done", "约90", "b!3"),
        ("001", "all", np.inf, "b!4"),
        ("001", "finished", "六月底", "b!5"),
        ("001", "a", "基本", "b!6"),
    )
    assert {problem.where: problem.code for problem in prepared.problems} == {
        "b!1": "unit.unknown",
        "b!2": "values.column_unknown",
        "b!3": "values.not_a_number",
        "b!4": "values.infinite",
        "b!5": "values.not_a_date",
        "b!6": "values.not_a_yes_no",
    }


def test_an_unknown_part_is_named_with_the_parts_there_are(scheme):
    """A part belongs to its indicator."""
    frame = pd.DataFrame([("001", "rate", "x", 1.0)], columns=["unit", "indicator", "part", "value"])
    problem = prepare(scheme, Inputs(period="2018", values=frame)).problems[0]
    assert problem.code == "values.column_unknown"
    assert "rate/x" in problem.what.en
    assert "done" in problem.hint.en


def test_each_kind_of_column_is_read_in_its_own_way(scheme):
    """Dates, yes and no, and numbers stand in one column of values."""
    prepared = found(scheme, ("001", "finished", "2018-07-01", "b!1"), ("001", "a", "是", "b!2"))
    assert prepared.problems == ()
    assert prepared.column("a").value[0] == 1.0
    assert prepared.column("finished").value[0] == 736876.0


def test_a_missing_column_of_the_table_is_named_with_its_likeness(scheme):
    """A table without its value column cannot be read, and a misspelt one is suggested."""
    frame = pd.DataFrame({"unit": ["001"], "indicator": ["water"], "valeu": [1.0]})
    problems = prepare(scheme, Inputs(period="2018", values=frame)).problems
    first = problems[0]
    assert (first.code, "valeu" in first.hint.en) == ("table.column_missing", True)


def test_a_column_nobody_reads_is_a_warning(scheme):
    """What a department adds for itself does not stop anything."""
    prepared = found(scheme, columns=["unit", "indicator", "value", "sell"])
    assert [(p.severity, p.code) for p in prepared.problems] == [("warning", "table.column_unknown")]


def test_faults_without_cells_give_the_row(scheme):
    """Frames have no cells: table, row and unit must do."""
    frame = pd.DataFrame([("999", "water", 1.0), ("001", "water", "x")], columns=COLUMNS[:3])
    problems = prepare(scheme, Inputs(period="2018", values=frame)).problems
    assert [problem.where for problem in problems[:2]] == ["values[0] unit 999", "values[1] unit 001, water"]


def test_a_column_given_twice_stops_the_table(scheme, codes):
    """Which of the two is meant is not guessed."""
    frame = pd.DataFrame([("001", "water", 1.0, 2.0)], columns=["unit", "indicator", "value", "value"])
    problems = prepare(scheme, Inputs(period="2018", values=frame)).problems
    assert "table.column_twice" in codes(problems)


def test_units_may_stand_in_the_index(scheme):
    """A frame indexed by unit needs no column of that name."""
    frame = pd.DataFrame({"indicator": "water", "value": [1.0, 2.0, 3.0]}, index=["001", "002", "003"])
    assert prepare(scheme, Inputs(period="2018", values=frame)).problems == ()
