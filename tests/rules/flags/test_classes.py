"""Rules about the last of a class, and classes too small for them."""

from __future__ import annotations

import pandas as pd
import pytest

import township_eval as te

GROUPS = {"近郊": {"reason": "近"}, "边远": {"reason": "远"}}


@pytest.mark.parametrize(
    ("when", "named"),
    [
        ("bottom(1)", ["近郊"]), ("bottom(2)", ["近郊", "边远"]), ("a < 60 and bottom(1)", ["近郊"]),
        ("a < 60", []),
    ],
)  # fmt: skip
def test_a_class_that_is_all_last_is_named(when: str, named: list[str]) -> None:
    """One unit in 近郊 and two in 边远: who is alone is always the last one."""
    scheme = te.read_scheme(
        {"name": "N", "version": "1", "groups": GROUPS,
         "flags": [{"id": "F", "name": "末位约谈", "measure": "约谈", "when": when}],
         "index": {"children": [{"id": "a", "weight": 100, "basis": "t"}]}}
    )  # fmt: skip
    units = pd.DataFrame({"unit": ["甲镇", "乙乡", "丙乡"], "group": ["近郊", "边远", "边远"]})
    values = pd.DataFrame({"a": [90.0, 80.0, 70.0]}, index=["甲镇", "乙乡", "丙乡"])
    found = te.check(scheme, te.Inputs(period="2018", units=units, values=values))
    told = [problem for problem in found if problem.code == "flag.whole_class"]
    assert [group for group in GROUPS if any(f"“{group}”" in one.what.zh for one in told)] == named
    for one in told:
        assert (one.severity, one.where) == ("warning", "flags.F")
        assert "末位约谈" in one.what.zh
        assert one.hint
