"""Leaf values to leaf scores: call each rule once, then let the policies fill the gaps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from township_eval.inputs import NOT_APPLICABLE, NOT_REPORTED, is_percent
from township_eval.methods.own import Own
from township_eval.methods.scoring.base import values_of
from township_eval.methods.varying import Array
from township_eval.scheme.model import Indicator
from township_eval.tree.plan import Plan, Positions, fill_numbers

__all__ = ["apply_rule", "fill_score", "resolved_rule", "score_leaf"]

Status = NDArray[np.int8]

# Score that a policy gives; what is not here stays NaN and reaches the aggregation as absent.
_FILLS: Mapping[str, float] = {"zero": 0.0, "full": 100.0}


def score_leaf(plan: Plan, row: int, values: Array, status: Status) -> Array:
    """Return the scores of one leaf, ``(..., n_units)``: gaps filled by its policies, then events."""
    scores = apply_rule(plan, row, values)
    if status.any():
        fill_score(plan, "not_applicable", row, scores, status == NOT_APPLICABLE)
        fill_score(plan, "missing", row, scores, (status == NOT_REPORTED) & np.isnan(values))
    if row in plan.multiplied:
        scores *= plan.multiplied[row]
    return scores


def apply_rule(plan: Plan, row: int, values: Array) -> Array:
    """Call a node's rule (or rules, where classes differ) on the values of all units."""
    values = values_of(values)
    rules: dict[Any, list[Positions]] = {}
    cohorts: dict[Any, str] = {}
    for variant in plan.variants:
        node = variant.nodes[row]
        rules.setdefault(node.scoring, []).append(variant.positions)
        stated = getattr(node.scoring, "cohort", None)
        cohorts[node.scoring] = stated or variant.inherited["cohort"][node.id]
    if len(rules) == 1:
        (rule,) = rules
        return _call(plan, row, rule, values, cohorts[rule], None)
    scores = np.full(values.shape, np.nan)
    for rule, parts in rules.items():
        positions = np.concatenate(parts)
        scores[..., positions] = _call(plan, row, rule, values, cohorts[rule], positions)
    return scores


def _call(plan: Plan, row: int, rule: Any, values: Array, cohort: str, positions: Positions | None) -> Array:
    """Call one rule; with *positions* return only theirs, though a cohort sees everybody it should."""
    if not getattr(rule, "compares_units", False):
        filled = resolved_rule(plan, row, rule, positions)
        return _scores_of(filled, values if positions is None else values[..., positions])
    if cohort == "all":
        scores = _scores_of(resolved_rule(plan, row, rule, None), values)
    else:
        scores = np.full(values.shape, np.nan)
        for group in dict.fromkeys(plan.units.groups):
            members = np.flatnonzero(plan.units.group_mask(group))
            scores[..., members] = _scores_of(resolved_rule(plan, row, rule, members), values[..., members])
    return scores if positions is None else scores[..., positions]


def _scores_of(rule: Any, values: Array) -> Array:
    """Call a rule; what a user's own makes of a missing value is not a score of that unit."""
    scores = np.array(rule(values), dtype=np.float64)
    if isinstance(rule, Own):
        if scores.shape != values.shape:
            said = f"returned shape {scores.shape} for values of shape {values.shape}"
            msg = f"the own formula {rule.method!r} {said}; it must return one score per value"
            raise ValueError(msg)
        scores[np.isnan(values)] = np.nan
    return scores


def resolved_rule(plan: Plan, row: int, rule: Any, positions: Positions | None) -> Any:
    """Return a rule with every number filled in: by unit, and what the indicator itself says.

    A rule that takes off marks needs to know how many there are; left open, they are the weight,
    where the scheme's weights are points. A fraction such as 2/3 is a share: of a percentage it
    means two thirds of 100.
    """
    node = plan.nodes[row]
    if isinstance(node, Indicator) and is_percent(node):
        rule = _shares_in_percent(rule)
    filled = fill_numbers(rule, plan.units, positions)
    if getattr(rule, "full", 0) is None and plan.scheme.weights == "points":
        points = plan.weight[row] if positions is None else plan.weight[row, positions]
        return replace(filled, full=np.where(points > 0, points, np.nan))
    return filled


def _shares_in_percent(value: Any) -> Any:
    """Return a rule, or a value of one, with every exact fraction a hundred times as large."""
    if isinstance(value, Fraction):
        return value * 100
    if isinstance(value, tuple):
        return tuple(_shares_in_percent(part) for part in value)
    if not is_dataclass(value) or isinstance(value, type | Own):
        return value
    stated = {field.name: getattr(value, field.name) for field in fields(value)}
    found = {name: _shares_in_percent(one) for name, one in stated.items()}
    return replace(value, **found) if found != stated else value


def fill_score(plan: Plan, field: str, row: int, scores: Array, gaps: NDArray[np.bool_]) -> None:
    """Write the scores that a policy gives into *scores*, in place, where *gaps* holds."""
    if not gaps.any():
        return
    gaps = np.broadcast_to(gaps, scores.shape)  # a status holds for every draw
    for policy, positions in plan.policies(field, plan.ids[row]):
        score = 100.0 * policy.share if policy.share is not None else _FILLS.get(policy.kind)
        if score is not None:
            here = np.zeros(gaps.shape, dtype=bool)
            here[..., positions] = gaps[..., positions]
            scores[here] = score
