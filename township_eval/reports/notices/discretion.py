"""No other unit's name in a letter: names, aliases and codes of others are taken out of every text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from township_eval.inputs import Units
from township_eval.language import Text
from township_eval.reports.layout import Marks
from township_eval.reports.sheet import Average, Band, Cell, Row, Sheet, Table, Value

__all__ = ["Discretion"]

_OTHER: Final = Text("(其他单位)", "(another unit)")
_SHORTEST_NUMBER: Final = 6  # a code of fewer digits cannot be told from a year or a count


class Discretion:
    """Takes the names of all units but one out of texts.

    The longest name counts, so that a unit whose name begins like another's keeps its own. Codes of fewer
    than six digits stay: as text they are years and counts.

    Parameters
    ----------
    units : Units
    at : int
        Position of the unit that is written to.
    lang : {"zh", "en"}

    Examples
    --------
    >>> names = ("东塔镇", "东塔镇街道")
    >>> units = Units(("640181100", "640181101"), names, ("", ""), ("", ""), (("东塔",), ()))
    >>> Discretion(units, 1).text("东塔镇街道高于东塔镇(640181100)")
    '东塔镇街道高于(其他单位)((其他单位))'
    """

    def __init__(self, units: Units, at: int, lang: str = "zh") -> None:
        self._own = {plain(name) for name in _called(units, at)}
        others = {name for k in range(units.n) if k != at for name in _called(units, k)}
        names = sorted({*others, *_called(units, at)}, key=lambda name: (-len(name), name))
        patterns = [_pattern(name) for name in names if name]
        self._names = re.compile("|".join(patterns)) if patterns else None
        self._other = _OTHER.say(lang)

    def text(self, text: str) -> str:
        """Return a text without the names of other units."""
        if self._names is None:
            return text
        return self._names.sub(self._said, text)

    def sheet(self, sheet: Sheet) -> Sheet:
        """Return a sheet whose every text is without them."""
        return replace(
            sheet,
            name=self.text(sheet.name),
            title=self.text(sheet.title),
            about=self.text(sheet.about),
            notes=tuple(map(self.text, sheet.notes)),
            tables=tuple(map(self._table, sheet.tables)),
        )

    def marks(self, marks: Marks) -> Marks:
        """Return what stands on every page without them."""
        return replace(
            marks,
            notices=tuple(map(self.text, marks.notices)),
            header=self.text(marks.header),
            footer=self.text(marks.footer),
        )

    def _table(self, table: Table) -> Table:
        columns = tuple(replace(column, head=self.text(column.head)) for column in table.columns)
        return replace(
            table, columns=columns, rows=tuple(map(self._row, table.rows)), title=self.text(table.title)
        )

    def _row(self, row: Row) -> Row:
        if isinstance(row, Band):
            return Band(self.text(row.text))
        if isinstance(row, Average):
            return Average(tuple(map(self._value, row.values)))
        return tuple(
            Cell(self._value(value.value)) if isinstance(value, Cell) else self._value(value) for value in row
        )

    def _value(self, value: Value) -> Value:
        return self.text(value) if isinstance(value, str) else value

    def _said(self, match: re.Match[str]) -> str:
        return match.group() if plain(match.group()) in self._own else self._other


def plain(name: str) -> str:
    """Return a name without blanks, in small letters.

    Examples
    --------
    >>> plain("马家滩 镇"), plain("North")
    ('马家滩镇', 'north')
    """
    return "".join(name.split()).lower()


def _called(units: Units, at: int) -> Iterator[str]:
    """Yield what a unit is called: its name, its aliases, its code."""
    yield from _worth((units.names[at], *units.aliases[at], units.codes[at]))


def _worth(names: Iterable[str]) -> Iterator[str]:
    for name in names:
        said = name.strip()
        if said and not (said.isascii() and said.isdigit() and len(said) < _SHORTEST_NUMBER):
            yield said


def _pattern(name: str) -> str:
    """Return what finds a name: words of letters as whole words, Chinese also with blanks between."""
    if name.isascii():
        flags = "(?i:{})" if len(name) > 1 else "{}"
        return rf"(?<![0-9A-Za-z]){flags.format(re.escape(name))}(?![0-9A-Za-z])"
    return r"\s*".join(re.escape(ch) for ch in name if not ch.isspace())
