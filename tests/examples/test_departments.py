"""The scorecards of departments with rules of their own: flagged, followed and printed as townships are."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
import yaml

import township_eval as te
from township_eval.examples import path

RULES = [
    {
        "id": "D1", "name": "报表迟报", "measure": "约谈", "when": "returns_on_time < 100", "basis": "末段",
        "owner": ["市委督查室"], "due_days": 15, "due_in": "working", "posts": {"部门": "部门主要负责人"},
    },
    {
        "id": "D2", "name": "乡镇评议低", "measure": "责令整改", "when": "township_review < 85",
        "basis": "三(四)", "owner": ["政府督查室"], "due_days": 30,
    },
]  # fmt: skip


@pytest.fixture(scope="module")
def halves() -> list[te.Evaluation]:
    written = yaml.safe_load(path("lingwu/departments.yaml").read_text(encoding="utf-8"))
    scheme = te.read_scheme({**written, "flags": RULES})
    found: list[te.Evaluation] = []
    for half in ("2018-H1", "2018-H2"):
        inputs = te.read_inputs(path(f"lingwu/{half}/社区建设办.xlsx"), scheme)
        found.append(te.evaluate(scheme, inputs, history=found))
    return found


def test_two_rules_on_scorecards_are_followed_over_two_half_years(halves: list[te.Evaluation]) -> None:
    """Late returns are proposed and, once in time, cleared; a low review goes on to be counted."""
    told = [one.flags[["unit", "rule", "status", "due"]].to_numpy().tolist() for one in halves]
    assert told == [
        [
            ["住建局", "D1", "proposed", "2018-07-20"],
            ["住建局", "D2", "proposed", "2018-07-30"],
            ["民政局", "D1", "proposed", "2018-07-20"],
        ],
        [
            ["住建局", "D1", "cleared", ""],
            ["住建局", "D2", "proposed", "2019-01-30"],
            ["民政局", "D1", "cleared", ""],
        ],
    ]
    assert halves[0].flags.set_index("rule").loc["D1", "post"].tolist() == ["部门主要负责人"] * 2
    assert halves[1].flags.set_index(["unit", "rule"]).loc[("住建局", "D2"), "periods"] == 2


def test_the_subject_of_a_departments_flag_is_the_department(
    halves: list[te.Evaluation], tmp_path: Path
) -> None:
    """A rule that names no subject is about the unit itself: nowhere is a department called a township."""
    te.write_workbook(halves[0], tmp_path / "x.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "x.xlsx")["约谈整改通报问责建议表"]
    printed = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert "部门:部门主要负责人" in printed
    assert not [one for one in printed if "乡镇(街道)" in one]
