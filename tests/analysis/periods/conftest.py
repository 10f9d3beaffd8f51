"""Two small periods to compare, made anew for every question."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd
import pytest

import township_eval as te

UNITS = "甲乙丙丁"


def leaf(node_id, weight=50, **more):
    """Return a leaf of a scheme file."""
    return {"id": node_id, "weight": weight, "basis": "test", **more}


def scheme(*children, version="1", index=None, **more):
    """Read a scheme; weights are relative unless stated."""
    tree = {"children": list(children), **(index or {})}
    return te.read_scheme({"name": "办法", "version": version, "weights": "relative", **more, "index": tree})


def evaluated(of, period, columns, *, units=UNITS, **more):
    """Evaluate one period of wide values; the units are 甲, 乙, 丙 ... in order."""
    frame = pd.DataFrame(columns, dtype=float)
    frame.index = pd.Index(list(units[: len(frame)]))
    return te.evaluate(of, te.Inputs(period=period, values=frame), **more)


@pytest.fixture
def make():
    """Return the makers."""
    return SimpleNamespace(leaf=leaf, scheme=scheme, evaluated=evaluated)
