"""The bound of many comparisons: finite at every level that is asked for."""

from __future__ import annotations

import numpy as np
import pytest

from township_eval.methods.ranksets.critical.independent import pairwise
from township_eval.methods.ranksets.critical.studentized import tukey_kramer


@pytest.mark.parametrize("side", ["both", "upper"])
def test_the_smallest_level_of_many_pairs_has_a_critical_value(side: str) -> None:
    """One part in a million million shared among half a million pairs is still a tail, not infinity."""
    values = [pairwise(1.0 - 1e-12, pairs, side) for pairs in (1, 1000, 500_000)]
    assert np.isfinite(values).all()
    assert values == sorted(values)
    assert values[-1] < 10.0
    assert np.isfinite(tukey_kramer([1000], 1.0 - 1e-12))
