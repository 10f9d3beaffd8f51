"""Several raters' scores of the same units: averages, severity, agreement.

Rows of a panel are the units, columns the raters, NaN where a rater gave no score.

Examples
--------
>>> scores = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
>>> round(icc(scores)["ICC2k"].value, 2)
0.62
>>> additive(scores).severity.round(2).tolist()
[2.38, -2.79, -0.96, 1.38]
"""

from township_eval.methods.ratings.additive import Additive, additive
from township_eval.methods.ratings.alpha import Alpha, krippendorff_alpha
from township_eval.methods.ratings.averages import median, trimmed_mean
from township_eval.methods.ratings.components import Components, crossed_components
from township_eval.methods.ratings.concordance import Concordance, Kappa, fleiss_kappa, kendall_w
from township_eval.methods.ratings.intraclass import ICC, Intraclass, icc
from township_eval.methods.ratings.panel import DisconnectedError, Group, connected

__all__ = [
    "trimmed_mean", "median",
    "additive", "Additive", "connected", "Group", "DisconnectedError",
    "icc", "Intraclass", "ICC", "crossed_components", "Components",
    "krippendorff_alpha", "Alpha",
    "kendall_w", "Concordance", "fleiss_kappa", "Kappa",
]  # fmt: skip
