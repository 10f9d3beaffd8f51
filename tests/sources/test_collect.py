"""Four statuses, told apart for every leaf and unit."""

from typing import get_args

import numpy as np
import pandas as pd
import pytest

from township_eval.inputs import NOT_APPLICABLE, NOT_DUE, NOT_REPORTED, REPORTED
from township_eval.scheme.model import Indicator
from township_eval.scheme.sources import Ratio, Satisfaction, Source
from township_eval.sources import SOURCES

VALUES = {"values": pd.DataFrame({"x": [1.0, None, None]}, index=["1", "2", "3"])}


def exempt(*rows):
    """Return a table not_applicable of unit 2."""
    return {
        "not_applicable": pd.DataFrame(
            [("2", name, "a!C3") for name in rows], columns=["unit", "indicator", "cell"]
        )
    }


def test_every_source_a_scheme_may_state_can_be_asked():
    """The registry and the scheme name the same kinds."""
    assert set(SOURCES) == set(get_args(Source))


def test_reported_not_reported_and_not_applicable_are_three_things(ask):
    """A value, an allowed exemption, a blank."""
    found = ask(tables=VALUES | exempt("x"), may_not_apply=True)
    assert found.status == [REPORTED, NOT_APPLICABLE, NOT_REPORTED]
    np.testing.assert_array_equal(found.value, [1.0, np.nan, np.nan])


def test_nobody_escapes_by_a_stroke(ask):
    """Without the scheme's permission an exemption is a problem at its cell."""
    problem = ask(tables=VALUES | exempt("x")).problem("not_applicable.refused")
    assert (problem.severity, problem.where, "崇兴镇" in problem.what.zh) == ("error", "a!C3", True)


def test_where_the_leaf_does_not_apply_anyway_a_stroke_is_fine(ask):
    """Saying what the scheme says already is no problem."""
    found = ask(tables=VALUES | exempt("x"), applies_to=("1", "3"))
    assert (found.codes, found.status) == ([], [REPORTED, NOT_APPLICABLE, NOT_REPORTED])


@pytest.mark.parametrize("name", ["x", "指标", "done"])
def test_a_derived_leaf_is_exempt_by_its_name_or_a_column(ask, name):
    """The stroke may stand in the column a department fills, or against the indicator itself."""
    tables = {
        "values": pd.DataFrame({"done": [1.0, None, 2.0], "all": [2.0, None, 2.0]}, index=["1", "2", "3"])
    }
    source = Ratio(numerator="done", denominator="all")
    if name == "指标":
        name = "x"
    found = ask(source, tables=tables | exempt(name), may_not_apply=True)
    assert found.status == [REPORTED, NOT_APPLICABLE, REPORTED]
    assert ask(source, tables=tables | exempt(name)).problem("not_applicable.refused").where == "a!C3"


def test_what_is_not_due_is_neither_asked_nor_complained_about(ask):
    """A fourth thing: even an inadmissible stroke waits until the indicator is due."""
    found = ask(tables=VALUES | exempt("x"), due_in=("2019",))
    assert (found.status, found.codes) == ([NOT_DUE] * 3, [])
    assert np.isnan(found.value).all()


def test_what_is_due_in_this_period_is_asked(ask):
    """The period of the inputs decides."""
    assert ask(tables=VALUES, due_in=("2018",)).status == [REPORTED, NOT_REPORTED, NOT_REPORTED]


def test_leaves_come_in_tree_order(ask):
    """Whatever order conditions have them asked in."""
    others = tuple(Indicator(id=name, name=name, weight=1.0, scoring=None) for name in ("c", "a", "b"))
    found = ask(tables=VALUES, others=others, applies_when="b > 0")
    assert list(found.all) == ["x", "c", "a", "b"]


def test_an_evidence_leaf_can_be_exempt_as_a_whole(ask):
    """A unit without residents has no satisfaction."""
    found = ask(Satisfaction(scale=()), tables=exempt("x"), may_not_apply=True)
    assert found.status == [NOT_REPORTED, NOT_APPLICABLE, NOT_REPORTED]


def test_why_something_does_not_apply_is_kept(ask):
    """The reason and the cell of an accepted stroke can be printed beside the blank value."""
    table = pd.DataFrame({"unit": ["2"], "indicator": ["x"], "reason": ["无行政村"], "cell": ["a!C3"]})
    details = ask(tables=VALUES | {"not_applicable": table}, may_not_apply=True).x.details
    assert details[["unit", "column", "reason", "cell"]].to_numpy().tolist() == [
        ["2", "x", "无行政村", "a!C3"]
    ]
    assert details["value"].isna().all()
