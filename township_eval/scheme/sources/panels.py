"""Marks that people give: a third party's assessors, and the ballots of a mutual review."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from township_eval.language import Text
from township_eval.scheme.sources.surveys import Answer

__all__ = ["PanelWeight", "Ratings", "Reviews"]


@dataclass(frozen=True, slots=True)
class PanelWeight:
    """A rater, or a group of raters, and its weight."""

    rater: str
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratings:
    """One number per unit from several raters' scores in the table ``ratings``.

    ``method: mean`` drops ``trim`` high and ``trim`` low scores first; ``median`` takes the middle;
    ``severity`` takes out how strict each rater is (additive township and rater model). With
    ``groups`` (an organization each) every group's number is formed alone and then weighted.
    ``raters: random`` treats the panel as drawn from many who might have sat, which absolute
    thresholds need; ``fixed`` serves rankings only.
    """

    kind: ClassVar[str] = "ratings"
    method: Literal["mean", "median", "severity"] = "mean"
    trim: int = 0
    low: float = 0.0
    high: float = 100.0
    minimum: int = 1
    groups: tuple[PanelWeight, ...] = ()
    raters: Literal["random", "fixed"] = "random"

    def words(self) -> Text:
        """Say how the number comes about."""
        if not self.trim:
            return Text("各评估员打分的平均", "mean of the raters' scores")
        return Text(
            f"各评估员打分去掉{self.trim}个最高、{self.trim}个最低后的平均",
            f"mean of the raters' scores without the {self.trim} highest and {self.trim} lowest",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviews:
    """Mean of the ballots about a unit in the table ``reviews``, one direction of a mutual review.

    ``raters`` lists who votes, with weights; nobody else may, and nobody votes on itself. Ballots are
    scores, or secret: counts per answer of ``scale``. ``design: census`` says that all who are entitled
    have voted; a ``sample`` has a sampling error.
    """

    kind: ClassVar[str] = "reviews"
    direction: Literal["departments_rate_townships", "townships_rate_departments"]
    raters: tuple[PanelWeight, ...] = ()
    scale: tuple[Answer, ...] = ()
    trim: int = 0
    low: float = 0.0
    high: float = 100.0
    minimum: int = 1
    design: Literal["census", "sample"] = "census"

    def words(self) -> Text:
        """Say how the number comes about."""
        if self.direction == "departments_rate_townships":
            return Text("部门评议乡镇各票的平均", "mean of the departments' ballots")
        return Text("乡镇评议部门各票的平均", "mean of the townships' ballots")
