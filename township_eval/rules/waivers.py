"""Waivers (容错纠错): who set which deduction or flag aside, by which document; all of it stays visible."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
import pandas as pd

from township_eval.errors import Problem, did_you_mean
from township_eval.inputs import Units
from township_eval.inputs.entries.numbers import numbers
from township_eval.inputs.rows import cell_at, place
from township_eval.inputs.texts import quoted, texts_of
from township_eval.language import Text, join_texts
from township_eval.scheme.events import POOL_NAMES, event_names
from township_eval.scheme.model import Scheme

__all__ = ["WAIVER_COLUMNS", "Waiver", "Waivers", "read_waivers", "waivable", "waiver_table"]

#: Columns of the table ``waivers`` of a result.
WAIVER_COLUMNS: Final = (
    "unit", "rule", "reason", "authority", "document", "date", "until", "applied", "to", "to_en", "why",
    "why_en", "cell",
)  # fmt: skip
_NEEDED: Final = {
    "authority": Text("批准机关", "the authority"),
    "document": Text("批准文件", "the document"),
    "reason": Text("理由", "the reason"),
}
_NOTHING: Final = Text(
    "本期没有它可免除的扣分或处理建议", "there is no deduction or flag this period that it could set aside"
)


@dataclass(frozen=True, slots=True)
class Waiver:
    """One waiver.

    Attributes
    ----------
    unit : int
        Position of the unit.
    rule : str
        As written: a deduction item, the pool of deductions, or a flag rule.
    rules : frozenset of str
        Ids of the rules that are meant.
    day, until : str
        ISO dates, "" where none is stated: the document's, and the last day it covers.
    event : str
        Reference of the one event that is meant; "" for all.
    late : Text
        Why it is not in force at all; empty where it is.
    """

    unit: int
    rule: str
    rules: frozenset[str]
    reason: str
    authority: str
    document: str
    day: str
    until: str
    event: str
    late: Text
    cell: str
    where: str

    def covers(self, rule: str, day: str, reference: str = "") -> bool:
        """Return whether it sets aside what follows from a rule; a term covers no unknown day."""
        meant = rule in self.rules and self.event in ("", reference)
        return meant and not self.late and (not self.until or "" < day <= self.until)

    @property
    def words(self) -> Text:
        """By whom and by what, as it stands beside what is set aside."""
        return Text(
            f"{self.authority} {self.document}:{self.reason}",
            f"{self.authority}, {self.document}: {self.reason}",
        )


@dataclass(frozen=True, eq=False)
class Waivers:
    """The waivers of a period in an order of their own, and what is wrong with the table.

    Examples
    --------
    >>> Waivers((), ()).find(0, "late_return", "2018-06-30") is None
    True
    """

    rows: tuple[Waiver, ...] = ()
    problems: tuple[Problem, ...] = ()
    as_of: str = ""

    def find(self, unit: int, rule: str, day: str = "", reference: str = "") -> Waiver | None:
        """Return the waiver of a unit that covers a rule's event or flag; None without one.

        Parameters
        ----------
        unit : int
            Position of the unit.
        rule : str
            Id of a deduction item or of a flag rule, or ``deduction``.
        day : str
            ISO date of the event; for a flag, or an event without a date, the day the data stand at.
        reference : str
            Reference of the event.
        """
        return next(
            (one for one in self.rows if one.unit == unit and one.covers(rule, day or self.as_of, reference)),
            None,
        )


def waivable(scheme: Scheme) -> dict[str, frozenset[str]]:
    """Return the ids that each text in a waiver's column ``rule`` means: deductions and flag rules."""
    items = [item for item in scheme.adjustment_items if item.pool == "deduction"]
    named = [(one.id, one.name) for one in items] + [(one.id, one.name) for one in scheme.flags]
    found = {rule: frozenset({rule}) for rule, _ in named}
    for rule, name in named:
        if name:
            found.setdefault(name, frozenset({rule}))
    for name in POOL_NAMES["deduction"]:
        found.setdefault(name, frozenset({"deduction", *(item.id for item in items)}))
    return found


def read_waivers(scheme: Scheme, frame: pd.DataFrame | None, as_of: date | None) -> Waivers:
    """Return the waivers of a period; without authority, document and reason there is none.

    Parameters
    ----------
    scheme : Scheme
    frame : DataFrame, optional
        The table ``waivers`` with a column ``i``, the position of the unit.
    as_of : date, optional
        Day the data stand at: a document of a later day is not in force yet.

    Returns
    -------
    Waivers
        Sorted by what they say, so that the order of rows is of no account.
    """
    today = "" if as_of is None else as_of.isoformat()
    if frame is None or frame.empty:
        return Waivers(as_of=today)
    known = waivable(scheme)
    problems: list[Problem] = []
    columns = {
        name: texts_of(frame[name]).tolist() if name in frame.columns else [""] * len(frame)
        for name in ("rule", "reason", "authority", "document", "event")
    }
    days = {name: _days(frame, name, problems) for name in ("date", "until")}
    rows = []
    for row, unit in enumerate(frame["i"].tolist()):
        text = {name: column[row] for name, column in columns.items()}
        problems.extend(_faults(scheme, frame, row, text, known))
        day = days["date"][row]
        late = _LATE.format(day=day, today=today) if today and day > today else Text("", "")
        where = place("waivers", row, frame, f"rule {text['rule']}")
        if late:
            problems.append(Problem("warning", "waiver.late", where, late, _LATE_HINT))
        rows.append(
            Waiver(
                unit=unit, rule=text["rule"], rules=known.get(text["rule"], frozenset()),
                reason=text["reason"], authority=text["authority"], document=text["document"],
                day=day, until=days["until"][row], event=text["event"], late=late,
                cell=cell_at(frame, row), where=where,
            )
        )  # fmt: skip
    return Waivers(tuple(sorted(rows, key=_order)), tuple(problems), today)


_LATE: Final = Text(
    "批准日期{day}在数据截止日{today}之后,本期不适用",
    "dated {day}, after the day the data stand at ({today})",
)
_LATE_HINT: Final = Text(
    "核对批准日期,或以更晚的截止日重新计算", "check the date, or evaluate as of a later day"
)


def _order(one: Waiver) -> tuple[object, ...]:
    return (
        one.unit,
        one.rule,
        one.document,
        one.authority,
        one.day,
        one.until,
        one.event,
        one.reason,
        one.where,
    )


def _days(frame: pd.DataFrame, name: str, problems: list[Problem]) -> list[str]:
    """Return a column's days as ISO texts; what is no date is noted."""
    if name not in frame.columns:
        return [""] * len(frame)
    found, refused = numbers(frame[name], "date")
    for row in np.flatnonzero(refused).tolist():
        what = Text("不是日期:{entry}", "not a date: {entry}").format(entry=quoted(frame[name].iloc[row]))
        hint = Text("写成 2018-06-30 这样的日期", "write it like 2018-06-30")
        problems.append(
            Problem("error", "waiver.date", place("waivers", row, frame, column=name), what, hint)
        )
    return ["" if np.isnan(day) else date.fromordinal(int(day)).isoformat() for day in found.tolist()]


def _faults(
    scheme: Scheme, frame: pd.DataFrame, row: int, text: Mapping[str, str], known: Collection[str]
) -> Iterator[Problem]:
    """Yield what is wrong with one waiver: nobody's word for it, or nothing it could set aside."""
    missing = [name for name in _NEEDED if not text[name]]
    if missing:
        said = join_texts([_NEEDED[name] for name in missing], "、", ", ")
        yield Problem(
            "error", "waiver.authority", place("waivers", row, frame, f"rule {text['rule']}", missing[0]),
            Text("容错免责缺少{said}", "a waiver without {said}").format(said=said),
            Text(
                "写明由谁、依据什么文件、因何免除;没有批准的不予免除",
                "write who waived it, by which document and why; nothing is waived without",
            ),
        )  # fmt: skip
    rule = text["rule"]
    if rule not in known:
        other = rule in event_names(scheme)
        what = Text(
            f"没有这个扣分事项或处理规则:{rule or '(空)'}", f"no deduction or flag rule: {rule or '(blank)'}"
        )
        if other:
            what = Text(
                f"“{rule}”不是扣分事项或处理规则,不能用容错免除",
                f"{rule} is no deduction or flag rule and cannot be waived",
            )
        where = place("waivers", row, frame, f"rule {rule}", "rule")
        yield Problem("error", "waiver.rule", where, what, did_you_mean(rule, tuple(known)))


def waiver_table(
    waivers: Waivers, units: Units, applied: Mapping[Waiver, Collection[Text]]
) -> tuple[pd.DataFrame, tuple[Problem, ...]]:
    """Return the waivers as a table with what each set aside, and a warning for each that set aside nothing.

    Parameters
    ----------
    waivers : Waivers
    units : Units
    applied : mapping of Waiver to collection of Text
        What deductions and flags said that each set aside.
    """
    rows: list[dict[str, Any]] = []
    problems = []
    for one in sorted(waivers.rows, key=lambda one: int(units.code_order[one.unit])):
        to = join_texts(applied.get(one, ()))
        why = Text("", "") if to else one.late or _NOTHING
        if why and not one.late:
            hint = Text(
                "核对规则、事项文号和有效期;不需要的请删去",
                "check the rule, the event's reference and the term; remove it if it is not needed",
            )
            problems.append(Problem("warning", "waiver.unused", one.where, why, hint))
        rows.append(
            {
                "unit": units.codes[one.unit], "rule": one.rule, "reason": one.reason,
                "authority": one.authority, "document": one.document, "date": one.day, "until": one.until,
                "applied": bool(to),
                "to": to.zh, "to_en": to.en, "why": why.zh, "why_en": why.en, "cell": one.cell,
            }
        )  # fmt: skip
    return pd.DataFrame(rows, columns=list(WAIVER_COLUMNS)), tuple(problems)
