"""Rows of the ledger: whole steps of the last printed digit, so that sums are exact."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from township_eval.inputs import Units
from township_eval.language import Text
from township_eval.methods.ranking import round_half_up
from township_eval.methods.varying import Array
from township_eval.rules.ledger.entries import Entry

__all__ = ["LEDGER_COLUMNS", "Row", "entry_row", "frame_of", "points", "steps_of"]

#: Columns of the ledger; amounts are signed and rounded, ``stated`` is what the event was worth before.
LEDGER_COLUMNS: Final = (
    "unit", "rule", "amount", "reason", "reference", "kind", "stated", "source", "content", "date", "cell",
    "reason_en", "checked_by",
)  # fmt: skip
_TEXTS: Final = tuple(name for name in LEDGER_COLUMNS if name not in ("amount", "stated"))


@dataclass(frozen=True, slots=True)
class Row:
    """One row; ``steps`` counts units of the last digit, with its sign."""

    unit: int
    rule: str
    steps: int
    kind: str
    reason: Text
    reference: str = ""
    stated: float = np.nan
    source: str = ""
    content: str = ""
    day: str = ""
    cell: str = ""
    checked_by: str = ""


def steps_of(amount: float, digits: int) -> int:
    """Return points as whole steps of the last digit, rounded half away from zero.

    Examples
    --------
    >>> steps_of(2.675, 2), steps_of(-0.5, 0)
    (268, -1)
    """
    return round(float(round_half_up(amount, digits)) * 10.0**digits)


def points(steps: Any, digits: int) -> Array:
    """Return whole steps as points: the doubles nearest to the decimals.

    Examples
    --------
    >>> points(-310, 2).item()
    -3.1
    """
    return round_half_up(np.asarray(steps, dtype=np.float64) / 10.0**digits, digits)


def entry_row(entry: Entry, steps: int, kind: str, reason: Text | None = None) -> Row:
    """Return the row of an event, with what it is worth beside what is counted."""
    said = reason or Text(entry.reason, entry.reason)
    sign = -1 if entry.pool == "deduction" else 1
    return Row(
        entry.unit, entry.rule, sign * steps, kind, said, entry.reference,
        np.nan if entry.effect else sign * entry.amount, entry.source, entry.content, entry.day, entry.cell,
        entry.checked_by,
    )  # fmt: skip


def frame_of(rows: Sequence[Row], units: Units, digits: int) -> pd.DataFrame:
    """Return rows as a frame, units in the order of their codes, rows of one unit as they stand."""
    place = units.code_order
    ordered = sorted(rows, key=lambda row: int(place[row.unit]))
    texts = {name: pd.Series(_texts(ordered, name, units), dtype=object) for name in _TEXTS}
    amounts = points([row.steps for row in ordered], digits)
    columns = {"amount": amounts, "stated": np.array([row.stated for row in ordered], dtype=np.float64)}
    return pd.DataFrame({name: columns.get(name, texts.get(name)) for name in LEDGER_COLUMNS})


def _texts(rows: Iterable[Row], name: str, units: Units) -> list[str]:
    match name:
        case "unit":
            return [units.codes[row.unit] for row in rows]
        case "reason":
            return [row.reason.zh for row in rows]
        case "reason_en":
            return [row.reason.en for row in rows]
        case "date":
            return [row.day for row in rows]
    return [str(getattr(row, name)) for row in rows]
