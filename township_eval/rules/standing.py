"""Where units stand: composite points, ranks, grades with their places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from township_eval.methods.ranking import assign_grades, rank, round_half_up
from township_eval.methods.varying import Array
from township_eval.scheme.model import Grade, Scheme

__all__ = ["Graded", "grade_places", "grade_units", "points_of", "rank_units", "ranked_points"]


@dataclass(frozen=True, eq=False)
class Graded:
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
    index : array, (..., n_units)
        Index scores 0-100, unrounded; leading axes are draws.
    ledger : array, (n_units,)
        Sum of adjustments in points.
    groups : sequence of str
        Class of every unit.
    """
    ranked = ranked_points(scheme, index, ledger)
    return rank(ranked), rank(ranked, groups)


def ranked_points(scheme: Scheme, index: Array, ledger: Array) -> Array:
    """Return the adjusted points that ranks follow: rounded or raw, as the scheme says, (..., n_units)."""
    if scheme.rank_on == "rounded":
        return round_half_up(points_of(scheme, index) + ledger, scheme.digits)
    return np.asarray(index * scheme.scale / 100.0 + ledger)


def grade_units(grades: Sequence[Grade], adjusted: Array, groups: Sequence[str]) -> Graded:
    """Give every unit the best grade whose cut point it reaches and that has a place left.

    A unit that finds the places taken gets the next grade. Units without points have no grade.

    Parameters
    ----------
    grades : sequence of Grade
        In any order; cut points in units of the scale.
    adjusted : array, (n_units,)
        Adjusted points; NaN for units that are not graded.
    groups : sequence of str
        Class of every unit, for quotas per class.
    """
    if not grades:
        return Graded(("",) * len(adjusted), ("",) * len(adjusted))
    ordered = sorted(grades, key=lambda grade: -grade.at_least)
    cuts = [grade.at_least for grade in ordered]
    given = grade_places(grades, adjusted, groups)
    by_cut = assign_grades(adjusted, cuts)
    names = [*(grade.name for grade in ordered), ""]
    return Graded(
        tuple(names[position] for position in given),
        tuple("quota" if got != could else "" for got, could in zip(given, by_cut, strict=True)),
    )


def grade_places(grades: Sequence[Grade], adjusted: Array, groups: Sequence[str]) -> NDArray[np.intp]:
    """Return every unit's grade as its place among the grades, best first; -1 without one.

    Parameters
    ----------
    grades : sequence of Grade
        In any order.
    adjusted : array, (..., n_units)
        Adjusted points; leading axes are draws, each graded by itself.
    groups : sequence of str
        Class of every unit.
    """
    ordered = sorted(grades, key=lambda grade: -grade.at_least)
    places = [grade.quota for grade in ordered]
    return assign_grades(adjusted, [grade.at_least for grade in ordered], places=places, groups=groups)
