"""Is a normal estimate truly below, or above, a cut: Student's t."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from township_eval.methods.estimation.intervals import t_quantile
from township_eval.methods.testing.levels import LEAST_P, Side
from township_eval.methods.varying import Array

__all__ = ["student_limits", "student_p"]


def student_p(
    value: ArrayLike, se: ArrayLike, df: ArrayLike, cut: ArrayLike, *, side: Side = "below"
) -> Array:
    """Return the evidence that a normal estimate is truly below (above) a cut.

    For sums of several parts, as composites, whose error follows from their parts' with Satterthwaite's
    degrees of freedom (`methods.freedom.satterthwaite`). One mean of bounded answers wants
    `bounded.bounded_p` instead.

    Parameters
    ----------
    value, se, df : array_like
        Estimate, standard error, degrees of freedom (infinite: known error).
    cut : array_like
        Threshold; the null hypothesis is that the true value is on its other side, at worst on it.
    side : "below" or "above"

    Returns
    -------
    array
        One-sided, from 1e-12; 1 where something is not known. An error of zero counts as not known: who
        was counted in full is compared exactly, not tested.

    Notes
    -----
    ``P(T_df <= (value - cut) / se)``. Source: Student (1908), *Biometrika* 6.

    Examples
    --------
    >>> student_p([66.0, 66.0, 66.0], [2.0, 2.0, 0.0], [float("inf"), 4, 9], 70.0).round(4).tolist()
    [0.0228, 0.0581, 1.0]
    """
    given = (np.asarray(one, dtype=np.float64) for one in (value, se, df, cut))
    x, error, free, edge = np.broadcast_arrays(*given)
    known = np.isfinite(x) & np.isfinite(edge) & (error > 0) & np.isfinite(error) & (free > 0)
    sign = 1.0 if side == "below" else -1.0
    t = sign * np.divide(x - edge, error, out=np.zeros(x.shape), where=known)
    few = known & np.isfinite(free)
    tail = np.where(few, special.stdtr(np.where(few, free, 1.0), t), special.ndtr(t))
    return np.where(known, np.clip(tail, LEAST_P, 1.0), 1.0)


def student_limits(value: ArrayLike, se: ArrayLike, df: ArrayLike, alpha: ArrayLike) -> tuple[Array, Array]:
    """Return the lower and the upper limit of a normal estimate, each one-sided at *alpha*.

    Infinite where the error is not known or zero, as in `student_p`: nothing is excluded.

    Examples
    --------
    >>> [x.round(2).tolist() for x in student_limits([66.0, 66.0], [2.0, 0.0], [4, 4], 0.025)]
    [[60.45, -inf], [71.55, inf]]
    """
    given = (np.asarray(one, dtype=np.float64) for one in (value, se, df, alpha))
    x, error, free, level = np.broadcast_arrays(*given)
    known = np.isfinite(x) & (error > 0) & np.isfinite(error) & (free > 0)
    quantile = t_quantile(1.0 - np.clip(level, LEAST_P, 0.5), np.where(known, free, 1.0))
    half = np.where(known, quantile * np.where(known, error, 0.0), np.inf)
    center = np.where(known, x, 0.0)
    return center - half, center + half
