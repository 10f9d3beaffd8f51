"""What a reader of the result must know: assumptions, policies used, what this version leaves aside."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from township_eval.errors import Problem
from township_eval.evaluation import Leaves
from township_eval.evaluation.explain import FOR_NOW
from township_eval.evaluation.figures import MOST_UNITS
from township_eval.inputs import NOT_APPLICABLE, NOT_DUE, NOT_REPORTED, STATUS_TEXTS
from township_eval.language import Text, listed
from township_eval.scheme.model import Scheme
from township_eval.tree import Plan
from township_eval.tree.plan import Positions

__all__ = ["closing_notes"]

# units named in a note before it only counts them
_NAMED = 9

_ABSENCES = (
    ("not_applicable", NOT_APPLICABLE, STATUS_TEXTS[NOT_APPLICABLE]),
    ("missing", NOT_REPORTED, STATUS_TEXTS[NOT_REPORTED]),
)


def closing_notes(scheme: Scheme, plan: Plan, leaves: Leaves, *, provisional: bool) -> Iterator[Problem]:
    """Yield the notes of an evaluation, none of them an error."""
    if provisional:
        what = Text(
            "预评(未定稿):数据未到齐,综合得分为已报数据的结果,上下限为缺报项全得零分至全得满分",
            "provisional: data incomplete; composites rest on what was reported, "
            "bounds put missing values at zero and at full",
        )
        yield _note("note.provisional", plan.scheme.period, what)
    if plan.units.n > MOST_UNITS:
        what = Text(
            f"单位超过{MOST_UNITS}个,结果中不列名次集;可指定一组单位另行计算",
            f"more than {MOST_UNITS} units: results are without rank sets; ask for those of a cohort",
        )
        yield _note("note.rank_sets", plan.scheme.period, what)
    yield from _assumptions(scheme)
    yield from _policies_used(plan, leaves)
    yield from _proposals(scheme)


def _assumptions(scheme: Scheme) -> Iterator[Problem]:
    for site in scheme.sites:
        what = Text(
            f"依据文件所称“{site.place}”按方案设定视为:{'、'.join(site.units)}",
            f"the scheme takes the place named {site.place!r} to mean {', '.join(site.units)} (assumption)",
        )
        yield _note("note.site", f"sites.{site.place}", what)
    for node in scheme.nodes():
        for override in node.overrides:
            what = Text(
                "{node}对{who}另行规定({fields}),理由:{reason}",
                "{node} is different for {who} ({fields}); reason: {reason}",
            ).format(
                node=node.name, who=override.who, reason=override.reason,
                fields=listed(name for name, _ in override.fields),
            )  # fmt: skip
            yield _note("note.override", node.id, what)


def _policies_used(plan: Plan, leaves: Leaves) -> Iterator[Problem]:
    for row, status in zip(plan.leaves, leaves.status, strict=True):
        gaps = np.flatnonzero(status)
        gaps = gaps[plan.weight[row, gaps] > 0]
        for field, means, said in _ABSENCES:
            alike = gaps[status[gaps] == means]
            policies = plan.policies(field, plan.ids[row]) if len(alike) else ()
            for policy, at in policies:
                hit = alike if len(policies) == 1 else np.intersect1d(alike, at)
                words = FOR_NOW if policy.kind == "refuse" else policy.words()
                yield from _policy_notes(plan, row, hit, words, said)
        if (status == NOT_DUE).all():
            yield _note("note.not_due", plan.ids[row], STATUS_TEXTS[NOT_DUE])


def _policy_notes(plan: Plan, row: int, hit: Positions, policy: Text, status: Text) -> Iterator[Problem]:
    if not len(hit):
        return
    place = plan.units.code_order[hit]  # by code, whatever the order of the rows
    first = hit[np.argsort(place)] if len(hit) <= _NAMED else hit[np.argpartition(place, _NAMED)[:_NAMED]]
    names = [plan.units.names[at] for at in first[np.argsort(plan.units.code_order[first])]]
    more = Text(
        f"等{len(hit)}个单位" if len(hit) > len(names) else "",
        f" and others ({len(hit)})" if len(hit) > len(names) else "",
    )
    node = plan.nodes[row]
    what = Text(
        f"{node.name}:{'、'.join(names)}{more.zh}{status.zh},{policy.zh}",
        f"{node.name}: {status.en} for {', '.join(names)}{more.en}; {policy.en}",
    )
    yield _note(f"note.{'missing' if status.en == 'not reported' else 'not_applicable'}", node.id, what)


def _proposals(scheme: Scheme) -> Iterator[Problem]:
    if scheme.flags:
        what = Text(
            "处理建议仅为建议,由有权机关核实后研究决定",
            "flags are proposals; the competent authority verifies and decides",
        )
        yield _note("note.proposals", "flags", what)


def _note(code: str, where: str, what: Text) -> Problem:
    return Problem("warning", code, where, what)
