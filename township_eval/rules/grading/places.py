"""Grades by cut points and places alone: arrays in, positions out, best grade first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from township_eval.errors import Problem
from township_eval.inputs import Units
from township_eval.language import Text, listed
from township_eval.methods.ranking import assign_grades
from township_eval.methods.varying import Array
from township_eval.scheme.model import Grade

__all__ = ["ByPoints", "best_first", "cut_places", "grade_places", "grade_units", "quota_problems"]


@dataclass(frozen=True, eq=False)
class ByPoints:
    """Grades and, where a grade is not the one its cut point gives, why (``quota``)."""

    grade: tuple[str, ...]
    reason: tuple[str, ...]


def best_first(grades: Sequence[Grade]) -> list[Grade]:
    """Return grades from the highest cut point down; equal ones as the scheme lists them."""
    return sorted(grades, key=lambda grade: -grade.at_least)


def cut_places(grades: Sequence[Grade], adjusted: Array) -> NDArray[np.intp]:
    """Return the place among the grades that points alone give, ``(..., n_units)``; -1 for none."""
    return assign_grades(adjusted, [grade.at_least for grade in best_first(grades)])


def grade_places(
    grades: Sequence[Grade], adjusted: Array, groups: Sequence[str], limits: ArrayLike | None = None
) -> NDArray[np.intp]:
    """Return every unit's grade as its place among the grades, best first; -1 without one.

    Parameters
    ----------
    grades : sequence of Grade
        In any order.
    adjusted : array, (..., n_units)
        Adjusted points; leading axes are draws, each graded by itself.
    groups : sequence of str
        Class of every unit.
    limits : array of int, (n_units,) or (..., n_units), optional
        Best place a unit may have; the number of grades leaves it none. A place it may not have goes
        to the next unit.

    Examples
    --------
    >>> grades = [Grade(name=name, at_least=cut) for name, cut in [("A", 90), ("B", 80), ("C", 0)]]
    >>> grade_places(grades, np.array([[95.0, 91.0], [85.0, 70.0]]), ["", ""], limits=[0, 1]).tolist()
    [[0, 1], [1, 2]]
    """
    ordered = best_first(grades)
    return assign_grades(
        adjusted,
        [grade.at_least for grade in ordered],
        places=[grade.quota for grade in ordered],
        groups=list(groups),
        best=limits,
    )


def grade_units(grades: Sequence[Grade], adjusted: Array, groups: Sequence[str]) -> ByPoints:
    """Give every unit the best grade whose cut point it reaches and that has a place left.

    Nothing but points and places counts here; `rules.grading.grade` also knows conditions, limits,
    vetoes and coverage. A unit that finds the places taken gets the next grade.

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
        return ByPoints(("",) * len(adjusted), ("",) * len(adjusted))
    names = [*(grade.name for grade in best_first(grades)), ""]
    given, by_cut = grade_places(grades, adjusted, groups), cut_places(grades, adjusted)
    return ByPoints(
        tuple(names[position] for position in given),
        tuple("quota" if got != could else "" for got, could in zip(given, by_cut, strict=True)),
    )


def quota_problems(grades: Sequence[Grade], units: Units) -> Iterator[Problem]:
    """Warn of places that outnumber the units: such a quota limits nobody."""
    for grade in grades:
        if grade.quota is None or grade.quota.count is None:
            continue
        groups = dict.fromkeys(units.groups) if grade.quota.per == "group" else {"": None}
        sizes = {
            group: int(units.group_mask(group).sum()) if grade.quota.per == "group" else units.n
            for group in groups
        }
        small = {group: size for group, size in sizes.items() if size < grade.quota.count}
        if not small:
            continue
        where = listed(f"{group} {size}".strip() for group, size in small.items())
        what = Text(
            "“{grade}”有{count}个名额,单位却只有:{sizes}",
            "{count} places of {grade}, but fewer units: {sizes}",
        ).format(grade=grade.name, count=grade.quota.count, sizes=where)
        hint = Text("改小名额,或改用比例 share", "lower the count, or state a share")
        yield Problem("warning", "quota.units", f"grades.{grade.name}.quota", what, hint)
