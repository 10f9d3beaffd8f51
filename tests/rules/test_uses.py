"""Lists for reference."""

from __future__ import annotations

import numpy as np

from township_eval.language import Text
from township_eval.rules.uses import USE_COLUMNS, select_uses
from township_eval.scheme.model import Use

USES = (
    Use(id="appointment", name="选拔任用参考", when='grade == "优秀"', note="经组织部门研究"),
    Use(id="training", when="work < 70"),
)


def test_requirement_r10_results_are_listed_for_reference_only() -> None:
    """R10: filters over results by use; every line says so, and unknown selects nobody."""
    known = {"grade": np.array(["优秀", "良好", ""], dtype=object), "work": np.array([95.0, 60.0, np.nan])}
    rows = select_uses(USES, ["甲镇", "乙乡", "丙镇"], known.__getitem__, {"work": Text("实绩", "work")})
    assert tuple(rows.columns) == USE_COLUMNS
    assert rows[["use", "unit"]].to_numpy().tolist() == [["appointment", "甲镇"], ["training", "乙乡"]]
    assert rows["name"].tolist() == ["选拔任用参考", "training"]
    assert rows["note"].str.contains("不作为自动决定").all()
    assert rows["note_en"].str.contains("never a decision").all()
    assert "经组织部门研究" in rows["note"][0]


def test_a_line_says_where_the_sample_behind_it_falls_short() -> None:
    """A list is no way around the gate of the sample: who stands on it by too few answers is told apart."""
    rows = select_uses(
        USES[1:],
        ["甲镇", "乙乡"],
        {"work": np.array([60.0, 60.0])}.get,
        {},
        lambda _: np.array([True, False]),
    )
    assert rows["note"].str.contains("样本未达到方案要求").tolist() == [True, False]
    assert rows["note_en"].str.contains("falls short").tolist() == [True, False]
