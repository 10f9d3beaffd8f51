"""How sure a whole family of rules and units is: confirmed, probable, or not distinguishable."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from township_eval.methods.testing import bonferroni_levels, holm_in_bundles
from township_eval.methods.varying import Array

__all__ = [
    "CERTAINTIES", "CLEARING_LEVEL", "CONFIRMED_LEVEL", "PROBABLE_LEVEL", "Decision", "cleared", "decide",
    "statuses", "sufficient",
]  # fmt: skip

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


def sufficient(certainty: ArrayLike, required: str) -> NDArray[np.bool_]:
    """Return where a certainty is at least the required one.

    Examples
    --------
    >>> sufficient(["probable", "confirmed"], "confirmed").tolist()
    [False, True]
    """
    enough = CERTAINTIES[CERTAINTIES.index(required) :]
    return np.isin(np.asarray(certainty, dtype=str), enough)


def statuses(
    holds: ArrayLike, certainty: ArrayLike, required: str, resurvey: ArrayLike | None = None
) -> NDArray[np.str_]:
    """Return what becomes of a rule for every unit, before history and waivers.

    Parameters
    ----------
    holds : array_like (n_units,)
        The condition at the point estimates: 1.0, 0.0, NaN.
    certainty : array_like of str (n_units,)
    required : str
        Least certainty of the rule.
    resurvey : array_like of bool (n_units,), optional
        Where a sample the condition rests on failed its gate.

    Returns
    -------
    array of str (n_units,)
        ``resurvey`` where the sample failed and the condition is not false whatever it says; ``proposed``
        where the condition holds surely enough; ``not_distinguishable`` where it holds at the point
        estimates only; empty where it does not.

    Examples
    --------
    >>> sure = ["confirmed", "probable", "not_distinguishable", "confirmed"]
    >>> statuses([1, 1, 0, np.nan], sure, "confirmed", [False, False, False, True]).tolist()
    ['proposed', 'not_distinguishable', '', 'resurvey']
    """
    point = np.asarray(holds, dtype=np.float64)
    failed = np.zeros(point.shape, dtype=bool) if resurvey is None else np.asarray(resurvey, dtype=bool)
    found = np.where(sufficient(certainty, required), "proposed", "not_distinguishable")
    found = np.where(point == 1.0, found, "")
    return np.asarray(np.where(failed & (point != 0.0), "resurvey", found))


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
