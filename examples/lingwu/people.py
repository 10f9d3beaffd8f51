"""Invented answers, marks and ballots that add up to the figures of the example.

Every answer, mark and ballot is drawn up so that the published figure comes out exactly: as many
respondents gave each answer as `figures.csv` counts, items average to the assessor's score, ballots
average to the review's. Chance comes from a generator seeded by period and name, so that the same
figures give the same files.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

__all__ = ["ITEMS", "Person", "ballots", "interviews", "marks"]

ITEMS = ("服务质量", "办事效率", "工作作风", "群众反映")

# Villages (communities in the street) called in each of the two layers, of how many there are; the
# numbers of villages are invented like everything else here.
_LAYERS = (("近郊", 6, 3), ("远郊", 5, 4))
# How much a village's own level sorts the answers: people of one village judge alike.
_TOGETHER = 0.3
_SPREAD = (3, -1, -4, 2)  # items about an assessor's score; adds up to zero


@dataclass(frozen=True)
class Person:
    """One respondent of the telephone survey."""

    number: str
    layer: str
    villages: int  # in the layer, called or not
    village: str
    weight: int
    answer: str


def interviews(period: str, unit: str, code: str, counts: Mapping[str, int]) -> list[Person]:
    """Return a township's respondents: exactly *counts* of each answer, best answers first in the scale.

    Respondents of a village answer more alike than strangers, as in real surveys; every respondent of
    a township stands for the same number of people. Layers and villages bear the township's name: two
    villages of one name would be one sample.
    """
    chance = random.Random(f"{period} {unit}")  # noqa: S311  invented answers, not secrets
    places = [
        (f"{unit}{layer}", taken * times, f"{unit}{layer}{number + 1}村")
        for layer, taken, times in _LAYERS
        for number in range(taken)
    ]
    levels = [chance.random() for _ in places]
    total = sum(counts.values())
    slots = sorted(
        (_TOGETHER * levels[at % len(places)] + (1 - _TOGETHER) * chance.random(), at) for at in range(total)
    )
    answers = [answer for answer, count in counts.items() for _ in range(count)]
    heard = {at: answer for (_, at), answer in zip(reversed(slots), answers, strict=True)}
    weight = 20 + sum(code.encode()) % 30
    return [
        Person(f"{code[-3:]}-{at + 1:03d}", *places[at % len(places)], weight, heard[at])
        for at in range(total)
    ]


def marks(score: int) -> tuple[int, ...]:
    """Return one assessor's marks by item, 0 to 100; their mean is *score*.

    >>> marks(92), sum(marks(92)) / 4
    ((95, 91, 88, 94), 92.0)
    """
    return tuple(score + apart for apart in _SPREAD)


def ballots(key: str, score: int, voters: Sequence[str]) -> dict[str, int]:
    """Return one ballot per voter, 0 to 100; their mean is *score*."""
    chance = random.Random(key)  # noqa: S311  invented ballots, not secrets
    apart = [chance.randint(-4, 4) for _ in voters]
    at = 0
    while (excess := sum(apart)) != 0:  # bring them back to the mean, one point at a time
        if abs(apart[at] - (step := 1 if excess > 0 else -1)) <= 5:
            apart[at] -= step
        at = (at + 1) % len(apart)
    return {voter: score + one for voter, one in zip(voters, apart, strict=True)}
