"""Shares and sums over the rows of a roster."""

import pandas as pd
import pytest

from township_eval.inputs import NOT_APPLICABLE, NOT_REPORTED, REPORTED
from township_eval.scheme.sources import Ratio, ShareOfPersons

CADRES = pd.DataFrame(
    {
        "unit": ["1", "1", "1", "1", "2", "2", "3"],
        "days": [12, 30, 11.9, 12.0, 5, 6, 12],
        "post": ["干部"] * 6 + ["村干部"],
    }
)
VILLAGES = pd.DataFrame(
    {
        "unit": ["1", "1", "1", "2", "2"],
        "population": [1800, 1500, 900, 800, 700],
        "demand": ["是", "是", "是", "是", "否"],
        "enrolled": [30, 10, 0, 0, 0],
        "children": [40, 10, 25, 30, 20],
    }
)
COVERAGE = Ratio(numerator="enrolled", denominator="children", where='population >= 1500 and demand == "是"')


def test_the_share_of_persons_includes_the_bound(ask):
    """Twelve days are at least twelve days; n counts the persons."""
    found = ask(ShareOfPersons(column="days", at_least=12.0), unit="%", tables={"roster": CADRES})
    assert (found.value, found.x.n.tolist()) == ([75.0, 0.0, 100.0], [4.0, 2.0, 1.0])


def test_persons_may_be_picked_by_a_condition(ask):
    """A unit none of whose rows is meant is excused."""
    source = ShareOfPersons(column="days", at_least=12.0, where='post == "干部"')
    found = ask(source, tables={"roster": CADRES})
    assert (found.value[:2], found.status) == ([0.75, 0.0], [REPORTED, REPORTED, NOT_APPLICABLE])


def test_a_blank_leaves_the_unit_unreported(ask):
    """A person without days is neither trained nor untrained; the row is named."""
    found = ask(
        ShareOfPersons(column="days", at_least=12.0),
        tables={"roster": CADRES.assign(days=[12, None, *[12] * 5])},
    )
    assert found.status == [NOT_REPORTED, REPORTED, REPORTED]
    warning = found.problem("roster.blank")
    assert (warning.severity, warning.where) == ("warning", "roster[1]")


def test_a_ratio_over_filtered_rows_divides_the_sums(ask):
    """Forty of fifty children of the villages that count; a unit without such villages is excused."""
    found = ask(COVERAGE, tables={"roster": VILLAGES}, unit="%")
    assert (found.value[0], found.status) == (80.0, [REPORTED, NOT_APPLICABLE, NOT_REPORTED])


def test_a_unit_without_any_row_is_excused_only_where_the_scheme_says(ask):
    """Not handing in the roster is no way out of an indicator."""
    found = ask(COVERAGE, tables={"roster": VILLAGES}, may_not_apply=True)
    assert found.status == [REPORTED, NOT_APPLICABLE, NOT_APPLICABLE]


def test_a_village_that_cannot_be_judged_is_a_problem(ask):
    """Leaving the population blank must not make a village vanish."""
    found = ask(COVERAGE, tables={"roster": VILLAGES.assign(population=[1800, None, 900, 800, 700])})
    problem = found.problem("roster.undecided")
    assert (problem.severity, problem.where) == ("error", "roster[1]")


def test_rows_about_something_else_are_not_judged(ask):
    """Persons and villages may stand in one roster."""
    both = pd.concat([VILLAGES, CADRES], ignore_index=True)
    found = ask(COVERAGE, tables={"roster": both})
    assert (found.value[0], found.codes) == (0.8, [])


@pytest.mark.parametrize(
    ("column", "entry", "code"),
    [
        ("children", "约40", "roster.not_a_number"),
        ("children", 0, "ratio.denominator"),
        ("enrolled", None, "roster.blank"),
    ],
)
def test_faulty_entries_of_a_chosen_row_are_reported(ask, column, entry, code):
    """Text, nothing to divide by, and a blank: each in its own words."""
    faulty = VILLAGES.astype({column: object}).head(1)
    faulty[column] = pd.Series([entry], dtype=object)
    found = ask(COVERAGE, tables={"roster": faulty})
    assert (code in found.codes, found.status[0]) == (True, NOT_REPORTED)


def test_a_missing_column_of_the_roster_is_named_once(ask):
    """With the column that looks most like it."""
    found = ask(COVERAGE, tables={"roster": VILLAGES.rename(columns={"population": "popluation"})})
    problem = found.problem("roster.column_missing")
    assert "popluation" in problem.hint.en


def test_cells_of_the_chosen_rows_are_kept(ask):
    """The value can be traced to the villages it rests on."""
    cells = [f"a!B{row}" for row in range(len(VILLAGES))]
    found = ask(COVERAGE, tables={"roster": VILLAGES.assign(cell=cells)})
    assert found.x.cells == ("a!B0; a!B1", "", "")
    assert found.x.details["cell"].tolist() == ["a!B0", "a!B1"]
