"""One score per unit from a panel, with its error: by organization where the scheme weighs them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from township_eval.inputs import Flags
from township_eval.language import Text, join_texts
from township_eval.methods.loadings import Loadings
from township_eval.methods.ratings import Additive, additive, median, trimmed_mean
from township_eval.methods.ratings.panel_errors import (
    PanelErrors,
    adjusted_errors,
    mean_errors,
    spread_errors,
)
from township_eval.methods.varying import Array
from township_eval.scheme.sources import Ratings

__all__ = ["COMMON", "Panel", "Scored", "score_panels"]

#: Sample of the raters' severities, the same for all they mark.
COMMON: Final = "ratings"

_MODEL = Text(
    "误差按“单位+评估员”加法模型的方差分量计算", "error from the variance components of township + rater"
)
_SPREAD = Text(
    "误差按本单位各评估员分数的离散程度计算",
    "error from the spread of the unit's own scores, as the panel cannot be taken apart",
)
_RANDOM = Text(
    "评估员视为随机抽取,误差含各单位共有的评估员宽严差异",
    "raters count as drawn at random: the error includes their severity, common to all units",
)
_FIXED = Text(
    "评估员视为固定,误差不含全体评估员共同的宽严,只用于排名、不用于对照标准",
    "raters count as fixed: the error leaves out how strict all of them are and serves rankings only",
)
_TRIMMED = Text(
    "去高去低或中位数的误差按正态分布近似(Bickel 1965)",
    "error of a trimmed mean or median: normal approximation (Bickel 1965)",
)
_UNKNOWN = Text(
    "评分太少或全部相同,误差无法估计", "too few scores, or all of them alike: the error is not known"
)


@dataclass(frozen=True, eq=False)
class Panel:
    """One organization's raters, or all of them, and the weight of their number.

    ``matrix`` (n_units, n_raters) has all raters' columns, NaN in those of other organizations.
    """

    name: str
    weight: float
    matrix: Array

    @cached_property
    def given(self) -> NDArray[np.intp]:
        """Number of raters of every unit, (n_units,)."""
        return np.asarray((~np.isnan(self.matrix)).sum(axis=1), dtype=np.intp)

    @cached_property
    def fit(self) -> Additive | None:
        """Townships and raters taken apart; None where the panel does not allow it."""
        try:
            return additive(self.matrix)
        except ValueError:  # two units, two raters, one group: checked where a scheme demands severity
            return None

    def dropped(self, source: Ratings) -> NDArray[np.intp]:
        """Return how many scores count at neither end, (n_units,): the median is a trimmed mean."""
        if source.method == "median":
            return np.maximum(self.given - 1, 0) // 2
        return np.full(len(self.given), source.trim)

    def value(self, source: Ratings) -> Array:
        """Return the number of every unit."""
        if source.method == "median":
            return median(self.matrix)
        if source.method == "severity":
            return np.full(len(self.given), np.nan) if self.fit is None else self.fit.adjusted
        return trimmed_mean(self.matrix, source.trim)

    def errors(self, source: Ratings, own: str) -> PanelErrors:
        """Return the errors of the numbers; ``own`` names what this leaf shares with no other."""
        names = (COMMON, own)
        if self.fit is None or not self.fit.df:
            severity = (
                source.method == "severity"
            )  # takes every rating to estimate: none is left for its error
            panel = np.full(self.matrix.shape, np.nan) if severity else self.matrix
            return spread_errors(panel, own, self.dropped(source))
        if source.method == "severity":
            return adjusted_errors(self.fit, names, source.raters)
        return mean_errors(self.matrix, self.fit, names, source.raters, self.dropped(source))


@dataclass(frozen=True, eq=False)
class Scored:
    """One score per unit with its error.

    Attributes
    ----------
    value, se, df : array (n_units,)
        ``se`` is NaN where ``unknown``.
    n : array (n_units,)
        Scores that count.
    unknown : bool array (n_units,)
    loadings : tuple of Loadings
        Their variance is ``se**2``.
    assumption : tuple of Text
    """

    value: Array
    se: Array
    df: Array
    n: Array
    unknown: Flags
    loadings: tuple[Loadings, ...]
    assumption: tuple[Text, ...]


def score_panels(panels: tuple[Panel, ...], source: Ratings, own: str) -> Scored:
    """Return the weighted mean of the panels' numbers, and its error.

    A unit that lacks one of them has no value: the weight is not shifted to the others. Raters'
    severities are one set of shocks for everything they mark (sample ``ratings``), so that leaves a
    rater marks both are taken to vary with him; panels of different organizations are independent.

    Parameters
    ----------
    panels : tuple of Panel
        Those with a weight.
    source : Ratings
    own : str
        Name of what is left beside the severities.
    """
    total = sum(panel.weight for panel in panels)
    shares = [panel.weight / total for panel in panels]
    value = np.sum([share * one.value(source) for share, one in zip(shares, panels, strict=True)], axis=0)
    parts = [panel.errors(source, f"{own} {panel.name}".strip()) for panel in panels]
    variances = [share**2 * part.variance for share, part in zip(shares, parts, strict=True)]
    variance = np.sum(variances, axis=0)
    known = ~np.isnan(value) & (variance > 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        below = np.sum([v**2 / part.df for v, part in zip(variances, parts, strict=True) if len(v)], axis=0)
        df = np.where(known, variance**2 / below, np.nan)
    counted = [panel.given - 2 * _cut(panel, source) for panel in panels]
    unknown = ~np.isnan(value) & ~known
    return Scored(
        value=value,
        se=np.sqrt(np.where(known, variance, np.nan)),
        df=df,
        n=np.where(np.isnan(value), 0, np.sum(counted, axis=0)).astype(np.float64),
        unknown=unknown,
        loadings=tuple(_loadings(parts, shares, known)),
        assumption=_assumptions(panels, source, value, unknown),
    )


def _cut(panel: Panel, source: Ratings) -> NDArray[np.intp]:
    """Return how many scores are dropped at each end and do not count."""
    return np.full(len(panel.given), source.trim if source.method == "mean" else 0)


def _loadings(parts: list[PanelErrors], shares: list[float], known: Flags) -> Iterator[Loadings]:
    to = np.where(known, np.arange(len(known)), -1)
    for part, share in zip(parts, shares, strict=True):
        for loaded in (part.common, part.rest):
            kept = loaded.moved(to)
            if len(kept.unit):
                yield replace(kept, amount=kept.amount * share)


def _assumptions(
    panels: tuple[Panel, ...], source: Ratings, value: Array, unknown: Flags
) -> tuple[Text, ...]:
    """Return per unit what its error takes for granted."""
    modelled = all(panel.fit is not None and panel.fit.df for panel in panels)
    said = [_MODEL if modelled else _SPREAD]
    said.append(_FIXED if source.raters == "fixed" and modelled else _RANDOM)
    if source.method == "median" or source.trim:
        said.append(_TRIMMED)
    text = join_texts(said)
    none = Text("", "")
    return tuple(
        none if np.isnan(one) else _UNKNOWN if lost else text
        for one, lost in zip(value, unknown, strict=True)
    )
