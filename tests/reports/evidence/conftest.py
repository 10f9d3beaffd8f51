"""Evaluations with one kind of evidence each, and the rows of a sheet by header."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import pandas as pd
import pytest

import township_eval as te
from township_eval.reports.sheet import Sheet

UNITS = {"101": ("甲镇", "一类"), "102": ("乙镇", "一类"), "201": ("丙乡", "二类"), "202": ("丁乡", "二类")}
Evaluate: TypeAlias = Callable[..., te.Evaluation]


@pytest.fixture(scope="session")
def rows_of() -> Callable[..., list[dict[str, Any]]]:
    """Return a function that gives the ordinary rows of a table by header."""

    def rows(sheet: Sheet | None, table: int = 0) -> list[dict[str, Any]]:
        assert sheet is not None
        heads = [column.head for column in sheet.tables[table].columns]
        assert len(set(heads)) == len(heads), heads
        found = [row for row in sheet.tables[table].rows if isinstance(row, tuple)]
        return [dict(zip(heads, row, strict=True)) for row in found]

    return rows


@pytest.fixture(scope="session")
def evaluate() -> Evaluate:
    """Return a function that evaluates four townships of two classes on indicators with these sources."""

    def run(
        *sources: dict[str, Any],
        history: list[te.Evaluation] | None = None,
        period: str = "2018-H2",
        **tables: pd.DataFrame,
    ) -> te.Evaluation:
        leaves = [
            {"id": f"leaf{k}", "name": f"指标{k}", "weight": 1.0, "source": source}
            for k, source in enumerate(sources, start=1)
        ]
        scheme = te.read_scheme(
            {
                "name": "证据",
                "version": "1",
                "weights": "relative",
                "groups": {"一类": {"reason": "近"}, "二类": {"reason": "远"}},
                "units": {code: {"name": name, "group": group} for code, (name, group) in UNITS.items()},
                "index": {"missing": "zero", "children": leaves},
            }
        )
        return te.evaluate(scheme, te.Inputs(period=period, **tables), history=history or ())

    return run
