"""Parameters said in words and looked through."""

import numpy as np
import pytest

from township_eval.language import Text
from township_eval.methods.scoring.phrases import find_faults, said
from township_eval.methods.varying import Case, Varying


def _too_large(x, y=0.0):
    if x + (y or 0.0) > 10:
        yield Text("太大", "too large")


def test_numbers_are_said_as_written():
    """No float noise, no thousand zeros."""
    assert [said(value).zh for value in (98.0, 0.1, 1700, 12.5)] == ["98", "0.1", "1700", "12.5"]


def test_cases_are_listed_and_long_lists_cut():
    """A mapping by nine units says eight and counts the rest; a code and its number do not run together."""
    value = Varying(tuple(Case(f"64018110{i}", 100.0 * i) for i in range(9)), default=0.0)
    assert said(value, bare=True).zh.startswith("640181100为0,640181101为100,")
    assert said(value, bare=True).zh.endswith(",另有1种情况,其余0")


def test_nested_cases():
    """By period first, by class within."""
    value = Varying((Case("2018-H1", Varying((Case("一类", 95.0),), default=90.0)),), default=100.0)
    assert said(value, bare=True).zh == "2018-H1为(一类95,其余90),其余100"
    assert said(value).en == "((95 for 一类, otherwise 90) for 2018-H1, otherwise 100)"


def test_arrays_and_words():
    """A filled-in array is not printed number by number; words of a scheme are said in words."""
    assert said(np.arange(3.0)).en == "the value set for each unit"
    assert said("proportional").zh == "按比例得分"
    assert said(None).en == "none"


def test_faults_are_found_in_every_case():
    """Each fault once, with all the places it is found in."""
    value = Varying((Case("一类", 11.0), Case("二类", 1.0), Case("三类", 12.0)), default=2.0)
    assert [text.zh for text in find_faults(_too_large, value)] == ["太大(一类;三类)"]
    assert find_faults(_too_large, Varying((Case("一类", 1.0),))) == ()


def test_cases_of_two_parameters_meet():
    """By period here and by class there: the combination is judged."""
    by_period = Varying((Case("2018-H1", 6.0),), default=1.0)
    by_class = Varying((Case("一类", 6.0),), default=1.0)
    assert [text.zh for text in find_faults(_too_large, by_period, by_class)] == ["太大(2018-H1、一类)"]


def test_two_classes_never_meet():
    """A unit is in one class: what class one has here and class two there is no combination."""
    one, two = Varying((Case("一类", 9.0),), default=1.0), Varying((Case("二类", 9.0),), default=1.0)
    assert find_faults(_too_large, one, two) == ()


def test_a_fault_of_one_key_is_not_repeated_for_pairs():
    """What the period alone explains is said of the period alone; the default is called otherwise."""
    by_period = Varying((Case("2018-H1", 11.0),), default=1.0)
    by_class = Varying((Case("一类", 0.5), Case("二类", 0.6)), default=0.7)
    assert [text.en for text in find_faults(_too_large, by_period, by_class)] == ["too large (2018-H1)"]
    assert [text.en for text in find_faults(_too_large, Varying((Case("一类", 1.0),), default=11.0))] == [
        "too large (otherwise)"
    ]


def test_a_mapping_without_default_is_judged_where_it_has_values():
    """What is not stated is not judged here; `check` reports it."""
    assert find_faults(_too_large, Varying((Case("一类", 1.0),))) == ()
    assert [text.en for text in find_faults(_too_large, Varying((Case("一类", 11.0),)))] == ["too large"]


@pytest.mark.parametrize("value", [np.array([1.0, 11.0]), (1.0, np.inf)])
def test_arrays_and_tuples_are_looked_through(value):
    """Arrays by position, tuples by element."""
    judge = _too_large if isinstance(value, np.ndarray) else lambda _: ()
    assert len(find_faults(judge, value)) == 1


def test_many_units_in_two_parameters_stay_cheap():
    """Two mappings by 3,000 units are not compared all with all."""
    value = Varying(tuple(Case(str(i), 6.0) for i in range(3000)), default=1.0)
    calls = []

    def count(x, y):
        calls.append((x, y))
        return ()

    find_faults(count, value, value)
    assert len(calls) == 3001
    assert (6.0, 6.0) in calls
