"""Degrees of freedom of a composite's standard error: how well its variance is itself known."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from township_eval.methods.loadings import Loadings, total_variance
from township_eval.methods.varying import Array

__all__ = ["freedom_of"]


def freedom_of(linear: Sequence[tuple[int, Sequence[Loadings]]], df: Array | None) -> Array | None:
    r"""Return the degrees of freedom of a sum of estimated errors, by Satterthwaite.

    .. math:: \nu = \Bigl(\sum_i v_i\Bigr)^2 \Big/ \sum_i \frac{v_i^2}{\nu_i}

    Parameters
    ----------
    linear : sequence of (leaf, loadings)
        Per leaf what its error moves the sum by, (n_units,) of them.
    df : array, (n_leaves, n_units), optional
        Degrees of freedom of the leaves' errors; NaN or infinite where an error counts as known.

    Returns
    -------
    array (n_units,) or None
        Infinite where no estimated error moves the sum; None where no degrees of freedom are stated.

    Notes
    -----
    Leaves that share a sample are one part of the variance, with the fewest degrees of freedom of
    any of them. What is left beyond the straight line is no part: it has no degrees of freedom of
    its own. Source: Satterthwaite (1946), Biometrics Bulletin 2, 110-114.

    Examples
    --------
    >>> equal = [(k, [Loadings(f"s{k}", np.array([0]), np.array([0]), np.array([2.0]))]) for k in (0, 1)]
    >>> freedom_of(equal, np.array([[4.0], [4.0]])).tolist()
    [8.0]
    """
    if df is None or not linear:
        return None
    n = df.shape[1]
    total, inverse = np.zeros(n), np.zeros(n)
    for leaves in _together(linear):
        variance = total_variance([part for _, parts in leaves for part in parts], n)
        least = np.full(n, np.inf)
        for leaf, parts in leaves:
            moves = total_variance(list(parts), n) > 0
            stated = np.where(np.isnan(df[leaf]), np.inf, df[leaf])
            least = np.where(moves, np.minimum(least, stated), least)
        total += variance
        inverse += variance**2 / least
    out = np.full(n, np.inf)
    np.divide(total**2, inverse, out=out, where=inverse > 0)
    return out


def _together(linear: Sequence[tuple[int, Sequence[Loadings]]]) -> list[list[tuple[int, Sequence[Loadings]]]]:
    """Return the leaves in sets, those of one sample in one set."""
    found: list[tuple[set[str], list[tuple[int, Sequence[Loadings]]]]] = []
    for leaf, parts in linear:
        samples, members = {part.sample for part in parts}, [(leaf, parts)]
        apart = []
        for names, others in found:
            if names & samples:
                samples |= names
                members = others + members
            else:
                apart.append((names, others))
        found = [*apart, (samples, members)]
    return [members for _, members in found]
