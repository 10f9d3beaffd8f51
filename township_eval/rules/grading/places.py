"""Grades by cut points and places alone: arrays in, positions out, best grade first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from township_eval.errors import Problem
from township_eval.inputs import Units
from township_eval.language import Text, listed
from township_eval.methods.ranking import assign_grades
from township_eval.methods.varying import Array
from township_eval.scheme.model import Grade, Scheme

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


def quota_problems(scheme: Scheme, units: Units) -> Iterator[Problem]:
    """Warn of places that outnumber the units: such a quota limits nobody.

    Not where the scheme lists these units itself: then its own check has said so.
    """
    if set(units.codes) == {unit.code for unit in scheme.units}:
        return
    for grade in scheme.grades:
        if grade.quota is None or grade.quota.count is None:
            continue
        sizes = Counter(units.groups) if grade.quota.per == "group" else Counter({"": units.n})
        few = {group: size for group, size in sizes.items() if size < grade.quota.count}
        if few:
            yield _too_many(grade.name, grade.quota.count, few)


def _too_many(name: str, count: int, few: dict[str, int]) -> Problem:
    what = Text(
        "{name} 的名额 {count} 个,多于参评单位数({sizes}),起不到限制作用",
        "{name} has {count} places, more than there are units ({sizes}): the quota limits nobody",
    ).format(name=name, count=count, sizes=listed(f"{group} {size}".strip() for group, size in few.items()))
    hint = Text("改小名额,或写比例 {share: 0.3}", "state fewer places, or a share: {share: 0.3}")
    return Problem("warning", "quota.units", f"grades.{name}.quota", what, hint)
