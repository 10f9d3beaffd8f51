"""Columns of a survey as numbers: labels become positions, figures become floats, each read once."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from township_eval.errors import Problem
from township_eval.inputs.entries.numbers import numbers
from township_eval.inputs.rows import place, some
from township_eval.inputs.texts import quoted
from township_eval.language import Text
from township_eval.methods.varying import Array

__all__ = ["TABLE", "Coded", "chunks", "coded", "faults", "figures"]

TABLE: Final = "frame"
_CHUNK: Final = 1 << 16  # rows at a time: they stay in the cache of the processor


@dataclass(frozen=True, eq=False)
class Coded:
    """A column of labels.

    Attributes
    ----------
    codes : array of int, (n_rows,)
        Place of every row's label; -1 where it is blank.
    labels : Index
        In an order that does not depend on the rows. Some may occur nowhere.
    listed : bool
        The labels were listed beforehand (categories), so that one without rows is meant to be there.
    """

    codes: NDArray[Any]
    labels: pd.Index
    listed: bool = False

    @cached_property
    def rows(self) -> NDArray[np.intp]:
        """Some row of every label that occurs, (n_labels,)."""
        out = np.zeros(len(self.labels), dtype=np.intp)
        out[self.codes] = np.arange(len(self.codes))
        return out


def coded(column: pd.Series, finer: Coded | None = None) -> Coded:
    """Return a column's labels as positions.

    Categories are taken as they are, whole numbers of a small range by subtraction, anything else by
    hashing. Text that follows from a *finer* column (a village lies in one township) is compared
    instead, which takes half the time.

    Examples
    --------
    >>> found = coded(pd.Series(["乙镇", "甲镇", None, "乙镇"]))
    >>> found.codes.tolist(), found.labels.tolist()
    ([0, 1, -1, 0], ['乙镇', '甲镇'])
    """
    if isinstance(column.dtype, pd.CategoricalDtype):
        return Coded(column.cat.codes.to_numpy(), column.cat.categories, listed=True)
    if isinstance(column.dtype, np.dtype) and column.dtype.kind in "iu" and len(column):
        values = column.to_numpy()
        low, high = int(values.min()), int(values.max())
        if high - low <= 2 * len(values):
            codes = values if low == 0 else values - low
            return Coded(codes, pd.RangeIndex(low, high + 1))
    texts = _texts(column)
    if texts is not None and finer is not None:
        followed = _followed(texts, finer)
        if followed is not None:
            return followed
    codes, distinct = pd.factorize(column if texts is None else texts)
    return _sorted(codes, distinct)


def _texts(column: pd.Series) -> NDArray[np.object_] | None:
    """Return a column's Python objects where it holds them; other columns are not converted."""
    held = column.dtype == object or getattr(column.dtype, "storage", "") == "python"
    return column.to_numpy(dtype=object) if held else None


def chunks(size: int) -> Iterator[slice]:
    """Yield the rows of a long column some at a time."""
    yield from (slice(start, start + _CHUNK) for start in range(0, size, _CHUNK))


def _followed(texts: NDArray[np.object_], finer: Coded) -> Coded | None:
    """Return the labels by way of the finer column, None where they do not follow from it."""
    if not len(finer.codes) or finer.codes.min() < 0:
        return None
    label = texts[finer.rows]
    for part in chunks(len(texts)):
        if not np.asarray(label[finer.codes[part]] == texts[part], dtype=bool).all():
            return None
    found = _sorted(*pd.factorize(label))
    return Coded(found.codes[finer.codes], found.labels)


def _sorted(codes: NDArray[Any], labels: Any) -> Coded:
    """Return codes of sorted labels."""
    labels = pd.Index(labels)
    order = _order(labels)
    rank = np.empty(len(order) + 1, dtype=np.intp)
    rank[order] = np.arange(len(order))
    rank[-1] = -1  # factorize gives -1 to blanks, and that is the last place
    return Coded(rank[codes], labels[order])


def _order(labels: pd.Index) -> NDArray[np.intp]:
    """Return the places of sorted labels; labels of several types by type, then as text."""
    try:
        return np.asarray(labels.argsort(), dtype=np.intp)
    except TypeError:
        keys = [(type(label).__name__, str(label)) for label in labels.tolist()]
        return np.asarray(sorted(range(len(keys)), key=keys.__getitem__), dtype=np.intp)


def figures(
    frame: pd.DataFrame, name: Hashable, *, may_be_blank: bool = False
) -> tuple[Array, list[Problem]]:
    """Return a column as floats, and its entries that are no finite numbers.

    Examples
    --------
    >>> found, problems = figures(pd.DataFrame({"w": [1.5, "很多"]}), "w")
    >>> [problem.where for problem in problems]
    ['frame[1] w']
    """
    found, refused = numbers(frame[name])
    problems: list[Problem] = []
    if refused.any():
        what = Text("“{name}”应为数,写的是{entry}", "{name} should be a number, not {entry}")
        hint = Text("改为数;没有回答的留空", "write a number, and leave missing answers blank")
        problems += faults(frame, name, refused, "survey.not_a_number", lambda _: (what, hint))
    wrong = np.isinf(found)
    if not may_be_blank:
        wrong |= np.isnan(found)
    wrong &= ~refused
    if wrong.any():
        lacking = Text("“{name}”缺数或为无穷大:{entry}", "{name} is missing or infinite: {entry}")
        advice = Text("补上数,或删去这一行", "give the number, or leave the row out")
        problems += faults(frame, name, wrong, "survey.missing", lambda _: (lacking, advice))
    return found, problems


def faults(
    frame: pd.DataFrame,
    name: Hashable,
    wrong: NDArray[np.bool_],
    code: str,
    say: Callable[[int], tuple[Text, Text]],
) -> Iterator[Problem]:
    """Yield a problem for each of the first wrong rows, and one that counts the rest.

    *say* gives what is wrong and the hint; ``{name}`` and ``{entry}`` are filled in.
    """
    rows, left = some(np.flatnonzero(wrong))
    for row in rows:
        what, hint = say(row)
        what = what.format(name=name, entry=quoted(frame[name].iloc[row]))
        yield Problem("error", code, place(TABLE, row, frame, str(name)), what, hint)
    if left:
        yield Problem(
            "error",
            code,
            f"{TABLE} {name}",
            Text(f"另有 {left} 处同样问题", f"{left} more like it"),
            Text("先改列出的各处", "mend the listed ones first"),
        )
