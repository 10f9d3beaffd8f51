"""Points for integrals over the normal density, and equations solved for many units at once."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from township_eval.methods.varying import Array

__all__ = ["Grid", "graded_points", "grid_of", "normal_density", "solve"]

REACH: Final = 7.5  # standard deviations; beyond it lies 6e-14 of the density
_PLAIN_RATIO: Final = 4.0
_STEP: Final = 0.0625
_ORDER: Final = 12
# A secant that moved by this much has an error of about the square of it.
_LAST_STEP: Final = 1e-8
_EXACT: Final = 1e-13
_LEAST_WIDTH: Final = 1e-3
_POINTS, _WEIGHTS = (np.asarray(part, dtype=np.float64) for part in np.polynomial.legendre.leggauss(_ORDER))


def normal_density(z: Array) -> Array:
    """Return the standard normal density."""
    return np.asarray(np.exp(-z * z / 2.0) / math.sqrt(2.0 * math.pi), dtype=np.float64)


@dataclass(frozen=True, eq=False)
class Grid:
    """Points of ``integral phi(z) (f(z; c) + f(-z; c)) dz`` from 0, where *f* bends or breaks near c.

    Attributes
    ----------
    graded, graded_weights : array
        Points of [0, 1], scaled to [0, c] and, mirrored, beyond c; empty for a plain grid.
    plain, plain_weights : array
        Equally spaced points where the integrand is smooth on the scale of the density: the
        trapezoid rule converges geometrically there.
    """

    graded: Array
    graded_weights: Array
    plain: Array
    plain_weights: Array

    @property
    def size(self) -> int:
        """Number of points."""
        return len(self.plain) or 2 * len(self.graded)

    def at(self, c: Array) -> tuple[Array, Array]:
        """Return points and weights with the density, (n_units, n_points), for critical values (n_units,)."""
        if len(self.plain):
            return self.plain[np.newaxis], self.plain_weights[np.newaxis]
        inner = np.maximum(c, _LEAST_WIDTH)[:, np.newaxis]
        outer = np.maximum(REACH - inner, 1.0)
        z = np.concatenate([inner * self.graded, inner + outer * (1.0 - self.graded[::-1])], axis=1)
        w = np.concatenate([inner * self.graded_weights, outer * self.graded_weights[::-1]], axis=1)
        return z, w * normal_density(z)


def grid_of(ratio: float, *, broken: bool) -> Grid:
    """Return the grid for integrands that bend within 1 / *ratio*, or break (*broken*) at c.

    A unit ten times as uncertain as another makes the other's factor a step ten times as narrow; the
    steps lie near c, and panels that halve their width towards there resolve steps of any width.
    """
    empty = np.empty(0)
    if ratio <= _PLAIN_RATIO and not broken:
        step = min(_STEP, 0.3 / max(ratio, 1.0))
        half = math.ceil(REACH / step)
        z: Array = np.arange(half + 1.0) * (REACH / half)
        w = normal_density(z) * (REACH / half)
        w[0] /= 2.0
        return Grid(empty, empty, z, w)
    points, weights = graded_points(ratio)
    return Grid(points, weights, empty, empty)


def graded_points(ratio: float) -> tuple[Array, Array]:
    """Return Gauss-Legendre points and weights on [0, 1], panels halving towards 1 down to 1 / (8 ratio)."""
    depth = math.ceil(math.log2(8.0 * max(ratio, 1.0)))
    edges = np.concatenate([[0.0], 1.0 - 0.5 ** np.arange(1, depth + 1), [1.0]])
    return _panels(edges)


def _panels(edges: Array) -> tuple[Array, Array]:
    half = np.diff(edges)[:, np.newaxis] / 2.0
    points = edges[:-1, np.newaxis] + half * (1.0 + _POINTS)
    return points.ravel(), (half * _WEIGHTS).ravel()


def solve(
    coverage: Callable[[Array, NDArray[np.intp]], Array], low: Array, high: Array, level: float
) -> Array:
    """Return where increasing functions reach *level*, one for each unit, between *low* and *high*.

    Parameters
    ----------
    coverage : callable
        ``coverage(c, which)`` for the units at positions *which*.
    low, high : array (n_units,)
        A unit already at *level* at *low* stays there.
    level : float

    Returns
    -------
    array (n_units,)
        To about 1e-12: a safeguarded secant on ``log(-log coverage)``, nearly a straight line.
    """
    every = np.arange(len(low))

    def height(c: Array, which: NDArray[np.intp]) -> Array:
        inside = np.clip(coverage(c, which), 1e-300, 1.0 - 1e-16)
        return np.asarray(math.log(-math.log(level)) - np.log(-np.log(inside)), dtype=np.float64)

    a, b = low.astype(np.float64), np.maximum(low, high).astype(np.float64)
    old, at_old = b, height(b, every)
    new = np.maximum(b - at_old / (b + 0.5), a)  # about the slope of a normal tail
    at_new = height(new, every)
    b = np.where(at_new > 0, new, b)
    live = (b - a > _EXACT) & (np.abs(at_new) > _EXACT) & ((new > a) | (at_new < 0))
    a = np.where((at_new < 0) & (new > a), new, a)
    for _ in range(80):
        i = np.flatnonzero(live)
        if not len(i):
            break
        with np.errstate(all="ignore"):
            trial = new[i] - at_new[i] * (new[i] - old[i]) / (at_new[i] - at_old[i])
        trial = np.where((trial > a[i]) & (trial < b[i]), trial, (a[i] + b[i]) / 2.0)
        here = height(trial, i)
        step = np.abs(trial - new[i])
        old[i], at_old[i], new[i], at_new[i] = new[i], at_new[i], trial, here
        a[i], b[i] = np.where(here < 0, trial, a[i]), np.where(here < 0, b[i], trial)
        live[i] = (step > _LAST_STEP) & (np.abs(here) > _EXACT) & (b[i] - a[i] > _EXACT)
    return new
