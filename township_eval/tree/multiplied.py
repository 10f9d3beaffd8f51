"""What dimensions were multiplied by, said to the reader of a result."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from township_eval.errors import Problem
from township_eval.language import Text, join_texts
from township_eval.methods.varying import Array
from township_eval.tree.aggregate import factors
from township_eval.tree.plan import Plan

__all__ = ["factor_notes"]

_NAMED: Final = 9  # units named one by one; of more, the range is said


def factor_notes(plan: Plan, score: Array) -> Iterator[Problem]:
    """Yield a note for every dimension that was multiplied: by what, and how much for whom.

    Parameters
    ----------
    plan : Plan
        The tree.
    score : array, (n_nodes, n_units)
        Scores of every node.
    """
    for row, node in enumerate(plan.nodes):
        by, factor = factors(plan, row, score) if plan.children[row] else ("", None)
        if factor is None:
            continue
        mine = np.concatenate([v.positions for v in plan.variants if v.dimension(row).multiplier is not None])
        given = mine[~np.isnan(factor[mine]) & ~np.isnan(score[row, mine])]
        if len(given):
            what = Text("{node} × {by}系数:{amounts}", "{node} times a factor by {by}: {amounts}").format(
                node=node.name,
                by=by,
                amounts=_amounts(plan, given[np.argsort(plan.units.code_order[given])], factor),
            )
            yield Problem("warning", "note.multiplier", node.id, what)


def _amounts(plan: Plan, positions: np.ndarray[tuple[int], np.dtype[np.intp]], factor: Array) -> Text:
    if len(positions) > _NAMED:
        low, high = factor[positions].min(), factor[positions].max()
        count = len(positions)
        return Text(f"{count}个单位,{low:.4g}至{high:.4g}", f"{count} units, {low:.4g} to {high:.4g}")
    said = [
        Text(f"{plan.units.names[at]}{factor[at]:.4g}", f"{plan.units.names[at]} {factor[at]:.4g}")
        for at in positions
    ]
    return join_texts(said, "、", ", ")
