"""Marks that people give: a third party's assessors, and the ballots of a mutual review."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Final, Literal, TypeAlias

from township_eval.language import Text, join_texts, listed
from township_eval.scheme.sources.surveys import Answer

__all__ = ["Direction", "PanelItem", "PanelWeight", "Ratings", "Reviews"]

#: Who votes on whom in a mutual review (双向考核评议).
Direction: TypeAlias = Literal["departments_rate_townships", "townships_rate_departments"]

_FEW: Final = 6  # weights of so many are read in one line, those of twenty departments are not


@dataclass(frozen=True, slots=True)
class PanelWeight:
    """A rater, or a group of raters, and its weight."""

    rater: str
    weight: float


@dataclass(frozen=True, slots=True)
class PanelItem:
    """An item assessors mark, and its full mark."""

    item: str
    full: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratings:
    """One number per unit from several raters' scores in the table ``ratings``.

    ``method: mean`` drops ``trim`` high and ``trim`` low scores first; ``median`` takes the middle;
    ``severity`` takes out how strict each rater is (additive township and rater model). With
    ``groups`` (an organization each) every group's number is formed alone and then weighted.
    A rater's score is the plain mean over his items; with ``items`` each has a full mark of its own,
    and the score is the share of all full marks, between ``low`` and ``high``.
    ``raters: random`` treats the panel as drawn from many who might have sat, which absolute
    thresholds need; ``fixed`` serves rankings only.

    Examples
    --------
    >>> Ratings(trim=1, minimum=5).words().zh
    '各评估员打分去掉1个最高、1个最低后的平均;至少5人评分'
    """

    kind: ClassVar[str] = "ratings"
    method: Literal["mean", "median", "severity"] = "mean"
    trim: int = 0
    low: float = 0.0
    high: float = 100.0
    minimum: int = 1
    groups: tuple[PanelWeight, ...] = ()
    items: tuple[PanelItem, ...] = ()
    raters: Literal["random", "fixed"] = "random"

    def words(self) -> Text:
        """Say how the number comes about."""
        return join_texts([self._number(), *self._choices()])

    def _number(self) -> Text:
        if self.method == "median":
            return Text("各评估员打分的中位数", "median of the raters' scores")
        if self.method == "severity":
            return Text(
                "各评估员打分校正各人宽严后的平均",
                "mean of the raters' scores, corrected for how strict each of them is",
            )
        if not self.trim:
            return Text("各评估员打分的平均", "mean of the raters' scores")
        return Text(
            f"各评估员打分去掉{self.trim}个最高、{self.trim}个最低后的平均",
            f"mean of the raters' scores without the {self.trim} highest and {self.trim} lowest",
        )

    def _choices(self) -> Iterator[Text]:
        if self.groups:
            yield Text("先按机构分别计算,再加权:{shares}", "by organization, then weighted: {shares}").format(
                shares=_shares(self.groups)
            )
        if self.items:
            yield Text(
                "各项满分:{items},按得分占满分的比例折算", "full marks: {items}; scores are shares of them"
            ).format(items=listed([f"{one.item} {one.full:g}" for one in self.items]))
        if (self.low, self.high) != (0.0, 100.0):
            yield Text(
                f"评分范围{self.low:g}至{self.high:g}", f"scores between {self.low:g} and {self.high:g}"
            )
        if self.minimum > 1:
            yield Text(f"至少{self.minimum}人评分", f"at least {self.minimum} raters")
        if self.raters == "fixed":
            yield Text(
                "评估员视为固定,误差只用于排名", "the raters count as fixed: the error serves rankings only"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviews:
    """Mean of the ballots about a unit in the table ``reviews``, one direction of a mutual review.

    ``raters`` lists who votes, with weights; nobody else may, and nobody votes on itself. Ballots are
    scores, or secret: counts per answer of ``scale``; answers in ``dont_know`` (弃权) are cast but not
    valid. ``trim`` high and ``trim`` low raters (or secret ballots) are dropped. ``design: census``
    says that all who are entitled have voted; a ``sample`` has a sampling error. ``entitled`` is how
    many may vote on a unit, where that is more than the list of raters says.

    Examples
    --------
    >>> Reviews(direction="departments_rate_townships").words().zh
    '部门评议乡镇各票的平均;有票人全部投票,无抽样误差'
    """

    kind: ClassVar[str] = "reviews"
    direction: Direction
    raters: tuple[PanelWeight, ...] = ()
    scale: tuple[Answer, ...] = ()
    dont_know: tuple[str, ...] = ()
    trim: int = 0
    low: float = 0.0
    high: float = 100.0
    minimum: int = 1
    design: Literal["census", "sample"] = "census"
    entitled: int | None = None

    def words(self) -> Text:
        """Say how the number comes about."""
        return join_texts([self._number(), *self._votes(), *self._choices()])

    def _number(self) -> Text:
        dropped = Text(
            f"去掉{self.trim}个最高、{self.trim}个最低后",
            f" without the {self.trim} highest and {self.trim} lowest",
        )
        return _MEANS[self.direction].format(dropped=dropped if self.trim else Text("", ""))

    def _votes(self) -> Iterator[Text]:
        if self.raters:
            weights = {one.weight for one in self.raters}
            many = Text(f"共{len(self.raters)}个评议人", f"{len(self.raters)} raters")
            if len(weights) == 1:
                yield Text("{many},权重相同", "{many} of equal weight").format(many=many)
            elif len(self.raters) <= _FEW:
                yield Text("评议人权重:{shares}", "weights of the raters: {shares}").format(
                    shares=_shares(self.raters)
                )
            else:
                yield Text("{many},按各自权重", "{many}, each with its weight").format(many=many)
        if self.scale:
            zh = "、".join(f"{one.answer}{one.points:g}" for one in self.scale)
            en = ", ".join(f"{one.answer} {one.points:g}" for one in self.scale)
            yield Text(f"答案折算:{zh}", f"points of answers: {en}")
        if self.dont_know:
            yield Text("{named}不计入", "{named} left out").format(named=listed(self.dont_know))

    def _choices(self) -> Iterator[Text]:
        if (self.low, self.high) != (0.0, 100.0):
            yield Text(
                f"评分范围{self.low:g}至{self.high:g}", f"scores between {self.low:g} and {self.high:g}"
            )
        if self.minimum > 1:
            yield Text(f"至少{self.minimum}张有效票", f"at least {self.minimum} valid ballots")
        if self.entitled is not None:
            yield Text(f"有票人{self.entitled}个", f"{self.entitled} entitled to vote")
        yield _DESIGNS[self.design]


_MEANS: Final[dict[str, Text]] = {
    "departments_rate_townships": Text(
        "部门评议乡镇各票{dropped}的平均", "mean of the departments' ballots{dropped}"
    ),
    "townships_rate_departments": Text(
        "乡镇评议部门各票{dropped}的平均", "mean of the townships' ballots{dropped}"
    ),
}
_DESIGNS: Final[dict[str, Text]] = {
    "census": Text("有票人全部投票,无抽样误差", "all who are entitled vote: no sampling error"),
    "sample": Text("抽取的评议人投票,有抽样误差", "a sample of raters votes: with sampling error"),
}


def _shares(weights: tuple[PanelWeight, ...]) -> Text:
    return listed([f"{one.rater} {one.weight:g}" for one in weights])
