"""Assessors' sheets put together: each score in its place, what is missing or given twice reported."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from township_eval.errors import Problem, did_you_mean
from township_eval.inputs import Flags
from township_eval.inputs.entries.numbers import numbers
from township_eval.inputs.texts import Texts, plain, quoted, text_of, texts_of
from township_eval.language import Text, join_texts, listed
from township_eval.methods.varying import Array
from township_eval.scheme.sources import Ratings
from township_eval.sources.evidence import Ask, row_place
from township_eval.sources.panel.raters import Raters, raters_of

__all__ = ["TABLE", "Sheets", "read_sheets"]

TABLE: Final = "ratings"
_KEYS: Final = ["i", "who", "what"]
_OUTSIDE: Final = Text(
    "评分应在 {low} 到 {high} 之间,写的是{entry}", "a score lies between {low} and {high}, not {entry}"
)
_FEW: Final = 5  # names in a message; the rest is counted
_Apart: TypeAlias = tuple[int, tuple[str, ...], tuple[str, ...]]  # rater, items he lacks, items of his own


@dataclass(frozen=True, eq=False)
class Sheets:
    """The scores about one leaf.

    Attributes
    ----------
    rows : DataFrame
        As handed in, with ``who`` (position of the rater) and ``what`` (item).
    raters : Raters
    matrix : array (n_units, n_raters)
        Each rater's score: mean over the items, or share of their full marks; NaN where there is none.
    items : tuple of str
        Items that occur; ``("",)`` without.
    problems : tuple of Problem
    """

    rows: pd.DataFrame
    raters: Raters
    matrix: Array
    items: tuple[str, ...]
    problems: tuple[Problem, ...]


def read_sheets(ask: Ask, source: Ratings) -> Sheets | None:
    """Return the scores about a leaf and its wanted units; None when there are none."""
    rows = ask.rows(TABLE)
    if rows is None or rows.empty:
        return None
    raters = raters_of(ask.prepared.tables[TABLE])
    what = texts_of(rows["item"]) if "item" in rows.columns else np.full(len(rows), "", dtype=object)
    rows = rows.assign(who=raters.positions(rows), what=what)
    score, refused = _scores(rows, source)
    points, full = _points(score, what, source)
    given = rows.assign(score=points, full=full).dropna(subset="score")
    problems = (*refused, *_twice(rows, score), *_unnamed(rows), *_items_missing(ask, rows, raters))
    return Sheets(
        rows,
        raters,
        _matrix(given, raters.n, ask.n_units),
        tuple(dict.fromkeys(sorted(set(what)))),
        (*problems, *_unmarked(ask, rows, raters)),
    )


def _scores(rows: pd.DataFrame, source: Ratings) -> tuple[Array, list[Problem]]:
    """Return the scores, NaN for blanks and for what is reported: text, or outside their item's scale."""
    score, refused = numbers(rows["score"])
    low, high = _scales(rows["what"].to_numpy(), source)
    strange = np.isnan(high) & (texts_of(rows["score"]) != "")
    with np.errstate(invalid="ignore"):
        faulty = refused | (score < low) | (score > high)
    problems = [
        Problem(
            "error",
            "ratings.score",
            row_place(TABLE, rows, int(position)),
            _OUTSIDE.format(
                low=text_of(low[position]),
                high=text_of(high[position]),
                entry=quoted(rows["score"].iloc[position]),
            ),
            Text("与评估方核对后改正", "ask the assessor and correct it"),
        )
        for position in np.flatnonzero(faulty & ~strange)
    ]
    problems += _strange_items(rows, strange, source)
    return np.where(faulty | strange, np.nan, score), problems


def _scales(what: Texts, source: Ratings) -> tuple[Array, Array]:
    """Return the lowest and highest mark of every row; NaN for an item the scheme does not state."""
    if not source.items:
        return np.full(len(what), source.low), np.full(len(what), source.high)
    full = {plain(one.item): one.full for one in source.items}
    return np.zeros(len(what)), np.array([full.get(plain(str(item)), np.nan) for item in what])


def _strange_items(rows: pd.DataFrame, strange: Flags, source: Ratings) -> Iterator[Problem]:
    """Yield every item the scheme gives no full mark, once, and those it states and nobody has marked."""
    at = np.flatnonzero(strange)
    known = [one.item for one in source.items]
    for name in dict.fromkeys(rows["what"].iloc[at]):
        first = int(at[(rows["what"].iloc[at] == name).to_numpy()][0])
        what = Text(
            f"方案没有写这一评分项的满分:{name or '(空)'}",
            f"the scheme states no full mark of this item: {name or '(blank)'}",
        )
        hint = did_you_mean(str(name), known)
        yield Problem("error", "ratings.item_unknown", row_place(TABLE, rows, first), what, hint)
    marked = {plain(str(item)) for item in rows["what"]}
    for one in source.items:
        if plain(one.item) not in marked:
            what = Text(f"没有人评“{one.item}”这一项", f"nobody has marked the item {one.item!r}")
            hint = Text("补评,或从方案 items 中去掉", "have it marked, or take it out of items in the scheme")
            yield Problem("error", "ratings.item_absent", TABLE, what, hint)


def _points(score: Array, what: Texts, source: Ratings) -> tuple[Array, Array]:
    """Return the marks as points between low and high, and how much each counts in its rater's score."""
    if not source.items:
        return score, np.ones(len(score))
    _, full = _scales(what, source)
    return source.low + (source.high - source.low) * score / full, full


def _twice(rows: pd.DataFrame, score: Array) -> Iterator[Problem]:
    """Yield scores given twice; an empty form beside a filled one is no second score."""
    filled = np.flatnonzero(~np.isnan(score) | (texts_of(rows["score"]) != ""))
    first: dict[tuple[object, ...], int] = {}
    for position, key in zip(filled, rows[_KEYS].iloc[filled].itertuples(index=False), strict=True):
        before = first.setdefault(tuple(key), int(position))
        if before == position:
            continue
        there = row_place(TABLE, rows, before)
        yield Problem(
            "error",
            "ratings.twice",
            row_place(TABLE, rows, int(position)),
            Text(f"同一评估员的评分已在 {there} 给出", f"this rater's score was already given at {there}"),
            Text("只留一个", "keep one of them"),
        )


def _unnamed(rows: pd.DataFrame) -> Iterator[Problem]:
    for position in np.flatnonzero(texts_of(rows["rater"]) == ""):
        yield Problem(
            "error",
            "ratings.rater",
            row_place(TABLE, rows, int(position)),
            Text("没有写明评估员", "the rater is not named"),
            Text("写姓名或编号,只用于区分", "a name or number, only to tell raters apart"),
        )


def _items_missing(ask: Ask, rows: pd.DataFrame, raters: Raters) -> Iterator[Problem]:
    """Yield raters who left out items that the others marked, or marked items of their own.

    Their mean would be over other items than that of the others. A rater is told once for all units
    alike: a header misspelled in his form is one fault.
    """
    found: dict[_Apart, list[int]] = {}
    for i, who, lacking, extra in _apart(rows):
        found.setdefault((who, lacking, extra), []).append(i)
    for (who, lacking, extra), units in found.items():
        own = (rows["i"] == units[0]) & (rows["who"] == who)
        named = own & rows["what"].isin([*lacking, *extra])  # his blank cell, or the item of his own
        place = row_place(TABLE, rows, int(np.flatnonzero(named if named.any() else own)[0]))
        said = Text("{rater}({units})", "{rater} ({units})").format(
            rater=raters.labels[who], units=listed((ask.name(i) for i in units), _FEW)
        )
        yield _other_items(place, said, lacking, extra)


def _apart(rows: pd.DataFrame) -> Iterator[tuple[int, int, tuple[str, ...], tuple[str, ...]]]:
    """Yield unit, rater, items he lacks and items of his own, where these are not what most marked."""
    entered = rows[texts_of(rows["score"]) != ""].drop_duplicates(_KEYS)
    every = entered.groupby("i")["what"].transform("nunique")
    own = entered.groupby(["i", "who"])["what"].transform("nunique")
    doubted = entered[entered["i"].isin(entered["i"][own < every])]
    for i, forms in doubted.groupby("i"):
        marked = {int(str(who)): frozenset(form["what"]) for who, form in forms.groupby("who")}
        usual = Counter(item for form in marked.values() for item in form)
        wanted = {item for item, count in usual.items() if 2 * count >= len(marked)}
        for who, form in marked.items():
            if form != wanted:
                yield int(str(i)), who, tuple(sorted(wanted - form)), tuple(sorted(form - wanted))


def _other_items(where: str, who: Text, lacking: tuple[str, ...], extra: tuple[str, ...]) -> Problem:
    parts = (
        (lacking, Text("没有评{items}", "did not score {items}")),
        (extra, Text("评了其他评估员没有的{items}", "scored {items}, which the others did not")),
    )
    said = join_texts(
        (text.format(items=listed(items, _FEW)) for items, text in parts if items), ",", " and "
    )
    hint = Text(
        "补齐评分,核对项目名称,或删去该评估员对此单位的评分",
        "complete the items, check their names, or drop the rater for this unit",
    )
    return Problem("error", "ratings.item", where, join_texts((who, said), "", " "), hint)


def _unmarked(ask: Ask, rows: pd.DataFrame, raters: Raters) -> Iterator[Problem]:
    """Warn of raters who have not marked every unit that others have, all in one note."""
    filled = rows[texts_of(rows["score"]) != ""]
    marked = filled.groupby("who")["i"].nunique()
    n = filled["i"].nunique()
    short = [raters.labels[who] for who in sorted(set(rows["who"])) if marked.get(who, 0) < n]
    if short and n:
        yield Problem(
            "warning",
            "ratings.incomplete",
            ask.leaf.id,
            Text(
                "{leaf}:{names} 没有给全部 {n} 个单位评分", "{leaf}: {names} did not rate all {n} units"
            ).format(leaf=ask.leaf.name, names=listed(short, _FEW), n=n),
            Text(
                "缺哪些见评估员表(panel);核对是否漏交",
                "see the table panel; check whether a sheet is missing",
            ),
        )


def _matrix(given: pd.DataFrame, n_raters: int, n_units: int) -> Array:
    """Return each rater's mean over the items by their full marks, (n_units, n_raters)."""
    parts = given.assign(earned=given["score"] * given["full"])
    means = parts.groupby(["i", "who"])[["earned", "full"]].sum().reset_index()
    matrix = np.full((n_units, n_raters), np.nan)
    places: tuple[NDArray[np.intp], ...] = (means["i"].to_numpy(), means["who"].to_numpy())
    matrix[places] = (means["earned"] / means["full"]).to_numpy(dtype=np.float64)
    return matrix
