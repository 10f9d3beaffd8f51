"""Who is evaluated is settled once, and every doubt is a problem."""

import pandas as pd
import pytest

from township_eval.inputs import Inputs, resolve_units


def resolved(scheme, **tables):
    """Return the units' codes and the problems."""
    units, problems = resolve_units(scheme, Inputs(period="2018", **tables))
    return units, problems


def test_units_of_the_scheme_serve_without_a_table(scheme):
    """The scheme's list is enough."""
    units, problems = resolved(scheme)
    assert (units.codes, units.groups, problems) == (("001", "002", "003"), ("I", "I", "II"), ())


@pytest.mark.parametrize("text", ["003", "白土岗乡", "白土岗", " 白土岗 ", "００３"])
def test_a_unit_is_found_by_code_name_and_alias(scheme, text):
    """All its names lead to the same unit."""
    assert resolved(scheme)[0].find(text) == 2


def test_a_unit_is_never_guessed(scheme):
    """A part of a name finds nobody."""
    assert resolved(scheme)[0].find("白土") is None


def test_the_table_selects_and_orders(scheme):
    """Units of the table come first as listed; those left out are warned of."""
    units, problems = resolved(scheme, units=pd.DataFrame({"unit": ["003", "东塔"]}))
    assert units.codes == ("003", "001")
    assert [(p.severity, p.code) for p in problems] == [("warning", "unit.left_out")]
    assert "崇兴镇" in problems[0].what.zh


def test_faults_of_the_table_are_listed_together(scheme, codes):
    """Unknown, repeated, blank and contradictory rows are each a problem."""
    table = pd.DataFrame({"unit": ["东墖镇", "001", "001", None, "002"], "group": ["", "I", "I", "", "二类"]})
    problems = resolved(scheme, units=table)[1]
    assert codes(problems) == [
        "unit.code", "unit.duplicate", "unit.group", "unit.left_out", "unit.unknown",
    ]  # fmt: skip
    unknown = next(problem for problem in problems if problem.code == "unit.unknown")
    assert "东墖镇" in unknown.what.zh
    assert "东塔镇" in unknown.hint.zh


def test_the_table_alone_is_the_register(scheme_of, leaf):
    """Without units in the scheme the table says everything, classes by id or by name."""
    table = pd.DataFrame(
        {
            "unit": [7, 8],
            "name": ["甲", "乙"],
            "group": ["I", "二类"],
            "kind": ["镇", "乡"],
            "aliases": ["老甲；小甲", None],
        }
    )
    units, problems = resolved(scheme_of(leaf("x"), units=()), units=table)
    assert (units.codes, units.groups, units.kinds, problems) == (("7", "8"), ("I", "II"), ("镇", "乡"), ())
    assert units.find("小甲") == 0


def test_values_alone_name_the_units_of_a_scheme_without_any(scheme_of, leaf):
    """An analyst's frame needs no list of units when there are no classes."""
    scheme = scheme_of(leaf("x"), units=(), groups=())
    units, problems = resolved(scheme, values=pd.DataFrame({"x": [1.0, 2.0]}, index=["b", "a"]))
    assert (units.codes, units.names, problems) == (("b", "a"), ("b", "a"), ())


def test_a_unit_without_class_is_a_problem(scheme_of, leaf, codes):
    """Where there are classes, everybody must be in one of them."""
    table = pd.DataFrame({"unit": ["1", "2"], "group": [None, "III"]})
    _, problems = resolved(scheme_of(leaf("x"), units=()), units=table)
    assert codes(problems) == ["unit.group", "unit.group"]
    assert "III" in problems[1].what.en


def test_a_name_of_two_units_is_a_problem_and_finds_nobody(scheme_of, leaf, codes):
    """What fits two townships is not given to the first of them."""
    table = pd.DataFrame({"unit": ["1", "2"], "name": ["城关镇", "城关镇"]})
    units, problems = resolved(scheme_of(leaf("x"), units=(), groups=()), units=table)
    assert codes(problems) == ["unit.ambiguous"]
    assert (units.find("城关镇"), units.find("2")) == (None, 1)


def test_nobody_to_evaluate_is_a_problem(scheme_of, leaf, codes):
    """No units anywhere is said in so many words."""
    assert codes(resolved(scheme_of(leaf("x"), units=(), groups=()))[1]) == ["unit.none"]


def test_a_table_of_units_without_codes_is_a_problem(scheme_of, leaf, codes):
    """Row numbers are no codes."""
    problems = resolved(scheme_of(leaf("x"), units=()), units=pd.DataFrame({"name": ["甲", "乙"]}))[1]
    assert codes(problems) == ["table.column_missing", "unit.none"]
