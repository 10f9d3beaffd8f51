"""What things are called: the evaluated units over a column of their names, rules in a sentence."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from township_eval.language import Text

if TYPE_CHECKING:
    from township_eval.scheme.model import Scheme

__all__ = ["labels_of", "unit_head"]

_TOWNSHIP_KINDS: Final = frozenset({"", "街道", "镇", "乡"})


def unit_head(kinds: Iterable[str]) -> Text:
    """Return the header of the column of units: townships, unless their kind says otherwise.

    Parameters
    ----------
    kinds : iterable of str
        The kind of each unit as its scheme or list states it, "" where it states none.

    Examples
    --------
    >>> unit_head(["街道", "镇", "乡"]).zh, unit_head(["村", "村"]).zh, unit_head(["村", "镇"]).en
    ('乡镇(街道)', '村', 'Unit')
    """
    found = set(kinds)
    if found <= _TOWNSHIP_KINDS:
        return Text("乡镇(街道)", "Township")
    if len(found) == 1:
        (kind,) = found
        return Text(kind, kind)
    return Text("被考核单位", "Unit")


def labels_of(scheme: Scheme) -> dict[str, Text]:
    """Return what a sentence calls everything of a scheme that a condition can name, by id.

    Nodes, adjustment items, vetoes, limiters and flag rules; a node beats a rule of the same id.
    """
    named = {flag.id: flag.name for flag in scheme.flags} | {one.id: one.name for one in scheme.limiters}
    named |= {veto.id: veto.name for veto in scheme.vetoes}
    named |= {item.id: item.name for item in scheme.adjustment_items}
    named |= {node.id: node.name for node in scheme.nodes()}
    return {identity: Text(name or identity, name or identity) for identity, name in named.items()}
