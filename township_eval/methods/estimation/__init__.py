"""Estimates from survey answers with their standard errors.

`sums` adds the answers up into a small table, `linearized` turns the table into estimates and
standard errors, `intervals` gives confidence limits. `calibration` moves weights to known totals,
`calibrated` estimates with them, `trimming` cuts extreme weights.
"""

from township_eval.methods.estimation.calibrated import estimate_calibrated
from township_eval.methods.estimation.calibration import Calibration, Margin, calibrate, cell_weights
from township_eval.methods.estimation.design import Design, LonelyCluster
from township_eval.methods.estimation.linearized import Estimates, estimate
from township_eval.methods.estimation.sums import Sums, tabulate
from township_eval.methods.estimation.trimming import Trimming, trim_weights

__all__ = [
    "Calibration",
    "Design",
    "Estimates",
    "LonelyCluster",
    "Margin",
    "Sums",
    "Trimming",
    "calibrate",
    "cell_weights",
    "estimate",
    "estimate_calibrated",
    "tabulate",
    "trim_weights",
]
