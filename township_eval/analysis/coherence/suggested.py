"""Weights the data would give, beside the scheme's: a question, with how little they can be relied on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pandas as pd

from township_eval.analysis.coherence.measures import nominal_shares
from township_eval.evaluation import Evaluation
from township_eval.language import Text, listed
from township_eval.methods.varying import Array
from township_eval.methods.weighting import critic, cv, entropy

__all__ = ["suggested_rows"]

_METHODS: Final[dict[str, Callable[..., Any]]] = {"entropy": entropy, "critic": critic, "cv": cv}
_FEWEST: Final = 3  # one is left out, and two have to be compared


def suggested_rows(
    evaluation: Evaluation, scores: Array, *, most: int
) -> tuple[pd.DataFrame, tuple[Text, ...]]:
    """Return entropy, CRITIC and coefficient-of-variation weights of the indicators.

    Parameters
    ----------
    scores : array, (n_units, n_nodes)
        Units with a gap are left out; so are indicators that some units do not have at all.
    most : int
        Units left out in turn at most, evenly over the units in the order of their codes.

    Returns
    -------
    DataFrame
        Columns ``node, name, scheme`` (share of the index), and for each method its weight, and the least
        and largest weight when one unit is left out (``entropy, entropy_low, entropy_high`` ...).
    notes : tuple of Text
    """
    plan, of_index = evaluation.plan, nominal_shares(evaluation)[1]
    leaves = [row for row in plan.leaves if (plan.weight[row] > 0).any()]
    there = [row for row in leaves if not np.isnan(scores[:, row]).all()]
    whole = _complete(scores, there)
    if len(whole) < _FEWEST:  # rather the indicators that everybody has than nobody
        there = [row for row in leaves if not np.isnan(scores[~np.isnan(scores[:, 0]), row]).any()]
        whole = _complete(scores[~np.isnan(scores[:, 0])], there)
    frame = pd.DataFrame(
        {
            "node": [plan.ids[row] for row in leaves],
            "name": [plan.nodes[row].name for row in leaves],
            "scheme": of_index[leaves],
        }
    )
    order = [
        at for at in np.argsort(plan.units.code_order) if at in set(np.flatnonzero(_whole(scores, there)))
    ]
    for name, method in _METHODS.items():
        found = np.full((3, len(leaves)), np.nan)
        if len(order) >= _FEWEST and len(there) > 1:
            found[:, [leaves.index(row) for row in there]] = _with_range(
                method, scores[order][:, there], most
            )
        frame[name], frame[f"{name}_low"], frame[f"{name}_high"] = found
    return frame, tuple(_notes(evaluation, leaves, there, len(order)))


def _whole(scores: Array, rows: list[int]) -> Any:
    return ~np.isnan(scores[:, rows]).any(axis=1) & ~np.isnan(scores[:, 0])


def _complete(scores: Array, rows: list[int]) -> Array:
    kept: Array = scores[~np.isnan(scores[:, rows]).any(axis=1)]
    return kept


def _with_range(method: Callable[..., Any], table: Array, most: int) -> Array:
    """Return the weights, and the least and largest when one unit is left out, ``(3, n_columns)``."""
    out = np.unique(np.linspace(0, len(table) - 1, min(len(table), most)).astype(np.intp))
    again = np.stack([_weights(method, np.delete(table, one, axis=0)) for one in out])
    with_any = again[~np.isnan(again).any(axis=1)]
    if not len(with_any):
        with_any = np.full((1, table.shape[1]), np.nan)
    return np.stack([_weights(method, table), with_any.min(axis=0), with_any.max(axis=0)])


def _weights(method: Callable[..., Any], table: Array) -> Array:
    """Return a method's weights; NaN where the data give none (nothing varies, a mean of 0)."""
    try:
        weights: Array = method(table, ["higher"] * table.shape[1]).weights
    except ValueError:
        return np.full(table.shape[1], np.nan)
    return weights


def _notes(evaluation: Evaluation, leaves: list[int], there: list[int], n: int) -> list[Text]:
    nodes, notes = evaluation.plan.nodes, []
    gone = [nodes[row].name for row in leaves if row not in there]
    if gone:
        notes.append(
            Text("数据赋权不含有单位没有得分的指标:{names}", "weights from data leave out: {names}")
            .format(names=listed(gone, most=5))
        )  # fmt: skip
    if n < evaluation.units.n:
        notes.append(
            Text(
                f"数据赋权依据{n}个各项得分齐全的单位",
                f"weights from data rest on the {n} units with every score",
            )
        )
    return notes
