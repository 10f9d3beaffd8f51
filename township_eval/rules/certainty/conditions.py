"""The evidence for a whole condition: the weakest part of an ``and``, the strongest of an ``or``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from township_eval.methods.varying import Array
from township_eval.rules.certainty.comparisons import Compared, all_of, any_of, compare, compare_two
from township_eval.rules.certainty.quantity import Quantity
from township_eval.scheme.conditions import Call, Compare, Condition, Name
from township_eval.scheme.conditions.nodes import AllOf, AnyOf, Constant, Not, Part, truth

__all__ = ["Asked", "Covariance", "Tested", "condition_p", "weigh_condition"]

#: a name or a call -> a Quantity, or an array of exact numbers or texts (grade)
Asked: TypeAlias = Callable[["str | Call"], Any]
#: two names or calls -> covariance of their errors (n_units,), None where it is not known
Covariance: TypeAlias = Callable[["str | Call", "str | Call"], "Array | None"]

Mask: TypeAlias = NDArray[np.bool_]

_DIGITS: Final = 2


@dataclass(frozen=True, eq=False)
class Tested:
    """What is shown of a condition.

    Attributes
    ----------
    p : array (n_units,)
        Largest probability of evidence as strong were the condition false, worst case on its edge.
    simultaneous : bool
        Whether p holds for all units together: the condition has one rank and is exact otherwise.
    exact : array of bool (n_units,)
        Whether nothing it rests on has an error.
    crossed : array of bool (n_units,)
        Whether the answers of those who do not know decide it.
    near : tuple of (Compare, array of bool)
        Comparisons whose value and cut differ by less than rounding shows, and where.
    """

    p: Array
    simultaneous: bool
    exact: Mask
    crossed: Mask
    near: tuple[tuple[Compare, Mask], ...]


def condition_p(
    condition: Condition, quantity_of: Asked, n_units: int, *, covariance: Covariance | None = None
) -> Array:
    """Return only the p-values of `weigh_condition`, (n_units,)."""
    return weigh_condition(condition, quantity_of, n_units, covariance=covariance).p


def weigh_condition(
    condition: Condition,
    quantity_of: Asked,
    n_units: int,
    *,
    covariance: Covariance | None = None,
    digits: int = _DIGITS,
) -> Tested:
    """Return the evidence that a condition truly holds, unit by unit.

    Parameters
    ----------
    condition : Condition
    quantity_of : callable
        Answers a name or a `Call` with a `Quantity`, or with an array (numbers or texts) that is exact.
        ``bottom(k)`` is not asked for: it is tested as ``rank_in_group > last - k``.
    n_units : int
    covariance : callable, optional
        Of the errors of two quantities compared with each other; without it such a comparison shows
        nothing (p = 1), as do two boxes or two ranks.
    digits : int
        Printed decimal places, for `Tested.near`; cuts themselves are tested unrounded.

    Returns
    -------
    Tested

    Notes
    -----
    Negations are pushed to the comparisons. ``and``: the largest p (intersection-union test, Berger 1982,
    *Technometrics* 24). ``or``: the smallest p times the number k of its parts with an error, at most 1
    (Bonferroni). An exact comparison has p 0 or 1 and is not counted in k. What is unknown has p 1.
    Strictness matters for exact values and ranks only: where the scale is continuous, the worst case is on
    the cut itself either way.

    Examples
    --------
    >>> from township_eval.scheme.conditions import parse_condition
    >>> asked = Quantity.of("bounded", [62.0, 66.4], se=3.4, df=199, n=200)
    >>> known = {"s": asked, "work": np.array([65.0, 80.0])}
    >>> for text in ("s < 70 and work < 70", "s < 70 or work < 70", "not (s >= 70 or work < 60)"):
    ...     print(weigh_condition(parse_condition(text), known.__getitem__, 2).p.round(4).tolist())
    [0.0094, 1.0]
    [0.0, 0.1556]
    [0.0094, 0.1556]
    """
    weighing = _Weighing(quantity_of, n_units, covariance, 0.5 * 10.0**-digits)
    found = weighing.part(condition.normal().root)
    return Tested(
        p=np.array(found.p),
        simultaneous=weighing.ranks == 1 and not weighing.others,
        exact=~found.uncertain,
        crossed=found.crossed,
        near=tuple(weighing.near),
    )


@dataclass(eq=False)
class _Weighing:
    """One walk through a condition; counts what kinds of evidence it met."""

    quantity_of: Asked
    n_units: int
    covariance: Covariance | None
    half: float
    near: list[tuple[Compare, Mask]] = field(default_factory=list)
    ranks: int = 0
    others: int = 0

    def part(self, part: Part) -> Compared:
        """Return the evidence for a part in normal form."""
        if isinstance(part, AllOf):
            return all_of([self.part(one) for one in part.parts])
        if isinstance(part, AnyOf):
            return any_of([self.part(one) for one in part.parts])
        if isinstance(part, Compare):
            return self.comparison(part)
        call = part.part if isinstance(part, Not) else part
        if isinstance(call, Call) and call.function == "bottom":
            return self.bottom(call, "<=" if isinstance(part, Not) else ">")
        return self.exact(part)

    def comparison(self, part: Compare) -> Compared:
        """Test a comparison of numbers; texts are equal or not."""
        given = [self.given(part.left), self.given(part.right)]
        if any(_is_text(one) for one in given):
            return self.exact(part)
        left, right = (self.quantity(one) for one in given)
        self.count(left, right)
        shared = None
        if self.covariance and (left.uncertain & right.uncertain).any():
            shared = self.covariance(_asked(part.left), _asked(part.right))
        found = compare_two(left, part.sign, right, self.half, shared)
        if found.near.any():
            self.near.append((part, found.near))
        return found

    def bottom(self, call: Call, sign: str) -> Compared:
        """Test a place counted from below as a rank in the class."""
        rank, last = (self.quantity(self.quantity_of(name)) for name in ("rank_in_group", "last"))
        self.count(rank, last)
        return compare(rank, sign, last.value - float(call.arguments[0]), 0.0)

    def exact(self, part: Part) -> Compared:
        """Return the evidence of what has no error: true, or not known to be."""
        true = truth(part, lambda asked: _plain(self.quantity_of(asked)))
        return Compared.exactly(np.broadcast_to(true == 1.0, (self.n_units,)))

    def given(self, side: Any) -> Any:
        """Return what a side of a comparison stands for."""
        return side.value if isinstance(side, Constant) else self.quantity_of(_asked(side))

    def quantity(self, given: Any) -> Quantity:
        """Return it as a quantity; plain numbers are exact."""
        if isinstance(given, Quantity):
            return given
        return Quantity.of("exact", np.broadcast_to(np.asarray(given, dtype=np.float64), (self.n_units,)))

    def count(self, *sides: Quantity) -> None:
        """Note whether the evidence is about ranks, or about something else with an error."""
        kinds = {kind for side in sides for kind in np.unique(side.kind).tolist()} - {"exact"}
        self.ranks += "rank" in kinds
        self.others += bool(kinds) and "rank" not in kinds


def _asked(side: Any) -> str | Call:
    return side.name if isinstance(side, Name) else side


def _plain(given: Any) -> Any:
    return given.value if isinstance(given, Quantity) else given


def _is_text(given: Any) -> bool:
    return not isinstance(given, Quantity) and np.asarray(given).dtype.kind not in "bifu"
