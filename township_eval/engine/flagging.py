"""Conditions of flag rules answered from scores, standing and history."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from township_eval.engine.case import Case
from township_eval.errors import Problem
from township_eval.evaluation import Evaluation, Leaves, Standing
from township_eval.language import Text, join_texts, listed
from township_eval.methods.varying import Array
from township_eval.rules.flags import FLAG_COLUMNS, flag_units
from township_eval.scheme.conditions import Call, Condition, parse_condition
from township_eval.tree import Plan, Scored, coverage

__all__ = ["NO_FLAGS", "flags_of"]

# What later versions answer; until then a condition that needs it is unknown, and a note says so.
_UNANSWERED: Final = frozenset({"lower", "upper", "event", "flagged", "bottom"})

#: no flags and nothing to say about them
NO_FLAGS: Final[tuple[pd.DataFrame, tuple[Problem, ...]]] = (pd.DataFrame(columns=list(FLAG_COLUMNS)), ())

_STANDING_LABELS: Final = {
    "composite": Text("综合得分", "composite"),
    "adjusted": Text("加减分后得分", "adjusted score"),
    "rank": Text("总名次", "rank"),
    "rank_in_group": Text("同类名次", "rank in class"),
    "last": Text("同类末位名次", "last rank of the class"),
    "grade": Text("等次", "grade"),
}


@dataclass(frozen=True, eq=False)
class _Answers:
    """Looks up the names and calls of a condition, one value per unit; NaN where unknown."""

    plan: Plan
    scored: Scored
    leaves: Leaves
    standing: Standing
    history: Sequence[Evaluation]

    def __call__(self, asked: str | Call) -> Any:
        if isinstance(asked, Call):
            return self._call(asked)
        if asked in self.plan.row:
            return self.scored.score[self.plan.row[asked]]
        if asked == "last":
            return self._last()
        if asked == "grade":
            return np.array(self.standing.grade, dtype=object)
        return getattr(self.standing, asked)

    def _call(self, call: Call) -> Array:
        name = str(call.arguments[0])
        if call.function == "previous":
            return self._previous(name, int(float(call.arguments[1])))
        if call.function == "change":
            now: Array = self(name)
            return now - self._previous(name, 1)
        row = self.plan.row.get(name)
        if call.function in _UNANSWERED or row is None:
            return np.full(self.plan.units.n, np.nan)
        if call.function == "coverage":
            status = dict(zip(self.plan.leaves, self.leaves.status, strict=True))
            covered: Array = coverage(self.plan, status)[row]
            return covered
        return self._of_leaf(call.function, row)

    def _of_leaf(self, function: str, row: int) -> Array:
        """Return a leaf's number of answers or its value; unknown for a dimension."""
        if row not in self.plan.leaves:
            return np.full(self.plan.units.n, np.nan)
        column: Array = (self.leaves.n if function == "n" else self.leaves.value)[self.plan.leaves.index(row)]
        return column

    def _previous(self, name: str, back: int) -> Array:
        """Return a node's score, or a standing, *back* periods ago."""
        if not 1 <= back <= len(self.history):
            return np.full(self.plan.units.n, np.nan)
        earlier = self.history[-back]
        known = earlier.matrix() if name in earlier.nodes else earlier.results
        if name not in known:
            return np.full(self.plan.units.n, np.nan)
        column = known[name].reindex(list(self.plan.units.codes))
        return column.to_numpy(dtype=np.float64, na_value=np.nan)

    def _last(self) -> Array:
        """Return how many units are ranked in each unit's class."""
        ranked = ~np.isnan(self.standing.rank_in_group)
        last = np.zeros(self.plan.units.n)
        for group in dict.fromkeys(self.plan.units.groups):
            members = self.plan.units.group_mask(group)
            last[members] = ranked[members].sum()
        return last


def flags_of(
    case: Case, scored: Scored, standing: Standing, history: Sequence[Evaluation]
) -> tuple[pd.DataFrame, tuple[Problem, ...]]:
    """Return the flags of a period, and notes on conditions that could not be answered."""
    plan = case.plan
    answers = _Answers(plan, scored, case.leaves, standing, history)
    labels = {node.id: Text(node.name, node.name) for node in plan.nodes}

    def say(condition: Condition, at: int) -> Text:
        return _evidence(condition, answers, labels, at, plan.scheme.digits)

    flags = flag_units(plan.scheme, plan.units.codes, answers, say, case.prepared.as_of)
    return flags, tuple(_unanswered(plan))


def _evidence(condition: Condition, answers: _Answers, labels: dict[str, Text], at: int, digits: int) -> Text:
    """Say the condition and the values it was decided on."""
    facts = [_fact(labels | _STANDING_LABELS, name, answers(name)[at], digits) for name in condition.names]
    said = condition.words(labels)
    return Text(f"{said.zh}({join_texts(facts).zh})", f"{said.en} ({join_texts(facts).en})")


def _fact(labels: dict[str, Text], name: str, value: Any, digits: int) -> Text:
    counted = name in ("rank", "rank_in_group", "last")
    shown = str(value) if isinstance(value, str) else f"{value:.{0 if counted else digits}f}"
    label = labels.get(name, Text(name, name))
    return Text(f"{label.zh} {shown}", f"{label.en} {shown}")


def _unanswered(plan: Plan) -> Iterator[Problem]:
    for rule in plan.scheme.flags:
        asked = {call.function for call in parse_condition(rule.when).calls} & _UNANSWERED
        if asked:
            what = Text(
                "本版本尚不能判断 {names},该规则视为不能确定,不触发",
                "this version cannot answer {names}: the rule is unknown and raises nothing",
            ).format(names=listed(sorted(asked)))
            yield Problem("warning", "note.not_applied", f"flags.{rule.id}.when", what)
