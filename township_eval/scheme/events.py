"""What a scheme asks of events: which texts in the column ``rule`` mean something, and what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from township_eval.scheme.conditions import parse_condition
from township_eval.scheme.judging import AdjustmentItem, Pool
from township_eval.scheme.model import Scheme
from township_eval.scheme.sources import Events

__all__ = ["POOL_NAMES", "LedgerTarget", "PoolName", "event_names", "ledger_targets", "pool_of"]

PoolName: TypeAlias = Literal["bonus", "deduction"]

#: How an event names a pool and no item of it.
POOL_NAMES: Final[dict[PoolName, tuple[str, ...]]] = {
    "bonus": ("bonus", "加分"),
    "deduction": ("deduction", "扣分"),
}


@dataclass(frozen=True, slots=True)
class LedgerTarget:
    """What an event adds to or takes from: a pool, an item of it, or an honor by its own name."""

    pool: PoolName
    item: AdjustmentItem | None = None
    honor: str = ""


def pool_of(scheme: Scheme, name: PoolName) -> Pool:
    """Return a pool's caps and honors; one without any where the scheme states none."""
    pools = scheme.adjustments
    return (None if pools is None else getattr(pools, name)) or Pool()


def ledger_targets(scheme: Scheme) -> dict[str, LedgerTarget]:
    """Return, by text of the column ``rule``, what goes into the ledger.

    Ids of items beat their names, which beat the pools (where the scheme has them), which beat approved
    honors. A name that two items share means neither.

    Examples
    --------
    >>> import township_eval as te
    >>> item = {"id": "praise", "pool": "bonus", "name": "通报表扬", "amount": 1}
    >>> scheme = te.read_scheme({"name": "N", "version": "1", "adjustment_items": [item],
    ...                          "index": {"children": [{"id": "a", "weight": 100}]}})
    >>> {text: to.item.id if to.item else to.pool for text, to in ledger_targets(scheme).items()}
    {'praise': 'praise', '通报表扬': 'praise', 'bonus': 'bonus', '加分': 'bonus'}
    """
    items = scheme.adjustment_items
    named = Counter(item.name for item in items if item.name != item.id)
    found = {item.id: LedgerTarget(item.pool, item) for item in items}
    for item in items:
        if item.name and named[item.name] == 1:
            found.setdefault(item.name, LedgerTarget(item.pool, item))
    for pool, names in POOL_NAMES.items():
        stated = scheme.adjustments is not None and getattr(scheme.adjustments, pool) is not None
        if stated or any(item.pool == pool for item in items):
            for name in names:
                found.setdefault(name, LedgerTarget(pool))
    for honor in pool_of(scheme, "bonus").approved_honours:
        found.setdefault(honor, LedgerTarget("bonus", honor=honor))
    return found


def event_names(scheme: Scheme) -> tuple[str, ...]:
    """Return every text that the column ``rule`` of an event may hold.

    Leaves that count events, items and pools of the ledger, vetoes, limiters that events set off, and
    whatever a condition asks for with ``event(...)``.
    """
    leaves = [leaf for leaf in scheme.leaves() if isinstance(leaf.source, Events)]
    limiters = [limiter for limiter in scheme.limiters if limiter.event]
    named = [
        *((leaf.id, leaf.name) for leaf in leaves),
        *((veto.id, veto.name) for veto in scheme.vetoes),
        *((limiter.id, limiter.name) for limiter in limiters),
    ]
    calls = [call for text in _conditions(scheme) for call in parse_condition(text).calls]
    texts = [
        *(text for names in named for text in names if text),
        *ledger_targets(scheme),
        *(str(call.arguments[0]) for call in calls if call.function == "event"),
    ]
    return tuple(dict.fromkeys(texts))


def _conditions(scheme: Scheme) -> Iterator[str]:
    """Yield the conditions of everything that judges; ``flagged`` is a word of its own."""
    texts = [text for rule in scheme.flags for text in (rule.condition, rule.clear_when)]
    texts += [text for grade in scheme.grades for text in (grade.unless, *grade.requires)]
    texts += [limiter.when for limiter in scheme.limiters]
    texts += [use.when for use in scheme.uses]
    yield from (text for text in dict.fromkeys(texts) if text and text != "flagged")
