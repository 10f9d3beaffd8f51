"""Schemes, units and lookups of a few lines for the tests of grades."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from township_eval.inputs import Units
from township_eval.methods.aggregation import PowerMean
from township_eval.methods.scoring import Identity
from township_eval.rules.grading import Graded, judge_vetoes
from township_eval.rules.grading import grade as grade_them
from township_eval.scheme.model import Dimension, Grade, Indicator, Scheme

FOUR = (
    Grade(name="优秀", at_least=90),
    Grade(name="良好", at_least=80),
    Grade(name="一般", at_least=60),
    Grade(name="较差", at_least=0),
)


def _units(n: int, groups: list[str] | None = None) -> Units:
    """Return n invented units: 甲镇, 乙镇 ..."""
    names = tuple(f"{sign}镇" for sign in "甲乙丙丁戊己庚辛壬癸"[:n])
    return Units(tuple(f"u{at}" for at in range(n)), names, tuple(groups or [""] * n), ("镇",) * n, ((),) * n)


def _scheme(**more: Any) -> Scheme:
    """Return a scheme of two blocks; grades are four unless stated."""
    blocks = (
        Indicator(id="performance", name="目标任务", weight=60, scoring=Identity()),
        Indicator(id="satisfaction", name="群众满意度", weight=40, scoring=Identity()),
    )
    index = Dimension(id="index", name="综合", weight=100, children=blocks, aggregation=PowerMean(1.0))
    return Scheme(**{"name": "s", "version": "1", "index": index, "grades": FOUR, **more})


def _events(*rows: dict[str, Any]) -> pd.DataFrame:
    """Return the table of events as the inputs hand it over."""
    return pd.DataFrame(list(rows)).assign(row=range(len(rows)))


def _graded(
    scheme: Scheme,
    adjusted: list[float],
    *,
    scores: dict[str, list[Any]] | None = None,
    groups: list[str] | None = None,
    coverage: list[float] | None = None,
    events: pd.DataFrame | None = None,
    as_of: Any = None,
    flagged: Any = None,
) -> Graded:
    """Grade units of these points."""
    units = _units(len(adjusted), groups)
    given = {name: np.asarray(column) for name, column in (scores or {}).items()}
    lookup: Callable[[Any], Any] = lambda asked: given.get(  # noqa: E731
        asked if isinstance(asked, str) else f"{asked.function}({asked.arguments[0]})",
        np.full(units.n, np.nan),
    )
    return grade_them(
        scheme, units, np.array(adjusted, dtype=float),
        np.ones(units.n) if coverage is None else np.array(coverage), lookup, events, as_of,
        judge_vetoes(scheme, units, events, as_of), flagged=flagged,
    )  # fmt: skip


@pytest.fixture(scope="session")
def units_of() -> Callable[..., Units]:
    """Make invented units."""
    return _units


@pytest.fixture(scope="session")
def scheme_of() -> Callable[..., Scheme]:
    """Make a scheme of two blocks and four grades."""
    return _scheme


@pytest.fixture(scope="session")
def events_of() -> Callable[..., pd.DataFrame]:
    """Make the table of events."""
    return _events


@pytest.fixture(scope="session")
def graded() -> Callable[..., Graded]:
    """Grade units of some points."""
    return _graded
