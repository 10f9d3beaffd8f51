"""Satisfaction from counts of answers: points of the scale, don't know apart, channels mixed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from township_eval.errors import Problem, did_you_mean
from township_eval.inputs import Flags
from township_eval.inputs.entries.numbers import numbers
from township_eval.inputs.texts import quoted, texts_of
from township_eval.language import Text
from township_eval.methods.varying import Array
from township_eval.scheme.sources import Satisfaction
from township_eval.sources.evidence import Ask, Found, evidence_rows, row_cells, row_place

__all__ = ["mean_points", "mixed", "satisfaction"]

_TABLE = "satisfaction"
_NO_COUNT = Text(
    "份数应为不小于零的整数,写的是{entry}", "a count is a whole number from zero up, not {entry}"
)


def mean_points(counts: ArrayLike, points: ArrayLike) -> Array:
    """Return the mean points of the answers given.

    Parameters
    ----------
    counts : array_like (..., n_answers)
        How many gave each answer of the scale; don't know is not among them.
    points : array_like (n_answers,)
        What each answer is worth, 0-100.

    Returns
    -------
    array (...)
        NaN where nobody gave a valid answer.

    Examples
    --------
    >>> mean_points([120, 60, 20], [100, 80, 30]).item()
    87.0
    """
    given = np.asarray(counts, dtype=np.float64)
    total = given.sum(axis=-1)
    earned = given @ np.asarray(points, dtype=np.float64)
    mean: Array = np.divide(earned, total, out=np.full(np.shape(total), np.nan), where=total > 0)
    return mean


def mixed(scores: ArrayLike, weights: ArrayLike) -> Array:
    """Return the weighted mean of channels or questions; NaN where one with weight has none.

    Parameters
    ----------
    scores : array_like (n_channels, ...)
    weights : array_like (n_channels,) or (n_channels, ...)
        Shares of the mix; they need not sum to 1.

    Examples
    --------
    >>> round(mixed([87.0, 89.0], [6, 4]).item(), 2)
    87.8
    """
    values = np.asarray(scores, dtype=np.float64)
    shares = np.asarray(weights, dtype=np.float64)
    shares = shares.reshape(shares.shape + (1,) * (values.ndim - shares.ndim))
    counted = np.where(shares > 0, values, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray((counted * shares).sum(axis=0) / shares.sum(axis=0), dtype=np.float64)


def satisfaction(ask: Ask, source: Satisfaction) -> Found:
    """Return the mean points of the answers, questions averaged and channels mixed by weight.

    A channel of the mix without valid answers leaves the unit unreported, because the mix cannot be
    guessed. Without channels in the scheme all answers are pooled. ``n`` counts valid answers, over
    several questions those of the question fewest answered.
    """
    rows = ask.rows(_TABLE)
    if rows is None or rows.empty:
        return Found(np.full(ask.n_units, np.nan), method="satisfaction counts")
    counts, problems = _read(rows, source, ask.n_units)
    tallies = counts if source.channels else counts.pooled()
    shares = np.array([channel.weight for channel in source.channels] or [1.0])
    valid = tallies.valid()
    score = tallies.score(source)
    heard = counts.valid().sum(axis=(0, 1)) + counts.dont_know().sum(axis=(0, 1)) > 0
    return Found(
        mixed(score, shares),
        method="satisfaction counts",
        n=tallies.answered(valid)[shares > 0].sum(axis=0),
        cells=row_cells(rows, ask.n_units),
        details=evidence_rows(ask, rows.assign(_column=_labels(rows)), "_column", "count"),
        tables=((_TABLE, _table(ask, counts, source)),),
        problems=(*problems, *_unheard(ask, tallies.channels, score, shares, heard)),
    )


@dataclass(frozen=True, eq=False)
class _Counts:
    """Counts (n_channels, n_questions, n_answers, n_units): the scale's answers first, then don't know."""

    counts: Array
    channels: tuple[str, ...]
    questions: tuple[str, ...]
    n_scale: int

    def valid(self) -> Array:
        """Return the valid answers, (n_channels, n_questions, n_units)."""
        return np.asarray(self.counts[:, :, : self.n_scale].sum(axis=2), dtype=np.float64)

    def dont_know(self) -> Array:
        """Return the answers outside the scale, (n_channels, n_questions, n_units)."""
        return np.asarray(self.counts[:, :, self.n_scale :].sum(axis=2), dtype=np.float64)

    def pooled(self) -> _Counts:
        """Return all channels as one."""
        return _Counts(self.counts.sum(axis=0, keepdims=True), ("",), self.questions, self.n_scale)

    def points(self, source: Satisfaction) -> Array:
        """Return the mean points of every question, (n_channels, n_questions, n_units)."""
        scale = self.counts[:, :, : self.n_scale].transpose(0, 1, 3, 2)
        return mean_points(scale, [answer.points for answer in source.scale])

    def score(self, source: Satisfaction) -> Array:
        """Return the mean over the questions that a channel asks, (n_channels, n_units)."""
        stated = {question.question: question.weight for question in source.questions}
        shares = np.array([stated.get(question, 1.0) for question in self.questions])
        weights = self._asked() * shares
        points = self.points(source)
        return np.stack([mixed(each, weight) for each, weight in zip(points, weights, strict=True)])

    def answered(self, valid: Array) -> Array:
        """Return the valid answers to the question that fewest answered, (n_channels, n_units)."""
        asked = self._asked()[:, :, None] > 0
        least = np.where(asked, valid, np.inf).min(axis=1)
        return np.asarray(np.where(np.isfinite(least), least, 0.0), dtype=np.float64)

    def _asked(self) -> Array:
        """Return 1 where a channel asks a question of anybody, (n_channels, n_questions)."""
        return np.asarray(self.counts.sum(axis=(2, 3)) > 0, dtype=np.float64)


def _read(rows: pd.DataFrame, source: Satisfaction, n: int) -> tuple[_Counts, list[Problem]]:
    """Return the counts in their places; what has none is reported."""
    problems: list[Problem] = []
    answers = (*(answer.answer for answer in source.scale), *source.dont_know)
    channels = _named(rows, "channel", [one.channel for one in source.channels])
    questions = _named(rows, "question", [one.question for one in source.questions])
    places = (
        _codes(rows, "channel", channels, problems),
        _codes(rows, "question", questions, problems),
        _codes(rows, "answer", answers, problems),
        rows["i"].to_numpy(),
    )
    number = _whole(rows, places[2] >= len(source.scale), problems)
    known = np.all([place >= 0 for place in places], axis=0)
    shape = (len(channels), len(questions), len(answers), n)
    flat = np.full(len(rows), -1, dtype=np.intp)
    flat[known] = np.ravel_multi_index(tuple(place[known] for place in places), shape)
    problems.extend(_twice(rows, flat))
    counts = np.bincount(flat[known], weights=number[known], minlength=int(np.prod(shape))).reshape(shape)
    return _Counts(counts.astype(np.float64), channels, questions, len(source.scale)), problems


def _named(rows: pd.DataFrame, column: str, stated: Sequence[str]) -> tuple[str, ...]:
    """Return the channels or questions: those the scheme states, else those that occur."""
    if stated:
        return tuple(stated)
    return tuple(sorted(set(texts_of(rows[column])))) if column in rows.columns else ("",)


def _codes(
    rows: pd.DataFrame, column: str, known: Sequence[str], problems: list[Problem]
) -> NDArray[np.intp]:
    """Return each row's place among the known texts, -1 where it is none of them."""
    texts = texts_of(rows[column]) if column in rows.columns else np.array([""] * len(rows), dtype=object)
    numbered = {text: place for place, text in enumerate(known)}
    codes = np.array([numbered.get(text, -1) for text in texts], dtype=np.intp)
    _, first = np.unique(texts[codes < 0].astype(str), return_index=True)
    for position in sorted(np.flatnonzero(codes < 0)[first]):
        text = str(texts[position])
        what = _UNKNOWN[column].format(text=text or Text("(空)", "(blank)"))
        where = _place(rows, column, int(position))
        problems.append(
            Problem("error", f"satisfaction.{column}", where, what, did_you_mean(text, list(known)))
        )
    return codes


def _place(rows: pd.DataFrame, column: str, position: int) -> str:
    """Return the cell of a channel, question or answer where it is known, else that of the count."""
    cell = rows[f"{column}_cell"].iloc[position] if f"{column}_cell" in rows.columns else ""
    return cell if isinstance(cell, str) and cell else row_place(_TABLE, rows, position)


_UNKNOWN = {
    "channel": Text("方案中没有这个渠道:{text}", "the scheme has no such channel: {text}"),
    "question": Text("方案中没有这个问题:{text}", "the scheme has no such question: {text}"),
    "answer": Text("量表中没有这个回答:{text}", "the scale has no such answer: {text}"),
}


def _whole(rows: pd.DataFrame, outside_scale: Flags, problems: list[Problem]) -> Array:
    """Return the counts; anything but a whole number from zero up is reported.

    A blank stands for zero only outside the scale, where it cannot move the score, and in a block
    that is wholly blank, which then has no valid answer.
    """
    number, refused = numbers(rows["count"])
    blank = np.isnan(number) & ~refused
    by = [name for name in ("i", "channel", "question") if name in rows.columns]
    silent = (
        pd.Series(blank, index=rows.index).groupby([rows[name] for name in by], dropna=False).transform("all")
    )
    faulty = refused | (blank & ~outside_scale & ~silent.to_numpy())
    with np.errstate(invalid="ignore"):
        faulty |= ~blank & ((number < 0) | (number != np.floor(number)) | np.isinf(number))
    problems.extend(
        Problem(
            "error",
            "satisfaction.count",
            row_place(_TABLE, rows, int(position)),
            _NO_COUNT.format(entry=quoted(rows["count"].iloc[position])),
            Text("无人选的写 0", "write 0 where nobody chose the answer"),
        )
        for position in np.flatnonzero(faulty)
    )
    return np.where(faulty | blank, 0.0, number)


def _twice(rows: pd.DataFrame, flat: NDArray[np.intp]) -> Iterator[Problem]:
    """Yield counts given twice for the same unit, channel, question and answer."""
    _, first, places = np.unique(flat, return_index=True, return_inverse=True)
    again = np.flatnonzero((flat >= 0) & (first[places.reshape(-1)] != np.arange(len(flat))))
    for position in again:
        before = row_place(_TABLE, rows, int(first[places.reshape(-1)[position]]))
        yield Problem(
            "error",
            "satisfaction.twice",
            row_place(_TABLE, rows, int(position)),
            Text(f"这一回答的份数已在 {before} 给出", f"this count was already given at {before}"),
            Text(
                "只留一行;不同渠道用 channel 列区分",
                "keep one row; tell channels apart in the column channel",
            ),
        )


def _unheard(
    ask: Ask, channels: Sequence[str], score: Array, shares: Array, heard: Flags
) -> Iterator[Problem]:
    """Warn of units that a channel of the mix has no valid answer of."""
    for channel, points, share in zip(channels, score, shares, strict=True):
        if share <= 0:
            continue
        for i in np.flatnonzero(np.isnan(points) & heard & ask.wanted):
            said = (
                Text(f"“{channel}”渠道", f"channel {channel!r}")
                if channel
                else Text("满意度调查", "the survey")
            )
            yield Problem(
                "warning",
                "satisfaction.no_valid",
                ask.where(int(i)),
                Text(
                    f"{ask.name(int(i))} 的{said.zh}没有有效回答,按未报处理",
                    f"{said.en} has no valid answer about {ask.name(int(i))}: not reported",
                ),
                Text("补做调查;渠道权重不会自动调整", "survey again; the mix is not adjusted on its own"),
            )


def _labels(rows: pd.DataFrame) -> list[str]:
    """Return what each count is of: channel, question and answer."""
    names = [name for name in ("channel", "question", "answer") if name in rows.columns]
    said = [texts_of(rows[name]) for name in names]
    return ["/".join(part for part in parts if part) for parts in zip(*said, strict=True)]


def _table(ask: Ask, counts: _Counts, source: Satisfaction) -> pd.DataFrame:
    """Return one row per unit, channel and question: the counts, valid, don't know, score."""
    valid, dont_know = counts.valid(), counts.dont_know()
    c, q, i = np.nonzero((valid + dont_know) > 0)
    order = np.lexsort((q, c, i))
    c, q, i = c[order], q[order], i[order]
    answers = [*(answer.answer for answer in source.scale), *source.dont_know]
    codes = np.array(ask.prepared.units.codes, dtype=object)
    return pd.DataFrame(
        {
            "unit": codes[i],
            "indicator": ask.leaf.id,
            "channel": np.array(counts.channels, dtype=object)[c],
            "question": np.array(counts.questions, dtype=object)[q],
            **{answer: counts.counts[c, q, a, i] for a, answer in enumerate(answers)},
            "n_valid": valid[c, q, i],
            "dont_know": dont_know[c, q, i],
            "score": counts.points(source)[c, q, i],
        }
    )
