"""`evaluate`: scheme and inputs in, evaluation out. The one place that knows the order of the steps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from township_eval.engine.case import Case, open_case
from township_eval.engine.conclusion import conclude
from township_eval.engine.gather import details_of
from township_eval.engine.history import node_scores, previous_tables
from township_eval.engine.judging import preliminary
from township_eval.engine.notes import closing_notes
from township_eval.engine.precision import precision_of
from township_eval.engine.provisional import gap_bounds, lower_to_warnings
from township_eval.engine.standing import stand
from township_eval.errors import DataError, Problem
from township_eval.evaluation import Evaluation
from township_eval.inputs import Inputs
from township_eval.rules.objections import rescored
from township_eval.scheme.model import Scheme
from township_eval.tree import score_tree
from township_eval.tree.multiplied import factor_notes
from township_eval.tree.verify import node_problems, score_problems
from township_eval.version import __version__

__all__ = ["check", "evaluate"]


def evaluate(
    scheme: Scheme, inputs: Inputs, *, history: Sequence[Evaluation] = (), provisional: bool = False
) -> Evaluation:
    """Evaluate one period.

    Parameters
    ----------
    scheme : Scheme
        From `read_scheme`.
    inputs : Inputs
        The period's tables, from `read_inputs` or made from frames.
    history : sequence of Evaluation, optional
        Earlier periods, oldest first; for values carried forward, changes and the columns
        上期得分 and 位次升降.
    provisional : bool, default False
        Score partial data: what is missing is left out, the composite gets bounds, there are no
        flags, and everything made from the result is marked 预评(未定稿).

    Returns
    -------
    Evaluation
        Frozen; warnings are in its ``notes``.

    Raises
    ------
    DataError
        Any error `check` finds; all of them at once, each with its place.

    Examples
    --------
    >>> import pandas as pd
    >>> import township_eval as te
    >>> scheme = te.read_scheme({
    ...     "name": "Water", "version": "1",
    ...     "index": {"children": [{"id": "tap_water", "weight": 100,
    ...                             "scoring": {"method": "target", "target": 95}}]},
    ... })
    >>> values = pd.DataFrame({"tap_water": [95.0, 76.0]}, index=["a", "b"])
    >>> te.evaluate(scheme, te.Inputs(period="2018-H2", values=values)).results["composite"].tolist()
    [100.0, 80.0]
    """
    evaluation, problems = _attempt(scheme, inputs, history, provisional=provisional)
    if evaluation is None:
        raise DataError(problems)
    return _rescored(evaluation, inputs, history)


def check(
    scheme: Scheme, inputs: Inputs, *, history: Sequence[Evaluation] = (), provisional: bool = False
) -> tuple[Problem, ...]:
    """Return every problem of the scheme and the data, errors and warnings; never raises for bad data.

    Parameters
    ----------
    scheme, inputs, history, provisional
        As for `evaluate`.

    Returns
    -------
    tuple of Problem
        Empty when there is nothing to say; `evaluate` raises if any of them is an error.
    """
    return _attempt(scheme, inputs, history, provisional=provisional)[1]


def _attempt(
    scheme: Scheme, inputs: Inputs, history: Sequence[Evaluation], *, provisional: bool
) -> tuple[Evaluation | None, tuple[Problem, ...]]:
    """Run all steps in order; stop without an evaluation where errors make the next step meaningless."""
    settled = lower_to_warnings if provisional else tuple
    # 1 what was decided for this period, and one value per leaf and unit
    case = open_case(scheme, inputs, history)
    if not isinstance(case, Case):
        return None, tuple(_distinct(case))
    plan = case.plan
    # 2 values to scores, leaves first
    scored = score_tree(plan, case.values, case.leaves.status, node_scores(plan, history))
    unscored = score_problems(plan, case.values, scored.score, case.leaves.cell) if case.complete else ()
    problems = _distinct(settled((*case.problems, *unscored)))
    if not _has_error(problems):
        problems += settled(node_problems(plan, scored.score, scored.gaps))
    if _has_error(problems):
        return None, tuple(problems)
    # 3 how sure the scores are
    precision, simulated = precision_of(case, scored, node_scores(plan, history))
    # 4 composite, ledger, ranks; 5 grades, flags, and what else follows
    bounds = gap_bounds(plan, scored, case.leaves) if provisional else None
    standing, ledger = stand(case, scored.score[0], bounds)
    begun = preliminary(scheme, case, scored, standing, precision, ledger.rows)
    outcome = conclude(case, begun, ledger, history, provisional=provisional)
    problems = _distinct((*problems, *settled(outcome.problems)))
    if _has_error(problems):
        return None, tuple(problems)
    notes = (*closing_notes(scheme, plan, case.leaves, provisional=provisional), *simulated)
    notes += tuple(factor_notes(plan, scored.score))
    evaluation = replace(
        begun, standing=outcome.standing, flag_rows=outcome.flags, details=details_of(plan, case.evidence),
        problems=tuple(_distinct((*problems, *notes))),
        table_rows={**begun.table_rows, **case.shown, **previous_tables(plan, history), **outcome.tables},
        as_of="" if case.prepared.as_of is None else str(case.prepared.as_of),
        provisional=provisional, version=__version__,
    )  # fmt: skip
    vars(evaluation)["plan"] = plan  # laid out already; an archive read back lays it out anew
    return evaluation, evaluation.problems


def _rescored(evaluation: Evaluation, inputs: Inputs, history: Sequence[Evaluation]) -> Evaluation:
    """Return the evaluation with what corrections changed for those who objected.

    Before is what the untouched inputs give, so that nobody needs the edition that was published first.
    """
    register = evaluation.table_rows.get("objections")
    if register is None or "corrections" not in evaluation.table_rows:
        return evaluation
    untouched = replace(inputs, corrections=None, objections=None)
    before, _ = _attempt(evaluation.scheme, untouched, history, provisional=evaluation.provisional)
    if before is None:  # what was corrected could not be scored
        return evaluation
    filled = rescored(register, before.results, evaluation.results)
    again = replace(evaluation, table_rows={**evaluation.table_rows, "objections": filled})
    vars(again)["plan"] = evaluation.plan
    return again


def _distinct(problems: Iterable[Problem]) -> list[Problem]:
    return list(dict.fromkeys(problems))


def _has_error(problems: Iterable[Problem]) -> bool:
    return any(problem.severity == "error" for problem in problems)
