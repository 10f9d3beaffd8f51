"""Whether raters link all units of a panel."""

import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from township_eval.methods.ratings import DisconnectedError, Group, additive, connected, icc

NAN = np.nan


def test_a_chain_of_raters_links_units_that_share_none():
    """A marks units 0 and 1, B marks 1 and 2: 0 and 2 are linked over unit 1."""
    assert connected([[80, NAN], [75, 78], [NAN, 90]]) == (Group((0, 1, 2), (0, 1)),)


def test_groups_are_told_with_their_members(raters):
    """The panel of two halves gives two groups, in the order of their units."""
    groups = connected(raters.panel("disconnected"))
    assert groups == (Group(tuple(range(6)), (0, 1, 2)), Group(tuple(range(6, 12)), (3, 4, 5)))


def test_units_and_raters_without_ratings_are_in_no_group():
    """An empty row or column splits nothing."""
    assert connected([[80, NAN, 82], [NAN, NAN, NAN], [70, NAN, 71]]) == (Group((0, 2), (0, 2)),)
    assert connected(np.full((2, 2), NAN)) == ()


@pytest.mark.parametrize("method", [additive, icc])
def test_a_disconnected_panel_is_refused_with_its_groups(raters, method):
    """What cannot be told apart is not computed; the error carries the groups and survives pickling."""
    with pytest.raises(DisconnectedError, match="6 units with 3 raters") as caught:
        method(raters.panel("disconnected"))
    assert [len(group.units) for group in caught.value.groups] == [6, 6]
    assert pickle.loads(pickle.dumps(caught.value)).groups == caught.value.groups


@pytest.mark.parametrize(
    ("m", "match"), [([1.0, 2.0], "matrix"), ([[1.0, np.inf], [1.0, 2.0]], "unit 0 by rater 1")]
)
def test_what_is_no_panel_is_refused(m, match):
    """A vector, or an infinite rating, is named."""
    with pytest.raises(ValueError, match=match):
        connected(m)


@given(arrays(np.bool_, (5, 4)), st.permutations(range(5)))
def test_groups_do_not_depend_on_the_order_of_units(given_ones, order):
    """The same units stand together however the rows are arranged, and every rated unit stands once."""
    panel = np.where(given_ones, 80.0, NAN)
    moved = {frozenset(order[i] for i in group.units) for group in connected(panel[order])}
    assert moved == {frozenset(group.units) for group in connected(panel)}
    assert sorted(i for units in moved for i in units) == np.flatnonzero(given_ones.any(axis=1)).tolist()
