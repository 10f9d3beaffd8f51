"""What the tree cannot score: values that must be there, cohorts that do not differ, zeros in a root."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from township_eval.errors import Problem
from township_eval.language import Text, listed
from township_eval.methods.aggregation import PowerMean
from township_eval.methods.scoring.phrases import said
from township_eval.methods.varying import Array
from township_eval.tree.aggregate import Gap
from township_eval.tree.doubts import Cells
from township_eval.tree.leaves import resolved_rule
from township_eval.tree.plan import Plan, Positions

__all__ = ["leaf_problems", "node_problems", "score_problems"]

# A department that forgot a column should not print a page per township.
_LISTED = 30

# policies that a missing value may defeat, and what is wrong then
_OPEN = {
    "refuse": ("value.missing", Text("未报", "not reported")),
    "previous": (
        "value.no_previous",
        Text("未报,也没有上期数可沿用", "not reported, and there is no earlier value to carry forward"),
    ),
}
_NO_SCORE = Text("有数值,但评分规则给不出分", "there is a value, but the rule gives no score for it")
_NO_AGGREGATE = Text(
    "下级有得分,但本级评分规则给不出分(例如各单位相同,无法相互比较)",
    "the children have scores, but the node's own rule gives none (all units alike: nothing to compare?)",
)
_CANNOT = Text("评分规则不适用于数值 {value}", "the rule cannot score the value {value}")
_RANGE = Text("核对数值,或修改评分规则的范围", "check the value, or the range of the rule")
_TOO_FEW = Text("有得分的下级指标少于规定的最少项数", "fewer scored children than minimum_children")
_NO_FACTOR = Text("缺少作系数的指标“{by}”的得分", "no score of {by}, which multiplies it")
_SAY_FACTOR = Text(
    "补报该指标,或写明它不涉及、未报时怎样计(如 partial),或写明本级的 missing",
    "report it, or state what counts in its place (e.g. partial), or this dimension's `missing`",
)
_NEGATIVE = Text("几何类汇总不能含负分", "a negative score cannot enter this mean")
_REPORT = Text(
    "请{lead}补报;若方案允许可填“/”(不涉及);未到齐时可用 --provisional 预评",
    "ask {lead} to report it; enter '/' where it may not apply; use --provisional while data are incomplete",
)
_LOOK = Text("核对数值和评分规则", "check the values and the rule")


def leaf_problems(plan: Plan, gaps: NDArray[np.bool_], cells: Sequence[Cells]) -> Iterator[Problem]:
    """Yield a problem for every leaf value that the policies do not allow to be absent.

    Parameters
    ----------
    gaps : array of bool, (n_leaves, n_units)
        Values that are absent and not explained by another problem.
    cells : sequence, one entry per leaf
        Per unit the cells its value rests on, or None.
    """
    for leaf, row in enumerate(plan.leaves):
        if not gaps[leaf].any():
            continue
        at_leaf = _Where(plan, row, cells[leaf])
        hint = _REPORT.format(lead=_leads(plan, row))
        for policy, positions in plan.policies("missing", plan.ids[row]):
            if policy.kind in _OPEN:
                yield from at_leaf.each(positions[gaps[leaf, positions]], *_OPEN[policy.kind], hint)


def score_problems(plan: Plan, values: Array, score: Array, cells: Sequence[Cells]) -> Iterator[Problem]:
    """Yield a problem for every leaf value that its rule may not, or cannot, turn into a score.

    Parameters
    ----------
    values : array, (n_leaves, n_units)
        Leaf values.
    score : array, (n_nodes, n_units)
        Node scores.
    cells : sequence, one entry per leaf
        As for `leaf_problems`.
    """
    for leaf, row in enumerate(plan.leaves):
        at_leaf = _Where(plan, row, cells[leaf])
        outside = _outside(plan, row, values[leaf])
        for at in outside[:_LISTED]:
            what = _CANNOT.format(value=said(values[leaf, at]))
            yield Problem("error", "value.outside", at_leaf.of(int(at)), what, _RANGE)
        unscored = np.isnan(score[row]) & ~np.isnan(values[leaf])
        unscored[outside] = False
        if unscored.any():
            yield from _constant(at_leaf, values[leaf], unscored)
            yield from at_leaf.each(np.flatnonzero(unscored), "score.none", _NO_SCORE, _LOOK)


def node_problems(plan: Plan, score: Array, gaps: Sequence[Gap]) -> Iterator[Problem]:
    """Yield a problem for every dimension that cannot be aggregated as the scheme says.

    Parameters
    ----------
    score : array, (n_nodes, n_units)
        Node scores.
    gaps : sequence of Gap
        Dimensions with too few scored children.
    """
    for gap in gaps:
        if gap.policy == "refuse":
            where = _Where(plan, plan.row[gap.node_id])
            if gap.by:
                what = _NO_FACTOR.format(by=gap.by)
                yield from where.each(gap.positions, "dimension.no_factor", what, _SAY_FACTOR)
            else:
                yield from where.each(gap.positions, "dimension.too_few", _TOO_FEW, _LOOK)
    for row, below in enumerate(plan.children):
        if below:
            yield from _negative(plan, row, score[list(below)])
            yield from _lost(plan, row, score, gaps)


def _negative(plan: Plan, row: int, children: Array) -> Iterator[Problem]:
    """Yield a problem where a negative child meets a mean that has no place for it."""
    for variant in plan.variants:
        mean = variant.dimension(row).aggregation
        if isinstance(mean, PowerMean) and mean.p != 1:
            negative = (children[:, variant.positions] < 0).any(axis=0)
            where = _Where(plan, row)
            yield from where.each(variant.positions[negative], "dimension.negative", _NEGATIVE, _LOOK)


def _lost(plan: Plan, row: int, score: Array, gaps: Sequence[Gap]) -> Iterator[Problem]:
    """Yield a problem where the children have scores and the node's own rule gives none for them."""
    if all(variant.dimension(row).scoring is None for variant in plan.variants):
        return
    below = list(plan.children[row])
    lost = np.isnan(score[row]) & ((plan.weight[below] > 0) & ~np.isnan(score[below])).any(axis=0)
    for gap in gaps:
        if gap.node_id == plan.ids[row]:
            lost[gap.positions] = False
    yield from _Where(plan, row).each(np.flatnonzero(lost), "score.none", _NO_AGGREGATE, _LOOK)


@dataclass(frozen=True, eq=False)
class _Where:
    """Where a user finds what a node has for a unit: its cells, else unit and node by name."""

    plan: Plan
    row: int
    cells: Cells = None

    @property
    def node(self) -> str:
        """Id and name of the node."""
        node = self.plan.nodes[self.row]
        return f"{node.id} {node.name}"

    def of(self, at: int) -> str:
        """Return the place of one unit's value."""
        named = f"{self.plan.units.names[at]} × {self.node}"
        return f"{self.cells[at]} {named}" if self.cells is not None and self.cells[at] else named

    def first(self, positions: Positions) -> str:
        """Return the place of a column: its first cell among these units, where there is one."""
        cell = next((self.cells[at] for at in positions if self.cells[at]), "") if self.cells else ""
        return f"{cell} {self.node}".strip()

    def each(self, positions: Positions, code: str, what: Text, hint: Text) -> Iterator[Problem]:
        """Yield one error per unit, or a single one that counts them when they are many."""
        if len(positions) <= _LISTED:
            for at in positions:
                yield Problem("error", code, self.of(int(at)), what, hint)
            return
        first = listed(self.plan.units.names[at] for at in positions[:5])
        every = Text("{first}等{count}个单位{what}", "{first} and others ({count}): {what}")
        yield Problem(
            "error", code, self.node, every.format(first=first, count=len(positions), what=what), hint
        )


def _leads(plan: Plan, row: int) -> Text:
    return listed(plan.nodes[row].lead) or Text("责任部门", "the responsible department")


def _outside(plan: Plan, row: int, values: Array) -> Positions:
    """Return the units whose value lies beyond what their rule is stated for."""
    found = [np.arange(0)]
    for variant in plan.variants:
        rule = variant.nodes[row].scoring
        if hasattr(rule, "outside") and not getattr(rule, "compares_units", False):
            outside = resolved_rule(plan, row, rule, variant.positions).outside(values[variant.positions])
            found.append(variant.positions[outside])
    return np.sort(np.concatenate(found))


def _constant(where: _Where, values: Array, unscored: NDArray[np.bool_]) -> Iterator[Problem]:
    """Yield a problem per cohort that has one value only, and take it off *unscored*, in place."""
    for rule, group, members in _cohorts(where.plan, where.row):
        if not (unscored[members].any() and rule.is_constant(values[members])):
            continue
        who = Text(f"{group}内", f" within {group}") if group else Text("", "")
        what = Text("{who}各单位数值相同,无法相互比较", "all units have the same value{who}").format(who=who)
        hint = Text(
            "在评分规则中写明 constant(数值相同时的得分)", "state `constant`, the score of a constant cohort"
        )
        yield Problem("error", "cohort.constant", where.first(members), what, hint)
        unscored[members] = False


def _cohorts(plan: Plan, row: int) -> Iterator[tuple[Any, str, Positions]]:
    """Yield each rule that compares units, the class it compares (empty: everybody), and its members."""
    seen: set[Any] = set()
    for variant in plan.variants:
        rule = variant.nodes[row].scoring
        if not hasattr(rule, "is_constant"):
            continue
        cohort = rule.cohort or variant.inherited["cohort"][plan.ids[row]]
        groups = dict.fromkeys(plan.units.groups[at] for at in variant.positions)
        for group in groups if cohort == "group" else [""]:
            if (rule, group) not in seen:
                seen.add((rule, group))
                mask = plan.units.group_mask(group) if group else np.ones(plan.units.n, dtype=bool)
                yield rule, group, np.flatnonzero(mask)
