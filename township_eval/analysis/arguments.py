"""What is given to a question, looked at before anything is done with it: wrong types, all at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from township_eval.evaluation import Evaluation

__all__ = [
    "EVALUATION", "EVALUATIONS", "FLAG", "MAPPING_OR_FRAME", "NAMES", "NAMES_OR_FLAG", "NUMBER", "NUMBERS",
    "NUMBER_OR_MAPPING", "TEXT", "WHOLE", "Kind", "expect", "optional",
]  # fmt: skip

#: What an argument must be: a test, and the same in words.
Kind = tuple[Callable[[Any], bool], str]

_SHOWN: Final = 40  # characters of a wrong value


def _is_number(given: Any) -> bool:
    return isinstance(given, int | float | np.number) and not isinstance(given, bool)


def _is_whole(given: Any) -> bool:
    return isinstance(given, int | np.integer) and not isinstance(given, bool)


def _are_names(given: Any) -> bool:
    if isinstance(given, str):
        return True
    # what has no length can be gone through once only: it would be empty by the time it is used
    listed = isinstance(given, Iterable) and hasattr(given, "__len__")
    listed = listed and not isinstance(given, Mapping | bytes | pd.DataFrame)
    return listed and all(isinstance(one, str) for one in given)


def _are_numbers(given: Any) -> bool:
    if isinstance(given, Mapping):
        return all(isinstance(one, str) for one in given)
    return isinstance(given, Iterable) and hasattr(given, "__len__") and not isinstance(given, str | bytes)


def _are_evaluations(given: Any) -> bool:
    listed = isinstance(given, Iterable) and hasattr(given, "__len__")
    return listed and all(isinstance(one, Evaluation) for one in given)


EVALUATION: Final[Kind] = (lambda given: isinstance(given, Evaluation), "an Evaluation")
EVALUATIONS: Final[Kind] = (_are_evaluations, "a list of Evaluations")
FLAG: Final[Kind] = (lambda given: isinstance(given, bool | np.bool_), "True or False")
MAPPING_OR_FRAME: Final[Kind] = (
    lambda given: isinstance(given, Mapping | pd.DataFrame), "a mapping or a DataFrame",
)  # fmt: skip
NAMES: Final[Kind] = (_are_names, "a name or a list of names (text)")
NAMES_OR_FLAG: Final[Kind] = (
    lambda given: isinstance(given, bool) or _are_names(given), "True, False, a name or a list of names",
)  # fmt: skip
NUMBER: Final[Kind] = (_is_number, "a number")
NUMBER_OR_MAPPING: Final[Kind] = (
    lambda given: _is_number(given) or isinstance(given, Mapping),
    "a number, or a mapping of nodes to bounds",
)
NUMBERS: Final[Kind] = (_are_numbers, "a list of numbers, or numbers by period")
TEXT: Final[Kind] = (lambda given: isinstance(given, str), "a text")
WHOLE: Final[Kind] = (_is_whole, "a whole number")


def optional(kind: Kind) -> Kind:
    """Return the kind that may be left out."""
    accepts, words = kind
    return (lambda given: given is None or accepts(given)), f"{words}, or None"


def expect(**given: tuple[Any, Kind]) -> None:
    """Raise ``TypeError`` naming every argument that is of another kind than it must be.

    Parameters
    ----------
    given : tuple of value and Kind
        By the name of the argument.

    Examples
    --------
    >>> expect(level=(0.95, NUMBER), seed=(1, WHOLE))
    >>> expect(level=("0.95", NUMBER), seed=(1.5, WHOLE))
    Traceback (most recent call last):
    TypeError: level must be a number, not '0.95' (str); seed must be a whole number, not 1.5 (float)
    """
    faults = [
        f"{name} must be {words}, not {_shown(value)}"
        for name, (value, (accepts, words)) in given.items()
        if not accepts(value)
    ]
    if faults:
        raise TypeError("; ".join(faults))


def _shown(value: Any) -> str:
    kind = type(value).__name__
    if isinstance(value, pd.DataFrame | pd.Series | np.ndarray):
        return f"one of type {kind}"
    said = repr(value).splitlines()[0]
    return f"{said if len(said) <= _SHOWN else said[: _SHOWN - 3] + '...'} ({kind})"
