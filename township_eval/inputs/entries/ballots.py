"""Ballots of a mutual review: who votes on whom, and which of the two sides is evaluated here.

One table holds both directions. Rows about the side that is evaluated are matched to its units; rows
about the other side are kept for the tables that print both directions.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from township_eval.errors import Problem, did_you_mean
from township_eval.inputs.entries.faults import more, unknown_unit
from township_eval.inputs.rows import in_order, place, some
from township_eval.inputs.texts import plain, texts_of
from township_eval.inputs.units import Units
from township_eval.language import Text
from township_eval.scheme.model import Scheme
from township_eval.scheme.sources import Direction, Reviews

__all__ = ["direction_of", "read_ballots"]

_TABLE: Final = "reviews"
_TOWNSHIPS: Final = r"乡镇(?:\(街道\)|街道)?"
_DEPARTMENTS: Final = r"(?:市直)?部门(?:\(单位\)|单位)?"
_RATE: Final = r"(?:对|评|评议|评价|考评|测评|考核评议)"
_WORDS: Final[dict[Direction, re.Pattern[str]]] = {
    "departments_rate_townships": re.compile(f"{_DEPARTMENTS}{_RATE}{_TOWNSHIPS}"),
    "townships_rate_departments": re.compile(f"{_TOWNSHIPS}{_RATE}{_DEPARTMENTS}"),
}
_SAID: Final[dict[Direction, Text]] = {
    "departments_rate_townships": Text("部门评乡镇", "departments rate townships"),
    "townships_rate_departments": Text("乡镇评部门", "townships rate departments"),
}


def direction_of(text: str) -> Direction | None:
    """Return which direction of a mutual review a text names; None if it names none.

    Examples
    --------
    >>> direction_of("部门评议乡镇"), direction_of("townships_rate_departments"), direction_of("互评")
    ('departments_rate_townships', 'townships_rate_departments', None)
    """
    said = re.sub(r"\s", "", plain(text)).casefold()
    for direction, pattern in _WORDS.items():
        if said == direction or pattern.fullmatch(said):
            return direction
    return None


def read_ballots(frame: pd.DataFrame, scheme: Scheme, units: Units, problems: list[Problem]) -> pd.DataFrame:
    """Return the ballots matched to both sides; rows that cannot be are reported and left out.

    Parameters
    ----------
    frame : DataFrame
        The table ``reviews`` with its columns as they were handed in.
    scheme : Scheme
        Its leaves say which direction is about the evaluated units, and who is on the other side.
    units : Units
        The evaluated side.
    problems : list of Problem
        Grows.

    Returns
    -------
    DataFrame
        With ``i`` (position of the unit voted on, -1: of the other side), ``voter`` (position of a unit
        that votes, -1: of the other side, or secret), ``about`` and ``by`` (their names), and
        ``direction`` as a scheme writes it.
    """
    sides = _Sides(scheme, units)
    i, _, _ = units.positions(frame["unit"])
    rater = frame["rater"] if "rater" in frame.columns else pd.Series("", index=frame.index, dtype=object)
    voter, _, _ = units.positions(rater)
    rows = _Rows(
        frame.assign(row=np.arange(len(frame))),
        i=i.tolist(),
        voter=voter.tolist(),
        unit=texts_of(frame["unit"]).tolist(),
        rater=texts_of(rater).tolist(),
        written=(
            texts_of(frame["direction"]).tolist() if "direction" in frame.columns else [""] * len(frame)
        ),
    )
    direction = [sides.direction(rows, row) for row in range(len(frame))]
    faults = [sides.fault(rows, row, direction[row]) for row in range(len(frame))]
    problems.extend(_listed(rows, faults, sides))
    placed = rows.frame.assign(
        i=np.asarray(i, dtype=np.intp),
        voter=np.asarray(voter, dtype=np.intp),
        about=np.array([sides.name(at, text) for at, text in zip(rows.i, rows.unit, strict=True)], object),
        by=np.array([sides.name(at, text) for at, text in zip(rows.voter, rows.rater, strict=True)], object),
        direction=np.array(direction, dtype=object),
    )
    return in_order(placed[np.array([fault is None for fault in faults], dtype=np.bool_)])


class _Rows(NamedTuple):
    """The columns that say who votes on whom, one entry a row."""

    frame: pd.DataFrame
    i: list[int]
    voter: list[int]
    unit: list[str]
    rater: list[str]
    written: list[str]  # the direction, as handed in

    def where(self, row: int) -> str:
        return place(_TABLE, row, self.frame, f"unit {self.unit[row]}")


class _Fault(NamedTuple):
    """What is wrong with a row; one text of a kind is reported once."""

    kind: str
    text: str


class _Sides:
    """The two sides of a mutual review: the scheme's units, and everybody it lists as raters."""

    def __init__(self, scheme: Scheme, units: Units) -> None:
        self.units = units
        self.scheme = scheme
        self.stated = [source for source in _statements(scheme) if isinstance(source, Reviews)]
        self.read: dict[str, str] = {}
        self.own = tuple(dict.fromkeys(source.direction for source in self.stated))

    @cached_property
    def others(self) -> dict[str, str]:
        """The other side's names as the scheme writes them, by how they are compared."""
        listed = (one.rater for source in self.stated for one in source.raters)
        return {plain(name): name for name in listed}

    @cached_property
    def open(self) -> bool:
        """Whether the scheme leaves open who the other side is."""
        return any(not source.raters for source in self.stated)

    @cached_property
    def registered(self) -> dict[str, str]:
        """Names of the scheme's units, evaluated in this period or not."""
        return {
            plain(text): unit.name
            for unit in self.scheme.units
            for text in (unit.code, unit.name, *unit.aliases)
        }

    def direction(self, rows: _Rows, row: int) -> str:
        """Return a row's direction: as written, else the only one it can have; "" if that is in doubt."""
        written = rows.written[row]
        if written:
            if written not in self.read:
                self.read[written] = direction_of(written) or ""
            return self.read[written]
        return self.own[0] if len(self.own) == 1 and rows.i[row] >= 0 else ""

    def name(self, at: int, text: str) -> str:
        """Return what somebody is called in the results."""
        if at >= 0:
            return self.units.names[at]
        return self.others.get(plain(text)) or self.registered.get(plain(text)) or text

    def fault(self, rows: _Rows, row: int, direction: str) -> _Fault | None:
        """Return why a row cannot be matched; None if it can, or if no leaf reads the table."""
        if not self.own:
            return None
        if not direction:
            return _undirected(rows, row)
        if direction in self.own:
            return None if rows.i[row] >= 0 else _Fault("unit", rows.unit[row])
        if rows.i[row] >= 0:
            return _Fault("side", rows.unit[row])
        if not rows.unit[row] or not (self.open or plain(rows.unit[row]) in self.others):
            return _Fault("other", rows.unit[row])
        rater = rows.rater[row]
        known = not rater or rows.voter[row] >= 0 or plain(rater) in self.registered
        return None if known else _Fault("rater", rater)


def _undirected(rows: _Rows, row: int) -> _Fault:
    written = rows.written[row]
    return _Fault("direction", written) if written else _Fault("undirected", rows.unit[row])


def _statements(scheme: Scheme) -> Iterator[object]:
    """Yield every source the scheme states, for all and for some."""
    for leaf in scheme.leaves():
        yield leaf.source
        for override in leaf.overrides:
            yield from (value for name, value in override.fields if name == "source")


def _listed(rows: _Rows, faults: list[_Fault | None], sides: _Sides) -> Iterator[Problem]:
    """Yield one problem for every text at fault, at its first row."""
    first: dict[_Fault, int] = {}
    for row, fault in enumerate(faults):
        if fault is not None:
            first.setdefault(fault, row)
    for kind in dict.fromkeys(fault.kind for fault in first):
        found = {row: fault.text for fault, row in first.items() if fault.kind == kind}
        told, further = some(np.array(sorted(found)))
        problems = [_SAY[kind](found[row], rows.where(row), sides) for row in told]
        yield from problems
        if further:
            yield more(further, problems[0].code, _TABLE)


def _no_unit(text: str, where: str, sides: _Sides) -> Problem:
    return unknown_unit(text, where, sides.units)


def _no_direction(text: str, where: str, sides: _Sides) -> Problem:
    del sides
    return Problem(
        "error",
        "reviews.direction",
        where,
        Text(f"不是评议方向:{text}", f"no direction of a review: {text}"),
        Text(
            "写“部门评乡镇”或“乡镇评部门”", "write departments_rate_townships or townships_rate_departments"
        ),
    )


def _undecided(text: str, where: str, sides: _Sides) -> Problem:
    hint = Text("在 direction 列写明评议方向", "write the direction in the column direction")
    if len(sides.own) == 1 and sides.units.n:
        hint = Text(
            "核对被评议单位的名称;若是另一方向的票,在 direction 列写明",
            "check the name; if it is a ballot of the other direction, say so in the column direction",
        )
    return Problem(
        "error",
        "reviews.direction_missing",
        where,
        Text(
            f"看不出是谁评议谁:{text or '(空)'} 的评议没有写明方向",
            f"who votes on whom cannot be told: a ballot about {text or '(blank)'} states no direction",
        ),
        hint,
    )


def _wrong_side(text: str, where: str, sides: _Sides) -> Problem:
    return Problem(
        "error",
        "reviews.side",
        where,
        Text(
            "{text} 是本方案的考核对象,方向应为“{own}”", "{text} is evaluated here: the direction is {own}"
        ).format(text=text, own=_SAID[sides.own[0]]),
        Text("改正方向或被评议单位", "correct the direction, or the unit that is voted on"),
    )


def _no_other(text: str, where: str, sides: _Sides) -> Problem:
    return Problem(
        "error",
        "reviews.unit_unknown",
        where,
        Text(
            f"评议人名单中没有这个单位:{text or '(空)'}", f"not among the raters listed: {text or '(blank)'}"
        ),
        did_you_mean(text, tuple(sides.others.values()))
        if text
        else Text("写明被评议单位", "name the unit that is voted on"),
    )


def _no_rater(text: str, where: str, sides: _Sides) -> Problem:
    return Problem(
        "error",
        "reviews.rater_unknown",
        where,
        Text(f"考核对象中没有这个评议人:{text}", f"no evaluated unit votes under this name: {text}"),
        did_you_mean(text, tuple(sides.units.known)),
    )


_SAY: Final[dict[str, Callable[[str, str, _Sides], Problem]]] = {
    "unit": _no_unit,
    "direction": _no_direction,
    "undirected": _undecided,
    "side": _wrong_side,
    "other": _no_other,
    "rater": _no_rater,
}
