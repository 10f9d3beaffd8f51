"""Index scores to where units stand."""

from __future__ import annotations

from typing import Final

import numpy as np

from township_eval.evaluation import Standing
from township_eval.inputs import Units
from township_eval.methods.ranking import round_half_up
from township_eval.methods.varying import Array
from township_eval.rules.standing import grade_units, points_of, rank_units
from township_eval.scheme.model import Scheme

__all__ = ["LEDGER_COLUMNS", "stand"]

LEDGER_COLUMNS: Final = ("unit", "rule", "amount", "reason", "reference")


def stand(scheme: Scheme, units: Units, index: Array, bounds: tuple[Array, Array] | None) -> Standing:
    """Return composite and adjusted points, ranks and grades; ``bounds`` of partial data are passed on."""
    composite = points_of(scheme, index)
    ledger = np.zeros(units.n)
    adjusted = round_half_up(composite + ledger, scheme.digits)
    rank, rank_in_group = rank_units(scheme, index, ledger, units.groups)
    graded = grade_units(scheme.grades, adjusted, units.groups)
    lower, upper = bounds if bounds is not None else (None, None)
    return Standing(
        composite, adjusted, rank, rank_in_group, graded.grade, graded.reason, lower=lower, upper=upper
    )
