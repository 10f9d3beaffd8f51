"""评分一致性: coefficients under both of their names, with intervals and the decision each serves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pandas as pd

from township_eval.language import Text
from township_eval.reports.sheet import Column, Table
from township_eval.reports.sheets.evidence.printed import Entry, Record, rounded_to, row_of, span, word
from township_eval.reports.view import View

__all__ = ["agreement_notes", "agreement_table"]

_DIGITS: Final = 2
_NAMES: Final = {
    "ICC": Text("组内相关系数 ICC", "Intraclass correlation ICC"),
    "alpha_interval": Text("Krippendorff α(按分差)", "Krippendorff's alpha (interval)"),
    "alpha_ordinal": Text("Krippendorff α(按次序)", "Krippendorff's alpha (ordinal)"),
    "W": Text("Kendall 和谐系数 W", "Kendall's W"),
    "kappa": Text("Fleiss κ", "Fleiss' kappa"),
}


def agreement_table(view: View, frame: pd.DataFrame, title: str) -> Table:
    """Return one row per coefficient; one that cannot be computed says why."""
    serves, note = (view.both(f"{name}_zh", f"{name}_en") for name in ("serves", "note"))
    entries = (
        Entry(Column(view.both("系数", "Coefficient"), "text", 24), lambda record: _name(view, record)),
        Entry(Column(view.both("数值", "Value"), "score", 9), rounded_to("value", _DIGITS)),
        Entry(
            Column(view.both("95%区间", "95% interval"), "word", 14),
            lambda record: span(view, record["lower"], record["upper"], _DIGITS),
        ),
        Entry(Column(view.both("单位数", "Units"), "whole", 8), rounded_to("n_units", 0)),
        Entry(Column(view.both("评估员数", "Raters"), "whole", 8), rounded_to("n_raters", 0)),
        Entry(Column(view.both("用途", "What it serves"), "text", 52), word(serves)),
        Entry(Column(view.both("说明", "Remarks"), "text", 18), word(note)),
    )
    kept = entries if frame[note].astype(str).ne("").any() else entries[:-1]
    rows = tuple(row_of(kept, record) for record in frame.to_dict("records"))
    return Table(tuple(entry.column for entry in kept), rows, title=title, spread=True)


def agreement_notes(view: View) -> Iterator[str]:
    """Yield how to read the coefficients, where there are any."""
    frame = view.evaluation.tables.get("agreement")
    if frame is None or frame.empty:
        return
    yield view.both(
        "一致性系数越接近1越一致,0及以下表示与随意打分无异;按“用途”选看一个,不要挑最大的。"
        "ICC等号前后是同一系数的两种通用名称(McGraw-Wong 1996;Shrout-Fleiss 1979)。",
        "Agreement is full at 1 and no better than chance at 0 and below. Read the coefficient that serves"
        " the decision, not the largest. An ICC has two names in use (McGraw and Wong 1996; Shrout and"
        " Fleiss 1979).",
    )


def _name(view: View, record: Record) -> str:
    known = _NAMES.get(str(record["statistic"]))
    return str(record["name"]) if known is None else view.say(known)
