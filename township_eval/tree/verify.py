"""What the tree cannot score: values that must be there, cohorts that do not differ, zeros in a root."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from township_eval.errors import Problem
from township_eval.inputs import NOT_REPORTED
from township_eval.language import Text
from township_eval.methods.aggregation import PowerMean
from township_eval.methods.varying import Array
from township_eval.tree.aggregate import Gap
from township_eval.tree.leaves import Status
from township_eval.tree.plan import Plan, fill_numbers

__all__ = ["leaf_problems", "node_problems"]

# A department that forgot a column should not print a page per township.
_LISTED = 30

_REFUSED = Text("未报", "not reported")
_NO_PREVIOUS = Text("未报,也没有上期数可沿用", "not reported, and there is no earlier value to carry forward")


def leaf_problems(plan: Plan, values: Array, status: Status) -> Iterator[Problem]:
    """Yield a problem for every leaf value that the policies do not allow to be absent or as it is.

    Parameters
    ----------
    values : array, (n_leaves, n_units)
        Leaf values after earlier ones were carried forward.
    status : array of int8, (n_leaves, n_units)
        Statuses from the sources.
    """
    for leaf, row in enumerate(plan.leaves):
        gaps = (status[leaf] == NOT_REPORTED) & np.isnan(values[leaf])
        for policy, positions in plan.policies("missing", plan.ids[row]):
            missing = positions[gaps[positions]]
            if policy.kind == "refuse":
                yield from _absent(plan, row, missing, "value.missing", _REFUSED)
            elif policy.kind == "previous":
                yield from _absent(plan, row, missing, "value.no_previous", _NO_PREVIOUS)
        yield from _rule_problems(plan, row, values[leaf])


def node_problems(plan: Plan, values: Array, score: Array, gaps: Iterable[Gap]) -> Iterator[Problem]:
    """Yield a problem for every value without a score and every dimension that cannot be aggregated.

    Parameters
    ----------
    values : array, (n_leaves, n_units)
        Leaf values.
    score : array, (n_nodes, n_units)
        Node scores.
    gaps : iterable of Gap
        Dimensions with too few scored children.
    """
    for leaf, row in enumerate(plan.leaves):
        unscored = np.flatnonzero(np.isnan(score[row]) & ~np.isnan(values[leaf]))
        what = Text("有数值,但评分规则给不出分", "there is a value, but the rule gives no score for it")
        yield from _absent(plan, row, unscored, "score.none", what)
    for gap in gaps:
        if gap.policy == "refuse":
            what = Text("有得分的下级指标少于规定的最少项数", "fewer scored children than minimum_children")
            yield from _absent(plan, plan.row[gap.node_id], gap.positions, "dimension.too_few", what)
    for row, below in enumerate(plan.children):
        for variant in plan.variants:
            node = variant.nodes[row]
            power = getattr(node, "aggregation", None)
            if below and isinstance(power, PowerMean) and float(power.p) <= 0:
                negative = (score[list(below)][:, variant.positions] < 0).any(axis=0)
                what = Text("几何类汇总不能含负分", "a negative score cannot enter this mean")
                yield from _absent(plan, row, variant.positions[negative], "dimension.negative", what)
        if below and row:
            yield from _rule_problems(plan, row, score[row])


def _absent(plan: Plan, row: int, positions: NDArray[np.intp], code: str, what: Text) -> Iterator[Problem]:
    node = plan.scheme.nodes()[row]
    lead = "、".join(node.lead)
    hint = Text(
        f"请{lead or '责任部门'}补报;若方案允许可填“/”(不涉及);未到齐时可用 --provisional 预评",
        f"ask {lead or 'the responsible department'} to report it; enter '/' where it may not apply; "
        "use --provisional while data are incomplete",
    )
    if len(positions) > _LISTED:
        first = "、".join(plan.units.names[at] for at in positions[:5])
        said = Text(
            f"{first}等{len(positions)}个单位{what.zh}", f"{first} and others ({len(positions)}): {what.en}"
        )
        yield Problem("error", code, f"{node.id} {node.name}", said, hint)
        return
    for at in positions:
        yield Problem("error", code, f"{plan.units.names[at]} × {node.id} {node.name}", what, hint)


def _rule_problems(plan: Plan, row: int, values: Array) -> Iterator[Problem]:
    node = plan.scheme.nodes()[row]
    where = f"{node.id} {node.name}"
    for variant in plan.variants:
        rule = variant.nodes[row].scoring
        if hasattr(rule, "outside") and not getattr(rule, "compares_units", False):
            filled = fill_numbers(rule, plan.units, variant.positions)
            outside = variant.positions[filled.outside(values[variant.positions])]
            what = Text("得分超出允许范围", "score outside the allowed range")
            for at in outside[:_LISTED]:
                said = Text(f"{what.zh}:{values[at]:g}", f"{what.en}: {values[at]:g}")
                hint = Text(
                    "核对数值,或在评分规则中改 low、high", "check the value, or set low and high of the rule"
                )
                yield Problem("error", "value.outside", f"{plan.units.names[at]} × {where}", said, hint)
    yield from _constant(plan, row, values, where)


def _constant(plan: Plan, row: int, values: Array, where: str) -> Iterator[Problem]:
    """Yield a problem where a rule compares units that all have the same value."""
    for rule, group, members in _cohorts(plan, row):
        own = values[..., members]
        # rules on ranks and ratios have an answer to equal values; min-max and z-score have none
        if rule.is_constant(own) and np.isnan(fill_numbers(rule, plan.units, members)(own)).all():
            who = Text(f"{group}内", f" within {group}") if group else Text("", "")
            what = Text(
                "{who}各单位数值相同,无法按相互比较计分",
                "all units have the same value{who}: nothing to compare",
            )
            hint = Text(
                "在评分规则中写明 constant(数值相同时的得分)",
                "state `constant`, the score of a constant cohort",
            )
            yield Problem("error", "cohort.constant", where, what.format(who=who), hint)


def _cohorts(plan: Plan, row: int) -> Iterator[tuple[Any, str, NDArray[np.intp]]]:
    """Yield each rule that compares units, the class it compares (empty: everybody), and its members."""
    seen: set[Any] = set()
    for variant in plan.variants:
        rule = variant.nodes[row].scoring
        if not hasattr(rule, "is_constant"):
            continue
        cohort = rule.cohort or variant.inherited["cohort"][plan.ids[row]]
        for group in {plan.units.groups[at] for at in variant.positions} if cohort == "group" else {""}:
            if (rule, group) not in seen:
                seen.add((rule, group))
                mask = plan.units.group_mask(group) if group else np.ones(plan.units.n, dtype=bool)
                yield rule, group, np.flatnonzero(mask)
