"""Events that bear on a grade: who, when, until when, by which document."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from township_eval.inputs.entries.numbers import numbers
from township_eval.inputs.rows import place
from township_eval.inputs.texts import texts_of

__all__ = ["Happening", "happenings"]

_TABLE = "events"


@dataclass(frozen=True, slots=True)
class Happening:
    """One row of the table ``events``.

    Attributes
    ----------
    at : int
        Position of the unit.
    day, until : date or None
        When it happened, and how long it works; None where blank or no date.
    refused : str
        What stands in a date's place and is none; "" where dates are dates.
    where : str
        The row's cell, or table and row number; ``where_day`` that of its date.
    """

    at: int
    day: date | None
    until: date | None
    refused: str
    content: str
    reference: str
    cell: str
    where: str
    where_day: str


def happenings(events: pd.DataFrame | None, names: Collection[str]) -> list[Happening]:
    """Return the events of a rule, known by id or name, by unit and day whatever the order of rows.

    Parameters
    ----------
    events : DataFrame, optional
        With the column ``i``, the position of the unit.
    names : collection of str
        What the column ``rule`` may say.

    Examples
    --------
    >>> days, reasons = ["2018-03-01", None], ["x", "y"]
    >>> rows = pd.DataFrame({"i": [1, 0], "rule": ["r", "r"], "date": days, "reason": reasons})
    >>> [(one.at, str(one.day), one.content) for one in happenings(rows, ["r"])]
    [(0, 'None', 'y'), (1, '2018-03-01', 'x')]
    """
    if events is None or "rule" not in events.columns:
        return []
    rows = events[np.isin(texts_of(events["rule"]), [name for name in names if name])]
    (days, wrong_day), (ends, wrong_end) = _days(rows, "date"), _days(rows, "until")
    said, references, cells = _texts(rows, "content"), _texts(rows, "reference"), _texts(rows, "cell")
    reasons = _texts(rows, "reason")
    positions = rows["i"].to_numpy().tolist()
    found = [
        Happening(
            positions[row], days[row], ends[row], wrong_day[row] or wrong_end[row],
            said[row] or reasons[row], references[row], cells[row],
            place(_TABLE, row, rows), place(_TABLE, row, rows, column="date"),
        )
        for row in range(len(rows))
    ]  # fmt: skip
    return sorted(found, key=_order)


def _order(one: Happening) -> tuple[int, date, str, str, str]:
    return one.at, one.day or date.max, one.content, one.reference, one.where


def _texts(rows: pd.DataFrame, column: str) -> list[str]:
    return texts_of(rows[column]).tolist() if column in rows.columns else [""] * len(rows)


def _days(rows: pd.DataFrame, column: str) -> tuple[list[date | None], list[str]]:
    """Return a column's days, and the entries that are none."""
    if column not in rows.columns:
        return [None] * len(rows), [""] * len(rows)
    found, refused = numbers(rows[column], "date")
    days = [None if np.isnan(day) else date.fromordinal(int(day)) for day in found.tolist()]
    texts = texts_of(rows[column]).tolist()
    return days, [text if wrong else "" for text, wrong in zip(texts, refused.tolist(), strict=True)]
