"""Correction slips: applied over untouched inputs, with authority, and only where the old value stands."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import township_eval as te
from township_eval.inputs import Inputs
from township_eval.inputs.corrections import apply_corrections
from township_eval.scheme.model import Scheme

FILED = {"reason": "漏报一个村", "document": "甲镇函〔2019〕2号", "approver": "考核办主任"}


@pytest.fixture(scope="module")
def scheme() -> Scheme:
    """Return a scheme with a percentage, a date, a yes and no, a survey and events."""
    return te.read_scheme(
        {
            "name": "虚构方案",
            "version": "1",
            "weights": "relative",
            "units": {"001": {"name": "甲镇", "aliases": ["甲"]}, "002": {"name": "乙乡"}},
            "index": {
                "missing": "exclude",
                "children": [
                    {"id": "water", "name": "自来水普及率", "unit": "%", "weight": 40},
                    {"id": "clean", "weight": 20, "unit": "是/否",
                     "scoring": {"method": "linear", "low": 0, "high": 1}},
                    {"id": "plan", "weight": 10,
                     "source": {"kind": "milestone", "due": "2018-06-30", "done": "完成日"},
                     "scoring": {"method": "late", "free": 0, "per_day": 1}},
                    {"id": "satisfaction", "name": "群众满意度", "weight": 20,
                     "source": {"kind": "survey", "scale": {"满意": 100, "不满意": 0}}},
                    {"id": "petitions", "weight": 10, "source": {"kind": "events"},
                     "scoring": {"method": "deduction", "full": 10, "per_unit": 1}},
                ],
            },
        }
    )  # fmt: skip


@pytest.fixture
def inputs() -> Inputs:
    """Return inputs as files give them, every value with its cell."""
    values = pd.DataFrame(
        [
            ("001", "water", "", 80.0, "a.xlsx!表!C3"),
            ("002", "water", "", 90.0, "a.xlsx!表!C4"),
            ("001", "clean", "", 0.0, "a.xlsx!表!D3"),
            ("001", "完成日", "", "2018-07-02", "a.xlsx!表!E3"),
        ],
        columns=["unit", "indicator", "part", "value", "cell"],
        dtype=object,
    )
    counts = pd.DataFrame(
        {
            "unit": ["甲镇", "甲镇", "乙乡", "乙乡"],
            "answer": ["满意", "不满意"] * 2,
            "count": [80, 20, 70, 30],
            "cell": [f"b.xlsx!满意度!{at}" for at in ("C3", "D3", "C4", "D4")],
        }
    )
    return Inputs(period="2018-H2", values=values, satisfaction=counts)


def corrected(
    scheme: Scheme, inputs: Inputs, *slips: dict[str, Any]
) -> tuple[Inputs, pd.DataFrame, list[str]]:
    """Apply slips and return inputs, table and codes of problems."""
    filed = [FILED | slip for slip in slips]
    given = replace(inputs, corrections=pd.DataFrame(filed))
    out, applied, problems = apply_corrections(scheme, given)
    assert all(problem.hint for problem in problems)
    return out, applied, [problem.code for problem in problems]


def test_value_is_replaced_in_a_copy_and_keeps_its_cell(scheme: Scheme, inputs: Inputs) -> None:
    """A slip replaces one value, with its document; the frame handed in and the cell stay."""
    before = inputs.values.copy()
    slip = {
        "number": "1",
        "unit": "甲",
        "indicator": "自来水普及率",
        "old": "80%",
        "new": 85.5,
        "objection": "Y1",
    }
    out, applied, codes = corrected(scheme, inputs, slip)
    assert codes == []
    pd.testing.assert_frame_equal(inputs.values, before)
    row = out.values.iloc[0]
    assert (row["value"], row["cell"], row["document"]) == (85.5, "a.xlsx!表!C3", FILED["document"])
    assert out.values["value"].tolist()[1:] == [90.0, 0.0, "2018-07-02"]
    assert applied.iloc[0].to_dict() == {
        "number": "1", "table": "values", "unit": "001", "indicator": "water", "column": "",
        "cell": "a.xlsx!表!C3", "old": 80.0, "new": 85.5, "date": "", "objection": "Y1", **FILED,
    }  # fmt: skip


def test_cells_dates_and_yes_no_are_read_by_the_rules_of_their_columns(
    scheme: Scheme, inputs: Inputs
) -> None:
    """A date stays a date, yes becomes 1, and a cell is enough to say what is meant."""
    out, applied, codes = corrected(
        scheme, inputs,
        {"unit": "甲镇", "indicator": "clean", "old": "否", "new": "是"},
        {"cell": "表!E3", "old": "2018-07-02", "new": "2018-06-30"},
        {"cell": "b.xlsx!满意度!D4", "old": 30, "new": 25, "date": "2019-01-20"},
    )  # fmt: skip
    assert codes == []
    assert out.values["value"].tolist() == [80.0, 90.0, 1.0, "2018-06-30"]
    assert out.satisfaction["count"].tolist() == [80, 20, 70, 25]
    assert applied.loc[applied["table"] == "satisfaction", ["unit", "column", "date"]].values.tolist() == [
        ["002", "count", "2019-01-20"]
    ]


def test_late_report_and_withdrawal(scheme: Scheme, inputs: Inputs) -> None:
    """What nobody reported can be reported late, and a value can be withdrawn, both in so many words."""
    out, _, codes = corrected(
        scheme, inputs,
        {"unit": "乙乡", "indicator": "clean", "old": "未报", "new": "是"},
        {"unit": "乙乡", "indicator": "water", "old": 90, "new": "未报"},
    )  # fmt: skip
    assert codes == []
    assert out.values.iloc[-1][["unit", "indicator", "value"]].tolist() == ["002", "clean", 1.0]
    assert pd.isna(out.values["value"].iloc[1])


def test_wide_values_are_corrected_too(scheme: Scheme) -> None:
    """A wide table takes corrections, late reports of columns and units included."""
    wide = pd.DataFrame({"water": [80, 90]}, index=["001", "002"])
    out, _, codes = corrected(
        scheme, Inputs(period="2018-H2", values=wide),
        {"unit": "甲镇", "indicator": "water", "old": 80, "new": 81.5},
        {"unit": "乙乡", "indicator": "clean", "old": "", "new": 1},
    )  # fmt: skip
    assert codes == []
    assert out.values["water"].tolist() == [81.5, 90.0]
    np.testing.assert_equal(out.values.loc[["001", "002"], "clean"].to_numpy(), [np.nan, 1.0])
    late, _, codes = corrected(
        scheme, Inputs(period="2018-H2", values=wide.iloc[:1]),
        {"unit": "乙乡", "indicator": "water", "old": None, "new": 90},
    )  # fmt: skip
    assert (codes, late.values["water"].to_dict()) == ([], {"001": 80.0, "002": 90.0})


@pytest.mark.parametrize(
    ("slip", "code"),
    [
        ({"unit": "甲镇", "indicator": "water", "old": 81, "new": 85}, "correction.old"),
        ({"unit": "甲镇", "indicator": "water", "old": "", "new": 85}, "correction.old"),
        ({"unit": "甲镇", "indicator": "water", "old": 80, "new": 80}, "correction.same"),
        ({"unit": "甲镇", "indicator": "water", "old": 80, "new": ""}, "correction.value"),
        ({"unit": "甲镇", "indicator": "water", "old": 80, "new": "约85"}, "correction.value"),
        ({"unit": "甲镇", "indicator": "clean", "old": 0, "new": "50%"}, "correction.value"),
        ({"unit": "甲镇", "indicator": "完成日", "old": "2018-07-02", "new": "七月"}, "correction.value"),
        ({"unit": "丙镇", "indicator": "water", "old": 80, "new": 85}, "unit.unknown"),
        ({"unit": "甲镇", "indicator": "watre", "old": 80, "new": 85}, "values.column_unknown"),
        ({"unit": "甲镇", "indicator": "satisfaction", "old": 80, "new": 85}, "values.column_unknown"),
        ({"cell": "a.xlsx!表!Z9", "old": 80, "new": 85}, "correction.unknown"),
        ({"unit": "乙乡", "cell": "a.xlsx!表!C3", "old": 80, "new": 85}, "correction.place"),
        ({"old": 80, "new": 85}, "correction.place"),
        ({"unit": "甲镇", "table": "统计表", "old": 80, "new": 85}, "correction.table"),
        ({"unit": "甲镇", "table": "ratings", "old": 80, "new": 85}, "correction.table"),
        ({"unit": "甲镇", "table": "满意度", "old": 80, "new": 85}, "correction.ambiguous"),
        ({"cell": "b.xlsx!满意度!C3", "column": "cuont", "old": 80, "new": 85}, "correction.column"),
        (
            {"unit": "甲镇", "indicator": "water", "old": 80, "new": 85, "approver": ""},
            "correction.authority",
        ),
        (
            {"unit": "甲镇", "indicator": "water", "old": 80, "new": 85, "reason": None},
            "correction.authority",
        ),
        (
            {"unit": "甲镇", "indicator": "water", "old": 80, "new": 85, "document": " "},
            "correction.authority",
        ),
        ({"unit": "甲镇", "indicator": "water", "old": 80, "new": 85, "date": "昨天"}, "correction.date"),
    ],
)
def test_faulty_slip_is_refused_and_changes_nothing(
    scheme: Scheme, inputs: Inputs, slip: dict[str, Any], code: str
) -> None:
    """A slip that is not clear or not authorized is an error with a hint, and nothing is changed."""
    out, applied, codes = corrected(scheme, inputs, slip)
    assert codes == [code]
    assert applied.empty
    for name, frame in inputs.tables():
        pd.testing.assert_frame_equal(getattr(out, name), frame)


def test_one_cell_is_corrected_once(scheme: Scheme, inputs: Inputs) -> None:
    """Two slips about one cell are both errors, however each says which cell it means."""
    one = {"unit": "甲镇", "indicator": "water", "old": 80, "new": 85}
    other = {"cell": "a.xlsx!表!C3", "old": 80, "new": 86}
    _, applied, codes = corrected(scheme, inputs, one, other)
    assert (codes, len(applied)) == (["correction.twice"] * 2, 0)


def test_numbers_of_slips_are_unique(scheme: Scheme, inputs: Inputs) -> None:
    """A slip's number that is used twice is an error: objections name slips by it."""
    one = {"number": "G1", "unit": "甲镇", "indicator": "water", "old": 80, "new": 85}
    other = {"number": "G1", "unit": "乙乡", "indicator": "water", "old": 90, "new": 85}
    assert corrected(scheme, inputs, one, other)[2] == ["correction.number"]


def test_missing_column_of_the_table_is_an_error(scheme: Scheme, inputs: Inputs) -> None:
    """A table of slips without approvers is no table of slips."""
    given = Inputs(period="2018-H2", values=inputs.values,
                   corrections=[{"unit": "甲镇", "indicator": "water", "old": 80, "new": 85}])  # fmt: skip
    codes = {problem.code for problem in apply_corrections(scheme, given)[2]}
    assert codes == {"table.column_missing"}


def test_unreadable_cell_is_settled_by_its_slip(scheme: Scheme, inputs: Inputs) -> None:
    """A cell that could not be read is no problem once a slip quotes it and gives the value."""
    values = inputs.values.copy()
    values.loc[0, "value"] = None
    cell = "a.xlsx!表!C3"
    refused = te.Problem("error", "cell.text", cell, te.Text("约80", "about 80"), te.Text("改", "mend"))
    reading = pd.DataFrame({"file": ["a.xlsx"], "sheet": ["表"], "cell": ["C3"], "original": ["约80"]})
    given = Inputs(period="2018-H2", values=values, problems=(refused,), reading=reading)
    slip = {"unit": "甲镇", "indicator": "water", "old": "约80", "new": 82}
    out, applied, codes = corrected(scheme, given, slip)
    assert (codes, out.problems, applied["old"].tolist()) == ([], (), ["约80"])
    assert out.values["value"].iloc[0] == 82.0
    kept, _, codes = corrected(scheme, given, slip | {"old": ""})
    assert (codes, kept.problems) == (["correction.old"], (refused,))


@given(order=st.permutations(range(3)))
def test_order_of_slips_does_not_matter(order: list[int]) -> None:
    """The same slips in another order give the same tables."""
    rules = te.read_scheme({"name": "N", "version": "1", "index": {"children": [{"id": "a", "weight": 100}]}})
    values = pd.DataFrame({"a": [1.0, 2.0, 3.0]}, index=["u1", "u2", "u3"])
    slips = [{"unit": f"u{k}", "indicator": "a", "old": k, "new": k + 10, **FILED} for k in (1, 2, 3)]
    expected = apply_corrections(rules, Inputs(period="2018", values=values, corrections=slips))
    found = apply_corrections(
        rules, Inputs(period="2018", values=values, corrections=[slips[at] for at in order])
    )
    pd.testing.assert_frame_equal(found[1], expected[1])
    pd.testing.assert_frame_equal(found[0].values, expected[0].values)


def test_units_may_stand_in_the_index(scheme: Scheme, inputs: Inputs) -> None:
    """As in every table of the inputs."""
    slip = {"unit": "甲镇", "indicator": "water", "old": 80, "new": 82, **FILED}
    slips = pd.DataFrame([slip]).set_index("unit")
    out, _, problems = apply_corrections(scheme, replace(inputs, corrections=slips))
    assert (out.values["value"].iloc[0], problems) == (82.0, ())
