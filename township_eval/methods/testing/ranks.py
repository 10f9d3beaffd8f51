"""Is a unit truly among the last, or the first: rank limits that hold for all units together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from township_eval.methods.testing.levels import LEAST_P
from township_eval.methods.varying import Array

__all__ = ["rank_p"]

# A rank that is not shown at even odds is not shown; up to there the level is narrowed to 0.1 %.
_MOST_ALPHA: Final = 0.5
_CLOSE: Final = 1e-3

RankLimits: TypeAlias = Callable[[float], tuple[NDArray[Any], NDArray[Any]]]
Shows: TypeAlias = Callable[[NDArray[Any], NDArray[Any]], Any]


def rank_p(limits: RankLimits, shows: Shows, n_units: int) -> Array:
    """Return the smallest level at which the rank limits show a claim, simultaneous over the units.

    Parameters
    ----------
    limits : callable
        ``alpha -> (lower, upper)``, rank limits (n_units,) that each hold for all units together with at
        least ``1 - alpha``: those of `methods.ranksets.simultaneous` with ``side`` "lower" and "upper", NaN
        for a unit that is not ranked. Asked some twenty times per unit, so without simulation.
    shows : callable
        Takes lower and upper limits (n_units,) and says of whom they show the claim: of the last three
        of twelve ``lambda lower, upper: lower >= 10``; of the first three ``upper <= 3``.
    n_units : int

    Returns
    -------
    array (n_units,)
        The probability that *any* unit whose claim is false gets one as small as *alpha* is at most
        *alpha*: nothing more has to be corrected for the number of units. 1 above one half; rounded up by
        at most 0.1 %.

    Notes
    -----
    Source of the limits: Mogstad, Romano, Shaikh and Wilhelm (2024), see `methods.ranksets.simultaneous`.
    Membership of a set of possibly worst units is never used: it says "not excluded".

    Examples
    --------
    >>> from township_eval.methods.ranksets import simultaneous
    >>> def limits(alpha):
    ...     return simultaneous([92.0, 88.5, 88.0, 81.0], [1.0, 1.2, 1.5, 1.1], level=1 - alpha)
    >>> rank_p(limits, lambda lower, upper: lower >= 4, 4).round(4).tolist()
    [1.0, 1.0, 1.0, 0.001]
    """

    def shown(log_alpha: float) -> NDArray[np.bool_]:
        return np.asarray(shows(*limits(float(np.exp(log_alpha)))), dtype=bool)

    found = np.ones(n_units)
    start, end = float(np.log(LEAST_P)), float(np.log(_MOST_ALPHA))
    surely = shown(start)
    found[surely] = LEAST_P
    waiting = [(start, end, shown(end) & ~surely)]
    while waiting:
        low, high, units = waiting.pop()
        if not units.any():
            continue
        if high - low < _CLOSE:
            found[units] = np.exp(high)
            continue
        middle = (low + high) / 2.0
        here = shown(middle)
        waiting += [(low, middle, units & here), (middle, high, units & ~here)]
    return found
