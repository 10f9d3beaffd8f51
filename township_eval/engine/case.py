"""A period laid out: the plan, one value per leaf and unit, and every problem known before scoring."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from township_eval.engine.gather import gather_leaves
from township_eval.engine.history import history_problems, past_of
from township_eval.errors import Problem
from township_eval.evaluation import Evaluation, Leaves
from township_eval.inputs import Inputs, Prepared, prepare
from township_eval.inputs.corrections import apply_corrections
from township_eval.methods.varying import Array
from township_eval.rules.flags import whole_class_problems
from township_eval.rules.grading import event_problems
from township_eval.rules.ledger import Opened, counted_before, open_ledger
from township_eval.rules.objections import disclosure_rows, objection_rows
from township_eval.scheme.check import check_scheme
from township_eval.scheme.model import Scheme
from township_eval.sources import Evidence, collect
from township_eval.sources.tasks.tables import task_tables
from township_eval.tree import Plan, carry_forward, plan_tree
from township_eval.tree.doubts import explained_gaps, gaps_of
from township_eval.tree.verify import leaf_problems

__all__ = ["Case", "open_case"]


@dataclass(frozen=True, eq=False)
class Case:
    """What an evaluation starts from.

    ``values`` are the leaf values with earlier ones carried forward, ``(n_leaves, n_units)``.
    """

    prepared: Prepared
    opened: Opened  # events and waivers that bear on points or blocks
    plan: Plan
    evidence: Mapping[str, Evidence]
    leaves: Leaves
    values: Array
    shown: dict[str, pd.DataFrame]  # tables no leaf rests on: the register of tasks, what reading noted
    problems: tuple[Problem, ...]
    complete: bool  # False: the scheme itself says nothing for this period, scores would only repeat it


def open_case(scheme: Scheme, inputs: Inputs, history: Sequence[Evaluation]) -> Case | tuple[Problem, ...]:
    """Lay out a period: what was decided for it, and one value per leaf and unit.

    Only the problems, where there is nobody to evaluate.
    """
    of_period = scheme.for_period(inputs.period)
    corrected, corrections, of_corrections = apply_corrections(of_period, inputs)
    prepared = prepare(of_period, corrected)
    if not prepared.units.n:
        return (*scheme.warnings, *prepared.problems)
    events, waivers = prepared.tables.get("events"), prepared.tables.get("waivers")
    opened = open_ledger(prepared.scheme, prepared.units, events, waivers, prepared.as_of)
    plan = plan_tree(prepared.scheme, prepared.units, prepared.variants, opened.factors)
    past = past_of(history)
    evidence = collect(prepared, past)
    leaves = gather_leaves(plan, evidence)
    earlier = None if past is None else _like(plan, past.values)
    values = carry_forward(plan, leaves.value, leaves.status, earlier)
    unstated = _unstated(scheme, prepared.scheme)
    problems = [*scheme.warnings, *unstated, *of_corrections, *prepared.problems, *opened.problems]
    ledgers = [(one.period, one.ledger_rows) for one in history]
    problems += counted_before(prepared.scheme, prepared.units, opened.kept, ledgers)
    problems += event_problems(prepared.scheme, events, prepared.as_of)
    problems += whole_class_problems(prepared.scheme, prepared.units)
    problems += history_problems(scheme, inputs.period, history)
    problems += [problem for leaf in evidence.values() for problem in leaf.problems]
    # one fault is listed once: a refused cell is not also missing
    gaps = gaps_of(values, leaves.status)
    gaps &= ~explained_gaps(gaps, leaves.cell, problems, prepared.silent)
    for leaf, row in enumerate(plan.leaves):
        if (refused := evidence[plan.ids[row]].refused) is not None:
            gaps[leaf] &= ~refused
    problems += leaf_problems(plan, gaps, leaves.cell)
    tables, of_tasks = task_tables(prepared)
    problems += of_tasks
    register, of_register = _register(prepared, corrections)
    problems += of_register
    shown = tables | prepared.quality | register
    return Case(
        prepared, opened, plan, evidence, leaves, values, shown, tuple(problems), complete=not unstated
    )


def _register(
    prepared: Prepared, corrections: pd.DataFrame
) -> tuple[dict[str, pd.DataFrame], tuple[Problem, ...]]:
    """Return what was corrected, what people objected to, and when results are open to whom."""
    scheme = prepared.scheme
    objections, of_objections = objection_rows(
        scheme, prepared.tables.get("objections"), prepared.units, corrections
    )
    disclosure, of_disclosure = disclosure_rows(scheme, prepared.as_of)
    tables = {"corrections": corrections, "objections": objections, "disclosure": disclosure}
    found = {name: frame for name, frame in tables.items() if len(frame)}
    return found, (*of_objections, *of_disclosure)


def _unstated(scheme: Scheme, of_period: Scheme) -> list[Problem]:
    """Return what a scheme that differs by period does not state for this one."""
    if of_period.index == scheme.index:
        return []
    found = check_scheme(scheme, period=of_period.period)
    return [problem for problem in found if problem.severity == "error"]


def _like(plan: Plan, earlier: pd.DataFrame) -> Array:
    """Return earlier leaf values in the order of this period's leaves and units."""
    ids = [plan.ids[row] for row in plan.leaves]
    aligned = earlier.reindex(index=list(plan.units.codes), columns=ids)
    return np.ascontiguousarray(aligned.to_numpy(dtype=np.float64).T)
