"""How well a composite's standard error is itself known, and what is kept of the errors of values."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from township_eval.methods.freedom import satterthwaite
from township_eval.methods.loadings import Loadings, covariance, total_variance

NAN = np.nan


def with_df(found, df):
    """Return the case with degrees of freedom stated for its leaves."""
    return replace(found, errors=replace(found.errors, df=np.array(df, dtype=float)))


def freedom(found):
    """Return degrees of freedom of the index, from its parts."""
    parts = found.propagated()
    variance = [
        total_variance([one for one, of in zip(parts.composite, parts.groups, strict=True) if of == k], n)
        for k, n in enumerate([parts.df.shape[1]] * len(parts.df))
    ]
    return satterthwaite(np.array(variance), parts.df)


def test_equal_parts_add_their_degrees_of_freedom(make):
    """Two equal independent variance parts with 4 degrees of freedom each have 8; one known part: 16."""
    index = {"children": [make.leaf("a", 1), make.leaf("b", 1)]}
    found = make.case(index, [[70, 70], [80, 80]], [[2, 2], [2, 2]])
    assert freedom(with_df(found, [[4, 4], [4, NAN]])) == pytest.approx([8.0, 16.0], rel=1e-9)


def test_weights_decide_whose_degrees_of_freedom_count(make):
    """Parts of the variance are 9 and 1: (10)^2 / (81/4 + 1/20)."""
    index = {"children": [make.leaf("a", 3), make.leaf("b", 1)]}
    found = with_df(make.case(index, [[70], [80]], [[2], [2]]), [[4], [20]])
    assert freedom(found) == pytest.approx([100 / (81 / 4 + 1 / 20)], rel=1e-9)


def test_leaves_of_one_sample_are_one_part(make):
    """The same respondents behind two leaves do not make the error better known: the fewer count."""
    part = Loadings("s", np.array([0]), np.array([0]), np.array([2.0]))
    index = {"children": [make.leaf("a", 1), make.leaf("b", 1)]}
    found = make.case(index, [[70], [80]], [[2], [2]], loadings=((part,), (part,)))
    found = with_df(found, [[4], [20]])
    assert freedom(found) == pytest.approx([4.0])
    assert len(found.propagated().df) == 1


def test_what_is_beyond_the_straight_line_is_as_well_known_as_the_rest(make):
    """A push-forward through a cut leaves a rest; it does not raise the degrees of freedom."""
    cut = {"method": "bands", "bounds": [60], "scores": [70, 100]}
    found = with_df(make.case({"children": [make.leaf("a", scoring=cut)]}, [[60.5]], [[2]]), [[4]])
    assert len(found.propagated().df) == 2
    assert freedom(found)[0] >= 4.0
    assert found.propagated().df[:, 0].tolist() == [4.0, 4.0]


def test_errors_that_count_as_known_have_no_end_of_degrees(make):
    """Without stated degrees of freedom there are infinitely many; a leaf without error has no say."""
    index = {"children": [make.leaf("a", 1), make.leaf("b", 1)]}
    found = make.case(index, [[70, 70], [80, 80]], [[2, 0], [2, 2]])
    assert freedom(found).tolist() == [np.inf, np.inf]
    assert freedom(with_df(found, [[NAN, 3], [NAN, NAN]])).tolist() == [np.inf, np.inf]


def test_the_errors_of_values_are_kept_with_what_they_share(make):
    """Pairs of leaf and unit have the covariance their samples give them."""
    first = Loadings("s", np.array([0, 1]), np.array([0, 0]), np.array([2.0, 1.0]))
    second = Loadings("s", np.array([0]), np.array([0]), np.array([3.0]))
    index = {"children": [make.leaf("a", 1), make.leaf("b", 1)]}
    found = make.case(index, [[70, 60], [80, 90]], [[2, 1], [3, 4]], loadings=((first,), (second,)))
    between = covariance(list(found.propagated().leaves), 4)
    shared = np.outer([2.0, 1.0, 3.0, 0.0], [2.0, 1.0, 3.0, 0.0])
    shared[3, 3] = 16.0
    assert between == pytest.approx(shared, rel=1e-12)
