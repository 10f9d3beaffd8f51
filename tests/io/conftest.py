"""Workbooks and a scheme the reading tests share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import openpyxl
import pytest

from township_eval.io.schemes import read_scheme
from township_eval.scheme.model import Scheme

Rows: TypeAlias = Sequence[Sequence[Any]]
MakeBook: TypeAlias = Callable[..., Path]

SCHEME: dict[str, Any] = {
    "format": 1,
    "name": "测试方案",
    "version": "1",
    "weights": "relative",
    "units": {
        "640181100": {"name": "东塔镇", "aliases": ["东塔"]},
        "640181102": {"name": "崇兴镇", "aliases": ["崇兴"]},
        "640181201": {"name": "白土岗乡", "aliases": ["白土岗"]},
    },
    "index": {
        "id": "index",
        "children": [
            {
                "id": "tap_water",
                "name": "自来水普及率",
                "unit": "%",
                "weight": 4,
                "lead": ["农牧局"],
                "scoring": {"method": "target", "target": 100},
                "basis": "二(六)3",
            },
            {
                "id": "roads",
                "name": "断头路条数",
                "unit": "条",
                "aliases": ["断头路"],
                "weight": 2,
                "may_not_apply": True,
                "lead": ["农牧局"],
                "scoring": {"method": "target", "target": 0, "direction": "lower", "per_unit": 25},
            },
            {
                "id": "income",
                "name": "收入增长",
                "unit": "%",
                "weight": 2,
                "lead": ["统计局"],
                "source": {"kind": "growth", "start": "期初收入", "end": "期末收入", "years": 1},
                "scoring": {"method": "linear", "low": 0, "high": 12},
            },
            {
                "id": "rules",
                "name": "制度建立",
                "weight": 1,
                "lead": ["编办"],
                "source": {"kind": "items", "columns": ["首问责任制", "工作例会"]},
            },
            {
                "id": "satisfaction",
                "name": "群众满意度",
                "weight": 2,
                "source": {
                    "kind": "satisfaction",
                    "scale": {"满意": 100, "基本满意": 80, "不满意": 30},
                    "dont_know": ["不了解"],
                    "channels": {"电话": 6, "代表": 4},
                },
            },
            {"id": "third", "name": "第三方评估", "weight": 1, "source": {"kind": "ratings", "trim": 1}},
        ],
    },
}


@pytest.fixture
def scheme() -> Scheme:
    """Three townships, six indicators of different sources."""
    return read_scheme(SCHEME)


@pytest.fixture
def scheme_with() -> Callable[..., Scheme]:
    """Make the shared scheme with some of its top-level fields replaced."""

    def make(**changed: Any) -> Scheme:
        return read_scheme({**SCHEME, **changed})

    return make


@pytest.fixture
def book(tmp_path: Path) -> MakeBook:
    """Make a workbook of sheets given as rows; ``merges`` and ``formats`` are by sheet."""

    def make(
        name: str,
        sheets: Mapping[str, Rows],
        merges: Mapping[str, Iterable[str]] | None = None,
        formats: Mapping[str, Mapping[str, str]] | None = None,
    ) -> Path:
        made = openpyxl.Workbook()
        del made[made.sheetnames[0]]
        for title, rows in sheets.items():
            sheet = made.create_sheet(title)
            for row in rows:
                sheet.append(list(row))
            for area in (merges or {}).get(title, ()):
                sheet.merge_cells(area)
            for cell, shown in (formats or {}).get(title, {}).items():
                sheet[cell].number_format = shown
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        made.save(path)
        return path

    return make
