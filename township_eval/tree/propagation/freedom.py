"""Parts of a composite's variance, and how well each is itself known."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from township_eval.methods.loadings import Loadings, total_variance
from township_eval.methods.varying import Array

__all__ = ["Moved", "parts_of"]

#: A leaf's number, and what its errors move the index by.
Moved = tuple[int, Sequence[Loadings]]


def parts_of(moved: Sequence[Moved], df: Array | None, n: int) -> tuple[list[int], Array]:
    """Return which part of the variance every leaf belongs to, and the parts' degrees of freedom.

    Parameters
    ----------
    moved : sequence of (leaf, loadings)
        The leaves with errors.
    df : array, (n_leaves, n_units), optional
        Degrees of freedom of the leaves' errors; NaN or infinite where an error counts as known.
    n : int
        Number of units.

    Returns
    -------
    list of int, array (n_parts, n_units)
        Leaves that share a sample are one part, with the fewest degrees of freedom of any of them
        that moves the unit's index.
    """
    part = _together(moved)
    freedom = np.full((max(part, default=-1) + 1, n), np.inf)
    if df is None:
        return part, freedom
    for (leaf, loadings), number in zip(moved, part, strict=True):
        moves = total_variance(list(loadings), n) > 0
        stated = np.where(np.isnan(df[leaf]) | ~moves, np.inf, df[leaf])
        freedom[number] = np.minimum(freedom[number], stated)
    return part, freedom


def _together(moved: Sequence[Moved]) -> list[int]:
    """Return a number per leaf, the same for leaves that a chain of shared samples connects."""
    part = list(range(len(moved)))
    first: dict[str, int] = {}
    for at, (_, loadings) in enumerate(moved):
        for sample in sorted({one.sample for one in loadings}):
            other = part[first.setdefault(sample, at)]
            part = [other if number == part[at] else number for number in part]
    order = list(dict.fromkeys(part))
    return [order.index(number) for number in part]
