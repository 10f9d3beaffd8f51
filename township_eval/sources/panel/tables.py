"""What a report prints of a panel: the scores side by side, and the raters by number."""

from __future__ import annotations

import numpy as np
import pandas as pd

from township_eval.inputs import Flags
from township_eval.methods.varying import Array
from township_eval.scheme.sources import Ratings
from township_eval.sources.evidence import Ask
from township_eval.sources.panel.scores import Panel, Scored
from township_eval.sources.panel.sheets import Sheets

__all__ = ["panel_table", "ratings_table"]


def ratings_table(
    ask: Ask, sheets: Sheets, source: Ratings, panels: tuple[Panel, ...], scored: Scored
) -> pd.DataFrame:
    """Return one row per unit and rater: score and whether dropped, and the unit's own figures."""
    matrix = sheets.matrix
    i, rater = np.nonzero(~np.isnan(matrix))
    codes = np.array(ask.prepared.units.codes, dtype=object)
    return pd.DataFrame(
        {
            "unit": codes[i],
            "indicator": ask.leaf.id,
            "rater": np.array(sheets.raters.labels, dtype=object)[rater],
            "score": matrix[i, rater],
            "dropped": _dropped(panels, source)[i, rater],
            "mean": scored.value[i],
            "spread": _spread(matrix)[i],
            "se": scored.se[i],
            "df": scored.df[i],
            "n": scored.n[i],
            "adjusted": _adjusted(panels)[i] if panels else np.full(len(i), np.nan),
        }
    )


def panel_table(ask: Ask, sheets: Sheets, panels: tuple[Panel, ...]) -> pd.DataFrame:
    """Return one row per rater who handed in a sheet about this leaf, with what is missing on it."""
    given = ~np.isnan(sheets.matrix)
    rated = given.any(axis=1)
    present = sorted(set(sheets.rows["who"]))
    severity, error = _severities(sheets, panels)
    counts = given.sum(axis=0)
    total = np.where(given, sheets.matrix, 0.0).sum(axis=0)
    mean = np.divide(total, counts, out=np.full(len(counts), np.nan), where=counts > 0)
    items = sheets.rows.groupby("who")["what"].nunique()
    return pd.DataFrame(
        {
            "indicator": ask.leaf.id,
            "rater": [sheets.raters.labels[who] for who in present],
            "organization": [sheets.raters.organizations[who] for who in present],
            "rated": [int(counts[who]) for who in present],
            "missing": ["、".join(ask.name(int(i)) for i in np.flatnonzero(rated & ~given[:, who]))
                        for who in present],
            "items": [int(items[who]) for who in present],
            "mean": mean[present],
            "severity": severity[present],
            "severity_se": error[present],
        }
    )  # fmt: skip


def _dropped(panels: tuple[Panel, ...], source: Ratings) -> Flags:
    """Return which scores are dropped as highest or lowest, (n_units, n_raters)."""
    marks = [_ends(panel.matrix, source.trim if source.method == "mean" else 0) for panel in panels]
    return np.asarray(np.any(marks, axis=0), dtype=np.bool_) if marks else np.zeros((0, 0), dtype=np.bool_)


def _ends(matrix: Array, trim: int) -> Flags:
    given = ~np.isnan(matrix)
    order = np.argsort(np.where(given, matrix, np.inf), axis=1, kind="stable")
    place = np.argsort(order, axis=1, kind="stable")
    count = given.sum(axis=1, keepdims=True)
    ends: Flags = given & ((place < trim) | (place >= count - trim))
    return ends


def _adjusted(panels: tuple[Panel, ...]) -> Array:
    """Return the severity-adjusted scores, (n_units,); NaN where a panel does not allow them."""
    total = sum(panel.weight for panel in panels)
    parts = [panel.value(Ratings(method="severity")) * (panel.weight / total) for panel in panels]
    return np.asarray(np.sum(parts, axis=0), dtype=np.float64)


def _severities(sheets: Sheets, panels: tuple[Panel, ...]) -> tuple[Array, Array]:
    """Return how much more each rater gives than his panel, and its standard error, (n_raters,)."""
    severity, error = np.full((2, sheets.raters.n), np.nan)
    for panel in panels:
        if panel.fit is not None:
            here = ~np.isnan(panel.fit.severity)
            severity[here], error[here] = panel.fit.severity[here], panel.fit.severity_se[here]
    return severity, error


def _spread(matrix: Array) -> Array:
    """Return the standard deviation over all raters (n - 1), NaN for a single one; (n_units,)."""
    given = ~np.isnan(matrix)
    count = given.sum(axis=1)
    filled = np.where(given, matrix, 0.0)
    mean = filled.sum(axis=1) / np.maximum(count, 1)
    squares = np.where(given, (matrix - mean[:, None]) ** 2, 0.0).sum(axis=1)
    return np.where(count > 1, np.sqrt(squares / np.maximum(count - 1, 1)), np.nan)
