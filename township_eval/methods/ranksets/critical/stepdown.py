"""Rank sets in steps: what has been shown needs no protection in the next step."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import special

from township_eval.methods.ranksets.critical.compression import Compressed, compressed
from township_eval.methods.ranksets.critical.independent import Opponents, normal_critical
from township_eval.methods.ranksets.critical.quadrature import Grid, grid_of
from township_eval.methods.ranksets.family import Family
from township_eval.methods.ranksets.pairs import Compared, compared, nearest
from township_eval.methods.varying import Array

__all__ = ["bonferroni", "marginal_steps", "simultaneous_steps"]

Mask = NDArray[np.bool_]


def bonferroni(level: float, hypotheses: NDArray[np.intp]) -> Array:
    """Return the critical value that holds for any one-sided hypotheses, however dependent.

    Examples
    --------
    >>> bonferroni(0.95, np.array([1, 2])).round(3).tolist()
    [1.645, 1.96]
    """
    z = -special.ndtri((1.0 - level) / np.maximum(hypotheses, 1))
    return np.asarray(np.where(hypotheses > 0, np.maximum(z, 0.0), 0.0), dtype=np.float64)


def marginal_steps(family: Family, first: Array, level: float, side: str) -> tuple[Array, Array]:
    """Return the last critical value of every unit, and the nearest distance at any of its steps.

    Parameters
    ----------
    family : Family
        Of one class.
    first : array (n,)
        Single-step critical values.
    level : float
    side : str

    Notes
    -----
    Source: Romano and Wolf (2005), *Exact and approximate stepdown methods for multiple hypothesis
    testing*, JASA 100, 94-108, as used by Mogstad et al. (2024). Where errors are not independent and
    known, steps after the first use Bonferroni's inequality.
    """
    last, distance = first.copy(), np.full(family.n, np.inf)
    noisy = family.ses > 0
    few = compressed(family.ses[noisy]) if family.known and noisy.any() else None
    for block in compared(family):
        _step_rows(family, few, block, last, distance, level, side)
    return last, distance


def _step_rows(
    family: Family,
    few: Compressed | None,
    block: Compared,
    last: Array,
    distance: Array,
    level: float,
    side: str,
) -> None:
    rows = block.rows
    active = np.arange(len(rows))
    shown = np.zeros(len(rows), dtype=np.intp)
    up, down = block.live & (side != "lower"), block.live & (side != "upper")
    while len(active):
        c = last[rows[active]]
        z = block.z[active]
        gap = np.minimum(
            np.where(up[active], np.abs(z - c[:, np.newaxis]), np.inf).min(axis=1),
            np.where(down[active], np.abs(z + c[:, np.newaxis]), np.inf).min(axis=1),
        )
        distance[rows[active]] = np.minimum(distance[rows[active]], gap)
        up[active] &= z <= c[:, np.newaxis]
        down[active] &= -z <= c[:, np.newaxis]
        left = up[active].sum(axis=1) + down[active].sum(axis=1)
        before = shown[active]
        total = block.live[active].sum(axis=1) * (2 if side == "both" else 1)
        shown[active] = total - left
        active = active[(shown[active] > before) & (left > 0)]
        if len(active):
            last[rows[active]] = _next(family, few, rows[active], up[active], down[active], last, level)


def _next(
    family: Family,
    few: Compressed | None,
    rows: NDArray[np.intp],
    up: Mask,
    down: Mask,
    last: Array,
    level: float,
) -> Array:
    high = last[rows]
    if few is None:
        return np.minimum(high, bonferroni(level, up.sum(axis=1) + down.sum(axis=1)))
    live = _opponents(family.ses, few, rows, up, down)
    noisy = family.ses > 0
    own = family.ses[rows].max()
    grid: Grid = grid_of(own / family.ses[noisy].min(), broken=not noisy.all())
    low = max(0.0, float(special.ndtri(level)))
    return np.minimum(high, normal_critical(live, low, high + 1e-9, level, grid))


def _opponents(ses: Array, few: Compressed, rows: NDArray[np.intp], up: Mask, down: Mask) -> Opponents:
    noisy = ses > 0
    inf = np.where(noisy, ses, np.inf)

    def weights(mask: Mask) -> Array:
        return np.asarray(mask[:, noisy].astype(np.float64) @ few.basis, dtype=np.float64)

    return Opponents(
        ses[rows], few.nodes,
        weights(up & down), weights(up & ~down), weights(down & ~up),
        np.where(up, inf, np.inf).min(axis=1), np.where(down, inf, np.inf).min(axis=1),
        np.asarray((up & ~noisy).any(axis=1)), np.asarray((down & ~noisy).any(axis=1)),
    )  # fmt: skip


def simultaneous_steps(parts: list[Family], first: float, level: float) -> tuple[float, list[Array]]:
    """Return the last critical value of all ordered pairs of all classes, and each unit's nearest distance.

    Steps after the first use Bonferroni's inequality over the hypotheses that are left.
    """
    c = first
    total = sum(int(block.live.sum()) for part in parts for block in compared(part))
    distances = [np.full(part.n, np.inf) for part in parts]
    shown = 0
    while True:
        now = 0
        for part, distance in zip(parts, distances, strict=True):
            for block in compared(part):
                critical = np.full(len(block.rows), c)
                distance[block.rows] = np.minimum(distance[block.rows], nearest(block, critical, "both"))
                now += int((block.live & (block.z > c)).sum())
        if now in {shown, total}:
            return c, distances
        shown = now
        c = min(c, float(bonferroni(level, np.array([total - now]))[0]))
