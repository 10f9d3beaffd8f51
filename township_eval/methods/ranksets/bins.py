"""Comparisons of very many units counted without making them all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from township_eval.methods.varying import Array

__all__ = ["count_beyond"]

Positions = NDArray[np.intp]

_IN_A_BIN: Final = 150
_CELLS: Final = 4_000_000


@dataclass(frozen=True, eq=False)
class _Bin:
    """Units of nearly one standard error, smallest estimate first."""

    estimates: Array
    ses: Array
    units: Positions


@dataclass(frozen=True, eq=False)
class _Search:
    """Who lies above each unit by more than its critical value: one direction of the comparison.

    For who lies below, the estimates change their sign.
    """

    own: Array
    ses: Array
    critical: Array
    bins: list[_Bin]

    def near(self) -> Array:
        """Return a distance from the critical value that some comparison has: the nearest is no further."""
        out = np.full(len(self.own), np.inf)
        every = np.arange(len(self.own))
        for part in self.bins:
            middle = part.ses[len(part.ses) // 2]
            place = np.searchsorted(part.estimates, self.own + self.critical * np.hypot(self.ses, middle))
            for k in (np.maximum(place - 1, 0), np.minimum(place, len(part.units) - 1)):
                out = np.minimum(out, self._gap(part, k, every))
        return out

    def _gap(self, part: _Bin, k: Positions, j: Positions) -> Array:
        """Return how far the comparisons of units j with those at k in the bin are from being decided."""
        se = np.hypot(self.ses[j], part.ses[k])
        usable = (part.units[k] != j) & (se > 0)
        t = np.divide(part.estimates[k] - self.own[j], se, out=np.full(len(j), np.inf), where=usable)
        return np.asarray(np.abs(t - self.critical[j]), dtype=np.float64)

    def count(self, near: Array, distance: Array) -> Positions:
        """Return how many lie beyond; put nearer comparisons than *near* into *distance*."""
        counts = np.zeros(len(self.own), dtype=np.intp)
        for part in self.bins:
            start, width = self._strip(part, near)
            counts += len(part.units) - start - width
            ends = np.cumsum(width)
            cut = 0
            while cut < len(self.own):
                until = int(np.searchsorted(ends, ends[cut] - width[cut] + _CELLS, "right"))
                units = np.arange(cut, min(max(cut + 1, until), len(self.own)))
                counts += self._test(part, units, start[units], width[units], distance)
                cut = int(units[-1]) + 1
        return counts

    def _strip(self, part: _Bin, near: Array) -> tuple[Positions, Positions]:
        """Return start and width of the part of the bin that is in doubt, for every unit."""
        narrow, wide = np.hypot(self.ses, part.ses.min()), np.hypot(self.ses, part.ses.max())
        slack = 1e-9 + 1e-12 * self.critical  # more than rounding moves an edge
        least, most = self.critical - near - slack, self.critical + near + slack
        low, high = np.full(len(near), -np.inf), np.full(len(near), np.inf)
        finite = np.isfinite(near)
        low[finite] = (self.own + least * np.where(least > 0, narrow, wide))[finite]
        high[finite] = (self.own + most * wide)[finite]
        start = np.searchsorted(part.estimates, low, "left")
        return start, np.searchsorted(part.estimates, high, "right") - start

    def _test(
        self, part: _Bin, units: Positions, start: Positions, width: Positions, distance: Array
    ) -> Positions:
        """Compare the units with those of the bin in their strips."""
        j = np.repeat(units, width)
        k = np.arange(len(j)) - np.repeat(np.cumsum(width) - width, width) + np.repeat(start, width)
        beyond = part.estimates[k] - self.own[j] > self.critical[j] * np.hypot(self.ses[j], part.ses[k])
        np.minimum.at(distance, j, self._gap(part, k, j))
        return np.bincount(j[beyond], minlength=len(self.own))


def count_beyond(
    estimates: Array, ses: Array, critical: Array, side: str
) -> tuple[Positions, Positions, Array]:
    """Return how many units are shown above and below each, and the nearest distance to its critical value.

    Parameters
    ----------
    estimates, ses, critical : array (n,)
    side : str
        "lower" counts only who is above, "upper" only who is below; the other count is zero.

    Returns
    -------
    above, below : array of int (n,)
    distance : array (n,)
        ``min_k | |t_jk| - c_j |`` over pairs with an error; infinite without any.

    Notes
    -----
    Units are put into bins of nearly equal error and sorted by estimate in each. Within a bin
    ``estimate_k > estimate_j + c hypot(s_j, s_k)`` is decided for all but a strip by two searches,
    for the strip by the comparison itself; the strip is wide enough to hold the nearest one.
    """
    n = len(estimates)
    order = np.argsort(ses, kind="stable")
    bins = []
    for units in np.array_split(order, max(1, n // _IN_A_BIN)):
        up = units[np.argsort(estimates[units], kind="stable")]
        bins.append(_Bin(estimates[up], ses[up], up))
    mirrored = [_Bin(-part.estimates[::-1], part.ses[::-1], part.units[::-1]) for part in bins]
    searches = {
        "lower": _Search(estimates, ses, critical, bins),
        "upper": _Search(-estimates, ses, critical, mirrored),
    }
    used = [name for name in searches if side in {"both", name}]
    near = np.min([searches[name].near() for name in used], axis=0)
    distance = near.copy()
    counts = {name: np.zeros(n, dtype=np.intp) for name in searches}
    for name in used:
        counts[name] = searches[name].count(near, distance)
    return counts["lower"], counts["upper"], distance
