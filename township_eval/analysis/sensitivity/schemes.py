"""Other decisions written as schemes, so that whoever doubts a run can evaluate it again."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from township_eval.language import Text
from township_eval.methods.varying import Array, Case, Varying
from township_eval.scheme.model import Dimension, Node, Override, Policy, Scheme
from township_eval.tree import Plan

__all__ = ["each_node", "marked", "rewritten", "shares_of", "with_policies", "with_shares"]


def each_node(scheme: Scheme, change: Callable[[Any], Any]) -> Scheme:
    """Return the scheme with every node changed; a change sees the node with its children as they were."""

    def walk(node: Any) -> Any:
        changed = change(node)
        if isinstance(changed, Dimension):
            return replace(changed, children=tuple(walk(child) for child in changed.children))
        return changed

    return replace(scheme, index=walk(scheme.index), warnings=())


def rewritten(node: Any, **stated: Any) -> Any:
    """Return a node with fields that hold for every class and unit: overrides of them are gone."""
    return replace(node, **stated, overrides=_without(node.overrides, stated))


def _without(overrides: tuple[Override, ...], names: Collection[str]) -> tuple[Override, ...]:
    left = []
    for override in overrides:
        kept = tuple((name, value) for name, value in override.fields if name not in names)
        if kept:
            left.append(replace(override, fields=kept))
    return tuple(left)


def with_policies(scheme: Scheme, field: str, policy: Policy) -> Scheme:
    """Return the scheme with one policy for all nodes, ``not_applicable`` or ``missing``."""
    top = scheme.index.id
    return each_node(scheme, lambda node: rewritten(node, **{field: policy if node.id == top else None}))


def marked(scheme: Scheme, what: Text) -> Scheme:
    """Return the scheme with a notice that it is a what-if, and without the promise it may break.

    ``previous`` (satisfaction must weigh more than before) binds whoever decides, not whoever asks
    what would be otherwise.
    """
    notice = Text(
        f"敏感性分析用,非正式方案:{what.zh}", f"for a sensitivity analysis, not a scheme in force: {what.en}"
    )
    said = f"{notice.zh} / {notice.en}"
    return replace(
        scheme, notice=f"{scheme.notice};{said}" if scheme.notice else said, previous=(), warnings=()
    )


def shares_of(plan: Plan, weight: Array) -> Array:
    """Return every node's share among its siblings, ``(n_nodes, n_units)``; the index has 1."""
    shares = np.zeros(weight.shape)
    shares[0] = 1.0
    for below in plan.children:
        if below:
            rows = list(below)
            total = weight[rows].sum(axis=0)
            shares[rows] = np.divide(
                weight[rows], total, out=np.zeros((len(rows), weight.shape[1])), where=total > 0
            )
    return shares


def with_shares(scheme: Scheme, plan: Plan, shares: Array) -> Scheme:
    """Return the scheme with other weights, written the way the scheme writes its own.

    Parameters
    ----------
    scheme : Scheme
    plan : Plan
        It laid out for one period; what varied by period is then that period's.
    shares : array, (n_nodes, n_units)
        Share of each node among its siblings.

    Notes
    -----
    A rule that takes marks off the indicator's own points keeps taking them off the points it had: a
    drawn weight is no other offence.
    """
    written = _points(scheme, plan, shares)
    by_id = {node_id: written[row] for row, node_id in enumerate(plan.ids)}
    other = _other_classes(scheme, plan)

    def change(node: Any) -> Any:
        if node.id == scheme.index.id:
            return node
        weights = _stated(plan, by_id[node.id], {name: found[node.id] for name, found in other.items()})
        return rewritten(_with_own_marks(scheme, plan, node, by_id[node.id], other), weight=weights)

    return each_node(scheme, change)


def _points(scheme: Scheme, plan: Plan, shares: Array) -> Array:
    """Return weights in the unit the scheme states them in."""
    if scheme.weights == "percent":
        return shares * 100.0
    written = shares.copy()
    written[0] = scheme.scale
    for row, below in enumerate(plan.children):
        if below:
            rows = list(below)
            whole = written[row] if scheme.weights == "points" else plan.weight[rows].sum(axis=0)
            written[rows] = shares[rows] * whole
    return written


def _other_classes(scheme: Scheme, plan: Plan) -> dict[str, Mapping[str, Any]]:
    """Return the weights of classes that have no unit in the plan, by class and node."""
    absent = [group.id for group in scheme.groups if group.id not in plan.units.groups]
    return {name: {node.id: node.weight for node in plan.scheme.for_group(name).nodes()} for name in absent}


def _stated(plan: Plan, weights: Array, other: Mapping[str, Any]) -> Any:
    """Return one number, or a number by class and, where units of a class differ, by unit."""
    if not other and np.ptp(weights) == 0:
        return float(weights[0])
    cases, alone = [], []
    for group in dict.fromkeys(plan.units.groups):
        members = np.flatnonzero(plan.units.group_mask(group))
        first = float(weights[members[0]])
        if group:
            cases.append(Case(group, first))
        alone += [
            Case(plan.units.codes[at], float(weights[at]))
            for at in members
            if not group or weights[at] != first
        ]
    cases += [Case(name, value) for name, value in other.items() if not isinstance(value, Varying)]
    return Varying((*cases, *alone), default=0.0)


def _with_own_marks(
    scheme: Scheme, plan: Plan, node: Node, weights: Array, other: Mapping[str, Mapping[str, Any]]
) -> Any:
    """State the points that marks are taken off, where the scheme leaves them to the weight."""
    row = plan.row[node.id]
    open_rules = [
        rule
        for variant in plan.variants
        if (rule := variant.nodes[row].scoring) is not None and getattr(rule, "full", 0) is None
    ]
    if scheme.weights != "points" or not open_rules:
        return node
    full = np.where(plan.weight[row] > 0, plan.weight[row], np.where(weights > 0, weights, scheme.scale))
    stated = _stated(plan, full, {name: found[node.id] or 1.0 for name, found in other.items()})

    def closed(rule: Any) -> Any:
        return replace(rule, full=stated) if rule is not None and getattr(rule, "full", 0) is None else rule

    overrides = tuple(
        replace(
            override,
            fields=tuple(
                (name, closed(value) if name == "scoring" else value) for name, value in override.fields
            ),
        )
        for override in node.overrides
    )
    return replace(node, scoring=closed(node.scoring), overrides=overrides)
