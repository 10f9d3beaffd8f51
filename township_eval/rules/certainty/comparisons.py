"""The evidence for one comparison, unit by unit, by how each value was come by."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from township_eval.methods.freedom import satterthwaite
from township_eval.methods.scoring.base import reaches
from township_eval.methods.testing import Side, bounded_p, box_p, rank_p, student_p
from township_eval.methods.varying import Array
from township_eval.rules.certainty.quantity import Quantity

__all__ = ["Compared", "all_of", "any_of", "compare", "compare_two", "holds"]

_MIRRORED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}

_SIGNS: Final[dict[str, Callable[[Array, Array], NDArray[np.bool_]]]] = {
    ">=": reaches,
    "<=": lambda left, right: reaches(right, left),
    "<": lambda left, right: ~reaches(left, right),
    ">": lambda left, right: ~reaches(right, left),
    "==": lambda left, right: reaches(left, right) & reaches(right, left),
    "!=": lambda left, right: ~(reaches(left, right) & reaches(right, left)),
}


@dataclass(frozen=True, eq=False)
class Compared:
    """What one comparison shows of every unit, (n_units,).

    Attributes
    ----------
    p : array
        0 or 1 where both sides are exact.
    uncertain : array of bool
        Where it rests on a value with an error.
    crossed : array of bool
        Where the answers of those who do not know decide on which side the value lies.
    near : array of bool
        Where value and cut differ by less than rounding shows, and are not equal.
    """

    p: Array
    uncertain: NDArray[np.bool_]
    crossed: NDArray[np.bool_]
    near: NDArray[np.bool_]

    @classmethod
    def exactly(cls, true: NDArray[np.bool_]) -> Compared:
        """Return the evidence of what is known without error to be true, or not."""
        none = np.zeros(true.shape, dtype=bool)
        return cls(np.where(true, 0.0, 1.0), none, none, none)


def holds(sign: str, left: Array, right: Array) -> NDArray[np.bool_]:
    """Return where a comparison of numbers is true; unknown is not, and a bound is reached up to noise."""
    return np.asarray(_SIGNS[sign](left, right) & ~np.isnan(left) & ~np.isnan(right))


def compare(left: Quantity, sign: str, cut: Array, half: float) -> Compared:
    """Return the evidence that a quantity lies on one side of exact cuts.

    Parameters
    ----------
    left : Quantity
    sign : str
        ``<``, ``<=``, ``>``, ``>=``; ``==`` and ``!=`` are shown by exact values only.
    cut : array (n_units,)
        Unrounded; NaN shows nothing.
    half : float
        Half a unit of the last printed digit.
    """
    p = np.where(holds(sign, left.value, cut), 0.0, 1.0)
    uncertain = left.uncertain
    if uncertain.any():
        p = np.where(uncertain, _tested(left, sign, cut), p)
    distance = np.abs(left.value - cut)
    return Compared(
        p=p,
        uncertain=uncertain,
        crossed=_crossed(left, sign, cut),
        near=(distance < half) & ~holds("==", left.value, cut),
    )


def compare_two(
    left: Quantity, sign: str, right: Quantity, half: float, covariance: Array | None
) -> Compared:
    """Return the evidence for a comparison of two quantities, from whichever side has the error.

    Parameters
    ----------
    left, right : Quantity
    sign, half : str, float
        As in `compare`.
    covariance : array (n_units,) or None
        Of the two errors, where both sides have one; without it such units have p = 1.
    """
    found = compare(left, sign, right.value, half)
    if not right.uncertain.any():
        return found
    found = _chosen(right.uncertain, compare(right, _MIRRORED[sign], left.value, half), found)
    both = left.uncertain & right.uncertain
    apart = compare(_difference(left, right, covariance), sign, np.zeros(both.shape), half)
    return _chosen(both, apart, found)


def _chosen(mask: NDArray[np.bool_], one: Compared, other: Compared) -> Compared:
    """Return *one* where the mask says so, else *other*."""
    names = ("p", "uncertain", "crossed", "near")
    return Compared(*(np.where(mask, getattr(one, name), getattr(other, name)) for name in names))


def all_of(parts: Sequence[Compared]) -> Compared:
    """Return the evidence that all parts hold: the weakest of theirs."""
    return Compared(
        p=np.max([one.p for one in parts], axis=0),
        uncertain=np.any([one.uncertain for one in parts], axis=0),
        crossed=np.any([one.crossed for one in parts], axis=0),
        near=np.any([one.near for one in parts], axis=0),
    )


def any_of(parts: Sequence[Compared]) -> Compared:
    """Return the evidence that some part holds: the strongest, times the number of parts with an error."""
    p = np.stack([one.p for one in parts])
    smallest = p.min(axis=0)
    count = np.maximum(np.sum([one.uncertain for one in parts], axis=0), 1)
    sure = np.any([(one.p == smallest) & ~one.crossed for one in parts], axis=0)
    return Compared(
        p=np.minimum(1.0, count * smallest),
        uncertain=np.any([one.uncertain for one in parts], axis=0),
        crossed=~sure & np.any([one.crossed for one in parts], axis=0),
        near=np.any([one.near for one in parts], axis=0),
    )


def _crossed(left: Quantity, sign: str, cut: Array) -> NDArray[np.bool_]:
    known = ~np.isnan(left.least) & ~np.isnan(left.most) & ~np.isnan(cut)
    return np.asarray(known & (holds(sign, left.least, cut) != holds(sign, left.most, cut)))


def _tested(left: Quantity, sign: str, cut: Array) -> Array:
    """Return p-values of the uncertain units; 1 where nothing tests them."""
    p = np.ones(left.value.shape)
    if sign in {"==", "!="}:
        return p
    side: Side = "below" if sign.startswith("<") else "above"
    for kind in np.unique(left.kind).tolist():
        mine = (left.kind == kind) & ~np.isnan(left.value)
        if kind in _TESTS and mine.any():
            p[mine] = _TESTS[kind](left, side, sign, cut)[mine]
    return np.where(np.isnan(cut), 1.0, p)


def _bounded(left: Quantity, side: Side, _: str, cut: Array) -> Array:
    given = (left.value, left.se, left.df, left.n, cut)
    return bounded_p(*given, low=left.low, high=left.high, side=side)


def _normal(left: Quantity, side: Side, _: str, cut: Array) -> Array:
    return student_p(left.value, left.se, left.df, cut, side=side)


def _box(left: Quantity, side: Side, _: str, cut: Array) -> Array:
    if left.limits is None:
        return np.ones(left.value.shape)
    return box_p(left.limits, cut, len(left.value), side=side)


def _rank(left: Quantity, side: Side, sign: str, cut: Array) -> Array:
    """Strictness counts here: a rank above 7 is one from 8."""
    if left.ranks is None:
        return np.ones(left.value.shape)
    return rank_p(
        left.ranks,
        lambda lower, upper: holds(sign, upper if side == "below" else lower, cut),
        len(left.value),
    )


_TESTS: Final[dict[str, Callable[[Quantity, Side, str, Array], Array]]] = {
    "bounded": _bounded,
    "normal": _normal,
    "box": _box,
    "rank": _rank,
}


def _difference(left: Quantity, right: Quantity, covariance: Array | None) -> Quantity:
    """Return the difference of two uncertain quantities, unknown without their covariance.

    Its error is normal with the variance ``s1^2 + s2^2 - 2 c`` and Satterthwaite's degrees of freedom,
    the fewer of the two where they share something. Only means and normal sums have one; a box or a rank
    has no error that could be subtracted.
    """
    value = left.value - right.value
    plain = np.isin(left.kind, ("bounded", "normal")) & np.isin(right.kind, ("bounded", "normal"))
    if covariance is None or not plain.any():
        return Quantity.of("unknown", value)
    shared = np.broadcast_to(np.asarray(covariance, dtype=np.float64), value.shape)
    parts, df = np.stack([left.se**2, right.se**2]), np.stack([left.df, right.df])
    known = plain & (df > 0).all(axis=0) & np.isfinite(parts).all(axis=0) & np.isfinite(shared)
    freedom = satterthwaite(np.where(known, parts, 1.0), np.where(known, df, 1.0))
    freedom = np.where(shared == 0, freedom, np.where(known, df, 1.0).min(axis=0))
    variance = np.where(known, parts.sum(axis=0) - 2.0 * shared, np.nan)
    error = np.sqrt(np.where(variance > 0, variance, np.nan))
    found = Quantity.of("normal", value, se=error, df=freedom)
    return found.where(~known, Quantity.of("unknown", value))
