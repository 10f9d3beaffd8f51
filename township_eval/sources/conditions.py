"""Conditions on reported values and on rows of a table: unknown where something is missing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from township_eval.inputs.entries.numbers import numbers
from township_eval.inputs.texts import texts_of
from township_eval.methods.varying import Array
from township_eval.scheme.conditions import Call, parse_condition

__all__ = ["applies_when", "holds"]


def holds(text: str, frame: pd.DataFrame) -> tuple[Array, tuple[str, ...]]:
    """Return for every row 1.0 (holds), 0.0 or NaN (cannot be told), and the columns that are missing.

    Examples
    --------
    >>> villages = pd.DataFrame({"population": [1800, 900, None], "demand": ["是", "是", "否"]})
    >>> truth, missing = holds('population >= 1500 and demand == "是"', villages)
    >>> truth.tolist(), missing
    ([1.0, 0.0, 0.0], ())
    """
    condition = parse_condition(text)
    missing = tuple(name for name in condition.names if name not in frame.columns)
    if missing:
        return np.full(len(frame), np.nan), missing

    def lookup(asked: str | Call) -> Any:
        return _entries(frame[_name(asked)])

    return np.broadcast_to(condition.evaluate(lookup), (len(frame),)).copy(), ()


def applies_when(text: str, value_of: Callable[[str], Array], n: int) -> tuple[Array, tuple[str, ...]]:
    """Return per unit 1.0, 0.0 or NaN (cannot be told), and the names the condition asks for.

    Parameters
    ----------
    text : str
        The condition; ``value(x)`` and ``x`` both mean the value of the column or indicator x.
    value_of : callable
        From such a name to its values (n_units,).
    n : int
        Number of units.
    """
    condition = parse_condition(text)

    def lookup(asked: str | Call) -> Array:
        if isinstance(asked, Call) and asked.function != "value":
            return np.full(n, np.nan)  # what is only known after scoring cannot decide who is scored
        return value_of(_name(asked))

    return np.broadcast_to(condition.evaluate(lookup), (n,)).copy(), condition.names


def _name(asked: str | Call) -> str:
    return asked if isinstance(asked, str) else str(asked.arguments[0])


def _entries(column: pd.Series) -> Any:
    """Return a column as numbers if all its entries are, else as text."""
    found, refused = numbers(column)
    return texts_of(column) if refused.any() else found
