"""Events of another period: dated outside the one that is evaluated, or counted in an earlier one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import pandas as pd

from township_eval.errors import Problem
from township_eval.inputs import Units, period_days
from township_eval.inputs.texts import texts_of
from township_eval.language import Text
from township_eval.rules.grading.happenings import Happening, happenings
from township_eval.rules.ledger.effects import effect_words
from township_eval.rules.ledger.entries import Entry
from township_eval.scheme.events import ledger_targets
from township_eval.scheme.model import Scheme

__all__ = ["counted_before", "outside_period"]

_COUNTED: Final = ("bonus", "deduction", "effect")
_KEY: Final = ("unit", "rule", "reference", "date", "content")

Key = tuple[str, ...]


def outside_period(scheme: Scheme, events: pd.DataFrame | None) -> Iterator[Problem]:
    """Yield a warning for every event dated outside the period; it counts all the same.

    What limits a grade or is a veto may rest on something earlier, so that only later dates are doubtful
    there. Periods without an order have no days, and nothing is said of them.

    Parameters
    ----------
    scheme : Scheme
        Of the period.
    events : DataFrame, optional
        With the column ``i``, the position of the unit.

    Examples
    --------
    >>> import township_eval as te
    >>> item = {"id": "late", "pool": "deduction", "amount": 1}
    >>> scheme = te.read_scheme({"name": "N", "version": "1", "adjustment_items": [item],
    ...                          "index": {"children": [{"id": "a", "weight": 100}]}})
    >>> rows = pd.DataFrame({"i": [0, 0], "rule": "late", "date": ["2018-06-30", "2018-07-01"]})
    >>> [problem.where for problem in outside_period(scheme.for_period("2018-H2"), rows)]
    ['events[0]']
    """
    days = period_days(scheme.period)
    if days is None:
        return
    first, last = days
    for one in happenings(events, tuple(ledger_targets(scheme))):
        if one.day is not None and not first <= one.day <= last:
            yield _outside(scheme, one, Text("仍按本期计", "it counts all the same"))
    names = {name for veto in scheme.vetoes for name in (veto.id, veto.name)}
    names |= {name for rule in scheme.limiters if rule.event for name in (rule.id, rule.name)}
    for one in happenings(events, names):
        if one.day is not None and one.day > last:
            said = Text("请核对是否应在本期适用", "check whether it should bear on this period")
            yield _outside(scheme, one, said)


def _outside(scheme: Scheme, one: Happening, said: Text) -> Problem:
    first, last = period_days(scheme.period) or ("", "")
    what = Text(
        "事项日期 {day} 不在考核期 {period}({first} 至 {last})内,{said}",
        "the event of {day} is not of the period {period}, {first} to {last}; {said}",
    ).format(day=one.day, period=scheme.period, first=first, last=last, said=said)
    hint = Text("核对日期,或移到所属考核期", "check the date, or move it to the period it belongs to")
    return Problem("warning", "events.outside_period", one.where_day, what, hint)


def counted_before(
    scheme: Scheme, units: Units, entries: Sequence[Entry], earlier: Iterable[tuple[str, pd.DataFrame]]
) -> Iterator[Problem]:
    """Yield a warning for every event that the ledger of an earlier period counted already.

    The same event has unit, item, reference, date and content in common; where it states neither date nor
    content, its reason too, as one document may be the ground of many events. Without a reference nothing
    is compared. What a waiver set aside was not counted.

    Parameters
    ----------
    scheme : Scheme
        Of the period.
    units : Units
    entries : sequence of Entry
        Those that count in this period.
    earlier : iterable of (str, DataFrame)
        Periods and their ledgers, oldest first.
    """
    counted: dict[Key, str] = {}
    for period, ledger in earlier:
        for key in _counted(ledger):
            counted.setdefault(key, period)
    for entry in entries:
        reason = "" if entry.day or entry.content else effect_words(scheme, entry).zh
        unit = units.codes[entry.unit]
        key = (unit, entry.rule, entry.reference, entry.day, entry.content, reason)
        if entry.reference and entry.honored and key in counted:
            yield _again(entry, counted[key])


def _counted(ledger: pd.DataFrame) -> Iterator[Key]:
    """Yield what tells the events of a ledger apart, those set aside by a waiver left out."""
    if not {*_KEY, "kind", "reason"} <= set(ledger.columns):
        return
    texts = {name: texts_of(ledger[name]).tolist() for name in (*_KEY, "kind", "reason")}
    keys = list(zip(*(texts[name] for name in _KEY), strict=True))
    waived = {key for key, kind in zip(keys, texts["kind"], strict=True) if kind == "waived"}
    for key, kind, reason in zip(keys, texts["kind"], texts["reason"], strict=True):
        if kind in _COUNTED and key not in waived:
            *_, day, content = key
            yield (*key, "" if day or content else reason)


def _again(entry: Entry, period: str) -> Problem:
    what = Text(
        f"{entry.reference} 的这一事项已在 {period} 计过,本期又计一次",
        f"this event ({entry.reference}) was counted in {period} already; it counts again",
    )
    hint = Text("核对;若为同一事项,从本期删去", "check it; if it is the same event, remove it here")
    return Problem("warning", "events.counted_before", entry.where, what, hint)
