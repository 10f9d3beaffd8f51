"""指标得分明细表: every unit and indicator on one line, from the value and its cell to the points."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any, Final

import numpy as np

from township_eval.evaluation.adjusted import taken_words
from township_eval.inputs import NOT_APPLICABLE, NOT_DUE, NOT_REPORTED, REPORTED, STATUS_TEXTS
from township_eval.language import Text
from township_eval.methods.varying import Array
from township_eval.reports.provenance import cells_of, due_from, reasons_of, sources_of
from township_eval.reports.sheet import Cell, Column, Row, Sheet, Table, Value
from township_eval.reports.view import View, rounded, rule_words
from township_eval.scheme.model import Indicator, Policy
from township_eval.tree.leaves import resolved_rule
from township_eval.tree.plan import Variant, fill_numbers

__all__ = ["details_sheet"]

# A spreadsheet ends at 1,048,576 rows, and long before that nobody reads it.
_MOST_ROWS: Final = 100_000
_SAME: Final = 1e-9


def details_sheet(view: View) -> Sheet:
    """Return 指标得分明细表; where it would be too long, a sheet that says where the rows are."""
    rows = view.evaluation.units.n * len(view.evaluation.plan.leaves)
    many = rows > _MOST_ROWS
    return Sheet(
        name=view.both("指标得分明细表", "Indicator details"),
        title=view.both(
            f"{view.evaluation.period} 指标得分明细表", f"Indicator scores in detail {view.evaluation.period}"
        ),
        about=view.about,
        tables=(Table(_columns(view), () if many else _rows(view), pinned=2, filtered=not many),),
        notes=(_elsewhere(view, rows),) if many else tuple(_notes(view)),
    )


def _columns(view: View) -> tuple[Column, ...]:
    weight = view.head("relative" if view.evaluation.scheme.weights == "relative" else "weight")
    return (
        Column(view.unit_head, "text", 11),
        Column(view.head("indicator"), "text", 19),
        Column(view.head("indicator_id"), "text", 18),
        Column(view.head("unit_of_measure"), "word", 6),
        Column(view.both("目标值", "Full marks at"), "number", 8.5),
        Column(view.both("完成值", "Value"), "number", 8.5),
        Column(view.both("完成率", "Attainment"), "percent", 9),
        Column(view.head("rule"), "text", 30),
        Column(weight, "number", 6),
        Column(view.both("折算后分值", "Points that count"), "points", 8),
        Column(
            view.both("得分", "Score") if view.in_points else view.both("得分率", "Score (0-100)"),
            view.shown_kind,
            8,
        ),
        Column(view.both("得(扣)分说明", "Why"), "text", 14),
        Column(view.both("数据来源", "Source"), "text", 28),
        Column(view.both("不适用说明", "Not applicable because"), "text", 18),
    )


@dataclass(frozen=True, eq=False)
class _Leaf:
    """What one indicator shows, per unit."""

    row: int
    place: int
    words: tuple[tuple[str, ...], ...]  # per variant, one text or one for each of its units
    nodes: tuple[Indicator, ...]  # per variant
    target: Array
    attainment: Array
    effective: Array
    shown: Array
    lost: Array
    went: tuple[tuple[str, ...], tuple[str, ...]]  # not applicable, not reported
    taken: dict[int, Text]  # by position of the unit, what events took


def _rows(view: View) -> Iterator[Row]:
    taken = taken_words(view.evaluation)
    leaves = [_leaf(view, place, row, taken) for place, row in enumerate(view.evaluation.plan.leaves)]
    sources = sources_of(view)
    reasons = reasons_of(view)
    counted = view.evaluation.plan.counted
    for at in view.order.tolist():
        for leaf in leaves:
            if counted[leaf.row, at]:
                yield _row(view, leaf, at, sources, reasons)


def _row(
    view: View, leaf: _Leaf, at: int, sources: dict[tuple[str, str], str], reasons: dict[tuple[str, str], str]
) -> Row:
    evaluation = view.evaluation
    variant = int(view.variant_of[at])
    node = leaf.nodes[variant]
    key = (evaluation.units.codes[at], node.id)
    status = int(evaluation.leaves.status[leaf.place, at])
    value = _number(evaluation.leaves.value[leaf.place, at])
    return (
        evaluation.units.names[at],
        node.name,
        node.id,
        node.unit,
        _number(leaf.target[at]),
        Cell(view.say(STATUS_TEXTS[status])) if value is None and status != REPORTED else value,
        _number(leaf.attainment[at]),
        _own_words(view, leaf, variant, at),
        float(evaluation.plan.weight[leaf.row, at]),
        _number(leaf.effective[at]),
        _number(leaf.shown[at]),
        _with_events(view, leaf, at, _why(view, leaf, at, status)),
        sources.get(key) or cells_of(view, leaf.place, at) or due_from(view, node, status),
        _not_applicable(view, leaf, at, status, reasons.get(key) or _scope(view, node)),
    )


def _leaf(view: View, place: int, row: int, taken: dict[tuple[int, int], Text]) -> _Leaf:
    evaluation = view.evaluation
    units = evaluation.units.n
    target, attainment = np.full(units, np.nan), np.full(units, np.nan)
    for variant in view.variants:
        positions = variant.positions
        target[positions], attainment[positions] = _target(view, variant, row, place)
    effective = evaluation.effective_weight[row] * evaluation.scheme.scale
    lost = effective - evaluation.contribution[row] if view.in_points else 100.0 - evaluation.score[row]
    nodes = tuple(variant.nodes[row] for variant in view.variants)
    return _Leaf(
        row=row,
        place=place,
        words=tuple(_words(view, variant, row) for variant in view.variants),
        nodes=tuple(node for node in nodes if isinstance(node, Indicator)),
        target=target,
        attainment=attainment,
        effective=rounded(effective, view.digits),
        shown=view.shown(row),
        lost=lost,
        went=(_went(view, row, "not_applicable"), _went(view, row, "missing")),
        taken={at: said for (node, at), said in taken.items() if node == row},
    )


def _words(view: View, variant: Variant, row: int) -> tuple[str, ...]:
    """Say the rule of a leaf, once, or with each unit's own numbers where they differ."""
    rule = variant.nodes[row].scoring
    units = view.evaluation.units
    if not hasattr(rule, "__dataclass_fields__") or fill_numbers(rule, units, None) is rule:
        return (view.rule(rule),)
    own = (fill_numbers(rule, units, np.array([at])) for at in variant.positions.tolist())
    unset = view.both("方案未给本单位定值", "the scheme sets no value for this unit")
    return tuple(view.say(rule_words(one)) if _is_set(one) else unset for one in own)


def _is_set(rule: Any) -> bool:
    """Return whether a rule filled in for one unit has all its numbers."""
    return not any(
        isinstance(value, np.ndarray) and np.isnan(value).any()
        for value in (getattr(rule, field.name) for field in fields(rule))
    )


def _own_words(view: View, leaf: _Leaf, variant: int, at: int) -> str:
    said = leaf.words[variant]
    place = 0 if len(said) == 1 else int(np.searchsorted(view.variants[variant].positions, at))
    return said[place]


def _target(view: View, variant: Variant, row: int, place: int) -> tuple[Array, Array]:
    """Return the value that gives full marks and, for plain targets, the share of it attained."""
    positions = variant.positions
    blank = np.full(len(positions), np.nan)
    rule = variant.nodes[row].scoring
    filled: Any = resolved_rule(view.evaluation.plan, row, rule, positions)
    stated = filled.full_value() if hasattr(filled, "full_value") else None
    if stated is None:
        return blank, blank
    full = np.broadcast_to(np.asarray(stated, dtype=np.float64), blank.shape)
    if getattr(rule, "method", "") != "target" or getattr(rule, "direction", "") != "higher":
        return full, blank
    aim = np.broadcast_to(np.asarray(filled.target, dtype=np.float64), blank.shape)
    value = view.evaluation.leaves.value[place, positions]
    return full, np.divide(value, aim, out=blank, where=aim > 0)


def _went(view: View, row: int, field: str) -> tuple[str, ...]:
    """Say for every unit what its policy does with a leaf that has no value."""
    said = [""] * view.evaluation.units.n
    for policy, positions in view.evaluation.plan.policies(field, view.nodes[row].id):
        text = view.say(policy.words())
        for at in positions.tolist():
            said[at] = text
    return tuple(said)


def _with_events(view: View, leaf: _Leaf, at: int, why: str) -> str:
    """Add what events took of the score, with their documents: it is not the value's doing."""
    said = view.say(leaf.taken[at]) if at in leaf.taken else ""
    return view.both(";", "; ").join(part for part in (why, said) if part)


def _why(view: View, leaf: _Leaf, at: int, status: int) -> str:
    if status == NOT_REPORTED:
        return view.both("未报:", "not reported: ") + leaf.went[1][at]
    lost = leaf.lost[at]
    if status != REPORTED or np.isnan(lost):
        return ""
    if abs(lost) < _SAME:
        return view.both("满分", "full marks")
    return _lost(view, float(lost))


def _lost(view: View, lost: float) -> str:
    digits = view.shown_digits
    size = rounded(np.asarray(abs(lost)), digits).item()
    least = 10.0**-digits
    amount = f"{size:.{digits}f}" if size >= least else view.both(f"不足 {least:g}", f"less than {least:g}")
    if lost < 0:
        return view.both(f"超满分加 {amount} 分", f"{amount} above full marks")
    return view.both(f"扣 {amount} 分", f"{amount} lost")


def _not_applicable(view: View, leaf: _Leaf, at: int, status: int, reason: str) -> str:
    if status not in {NOT_APPLICABLE, NOT_DUE}:
        return ""
    went = leaf.went[0][at] if status == NOT_APPLICABLE else view.say(Policy("share_out").words())
    said = view.say(STATUS_TEXTS[status]) + view.both(",", "; ") + went
    return f"{said}{view.both(';原因:', '; reason: ')}{reason}" if reason else said


def _scope(view: View, node: Indicator) -> str:
    """Say that the scheme itself leaves a unit out, where nobody else could have."""
    if node.may_not_apply or not (node.applies_to or node.applies_when):
        return ""
    return view.both("方案规定的适用范围以外", "outside the scope the scheme states")


def _notes(view: View) -> Iterator[str]:
    yield view.both(
        "目标值为得满分所需的值;完成率=完成值÷目标值,只对以目标值计分的指标列出。",
        "Full marks at: the value that earns them; attainment = value / target, where a target is scored.",
    )
    yield view.both(
        "折算后分值:不涉及等项目的分值按方案分摊后,本项实际占综合得分的分数。",
        "Points that count: what the indicator carries in the composite once points of items that do not"
        " apply have gone elsewhere.",
    )


def _elsewhere(view: View, rows: int) -> str:
    return view.both(
        f"明细共 {rows} 行,超出可读范围,未列出。各单位得分见“指标得分矩阵”,"
        "逐项数据见结果档案(JSON)或 evaluation.values、evaluation.scores。",
        f"The {rows} rows are too many for a sheet and are left out. Scores are in Indicator matrix;"
        " every value is in the JSON archive, evaluation.values and evaluation.scores.",
    )


def _number(value: Any) -> Value:
    return None if np.isnan(value) else float(value)
