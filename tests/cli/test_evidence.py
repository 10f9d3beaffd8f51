"""What `score` says of surveys, panels, reviews and tasks."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

import township_eval as te
from township_eval.cli.evidence import evidence_lines
from township_eval.examples import path


@pytest.fixture(scope="module")
def lingwu() -> te.Evaluation:
    scheme = te.read_scheme(path("lingwu") / "scheme.yaml")
    return te.evaluate(scheme, te.read_inputs(path("lingwu") / "2018-H2", scheme))


def test_every_kind_of_evidence_is_said(lingwu: te.Evaluation) -> None:
    """Intervals with n, agreement, both review directions, tasks, returns and city targets."""
    said = "\n".join(evidence_lines(lingwu))
    total = lingwu.tables["satisfaction_total"].set_index("unit").loc["640181201"]
    assert f"白土岗乡 87.80({total['lower']:.1f}—{total['upper']:.1f};230份)" in said
    assert "评估员5人,一致性" in said
    assert "ICC(A,k) = ICC(2,k)" in said
    assert "部门评乡镇:被评9个,有效票108张" in said
    assert "乡镇评部门:被评12个,有效票108张" in said
    assert "27项任务" in said
    assert "迟报1,未报1" in said
    assert "全市目标5项:已达到3,到期未达到1" in said


def test_the_lines_fit_a_terminal_in_both_languages(lingwu: te.Evaluation) -> None:
    """English lines stay within 100 columns and hold no Chinese labels of the program."""
    lines = list(evidence_lines(lingwu, "en"))
    assert max(map(len, lines)) <= 100
    assert not any("置信" in line or "任务" in line for line in lines)


def test_of_many_units_only_those_in_doubt_are_said(lingwu: te.Evaluation) -> None:
    """A county of thirty gets the range, and by name whoever must be surveyed again."""
    total = lingwu.tables["satisfaction_total"]
    many = pd.concat([total] * 3, ignore_index=True)
    many["sample_ok"] = [False, *[True] * (len(many) - 1)]
    said = list(evidence_lines(replace(lingwu, table_rows={"satisfaction_total": many})))
    assert said[1] == "  27个单位,87.41—92.75,见满意度测评表"
    assert said[2].endswith("样本不足,需补充调查)")
    assert len(said) == 3


def test_without_such_evidence_nothing_is_said(lingwu: te.Evaluation) -> None:
    """A scheme of figures alone prints as before."""
    assert list(evidence_lines(replace(lingwu, table_rows={}))) == []
