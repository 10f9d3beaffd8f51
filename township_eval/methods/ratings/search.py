"""Where the derivative of a likelihood in a ratio of variances is zero."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

__all__ = ["root"]

# Relative width at which a ratio counts as found.
_TIGHT: Final = 1e-13

_STEPS: Final = 200
_LARGEST_RATIO: Final = 1e12  # beyond it the residual is not to be told from rounding


def root(slope: Callable[[float], float], start: float) -> float:
    """Return where a slope turns from falling to rising: 0 where it never falls, 1e12 where it never rises.

    Parameters
    ----------
    slope : callable
        Slope at a ratio of 0 or more.
    start : float
        Where to begin, the solution of a similar problem.

    Notes
    -----
    Source: Dowell and Jarratt (1971), "A modified regula falsi method", BIT 11 (Illinois variant).

    Examples
    --------
    >>> root(lambda ratio: ratio**2 - 9.0, 1.0), root(lambda ratio: ratio, 1.0)
    (3.0, 0.0)
    """
    if slope(0.0) >= 0:
        return 0.0
    high = start if start > 0 else 1.0
    while slope(high) < 0:
        high *= 4.0
        if high > _LARGEST_RATIO:
            return _LARGEST_RATIO
    low = high / 4.0
    while slope(low) >= 0:
        high, low = low, low / 4.0
    return _between(slope, low, high)


def _between(slope: Callable[[float], float], low: float, high: float) -> float:
    """Return the root between two ends of opposite sign: false position, Illinois variant."""
    ends = np.array([low, high])
    at = np.array([slope(low), slope(high)])
    moved = -1
    for _ in range(_STEPS):
        middle = float((ends[0] * at[1] - ends[1] * at[0]) / (at[1] - at[0]))
        found = slope(middle)
        side = int(found >= 0)
        narrow = abs(ends[side] - middle) <= _TIGHT * middle
        ends[side], at[side] = middle, found
        if found == 0 or narrow:
            return middle
        if side == moved:  # the other end stands still: halve its weight
            at[1 - side] /= 2
        moved = side
    return middle
