"""Several raters' scores of the same units brought to one number."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from township_eval.methods.varying import Array

__all__ = ["trimmed_mean"]


def trimmed_mean(m: ArrayLike, trim: int = 0) -> Array:
    """Return each unit's mean rating after dropping the highest and the lowest (去掉最高分、最低分).

    Parameters
    ----------
    m : array_like (n_units, n_raters) or (..., n_raters)
        Ratings; NaN where a rater gave none.
    trim : int
        How many are dropped at each end.

    Returns
    -------
    Array (n_units,) or (...)
        NaN where a unit has no more than ``2 * trim`` ratings: nothing would be left.

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
    total = np.where(kept, ordered, 0.0).sum(axis=-1)
    out: Array = np.divide(total, left, out=np.full(left.shape, np.nan), where=left > 0)
    return out
