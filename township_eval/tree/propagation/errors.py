"""Errors of leaf values as they come from the sources, and errors of scores as they go out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from township_eval.language import Text
from township_eval.methods.loadings import Loadings, total_variance
from township_eval.methods.varying import Array
from township_eval.tree.plan import Plan

__all__ = [
    "DELTA", "EXACT", "METHODS", "METHOD_WORDS", "PUSHED", "SIMULATED", "Errors", "LeafError", "Propagated",
    "leaf_error", "own_shocks",
]  # fmt: skip

#: How a node's standard error was obtained; positions in `METHODS`.
EXACT, DELTA, PUSHED, SIMULATED = range(4)
METHODS: Final = ("", "delta", "push-forward", "simulation")
#: The same for a reader.
METHOD_WORDS: Final = (
    Text("", ""),
    Text("按各项得分的变化率推算(delta法)", "delta rule"),
    Text("按评分规则由正态分布直接算出", "push-forward of the normal distribution through the rule"),
    Text("模拟推算(以样本估计值代替真值)", "simulation (plug-in)"),
)

# A variance this small beside the square of the standard error is what rounding leaves of none.
_NOTHING: Final = 1e-12


@dataclass(frozen=True, eq=False)
class Errors:
    """What is known of the errors of leaf values, leaves in tree order.

    Attributes
    ----------
    se : array, (n_leaves, n_units)
        Standard errors in value units: 0 is declared free of error, NaN has no error model.
    unknown : array of bool, (n_leaves, n_units)
        The value has an error that nobody knows.
    loadings : tuple of tuple of Loadings
        Per leaf what its errors come from; empty: an independent one for every unit.
    df : array, (n_leaves, n_units), optional
        Degrees of freedom of the standard errors; NaN or infinite where they count as known.
    """

    se: Array
    unknown: NDArray[np.bool_]
    loadings: tuple[tuple[Loadings, ...], ...] = ()
    df: Array | None = None


@dataclass(frozen=True, eq=False)
class Propagated:
    """Errors of the scores of every node.

    Attributes
    ----------
    se : array, (n_nodes, n_units)
        Standard error in score points (0-100). NaN where nothing below has an error model, and where
        an error below is unknown; 0 where all errors below are declared to be none.
    method : array of int8, (n_nodes, n_units)
        Position in `METHODS`: no error below, delta rule, push-forward, simulation (plug-in).
    unknown : array of bool, (n_nodes, n_units)
        An error below is one that nobody knows: no certainty.
    composite : tuple of Loadings
        The errors of the index score by what causes them, in score points: their covariance over the
        units is that of the scores. Exact under the delta rule; elsewhere the best straight line in
        the errors of the unit's leaves, and the rest independent, so that variances agree with ``se``.
    draws : int
        Number of simulated draws, 0 if nothing was simulated. A simulated standard error has itself
        a relative error of about ``1 / sqrt(2 draws)``.
    groups : tuple of int
        Which of the entries of ``composite`` are one part of the variance, one number for each: leaves
        that share a sample are one part.
    df : array, (n_groups, n_units)
        Degrees of freedom of every part, infinite where its errors count as known.
    leaves : tuple of Loadings
        The errors of the leaf values by what causes them, in value units; unit ``u`` of leaf number
        ``k`` stands at ``k * n_units + u``.
    """

    se: Array
    method: NDArray[np.int8]
    unknown: NDArray[np.bool_]
    composite: tuple[Loadings, ...] = ()
    draws: int = 0
    groups: tuple[int, ...] = ()
    df: Array = field(default_factory=lambda: np.empty((0, 0)))
    leaves: tuple[Loadings, ...] = ()


@dataclass(frozen=True, eq=False)
class LeafError:
    """One leaf with errors: where it stands, and its errors in value units."""

    leaf: int
    row: int
    se: Array  # (n_units,), 0 where there is no error
    loadings: tuple[Loadings, ...]

    @property
    def samples(self) -> frozenset[str]:
        """Names of the samples its errors come from."""
        return frozenset(part.sample for part in self.loadings)


def own_shocks(plan: Plan, sample: str, se: Array) -> Loadings:
    """Return an independent error for every unit, numbered by code so that row order is of no account."""
    at = np.flatnonzero(se > 0)
    return Loadings(sample, at, plan.units.code_order[at], se[at])


def leaf_error(plan: Plan, errors: Errors, leaf: int, se: Array) -> LeafError:
    """Return one leaf's errors with loadings that give exactly its standard errors.

    The standard error is what is published; loadings say how it is shared. They are scaled to it,
    and a unit without loadings gets an error of its own.
    """
    row = plan.leaves[leaf]
    given = errors.loadings[leaf] if errors.loadings else ()
    variance = total_variance(list(given), plan.units.n) if given else np.zeros(plan.units.n)
    shared = variance > _NOTHING * se**2
    factor = np.divide(se, np.sqrt(variance), out=np.zeros_like(se), where=shared & (se > 0))
    parts = tuple(part.scaled(factor).without_unused() for part in given)
    alone = np.where(shared, 0.0, se)
    if alone.any():
        parts += (own_shocks(plan, f"{plan.ids[row]}: own", alone),)
    return LeafError(leaf, row, se, parts)
