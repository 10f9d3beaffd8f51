"""The benchmark of coverage counts what it says."""

import math

import pytest

from benchmarks.coverage import FREEDOM, LEVEL, TRUTHS, coverage_of

SETS = 300


@pytest.mark.parametrize("truth", TRUTHS)
@pytest.mark.parametrize("df", FREEDOM)
def test_sets_reach_their_level(truth: str, df: float) -> None:
    """Marginal and simultaneous coverage reach the level less three Monte-Carlo errors."""
    found = coverage_of(truth, df, SETS)
    least = LEVEL - 3.0 * math.sqrt(LEVEL * (1.0 - LEVEL) / SETS)
    assert min(found.marginal, found.simultaneous) >= least
    assert 1.0 < found.size < 12.0 + 1e-9
