"""The rows of the flags table: whom a rule's measure is proposed for, and everything a decision needs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from township_eval.language import Text
from township_eval.rules.measures import level_of
from township_eval.scheme.model import FlagRule

__all__ = [
    "CLEARED", "CONTINUED", "FLAG_COLUMNS", "NOT_DISTINGUISHABLE", "OPEN", "PROPOSED", "RESURVEY", "WAIVED",
    "Raised", "Spoken", "flag_frame", "no_flags",
]  # fmt: skip

FLAG_COLUMNS: Final = (
    "unit", "subject", "rule", "measure", "level", "certainty", "p",
    "evidence", "evidence_en", "owner", "basis", "due", "status",
    "kind", "post", "matter", "scope", "steps", "since", "periods", "escalated_from", "required", "family",
    "reading", "waiver", "cell",
)  # fmt: skip

# Codes, not words: reports say them in the reader's language.
PROPOSED: Final = "proposed"
CONTINUED: Final = "continued"
CLEARED: Final = "cleared"
WAIVED: Final = "waived"
NOT_DISTINGUISHABLE: Final = "not_distinguishable"
RESURVEY: Final = "resurvey"

#: what counts as flagged: for ``flagged(id, k)``, for grades barred by a flag, for ``--fail-on``
OPEN: Final = (PROPOSED, CONTINUED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    """One row before it is put into words.

    Attributes
    ----------
    at : int
        Position of the unit.
    rule : FlagRule
        The rule it stands under.
    source : str
        Id of the rule whose condition is the evidence; another one where a flag was escalated.
    status, certainty, required, kind : str
    p, exit_p : float
        Evidence for the condition, and for the exit from it.
    family : int
        Comparisons that the level is shared among.
    since : str
        Period the flag was opened in.
    periods : int
        Periods in a row with fresh evidence, this one included; 0 without fresh evidence.
    escalated_from, waiver : str
        Id of the lighter rule; document of the waiver.
    """

    at: int
    rule: FlagRule
    source: str
    status: str
    certainty: str
    required: str
    kind: str
    p: float
    exit_p: float
    family: int
    since: str = ""
    periods: int = 0
    escalated_from: str = ""
    waiver: str = ""

    @property
    def key(self) -> tuple[int, str, str]:
        """What tells rows apart: unit, rule and rung (or the scheme's own measure)."""
        return self.at, self.rule.id, rung_key(self.rule.measure)


@dataclass(frozen=True, slots=True)
class Spoken:
    """What the engine says of a row: the evidence, the cells it rests on, the post, the due date."""

    evidence: Text
    cell: str
    post: str
    due: str


def rung_key(measure: str) -> str:
    """Return a measure's rung as text, its own words where it is on none.

    Examples
    --------
    >>> rung_key("约谈"), rung_key("interview"), rung_key("合并考核")
    ('1', '1', '合并考核')
    """
    level = level_of(measure)
    return str(level) if level else measure


def flag_frame(
    raised: Sequence[Raised], units: Sequence[str], speak: Callable[[Raised], Spoken], basis: str = ""
) -> pd.DataFrame:
    """Return the flags table, rows in the order given.

    Parameters
    ----------
    raised : sequence of Raised
    units : sequence of str
        Unit codes by position.
    speak : callable
        What is said of a row.
    basis : str
        The scheme's basis, for rules that state none of their own.
    """
    rows = [_row(one, units[one.at], speak(one), basis) for one in raised]
    return pd.DataFrame(rows, columns=list(FLAG_COLUMNS)) if rows else no_flags()


def no_flags() -> pd.DataFrame:
    """Return a flags table without rows."""
    return pd.DataFrame(columns=list(FLAG_COLUMNS))


def _row(one: Raised, unit: str, spoken: Spoken, basis: str) -> dict[str, object]:
    rule, acts = one.rule, one.status in OPEN
    return {
        "unit": unit,
        "subject": rule.subject or "township",
        "rule": rule.id,
        "measure": rule.measure,
        "level": level_of(rule.measure) if one.kind == "sanction" else 0,
        "certainty": one.certainty,
        "p": one.p,
        "evidence": spoken.evidence.zh,
        "evidence_en": spoken.evidence.en,
        "owner": "、".join(rule.owner),
        "basis": rule.basis or basis,
        "due": spoken.due if acts else "",
        "status": one.status,
        "kind": one.kind,
        "post": spoken.post,
        "matter": rule.matter,
        "scope": rule.scope,
        "steps": ";".join(rule.steps),
        "since": one.since,
        "periods": one.periods,
        "escalated_from": one.escalated_from,
        "required": one.required,
        "family": one.family,
        "reading": rule.reading,
        "waiver": one.waiver,
        "cell": spoken.cell,
    }
