"""Limiters of the grade (不得评为某等次以上): a condition that holds, or an event not yet lapsed.

They never touch the score. Days are counted from the day after the event, so that ``days: 365`` from
2018-03-01 works up to and including 2019-03-01 (article 201 of the General Provisions of the Civil Law
of China, now of its Civil Code: the day a period begins is not counted).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import numpy as np

from township_eval.errors import Problem
from township_eval.language import Text
from township_eval.rules.calendar import due_date
from township_eval.rules.grading.bars import Asking, Limit, told, unknown_note
from township_eval.rules.grading.happenings import Happening
from township_eval.scheme.model import Limiter

__all__ = ["condition_limits", "event_limits", "last_day"]


def condition_limits(limiter: Limiter, place: int, asking: Asking) -> tuple[list[Limit], list[Problem]]:
    """Return whom a limiter's condition holds for; where it cannot be told it limits nobody.

    Parameters
    ----------
    limiter : Limiter
        With a condition ``when``.
    place : int
        Of its ``at_most`` among the grades.
    asking : Asking
    """
    asked = asking.ask(limiter.when)
    pattern = Text("因{name}{because}最高评为{grade}", "at most {grade} because of {name}{because}")
    name = Text(f"{limiter.name}:", f"{limiter.name}: ") if limiter.name else Text("", "")

    def tell(at: int) -> Text:
        return pattern.format(name=name, because=asked.because(at), grade=limiter.at_most)

    held = np.flatnonzero(asked.truth == 1.0).tolist()
    limits = [Limit(at, place, "limiter", limiter.id, tell) for at in held]
    return limits, list(unknown_note(asked, asking.units, f"limiters.{limiter.id}.when", barred=False))


def last_day(limiter: Limiter, one: Happening) -> date | None:
    """Return the last day an event limits the grade; None: without end.

    The date the event itself states goes before the scheme's number of days.

    Examples
    --------
    >>> fire = Happening(0, date(2018, 3, 1), None, "", "", "", "", "", "")
    >>> print(last_day(Limiter(id="fire", at_most="一般", event=True, days=365), fire))
    2019-03-01
    """
    if one.until is not None or one.day is None or limiter.days is None:
        return one.until
    return due_date(one.day, limiter.days)


def event_limits(
    limiter: Limiter, place: int, events: list[Happening], as_of: date | None
) -> tuple[list[Limit], list[Problem]]:
    """Return whom an event limits on the day the data stand at, and events that cannot be dated.

    Parameters
    ----------
    limiter : Limiter
        With ``event: true``.
    place : int
        Of its ``at_most`` among the grades.
    events : list of Happening
        Those of the limiter.
    as_of : date, optional
        Needed once an event lapses.
    """
    limits: list[Limit] = []
    problems: list[Problem] = []
    for one in events:
        faults = list(_faults(limiter, one, as_of))
        problems += faults
        if not faults and _works(limiter, one, as_of):
            limits.append(Limit(one.at, place, "limiter", limiter.id, told(_reason(limiter, one))))
    return limits, problems


def _works(limiter: Limiter, one: Happening, as_of: date | None) -> bool:
    if as_of is None:
        return True  # it never lapses, or it would be a fault
    end = last_day(limiter, one)
    return one.day is not None and one.day <= as_of and (end is None or as_of <= end)


def _faults(limiter: Limiter, one: Happening, as_of: date | None) -> Iterator[Problem]:
    if one.refused or one.day is None:
        entry = Text(f"“{one.refused}”不是日期", f"{one.refused!r} is not a date")
        blank = Text("没有日期", "it has no date")
        what = Text("限制等次的事件“{name}”:{why}", "event {name}, which limits the grade: {why}").format(
            name=limiter.name or limiter.id, why=entry if one.refused else blank
        )
        hint = Text("写明发生日期,如 2018-05-01", "state the day it happened, like 2018-05-01")
        yield Problem("error", "limiter.date", one.where_day, what, hint)
    elif as_of is None and last_day(limiter, one) is not None:
        what = Text(
            "限制等次的事件“{name}”有期限,但没有数据截止日,无法判断是否仍然有效",
            "event {name} limits the grade for a time, but the day the data stand at is not stated",
        ).format(name=limiter.name or limiter.id)
        hint = Text(
            "写明数据截止日(封面“数据截止”、--as-of 或 Inputs(as_of=...))",
            "state it: on the cover sheet, by --as-of, or as Inputs(as_of=...)",
        )
        yield Problem("error", "limiter.as_of", one.where, what, hint)


def _reason(limiter: Limiter, one: Happening) -> Text:
    end = last_day(limiter, one)
    name = limiter.name or limiter.id
    about = f":{one.content}" if one.content and one.content != name else ""
    document = Text(f"({one.reference})", f" ({one.reference})") if one.reference else Text("", "")
    return Text(
        "因{day}发生“{name}{about}”{document},{end}最高评为{grade}",
        "at most {grade}{end} because of {name}{about}{document} on {day}",
    ).format(
        day=one.day, name=name, about=about, document=document, grade=limiter.at_most,
        end=Text("", "") if end is None else Text(f"至{end}", f" until {end}"),
    )  # fmt: skip
