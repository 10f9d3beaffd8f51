"""Grades: cut points, places, requirements, limits, vetoes, and why a grade is what it is."""

from township_eval.rules.grading.grades import GRADE_COLUMNS, Graded, event_problems, grade
from township_eval.rules.grading.likeness import LIKENESS_COLUMNS, VETO_LIKE, veto_like
from township_eval.rules.grading.places import grade_places, grade_units
from township_eval.rules.grading.vetoes import VETO_COLUMNS, Vetoes, judge_vetoes
from township_eval.rules.grading.words import say_grade

__all__ = [
    "GRADE_COLUMNS", "LIKENESS_COLUMNS", "VETO_COLUMNS", "VETO_LIKE", "Graded", "Vetoes", "event_problems",
    "grade", "grade_places", "grade_units", "judge_vetoes", "say_grade", "veto_like",
]  # fmt: skip
