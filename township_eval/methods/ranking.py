"""Rounding as a spreadsheet does it, ranks with ties, grades with places.

Everything an office publishes in order rests on these three: scores are rounded first, ranks follow
the rounded scores, ties share the best rank (1, 2, 2, 4), grades follow cut points and places.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Final, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from township_eval.methods.varying import Array

__all__ = ["Places", "assign_grades", "rank", "round_half_up", "tidy"]

# Wide enough for every double written out in full.
_EXACT: Final = Context(prec=800)
# Powers of ten up to here are doubles without error.
_POWERS: Final = 22
# Rounding to 15 digits moves a number by at most 5e-15 of itself, scaling by 1.1e-16 more.
_NEAR: Final = 1e-14


def round_half_up(array: ArrayLike, digits: int = 0) -> Array:
    """Round as spreadsheets do: to 15 significant digits, then half away from zero at *digits*.

    Parameters
    ----------
    array : array_like (...)
        Numbers; NaN and infinities stay what they are.
    digits : int
        Decimal places; negative for tens, hundreds.

    Returns
    -------
    Array (...)
        The double nearest to each rounded decimal; never a negative zero.

    Notes
    -----
    Exact by construction: a number is scaled and rounded in floating point only where it is
    provably away from a tie; all others go through `decimal`. 1.005 and 2.675, whose doubles lie
    below the written value, round up, as ``ROUND()`` in LibreOffice and Excel does.

    Examples
    --------
    >>> round_half_up([2.675, 1.005, 0.285, 2.665], 2).tolist()
    [2.68, 1.01, 0.29, 2.67]
    >>> round_half_up([-0.5, 2.5, -0.4, 1250.0], 0).tolist()
    [-1.0, 3.0, 0.0, 1250.0]
    >>> round_half_up(1250.0, -2).item()
    1300.0
    """
    x = np.asarray(array, dtype=np.float64)
    power = 10.0 ** min(abs(digits), _POWERS)
    with np.errstate(over="ignore", invalid="ignore"):
        scaled = x * power if digits >= 0 else x / power
        whole = np.rint(scaled)
        out = whole / power if digits >= 0 else whole * power
        sure = np.abs(np.abs(scaled - whole) - 0.5) > _NEAR * np.abs(scaled)
    doubtful = np.isfinite(x) & ~sure if abs(digits) <= _POWERS else np.isfinite(x)
    if doubtful.any():
        out = np.asarray(out)
        out[doubtful] = _round_exactly(x[doubtful], digits)
    return np.asarray(out + 0.0)  # + 0.0 makes a plain zero of a negative one


def _round_exactly(values: Array, digits: int) -> Array:
    different, where = np.unique(values, return_inverse=True)
    step = Decimal(1).scaleb(-digits)
    rounded = [
        float(Decimal(f"{value:.14e}").quantize(step, ROUND_HALF_UP, _EXACT)) for value in different.tolist()
    ]
    return np.asarray(rounded)[where]


def tidy(array: ArrayLike, significant: int = 12) -> Array:
    """Return the numbers with float noise beyond *significant* digits removed, for telling ties.

    Examples
    --------
    >>> tidy([0.1 + 0.2, 0.3]).tolist()
    [0.3, 0.3]
    """
    x = np.asarray(array, dtype=np.float64)
    size = np.abs(x)
    usable = np.isfinite(x) & (size > 0)
    place = np.floor(np.log10(size, out=np.zeros(x.shape), where=usable))
    out = np.array(x)
    for exponent in np.unique(place[usable]).astype(int).tolist():
        chosen = usable & (place == exponent)
        out[chosen] = round_half_up(x[chosen], significant - 1 - exponent)
    return out


def rank(scores: ArrayLike, groups: ArrayLike | None = None) -> Array:
    """Return competition ranks: 1 = largest, ties share the best rank, NaN stays NaN.

    Parameters
    ----------
    scores : array_like (..., n_units)
        Compared exactly as they are: round them first.
    groups : array_like (n_units,), optional
        Labels; ranks are then counted within each label.

    Returns
    -------
    Array (..., n_units)
        Ranks as floats.

    Examples
    --------
    >>> rank([92.27, 95.0, 92.27, 60.0, float("nan")]).tolist()
    [2.0, 1.0, 2.0, 4.0, nan]
    >>> rank([90.0, 80.0, 70.0, 60.0], groups=["I", "II", "I", "II"]).tolist()
    [1.0, 1.0, 2.0, 2.0]
    """
    x = np.asarray(scores, dtype=np.float64)
    if x.size == 0:
        return x.copy()
    group = np.zeros(x.shape[-1], dtype=np.intp) if groups is None else _codes(groups, x.shape[-1])
    group = np.broadcast_to(group, x.shape)
    key = np.where(np.isnan(x), np.inf, -x)
    order = np.argsort(key, axis=-1) if groups is None else np.lexsort((key, group), axis=-1)
    sorted_key, sorted_group = (np.take_along_axis(part, order, axis=-1) for part in (key, group))
    place = np.broadcast_to(np.arange(x.shape[-1]), x.shape)
    new_group = _changes(sorted_group)
    new_rank = new_group | _changes(sorted_key)
    start = np.maximum.accumulate(np.where(new_group, place, 0), axis=-1)
    first = np.maximum.accumulate(np.where(new_rank, place, 0), axis=-1)
    out = np.empty(x.shape)
    np.put_along_axis(out, order, first - start + 1.0, axis=-1)
    out[np.isnan(x)] = np.nan
    return out


def _codes(groups: ArrayLike, n_units: int) -> NDArray[np.intp]:
    labels = np.asarray(groups)
    if labels.shape != (n_units,):
        msg = f"groups must have one label for each of {n_units} units, not shape {labels.shape}"
        raise ValueError(msg)
    return np.unique(labels.astype(str), return_inverse=True)[1].astype(np.intp)


def _changes(ordered: NDArray[np.generic]) -> NDArray[np.bool_]:
    new = np.ones(ordered.shape, dtype=bool)
    np.not_equal(ordered[..., 1:], ordered[..., :-1], out=new[..., 1:])
    return new


class Places(Protocol):
    """How many units a grade may hold: a ``count`` or a ``share`` of the ranked units.

    ``per`` is ``"group"`` or ``"all"``; ``ties`` is ``"all"`` (a tie at the last place admits all)
    or ``""`` (all if they fit, else none).
    """

    @property
    def count(self) -> int | None:
        """Number of places."""
        ...

    @property
    def share(self) -> float | None:
        """Share of the ranked units, 0-1."""
        ...

    @property
    def per(self) -> str:
        """Counted per group or over all."""
        ...

    @property
    def ties(self) -> str:
        """What a tie at the last place does."""
        ...


def assign_grades(
    scores: ArrayLike,
    cuts: Sequence[float],
    *,
    places: Sequence[Places | None] | None = None,
    groups: ArrayLike | None = None,
    barred: ArrayLike | None = None,
    best: ArrayLike | None = None,
) -> NDArray[np.intp]:
    """Return each unit's grade: the best whose cut point it reaches and that has a place for it.

    Parameters
    ----------
    scores : array_like (..., n_units)
        Rounded scores; NaN gets no grade. Leading axes are draws, each graded by itself.
    cuts : sequence of float
        Cut points, best grade first, descending; the bound is included.
    places : sequence of Places or None, optional
        Places of each grade. Who reaches the cut point but finds no place gets the next grade.
    groups : array_like (n_units,), optional
        Labels for places counted per group.
    barred : array_like of bool (n_grades, ..., n_units), optional
        Where a unit cannot have a grade (flagged, say); its place goes to the next unit.
    best : array_like of int (..., n_units), optional
        Best grade a unit may have, as a position in *cuts*; ``len(cuts)`` leaves it none. The places of
        better grades go to the next unit.

    Returns
    -------
    array of int (..., n_units)
        Position in *cuts*; -1 without a score or below every cut point.

    Notes
    -----
    Places are ``count``, or ``floor(share x ranked units + 1e-9)``. Units tied at the last place are
    all in if they fit, else none of them, unless ``ties`` is ``"all"``.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> one = SimpleNamespace(count=1, share=None, per="all", ties="")
    >>> assign_grades([95.0, 93.0, 82.0, float("nan")], [90, 80, 0], places=[one, None, None]).tolist()
    [0, 1, 1, -1]
    >>> assign_grades([95.0, 93.0, 82.0], [90, 80, 0], places=[one, None, None], best=[1, 0, 3]).tolist()
    [1, 0, -1]
    """
    x = np.asarray(scores, dtype=np.float64)
    label = np.zeros(x.shape[-1], dtype=np.intp) if groups is None else _codes(groups, x.shape[-1])
    shut = np.zeros((len(cuts), 1), dtype=bool) if barred is None else np.asarray(barred, dtype=bool)
    highest = np.zeros(1, dtype=np.intp) if best is None else np.asarray(best, dtype=np.intp)
    out = np.full(x.shape, -1, dtype=np.intp)
    for position, cut in enumerate(cuts):
        eligible = (out < 0) & (x >= cut) & ~shut[position] & (highest <= position)
        limit = None if places is None else places[position]
        if limit is not None:
            eligible &= _admitted(np.where(eligible, x, np.nan), x, limit, label)
        out[eligible] = position
    return out


def _admitted(candidates: Array, scores: Array, limit: Places, label: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Return who of the *candidates* (NaN elsewhere) finds a place, best first."""
    label = label if limit.per == "group" else np.zeros_like(label)
    best = rank(candidates, label)
    worst = _counts(~np.isnan(candidates), label) + 1.0 - rank(-candidates, label)
    if limit.count is not None:
        free = np.full(scores.shape, float(limit.count))
    else:
        share = math.inf if limit.share is None else limit.share
        free = np.floor(share * _counts(~np.isnan(scores), label) + 1e-9)  # 0.3 x 10 is a little under 3
    admitted: NDArray[np.bool_] = (best if limit.ties == "all" else worst) <= free
    return admitted


def _counts(there: NDArray[np.bool_], label: NDArray[np.intp]) -> Array:
    """Return how many units of a unit's label are there, ``(..., n_units)``."""
    out = np.zeros(there.shape)
    for one in range(label.max(initial=-1) + 1):
        mine = label == one
        out[..., mine] = there[..., mine].sum(axis=-1, keepdims=True)
    return out
