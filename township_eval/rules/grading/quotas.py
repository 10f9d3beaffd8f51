"""Why a place was not given: taken by better ones, or a tie that does not fit."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from township_eval.inputs import Units
from township_eval.language import Text
from township_eval.methods.varying import Array
from township_eval.rules.grading.bars import Limit
from township_eval.rules.grading.places import best_first
from township_eval.scheme.model import Quota, Scheme

__all__ = ["quota_reason"]

Positions = NDArray[np.intp]

_FULL: Final = Text("{grade}{within}名额{free}个已满", "the {free} place(s) of {grade}{within} are taken")
_TIED: Final = Text(
    "{grade}{within}名额{free}个,还剩{left}个,同分并列的{tied}个单位超出名额,均不列入",
    "of {free} place(s) of {grade}{within} {left} remain for {tied} equal units, so that none gets one",
)
_BEHIND: Final = Text(
    "{grade}{within}名额{free}个,得分更高的单位同分并列、超出名额,不再向后递补",
    "the place(s) of {grade}{within} go no further than equal units ahead, whom they do not hold",
)


def quota_reason(
    scheme: Scheme, units: Units, adjusted: Array, place: int, at: int, places: tuple[Positions, Positions]
) -> Limit:
    """Return why a unit that reaches a limited grade did not get it.

    Parameters
    ----------
    scheme : Scheme
    units : Units
    adjusted : array (n_units,)
    place : int
        The grade's place, best first.
    at : int
        Position of the unit.
    places : pair of arrays
        Best places allowed, and places given.
    """
    grade = best_first(scheme.grades)[place]
    quota = grade.quota or Quota()
    rivals = units.group_mask(units.groups[at]) if quota.per == "group" else np.ones(units.n, dtype=np.bool_)
    best, given = places
    waiting = (given > place) | (given < 0)
    tied = int((rivals & waiting & (best <= place) & (adjusted == adjusted[at])).sum())
    held = int((rivals & (given == place)).sum())
    free = _free(quota, int((rivals & ~np.isnan(adjusted)).sum()))
    within = Text("本类", " in the class") if quota.per == "group" else Text("", "")
    pattern = _FULL if held >= free else _TIED if tied > 1 else _BEHIND
    reason = pattern.format(grade=grade.name, within=within, free=free, left=free - held, tied=tied)
    return Limit(at, place + 1, "quota", grade.name, reason)


def _free(quota: Quota, ranked: int) -> int:
    """Return the places: a count, or ``floor(share x ranked units + 1e-9)``."""
    return quota.count if quota.count is not None else int(np.floor((quota.share or 0.0) * ranked + 1e-9))
