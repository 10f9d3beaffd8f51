"""Events that act on a block: what its score is multiplied by, and the row that says so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from township_eval.inputs import Units
from township_eval.language import Text
from township_eval.methods.varying import Array
from township_eval.rules.ledger.entries import Entry
from township_eval.rules.ledger.rows import Row, entry_row
from township_eval.scheme.model import Scheme

__all__ = ["effect_rows", "effect_words", "factors_of"]

_ZERO: Final = Text(
    "发生“{what}”({reference}):“{block}”得分按0计(事由:{reason})",
    "{what} ({reference}): the score of {block} is set to zero (reason: {reason})",
)
_CUT: Final = Text(
    "发生“{what}”({reference}):“{block}”得分乘以{factor:g}(事由:{reason})",
    "{what} ({reference}): the score of {block} is multiplied by {factor:g} (reason: {reason})",
)


def factors_of(units: Units, entries: Sequence[Entry]) -> dict[str, Array]:
    """Return, by node id, what events multiply its score by, ``(n_units,)``.

    An item acts once, however many of its events there are; several items of one block multiply.

    Parameters
    ----------
    units : Units
    entries : sequence of Entry
        Waived ones left out.
    """
    found: dict[str, Array] = {}
    acted: set[tuple[int, str]] = set()
    for entry in entries:
        item = entry.item
        if item is None or not item.block or (entry.unit, item.id) in acted:
            continue
        acted.add((entry.unit, item.id))
        factor = found.setdefault(item.block, np.ones(units.n))
        factor[entry.unit] *= 0.0 if item.factor is None else item.factor
    return found


def effect_words(scheme: Scheme, entry: Entry) -> Text:
    """Say what an event does to a block."""
    item = entry.item
    if item is None or not item.block:
        return Text(entry.reason, entry.reason)
    factor = 0.0 if item.factor is None else item.factor
    said = _ZERO if factor == 0.0 else _CUT
    return said.format(
        what=item.name or item.id, reference=entry.reference, reason=entry.reason,
        block=scheme.node(item.block).name, factor=factor,
    )  # fmt: skip


def effect_rows(scheme: Scheme, entries: Sequence[Entry]) -> Iterator[Row]:
    """Yield a row of no points for every event that acts on a block: the composite shows what it does."""
    for entry in entries:
        yield entry_row(entry, 0, "effect", effect_words(scheme, entry))
