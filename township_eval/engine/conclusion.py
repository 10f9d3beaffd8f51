"""What follows from scores: grades, vetoes, flags, and the tables that show how each came about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from township_eval.engine.case import Case
from township_eval.engine.judging import Judged, answers_of, judge, list_uses
from township_eval.engine.judging.past import other_length
from township_eval.engine.standing import graded
from township_eval.errors import Problem
from township_eval.evaluation import Evaluation, Standing
from township_eval.inputs import Units
from township_eval.language import Text
from township_eval.rules.flags import OPEN, no_flags
from township_eval.rules.grading import Graded, Vetoes, judge_vetoes, veto_like
from township_eval.rules.ledger import Ledger
from township_eval.rules.waivers import Waiver, waiver_table

__all__ = ["Conclusion", "conclude"]


@dataclass(frozen=True, eq=False)
class Conclusion:
    """What follows from the scores of a period.

    Attributes
    ----------
    standing : Standing
        With grades.
    flags : DataFrame
        Proposals; none for partial data.
    tables : dict of str to DataFrame
        ``grades``, ``vetoes``, ``veto_like``, ``waivers``, ``family``, ``rectification``, ``uses``: those
        with rows.
    problems : tuple of Problem
    """

    standing: Standing
    flags: pd.DataFrame
    tables: Mapping[str, pd.DataFrame]
    problems: tuple[Problem, ...]


def conclude(
    case: Case, begun: Evaluation, ledger: Ledger, history: Sequence[Evaluation], *, provisional: bool
) -> Conclusion:
    """Grade, flag, and grade again where a grade is only for units without a flag.

    Conditions of flags see the grades before the flags; a scheme in which a grade depends on a flag that
    asks for the grade is refused when it is read, so that the second grading changes no flag. Lists of use
    see the grades as they are given in the end.
    """
    prepared, units = case.prepared, case.plan.units
    coverage = begun.coverage[0]
    vetoes = judge_vetoes(case.plan.scheme, units, prepared.tables.get("events"), prepared.as_of)
    answers = answers_of(begun, prepared, history)
    standing, given = graded(case, begun.standing, coverage, answers, vetoes)
    judged, uses = Judged(no_flags(), {}, (), {}), {}
    if not provisional:
        known = _with_standing(begun, standing)
        judged = judge(known, prepared, answers_of(known, prepared, history), case.opened.waivers)
        names = {rule.id: rule.name for rule in case.plan.scheme.flags}
        flagged = _flagged(judged.flags, units, names)
        standing, given = graded(case, begun.standing, coverage, answers, vetoes, flagged)
        final = answers_of(_with_standing(begun, standing), prepared, history)
        uses["uses"] = list_uses(prepared.scheme, final)
    waivers, unused = waiver_table(case.opened.waivers, units, _applied(ledger, judged))
    tables = {**judged.tables, **uses, **_tables(case, given, vetoes, ledger), "waivers": waivers}
    carried = () if provisional else (*unused, *other_length(begun.period, history))
    return Conclusion(
        standing,
        judged.flags,
        {name: frame for name, frame in tables.items() if len(frame)},
        (*vetoes.problems, *given.problems, *judged.problems, *carried),
    )


def _with_standing(begun: Evaluation, standing: Standing) -> Evaluation:
    known = replace(begun, standing=standing)
    vars(known)["plan"] = begun.plan
    return known


def _flagged(flags: pd.DataFrame, units: Units, names: Mapping[str, str]) -> list[str]:
    """Return by which rules each unit has a sanction proposed or still open; "" for none."""
    found: dict[str, list[str]] = {}
    if len(flags):
        counts = flags[flags["status"].isin(OPEN) & (flags["kind"] == "sanction")]
        for unit, rule in zip(counts["unit"], counts["rule"], strict=True):
            found.setdefault(str(unit), []).append(names.get(str(rule)) or str(rule))
    return ["、".join(dict.fromkeys(found.get(code, ()))) for code in units.codes]


def _applied(ledger: Ledger, judged: Judged) -> dict[Waiver, tuple[Text, ...]]:
    """Return what each waiver set aside, among deductions and among flags."""
    found = dict(ledger.waived)
    for waiver, said in judged.applied.items():
        found[waiver] = (*found.get(waiver, ()), *said)
    return found


def _tables(case: Case, given: Graded, vetoes: Vetoes, ledger: Ledger) -> dict[str, pd.DataFrame]:
    hit = [frame[["unit", "kind", "rule"]] for frame in (given.rows, ledger.rows) if len(frame)]
    met = pd.concat(hit, ignore_index=True) if hit else None
    return {"grades": given.rows, "vetoes": vetoes.rows, "veto_like": veto_like(case.plan.scheme, met)}
