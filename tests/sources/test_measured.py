"""Values from reported columns: as they stand, divided, grown, ticked off."""

import csv
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from township_eval.inputs import NOT_APPLICABLE, NOT_REPORTED, REPORTED
from township_eval.scheme.sources import Growth, Items, Measured, Ratio
from township_eval.sources import yearly_growth


def wide(**columns):
    """Return a wide table of the three units."""
    return {"values": pd.DataFrame(columns, index=["1", "2", "3"])}


def test_a_measured_value_is_what_was_reported(ask, long_values):
    """With its cell and its row, a blank being not reported."""
    found = ask(tables={"values": long_values(("1", "x", 98.5), ("2", "x", None))})
    np.testing.assert_array_equal(found.value, [98.5, np.nan, np.nan])
    assert found.status == [REPORTED, NOT_REPORTED, NOT_REPORTED]
    assert found.x.cells == ("a!B1", "a!B2", "")
    assert found.x.details[["unit", "column", "cell"]].to_numpy().tolist()[0] == ["1", "x", "a!B1"]


def test_a_measured_value_may_have_a_column_of_its_own(ask):
    """The column's name need not be the indicator's."""
    assert ask(Measured(column="户数"), tables=wide(户数=[1.0, 2.0, 3.0])).value == [1.0, 2.0, 3.0]


def test_a_ratio_is_a_share_or_a_percentage(ask):
    """The leaf's unit decides."""
    tables = wide(done=[9.0, 6.0, 112.0], all=[10.0, 9.0, 100.0])
    source = Ratio(numerator="done", denominator="all")
    assert ask(source, tables=tables).value == [0.9, 6 / 9, 1.12]
    assert ask(source, tables=tables, unit="%").value == pytest.approx([90.0, 600 / 9, 112.0])
    assert ask(source, tables=tables, unit="%").x.details["column"].unique().tolist() == ["done", "all"]


def test_a_denominator_of_zero_is_a_problem_with_both_cells(ask, long_values):
    """Nothing to divide by is said, not turned into a number."""
    rows = [
        (unit, name, value) for unit in "123" for name, value in (("done", 1.0), ("all", float(unit) - 1))
    ]
    found = ask(Ratio(numerator="done", denominator="all"), tables={"values": long_values(*rows)})
    assert found.codes == ["ratio.denominator"]
    assert found.problem("ratio.denominator").where == "a!B1; a!B2"
    assert found.value[1:] == [1.0, 0.5]
    assert found.status[0] == NOT_REPORTED


def test_growth_is_compound_and_yearly(ask):
    """9000 to 12644.352 in three years is 12 % a year (source document, 二(六)3)."""
    tables = wide(start=[9000.0, 100.0, 100.0], end=[12644.352, 100.0, np.nan])
    found = ask(Growth(start="start", end="end", years=3.0), tables=tables, unit="%")
    np.testing.assert_allclose(found.value, [12.0, 0.0, np.nan], rtol=1e-12, atol=0)


@given(st.floats(1e-3, 1e9), st.floats(-0.5, 2.0), st.sampled_from([1, 2, 3, 5, 10]))
def test_growth_undoes_compound_interest(start, rate, years):
    """Whatever grew by a rate is found to have grown by it."""
    assert yearly_growth(start, start * (1 + rate) ** years, years) == pytest.approx(
        rate, rel=1e-9, abs=1e-12
    )


@pytest.mark.parametrize(("start", "end"), [(0.0, 5.0), (-3.0, 5.0), (5.0, 0.0)])
def test_growth_from_or_to_nothing_is_a_problem(ask, start, end):
    """A rate of growth needs something to grow."""
    found = ask(Growth(start="s", end="e", years=1.0), tables=wide(s=[start, 1.0, 1.0], e=[end, 1.0, 1.0]))
    assert found.codes == ["growth.sign"]
    assert "东塔镇" in found.problem("growth.sign").what.zh


def test_a_checklist_is_the_weighted_share_that_is_met(ask):
    """Yes and no, ticks and parts; one blank leaves the whole unreported."""
    tables = wide(a=["是", "否", "是"], b=[1, 0.5, 1], c=[True, True, None])
    found = ask(Items(columns=("a", "b", "c"), weights=(1.0, 1.0, 2.0)), tables=tables)
    np.testing.assert_allclose(found.value, [1.0, 0.625, np.nan])


def test_a_checklist_may_be_a_count(ask):
    """Eleven of twelve systems, in percent where the unit says so."""
    found = ask(Items(columns=("n",), of=12.0), tables=wide(n=[11.0, 12.0, 0.0]), unit="%")
    assert found.value == pytest.approx([1100 / 12, 100.0, 0.0])


def test_a_checklist_beyond_its_items_is_a_problem(ask):
    """Thirteen of twelve is a slip of the pen, minus one too."""
    found = ask(Items(columns=("n",), of=12.0), tables=wide(n=[13.0, -1.0, 12.0]))
    assert found.codes == ["items.range", "items.range"]
    assert found.status == [NOT_REPORTED, NOT_REPORTED, REPORTED]


def test_an_item_that_does_not_apply_shortens_the_list(ask):
    """Where the scheme allows it the share is over the others; all exempt is not applicable."""
    exempt = pd.DataFrame({"unit": ["1", "3", "3"], "indicator": ["b", "a", "b"]})
    tables = wide(a=[1, 1, None], b=[None, 0, None]) | {"not_applicable": exempt}
    found = ask(Items(columns=("a", "b")), tables=tables, may_not_apply=True)
    assert (found.value[:2], found.status) == ([1.0, 0.5], [REPORTED, REPORTED, NOT_APPLICABLE])
    assert ask(Items(columns=("a", "b")), tables=tables).codes == ["not_applicable.refused"] * 2


def test_growth_agrees_with_the_checked_value():
    """The row of the check values on average annual growth."""
    path = Path(__file__).parents[1] / "data" / "check_values.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        (row,) = (row for row in csv.DictReader(file) if row["rule"] == "average annual growth")
    assert f"{100 * float(yearly_growth(9000, 12644.352, 3)):.2f}%" == row["expected"]
