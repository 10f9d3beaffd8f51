"""Values taken or computed from reported columns: as they stand, ratios, growth, checklists."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from township_eval.errors import Problem
from township_eval.inputs import Flags
from township_eval.inputs.texts import Texts
from township_eval.language import Text
from township_eval.methods.varying import Array
from township_eval.scheme.sources import Growth, Items, Measured, Ratio
from township_eval.sources.evidence import Ask, Found, details_of, join_cells, pick_problems
from township_eval.sources.roster import filtered_ratio

__all__ = ["growth", "items", "measured", "ratio", "yearly_growth"]


def measured(ask: Ask, source: Measured) -> Found:
    """Return the column as it was reported."""
    column = ask.column(source.column or ask.leaf.id)
    return Found(
        column.value,
        claimed=column.not_applicable,
        cells=column.cells,
        details=details_of(ask, (column,), always=False),
    )


def ratio(ask: Ask, source: Ratio) -> Found:
    """Return numerator over denominator; a denominator of zero or less is an error."""
    if source.where:
        return filtered_ratio(ask, source)
    columns = [ask.column(source.numerator), ask.column(source.denominator)]
    above, below = (column.value for column in columns)
    claimed = columns[0].not_applicable | columns[1].not_applicable
    cells = join_cells(columns)
    faulty = (below <= 0) & ~claimed
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(faulty, np.nan, ask.scale * above / below)
    what = Text(
        f"{{unit}} 的分母“{source.denominator}”不大于零",
        f"the denominator {source.denominator} of {{unit}} is not positive",
    )
    hint = Text("确无对象的应报不涉及", "mark it as not applicable where there is nothing to divide by")
    return Found(
        value,
        method="ratio",
        claimed=claimed,
        cells=cells,
        details=details_of(ask, columns),
        problems=tuple(ask.each("ratio.denominator", faulty, what, hint, cells)),
    )


def growth(ask: Ask, source: Growth) -> Found:
    """Return the compound average yearly growth; start and end must be positive."""
    columns = [ask.column(source.start), ask.column(source.end)]
    start, end = (column.value for column in columns)
    claimed = columns[0].not_applicable | columns[1].not_applicable
    cells = join_cells(columns)
    faulty = ((start <= 0) | (end <= 0)) & ~claimed
    value = ask.scale * yearly_growth(start, end, source.years)
    what = Text("{unit} 的期初或期末值不大于零,算不出增长率", "{unit}: growth needs a positive start and end")
    hint = Text(f"核对“{source.start}”“{source.end}”", f"check {source.start} and {source.end}")
    return Found(
        np.where(faulty, np.nan, value),
        method="growth",
        claimed=claimed,
        cells=cells,
        details=details_of(ask, columns),
        problems=tuple(ask.each("growth.sign", faulty, what, hint, cells)),
    )


def yearly_growth(start: ArrayLike, end: ArrayLike, years: float) -> Array:
    """Return the compound average growth a year as a share; NaN where start or end is not positive.

    Computed through logarithms, so that small growth keeps its digits.

    Examples
    --------
    >>> round(float(yearly_growth(9000, 12644.352, 3)), 10)
    0.12
    """
    first, last = np.asarray(start, dtype=np.float64), np.asarray(end, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        change = np.where((first > 0) & (last > 0), (last - first) / first, np.nan)
        return np.asarray(np.expm1(np.log1p(change) / years), dtype=np.float64)


def items(ask: Ask, source: Items) -> Found:
    """Return the weighted share of a checklist that is met; a blank item leaves the value unreported."""
    columns = [ask.column(name) for name in source.columns]
    met = np.stack([column.value for column in columns])
    absent = np.stack([column.not_applicable for column in columns])
    whole = source.of if source.of is not None else 1.0
    faulty = (met < 0) | (met > whole)
    weights = np.array(source.weights or (1.0,) * len(columns))[:, None]
    counted = np.where(absent, 0.0, weights)
    # an item that may be left out leaves the checklist shorter; the scheme must allow that
    claimed: Flags = np.all(absent, axis=0) if ask.leaf.may_not_apply else np.any(absent, axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(absent, 0.0, met * weights).sum(axis=0) / counted.sum(axis=0)
    cells = join_cells(columns)
    return Found(
        np.where(faulty.any(axis=0) | claimed, np.nan, ask.scale * share / whole),
        method="items",
        claimed=claimed,
        cells=cells,
        details=details_of(ask, columns),
        problems=pick_problems(
            _outside(ask, column.name, bad, whole, column.cells)
            for column, bad in zip(columns, faulty, strict=True)
        ),
    )


def _outside(ask: Ask, name: str, faulty: Flags, whole: float, cells: Texts | None) -> tuple[Problem, ...]:
    what = Text(
        f"{{unit}} 的“{name}”应在 0 到 {whole:g} 之间", f"{name} of {{unit}} must lie between 0 and {whole:g}"
    )
    hint = Text("完成写 1,未完成写 0,或写完成项数", "1 for met, 0 for not, or the number met")
    return tuple(ask.each("items.range", faulty, what, hint, cells))
