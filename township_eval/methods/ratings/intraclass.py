"""Intraclass correlation: how far raters' scores may be trusted, in six forms for six decisions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from township_eval.language import Text
from township_eval.methods.ratings.additive import rounding
from township_eval.methods.ratings.components import crossed_components
from township_eval.methods.ratings.panel import panel_of, without_empty
from township_eval.methods.varying import Array

__all__ = ["ICC", "Intraclass", "icc"]

# name: Shrout and Fleiss (1979), McGraw and Wong (1996), the decision it serves
_FORMS: Final[Mapping[str, tuple[str, str, Text]]] = {
    "ICC1": (
        "ICC(1,1)",
        "ICC(1)",
        Text(
            "各单位由不同的评估员评分、每单位只取一人之分时使用",
            "one rater's score, where every unit has raters of its own",
        ),
    ),
    "ICC2": (
        "ICC(2,1)",
        "ICC(A,1)",
        Text(
            "以一名评估员的分数对照达标线、等次线时使用(评估员宽严计入误差)",
            "one rater's score held against thresholds and grades; severity counts as error",
        ),
    ),
    "ICC3": (
        "ICC(3,1)",
        "ICC(C,1)",
        Text(
            "以一名评估员的分数排名次时使用(各单位由同一批人评,宽严互相抵消)",
            "ranking by one rater's scores; the same raters mark all units, so severity cancels",
        ),
    ),
    "ICC1k": (
        "ICC(1,k)",
        "ICC(k)",
        Text(
            "各单位由不同的评估员评分、取平均分时使用",
            "the mean of the raters, where every unit has raters of its own",
        ),
    ),
    "ICC2k": (
        "ICC(2,k)",
        "ICC(A,k)",
        Text(
            "以全体评估员的平均分对照达标线、等次线时使用(评估员宽严计入误差)",
            "the mean of the raters held against thresholds and grades; severity counts as error",
        ),
    ),
    "ICC3k": (
        "ICC(3,k)",
        "ICC(C,k)",
        Text(
            "以全体评估员的平均分排名次时使用(各单位由同一批人评,宽严互相抵消)",
            "ranking by the mean of the raters; the same raters mark all units, so severity cancels",
        ),
    ),
}


@dataclass(frozen=True, slots=True)
class ICC:
    """One form of the intraclass correlation.

    Attributes
    ----------
    name : str
        ``"ICC1"``, ``"ICC2"``, ``"ICC3"`` for one rater; ``"ICC1k"``, ``"ICC2k"``, ``"ICC3k"`` for the mean.
    shrout_fleiss, mcgraw_wong : str
        Its name in both conventions: ``"ICC(2,1)"`` and ``"ICC(A,1)"`` are one thing.
    serves : Text
        The decision it serves.
    value, lower, upper : float
        The coefficient and its interval; 1 is perfect, negative is worse than chance.
    f, df1, df2, p : float
        Test that the units do not differ.
    """

    name: str
    shrout_fleiss: str
    mcgraw_wong: str
    serves: Text
    value: float
    lower: float
    upper: float
    f: float
    df1: float
    df2: float
    p: float


@dataclass(frozen=True, slots=True)
class Intraclass(Mapping[str, ICC]):
    """The six forms by name, with what they were computed from.

    Attributes
    ----------
    forms : tuple of ICC
        In the order ICC1, ICC2, ICC3, ICC1k, ICC2k, ICC3k.
    n_units, n_raters, n_ratings : int
        What was used.
    n_left_out : int
        Units that have ratings and were left out for their holes.
    method : {"anova", "reml"}
        Mean squares of complete ratings, or variance components of a panel with holes.
    level : float
        Of the intervals.
    """

    forms: tuple[ICC, ...]
    n_units: int
    n_raters: int
    n_ratings: int
    n_left_out: int
    method: Literal["anova", "reml"]
    level: float

    def __getitem__(self, name: str) -> ICC:
        for form in self.forms:
            if form.name == name:
                return form
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return (form.name for form in self.forms)

    def __len__(self) -> int:
        return len(self.forms)


def icc(m: ArrayLike, *, level: float = 0.95, holes: Literal["reml", "leave_out"] = "reml") -> Intraclass:
    """Return the six intraclass correlations of a panel with their F intervals.

    Parameters
    ----------
    m : array_like (n_units, n_raters)
        Ratings; NaN where a rater gave none.
    level : float
        Of the intervals, between 0 and 1.
    holes : {"reml", "leave_out"}
        With missing ratings: variance components by REML from all ratings, or mean squares of the units
        every rater has marked. Without any, both are the same analysis of variance.

    Returns
    -------
    Intraclass
        Mapping of ``ICC1 ICC2 ICC3 ICC1k ICC2k ICC3k``. NaN where all ratings
        are equal: nothing to correlate.

    Raises
    ------
    DisconnectedError
        Holes leave groups of units that no rater links (``holes="reml"``).
    ValueError
        Fewer than two units or raters, too few ratings, a level outside 0 to 1.

    Notes
    -----
    A form for the mean refers to the mean of all ``n_raters``. With holes the F tests and intervals take the
    components as if the panel were complete, as R's psych does with lmer: they are somewhat too narrow.
    Source: Shrout and Fleiss (1979), Psychological Bulletin 86; McGraw and Wong (1996), Psychological
    Methods 1.

    Examples
    --------
    >>> scores = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    >>> {name: round(form.value, 2) for name, form in icc(scores).items()}
    {'ICC1': 0.17, 'ICC2': 0.29, 'ICC3': 0.71, 'ICC1k': 0.44, 'ICC2k': 0.62, 'ICC3k': 0.91}
    >>> form = icc(scores)["ICC2k"]
    >>> form.mcgraw_wong, round(form.lower, 2), round(form.upper, 2)
    ('ICC(A,k)', 0.07, 0.93)
    """
    if not 0 < level < 1:
        msg = f"level lies between 0 and 1, not {level}"
        raise ValueError(msg)
    panel, _, _ = without_empty(panel_of(m))
    complete = ~np.isnan(panel).any(axis=1)
    reml = holes == "reml" and not complete.all()
    used = panel if reml else panel[complete]
    if min(used.shape) < 2:  # noqa: PLR2004  nothing to compare
        msg = f"two units rated by every rater and two raters are needed, not {len(used)} and {used.shape[1]}"
        raise ValueError(msg)
    return Intraclass(
        forms=_forms(
            _from_components(used) if reml else _from_ratings(used), len(used), used.shape[1], level
        ),
        n_units=used.shape[0],
        n_raters=used.shape[1],
        n_ratings=int(np.count_nonzero(~np.isnan(used))),
        n_left_out=len(panel) - len(used),
        method="reml" if reml else "anova",
        level=level,
    )


@dataclass(frozen=True, slots=True)
class _Squares:
    """Mean squares of units, of raters, and of the residual."""

    units: float
    raters: float
    error: float


def _from_ratings(panel: Array) -> _Squares:
    n, k = panel.shape
    y = panel - panel.mean()
    units = k * (y.mean(axis=1) ** 2).sum()
    raters = n * (y.mean(axis=0) ** 2).sum()
    rest = ((y - y.mean(axis=1, keepdims=True) - y.mean(axis=0)) ** 2).sum()
    noise = panel.size * rounding(panel) ** 2
    units, raters, rest = (float(part) if part > noise else 0.0 for part in (units, raters, rest))
    return _Squares(units / (n - 1), raters / (k - 1), rest / ((n - 1) * (k - 1)))


def _from_components(panel: Array) -> _Squares:
    """Return the mean squares a complete panel with these components would be expected to have."""
    n, k = panel.shape
    found = crossed_components(panel)
    return _Squares(k * found.unit + found.residual, n * found.rater + found.residual, found.residual)


@dataclass(frozen=True, slots=True)
class _Test:
    """An F test that the units do not differ."""

    f: float
    df1: float
    df2: float

    @property
    def p(self) -> float:
        """Probability of such an F when the units do not differ."""
        if np.isfinite(self.f):
            return float(special.fdtrc(self.df1, self.df2, self.f))
        return 0.0 if self.f == np.inf else np.nan

    def bounds(self, k: int, tail: float) -> tuple[float, float]:
        """Return the interval of ``(F - 1) / (F + k - 1)``."""
        if not np.isfinite(self.f):
            return _perfect(self.f)
        low = self.f / special.fdtri(self.df1, self.df2, 1 - tail)
        high = self.f * special.fdtri(self.df2, self.df1, 1 - tail)
        return float((low - 1) / (low + k - 1)), float((high - 1) / (high + k - 1))


def _forms(squares: _Squares, n: int, k: int, level: float) -> tuple[ICC, ...]:
    between, error = squares.units, squares.error
    within = (squares.raters + (n - 1) * error) / n
    nested = _Test(_divided(between, within), n - 1, n * (k - 1))
    crossed = _Test(_divided(between, error), n - 1, (n - 1) * (k - 1))
    absolute = between + (k - 1) * error + k * (squares.raters - error) / n
    values = {
        "ICC1": _divided(between - within, between + (k - 1) * within),
        "ICC2": _divided(between - error, absolute),
        "ICC3": _divided(between - error, between + (k - 1) * error),
    }
    tests = {"ICC1": nested, "ICC2": crossed, "ICC3": crossed}
    tail = (1 - level) / 2
    bounds = {
        "ICC1": nested.bounds(k, tail),
        "ICC2": _agreement_bounds(squares, values["ICC2"], n, k, tail),
        "ICC3": crossed.bounds(k, tail),
    }
    ones = [_form(name, values[name], bounds[name], tests[name]) for name in values]
    means = [
        _form(f"{name}k", _stepped(values[name], k), (_stepped(low, k), _stepped(high, k)), tests[name])
        for name, (low, high) in bounds.items()
    ]
    return (*ones, *means)


def _form(name: str, value: float, bounds: tuple[float, float], test: _Test) -> ICC:
    return ICC(name, *_FORMS[name], value, *bounds, test.f, test.df1, test.df2, test.p)


def _agreement_bounds(squares: _Squares, value: float, n: int, k: int, tail: float) -> tuple[float, float]:
    """Return the interval of ICC(A,1): Satterthwaite's df for raters and residual together.

    Source: McGraw and Wong (1996), table 7. Written without dividing by the residual, which may be zero.
    """
    if not np.isfinite(value):
        return np.nan, np.nan
    between, raters, error = squares.units, squares.raters, squares.error
    a = k * value * raters
    b = (n * (1 + (k - 1) * value) - k * value) * error
    df = _divided((k - 1) * (n - 1) * (a + b) ** 2, (n - 1) * a**2 + b**2)
    if not np.isfinite(df) or df <= 0:  # neither raters nor residual vary
        return _perfect(_divided(between, error))
    rest = k * raters + (k * n - k - n) * error
    low = float(special.fdtri(n - 1, df, 1 - tail))
    high = float(special.fdtri(df, n - 1, 1 - tail))
    return (
        _divided(n * (between - low * error), low * rest + n * between),
        _divided(n * (high * between - error), rest + n * high * between),
    )


def _perfect(f: float) -> tuple[float, float]:
    """Return the interval where nothing but the units varies: certain, or undefined."""
    return (1.0, 1.0) if f == np.inf else (np.nan, np.nan)


def _stepped(value: float, k: int) -> float:
    """Return the coefficient of the mean of k raters from that of one (Spearman 1910, Brown 1910)."""
    scale = 1 + (k - 1) * value
    return _divided(k * value, max(scale, 0.0)) if np.isfinite(value) else value


def _divided(above: float, below: float) -> float:
    """Return a ratio; of zero to zero NaN, of anything else to zero infinite."""
    if below != 0:
        return float(above / below)
    return float(np.nan if above == 0 or np.isnan(above) else np.copysign(np.inf, above))
