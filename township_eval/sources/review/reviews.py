"""Mutual review: the mean of the ballots about a unit, and both directions for the tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from township_eval.errors import Problem
from township_eval.inputs.texts import texts_of
from township_eval.language import Text, listed
from township_eval.scheme.sources import Direction, Reviews
from township_eval.sources.evidence import Ask, Found, row_cells
from township_eval.sources.panel.raters import natural
from township_eval.sources.review.ballots import TABLE, Ballots, read_ballots
from township_eval.sources.review.outcome import Outcome, outcome_of
from township_eval.sources.review.sides import Poll, other_poll, own_poll
from township_eval.sources.review.tables import matrix_table, total_table

__all__ = ["reviews"]

_FEW: Final = 8  # names in a message
_SAID: Final[dict[Direction, Text]] = {
    "departments_rate_townships": Text("部门评乡镇", "departments rate townships"),
    "townships_rate_departments": Text("乡镇评部门", "townships rate departments"),
}


def reviews(ask: Ask, source: Reviews) -> Found:
    """Return the mean of the ballots about every unit; ``n`` is how many voters, or secret ballots, count.

    A scheme of townships takes the direction in which departments vote; a **department scorecard** is
    a scheme whose units are departments and takes the other, from the same table. The direction that
    is not evaluated goes into the tables all the same: there every evaluated unit votes with equal
    weight and nothing is trimmed, for another scheme says how it counts.

    A census has standard error 0 where all listed raters voted. Where one did not, the claim is not
    kept: the value counts, its error is not known, and who is missing is a note and in the table.

    What results hold: the marks that departments and townships sign are an office's opinion and stand
    in the official sheet 双向考核评议表, so they stay in results and archives. What single persons of an
    office wrote does not: several ballots of one rater are averaged first and only their number is
    kept. Secret ballots are counts per answer, never by rater.

    Tables
    ------
    reviews
        Rater x ratee as tidy rows, both directions; see `matrix_table`.
    reviews_total
        One row per unit voted on, both directions; see `total_table`.
    """
    rows = ask.prepared.rows(TABLE, ask.leaf.id)
    if rows is None:
        return Found(np.full(ask.n_units, np.nan), method="reviews")
    polls = [own_poll(ask, source, rows), other_poll(ask, source, rows)]
    own, *others = (_counted(ask, poll) for poll in polls if poll is not None)
    both = [own, *others]
    return Found(
        own.outcome.value,
        method="secret reviews" if own.ballots.secret.any() else "reviews",
        se=own.outcome.se,
        n=own.outcome.n,
        df=own.outcome.df,
        unknown=own.outcome.unknown,
        loadings=tuple(part for part in own.outcome.loadings if len(part.unit)),
        assumption=own.outcome.assumption,
        cells=row_cells(own.ballots.rows, ask.n_units),
        details=_details(own),
        tables=tuple(
            (name, frame)
            for one in both
            for name, frame in ((TABLE, one.matrix(ask)), ("reviews_total", one.total(ask)))
            if len(frame)
        ),
        problems=tuple(problem for one in both for problem in one.problems(ask)),
    )


@dataclass(frozen=True, eq=False)
class _Counted:
    """One direction, read and counted."""

    source: Reviews
    ballots: Ballots
    outcome: Outcome
    codes: tuple[str, ...]
    names: tuple[str, ...]

    def matrix(self, ask: Ask) -> pd.DataFrame:
        return matrix_table(self.ballots, self.source, self.codes, self.names, ask.leaf.id)

    def total(self, ask: Ask) -> pd.DataFrame:
        digits = ask.prepared.scheme.digits
        return total_table(self.outcome, self.source, self.codes, self.names, ask.leaf.id, digits)

    def problems(self, ask: Ask) -> Iterator[Problem]:
        yield from self.ballots.problems
        yield from self._few(ask)
        yield from self._absent(ask)
        yield from self._many(ask)

    def _few(self, ask: Ask) -> Iterator[Problem]:
        needed = max(self.source.minimum, 2 * self.source.trim + 1)
        for at in np.flatnonzero(self.outcome.few):
            yield Problem(
                "error",
                "reviews.few",
                f"unit {self.codes[at]} {self.names[at]}, {ask.leaf.id}",
                Text(
                    f"{self.names[at]} 的有效票不足 {needed} 张",
                    f"{self.names[at]} has fewer than {needed} valid ballots",
                ),
                Text(
                    "补投,或在方案中改 trim、minimum",
                    "get more ballots, or change trim or minimum in the scheme",
                ),
            )

    def _absent(self, ask: Ask) -> Iterator[Problem]:
        """Warn of raters who have not voted on everybody, all in one note."""
        who = sorted({name for names in self.outcome.absent for name in names}, key=natural)
        if self.source.design == "census" and who:
            yield Problem(
                "warning",
                "reviews.absent",
                ask.leaf.id,
                Text(
                    "{said}:{names} 没有对全部单位投票", "{said}: {names} did not vote on every unit"
                ).format(said=_SAID[self.source.direction], names=listed(who, _FEW)),
                Text(
                    "补投;不补则误差未知,缺哪些见评议汇总表",
                    "get their ballots; else the error is not known: see the table reviews_total",
                ),
            )

    def _many(self, ask: Ask) -> Iterator[Problem]:
        """Yield units on which more have voted than may."""
        entitled = self.source.entitled
        secret = bool(self.ballots.secret.any())
        voted = self.outcome.cast if secret else (self.ballots.cast > 0).sum(axis=1)
        for at in np.flatnonzero(voted > entitled) if entitled is not None else ():
            yield Problem(
                "error",
                "reviews.entitled",
                f"unit {self.codes[at]} {self.names[at]}, {ask.leaf.id}",
                Text(
                    f"{self.names[at]} 有 {voted[at]:g} 票,有票人只有 {entitled} 个",
                    f"{self.names[at]} has {voted[at]:g} ballots, but {entitled} are entitled to vote",
                ),
                Text("核对票数,或在方案中改 entitled", "check the counts, or change entitled in the scheme"),
            )


def _counted(ask: Ask, poll: Poll) -> _Counted:
    """Return a direction read and counted."""
    ballots = read_ballots(poll.rows, poll.side, poll.source, poll.names.__getitem__, poll.side.voters)
    sample = f"reviews {poll.source.direction} {'、'.join(poll.side.voters)}"
    if ballots.secret.any():  # nobody knows who wrote them: no leaf shares their voters
        sample = f"reviews {ask.leaf.id} {ask.prepared.units.codes[int(np.argmax(ask.wanted))]}"
    outcome = outcome_of(ballots, poll.source, poll.expected, sample)
    return _Counted(poll.source, ballots, outcome, poll.codes, poll.names)


def _details(counted: _Counted) -> pd.DataFrame:
    """Return what was reported about each unit: a signed rater's mean, or counts of secret answers."""
    ballots = counted.ballots
    about, voter = np.nonzero(ballots.valid)
    of, item, answer = np.nonzero(ballots.secret)
    codes = np.array(counted.codes, dtype=object)
    answers = [
        f"{ballots.items[which]}/{ballots.answers[what]}".lstrip("/")
        for which, what in zip(item, answer, strict=True)
    ]
    values = [*ballots.score[about, voter].tolist(), *ballots.secret[of, item, answer].tolist()]
    entries = {
        "unit": [*codes[about], *codes[of]],
        "column": [*(ballots.side.voters[at] for at in voter), *answers],
        "value": pd.Series(values, dtype=object),
    }
    if "cell" in ballots.rows.columns:
        cells = _cells(ballots)
        found = [cells[int(at), int(who)] for at, who in zip(about, voter, strict=True)]
        found += [cells[int(at), text] for at, text in zip(of, answers, strict=True)]
        entries["cell"] = pd.Series(["; ".join(some) for some in found], dtype=object)
    return pd.DataFrame(entries)


def _cells(ballots: Ballots) -> dict[tuple[int, int | str], list[str]]:
    """Return the cells behind every rater's mean, and behind every secret count."""
    rows, side = ballots.rows, ballots.side
    blank = np.full(len(rows), "", dtype=object)
    said, item = (texts_of(rows[name]) if name in rows.columns else blank for name in ("answer", "item"))
    found: dict[tuple[int, int | str], list[str]] = defaultdict(list)
    for at, cell in enumerate(rows["cell"]):
        voter = int(side.voter[at])
        what = voter if voter >= 0 else f"{item[at]}/{said[at]}".lstrip("/")
        if isinstance(cell, str) and cell:
            found[int(side.about[at]), what].append(cell)
    return found
