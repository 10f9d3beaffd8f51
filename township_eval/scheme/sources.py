"""How a leaf of the tree gets its one number per unit, as the scheme states it.

These are the statements only; `township_eval.sources` computes them from the inputs. Names of
columns are names of columns in the inputs: an indicator id, or a column that some department fills.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, TypeAlias

__all__ = [
    "Answer", "Change", "Channel", "Events", "Growth", "Items", "Mark", "Measured", "Milestone",
    "Ratings", "Ratio", "Satisfaction", "ShareOfPersons", "Source",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """The number is reported as it stands, in ``column`` (default: the indicator's id)."""

    kind: ClassVar[str] = "measured"
    column: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """``numerator / denominator``; in percent when the indicator's unit is ``%``.

    With ``where`` both columns are summed over the rows of the table ``roster`` that satisfy the
    condition (villages with at least 1,500 people and demand); no such row: not applicable.
    """

    kind: ClassVar[str] = "ratio"
    numerator: str
    denominator: str
    where: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """Compound average yearly growth from ``start`` to ``end``; in percent if the unit is ``%``."""

    kind: ClassVar[str] = "growth"
    start: str
    end: str
    years: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Items:
    """Share (weighted) of a checklist's ``columns`` that are met; in percent if the unit is ``%``.

    One column may also hold the number met ("11") when ``of`` states how many there are.
    """

    kind: ClassVar[str] = "items"
    columns: tuple[str, ...]
    weights: tuple[float, ...] = ()
    of: float | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """Marks one event of this grade costs (or one item of this kind earns)."""

    grade: str
    marks: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Events:
    """Sum of marks over the unit's rows of the table ``events`` whose rule is this indicator.

    ``marks`` maps an event's grade to its marks; without it the row's own amount counts. No row
    is zero, not missing: nothing happened.
    """

    kind: ClassVar[str] = "events"
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareOfPersons:
    """Share of a unit's persons in the table ``roster`` whose ``column`` reaches ``at_least``.

    In percent when the indicator's unit is ``%``.
    """

    kind: ClassVar[str] = "share_of_persons"
    column: str
    at_least: float
    where: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Change of ``column`` on the unit's own previous period: difference, or percent if ``relative``."""

    kind: ClassVar[str] = "change"
    column: str | None = None
    relative: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone:
    """Days late: date in ``done`` minus date ``due`` (a column, or a date), at least 0 when early.

    Not done yet counts up to the inputs' ``as_of``.
    """

    kind: ClassVar[str] = "milestone"
    due: str
    done: str


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of a scale and the points it is worth."""

    answer: str
    points: float


@dataclass(frozen=True, slots=True)
class Channel:
    """One channel of a survey and its share in the mix."""

    channel: str
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Satisfaction:
    """Mean points of the answers in the table ``satisfaction`` (counts), channels mixed by weight.

    Answers in ``dont_know`` are left out of the denominator and counted apart. Several questions
    are averaged with ``questions`` as weights (equal when absent).
    """

    kind: ClassVar[str] = "satisfaction"
    scale: tuple[Answer, ...]
    dont_know: tuple[str, ...] = ()
    channels: tuple[Channel, ...] = ()
    questions: tuple[Channel, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratings:
    """Mean of the raters' scores in the table ``ratings`` after dropping ``trim`` high and ``trim`` low."""

    kind: ClassVar[str] = "ratings"
    trim: int = 0
    low: float = 0.0
    high: float = 100.0
    minimum: int = 1


Source: TypeAlias = (
    Measured | Ratio | Growth | Items | Events | ShareOfPersons | Change | Milestone | Satisfaction | Ratings
)
