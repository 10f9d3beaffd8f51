"""The parts of a change as rows that add up: before rounding, and as they are printed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from township_eval.analysis.periods.change.decomposition import (
    ADJUSTMENTS,
    OTHERS,
    RULES,
    WEIGHTS,
    Decomposition,
)
from township_eval.analysis.periods.change.hybrid import Side
from township_eval.analysis.periods.links import Links
from township_eval.errors import Problem
from township_eval.language import Text, listed
from township_eval.methods.differences import apportion
from township_eval.methods.varying import Array

__all__ = ["KINDS", "PART_COLUMNS", "part_rows"]

INDICATOR, ADDED, REMOVED, ROUNDING, WHOLE = "indicator", "added", "removed", "rounding", "inseparable"
#: What a part is, in words.
KINDS: Final = {
    INDICATOR: Text("指标数值", "values of an indicator"),
    ADDED: Text("新增指标", "indicator added"),
    REMOVED: Text("取消指标", "indicator dropped"),
    WEIGHTS: Text("权重调整", "weights"),
    RULES: Text("评分规则调整", "rules"),
    ADJUSTMENTS: Text("加分扣分", "adjustments"),
    OTHERS: Text("指标、单位增减", "indicators or units of one period alone"),
    ROUNDING: Text("取整", "rounding"),
    WHOLE: Text("不可分解(数值、权重与规则合计)", "cannot be told apart (values, weights and rules)"),
}
PART_COLUMNS: Final = ("unit", "kind", "part", "name", "points", "printed")
_HINT = Text("解读变化时请一并考虑", "bear it in mind when reading the changes")


@dataclass(frozen=True, eq=False)
class _Part:
    kind: str
    part: str
    name: str
    points: Array


def part_rows(
    sides: tuple[Side, Side], links: Links, parts: Decomposition, units: pd.DataFrame
) -> tuple[pd.DataFrame, tuple[Problem, ...]]:
    """Return the parts of every unit's change, and what is to be said of them.

    A part that is nothing for all units stands there only if it is one of the four that always do.
    """
    found = list(_parts(sides, links, parts))
    points = np.stack([part.points for part in found])
    names = tuple(part.kind for part in found)
    lost = np.isnan(points).any(axis=0) & units["change"].notna().to_numpy()
    raw = _raw(sides, links)
    if lost.any():
        whole = np.where(lost, raw - points[names.index(ADJUSTMENTS)], 0.0)
        keep = np.array([kind == ADJUSTMENTS for kind in names])[:, None]
        points = np.where(lost & ~keep, np.nan, points)
        found.append(_Part(WHOLE, WHOLE, KINDS[WHOLE].zh, whole))
        points = np.vstack([points, whole])
    digits = [side.evaluation.scheme.digits for side in sides]
    published = units["change"].to_numpy()
    if digits[0] != digits[1]:
        rest = published - np.nansum(points, axis=0)
        found.append(_Part(ROUNDING, ROUNDING, KINDS[ROUNDING].zh, rest))
        points = np.vstack([points, rest])
    points[:, np.isnan(published)] = np.nan
    printed = apportion(points, published, max(digits))
    return _frame(found, points, printed, units), tuple(_said(units, lost))


def _raw(sides: tuple[Side, Side], links: Links) -> Array:
    """Return the change of the composites before rounding, adjustments included."""
    totals = []
    for side in sides:
        evaluation = side.evaluation
        ledger = evaluation.standing.adjusted - evaluation.standing.composite
        totals.append(evaluation.score[0] * evaluation.scheme.scale / 100.0 + ledger)
    return np.asarray(totals[1] - links.total(totals[0][links.before], sides[1].plan.units.n))


def _parts(sides: tuple[Side, Side], links: Links, parts: Decomposition) -> Iterator[_Part]:
    names = {node.id: node.name for side in sides for node in side.plan.nodes}
    old, new = (set(side.leaf_ids) for side in sides)
    for one, points in zip(parts.indicators, parts.values, strict=True):
        kind = INDICATOR if one in old & new else ADDED if one in new else REMOVED
        yield _Part(kind, one, names[one], points)
    if np.nan_to_num(parts.others).any():
        yield _Part(OTHERS, OTHERS, KINDS[OTHERS].zh, parts.others)
    yield _Part(WEIGHTS, WEIGHTS, KINDS[WEIGHTS].zh, parts.weights)
    yield _Part(RULES, RULES, KINDS[RULES].zh, parts.rules)
    ledgers = [one.evaluation.standing.adjusted - one.evaluation.standing.composite for one in sides]
    change = ledgers[1] - links.total(ledgers[0][links.before], sides[1].plan.units.n)
    yield _Part(ADJUSTMENTS, ADJUSTMENTS, KINDS[ADJUSTMENTS].zh, change)


def _frame(found: list[_Part], points: Array, printed: Array, units: pd.DataFrame) -> pd.DataFrame:
    n = len(units)
    told = ~np.isnan(points).T.ravel()
    columns = {
        "unit": np.repeat(units["unit"].to_numpy(dtype=object), len(found)),
        "kind": [part.kind for part in found] * n,
        "part": [part.part for part in found] * n,
        "name": [part.name for part in found] * n,
        "points": points.T.ravel() + 0.0,
        "printed": printed.T.ravel(),
    }
    frame = pd.DataFrame(columns)[told]
    return frame[(frame["kind"] != WHOLE) | (frame["points"] != 0)].reset_index(drop=True)


def _said(units: pd.DataFrame, lost: NDArray[np.bool_]) -> Iterator[Problem]:
    if lost.any():
        what = Text(
            "某期数值在另一期规则下得不出分,变化不可分解:{names}",
            "values have no score under the other period's rules, no parts can be told: {names}",
        ).format(names=listed(sorted(units.loc[lost, "name"]), 9))
        yield Problem("warning", "change.inseparable", "parts", what, _HINT)
