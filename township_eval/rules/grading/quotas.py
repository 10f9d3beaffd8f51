"""Why a place was not given: taken by better ones, or a tie that does not fit."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from township_eval.inputs import Units
from township_eval.language import Text
from township_eval.methods.varying import Array
from township_eval.rules.grading.places import best_first
from township_eval.scheme.model import Quota, Scheme

__all__ = ["Seats"]

Positions = NDArray[np.intp]

_FULL: Final = Text("{within}{grade}名额{free}个已满", "no place of {grade} is left ({free}{within})")
_TIED: Final = Text(
    "{within}{grade}名额{free}个,还剩{left}个,同分并列的{tied}个单位超出名额,均不列入",
    "of the places of {grade} ({free}{within}) only {left} left for {tied} equal units: none gets any",
)
_BEHIND: Final = Text(
    "{within}{grade}名额{free}个,得分更高的单位同分并列、超出名额,不再向后递补",
    "the places of {grade} ({free}{within}) go no further than equal units ahead, whom they do not hold",
)


class Seats:
    """How the places of limited grades were filled.

    Parameters
    ----------
    scheme : Scheme
    units : Units
    adjusted : array (n_units,)
        The points places were given by.
    best, given : array of int (n_units,)
        Best place each unit may have, and the one it has.
    """

    def __init__(
        self, scheme: Scheme, units: Units, adjusted: Array, best: Positions, given: Positions
    ) -> None:
        self._grades, self._units, self._adjusted = best_first(scheme.grades), units, adjusted
        self._best, self._given = best, given
        self._filled: dict[tuple[int, str], tuple[NDArray[np.bool_], int, int]] = {}

    def reason(self, place: int, at: int) -> Text:
        """Return why a unit that reaches a limited grade, and may have it, did not get it."""
        quota = self._grades[place].quota or Quota()
        group = self._units.groups[at] if quota.per == "group" else ""
        rivals, held, free = self._filling(place, group, quota)
        tied = 0
        if held < free:
            waiting = rivals & ((self._given > place) | (self._given < 0)) & (self._best <= place)
            tied = int((waiting & (self._adjusted == self._adjusted[at])).sum())
        pattern = _FULL if held >= free else _TIED if tied > 1 else _BEHIND
        within = Text("本类", " in the class") if quota.per == "group" else Text("", " in all")
        name = self._grades[place].name
        return pattern.format(grade=name, within=within, free=free, left=free - held, tied=tied)

    def _filling(self, place: int, group: str, quota: Quota) -> tuple[NDArray[np.bool_], int, int]:
        """Return who competes, how many places are held and how many there are."""
        if (place, group) not in self._filled:
            apart = quota.per == "group"
            rivals = self._units.group_mask(group) if apart else np.ones(self._units.n, dtype=np.bool_)
            held = int((rivals & (self._given == place)).sum())
            free = _free(quota, int((rivals & ~np.isnan(self._adjusted)).sum()))
            self._filled[place, group] = rivals, held, free
        return self._filled[place, group]


def _free(quota: Quota, ranked: int) -> int:
    """Return the places: a count, or ``floor(share x ranked units + 1e-9)``."""
    return quota.count if quota.count is not None else int(np.floor((quota.share or 0.0) * ranked + 1e-9))
