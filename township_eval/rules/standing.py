"""Where units stand: composite points and ranks; grades are in `rules.grading`."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from township_eval.methods.ranking import rank, round_half_up
from township_eval.methods.varying import Array
from township_eval.scheme.model import Scheme

__all__ = ["points_of", "rank_units", "ranked_points"]


def points_of(scheme: Scheme, index: Array) -> Array:
    """Return the composite in units of the scheme's scale, rounded to its digits."""
    return round_half_up(index * scheme.scale / 100.0, scheme.digits)


def rank_units(scheme: Scheme, index: Array, ledger: Array, groups: Sequence[str]) -> tuple[Array, Array]:
    """Return competition ranks overall and inside the class, of rounded or raw adjusted points.

    Parameters
    ----------
    index : array, (..., n_units)
        Index scores 0-100, unrounded; leading axes are draws.
    ledger : array, (n_units,)
        Sum of adjustments in points.
    groups : sequence of str
        Class of every unit.
    """
    ranked = ranked_points(scheme, index, ledger)
    return rank(ranked), rank(ranked, groups)


def ranked_points(scheme: Scheme, index: Array, ledger: Array) -> Array:
    """Return the adjusted points that ranks follow: rounded or raw, as the scheme says, (..., n_units)."""
    if scheme.rank_on == "rounded":
        return round_half_up(points_of(scheme, index) + ledger, scheme.digits)
    return np.asarray(index * scheme.scale / 100.0 + ledger)
