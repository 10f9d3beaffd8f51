"""What the evaluated units are called over a column of their names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from township_eval.language import Text

__all__ = ["unit_head"]

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
