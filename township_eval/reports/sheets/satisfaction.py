"""满意度测评表: answers counted per unit and channel, and the points they make."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from township_eval.reports.sheet import Column, Row, Sheet, Table, Value
from township_eval.reports.view import View, rounded
from township_eval.scheme import sources as src
from township_eval.scheme.model import Indicator

__all__ = ["satisfaction_sheet"]


def satisfaction_sheet(view: View) -> Sheet | None:
    """Return 满意度测评表; None when no leaf is a satisfaction survey."""
    frame = view.evaluation.tables.get("satisfaction")
    if frame is None or frame.empty:
        return None
    leaves = [
        node for node in view.nodes if isinstance(node, Indicator) and node.source.kind == "satisfaction"
    ]
    parts = [(leaf, _own(frame, leaf)) for leaf in leaves]
    tables = tuple(_table(view, leaf, own, titled=len(leaves) > 1) for leaf, own in parts if len(own))
    return Sheet(
        name=view.both("满意度测评表", "Satisfaction"),
        title=view.both(
            f"{view.evaluation.period} 满意度测评表", f"Satisfaction survey {view.evaluation.period}"
        ),
        about=view.about,
        tables=tables,
        notes=tuple(note for leaf in leaves for note in _notes(view, leaf)),
    )


def _own(frame: pd.DataFrame, leaf: Indicator) -> pd.DataFrame:
    return frame if "indicator" not in frame else frame[frame["indicator"] == leaf.id]


def _table(view: View, leaf: Indicator, frame: pd.DataFrame, *, titled: bool) -> Table:
    answers = [one.answer for one in getattr(leaf.source, "scale", ()) if one.answer in frame]
    keys = [name for name in ("channel", "question") if _filled(frame, name)]
    heads = {"channel": view.both("渠道", "Channel"), "question": view.both("问题", "Question")}
    columns = (
        Column(view.unit_head, "text", 15),
        *(Column(heads[key], "text", 16) for key in keys),
        *(Column(answer, "whole", 10) for answer in answers),
        Column(view.both("有效样本", "Valid answers"), "whole", 10),
        Column(view.both("不了解(不计入)", "Don't know (not counted)"), "whole", 11),
        Column(view.both("得分", "Points"), "score", 10),
        Column(view.both("满意度(合成)", "Satisfaction (combined)"), "score", 12),
        *_since_last(view),
    )
    title = leaf.name if titled else ""
    return Table(columns, tuple(_rows(view, leaf, frame, keys, answers)), title=title, pinned=1)


def _since_last(view: View) -> tuple[Column, ...]:
    """Return the columns 上期 and 变化 when there is a period before."""
    if "previous_satisfaction" not in view.evaluation.tables:
        return ()
    return (
        Column(view.both("上期", "Last period"), "score", 9),
        Column(view.both("变化", "Change"), "change", 9),
    )


def _before(view: View, leaf: Indicator) -> dict[str, Value]:
    """Return each unit's satisfaction one period ago."""
    frame = view.evaluation.tables.get("previous_satisfaction")
    if frame is None:
        return {}
    own = frame[frame["indicator"] == leaf.id]
    return {str(unit): _points(value) for unit, value in zip(own["unit"], own["value"], strict=True)}


def _rows(
    view: View, leaf: Indicator, frame: pd.DataFrame, keys: list[str], answers: list[str]
) -> Iterator[Row]:
    evaluation = view.evaluation
    ids = [evaluation.nodes[row] for row in evaluation.plan.leaves]
    combined = rounded(evaluation.leaves.value[ids.index(leaf.id)], 2)
    before = _before(view, leaf)
    by_unit = dict(tuple(frame.groupby("unit", sort=False)))
    for at in view.order.tolist():
        own = by_unit.get(evaluation.units.codes[at])
        if own is None:
            continue
        whole = _whole_unit(view, combined[at], before.get(evaluation.units.codes[at]))
        for count, record in enumerate(own.to_dict("records")):
            yield (
                evaluation.units.names[at],
                *(str(record[key]) for key in keys),
                *(_number(record[answer]) for answer in answers),
                _number(record.get("n_valid")),
                _number(record.get("dont_know")),
                _points(record.get("score")),
                *(whole if count == 0 else [None] * len(whole)),
            )


def _whole_unit(view: View, combined: float, before: Value) -> list[Value]:
    """Return what is said once per unit: all channels combined, and the change on the last period."""
    now = _number(combined)
    if not _since_last(view):
        return [now]
    if not (isinstance(now, float) and isinstance(before, float)):
        return [now, before, None]
    return [now, before, _points(now - before)]


def _notes(view: View, leaf: Indicator) -> Iterator[str]:
    source = leaf.source
    if not isinstance(source, src.Satisfaction):
        return
    scale = view.listed(f"{answer.answer} {answer.points:g}" for answer in source.scale)
    yield view.both(f"{leaf.name}折算:{scale}。", f"{leaf.name}: points per answer: {scale}.")
    if source.channels:
        mix = view.listed(f"{channel.channel} {channel.weight:g}" for channel in source.channels)
        yield view.both(f"各渠道按权重合成:{mix}。", f"Channels are combined with the weights: {mix}.")


def _filled(frame: pd.DataFrame, name: str) -> bool:
    return name in frame and bool(frame[name].fillna("").astype(str).ne("").any())


def _number(value: Any) -> Value:
    return None if value is None or pd.isna(value) else float(value)


def _points(value: Any) -> Value:
    number = _number(value)
    return None if number is None else rounded(np.asarray(number), 2).item()
