"""Rows of evidence find their unit and their indicator, or are reported."""

import pandas as pd

from township_eval.inputs import Inputs, prepare
from township_eval.scheme.sources import Ratings, Satisfaction


def prepared_with(scheme, **tables):
    """Return the prepared inputs with values that nobody can complain about."""
    values = pd.DataFrame({"water": [1.0, 1.0, 1.0]}, index=["001", "002", "003"])
    return prepare(scheme, Inputs(period="2018", values=values, **tables))


def test_rows_know_their_unit_and_strangers_are_left_out(scheme):
    """Any name of a unit will do, rows stand by unit; an unknown one is a problem with its row."""
    ratings = pd.DataFrame({"unit": ["白土岗", "东塔镇", "火星"], "rater": "甲", "score": [1, 2, 3]})
    prepared = prepared_with(scheme, ratings=ratings)
    assert prepared.tables["ratings"]["i"].tolist() == [0, 2]
    assert [(p.code, p.where) for p in prepared.problems] == [("unit.unknown", "ratings[2] unit 火星")]


def test_a_table_two_leaves_could_claim_must_say_whose(scheme_of, leaf, codes):
    """With two panels a rating without an indicator belongs to nobody."""
    scheme = scheme_of(leaf("water"), leaf("one", Ratings()), leaf("two", Ratings()))
    ratings = pd.DataFrame({"unit": ["001"], "rater": ["甲"], "score": [80]})
    assert codes(prepared_with(scheme, ratings=ratings).problems) == ["table.indicator_missing"]
    told = prepared_with(scheme, ratings=ratings.assign(indicator="two"))
    assert told.problems == ()
    assert (len(told.rows("ratings", "one")), len(told.rows("ratings", "two"))) == (0, 1)


def test_an_unknown_indicator_is_suggested(scheme_of, leaf):
    """The name of another kind of leaf is not one of this table's."""
    scheme = scheme_of(
        leaf("water"), leaf("panel", Ratings(), name="第三方"), leaf("mood", Satisfaction(scale=()))
    )
    ratings = pd.DataFrame(
        {"unit": ["001", "001"], "rater": ["甲", "乙"], "score": [80, 81], "indicator": ["第三方", "panell"]}
    )
    prepared = prepared_with(scheme, ratings=ratings)
    assert prepared.tables["ratings"]["indicator"].tolist() == ["panel"]
    (problem,) = prepared.problems
    assert (problem.code, "panel" in problem.hint.en) == ("table.indicator_unknown", True)


def test_a_table_without_a_needed_column_is_left_out(scheme, codes):
    """Nothing is computed from half a table."""
    prepared = prepared_with(
        scheme, satisfaction=pd.DataFrame({"unit": ["001"], "anwser": ["满意"], "count": [1]})
    )
    assert codes(prepared.problems) == ["table.column_missing", "table.column_unknown"]
    assert "satisfaction" not in prepared.tables


def test_tables_of_later_steps_pass_through(scheme):
    """What no source reads yet is kept as it is."""
    tasks = pd.DataFrame({"task": ["T01"], "lead": ["编办"]})
    assert prepared_with(scheme, tasks=tasks).tables["tasks"]["task"].tolist() == ["T01"]
