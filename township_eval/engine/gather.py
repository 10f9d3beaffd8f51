"""What the sources gave, as arrays with one row per leaf."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from township_eval.evaluation import Leaves
from township_eval.inputs import Flags
from township_eval.methods.varying import Array
from township_eval.sources import Evidence
from township_eval.tree import Plan

__all__ = ["DETAIL_COLUMNS", "details_of", "gather_leaves", "tables_of"]

DETAIL_COLUMNS = (
    "unit", "indicator", "column", "value",
    "cell", "source_unit", "document", "reason", "filled_by", "checked_by",
)  # fmt: skip


def gather_leaves(plan: Plan, evidence: Mapping[str, Evidence]) -> Leaves:
    """Stack the evidence of all leaves, in tree order."""
    found = [evidence[plan.ids[row]] for row in plan.leaves]
    return Leaves(
        value=np.stack([leaf.value for leaf in found]),
        status=np.stack([leaf.status for leaf in found]).astype(np.int8),
        se=_stack(plan, [leaf.se for leaf in found]),
        n=_stack(plan, [leaf.n for leaf in found]),
        df=_stack(plan, [leaf.df for leaf in found]),
        unknown=_unknown(plan, [leaf.unknown for leaf in found]),
        method=tuple(leaf.method for leaf in found),
        assumption=tuple(leaf.assumption for leaf in found),
        cell=tuple(leaf.cells for leaf in found),
    )


def details_of(plan: Plan, evidence: Mapping[str, Evidence]) -> pd.DataFrame:
    """Return every reported entry behind the leaves: unit, indicator, column, value, cell, who, document."""
    frames = [
        leaf.details.assign(indicator=plan.ids[row])
        for row in plan.leaves
        if (leaf := evidence[plan.ids[row]]).details is not None and len(leaf.details)
    ]
    if not frames:
        return pd.DataFrame({name: pd.Series(dtype="object") for name in DETAIL_COLUMNS})
    return pd.concat(frames, ignore_index=True).reindex(columns=list(DETAIL_COLUMNS))


def tables_of(evidence: Mapping[str, Evidence]) -> dict[str, pd.DataFrame]:
    """Return the tidy frames the sources leave, those of one name below each other, by indicator."""
    parts: dict[str, list[pd.DataFrame]] = {}
    for indicator, leaf in evidence.items():
        for name, frame in leaf.tables:
            parts.setdefault(name, []).append(
                frame if "indicator" in frame else frame.assign(indicator=indicator)
            )
    return {name: pd.concat(frames, ignore_index=True) for name, frames in parts.items()}


def _unknown(plan: Plan, rows: list[Flags | None]) -> NDArray[np.bool_]:
    blank = np.zeros(plan.units.n, dtype=np.bool_)
    if all(row is None for row in rows):
        return np.broadcast_to(blank, (len(rows), plan.units.n))
    return np.stack([blank if row is None else row for row in rows])


def _stack(plan: Plan, rows: list[Array | None]) -> Array:
    if all(row is None for row in rows):
        return np.broadcast_to(np.nan, (len(rows), plan.units.n))  # a view of one number, at no cost
    blank = np.full(plan.units.n, np.nan)
    return np.stack([blank if row is None else row for row in rows])
