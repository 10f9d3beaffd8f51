"""The scheme says which columns there may be."""

import pytest

from township_eval.inputs.entries.columns import KeyBook, column_uses
from township_eval.scheme.model import Override
from township_eval.scheme.sources import Items, Measured, Milestone, Ratio


def test_every_column_of_every_source_is_known(scheme):
    """In tree order, with what it holds and who reads it."""
    uses = column_uses(scheme)
    assert [(use.name, use.kind) for use in uses.values()] == [
        ("water", "number"),
        ("done", "number"),
        ("all", "number"),
        ("start", "number"),
        ("end", "number"),
        ("a", "yes_no"),
        ("b", "yes_no"),
        ("finished", "date"),
    ]
    assert uses["all"].leaves == ("rate",)


def test_columns_of_overrides_and_conditions_are_known_too(scheme_of, leaf):
    """A class may be measured in another way, and a condition may ask for a column of its own."""
    other = Override(who="II", reason="无自来水厂", fields=(("source", Measured(column="well")),))
    scheme = scheme_of(leaf("x", overrides=(other,)), leaf("y", applies_when="vacancies > 0 and x < 5"))
    assert {name: use.leaves for name, use in column_uses(scheme).items()} == {
        "x": ("x",),
        "well": ("x",),
        "y": ("y",),
        "vacancies": (),
    }


def test_filtered_ratios_and_fixed_days_read_no_column_of_values(scheme_of, leaf):
    """A roster's columns are not the values' columns, a date is no column, a count is a number."""
    scheme = scheme_of(
        leaf("x", Ratio(numerator="a", denominator="b", where="c > 1")),
        leaf("y", Milestone(due="due", done="done")),
        leaf("z", Items(columns=("n",), of=12.0)),
    )
    assert [(use.name, use.kind) for use in column_uses(scheme).values()] == [
        ("due", "date"),
        ("done", "date"),
        ("n", "number"),
    ]


@pytest.mark.parametrize("label", ["water", "自来水普及率", "普及率"])
def test_a_measured_column_is_found_by_id_name_and_alias(scheme, label):
    """All names an indicator goes by lead to its column."""
    assert KeyBook(scheme).key(label) == ("water", "")


def test_a_name_that_two_indicators_share_is_not_theirs(scheme_of, leaf):
    """What fits two columns is given to neither."""
    book = KeyBook(scheme_of(leaf("x", name="覆盖率"), leaf("y", name="覆盖率")))
    assert book.key("覆盖率") is None


@pytest.mark.parametrize(("label", "hint"), [("rate", "done"), ("mood", "evidence"), ("watr", "water")])
def test_an_unknown_column_is_told_what_to_do(scheme, label, hint):
    """A derived indicator names its columns, one from a table its table, a slip its neighbor."""
    book = KeyBook(scheme)
    assert book.key(label) is None
    assert hint in book.unknown(label, "values").hint.en
