"""Why a unit stands where it stands: facts first, words in `say`.

The facts open with what cost most, because that is what a township asks; then what would gain
most, what did not apply and where its weight went, and why the grade is the one it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from township_eval.errors import DataError, Problem, did_you_mean
from township_eval.evaluation.adjusted import ledger_facts, taken_words
from township_eval.evaluation.certainty import certainty_of
from township_eval.evaluation.gains import gains_of
from township_eval.evaluation.graded import grade_facts
from township_eval.evaluation.proposed import flag_facts, veto_facts, waiver_facts
from township_eval.inputs import NOT_DUE, NOT_REPORTED, REPORTED, STATUS_NAMES, STATUS_TEXTS
from township_eval.language import LANGUAGES, Text
from township_eval.rules.rank_sets import LEVEL
from township_eval.scheme.model import Indicator, Policy
from township_eval.tree.leaves import resolved_rule
from township_eval.tree.plan import Variant

if TYPE_CHECKING:
    from township_eval.evaluation.result import Evaluation

__all__ = ["FOR_NOW", "Explanation", "explain"]

#: what a provisional evaluation does with values the scheme does not allow to be missing
FOR_NOW: Final = Text("暂不计入(预评)", "left out for now (provisional)")


@dataclass(frozen=True, eq=False, repr=False)
class Explanation:
    """One unit's result with its reasons; prints as text and shows as HTML.

    Attributes
    ----------
    facts : dict
        Everything said, as plain data (also `to_dict`).
    lang : {"zh", "en"}
        Language of the text.
    """

    facts: dict[str, Any]
    lang: str = "zh"

    def to_dict(self) -> dict[str, Any]:
        """Return the facts as plain data for JSON."""
        return dict(self.facts)

    def __str__(self) -> str:
        from township_eval.evaluation.say import as_text

        return as_text(self.facts, self.lang)

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        from township_eval.evaluation.say import as_html

        return as_html(self.facts, self.lang)


def explain(evaluation: Evaluation, unit: str, lang: str) -> Explanation:
    """Gather the facts about one unit; see `Evaluation.explain`."""
    if lang not in LANGUAGES:
        msg = f"lang must be one of {LANGUAGES}, not {lang!r}"
        raise ValueError(msg)
    unit = str(unit)  # a frame read elsewhere holds codes as numbers
    at = evaluation.units.find(unit)
    if at is None:
        raise DataError([_unknown(evaluation, unit)])
    rows = _leaf_rows(evaluation, at)
    facts = {
        **_standing(evaluation, at),
        "blocks": [_node_row(evaluation, row, at) for row in evaluation.plan.children[0]],
        "lost": sorted(
            (row for row in rows if row["points_lost"] is not None and row["points_lost"] > 0),
            key=lambda row: -round(row["points_lost"], 9),
        ),
        "gains": gains_of(evaluation, at, rows),
        "certainty": certainty_of(evaluation, at),
        "not_scored": [row for row in rows if row["status"] != STATUS_NAMES[REPORTED]],
        "leaves": rows,
        "ledger": ledger_facts(evaluation, at),
        "flags": flag_facts(evaluation, at),
        "waivers": waiver_facts(evaluation, at),
        "vetoes": veto_facts(evaluation, at),
        "notice": evaluation.scheme.notice,
    }
    return Explanation(facts, lang)


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return rows as plain data; JSON has no NaN, so what is not there is None."""
    plain = frame.astype(object).where(frame.notna(), None)
    return [{str(name): value for name, value in row.items()} for row in plain.to_dict("records")]


def _unknown(evaluation: Evaluation, unit: str) -> Problem:
    return Problem(
        "error", "unit.unknown", unit, Text(f"没有这个单位:{unit}", f"no such unit: {unit}"),
        did_you_mean(unit, [*evaluation.units.names, *evaluation.units.codes]),
    )  # fmt: skip


def _standing(evaluation: Evaluation, at: int) -> dict[str, Any]:
    standing, units, scheme = evaluation.standing, evaluation.units, evaluation.scheme
    group = units.groups[at]
    members = units.group_mask(group)
    named = {known.id: known.name for known in scheme.groups}
    bounds = None
    if standing.lower is not None and standing.upper is not None:
        bounds = [_number(standing.lower[at]), _number(standing.upper[at])]
    return {
        "scheme": scheme.name, "version": scheme.version, "basis": scheme.basis,
        "fingerprint": scheme.fingerprint, "period": evaluation.period,
        "unit": units.codes[at], "name": units.names[at], "group": group, "group_name": named.get(group, ""),
        "composite": _number(standing.composite[at]), "adjusted": _number(standing.adjusted[at]),
        "digits": scheme.digits, "scale": scheme.scale,
        "rank": _number(standing.rank[at]), "ranked": int((~np.isnan(standing.rank)).sum()),
        "rank_in_group": _number(standing.rank_in_group[at]),
        "ranked_in_group": int((~np.isnan(standing.rank[members])).sum()),
        **_rank_sets(evaluation, at),
        "grade": standing.grade[at], "grade_reason": standing.grade_reason[at],
        "grade_cut": next((g.at_least for g in scheme.grades if g.name == standing.grade[at]), None),
        **grade_facts(evaluation, at),
        "coverage": _number(evaluation.coverage[0, at]),
        "se": _number(evaluation.precision.se[0, at] * scheme.scale / 100.0),
        "provisional": evaluation.provisional, "bounds": bounds,
    }  # fmt: skip


def _rank_sets(evaluation: Evaluation, at: int) -> dict[str, Any]:
    """Return the sets of a unit's ranks; None where nothing has an error, so that there is none to tell."""
    sets, precision = evaluation.rank_sets, evaluation.precision
    known = sets is not None and bool((~np.isnan(precision.se[0]) | precision.unknown[0]).any())
    ends: list[list[int] | None] = [None, None]
    if sets is not None and known and not np.isnan(evaluation.standing.rank[at]):
        ends = [[int(one.lower[at]), int(one.upper[at])] for one in sets]
    return {"rank_set": ends[0], "rank_set_in_group": ends[1], "rank_set_level": LEVEL}


def _node_row(evaluation: Evaluation, row: int, at: int) -> dict[str, Any]:
    node = _variant(evaluation, at).nodes[row]
    contribution = evaluation.contribution[row, at]
    return {
        "node": node.id,
        "name": node.name,
        "weight": _number(evaluation.plan.weight[row, at]),
        "effective_weight": _number(evaluation.effective_weight[row, at]),
        "score": _number(evaluation.score[row, at]),
        "points": _number(contribution),
        "full_points": _number(evaluation.effective_weight[row, at] * evaluation.scheme.scale),
        "coverage": _number(evaluation.coverage[row, at]),
    }


def _leaf_rows(evaluation: Evaluation, at: int) -> list[dict[str, Any]]:
    variant = _variant(evaluation, at)
    details = evaluation.details
    own = details[details["unit"] == evaluation.units.codes[at]]
    taken = taken_words(evaluation)
    found = []
    for leaf, row in enumerate(evaluation.plan.leaves):
        node = variant.nodes[row]
        if not isinstance(node, Indicator) or not evaluation.plan.counted[row, at]:
            continue
        sources = own[own["indicator"] == node.id]
        found.append(
            {
                **_node_row(evaluation, row, at),
                **_leaf(evaluation, node, leaf, at),
                "sources": _records(sources.drop(columns=["unit", "indicator"])),
                "points_lost": _lost(evaluation, row, at),
                "under_event": bool(evaluation.plan.under_events[row, at]),
                "event": _both(taken.get((row, at), Text("", ""))),
            }
        )
    return found


def _leaf(evaluation: Evaluation, node: Indicator, leaf: int, at: int) -> dict[str, Any]:
    leaves = evaluation.leaves
    said = _words(node.scoring)
    filled = resolved_rule(evaluation.plan, evaluation.plan.leaves[leaf], node.scoring, np.array([at]))
    full = filled.full_value() if hasattr(filled, "full_value") else None
    cells = leaves.cell[leaf]
    status = int(leaves.status[leaf, at])
    went = _went(evaluation, node.id, status, at)
    return {
        "unit_of_measure": node.unit,
        "value": _number(leaves.value[leaf, at]),
        "n": _number(leaves.n[leaf, at]),
        "full_value": None if full is None else _number(np.ravel(full)[0]),
        "source": _both(node.source.words()),
        "rule": _both(said),
        "status": STATUS_NAMES[status],
        "status_text": _both(STATUS_TEXTS[status]),
        "went": _both(went),
        "method": leaves.method[leaf],
        "cell": "" if cells is None else cells[at],
        "lead": list(node.lead),
        "basis": node.basis,
        "note": node.note,
    }


def _went(evaluation: Evaluation, node_id: str, status: int, at: int) -> Text:
    """Say what became of the weight of a leaf without a value."""
    if status in (REPORTED, NOT_DUE):
        return Policy("share_out").words() if status == NOT_DUE else Text("", "")
    field = "missing" if status == NOT_REPORTED else "not_applicable"
    stated = evaluation.plan.policies(field, node_id)
    policy = next(policy for policy, positions in stated if at in positions)
    if policy.kind == "refuse":  # only a provisional evaluation goes on without the value
        return FOR_NOW
    return policy.words()


def _both(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


def _words(rule: Any) -> Text:
    words = getattr(rule, "words", None)
    return words() if words is not None else Text(repr(rule), repr(rule))


def _lost(evaluation: Evaluation, row: int, at: int) -> float | None:
    """Return composite points short of full marks; None where points do not add up."""
    if np.isnan(evaluation.contribution[row, at]) or np.isnan(evaluation.score[row, at]):
        return None
    full = evaluation.effective_weight[row, at] * evaluation.scheme.scale
    return float(full - evaluation.contribution[row, at])


def _variant(evaluation: Evaluation, at: int) -> Variant:
    return next(variant for variant in evaluation.plan.variants if at in variant.positions)


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
