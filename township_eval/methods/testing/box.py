"""Is a value that went through bands, caps or steps truly below a cut: a box of its parts, mapped.

Where a score jumps with its value, an error that is small at the estimate says nothing: 60.5 with a
standard error of 2 and a band from 60 has a derivative of zero and falls into the wrong band in 40 % of
cases. Limits of the uncertain parts that hold together, a box, hold for whatever is computed of them.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from township_eval.methods.testing.levels import Side, smallest_level
from township_eval.methods.varying import Array

__all__ = ["box_p", "share_of_level"]


def share_of_level(alpha: ArrayLike, parts: ArrayLike, *, independent: bool = False) -> Array:
    """Return the level of each part's limits that gives the box the level *alpha*.

    Parameters
    ----------
    alpha : array_like
        Level of the box: how often at least one of its limits may fail.
    parts : array_like
        Number of limits used: one for each uncertain part where only its worst end matters, two where
        both do. One where nothing is uncertain.
    independent : bool
        Whether the parts come from separate samples: Sidak's ``1 - (1 - alpha)^(1/k)``; Bonferroni's
        ``alpha / k`` otherwise. The two ends of one part are never independent.

    Notes
    -----
    Source: Sidak (1967), *Journal of the American Statistical Association* 62, 626-633.

    Examples
    --------
    >>> share_of_level(0.05, [1, 5], independent=True).round(5).tolist()
    [0.05, 0.01021]
    """
    level, k = np.asarray(alpha, dtype=np.float64), np.maximum(np.asarray(parts, dtype=np.float64), 1.0)
    if not independent:
        return np.asarray(level / k)
    inside = np.minimum(level, 1.0 - 1e-16)
    return np.where(level >= 1, 1.0, -np.expm1(np.log1p(-inside) / k))


def box_p(
    limits: Callable[[Array], tuple[Array, Array]], cut: ArrayLike, n_units: int, *, side: Side = "below"
) -> Array:
    """Return the evidence that a value is truly below (above) a cut, from the limits a box gives it.

    Parameters
    ----------
    limits : callable
        Takes a level for every unit (n_units,) and returns the lower and the upper limit of its value,
        each failing with at most that level: the worst corners of the simultaneous box of the uncertain
        parts (`share_of_level`), mapped through the scheme. Limits must widen as the level falls.
    cut : array_like
        Threshold, one or (n_units,).
    n_units : int
    side : "below" or "above"

    Returns
    -------
    array (n_units,)
        The smallest level at which the whole interval lies on the claimed side, from 1e-12; 1 where a
        limit is not known.

    Notes
    -----
    A box holds the true parts with probability ``1 - alpha``; then the true value lies between the least
    and the greatest value on it. Conservative: the box is wider than the parts that matter need.

    Examples
    --------
    >>> from scipy import special
    >>> def normal(alpha):
    ...     half = 2.0 * special.ndtri(1.0 - np.minimum(alpha, 0.5))
    ...     return 66.0 - half, 66.0 + half
    >>> box_p(normal, 70.0, 1).round(4).tolist()
    [0.0228]
    """
    edge = np.broadcast_to(np.asarray(cut, dtype=np.float64), (n_units,))

    def excludes(alpha: Array) -> NDArray[np.bool_]:
        lower, upper = limits(alpha)
        return np.asarray(upper < edge if side == "below" else lower > edge)

    return smallest_level(excludes, (n_units,))
