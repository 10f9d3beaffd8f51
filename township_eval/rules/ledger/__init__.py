"""The ledger: everything that stands between composite and adjusted points, each with its grounds.

Nothing here touches a score, but for events that the scheme lets act on a block: these go into the
tree as factors, and the ledger says so in a row of no points.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

import numpy as np
import pandas as pd

from township_eval.errors import Problem
from township_eval.inputs import Units
from township_eval.language import Text
from township_eval.methods.varying import Array
from township_eval.rules.ledger.bounds import context_problems, context_rows, end_row
from township_eval.rules.ledger.caps import POOL_WORDS, pool_rows
from township_eval.rules.ledger.dated import counted_before, outside_period
from township_eval.rules.ledger.effects import effect_rows, effect_words, factors_of
from township_eval.rules.ledger.entries import Entry, read_entries
from township_eval.rules.ledger.rows import LEDGER_COLUMNS, Row, entry_row, frame_of, points, steps_of
from township_eval.rules.waivers import Waiver, Waivers, read_waivers
from township_eval.scheme.events import POOL_NAMES
from township_eval.scheme.model import Scheme

__all__ = ["LEDGER_COLUMNS", "POOL_WORDS", "Ledger", "Opened", "counted_before", "keep_ledger", "open_ledger"]

_WAIVED: Final = Text("{reason}(容错免责:{by})", "{reason} (waived: {by})")


@dataclass(frozen=True, eq=False)
class Opened:
    """What events and waivers say, before anything is scored.

    Attributes
    ----------
    entries : tuple of Entry
        Events that bear on points.
    waivers : Waivers
    factors : dict of str to array (n_units,)
        By node id what events multiply its score by; for `township_eval.tree.plan_tree`.
    problems : tuple of Problem
        Of events, waivers and the adjustment for circumstances.
    """

    entries: tuple[Entry, ...] = ()
    waivers: Waivers = field(default_factory=Waivers)
    factors: Mapping[str, Array] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    @property
    def kept(self) -> tuple[Entry, ...]:
        """Events that no waiver sets aside."""
        return tuple(entry for entry in self.entries if _waiver(self.waivers, entry) is None)


@dataclass(frozen=True, eq=False)
class Ledger:
    """The ledger of a period.

    Attributes
    ----------
    rows : DataFrame
        Columns `LEDGER_COLUMNS`; amounts are signed and rounded to the scheme's digits.
    total : array, (n_units,)
        Sum of the amounts of each unit: the adjusted points are the composite plus it, to the last digit.
    waived : dict of Waiver to tuple of Text
        What each waiver set aside, for `township_eval.rules.waivers.waiver_table`.
    """

    rows: pd.DataFrame
    total: Array
    waived: Mapping[Waiver, tuple[Text, ...]] = field(default_factory=dict)


def open_ledger(
    scheme: Scheme,
    units: Units,
    events: pd.DataFrame | None,
    waivers: pd.DataFrame | None,
    as_of: date | None,
) -> Opened:
    """Read events and waivers, and say what blocks are multiplied by; never raises for bad data.

    Parameters
    ----------
    scheme : Scheme
        Of the period.
    units : Units
    events, waivers : DataFrame, optional
        The tables with a column ``i``, the position of the unit (`township_eval.inputs.prepare`).
    as_of : date, optional
        Day the data stand at.
    """
    entries, of_events = read_entries(scheme, events, as_of)
    read = read_waivers(scheme, waivers, as_of)
    kept = [entry for entry in entries if _waiver(read, entry) is None]
    problems = (*of_events, *outside_period(scheme, events), *read.problems, *context_problems(scheme, units))
    return Opened(entries, read, factors_of(units, kept), problems)


def keep_ledger(scheme: Scheme, units: Units, composite: Array, opened: Opened) -> Ledger:
    r"""Return everything that is added to and taken from the composites.

    .. math:: \mathrm{adjusted} = \mathrm{composite} + \sum \mathrm{amounts}

    to the last digit: every amount is rounded half up to the scheme's digits first, and sums are taken in
    whole steps of that digit.

    Parameters
    ----------
    scheme : Scheme
        Of the period.
    units : Units
    composite : array, (n_units,)
        Rounded composite points; NaN for units without one, whose ledger knows no ends of the scale.
    opened : Opened
        From `open_ledger`.

    Notes
    -----
    In this order: events without an approved honor count nothing, the same content counts once, caps per
    item, per source and in total, the adjustment for circumstances, the ends of the scale. What is waived
    leaves before content and caps are looked at, so that it makes room for nothing and takes none; its row
    stays, with one that gives it back. Source of the order: the practice of the schemes surveyed for
    加分封顶、同一事项就高不重复; none of it is prescribed by law.

    Examples
    --------
    Two awards of 3 points where an item may earn at most 5:

    >>> import township_eval as te
    >>> item = {"id": "awards", "pool": "bonus", "amount": 3, "cap": 5}
    >>> scheme = te.read_scheme({"name": "N", "version": "1", "adjustment_items": [item],
    ...                          "index": {"children": [{"id": "a", "weight": 100}]}})
    >>> units = Units(("001",), ("甲镇",), ("",), ("",), ((),))
    >>> events = pd.DataFrame({"i": [0, 0], "rule": "awards", "reason": ["x", "y"], "reference": ["1", "2"]})
    >>> ledger = keep_ledger(scheme, units, np.array([90.25]), open_ledger(scheme, units, events, None, None))
    >>> ledger.rows[["kind", "amount"]].to_numpy().tolist(), ledger.total.tolist()
    ([['bonus', 3.0], ['bonus', 3.0], ['cap', -1.0]], [5.0])
    """
    digits = scheme.digits
    rows: dict[int, list[Row]] = {at: [] for at in range(units.n)}
    waived: dict[Waiver, tuple[Text, ...]] = {}
    for at, entries in _by_unit(opened.entries).items():
        rows[at].extend(_unit_rows(scheme, entries, opened.waivers, waived))
    for row in context_rows(scheme, units, digits):
        rows[row.unit].append(row)
    totals = [0] * units.n
    for at, own in rows.items():
        total = sum(row.steps for row in own)
        if not np.isnan(composite[at]):
            end = end_row(scheme, at, steps_of(float(composite[at]), digits) + total, digits)
            if end is not None:
                own.append(end)
                total += end.steps
        totals[at] = total
    every = [row for own in rows.values() for row in own]
    return Ledger(frame_of(every, units, digits), points(totals, digits), waived)


def _by_unit(entries: Sequence[Entry]) -> dict[int, list[Entry]]:
    found: dict[int, list[Entry]] = {}
    for entry in entries:
        found.setdefault(entry.unit, []).append(entry)
    return found


def _unit_rows(
    scheme: Scheme, entries: Sequence[Entry], waivers: Waivers, waived: dict[Waiver, tuple[Text, ...]]
) -> Iterator[Row]:
    """Yield the rows of one unit's events; what is set aside is noted in *waived*."""
    by = [_waiver(waivers, entry) for entry in entries]
    kept = [entry for entry, waiver in zip(entries, by, strict=True) if waiver is None]
    yield from effect_rows(scheme, [entry for entry in kept if entry.effect])
    for pool in POOL_NAMES:
        mine = [entry for entry in kept if entry.pool == pool and not entry.effect]
        yield from pool_rows(scheme, pool, mine, scheme.digits)
    for entry, waiver in zip(entries, by, strict=True):
        if waiver is not None:
            said = effect_words(scheme, entry)
            waived[waiver] = (*waived.get(waiver, ()), said)
            yield from _waived_rows(entry, waiver, scheme.digits, said)


def _waived_rows(entry: Entry, waiver: Waiver, digits: int, said: Text) -> Iterator[Row]:
    """Yield the row of a deduction that was set aside, and the one that gives it back."""
    steps = steps_of(entry.amount, digits)
    row = entry_row(entry, steps, "effect" if entry.effect else entry.pool, said)
    yield row
    reason = _WAIVED.format(reason=Text(entry.reason, entry.reason), by=waiver.words)
    yield replace(
        row, steps=-row.steps, kind="waived", reason=reason, stated=np.nan, cell=waiver.cell, checked_by=""
    )


def _waiver(waivers: Waivers, entry: Entry) -> Waiver | None:
    """Return the waiver that sets an event aside; a bonus needs none."""
    if entry.pool != "deduction":
        return None
    return waivers.find(entry.unit, entry.rule, entry.day, entry.reference)
