"""Figures that departments report: taken as they stand, or computed from a few columns.

Names of columns are names of columns in the inputs: an indicator id, or a column that some department
fills.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from township_eval.language import Text
from township_eval.scheme.conditions import parse_condition

__all__ = ["Change", "Events", "Growth", "Items", "Mark", "Measured", "Milestone", "Ratio", "ShareOfPersons"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """The number is reported as it stands, in ``column`` (default: the indicator's id)."""

    kind: ClassVar[str] = "measured"
    column: str | None = None

    def words(self) -> Text:
        """Say how the number comes about."""
        if self.column is None:
            return Text("按报送数", "as reported")
        return Text(f"按报送的“{self.column}”", f"as reported in {self.column!r}")


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

    def words(self) -> Text:
        """Say how the number comes about."""
        said = Text(f"{self.numerator}÷{self.denominator}", f"{self.numerator} / {self.denominator}")
        if not self.where:
            return said
        only = parse_condition(self.where).words()
        return Text(
            "{said},只计符合条件的行:{only}", "{said}, summed over the rows of the roster where {only}"
        ).format(said=said, only=only)


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """Compound average yearly growth from ``start`` to ``end``; in percent if the unit is ``%``."""

    kind: ClassVar[str] = "growth"
    start: str
    end: str
    years: float

    def words(self) -> Text:
        """Say how the number comes about."""
        return Text(
            f"{self.start}至{self.end}{self.years:g}年的年均增长(复合)",
            f"average yearly growth from {self.start} to {self.end} over {self.years:g} year(s), compound",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Items:
    """Share (weighted) of a checklist's ``columns`` that are met; in percent if the unit is ``%``.

    One column may also hold the number met ("11") when ``of`` states how many there are.
    """

    kind: ClassVar[str] = "items"
    columns: tuple[str, ...]
    weights: tuple[float, ...] = ()
    of: float | None = None

    def words(self) -> Text:
        """Say how the number comes about."""
        named = Text("、".join(self.columns), ", ".join(self.columns))
        if self.of is not None:
            return Text(f"{named.zh}中达到的项数÷{self.of:g}", f"items met ({named.en}) / {self.of:g}")
        weighed = Text("(加权)", " (weighted)") if self.weights else Text("", "")
        return Text("达到项数占比{weighed}:{named}", "share of items met{weighed}: {named}").format(
            weighed=weighed, named=named
        )


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

    def words(self) -> Text:
        """Say how the number comes about."""
        if not self.marks:
            return Text("各事项分值之和,无事项为0", "sum of the events' amounts, 0 without any")
        zh = "、".join(f"{mark.grade}每次{mark.marks:g}" for mark in self.marks)
        en = ", ".join(f"{mark.grade} {mark.marks:g} each" for mark in self.marks)
        return Text(
            f"各事项按等级计分之和({zh}),无事项为0", f"sum of marks by grade of event ({en}), 0 without any"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareOfPersons:
    """Share of a unit's persons in the table ``roster`` whose ``column`` reaches ``at_least``.

    In percent when the indicator's unit is ``%``.
    """

    kind: ClassVar[str] = "share_of_persons"
    column: str
    at_least: float
    where: str = ""

    def words(self) -> Text:
        """Say how the number comes about."""
        return Text(
            f"花名册中“{self.column}”不少于{self.at_least:g}的人数占比",
            f"share of persons on the roster with {self.column!r} of at least {self.at_least:g}",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Change of ``column`` on the unit's own previous period: difference, or percent if ``relative``."""

    kind: ClassVar[str] = "change"
    column: str | None = None
    relative: bool = False

    def words(self) -> Text:
        """Say how the number comes about."""
        of = Text(self.column or "本指标", self.column or "the indicator")
        how = Text("变化率(%)", "percentage change") if self.relative else Text("增减", "change")
        return Text("{of}比本单位上期的{how}", "{how} of {of} on the unit's own previous period").format(
            of=of, how=how
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone:
    """Days late: date in ``done`` minus date ``due`` (a column, or a date), at least 0 when early.

    Not done yet counts up to the inputs' ``as_of``.
    """

    kind: ClassVar[str] = "milestone"
    due: str
    done: str

    def words(self) -> Text:
        """Say how the number comes about."""
        return Text(
            f"“{self.done}”晚于{self.due}的天数,提前为0",
            f"days by which {self.done!r} is later than {self.due}, 0 when early",
        )
