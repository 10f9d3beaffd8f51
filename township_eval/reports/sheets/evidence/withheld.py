"""What public sheets must not say: satisfaction from too few answers, and what would give it away.

The total of a township is published, so a single score left out is the total less all the others. Where
only one is left out, a second one is left out with it: then the reader learns no more than their sum.
"""

from __future__ import annotations

from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from township_eval.inputs import REPORTED
from township_eval.reports.sheet import Cell
from township_eval.reports.sheets.evidence.printed import leaves_with
from township_eval.reports.view import View
from township_eval.scheme import sources as src
from township_eval.scheme.model import Disclosure

__all__ = ["TOTAL", "Withheld", "withheld"]

#: What stands in place of a value, by row of the tree and position of the unit.
Withheld: TypeAlias = dict[tuple[int, int], Cell]

#: The row of the index, whose points are the total.
TOTAL: Final = 0


def withheld(view: View) -> Withheld:
    """Return the indicators that are not published for a unit, and what is printed instead.

    First come surveys with fewer valid answers than the scheme's ``disclosure.minimum_n``, or of unknown
    sample. Where a unit has only one of them that bears on its total, one more of its reported indicators
    goes with it: of the same block if there is one, and there the one of least weight. Tasks go last:
    their progress stands on the sheet in rows of its own. Where nothing else bears on the total, the
    total itself is left out (`TOTAL`).

    Source: complementary suppression of cells in tables with published totals; Willenborg and de Waal,
    Elements of Statistical Disclosure Control (2001), chapter 6.
    """
    found, bears = _too_few(view), _bearing(view)
    along = Cell(view.both("因样本不足一并不公布", "withheld along with a small sample"))
    for at in sorted({at for _, at in found}):
        unknown = [row for row, unit in found if unit == at and bears[row, at]]
        if len(unknown) == 1:
            found[_other(view, unknown[0], at, bears), at] = along
    return found


def _too_few(view: View) -> Withheld:
    evaluation = view.evaluation
    plan, leaves = evaluation.plan, evaluation.leaves
    asked = {leaf.id for leaf in leaves_with(view, src.Satisfaction)}
    least = (evaluation.scheme.disclosure or Disclosure()).minimum_n
    said = Cell(view.both(f"样本少于{least}份,不公布", f"fewer than {least} answers"))
    places = [place for place, row in enumerate(plan.leaves) if plan.ids[row] in asked]
    return {
        (plan.leaves[place], int(at)): said
        for place in places
        # a sample of unknown size (NaN) is not known to be large enough
        for at in np.flatnonzero((leaves.status[place] == REPORTED) & ~(leaves.n[place] >= least))
    }


def _bearing(view: View) -> NDArray[np.bool_]:
    """Return which nodes count in the total: with a weight, no event zeroed it; ``(n_nodes, n_units)``."""
    plan = view.evaluation.plan
    bears: NDArray[np.bool_] = plan.counted & (plan.weight > 0)
    for row, below in enumerate(plan.children):
        if row in plan.multiplied:
            bears[row] &= plan.multiplied[row] > 0
        for child in below:
            bears[child] &= bears[row]
    return bears


def _other(view: View, row: int, at: int, bears: NDArray[np.bool_]) -> int:
    """Return the row that is left out along with ``row``: the total itself where nothing else bears on it."""
    plan, status = view.evaluation.plan, view.evaluation.leaves.status
    tasks = {leaf.id for leaf in leaves_with(view, src.Tasks)}
    parents = plan.scheme.parents()
    own = parents[plan.ids[row]]
    known = [
        (plan.ids[leaf] in tasks, parents[plan.ids[leaf]] is not own, float(plan.weight[leaf, at]), leaf)
        for place, leaf in enumerate(plan.leaves)
        if leaf != row and status[place, at] == REPORTED and bears[leaf, at]
    ]
    return min(known)[-1] if known else TOTAL
