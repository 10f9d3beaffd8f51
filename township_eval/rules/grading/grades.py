"""Grades (等次): by points and places, less what conditions, limiters, vetoes and coverage allow."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from township_eval.errors import Problem
from township_eval.inputs import Units
from township_eval.methods.varying import Array
from township_eval.rules.grading.bars import Asking, Flagged, Limit, coverage_limits, grade_bars, told
from township_eval.rules.grading.happenings import happenings
from township_eval.rules.grading.limits import condition_limits, event_limits
from township_eval.rules.grading.places import best_first, cut_places, grade_places, quota_problems
from township_eval.rules.grading.quotas import Seats
from township_eval.rules.grading.vetoes import Vetoes
from township_eval.scheme.model import Scheme
from township_eval.scheme.naming import labels_of

__all__ = ["GRADE_COLUMNS", "Graded", "event_problems", "grade"]

GRADE_COLUMNS: Final = ("unit", "by_cut", "grade", "kind", "rule", "reason", "reason_en")

# Which of several reasons for one grade is named first.
_WEIGHT: Final = ("veto", "coverage", "requires", "limiter", "flagged", "unless")


@dataclass(frozen=True, eq=False)
class Graded:
    """Every unit's grade and why it is not the one its points give.

    Attributes
    ----------
    grade, by_cut : tuple of str
        The grade, and the one the cut points alone give; "" for none.
    reason : tuple of str
        What decided where they differ: quota, requires, limiter, veto, coverage, flagged, unless; else "".
    best : array of int (n_units,)
        Best place each unit may have; draws of scores are graded with it (`grade_places`).
    rows : DataFrame
        The table ``grades``: one row per reason of every unit whose grade differs.
    problems : tuple of Problem
    """

    grade: tuple[str, ...]
    by_cut: tuple[str, ...]
    reason: tuple[str, ...]
    best: NDArray[np.intp]
    rows: pd.DataFrame
    problems: tuple[Problem, ...] = ()


def grade(  # noqa: PLR0913  everything a grade depends on
    scheme: Scheme,
    units: Units,
    adjusted: Array,
    coverage: Array,
    lookup: Callable[[Any], Any],
    events: pd.DataFrame | None,
    as_of: date | None,
    vetoes: Vetoes,
    *,
    flagged: Flagged | None = None,
) -> Graded:
    """Return every unit's grade with the reasons; scores are never touched.

    A unit gets the best grade whose cut point its points reach, that nothing bars it from, and that has
    a place for it. Who is barred from a grade is barred from the better ones, and leaves its place to
    the next. Conditions that cannot be told never hold: a requirement then fails, a limit does not work.
    An effective veto sets its grade (a worse one stays), also where coverage would leave none.

    Parameters
    ----------
    scheme : Scheme
        Its ``grades``, ``limiters`` and ``minimum_coverage``.
    units : Units
    adjusted : array (n_units,)
        Adjusted points, rounded; NaN for units without points, which have no grade.
    coverage : array (n_units,)
        Share of the index that rests on reported values, 0-1.
    lookup : callable
        Value of a name or call in a condition, one per unit.
    events : DataFrame, optional
        The table ``events`` with the column ``i``, the position of the unit.
    as_of : date, optional
        The day the data stand at; needed where an event's limit lapses.
    vetoes : Vetoes
        From `judge_vetoes`.
    flagged : array of bool (n_units,) or sequence of str, optional
        Who has a sanction proposed this period, or by which rules; None while flags are not known.
    """
    if not scheme.grades:
        return _ungraded(units.n)
    limits, problems = _limits(scheme, Asking(units, lookup, labels_of(scheme), scheme.digits), flagged)
    dated, undated = _event_limits(scheme, events, as_of)
    limits += [*dated, *coverage_limits(scheme, coverage)]
    limits = [*_overridden(limits, vetoes.limits, len(scheme.grades)), *vetoes.limits]
    best = np.zeros(units.n, dtype=np.intp)
    np.maximum.at(best, [limit.at for limit in limits], [limit.place for limit in limits])
    given = grade_places(scheme.grades, adjusted, units.groups, best)
    by_cut = cut_places(scheme.grades, adjusted)
    reasons = _reasons(scheme, units, adjusted, limits, (best, by_cut, given))
    names = [*(one.name for one in best_first(scheme.grades)), ""]
    rows = [
        (
            units.codes[at],
            names[by_cut[at]],
            names[given[at]],
            one.kind,
            one.rule,
            one.reason.zh,
            one.reason.en,
        )
        for at, some in enumerate(reasons)
        for one in some
    ]
    return Graded(
        grade=tuple(names[place] for place in given),
        by_cut=tuple(names[place] for place in by_cut),
        reason=tuple(some[0].kind if some else "" for some in reasons),
        best=best,
        rows=pd.DataFrame(rows, columns=list(GRADE_COLUMNS)),
        problems=(*problems, *undated, *quota_problems(scheme, units)),
    )


def _ungraded(n: int) -> Graded:
    none = ("",) * n
    rows = pd.DataFrame(columns=list(GRADE_COLUMNS))
    return Graded(none, none, none, np.zeros(n, dtype=np.intp), rows)


def _limits(scheme: Scheme, asking: Asking, flagged: Flagged | None) -> tuple[list[Limit], list[Problem]]:
    """Return the limits that conditions and flags set."""
    limits, problems = grade_bars(scheme, asking, flagged)
    for limiter in scheme.limiters:
        place = _place(scheme, limiter.at_most)
        if limiter.when and place is not None:
            more, notes = condition_limits(limiter, place, asking)
            limits += more
            problems += notes
    return limits, problems


def _event_limits(
    scheme: Scheme, events: pd.DataFrame | None, as_of: date | None
) -> tuple[list[Limit], list[Problem]]:
    """Return the limits that events set, and those that cannot be dated."""
    limits: list[Limit] = []
    problems: list[Problem] = []
    for limiter in scheme.limiters:
        place = _place(scheme, limiter.at_most)
        if limiter.event and place is not None:
            found = happenings(events, (limiter.id, limiter.name))
            more, faults = event_limits(limiter, place, found, as_of)
            limits += more
            problems += faults
    return limits, problems


def event_problems(scheme: Scheme, events: pd.DataFrame | None, as_of: date | None) -> tuple[Problem, ...]:
    """Return what makes it impossible to say which events limit a grade, before anything is scored.

    `grade` returns the same problems; asked for early they stand beside all others of the inputs.
    """
    return tuple(_event_limits(scheme, events, as_of)[1])


def _place(scheme: Scheme, name: str) -> int | None:
    """Return a grade's place; None for a name that the check of the scheme has refused."""
    return next((at for at, one in enumerate(best_first(scheme.grades)) if one.name == name), None)


def _overridden(limits: Sequence[Limit], vetoes: Sequence[Limit], none: int) -> Iterator[Limit]:
    """Yield limits without those that would leave a vetoed unit without a grade."""
    vetoed = {limit.at for limit in vetoes}
    yield from (limit for limit in limits if limit.place < none or limit.at not in vetoed)


Places = tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]


def _reasons(
    scheme: Scheme, units: Units, adjusted: Array, limits: Sequence[Limit], places: Places
) -> list[list[Limit]]:
    """Return per unit why its grade is not that of its points, what decided first."""
    best, by_cut, given = places
    found: list[list[Limit]] = [[] for _ in range(units.n)]
    for limit in limits:
        if given[limit.at] != by_cut[limit.at] and limit.place > by_cut[limit.at]:
            found[limit.at].append(limit)
    seats, ordered = Seats(scheme, units, adjusted, best, given), best_first(scheme.grades)
    for at in np.flatnonzero(given != by_cut).tolist():
        found[at].sort(key=lambda limit: (-limit.place, _WEIGHT.index(limit.kind)))
        end = len(ordered) if given[at] < 0 else int(given[at])
        full = [
            Limit(at, place + 1, "quota", ordered[place].name, told(seats.reason(place, at)))
            for place in range(max(int(by_cut[at]), int(best[at])), end)
        ]
        found[at] = [*full[::-1], *found[at]]
    return found
