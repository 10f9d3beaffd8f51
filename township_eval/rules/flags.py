"""Threshold flags: which measures a scheme's rules propose, for whom and on what evidence.

A flag is a proposal; a person decides. This version compares point estimates with thresholds and
does not judge how sure the comparison is; every row and the notes say so.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any, Final

import numpy as np
import pandas as pd

from township_eval.language import Text
from township_eval.rules.measures import level_of
from township_eval.scheme.conditions import Condition, parse_condition
from township_eval.scheme.model import FlagRule, Scheme

__all__ = ["FLAG_COLUMNS", "flag_units"]

FLAG_COLUMNS: Final = (
    "unit", "subject", "rule", "measure", "level", "certainty", "p",
    "evidence", "evidence_en", "owner", "basis", "due", "status",
)  # fmt: skip

# Codes, not words: reports say them in the reader's language.
_NOT_ASSESSED = "not_assessed"
_PROPOSED = "proposed"


def flag_units(
    scheme: Scheme,
    units: Sequence[str],
    lookup: Callable[[Any], Any],
    say: Callable[[Condition, int], Text],
    as_of: date | None,
) -> pd.DataFrame:
    """Return one row per unit and rule whose condition holds, unit by unit; unknown is never true.

    Parameters
    ----------
    scheme : Scheme
        Its ``flags``.
    units : sequence of str
        Unit codes, in the order of the arrays *lookup* returns.
    lookup : callable
        Value of a name or call in a condition, one per unit.
    say : callable
        The evidence sentence for a condition and a unit's position.
    as_of : date, optional
        Day the due dates are counted from; without it they stay empty.
    """
    conditions = [parse_condition(rule.when) for rule in scheme.flags]
    answers = [np.broadcast_to(condition.evaluate(lookup), (len(units),)) for condition in conditions]
    raised = np.flatnonzero(np.any([holds == 1.0 for holds in answers] or [[]], axis=0))
    rows = [
        _row(rule, units[at], say(condition, at), as_of)
        for at in raised.tolist()
        for rule, condition, holds in zip(scheme.flags, conditions, answers, strict=True)
        if holds[at] == 1.0
    ]
    return pd.DataFrame(rows, columns=list(FLAG_COLUMNS))


def _row(rule: FlagRule, unit: str, evidence: Text, as_of: date | None) -> dict[str, object]:
    due = as_of + timedelta(days=rule.due_days) if as_of and rule.due_days is not None else None
    return {
        "unit": unit,
        "subject": rule.subject or "township",
        "rule": rule.id,
        "measure": rule.measure,
        "level": level_of(rule.measure),
        "certainty": _NOT_ASSESSED,
        "p": float("nan"),
        "evidence": evidence.zh,
        "evidence_en": evidence.en,
        "owner": "、".join(rule.owner),
        "basis": rule.basis,
        "due": due.isoformat() if due else "",
        "status": _PROPOSED,
    }
