"""Every leaf's value for every unit, with its status: the sources asked in turn."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from township_eval.errors import Problem
from township_eval.inputs import NOT_APPLICABLE, NOT_DUE, NOT_REPORTED, Flags, Past, Prepared, columns_read
from township_eval.inputs.entries.matrix import Claim
from township_eval.language import Text
from township_eval.methods.ratings.persistence import joined_severities
from township_eval.methods.varying import Array
from township_eval.scheme.sources import (
    Change,
    Events,
    Growth,
    Items,
    Measured,
    Milestone,
    Ratings,
    Ratio,
    Reviews,
    Satisfaction,
    ShareOfPersons,
    Tasks,
)
from township_eval.sources.applicability import Applicability, Question, applicability, questions
from township_eval.sources.events import events
from township_eval.sources.evidence import Ask, Evidence, Found
from township_eval.sources.history import change, milestone
from township_eval.sources.measured import growth, items, measured, ratio
from township_eval.sources.panel.ratings import ratings
from township_eval.sources.refusals import without_echoes
from township_eval.sources.review.reviews import reviews
from township_eval.sources.roster import share_of_persons
from township_eval.sources.survey.satisfaction import satisfaction
from township_eval.sources.tasks.leaf import tasks

__all__ = ["SOURCES", "collect"]

#: How each kind of source is computed; a new kind is one function and one line here.
SOURCES: Final[Mapping[type, Callable[[Ask, Any], Found]]] = {
    Measured: measured,
    Ratio: ratio,
    Growth: growth,
    Items: items,
    ShareOfPersons: share_of_persons,
    Events: events,
    Change: change,
    Milestone: milestone,
    Satisfaction: satisfaction,
    Ratings: ratings,
    Reviews: reviews,
    Tasks: tasks,
}


def collect(prepared: Prepared, past: Past | None = None) -> dict[str, Evidence]:
    """Return the evidence of every leaf, in tree order.

    Parameters
    ----------
    prepared : Prepared
        From `prepare`.
    past : Past, optional
        The period before, for changes.

    Returns
    -------
    dict of str to Evidence
        By leaf id. Values are NaN unless the status is reported; problems are in each evidence.
    """
    return _Collector(prepared, past).all()


class _Collector:
    """Asks each leaf once; a condition may need another leaf's value before its turn."""

    def __init__(self, prepared: Prepared, past: Past | None) -> None:
        self.prepared = prepared
        self.past = past
        self.questions = questions(prepared)
        self.done: dict[str, Evidence] = {}
        self.open: list[str] = []

    def all(self) -> dict[str, Evidence]:
        return {leaf_id: self.evidence(leaf_id) for leaf_id in self.questions}

    def evidence(self, leaf_id: str) -> Evidence:
        if leaf_id not in self.done:
            self.open.append(leaf_id)
            parts = [self.answer(question) for question in self.questions[leaf_id]]
            self.done[leaf_id] = parts[0] if len(parts) == 1 else _merged(parts, self.questions[leaf_id])
            self.open.pop()
        return self.done[leaf_id]

    def value_of(self, name: str) -> Array:
        """Return the values of a column, else of a leaf; NaN where a condition goes in a circle."""
        if self.prepared.has_column(name):
            return self.prepared.column(name).value
        if name in self.questions and name not in self.open:
            return self.evidence(name).value
        return np.full(self.prepared.units.n, np.nan)

    def answer(self, question: Question) -> Evidence:
        """Ask the source about the units the leaf applies to, and settle every unit's status."""
        who = applicability(self.prepared, question, self.value_of)
        due = not question.leaf.due_in  # of one period, a node that still states it is not due
        wanted = who.applies if due else np.zeros_like(who.applies)
        ask = Ask(self.prepared, question.leaf, wanted, self.past)
        found = SOURCES[type(question.leaf.source)](ask, question.leaf.source)
        return _settled(ask, found, who, due=due)


def _settled(ask: Ask, found: Found, who: Applicability, *, due: bool) -> Evidence:
    """Turn an answer into evidence: one of the four statuses for every unit."""
    claimed = _claimed(ask, found)
    problems, refused = without_echoes(ask, found)
    excused = claimed if found.excused is None else claimed | found.excused
    blank = np.isnan(found.value)
    status = np.zeros(ask.n_units, dtype=np.int8)
    status[blank] = NOT_REPORTED
    status[who.unknown] = NOT_REPORTED
    status[excused | ~who.applies] = NOT_APPLICABLE
    if not due:
        status[:] = NOT_DUE
    scored = status == 0
    value = found.value if scored.all() or (blank == ~scored).all() else np.where(scored, found.value, np.nan)
    return Evidence(
        value=value,
        status=status,
        se=_kept(found.se, scored),
        n=_kept(found.n, scored),
        df=_kept(found.df, scored),
        unknown=None if found.unknown is None else found.unknown & scored,
        loadings=tuple(part.scaled(scored.astype(np.float64)).without_unused() for part in found.loadings),
        method=found.method,
        assumption=found.assumption,
        cells=None if found.cells is None else tuple(found.cells),
        details=_with_claims(ask, found.details, status == NOT_APPLICABLE),
        tables=found.tables,
        problems=(*who.problems, *problems, *_refused(ask, claimed)) if due else (),
        refused=refused,
        severities=found.severities,
    )


def _kept(numbers: Array | None, scored: Flags) -> Array | None:
    return None if numbers is None else np.where(scored, numbers, np.nan)


def _claimed(ask: Ask, found: Found) -> Flags:
    """Return where the inputs say that the leaf does not apply: as a whole, or through a column."""
    claimed = np.zeros(ask.n_units, dtype=np.bool_) if found.claimed is None else found.claimed
    whole = ask.prepared.columns.not_applicable.get((ask.leaf.id, ""))
    return claimed if whole is None else claimed | whole


def _refused(ask: Ask, claimed: Flags) -> Iterable[Problem]:
    """Yield claims the scheme does not allow: nobody escapes an indicator by typing a stroke."""
    if ask.leaf.may_not_apply or not claimed.any():
        return ()
    what = Text(
        "{unit} 把“{leaf}”报为不涉及,方案不允许",
        "{unit} marks {leaf} as not applicable; the scheme does not allow it",
    )
    hint = Text(
        "报数值;确应允许的,在方案中写 may_not_apply 或 applies_to",
        "report the value, or let the scheme say may_not_apply or applies_to",
    )
    places = np.full(ask.n_units, "", dtype=object)
    for i, claim in _claims(ask).items():
        places[i] = claim.where
    return ask.each("not_applicable.refused", claimed, what, hint, places)


def _claims(ask: Ask) -> dict[int, Claim]:
    """Return the entries that say the leaf, or a column of it, does not apply; by unit position."""
    columns = [name for name, _ in columns_read(ask.leaf)]
    keys = [(ask.leaf.id, ""), *((ask.leaf.id, name) for name in columns), *((name, "") for name in columns)]
    given = ask.prepared.columns.claims
    return {i: claim for key in reversed(keys) for i, claim in given.get(key, {}).items()}


def _with_claims(ask: Ask, details: pd.DataFrame | None, accepted: Flags) -> pd.DataFrame | None:
    """Return the details with the rows that say why something does not apply."""
    claims = {i: claim for i, claim in _claims(ask).items() if accepted[i]}
    if not claims:
        return details
    codes = ask.prepared.units.codes
    said = [{"unit": codes[i], "column": ask.leaf.id, **dict(claims[i].said)} for i in sorted(claims)]
    rows = pd.DataFrame(said, dtype=object)
    rows.insert(2, "value", np.full(len(rows), None, dtype=object))
    return rows if details is None else pd.concat([details, rows], ignore_index=True)


def _merged(parts: list[Evidence], asked: Iterable[Question]) -> Evidence:
    """Join the answers to statements that differ by class or unit."""
    n = len(parts[0].value)
    chosen = np.zeros(n, dtype=np.intp)
    for number, question in enumerate(asked):
        chosen[question.positions] = number

    def pick(arrays: list[Array]) -> Array:
        return np.stack(arrays)[chosen, np.arange(n)]

    def numbers(name: str) -> Array | None:
        found = [getattr(part, name) for part in parts]
        blank = np.full(n, np.nan)
        return None if _none(found) else pick([blank if one is None else one for one in found])

    cells = [part.cells or ("",) * n for part in parts]
    unknown, refused = (
        [np.zeros(n, dtype=np.bool_) if (flags := getattr(part, name)) is None else flags for part in parts]
        for name in ("unknown", "refused")
    )
    assumed = [part.assumption or (Text("", ""),) * n for part in parts]
    frames = [part.details for part in parts if part.details is not None]
    return Evidence(
        value=pick([part.value for part in parts]),
        status=np.stack([part.status for part in parts])[chosen, np.arange(n)],
        se=numbers("se"),
        n=numbers("n"),
        df=numbers("df"),
        unknown=np.stack(unknown)[chosen, np.arange(n)],
        loadings=tuple(
            loaded.scaled((chosen == number).astype(np.float64)).without_unused()
            for number, part in enumerate(parts)
            for loaded in part.loadings
        ),
        method=" / ".join(dict.fromkeys(part.method for part in parts)),
        assumption=tuple(assumed[chosen[i]][i] for i in range(n))
        if any(p.assumption for p in parts)
        else None,
        cells=tuple(cells[chosen[i]][i] for i in range(n)) if any(part.cells for part in parts) else None,
        details=pd.concat(frames, ignore_index=True).drop_duplicates(ignore_index=True) if frames else None,
        tables=tuple(_distinct(part.tables for part in parts)),
        problems=tuple(dict.fromkeys(problem for part in parts for problem in part.problems)),
        refused=np.stack(refused)[chosen, np.arange(n)],
        severities=joined_severities([part.severities for part in parts]),
    )


def _distinct(
    parts: Iterable[tuple[tuple[str, pd.DataFrame], ...]],
) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield the tables of several answers, whole ones that each of them gives only once."""
    seen: list[tuple[str, pd.DataFrame]] = []
    for name, frame in (table for part in parts for table in part):
        if not any(name == before and frame.equals(other) for before, other in seen):
            seen.append((name, frame))
            yield name, frame


def _none(found: list[Any]) -> bool:
    return all(one is None for one in found)
