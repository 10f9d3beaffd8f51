"""A scheme with every kind of evidence people give, and sheets of it read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from township_eval.inputs import Inputs
from township_eval.io.schemes import read_scheme
from township_eval.io.workbook import read_inputs
from township_eval.scheme.model import Scheme

UNITS: dict[str, Any] = {
    "640181100": {"name": "东塔镇", "aliases": ["东塔"]},
    "640181102": {"name": "崇兴镇"},
    "640181201": {"name": "白土岗乡"},
}
SURVEY: dict[str, Any] = {
    "kind": "satisfaction",
    "scale": {"满意": 100, "基本满意": 80, "不满意": 30},
    "dont_know": ["不了解"],
    "refused": ["拒答"],
    "channels": {"电话": 6, "代表": 4},
    "questions": {"总体评价": 2, "服务态度": 1},
    "calibrate": ["性别", "年龄组"],
}
REVIEW: dict[str, Any] = {
    "kind": "reviews",
    "direction": "departments_rate_townships",
    "raters": {"农牧局": 1, "住建局": 1},
    "scale": {"好": 100, "一般": 60, "差": 0},
}
LEAVES: dict[str, dict[str, Any]] = {
    "survey": {"id": "survey", "name": "群众满意度", "weight": 1, "source": SURVEY},
    "panel": {"id": "panel", "name": "第三方评估", "weight": 1, "source": {"kind": "ratings"}},
    "review": {"id": "review", "name": "部门评议", "weight": 1, "source": REVIEW},
    "roads": {"id": "roads", "name": "断头路条数", "weight": 1},
}


@pytest.fixture(scope="session")
def make_scheme() -> Callable[..., Scheme]:
    """Make a scheme with some of the leaves; keywords change the source of the first."""
    return _scheme


def _scheme(*leaves: str, **source: Any) -> Scheme:
    """Return a scheme with some of the leaves; *source* changes the source of the first."""
    children = [dict(LEAVES[name]) for name in leaves]
    if source:
        children[0]["source"] = {**children[0]["source"], **source}
    return read_scheme({
        "format": 1,
        "name": "测试",
        "version": "1",
        "weights": "relative",
        "units": UNITS,
        "index": {"id": "index", "children": children},
    })  # fmt: skip


@pytest.fixture
def people() -> Scheme:
    """Return a scheme with a survey, a panel and a review beside one figure."""
    return _scheme("survey", "panel", "review", "roads")


@pytest.fixture
def take(book: Any, people: Scheme) -> Callable[..., Inputs]:
    """Read sheets given as rows."""

    def run(
        sheets: dict[str, list[list[Any]]],
        merges: dict[str, list[str]] | None = None,
        scheme: Scheme | None = None,
        formats: dict[str, dict[str, str]] | None = None,
    ) -> Inputs:
        return read_inputs(book("2018-H2.xlsx", sheets, merges, formats), scheme or people)

    return run


@pytest.fixture
def faults() -> Callable[[Inputs], list[tuple[str, str]]]:
    """Return code and place of every error."""
    return lambda inputs: [(p.code, p.where) for p in inputs.problems if p.severity == "error"]
