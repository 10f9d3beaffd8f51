"""A panel of raters as a matrix: what may be in it, and whether its raters link all units."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from township_eval.methods.varying import Array

__all__ = ["DisconnectedError", "Group", "connected", "panel_of", "without_empty"]


@dataclass(frozen=True, slots=True)
class Group:
    """Units and raters linked with each other and with nobody else.

    Attributes
    ----------
    units, raters : tuple of int
        Positions in the panel, ascending.
    """

    units: tuple[int, ...]
    raters: tuple[int, ...]


class DisconnectedError(ValueError):
    """Units of one group share no rater, not even through others, with units of another.

    Whether a group is better or its raters are milder cannot be told, by no method.

    Parameters
    ----------
    groups : tuple of Group
        The groups; inside each of them comparison is possible.
    """

    def __init__(self, groups: tuple[Group, ...]) -> None:
        self.groups = groups
        sizes = ", ".join(f"{len(group.units)} units with {len(group.raters)} raters" for group in groups)
        super().__init__(f"no rater links these groups, so they cannot be compared: {sizes}")

    def __reduce__(self) -> tuple[type[DisconnectedError], tuple[tuple[Group, ...]]]:
        return type(self), (self.groups,)


def panel_of(m: ArrayLike) -> Array:
    """Return ratings as a float matrix (n_units, n_raters).

    Raises
    ------
    ValueError
        Not two-dimensional, or a rating is infinite.
    """
    panel = np.asarray(m, dtype=np.float64)
    if panel.ndim != 2:  # noqa: PLR2004  units x raters
        msg = f"ratings are a matrix (n_units, n_raters), not of shape {panel.shape}"
        raise ValueError(msg)
    if np.isinf(panel).any():
        unit, rater = np.argwhere(np.isinf(panel))[0]
        msg = f"the rating of unit {unit} by rater {rater} is not finite"
        raise ValueError(msg)
    return panel


def without_empty(panel: Array) -> tuple[Array, NDArray[np.intp], NDArray[np.intp]]:
    """Return a panel without units and raters that have no rating, and the positions kept."""
    given = ~np.isnan(panel)
    units, raters = np.flatnonzero(given.any(axis=1)), np.flatnonzero(given.any(axis=0))
    return panel[np.ix_(units, raters)], units, raters


def connected(m: ArrayLike) -> tuple[Group, ...]:
    """Return the groups of units and raters that ratings link; one group is a connected panel.

    Parameters
    ----------
    m : array_like (n_units, n_raters)
        Ratings, NaN where there is none. Units and raters without any rating are in no group.

    Returns
    -------
    tuple of Group
        In the order of their first unit.

    Raises
    ------
    ValueError
        Not a matrix, or a rating is infinite.

    Notes
    -----
    Connected components of the bipartite graph of units and raters. Source: Weeks and Williams
    (1964), "A note on the determination of connectedness in an N-way cross classification",
    Technometrics 6(3).

    Examples
    --------
    >>> nan = float("nan")
    >>> [group.units for group in connected([[80, 82, nan], [75, nan, nan], [nan, nan, 90]])]
    [(0, 1), (2,)]
    """
    given = ~np.isnan(panel_of(m))
    left = given.any(axis=1)
    groups = []
    while left.any():
        units, raters = _reached(given, int(np.argmax(left)))
        left &= ~units
        groups.append(Group(tuple(np.flatnonzero(units).tolist()), tuple(np.flatnonzero(raters).tolist())))
    return tuple(groups)


def _reached(given: NDArray[np.bool_], start: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return the units and raters reached from one unit over shared ratings."""
    units = np.arange(len(given)) == start
    raters = given[start]
    while True:
        wider = given[:, raters].any(axis=1)
        if (wider == units).all():
            return units, raters
        units, raters = wider, given[wider].any(axis=0)
