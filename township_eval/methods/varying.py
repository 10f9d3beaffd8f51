"""A value that differs by period, by class or by unit, as a scheme writes it.

``{2018-H1: 98, default: 100}`` in a file becomes a :class:`Varying`. It stays in the scheme until
`Scheme.for_period` and `Scheme.for_group` have chosen; what is left then (units) is filled in as
an array just before the arithmetic. Rules therefore see only numbers and arrays: `number` turns a
field into an array and refuses what has not been resolved.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["Array", "Case", "Number", "Varying", "number"]

Array: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Case:
    """One branch of a `Varying`: the key (period, class or unit) and the value it selects."""

    key: str
    value: Any


@dataclass(frozen=True, slots=True)
class Varying:
    """A value chosen by a key; ``default`` is None when the scheme gives none.

    Values are numbers, exact fractions, text, policies, or a further `Varying` (by period first,
    then by class or unit).

    Examples
    --------
    >>> weight = Varying((Case("一类", 3.0), Case("二类", 4.0)), default=0.0)
    >>> weight.get("二类"), weight.get("三类")
    (4.0, 0.0)
    """

    cases: tuple[Case, ...]
    default: Any = None

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys in the order written, without ``default``."""
        return tuple(case.key for case in self.cases)

    def get(self, key: str) -> Any:
        """Return the value for *key*, else the default (None when there is none)."""
        return next((case.value for case in self.cases if case.key == key), self.default)


Number: TypeAlias = "float | Fraction | Varying | Array"


def number(value: Number) -> Array:
    """Return a resolved field as a float array, shape () or (n_units,).

    Raises
    ------
    TypeError
        The field still varies by period, class or unit: a defect of the caller, not of the data.

    Examples
    --------
    >>> number(Fraction(2, 3)).item()
    0.6666666666666666
    """
    if isinstance(value, Varying):
        msg = f"resolve {value!r} for a period and the units before calling the rule"
        raise TypeError(msg)
    return np.asarray(float(value) if isinstance(value, Fraction) else value, dtype=np.float64)
