"""Errors of values to errors of leaf scores: by the rule's slope where it is smooth, else exactly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from township_eval.methods.pushforward import push_forward
from township_eval.methods.varying import Array
from township_eval.tree.leaves import resolved_rule
from township_eval.tree.plan import Positions
from township_eval.tree.propagation.errors import DELTA, PUSHED, SIMULATED, LeafError
from township_eval.tree.propagation.ground import Flags, Ground

__all__ = ["REACH", "LeafScore", "is_apart", "leaf_score", "step_of"]

#: A rule counts as smooth where it has no corner within so many standard errors: beyond lie six of
#: a hundred thousand.
REACH: Final = 4.0
# Steps of numeric derivatives: a small part of the error, and far above the rounding of the number.
_PART: Final = 1.0 / 128.0
_LEAST: Final = 1e-7
_AT_ONCE: Final = 1024  # units, so that the nodes of all of them stay in the cache


@dataclass(frozen=True, eq=False)
class LeafScore:
    """What a leaf's error does to its score, one entry per unit.

    Attributes
    ----------
    error : LeafError
    at : array of bool
        Where the score has an error; under a rule that compares units also where the value has none.
    se : array
        Standard error of the score; 0 where there is none, NaN where only simulation tells.
    slope : array
        Score points per unit of the value: the derivative, or the best straight line.
    method : array of int8
    """

    error: LeafError
    at: Flags
    se: Array
    slope: Array
    method: NDArray[np.int8]


def step_of(se: Array, size: Array) -> Array:
    """Return the step of a numeric derivative; 0 where there is no error."""
    least = _LEAST * np.maximum(np.abs(size), 1e-3)
    return np.where(se > 0, np.maximum(_PART * se, least), 0.0)


def is_apart(corners: Array | None, value: Array, se: Array) -> Flags:
    """Return where no corner lies within `REACH` standard errors; nowhere when corners are not told."""
    if corners is None:
        return np.zeros(len(value), dtype=np.bool_)
    radius = np.maximum(REACH * se, 2.0 * step_of(se, value))
    with np.errstate(invalid="ignore"):
        near = np.abs(corners - value) <= radius
    return ~np.asarray(near.any(axis=0))


def leaf_score(ground: Ground, error: LeafError, at: Flags) -> LeafScore:
    """Carry one leaf's errors through its rule.

    Parameters
    ----------
    ground : Ground
    error : LeafError
    at : array of bool, (n_units,)
        Where the leaf's score has an error (`Ground.reached`).
    """
    n = ground.plan.units.n
    found = LeafScore(error, at, np.zeros(n), np.zeros(n), np.zeros(n, dtype=np.int8))
    for rule, positions in _rules(ground, error.row):
        mine = positions[at[positions]]
        for start in range(0, len(mine), _AT_ONCE):
            _fill(ground, found, rule, mine[start : start + _AT_ONCE])
    factor = ground.plan.multiplied.get(error.row)
    if factor is not None:  # an event takes its part of the score, and of the error
        found.se[:] *= factor
        found.slope[:] *= factor
    return found


def _rules(ground: Ground, row: int) -> list[tuple[Any, Positions]]:
    """Return the rules of a leaf, each with its units."""
    parts: dict[Any, list[Positions]] = {}
    for variant in ground.plan.variants:
        parts.setdefault(variant.nodes[row].scoring, []).append(variant.positions)
    return [(rule, np.concatenate(positions)) for rule, positions in parts.items()]


def _fill(ground: Ground, found: LeafScore, rule: Any, at: Positions) -> None:
    """Write standard error, slope and method of some units under one rule, in place."""
    error = found.error
    value, se = ground.values[error.leaf, at], error.se[at]
    filled = resolved_rule(ground.plan, error.row, rule, at)
    compares = getattr(rule, "compares_units", False)
    corners = None if compares or not hasattr(filled, "corners") else filled.corners()
    if corners is None:
        found.se[at], found.method[at] = np.nan, SIMULATED
        return
    step = step_of(se, value)
    slope = (filled(value + step) - filled(value - step)) / (2.0 * step)
    found.slope[at], found.se[at], found.method[at] = slope, np.abs(slope) * se, DELTA
    rough = np.flatnonzero(~is_apart(corners, value, se))
    if len(rough):
        at = at[rough]
        filled = resolved_rule(ground.plan, error.row, rule, at)
        image = push_forward(filled, filled.corners(), value[rough], se[rough])
        found.slope[at], found.se[at], found.method[at] = image.slope, image.sd, PUSHED
