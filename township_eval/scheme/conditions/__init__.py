"""The condition language: ``performance < 70 and satisfaction < 70``.

A condition is text in a scheme, parsed by a whitelist to a small tree and evaluated on arrays;
nothing in it is ever run. Missing makes it unknown, never true.

==============================  ====================================================================
a node's id                     its score, 0-100 (Chinese ids work; ids like ``101`` in backticks)
composite, adjusted             in units of the scheme's scale
rank, rank_in_group, last       competition ranks; number ranked in the class
grade                           text: ``grade == "较差"``
n(x) value(x) coverage(x)       valid answers behind x, its value, its coverage
lower(x) upper(x)               limits of the interval of x
change(x) previous(x, k)        x minus its last period's; x k periods before
event(id) flagged(id, k)        an event was recorded; flag id in each of the k periods before
bottom(k)                       among the last k of the class
==============================  ====================================================================

Joined by ``and``, ``or``, ``not`` and brackets; ``≥ ≤ ≠`` mean ``>= <= !=``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from township_eval.language import Text
from township_eval.methods.varying import Array
from township_eval.scheme.conditions.formula import Cells, formula_of
from township_eval.scheme.conditions.nodes import Call, Compare, Lookup, Name, Part, truth, walk
from township_eval.scheme.conditions.normal import normal_form
from township_eval.scheme.conditions.parser import CALLS, RESERVED, STANDING, parse
from township_eval.scheme.conditions.reading import say_rule
from township_eval.scheme.conditions.words import say

__all__ = [
    "CALLS",
    "RESERVED",
    "STANDING",
    "Call",
    "Compare",
    "Condition",
    "Name",
    "parse_condition",
    "say_rule",
]

_NO_NODE = frozenset({"event", "flagged", "bottom"})


@dataclass(frozen=True, slots=True)
class Condition:
    """A parsed condition; two are equal when they mean the same tree, however they are written."""

    root: Part
    text: str = field(default="", compare=False)

    @property
    def names(self) -> tuple[str, ...]:
        """Ids and standing words it refers to, in order, once each."""
        found: list[str] = []
        for part in walk(self.root):
            if isinstance(part, Name):
                found.append(part.name)
            elif isinstance(part, Call) and part.function not in _NO_NODE:
                found.append(str(part.arguments[0]))
        return tuple(dict.fromkeys(found))

    @property
    def calls(self) -> tuple[Call, ...]:
        """The calls in it, in order, once each."""
        return tuple(dict.fromkeys(part for part in walk(self.root) if isinstance(part, Call)))

    @property
    def comparisons(self) -> tuple[Compare, ...]:
        """The comparisons in it, in order."""
        return tuple(part for part in walk(self.root) if isinstance(part, Compare))

    def evaluate(self, lookup: Lookup) -> Array:
        """Return 1.0 (true), 0.0 (false) or NaN (unknown) per unit.

        Parameters
        ----------
        lookup : callable
            Called with a name (str) or a `Call`; returns an array of numbers or of texts, missing
            as NaN, None or an empty text. ``event``, ``flagged`` and ``bottom`` are 1.0, 0.0, NaN.

        Examples
        --------
        >>> scores = {"a": np.array([65.0, 65.0, 80.0]), "b": np.array([60.0, np.nan, np.nan])}
        >>> parse_condition("a < 70 and b < 70").evaluate(scores.get).tolist()
        [1.0, nan, 0.0]
        """
        return np.asarray(truth(self.root, lookup), dtype=np.float64)

    def normal(self) -> Condition:
        """Return the same condition with every ``not`` pushed to the single questions.

        Comparisons are turned round (``not a < 70`` is ``a >= 70``); `Not` is left only before a call
        that is true or false. Lists of one kind become one list without repetitions.

        Examples
        --------
        >>> labels = {"a": Text("甲", "a"), "b": Text("乙", "b")}
        >>> parse_condition("not (a < 70 and (b < 60 or not bottom(2)))").normal().words(labels).en
        'a is at least 70 or (b is at least 60 and it is among the last 2 of its class)'
        """
        return Condition(normal_form(self.root), self.text)

    def opposite(self) -> Condition:
        """Return the condition that holds where this one does not, in normal form; unknown where unknown.

        Examples
        --------
        >>> parse_condition("a >= 75 or event(x)").opposite() == parse_condition("a < 75 and not event(x)")
        True
        """
        return Condition(normal_form(self.root, negated=True), self.text)

    def formula(self, cells: Cells, unknown: str = "") -> str:
        """Return the condition as a spreadsheet formula (Excel 2010, WPS, LibreOffice), without ``=``.

        Parameters
        ----------
        cells : callable
            Called with a name (str) or a `Call`; returns the reference or expression that holds its
            value. Texts (``grade``) are compared without blanks around them, upper and lower case
            apart; ``event``, ``flagged``, ``bottom`` may be TRUE and FALSE or 1 and 0.
        unknown : str, optional
            The text where the condition is unknown: something it needs is no number (or no text),
            blank or an error. Missing never makes it TRUE.

        Raises
        ------
        SchemeError
            The formula would be longer than the 8,192 characters a spreadsheet takes.

        Examples
        --------
        >>> parse_condition("s < 70").formula({"s": "C5"}.__getitem__)
        'IF(ISNUMBER(C5),C5<70-7E-11,"")'
        """
        return formula_of(normal_form(self.root), cells, unknown)

    def words(self, labels: Mapping[str, Text] | None = None) -> Text:
        """Return the condition as a sentence, with the names of nodes from *labels*.

        Examples
        --------
        >>> labels = {"s": Text("满意度", "satisfaction")}
        >>> print(parse_condition("s < 70 and rank_in_group >= 8").words(labels))
        满意度低于70 且 同类名次不小于8
        """
        return say(self.root, labels or {})


def parse_condition(text: Any, known: Collection[str] | None = None, *, where: str = "") -> Condition:
    """Parse a condition.

    Parameters
    ----------
    text : str
        The condition.
    known : collection of str, optional
        Ids it may refer to besides the standing words; any name is accepted without it.
    where : str, optional
        Place of the condition, for the problem.

    Raises
    ------
    SchemeError
        With one problem: the position, what is wrong, and a hint.

    Examples
    --------
    >>> parse_condition("60 <= 满意度 < 70").names
    ('满意度',)
    >>> parse_condition("满意 < 70", ["满意度"])  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    township_eval.errors.SchemeError: 错误 [condition.name] condition:第 1 个字符处:没有 满意 这个编号...
    """
    return Condition(parse(str(text), known, where), str(text))
