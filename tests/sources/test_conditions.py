"""Conditions on rows and values are true, false or unknown."""

import numpy as np
import pandas as pd
import pytest

from township_eval.sources.conditions import applies_when, holds

ROWS = pd.DataFrame({"people": [1500.0, 1499.0, None], "demand": ["是", None, "否"], "code": [1, 2, 3]})


@pytest.mark.parametrize(
    ("text", "truth"),
    [
        ("people >= 1500", [1, 0, np.nan]),
        ('demand == "是"', [1, np.nan, 0]),
        ('people >= 1500 and demand == "是"', [1, 0, 0]),
        ('people >= 1500 or demand == "是"', [1, np.nan, np.nan]),
        ("not people >= 1500", [0, 1, np.nan]),
    ],
)
def test_a_blank_makes_a_row_unknown_unless_the_rest_decides(text, truth):
    """Three-valued, as in the condition language."""
    found, missing = holds(text, ROWS)
    np.testing.assert_array_equal(found, truth)
    assert missing == ()


def test_columns_that_are_missing_are_named():
    """Nothing can be told without them."""
    found, missing = holds("people > 5 and pupils > 3", ROWS)
    assert (np.isnan(found).all(), missing) == (True, ("pupils",))


def test_values_are_asked_for_by_name_or_by_value():
    """Other functions of the language are known only after scoring: unknown here."""
    values = {"a": np.array([1.0, 2.0])}
    assert applies_when("a > 1 and value(a) > 1", values.__getitem__, 2)[0].tolist() == [0.0, 1.0]
    assert np.isnan(applies_when("coverage(a) > 0.5", values.__getitem__, 2)[0]).all()
