"""Means with their spread, as survey firms report them: mean, n, sd[, deff, population]."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from township_eval.errors import Problem
from township_eval.inputs import Flags
from township_eval.inputs.texts import Texts
from township_eval.language import Text
from township_eval.methods.varying import Array
from township_eval.scheme.sources import Channel, Satisfaction
from township_eval.sources.survey.averages import averaged, granted
from township_eval.sources.survey.forms.places import Form, Positions, again, amounts, problem_rows
from township_eval.sources.survey.parts import Line, Measured, Part, Reading, edges, own_shocks, settled

__all__ = ["TABLE", "read_means"]

TABLE: Final = "means"
_ASK: Final = Text("与调查方核对后改正", "ask who did the survey, and correct it")
_TWICE: Final = Text("这一均值已在 {before} 给出", "this mean was already given at {before}")
_ONE: Final = Text(
    "只留一行;方案中写明各渠道权重后,可用 channel 列区分渠道",
    "keep one row; with channel weights in the scheme the column channel tells channels apart",
)
#: column -> what it must be, told of whatever is not
_MUST: Final = {
    "mean": Text(
        "均值应在 {low} 到 {high} 之间,写的是{entry}", "a mean lies between {low} and {high}, not {entry}"
    ),
    "n": Text("样本量应为正整数,写的是{entry}", "n is a whole number from 1 up, not {entry}"),
    "sd": Text(
        "标准差应不小于零,且不超过量表允许的 {most},写的是{entry}",
        "an sd is not negative and at most {most} on this scale, not {entry}",
    ),
    "deff": Text("设计效应应大于零,写的是{entry}", "a design effect is positive, not {entry}"),
    "population": Text(
        "总体人数应为不小于样本量的数,写的是{entry}",
        "the population is no smaller than the sample, not {entry}",
    ),
    "df": Text("自由度应大于零,写的是{entry}", "degrees of freedom are positive, not {entry}"),
}


def read_means(rows: pd.DataFrame, source: Satisfaction, n_units: int) -> Reading:
    """Return what means with their spread say, a part per channel of the scheme.

    Parameters
    ----------
    rows : DataFrame
        unit position ``i``, mean, n[, sd, deff, population, df, channel, question].
    source : Satisfaction
    n_units : int

    Notes
    -----
    ``se = sd sqrt(deff / n) sqrt(1 - n / N)``. Without ``sd`` the largest possible one is taken,
    ``sqrt((m - a) (b - m))`` on a scale from ``a`` to ``b`` (Bhatia and Davis, American Mathematical
    Monthly 107 (2000), 353-357), and marked. ``df`` is ``n - 1`` where none is given. Several
    questions count as fully correlated, as with counts.
    """
    form = Form(TABLE, rows, source)
    channels = tuple(one.channel for one in source.asked_by)
    questions = form.named("question")
    channel, of_channels = _channel_codes(form, channels)
    question, of_questions = form.codes("question", questions)
    entries, of_entries = _entries(form)
    place = (channel * len(questions) + question) * n_units + form.unit
    key = np.where((channel >= 0) & (question >= 0), place, -1)
    twice = again(form, key, _TWICE, _ONE)
    first = form.first_places(np.where(entries.whole, key, -1), len(channels) * len(questions) * n_units)
    first = first.reshape(len(channels), len(questions), n_units)
    lines = [line for c, how in enumerate(source.asked_by) for line in _lines(form, entries, first[c], how)]
    parts = tuple(_part(how, lines, source, n_units) for how in source.asked_by)
    problems = (*of_channels, *of_questions, *of_entries, *twice)
    return Reading("means", parts, tuple(lines), _where(form, first), problems)


@dataclass(frozen=True, eq=False)
class _Entries:
    """The numbers of every row, (n_rows,); ``whole`` where a mean and its n can be used."""

    mean: Array
    n: Array
    sd: Array
    deff: Array
    population: Array
    df: Array
    whole: Flags


def _channel_codes(form: Form, channels: tuple[str, ...]) -> tuple[Positions, list[Problem]]:
    """Return each row's channel; without channels in the scheme all rows are of the only one."""
    if form.source.channels:
        return form.codes("channel", channels)
    return np.zeros(len(form), dtype=np.intp), []


def _entries(form: Form) -> tuple[_Entries, list[Problem]]:
    """Return the numbers of every row, and those that cannot be."""
    low, high = edges(form.source)
    found, refused = {}, {}
    for column in _MUST:
        found[column], refused[column] = amounts(form, column)
    mean, n, sd = found["mean"], found["n"], found["sd"]
    with np.errstate(invalid="ignore"):
        most = (high - low) / 2.0 * np.sqrt(n / np.maximum(n - 1.0, 0.5))  # half at either end
        wrong = {
            "mean": ~((mean >= low) & (mean <= high)),  # a blank is told too
            "n": ~((n >= 1) & (n == np.floor(n))),
            "sd": (sd < 0) | ((n >= 1) & (sd > most * (1.0 + 1e-9))),  # what n is decides how large
            "deff": found["deff"] <= 0,
            "population": found["population"] < n,
            "df": found["df"] <= 0,
        }
    silent = np.isnan(mean) & np.isnan(n) & ~refused["mean"] & ~refused["n"]  # a form left empty
    limits = {"low": f"{low:g}", "high": f"{high:g}", "most": f"{(high - low) / 2.0:g}"}
    problems: list[Problem] = []
    for column, what in _MUST.items():
        flagged = (wrong[column] | refused[column]) & ~silent
        said = Text(*(text.replace("{entry}", "{{entry}}") for text in (what.zh, what.en))).format(**limits)
        problems += problem_rows(form, flagged, column, said, _ASK)
        found[column] = np.where(flagged, np.nan, found[column])
    whole = ~np.isnan(found["mean"]) & ~np.isnan(found["n"])
    return _Entries(**found, whole=whole), problems


def _lines(form: Form, entries: _Entries, first: Positions, how: Channel) -> list[Line]:
    """Return the lines of one channel, ``first`` (n_questions, n_units) being the rows of its means."""
    n_units = first.shape[1]
    n_answers = sum(len(part) for part in (form.source.scale, form.source.dont_know, form.source.refused))
    nobody, blanks = np.full((n_answers, n_units), np.nan), np.full(n_units, np.nan)
    questions = form.named("question")
    return [
        Line(how.channel, questions[q], "means", nobody, blanks, _measured(entries, rows, how, form.source))
        for q, rows in enumerate(first)
        if (rows >= 0).any()
    ]


def _part(how: Channel, lines: list[Line], source: Satisfaction, n_units: int) -> Part:
    own = [line for line in lines if line.channel == how.channel]
    stated = {one.question: one.weight for one in source.questions}
    shares = [stated.get(line.question, 1.0) for line in own]
    measured = averaged([line.measured for line in own], shares, n_units)
    shocks = own_shocks(f"means/{how.channel}", measured.se)
    return Part(how.channel, measured, (shocks,), granted(how, len(own), given=True))


def _measured(entries: _Entries, rows: Positions, how: Channel, source: Satisfaction) -> Measured:
    """Return the means in these rows (-1: none), with their errors, (n_units,)."""
    told = rows >= 0

    def picked(column: Array) -> Array:
        return np.where(told, column[rows] if len(column) else np.nan, np.nan)

    value, n, given = picked(entries.mean), np.nan_to_num(picked(entries.n)), picked(entries.deff)
    low, high = edges(source)
    bound = told & np.isnan(picked(entries.sd))
    sd = np.where(bound, np.sqrt((value - low) * (high - value)), picked(entries.sd))
    stated = np.where(np.isnan(given), np.nan if how.deff is None else how.deff, given)
    assumed = told & np.isnan(stated)
    deff = np.where(assumed, 1.0, stated)
    population = picked(entries.population)
    unseen = np.where(np.isnan(population), 1.0, 1.0 - n / np.where(population > 0, population, np.inf))
    blank = np.full(len(told), np.nan)
    no = np.zeros(len(told), dtype=np.bool_)
    with np.errstate(divide="ignore", invalid="ignore"):
        se = sd * np.sqrt(deff / n) * np.sqrt(unseen)
    measured = Measured(
        value=value,
        n=n,
        sampled=n,
        se=np.where(told & ((n > 1) | (unseen == 0)), se, np.nan),
        df=np.where(np.isnan(picked(entries.df)), np.where(told, n - 1.0, np.nan), picked(entries.df)),
        deff=deff,
        draws=np.where(told, n / deff, 0.0),
        dont_know=blank,
        refused=blank,
        blank=blank,
        best=blank,
        worst=blank,
        lower=blank,
        upper=blank,
        exact=told & (unseen == 0),
        unknown=no,
        assumed=assumed & (unseen > 0),
        bound=bound & (unseen > 0),
        blind=no,
    )
    return settled(measured, how.design, edges(source))


def _where(form: Form, first: Positions) -> Texts:
    """Return where each channel's first mean of a unit stands, (n_channels, n_units)."""
    rows = np.where(first >= 0, first, len(form)).min(axis=1)
    told = [form.place(int(row)) if row < len(form) else "" for row in rows.ravel()]
    return np.array(told, dtype=object).reshape(rows.shape)
