"""Points on the sheets where an event took a block from one township."""

from __future__ import annotations

import numpy as np
import pandas as pd

import township_eval as te
from township_eval.reports.view import View

SCHEME = {
    "name": "办法", "version": "1",
    "index": {"children": [
        {"id": "work", "weight": 60, "children": [
            {"id": "roads", "weight": 30, "basis": "t"}, {"id": "water", "weight": 30, "basis": "t"}]},
        {"id": "mood", "weight": 40, "basis": "t"},
    ]},
    "adjustment_items": [{"id": "accident", "pool": "deduction", "block": "work", "factor": 0}],
}  # fmt: skip


def test_one_zeroed_block_takes_nobody_else_the_points():
    """Sheets stay in points; only the indicators below the zeroed block have none, the block has 0."""
    values = pd.DataFrame(
        {"roads": [80.0, 70.0], "water": [90.0, 60.0], "mood": [85.0, 90.0]}, index=["甲镇", "乙乡"]
    )
    events = [{"unit": "乙乡", "rule": "accident", "reason": "坍塌", "reference": "4号"}]
    found = te.evaluate(te.read_scheme(SCHEME), te.Inputs(period="2018", values=values, events=events))
    view = View(found)
    assert view.in_points
    shown = {node: view.shown(found.plan.row[node]) for node in ("work", "roads", "water", "mood")}
    assert shown["work"].tolist() == [51.0, 0.0]
    assert shown["mood"].tolist() == [34.0, 36.0]
    assert [shown[node][0] for node in ("roads", "water")] == [24.0, 27.0]
    assert all(np.isnan(shown[node][1]) for node in ("roads", "water"))
