"""Draws of composites: by their normal errors where these are right, else through the whole scheme."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from township_eval.evaluation import Evaluation
from township_eval.language import Text
from township_eval.methods.varying import Array
from township_eval.tree import round_stage
from township_eval.tree.leaves import resolved_rule
from township_eval.tree.propagation.draws import Walk, error_blocks
from township_eval.tree.propagation.errors import DELTA, LeafError
from township_eval.tree.propagation.redraw import ground_of, leaf_errors

__all__ = [
    "BARRED", "BEYOND", "affordable", "beyond_scale", "has_normal_errors", "normal_draws", "redrawn",
]  # fmt: skip

Flags = NDArray[np.bool_]
Positions = NDArray[np.intp]

_SAME: Final = 256  # draws at once where nothing is drawn
_NEAR: Final = 2.0  # standard errors: one draw in fifty lies beyond
_WORK: Final = 2e9  # scores of nodes, some ten seconds
_LEAST: Final = 1_000  # draws: below, probabilities are off by more than 1.6 %

#: Said where normal errors reach beyond the scale of a value.
BEYOND: Final = Text(
    "{n}个单位有数据距满分或零分不足两个标准误,正态误差会超出量表两端,结果只是粗略值",
    "{n} units have a value within two standard errors of an end of its scale, which normal errors pass:"
    " take the figures as rough",
)
#: Said where something keeps a unit from a grade.
BARRED: Final = Text(
    "等次的限制(必备条件、等次限制、否决、处理建议等)按本期认定固定,不随误差变动",
    "what keeps a unit from a grade (requirements, limits, vetoes, flags) is held as it was found",
)


def has_normal_errors(evaluation: Evaluation) -> Flags:
    """Return whose composite is normal about its point, (n_units,).

    Wherever every rule on the way is smooth within four standard errors. Near a cap, a floor or a tier
    it is not, nor where points are rounded below the composite.
    """
    rounding = evaluation.scheme.rounding
    smooth = np.asarray(evaluation.precision.method[0] <= DELTA)
    if rounding is not None and rounding.stage != "composite":
        smooth &= ~(np.nan_to_num(evaluation.precision.se[0]) > 0)
    return smooth


def beyond_scale(evaluation: Evaluation) -> Flags:
    """Return for whom a value lies within two standard errors of the end of its scale, (n_units,).

    Normal errors go on beyond that end, and a score that is taken as it is goes with them; the truth
    cannot. Rules that cap do that themselves.
    """
    plan, leaves = evaluation.plan, evaluation.leaves
    found = np.zeros(plan.units.n, dtype=np.bool_)
    se = np.nan_to_num(leaves.se)
    for leaf, row in enumerate(plan.leaves):
        if not se[leaf].any():
            continue
        for variant in plan.variants:
            at, rule = variant.positions, variant.nodes[row].scoring
            if not hasattr(rule, "outside"):
                continue
            ends: Any = resolved_rule(plan, row, rule, at)
            moved = [leaves.value[leaf, at] + way * se[leaf, at] for way in (-_NEAR, _NEAR)]
            found[at] |= (se[leaf, at] > 0) & (ends.outside(moved[0]) | ends.outside(moved[1]))
    return found


def affordable(evaluation: Evaluation, draws: int) -> int:
    """Return how many draws through the scheme take some ten seconds at most, 1,000 at least."""
    return int(min(draws, max(_LEAST, _WORK // max(1, evaluation.score.size))))


def normal_draws(evaluation: Evaluation, at: Positions, seed: int, draws: int) -> Iterator[Array]:
    """Yield drawn index scores (0-100) of some units, (n_draws, n), the same whoever else is asked."""
    composite = evaluation.precision.composite
    place = np.full(evaluation.units.n, -1, dtype=np.intp)
    place[at] = np.arange(len(at))
    error = LeafError(0, 0, np.empty(0), (composite.moved(place),))
    shocks = {composite.sample: composite.n_shocks}
    for moved in error_blocks([error], len(at), draws, seed, shocks):
        yield evaluation.score[0, at] + moved[0]


def redrawn(
    evaluation: Evaluation, draws: int, seed: int, at_once: int | None = None
) -> Iterator[tuple[int, Array]]:
    """Yield the number of the first draw, and the scores of some draws as they would be published.

    Parameters
    ----------
    draws, seed : int
        The same numbers give the same scores, whatever is scored at once.
    at_once : int, optional
        Draws scored in one call.

    Yields
    ------
    int, array (n_draws, n_nodes, n_units)
        Good until the next.
    """
    plan, leaves = evaluation.plan, evaluation.leaves
    errors = leaf_errors(plan, evaluation.precision.leaves)
    if not errors:
        for first in range(0, draws, _SAME):
            size = min(_SAME, draws - first)
            yield first, np.broadcast_to(evaluation.score, (size, *evaluation.score.shape))
        return
    ground = ground_of(plan, leaves.value, leaves.status, evaluation.score, evaluation.weight)
    walk = Walk(ground, errors, at_once)
    first = 0
    for moved in error_blocks(errors, plan.units.n, draws, seed):
        for score, _ in walk.scored(moved):
            published = score.copy()
            round_stage(plan, published, evaluation.weight)
            yield first, published
            first += len(score)
