"""One unit's part of an evaluation: nothing of any other unit is left in it but what texts say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pandas as pd

from township_eval.evaluation import Evaluation, Leaves, Precision, Standing
from township_eval.methods.loadings import NOTHING
from township_eval.tree.plan import Plan, Variant

__all__ = ["own_part"]


def own_part(evaluation: Evaluation, at: int) -> Evaluation:
    """Return the evaluation of one unit: its scores, ranks, grade, flags, ledger and rows of tables.

    Ranks and grade are those among all units; nothing is computed anew. Notes are left out, because they
    name units.

    Parameters
    ----------
    evaluation : Evaluation
    at : int
        Position of the unit.
    """
    code = evaluation.units.codes[at]
    own = replace(
        evaluation, units=evaluation.units.take([at]),
        score=_column(evaluation.score, at), weight=_column(evaluation.weight, at),
        leaves=_leaves(evaluation.leaves, at), precision=_precision(evaluation.precision, at),
        standing=_standing(evaluation.standing, at),
        flag_rows=_rows(evaluation.flag_rows, code), ledger_rows=_rows(evaluation.ledger_rows, code),
        details=_rows(evaluation.details, code), problems=(), table_rows=_tables(evaluation.table_rows, code),
        event_factors={node: _column(by, at) for node, by in evaluation.event_factors.items()},
    )  # fmt: skip
    vars(own)["plan"] = _plan(evaluation.plan, at)
    return own


def _column(array: Any, at: int) -> Any:
    return array[..., [at]].copy()


def _leaves(leaves: Leaves, at: int) -> Leaves:
    arrays = {
        name: _column(getattr(leaves, name), at) for name in ("value", "status", "se", "n", "df", "unknown")
    }
    said = tuple(None if one is None else (one[at],) for one in leaves.assumption)
    cells = tuple(None if one is None else (one[at],) for one in leaves.cell)
    return replace(leaves, **arrays, assumption=said, cell=cells)


def _precision(precision: Precision, at: int) -> Precision:
    """Return the standard errors; what causes them binds units together and is left out."""
    arrays = {name: _column(getattr(precision, name), at) for name in ("se", "method", "unknown", "df")}
    none = np.zeros(0, dtype=np.intp)
    return replace(precision, **arrays, composite=NOTHING, part=none, leaves=NOTHING, recurring=NOTHING)


def _standing(standing: Standing, at: int) -> Standing:
    own: dict[str, Any] = {}
    for field in fields(standing):
        value = getattr(standing, field.name)
        own[field.name] = (value[at],) if isinstance(value, tuple) else None if value is None else value[[at]]
    return replace(standing, **own)


def _rows(frame: pd.DataFrame, code: str) -> pd.DataFrame:
    if "unit" not in frame:
        return frame.iloc[:0]
    return frame[(frame["unit"] == code).to_numpy(dtype=bool)].reset_index(drop=True)


def _tables(tables: Mapping[str, pd.DataFrame], code: str) -> dict[str, pd.DataFrame]:
    """Return the unit's rows of every table about units, and the terms of disclosure."""
    own = {name: _rows(frame, code) for name, frame in tables.items()}
    if "disclosure" in tables:
        own["disclosure"] = tables["disclosure"]
    if "family" in tables:
        own["family"] = tables["family"]
    return {name: frame for name, frame in own.items() if len(frame)}


def _plan(plan: Plan, at: int) -> Plan:
    variant = next(one for one in plan.variants if at in one.positions)
    own = Variant(variant.scheme, np.array([0], dtype=np.intp))
    factors = {node: _column(by, at) for node, by in plan.event_factors.items()}
    return Plan(plan.scheme, plan.units.take([at]), (own,), factors)
