"""Periods of evaluation: which texts have an order, and where one is left out.

A period may be any text. Years, half-years, quarters and months are understood as such, so that
history can be put in order and a missing half-year is noticed instead of being read as "the one
before".
"""

from __future__ import annotations

import itertools
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from township_eval.errors import Problem
from township_eval.language import Text
from township_eval.scheme.periods import is_period, months_of

__all__ = ["PeriodKey", "period_days", "period_gap", "period_key", "period_problems"]

_YEAR = 12


@dataclass(frozen=True, slots=True, order=True)
class PeriodKey:
    """Place of a period in time, in months since year 0: sorts by end, then by length.

    Parameters
    ----------
    end : int
        Month after the period's last one.
    months : int
        Length: 12, 6, 3 or 1.
    """

    end: int
    months: int

    @property
    def start(self) -> int:
        """First month of the period."""
        return self.end - self.months


def period_key(text: str) -> PeriodKey | None:
    """Return the place in time of YYYY, YYYY-Hn, YYYY-Qn or YYYY-MM; None for any other text.

    Examples
    --------
    >>> period_key("2018-H1") < period_key("2018-Q3") < period_key("2018-H2")
    True
    >>> period_key("2018-H3") is None
    True
    """
    if not is_period(text):
        return None
    found = months_of(text)
    if found is None:
        return None
    year, first, last = found
    return PeriodKey(int(year) * _YEAR + last, last - first + 1)


def period_days(text: str) -> tuple[date, date] | None:
    """Return the first and last day of a period; None for a text that is no ordered period.

    Examples
    --------
    >>> [str(day) for day in period_days("2018-Q1")], period_days("春季")
    (['2018-01-01', '2018-03-31'], None)
    """
    key = period_key(text)
    if key is None or key.start < _YEAR:  # calendars begin with the year 1
        return None
    (year, month), (last_year, last_month) = divmod(key.start, _YEAR), divmod(key.end - 1, _YEAR)
    last = monthrange(last_year, last_month + 1)[1]
    return date(year, month + 1, 1), date(last_year, last_month + 1, last)


def period_gap(before: str, after: str) -> int | None:
    """Return how many periods are left out between two of the same length; None where unknown.

    Negative when *after* does not come after *before*.

    Examples
    --------
    >>> period_gap("2017-H2", "2018-H1"), period_gap("2017-H1", "2018-H2"), period_gap("2017", "春季")
    (0, 2, None)
    """
    one, two = period_key(before), period_key(after)
    if one is None or two is None or one.months != two.months:
        return None
    return (two.start - one.end) // one.months


def period_problems(periods: Sequence[str]) -> tuple[Problem, ...]:
    """Return what is wrong with a history, oldest first and the period evaluated last.

    A period given twice or out of order is an error; one left out between two neighbors a warning.

    Examples
    --------
    >>> [problem.code for problem in period_problems(["2017-H1", "2018-H1", "2018-H1"])]
    ['period.gap', 'period.twice']
    """
    found: list[Problem] = []
    for position, (before, after) in enumerate(itertools.pairwise(periods)):
        if after in periods[: position + 1]:
            found.append(_twice(after))
            continue
        gap = period_gap(before, after)
        one, two = period_key(before), period_key(after)
        if one is not None and two is not None and two < one:
            found.append(_disorder(before, after))
        elif gap is not None and gap > 0:
            found.append(_left_out(before, after, gap))
    return tuple(found)


def _twice(period: str) -> Problem:
    return Problem(
        "error",
        "period.twice",
        f"period {period}",
        Text(f"考核期 {period} 给了两次", f"period {period} is given twice"),
        Text("每个考核期只保留一份结果", "keep one result for each period"),
    )


def _disorder(before: str, after: str) -> Problem:
    return Problem(
        "error",
        "period.order",
        f"period {after}",
        Text(f"{after} 早于 {before},却排在其后", f"{after} is earlier than {before} but comes after it"),
        Text("历史结果应由早到晚排列", "give the history oldest first"),
    )


def _left_out(before: str, after: str, gap: int) -> Problem:
    return Problem(
        "warning",
        "period.gap",
        f"period {after}",
        Text(
            f"{before} 与 {after} 之间缺 {gap} 期",
            f"{gap} period(s) are missing between {before} and {after}",
        ),
        Text("“上期”将指实际给出的前一期", "'previous' will mean the last period that was given"),
    )
