"""The sentence a flag rests on: numbers, thresholds, intervals, answers, and how sure that makes it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from township_eval.engine.judging.answers import Answers
from township_eval.language import Text, join_texts
from township_eval.rules.certainty.quantity import Quantity
from township_eval.rules.flags import (
    CLEARED,
    CONTINUED,
    NOT_DISTINGUISHABLE,
    PROPOSED,
    RESURVEY,
    WAIVED,
    Raised,
)
from township_eval.scheme.conditions import Call, Condition
from township_eval.scheme.conditions.nodes import Compare, Name, walk
from township_eval.scheme.naming import labels_of

__all__ = ["Evidence"]

_STANDING: Final = {
    "composite": Text("综合得分", "composite"),
    "adjusted": Text("加减分后得分", "adjusted score"),
    "rank": Text("总名次", "rank"),
    "rank_in_group": Text("同类名次", "rank in class"),
    "last": Text("同类末位名次", "last rank of the class"),
    "grade": Text("等次", "grade"),
}
_COUNTED: Final = frozenset({"rank", "rank_in_group", "last"})
_SURE: Final = {
    "confirmed": Text("确认", "confirmed"),
    "probable": Text("较有把握", "probable"),
    "not_distinguishable": Text("不可区分", "not distinguishable"),
}
_LEAST: Final = 0.0001
_MOST_CELLS: Final = 6


class Evidence:
    """Says why a row of the flags table is there.

    Parameters
    ----------
    answers : Answers
    digits : int
        Decimal places of scores.
    """

    def __init__(self, answers: Answers, digits: int) -> None:
        self.answers, self.digits = answers, digits
        self.labels = labels_of(answers.plan.scheme)
        self._limits: dict[tuple[str, int], Any] = {}

    def sentence(self, condition: Condition | None, leave: Condition | None, row: Raised) -> Text:
        """Return the condition in words, the facts it was decided on, how sure that is, and what follows.

        Parameters
        ----------
        condition : Condition or None
            The condition the row rests on; None for a rule only reached by escalation.
        leave : Condition or None
            The exit condition, for rows that go on or are cleared.
        row : Raised
        """
        asked = leave if row.status == CLEARED and leave is not None else condition
        if asked is None:
            return join_texts(self._after(row, leave))
        facts = [*self._facts(asked, row.at), *(self._unmet(asked, row) or self._sure(row))]
        said = asked.words(self.labels)
        if row.rule.reading and asked is condition:
            which = Text("且", "and") if row.rule.reading == "and" else Text("或", "or")
            facts.append(Text(f"各项条件按“{which.zh}”理解", f"conditions read as {which.en!r}"))
        told = Text(
            f"{said.zh}({join_texts(facts).zh})",
            f"{said.en} ({join_texts(facts).en})",
        )
        return join_texts([told, *self._after(row, leave)])

    def cells(self, condition: Condition | None, at: int) -> str:
        """Return the cells of the values a condition names, joined by ``"; "``."""
        if condition is None:
            return ""
        plan, leaves = self.answers.plan, self.answers.evaluation.leaves
        found: dict[str, None] = {}
        for name in condition.names:
            row = plan.row.get(name)
            cells = leaves.cell[plan.leaves.index(row)] if row in plan.leaves else None
            if cells is not None and cells[at]:
                found |= dict.fromkeys(cells[at].split("; "))
        told = list(found)
        more = len(told) - _MOST_CELLS
        return "; ".join(told) if more <= 0 else "; ".join(told[:_MOST_CELLS]) + f"; … (+{more})"

    # --- facts ---------------------------------------------------------------------------------------

    def _facts(self, condition: Condition, at: int) -> Iterator[Text]:
        """Yield every value the condition asks for, once, with its interval and answers."""
        for asked in _asked(condition):
            yield self._fact(asked, at)

    def _fact(self, asked: str | Call, at: int) -> Text:
        given = np.broadcast_to(self.answers(asked), (self.answers.plan.units.n,))[at]
        label = self._label(asked)
        if isinstance(given, str):
            return Text(f"{label.zh} {given}", f"{label.en} {given}")
        name = asked if isinstance(asked, str) else asked.function
        digits = 0 if name in _COUNTED or name == "n" else self.digits
        shown = "?" if np.isnan(given) else f"{given:.{digits}f}"
        return join_texts(
            [Text(f"{label.zh} {shown}", f"{label.en} {shown}"), *self._error(asked, at)], ",", ", "
        )

    def _label(self, asked: str | Call) -> Text:
        if isinstance(asked, Call):
            return Condition(asked).words(self.labels | _STANDING)
        return self.labels.get(asked) or _STANDING.get(asked, Text(asked, asked))

    def _error(self, asked: str | Call, at: int) -> Iterator[Text]:
        """Yield the interval of a score with an error, and the answers behind it."""
        if isinstance(asked, Call) or asked in {"rank", "rank_in_group", "last", "grade"}:
            return
        kind = str(self.answers.quantity(asked).kind[at])
        if kind == "unknown":
            yield Text("误差未知", "error unknown")
        if kind in {"exact", "unknown"}:
            return
        low, high = (self._limit(asked, end)[at] for end in (0, 1))
        yield Text(f"95%置信区间 {low:.1f}—{high:.1f}", f"95 % interval {low:.1f} to {high:.1f}")
        n = self.answers.count(asked)[at]
        if not np.isnan(n):
            yield Text(f"有效样本 {n:.0f} 份", f"{n:.0f} valid answers")

    def _limit(self, name: str, end: int) -> Any:
        if (name, end) not in self._limits:
            self._limits[name, end] = self.answers.limit(name, end)
        return self._limits[name, end]

    # --- how sure, and what follows -------------------------------------------------------------------

    def _unmet(self, condition: Condition, row: Raised) -> tuple[Text, ...]:
        """Return that an open flag's condition is not met: how sure it is says nothing then; else nothing."""
        if row.status != CONTINUED:
            return ()
        met = np.broadcast_to(condition.evaluate(self.answers), (self.answers.plan.units.n,))[row.at]
        if np.isnan(met):
            return (Text("本期数据不足,无法判断触发情形", "too little is known this period to tell"),)
        if met:
            return ()
        if self._estimated(condition, row.at):
            return (
                Text(
                    "本期点估计未达到触发情形", "the point estimate does not meet the condition this period"
                ),
            )
        return (Text("本期未达到触发情形", "the condition is not met this period"),)

    def _estimated(self, condition: Condition, at: int) -> bool:
        """Return whether a value that the condition asks for has an error."""
        found = [self.answers.quantity(asked) for asked in _asked(condition)]
        return any(bool(one.uncertain[at]) for one in found if isinstance(one, Quantity))

    @staticmethod
    def _sure(row: Raised) -> Iterator[Text]:
        if row.status == RESURVEY:  # nothing was tested
            return
        p = row.exit_p if row.status == CLEARED else row.p
        if p == 0:
            yield Text("数值无抽样误差,直接比较", "no sampling error: compared as it stands")
            return
        shown = f"p<{_LEAST}" if p < _LEAST else f"p={p:.4f}"
        if row.status == CLEARED:
            yield Text(f"解除条件 {shown}", f"exit {shown}")
            return
        sure = _SURE[row.certainty]
        yield Text(
            f"{shown},共 {row.family} 个比较,{sure.zh}", f"{shown}, {row.family} comparisons, {sure.en}"
        )

    def _after(self, row: Raised, leave: Condition | None) -> Iterator[Text]:
        """Yield what history, waivers and a weak sample add."""
        if row.escalated_from:
            yield self._step(row)
        if row.status == PROPOSED and row.periods > 1 and not row.escalated_from:
            yield Text(
                f"连续 {row.periods} 期有充分证据", f"sufficient evidence in {row.periods} periods in a row"
            )
        if row.status == CONTINUED:
            exit_words = leave.words(self.labels) if leave is not None else Text("", "")
            yield Text(
                f"{row.since}已提出,尚无充分证据表明已达到解除条件({exit_words.zh})",
                f"open since {row.since}; the exit is not shown ({exit_words.en})",
            )
        if row.status == CLEARED:
            yield Text(f"{row.since}提出的建议予以解除", f"the flag open since {row.since} is cleared")
        if row.status == WAIVED:
            yield Text(f"已容错备案({row.waiver}),不予适用", f"set aside by a waiver ({row.waiver})")
        if row.status == RESURVEY:
            yield Text("样本未达到方案要求,补充调查后再判断", "the sample falls short: ask again, then judge")
        if row.status == NOT_DISTINGUISHABLE:
            needed = _SURE[row.required]
            yield Text(
                f"未达到所需的确定程度({needed.zh}),不提出建议",
                f"less sure than needed ({needed.en}): nothing proposed",
            )

    def _step(self, row: Raised) -> Text:
        came = self.labels.get(row.escalated_from) or Text(row.escalated_from, row.escalated_from)
        return Text(
            f"“{came.zh}”连续有充分证据,按方案梯次升级",
            f"escalated from {came.en}, raised period after period",
        )


def _asked(condition: Condition) -> Iterator[str | Call]:
    """Yield every value that is compared in a condition, once."""
    sides = [
        side for part in walk(condition.root) if isinstance(part, Compare) for side in (part.left, part.right)
    ]
    for one in dict.fromkeys(side for side in sides if isinstance(side, Name | Call)):
        yield one.name if isinstance(one, Name) else one
