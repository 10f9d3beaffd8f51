"""Satisfaction surveys: what an answer is worth, whose answers count, and how they were drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal, TypeAlias

from township_eval.language import Text, join_texts

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

    Answers in ``dont_know`` and ``refused`` are counted apart; with ``denominator: with_dont_know``
    don't know stays in the denominator at zero points. Several questions are averaged with
    ``questions`` as weights (equal when absent), per person where persons are known, who must have
    ``minimum_items`` valid answers. Channels are mixed by weight.
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

    def words(self) -> Text:
        """Say how the number comes about."""
        zh = [f"{one.answer}{one.points:g}" for one in self.scale]
        en = [f"{one.answer} {one.points:g}" for one in self.scale]
        parts = [Text(f"答案折算:{'、'.join(zh)}", f"points of answers: {', '.join(en)}")]
        if self.dont_know:
            parts.append(Text(f"{'、'.join(self.dont_know)}不计入", f"{', '.join(self.dont_know)} left out"))
        if self.channels:
            mix = ":".join(f"{one.weight:g}" for one in self.channels)
            named = [one.channel for one in self.channels]
            parts.append(Text(f"{'、'.join(named)}按{mix}合成", f"{', '.join(named)} mixed {mix}"))
        return join_texts(parts)
