"""Small evaluations with errors that a reader can work by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

import township_eval as te

SURVEY = {"kind": "satisfaction", "scale": {"yes": 100, "no": 0}}
GRADES = [
    {"name": "A", "at_least": 85, "quota": {"count": 1, "per": "group"}},
    {"name": "B", "at_least": 60},
    {"name": "C", "at_least": 0},
]


def asked(
    shares: dict[str, float], *, n: int = 200, groups: dict[str, str] | None = None, **more: Any
) -> te.Evaluation:
    """Return an evaluation whose index is a survey of *n* persons per unit, satisfied in these percents."""
    children = [{"id": "asked", "weight": 50, "source": SURVEY, "basis": "t"}]
    children += [{"id": "roads", "weight": 50, "basis": "t"}] if "roads" in more else []
    classes = {g: {"name": g, "reason": "t"} for g in dict.fromkeys((groups or {}).values())}
    scheme = te.read_scheme(
        {
            "name": "Asked", "version": "1", "weights": "relative", "index": {"children": children},
            "grades": more.get("grades", []),
            **({"groups": classes} if classes else {}),
        }
    )  # fmt: skip
    counts = pd.DataFrame(
        [
            (unit, answer, count)
            for unit, share in shares.items()
            for answer, count in (("yes", round(share * n / 100)), ("no", n - round(share * n / 100)))
        ],
        columns=["unit", "answer", "count"],
    )
    units = pd.DataFrame(
        {"unit": list(shares), "name": list(shares), "group": [(groups or {}).get(u, "") for u in shares]}
    )
    given: dict[str, Any] = {"units": units, "satisfaction": counts}
    if "roads" in more:
        given["values"] = pd.DataFrame({"roads": more["roads"]}, index=list(shares))
    return te.evaluate(scheme, te.Inputs(period="2018", **given))


def measured(points: dict[str, float], *, grades: list[dict[str, Any]] | None = None) -> te.Evaluation:
    """Return an evaluation of administrative figures alone: no error model."""
    leaf = {"id": "a", "weight": 100, "basis": "t"}
    scheme = te.read_scheme(
        {"name": "Figures", "version": "1", "index": {"children": [leaf]}, "grades": grades or []}
    )
    values = pd.DataFrame({"a": list(points.values())}, index=list(points))
    return te.evaluate(scheme, te.Inputs(period="2018", values=values))


@pytest.fixture
def survey() -> Callable[..., te.Evaluation]:
    """Return the maker of evaluations with sampling errors."""
    return asked


@pytest.fixture
def figures() -> Callable[..., te.Evaluation]:
    """Return the maker of evaluations without any error model."""
    return measured
