"""Questions that the scheme weighs and nobody was asked, or nobody of a unit answered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from township_eval.errors import Problem
from township_eval.inputs import Flags
from township_eval.language import Text
from township_eval.scheme.sources import Satisfaction
from township_eval.sources.evidence import Ask
from township_eval.sources.survey.parts import Line

__all__ = ["unasked"]

_HINT = Text(
    "补问这一题,或在方案 questions 中去掉它", "ask the question, or take it out of the scheme's questions"
)


def unasked(
    ask: Ask, source: Satisfaction, lines: Sequence[Line], counted: Sequence[Flags]
) -> Iterator[Problem]:
    """Warn where the mean of a unit rests on fewer questions than the scheme weighs, or its channel asked.

    Parameters
    ----------
    ask : Ask
    source : Satisfaction
    lines : sequence of Line
        A channel and question each.
    counted : sequence of bool array, (n_units,)
        Of which units each line counts.
    """
    asked = {line.question for line in lines}
    for one in source.questions:
        if lines and one.weight > 0 and one.question not in asked:
            what = Text(
                f"没有人被问到“{one.question}”,平均分只含其余各题",
                f"nobody was asked {one.question!r}: the mean is that of the other questions",
            )
            yield Problem("warning", "satisfaction.unasked", ask.leaf.id, what, _HINT)
    weighed = {one.question for one in source.questions if one.weight > 0} or asked
    for channel in dict.fromkeys(line.channel for line in lines):
        own = [(line, units) for line, units in zip(lines, counted, strict=True) if line.channel == channel]
        answered = np.stack([(line.measured.n > 0) & units for line, units in own])
        short = answered.any(axis=0) & ask.wanted
        for (line, _), valid in zip(own, answered, strict=True):
            if line.question in weighed:
                yield from (_missing(ask, line, int(i)) for i in np.flatnonzero(short & ~valid))


def _missing(ask: Ask, line: Line, i: int) -> Problem:
    of = Text(f"“{line.channel}”渠道", f" in channel {line.channel!r}") if line.channel else Text("", "")
    what = Text(
        f"{ask.name(i)} {of.zh}没有人回答“{line.question}”",
        f"nobody in {ask.name(i)} answered {line.question!r}{of.en}",
    )
    return Problem("warning", "satisfaction.unasked", ask.where(i), what, _HINT)
