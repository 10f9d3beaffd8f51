"""The p-value of a family of limits: the smallest level at which a limit excludes the claim's opposite."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from township_eval.methods.varying import Array

__all__ = ["LEAST_P", "Side", "smallest_level"]

#: "below": the true value is claimed to be below the cut; "above" likewise
Side: TypeAlias = Literal["below", "above"]

#: no smaller p-value is given: an exact number there would be a claim about tails nobody has seen
LEAST_P: Final = 1e-12

_STEPS: Final = 40  # halvings of the log of the level: eleven digits


def smallest_level(excludes: Callable[[Array], NDArray[np.bool_]], shape: tuple[int, ...]) -> Array:
    """Return the smallest level at which each claim is shown, by bisection on its logarithm.

    Parameters
    ----------
    excludes : callable
        Takes one-sided levels of the shape and says where the limit at its level excludes everything
        but the claim. Once true it stays true for larger levels.
    shape : tuple of int

    Returns
    -------
    array
        From 1e-12 to 1, the upper end of the last bracket: never smaller than the exact value, larger
        by less than 1e-10 of it. 1 where even the level 1 shows nothing.

    Examples
    --------
    >>> smallest_level(lambda alpha: alpha >= np.array([0.03, 2.0]), (2,)).round(9).tolist()
    [0.03, 1.0]
    """
    low, high = np.full(shape, np.log(LEAST_P)), np.zeros(shape)
    high = np.where(excludes(np.exp(low)), low, high)
    for _ in range(_STEPS):
        middle = (low + high) / 2.0
        shown = excludes(np.exp(middle))
        high = np.where(shown, middle, high)
        low = np.where(shown, low, middle)
    return np.exp(high)
