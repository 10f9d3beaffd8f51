"""Many comparisons at once: a family of rules and units that is fixed before there are data."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from township_eval.methods.varying import Array

__all__ = ["bonferroni_levels", "holm_in_bundles"]


def bonferroni_levels(shape: tuple[int, ...], together: ArrayLike, level: float) -> Array:
    """Return what a p-value of each rule must not exceed for the whole family to hold *level*.

    Parameters
    ----------
    shape : (n_rules, n_units)
    together : array_like of bool (n_rules,)
        Rules whose p-values already hold for all units together: they get a rule's share, the others
        a rule's and unit's.
    level : float
        How often at most a period has any wrong result.

    Examples
    --------
    >>> bonferroni_levels((2, 8), [False, True], 0.01).tolist()
    [0.000625, 0.005]
    """
    rules, units = shape
    each = level / max(rules, 1)
    return np.where(np.asarray(together, dtype=bool), each, each / max(units, 1))


def holm_in_bundles(p: ArrayLike, together: ArrayLike) -> Array:
    r"""Return Holm's adjusted p-values of a family in which some rules are tested for all units together.

    Parameters
    ----------
    p : array_like (n_rules, n_units)
        No NaN: what is unknown has p = 1 and stays in the family.
    together : array_like of bool (n_rules,)
        Rules whose p-values hold for all units together.

    Returns
    -------
    array (n_rules, n_units)

    Notes
    -----
    Without such rules this is `methods.differences.holm`. A rule whose p-values hold for all its *n* units
    together is one bundle of weight *n*, its p-values count for ``p / n``, and the weight is there until
    all its units are rejected: at the first wrong rejection every bundle with a true null hypothesis still
    has its weight, so that with *W* of weight left the chance of it is at most the sum of
    ``level w / W`` over what is true, hence the level. Source: Holm (1979), *A simple sequentially
    rejective multiple test procedure*, Scandinavian Journal of Statistics 6, with its weights.

    Examples
    --------
    >>> holm_in_bundles([[0.01, 0.04, 0.03]], [False]).round(3).tolist()
    [[0.03, 0.06, 0.06]]
    >>> holm_in_bundles([[0.01, 0.04, 0.03]], [True]).round(3).tolist()
    [[0.01, 0.04, 0.03]]
    """
    given, bundled = np.asarray(p, dtype=np.float64), np.asarray(together, dtype=bool)
    rules, units = given.shape
    scaled = np.where(bundled[:, np.newaxis], given / max(units, 1), given).ravel()
    order = np.argsort(scaled, kind="stable")
    rule = np.repeat(np.arange(rules), units)[order]
    single = ~bundled[rule]
    weight = np.full(order.size, float(single.sum()))
    weight -= np.cumsum(single) - single  # those rejected before no longer count
    for number in np.flatnonzero(bundled):
        last = np.flatnonzero(rule == number)[-1:]
        weight += units * (np.arange(order.size) <= last)
    adjusted = np.empty(order.size)
    adjusted[order] = np.minimum(np.maximum.accumulate(scaled[order] * weight), 1.0)
    return adjusted.reshape(given.shape)
