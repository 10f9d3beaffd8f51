"""`evaluate`: scheme and inputs in, evaluation out. The one place that knows the order of the steps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from township_eval import __version__
from township_eval.engine.flagging import flags_of
from township_eval.engine.gather import details_of, gather_leaves, tables_of
from township_eval.engine.history import history_problems, node_scores, past_of, previous_table
from township_eval.engine.notes import closing_notes
from township_eval.engine.provisional import gap_bounds, lower_to_warnings
from township_eval.engine.standing import LEDGER_COLUMNS, stand
from township_eval.errors import DataError, Problem
from township_eval.evaluation import Evaluation
from township_eval.inputs import Inputs, prepare
from township_eval.methods.varying import Array
from township_eval.rules.flags import FLAG_COLUMNS
from township_eval.scheme.model import Scheme
from township_eval.sources import collect
from township_eval.tree import Plan, carry_forward, plan_tree, score_tree
from township_eval.tree.verify import leaf_problems, node_problems, score_problems

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
    return evaluation


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
    # 1 what was decided, for this period and these units
    prepared = prepare(scheme.for_period(inputs.period), inputs)
    problems = [*scheme.warnings, *prepared.problems, *history_problems(scheme, inputs.period, history)]
    if not prepared.units.n:
        return None, tuple(problems)
    plan = plan_tree(prepared.scheme, prepared.units)

    # 2 one value per leaf and unit, with how it was obtained
    past = past_of(history)
    evidence = collect(prepared, past)
    leaves = gather_leaves(plan, evidence)
    problems += [problem for leaf in evidence.values() for problem in leaf.problems]
    earlier = None if past is None else _like(plan, past.values)
    values = carry_forward(plan, leaves.value, leaves.status, earlier)
    # one fault is listed once: a refused cell is not also missing
    doubted = {problem.where for problem in problems if problem.severity == "error"}
    problems += leaf_problems(plan, values, leaves.status, leaves.cell, doubted)

    # 3 values to scores, leaves first; composite, ranks, grades
    scored = score_tree(plan, values, leaves.status, node_scores(plan, history))
    problems += score_problems(plan, values, scored.score, leaves.cell)
    problems = _distinct(lower_to_warnings(problems) if provisional else problems)
    if _has_error(problems):
        return None, tuple(problems)
    found = node_problems(plan, scored.score, scored.gaps)
    problems += lower_to_warnings(found) if provisional else found
    if _has_error(problems):
        return None, tuple(problems)
    bounds = gap_bounds(plan, scored, leaves) if provisional else None
    standing = stand(scheme, prepared.units, scored.score[0], bounds)

    # 4 what follows, and what a reader must know
    flags = pd.DataFrame(columns=list(FLAG_COLUMNS))
    if not provisional:
        flags, unknown = flags_of(plan, scored, leaves, standing, history, prepared.as_of)
        problems += unknown
    problems += closing_notes(scheme, plan, leaves, provisional=provisional)
    evaluation = Evaluation(
        scheme=scheme,
        period=inputs.period,
        units=prepared.units,
        score=scored.score,
        weight=scored.weight,
        leaves=leaves,
        standing=standing,
        flag_rows=flags,
        ledger_rows=pd.DataFrame(columns=list(LEDGER_COLUMNS)),
        details=details_of(plan, evidence),
        problems=tuple(_distinct(problems)),
        tables={
            **tables_of(evidence), **previous_table(prepared.units, history), **prepared.quality
        },
        as_of="" if prepared.as_of is None else str(prepared.as_of),
        provisional=provisional,
        version=__version__,
    )  # fmt: skip
    vars(evaluation)["plan"] = plan  # laid out already; an archive read back lays it out anew
    return evaluation, evaluation.problems


def _like(plan: Plan, earlier: pd.DataFrame) -> Array:
    """Return earlier leaf values in the order of this period's leaves and units."""
    ids = [plan.ids[row] for row in plan.leaves]
    aligned = earlier.reindex(index=list(plan.units.codes), columns=ids)
    return np.ascontiguousarray(aligned.to_numpy(dtype=np.float64).T)


def _distinct(problems: Iterable[Problem]) -> list[Problem]:
    return list(dict.fromkeys(problems))


def _has_error(problems: Iterable[Problem]) -> bool:
    return any(problem.severity == "error" for problem in problems)
