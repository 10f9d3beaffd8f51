"""How sure ranks and grades are, as columns of 综合得分汇总表: 名次区间 and P(等次)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from township_eval.evaluation.figures import MOST_UNITS
from township_eval.reports.sheet import Column, Value
from township_eval.reports.view import View

__all__ = ["certainty_notes", "chance_of_grade", "set_of_ranks"]

_Printed = tuple[Column, Sequence[Value], bool]
# Probabilities are printed as 99.5 % at most and 0.5 % at least, unless there is no error at all.
_EDGE: Final = 0.005
_NEAREST: Final = 3  # units that a note names


def set_of_ranks(view: View, *, inside: bool) -> Iterator[_Printed]:
    """Yield the column of rank sets, where composites have errors: 2—6, or the one rank that is left."""
    sets = view.evaluation.rank_sets
    if sets is None or not _stated(view):
        return
    one = sets[int(inside)]
    said = [
        None if np.isnan(low) else f"{low:.0f}" if low == high else f"{low:.0f}—{high:.0f}"
        for low, high in zip(one.lower.tolist(), one.upper.tolist(), strict=True)
    ]
    yield Column(view.head("rank_set_in_group" if inside else "rank_set"), "word", 9), said, False


def chance_of_grade(view: View) -> Iterator[_Printed]:
    """Yield the column of the probability of the grade a unit has, in percent."""
    evaluation = view.evaluation
    if evaluation.rank_sets is None or not _stated(view) or not evaluation.scheme.grades:
        return
    chances = view.grade_chances
    names, share = list(chances.columns), chances.to_numpy(dtype=np.float64)
    said = [
        _percent(share[at, names.index(grade)], exact=not error > 0) if grade else None
        for at, (grade, error) in enumerate(
            zip(evaluation.standing.grade, evaluation.precision.se[0].tolist(), strict=True)
        )
    ]
    yield Column(view.head("grade_chance"), "word", 8), said, False


def certainty_notes(view: View) -> Iterator[str]:
    """Yield what the columns mean, or why they are not there."""
    evaluation = view.evaluation
    if not _stated(view):
        return
    if evaluation.units.n > MOST_UNITS:
        yield view.both(
            f"单位超过 {MOST_UNITS} 个,不列名次区间;可用 te.rank_sets 指定一组单位计算。",
            f"No rank sets are listed for more than {MOST_UNITS} units; te.rank_sets has them for a cohort.",
        )
    if evaluation.rank_sets is None:
        return
    method = evaluation.rank_sets[0].method.say(view.lang)
    yield view.both(
        "名次区间为 95% 名次集(逐个单位):数据误差范围内可能的名次;没有误差说明的数据按准确值计。"
        f"方法:{method}。区间重叠不说明两单位相同。",
        "A rank set holds a unit's true rank with 95 % confidence, one unit at a time, as far as errors are"
        f" stated; figures without one count as exact. Overlap is no proof of equality. Method: {method}.",
    )
    yield from _nearest(view)
    if evaluation.scheme.grades:
        said = view.grade_chances.attrs[f"note_{view.lang}"]
        yield view.both(f"P(等次)为{said}。", f"P(grade): {said}.")


def _nearest(view: View) -> Iterator[str]:
    """Yield which comparisons were nearest to being decided otherwise: overall, then inside the class."""
    units, sets = view.evaluation.units, view.evaluation.rank_sets
    if sets is None:
        return
    for inside in (False, True) if view.group_ids else (False,):
        distance = sets[int(inside)].distance
        order = np.lexsort((units.code_order, distance))[:_NEAREST]
        near = [at for at in order.tolist() if np.isfinite(distance[at])]
        if not near:
            continue
        named = view.listed(f"{units.names[at]} {distance[at]:.2f}" for at in near)
        which = view.both(
            "同类名次区间" if inside else "名次区间", "rank set in the class" if inside else "rank set"
        )
        yield view.both(
            f"{which}距临界值最近的单位(以标准误计):{named};越近,端点越容易因数据的细小变化而改变。",
            f"Nearest to another {which}, in standard errors from the critical value: {named}. The nearer,"
            " the smaller a change of the data that would move an end.",
        )


def _stated(view: View) -> bool:
    """Return whether any composite has an error, known or not."""
    precision = view.evaluation.precision
    return bool((~np.isnan(precision.se[0]) | precision.unknown[0]).any())


def _percent(chance: float, *, exact: bool) -> str | None:
    """Return a probability in whole percent; one from estimated errors is never quite 0 or 1."""
    if np.isnan(chance):
        return None
    if not exact and chance > 1.0 - _EDGE:
        return ">99%"
    if not exact and chance < _EDGE:
        return "<1%"
    return f"{100 * chance:.0f}%"
