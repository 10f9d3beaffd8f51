"""What counts of a unit's events: the same content once, then most per item, per source, in total."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from township_eval.language import Text
from township_eval.rules.ledger.entries import Entry
from township_eval.rules.ledger.rows import Row, entry_row, points, steps_of
from township_eval.scheme.events import PoolName, pool_of
from township_eval.scheme.judging import Pool
from township_eval.scheme.model import Scheme

__all__ = ["POOL_WORDS", "pool_rows"]

#: What the two pools are called.
POOL_WORDS: Final[dict[PoolName, Text]] = {
    "bonus": Text("加分", "bonus"),
    "deduction": Text("扣分", "deduction"),
}
_CUT: Final = Text(
    "{what}合计{sum}分,封顶{cap}分,超出的{cut}分不计",
    "{what}: {sum} points in all, at most {cap}; the {cut} beyond are cut off",
)
_TWICE: Final = Text(
    "{reason}(同一内容只计一次,已按最高分值计入)", "{reason} (the same content counts once, at its highest)"
)
_REJECTED: Final = Text(
    "{reason}(不在批准的表彰奖励名单中,不予加分)", "{reason} (no approved honor, adds nothing)"
)


def pool_rows(scheme: Scheme, name: PoolName, entries: Sequence[Entry], digits: int) -> Iterator[Row]:
    """Yield the rows of one unit's events of one pool: the events, then what each cap cuts off.

    Parameters
    ----------
    scheme : Scheme
    name : {"bonus", "deduction"}
    entries : sequence of Entry
        Of one unit and pool, in their order; waived ones left out.
    digits : int

    Notes
    -----
    Amounts are rounded first. A cap is filled up in the order of the events (by date), so that what an item's
    cap leaves of each source, and a source's cap of the pool, does not depend on the order of rows.
    """
    pool = pool_of(scheme, name)
    counted: list[Entry] = []
    left: list[int] = []
    best = _highest(entries)
    for entry in entries:
        whole = steps_of(entry.amount, digits)
        reason = Text(entry.reason, entry.reason)
        if not entry.honored:
            yield entry_row(entry, 0, "rejected", _REJECTED.format(reason=reason))
        elif entry.content and best[entry.content] is not entry:
            yield entry_row(entry, 0, "duplicate", _TWICE.format(reason=reason))
        else:
            yield entry_row(entry, whole, name)
            counted.append(entry)
            left.append(whole)
    for level in _levels(pool, name):
        cuts = _cut(counted, left, level, digits)
        yield from (_cut_row(level, one, sums, digits) for one, sums in cuts)


def _highest(entries: Sequence[Entry]) -> dict[str, Entry]:
    """Return, by content, the event that counts: the first of those worth most."""
    best: dict[str, Entry] = {}
    for entry in entries:
        if entry.content and entry.honored:
            known = best.get(entry.content)
            best[entry.content] = entry if known is None or entry.amount > known.amount else known
    return best


@dataclass(frozen=True, slots=True)
class _Level:
    """One of the caps: what it holds together (None: no such cap), how much at most, what it is called."""

    pool: PoolName
    key: Callable[[Entry], object]
    cap: Callable[[Entry], float | None]
    words: Callable[[Entry], Text]
    rule: Callable[[Entry], str]


def _levels(pool: Pool, name: PoolName) -> Iterator[_Level]:
    """Yield the caps in their order. An event that names the pool alone is an item of its own."""
    yield _Level(name, _item, lambda one: _item_cap(one, pool), _item_words, lambda one: one.rule)
    yield _Level(
        name,
        lambda one: one.source or None,
        lambda _: pool.source_cap,
        lambda one: Text(f"来源“{one.source}”", f"source {one.source}"),
        lambda _: name,
    )
    yield _Level(name, lambda _: name, lambda _: pool.cap, lambda _: POOL_WORDS[name], lambda _: name)


def _item(entry: Entry) -> object:
    return entry.item.id if entry.item is not None else entry.order


def _item_cap(entry: Entry, pool: Pool) -> float | None:
    own = None if entry.item is None else entry.item.cap
    return pool.item_cap if own is None else own


def _item_words(entry: Entry) -> Text:
    said = entry.reason if entry.item is None else entry.item.name or entry.item.id
    return Text(f"单项“{said}”", f"item {said}")


def _cut(
    entries: Sequence[Entry], left: list[int], level: _Level, digits: int
) -> list[tuple[Entry, tuple[int, int]]]:
    """Cut what events have left to the caps of one level, in place.

    Returns the first event of every group that was cut, with the group's sum before and its cap.
    """
    groups: dict[object, list[int]] = {}
    for place, entry in enumerate(entries):
        if (key := level.key(entry)) is not None:
            groups.setdefault(key, []).append(place)
    found = []
    for places in groups.values():
        cap = level.cap(entries[places[0]])
        before = sum(left[place] for place in places)
        if cap is None or before <= (most := _whole(cap, digits)):
            continue
        found.append((entries[places[0]], (before, most)))
        for place in places:
            left[place] = min(left[place], most)
            most -= left[place]
    return found


def _whole(cap: float, digits: int) -> int:
    """Return the steps a cap has room for, never more than it says."""
    return math.floor(round(cap * 10.0**digits, 6))


def _cut_row(level: _Level, first: Entry, sums: tuple[int, int], digits: int) -> Row:
    before, most = sums
    cut = before - most
    reason = _CUT.format(
        what=level.words(first), sum=_said(before, digits), cap=_said(most, digits), cut=_said(cut, digits)
    )
    return Row(first.unit, level.rule(first), -cut if level.pool == "bonus" else cut, "cap", reason)


def _said(steps: int, digits: int) -> str:
    return f"{points(steps, digits).item():.15g}"
