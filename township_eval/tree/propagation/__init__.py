"""From errors of leaf values to errors of scores: standard errors, how they were got, and covariances."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from township_eval.inputs import NOT_REPORTED
from township_eval.methods.freedom import satterthwaite
from township_eval.methods.loadings import Loadings, total_variance
from township_eval.methods.varying import Array
from township_eval.tree import Scored
from township_eval.tree.leaves import Status
from township_eval.tree.plan import Plan
from township_eval.tree.propagation.draws import DRAWS, Simulated, simulate
from township_eval.tree.propagation.errors import (
    DELTA,
    EXACT,
    METHOD_WORDS,
    METHODS,
    PUSHED,
    SIMULATED,
    Errors,
    LeafError,
    Propagated,
    leaf_error,
    own_shocks,
)
from township_eval.tree.propagation.freedom import parts_of
from township_eval.tree.propagation.ground import Flags, Ground, unrounded
from township_eval.tree.propagation.leaves import LeafScore, leaf_score
from township_eval.tree.propagation.nodes import NodeErrors, node_errors
from township_eval.tree.propagation.slopes import Slopes, slopes_of

__all__ = ["DRAWS", "METHODS", "METHOD_WORDS", "Errors", "Propagated", "propagate"]

# What is left of a variance after the linear part, relative to all of it, before it counts as something.
_REST = 1e-9


def propagate(
    plan: Plan, values: Array, status: Status, scored: Scored, errors: Errors, *,
    previous: Array | None = None, draws: int = DRAWS, seed: int = 0,
) -> Propagated:  # fmt: skip
    r"""Carry the errors of leaf values through the tree.

    The full gradient with the covariance of leaves and of units wherever every rule is smooth within
    four standard errors of the point (delta rule); the exact distribution of a one-leaf rule where it
    is not, and sums of squares above it where nodes only add independent leaves up; seeded simulation
    for the rest. Printed points are not rounded here.

    .. math:: \mathrm{se}^2 = g' \Sigma g, \qquad g_j = \partial s / \partial x_j

    Parameters
    ----------
    plan : Plan
        The tree laid out for the units.
    values : array, (n_leaves, n_units)
        Leaf values as they were scored.
    status : array of int8, (n_leaves, n_units)
        Why a value is absent.
    scored : Scored
        From `score_tree`.
    errors : Errors
        What is known of the values' errors. A value carried forward from an earlier period has an
        unknown one where the leaf has errors at all.
    previous : array, (n_nodes, n_units), optional
        Node scores of the period before, as given to `score_tree`.
    draws, seed : int
        Of a simulation; the same numbers give the same bits.

    Returns
    -------
    Propagated

    Notes
    -----
    Leaves without an error model (administrative figures) count as exact beside others. A leaf of
    weight 0 moves nothing, unless it multiplies a dimension. Source of the delta rule: Wolter,
    Introduction to Variance Estimation (2007), chapter 6; of the rest: the image of the normal
    distribution under the rule (`methods.pushforward`), and plug-in simulation.

    Examples
    --------
    Cut at 60, value 60.5, standard error 2: by its slope the score would have no error.

    >>> import township_eval as te
    >>> from township_eval.inputs import Units
    >>> from township_eval.tree import plan_tree, score_tree
    >>> cut = {"method": "bands", "bounds": [60], "scores": [70, 100]}
    >>> scheme = te.read_scheme({"name": "Cut", "version": "1", "index": {
    ...     "children": [{"id": "a", "weight": 100, "scoring": cut}]}})
    >>> plan = plan_tree(scheme.for_period("2018"), Units(("u",), ("u",), ("",), ("",), ((),)))
    >>> values, status = np.array([[60.5]]), np.zeros((1, 1), dtype=np.int8)
    >>> errors = Errors(se=np.array([[2.0]]), unknown=np.zeros((1, 1), dtype=bool))
    >>> found = propagate(plan, values, status, score_tree(plan, values, status), errors)
    >>> found.se.round(1).ravel().tolist(), [METHODS[k] for k in found.method.ravel()]
    ([14.7, 14.7], ['push-forward', 'push-forward'])
    """
    stated = _stated(values, status, errors)
    if not stated:
        return _nothing(plan)
    score = unrounded(plan, values, status, scored.weight, previous, scored.score)
    ground = Ground(plan, values, status, score, scored.weight, previous, scored.gaps)
    given = [leaf_error(plan, errors, leaf, one.se) for leaf, one in stated.items() if one.se.any()]
    uncertain = ground.reached({error.row: error.se > 0 for error in given})
    leaves = [leaf_score(ground, error, uncertain[error.row]) for error in given]
    slopes = slopes_of(ground, leaves)
    found = node_errors(ground, leaves, slopes, uncertain)
    rows = found.open()
    drawn = simulate(ground, given, rows, draws, seed) if rows else None
    if drawn is not None:
        for row, flags in rows.items():
            found.se[row] = np.where(flags, drawn.se[row], found.se[row])
    # a score that an event has set to zero has no error, whatever is known of those below it
    declared = ground.reached(
        {plan.leaves[leaf]: one.declared | one.unknown for leaf, one in stated.items()}, through_zero=True
    )
    unknown = ground.reached(
        {plan.leaves[leaf]: one.unknown for leaf, one in stated.items() if one.unknown.any()}
    )
    result = _laid_out(ground, found, declared, unknown)
    if not given:
        return result
    linear = _linear(result, leaves, slopes, drawn)
    part, df = parts_of(
        [(error.leaf, one) for error, one in zip(given, linear, strict=True)], errors.df, plan.units.n
    )
    composite, groups, df = _composite(ground, result, linear, part, df)
    return replace(
        result, composite=composite, groups=groups, df=df, draws=draws if rows else 0,
        leaves=_by_leaf(given, plan.units.n),
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class _Stated:
    """What one leaf's errors are said to be, (n_units,) each."""

    se: Array  # 0 where there is none, or where nobody knows it
    declared: Flags
    unknown: Flags


def _stated(values: Array, status: Status, errors: Errors) -> dict[int, _Stated]:
    """Return what is said of the leaves that have an error model; nobody else is looked at."""
    found = {}
    models = ~np.isnan(errors.se).all(axis=1) | errors.unknown.any(axis=1)
    for leaf in np.flatnonzero(models).tolist():
        se, there = errors.se[leaf], ~np.isnan(values[leaf])
        carried = status[leaf] == NOT_REPORTED
        unknown = there & (errors.unknown[leaf] | np.isinf(se) | carried)
        declared = there & ~np.isnan(se)
        found[leaf] = _Stated(np.where(declared & ~unknown, se, 0.0), declared, unknown)
    return found


def _nothing(plan: Plan) -> Propagated:
    """Return that no node has an error, at the cost of one number."""
    shape = (len(plan.ids), plan.units.n)
    return Propagated(
        np.broadcast_to(np.nan, shape),
        np.broadcast_to(np.int8(EXACT), shape),
        np.broadcast_to(np.bool_(False), shape),
    )


def _laid_out(
    ground: Ground, found: NodeErrors, declared: dict[int, Flags], unknown: dict[int, Flags]
) -> Propagated:
    """Return standard errors, methods and what is unknown for every node."""
    shape = ground.score.shape
    se, method, lost = np.full(shape, np.nan), np.zeros(shape, dtype=np.int8), np.zeros(shape, dtype=np.bool_)
    for row, flags in declared.items():
        se[row, flags] = 0.0
    for row, one in found.method.items():
        method[row] = one
        se[row] = np.where(one != EXACT, found.se[row], se[row])
    for row, flags in unknown.items():
        lost[row] = flags
        se[row, flags], method[row, flags] = np.nan, EXACT
    return Propagated(se, method, lost)


def _linear(
    result: Propagated, leaves: Sequence[LeafScore], slopes: Sequence[Slopes], drawn: Simulated | None
) -> list[list[Loadings]]:
    """Return per leaf what its error moves the index by, along the straight line that is right for it."""
    zero, method = np.zeros(result.se.shape[1]), result.method[0]
    parts = []
    for place, (leaf, slope) in enumerate(zip(leaves, slopes, strict=True)):
        straight = np.nan_to_num(slope.score.get(0, zero) * leaf.slope)
        simulated = zero if drawn is None else drawn.slope[place]
        factor = np.select(
            [(method == DELTA) | (method == PUSHED), method == SIMULATED], [straight, simulated]
        )
        parts.append([part.scaled(factor).without_unused() for part in leaf.error.loadings])
    return parts


def _composite(
    ground: Ground, result: Propagated, linear: Sequence[Sequence[Loadings]], part: Sequence[int], df: Array
) -> tuple[tuple[Loadings, ...], tuple[int, ...], Array]:
    """Return the errors of the index by what causes them, with the variances of its standard errors.

    Beside them which part of the variance each belongs to, and the parts' degrees of freedom. What is
    left beyond the straight line is as well known as the rest of the unit's error.
    """
    se = np.nan_to_num(result.se[0])
    found = [(one, number) for ones, number in zip(linear, part, strict=True) for one in ones]
    variance = total_variance([one for one, _ in found], len(se))
    rest = np.where(variance < se**2 * (1.0 - _REST), se**2 - variance, 0.0)
    too_much = variance > se**2 * (1.0 + _REST)
    if too_much.any():  # slopes from draws carry the draws' own error
        factor = np.where(too_much, se / np.sqrt(np.where(variance > 0, variance, 1.0)), 1.0)
        found = [(one.scaled(factor), number) for one, number in found]
    if rest.any():
        known = [[one for one, number in found if number == place] for place in range(len(df))]
        of_parts = np.array([total_variance(some, len(se)) for some in known])
        beyond = own_shocks(ground.plan, f"{ground.plan.ids[0]}: beyond the straight line", np.sqrt(rest))
        found.append((beyond, len(df)))
        df = np.vstack([df, satterthwaite(of_parts, df)])
    kept = [(one, number) for one, number in found if len(one.unit)]
    return tuple(one for one, _ in kept), tuple(number for _, number in kept), df


def _by_leaf(given: Sequence[LeafError], n: int) -> tuple[Loadings, ...]:
    """Return the errors of values, every pair of leaf and unit at a place of its own."""
    return tuple(replace(part, unit=part.unit + error.leaf * n) for error in given for part in error.loadings)
