"""Krippendorff's alpha: agreement for any scale of measurement, any number of raters, with holes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from township_eval.methods.ratings.panel import panel_of
from township_eval.methods.varying import Array

__all__ = ["Alpha", "krippendorff_alpha"]

Metric: TypeAlias = Literal["nominal", "ordinal", "interval", "ratio"]

_METRICS: Final = ("nominal", "ordinal", "interval", "ratio")
_BLOCK: Final = 4_000_000  # cells of one block of draws, about 32 MB


@dataclass(frozen=True, slots=True)
class Alpha:
    """Krippendorff's alpha with its bootstrap interval.

    Attributes
    ----------
    value : float
        1 for full agreement, 0 for what chance would give, negative for systematic disagreement; NaN where
        all ratings are equal or no unit has two.
    lower, upper : float
        Percentiles of the draws; NaN without draws.
    metric : str
    level : float
    n_units, n_ratings : int
        Units with at least two ratings, and their ratings; the others say nothing on agreement.
    draws, undefined : int
        Resamples, and those among them whose ratings were all equal: left out of the interval.
    """

    value: float
    lower: float
    upper: float
    metric: Metric
    level: float
    n_units: int
    n_ratings: int
    draws: int
    undefined: int


def krippendorff_alpha(
    m: ArrayLike,
    metric: Metric = "interval",
    *,
    level: float = 0.95,
    seed: int = 0,
    draws: int = 2000,
) -> Alpha:
    """Return Krippendorff's alpha of a panel and its percentile interval over resampled units.

    Parameters
    ----------
    m : array_like (n_units, n_raters)
        Ratings; NaN where a rater gave none.
    metric : {"nominal", "ordinal", "interval", "ratio"}
        What a difference between two ratings means: categories, order, points, or proportion.
    level : float
        Of the interval, between 0 and 1.
    seed, draws : int
        Of the bootstrap. Whole units are drawn, so the interval says how the coefficient would vary with
        other units; with a dozen of them it is somewhat too narrow.

    Raises
    ------
    ValueError
        Unknown metric, a level outside 0 to 1, negative draws, or a negative rating under ``"ratio"``.

    Notes
    -----
    ``1 - D_o / D_e`` over pairs of ratings within units and among all. On an ordinal scale the distance
    of two values is the squared difference of their mean ranks. Source: Krippendorff (2011), "Computing
    Krippendorff's alpha-reliability". The order of units and of raters is of no account, not even for
    the draws.

    Examples
    --------
    >>> found = krippendorff_alpha([[1, 1], [2, 2], [3, 3], [3, 2], [1, 2]], "ordinal")
    >>> round(found.value, 3), found.n_units
    (0.7, 5)
    """
    faults = _faults(metric, level, draws)
    panel = panel_of(m)
    if metric == "ratio" and (panel < 0).any():
        faults.append(f"a proportion needs ratings of 0 and more, not {np.nanmin(panel)}")
    if faults:
        raise ValueError("; ".join(faults))
    table, values = _table(panel)
    value = _alphas(table, values, np.ones((1, len(table))), metric)[0]
    found = np.concatenate(
        [np.empty(0), *_resampled(table, values, metric, np.random.default_rng(seed), draws)]
    )
    defined = found[~np.isnan(found)]
    lower, upper = (
        np.quantile(defined, [(1 - level) / 2, (1 + level) / 2]) if len(defined) else (np.nan, np.nan)
    )
    return Alpha(
        value=float(value),
        lower=float(lower),
        upper=float(upper),
        metric=metric,
        level=level,
        n_units=len(table),
        n_ratings=int(table.sum()),
        draws=draws,
        undefined=draws - len(defined),
    )


def _faults(metric: str, level: float, draws: int) -> list[str]:
    faults = [] if metric in _METRICS else [f"metric is one of {', '.join(_METRICS)}, not {metric!r}"]
    if not 0 < level < 1:
        faults.append(f"level lies between 0 and 1, not {level}")
    if draws < 0:
        faults.append(f"draws must not be negative: {draws}")
    return faults


def _table(panel: Array) -> tuple[Array, Array]:
    """Return how often each unit got each value, (n_units, n_values), and the values, ascending.

    Units are sorted by what they got, so that draws of positions do not depend on their order.
    """
    pairable = panel[np.count_nonzero(~np.isnan(panel), axis=1) > 1]
    given = ~np.isnan(pairable)
    values, place = np.unique(pairable[given], return_inverse=True)
    table = np.zeros((len(pairable), len(values)))
    np.add.at(table, (np.nonzero(given)[0], place.ravel()), 1.0)
    return table[np.lexsort(table.T)] if len(values) else table, values


def _resampled(
    table: Array, values: Array, metric: Metric, generator: np.random.Generator, draws: int
) -> Iterator[Array]:
    """Yield alpha of resampled units, block by block, so that memory does not grow with the draws."""
    n = len(table)
    block = max(1, _BLOCK // max(n, len(values), 1))
    for start in range(0, draws if n else 0, block):
        size = min(block, draws - start)
        drawn = generator.integers(0, n, (size, n)) + n * np.arange(size)[:, None]
        times = np.bincount(drawn.ravel(), minlength=size * n).reshape(size, n)
        yield _alphas(table, values, times.astype(np.float64), metric)


def _alphas(table: Array, values: Array, times: Array, metric: Metric) -> Array:
    """Return alpha where each unit counts ``times``, (n_draws, n_units) -> (n_draws,)."""
    counts = times @ table
    sizes = table.sum(axis=1)
    total = counts.sum(axis=1)
    if metric == "ordinal":
        # position of a value among all ratings, the mean rank of its ties, counted from the middle
        place = np.cumsum(counts, axis=1) - counts / 2 - total[:, None] / 2
        within, among = _squared(table, place, counts)
        observed = (times * within / (sizes - 1)).sum(axis=1)
    else:
        within, among = _distances(table, values, counts, metric)
        observed = times @ (within / (sizes - 1))
    defined = np.count_nonzero(counts, axis=1) > 1
    out = np.full(len(times), np.nan)
    out[defined] = 1 - (total[defined] - 1) * observed[defined] / among[defined]
    return out


def _squared(table: Array, x: Array, counts: Array) -> tuple[Array, Array]:
    """Return sums of squared differences of x over pairs: within each unit, and among all.

    ``x`` is (n_draws, n_values) and differs by draw.
    """
    sizes = table.sum(axis=1)
    within = 2 * (sizes * (x**2 @ table.T) - (x @ table.T) ** 2)
    among = 2 * (counts.sum(axis=1) * (counts * x**2).sum(axis=1) - (counts * x).sum(axis=1) ** 2)
    return within, among


def _distances(table: Array, values: Array, counts: Array, metric: Metric) -> tuple[Array, Array]:
    """Return sums of distances over pairs: within each unit, and among all ratings of each draw."""
    if metric == "nominal":
        within = table.sum(axis=1) ** 2 - (table**2).sum(axis=1)
        return within, counts.sum(axis=1) ** 2 - (counts**2).sum(axis=1)
    if metric == "interval":
        x = values - values.mean() if len(values) else values
        within, among = _squared(table, x[None, :], counts)
        return within[0], among
    distance = _proportions(values)
    return ((table @ distance) * table).sum(axis=1), ((counts @ distance) * counts).sum(axis=1)


def _proportions(values: Array) -> NDArray[np.float64]:
    """Return ``((a - b) / (a + b))^2`` of every two values; two zeros are equal."""
    sums = values[:, None] + values
    return np.square(np.divide(values[:, None] - values, sums, out=np.zeros_like(sums), where=sums > 0))
