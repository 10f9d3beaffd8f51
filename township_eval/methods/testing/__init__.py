"""Is a true value on one side of a cut? The null hypothesis is that it is not, at worst exactly there.

`bounded` for means of answers between two ends, `student` for normal sums, `box` for what went through
bands and caps, `ranks` for places; `family` for many comparisons at once, `power` for what a sample can
show at all.
"""

from township_eval.methods.testing.bounded import bounded_limits, bounded_p, effective_answers
from township_eval.methods.testing.box import box_p, share_of_level
from township_eval.methods.testing.family import bonferroni_levels, holm_in_bundles
from township_eval.methods.testing.levels import LEAST_P, Side
from township_eval.methods.testing.power import bounded_power, likely_mix, student_power
from township_eval.methods.testing.ranks import rank_p
from township_eval.methods.testing.student import student_limits, student_p

__all__ = [
    "bounded_p", "bounded_limits", "effective_answers",
    "student_p", "student_limits",
    "box_p", "share_of_level",
    "rank_p",
    "bonferroni_levels", "holm_in_bundles",
    "bounded_power", "likely_mix", "student_power",
    "LEAST_P", "Side",
]  # fmt: skip
