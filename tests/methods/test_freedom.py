"""How well the error of a difference is known."""

from __future__ import annotations

import numpy as np
import pytest

from township_eval.methods.freedom import pairwise_freedom
from township_eval.methods.loadings import Loadings


def test_independent_units_are_compared_as_by_welch() -> None:
    """Variances 4 and 1 with 5 and 9 degrees of freedom: 25 / (16/5 + 1/9)."""
    errors = Loadings("s", np.array([0, 1]), np.array([0, 1]), np.array([2.0, 1.0]))
    df = pairwise_freedom(errors, np.zeros(2, dtype=np.intp), np.array([[5.0, 9.0]]))
    assert df[0, 1] == df[1, 0] == pytest.approx(25 / (16 / 5 + 1 / 9), rel=1e-12)


def test_what_two_units_share_is_compared_as_in_pairs() -> None:
    """Five raters marked both: what they do not share of the difference has their 4 degrees of freedom."""
    errors = Loadings("s", np.array([0, 1, 0, 1]), np.array([0, 0, 1, 2]), np.array([3.0, 3.0, 1.0, 1.0]))
    df = pairwise_freedom(errors, np.zeros(3, dtype=np.intp), np.array([[4.0, 4.0]]))
    assert df[0, 1] == pytest.approx(4.0)


def test_a_known_part_raises_the_degrees_of_freedom() -> None:
    """Of the difference's variance 8 + 2 only 8 is estimated, with 4 each side: 100 / (16/4 + 16/4)."""
    errors = Loadings("s", np.array([0, 1, 0, 1]), np.arange(4), np.array([2.0, 2.0, 1.0, 1.0]))
    df = pairwise_freedom(errors, np.array([0, 0, 1, 1]), np.array([[4.0, 4.0], [np.inf, np.inf]]))
    assert df[0, 1] == pytest.approx(100 / 8)


def test_units_without_errors_are_compared_exactly() -> None:
    """No variance: degrees of freedom are infinite, not undefined."""
    nothing = Loadings("s", *(np.empty(0, dtype=np.intp),) * 2, np.empty(0))
    assert np.isinf(pairwise_freedom(nothing, np.empty(0, dtype=np.intp), np.full((1, 2), 4.0))).all()
