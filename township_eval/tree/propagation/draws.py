"""Simulation, where nothing simpler is right: the tree scored again for seeded draws of the errors.

Draw number ``d`` of a sample's shocks depends on the seed, the sample's name, ``d`` and the shock, not
on how many draws are scored at once. Drawn values are normal and not cut off at the ends of a scale;
a rule that caps does that itself. A draw for which a rule has no score is left out for the units and
nodes it would have reached, as if it had not been drawn.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from township_eval.methods.loadings import Loadings
from township_eval.methods.varying import Array
from township_eval.tree.aggregate import aggregate
from township_eval.tree.leaves import score_leaf
from township_eval.tree.plan import Positions
from township_eval.tree.propagation.errors import LeafError
from township_eval.tree.propagation.ground import Flags, Ground

__all__ = ["DRAWS", "Simulated", "Walk", "error_blocks", "simulate"]

#: Draws unless stated: a simulated standard error is then off by 1.1 %, one in twenty by over 2.2 %.
DRAWS: Final = 4_000
_BLOCK: Final = 64  # draws that are generated together; another number gives other draws
_NUMBERS: Final = 1 << 22  # scores held at once, 32 MB


@dataclass(frozen=True, eq=False)
class Simulated:
    """What the draws say.

    Attributes
    ----------
    se : dict of int to array (n_units,)
        Standard deviation of each open node's score, by row; NaN for units not simulated.
    slope : array, (n_leaves_with_errors, n_units)
        Index score points per unit of each leaf's error in the straight line that fits best.
    """

    se: dict[int, Array]
    slope: Array


def simulate(
    ground: Ground, errors: Sequence[LeafError], rows: Mapping[int, Flags],
    draws: int = DRAWS, seed: int = 0, at_once: int | None = None,
) -> Simulated:  # fmt: skip
    """Score the tree for draws of the leaves' errors.

    Parameters
    ----------
    ground : Ground
    errors : sequence of LeafError
        All leaves with errors.
    rows : mapping of int to bool array (n_units,)
        Open nodes, and for whom.
    draws, seed : int
        Number of draws, and the seed they come from.
    at_once : int, optional
        Draws scored in one call; the result does not depend on it.
    """
    n = ground.plan.units.n
    wanted = np.flatnonzero(np.any(list(rows.values()), axis=0))
    if not _compares(ground, errors):
        shocks = {name: _count(parts) for name, parts in _by_sample(errors).items()}
        ground, errors = ground.take(wanted), [_taken(error, wanted, n) for error in errors]
    else:
        shocks, wanted = {}, np.arange(n)
    tally = _Tally(ground, errors, sorted(rows))
    walk = Walk(ground, errors, at_once)
    for moved in error_blocks(errors, ground.plan.units.n, draws, seed, shocks):
        for scores, part in walk.scored(moved):
            tally.add(scores[:, tally.rows], part)
    se = {row: np.full(n, np.nan) for row in tally.rows}
    for place, row in enumerate(tally.rows):
        se[row][wanted] = tally.spread()[place]
    slope = np.zeros((len(errors), n))
    slope[:, wanted] = tally.slopes()
    return Simulated(se, slope)


def _compares(ground: Ground, errors: Sequence[LeafError]) -> bool:
    """Return whether a rule above these errors compares units, so that all have to be drawn."""
    rows = [error.row for error in errors]
    return any(
        getattr(variant.nodes[row].scoring, "compares_units", False)
        for row in (*rows, *ground.above(rows))
        for variant in ground.plan.variants
    )


def _taken(error: LeafError, positions: Positions, n: int) -> LeafError:
    place = np.full(n, -1, dtype=np.intp)
    place[positions] = np.arange(len(positions))
    return replace(
        error, se=error.se[positions], loadings=tuple(part.moved(place) for part in error.loadings)
    )


# ---- shocks --------------------------------------------------------------------------------------
def _by_sample(errors: Sequence[LeafError]) -> dict[str, list[Loadings]]:
    found: dict[str, list[Loadings]] = {}
    for error in errors:
        for part in error.loadings:
            found.setdefault(part.sample, []).append(part)
    return found


def _count(parts: Sequence[Loadings]) -> int:
    return max(part.n_shocks for part in parts)


def error_blocks(
    errors: Sequence[LeafError], n: int, draws: int, seed: int, shocks: Mapping[str, int] | None = None
) -> Iterator[Array]:
    """Yield the errors of blocks of draws, (n_leaves, n_draws of the block, n_units).

    Parameters
    ----------
    errors : sequence of LeafError
    n : int
        Number of units.
    draws, seed : int
        The same draw of the same seed is the same whatever else is drawn.
    shocks : mapping of str to int, optional
        Number of shocks by sample, where the errors given here do not show them all.
    """
    samples = _by_sample(errors)
    counts = {name: (shocks or {}).get(name, _count(parts)) for name, parts in samples.items()}
    entries = [[_Entries(part) for part in error.loadings] for error in errors]
    for block, first in enumerate(range(0, draws, _BLOCK)):
        drawn = {}
        for name, parts in samples.items():
            generator = np.random.Generator(np.random.Philox(_key(seed, name, block)))
            drawn[name] = _centered(generator.standard_normal((_BLOCK, counts[name])), parts)
        moved = np.zeros((len(errors), min(_BLOCK, draws - first), n))
        for total, parts_of_leaf in zip(moved, entries, strict=True):
            for part in parts_of_leaf:
                part.add(drawn[part.sample][: len(total)], total)
        yield moved


def _key(seed: int, name: str, block: int) -> np.random.SeedSequence:
    words = np.frombuffer(hashlib.sha256(name.encode("utf-8")).digest()[:16], dtype="<u4")
    return np.random.SeedSequence([seed, block, *words.tolist()])


def _centered(shocks: Array, parts: Sequence[Loadings]) -> Array:
    """Take each stratum's mean off its shocks, weighted by their shares."""
    stratum, share = next(
        ((part.stratum, part.share) for part in parts if part.stratum is not None), (None, None)
    )
    if stratum is None:
        return shocks
    root = np.sqrt(1.0 / np.bincount(stratum)[stratum] if share is None else share)
    order = np.argsort(stratum, kind="stable")
    starts = np.flatnonzero(np.diff(stratum[order], prepend=-1))
    means = np.add.reduceat((shocks * root)[:, order], starts, axis=1)
    place = np.empty(len(stratum), dtype=np.intp)
    place[order] = np.cumsum(np.diff(stratum[order], prepend=-1) != 0) - 1
    return np.asarray(shocks - root * means[:, place])


class _Entries:
    """Loadings sorted by unit and shock, so that a unit's error is one sum in a fixed order."""

    def __init__(self, part: Loadings) -> None:
        order = np.lexsort((part.shock, part.unit))
        unit = part.unit[order]
        self.sample = part.sample
        self.shock, self.amount = part.shock[order], part.amount[order]
        self.starts = np.flatnonzero(np.diff(unit, prepend=-1))
        self.units = unit[self.starts]

    def add(self, shocks: Array, total: Array) -> None:
        """Add the errors of these draws to *total* ``(n_draws, n_units)``, in place."""
        if len(self.units):
            parts = shocks[:, self.shock] * self.amount
            total[:, self.units] += np.add.reduceat(parts, self.starts, axis=1)


# ---- scores --------------------------------------------------------------------------------------
class Walk:
    """Scores a few draws at a time; only what rests on an error is computed anew.

    Parameters
    ----------
    ground : Ground
    errors : sequence of LeafError
    at_once : int, optional
        Draws scored in one call; the scores do not depend on it.
    """

    def __init__(self, ground: Ground, errors: Sequence[LeafError], at_once: int | None) -> None:
        size = at_once or max(1, min(_BLOCK, _NUMBERS // max(1, ground.score.size)))
        self.ground, self.errors = ground, errors
        self.rows = ground.above(error.row for error in errors)
        self.reached = [ground.reached({error.row: error.se > 0}) for error in errors]
        self.score = np.empty((size, *ground.score.shape))
        self.score[:] = ground.score

    def scored(self, moved: Array) -> Iterator[tuple[Array, Array]]:
        """Yield scores (n_draws, n_nodes, n_units), good until the next, and the errors of these draws."""
        size, ground = len(self.score), self.ground
        for first in range(0, moved.shape[1], size):
            part = moved[:, first : first + size]
            score = self.score[: part.shape[1]]
            lost = [self._leaf(error, part[at], score) for at, error in enumerate(self.errors)]
            aggregate(ground.plan, score, ground.weight, ground.previous, self.rows)
            for missing, flags in zip(lost, self.reached, strict=True):
                _leave_out(score, missing, flags)
            yield score, part

    def _leaf(self, error: LeafError, moved: Array, score: Array) -> Flags:
        """Score one leaf for drawn values, in place; return which draws its rule has no score for."""
        ground, row = self.ground, error.row
        drawn = score_leaf(ground.plan, row, ground.values[error.leaf] + moved, ground.status[error.leaf])
        score[:, row] = drawn
        return np.asarray(np.isnan(drawn) & ~np.isnan(ground.score[row]))


def _leave_out(score: Array, missing: Flags, reached: Mapping[int, Flags]) -> None:
    """Blank what a leaf without a drawn score would have reached, in place."""
    if missing.any():
        for row, here in reached.items():
            score[:, row][missing & here] = np.nan


class _Tally:
    """Sums over draws, one draw after the other, so that blocks of any size give the same bits."""

    def __init__(self, ground: Ground, errors: Sequence[LeafError], rows: list[int]) -> None:
        n, k = ground.plan.units.n, len(errors)
        self.rows = rows
        self.center = ground.score[rows]
        self.count, self.first, self.second = (np.zeros((len(rows), n)) for _ in range(3))
        self.index = rows.index(0) if 0 in rows else None
        self.cross, self.square = np.zeros((k, n)), np.zeros((k, k, n))

    def add(self, scores: Array, errors: Array) -> None:
        """Add some draws: scores (n_draws, n_rows, n_units), errors (n_leaves, n_draws, n_units)."""
        apart = scores - self.center
        there = ~np.isnan(apart)
        apart = np.where(there, apart, 0.0)
        for draw, (one, known) in enumerate(zip(apart, there, strict=True)):
            self.count += known
            self.first += one
            self.second += one**2
            if self.index is not None:
                error = errors[:, draw] * known[self.index]
                self.cross += error * one[self.index]
                self.square += error[:, np.newaxis] * error

    def spread(self) -> Array:
        """Return the standard deviations, (n_rows, n_units)."""
        with np.errstate(invalid="ignore", divide="ignore"):
            variance = (self.second - self.first**2 / self.count) / (self.count - 1.0)
        return np.sqrt(np.where(self.count > 1, np.maximum(variance, 0.0), np.nan))

    def slopes(self) -> Array:
        """Return the least squares slopes of the index on the leaves' errors, (n_leaves, n_units)."""
        out = np.zeros_like(self.cross)
        for at in range(out.shape[1]):
            out[:, at] = np.linalg.lstsq(self.square[:, :, at], self.cross[:, at], rcond=1e-9)[0]
        return out
