"""Counts per answer: a simple random sample, as far as anybody wrote down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from township_eval.errors import Problem
from township_eval.inputs import Flags
from township_eval.inputs.entries.numbers import numbers
from township_eval.language import Text
from township_eval.methods.varying import Array
from township_eval.scheme.sources import Channel, Satisfaction
from township_eval.sources.survey.averages import averaged, granted, mean_points
from township_eval.sources.survey.forms.places import Form, Positions, again, problem_rows
from township_eval.sources.survey.parts import Line, Measured, Part, Reading, edges, own_shocks, settled

__all__ = ["TABLE", "read_counts"]

TABLE: Final = "satisfaction"
_NO_COUNT: Final = Text(
    "份数应为不小于零的整数,写的是{entry}", "a count is a whole number from zero up, not {entry}"
)
_MOST: Final = 2.0**53  # above it a float no longer tells a whole number from the next
_TWICE: Final = Text("这一回答的份数已在 {before} 给出", "this count was already given at {before}")
_KEEP_ONE: Final = Text(
    "只留一行;不同渠道用 channel 列区分", "keep one row; tell channels apart in the column channel"
)


def read_counts(rows: pd.DataFrame, source: Satisfaction, n_units: int) -> Reading:
    """Return what counts per answer say, a part per channel of the scheme.

    Parameters
    ----------
    rows : DataFrame
        unit position ``i``, answer, count[, channel, question].
    source : Satisfaction
    n_units : int

    Notes
    -----
    ``se = sd sqrt(deff / n)`` with ``sd`` from the counts (``n - 1``) and no correction for a finite
    population, because nobody says how large it is; ``df = n - 1``. Where neither scheme nor channel
    states a design effect it is assumed to be 1. Several questions were answered by the same people,
    nobody knows how alike: their errors count as fully correlated, which errs on the side of caution.
    """
    form = Form(TABLE, rows, source)
    tallies, first, problems = _read(form, n_units)
    lines = tuple(_lines(tallies, source))
    told = tallies if source.channels else tallies.pooled()
    parts = tuple(_part(told, at, channel, source) for at, channel in enumerate(source.asked_by))
    return Reading("counts", parts, lines, first, tuple(problems))


@dataclass(frozen=True, eq=False)
class _Tallies:
    """Counts (n_channels, n_questions, n_answers, n_units): the scale, then don't know, then refused."""

    counts: Array
    channels: tuple[str, ...]
    questions: tuple[str, ...]

    def pooled(self) -> _Tallies:
        """Return all channels as one."""
        return _Tallies(self.counts.sum(axis=0, keepdims=True), ("",), self.questions)

    def asked(self) -> Flags:
        """Return whether a channel asks a question of anybody, (n_channels, n_questions)."""
        return np.asarray(self.counts.sum(axis=(2, 3)) > 0, dtype=np.bool_)


def _read(form: Form, n_units: int) -> tuple[_Tallies, np.ndarray, list[Problem]]:
    """Return the counts in their places; what has none is reported."""
    source = form.source
    answers = (*(one.answer for one in source.scale), *source.dont_know, *source.refused)
    channels, questions = form.named("channel"), form.named("question")
    problems: list[Problem] = []
    places = []
    for column, known in (("channel", channels), ("question", questions), ("answer", answers)):
        codes, told = form.codes(column, known)
        places.append(codes)
        problems += told
    number, told = _whole(form, places[2] >= len(source.scale))
    problems += told
    shape = (len(channels), len(questions), len(answers), n_units)
    known_rows = np.all([place >= 0 for place in places], axis=0)
    flat = np.full(len(form), -1, dtype=np.intp)
    at = tuple(place[known_rows] for place in (*places, form.unit))
    flat[known_rows] = np.ravel_multi_index(at, shape)
    problems += again(form, flat, _TWICE, _KEEP_ONE)
    counts = np.bincount(flat[known_rows], weights=number[known_rows], minlength=int(np.prod(shape)))
    tallies = _Tallies(counts.reshape(shape).astype(np.float64), channels, questions)
    return tallies, _first(form, places[0], number, n_units), problems


def _first(form: Form, channel: Positions, number: Array, n_units: int) -> np.ndarray:
    """Return where each channel's first count about a unit stands, (n_channels, n_units)."""
    n_channels = len(form.source.asked_by)
    of = channel if form.source.channels else np.zeros(len(form), dtype=np.intp)
    key = np.where((of >= 0) & (number > 0), of * n_units + form.unit, -1)
    rows = form.first_places(key, n_channels * n_units)
    told = [form.place(int(row)) if row >= 0 else "" for row in rows]
    return np.array(told, dtype=object).reshape(n_channels, n_units)


def _whole(form: Form, outside_scale: Flags) -> tuple[Array, list[Problem]]:
    """Return the counts; anything but a whole number from zero up is reported.

    A blank stands for zero only outside the scale, where it cannot move the score, and in a block
    that is wholly blank, which then has no valid answer.
    """
    rows = form.rows
    number, refused = numbers(rows["count"])
    blank = np.isnan(number) & ~refused
    by = [rows[name] for name in ("i", "channel", "question") if name in rows.columns]
    silent = pd.Series(blank, index=rows.index).groupby(by, dropna=False).transform("all")
    faulty = refused | (blank & ~outside_scale & ~silent.to_numpy())
    with np.errstate(invalid="ignore"):
        faulty |= ~blank & ((number < 0) | (number != np.floor(number)) | (number > _MOST))
    hint = Text(
        "填整数(数字格式,不是文本),无人选的写 0",
        "a whole number, as a number and not as text; 0 where nobody chose the answer",
    )
    told = list(problem_rows(form, faulty, "count", _NO_COUNT, hint))
    return np.where(faulty | blank, 0.0, number), told


def _lines(tallies: _Tallies, source: Satisfaction) -> list[Line]:
    stated = {one.channel: one for one in source.channels}
    asked = tallies.asked()
    lines = []
    for c, channel in enumerate(tallies.channels):
        how = stated.get(channel, source.asked_by[0])
        for q, question in enumerate(tallies.questions):
            if asked[c, q]:
                counts = tallies.counts[c, q]
                blanks = np.full(counts.shape[-1], np.nan)
                lines.append(
                    Line(channel, question, "counts", counts, blanks, _measured(counts, how, source))
                )
    return lines


def _part(tallies: _Tallies, at: int, channel: Channel, source: Satisfaction) -> Part:
    """Return a channel's mean over the questions it asks; a unit that lacks one of them has none."""
    asked = np.flatnonzero(tallies.asked()[at])
    stated = {one.question: one.weight for one in source.questions}
    shares = [stated.get(tallies.questions[q], 1.0) for q in asked]
    each = [_measured(tallies.counts[at, q], channel, source) for q in asked]
    measured = averaged(each, shares, tallies.counts.shape[-1])
    shocks = own_shocks(f"counts/{channel.channel}", measured.se)
    return Part(channel.channel, measured, (shocks,), granted(channel, len(each)))


def _measured(counts: Array, channel: Channel, source: Satisfaction) -> Measured:
    """Return the mean points of counts (n_answers, n_units) of one question, with its error."""
    n_scale, n_known = len(source.scale), len(source.scale) + len(source.dont_know)
    points = np.array([one.points for one in source.scale])
    scale, apart = counts[:n_scale], counts[n_scale:]
    dont_know, refused = counts[n_scale:n_known].sum(axis=0), counts[n_known:].sum(axis=0)
    worth, given = points, scale
    if source.denominator == "with_dont_know":
        worth, given = np.append(points, 0.0), np.vstack([scale, dont_know])
    n, asked = given.sum(axis=0), counts.sum(axis=0)
    value = mean_points(given.T, worth)
    spread = _spread(given, worth, value, n)
    deff = 1.0 if channel.deff is None else channel.deff
    told = n > 0
    low, high = float(points.min()), float(points.max())
    no = np.zeros(len(n), dtype=np.bool_)
    measured = Measured(
        value=value,
        n=n,
        sampled=n,
        se=spread * np.sqrt(_over(deff, n)),
        df=np.where(told, n - 1.0, np.nan),
        deff=np.where(told, deff, np.nan),
        draws=n / deff,
        dont_know=_over(dont_know, asked),
        refused=_over(refused, asked),
        blank=np.full(len(n), np.nan),
        best=_over(points @ scale + high * apart.sum(axis=0), asked),
        worst=_over(points @ scale + low * apart.sum(axis=0), asked),
        lower=np.full(len(n), np.nan),
        upper=np.full(len(n), np.nan),
        exact=no,
        unknown=no,
        assumed=told & (channel.deff is None),
        bound=no,
        blind=no,
    )
    return settled(measured, channel.design, edges(source))


def _spread(given: Array, worth: Array, value: Array, n: Array) -> Array:
    """Return the standard deviation (n - 1); exactly 0 where all gave one answer, NaN for a single one."""
    squares = (given * (worth[:, None] - np.nan_to_num(value)) ** 2).sum(axis=0)
    squares = np.where(given.max(axis=0, initial=0.0) == n, 0.0, squares)
    return np.sqrt(_over(squares, n - 1.0))


def _over(above: ArrayLike, below: Array) -> Array:
    above = np.broadcast_to(np.asarray(above, dtype=np.float64), below.shape)
    out: Array = np.divide(above, below, out=np.full(len(below), np.nan), where=below > 0)
    return out
