"""How sure a unit's values are: interval and number of answers behind every value with an error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from township_eval.methods.estimation.intervals import student
from township_eval.scheme.model import Indicator

if TYPE_CHECKING:
    from township_eval.evaluation.result import Evaluation

__all__ = ["LEVEL", "certainty_of", "interval_of"]

#: confidence level of the intervals that are printed
LEVEL: Final = 0.95


def interval_of(evaluation: Evaluation, leaf: int, at: int) -> tuple[float, float]:
    """Return the interval of a leaf's value; NaN where its error is not known.

    The interval its source left counts, because it knows the bounds of the scale; else Student's t.
    """
    leaves = evaluation.leaves
    node_id = evaluation.nodes[evaluation.plan.leaves[leaf]]
    kind = _kind(evaluation, leaf)
    stated = _row_of(evaluation.table_rows.get(f"{kind}_total"), node_id, evaluation.units.codes[at])
    if stated is not None and {"lower", "upper"} <= stated.keys():
        return float(stated["lower"]), float(stated["upper"])
    df = leaves.df[leaf, at]
    lower, upper = student(leaves.value[leaf, at], leaves.se[leaf, at], np.inf if np.isnan(df) else df, LEVEL)
    return float(lower), float(upper)


def certainty_of(evaluation: Evaluation, at: int) -> list[dict[str, Any]]:
    """Return a row for every leaf of a unit whose value has an error, known or not."""
    leaves = evaluation.leaves
    rows = []
    for leaf, row in enumerate(evaluation.plan.leaves):
        se, unknown = leaves.se[leaf, at], bool(leaves.unknown[leaf, at])
        if np.isnan(se) and not unknown:
            continue
        node = evaluation.plan.nodes[row]
        lower, upper = interval_of(evaluation, leaf, at)
        said = leaves.assumption[leaf]
        rows.append(
            {
                "node": node.id,
                "name": node.name,
                "value": _number(leaves.value[leaf, at]),
                "se": _number(se),
                "df": _number(leaves.df[leaf, at]),
                "n": _number(leaves.n[leaf, at]),
                "lower": _number(lower),
                "upper": _number(upper),
                "level": LEVEL,
                "unknown": unknown,
                "parts": _parts(evaluation, leaf, at),
                "raters": _raters(evaluation, leaf, at),
                "assumption": None if said is None else {"zh": said[at].zh, "en": said[at].en},
            }
        )
    return rows


def _kind(evaluation: Evaluation, leaf: int) -> str:
    node = evaluation.plan.nodes[evaluation.plan.leaves[leaf]]
    return node.source.kind if isinstance(node, Indicator) else ""


def _parts(evaluation: Evaluation, leaf: int, at: int) -> list[dict[str, Any]]:
    """Return the valid answers by channel; of several questions the one fewest answered counts."""
    frame = evaluation.table_rows.get("satisfaction")
    if _kind(evaluation, leaf) != "satisfaction" or frame is None:
        return []
    node_id = evaluation.nodes[evaluation.plan.leaves[leaf]]
    own = frame[(frame["unit"] == evaluation.units.codes[at]) & (frame["indicator"] == node_id)]
    by_channel = own.groupby("channel", sort=False)["n_valid"].min()
    return [{"name": str(name), "n": int(n)} for name, n in by_channel.items() if name]


def _raters(evaluation: Evaluation, leaf: int, at: int) -> int | None:
    """Return how many raters marked a unit, those dropped included; None for what no panel marks."""
    frame = evaluation.table_rows.get("ratings")
    if _kind(evaluation, leaf) != "ratings" or frame is None:
        return None
    node_id = evaluation.nodes[evaluation.plan.leaves[leaf]]
    own = (frame["unit"] == evaluation.units.codes[at]) & (frame["indicator"] == node_id)
    return int(own.sum())


def _row_of(frame: pd.DataFrame | None, indicator: str, unit: str) -> dict[str, Any] | None:
    if frame is None or "indicator" not in frame:
        return None
    own = frame[(frame["indicator"] == indicator) & (frame["unit"] == unit)]
    return None if own.empty else {str(name): value for name, value in own.iloc[0].items()}


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
