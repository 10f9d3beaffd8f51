"""Scoring rules: value -> score on 0-100. Adding a rule is one class here and one line in `RULES`.

A rule is a frozen dataclass whose fields are exactly what a scheme may write. It is called with
values ``(..., n_units)``, says itself in words, and knows the value that earns full marks.

Examples
--------
>>> Linear(low=40, high=0)([40.0, 10.0]).tolist()
[0.0, 75.0]
>>> RULES["linear"] is Linear
True
"""

from __future__ import annotations

from typing import Any, Final

from township_eval.methods.scoring.attainment import Step, Target, Threshold
from township_eval.methods.scoring.base import Cohort, Direction, Rule
from township_eval.methods.scoring.cohort import (
    MinMax,
    Percentile,
    RankStep,
    RankSumRatio,
    RatioToBest,
    ZScore,
)
from township_eval.methods.scoring.events import Deduction, Late, Mark
from township_eval.methods.scoring.goalposts import Efficacy, Identity, Linear
from township_eval.methods.scoring.tiers import Bands, Interpolate, Range, tier_faults

__all__ = [
    "RULES",
    "Linear", "Target", "Step", "Threshold", "Range", "Bands", "Interpolate", "Efficacy", "Deduction",
    "Mark", "Late", "Identity", "MinMax", "ZScore", "RatioToBest", "RankStep", "Percentile",
    "RankSumRatio", "Cohort", "Direction", "Rule", "tier_faults",
]  # fmt: skip

#: ``method:`` of a scheme file -> class
RULES: Final[dict[str, type[Any]]] = {
    "linear": Linear,
    "target": Target,
    "step": Step,
    "threshold": Threshold,
    "range": Range,
    "bands": Bands,
    "interpolate": Interpolate,
    "efficacy": Efficacy,
    "deduction": Deduction,
    "mark": Mark,
    "late": Late,
    "identity": Identity,
    "min_max": MinMax,
    "z_score": ZScore,
    "ratio_to_best": RatioToBest,
    "rank_step": RankStep,
    "percentile": Percentile,
    "rank_sum_ratio": RankSumRatio,
}
