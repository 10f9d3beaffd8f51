"""Comparisons of units in pairs, some rows at a time, and ranks counted from critical values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import special

from township_eval.methods.ranksets.bins import count_beyond
from township_eval.methods.ranksets.family import Family
from township_eval.methods.varying import Array

__all__ = ["Compared", "Counted", "compared", "counted", "nearest"]

_CELLS: Final = 2_000_000
# Up to here a class is compared pair by pair: two million comparisons take a few hundredths of a second.
_PAIRWISE: Final = 1500
# A difference whose variance is this small beside its parts is known exactly (perfectly correlated errors).
_ROUNDING: Final = 1e-12


@dataclass(frozen=True, eq=False)
class Compared:
    """Some units of a class against all of it.

    Attributes
    ----------
    rows : array of int (n_rows,)
    z : array (n_rows, n)
        ``(estimate_row - estimate_k) / s``; with few degrees of freedom the normal deviate of the same
        tail; infinite, or 0 where equal, for what is compared exactly.
    live : array of bool (n_rows, n)
        Whether the comparison is uncertain; False against itself.
    """

    rows: NDArray[np.intp]
    z: Array
    live: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Counted:
    """Rank limits of a class and the distance of the nearest uncertain comparison from its critical value."""

    lower: NDArray[np.intp]
    upper: NDArray[np.intp]
    distance: Array


def compared(family: Family) -> Iterator[Compared]:
    """Yield the comparisons of a family of one class, block by block of rows."""
    size = max(1, _CELLS // family.n)
    for start in range(0, family.n, size):
        rows = np.arange(start, min(start + size, family.n))
        yield _block(family, rows)


def _block(family: Family, rows: NDArray[np.intp]) -> Compared:
    difference = family.estimates[rows, np.newaxis] - family.estimates
    own, others = family.ses[rows, np.newaxis], family.ses
    if family.cov is None:
        se = np.hypot(own, others)
    else:
        total = own**2 + others**2
        variance = total - 2.0 * family.cov[rows]
        se = np.sqrt(np.where(variance > _ROUNDING * total, variance, 0.0))
    live = se > 0
    live[np.arange(len(rows)), rows] = False
    beyond = np.where(difference == 0, 0.0, np.copysign(np.inf, difference))
    z = np.divide(difference, se, out=beyond, where=se > 0)
    if family.df is not None:
        freedom = _freedom(family.df, rows, se, own, others)
        z = np.where(live, _normal_of(z, freedom), z)
    z[np.arange(len(rows)), rows] = 0.0
    return Compared(rows, z, live)


def _freedom(df: Array, rows: NDArray[np.intp], se: Array, own: Array, others: Array) -> Array:
    """Return the degrees of freedom of differences, (n_rows, n), as given or by Welch and Satterthwaite.

    ``df = s_jk^4 / (s_j^4 / df_j + s_k^4 / df_k)``, for errors that are not shared. Source: Satterthwaite
    (1946), *An approximate distribution of estimates of variance components*, Biometrics Bulletin 2, 110-114.
    """
    if df.ndim == 2:  # noqa: PLR2004  one for each pair
        return np.asarray(df[rows])
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = (own / se) ** 4 / df[rows, np.newaxis] + (others / se) ** 4 / df
        return np.where(parts > 0, 1.0 / parts, np.inf)


def _normal_of(t: Array, freedom: Array) -> Array:
    """Return the normal deviates with the same tails as *t* with these degrees of freedom."""
    finite = np.isfinite(freedom)
    with np.errstate(divide="ignore", invalid="ignore"):
        tail = special.stdtr(np.where(finite, freedom, 1.0), -np.abs(t))
        # a tail too small for a double is left as it is: a larger deviate than any critical value
        z = np.where(finite & (tail > 0), -special.ndtri(tail), np.abs(t))
    return np.asarray(np.copysign(z, t), dtype=np.float64)


def nearest(block: Compared, critical: Array, side: str) -> Array:
    """Return how near a row's live comparisons come to its critical value; infinite without any."""
    gap = np.full(block.z.shape, np.inf)
    c = critical[:, np.newaxis]
    for sign in _signs(side):
        gap = np.minimum(gap, np.abs(sign * block.z - c))
    return np.asarray(np.where(block.live, gap, np.inf).min(axis=1), dtype=np.float64)


def _signs(side: str) -> tuple[float, ...]:
    return {"both": (1.0, -1.0), "upper": (1.0,), "lower": (-1.0,)}[side]


def counted(family: Family, critical: Array, side: str) -> Counted:
    """Return the ranks that critical values (n,) leave possible in a family of one class.

    The lower limit counts who is shown above, the upper one who is shown below; one-sided sets keep
    1 or n for the other limit. A tie shows nothing.
    """
    n = family.n
    if family.known and n > _PAIRWISE:
        above, below, distance = count_beyond(family.estimates, family.ses, critical, side)
    else:
        above, below = np.zeros(n, dtype=np.intp), np.zeros(n, dtype=np.intp)
        distance = np.empty(n)
        for block in compared(family):
            c = critical[block.rows, np.newaxis]
            above[block.rows] = (-block.z > c).sum(axis=1)
            below[block.rows] = (block.z > c).sum(axis=1)
            distance[block.rows] = nearest(block, critical[block.rows], side)
    one = np.ones(n, dtype=np.intp)
    return Counted(one if side == "upper" else 1 + above, n * one if side == "lower" else n - below, distance)
