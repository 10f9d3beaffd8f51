"""Does the order of some depend on who else is there: each unit left out in turn."""

from __future__ import annotations

import numpy as np
import pandas as pd

from township_eval.analysis.sensitivity.rescoring import Family, Rescored, compares
from township_eval.evaluation import Evaluation

__all__ = ["REVERSAL_COLUMNS", "reversals"]

REVERSAL_COLUMNS = ("left_out", "left_out_name", "unit", "name", "before", "after")


def reversals(evaluation: Evaluation, family: Family) -> pd.DataFrame:
    """Return whose rank among the others changes when one unit is not there.

    Where no rule compares units nobody's score can change, and nothing is scored again.

    Returns
    -------
    DataFrame
        Columns ``left_out, left_out_name, unit, name, before, after``: ranks among those that stay.
    """
    units, rows = evaluation.units, []
    order = np.argsort(units.code_order)
    for out in order if compares(evaluation.plan) else ():
        stay = np.delete(np.arange(units.n), out)
        others = family.take(stay)
        before = others.ranks_of(evaluation.score[0, stay])
        after = others.ranks_of(Rescored(evaluation, evaluation.scheme, stay).index())
        rows += [
            (
                units.codes[out],
                units.names[out],
                units.codes[at],
                units.names[at],
                int(before[k]),
                int(after[k]),
            )
            for k, at in enumerate(stay)
            if before[k] != after[k] and before[k] > 0
        ]
    return pd.DataFrame(rows, columns=list(REVERSAL_COLUMNS))
