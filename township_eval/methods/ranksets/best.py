"""Who may be among the first, or among the last."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from township_eval.methods.ranksets.sets import simultaneous

__all__ = ["tau_best", "tau_worst"]


def tau_best(
    estimates: ArrayLike, ses: ArrayLike, tau: int, *, stepdown: bool = True, **given: Any
) -> NDArray[np.bool_]:
    """Return who cannot be excluded from the best *tau* places: a set that holds all of them at the level.

    Parameters
    ----------
    estimates, ses : array_like (n,)
    tau : int
        Places, from 1 to n.
    stepdown : bool
    **given
        ``level``, ``df``, ``cov``, ``exact``, ``groups``, ``seed``, ``draws`` of `simultaneous`.

    Returns
    -------
    array of bool (n,)
        Membership is no distinction: it means "not excluded".

    Notes
    -----
    Units whose simultaneous lower rank limit is at most *tau*. Source: Mogstad et al. (2024), section 3.4.

    Examples
    --------
    >>> tau_best([92.0, 88.5, 88.0, 81.0], [1.0, 1.2, 1.5, 1.1], 1).tolist()
    [True, True, True, False]
    """
    size = np.size(np.asarray(estimates))
    if not 1 <= tau <= max(size, 1):
        msg = f"tau lies between 1 and {size}, not at {tau}"
        raise ValueError(msg)
    lower, _ = simultaneous(estimates, ses, side="lower", stepdown=stepdown, **given)
    return np.asarray(lower <= tau)


def tau_worst(
    estimates: ArrayLike, ses: ArrayLike, tau: int, *, stepdown: bool = True, **given: Any
) -> NDArray[np.bool_]:
    """Return who cannot be excluded from the last *tau* places: a set that holds all of them at the level.

    **Never evidence.** A unit in it is merely not cleared: an imprecise estimate suffices. A unit outside
    it is cleared. That a unit *is* among the last *k* of n is shown only by
    ``simultaneous(..., side="lower").lower > n - k``.

    Parameters, return value and source are those of `tau_best`.

    Examples
    --------
    >>> tau_worst([92.0, 88.5, 88.0, 81.0], [1.0, 1.2, 1.5, 1.1], 1).tolist()
    [False, False, False, True]
    """
    return tau_best(-np.asarray(estimates, dtype=np.float64), ses, tau, stepdown=stepdown, **given)
