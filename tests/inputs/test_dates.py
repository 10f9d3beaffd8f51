"""Dates in frames are read as those in files are, whatever form they have."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest

import township_eval as te

SCHEME = {
    "name": "N", "version": "1",
    "adjustment_items": [{"id": "late", "pool": "deduction", "amount": 1}],
    "flags": [{"id": "F", "measure": "约谈", "when": "a < 90", "owner": ["督查室"], "basis": "t"}],
    "index": {"children": [{"id": "a", "weight": 100, "basis": "t"}]},
}  # fmt: skip
FORMS = {
    "slashes": "2018/5/1",
    "dots": "2018.5.1",
    "chinese": "2018年5月1日",
    "date": date(2018, 5, 1),
    "datetime": datetime(2018, 5, 1, 9, 30),  # noqa: DTZ001  as a spreadsheet gives it
    "timestamp": pd.Timestamp("2018-05-01"),
    "datetime64": np.datetime64("2018-05-01"),
}


def evaluated(day: Any) -> te.Evaluation:
    """Return a result all of whose tables state this day."""
    who = {"unit": "甲镇"}
    tables = {
        "events": {**who, "rule": "late", "reason": "迟报", "reference": "1号", "date": day},
        "waivers": {**who, "rule": "F", "authority": "市委", "document": "2号", "reason": "灾", "date": day},
        "objections": {**who, "number": "1", "matter": "得分", "received": day},
        "corrections": {**who, "indicator": "a", "old": 70.0, "new": 71.0, "reason": "笔误",
                        "document": "3号", "approver": "考核办", "date": day},
        "rectifications": {"unit": "乙乡", "rule": "F", "evidence": "照片", "closed": day},
    }  # fmt: skip
    values = pd.DataFrame({"a": [70.0, 60.0]}, index=["甲镇", "乙乡"])
    frames = {name: pd.DataFrame([row]) for name, row in tables.items()}
    return te.evaluate(
        te.read_scheme(SCHEME), te.Inputs(period="2018", values=values, as_of="2018-12-31", **frames)
    )


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_a_day_is_the_same_day(form: str) -> None:
    """Events, waivers, objections, corrections and replies of 整改 all say 2018-05-01."""
    wanted, found = evaluated("2018-05-01"), evaluated(FORMS[form])
    pd.testing.assert_frame_equal(found.ledger, wanted.ledger)
    assert set(found.tables) == set(wanted.tables)
    for name in ("waivers", "objections", "corrections", "rectification"):
        pd.testing.assert_frame_equal(found.tables[name], wanted.tables[name])
    assert "2018-05-01" in found.ledger["date"].tolist()
    assert found.tables["rectification"]["closed"].tolist()[-1] == "2018-05-01"
    assert found.tables["objections"]["received"].tolist() == ["2018-05-01"]


@pytest.mark.parametrize("entry", ["2018/13/1", "5/1/2018", "五月一日", "2018/5"])
def test_what_is_no_day_is_refused_with_its_value(entry: str) -> None:
    """Day and month in an order that has to be guessed are no date either."""
    with pytest.raises(te.DataError) as refused:
        evaluated(entry)
    assert sum(entry in problem.what.zh for problem in refused.value.problems) >= 4
