"""How sure a rule may be of a unit, given the errors of what its condition rests on.

The parameter is the true value of the measure, the null hypothesis that the condition does not hold,
at worst exactly on its edge. `weigh_condition` gives the evidence of every unit against it, `decide` judges
a family of rules and units that was fixed beforehand. Methods: `township_eval.methods.testing`.
"""

from township_eval.rules.certainty.conditions import (
    Asked,
    Covariance,
    Tested,
    condition_p,
    weigh_condition,
)
from township_eval.rules.certainty.deciding import (
    CERTAINTIES,
    CLEARING_LEVEL,
    CONFIRMED_LEVEL,
    PROBABLE_LEVEL,
    Decision,
    cleared,
    decide,
)
from township_eval.rules.certainty.quantity import KINDS, Quantity
from township_eval.rules.certainty.words import CERTAINTY_LABELS

__all__ = [
    "Quantity", "KINDS",
    "weigh_condition", "condition_p", "Tested", "Asked", "Covariance",
    "decide", "Decision", "cleared",
    "CERTAINTIES", "CERTAINTY_LABELS", "CONFIRMED_LEVEL", "PROBABLE_LEVEL", "CLEARING_LEVEL",
]  # fmt: skip
