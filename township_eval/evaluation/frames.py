"""The frames of an `Evaluation`, made from its arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from township_eval.inputs import STATUS_NAMES
from township_eval.methods.varying import Array

if TYPE_CHECKING:
    from township_eval.evaluation.result import Evaluation

__all__ = ["notes", "results", "scores", "table", "values"]


def results(evaluation: Evaluation) -> pd.DataFrame:
    """Return one row per unit, in the order of the units."""
    units, standing = evaluation.units, evaluation.standing
    frame = pd.DataFrame(
        {
            "name": list(units.names),
            "group": list(units.groups),
            "composite": standing.composite,
            "adjusted": standing.adjusted,
            "rank": _whole(standing.rank),
            "rank_in_group": _whole(standing.rank_in_group),
            "grade": list(standing.grade),
            "coverage": evaluation.coverage[0],
            "grade_reason": list(standing.grade_reason),
            "se": evaluation.precision.se[0] * evaluation.scheme.scale / 100.0,
        },
        index=pd.Index(list(units.codes), name="unit"),
    )
    if standing.lower is not None and standing.upper is not None:
        frame["lower"], frame["upper"] = standing.lower, standing.upper
    blank = np.full(units.n, np.nan)
    sets = evaluation.rank_sets
    for place, ending in enumerate(("", "_in_group")):
        frame[f"rank_lower{ending}"] = _whole(blank if sets is None else sets[place].lower)
        frame[f"rank_upper{ending}"] = _whole(blank if sets is None else sets[place].upper)
    return frame


def scores(evaluation: Evaluation) -> pd.DataFrame:
    """Return one row per unit and node, units outermost, nodes in tree order."""
    n_nodes, n_units = evaluation.score.shape
    columns = {
        "score": evaluation.score,
        "se": evaluation.precision.se,
        "weight": evaluation.plan.weight,
        "effective_weight": evaluation.effective_weight,
        "contribution": evaluation.contribution,
        "coverage": evaluation.coverage,
        "children": evaluation.children,
    }
    keys = {
        "unit": _repeated(evaluation.units.codes, n_nodes),
        "node": _tiled(evaluation.nodes, n_units),
    }
    frame = pd.DataFrame({**keys, **{name: array.T.ravel() for name, array in columns.items()}})
    precision = evaluation.precision
    frame["se_method"] = _coded(precision.method.T.ravel(), precision.METHODS)
    frame["error_unknown"] = precision.unknown.T.ravel()
    return frame


def values(evaluation: Evaluation) -> pd.DataFrame:
    """Return one row per unit and indicator, units outermost, indicators in tree order."""
    leaves, n_units = evaluation.leaves, evaluation.units.n
    ids = [evaluation.nodes[row] for row in evaluation.plan.leaves]
    frame = pd.DataFrame(
        {
            "unit": _repeated(evaluation.units.codes, len(ids)),
            "indicator": _tiled(ids, n_units),
            "value": leaves.value.T.ravel(),
            "se": leaves.se.T.ravel(),
            "n": leaves.n.T.ravel(),
            "df": leaves.df.T.ravel(),
        }
    )
    frame["status"] = _coded(leaves.status.T.ravel(), STATUS_NAMES)
    frame["method"] = _tiled(leaves.method, n_units)
    blank = ("",) * n_units
    cells = [leaf if leaf is not None else blank for leaf in leaves.cell]
    frame["cell"] = [leaf[unit] for unit in range(n_units) for leaf in cells]
    for name, lang in (("assumption", "zh"), ("assumption_en", "en")):
        said = [
            ("",) * n_units if leaf is None else [t.say(lang) for t in leaf] for leaf in leaves.assumption
        ]
        frame[name] = [leaf[unit] for unit in range(n_units) for leaf in said]
    frame["error_unknown"] = leaves.unknown.T.ravel()
    return frame


def notes(evaluation: Evaluation) -> pd.DataFrame:
    """Return one row per note, errors first, in both languages."""
    columns = ["severity", "code", "where", "zh", "en", "hint_zh", "hint_en"]
    rows = [
        (p.severity, p.code, p.where, p.what.zh, p.what.en, p.hint.zh, p.hint.en) for p in evaluation.problems
    ]
    return pd.DataFrame(rows, columns=columns)


def _whole(ranks: Array) -> Any:
    """Return ranks as whole numbers that may be missing."""
    absent = np.isnan(ranks)
    return pd.arrays.IntegerArray(np.where(absent, 1.0, ranks).astype(np.int64), absent)


def _repeated(labels: Sequence[str], times: int) -> Any:
    return _coded(np.repeat(np.arange(len(labels)), times), labels)


def _tiled(labels: Sequence[str], times: int) -> Any:
    names = list(dict.fromkeys(labels))
    return _coded(np.tile([names.index(label) for label in labels], times), names)


def _coded(codes: NDArray[np.integer[Any]], names: Sequence[str]) -> Any:
    """Return text by its place among the names."""
    return np.array(names, dtype=object)[codes]


def table(rows: pd.DataFrame) -> pd.DataFrame:
    """Return a table of a source, texts as objects and absent ones None, computed or read from an archive.

    Examples
    --------
    >>> table(pd.DataFrame({"rater": ["评估员1", None], "score": [80.0, None]})).to_dict("list")
    {'rater': ['评估员1', None], 'score': [80.0, nan]}
    """
    out = rows.copy()
    for name, kind in rows.dtypes.items():
        if isinstance(kind, pd.StringDtype) or pd.api.types.is_object_dtype(kind):
            texts = rows[name].astype(object)
            out[name] = texts.where(texts.notna(), None)
    return out
