"""What follows from an evaluation: flags with their certainty, the ladder, rectification, uses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from township_eval.engine.case import Case
from township_eval.engine.gather import tables_of
from township_eval.engine.judging.answers import Answers
from township_eval.engine.judging.flags import flag_period
from township_eval.engine.judging.past import earlier_periods, ladder_problems
from township_eval.errors import Problem
from township_eval.evaluation import Evaluation, Precision, Standing
from township_eval.inputs import Prepared
from township_eval.rules.flags import no_flags
from township_eval.scheme.model import Scheme
from township_eval.tree import Scored

__all__ = ["Answers", "Judged", "answers_of", "judge", "preliminary"]


@dataclass(frozen=True, eq=False)
class Judged:
    """Flags of a period, the tables beside them, and what a reader must know."""

    flags: pd.DataFrame
    tables: dict[str, pd.DataFrame]
    problems: tuple[Problem, ...]


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
        weight=scored.weight, leaves=case.leaves, precision=precision, standing=standing, flag_rows=no_flags(), ledger_rows=ledger,
        details=pd.DataFrame(), table_rows=tables_of(case.evidence),
    )  # fmt: skip
    vars(evaluation)["plan"] = plan
    return evaluation


def judge(
    evaluation: Evaluation,
    prepared: Prepared,
    answers: Answers,
    waivers: Mapping[tuple[str, str], str],
    as_of: date | None = None,
) -> Judged:
    """Return what the scheme's rules propose."""
    scheme = prepared.scheme
    flagged = flag_period(scheme, answers, waivers, as_of)
    problems = (*ladder_problems(evaluation.scheme, evaluation.period, answers.earlier), *flagged.problems)
    return Judged(flagged.rows, {"family": flagged.family}, problems)
