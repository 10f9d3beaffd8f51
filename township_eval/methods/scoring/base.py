"""What every scoring rule is: a frozen value that can be called and can be said in words.

A rule takes values ``(..., n_units)`` and returns scores of the same shape on 0-100 (100 = full
marks; more only where the rule allows it). NaN in, NaN out: a rule never turns a missing value
into a number. Numeric fields may be arrays ``(n_units,)`` at call time, filled in by the engine
with `dataclasses.replace`.
"""

from __future__ import annotations

from typing import ClassVar, Final, Literal, Protocol, TypeAlias, runtime_checkable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from township_eval.language import Text
from township_eval.methods.varying import Array, Number, number

__all__ = [
    "UNLIMITED", "Cohort", "Direction", "Rule", "corner_rows", "known", "nowhere", "or_none", "reaches",
    "values_of",
]  # fmt: skip

Cohort: TypeAlias = Literal["all", "group"]
Direction: TypeAlias = Literal["higher", "lower"]

# Bounds are "included": a value that equals the bound up to this relative difference has reached
# it. Wide enough for the rounding of a quotient or a root, far below any reported digit.
_SAME = 1e-12


@runtime_checkable
class Rule(Protocol):
    """A scoring rule. An own class needs only ``__call__``; `words` and `method` are optional there."""

    #: name in a scheme file (``method: linear``)
    method: ClassVar[str]
    #: True for rules that compare units with each other
    compares_units: ClassVar[bool]

    def __call__(self, values: ArrayLike) -> Array:
        """Return scores 0-100, shape of *values*."""
        ...

    def words(self) -> Text:
        """Say the rule as a sentence an official can check."""
        ...

    def full_value(self) -> Array | None:
        """Return the smallest effort that gives full marks (value units), None if there is none."""
        ...

    def faults(self) -> tuple[Text, ...]:
        """Say what is impossible about the parameters; empty when the rule can be used."""
        ...

    def outside(self, values: ArrayLike) -> NDArray[np.bool_]:
        """Return where a given value is one the rule has no score for (or must not be given)."""
        ...

    def corners(self) -> Array | None:
        """Return the values where the score jumps or bends, smooth between them; None: not told.

        Shape (n_corners, 1) or (n_corners, n_units), in value units and in any order; NaN where a
        unit has one less. Whoever carries an error through the rule needs them.
        """
        ...


#: lowest and highest score of a rule without bounds; a rule that says nothing gives 0 to 100
UNLIMITED: Final = (np.asarray(-np.inf), np.asarray(np.inf))


def values_of(values: ArrayLike) -> Array:
    """Return *values* as a float array, the form every rule starts from."""
    return np.asarray(values, dtype=np.float64)


def reaches(values: Array, bound: Array) -> NDArray[np.bool_]:
    """Return where ``values >= bound``, the bound included up to float noise; False at NaN.

    Examples
    --------
    >>> reaches(np.array([0.1 + 0.2, 0.29]), np.array(0.3)).tolist()
    [True, False]
    """
    enough: NDArray[np.bool_] = values >= bound - _SAME * np.abs(bound)
    return enough


def known(scores: ArrayLike, *arrays: Array) -> Array:
    """Return *scores*, NaN wherever one of the *arrays* they rest on is NaN.

    Examples
    --------
    >>> known(100.0, np.array([1.0, np.nan])).tolist()
    [100.0, nan]
    """
    out = np.asarray(scores, dtype=np.float64)
    for array in arrays:
        out = np.where(np.isnan(array), np.nan, out)
    return out


def corner_rows(*posts: Number) -> Array:
    """Return numbers of a rule below each other, (n_posts, 1) or (n_posts, n_units).

    Examples
    --------
    >>> corner_rows(60.0, np.array([80.0, 90.0])).tolist(), corner_rows().shape
    ([[60.0, 60.0], [80.0, 90.0]], (0, 1))
    """
    rows = [np.atleast_1d(number(post)) for post in posts]
    return np.stack(np.broadcast_arrays(*rows)) if rows else np.empty((0, 1))


def or_none(values: Array) -> Array | None:
    """Return *values*, or None when there is not one number among them."""
    return None if np.isnan(values).all() else values


def nowhere(values: ArrayLike) -> NDArray[np.bool_]:
    """Return False for every value: the `outside` of a rule that has a score for all of them."""
    return np.zeros(np.shape(values), dtype=bool)
