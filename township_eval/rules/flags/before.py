"""Flags of earlier periods, by rule id: what is still open, and how often in a row evidence was fresh."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import pandas as pd

from township_eval.rules.flags.rows import OPEN, PROPOSED, rung_key

__all__ = ["Before", "EarlierPeriod", "OpenFlag"]

#: what a flag was raised on before certainty was judged is no evidence that a ladder may count
_SURE: Final = ("probable", "confirmed")

Key = tuple[str, str, str]


@dataclass(frozen=True, eq=False)
class EarlierPeriod:
    """The flags of one earlier period.

    Attributes
    ----------
    period : str
    back : int
        How many periods before this one it is, whether those between are given or not.
    rows : DataFrame
        Its flags table, as this version or an earlier one wrote it.
    rules : frozenset of str
        Ids of the rules its scheme had.
    known : bool
        False where flags were not judged (partial data).
    units : frozenset of str, optional
        Codes of the units it evaluated; None where that is not known.
    """

    period: str
    back: int
    rows: pd.DataFrame
    rules: frozenset[str]
    known: bool = True
    units: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class OpenFlag:
    """A flag that was raised before and not cleared."""

    unit: str
    rule: str
    rung: str
    since: str
    escalated_from: str


class Before:
    """What earlier periods, newest first, say of flags.

    Examples
    --------
    >>> rows = pd.DataFrame({"unit": ["甲镇"], "rule": ["F1"], "measure": ["约谈"], "status": ["proposed"],
    ...                      "certainty": ["confirmed"], "since": ["2018-H1"]})
    >>> before = Before([EarlierPeriod("2018-H2", 1, rows, frozenset({"F1"})),
    ...                  EarlierPeriod("2018-H1", 2, rows, frozenset({"F1"}))])
    >>> before.streak(("甲镇", "F1", "1")), before.streak(("乙镇", "F1", "1"))
    (2, 0)
    """

    def __init__(self, earlier: Sequence[EarlierPeriod]) -> None:
        self._known = [one for one in earlier if one.known]

    @cached_property
    def open(self) -> dict[Key, OpenFlag]:
        """The flags that were left open, by unit, rule and rung.

        Of every unit as the newest period left them in which it was evaluated: a flag of a unit that was
        not is neither shown to be over nor forgotten.
        """
        found: dict[Key, OpenFlag] = {}
        judged: set[str] = set()
        for place, one in enumerate(self._known):
            for row in self._rows(place):
                if str(row["unit"]) not in judged and _is_open(row):
                    since = _text(row.get("since")) or one.period
                    found[_key(row)] = OpenFlag(*_key(row), since, _text(row.get("escalated_from")))
            if one.units is None:
                break
            judged |= one.units
        return found

    def streak(self, key: Key) -> int:
        """Return in how many periods in a row, back from the last one, the flag was raised afresh.

        A period that is not given ends the count, as does one in which the flag merely went on.
        """
        count = 0
        for back, fresh in enumerate(self._fresh, start=1):
            if back != count + 1 or key not in fresh:
                break
            count += 1
        return count

    @cached_property
    def _fresh(self) -> list[frozenset[Key]]:
        """Keys with fresh evidence by number of periods back, from 1, up to the first gap."""
        found = []
        for place, one in enumerate(self._known):
            if one.back != place + 1:
                break
            rows = self._rows(place)
            sure = (row for row in rows if row["status"] == PROPOSED and row.get("certainty") in _SURE)
            found.append(frozenset(_key(row) for row in sure))
        return found

    def _rows(self, place: int) -> Iterator[dict[str, Any]]:
        if place < len(self._known) and len(self._known[place].rows):
            for row in self._known[place].rows.to_dict("records"):
                yield {str(name): value for name, value in row.items()}


def _is_open(row: dict[str, Any]) -> bool:
    return row["status"] in OPEN and row.get("certainty") != "not_assessed"


def _key(row: dict[str, Any]) -> Key:
    return str(row["unit"]), str(row["rule"]), rung_key(str(row["measure"]))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
