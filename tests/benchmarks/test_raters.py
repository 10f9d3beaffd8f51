"""The benchmark of raters counts what it says."""

import math

from benchmarks.raters import movers

SETS = 30


def test_false_movers_stay_at_their_level() -> None:
    """No more than the level and three Monte-Carlo errors, where supposing the same severity names many."""
    found = movers(10, 10, 0.0, SETS)
    assert found.share["estimated"] <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / SETS)
    assert found.share["same"] > found.share["estimated"]
    assert found.width["same"] < found.width["estimated"]
