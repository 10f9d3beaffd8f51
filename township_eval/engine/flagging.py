"""Flags of a period from its parts, before the ledger and the waivers are known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pandas as pd

from township_eval.engine.case import Case
from township_eval.engine.history import node_scores
from township_eval.engine.judging import answers_of, judge, preliminary
from township_eval.engine.precision import precision_of
from township_eval.errors import Problem
from township_eval.evaluation import Evaluation, Standing
from township_eval.rules.flags import no_flags
from township_eval.tree import Scored

__all__ = ["NO_FLAGS", "flags_of"]

_NO_LEDGER: Final = pd.DataFrame(columns=["unit", "rule", "amount", "reason", "reference"])
#: no flags and nothing to say about them
NO_FLAGS: Final[tuple[pd.DataFrame, tuple[Problem, ...]]] = (no_flags(), ())


def flags_of(
    case: Case, scored: Scored, standing: Standing, history: Sequence[Evaluation]
) -> tuple[pd.DataFrame, tuple[Problem, ...]]:
    """Return the flags of a period, and notes on conditions that could not be answered."""
    precision, _ = precision_of(case, scored, node_scores(case.plan, history))
    evaluation = preliminary(case.plan.scheme, case, scored, standing, precision, _NO_LEDGER)
    judged = judge(evaluation, case.prepared, answers_of(evaluation, case.prepared, history))
    return judged.flags, judged.problems
