"""Critical values of marginal rank sets: one-dimensional integrals, for every unit at once.

A unit's rank set is safe when no true order is denied: ``max_k |Z_j s_j - Z_k s_k| / s_jk <= c``,
``s_jk^2 = s_j^2 + s_k^2``. Given its own error ``Z_j = z`` the others are independent, so that

``coverage(c) = integral phi(z) prod_k P(lower <= Z_k <= upper) dz``,
``upper, lower = (s_j z +- c s_jk) / s_k``

One-sided sets, and steps after the first, keep one of the bounds. A unit without error turns its
factor into the condition ``|z| <= c``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import special

from township_eval.methods.ranksets.critical.compression import compressed
from township_eval.methods.ranksets.critical.quadrature import Grid, grid_of, solve
from township_eval.methods.varying import Array

__all__ = ["Opponents", "normal_critical", "normal_single", "pairwise"]

_NEVER: Final = -9.0  # a deviate whose probability, 1e-19, leaves nothing of a product
_CELLS: Final = 500_000  # of one block, 4 MB: it stays in the processor's cache


def pairwise(level: float, pairs: int, side: str) -> float:
    """Return the critical value of *pairs* independent comparisons, 0 without any.

    An upper bound for dependent ones: two-sided by Šidák (1967) for any correlation, one-sided by
    Slepian (1962) for comparisons with one unit, whose correlations are not negative.
    """
    if pairs == 0:
        return 0.0
    # by the tail of one comparison: its probability is 1 to the last digit where pairs are many
    tail = -np.expm1(np.log(level) / pairs)
    z = float(-special.ndtri(tail / 2.0 if side == "both" else tail))
    return max(z, 0.0)


@dataclass(frozen=True, eq=False)
class Opponents:
    """Hypotheses of some units that are still live, as weights on the nodes of the others' errors.

    Attributes
    ----------
    own : array (n_units,)
        The units' own standard errors.
    nodes : array (n_nodes,)
    both, up, down : array (n_units, n_nodes)
        Others whom the unit is shown neither above nor below, only not above, only not below.
    narrow_up, narrow_down : array (n_units,)
        The smallest error among those; infinite without any.
    exact_up, exact_down : array of bool (n_units,)
        Whether one of those has no error at all.
    """

    own: Array
    nodes: Array
    both: Array
    up: Array
    down: Array
    narrow_up: Array
    narrow_down: Array
    exact_up: NDArray[np.bool_]
    exact_down: NDArray[np.bool_]

    def coverage(self, c: Array, which: NDArray[np.intp], grid: Grid) -> Array:
        """Return the probability that no live hypothesis of the units is denied, (n_which,)."""
        z, weights = grid.at(c)
        right, left = self._products(c, which, z)
        gone = self._gone(c, which, z, self.narrow_up, self.exact_up)
        total = np.exp(np.where(gone, -np.inf, np.minimum(right, 0.0)))
        gone = self._gone(c, which, z, self.narrow_down, self.exact_down)
        total += np.exp(np.where(gone, -np.inf, np.minimum(left, 0.0)))
        return np.asarray((total * weights).sum(axis=1), dtype=np.float64)

    def _gone(
        self, c: Array, which: NDArray[np.intp], z: Array, narrow: Array, exact: NDArray[np.bool_]
    ) -> NDArray[np.bool_]:
        """Return where one factor leaves nothing, (n_which, n_points): the sum over nodes need not say so."""
        some = np.isfinite(narrow[which])
        s = np.where(some, narrow[which], 1.0)[:, np.newaxis]
        own = self.own[which, np.newaxis]
        place = (c[:, np.newaxis] * np.hypot(own, s) - own * z) / s
        nothing = some[:, np.newaxis] & (place < _NEVER)
        return np.asarray(nothing | (exact[which, np.newaxis] & (z > c[:, np.newaxis])), dtype=np.bool_)

    def _products(self, c: Array, which: NDArray[np.intp], z: Array) -> tuple[Array, Array]:
        """Return the logarithms of the products over the others at z and at -z, (n_which, n_points)."""
        ratio = self.own[which, np.newaxis] / self.nodes
        reach = (c[:, np.newaxis] * np.sqrt(1.0 + ratio**2))[:, :, np.newaxis]
        place = ratio[:, :, np.newaxis] * z[:, np.newaxis, :]
        near, far = special.ndtr(reach - place), special.ndtr(-reach - place)
        common = _summed(self.both[which], near - far)
        up, down = self.up[which], self.down[which]
        if not (up.any() or down.any()):
            return common, common
        some = (up != 0).any(axis=1) | (down != 0).any(axis=1)
        right, left = common.copy(), common.copy()
        near, far = near[some], 1.0 - far[some]
        right[some] += _summed(up[some], near) + _summed(down[some], far)
        left[some] += _summed(up[some], far) + _summed(down[some], near)
        return right, left


def _summed(weight: Array, factor: Array) -> Array:
    """Return ``sum_m weight[j, m] log factor[j, m, z]``."""
    if not weight.any():
        return np.zeros((len(factor), factor.shape[2]))
    log_factor = np.log(np.maximum(factor, 1e-300))
    return np.asarray((weight[:, np.newaxis, :] @ log_factor)[:, 0, :], dtype=np.float64)


def normal_critical(live: Opponents, low: float, high: Array, level: float, grid: Grid) -> Array:
    """Return the critical value of every unit's live hypotheses, (n_units,), never below *low*."""
    out = np.empty(len(high))
    size = max(1, _CELLS // (grid.size * len(live.nodes)))
    for start in range(0, len(high), size):
        rows = np.arange(start, min(start + size, len(high)))
        out[rows] = solve(
            lambda c, i, rows=rows: live.coverage(c, rows[i], grid),  # type: ignore[misc]
            np.full(len(rows), low),
            high[rows],
            level,
        )
    return out


def normal_single(ses: Array, level: float, side: str) -> Array:
    """Return the critical value of every unit of a class against all others, (n,).

    The value is solved for on the nodes of the errors and interpolated between them: it depends on
    the unit through its own error only, and smoothly. Nothing of size n x n is made.

    Parameters
    ----------
    ses : array (n,)
        Standard errors; 0 for exact units.
    level : float
    side : str
        "both", or "lower" or "upper", whose critical values are the same.
    """
    noisy = ses > 0
    count = int(noisy.sum())
    out = np.full(len(ses), pairwise(level, count, side))  # of exact units: comparisons are independent
    some_exact = count < len(ses)
    if count <= 1:
        out[noisy] = pairwise(level, 1 if some_exact else 0, side)
        return out
    few = compressed(ses[noisy])
    m = len(few.nodes)
    weight = few.basis.sum(axis=0) - np.eye(m)  # without the unit itself, which is as uncertain as its node
    none, empty = np.full(m, np.inf), np.zeros((m, m))
    smallest = np.full(m, ses[noisy].min())
    exact = np.full(m, some_exact)
    off = np.zeros(m, dtype=bool)
    both = side == "both"
    live = Opponents(
        few.nodes, few.nodes,
        weight if both else empty, empty, empty if both else weight,
        smallest if both else none, smallest, exact if both else off, exact,
    )  # fmt: skip
    grid = grid_of(ses.max() / smallest[0], broken=some_exact)
    high = np.full(m, pairwise(level, len(ses) - 1, side) + 1e-9)
    out[noisy] = few.basis @ normal_critical(live, pairwise(level, 1, side), high, level, grid)
    return out
