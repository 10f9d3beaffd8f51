"""Schemes with adjustments, units with invented names, events and waivers about them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

import township_eval as te
from township_eval.inputs import Units
from township_eval.rules.ledger import Ledger, Opened, keep_ledger, open_ledger
from township_eval.scheme.model import Scheme

UNITS = Units(("001", "002", "003"), ("甲镇", "乙乡", "丙镇"), ("近郊", "边远", "边远"), ("",) * 3, ((),) * 3)


def scheme_of(**stated: Any) -> Scheme:
    """Return a scheme with a block and whatever else is stated."""
    block = {"id": "work", "name": "目标任务", "weight": 60, "children": [
        {"id": "roads", "weight": 60, "basis": "t"}]}  # fmt: skip
    index = {"children": [block, {"id": "mood", "weight": 40, "basis": "t"}]}
    groups = {"近郊": {"reason": "近"}, "边远": {"reason": "远"}}
    read = te.read_scheme({"name": "办法", "version": "1", "index": index, "groups": groups, **stated})
    return read.for_period("2018")


def events_of(*rows: dict[str, Any]) -> pd.DataFrame:
    """Return events with a reason, a reference and a cell each, where they state none."""
    filled = [
        {"i": 0, "reason": f"事由{k}", "reference": f"{k}号", "cell": f"a.xlsx!事项!A{k + 2}", **row}
        for k, row in enumerate(rows)
    ]
    return pd.DataFrame(filled)


def waivers_of(*rows: dict[str, Any]) -> pd.DataFrame:
    """Return waivers that state everything, but for what is stated otherwise."""
    whole = {"i": 0, "authority": "市纪委监委", "document": "容错〔2018〕1号", "reason": "先行先试"}
    return pd.DataFrame([{**whole, "cell": f"a.xlsx!容错!A{k + 2}", **row} for k, row in enumerate(rows)])


def kept(
    scheme: Scheme, events: pd.DataFrame | None = None, waivers: pd.DataFrame | None = None,
    composite: tuple[float, ...] = (80.0, 80.0, 80.0), as_of: Any = None,
) -> tuple[Ledger, Opened]:  # fmt: skip
    """Return the ledger, and what was read for it."""
    opened = open_ledger(scheme, UNITS, events, waivers, as_of)
    return keep_ledger(scheme, UNITS, np.array(composite), opened), opened


class Make:
    """The makers."""

    scheme = staticmethod(scheme_of)
    events = staticmethod(events_of)
    waivers = staticmethod(waivers_of)
    kept = staticmethod(kept)
    units = UNITS


@pytest.fixture
def make() -> type[Make]:
    """Return the makers."""
    return Make


@pytest.fixture(scope="session")
def make_once() -> type[Make]:
    """Return the makers, for tests with many examples."""
    return Make


@pytest.fixture
def codes() -> Callable[[Opened], list[str]]:
    """Return a function from what was read to the codes of its problems."""
    return lambda opened: [problem.code for problem in opened.problems]
