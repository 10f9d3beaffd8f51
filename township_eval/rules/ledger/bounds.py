"""What is added besides events: the adjustment for circumstances, and the ends of the scale."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from township_eval.errors import Problem
from township_eval.inputs import Units
from township_eval.language import Text, listed
from township_eval.methods.varying import Array, Varying
from township_eval.rules.ledger.rows import Row, steps_of
from township_eval.scheme.differentiate import names_of
from township_eval.scheme.judging import Context
from township_eval.scheme.model import Scheme

__all__ = ["context_amounts", "context_problems", "context_rows", "end_row"]

_CONTEXT: Final = "context"
_BOUND: Final = Text(
    "情况调整{stated:g}分,超过上下限{bound:g}分,按限额计",
    "circumstances: {stated:g} points are beyond the bound of {bound:g}, which counts",
)
_ENDS: Final = {
    "floor": Text("加减分后不低于{end:g}分", "adjusted points are at least {end:g}"),
    "ceiling": Text("加减分后不高于{end:g}分", "adjusted points are at most {end:g}"),
}


def context_amounts(scheme: Scheme, context: Context, units: Units) -> Array:
    """Return the adjustment for circumstances of every unit, ``(n_units,)``; NaN where none is stated.

    A period's value first; then a unit's own beats its class's, which beats the default.

    Examples
    --------
    >>> import township_eval as te
    >>> scheme = te.read_scheme({"name": "N", "version": "1",
    ...     "index": {"children": [{"id": "a", "weight": 100}]},
    ...     "context": {"amount": {"乙": 1.5, "default": 0}, "bound": 2, "reason": "边远"}})
    >>> units = Units(("a", "b"), ("甲", "乙"), ("", ""), ("", ""), ((), ()))
    >>> context_amounts(scheme, scheme.context, units).tolist()
    [0.0, 1.5]
    """
    names, stated = names_of(scheme), context.amount
    if isinstance(stated, Varying) and names.by_period(stated):
        stated = stated.get(scheme.period)
    if not isinstance(stated, Varying):
        return np.full(units.n, np.nan if stated is None else float(stated))
    default = np.nan if stated.default is None else float(stated.default)
    found = np.full(units.n, default)
    for case in stated.cases:
        found[units.group_mask(case.key)] = float(case.value)
    for case in stated.cases:
        at = [units.find(code) for code in names.units(case.key)]
        found[[one for one in at if one is not None]] = float(case.value)
    return found


def context_problems(scheme: Scheme, units: Units) -> Iterator[Problem]:
    """Yield the problem of units that the adjustment for circumstances says nothing of."""
    if scheme.context is None:
        return
    open_ended = np.flatnonzero(np.isnan(context_amounts(scheme, scheme.context, units)))
    if len(open_ended):
        who = listed([units.names[at] for at in open_ended], 9)
        what = Text("没有规定这些单位的情况调整分:{who}", "no adjustment for circumstances for {who}")
        yield Problem(
            "error", "context.unstated", "context.amount",
            what.format(who=who),
            Text("写明,或给出 default(如 0)", "state it, or give a default such as 0"),
        )  # fmt: skip


def context_rows(scheme: Scheme, units: Units, digits: int) -> Iterator[Row]:
    """Yield the adjustments for circumstances, and what their bound cuts off."""
    context = scheme.context
    if context is None:
        return
    bound = steps_of(context.bound, digits)
    reason = Text(context.reason, context.reason)
    for at, amount in enumerate(context_amounts(scheme, context, units).tolist()):
        steps = 0 if np.isnan(amount) else steps_of(amount, digits)
        if steps:
            yield Row(at, _CONTEXT, steps, _CONTEXT, reason, stated=amount)
        if abs(steps) > bound:
            said = _BOUND.format(stated=amount, bound=context.bound)
            yield Row(at, _CONTEXT, (bound if steps > 0 else -bound) - steps, "cap", said)


def end_row(scheme: Scheme, at: int, steps: int, digits: int) -> Row | None:
    """Return the row that brings a unit's points back to the end of the scale they are beyond."""
    for kind, end, beyond in (
        ("floor", scheme.points_floor, -1),
        ("ceiling", scheme.points_ceiling, 1),
    ):
        if end is not None and (steps - steps_of(end, digits)) * beyond > 0:
            reason = _ENDS[kind].format(end=end)
            return Row(at, f"points_{kind}", steps_of(end, digits) - steps, kind, reason)
    return None
