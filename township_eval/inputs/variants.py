"""Which plain scheme holds for which units: classes, and units with rules of their own."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from township_eval.inputs.units import Units
from township_eval.methods.varying import Array, Varying
from township_eval.scheme.differentiate import for_unit
from township_eval.scheme.model import Scheme

__all__ = ["scheme_variants", "unit_values"]


def scheme_variants(scheme: Scheme, units: Units) -> tuple[tuple[Scheme, NDArray[np.intp]], ...]:
    """Return the plain schemes of one period, each with the positions of the units it holds for.

    A class is one variant; a unit with an override of its own is another.

    Parameters
    ----------
    scheme : Scheme
        Of one period (`Scheme.for_period`).
    units : Units
    """
    own = {override.who for node in scheme.nodes() for override in node.overrides}
    found: list[tuple[Scheme, NDArray[np.intp]]] = []
    for group in dict.fromkeys(units.groups):
        plain = scheme.for_group(group)
        members = np.flatnonzero(units.group_mask(group))
        alone = [at for at in map(int, members) if own & _called(units, at)] if own else []
        found += [(for_unit(plain, *sorted(_called(units, at))), np.array([at])) for at in alone]
        rest = np.setdiff1d(members, np.array(alone, dtype=np.intp))
        if len(rest):
            found.append((plain, rest))
    return tuple(found)


def unit_values(value: object, units: Units, positions: NDArray[np.intp]) -> Array:
    """Return a stated number as an array for some units; NaN where the scheme gives none.

    Examples
    --------
    >>> from township_eval.methods.varying import Case
    >>> units = Units(("a", "b"), ("甲", "乙"), ("", ""), ("", ""), ((), ()))
    >>> unit_values(Varying((Case("乙", 600.0),), default=0.0), units, np.arange(2)).tolist()
    [0.0, 600.0]
    """
    if not isinstance(value, Varying):
        return np.full(len(positions), np.nan if value is None else float(value))  # type: ignore[arg-type]
    found = np.full(len(positions), np.nan if value.default is None else float(value.default))
    for case in value.cases:
        named = units.find(case.key)
        if named is not None:
            found[positions == named] = float(case.value)
    return found


def _called(units: Units, at: int) -> set[str]:
    return {units.codes[at], units.names[at], *units.aliases[at]}
