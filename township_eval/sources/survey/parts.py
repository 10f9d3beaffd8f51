"""What one channel, or one question of it, says about every unit, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any, Final

import numpy as np

from township_eval.errors import Problem
from township_eval.inputs import Flags
from township_eval.inputs.texts import Texts
from township_eval.language import Text
from township_eval.methods.estimation.intervals import bound_without_variance, student, t_quantile
from township_eval.methods.loadings import Loadings
from township_eval.methods.varying import Array
from township_eval.scheme.sources import Satisfaction

__all__ = ["LEVEL", "Line", "Measured", "Part", "Reading", "edges", "nothing", "own_shocks", "settled"]

#: Level of the intervals that are printed.
LEVEL: Final = 0.95


@dataclass(frozen=True, eq=False)
class Measured:
    """A value of every unit with its error; arrays are (n_units,), NaN where there is none.

    Attributes
    ----------
    value, n : array
        Mean points, and the valid answers (persons, where these are known) behind it; 0 without.
    se, df, deff : array
        Standard error, degrees of freedom and design effect of a probability sample.
    sampled : array
        Of ``n`` those of channels with a sampling error, which ``deff`` is about.
    draws : array
        What was drawn independently: answers, or clusters. An error that shows no variance is bounded
        by it.
    dont_know, refused, blank : array
        Shares of all answers asked for; NaN where nobody wrote them down.
    best, worst : array
        The value had all who did not know or refused given the best, the worst answer.
    lower, upper : array
        Limits at `LEVEL`, once `settled`.
    exact, unknown, assumed, bound, blind : bool array
        No sampling error; an error nobody knows; a design effect nobody stated; a spread nobody stated;
        answers that show no variance.
    """

    value: Array
    n: Array
    sampled: Array
    se: Array
    df: Array
    deff: Array
    draws: Array
    dont_know: Array
    refused: Array
    blank: Array
    best: Array
    worst: Array
    lower: Array
    upper: Array
    exact: Flags
    unknown: Flags
    assumed: Flags
    bound: Flags
    blind: Flags

    @property
    def n_eff(self) -> Array:
        """Effective number, ``sampled / deff``; the draws where no variance tells a design effect."""
        told = np.divide(self.sampled, self.deff, out=np.full(len(self.n), np.nan), where=self.deff > 0)
        return np.where(self.blind, self.draws, told)

    @property
    def variance(self) -> Array:
        """Squared standard error."""
        return np.asarray(self.se**2, dtype=np.float64)

    def where(self, chosen: Flags, other: Measured) -> Measured:
        """Return these numbers for the units chosen, the other ones elsewhere."""
        names = [field.name for field in fields(self)]
        return Measured(
            **{name: np.where(chosen, getattr(self, name), getattr(other, name)) for name in names}
        )

    def with_deff(self, deff: float) -> Measured:
        """Return the numbers had the design effect been this where it is assumed; to be settled again."""
        factor = np.where(self.assumed, deff / self.deff, 1.0)
        return replace(self, se=self.se * np.sqrt(factor), deff=self.deff * factor, draws=self.draws / factor)


@dataclass(frozen=True, eq=False)
class Part:
    """One channel: what it says with all its questions, and what its errors come from.

    ``said`` is taken for granted about every unit of it.
    """

    channel: str
    measured: Measured
    loadings: tuple[Loadings, ...] = ()
    said: tuple[Text, ...] = ()


@dataclass(frozen=True, eq=False)
class Line:
    """One channel and question as it is printed: the answers counted, (n_answers, n_units), and the value.

    Answers are those of the scale, then don't know, then refused.
    """

    channel: str
    question: str
    form: str
    counts: Array
    blanks: Array
    measured: Measured
    weight_ratio: Array | None = None
    calibrated_ratio: Array | None = None


@dataclass(frozen=True, eq=False)
class Reading:
    """What one form of evidence holds: a part per channel, lines to print, cells and problems.

    ``first`` (n_channels, n_units) says where a channel's first row about a unit stands, "" without.
    """

    form: str
    parts: tuple[Part, ...]
    lines: tuple[Line, ...]
    first: Texts
    problems: tuple[Problem, ...] = ()

    @property
    def present(self) -> Flags:
        """Where a channel has rows about a unit, (n_channels, n_units)."""
        return np.asarray(self.first != "", dtype=np.bool_)


def nothing(n: int) -> Measured:
    """Return that nobody was asked, for *n* units.

    Examples
    --------
    >>> nothing(2).n.tolist()
    [0.0, 0.0]
    """
    blank, no = np.full(n, np.nan), np.zeros(n, dtype=np.bool_)
    flags = ("exact", "unknown", "assumed", "bound", "blind")
    empty: dict[str, Any] = {field.name: no if field.name in flags else blank for field in fields(Measured)}
    return Measured(**empty | {name: np.zeros(n) for name in ("n", "sampled", "draws")})


def edges(source: Satisfaction) -> tuple[float, float]:
    """Return the worst and the best points an answer can have.

    With don't know in the denominator zero points are among them.
    """
    points = [one.points for one in source.scale] or [0.0]
    if source.denominator == "with_dont_know" and source.dont_know:
        points.append(0.0)
    return min(points), max(points)


def settled(measured: Measured, design: str, scale: tuple[float, float]) -> Measured:
    """Return the numbers with the error their design has, and with limits.

    Parameters
    ----------
    measured : Measured
        As from a probability sample, ``exact`` where everybody was asked.
    design : {"probability", "list census", "convenience"}
        A complete list has no sampling error; that of people who took part by themselves is unknown.
    scale : (float, float)
        Worst and best points.

    Notes
    -----
    Answers that are all alike show no variance, which is not the same as no error: a share
    ``1 - alpha^(1/n)`` of people who think otherwise would have been missed with probability
    ``alpha``. The limits are those bounds; the standard error is the distance of the farther one over
    the normal quantile of the level, so that whoever computes with ``se`` reaches the bound. A single
    answer bounds nothing: its error is unknown.
    """
    if design == "list census":
        told = ~np.isnan(measured.value)
        measured = replace(
            measured,
            se=np.where(told, 0.0, np.nan),
            df=np.full(len(told), np.nan),
            deff=np.full(len(told), np.nan),
            exact=told,
            assumed=np.zeros_like(told),
            bound=np.zeros_like(told),
        )
    if design == "convenience":
        return _without_error(measured, ~np.isnan(measured.value))
    blind = ~measured.exact & (measured.draws > 1) & (measured.se == 0)
    single = ~measured.exact & (measured.n > 0) & ~(measured.draws > 1) & ~np.isnan(measured.value)
    measured = _without_error(measured, single)
    low, high = scale
    # at an edge of the scale all of alpha lies on one side
    inside = (measured.value > low) & (measured.value < high)
    ends = [
        np.where(inside, *(_bound(measured, edge, level) for level in (0.5 + LEVEL / 2.0, LEVEL)))
        for edge in scale
    ]
    away = np.maximum(*(np.abs(_bound(measured, edge, LEVEL) - measured.value) for edge in scale))
    measured = replace(
        measured, se=np.where(blind, away / t_quantile(LEVEL, np.inf), measured.se), blind=blind
    )
    lower, upper = student(measured.value, measured.se, measured.df, LEVEL)
    return replace(
        measured,
        lower=np.where(blind, ends[0], np.clip(lower, low, high)),
        upper=np.where(blind, ends[1], np.clip(upper, low, high)),
    )


def _bound(measured: Measured, edge: float, level: float) -> Array:
    return bound_without_variance(measured.value, measured.draws, edge, level)


def _without_error(measured: Measured, units: Flags) -> Measured:
    """Return the numbers without any error where nobody can know it."""
    blank = {name: np.where(units, np.nan, getattr(measured, name)) for name in ("se", "df", "deff")}
    no = {name: getattr(measured, name) & ~units for name in ("exact", "assumed", "bound")}
    return replace(measured, **blank, **no, unknown=measured.unknown | units)


def own_shocks(sample: str, se: Array) -> Loadings:
    """Return errors of units that have nothing to do with each other, one shock a unit.

    Examples
    --------
    >>> own_shocks("phone", np.array([2.0, np.nan])).variance(2).tolist()
    [4.0, 0.0]
    """
    units = np.flatnonzero(np.nan_to_num(se) > 0)
    return Loadings(sample, units, units, se[units])
