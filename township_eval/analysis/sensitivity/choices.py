"""Other decisions that could have been taken: one changed at a time, each written as a scheme."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from township_eval.analysis.sensitivity.rescoring import carried
from township_eval.analysis.sensitivity.schemes import (
    each_node,
    marked,
    rewritten,
    shares_of,
    with_policies,
    with_shares,
)
from township_eval.evaluation import Evaluation
from township_eval.inputs import NOT_APPLICABLE
from township_eval.language import Text, listed
from township_eval.methods.aggregation import AGGREGATIONS
from township_eval.methods.scoring import MinMax, Percentile, RankStep, RankSumRatio, ZScore
from township_eval.methods.varying import Array, Varying
from township_eval.scheme.differentiate import rewrite
from township_eval.scheme.model import Dimension, Indicator, Policy, Scheme
from township_eval.tree import Plan
from township_eval.tree.leaves import resolved_rule

__all__ = [
    "NORMALIZATIONS", "POLICIES", "Choice", "aggregated", "dropped", "merged", "normalized", "with_policy",
]  # fmt: skip

_MIDDLE: Final = 50.0  # what a leaf scores where all units have one value: it then orders nobody
_FLAT: Final = 1e-9  # score points; less is float noise
_PROBES: Final = 101  # values at which a rule is tried, to see which way is better


@dataclass(frozen=True, eq=False)
class Choice:
    """One decision taken otherwise.

    Attributes
    ----------
    id : str
        ``drop:roads``, ``aggregation:geometric``, ``normalization:z_score``, ``not_applicable:full``,
        ``merge:一类``.
    kind : str
        The word before the colon.
    what : Text
        What is done otherwise.
    scheme : Scheme
        To be written, read and evaluated like any other.
    notes : tuple of Text
        What a reader of the result must know.
    together : bool
        Ranks are compared over all units, because classes were merged.
    """

    id: str
    kind: str
    what: Text
    scheme: Scheme
    notes: tuple[Text, ...] = ()
    together: bool = False


# ---- an indicator, or a whole dimension, left out -------------------------------------------------
def dropped(evaluation: Evaluation, node_ids: Sequence[str]) -> Iterator[Choice]:
    """Yield a choice for each node: its weight goes to its siblings in proportion."""
    plan = evaluation.plan
    for node_id in node_ids:
        row = plan.row[node_id]
        if not (plan.weight[row] > 0).any():
            continue
        weight = _emptied(plan, row)
        name = plan.nodes[row].name
        if (weight[0] == 0).any():
            continue  # nothing would be left to rank by
        what = Text(f"不计“{name}”", f"without {name}")
        scheme = with_shares(evaluation.scheme, plan, shares_of(plan, weight))
        yield Choice(f"drop:{node_id}", "drop", what, marked(scheme, what))


def _emptied(plan: Plan, row: int) -> Array:
    """Return weights with one node at 0, and every node above that has nothing left; 0 for the index then."""
    weight = plan.weight.copy()
    weight[0] = 1.0
    weight[row] = 0.0
    above = plan.parent[row]
    while above >= 0:
        left = weight[list(plan.children[above])].sum(axis=0)
        # a class that never had it keeps what it has
        weight[above, (left == 0) & (plan.weight[row] > 0)] = 0.0
        above = plan.parent[above]
    return weight


# ---- aggregation ----------------------------------------------------------------------------------
def aggregated(scheme: Scheme, change: Any) -> Choice:
    """Return the choice of another aggregation: everywhere, or in the dimensions that a mapping names."""
    stated = {} if not isinstance(change, Mapping) else {key: _method(how) for key, how in change.items()}
    everywhere = None if stated else _method(change)

    def other(node: Any) -> Any:
        how = everywhere if everywhere is not None else stated.get(node.id)
        return rewritten(node, aggregation=how) if isinstance(node, Dimension) and how is not None else node

    if everywhere is not None:
        name, words = _named(everywhere), everywhere.words()
        what = Text(f"各级均用{words.zh}", f"every dimension: {words.en}")
    else:
        name = ",".join(f"{key}={_named(how)}" for key, how in stated.items())
        said = [f"{scheme.node(key).name}:" for key in stated]
        what = Text(
            ";".join(head + how.words().zh for head, how in zip(said, stated.values(), strict=True)),
            "; ".join(f"{scheme.node(key).name}: {how.words().en}" for key, how in stated.items()),
        )
    return Choice(f"aggregation:{name}", "aggregation", what, marked(each_node(scheme, other), what))


def _method(how: Any) -> Any:
    return AGGREGATIONS[how] if isinstance(how, str) else how


def _named(how: Any) -> str:
    power = getattr(how, "p", None)
    return f"power({power:.12g})" if how.method == "power" and power is not None else str(how.method)


# ---- normalization --------------------------------------------------------------------------------
NORMALIZATIONS: Final[Mapping[str, Any]] = {
    "min_max": lambda way, _n: MinMax(direction=way, constant=_MIDDLE),
    "z_score": lambda way, _n: ZScore(mean=50.0, sd=10.0, direction=way, constant=_MIDDLE),
    "rank": lambda way, n: RankStep(step=100.0 / max(n, 1), direction=way, constant=_MIDDLE),
    "percentile": lambda way, _n: Percentile(direction=way, constant=_MIDDLE),
    "rank_sum_ratio": lambda way, _n: RankSumRatio(direction=way, constant=_MIDDLE),
}
_SAID: Final[Mapping[str, Text]] = {
    "min_max": Text(
        "各指标改按极差标准化(最差0分,最优100分)", "indicators by min-max: 0 for the worst, 100 for the best"
    ),
    "z_score": Text(
        "各指标改按标准分(均值50分,1个标准差10分)",
        "indicators by z-score: mean 50, 10 per standard deviation",
    ),
    "rank": Text("各指标改按名次计分", "indicators by rank"),
    "percentile": Text("各指标改按百分位计分", "indicators by percentile rank"),
    "rank_sum_ratio": Text("各指标改按秩和比计分", "indicators by rank-sum ratio"),
}


def normalized(evaluation: Evaluation, scheme: Scheme, method: str) -> Choice:
    """Return the choice of comparing units with each other in every indicator.

    An indicator keeps its rule where it is not clear which way is better (a range), where units have
    targets of their own (their values cannot be compared as they are), and where a value was carried
    forward and is not known here.
    """
    plan, old = evaluation.plan, [bool(row.any()) for row in carried(evaluation)]
    ways = {plan.ids[row]: _way(evaluation, leaf, row) for leaf, row in enumerate(plan.leaves)}
    kept = [plan.ids[row] for leaf, row in enumerate(plan.leaves) if old[leaf] or not ways[plan.ids[row]]]

    def other(node: Any) -> Any:
        if not isinstance(node, Indicator) or node.id in kept:
            return node
        return rewritten(node, scoring=NORMALIZATIONS[method](ways[node.id], plan.units.n))

    what = _SAID[method]
    names = listed((plan.nodes[plan.row[name]].name for name in kept), most=5)
    note = Text("仍按原规则计分:{names}", "scored by the scheme's own rule: {names}").format(names=names)
    return Choice(
        f"normalization:{method}", "normalization", what, marked(each_node(scheme, other), what),
        (note,) if kept else (),
    )  # fmt: skip


def _way(evaluation: Evaluation, leaf: int, row: int) -> str:
    """Return which way is better, ``higher`` or ``lower``; empty where the rule turns or says nothing."""
    plan, values = evaluation.plan, evaluation.leaves.value[leaf]
    known = values[np.isfinite(values)]
    if not len(known) or _own_targets(plan, row):
        return ""
    found = set()
    for variant in plan.variants:
        rule = variant.nodes[row].scoring
        stated = getattr(rule, "direction", None) if getattr(rule, "compares_units", False) else None
        found.add(stated or _tried(plan, row, rule, variant.positions, known))
    found -= {"flat"}
    return found.pop() if len(found) == 1 else ""


def _own_targets(plan: Plan, row: int) -> bool:
    """Return whether the rule of a leaf differs by unit, or targets are parts of one total."""
    differing: list[Varying] = []

    def note(value: Varying) -> Varying:
        differing.append(value)
        return value

    for variant in plan.variants:
        rewrite(variant.nodes[row].scoring, note)
    return bool(differing) or getattr(plan.nodes[row], "total", None) is not None


def _tried(plan: Plan, row: int, rule: Any, positions: Any, known: Array) -> str:
    """Call the rule at evenly spread values and see whether its score only rises or only falls."""
    low, high = float(known.min()), float(known.max())
    span = (high - low) or abs(high) or 1.0
    at = np.unique(np.concatenate([np.linspace(low - span, high + span, _PROBES), [0.0]]))
    at = at[at >= min(low, 0.0)]
    filled = resolved_rule(plan, row, rule, positions)
    with np.errstate(all="ignore"):
        scores = np.asarray(filled(np.repeat(at[:, np.newaxis], len(positions), axis=1)), dtype=np.float64)
    steps = np.diff(scores, axis=0)
    steps = steps[~np.isnan(steps)]
    rises, falls = bool((steps > _FLAT).any()), bool((steps < -_FLAT).any())
    if rises == falls:
        return "" if rises else "flat"
    return "higher" if rises else "lower"


# ---- policies and classes -------------------------------------------------------------------------
POLICIES: Final = ("share_out", "share_out_all", "full", "zero")


def with_policy(scheme: Scheme, policy: str) -> Choice:
    """Return the choice of another policy for whatever does not apply."""
    stated = Policy(policy)
    words = stated.words()
    what = Text(f"不涉及的指标:{words.zh}", f"what does not apply: {words.en}")
    changed = with_policies(scheme, "not_applicable", stated)
    return Choice(f"not_applicable:{policy}", "not_applicable", what, marked(changed, what))


def merged(evaluation: Evaluation) -> Iterator[Choice]:
    """Yield a choice for each class: its weights hold for everybody, and all are ranked together."""
    plan, scheme = evaluation.plan, evaluation.scheme
    names = {group.id: group.name for group in scheme.groups}
    for group in dict.fromkeys(plan.units.groups):
        first = np.flatnonzero(plan.units.group_mask(group))[0]
        weight = np.repeat(plan.weight[:, [first]], plan.units.n, axis=1)
        who = f"{group}({names[group]})" if names.get(group) else group
        what = Text(f"不分类,全部按{who}的权重", f"no classes: everybody by the weights of {who}")
        one = with_shares(scheme, plan, shares_of(plan, weight))
        short = _without_values(evaluation, weight)
        if short:
            one = each_node(one, _kept_to(short))
        names_of = listed((plan.nodes[plan.row[name]].name for name in short), most=5)
        note = Text(
            "部分单位没有这些指标的数值,其权重分摊给同级:{names}",
            "some units have no value for these, whose weight goes to the siblings: {names}",
        ).format(names=names_of)
        yield Choice(
            f"merge:{group}", "merge", what, marked(one, what), (note,) if short else (), together=True
        )


def _without_values(evaluation: Evaluation, weight: Array) -> dict[str, tuple[str, ...]]:
    """Return the leaves that would count for units not asked for them, each with the units that have it."""
    plan, leaves = evaluation.plan, evaluation.leaves
    found = {}
    for leaf, row in enumerate(plan.leaves):
        absent = leaves.status[leaf] == NOT_APPLICABLE
        if ((weight[row] > 0) & ~plan.counted[row] & absent).any():
            order = np.argsort(plan.units.code_order)
            found[plan.ids[row]] = tuple(plan.units.codes[at] for at in order if not absent[at])
    return found


def _kept_to(units: Mapping[str, tuple[str, ...]]) -> Callable[[Any], Any]:
    """Return the change that leaves indicators with the units that have values, weights shared out."""

    def change(node: Any) -> Any:
        if node.id not in units:
            return node
        return rewritten(node, applies_to=units[node.id], not_applicable=Policy("share_out"))

    return change
