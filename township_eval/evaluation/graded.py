"""Why a grade is not the one its points give, as facts of an explanation and in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from township_eval.language import Text
from township_eval.rules.grading import say_grade

if TYPE_CHECKING:
    from township_eval.evaluation.result import Evaluation

__all__ = ["grade_facts", "grade_words"]

_TABLE = "grades"


def grade_facts(evaluation: Evaluation, at: int) -> dict[str, Any]:
    """Return a unit's grade by points and the reasons why it has another, from the table ``grades``.

    Returns
    -------
    dict
        ``grade_by_cut`` (the grade itself without a reason) and ``grade_reasons``, a list of
        ``{kind, rule, zh, en}``, what decided first.
    """
    rows = evaluation.table_rows.get(_TABLE)
    mine = None if rows is None else rows[rows["unit"] == evaluation.units.codes[at]]
    if mine is None or mine.empty:
        return {"grade_by_cut": evaluation.standing.grade[at], "grade_reasons": []}
    said = mine[["kind", "rule", "reason", "reason_en"]].to_numpy(dtype=object).tolist()
    return {
        "grade_by_cut": mine["by_cut"].iloc[0] or "",
        "grade_reasons": [{"kind": kind, "rule": rule, "zh": zh, "en": en} for kind, rule, zh, en in said],
    }


def grade_words(facts: Mapping[str, Any]) -> Text:
    """Return how a grade came about that is not the one of the points; empty where it is.

    Examples
    --------
    >>> facts = {"grade": "一般", "grade_by_cut": "良好", "grade_reasons": [
    ...     {"kind": "limiter", "rule": "weak", "zh": "因“目标任务低于60”最高评为一般", "en": ""}]}
    >>> print(grade_words(facts))
    按得分为良好;因“目标任务低于60”最高评为一般;评定为一般
    """
    reasons = [Text(one["zh"], one["en"]) for one in facts["grade_reasons"]]
    return say_grade(facts["grade_by_cut"], facts["grade"] or "", reasons) if reasons else Text("", "")
