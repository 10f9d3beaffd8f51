"""Scoring rules and aggregations: possible, complete for everybody, adding up to the city's total."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import partial
from typing import Any, Final

from township_eval.language import Text
from township_eval.methods.own import Own
from township_eval.methods.varying import Varying
from township_eval.scheme.check.draft import Draft, Plain
from township_eval.scheme.model import Dimension, Indicator, Node, Unit
from township_eval.scheme.parse.refusals import Path

__all__ = ["check_rules", "check_shares", "check_totals", "check_values_present"]

# Fields that say what is to be reached, in the order they are looked for.
TARGETS: Final = ("target", "at_least")

# Sources whose values are shares, in percent only where the unit says so.
_SHARES: Final = frozenset({"items", "share_of_persons"})

_NO_VALUE: Final = Text("没有 {name}", "there is no {name}")
_ADD: Final = Text("补上,或写 default", "add it, or write default")


def check_rules(draft: Draft) -> None:
    """Parameters are possible, own formulas take theirs, and comparing rules are pointed out."""
    for plain in draft.plains:
        for position, node in enumerate(plain.scheme.nodes()):
            if _without_share(draft.nodes[position], node):
                continue
            for name in ("scoring", "aggregation", "multiplier"):
                _check_method(draft, plain, (*draft.path_of(position), name), getattr(node, name, None))
    for node in draft.nodes:
        if getattr(node.scoring, "compares_units", False):
            what = Text(
                f"{node.name} 与其他单位比较计分,一个单位的得分会随别的单位变动",
                f"{node.name} compares units: the score of one depends on the others",
            )
            hint = Text("有固定标准时改用目标值或上下限", "use fixed standards where there are any")
            draft.warn("scoring.cohort", (*draft.path(node), "scoring"), what, hint)


def check_shares(draft: Draft) -> None:
    """Point out shares from 0 to 1 that count as scores from 0 to 100 as they stand."""
    for leaf in draft.leaves:
        taken_as_is = getattr(leaf.scoring, "method", "") == "identity"
        if leaf.source.kind in _SHARES and leaf.unit != "%" and taken_as_is:
            what = Text(
                f"{leaf.name} 的数值是 0 到 1 的比例,直接计分时全部达到也只得 1 分(满分 100)",
                f"{leaf.name} is a share from 0 to 1: taken as the score, all of it is 1 of 100 points",
            )
            hint = Text(
                "写 unit: '%',或写目标值为 1 的完成率", "write unit: '%', or a target rule with target 1"
            )
            draft.warn("scoring.share", (*draft.path(leaf), "scoring"), what, hint)


def _without_share(stated: Node, node: Node) -> bool:
    """Return whether a class has no share of the total: a zero that one of several cases gave."""
    if not isinstance(stated, Indicator) or stated.total is None:
        return False
    several = isinstance(getattr(stated.scoring, "target", None), Varying)
    return several and getattr(node.scoring, "target", None) == 0


def _check_method(draft: Draft, plain: Plain, path: Path, method: Any) -> None:
    if isinstance(method, Own):
        _check_own(draft, path, method)
        return
    if method is None or any(value is None for _, value in _required(method)):
        return
    for fault in getattr(method, "faults", tuple)():
        hint = Text("改正这条规则的参数", "mend the parameters of the rule")
        draft.error_in(plain, "scoring.parameters", path, fault, hint)


def _required(rule: Any) -> Iterator[tuple[str, Any]]:
    """Yield the fields of a rule that the file must state, with their values."""
    if is_dataclass(rule):
        for one in fields(rule):
            if "None" not in str(one.type):
                yield one.name, getattr(rule, one.name)


def _check_own(draft: Draft, path: Path, own: Own) -> None:
    if own.cls is None:
        what = Text(f"自定义公式 {own.method} 没有给出", f"the own formula {own.method!r} is not given")
        hint = Text(
            f'读入时写 formulas={{"{own.method}": 类}}', f'read with formulas={{"{own.method}": YourClass}}'
        )
        draft.error("formula.missing", path, what, hint)
        return
    try:
        inspect.signature(own.cls).bind(**dict(own.parameters))
    except TypeError as error:
        what = Text(f"自定义公式 {own.method} 的参数不对:{error}", f"own formula {own.method!r}: {error}")
        draft.error(
            "formula.parameters", path, what, Text("按类的参数名填写", "use the names of its parameters")
        )
    except ValueError:  # a class written in C tells no signature
        return


def check_values_present(draft: Draft) -> None:
    """Whoever is scored by a rule has a value for each of its parameters."""
    originals = draft.nodes
    for plain in draft.plains:
        for position, node in enumerate(plain.scheme.nodes()):
            if isinstance(originals[position].weight, Varying) and not node.weight:
                continue
            for place, name, lacks in _lacking(draft, plain, node):
                who = Text("、".join(lacks), ", ".join(lacks))
                what = (
                    Text(f"{who.zh} 没有 {name}", f"{who.en} has no {name}")
                    if lacks
                    else _NO_VALUE.format(name=name)
                )
                path = (*draft.path_of(position), place, name)
                draft.error_in(plain, "scoring.missing_value", path, what, _ADD)


def _lacking(draft: Draft, plain: Plain, node: Node) -> Iterator[tuple[str, str, list[str]]]:
    """Yield fields of a rule or factor without a value, and the units that lack it (none: the class)."""
    for place, name, value in _stated(node):
        if value is None:
            yield place, name, []
        parts = value if isinstance(value, tuple) else (value,)
        open_ended = [part for part in parts if isinstance(part, Varying) and part.default is None]
        units = draft.units_of(plain, node) if open_ended else ()
        lacks = [unit.name for unit in units if any(part.get(unit.code) is None for part in open_ended)]
        if lacks:
            yield place, name, lacks


def _stated(node: Node) -> Iterator[tuple[str, str, Any]]:
    """Yield what a node's rule and its factor must state: where it stands, its name, its value."""
    for place in ("scoring", "multiplier"):
        for name, value in _required(getattr(node, place, None)):
            yield place, name, value


def check_totals(draft: Draft) -> None:
    """Targets of the units add up to the total the document states."""
    if "default" in draft.names.groups:  # refused already; its units' targets cannot be told
        return
    for leaf in draft.leaves:
        if leaf.total is not None:
            position = draft.nodes.index(leaf)
            for period in draft.periods:
                _check_total(draft, leaf, position, period)


def _check_total(draft: Draft, leaf: Indicator, position: int, period: str) -> None:
    name = next((name for name in TARGETS if hasattr(leaf.scoring, name)), None)
    path = (*draft.path_of(position), "total")
    if name is None:
        what = Text("有全市总量,但评分规则没有目标值", "there is a total, but the rule has no target")
        draft.error("total.target", path, what, Text("用 target 规则,按单位写目标", "use targets by unit"))
        return
    plains = [plain for plain in draft.plains if not plain.unit and plain.period == period]
    targets = [target for plain in plains for target in _targets(draft, plain, position, name)]
    total = sum(targets)
    if leaf.total is not None and abs(total - leaf.total) > 1e-9 * max(1.0, abs(leaf.total)):
        what = Text(
            f"各单位目标合计 {total:.12g},应为 {leaf.total:.12g}",
            f"the units' targets add up to {total:.12g}, not {leaf.total:.12g}",
        )
        draft.error("total.sum", path, what, Text("调整各单位目标", "adjust the units' targets"))


def _targets(draft: Draft, plain: Plain, position: int, name: str) -> list[float]:
    """Return the targets of one class's units; where none are listed, the values written by unit."""
    node = plain.scheme.nodes()[position]
    value = getattr(node.scoring, name, None)
    if draft.scheme.units:
        pick = partial(_target_of, value)
        return [float(found) for unit in draft.units_of(plain, node) if (found := pick(unit)) is not None]
    if isinstance(value, Varying):
        return [float(case.value) for case in value.cases]
    return [] if value is None else [float(value)]


def _target_of(value: Any, unit: Unit) -> Any:
    found = value.get(unit.code) if isinstance(value, Varying) else value
    return None if isinstance(found, Varying) else found  # periods inside classes: refused already


def is_arithmetic(node: Dimension) -> bool:
    """Return whether a dimension adds its children up."""
    return getattr(node.aggregation, "p", None) == 1.0
