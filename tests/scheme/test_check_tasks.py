"""Statements about tasks that can be counted by, and those that cannot."""

from __future__ import annotations

import pytest

from township_eval.scheme.check import check_scheme
from township_eval.scheme.parse import parse_scheme


def codes(source: dict) -> list[str]:
    """Return what is wrong with a scheme of one leaf with this source."""
    leaf = {"id": "x", "weight": 100, "basis": "三(一)", "source": {"kind": "tasks", **source}}
    scheme = parse_scheme(
        {"name": "办法", "version": "1", "basis": "实施方案", "index": {"basis": "三", "children": [leaf]}}
    )
    return [problem.code for problem in check_scheme(scheme) if problem.severity == "error"]


@pytest.mark.parametrize("measure", ["on_time", "done"])
def test_deadlines_may_be_those_of_the_period(measure: str) -> None:
    """Both shares look at deadlines."""
    assert codes({"measure": measure, "counted": "period", "only": ["二(四)", "T13"]}) == []


@pytest.mark.parametrize("measure", ["progress", "returns"])
def test_what_looks_at_no_deadline_has_none_in_the_period(measure: str) -> None:
    """The statement would change nothing, and somebody meant something by it."""
    assert codes({"measure": measure, "counted": "period"}) == ["tasks.counted"]


def test_a_blank_among_the_tasks_named_is_refused() -> None:
    """It would stand for every section."""
    assert codes({"only": ["T13", " "]}) == ["tasks.only"]
