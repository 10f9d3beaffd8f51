"""Where a row of a survey's table belongs: its channel, question and answer, and what fits none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from township_eval.errors import Problem, did_you_mean
from township_eval.inputs import Flags
from township_eval.inputs.entries.numbers import numbers
from township_eval.inputs.rows import some
from township_eval.inputs.texts import Texts, all_plain, plain, quoted, texts_of
from township_eval.language import Text
from township_eval.methods.varying import Array
from township_eval.scheme.sources import Satisfaction
from township_eval.sources.evidence import row_place

__all__ = ["Form", "Positions", "again", "amounts", "problem_rows"]

Positions = NDArray[np.intp]

_UNKNOWN: Final = {
    "channel": Text("方案中没有这个渠道:{text}", "the scheme has no such channel: {text}"),
    "question": Text("方案中没有这个问题:{text}", "the scheme has no such question: {text}"),
    "answer": Text("量表中没有这个回答:{text}", "the scale has no such answer: {text}"),
}


@dataclass(frozen=True, eq=False)
class Form:
    """One table of a survey: its name, its rows about one leaf, and how the leaf is asked.

    ``rows`` has a column ``i``, the position of the unit.
    """

    table: str
    rows: pd.DataFrame
    source: Satisfaction

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def unit(self) -> Positions:
        """Position of every row's unit, (n_rows,)."""
        return self.rows["i"].to_numpy()

    def texts(self, column: str) -> Texts:
        """Return a column of names as text; blank where the table has no such column."""
        if column in self.rows.columns:
            return texts_of(self.rows[column])
        return np.full(len(self.rows), "", dtype=object)

    def named(self, column: str) -> tuple[str, ...]:
        """Return the channels or questions: those the scheme states, else those that occur."""
        stated = {
            "channel": [one.channel for one in self.source.channels],
            "question": [one.question for one in self.source.questions],
        }[column]
        return tuple(stated or sorted(set(self.texts(column))) or [""])

    def as_given(self, rows: Positions) -> Positions:
        """Return rows in the order they were handed in, which is how a person works through them."""
        if "row" not in self.rows.columns:
            return rows
        return rows[np.argsort(self.rows["row"].to_numpy()[rows], kind="stable")]

    def codes(
        self, column: str, known: Sequence[str], among: Flags | None = None
    ) -> tuple[Positions, list[Problem]]:
        """Return each row's place among known texts, -1 where it is none of them.

        Full-width characters of an answer or a question count as half-width ones. Every unknown text is
        told once, with its first place; only of the rows *among*, if given.
        """
        distinct, place = np.unique(self.texts(column).astype(str), return_inverse=True)
        texts = distinct.tolist()
        numbered = {text: at for at, text in enumerate(known)}
        if column != "channel":  # which is compared as written where samples are told apart
            texts = all_plain(texts)
            numbered = {plain(text): at for at, text in reversed([*enumerate(known)])} | numbered
        codes = np.array([numbered.get(text, -1) for text in texts], dtype=np.intp)
        out: Positions = codes[place.ravel()]
        unknown = self.as_given(np.flatnonzero((out < 0) if among is None else (out < 0) & among))
        _, first = np.unique(place.ravel()[unknown], return_index=True)
        told = [self._unknown(column, int(at), known) for at in unknown[np.sort(first)]]
        return out, told

    def _unknown(self, column: str, row: int, known: Sequence[str]) -> Problem:
        text = str(self.texts(column)[row])
        what = _UNKNOWN[column].format(text=text or Text("(空)", "(blank)"))
        return Problem(
            "error", f"{self.table}.{column}", self.place(row, column), what, did_you_mean(text, known)
        )

    def place(self, row: int, column: str = "") -> str:
        """Return the cell of a row's entry where it is known, else that of the row."""
        return row_place(self.table, self.rows, row, column)

    def first_places(self, key: Positions, size: int) -> Positions:
        """Return the first row of every key, -1 where there is none, (size,)."""
        first = np.full(size, -1, dtype=np.intp)
        rows = np.flatnonzero(key >= 0)[::-1]
        first[key[rows]] = rows
        return first


def amounts(form: Form, column: str) -> tuple[Array, Flags]:
    """Return a column of numbers, NaN where blank or absent, and where an entry is no finite number."""
    if column not in form.rows.columns:
        return np.full(len(form), np.nan), np.zeros(len(form), dtype=np.bool_)
    number, refused = numbers(form.rows[column])
    infinite = np.isinf(number)
    return np.where(refused | infinite, np.nan, number), refused | infinite


def problem_rows(
    form: Form, flagged: Flags, column: str, what: Text, hint: Text, code: str = ""
) -> Iterator[Problem]:
    """Yield a problem for each of the first flagged rows, and one that counts the rest.

    *what* may hold ``{entry}``.
    """
    code = f"{form.table}.{code or column}"
    rows, left = some(form.as_given(np.flatnonzero(flagged)))
    for row in rows:
        entry = quoted(form.rows[column].iloc[row]) if column in form.rows.columns else Text("", "")
        yield Problem("error", code, form.place(row, column), what.format(entry=entry), hint)
    if left:
        said = Text(f"另有 {left} 行同样问题", f"{left} more rows like these")
        yield Problem("error", code, form.table, said, Text("先改列出的各行", "mend the listed ones first"))


def again(form: Form, key: Positions, what: Text, hint: Text, code: str = "twice") -> Iterator[Problem]:
    """Yield rows whose key (from 0; -1 counts nowhere) stands before; *what* may hold ``{before}``."""
    given = form.as_given(np.flatnonzero(key >= 0))
    first = np.full(int(key.max(initial=-1)) + 1, -1, dtype=np.intp)
    first[key[given][::-1]] = given[::-1]
    rows, left = some(given[first[key[given]] != given])
    for row in rows:
        before = form.place(int(first[key[row]]))
        yield Problem("error", f"{form.table}.{code}", form.place(row), what.format(before=before), hint)
    if left:
        said = Text(f"另有 {left} 行重复", f"{left} more rows stand twice")
        yield Problem("error", f"{form.table}.{code}", form.table, said, hint)
