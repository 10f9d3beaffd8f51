"""Estimates from survey answers with their standard errors.

`sums` adds the answers up into a small table, `linearized` turns the table into estimates and
standard errors, `intervals` gives confidence limits, `calibration` moves weights to known totals.
"""

from township_eval.methods.estimation.design import Design, LonelyCluster
from township_eval.methods.estimation.linearized import Estimates, estimate
from township_eval.methods.estimation.sums import Sums, tabulate

__all__ = ["Design", "Estimates", "LonelyCluster", "Sums", "estimate", "tabulate"]
