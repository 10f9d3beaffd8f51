"""Whom a leaf applies to is settled before anybody is asked."""

import pandas as pd
import pytest

from township_eval.inputs import NOT_APPLICABLE, NOT_DUE, NOT_REPORTED, REPORTED
from township_eval.methods.varying import Case, Varying
from township_eval.scheme.model import Dimension, Indicator, Override, Site
from township_eval.scheme.sources import Measured, Ratio

VALUES = {"values": pd.DataFrame({"x": [1.0, None, 3.0], "vacancies": [2, 0, None]}, index=["1", "2", "3"])}


def other(**fields):
    """Return another leaf, so that the column of the condition is a known one."""
    return Indicator(**{"id": "vacancies", "name": "空编", "weight": 1.0, "scoring": None} | fields)


@pytest.mark.parametrize("names", [("1", "3"), ("东塔", "白土岗乡"), ("城关",)])
def test_named_units_are_meant_by_any_name_and_by_sites(ask, names):
    """Code, alias, name, and a place that stands for two units."""
    sites = {"sites": (Site("城关", ("东塔镇", "3")),)}
    found = ask(tables=VALUES, applies_to=names, others=(other(),), scheme=sites)
    assert (found.status, found.codes) == ([REPORTED, NOT_APPLICABLE, REPORTED], [])


def test_a_name_of_nobody_is_a_problem(ask):
    """A misspelt township must not silently be let off."""
    found = ask(tables=VALUES, applies_to=("东塔镇", "白土岗"), others=(other(),))
    assert "白土岗乡" in found.problem("applies_to.unknown").hint.zh


def test_weight_zero_lets_a_class_off_without_complaint(ask):
    """No problem is looked for where nothing is weighed: a zero denominator there is fine."""
    weight = Varying((Case("II", 1.0),), default=0.0)
    tables = {"values": pd.DataFrame({"a": [1.0, 1.0, 3.0], "b": [0.0, 0.0, 4.0]}, index=["1", "2", "3"])}
    found = ask(Ratio(numerator="a", denominator="b"), tables=tables, weight=weight)
    assert (found.status, found.value[2], found.codes) == (
        [NOT_APPLICABLE, NOT_APPLICABLE, REPORTED],
        0.75,
        [],
    )


def test_what_is_above_counts_too(ask):
    """A dimension that weighs nothing, applies elsewhere, or is not due takes its leaves along."""
    leaf = Indicator(id="y", name="y", weight=1.0, scoring=None)
    block = {"id": "block", "name": "", "children": (leaf,), "aggregation": None, "weight": 1.0}
    tables = {"values": pd.DataFrame({"x": [1.0] * 3, "y": [1.0] * 3}, index=["1", "2", "3"])}
    for fields, status in (
        ({"weight": Varying((Case("I", 0.0),), default=1.0)}, [NOT_APPLICABLE, NOT_APPLICABLE, REPORTED]),
        ({"applies_to": ("崇兴镇",)}, [NOT_APPLICABLE, REPORTED, NOT_APPLICABLE]),
        ({"applies_when": "x > 5"}, [NOT_APPLICABLE] * 3),
        ({"due_in": ("2019",)}, [NOT_DUE] * 3),
    ):
        found = ask(tables=tables, others=(Dimension(**block | fields),))
        assert found.all["y"].status.tolist() == status


def test_a_condition_on_another_value_decides(ask):
    """Whoever has no vacancy is let off; where that is not known it is a problem, and not a way out."""
    found = ask(tables=VALUES, applies_when="vacancies > 0", others=(other(),))
    assert found.status == [REPORTED, NOT_APPLICABLE, NOT_REPORTED]
    problem = found.problem("applies_when.unknown")
    assert (problem.severity, "白土岗乡" in problem.what.zh, "vacancies" in problem.hint.zh) == (
        "error",
        True,
        True,
    )


def test_a_condition_may_ask_for_a_derived_value(ask):
    """Also of a leaf that comes later, and in the form value(id)."""
    rate = other(id="rate", source=Ratio(numerator="a", denominator="b"))
    columns = {"x": [1.0] * 3, "a": [1.0, 3.0, 4.0], "b": [4.0] * 3}
    tables = {"values": pd.DataFrame(columns, index=["1", "2", "3"])}
    found = ask(tables=tables, applies_when="value(rate) >= 0.75", others=(rate,))
    assert found.status == [NOT_APPLICABLE, REPORTED, REPORTED]


def test_conditions_in_a_circle_cannot_be_decided(ask):
    """Two leaves that wait for each other are a problem and no endless loop."""
    source = Ratio(numerator="a", denominator="b")
    tables = {"values": pd.DataFrame({"a": [1.0] * 3, "b": [1.0] * 3}, index=["1", "2", "3"])}
    back = other(id="y", source=source, applies_when="x > 0")
    found = ask(source, tables=tables, applies_when="y > 0", others=(back,))
    assert set(found.codes) == {"applies_when.unknown"}


def test_a_class_may_be_measured_in_another_way(ask):
    """An override of the source asks each class its own question, of one leaf."""
    well = Override(who="II", reason="无水厂", fields=(("source", Measured(column="well")),))
    tables = {
        "values": pd.DataFrame({"x": [1.0, 2.0, 9.0], "well": [None, None, 3.0]}, index=["1", "2", "3"])
    }
    found = ask(tables=tables, overrides=(well,))
    assert (found.value, found.status) == ([1.0, 2.0, 3.0], [REPORTED] * 3)


def test_one_unit_may_be_measured_in_another_way(ask):
    """An override for a unit reaches it by any of its names."""
    well = Override(who="东塔", reason="无水厂", fields=(("source", Measured(column="well")),))
    tables = {
        "values": pd.DataFrame({"x": [1.0, 2.0, 9.0], "well": [7.0, None, None]}, index=["1", "2", "3"])
    }
    assert ask(tables=tables, overrides=(well,)).value == [7.0, 2.0, 9.0]
