"""Raters of a panel: told apart by name, shown by number."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from township_eval.inputs.texts import Texts, plain, texts_of

__all__ = ["Raters", "natural", "raters_of"]

_NUMBERED: Final = re.compile(r"评估员(\d+)")
#: columns that may name the rater besides his own
_TELLING: Final = ("document", "source_unit", "reason", "filled_by", "checked_by", "note")
_SURELY: Final = 2  # a single letter stands in many a file name


@dataclass(frozen=True)
class Raters:
    """Everybody in the table ``ratings``, whatever leaf or township, in the order of their numbers.

    Townships see numbers only: the labels stand wherever a result names a rater.

    Attributes
    ----------
    keys : tuple of str
        Name, with the organization where there is one: two of one name may sit in two offices.
    names, organizations, labels : tuple of str
        Per rater.
    """

    keys: tuple[str, ...]
    names: tuple[str, ...]
    organizations: tuple[str, ...]
    labels: tuple[str, ...]

    @property
    def n(self) -> int:
        """Number of raters."""
        return len(self.keys)

    def positions(self, rows: pd.DataFrame) -> NDArray[np.intp]:
        """Return who gave each row's score."""
        place = {key: at for at, key in enumerate(self.keys)}
        return np.array([place[key] for key in _keys(rows)], dtype=np.intp)

    def masked(self, rows: pd.DataFrame, who: NDArray[np.intp]) -> pd.DataFrame:
        """Return rows in whose places and remarks the rater's number stands for his name.

        Sheets are often filed under the assessor's name (张三.xlsx); a result that points to its cell
        would name him.
        """
        changed: dict[str, Any] = {}
        if "cell" in rows.columns:
            changed["cell"] = self._each(rows["cell"], who, _place_without)
        for column in _TELLING:
            if column in rows.columns:
                changed[column] = self._each(rows[column], who, _text_without)
        return rows.assign(**changed)

    def _each(self, texts: pd.Series[Any], who: NDArray[np.intp], without: Any) -> Texts:
        shown = np.empty(len(who), dtype=object)
        shown[:] = [
            without(text, self.names[at], self.labels[at]) if isinstance(text, str) else text
            for text, at in zip(texts, who, strict=True)
        ]
        return shown


def raters_of(rows: pd.DataFrame) -> Raters:
    """Return the raters of a table, numbered in the order of their names.

    Names that are numbers already (评估员3) are kept, so that an assessor finds himself again.

    Examples
    --------
    >>> raters_of(pd.DataFrame({"rater": ["王五", "李四", "王五"]})).labels
    ('评估员1', '评估员2')
    """
    names = texts_of(rows["rater"])
    of = texts_of(rows["organization"]) if "organization" in rows.columns else np.full(len(rows), "", object)
    first = dict(zip(_keys(rows), zip(names, of, strict=True), strict=True))
    keys = sorted(first, key=natural)
    who = [first[key] for key in keys]
    return Raters(
        tuple(keys),
        tuple(name for name, _ in who),
        tuple(where for _, where in who),
        tuple(_labels([name for name, _ in who])),
    )


def natural(text: str) -> list[tuple[str, int]]:
    """Return a key that sorts names with numbers as people count: 评估员2 before 评估员10."""
    parts = re.split(r"(\d+)", plain(text))
    return [(part, 0) if k % 2 == 0 else ("", int(part)) for k, part in enumerate(parts)]


def _keys(rows: pd.DataFrame) -> list[str]:
    names = texts_of(rows["rater"])
    if "organization" not in rows.columns:
        return [str(name) for name in names]
    of = texts_of(rows["organization"])
    return [f"{name}@{where}" if where else str(name) for name, where in zip(names, of, strict=True)]


def _labels(names: Sequence[str]) -> list[str]:
    numbers = [found[1] for name in names if (found := _NUMBERED.fullmatch(plain(name)))]
    if len(set(numbers)) == len(names):
        return [f"评估员{number}" for number in numbers]
    return [f"评估员{place + 1}" for place in range(len(names))]


def _place_without(place: str, name: str, label: str) -> str:
    """Return a place without the rater's name in file and sheet; the cell's address stays.

    Examples
    --------
    >>> _place_without("张三.xlsx!评分表!B3", "张三", "评估员1")
    '评估员1.xlsx!评分表!B3'
    """
    *where, address = place.split("!")
    return "!".join([*(_text_without(part, name, label) for part in where), address])


def _text_without(text: str, name: str, label: str) -> str:
    stem, dot, kind = text.rpartition(".")
    if name and (stem if dot else text) == name:
        return f"{label}{dot}{kind}" if dot else label
    if len(name) < _SURELY:
        return text
    return re.sub(rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])", label, text)
