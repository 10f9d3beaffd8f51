"""Several raters' scores of the same units brought to one number."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from township_eval.methods.varying import Array

__all__ = ["median", "trimmed_mean"]


def trimmed_mean(m: ArrayLike, trim: int = 0, *, minimum: int = 1) -> Array:
    """Return each unit's mean rating after dropping the highest and the lowest (去掉最高分、最低分).

    Parameters
    ----------
    m : array_like (n_units, n_raters) or (..., n_raters)
        Ratings; NaN where a rater gave none.
    trim : int
        How many are dropped at each end.
    minimum : int
        Fewest ratings of a unit, counted before any is dropped.

    Returns
    -------
    Array (n_units,) or (...)
        NaN where a unit has fewer than ``minimum`` ratings, or no more than ``2 * trim``: nothing
        would be left.

    Raises
    ------
    ValueError
        ``trim`` is negative.

    Notes
    -----
    Of equal ratings one is dropped, as on paper. Source: common practice of scoring panels.

    Examples
    --------
    >>> trimmed_mean([[92, 88, 85, 90, 71]], trim=1).round(2).tolist()
    [87.67]
    >>> trimmed_mean([[92, 88, float("nan")]], trim=1).tolist()
    [nan]
    """
    if trim < 0:
        msg = f"trim must not be negative: {trim}"
        raise ValueError(msg)
    ordered = np.sort(np.asarray(m, dtype=np.float64), axis=-1)  # NaN goes last
    given = np.sum(~np.isnan(ordered), axis=-1, keepdims=True)
    place = np.arange(ordered.shape[-1])
    kept = (place >= trim) & (place < given - trim)
    left = given[..., 0] - 2 * trim
    enough = (left > 0) & (given[..., 0] >= minimum)
    total = np.where(kept, ordered, 0.0).sum(axis=-1)
    out: Array = np.divide(total, left, out=np.full(left.shape, np.nan), where=enough)
    return out


def median(m: ArrayLike, *, minimum: int = 1) -> Array:
    """Return each unit's median rating, the mean of the middle two for an even number.

    Parameters
    ----------
    m : array_like (n_units, n_raters) or (..., n_raters)
        Ratings; NaN where a rater gave none.
    minimum : int
        Fewest ratings of a unit; with fewer its median is NaN.

    Returns
    -------
    Array (n_units,) or (...)

    Examples
    --------
    >>> median([[92, 88, 85, 90, 71], [80, 90, float("nan"), float("nan"), float("nan")]]).tolist()
    [88.0, 85.0]
    """
    ordered = np.sort(np.asarray(m, dtype=np.float64), axis=-1)
    given = np.sum(~np.isnan(ordered), axis=-1, keepdims=True)
    enough = given[..., 0] >= max(minimum, 1)
    if not ordered.shape[-1]:
        return np.full(enough.shape, np.nan)
    below = np.take_along_axis(ordered, np.maximum(given - 1, 0) // 2, axis=-1)[..., 0]
    above = np.take_along_axis(ordered, np.maximum(given, 1) // 2 % ordered.shape[-1], axis=-1)[..., 0]
    return np.where(enough, (below + above) / 2, np.nan)
