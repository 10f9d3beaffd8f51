"""Index scores to where units stand: ledger, adjusted points, ranks; grades once conditions can be asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from township_eval.engine.case import Case
from township_eval.evaluation import Standing
from township_eval.methods.ranking import round_half_up
from township_eval.methods.varying import Array
from township_eval.rules.grading import Graded, Vetoes, grade
from township_eval.rules.ledger import Ledger, keep_ledger
from township_eval.rules.standing import points_of, rank_units

__all__ = ["graded", "stand"]


def stand(case: Case, index: Array, bounds: tuple[Array, Array] | None) -> tuple[Standing, Ledger]:
    """Return composite and adjusted points and ranks, nobody graded yet, and the ledger between the two.

    ``bounds`` of partial data are passed on.
    """
    scheme, units = case.plan.scheme, case.plan.units
    composite = points_of(scheme, index)
    ledger = keep_ledger(scheme, units, composite, case.opened)
    adjusted = round_half_up(composite + ledger.total, scheme.digits)
    rank, rank_in_group = rank_units(scheme, index, ledger.total, units.groups)
    lower, upper = bounds if bounds is not None else (None, None)
    none = ("",) * units.n
    standing = Standing(
        composite, adjusted, rank, rank_in_group, none, none, lower=lower, upper=upper,
        best=np.zeros(units.n, dtype=np.intp),
    )  # fmt: skip
    return standing, ledger


def graded(
    case: Case,
    standing: Standing,
    coverage: Array,
    lookup: Callable[[Any], Any],
    vetoes: Vetoes,
    flagged: Sequence[str] | None = None,
) -> tuple[Standing, Graded]:
    """Return the standing with everybody graded, and why.

    Parameters
    ----------
    coverage : array (n_units,)
        Of the index.
    lookup : callable
        Answers what conditions ask.
    flagged : sequence of str, optional
        By which rules each unit has a sanction proposed, "" for none; None before flags are known.
    """
    scheme, prepared = case.plan.scheme, case.prepared
    given = grade(
        scheme, case.plan.units, standing.adjusted, coverage, lookup,
        prepared.tables.get("events"), prepared.as_of, vetoes, flagged=flagged,
    )  # fmt: skip
    return replace(standing, grade=given.grade, grade_reason=given.reason, best=given.best), given
