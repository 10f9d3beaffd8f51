"""Third-party ratings: every rater's mean over the items, the highest and lowest dropped."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from township_eval.errors import Problem
from township_eval.inputs import Flags
from township_eval.inputs.entries.numbers import numbers
from township_eval.inputs.texts import quoted, text_of, texts_of
from township_eval.language import Text
from township_eval.methods.ratings import trimmed_mean
from township_eval.methods.varying import Array
from township_eval.scheme.sources import Ratings
from township_eval.sources.evidence import Ask, Found, evidence_rows, row_cells, row_place

__all__ = ["ratings"]

_TABLE = "ratings"
_OUTSIDE = Text(
    "评分应在 {low} 到 {high} 之间,写的是{entry}", "a score lies between {low} and {high}, not {entry}"
)
_KEYS = ["i", "who", "what"]


def ratings(ask: Ask, source: Ratings) -> Found:
    """Return the trimmed mean of the raters' scores; ``n`` is the number that counted.

    A rater's score is the mean over the items. A unit that fewer have rated than the scheme needs is
    an error; one that nobody has rated is not reported. Raters are numbered in the table, not named.
    """
    rows = ask.rows(_TABLE)
    if rows is None or rows.empty:
        return Found(np.full(ask.n_units, np.nan), method="ratings")
    who = _raters(rows)
    what = texts_of(rows["item"]) if "item" in rows.columns else np.full(len(rows), "", dtype=object)
    rows = rows.assign(who=who, what=what)
    score, problems = _scores(rows, source)
    problems += [*_twice(rows), *_unnamed(rows), *_items_missing(ask, rows, score)]
    names = sorted(set(who))
    matrix = _matrix(rows, score, names, ask.n_units)
    given = (~np.isnan(matrix)).sum(axis=1)
    needed = max(source.minimum, 2 * source.trim + 1)
    few = (given > 0) & (given < needed)
    value = np.where(few, np.nan, trimmed_mean(matrix, source.trim))
    problems += _too_few(ask, few, given, needed)
    details = evidence_rows(ask, rows.assign(_column=_labels(rows, names)), "_column", "score")
    return Found(
        value,
        method="ratings",
        n=np.where(np.isnan(value), 0, given - 2 * source.trim).astype(np.float64),
        cells=row_cells(rows, ask.n_units),
        details=details,
        tables=((_TABLE, _table(ask, matrix, value, source.trim)),),
        problems=tuple(problems),
    )


def _raters(rows: pd.DataFrame) -> np.ndarray:
    """Return who rated: the name, with the organization where two might share a name."""
    names = texts_of(rows["rater"])
    if "organization" not in rows.columns:
        return names
    of = texts_of(rows["organization"])
    return np.array(
        [f"{name}@{where}" if where else name for name, where in zip(names, of, strict=True)], object
    )


def _scores(rows: pd.DataFrame, source: Ratings) -> tuple[Array, list[Problem]]:
    """Return the scores, NaN for blanks and for what is reported: text, or outside low to high."""
    score, refused = numbers(rows["score"])
    with np.errstate(invalid="ignore"):
        faulty = refused | (score < source.low) | (score > source.high)
    low, high = text_of(source.low), text_of(source.high)
    problems = [
        Problem(
            "error",
            "ratings.score",
            row_place(_TABLE, rows, int(position)),
            _OUTSIDE.format(low=low, high=high, entry=quoted(rows["score"].iloc[position])),
            Text("与评估方核对后改正", "ask the assessor and correct it"),
        )
        for position in np.flatnonzero(faulty)
    ]
    return np.where(faulty, np.nan, score), problems


def _twice(rows: pd.DataFrame) -> Iterator[Problem]:
    again = rows.duplicated(_KEYS).to_numpy()
    first = rows.reset_index(drop=True).groupby(_KEYS).head(1)
    places = {tuple(key): int(place) for place, key in zip(first.index, first[_KEYS].to_numpy(), strict=True)}
    for position in np.flatnonzero(again):
        key = tuple(rows[_KEYS].iloc[position].to_numpy())
        before = row_place(_TABLE, rows, places[key])
        yield Problem(
            "error",
            "ratings.twice",
            row_place(_TABLE, rows, int(position)),
            Text(f"同一评估员的评分已在 {before} 给出", f"this rater's score was already given at {before}"),
            Text("只留一个", "keep one of them"),
        )


def _unnamed(rows: pd.DataFrame) -> Iterator[Problem]:
    for position in np.flatnonzero(texts_of(rows["rater"]) == ""):
        yield Problem(
            "error",
            "ratings.rater",
            row_place(_TABLE, rows, int(position)),
            Text("没有写明评估员", "the rater is not named"),
            Text("写姓名或编号,只用于区分", "a name or number, only to tell raters apart"),
        )


def _items_missing(ask: Ask, rows: pd.DataFrame, score: Array) -> Iterator[Problem]:
    """Yield raters who left out an item that others rated for the same unit.

    Their mean would be over other items than that of the others.
    """
    given = rows.assign(score=score).dropna(subset="score").drop_duplicates(_KEYS)
    wanted = given.groupby("i")["what"].nunique()
    done = given.groupby(["i", "who"])["what"].nunique().reset_index()
    for i, who, count in done.to_numpy():
        if count < wanted[i]:
            yield Problem(
                "error",
                "ratings.item",
                ask.where(int(i)),
                Text(
                    f"{ask.name(int(i))}:评估员 {who} 只评了 {count} 项,应评 {wanted[i]} 项",
                    f"{ask.name(int(i))}: rater {who} scored {count} of {wanted[i]} items",
                ),
                Text(
                    "补齐评分,或删去该评估员对此单位的评分",
                    "complete the items, or drop the rater for this unit",
                ),
            )


def _matrix(rows: pd.DataFrame, score: Array, names: list[str], n: int) -> Array:
    """Return each rater's mean over the items, (n_units, n_raters)."""
    given = rows.assign(score=score).dropna(subset="score")
    means = given.groupby(["i", "who"])["score"].mean().reset_index()
    matrix = np.full((n, len(names)), np.nan)
    column = {name: place for place, name in enumerate(names)}
    places = np.array([column[who] for who in means["who"]], dtype=np.intp)
    matrix[means["i"].to_numpy(), places] = means["score"].to_numpy()
    return matrix


def _too_few(ask: Ask, few: Flags, given: np.ndarray, needed: int) -> Iterator[Problem]:
    for i in np.flatnonzero(few):
        yield Problem(
            "error",
            "ratings.few",
            ask.where(int(i)),
            Text(
                f"{ask.name(int(i))} 只有 {given[i]} 人评分,至少应有 {needed} 人",
                f"{ask.name(int(i))} has {given[i]} raters, at least {needed} are needed",
            ),
            Text(
                "补评,或在方案中改 trim、minimum", "get more ratings, or change trim or minimum in the scheme"
            ),
        )


def _labels(rows: pd.DataFrame, names: list[str]) -> list[str]:
    numbered = {name: f"评估员{place + 1}" for place, name in enumerate(names)}
    return [
        f"{numbered[who]}/{what}" if what else numbered[who]
        for who, what in zip(rows["who"], rows["what"], strict=True)
    ]


def _table(ask: Ask, matrix: Array, value: Array, trim: int) -> pd.DataFrame:
    """Return one row per unit and rater: score, whether dropped, the unit's mean and spread (sd)."""
    given = ~np.isnan(matrix)
    order = np.argsort(np.where(given, matrix, np.inf), axis=1, kind="stable")
    place = np.argsort(order, axis=1, kind="stable")
    count = given.sum(axis=1, keepdims=True)
    dropped = (place < trim) | (place >= count - trim)
    i, rater = np.nonzero(given)
    codes = np.array(ask.prepared.units.codes, dtype=object)
    return pd.DataFrame(
        {
            "unit": codes[i],
            "indicator": ask.leaf.id,
            "rater": np.array([f"评估员{place + 1}" for place in range(matrix.shape[1])], dtype=object)[
                rater
            ],
            "score": matrix[i, rater],
            "dropped": dropped[i, rater],
            "mean": value[i],
            "spread": _spread(matrix)[i],
        }
    )


def _spread(matrix: Array) -> Array:
    """Return the standard deviation over all raters (n - 1), NaN for a single one; (n_units,)."""
    given = ~np.isnan(matrix)
    count = given.sum(axis=1)
    filled = np.where(given, matrix, 0.0)
    mean = filled.sum(axis=1) / np.maximum(count, 1)
    squares = np.where(given, (matrix - mean[:, None]) ** 2, 0.0).sum(axis=1)
    return np.where(count > 1, np.sqrt(squares / np.maximum(count - 1, 1)), np.nan)
