"""Weights: as declared, in every class and period; never negative; satisfaction raised."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from township_eval.errors import did_you_mean
from township_eval.language import Text
from township_eval.methods.varying import Varying
from township_eval.scheme.check.draft import Draft, Plain
from township_eval.scheme.model import Dimension, Indicator, Node, Scheme
from township_eval.scheme.parse.refusals import Path
from township_eval.scheme.sources import Satisfaction

__all__ = ["check_groups_have_indicators", "check_previous", "check_weights"]

_SAME: Final = 1e-9
_NOT_NEGATIVE: Final = Text("权重不小于 0", "weights are 0 or more")


def check_weights(draft: Draft) -> None:
    """No weight is negative or absent, and siblings add up as the scheme declares."""
    for node in draft.nodes:
        for path, weight in _numbers(node.weight, (*draft.path(node), "weight")):
            if weight < 0:
                what = Text(f"权重是负数:{weight:g}", f"the weight is negative: {weight:g}")
                draft.error("weights.negative", path, what, _NOT_NEGATIVE)
    for plain in draft.plains:
        for position, node in enumerate(plain.scheme.nodes()):
            _check_stated(draft, plain, position, node)
            if isinstance(node, Dimension):
                _check_sum(draft, plain, position, node)


def _numbers(value: object, path: Path) -> Iterator[tuple[Path, float]]:
    if isinstance(value, Varying):
        for case in value.cases:
            yield from _numbers(case.value, (*path, case.key))
        yield from _numbers(value.default, (*path, "default"))
    elif value is not None:
        yield path, float(value)  # type: ignore[arg-type]


def _check_stated(draft: Draft, plain: Plain, position: int, node: Node) -> None:
    """Every class has a weight; a default of None is allowed only if each unit has its own."""
    stated = node.weight.default if isinstance(node.weight, Varying) else node.weight
    missing = stated is None and not isinstance(node.weight, Varying)
    if missing or (
        stated is None and any(_weight(node, unit.code) is None for unit in draft.units_of(plain, node))
    ):
        what = Text(f"{node.name} 没有权重", f"{node.name} has no weight")
        hint = Text("补上这一项,或写 default", "add it, or write default")
        draft.error_in(plain, "weights.missing", (*draft.path_of(position), "weight"), what, hint)


def _weight(node: Node, unit: str) -> float | None:
    found = node.weight.get(unit) if isinstance(node.weight, Varying) else node.weight
    return None if found is None else float(found)


def _plain_weight(node: Node) -> float:
    """Return the weight of a class; where units differ, their plain schemes are looked at one by one."""
    return _weight(node, "") or 0.0


def _check_sum(draft: Draft, plain: Plain, position: int, node: Dimension) -> None:
    declared = _declared(plain.scheme, node)
    weights = [_plain_weight(child) for child in node.children]
    total = sum(weights)
    # one fault is listed once: a negative weight, or a class without indicators, has its own problem
    absent = not total and not (_plain_weight(node) if position else plain.unit)
    if not weights or absent or min(weights) < 0:
        return
    path = (*draft.path_of(position), "children")
    if declared is None:
        if total <= 0:
            what = Text(f"{node.name} 的下级权重全为 0", f"{node.name}: all weights below are 0")
            hint = Text("至少给一个下级大于 0 的权重", "give at least one of them a weight above 0")
            draft.error_in(plain, "weights.zero", path, what, hint)
        return
    if abs(total - declared) > _SAME * max(1.0, abs(declared)):
        what = Text(
            f"{node.name} 的下级权重合计 {total:.12g},应为 {declared:.12g}",
            f"{node.name}: weights below add up to {total:.12g}, not {declared:.12g}",
        )
        off = declared - total
        more = Text(
            f"{'少' if off > 0 else '多'} {abs(off):.12g},请调整下级权重",
            f"{abs(off):.12g} too {'little' if off > 0 else 'much'}: adjust the weights below",
        )
        draft.error_in(plain, "weights.sum", path, what, more)


def _declared(scheme: Scheme, node: Dimension) -> float | None:
    """Return what the children's weights must add up to; None where nothing is declared."""
    if scheme.weights == "relative":
        return None
    if scheme.weights == "percent":
        return 100.0
    return scheme.scale if node is scheme.index else _plain_weight(node)


def points_of(scheme: Scheme) -> dict[str, float]:
    """Return every node's share of the full marks, in points of the scale."""
    points = {scheme.index.id: scheme.scale}
    for node in scheme.nodes():
        if isinstance(node, Dimension):
            total = sum(_plain_weight(child) for child in node.children)
            for child in node.children:
                points[child.id] = points[node.id] * _plain_weight(child) / total if total else 0.0
    return points


def check_groups_have_indicators(draft: Draft) -> None:
    """Every class has an indicator that counts."""
    for plain in draft.plains:
        points = points_of(plain.scheme)
        counted = [
            leaf
            for leaf in plain.scheme.leaves()
            if points.get(leaf.id, 0.0) > 0 and _for_somebody(draft, plain, leaf)
        ]
        if not counted and not plain.unit:
            who = Text(plain.group or "本方案", plain.group or "the scheme")
            what = Text(f"{who.zh} 没有任何指标", f"{who.en} has no indicator at all")
            path: Path = ("groups", plain.group) if plain.group else ("index",)
            draft.error(
                "group.no_indicators",
                path,
                what,
                Text("检查权重和适用单位", "look at weights and applies_to"),
            )


def _for_somebody(draft: Draft, plain: Plain, leaf: Indicator) -> bool:
    if not leaf.applies_to or not draft.scheme.units:
        return True
    return bool(draft.units_of(plain, leaf)) or not any(
        unit.group == plain.group or not plain.group for unit in draft.scheme.units
    )


def check_previous(draft: Draft) -> None:
    """Satisfaction weighs more than in the scheme before, in every class."""
    for previous in draft.scheme.previous:
        path: Path = ("previous", previous.node)
        if previous.node not in draft.ids:
            what = Text(f"没有 {previous.node} 这个编号", f"there is no id {previous.node!r}")
            draft.error("previous.unknown", path, what, did_you_mean(previous.node, sorted(draft.ids)))
        elif previous.weight < 0:
            what = Text(
                f"上期权重是负数:{previous.weight:g}", f"the previous weight is negative: {previous.weight:g}"
            )
            draft.error("weights.negative", path, what, _NOT_NEGATIVE)
        elif _is_satisfaction(draft.scheme.node(previous.node)):
            for plain in draft.plains:
                _check_raised(draft, plain, previous.node, previous.weight)


def _is_satisfaction(node: Node) -> bool:
    if isinstance(node, Dimension):
        return node.id == "satisfaction" or all(_is_satisfaction(child) for child in node.children)
    return node.id == "satisfaction" or isinstance(node.source, Satisfaction)


def _check_raised(draft: Draft, plain: Plain, node_id: str, before: float) -> None:
    now = points_of(plain.scheme)[node_id]
    name = draft.scheme.node(node_id).name
    hint = Text("文件要求加大满意度权重,应高于上期", "the weight of satisfaction must rise above the last")
    path: Path = ("previous", node_id)
    if abs(now - before) <= _SAME * max(1.0, before):
        what = Text(f"{name} 的权重与上期相同({now:g})", f"{name}: weight {now:g} equals the last")
        draft.warn("previous.equal", path, what, hint)
    elif now < before:
        what = Text(
            f"{name} 的权重由 {before:g} 降为 {now:g}",
            f"{name}: weight falls from {before:g} to {now:g}",
        )
        draft.error_in(plain, "previous.lower", path, what, hint)
