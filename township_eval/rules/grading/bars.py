"""What keeps a unit from a grade whatever its points: conditions, flags, coverage.

A grade that is barred bars the better ones too: who may not be 良好 may not be 优秀 either. So every
bar is one place, the best that remains.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from township_eval.errors import Problem
from township_eval.inputs import Units
from township_eval.language import Text, listed
from township_eval.methods.scoring.base import reaches
from township_eval.methods.varying import Array
from township_eval.rules.grading.places import best_first
from township_eval.rules.grading.words import Asked
from township_eval.scheme.conditions.nodes import Lookup
from township_eval.scheme.model import Grade, Scheme

__all__ = ["ANY_FLAG", "Asking", "Flagged", "Limit", "coverage_limits", "grade_bars", "told", "unknown_note"]

#: what ``unless`` says to mean any sanction proposed in the period
ANY_FLAG: Final = "flagged"

Kind: TypeAlias = Literal["requires", "unless", "flagged", "limiter", "veto", "coverage", "quota"]
#: per unit whether it is flagged, or the rules that flag it as one text ("" none)
Flagged: TypeAlias = "Sequence[str] | NDArray[np.bool_]"


@dataclass(frozen=True, slots=True)
class Limit:
    """One reason why a unit may not have its grade by points.

    Attributes
    ----------
    at : int
        Position of the unit.
    place : int
        Best place among the grades that remains; their number: none remains.
    kind : str
        What sort of reason.
    rule : str
        Id of the limiter or veto, or name of the grade that is barred.
    tell : callable
        From the position to the reason with values and thresholds; most are never asked for.
    """

    at: int
    place: int
    kind: Kind
    rule: str
    tell: Callable[[int], Text]

    @property
    def reason(self) -> Text:
        """The reason with values and thresholds."""
        return self.tell(self.at)


def told(reason: Text) -> Callable[[int], Text]:
    """Return what tells a reason that is known already, whoever is asked about."""
    return lambda _: reason


@dataclass(frozen=True, eq=False)
class Asking:
    """What conditions are asked with: the units, the values, what ids are called."""

    units: Units
    lookup: Lookup
    labels: Mapping[str, Text]
    digits: int

    def ask(self, text: str) -> Asked:
        """Return the answer of every unit to a condition."""
        return Asked(text, self.lookup, self.labels, self.digits, self.units.n)


def grade_bars(scheme: Scheme, asking: Asking, flagged: Flagged | None) -> tuple[list[Limit], list[Problem]]:
    """Return whom ``requires`` and ``unless`` bar from which grade, and notes on what cannot be told.

    Parameters
    ----------
    scheme : Scheme
    asking : Asking
    flagged : sequence of str or array of bool (n_units,), optional
        Who has a sanction proposed this period; None before flags are known, when it bars nobody.
    """
    limits: list[Limit] = []
    problems: list[Problem] = []
    for place, grade in enumerate(best_first(scheme.grades)):
        for number, text in enumerate(grade.requires):
            asked = asking.ask(text)
            limits += _required(grade, place, asked)
            problems += unknown_note(
                asked, asking.units, f"grades.{grade.name}.requires[{number}]", barred=True
            )
        if grade.unless == ANY_FLAG:
            limits += [] if flagged is None else _flagged(grade, place, flagged)
        elif grade.unless:
            asked = asking.ask(grade.unless)
            limits += _unless(grade, place, asked)
            problems += unknown_note(asked, asking.units, f"grades.{grade.name}.unless", barred=False)
    return limits, problems


def _required(grade: Grade, place: int, asked: Asked) -> Iterator[Limit]:
    failed = Text("{because}未达到,不得评为{grade}", "{because} is required for {grade} and not met")
    unknown = Text(
        "{because}无法判断,按未达到处理,不得评为{grade}",
        "{because} is required for {grade} and cannot be told, which counts as not met",
    )

    def tell(at: int) -> Text:
        pattern = unknown if np.isnan(asked.truth[at]) else failed
        return pattern.format(because=asked.because(at), grade=grade.name)

    for at in np.flatnonzero(asked.truth != 1.0).tolist():
        yield Limit(at, place + 1, "requires", grade.name, tell)


def _unless(grade: Grade, place: int, asked: Asked) -> Iterator[Limit]:
    pattern = Text("因{because}不得评为{grade}", "not {grade} because {because}")

    def tell(at: int) -> Text:
        return pattern.format(because=asked.because(at), grade=grade.name)

    for at in np.flatnonzero(asked.truth == 1.0).tolist():
        yield Limit(at, place + 1, "unless", grade.name, tell)


def _flagged(grade: Grade, place: int, flagged: Flagged) -> Iterator[Limit]:
    pattern = Text(
        "本期已提出处理建议{named},不得评为{grade}",
        "not {grade} because a measure is proposed this period{named}",
    )

    def tell(at: int) -> Text:
        rules = flagged[at]
        named = Text(f"({rules})", f" ({rules})") if isinstance(rules, str) else Text("", "")
        return pattern.format(named=named, grade=grade.name)

    for at, found in enumerate(flagged):
        if found:
            yield Limit(at, place + 1, "flagged", grade.name, tell)


def unknown_note(asked: Asked, units: Units, where: str, *, barred: bool) -> Iterator[Problem]:
    """Yield the note on units whose condition cannot be told: it never holds, so a requirement fails."""
    unknown = np.flatnonzero(np.isnan(asked.truth))
    if not len(unknown):
        return
    names = listed((units.names[at] for at in unknown[np.argsort(units.code_order[unknown])]), 3)
    pattern = Text(
        "{names}:“{words}”缺数据,无法判断,不据此限制等次",
        '{names}: "{words}" cannot be told for want of data; it limits no grade',
    )
    if barred:
        pattern = Text(
            "{names}:“{words}”缺数据,无法判断,按未达到处理",
            '{names}: "{words}" cannot be told for want of data, which counts as not met',
        )
    hint = Text("补报所需数据后重新计算", "report the missing data and evaluate again")
    yield Problem("warning", "grade.unknown", where, pattern.format(names=names, words=asked.words), hint)


def coverage_limits(scheme: Scheme, coverage: Array) -> Iterator[Limit]:
    """Yield who rests on too little reported data to be graded at all."""
    if scheme.minimum_coverage is None:
        return
    least = scheme.minimum_coverage
    pattern = Text(
        "数据覆盖率{share}%低于规定的{least}%,不评等次", "coverage {share} % is below {least} %: no grade"
    )

    def tell(at: int) -> Text:
        return pattern.format(share=_percent(coverage[at], least), least=f"{100 * least:g}")

    short = ~np.isnan(coverage) & ~reaches(coverage, np.array(least))
    for at in np.flatnonzero(short).tolist():
        yield Limit(at, len(scheme.grades), "coverage", "minimum_coverage", tell)


def _percent(share: float, least: float) -> str:
    """Return a share below a bound in percent, with as many digits as tell it from the bound."""
    for places in range(1, 12):
        said = f"{100 * share:.{places}f}"
        if float(said) < 100 * least:
            return said
    return f"{100 * share!r}"
