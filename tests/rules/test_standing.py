"""Composite points and ranks from index scores."""

from __future__ import annotations

import numpy as np
import pytest

import township_eval as te
from township_eval.rules.standing import points_of, rank_units


def scheme(**more):
    """Return a scheme of one leaf."""
    return te.read_scheme(
        {
            "name": "s",
            "version": "1",
            "index": {"children": [{"id": "a", "weight": more.get("scale", 100)}]},
            **more,
        }
    )


@pytest.mark.parametrize(("scale", "digits", "expected"), [(100, 2, 92.27), (1000, 1, 922.7), (1, 3, 0.923)])
def test_the_composite_is_the_index_on_the_scheme_s_scale(scale, digits, expected):
    """Rounded half up to the scheme's digits."""
    assert points_of(scheme(scale=scale, digits=digits), np.array([92.265])).tolist() == [expected]


def test_ranks_count_better_units_overall_and_in_the_class():
    """Ties share the best rank; who has no score has no rank."""
    rank, in_group = rank_units(
        scheme(), np.array([90.0, 95.0, 90.0, np.nan]), np.zeros(4), ["I", "II", "II", "I"]
    )
    assert rank.tolist()[:3] == [2.0, 1.0, 2.0]
    assert in_group.tolist()[:3] == [1.0, 1.0, 2.0]
    assert np.isnan([rank[3], in_group[3]]).all()


def test_a_ledger_moves_ranks():
    """Ranks follow adjusted points."""
    rank, _ = rank_units(scheme(), np.array([90.0, 89.0]), np.array([0.0, 1.5]), ["", ""])
    assert rank.tolist() == [2.0, 1.0]
