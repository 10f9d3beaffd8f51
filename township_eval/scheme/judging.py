"""What a scheme says of consequences: adjustments, vetoes, grades, flags, use and openness of results.

All of it is data; nothing here is applied without the authority that the data name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from township_eval.scheme.sources import Mark

if TYPE_CHECKING:
    from township_eval.methods.varying import Number

__all__ = [
    "AdjustmentItem", "Adjustments", "Approval", "Context", "Disclosure", "Escalation", "FlagRule", "Grade",
    "Limiter", "Pool", "Post", "Quota", "Start", "Use", "Veto",
]  # fmt: skip


# ---- grades --------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """Places of a grade: a ``count`` or a ``share`` of the ranked units, per class or over all."""

    count: int | None = None
    share: float | None = None
    per: Literal["group", "all"] = "all"
    ties: Literal["all", ""] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grade:
    """A grade (等次), its cut point in units of `Scheme.scale`, its places and what it takes.

    ``unless`` is a condition that bars a unit from it, or ``flagged``: any sanction proposed this
    period. ``requires`` are conditions that must all hold (all-must-pass).
    """

    name: str
    at_least: float
    quota: Quota | None = None
    unless: str = ""
    requires: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Limiter:
    """A limit of the grade (不得评为一般以上等次) that never touches the score.

    It works while the condition ``when`` holds, or from the date of an event of this id for ``days``
    calendar days (or until the date the event itself states).
    """

    id: str
    at_most: str
    name: str = ""
    when: str = ""
    event: bool = False
    days: int | None = None
    basis: str = ""


# ---- adjustments ---------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """Bonus or deduction points: most in total, per item and per source; honours that may count."""

    cap: float | None = None
    item_cap: float | None = None
    source_cap: float | None = None
    approved_honours: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjustments:
    """What is added to and taken from the composite, apart from it."""

    bonus: Pool | None = None
    deduction: Pool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjustmentItem:
    """One thing that earns or loses points: what an event of it is worth, and its own cap.

    ``amount`` is worth an event that states none, ``marks`` by its grade. ``honour`` says whether only
    approved honours count; not stated, they alone count where the pool lists any. An item with a
    ``block`` takes that node's score times ``factor`` (0 sets it to zero) and costs no points besides.
    """

    id: str
    pool: Literal["bonus", "deduction"]
    name: str = ""
    amount: float | None = None
    marks: tuple[Mark, ...] = ()
    cap: float | None = None
    source: str = ""
    honour: bool | None = None
    block: str = ""
    factor: float | None = None
    basis: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """An additive adjustment for circumstances: bounded, with its reason, shown apart from all else."""

    amount: Number
    bound: float
    reason: str


# ---- vetoes --------------------------------------------------------------------------------------
# Only the autonomous region may approve a single-item veto (三(四)).
_REGION: Final = re.compile(r"(宁夏(回族)?)?自治区(级)?|(the )?autonomous region", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """The document by which a veto was approved; only the autonomous region's makes it effective."""

    reference: str = ""
    authority: str = ""
    level: str = ""
    date: str = ""
    until: str = ""

    @property
    def lacking(self) -> tuple[str, ...]:
        """Fields without which the approval counts for nothing; empty when it is complete.

        The level must be the autonomous region itself (自治区), not a body that reports to it.

        Examples
        --------
        >>> Approval(reference="x", authority="市委", level="市(报自治区备案)").lacking
        ('level', 'date')
        """
        absent = {name: not getattr(self, name).strip() for name in ("reference", "authority", "date")}
        absent["level"] = _REGION.fullmatch(self.level.strip()) is None
        return tuple(name for name in ("reference", "authority", "level", "date") if absent[name])


@dataclass(frozen=True, slots=True, kw_only=True)
class Veto:
    """A single-item veto (一票否决); inert without its approval."""

    id: str
    name: str
    effect: tuple[tuple[str, str], ...] = ()
    approval: Approval | None = None
    basis: str = ""


# ---- flags ---------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class Escalation:
    """The flag rule a repeated flag becomes, after how many periods with fresh evidence in a row."""

    to: str
    after: int


@dataclass(frozen=True, slots=True)
class Post:
    """The post a flag is addressed to in units of one kind: 镇 -> 镇党委书记、镇长.

    The kind ``default`` stands for every kind that is not listed.
    """

    kind: str
    post: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagRule:
    """When which measure is proposed, by whom, on what basis; a proposal, never a decision.

    ``kind`` is ``sanction`` where a measure of the ladder is named, else as stated: ``positive``
    (评优评先, 示范乡镇) or ``support`` (for the weak). The condition is ``when``, or the list
    ``conditions`` joined by the stated ``reading`` (``and`` or ``or``), which is printed.
    """

    id: str
    measure: str
    when: str = ""
    conditions: tuple[str, ...] = ()
    reading: Literal["", "and", "or"] = ""
    name: str = ""
    kind: Literal["", "sanction", "positive", "support"] = ""
    certainty: Literal["", "probable", "confirmed"] = ""
    subject: str = ""
    posts: tuple[Post, ...] = ()
    matter: str = ""
    scope: str = ""
    steps: tuple[str, ...] = ()
    owner: tuple[str, ...] = ()
    basis: str = ""
    due_days: int | None = None
    due_in: Literal["calendar", "working"] = "calendar"
    clear_when: str = ""
    escalates: Escalation | None = None

    @property
    def condition(self) -> str:
        """The condition as one text; empty where the rule is only reached by escalation."""
        if not self.conditions:
            return self.when
        return f" {self.reading or 'and'} ".join(f"({one})" for one in self.conditions)


# ---- use and openness of results -----------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """A use of results (R10): the units a condition selects, as a reference and never a decision."""

    id: str
    when: str
    name: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Start:
    """The day the results of one period are posted."""

    period: str
    date: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosure:
    """How results are opened, posted and discussed (公开、公示、公议).

    Days count from the day that ``starts`` states for the period, else from the day the data stand at
    (``as_of``), in working or calendar days. ``minimum_n`` is the fewest valid answers a published
    satisfaction score rests on: fewer are not reliable enough to print, which keeps no secret.
    """

    notice_days: int = 5
    objection_days: int = 10
    answer_days: int = 10
    days: Literal["calendar", "working"] = "working"
    channel: str = ""
    minimum_n: int = 30
    ranks: bool = False
    starts: tuple[Start, ...] = ()
