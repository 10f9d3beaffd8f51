"""Conditions on grades asked of every unit, and said with the values they were decided on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from township_eval.language import Text, join_texts
from township_eval.methods.ranking import round_half_up
from township_eval.methods.varying import Array
from township_eval.scheme.conditions import Call, Compare, Name, parse_condition
from township_eval.scheme.conditions.nodes import Constant, Lookup
from township_eval.scheme.conditions.words import say

__all__ = ["Asked", "say_grade"]

_COUNTED: Final = frozenset({"rank", "rank_in_group", "last"})
_CLOSER: Final = 6  # further digits that tell 59.996 from 60
_NOT_GRADED: Final = Text("不评等次", "not graded")


class Asked:
    """One condition, answered for every unit.

    Parameters
    ----------
    text : str
        The condition.
    lookup : callable
        Value of a name or call, one per unit.
    labels : mapping
        What ids are called.
    digits : int
        Decimal places of the values that are said.
    n_units : int

    Attributes
    ----------
    truth : array (n_units,)
        1 holds, 0 does not, NaN cannot be told.
    words : Text
        The condition as a sentence.

    Examples
    --------
    >>> scores = {"s": np.array([57.3, 59.996])}
    >>> asked = Asked("s < 60", scores.get, {"s": Text("满意度", "satisfaction")}, 2, 2)
    >>> print(asked.words, asked.facts(0), asked.facts(1))
    满意度低于60 满意度 57.30 满意度 59.996
    """

    def __init__(
        self, text: str, lookup: Lookup, labels: Mapping[str, Text], digits: int, n_units: int
    ) -> None:
        condition = parse_condition(text)
        self.truth: Array = np.broadcast_to(condition.evaluate(lookup), (n_units,))
        self.words = condition.words(labels)
        self._digits = digits
        sides: dict[Name | Call, tuple[Any, list[float]]] = {}
        for comparison in condition.comparisons:
            _note_sides(comparison, sides, lookup, n_units)
        self._sides = [(say(side, labels), *found, _is_counted(side)) for side, found in sides.items()]

    def facts(self, at: int) -> Text:
        """Return the values a unit's answer rests on; empty for one of yes or no alone."""
        return join_texts((self._fact(*side, at) for side in self._sides), "、", ", ")

    def because(self, at: int) -> Text:
        """Return the sentence with the values behind it: “满意度低于60”(满意度 57.30)."""
        facts = self.facts(at)
        if not facts:
            return Text(f"“{self.words.zh}”", f'"{self.words.en}"')
        return Text(f"“{self.words.zh}”({facts.zh})", f'"{self.words.en}" ({facts.en})')

    def _fact(self, label: Text, values: Any, bounds: list[float], counted: bool, at: int) -> Text:  # noqa: FBT001
        value = values[at]
        if isinstance(value, str) and value:
            return Text(f"{label.zh}“{value}”", f'{label.en} "{value}"')
        if value is None or isinstance(value, str) or np.isnan(float(value)):
            return Text(f"{label.zh}无数据", f"{label.en}: no data")
        shown = _shown(float(value), 0 if counted else self._digits, bounds)
        return Text(f"{label.zh} {shown}", f"{label.en} {shown}")


def _note_sides(
    comparison: Compare, sides: dict[Name | Call, tuple[Any, list[float]]], lookup: Lookup, n_units: int
) -> None:
    both = (comparison.left, comparison.right)
    bounds = [side.value for side in both if isinstance(side, Constant) and isinstance(side.value, float)]
    for side in both:
        if isinstance(side, Constant):
            continue
        if side not in sides:
            asked = lookup(side.name if isinstance(side, Name) else side)
            sides[side] = (np.broadcast_to(np.asarray(asked), (n_units,)), [])
        sides[side][1].extend(bounds)


def _is_counted(side: Name | Call) -> bool:
    return side.name in _COUNTED if isinstance(side, Name) else side.function == "n"


def _shown(value: float, digits: int, bounds: Sequence[float]) -> str:
    """Return a value as printed; with more digits where rounding would put it on the other side."""
    for places in range(digits, digits + _CLOSER):
        rounded = float(round_half_up(value, places))
        if all(_side(rounded, bound) == _side(value, bound) for bound in bounds):
            return f"{rounded:.{places}f}"
    return f"{value:.{digits}f}"


def _side(value: float, bound: float) -> int:
    """Return whether a value lies below (-1), at (0) or above (1) a bound, up to float noise."""
    return 0 if np.isclose(value, bound, rtol=1e-12, atol=0.0) else int(np.sign(value - bound))


def say_grade(by_cut: str, grade: str, reasons: Sequence[Text]) -> Text:
    """Return how a grade came about that is not the one its points give.

    Parameters
    ----------
    by_cut, grade : str
        The grade by points, and the one given; "" for none.
    reasons : sequence of Text
        The reasons of the table ``grades``.

    Examples
    --------
    >>> print(say_grade("良好", "一般", [Text("因“目标任务低于60”(目标任务 57.30),最高评为一般", "")]))
    按得分为良好;因“目标任务低于60”(目标任务 57.30),最高评为一般;评定为一般
    >>> say_grade("良好", "", [Text("", "coverage 62 % is below 80 %")]).en
    '良好 by points; coverage 62 % is below 80 %; not graded'
    """
    given = Text(f"评定为{grade}", f"graded {grade}") if grade else _NOT_GRADED
    start = Text(f"按得分为{by_cut}", f"{by_cut} by points")
    return join_texts([start, *reasons, given])
