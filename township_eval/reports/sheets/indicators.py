"""指标体系表: the scheme as it was applied, node by node, with basis, departments and remarks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from township_eval.reports.sheet import Column, Row, Sheet, Table, Value
from township_eval.reports.view import View
from township_eval.scheme.model import Dimension, Indicator, Node
from township_eval.scheme.sources import Measured

__all__ = ["indicators_sheet"]


def indicators_sheet(view: View) -> Sheet:
    """Return 指标体系表."""
    relative = view.evaluation.scheme.weights == "relative"
    weight = view.head("relative" if relative else "weight")
    groups = view.group_ids or ("",)
    columns = (
        Column(view.both("板块或指标", "Block or indicator"), "text", 22),
        Column(view.both("编号", "Id"), "text", 16),
        Column(view.head("unit_of_measure"), "word", 7),
        *(Column(f"{weight} {group}".strip(), "number", 7) for group in groups),
        Column(view.head("rule"), "text", 34),
        Column(view.head("basis"), "text", 14),
        Column(view.both("牵头单位", "Lead"), "text", 14),
        Column(view.both("配合单位", "Cooperating"), "text", 18),
        Column(view.both("说明", "Remarks"), "text", 46),
    )
    return Sheet(
        name=view.both("指标体系表", "Indicators"),
        title=view.both(f"{view.evaluation.period} 指标体系表", f"Indicators {view.evaluation.period}"),
        about=view.about,
        tables=(Table(columns, tuple(_rows(view, groups)), pinned=1),),
        notes=(
            view.both(
                "空白分值为该类别不设此指标;同一类别内各单位不同的,列出范围。",
                "A blank weight: the class has no such indicator; a range: units of the class differ.",
            ),
        ),
    )


def _rows(view: View, groups: tuple[str, ...]) -> Iterator[Row]:
    for row, node in enumerate(view.nodes):
        if row == 0:
            continue
        yield (
            "  " * (_depth(view, row) - 1) + node.name,
            node.id,
            node.unit if isinstance(node, Indicator) else "",
            *(_weight(view, row, group) for group in groups),
            _rule(view, row),
            node.basis,
            view.listed(node.lead),
            view.listed(node.cooperating) if isinstance(node, Indicator) else "",
            _remarks(view, node),
        )


def _depth(view: View, row: int) -> int:
    depth = 0
    while row > 0:
        row, depth = view.evaluation.plan.parent[row], depth + 1
    return depth


def _weight(view: View, row: int, group: str) -> Value:
    weights = view.evaluation.plan.weight[row, view.members(group) if group else view.order]
    low, high = float(np.min(weights)), float(np.max(weights))
    if low != high:
        return f"{low:g}-{high:g}"
    return low if high > 0 else None


def _rule(view: View, row: int) -> str:
    """Say the rule as it holds for each class; once where all are alike."""
    said: dict[str, list[str]] = {}
    for variant in view.variants:
        text = _said(view, variant.nodes[row])
        groups = {view.evaluation.units.groups[at] for at in variant.positions.tolist()}
        said.setdefault(text, []).extend(group for group in view.group_ids if group in groups)
    if len(said) == 1:
        return next(iter(said))
    kept = [(view.listed(dict.fromkeys(groups)), text) for text, groups in said.items() if text]
    return "\n".join(f"{groups}:{text}" for groups, text in kept)


def _said(view: View, node: Any) -> str:
    if isinstance(node, Dimension):
        parts = [view.rule(node.aggregation)]
        if node.scoring is not None:
            parts.append(view.rule(node.scoring))
        if node.multiplier is not None:
            by = view.evaluation.scheme.node(node.multiplier.by).name
            parts.append(view.say(node.multiplier.words(by)))
        if node.minimum_children:
            parts.append(
                view.both(
                    f"至少{node.minimum_children}项有得分", f"at least {node.minimum_children} with a score"
                )
            )
        return view.both(";", "; ").join(parts)
    if node.source == Measured():
        return view.rule(node.scoring)
    return f"{view.say(node.source.words())}{view.both('。', '. ')}{view.rule(node.scoring)}"


def _remarks(view: View, node: Node) -> str:
    parts = [node.note]
    if node.applies_to:
        parts.append(view.both("适用于:", "applies to: ") + view.listed(node.applies_to))
    if node.due_in:
        parts.append(view.both("考核时间:", "due in: ") + view.listed(node.due_in))
    if isinstance(node, Indicator) and node.deadline:
        parts.append(view.both("完成时限:", "deadline: ") + node.deadline)
    return "\n".join(part for part in parts if part)
