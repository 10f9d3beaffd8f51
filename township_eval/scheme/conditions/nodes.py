"""The tree of a condition: frozen values that are evaluated on arrays in three-valued logic.

True is 1.0, false 0.0, unknown NaN. Missing makes a comparison unknown; ``and``, ``or`` and ``not``
follow Kleene, so that a rule may hold although something it does not need is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from township_eval.methods.scoring.base import reaches
from township_eval.methods.varying import Array

__all__ = ["AllOf", "AnyOf", "Call", "Compare", "Constant", "Lookup", "Name", "Not", "Part", "walk"]

Lookup: TypeAlias = Callable[["str | Call"], Any]


@dataclass(frozen=True, slots=True)
class Name:
    """The score of a node, or a standing word such as ``composite``."""

    name: str


@dataclass(frozen=True, slots=True)
class Constant:
    """A number or a text written in the condition."""

    value: float | str


@dataclass(frozen=True, slots=True)
class Call:
    """A question with arguments: ``previous(satisfaction, 1)``, ``event(群体性事件)``, ``bottom(3)``."""

    function: str
    arguments: tuple[str | float, ...]


@dataclass(frozen=True, slots=True)
class Compare:
    """A comparison of two values; the bound is included up to the noise of floating point."""

    sign: str
    left: Name | Constant | Call
    right: Name | Constant | Call


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite; unknown stays unknown."""

    part: Part


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part holds."""

    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds."""

    parts: tuple[Part, ...]


Part: TypeAlias = Name | Constant | Call | Compare | Not | AllOf | AnyOf


def walk(part: Part) -> Iterator[Part]:
    """Yield a part and everything in it."""
    yield part
    if isinstance(part, Compare):
        yield from (part.left, part.right)
    elif isinstance(part, Not):
        yield from walk(part.part)
    elif isinstance(part, AllOf | AnyOf):
        for one in part.parts:
            yield from walk(one)


def truth(part: Part, lookup: Lookup) -> Array:
    """Return 1.0, 0.0 or NaN per unit."""
    if isinstance(part, Compare):
        return _compare(part.sign, _value(part.left, lookup), _value(part.right, lookup))
    if isinstance(part, Not):
        opposite: Array = 1.0 - truth(part.part, lookup)
        return opposite
    if isinstance(part, AllOf):
        return _all([truth(one, lookup) for one in part.parts])
    if isinstance(part, AnyOf):
        opposites: Array = 1.0 - _all([1.0 - truth(one, lookup) for one in part.parts])
        return opposites
    return _numbers(_value(part, lookup))


def _all(parts: list[Array]) -> Array:
    stacked = np.stack(np.broadcast_arrays(*parts))
    unknown = np.where(np.isnan(stacked).any(axis=0), np.nan, 1.0)
    return np.where((stacked == 0.0).any(axis=0), 0.0, unknown)


def _value(part: Part, lookup: Lookup) -> Any:
    if isinstance(part, Constant):
        return part.value
    if isinstance(part, Name):
        return lookup(part.name)
    if isinstance(part, Call):
        return lookup(part)
    msg = f"{part!r} has a truth, not a value"
    raise TypeError(msg)


_ORDERED: Final[dict[str, Callable[[Array, Array], NDArray[np.bool_]]]] = {
    ">=": reaches,
    "<=": lambda left, right: reaches(right, left),
    "<": lambda left, right: ~reaches(left, right),
    ">": lambda left, right: ~reaches(right, left),
    "==": lambda left, right: reaches(left, right) & reaches(right, left),
    "!=": lambda left, right: ~(reaches(left, right) & reaches(right, left)),
}


def _compare(sign: str, left: Any, right: Any) -> Array:
    numeric = isinstance(left, float) or isinstance(right, float)
    if not numeric and (_is_text(left) or _is_text(right)):
        equal, known = _same_text(left, right)
        holds = equal if sign == "==" else ~equal
    else:
        left, right = np.broadcast_arrays(_numbers(left), _numbers(right))
        known = ~(np.isnan(left) | np.isnan(right))
        holds = _ORDERED[sign](left, right)
    return np.where(known, holds.astype(np.float64), np.nan)


def _is_text(value: Any) -> bool:
    if isinstance(value, str):
        return True
    array = np.asarray(value)
    return array.dtype.kind in "UT" or (
        array.dtype.kind == "O" and any(isinstance(one, str) for one in array.flat)
    )


def _same_text(left: Any, right: Any) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return where two texts are equal, and where both are known (a blank cell is not)."""
    both = np.broadcast_arrays(np.asarray(left, dtype=object), np.asarray(right, dtype=object))
    pairs = list(zip(both[0].flat, both[1].flat, strict=True))
    known = [all(isinstance(one, str) and one.strip() for one in pair) for pair in pairs]
    equal = [have and str(a).strip() == str(b).strip() for have, (a, b) in zip(known, pairs, strict=True)]
    shape = both[0].shape
    return np.array(equal, dtype=bool).reshape(shape), np.array(known, dtype=bool).reshape(shape)


def _numbers(value: Any) -> Array:
    """Return numbers; what is not one is unknown."""
    array = np.asarray(value)
    if array.dtype.kind in "bifu":
        return array.astype(np.float64)
    numbers = [float(one) if isinstance(one, int | float | np.number) else np.nan for one in array.flat]
    return np.array(numbers, dtype=np.float64).reshape(array.shape)
