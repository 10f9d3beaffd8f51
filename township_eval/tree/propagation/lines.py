"""How every node of a finished evaluation moves with the errors of its leaves' values, in a straight line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from township_eval.methods.loadings import Loadings
from township_eval.methods.varying import Array
from township_eval.tree.propagation.errors import DELTA, PUSHED, LeafError
from township_eval.tree.propagation.ground import Ground
from township_eval.tree.propagation.leaves import leaf_score
from township_eval.tree.propagation.slopes import slopes_of

__all__ = ["Lines", "node_lines", "node_loadings"]

#: By row of the node, then by number of the leaf: score points per unit of the value, (n_units,).
Lines: TypeAlias = Mapping[int, Mapping[int, Array]]


def node_lines(ground: Ground, errors: Sequence[LeafError], method: NDArray[np.int8]) -> Lines:
    """Return the straight lines along which leaf values move the scores of nodes.

    Parameters
    ----------
    ground : Ground
    errors : sequence of LeafError
        All leaves with errors.
    method : array of int8, (n_nodes, n_units)
        How the standard errors of the scores were obtained.

    Returns
    -------
    mapping of int to mapping of int to array
        The derivative where the node's error follows from the delta rule, the best straight line
        where a rule was pushed through; 0 where an error was simulated: draws are no line.
    """
    uncertain = ground.reached({error.row: error.se > 0 for error in errors})
    leaves = [leaf_score(ground, error, uncertain[error.row]) for error in errors]
    found: dict[int, dict[int, Array]] = {}
    for leaf, slopes in zip(leaves, slopes_of(ground, leaves), strict=True):
        for row, slope in slopes.score.items():
            straight = (method[row] == DELTA) | (method[row] == PUSHED)
            line = np.where(straight, np.nan_to_num(slope * leaf.slope), 0.0)
            found.setdefault(row, {})[leaf.error.leaf] = line
    return found


def node_loadings(lines: Lines, values: Loadings, n_units: int) -> Loadings:
    """Return the errors of scores along straight lines, from those of values.

    Parameters
    ----------
    lines : Lines
    values : Loadings
        Unit ``u`` of leaf number ``k`` stands at ``k * n_units + u``.
    n_units : int

    Returns
    -------
    Loadings
        In score points; unit ``u`` of the node in row ``r`` stands at ``r * n_units + u``.

    Examples
    --------
    Two values of one unit that one village moves, and a node that is their mean:

    >>> village = Loadings("v", np.array([0, 1]), np.array([0, 0]), np.array([4.0, 2.0]))
    >>> half = np.array([0.5])
    >>> node_loadings({0: {0: half, 1: half}}, village, 1).variance(1).tolist()
    [9.0]
    """
    leaf, unit = np.divmod(values.unit, max(n_units, 1))
    order = np.argsort(leaf, kind="stable")
    first = np.searchsorted(leaf[order], np.arange(int(leaf.max(initial=-1)) + 2))
    units, shocks, amounts = [values.unit[:0]], [values.shock[:0]], [values.amount[:0]]
    for row, by_leaf in lines.items():
        for number, line in by_leaf.items():
            if number + 1 >= len(first):
                continue
            mine = order[first[number] : first[number + 1]]
            units.append(row * n_units + unit[mine])
            shocks.append(values.shock[mine])
            amounts.append(values.amount[mine] * line[unit[mine]])
    return replace(
        values, unit=np.concatenate(units), shock=np.concatenate(shocks), amount=np.concatenate(amounts)
    ).without_unused()
