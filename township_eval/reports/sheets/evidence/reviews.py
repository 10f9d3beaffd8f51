"""双向考核评议表: who gave whom what, in either direction; secret ballots as counts per answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from township_eval.language import Text
from township_eval.reports.sheet import Column, Row, Sheet, Table, Value
from township_eval.reports.sheets.evidence.printed import (
    Entry,
    any_of,
    interval,
    leaves_with,
    natural,
    of_leaf,
    points,
    premises,
    rounded_to,
    row_of,
    split_names,
)
from township_eval.reports.view import View
from township_eval.scheme import sources as src
from township_eval.scheme.model import Indicator

__all__ = ["department_votes_sheet", "township_votes_sheet"]

_CENSUS: Final = Text("普查", "census")


@dataclass(frozen=True, slots=True)
class _Direction:
    key: src.Direction
    name: Text
    title: Text
    about: Text


_BY_DEPARTMENTS: Final = _Direction(
    "departments_rate_townships",
    Text("双向考核评议表(部门评乡镇)", "Reviews by departments"),
    Text("双向考核评议表(部门评乡镇)", "Mutual review: departments rate townships"),
    Text("乡镇(街道)", "Township"),
)
_BY_TOWNSHIPS: Final = _Direction(
    "townships_rate_departments",
    Text("双向考核评议表(乡镇评部门)", "Reviews by townships"),
    Text("双向考核评议表(乡镇评部门)", "Mutual review: townships rate departments"),
    Text("部门", "Department"),
)


def department_votes_sheet(view: View) -> Sheet | None:
    """Return 双向考核评议表(部门评乡镇); None without such ballots."""
    return _sheet(view, _BY_DEPARTMENTS)


def township_votes_sheet(view: View) -> Sheet | None:
    """Return 双向考核评议表(乡镇评部门); None without such ballots."""
    return _sheet(view, _BY_TOWNSHIPS)


def _sheet(view: View, direction: _Direction) -> Sheet | None:
    ballots, totals = (_toward(view, name, direction) for name in ("reviews", "reviews_total"))
    if totals.empty:
        return None
    leaves = [leaf for leaf in leaves_with(view, src.Reviews) if len(of_leaf(totals, leaf))]
    polls = [_Poll(view, direction, leaf, of_leaf(ballots, leaf), of_leaf(totals, leaf)) for leaf in leaves]
    return Sheet(
        name=view.say(direction.name),
        title=f"{view.evaluation.period} {view.say(direction.title)}",
        about=view.about,
        tables=tuple(poll.table(leaf.name if len(polls) > 1 else "")
                     for poll, leaf in zip(polls, leaves, strict=True)),
        notes=tuple(note for poll in polls for note in poll.notes(titled=len(polls) > 1)),
    )  # fmt: skip


def _toward(view: View, name: str, direction: _Direction) -> pd.DataFrame:
    frame = view.evaluation.tables.get(name)
    return pd.DataFrame() if frame is None else frame[frame["direction"] == direction.key]


@dataclass(frozen=True, eq=False)
class _Poll:
    """The ballots of one direction that one leaf counts."""

    view: View
    direction: _Direction
    leaf: Indicator
    ballots: pd.DataFrame
    totals: pd.DataFrame

    @property
    def scored(self) -> bool:
        """Whether this scheme's score takes this direction; else it is printed for another's."""
        source = self.leaf.source
        return isinstance(source, src.Reviews) and source.direction == self.direction.key

    @property
    def secret(self) -> bool:
        """Whether ballots are counts per answer."""
        return any_of(self.ballots, "answer")

    def table(self, title: str) -> Table:
        entries, figures = tuple(self._given()), tuple(self._figures())
        view = self.view
        about = view.unit_head if self.scored else view.say(self.direction.about)
        columns = (Column(about, "text", 14), *(column for column, _ in entries),
                   *(entry.column for entry in figures))  # fmt: skip
        return Table(columns, tuple(self._rows([key for _, key in entries], figures)), title=title, pinned=1)

    def _rows(self, keys: Sequence[Any], figures: Sequence[Entry]) -> Iterator[Row]:
        given: dict[tuple[str, Any], Value] = {}
        for record in self.ballots.to_dict("records"):
            if self.secret:
                given[str(record["unit"]), (record["item"], record["answer"])] = points(record["count"])
            else:
                given[str(record["unit"]), record["rater"]] = points(record["score"])
        for record in self._in_order():
            unit = str(record["unit"])
            yield (str(record["name"]), *(given.get((unit, key)) for key in keys), *row_of(figures, record))

    def _in_order(self) -> list[dict[Any, Any]]:
        """Return units as on every sheet; those who are not evaluated here by their rank."""
        records = self.totals.to_dict("records")
        if self.scored:
            units = self.view.evaluation.units
            place = {units.codes[at]: rank for rank, at in enumerate(self.view.order.tolist())}
            return sorted(records, key=lambda record: place[str(record["unit"])])
        return sorted(
            records,
            key=lambda record: (np.nan_to_num(record["rank"], nan=np.inf), natural(str(record["name"]))),
        )

    # --- columns --------------------------------------------------------------------------------

    def _given(self) -> Iterator[tuple[Column, Any]]:
        """Yield a column per rater, or per answer of secret ballots."""
        if not self.secret:
            for rater in self._raters():
                yield Column(rater, "number", 8), rater
            return
        for item in dict.fromkeys(self.ballots["item"]):
            for answer in self._answers(item):
                yield Column(f"{item}\n{answer}" if item else answer, "whole", 9), (item, answer)

    def _answers(self, item: Any) -> list[str]:
        """Return the answers given to an item in the order of the scale."""
        source = self.leaf.source
        known = [one.answer for one in getattr(source, "scale", ())] + list(getattr(source, "dont_know", ()))
        found = self.ballots.loc[self.ballots["item"] == item, "answer"]
        return [answer for answer in dict.fromkeys([*known, *sorted(found)]) if answer in set(found)]

    def _raters(self) -> list[str]:
        """Return the raters as the scheme lists them, units as on every sheet, others by name."""
        view, source = self.view, self.leaf.source
        names: Iterable[str] = (view.evaluation.units.names[at] for at in view.order.tolist())
        if self.scored:
            names = [*(one.rater for one in getattr(source, "raters", ())), *names]
        found = set(self.ballots["rater"])
        return [name for name in dict.fromkeys([*names, *sorted(found, key=natural)]) if name in found]

    def _figures(self) -> Iterator[Entry]:
        view, totals = self.view, self.totals
        if bool((totals["ballots"] != totals["valid"]).any()):
            yield Entry(Column(view.both("投票数", "Ballots"), "whole", 8), rounded_to("ballots", 0))
        yield Entry(Column(view.both("有效票", "Valid ballots"), "whole", 8), rounded_to("valid", 0))
        yield Entry(Column(view.both("得分", "Points"), "score", 9), rounded_to("score", 2))
        yield Entry(
            Column(view.both("95%区间", "95% interval"), "word", 14),
            lambda record: interval(view, record, "score", exact=_CENSUS),
        )
        yield Entry(Column(view.both("名次", "Rank"), "whole", 7), rounded_to("rank", 0))
        if any_of(totals, "absent"):
            yield Entry(
                Column(view.both("未投票", "Did not vote"), "text", 20),
                lambda record: split_names(view, record["absent"]),
            )

    # --- notes ----------------------------------------------------------------------------------

    def notes(self, *, titled: bool) -> Iterator[str]:
        """Yield how the points come about and what the interval rests on."""
        view, leaf = self.view, self.leaf
        if self.scored:
            words = view.say(leaf.source.words())
            yield view.both(f"{leaf.name}:{words}。", f"{leaf.name}: {words}.")
        else:
            whom = "部门" if self.direction is _BY_TOWNSHIPS else "乡镇"
            yield view.both(
                f"本表不计入本方案的得分,供{whom}考核使用:各评议单位同权,不去高去低。",
                "This direction is no part of this scheme's score; it serves the evaluation of the other"
                " side: every voter has equal weight, none is dropped.",
            )
        if self.secret:
            yield view.both(
                "无记名投票:各栏为投该答案的票数,不反映谁投了什么。",
                "Secret ballots: how many were cast for each answer; nobody can tell who cast which.",
            )
        elif bool((self.ballots["ballots"] > 1).any()):
            yield view.both(
                "同一评议人有多张票的,先取平均,按一个评议人计。",
                "Several ballots of one rater are averaged first and count as one rater.",
            )
        yield from self._errors()
        if self.scored:
            yield from premises(view, leaf, titled=titled)

    def _errors(self) -> Iterator[str]:
        view, given = self.view, self.totals["score"].notna()
        if not self.scored and bool((given & (self.totals["se"] == 0)).any()):
            yield view.both(
                "普查:有票人全部投票,没有抽样误差。", "Census: all who are entitled voted; no sampling error."
            )
        if bool((given & (self.totals["se"] > 0)).any()):
            yield view.both(
                "95%区间:评议人只是有票人的一部分,换一批人投票,得分大致会落在此范围。",
                "95% interval: the raters are some of those entitled; had others voted, the points would"
                " likely lie within.",
            )
        if bool((given & self.totals["se"].isna()).any()):
            yield view.both(
                "误差未知:名单上有人未投票,或票太少;得分照计,但不能说明误差有多大。",
                "Error unknown: somebody listed did not vote, or there are too few ballots; the points count,"
                " but nobody can say how sure they are.",
            )
