"""Conditions as statements about true values: what is tested where a condition asks for data.

A limit and a grade are made of the data and have no true value of their own. ``upper(x) < 70`` is evidence
about ``x < 70``; the worst grade is evidence about points below the cut of the next.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeAlias

import numpy as np

from township_eval.engine.judging.answers import Answers
from township_eval.rules.certainty import Asked, Tested, weigh_condition
from township_eval.scheme.conditions import Condition
from township_eval.scheme.conditions.nodes import AllOf, AnyOf, Call, Compare, Constant, Name, Part
from township_eval.scheme.conditions.normal import normal_form
from township_eval.scheme.model import Grade

__all__ = ["LIMITS", "weigh"]

#: calls that answer with a limit of what they name
LIMITS: Final = frozenset({"lower", "upper"})

# Reasons for a grade that no error of the points can undo.
_CERTAIN: Final = frozenset({"veto", "coverage"})

Side: TypeAlias = Name | Call | Constant


def weigh(condition: Condition, asked: Asked, answers: Answers) -> Tested:
    """Return the evidence that a condition holds of the true values.

    Parameters
    ----------
    condition : Condition
    asked : callable
        Answers a name or a call with a quantity.
    answers : Answers
        For what follows from the points: which grades are given for another reason.

    Notes
    -----
    A grade is tested by its cut points, ``adjusted`` against them; one moved by a quota, a limiter or a
    requirement lies outside the cuts of the grade given, and shows nothing where points have an error. A
    veto and a lack of data stand whatever the points are.
    """
    n, scheme = answers.plan.units.n, answers.evaluation.scheme
    normal = normal_form(condition.root)
    found = weigh_condition(Condition(_restated(normal, ())), asked, n, digits=scheme.digits)
    if "grade" not in condition.names or not answers.quantity("adjusted").uncertain.any():
        return found
    by_points = weigh_condition(Condition(_restated(normal, scheme.grades)), asked, n, digits=scheme.digits)
    stands = np.array([reason in _CERTAIN for reason in answers.evaluation.standing.grade_reason])
    return Tested(
        p=np.where(stands, found.p, by_points.p),
        simultaneous=by_points.simultaneous,
        exact=np.where(stands, found.exact, by_points.exact),
        crossed=np.where(stands, found.crossed, by_points.crossed),
        near=by_points.near,
    )


def _restated(part: Part, grades: Sequence[Grade]) -> Part:
    """Return a normal form with, beside each limit and grade, what it says of true values."""
    if isinstance(part, AllOf | AnyOf):
        return type(part)(tuple(_restated(one, grades) for one in part.parts))
    if not isinstance(part, Compare):
        return part
    plain = Compare(part.sign, _plain(part.left), _plain(part.right))
    if plain != part:
        return AllOf((part, plain))
    meant = _by_points(part, grades)
    return part if meant is None else AllOf((part, meant))


def _plain(side: Side) -> Side:
    if isinstance(side, Call) and side.function in LIMITS:
        return Name(str(side.arguments[0]))
    return side


def _by_points(part: Compare, grades: Sequence[Grade]) -> Part | None:
    """Return what a comparison of the grade says of the points; None for any other, or where it says nothing.

    Grades stand best first; one that is not among them has no cuts.
    """
    sides = [side for side in (part.left, part.right) if isinstance(side, Constant)]
    names = [grade.name for grade in grades]
    if Name("grade") not in (part.left, part.right) or not sides or sides[0].value not in names:
        return None
    at, equal = names.index(str(sides[0].value)), part.sign == "=="
    points = Name("adjusted")
    cuts: list[Part] = []
    if at > 0:
        cuts.append(Compare("<" if equal else ">=", points, Constant(grades[at - 1].at_least)))
    if at < len(grades) - 1:
        cuts.append(Compare(">=" if equal else "<", points, Constant(grades[at].at_least)))
    if len(cuts) < 2:  # noqa: PLR2004  a grade in the middle has two cuts
        return cuts[0] if cuts else None
    return AllOf(tuple(cuts)) if equal else AnyOf(tuple(cuts))
