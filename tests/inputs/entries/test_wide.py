"""Wide tables: whole columns at once, every fault with its place."""

import numpy as np
import pandas as pd
import pytest

from township_eval.inputs import Inputs, prepare


def found(scheme, frame):
    """Return the prepared inputs of a wide table."""
    return prepare(scheme, Inputs(period="2018", values=frame))


def test_floats_in_order_are_not_converted_entry_by_entry(scheme):
    """The matrix of a plain frame is its block of floats, one row a column."""
    frame = pd.DataFrame({"water": [1.0, 2.0, 3.0], "done": [4.0, 5.0, 6.0]}, index=["001", "002", "003"])
    columns = found(scheme, frame).columns
    assert (columns.keys, columns.matrix.flags.c_contiguous) == ({("water", ""): 0, ("done", ""): 1}, True)
    assert columns.matrix.tolist() == [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]


def test_units_may_stand_in_a_column_and_under_any_name(scheme):
    """Codes, names and aliases may be mixed; codes read as numbers need their zeros."""
    frame = pd.DataFrame({"unit": ["白土岗", "001", "崇兴镇"], "water": [3, 1, 2]})
    prepared = found(scheme, frame)
    assert (prepared.column("water").value.tolist(), prepared.problems) == ([1.0, 2.0, 3.0], ())


def test_all_faults_of_a_wide_table_are_listed(scheme, codes):
    """Unknown unit, unit twice, unknown column, column twice, text and infinity, each with its place."""
    frame = pd.DataFrame(
        [[1, "约90", np.inf, 1, 1], [2, 2, 2, 1, 1], [3, 3, 3, 1, 1], [4, 4, 4, 1, 1], [5, 5, 5, 1, 1]],
        index=["001", "002", "003", "002", "999"],
        columns=["water", "done", "all", "普及率", "旱厕"],
        dtype=object,
    )
    prepared = found(scheme, frame)
    assert codes(prepared.problems) == [
        "unit.unknown", "values.column_twice", "values.column_unknown", "values.infinite",
        "values.not_a_number", "values.unit_twice",
    ]  # fmt: skip
    places = {problem.code: problem.where for problem in prepared.problems}
    assert (places["values.not_a_number"], places["values.infinite"], places["unit.unknown"]) == (
        "values unit 001, done",
        "values unit 001, all",
        "values[4]",
    )
    assert all(problem.hint for problem in prepared.problems if problem.code != "unit.unknown")


def test_infinity_in_a_plain_frame_is_found_and_taken_out(scheme, codes):
    """The fast path looks too, and does not write into the caller's frame."""
    frame = pd.DataFrame({"water": [1.0, -np.inf, 3.0], "done": [1.0, 1.0, 1.0]}, index=["001", "002", "003"])
    prepared = found(scheme, frame)
    assert codes(prepared.problems) == ["values.infinite"]
    assert np.isnan(prepared.column("water").value[1])
    assert frame["water"].iloc[1] == -np.inf


def test_many_faults_of_a_column_are_counted_not_repeated(scheme_of, leaf):
    """A column of text gives twenty places and a number, not a page."""
    names = [f"u{row}" for row in range(50)]
    scheme = scheme_of(leaf("x"), units=(), groups=())
    problems = [
        p for p in found(scheme, pd.DataFrame({"x": ["?"] * 50}, index=names)).problems if "not_a" in p.code
    ]
    assert len(problems) == 21
    assert "30" in problems[-1].what.en


@pytest.mark.parametrize("dtype", ["Float64", "Int64", "object", "float32"])
def test_blanks_of_any_type_are_not_reported(scheme, dtype):
    """A gap is NaN whatever the column's type."""
    values = [None, 2, 3] if dtype != "float32" else [np.nan, 2, 3]
    frame = pd.DataFrame({"water": pd.Series(values, dtype=dtype, index=["001", "002", "003"])})
    value = found(scheme, frame.assign(done=1.0)).column("water").value
    assert (np.isnan(value[0]), value[1:].tolist()) == (True, [2.0, 3.0])


def test_a_frame_that_names_nobody_lists_some_and_counts_the_rest(scheme):
    """A forgotten unit column does not print a page per row."""
    problems = [
        p for p in found(scheme, pd.DataFrame({"water": [1.0] * 90})).problems if p.code == "unit.unknown"
    ]
    assert len(problems) == 21
    assert "70" in problems[-1].what.en


def test_two_columns_of_units_stop_the_table(scheme, codes):
    """Which of the two is meant is not guessed."""
    frame = pd.DataFrame([["001", "002", 1.0]], columns=["unit", "unit", "water"])
    assert "values.column_twice" in codes(found(scheme, frame).problems)
