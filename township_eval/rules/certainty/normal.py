"""A condition with its negations pushed to the leaves, where each has a test of its own."""

from __future__ import annotations

from typing import Final

from township_eval.scheme.conditions.nodes import AllOf, AnyOf, Compare, Not, Part

__all__ = ["normal"]

_OPPOSITE: Final = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}


def normal(part: Part, *, negated: bool = False) -> Part:
    """Return the same condition without ``not`` before anything but a call that is true or false.

    ``not (a < 70 and b < 70)`` becomes ``a >= 70 or b >= 70``; unknown stays unknown. Lists inside lists
    of their own kind are one list.
    """
    if isinstance(part, Not):
        return normal(part.part, negated=not negated)
    if isinstance(part, Compare):
        return Compare(_OPPOSITE[part.sign], part.left, part.right) if negated else part
    if isinstance(part, AllOf | AnyOf):
        kind = AllOf if isinstance(part, AllOf) is not negated else AnyOf
        found: list[Part] = []
        for one in part.parts:
            inner = normal(one, negated=negated)
            found += inner.parts if isinstance(inner, kind) else (inner,)
        return kind(tuple(found))
    return Not(part) if negated else part
