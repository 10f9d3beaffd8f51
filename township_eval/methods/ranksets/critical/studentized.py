"""The range of independent normal deviates, and the critical value of all their comparisons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from scipy import special

from township_eval.methods.ranksets.critical.independent import pairwise
from township_eval.methods.ranksets.critical.quadrature import normal_density, solve
from township_eval.methods.varying import Array

__all__ = ["range_probability", "tukey_kramer"]

_STEP: Final = 0.05
_Z: Final = np.arange(-40.0, 9.0, _STEP)


def range_probability(q: Array, n: int) -> Array:
    """Return ``P(max - min <= q)`` of *n* independent standard normal deviates.

    Notes
    -----
    ``n integral phi(z) (Phi(z) - Phi(z - q))^(n-1) dz``, *z* the largest, by the trapezoid rule.

    Examples
    --------
    >>> range_probability(np.array([3.314493]), 3).round(6).tolist()
    [0.95]
    """
    inside = special.ndtr(_Z) - special.ndtr(_Z - np.asarray(q)[:, np.newaxis])
    with np.errstate(divide="ignore"):
        power = np.exp((n - 1) * np.log(np.maximum(inside, 0.0)))
    return np.asarray(n * _STEP * (power @ normal_density(_Z)), dtype=np.float64)


def tukey_kramer(sizes: Sequence[int], level: float) -> float:
    """Return the critical value of all comparisons within classes of these sizes, all classes together.

    Parameters
    ----------
    sizes : sequence of int
        Units of every class.
    level : float

    Returns
    -------
    float
        ``q / sqrt(2)``, *q* the quantile of the studentized range with known errors; exact for equal
        errors, conservative for others. 0 where nothing is compared.

    Notes
    -----
    Classes are independent, so their probabilities are multiplied. Source: Tukey (1953); Kramer
    (1956), Biometrics 12, 307-310; proof for unequal errors: Hayter (1984), Annals of Statistics 12, 61-75.

    Examples
    --------
    >>> round(tukey_kramer([12], 0.95), 6)
    3.268004
    """
    compared = [size for size in sizes if size > 1]
    pairs = sum(size * (size - 1) // 2 for size in compared)
    if not pairs:
        return 0.0
    times = {size: compared.count(size) for size in set(compared)}

    def coverage(c: Array, _: object) -> Array:
        product = np.ones(len(c))
        for size in sorted(times):
            product *= np.minimum(range_probability(c * np.sqrt(2.0), size), 1.0) ** times[size]
        return product

    low, high = (np.array([pairwise(level, count, "both")]) for count in (1, pairs))
    return float(solve(coverage, low - 1e-9, high + 1e-9, level)[0])
