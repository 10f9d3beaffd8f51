"""第三方评估表: the raters' scores side by side, those dropped shown faintly."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from township_eval.reports.sheet import Cell, Column, Row, Sheet, Table, Value
from township_eval.reports.view import View, rounded
from township_eval.scheme import sources as src
from township_eval.scheme.model import Indicator

__all__ = ["ratings_sheet"]


def ratings_sheet(view: View) -> Sheet | None:
    """Return 第三方评估表; None when no leaf is rated by a panel."""
    frame = view.evaluation.tables.get("ratings")
    if frame is None or frame.empty:
        return None
    leaves = [
        node for node in view.nodes if isinstance(node, Indicator) and isinstance(node.source, src.Ratings)
    ]
    parts = [
        (leaf, frame[frame["indicator"] == leaf.id] if "indicator" in frame else frame) for leaf in leaves
    ]
    return Sheet(
        name=view.both("第三方评估表", "Third party"),
        title=view.both(
            f"{view.evaluation.period} 第三方评估表", f"Third-party assessment {view.evaluation.period}"
        ),
        about=view.about,
        tables=tuple(
            _table(view, own, leaf.name if len(leaves) > 1 else "") for leaf, own in parts if len(own)
        ),
        notes=tuple(_notes(view, leaves)),
    )


def _table(view: View, frame: pd.DataFrame, title: str) -> Table:
    raters = list(dict.fromkeys(frame["rater"].astype(str)))
    columns = (
        Column(view.unit_head, "text", 15),
        *(Column(rater, "score", 10) for rater in raters),
        Column(view.both("去高去低后均分", "Mean after dropping"), "score", 12),
        Column(view.both("离散度(标准差)", "Spread (standard deviation)"), "score", 12),
        Column(view.both("主要问题", "Main problems"), "text", 30),
    )
    return Table(columns, tuple(_rows(view, frame, raters)), title=title, pinned=1)


def _rows(view: View, frame: pd.DataFrame, raters: list[str]) -> Iterator[Row]:
    units = view.evaluation.units
    by_unit = dict(tuple(frame.groupby("unit", sort=False)))
    for at in view.order.tolist():
        own = by_unit.get(units.codes[at])
        if own is None:
            continue
        scores: dict[str, Value | Cell] = {}
        for record in own.to_dict("records"):
            score = _number(record["score"])
            scores[str(record["rater"])] = Cell(score) if bool(record.get("dropped")) else score
        first = own.iloc[0]
        mean, spread = _number(first.get("mean")), _number(first.get("spread"))
        # the last column is left for the assessors to write in
        yield (units.names[at], *(scores.get(rater) for rater in raters), mean, spread, None)


def _notes(view: View, leaves: list[Indicator]) -> Iterator[str]:
    for leaf in leaves:
        source = leaf.source
        if isinstance(source, src.Ratings) and source.trim:
            yield view.both(
                f"{leaf.name}:每个单位去掉 {source.trim} 个最高分和 {source.trim} 个最低分后平均;"
                "灰色斜体为去掉的分数。",
                f"{leaf.name}: the {source.trim} highest and {source.trim} lowest scores of every unit are"
                " dropped before averaging; they are in gray italics.",
            )


def _number(value: Any) -> Value:
    if value is None or pd.isna(value):
        return None
    return rounded(np.asarray(float(value)), 2).item()
