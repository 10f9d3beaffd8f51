"""How sure a whole family of rules and units is: confirmed, probable, or not distinguishable."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from township_eval.methods.testing import bonferroni_levels, holm_in_bundles
from township_eval.methods.varying import Array

__all__ = [
    "CERTAINTIES",
    "CLEARING_LEVEL",
    "CONFIRMED_LEVEL",
    "PROBABLE_LEVEL",
    "Decision",
    "cleared",
    "decide",
]

#: weakest first; codes of the column ``certainty``
CERTAINTIES: Final = ("not_distinguishable", "probable", "confirmed")
#: chance that a period wrongly confirms any sanction at all
CONFIRMED_LEVEL: Final = 0.01
#: the same for probable or better
PROBABLE_LEVEL: Final = 0.05
#: one-sided level of the evidence that lets a unit leave a flag, per rule and unit
CLEARING_LEVEL: Final = 0.05


@dataclass(frozen=True, eq=False)
class Decision:
    """What a family of comparisons shows.

    Attributes
    ----------
    certainty : array of str (n_rules, n_units)
        One of `CERTAINTIES`, after what don't-knows take away.
    p : array (n_rules, n_units)
        As given.
    adjusted : array (n_rules, n_units)
        Holm's p over the family; at most 0.05 is probable. It depends on the data of the others.
    critical : array (n_rules,)
        What *p* must not exceed to be confirmed; fixed before any data.
    size : int
        Comparisons of the family, rules times units.
    """

    certainty: NDArray[np.str_]
    p: Array
    adjusted: Array
    critical: Array
    size: int


def decide(
    p: ArrayLike, *, simultaneous: ArrayLike | None = None, crossed: ArrayLike | None = None
) -> Decision:
    """Return how sure each rule is of each unit, over a family that was fixed beforehand.

    Parameters
    ----------
    p : array_like (n_rules, n_units)
        Of `weigh_condition`, a row for **every** sanction rule of the period and a column for **every**
        unit: also where a rule cannot be answered or a unit has no data (p = 1).
    simultaneous : array_like of bool (n_rules,), optional
        `Tested.simultaneous`: rows whose p already holds for all units together.
    crossed : array_like of bool (n_rules, n_units), optional
        `Tested.crossed`: certainty is one step lower there.

    Notes
    -----
    ``confirmed``: single-step Bonferroni at 0.01 over the family; a rule about a rank has the share of a
    rule, 0.01 / n_rules. ``probable``: Holm at 0.05 over the same family. Source: Holm (1979),
    *Scandinavian Journal of Statistics* 6.

    Examples
    --------
    >>> decide([[0.0004, 0.004, 0.3], [0.0, 1.0, 1.0]]).certainty.tolist()[0]
    ['confirmed', 'probable', 'not_distinguishable']
    """
    given = np.nan_to_num(np.asarray(p, dtype=np.float64), nan=1.0)
    together = (
        np.zeros(len(given), dtype=bool) if simultaneous is None else np.asarray(simultaneous, dtype=bool)
    )
    adjusted = holm_in_bundles(given, together)
    critical = bonferroni_levels(given.shape, together, CONFIRMED_LEVEL)
    step = (adjusted <= PROBABLE_LEVEL).astype(np.intp)
    step = np.where(given <= critical[:, np.newaxis], 2, step)
    if crossed is not None:
        step = np.maximum(step - np.asarray(crossed, dtype=np.intp), 0)
    return Decision(np.array(CERTAINTIES)[step], given, adjusted, critical, given.size)


def cleared(p: ArrayLike) -> NDArray[np.bool_]:
    """Return where the evidence for leaving a flag suffices: one-sided, 0.05 for each rule and unit.

    *p* is that of the clearing condition (or of the flag's own condition negated). The family of the
    sanctions does not apply: to stay flagged without need is an error of one township's, and correcting
    for the others would keep it flagged longer the more townships there are.

    Examples
    --------
    >>> cleared([0.03, 0.2]).tolist()
    [True, False]
    """
    return np.asarray(np.asarray(p, dtype=np.float64) <= CLEARING_LEVEL)
