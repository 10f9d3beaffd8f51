"""Small-area estimates beside the survey's own: advice, never in their place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from township_eval.errors import Problem
from township_eval.inputs import Flags
from township_eval.language import Text
from township_eval.methods.smallarea import fay_herriot
from township_eval.methods.varying import Array
from township_eval.scheme.sources import Satisfaction
from township_eval.sources.evidence import Ask
from township_eval.sources.survey.parts import Measured

__all__ = ["Advice", "advised"]

_SPARE: Final = 3  # areas beyond the coefficients, as the model demands
_ADVICE: Final = Text("小区域估计仅供参考,不影响得分", "small-area estimates are advice and change no score")


@dataclass(frozen=True, eq=False)
class Advice:
    """Model estimates with their errors and the weight of the direct estimate, (n_units,); NaN for none."""

    value: Array
    se: Array
    gamma: Array
    problems: tuple[Problem, ...] = ()


def advised(ask: Ask, source: Satisfaction, measured: Measured) -> Advice:
    """Predict every unit's value from reported columns and pull its own estimate toward that.

    A unit without a direct estimate, or with one of unknown error, gets the prediction; one without
    sampling error needs no model and gets nothing; one that lacks a column takes no part.
    """
    blank = np.full(ask.n_units, np.nan)
    if not source.small_area:
        return Advice(blank, blank, blank)
    lacking = [name for name in source.small_area if not ask.prepared.has_column(name, ask.leaf.id)]
    if lacking:
        return Advice(blank, blank, blank, tuple(_lacking(ask, lacking)))
    x = np.column_stack([ask.column(name).value for name in source.small_area])
    taking = ask.wanted & np.isfinite(x).all(axis=1) & ~(measured.exact & ~np.isnan(measured.value))
    direct = np.where(measured.se > 0, measured.value, np.nan)
    least = x.shape[1] + 1 + _SPARE
    seen = int((taking & ~np.isnan(direct)).sum())
    if seen < least:
        what = Text(
            f"小区域估计至少要 {least} 个有误差估计的单位,只有 {seen} 个,不作估计",
            f"a small-area estimate needs {least} units with a known error; there are {seen}: none is made",
        )
        return Advice(blank, blank, blank, (_warning(ask, what),))
    try:
        found = fay_herriot(direct[taking], x[taking], measured.variance[taking])
    except ValueError:  # numbers and areas are checked above; what is left is the columns among themselves
        what = Text(
            "辅助数据各列线性相关或有一列全部相同,不作小区域估计",
            "a column is constant, or follows from the others: no small-area estimate is made",
        )
        return Advice(blank, blank, blank, (_warning(ask, what),))
    warned = () if found.warning is None else (_warning(ask, found.warning),)
    eblup, se, gamma = (_placed(numbers, taking) for numbers in (found.eblup, found.se, found.gamma))
    return Advice(eblup, se, gamma, warned)


def _placed(numbers: Array, units: Flags) -> Array:
    out = np.full(len(units), np.nan)
    out[units] = numbers
    return out


def _lacking(ask: Ask, names: list[str]) -> list[Problem]:
    return [
        Problem(
            "warning",
            "satisfaction.small_area",
            f"{ask.leaf.id} small_area",
            Text(
                f"没有报送“{name}”,不作小区域估计",
                f"{name!r} is not reported: no small-area estimate is made",
            ),
            Text("补报这一列,或从 small_area 中去掉", "report this column, or take it out of small_area"),
        )
        for name in names
    ]


def _warning(ask: Ask, what: Text) -> Problem:
    return Problem("warning", "satisfaction.small_area", f"{ask.leaf.id} small_area", what, _ADVICE)
