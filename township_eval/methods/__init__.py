"""Mathematics on arrays, knowing nothing of schemes, tables or files.

The last axis of every array is the units; NaN stays NaN. Everything here may be called on its own;
modules are loaded when they are first named.

Examples
--------
>>> import township_eval.methods
>>> township_eval.methods.scoring.Linear(low=40, high=0)([10.0]).tolist()
[75.0]
"""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from township_eval.methods import (
        aggregation,
        estimation,
        ranking,
        ranksets,
        ratings,
        scoring,
        smallarea,
        weighting,
    )

__all__ = ["aggregation", "estimation", "ranking", "ranksets", "ratings", "scoring", "smallarea", "weighting"]


def __getattr__(name: str) -> ModuleType:
    if name in __all__:
        return importlib.import_module(f"{__name__}.{name}")
    msg = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(msg)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
