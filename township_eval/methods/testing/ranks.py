"""Is a unit truly among the last, or the first: rank limits that hold for all units together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from township_eval.methods.ranksets import simultaneous
from township_eval.methods.testing.levels import LEAST_P
from township_eval.methods.varying import Array

__all__ = ["rank_limits", "rank_p"]

# A rank that is not shown at even odds is not shown; up to there the level is narrowed to 0.1 %.
_MOST_ALPHA: Final = 0.5
_CLOSE: Final = 1e-3

Shows = Callable[[Array, Array], NDArray[np.bool_]]


def rank_limits(
    estimates: ArrayLike,
    ses: ArrayLike,
    *,
    df: ArrayLike | None = None,
    cov: ArrayLike | None = None,
    exact: ArrayLike | None = None,
    groups: ArrayLike | None = None,
) -> Callable[[float], tuple[Array, Array]]:
    """Return a function that gives the lower and the upper rank limits of all units at a level.

    Parameters
    ----------
    estimates, ses, df, cov, exact, groups
        Of `methods.ranksets.simultaneous`; a unit whose estimate is NaN is not ranked, one whose error is
        not known (NaN, or zero without being declared exact) may stand anywhere, and may stand before or
        after anybody: the others' limits are a place wider each.

    Returns
    -------
    callable
        ``alpha -> (lower, upper)``, arrays (n_units,): each holds for all units together with at least
        ``1 - alpha``. NaN where there is no rank. Nothing is simulated: correlated errors are bounded by
        Sidak's inequality.

    Examples
    --------
    >>> limits = rank_limits([92.0, 88.5, 88.0, 81.0], [1.0, 1.2, 1.5, 1.1])
    >>> limits(0.05)[0].tolist()
    [1.0, 1.0, 1.0, 4.0]
    """
    x, error = (np.asarray(one, dtype=np.float64) for one in (estimates, ses))
    x, error = np.broadcast_arrays(x, error)
    declared = np.broadcast_to(np.asarray(False if exact is None else exact, dtype=bool), x.shape)
    ranked = np.isfinite(x)
    usable = ranked & (declared | (np.isfinite(error) & (error > 0)))
    at = np.flatnonzero(usable)
    classes = np.zeros(x.shape, dtype=np.intp) if groups is None else _numbered(groups)
    others = np.array([(ranked & ~usable & (classes == own)).sum() for own in classes], dtype=np.float64)
    size = np.array([(ranked & (classes == own)).sum() for own in classes], dtype=np.float64)

    def limits(alpha: float) -> tuple[Array, Array]:
        lower, upper = np.where(ranked, 1.0, np.nan), np.where(ranked, size, np.nan)
        if at.size:
            sets = simultaneous(
                x[at],
                np.where(declared[at], 0.0, error[at]),
                level=1.0 - alpha,
                df=_part(df, at),
                cov=_part(cov, at),
                exact=declared[at],
                groups=classes[at],
                draws=0,
            )
            lower[at], upper[at] = sets.lower, sets.upper + others[at]
        return lower, upper

    return limits


def _numbered(groups: ArrayLike) -> NDArray[np.intp]:
    """Return classes as numbers."""
    names = [str(one) for one in np.asarray(groups, dtype=object).tolist()]
    known = {name: number for number, name in enumerate(dict.fromkeys(names))}
    return np.array([known[name] for name in names], dtype=np.intp)


def _part(given: ArrayLike | None, at: NDArray[np.intp]) -> Array | None:
    """Return what is given by unit, or by pairs of units, of those at the places."""
    if given is None:
        return None
    whole = np.asarray(given, dtype=np.float64)
    return whole if whole.ndim == 0 else np.asarray(whole[np.ix_(*[at] * whole.ndim)])


def rank_p(limits: Callable[[float], tuple[Array, Array]], shows: Shows, n_units: int) -> Array:
    """Return the smallest level at which the rank limits show a claim, simultaneous over the units.

    Parameters
    ----------
    limits : callable
        Of `rank_limits`.
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
    >>> limits = rank_limits([92.0, 88.5, 88.0, 81.0], [1.0, 1.2, 1.5, 1.1])
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
