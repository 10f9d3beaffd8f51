"""What the inputs call not applicable is put where it belongs."""

import pandas as pd
import pytest

from township_eval.inputs import Inputs, prepare

VALUES = pd.DataFrame({"water": [98.0, None, 97.0], "done": [1.0, 1.0, 1.0]}, index=["001", "002", "003"])


def prepared_with(scheme, *rows):
    """Return the prepared inputs with these rows of not_applicable."""
    table = pd.DataFrame(rows, columns=["unit", "indicator", "part"])
    return prepare(scheme, Inputs(period="2018", values=VALUES, not_applicable=table))


@pytest.mark.parametrize(
    ("indicator", "part", "key"),
    [
        ("water", None, ("water", "")),
        ("普及率", None, ("water", "")),
        ("mood", None, ("mood", "")),
        ("all", None, ("all", "")),
        ("rate", "all", ("rate", "all")),
    ],
)
def test_an_exception_names_a_leaf_a_column_or_a_part(scheme, indicator, part, key):
    """Whatever is exempt is marked under its own key, for the one unit."""
    prepared = prepared_with(scheme, ("崇兴镇", indicator, part))
    assert prepared.problems == ()
    assert prepared.columns.not_applicable[key].tolist() == [False, True, False]


def test_faults_of_the_table_are_listed(scheme, codes):
    """Unknown unit, unknown indicator, and a value beside the exemption, naming both."""
    prepared = prepared_with(scheme, ("无名", "water", None), ("001", "watre", None), ("003", "water", None))
    assert codes(prepared.problems) == ["not_applicable.unknown", "not_applicable.with_value", "unit.unknown"]
    both = next(p for p in prepared.problems if p.code == "not_applicable.with_value")
    assert "not_applicable[2]" in both.where
    assert "97" in both.what.en
