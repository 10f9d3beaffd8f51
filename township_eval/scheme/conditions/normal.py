"""The negation normal form of a condition: ``not`` stands before single questions only.

What judges how sure a condition is needs it so: the evidence for ``not (a < 70 and b < 70)`` is
evidence for ``a >= 70`` or for ``b >= 70``. True, false and unknown stay what they were (De Morgan's
laws hold in Kleene's logic too).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from township_eval.scheme.conditions.nodes import AllOf, AnyOf, Compare, Name, Not, Part

__all__ = ["normal_form"]

_OPPOSITE: Final = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}
_MIRRORED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
# No rank in the class is behind the last: to be the last means to be no better than it.
_LAST: Final = {"==": ">=", "!=": "<"}


def normal_form(part: Part, *, negated: bool = False) -> Part:
    """Return a part with negations pushed to its questions, lists of one kind made one list.

    Parameters
    ----------
    part : Part
        What was parsed.
    negated : bool
        Return the opposite.

    Returns
    -------
    Part
        Comparisons without ``not``; `Not` only around a call that is true or false. The same part
        stands in a list once. ``rank_in_group == last`` becomes ``rank_in_group >= last``, which
        says the same of any ranking.
    """
    if isinstance(part, Not):
        return normal_form(part.part, negated=not negated)
    if isinstance(part, Compare):
        return _comparison(part, negated=negated)
    if isinstance(part, AllOf | AnyOf):
        kind = AllOf if isinstance(part, AllOf) != negated else AnyOf
        inside = (normal_form(one, negated=negated) for one in part.parts)
        parts = tuple(dict.fromkeys(_flat(inside, kind)))
        return parts[0] if len(parts) == 1 else kind(parts)
    return Not(part) if negated else part


def _flat(parts: Iterator[Part], kind: type[AllOf | AnyOf]) -> Iterator[Part]:
    for part in parts:
        if isinstance(part, AllOf | AnyOf) and isinstance(part, kind):
            yield from part.parts
        else:
            yield part


def _comparison(part: Compare, *, negated: bool) -> Compare:
    sign = _OPPOSITE[part.sign] if negated else part.sign
    if part.left == Name("last") and part.right == Name("rank_in_group"):
        part, sign = Compare(part.sign, part.right, part.left), _MIRRORED[sign]
    if part.left == Name("rank_in_group") and part.right == Name("last"):
        sign = _LAST.get(sign, sign)
    return Compare(sign, part.left, part.right)
