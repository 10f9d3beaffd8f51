"""Ballots of one direction put in their places; what cannot be counted is reported."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from township_eval.errors import Problem, did_you_mean
from township_eval.inputs import Flags
from township_eval.inputs.entries.numbers import numbers
from township_eval.inputs.texts import Texts, quoted, text_of, texts_of
from township_eval.language import Text
from township_eval.methods.varying import Array
from township_eval.scheme.sources import Reviews
from township_eval.sources.evidence import row_place

__all__ = ["TABLE", "Ballots", "Side", "read_ballots"]

TABLE: Final = "reviews"
_KEEP_ONE: Final = Text("只留一张", "keep one of them")

Positions = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Side:
    """Who votes, and whom on.

    Attributes
    ----------
    about : array (n_rows,)
        Position of the one voted on, 0..n_about-1.
    n_about : int
    voter : array (n_rows,)
        Position among the voters, -1 for nobody known.
    voters : tuple of str
        Names, as results print them.
    weights : array (n_voters,)
    itself : bool array (n_rows,)
        Where somebody votes on himself.
    """

    about: Positions
    n_about: int
    voter: Positions
    voters: tuple[str, ...]
    weights: Array
    itself: Flags


@dataclass(frozen=True, eq=False)
class Ballots:
    """The ballots of one direction.

    Attributes
    ----------
    side : Side
    rows : DataFrame
        As handed in.
    answers : tuple of str
        The scale's, then those that are no vote.
    items : tuple of str
        ``("",)`` without.
    score : array (n_about, n_voters)
        A signed voter's mean, over his ballots of an item first, then over the items; NaN without.
    cast, valid : array (n_about, n_voters)
        Signed ballots, and those of them that hold a vote.
    secret : array (n_about, n_items, n_answers)
        Counts of the secret ballots.
    problems : tuple of Problem
    """

    side: Side
    rows: pd.DataFrame
    answers: tuple[str, ...]
    items: tuple[str, ...]
    score: Array
    cast: Array
    valid: Array
    secret: Array
    problems: tuple[Problem, ...]


def read_ballots(
    rows: pd.DataFrame, side: Side, source: Reviews, name: Callable[[int], str], known: Sequence[str]
) -> Ballots:
    """Return the ballots of one direction.

    Signed ballots name their rater and hold a score, or an answer of the scale. Several ballots of one
    rater about one unit (an office's own staff) need the column ``count`` and become that rater's mean:
    what persons wrote is never shown. A ballot without a rater is secret and counts answers.

    Parameters
    ----------
    rows : DataFrame
        Matched rows of the table ``reviews``.
    side : Side
    source : Reviews
    name : callable
        Position of the one voted on -> name.
    known : sequence of str
        Whom a misspelt rater may have meant.
    """
    reader = _Reader(rows, side, source)
    problems = [*reader.voters(known), *reader.values(), *reader.counts()]
    problems += [*reader.twice(), *reader.mixed()]
    good = reader.good
    shape = (side.n_about, len(side.voters), len(reader.items))
    signed = good & ~reader.secret
    places = (side.about[signed], side.voter[signed], reader.item[signed])
    count = reader.count[signed]
    vote = ~np.isnan(reader.points[signed])
    cast, valid, earned = np.zeros((3, *shape))
    np.add.at(cast, places, count)
    np.add.at(valid, places, np.where(vote, count, 0.0))
    np.add.at(earned, places, np.where(vote, count * reader.points[signed], 0.0))
    problems += [*_items_missing(reader, valid, name)]
    mean = np.divide(earned, valid, out=np.full(shape, np.nan), where=valid > 0)
    asked = valid > 0
    total = np.where(asked, mean, 0.0).sum(axis=2)
    n_items = asked.sum(axis=2)
    return Ballots(
        side=side,
        rows=rows,
        answers=reader.answers,
        items=reader.items,
        score=np.divide(total, n_items, out=np.full(shape[:2], np.nan), where=n_items > 0),
        cast=cast.max(axis=2),
        valid=np.where(n_items > 0, np.where(asked, valid, np.inf).min(axis=2), 0.0),
        secret=reader.tallied(),
        problems=tuple(problems),
    )


class _Reader:
    """The columns of the ballots as numbers; every check takes rows out of ``good`` and says why."""

    def __init__(self, rows: pd.DataFrame, side: Side, source: Reviews) -> None:
        self.rows, self.side, self.source = rows, side, source
        self.rater = self._texts("rater")
        self.said = self._texts("answer")
        self.secret: Flags = np.asarray(self.rater == "", dtype=np.bool_)
        self.answers = (*(one.answer for one in source.scale), *source.dont_know)
        named = self._texts("item")
        self.items = tuple(sorted(set(named))) or ("",)
        place = {text: at for at, text in enumerate(self.items)}
        self.item: Positions = np.array([place[text] for text in named], dtype=np.intp)
        self.points = np.full(len(rows), np.nan)
        self.count = np.ones(len(rows))
        self.counted: Flags = np.asarray(self._texts("count") != "", dtype=np.bool_)
        entered = (self.said != "") | (self._texts("score") != "") | self.counted
        self.good: Flags = np.asarray(entered, dtype=np.bool_)  # a blank cell of a matrix is no ballot

    def _texts(self, column: str) -> Texts:
        if column in self.rows.columns:
            return texts_of(self.rows[column])
        return np.full(len(self.rows), "", dtype=object)

    def _refuse(self, at: int, code: str, what: Text, hint: Text) -> Problem:
        self.good[at] = False
        return Problem("error", f"reviews.{code}", row_place(TABLE, self.rows, at), what, hint)

    def voters(self, known: Sequence[str]) -> Iterator[Problem]:
        """Refuse ballots on oneself, of strangers (each named once), and scores that nobody signed."""
        strangers: dict[str, list[int]] = {}
        for at in np.flatnonzero(self.good).tolist():
            if self.side.itself[at]:
                what = Text(f"{self.rater[at]} 评议了自己", f"{self.rater[at]} votes on itself")
                hint = Text("删去这一票:自评不计", "delete the ballot: nobody votes on himself")
                yield self._refuse(at, "self", what, hint)
            elif not self.secret[at] and self.side.voter[at] < 0:
                strangers.setdefault(str(self.rater[at]), []).append(at)
            elif self.secret[at] and self.said[at] == "":
                what = Text("没有写明评议人", "the rater is not named")
                hint = Text(
                    "写评议人;无记名票按答案(answer)报份数(count)",
                    "name the rater; secret ballots are counts (count) per answer (answer)",
                )
                yield self._refuse(at, "rater", what, hint)
        for rater, ballots in strangers.items():
            self.good[ballots] = False
            what = Text(
                "评议人名单中没有这个部门(单位):{rater}({n} 张票)",
                "unknown department or unit among the raters: {rater} (ballots: {n})",
            ).format(rater=rater, n=len(ballots))
            yield self._refuse(ballots[0], "rater_unknown", what, did_you_mean(rater, known))

    def values(self) -> Iterator[Problem]:
        """Read scores and answers; refuse what is outside the scale."""
        points = {one.answer: one.points for one in self.source.scale} | dict.fromkeys(
            self.source.dont_know, np.nan
        )
        marked = self._texts("score")
        score, refused = (
            numbers(self.rows["score"])
            if "score" in self.rows.columns
            else (np.full(len(self.rows), np.nan), np.zeros(len(self.rows), dtype=np.bool_))
        )
        with np.errstate(invalid="ignore"):
            outside = refused | (score < self.source.low) | (score > self.source.high)
        for at in np.flatnonzero(self.good).tolist():
            if self.said[at] and marked[at]:
                what = Text("一票既有分数又有答案", "a ballot has both a score and an answer")
                yield self._refuse(at, "both", what, Text("只写一种", "write one of them"))
            elif self.said[at] and self.said[at] not in points:
                yield self._refuse(at, "answer", _no_answer(str(self.said[at])), self._answers_hint(at))
            elif self.said[at]:
                self.points[at] = points[str(self.said[at])]
            elif not marked[at]:
                what = Text("有票数而没有分数或答案", "a count without a score or an answer")
                yield self._refuse(at, "blank", what, Text("补上分数或答案", "write the score or the answer"))
            elif marked[at] not in self.source.dont_know and outside[at]:
                yield self._refuse(
                    at,
                    "score",
                    self._no_score(at),
                    Text("与评议人核对后改正", "ask the rater and correct it"),
                )
            else:
                self.points[at] = score[at]

    def _answers_hint(self, at: int) -> Text:
        if not self.answers:
            return Text(
                "方案没有答案分值(scale),请写分数", "the scheme has no scale of answers: write scores"
            )
        return did_you_mean(str(self.said[at]), self.answers)

    def _no_score(self, at: int) -> Text:
        return Text(
            "评分应在 {low} 到 {high} 之间,写的是{entry}",
            "a score lies between {low} and {high}, not {entry}",
        ).format(
            low=text_of(self.source.low),
            high=text_of(self.source.high),
            entry=quoted(self.rows["score"].iloc[at]),
        )

    def counts(self) -> Iterator[Problem]:
        """Read how many ballots a row stands for: one where it is signed and says nothing else."""
        if "count" not in self.rows.columns:
            number, refused = np.full(len(self.rows), np.nan), np.zeros(len(self.rows), dtype=np.bool_)
        else:
            number, refused = numbers(self.rows["count"])
        with np.errstate(invalid="ignore"):
            whole = (number >= 0) & (number == np.floor(number)) & np.isfinite(number)
        for at in np.flatnonzero(self.good).tolist():
            if not self.secret[at] and not self.counted[at]:
                continue
            if refused[at] or not whole[at]:
                entry = quoted(self.rows["count"].iloc[at]) if "count" in self.rows.columns else quoted(None)
                what = Text(
                    "票数应为不小于零的整数,写的是{entry}",
                    "a count is a whole number from zero up, not {entry}",
                ).format(entry=entry)
                yield self._refuse(at, "count", what, Text("无人选的写 0", "write 0 where nobody chose it"))
            else:
                self.count[at] = number[at]

    def twice(self) -> Iterator[Problem]:
        """Refuse a second ballot of a rater about one unit, unless rows count several of his ballots."""
        first: dict[tuple[Any, ...], int] = {}
        for at in np.flatnonzero(self.good).tolist():
            key: tuple[Any, ...] = (self.side.about[at], self.side.voter[at], self.item[at])
            if self.secret[at]:
                key = (self.side.about[at], "", self.item[at], self.said[at])
            elif self.counted[at]:
                key = (*key, self.said[at], self.points[at])
            before = first.setdefault(key, int(at))
            if before != at:
                there = row_place(TABLE, self.rows, before)
                what = Text(
                    f"同一评议人的票已在 {there} 给出", f"this rater's ballot was already given at {there}"
                )
                if self.secret[at]:
                    what = Text(
                        f"这一答案的票数已在 {there} 给出", f"this count was already given at {there}"
                    )
                yield self._refuse(at, "twice", what, _KEEP_ONE)

    def mixed(self) -> Iterator[Problem]:
        """Refuse secret ballots beside signed ones: what they would weigh cannot be told."""
        secret, signed = np.flatnonzero(self.good & self.secret), np.flatnonzero(self.good & ~self.secret)
        if len(secret) and len(signed):
            what = Text("记名票与无记名票混在一起", "secret and signed ballots are mixed")
            hint = Text(
                "同一方向只用一种;不同指标用 indicator 列分开",
                "use one kind per direction; tell indicators apart in the column indicator",
            )
            yield self._refuse(int(secret[0]), "mixed", what, hint)
            self.good &= ~self.secret

    def tallied(self) -> Array:
        """Return the secret ballots, (n_about, n_items, n_answers)."""
        place = {answer: at for at, answer in enumerate(self.answers)}
        rows = np.flatnonzero(self.good & self.secret)
        tally = np.zeros((self.side.n_about, len(self.items), len(self.answers)))
        answer = np.array([place[str(self.said[at])] for at in rows], dtype=np.intp)
        np.add.at(tally, (self.side.about[rows], self.item[rows], answer), self.count[rows])
        return tally


def _no_answer(text: str) -> Text:
    return Text(f"量表中没有这个答案:{text}", f"the scale has no such answer: {text}")


def _items_missing(reader: _Reader, valid: Array, name: Callable[[int], str]) -> Iterator[Problem]:
    """Yield raters who left out an item that others voted on for the same unit."""
    given = valid > 0
    wanted = given.any(axis=1).sum(axis=1)
    done = given.sum(axis=2)
    for about, voter in zip(*np.nonzero((done > 0) & (done < wanted[:, None])), strict=True):
        own = (reader.side.about == about) & (reader.side.voter == voter)
        who = reader.side.voters[voter]
        yield Problem(
            "error",
            "reviews.item",
            row_place(TABLE, reader.rows, int(np.flatnonzero(own)[0])),
            Text(
                f"{who} 对 {name(int(about))} 只评了 {done[about, voter]} 项,应评 {wanted[about]} 项",
                f"{who} voted on {done[about, voter]} of {wanted[about]} items of {name(int(about))}",
            ),
            Text("补齐,或删去该评议人对此单位的票", "complete the items, or drop the rater for this unit"),
        )
