"""The benchmark of drawn weights measures what it says it does."""

from __future__ import annotations

import numpy as np

from benchmarks.drawn_weights import evaluation, floor, ranks_of, whole


def test_both_sides_do_the_same_work() -> None:
    """Floor and package rank every township in every draw; the quantiles follow from the ranks."""
    case = evaluation(20, 10)
    ranks = ranks_of(case, 30)()
    assert ranks.shape == (30, 20)
    assert floor(case, 30)().shape == (30, 20)
    np.testing.assert_array_equal(whole(case, 30)["rank"], case.standing.rank)
