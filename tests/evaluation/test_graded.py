"""Reasons of grades, told from the table that an evaluation keeps."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

import township_eval as te
from township_eval.evaluation.graded import grade_facts, grade_words
from township_eval.rules.grading import GRADE_COLUMNS


@pytest.fixture
def evaluation():
    """Return two units; the first has two reasons for its grade."""
    scheme = te.read_scheme(
        {
            "name": "s",
            "version": "1",
            "index": {"children": [{"id": "a", "weight": 100}]},
            "grades": [{"name": "良好", "at_least": 80}, {"name": "一般", "at_least": 0}],
        }
    )
    values = pd.DataFrame({"a": [90.0, 85.0]}, index=["甲镇", "乙镇"])
    made = te.evaluate(scheme, te.Inputs(period="2018", values=values))
    rows = [
        ("甲镇", "良好", "一般", "limiter", "weak", "理由一", "one"),
        ("甲镇", "良好", "一般", "requires", "良好", "理由二", "two"),
    ]
    table = pd.DataFrame(rows, columns=list(GRADE_COLUMNS))
    standing = replace(made.standing, grade=("一般", "良好"), grade_reason=("limiter", ""))
    return replace(made, standing=standing, table_rows={**made.table_rows, "grades": table})


def test_every_reason_is_in_the_facts(evaluation):
    """In their order, in both languages; a unit without any has its own grade by points."""
    facts = {"grade": "一般", **grade_facts(evaluation, 0)}
    assert [one["rule"] for one in facts["grade_reasons"]] == ["weak", "良好"]
    assert grade_words(facts).zh == "按得分为良好;理由一;理由二;评定为一般"
    assert grade_words(facts).en == "良好 by points; one; two; graded 一般"
    assert grade_facts(evaluation, 1) == {"grade_by_cut": "良好", "grade_reasons": []}
    assert not grade_words({"grade": "良好", **grade_facts(evaluation, 1)})


def test_an_explanation_tells_the_reasons(evaluation):
    """In the text, and as facts for programs."""
    assert "按得分为良好;理由一;理由二;评定为一般" in str(evaluation.explain("甲镇"))
    assert "良好 by points; one; two; graded 一般" in str(evaluation.explain("甲镇", "en"))
    assert evaluation.explain("甲镇").to_dict()["grade_by_cut"] == "良好"
