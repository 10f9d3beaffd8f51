"""The result of one period: arrays inside, frames when asked for, and an explanation per unit."""

from township_eval.evaluation.result import Evaluation, Leaves, Precision, Standing

__all__ = ["Evaluation", "Leaves", "Precision", "Standing"]
