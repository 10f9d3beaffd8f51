"""Confidence sets of ranks, exact where errors are independent and known; chances of ranks beside them.

*Sets* (`marginal`, `simultaneous`) hold the true rank at their level, whatever the truth is.
*Chances* and *intervals* (`probabilities`, `rank_interval` ...) take the estimates for the truth up to
their errors: a picture, never grounds for a measure. Rank 1 is the largest estimate.

Examples
--------
>>> sets = simultaneous([92.0, 88.5, 88.0, 81.0], [1.0, 1.2, 1.5, 1.1], side="lower")
>>> (sets.lower > 4 - 1).tolist()  # shown to be the last
[False, False, False, True]
"""

from township_eval.methods.ranksets.best import tau_best, tau_worst
from township_eval.methods.ranksets.chances import (
    bottom_probability,
    expected_rank,
    grade_probabilities,
    probabilities,
    rank_interval,
)
from township_eval.methods.ranksets.family import SIDES
from township_eval.methods.ranksets.sets import DRAWS, RankSets, marginal, simultaneous

__all__ = [
    "marginal", "simultaneous", "RankSets", "DRAWS", "SIDES",
    "tau_best", "tau_worst",
    "probabilities", "rank_interval", "expected_rank", "bottom_probability", "grade_probabilities",
]  # fmt: skip
