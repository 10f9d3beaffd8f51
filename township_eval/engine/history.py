"""Earlier evaluations, unpacked for the steps that look back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from township_eval.errors import Problem
from township_eval.evaluation import Evaluation
from township_eval.inputs import Past, period_problems
from township_eval.language import Text
from township_eval.methods.varying import Array
from township_eval.scheme.model import Indicator, Node, Scheme
from township_eval.scheme.sources import Satisfaction
from township_eval.tree import Plan

__all__ = ["history_problems", "node_scores", "past_of", "previous_tables"]


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
    reported = last.details.loc[:, ["unit", "column", "value"]]
    return Past(last.period, _values_of(last), reported)


def _values_of(evaluation: Evaluation) -> pd.DataFrame:
    """Return leaf values, units x leaves."""
    ids = [evaluation.nodes[row] for row in evaluation.plan.leaves]
    return pd.DataFrame(evaluation.leaves.value.T, index=list(evaluation.units.codes), columns=ids)


def node_scores(plan: Plan, history: Sequence[Evaluation]) -> Array | None:
    """Return the newest earlier scores of this period's nodes and units, NaN where there were none.

    They stand as they would count now, after this period's events (`Plan.carried`).
    """
    if not history:
        return None
    earlier = history[-1].matrix().reindex(index=list(plan.units.codes), columns=list(plan.ids))
    return plan.carried(np.ascontiguousarray(earlier.to_numpy(dtype=np.float64).T))


def previous_tables(plan: Plan, history: Sequence[Evaluation]) -> dict[str, pd.DataFrame]:
    """Return what reports print beside this period: where units stood before, how satisfied people were.

    ``previous`` has one row per unit, ``previous_satisfaction`` one per unit and survey.
    """
    if not history:
        return {}
    last = history[-1]
    codes = list(plan.units.codes)
    standing = last.results.reindex(codes)[["composite", "adjusted", "rank", "rank_in_group", "grade"]]
    standing.insert(0, "period", last.period)
    surveys = [plan.nodes[row].id for row in plan.leaves if _asks_people(plan.nodes[row])]
    tables = {"previous": standing.rename_axis("unit").reset_index()}
    if surveys:
        asked = _values_of(last).reindex(index=codes, columns=surveys)
        told = {"unit": np.repeat(codes, len(surveys)), "indicator": surveys * len(codes)}
        tables["previous_satisfaction"] = pd.DataFrame(told | {"value": asked.to_numpy().ravel()})
    return tables


def _asks_people(node: Node) -> bool:
    return isinstance(node, Indicator) and isinstance(node.source, Satisfaction)
