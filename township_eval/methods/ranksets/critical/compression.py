"""Many standard errors as few: what depends smoothly on the logarithm of an error is summed over nodes."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from township_eval.methods.varying import Array

__all__ = ["Compressed", "compressed"]

# Nodes for errors of one size, and for every factor e between the largest and the smallest.
_LEAST, _PER_E = 14, 8


@dataclass(frozen=True, eq=False)
class Compressed:
    """Positive standard errors through Chebyshev nodes in their logarithm.

    Attributes
    ----------
    nodes : array (n_nodes,)
        Standard errors.
    basis : array (n, n_nodes)
        ``g(s_k) = sum_m basis[k, m] g(nodes[m])`` for smooth *g*; exactly, where all different errors
        are nodes.
    """

    nodes: Array
    basis: Array


def compressed(ses: Array) -> Compressed:
    """Return the nodes of positive standard errors, (n,), and the basis that interpolates between them.

    Notes
    -----
    Barycentric Lagrange interpolation at Chebyshev points of the first kind. Source: Berrut and
    Trefethen (2004), *Barycentric Lagrange interpolation*, SIAM Review 46, 501-517.

    Examples
    --------
    >>> found = compressed(np.array([1.5, 2.0, 1.5]))
    >>> found.nodes.tolist(), found.basis.sum(axis=0).tolist()
    ([1.5, 2.0], [2.0, 1.0])
    """
    different, place = np.unique(ses, return_inverse=True)
    low, high = math.log(different[0]), math.log(different[-1])
    size = math.ceil(_LEAST + _PER_E * (high - low))
    if len(different) <= size:
        return Compressed(different, np.eye(len(different))[place.ravel()])
    angle = (2 * np.arange(size) + 1) * np.pi / (2 * size)
    points = (low + high) / 2.0 + (high - low) / 2.0 * np.cos(angle)
    weights = np.sin(angle) * (-1.0) ** np.arange(size)
    gap = np.log(ses)[:, np.newaxis] - points
    on_node = gap == 0
    gap[on_node] = 1.0
    basis = weights / gap
    basis /= basis.sum(axis=1, keepdims=True)
    hit = on_node.any(axis=1)
    basis[hit] = on_node[hit]
    return Compressed(np.exp(points), basis)
