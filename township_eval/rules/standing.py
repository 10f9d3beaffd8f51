"""Where units stand: composite points, ranks, grades with their places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from township_eval.methods.ranking import rank, rank_in_groups, round_half_up
from township_eval.methods.scoring.base import reaches
from township_eval.methods.varying import Array
from township_eval.scheme.model import Grade, Quota, Scheme

__all__ = ["Places", "grade_units", "points_of", "rank_units"]

# The share of a quota times the number of units may fall just short of a whole place in floating
# point (0.3 x 10); the contract adds this before cutting off.
_WHOLE = 1e-9


@dataclass(frozen=True, eq=False)
class Places:
    """Grades and, where a grade is not the one its cut point gives, why (``quota``)."""

    grade: tuple[str, ...]
    reason: tuple[str, ...]


def points_of(scheme: Scheme, index: Array) -> Array:
    """Return the composite in units of the scheme's scale, rounded to its digits."""
    return round_half_up(index * scheme.scale / 100.0, scheme.digits)


def rank_units(scheme: Scheme, index: Array, ledger: Array, groups: Sequence[str]) -> tuple[Array, Array]:
    """Return competition ranks overall and inside the class, of rounded or raw adjusted points.

    Parameters
    ----------
    index : array, (n_units,)
        Index scores 0-100, unrounded.
    ledger : array, (n_units,)
        Sum of adjustments in points.
    groups : sequence of str
        Class of every unit.
    """
    raw = index * scheme.scale / 100.0
    ranked = (points_of(scheme, index) if scheme.rank_on == "rounded" else raw) + ledger
    if scheme.rank_on == "rounded":
        ranked = round_half_up(ranked, scheme.digits)
    codes = np.unique(np.asarray(groups, dtype=object).astype(str), return_inverse=True)[1]
    return rank(ranked), rank_in_groups(ranked, codes)


def grade_units(grades: Sequence[Grade], adjusted: Array, groups: Sequence[str]) -> Places:
    """Give every unit the best grade whose cut point it reaches and that has a place left.

    A unit that finds the places taken gets the next grade. Units without points have no grade.

    Parameters
    ----------
    grades : sequence of Grade
        Best first or in any order; cut points in units of the scale.
    adjusted : array, (n_units,)
        Adjusted points; NaN for units that are not graded.
    groups : sequence of str
        Class of every unit, for quotas per class.
    """
    names = np.full(adjusted.shape, "", dtype=object)
    reason = np.full(adjusted.shape, "", dtype=object)
    open_ = ~np.isnan(adjusted)
    ranked = open_.copy()
    for grade in sorted(grades, key=lambda grade: -grade.at_least):
        able = open_ & reaches(adjusted, np.asarray(grade.at_least)).astype(bool)
        taken = able if grade.quota is None else _admitted(grade.quota, adjusted, able, ranked, groups)
        names[taken] = grade.name
        reason[able & ~taken] = "quota"
        open_ &= ~taken
    return Places(tuple(names), tuple(reason))


def _admitted(
    quota: Quota, adjusted: Array, able: NDArray[np.bool_], ranked: NDArray[np.bool_], groups: Sequence[str]
) -> NDArray[np.bool_]:
    """Return who of those able gets a place; ties at the last place all fit or all wait."""
    families = np.asarray(groups, dtype=object) if quota.per == "group" else np.full(len(groups), "")
    admitted = np.zeros_like(able)
    for family in dict.fromkeys(families):
        members = families == family
        places = _places(quota, int((members & ranked).sum()))
        candidates = np.flatnonzero(members & able)
        standing = rank(adjusted[candidates])
        if quota.ties == "all":
            admitted[candidates[standing <= places]] = True
            continue
        last = np.array([(standing <= place).sum() for place in standing])
        admitted[candidates[last <= places]] = True
    return admitted


def _places(quota: Quota, ranked: int) -> int:
    if quota.count is not None:
        return quota.count
    return int(np.floor((quota.share or 0.0) * ranked + _WHOLE))
