"""Small cases that a reader can work by hand."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd
import pytest

import township_eval as te

UNITS = "甲乙丙丁戊己庚辛"


def leaf(node_id, weight=50, **more):
    """Return a leaf with a basis, so that nothing is warned about."""
    return {"id": node_id, "weight": weight, "basis": "test", **more}


def scheme(*children, index=None, **more):
    """Read a scheme from its leaves and blocks; weights are relative unless stated."""
    tree = {"children": list(children), **(index or {})}
    return te.read_scheme({"name": "test", "version": "1", "weights": "relative", **more, "index": tree})


def inputs(period="2018", not_applicable=(), **columns):
    """Return wide inputs; the units are 甲, 乙, 丙 ... in order."""
    frame = pd.DataFrame(columns, dtype=float)
    frame.index = pd.Index(list(UNITS[: len(frame)]))
    exempt = pd.DataFrame(list(not_applicable), columns=["unit", "indicator"]) if not_applicable else None
    return te.Inputs(period=period, values=frame, not_applicable=exempt)


@pytest.fixture
def make():
    """Return the makers of small schemes and inputs."""
    return SimpleNamespace(leaf=leaf, scheme=scheme, inputs=inputs)
