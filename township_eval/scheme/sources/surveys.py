"""Satisfaction surveys: what an answer is worth, whose answers count, and how they were drawn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar, Final, Literal, TypeAlias

from township_eval.language import Text, join_texts, listed

__all__ = ["Answer", "Channel", "Design", "Gate", "Question", "Satisfaction"]

#: how the people who answered were found: a probability sample has a sampling error, a complete list
#: has none, an open code or link has one nobody knows
Design: TypeAlias = Literal["probability", "list census", "convenience"]


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of a scale and the points it is worth."""

    answer: str
    points: float


@dataclass(frozen=True, slots=True)
class Channel:
    """One channel of a survey: its share in the mix and how its respondents were found.

    ``deff`` is the design effect assumed where only counts or means are handed in.
    """

    channel: str
    weight: float
    design: Design = "probability"
    deff: float | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """One question and its weight among the questions."""

    question: str
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """What a township's sample must reach: effective size ``n / deff`` and degrees of freedom."""

    n_eff: float | None = None
    df: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Satisfaction:
    """Mean points of the answers: single answers, counts, or means with their spread.

    ``kind: survey`` is another name of it. ``scale`` says what each answer is worth; in short
    ``{likert: 5}`` gives the answers 1 to 5 the points 0, 25, 50, 75, 100, ``{top: 2, of: 5}`` gives
    the two best 100 and the others 0, and ``{net: 2, of: 5}`` gives the two best 100, the two worst
    -100 (the leaf's scoring rule must then take -100 to 100). A scheme is written with the points.

    Answers in ``dont_know`` and ``refused`` are counted apart, as blanks are; with
    ``denominator: with_dont_know`` don't know stays in the denominator at zero points. Several
    questions are averaged with ``questions`` as weights (equal when absent), per person where persons
    are known, who must have ``minimum_items`` valid answers. Channels are mixed by weight.

    ``design`` says how people were found where there are no channels, else each channel says so;
    ``deff`` holds for all channels that state none. ``minimum`` marks values whose sample is too
    small and asks for another survey; it never changes a value. ``calibrate`` brings the weights of
    single answers to the totals in the table ``margins``, ``trim_weights`` cuts those above so many
    medians before that. ``small_area`` names reported columns that predict the value: the model
    estimate stands beside the survey's own, never in its place.
    """

    kind: ClassVar[str] = "satisfaction"
    scale: tuple[Answer, ...]
    dont_know: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    denominator: Literal["valid", "with_dont_know"] = "valid"
    channels: tuple[Channel, ...] = ()
    design: Design = "probability"
    deff: float | None = None
    questions: tuple[Question, ...] = ()
    minimum_items: int = 1
    minimum: Gate | None = None
    calibrate: tuple[str, ...] = ()
    trim_weights: float | None = None
    lonely: Literal["raise", "adjust", "average", "certainty", "remove"] = "raise"
    small_area: tuple[str, ...] = ()

    @property
    def asked_by(self) -> tuple[Channel, ...]:
        """The channels with their design effects; without any, one that is all answers together."""
        if not self.channels:
            return (Channel("", 1.0, self.design, self.deff),)
        return tuple(one if one.deff is not None else replace(one, deff=self.deff) for one in self.channels)

    @property
    def lonely_words(self) -> Text:
        """What is done about strata with one cluster in the sample."""
        how = _LONELY[self.lonely]
        zh, en = f"层内只有一个样本群的,{how.zh}", f"strata with one cluster: {how.en}"
        return Text(f"{zh}({self.lonely})", f"{en} ({self.lonely})")

    def words(self) -> Text:
        """Say how the number comes about."""
        parts = (self._points(), *self._denominator(), *self._mix(), *self._weights(), *self._demands())
        return join_texts(parts)

    def _points(self) -> Text:
        zh = "、".join(f"{one.answer}{one.points:g}" for one in self.scale)
        en = ", ".join(f"{one.answer} {one.points:g}" for one in self.scale)
        return Text(f"答案折算:{zh}", f"points of answers: {en}")

    def _denominator(self) -> Iterator[Text]:
        if self.dont_know:
            counted = Text("{named}按零分计入", "{named} counted with zero points")
            apart = Text("{named}不计入", "{named} left out")
            how = apart if self.denominator == "valid" else counted
            yield how.format(named=listed(self.dont_know))
        if self.refused:
            yield Text("{named}作拒答不计入", "{named} left out as refused").format(
                named=listed(self.refused)
            )
        if self.minimum_items > 1:
            yield Text(
                f"每人至少答{self.minimum_items}题", f"at least {self.minimum_items} valid answers a person"
            )

    def _mix(self) -> Iterator[Text]:
        if self.questions:
            named = listed([f"{one.question} {one.weight:g}" for one in self.questions])
            yield Text("各题权重:{named}", "weights of questions: {named}").format(named=named)
        if self.channels:
            mix = ":".join(f"{one.weight:g}" for one in self.channels)
            named = listed([one.channel for one in self.channels])
            yield Text("{named}按{mix}合成", "{named} mixed {mix}").format(named=named, mix=mix)
        for design, said in _DESIGNS.items():
            of = [one.channel for one in self.asked_by if one.design == design]
            if of:
                who = listed(of) if self.channels else Text("", "")
                yield (_WHO if self.channels else Text("{said}", "{said}")).format(who=who, said=said)
        for one in self.asked_by:
            if one.deff is not None:
                yield Text(
                    f"{one.channel}只有票数或均值时,设计效应按{one.deff:g}",
                    f"{one.channel} design effect {one.deff:g} where only counts or means are given".strip(),
                )

    def _weights(self) -> Iterator[Text]:
        if self.trim_weights is not None:
            yield Text(
                f"权重超过中位数{self.trim_weights:g}倍的截断",
                f"weights above {self.trim_weights:g} medians cut",
            )
        if self.calibrate:
            yield Text("权重按{named}校准到总体人数", "weights brought to the population by {named}").format(
                named=listed(self.calibrate)
            )
        if self.lonely != "raise":
            yield self.lonely_words

    def _demands(self) -> Iterator[Text]:
        gate = self.minimum
        if gate is not None:
            least = [
                Text(f"{zh}不少于{number:g}", f"{en} of at least {number:g}")
                for zh, en, number in (
                    ("有效样本量(样本量÷设计效应)", "an effective sample (n / deff)", gate.n_eff),
                    ("自由度", "degrees of freedom", gate.df),
                )
                if number is not None
            ]
            yield Text("样本要求:{least}", "the sample needs {least}").format(
                least=join_texts(least, zh="、", en=" and ")
            )
        if self.small_area:
            yield Text(
                "另列小区域估计(仅供参考):{named}", "small-area estimate beside it, advice only: {named}"
            ).format(named=listed(self.small_area))


_DESIGNS: Final[dict[str, Text]] = {
    "probability": Text("概率抽样", "probability sample"),
    "list census": Text("名单普查,无抽样误差", "complete list, no sampling error"),
    "convenience": Text("自愿参与,误差未知", "whoever took part, error unknown"),
}
_LONELY: Final[dict[str, Text]] = {
    "raise": Text("不予估计", "refused"),
    "adjust": Text("误差按与总体均值的差计", "error from the distance to the mean of all"),
    "average": Text("误差按其他层的平均计", "error as in the other strata on average"),
    "certainty": Text("视为必抽的群,不计误差", "taken as certain to be drawn, no error counted"),
    "remove": Text("不计误差", "no error counted"),
}
_WHO: Final = Text("{who}为{said}", "{who}: {said}")
