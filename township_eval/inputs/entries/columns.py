"""Which columns a scheme's sources read, and what each of them holds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from township_eval.errors import Problem, did_you_mean
from township_eval.inputs.entries.matrix import Key
from township_eval.inputs.entries.numbers import ColumnKind
from township_eval.language import Text
from township_eval.scheme.conditions import STANDING, parse_condition
from township_eval.scheme.model import Indicator, Scheme
from township_eval.scheme.sources import (
    Change,
    Growth,
    Items,
    Measured,
    Milestone,
    Ratio,
    Satisfaction,
    Source,
)

__all__ = ["ColumnUse", "KeyBook", "column_uses", "columns_read", "is_day", "is_percent"]

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_YES_NO_UNITS: Final = frozenset({"是/否", "yes/no"})


@dataclass(frozen=True, slots=True)
class ColumnUse:
    """A column of ``values``: what it holds, and the leaves that read it (none: a condition does)."""

    name: str
    kind: ColumnKind
    leaves: tuple[str, ...]


def is_percent(leaf: Indicator) -> bool:
    """Return whether the leaf's values are percentages, on 0-100."""
    return leaf.unit.strip() in ("%", "％")


def columns_read(leaf: Indicator, source: Source | None = None) -> tuple[tuple[str, ColumnKind], ...]:
    """Return (column, what it holds) for every column of ``values`` a leaf's source reads.

    Examples
    --------
    >>> leaf = Indicator(id="growth", name="g", weight=1, scoring=None,
    ...                  source=Growth(start="期初收入", end="期末收入", years=1))
    >>> columns_read(leaf)
    (('期初收入', 'number'), ('期末收入', 'number'))
    """
    kind: ColumnKind = "number"
    names: tuple[str, ...] = ()
    match leaf.source if source is None else source:
        case Measured(column=column):
            names, kind = (column or leaf.id,), "yes_no" if leaf.unit in _YES_NO_UNITS else "number"
        case Change(column=column):
            names = (column or leaf.id,)
        case Ratio(numerator=numerator, denominator=denominator, where=""):
            names = (numerator, denominator)
        case Growth(start=start, end=end):
            names = (start, end)
        case Items(columns=columns, of=of):
            names, kind = columns, "number" if of is not None else "yes_no"
        case Milestone(due=due, done=done):
            names, kind = (done,) if is_day(due) else (due, done), "date"
        case Satisfaction(small_area=small_area):
            names = small_area
    return tuple((name, kind) for name in names)


def is_day(text: str) -> bool:
    """Return whether a text is a day (2018-06-30) and not the name of a column."""
    return _DAY.fullmatch(text) is not None


def column_uses(scheme: Scheme) -> dict[str, ColumnUse]:
    """Return every column of ``values`` the scheme reads, in tree order."""
    uses: dict[str, ColumnUse] = {}
    for leaf in scheme.leaves():
        for source in _sources(leaf):
            for name, kind in columns_read(leaf, source):
                before = uses.get(name, ColumnUse(name, kind, ()))
                leaves = tuple(dict.fromkeys((*before.leaves, leaf.id)))
                uses[name] = ColumnUse(name, before.kind, leaves)
    ids = {leaf.id for leaf in scheme.leaves()}
    for name in _names_in_conditions(scheme):
        if name not in ids:
            uses.setdefault(name, ColumnUse(name, "number", ()))
    return uses


def _sources(leaf: Indicator) -> Iterator[Source]:
    """Yield the leaf's source and those that overrides put in its place."""
    yield leaf.source
    for override in leaf.overrides:
        yield from (value for name, value in override.fields if name == "source")


def _names_in_conditions(scheme: Scheme) -> Iterator[str]:
    texts = dict.fromkeys(node.applies_when for node in scheme.nodes() if node.applies_when)
    for text in texts:
        yield from (name for name in parse_condition(text).names if name not in STANDING)


class KeyBook:
    """Which column is meant by what a table calls it: a column, an indicator, or an indicator's part.

    Parameters
    ----------
    scheme : Scheme
        Its sources say which columns there are.
    """

    def __init__(self, scheme: Scheme) -> None:
        leaves = scheme.leaves()
        self.uses = column_uses(scheme)
        self.parts = {
            leaf.id: dict(pair for source in _sources(leaf) for pair in columns_read(leaf, source))
            for leaf in leaves
        }
        self._called = _called(leaves, self.uses)

    def key(self, indicator: str, part: str = "") -> Key | None:
        """Return the key of a column; None if no source reads it."""
        if part:
            return (indicator, part) if part in self.parts.get(indicator, ()) else None
        name = indicator if indicator in self.uses else self._called.get(indicator)
        return None if name is None else (name, "")

    def key_or_leaf(self, indicator: str, part: str = "") -> Key | None:
        """Return the key of a column or of a whole leaf, whatever its source."""
        if not part and indicator in self.parts:
            return (indicator, "")
        return self.key(indicator, part)

    def kind(self, key: Key) -> ColumnKind:
        """Return what the column of this key holds."""
        name, part = key
        return self.parts[name][part] if part else self.uses[name].kind

    def names(self) -> tuple[str, ...]:
        """Return every column and leaf, for suggestions."""
        return tuple(dict.fromkeys((*self.uses, *self.parts)))

    def unknown(self, label: str, where: str) -> Problem:
        """Return the problem of a column no source reads; a derived indicator's names its columns."""
        parts = self.parts.get(label.partition("/")[0])
        if parts:
            hint = Text(f"它由这些列算出:{'、'.join(parts)}", f"it is computed from {', '.join(parts)}")
        elif parts is not None:
            hint = Text("它由证据表算出,不直接填值", "it is computed from a table of evidence")
        else:
            hint = did_you_mean(label, tuple(self.uses))
        return Problem(
            "error",
            "values.column_unknown",
            where,
            Text(
                f"方案不读取这一列:{label or '(空)'}",
                f"the scheme reads no such column: {label or '(blank)'}",
            ),
            hint,
        )


def _called(leaves: tuple[Indicator, ...], uses: dict[str, ColumnUse]) -> dict[str, str]:
    """Return the column meant by an indicator's name or alias, where exactly one is."""
    meant: dict[str, set[str]] = {}
    for leaf in leaves:
        columns = columns_read(leaf)
        if len(columns) == 1 and columns[0][0] in uses:
            for text in (leaf.name, *leaf.aliases):
                meant.setdefault(text, set()).add(columns[0][0])
    return {text: next(iter(found)) for text, found in meant.items() if len(found) == 1}
