"""What the errors of composites leave open of ranks: rank sets of adjusted points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from township_eval.language import Text
from township_eval.methods.ranking import rank
from township_eval.methods.ranksets import SIDES, marginal, simultaneous
from township_eval.methods.varying import Array

__all__ = ["LEVEL", "METHODS", "Figures", "RankSets", "rank_sets"]

#: confidence level of the rank sets that are printed
LEVEL: Final = 0.95
METHODS: Final = {"marginal": marginal, "simultaneous": simultaneous}

Flags = NDArray[np.bool_]
Positions = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Figures:
    """What ranks are inferred from, one entry per unit.

    Attributes
    ----------
    points : array (n_units,)
        Adjusted points before rounding; NaN for units that are not ranked.
    published : array (n_units,)
        The points that published ranks follow: rounded where the scheme ranks rounded ones.
    se : array (n_units,)
        Standard errors in points; 0 where there is none.
    exact : array of bool (n_units,)
        Points without error, by declaration or because nobody states one.
    unknown : array of bool (n_units,)
        Points with an error that nobody knows.
    df : array (n_units,) or (n_units, n_units), optional
        Degrees of freedom of the errors, or of the errors of differences; None: they count as known.
    cov : array (n_units, n_units), optional
        Covariance where units share errors; None: independent.
    """

    points: Array
    published: Array
    se: Array
    exact: Flags
    unknown: Flags
    df: Array | None = None
    cov: Array | None = None

    @property
    def ranked(self) -> Flags:
        """Where there is a rank."""
        return ~np.isnan(self.published)

    def take(self, at: Positions) -> Figures:
        """Return the figures of some units."""
        return Figures(
            points=self.points[at],
            published=self.published[at],
            se=self.se[at],
            exact=self.exact[at],
            unknown=self.unknown[at],
            df=None if self.df is None else _both_axes(self.df, at),
            cov=None if self.cov is None else _both_axes(self.cov, at),
        )


def _both_axes(array: Array, at: Positions) -> Array:
    return array[at] if array.ndim == 1 else array[np.ix_(at, at)]


@dataclass(frozen=True, eq=False)
class RankSets:
    """Ranks with their sets, one entry per unit; NaN for units that are not ranked.

    Attributes
    ----------
    rank, lower, upper : array (n_units,)
        The published rank and the ends of its set; it is always inside.
    distance : array (n_units,)
        How far the nearest comparison is from being decided otherwise, in standard errors; infinite
        where nothing is compared with an error.
    fragile : array of bool (n_units,)
        Whether other draws might give another set.
    code : str
        How the critical values were got ("quadrature", "tukey_kramer", "small_df", "pairs",
        "simulation"); "exact" where nothing has an error, "unknown" where all errors are unknown.
    method : Text
        The same in words.
    mc_error : array (n_units,)
        Monte-Carlo error of a simulated critical value, 0 where nothing was simulated.
    """

    rank: Array
    lower: Array
    upper: Array
    distance: Array
    fragile: Flags
    code: str
    method: Text
    mc_error: Array


_EXACT: Final = Text("没有误差或未给出误差,直接比较", "no error, or none stated: compared exactly")
_UNKNOWN: Final = Text("误差不明,无从比较", "errors are not known: nothing is compared")


def rank_sets(
    figures: Figures, groups: Sequence[str] | None = None, *,
    level: float = LEVEL, method: str = "marginal", stepdown: bool = False, side: str = "both",
    seed: int = 0, draws: int | None = 0,
) -> RankSets:  # fmt: skip
    """Return the ranks that the errors leave possible.

    Parameters
    ----------
    figures : Figures
    groups : sequence of str, optional
        Class of every unit; ranks are then those inside the class. All classes are one family.
    level : float
        Confidence level.
    method : {"marginal", "simultaneous"}
        Right for every single unit, or for all of them together.
    stepdown : bool
        Narrower in steps: what has been shown needs no protection any more.
    side : {"both", "lower", "upper"}
        Both limits, or one of them; the other is then the first or the last rank.
    seed : int
    draws : int or None
        Draws of a simulated critical value: 0 for none (errors that units share are then bounded by
        Šidák's inequality, a little wide), None for as many as the method asks for.

    Raises
    ------
    ValueError
        A level outside 0-1, no such method or side.

    Notes
    -----
    A unit whose error nobody knows may stand anywhere, and anywhere relative to the others: its set is
    all ranks, and it widens everybody's by one place at the lower end of the table. Points are
    compared unrounded; published ranks follow rounded ones, so that a set is widened to hold the
    published rank and every place that ties of published points share.
    """
    if method not in METHODS:
        msg = f"method must be one of {', '.join(METHODS)}, not {method!r}"
        raise ValueError(msg)
    if side not in SIDES:
        msg = f"side must be one of {', '.join(SIDES)}, not {side!r}"
        raise ValueError(msg)
    where = np.flatnonzero(figures.ranked)
    labels = np.zeros(len(figures.points), dtype=np.intp) if groups is None else _numbered(groups)
    known = where[~figures.unknown[where]]
    n = len(labels)
    out = RankSets(
        rank=rank(figures.published, labels), lower=np.full(n, np.nan), upper=np.full(n, np.nan),
        distance=np.full(n, np.inf), fragile=np.zeros(n, dtype=np.bool_), code="exact", method=_EXACT,
        mc_error=np.zeros(n),
    )  # fmt: skip
    size = _count(labels, where)
    out.lower[where], out.upper[where] = 1.0, size[labels[where]]
    if len(known):
        out = _known(out, figures.take(known), known, labels, level, method, stepdown, side, seed, draws)
        out.upper[known] += (size - _count(labels, known, len(size)))[labels[known]]
    elif len(where):
        out = replace(out, code="unknown", method=_UNKNOWN)
    worst = size[labels] + 1.0 - rank(-figures.published, labels)
    out.lower[:] = np.minimum(out.lower, out.rank)
    out.upper[:] = np.maximum(out.upper, worst)
    return out


def _known(  # noqa: PLR0913, PLR0917
    out: RankSets, figures: Figures, at: Positions, labels: Positions,
    level: float, method: str, stepdown: bool, side: str, seed: int, draws: int | None,  # noqa: FBT001
) -> RankSets:  # fmt: skip
    """Fill in the sets of units whose errors are known."""
    found = METHODS[method](
        figures.points, figures.se, level=level, df=figures.df, cov=figures.cov, exact=figures.exact,
        groups=labels[at].astype(str), stepdown=stepdown, side=side, seed=seed,
        draws=draws,
    )  # fmt: skip
    out.lower[at], out.upper[at] = found.lower, found.upper
    out.distance[at], out.fragile[at], out.mc_error[at] = found.distance, found.fragile, found.mc_error
    if figures.exact.all():
        return out
    return replace(out, code=found.code, method=found.method)


def _numbered(groups: Sequence[str]) -> Positions:
    return np.unique(np.asarray(groups, dtype=str), return_inverse=True)[1].ravel().astype(np.intp)


def _count(labels: Positions, at: Positions, most: int = 0) -> Array:
    """Return the number of units by label."""
    return np.bincount(labels[at], minlength=max(most, int(labels.max(initial=0)) + 1)).astype(np.float64)
