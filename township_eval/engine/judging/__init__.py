"""What follows from an evaluation: flags with their certainty, the ladder, rectification, uses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from township_eval.engine.case import Case
from township_eval.engine.gather import tables_of
from township_eval.engine.judging.answers import Answers
from township_eval.engine.judging.flags import flag_period
from township_eval.engine.judging.past import earlier_periods, ladder_problems
from township_eval.engine.judging.power import power_problems
from township_eval.errors import Problem
from township_eval.evaluation import Evaluation, Precision, Standing
from township_eval.inputs import Prepared
from township_eval.language import Text
from township_eval.rules.flags import no_flags
from township_eval.rules.rectification import keep_rectification
from township_eval.rules.uses import select_uses
from township_eval.rules.waivers import Waiver, Waivers
from township_eval.scheme.model import Scheme
from township_eval.tree import Scored

__all__ = ["Answers", "Judged", "answers_of", "judge", "list_uses", "preliminary"]


@dataclass(frozen=True, eq=False)
class Judged:
    """What the rules of a period propose.

    Attributes
    ----------
    flags : DataFrame
    tables : dict of str to DataFrame
        ``family`` and ``rectification``; those with rows.
    problems : tuple of Problem
    applied : mapping of Waiver to sequence of Text
        What each waiver set aside among the flags, for the table ``waivers``.
    """

    flags: pd.DataFrame
    tables: dict[str, pd.DataFrame]
    problems: tuple[Problem, ...]
    applied: Mapping[Waiver, Sequence[Text]]


def answers_of(evaluation: Evaluation, prepared: Prepared, history: Sequence[Evaluation] = ()) -> Answers:
    """Return the lookup of conditions for one period: grades, limiters, flags and uses ask the same one."""
    return Answers(evaluation, earlier_periods(evaluation.period, history), prepared.tables.get("events"))


def preliminary(
    scheme: Scheme, case: Case, scored: Scored, standing: Standing, precision: Precision, ledger: pd.DataFrame
) -> Evaluation:
    """Return the evaluation as far as it goes before flags: what conditions are answered from."""
    plan = case.plan
    evaluation = Evaluation(
        scheme=scheme, period=case.prepared.period, units=plan.units, score=scored.score,
        weight=scored.weight, leaves=case.leaves, precision=precision, standing=standing,
        flag_rows=no_flags(), ledger_rows=ledger, details=pd.DataFrame(), table_rows=tables_of(case.evidence),
        event_factors=case.opened.factors,
    )  # fmt: skip
    vars(evaluation)["plan"] = plan
    return evaluation


def judge(
    evaluation: Evaluation, prepared: Prepared, answers: Answers, waivers: Waivers | None = None
) -> Judged:
    """Return the flags of a period and the ledger of rectification.

    Parameters
    ----------
    evaluation : Evaluation
        As far as it goes before flags, from `preliminary`; its scheme as signed.
    prepared : Prepared
        The inputs, for the day the data stand at and the replies to earlier measures.
    answers : Answers
        From `answers_of`.
    waivers : Waivers, optional
        From `rules.waivers.read_waivers`.
    """
    scheme, units = prepared.scheme, evaluation.units
    flagged = flag_period(scheme, answers, waivers or Waivers(), prepared.as_of)
    before = answers.earlier[0].evaluation.table_rows.get("rectification") if answers.earlier else None
    ledger, faults = keep_rectification(
        flagged.rows, before, prepared.tables.get("rectifications"),
        rules=scheme.flags, units=units.codes, period=evaluation.period, as_of=prepared.as_of,
    )  # fmt: skip
    tables = {"family": flagged.family, "rectification": ledger}
    of_history = ladder_problems(evaluation.scheme, evaluation.period, answers.earlier)
    return Judged(
        flagged.rows,
        {name: frame for name, frame in tables.items() if len(frame)},
        (*of_history, *flagged.problems, *faults, *power_problems(answers)),
        flagged.applied,
    )


def list_uses(scheme: Scheme, answers: Answers) -> pd.DataFrame:
    """Return the lists of use; *answers* from the final standing, as grades may depend on flags."""
    plan = answers.plan
    labels = {node.id: Text(node.name, node.name) for node in plan.nodes}
    return select_uses(scheme.uses, plan.units.codes, answers, labels, answers.short)
