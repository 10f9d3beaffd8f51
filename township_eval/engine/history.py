"""Earlier evaluations, unpacked for the steps that look back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from township_eval.errors import Problem
from township_eval.evaluation import Evaluation
from township_eval.inputs import Past, Units, period_problems
from township_eval.language import Text
from township_eval.methods.varying import Array
from township_eval.scheme.model import Scheme
from township_eval.tree import Plan

__all__ = ["history_problems", "node_scores", "past_of", "previous_table"]


def history_problems(scheme: Scheme, period: str, history: Sequence[Evaluation]) -> Iterator[Problem]:
    """Yield what is wrong with the history: its order is an error, a gap or another scheme a warning."""
    yield from period_problems([*(earlier.period for earlier in history), period])
    for earlier in history:
        if earlier.scheme.fingerprint != scheme.fingerprint:
            what = Text(
                "该期所用方案与本期不同,增减和位次升降仅供参考",
                "made with another scheme: changes on it are indicative only",
            )
            yield Problem("warning", "history.scheme", f"history {earlier.period}", what)


def past_of(history: Sequence[Evaluation]) -> Past | None:
    """Return what sources may read of the newest earlier period."""
    if not history:
        return None
    last = history[-1]
    ids = [last.nodes[row] for row in last.plan.leaves]
    values = pd.DataFrame(last.leaves.value.T, index=list(last.units.codes), columns=ids)
    reported = last.details.loc[:, ["unit", "column", "value"]]
    return Past(last.period, values, reported)


def node_scores(plan: Plan, history: Sequence[Evaluation]) -> Array | None:
    """Return the newest earlier scores of this period's nodes and units, NaN where there were none."""
    if not history:
        return None
    earlier = history[-1].matrix().reindex(index=list(plan.units.codes), columns=list(plan.ids))
    return np.ascontiguousarray(earlier.to_numpy(dtype=np.float64).T)


def previous_table(units: Units, history: Sequence[Evaluation]) -> dict[str, pd.DataFrame]:
    """Return the table ``previous``: where the same units stood one period before."""
    if not history:
        return {}
    last = history[-1]
    columns = ["composite", "adjusted", "rank", "rank_in_group", "grade"]
    frame = last.results.reindex(list(units.codes))[columns]
    frame.insert(0, "period", last.period)
    return {"previous": frame.rename_axis("unit").reset_index()}
