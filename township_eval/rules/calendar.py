"""Days counted as offices count them: from the day after, in calendar or in working days."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from typing import Final

__all__ = ["due_date", "is_working_day", "within"]

_FRIDAY: Final = 4
_DAY: Final = timedelta(days=1)


def is_working_day(day: date, holidays: Collection[str] = (), workdays: Collection[str] = ()) -> bool:
    """Return whether offices are open: Monday to Friday but for holidays, and the days made up for them.

    Parameters
    ----------
    day : date
    holidays, workdays : collection of str
        ISO dates as a scheme states them; a day in both is a working day.

    Examples
    --------
    >>> is_working_day(date(2018, 10, 1), holidays=["2018-10-01"])
    False
    >>> is_working_day(date(2018, 9, 29), workdays=["2018-09-29"])
    True
    """
    stated = day.isoformat()
    return stated in workdays or (day.weekday() <= _FRIDAY and stated not in holidays)


def due_date(
    start: date, days: int, counted: str = "calendar",
    holidays: Collection[str] = (), workdays: Collection[str] = (),
) -> date:  # fmt: skip
    """Return the last day of a term; the day it starts from is not counted.

    Parameters
    ----------
    start : date
        Day of the notice (``as_of``).
    days : int
        Length of the term, 0 or more.
    counted : {"calendar", "working"}
        What counts as a day.
    holidays, workdays : collection of str
        As for `is_working_day`.

    Notes
    -----
    Source: Civil Procedure Law of the PRC (2017), article 82, and common office practice: a term runs from
    the day after.

    Examples
    --------
    Friday 28 December 2018; New Year's Eve and Day off, the Saturday before them worked:

    >>> due_date(date(2018, 12, 28), 2, "working", ["2018-12-31", "2019-01-01"], ["2018-12-29"]).isoformat()
    '2019-01-02'
    >>> due_date(date(2018, 12, 28), 15).isoformat()
    '2019-01-12'
    """
    if counted == "calendar":
        return start + timedelta(days=days)
    day, left = start, days
    while left > 0:
        day += _DAY
        left -= is_working_day(day, holidays, workdays)
    return day


def within(day: str, start: str = "", end: str = "") -> bool:
    """Return whether an ISO date lies from *start* to *end*, both included; an empty end is open.

    Examples
    --------
    >>> within("2018-05-01", "2018-01-01", "2018-12-31"), within("2019-01-01", end="2018-12-31")
    (True, False)
    """
    return (not start or day >= start) and (not end or day <= end)
