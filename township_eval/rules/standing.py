"""Where units stand: composite points, ranks, grades with their places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from township_eval.methods.ranking import assign_grades, rank, round_half_up
from township_eval.methods.varying import Array
from township_eval.scheme.model import Grade, Scheme

__all__ = ["Graded", "grade_units", "points_of", "rank_units"]


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
    return rank(ranked), rank(ranked, groups)


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
    given = assign_grades(adjusted, cuts, places=[grade.quota for grade in ordered], groups=groups)
    by_cut = assign_grades(adjusted, cuts)
    names = [*(grade.name for grade in ordered), ""]
    return Graded(
        tuple(names[position] for position in given),
        tuple("quota" if got != could else "" for got, could in zip(given, by_cut, strict=True)),
    )
