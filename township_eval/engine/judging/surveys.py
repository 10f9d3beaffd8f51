"""What a survey's table says of one leaf: range of answers, those who did not know, the sample's gate."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from township_eval.evaluation import Evaluation
from township_eval.methods.varying import Array
from township_eval.scheme.model import Indicator
from township_eval.scheme.sources import Satisfaction
from township_eval.tree.propagation.ground import Flags

__all__ = ["Asked", "asked_of"]

_CENSUS = "list census"


@dataclass(frozen=True, eq=False)
class Asked:
    """A survey leaf; arrays are ``(n_units,)``, NaN where the tables say nothing.

    Attributes
    ----------
    low, high : array
        Least and greatest value that the answers not yet known could give: the ends of the scale, what
        was counted in full staying as it is.
    n : array
        Valid answers of the channels with a sampling error.
    deff : array
        Design effect.
    least, most : array
        The value had all who did not know or refused given the worst, the best answer.
    lower, upper : array
        Limits at 95 %.
    short : bool array
        The sample does not meet the scheme's demand.
    """

    low: Array
    high: Array
    n: Array
    deff: Array
    least: Array
    most: Array
    lower: Array
    upper: Array
    short: Flags


def asked_of(evaluation: Evaluation, leaf: int) -> Asked | None:
    """Return what is known of a survey leaf; None for a leaf of any other source."""
    node = evaluation.plan.nodes[evaluation.plan.leaves[leaf]]
    if not isinstance(node, Indicator) or not isinstance(node.source, Satisfaction):
        return None
    total = _rows(evaluation, "satisfaction_total", node.id)
    counted, n = _counted(evaluation, node, node.source)
    points = [one.points for one in node.source.scale]
    if node.source.denominator == "with_dont_know" and node.source.dont_know:
        points.append(0.0)
    exact, share = counted
    ok = total["sample_ok"] if "sample_ok" in total else pd.Series(dtype=object)
    codes = list(evaluation.units.codes)
    return Asked(
        low=exact + share * min(points),
        high=exact + share * max(points),
        n=np.where(np.isnan(n), evaluation.leaves.n[leaf], n),
        deff=_column(total, "deff", codes),
        least=_column(total, "all_worst", codes),
        most=_column(total, "all_best", codes),
        lower=_column(total, "lower", codes),
        upper=_column(total, "upper", codes),
        short=np.array([ok.get(code) is not None and not ok.get(code) for code in codes], dtype=np.bool_),
    )


def _counted(
    evaluation: Evaluation, node: Indicator, source: Satisfaction
) -> tuple[tuple[Array, Array], Array]:
    """Return what channels counted in full add to the value, the others' share, and the others' answers."""
    n = evaluation.units.n
    exact, share, answers = np.zeros(n), np.ones(n), np.full(n, np.nan)
    rows = evaluation.table_rows.get("satisfaction_channel")
    if rows is None or len(source.asked_by) < 2:  # noqa: PLR2004  a mix has two
        return (exact, share), answers
    rows = rows[(rows["indicator"] == node.id) & (rows["weight"] > 0)]
    whole = sum(one.weight for one in source.asked_by)
    at = [evaluation.units.index[code] for code in rows["unit"]]
    full = (rows["design"] == _CENSUS).to_numpy(dtype=bool)
    weight = rows["weight"].to_numpy(dtype=float) / whole
    np.add.at(exact, at, np.where(full, weight * rows["value"].to_numpy(dtype=float), 0.0))
    np.add.at(share, at, np.where(full, -weight, 0.0))
    answers[at] = 0.0
    np.add.at(answers, at, np.where(full, 0.0, rows["n"].to_numpy(dtype=float)))
    return (exact, share), answers


def _rows(evaluation: Evaluation, name: str, indicator: str) -> pd.DataFrame:
    frame = evaluation.table_rows.get(name)
    if frame is None or "indicator" not in frame:
        return pd.DataFrame()
    return frame[frame["indicator"] == indicator].set_index("unit")


def _column(frame: pd.DataFrame, name: str, codes: list[str]) -> Array:
    if name not in frame:
        return np.full(len(codes), np.nan)
    column = pd.to_numeric(frame[name], errors="coerce").reindex(codes)
    return np.asarray(column.to_numpy(dtype=np.float64), dtype=np.float64)
