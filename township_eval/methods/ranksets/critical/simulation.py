"""Critical values by simulation, where errors are not independent: seeded, with their own error."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from township_eval.methods.ranksets.family import Family
from township_eval.methods.ranksets.pairs import compared
from township_eval.methods.varying import Array

__all__ = ["Simulated", "simulated_marginal", "simulated_simultaneous"]

_BLOCK: Final = 2048  # draws; part of what a seed means
# Correlations whose principal part is no more than what rounding leaves of none.
_NOTHING: Final = 1e-12
# Decimals of a critical value: the last digits of products differ between machines and numbers of threads.
_DIGITS: Final = 10
_NEAR: Final = 3.0  # standard errors of a share, within which the density is measured


@dataclass(frozen=True, eq=False)
class Simulated:
    """Critical values by simulation.

    Attributes
    ----------
    critical : array (n,)
        Of the last step.
    mc_error : array (n,)
        Standard error of the critical value, from the order statistics around it; the largest of all steps.
    distance : array (n,)
        Smallest distance of a live comparison from the critical value, at any step.
    fragile : array of bool (n,)
        Whether it was within 3 standard errors of the critical value at any step.
    """

    critical: Array
    mc_error: Array
    distance: Array
    fragile: NDArray[np.bool_]


class _Highest:
    """The largest of streamed values, as many as a quantile and its error need; a column per unit."""

    def __init__(self, n: int, level: float, draws: int) -> None:
        spread = _NEAR * math.sqrt(level * (1.0 - level) / draws)
        self.at, self.below, self.above = (
            min(max(math.ceil(share * draws - 1e-9) - 1, 0), draws - 1)
            for share in (level, level - spread, level + spread)
        )
        self.draws = draws
        self.kept = np.empty((0, n))

    def add(self, values: Array) -> None:
        """Take in a block, (n_draws, n)."""
        size = self.draws - self.below
        kept = np.concatenate([self.kept, values])
        self.kept = np.partition(kept, len(kept) - size, axis=0)[-size:] if len(kept) > size else kept

    def quantile(self) -> tuple[Array, Array]:
        """Return the quantile and its standard error."""
        ordered = np.sort(self.kept, axis=0)
        lowest = self.draws - len(ordered)
        width = ordered[self.above - lowest] - ordered[self.below - lowest]
        found = np.maximum(ordered[self.at - lowest], 0.0)
        return np.round(found, _DIGITS), np.round(width / (2.0 * _NEAR), _DIGITS)


def _draws(family: Family, seed: int, draws: int) -> Iterator[Array]:
    """Yield blocks of simulated errors, (n_draws, n).

    Units are drawn in an order of their own, so that the rows' order in a file changes nothing.
    """
    cov = np.diag(family.ses**2) if family.cov is None else family.cov
    key = np.lexsort([*np.sort(cov, axis=1).T, family.ses, family.estimates])
    root = _root(cov[np.ix_(key, key)])
    place = np.argsort(key)
    for block, start in enumerate(range(0, draws, _BLOCK)):
        generator = np.random.Generator(np.random.Philox(np.random.SeedSequence([seed, block])))
        shocks = generator.standard_normal((min(_BLOCK, draws - start), family.n))
        yield (shocks @ root.T)[:, place]


def _root(cov: Array) -> Array:
    """Return the matrix whose product with independent shocks has the covariance.

    The symmetric root of the correlations: there is but one, while the eigenvectors of equal eigenvalues
    are as the machine happens to find them.
    """
    se = np.sqrt(np.diag(cov))
    scale = np.where(se > 0, se, 1.0)
    values, vectors = np.linalg.eigh(cov / np.outer(scale, scale))
    size = np.sqrt(np.where(values > _NOTHING, values, 0.0))
    return np.asarray(scale[:, np.newaxis] * ((vectors * size) @ vectors.T), dtype=np.float64)


def _tables(family: Family) -> tuple[Array, Array, NDArray[np.bool_]]:
    """Return observed z, errors of differences (1 where compared exactly) and who is live, all (n, n)."""
    blocks = list(compared(family))
    z, live = (np.concatenate([getattr(block, name) for block in blocks]) for name in ("z", "live"))
    variance = family.ses[:, np.newaxis] ** 2 + family.ses**2
    if family.cov is not None:
        variance = variance - 2.0 * family.cov
    return z, np.sqrt(np.where(live, variance, 1.0)), live


def simulated_marginal(
    family: Family, level: float, side: str, *, stepdown: bool, seed: int, draws: int
) -> Simulated:
    """Return critical values ``max_k |t_jk|`` of every unit of a family of one class.

    Memory: some times ``2048 x n`` and the largest ``(1 - level) draws`` maxima of every unit.
    """
    z, se, live = _tables(family)
    n = family.n
    up, down = live & (side != "lower"), live & (side != "upper")
    found = Simulated(np.zeros(n), np.zeros(n), np.full(n, np.inf), np.zeros(n, dtype=bool))
    active = np.flatnonzero((up | down).any(axis=1))
    while len(active):
        highest = _Highest(len(active), level, draws)
        for errors in _draws(family, seed, draws):
            highest.add(_maxima(errors, active, se, up, down))
        c, error = highest.quantile()
        _record(found, active, c, error, z, up, down)
        before = (up | down)[active].sum(axis=1) + (up & down)[active].sum(axis=1)
        up[active] &= z[active] <= c[:, np.newaxis]
        down[active] &= -z[active] <= c[:, np.newaxis]
        left = (up | down)[active].sum(axis=1) + (up & down)[active].sum(axis=1)
        active = active[(left < before) & (left > 0)] if stepdown else active[:0]
    return found


def _maxima(
    errors: Array, active: NDArray[np.intp], se: Array, up: NDArray[np.bool_], down: NDArray[np.bool_]
) -> Array:
    """Return the largest live statistic of every draw and unit, (n_draws, n_active), at least 0."""
    out = np.empty((len(errors), len(active)))
    for column, j in enumerate(active):
        difference = errors[:, [j]] - errors
        same = np.array_equal(up[j], down[j])
        # what is not live counts as 0, which no critical value falls below
        t = difference * np.where(up[j], 1.0 / se[j], 0.0)
        out[:, column] = np.abs(t, out=t).max(axis=1) if same else t.max(axis=1)
        if not same and down[j].any():
            t = difference * np.where(down[j], -1.0 / se[j], 0.0)
            np.maximum(out[:, column], t.max(axis=1), out=out[:, column])
    return out


def _record(
    found: Simulated,
    rows: NDArray[np.intp],
    c: Array,
    error: Array,
    z: Array,
    up: NDArray[np.bool_],
    down: NDArray[np.bool_],
) -> None:
    """Put a step's critical values, and what came near them, into *found*."""
    gap = np.full((len(rows), z.shape[1]), np.inf)
    for mask, sign in ((up, 1.0), (down, -1.0)):
        gap = np.where(mask[rows], np.minimum(gap, np.abs(sign * z[rows] - c[:, np.newaxis])), gap)
    near = gap.min(axis=1)
    found.critical[rows] = c
    found.mc_error[rows] = np.maximum(found.mc_error[rows], error)
    found.distance[rows] = np.minimum(found.distance[rows], near)
    found.fragile[rows] |= near <= 3.0 * error


def simulated_simultaneous(
    family: Family, level: float, *, stepdown: bool, seed: int, draws: int
) -> Simulated:
    """Return the one critical value of all comparisons within classes, all classes together."""
    z, se, live = _tables(family)
    same = np.zeros((family.n, family.n), dtype=bool)
    for units in family.classes:
        same[np.ix_(units, units)] = True
    live &= same
    n = family.n
    found = Simulated(np.zeros(n), np.zeros(n), np.full(n, np.inf), np.zeros(n, dtype=bool))
    every, nobody = np.arange(n), np.zeros((n, n), dtype=bool)
    while live.any():
        highest = _Highest(1, level, draws)
        rows = np.flatnonzero(live.any(axis=1))
        for errors in _draws(family, seed, draws):
            highest.add(_maxima(errors, rows, se, live, nobody).max(axis=1, keepdims=True))
        c, error = (np.repeat(each, n) for each in highest.quantile())
        # a comparison is its reverse too: what comes near from one unit comes near from the other
        _record(found, every, c, error, z, live, live.T)
        before = live.sum()
        live &= z <= c[0]
        if not stepdown or live.sum() == before:
            break
    return found
