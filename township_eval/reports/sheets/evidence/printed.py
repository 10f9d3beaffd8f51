"""Numbers and intervals as the sheets of evidence print them, and what their errors take for granted."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from township_eval.language import Text, listed
from township_eval.reports.sheet import Cell, Column, Value
from township_eval.reports.view import View, rounded
from township_eval.scheme.model import Indicator

__all__ = [
    "Entry", "Record", "any_of", "interval", "leaves_with", "natural", "number", "of_leaf", "points",
    "premises", "rounded_to", "row_of", "span", "split_names", "word",
]  # fmt: skip

Record = Mapping[Any, Any]

_LIMIT_DIGITS: Final = 1
_ENDS: Final = 2
_FEW: Final = 8  # names, or texts, in a note
_FIGURES: Final = re.compile(r"[((][^(())]*\d[^(())]*[))]")
_UNKNOWN: Final = Text("误差未知", "error unknown")
_CENSUS: Final = Text("无抽样误差", "census")


@dataclass(frozen=True, slots=True)
class Entry:
    """A column together with what it shows of a record."""

    column: Column
    shown: Callable[[Record], Value | Cell]


def row_of(entries: Iterable[Entry], record: Record) -> tuple[Value | Cell, ...]:
    """Return one line of a table."""
    return tuple(entry.shown(record) for entry in entries)


def number(value: Any) -> float | None:
    """Return a number as it is; blank where there is none, or where it is infinite."""
    return None if value is None or pd.isna(value) or not np.isfinite(value) else float(value)


def points(value: Any, digits: int = 2) -> float | None:
    """Return a number rounded for print; blank where there is none.

    Examples
    --------
    >>> points(87.125), points(float("nan")), points(None)
    (87.13, None, None)
    """
    plain = number(value)
    return None if plain is None else rounded(np.asarray(plain), digits).item()


def word(name: str) -> Callable[[Record], Value]:
    """Return what shows a text of a record; blank where there is none."""
    return lambda record: said if isinstance(said := record.get(name), str) else None


def rounded_to(name: str, digits: int) -> Callable[[Record], Value]:
    """Return what shows a number of a record rounded."""
    return lambda record: points(record.get(name), digits)


def interval(
    view: View, record: Record, of: str, *, exact: Text = _CENSUS, digits: int = _LIMIT_DIGITS
) -> Value | Cell:
    """Return ``84.3—91.3``, or in words why there is no interval.

    Parameters
    ----------
    view : View
    record : mapping
        With ``se``, ``lower`` and ``upper``.
    of : str
        Name of the value the interval is of.
    exact : Text
        What is said where there is no sampling error.
    digits : int
        Decimals of the limits.
    """
    if number(record.get(of)) is None:
        return None
    se = number(record.get("se"))
    if se is None:
        return Cell(view.say(_UNKNOWN))
    if se == 0:
        return Cell(view.say(exact))
    return span(view, record.get("lower"), record.get("upper"), digits)


def span(view: View, low: Any, high: Any, digits: int = _LIMIT_DIGITS) -> str | None:
    """Return two limits in one cell; blank where one is missing."""
    ends = [end for end in (points(low, digits), points(high, digits)) if end is not None]
    if len(ends) < _ENDS:
        return None
    dash = "至" if min(ends) < 0 else "—"  # a dash before a minus sign cannot be read
    return view.both(dash, " to ").join(f"{end:.{digits}f}" for end in ends)


def any_of(frame: pd.DataFrame | None, name: str) -> bool:
    """Return whether a column is there and says anything: a number other than zero, a word."""
    if frame is None or name not in frame:
        return False
    column = frame[name]
    if pd.api.types.is_numeric_dtype(column):
        return bool((column.fillna(0) != 0).any())
    return bool(column.dropna().astype(str).ne("").any())


def leaves_with(view: View, kind: type) -> list[Indicator]:
    """Return the indicators with a source of this kind, in tree order."""
    return [node for node in view.nodes if isinstance(node, Indicator) and isinstance(node.source, kind)]


def of_leaf(frame: pd.DataFrame | None, leaf: Indicator) -> pd.DataFrame:
    """Return the rows of a table that are about one indicator; tables of one leaf may not name it."""
    if frame is None:
        return pd.DataFrame()
    return frame[frame["indicator"] == leaf.id] if "indicator" in frame else frame


def natural(text: str) -> list[tuple[str, int]]:
    """Return a key that puts 评估员2 before 评估员10.

    Examples
    --------
    >>> sorted(["评估员10", "评估员2"], key=natural)
    ['评估员2', '评估员10']
    """
    parts = re.split(r"([0-9]+)", text)
    return [(part, 0) if k % 2 == 0 else ("", int(part)) for k, part in enumerate(parts)]


def split_names(view: View, names: Any) -> str:
    """Return the names of a table with the comma of the report's language."""
    return view.listed(names.split("、")) if isinstance(names, str) and names else ""


def premises(view: View, leaf: Indicator, *, titled: bool) -> Iterator[str]:
    """Yield what the errors of a leaf take for granted: each text once, with the units it is about.

    Texts that differ in figures only, such as a standard error in parentheses, are said once without.
    """
    said = view.evaluation.leaves.assumption[_place(view, leaf)]
    if said is None:
        return
    groups: dict[str, list[tuple[str, str]]] = {}
    for at in view.order.tolist():
        text = view.say(said[at])
        if text:
            groups.setdefault(_FIGURES.sub("", text), []).append((text, view.evaluation.units.names[at]))
    opening = view.both(f"{leaf.name}的误差前提" if titled else "误差前提",
                        f"What the errors of {leaf.name} take for granted" if titled
                        else "What the errors take for granted")  # fmt: skip
    for plain, told in list(groups.items())[:_FEW]:
        texts = {text for text, _ in told}
        words = texts.pop() if len(texts) == 1 else plain
        whom = "" if len(groups) == 1 else _whom(view, [name for _, name in told])
        yield view.both(f"{opening}{whom}:{words}。", f"{opening}{whom}: {words}.")
    if len(groups) > _FEW:
        yield view.both(
            f"另有 {len(groups) - _FEW} 种误差前提,见数值表 assumption 列。",
            f"{len(groups) - _FEW} further assumptions stand in the column assumption of the values.",
        )


def _whom(view: View, names: Sequence[str]) -> str:
    return view.both("({})", " ({})").format(view.say(listed(names, _FEW)))


def _place(view: View, leaf: Indicator) -> int:
    evaluation = view.evaluation
    return [evaluation.nodes[row] for row in evaluation.plan.leaves].index(leaf.id)
