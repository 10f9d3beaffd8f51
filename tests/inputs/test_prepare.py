"""One period's tables in the order of the units, with all problems at once."""

from datetime import date, datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from township_eval.inputs import Inputs, prepare

COLUMNS = ["water", "done", "all", "start"]
WIDE = pd.DataFrame(
    [[98.5, 3.0, 4.0, 900.0], [np.nan, 1.0, 2.0, 800.0], [97.0, 2.0, 2.0, np.nan]],
    index=["001", "002", "003"],
    columns=COLUMNS,
)


def long_of(wide):
    """Return the same values one row an entry."""
    return wide.rename_axis("unit").reset_index().melt(id_vars="unit", var_name="indicator")


def matrix_of(scheme, values):
    """Return the prepared columns, one row each in the order of COLUMNS."""
    prepared = prepare(scheme, Inputs(period="2018", values=values))
    assert prepared.problems == ()
    return np.stack([prepared.column(name).value for name in COLUMNS])


def test_long_and_wide_say_the_same(scheme):
    """The form of a table does not change what it says."""
    np.testing.assert_array_equal(matrix_of(scheme, WIDE), WIDE.to_numpy().T)
    np.testing.assert_array_equal(matrix_of(scheme, long_of(WIDE)), WIDE.to_numpy().T)


@given(st.permutations(range(12)), st.permutations(range(3)))
def test_the_order_of_rows_says_nothing(scheme_of_permutations, rows, units):
    """Any order of rows gives the same columns."""
    shuffled = long_of(WIDE).iloc[list(rows)].reset_index(drop=True)
    np.testing.assert_array_equal(matrix_of(scheme_of_permutations, shuffled), WIDE.to_numpy().T)
    np.testing.assert_array_equal(
        matrix_of(scheme_of_permutations, WIDE.iloc[list(units)]), WIDE.to_numpy().T
    )


@pytest.fixture(scope="module")
def scheme_of_permutations():
    """Return a scheme that reads COLUMNS, made once."""
    from township_eval.scheme.model import Dimension, Indicator, Scheme, Unit

    leaves = tuple(Indicator(id=name, name=name, weight=1.0, scoring=None) for name in COLUMNS)
    index = Dimension(id="index", name="", weight=1.0, children=leaves, aggregation=None)
    units = tuple(Unit(code=code, name=code) for code in WIDE.index)
    return Scheme(name="试", version="1", index=index, units=units, period="2018")


def test_a_column_that_nobody_reported_is_all_missing(scheme):
    """Asking for it is no error."""
    prepared = prepare(scheme, Inputs(period="2018", values=WIDE))
    assert not prepared.has_column("end")
    assert np.isnan(prepared.column("end").value).all()


def test_a_part_comes_before_the_column_of_its_name(scheme):
    """A department may report an indicator's own denominator; others use the common one."""
    values = pd.DataFrame(
        [("001", "all", None, 10.0), ("002", "all", None, 20.0), ("002", "rate", "all", 25.0)],
        columns=["unit", "indicator", "part", "value"],
    )
    prepared = prepare(scheme, Inputs(period="2018", values=values))
    assert prepared.column("all", "rate").value.tolist()[:2] == [10.0, 25.0]
    assert prepared.column("all").value.tolist()[:2] == [10.0, 20.0]


def test_cells_stay_with_their_values(scheme):
    """Every value remembers its cell, a blank too."""
    values = long_of(WIDE).assign(cell=lambda frame: [f"a.xlsx!表!B{row}" for row in range(len(frame))])
    column = prepare(scheme, Inputs(period="2018", values=values)).column("water")
    assert column.cell == ("a.xlsx!表!B0", "a.xlsx!表!B1", "a.xlsx!表!B2")
    assert column.rows["i"].tolist() == [0, 1, 2]


def test_prepare_leaves_the_inputs_alone(scheme):
    """Computing never writes into a frame it was given."""
    inputs = Inputs(period="2018", values=WIDE.assign(water=[np.inf, 1.0, 2.0]))
    prepare(scheme, inputs)
    assert inputs.values["water"].iloc[0] == np.inf


@pytest.mark.parametrize("given_day", ["2018-12-31", date(2018, 12, 31), datetime(2018, 12, 31, 18)])  # noqa: DTZ001
def test_the_day_the_data_stand_at_is_a_date(scheme, given_day):
    """However it is written."""
    assert prepare(scheme, Inputs(period="2018", values=WIDE, as_of=given_day)).as_of == date(2018, 12, 31)


def test_a_day_that_is_none_is_a_problem(scheme, codes):
    """Dates are not guessed."""
    assert codes(prepare(scheme, Inputs(period="2018", values=WIDE, as_of="年底")).problems) == ["as_of.date"]


def test_problems_of_reading_come_first_and_the_reading_is_a_table(scheme):
    """What file readers noted is kept with the rest."""
    noted = pd.DataFrame({"cell": ["B2"], "problem": ["约90"]})
    faulty = Inputs(period="2018", values=WIDE.rename(columns={"done": "dune"}))
    problem = prepare(scheme, faulty).problems[0]
    prepared = prepare(scheme, Inputs(period="2018", values=WIDE, reading=noted, problems=(problem,)))
    assert prepared.problems == (problem,)
    assert prepared.quality["quality"]["problem"].tolist() == ["约90"]


def test_the_scheme_of_the_period_is_chosen(scheme_of, leaf):
    """A whole scheme becomes that of the inputs' period."""
    whole = scheme_of(leaf("water"), period="")
    assert prepare(whole, Inputs(period="2018-H1", values=WIDE[["water"]])).scheme.period == "2018-H1"
