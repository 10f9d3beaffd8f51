"""Errors of estimates as sums of independent shocks: one cluster, one rater, one leftover at a time.

What two estimates share shows by itself: townships whose respondents live in one village, or that
one rater has marked, have entries at the same shock. Nothing of size units x units is kept.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from township_eval.methods.varying import Array

__all__ = [
    "NOTHING", "RESPONDENTS", "Loadings", "between", "compressed", "covariance", "joined_by_sample",
    "recurring", "total_variance", "without_kind",
]  # fmt: skip

Positions = NDArray[np.intp]

#: Kind of names that never leave the memory: those of single people.
RESPONDENTS: Final = "respondents"


@dataclass(frozen=True, eq=False)
class Loadings:
    """How much each shock moves each unit's estimate.

    ``error[i] = sum_k amount[i, k] * (z_k - mean of z over the stratum of k)`` with independent
    standard shocks ``z``; without strata nothing is centered. A shock that stands for several
    persons has a larger share in the mean.

    Attributes
    ----------
    sample : str
        Estimates whose loadings share this name share the shocks: the same respondents, raters or
        calibration. Different names are independent.
    unit, shock : array of int, (n_entries,)
        Positions; a pair may stand more than once, amounts then add up.
    amount : array, (n_entries,)
        In units of the estimate.
    stratum : array of int, (n_shocks,), optional
        Stratum of every shock. All sampled clusters are listed, also those without entries, because
        they count in the stratum's mean.
    share : array, (n_shocks,), optional
        Share of every shock in its stratum's mean, equal ones without.
    names : tuple of str, optional
        By which a shock is known again in another period, "" for those that are not.
    kind : str, optional
        What the names name; without it the first word of *sample*.

    Notes
    -----
    ``Cov = A A' - sum_h (A_h 1)(A_h 1)' / n_h``. With ``amount = sqrt((1 - f_h) n_h / (n_h - 1)) u``
    for the cluster totals ``u`` of linearized scores this is the linearized variance of a
    stratified cluster sample. Source: Särndal, Swensson and Wretman (1992), section 5.5.

    Examples
    --------
    >>> shared = Loadings("village", np.array([0, 1]), np.array([0, 0]), np.array([2.0, 1.0]))
    >>> shared.covariance(2).tolist()
    [[4.0, 2.0], [2.0, 1.0]]
    """

    sample: str
    unit: Positions
    shock: Positions
    amount: Array
    stratum: Positions | None = None
    share: Array | None = None
    names: tuple[str, ...] = ()
    kind: str = ""

    def variance(self, n_units: int) -> Array:
        """Return the variance of every unit's estimate, (n_units,)."""
        unit, shock, amount = self._merged()
        variance = np.bincount(unit, weights=amount**2, minlength=n_units)
        if self.stratum is not None:
            moved, total = _means(unit, self.stratum[shock], amount * self._roots()[shock])
            variance -= np.bincount(moved, weights=total**2, minlength=n_units)
        return np.maximum(variance, 0.0)  # a difference of equal sums may fall below zero by one rounding

    def covariance(self, n_units: int) -> Array:
        """Return the covariance of the units' estimates, (n_units, n_units)."""
        return covariance([self], n_units)

    def scaled(self, factor: Array) -> Loadings:
        """Return the loadings of ``factor * estimate``, one factor per unit, (n_units,)."""
        return replace(self, amount=self.amount * np.asarray(factor, dtype=np.float64)[self.unit])

    def moved(self, to: Positions) -> Loadings:
        """Return the loadings with unit ``i`` at position ``to[i]``; -1 leaves a unit out."""
        placed = to[self.unit]
        kept = placed >= 0
        return replace(self, unit=placed[kept], shock=self.shock[kept], amount=self.amount[kept])

    def without_unused(self) -> Loadings:
        """Return the loadings without entries of amount zero."""
        kept = self.amount != 0
        return replace(self, unit=self.unit[kept], shock=self.shock[kept], amount=self.amount[kept])

    @property
    def n_shocks(self) -> int:
        """Number of shocks, those without entries included where strata list them."""
        if self.stratum is not None:
            return len(self.stratum)
        return int(self.shock.max()) + 1 if len(self.shock) else 0

    def _roots(self) -> Array:
        """Return the square root of every shock's share in its stratum, (n_shocks,)."""
        if self.share is not None:
            return np.sqrt(self.share)
        if self.stratum is None:
            return np.zeros(self.n_shocks)
        return np.asarray(1.0 / np.sqrt(np.bincount(self.stratum)[self.stratum]), dtype=np.float64)

    def _merged(self) -> tuple[Positions, Positions, Array]:
        """Return one entry per unit and shock."""
        if not len(self.unit):
            return self.unit, self.shock, self.amount
        key = self.unit * self.n_shocks + self.shock
        pairs, place = np.unique(key, return_inverse=True)
        if len(pairs) == len(key):
            return self.unit, self.shock, self.amount
        amount = np.bincount(place.ravel(), weights=self.amount).astype(np.float64)
        return pairs // self.n_shocks, pairs % self.n_shocks, amount


def total_variance(parts: list[Loadings], n_units: int) -> Array:
    """Return the variance of the sum of several errors, those of one sample shared; (n_units,).

    Examples
    --------
    >>> one = Loadings("a", np.array([0]), np.array([0]), np.array([3.0]))
    >>> total_variance([one, one], 1).tolist()
    [36.0]
    """
    variance = np.zeros(n_units)
    for joined in joined_by_sample(parts):
        variance += joined.variance(n_units)
    return variance


def covariance(parts: list[Loadings], n_units: int) -> Array:
    """Return the covariance of the sum of several errors, (n_units, n_units)."""
    total = np.zeros((n_units, n_units))
    for part in joined_by_sample(parts):
        dense = np.zeros((n_units, part.n_shocks))
        np.add.at(dense, (part.unit, part.shock), part.amount)
        if part.stratum is not None and part.n_shocks:
            roots = part._roots()  # noqa: SLF001  the same class
            sums = np.zeros((n_units, int(part.stratum.max()) + 1))
            np.add.at(sums.T, part.stratum, (dense * roots).T)
            dense -= sums[:, part.stratum] * roots
        total += dense @ dense.T
    return total


def joined_by_sample(parts: list[Loadings]) -> list[Loadings]:
    """Return one set of loadings per sample, in the order of first appearance."""
    by_sample: dict[str, list[Loadings]] = {}
    for part in parts:
        by_sample.setdefault(part.sample, []).append(part)
    return [_joined(same) for same in by_sample.values()]


def _means(unit: Positions, stratum: Positions, part: Array) -> tuple[Positions, Array]:
    """Return the total for every unit and stratum with entries, and whose it is."""
    n_strata = int(stratum.max(initial=-1)) + 1
    pairs, place = np.unique(unit * n_strata + stratum, return_inverse=True)
    total = np.bincount(place.ravel(), weights=part, minlength=len(pairs)).astype(np.float64)
    return pairs // max(n_strata, 1), total


def _joined(same: list[Loadings]) -> Loadings:
    if len(same) == 1:
        return same[0]
    return Loadings(
        same[0].sample,
        np.concatenate([part.unit for part in same]),
        np.concatenate([part.shock for part in same]),
        np.concatenate([part.amount for part in same]),
        same[0].stratum,
        same[0].share,
        max((part.names for part in same), key=len),
        same[0].kind,
    )


def compressed(parts: list[Loadings], n_units: int) -> Loadings:
    """Return one set of independent shocks, not centered, with the same covariance and few entries.

    What moves one unit alone becomes a single shock of that unit; only what several units share keeps
    shocks of its own, never more of them than units that share them. A stratum that spans units is
    written by the factors of its covariance. Nothing of a single respondent can be read from it.

    Examples
    --------
    >>> village = Loadings("a", np.array([0, 0, 1]), np.array([0, 1, 1]), np.array([3.0, 4.0, 4.0]))
    >>> small = compressed([village], 2)
    >>> small.covariance(2).tolist(), len(small.amount)
    ([[25.0, 16.0], [16.0, 16.0]], 3)
    """
    alone = np.zeros(n_units)
    shared: dict[tuple[int, ...], list[Array]] = {}  # by the units that share: columns (k, r)
    for part in joined_by_sample(parts):
        _compress(part, alone, shared)
    single = np.flatnonzero(alone)
    units, amounts, width = [single], [np.sqrt(alone[single])], [np.arange(len(single))]
    count = len(single)
    for members, blocks in shared.items():
        columns = _fewest(np.concatenate(blocks, axis=1))
        k, r = columns.shape
        units.append(np.repeat(np.array(members, dtype=np.intp), r))
        width.append(count + np.tile(np.arange(r), k))
        amounts.append(columns.ravel())
        count += r
    return Loadings(
        "compressed", np.concatenate(units), np.concatenate(width), np.concatenate(amounts)
    ).without_unused()


def _compress(part: Loadings, alone: Array, shared: dict[tuple[int, ...], list[Array]]) -> None:
    """Add one sample's variances of single units, and the columns of what several share, in place."""
    unit, shock, amount = part._merged()  # noqa: SLF001  the same class
    bundle = shock if part.stratum is None else part.stratum[shock]
    roots = part._roots()  # noqa: SLF001
    order = np.lexsort((shock, unit, bundle))
    unit, shock, amount, bundle = unit[order], shock[order], amount[order], bundle[order]
    starts = np.flatnonzero(np.diff(bundle, prepend=-1))
    if not len(starts):
        return
    lowest, highest = np.minimum.reduceat(unit, starts), np.maximum.reduceat(unit, starts)
    variance = np.add.reduceat(amount**2, starts)
    if part.stratum is not None:
        variance -= np.add.reduceat(amount * roots[shock], starts) ** 2
    one = lowest == highest
    alone += np.bincount(lowest[one], weights=np.maximum(variance[one], 0.0), minlength=len(alone))
    ends = np.append(starts[1:], len(unit))
    for first, last in zip(starts[~one].tolist(), ends[~one].tolist(), strict=True):
        rows = slice(first, last)
        members = np.unique(unit[rows])
        columns = _columns(members, unit[rows], shock[rows], amount[rows])
        if part.stratum is not None:
            columns = _centered(columns, roots[np.unique(shock[rows])])
        shared.setdefault(tuple(members.tolist()), []).append(columns)


# A stratum of more units keeps the amounts of its clusters uncentered where periods are compared; of
# people, of whom there are many more, one of fewer units.
_WIDE: Final = 64
_WIDE_FOR_PEOPLE: Final = 8

#: No errors at all.
NOTHING = Loadings("", np.empty(0, dtype=np.intp), np.empty(0, dtype=np.intp), np.empty(0))


def recurring(parts: list[Loadings], n_units: int | None = None) -> Loadings:
    """Return what named shocks do to each unit, not centered: what another period may share.

    Parameters
    ----------
    parts : list of Loadings
        Errors by cause.
    n_units : int, optional
        Units in a row, where several rows of units (one a leaf, say) stand one after another.

    Returns
    -------
    Loadings
        Of the named shocks alone. Names are the kind of sample and a digest of sample and name, in order,
        so that a village or a rater is known again and not named.

    Notes
    -----
    Of a centered stratum (of at most 64 units, 8 where people were drawn) the amounts less their mean,
    so that the products over two periods add up to the covariance of estimates from overlapping samples.

    Examples
    --------
    >>> marks = np.array([2.0, 1.0])
    >>> one = Loadings("panel", np.array([0, 1]), np.array([0, 1]), marks, names=("A", "B"))
    >>> found = recurring([one])
    >>> sorted(found.amount.tolist()), len(found.names)
    ([1.0, 2.0], 2)
    """
    columns: list[tuple[Positions, Positions, Array]] = []
    labels: dict[str, int] = {}
    for part in joined_by_sample([part for part in parts if part.names]):
        place = np.full(part.n_shocks, -1, dtype=np.intp)
        for k in np.flatnonzero([bool(name) for name in part.names[: part.n_shocks]]).tolist():
            place[k] = labels.setdefault(_digest(part, part.names[k]), len(labels))
        unit, shock, amount = part._merged()  # noqa: SLF001  the same class
        columns += [(unit, place[shock], amount), *_means_of_named(part, place, n_units)]
    order = {name: k for k, name in enumerate(sorted(labels))}
    rank = np.array([order[name] for name in labels], dtype=np.intp)
    columns = columns or [(NOTHING.unit, NOTHING.shock, NOTHING.amount)]
    unit, label, amount = (np.concatenate(column) for column in zip(*columns, strict=True))
    kept = label >= 0
    found = Loadings("recurring", unit[kept], rank[label[kept]], amount[kept], names=tuple(sorted(labels)))
    unit, shock, amount = found._merged()  # noqa: SLF001
    return replace(found, unit=unit, shock=shock, amount=amount).without_unused() if len(unit) else NOTHING


def without_kind(named: Loadings, kind: str) -> Loadings:
    """Return named shocks without those of one kind, and without their names.

    Examples
    --------
    >>> marks = Loadings("panel", np.array([0]), np.array([0]), np.array([2.0]), names=("A",))
    >>> found = recurring([marks])
    >>> len(without_kind(found, "panel").amount), len(without_kind(found, "answers").amount)
    (0, 1)
    """
    theirs = np.array([name.startswith(f"{kind}:") for name in named.names], dtype=np.bool_)
    if not theirs.any():
        return named
    place = np.where(theirs, -1, np.cumsum(~theirs) - 1)[named.shock]
    kept = place >= 0
    names = tuple(name for name, gone in zip(named.names, theirs.tolist(), strict=True) if not gone)
    return replace(named, unit=named.unit[kept], shock=place[kept], amount=named.amount[kept], names=names)


def between(one: Loadings, two: Loadings, n_units: int) -> Array:
    """Return the covariance of each unit's estimates in two periods, (n_units,), by shocks of one name.

    Examples
    --------
    >>> first = Loadings("", np.array([0]), np.array([0]), np.array([2.0]), names=("a",))
    >>> second = Loadings("", np.array([0, 1]), np.array([1, 0]), np.array([3.0, 9.0]), names=("b", "a"))
    >>> between(first, second, 2).tolist()
    [6.0, 0.0]
    >>> between(first, first, 2).tolist()
    [4.0, 0.0]
    """
    place = {name: k for k, name in enumerate(two.names)}
    known = np.array([place.get(name, -1) for name in one.names], dtype=np.intp)
    total = np.zeros(n_units)
    if not (len(one.unit) and len(two.unit)):
        return total
    unit, shock, amount = two._merged()  # noqa: SLF001  units that were put together may share a shock
    theirs = shock * n_units + unit
    order = np.argsort(theirs, kind="stable")
    mine = known[one.shock] * n_units + one.unit
    at = np.minimum(np.searchsorted(theirs[order], mine), len(order) - 1)
    met = (known[one.shock] >= 0) & (theirs[order][at] == mine)
    np.add.at(total, one.unit[met], one.amount[met] * amount[order][at[met]])
    return total


def _means_of_named(
    part: Loadings, place: Positions, n_units: int | None
) -> list[tuple[Positions, Positions, Array]]:
    """Return what the means of strata take off named shocks, as further entries.

    Strata that span many units are left as they are: one cluster in so many hardly moves the mean.
    """
    if part.stratum is None:
        return []
    unit, shock, amount = part._merged()  # noqa: SLF001
    roots = part._roots()  # noqa: SLF001  the same class
    width = int(part.stratum.max(initial=-1)) + 1
    pairs, at = np.unique(unit * width + part.stratum[shock], return_inverse=True)
    total = np.bincount(at.ravel(), weights=amount * roots[shock], minlength=len(pairs))
    of, stratum = np.divmod(pairs, max(width, 1))
    row = np.zeros_like(of) if n_units is None else of // max(n_units, 1)
    _, of_row, counts = np.unique(row * width + stratum, return_inverse=True, return_counts=True)
    few = counts[of_row.ravel()] <= (_WIDE_FOR_PEOPLE if part.kind == RESPONDENTS else _WIDE)
    of, stratum, total = of[few], stratum[few], total[few]
    named = np.flatnonzero(place >= 0)
    named = named[np.argsort(part.stratum[named], kind="stable")]
    first = np.searchsorted(part.stratum[named], np.arange(width + 1))
    many = (first[1:] - first[:-1])[stratum]
    start = np.repeat(first[stratum] - np.concatenate([[0], np.cumsum(many)[:-1]]), many)
    own = named[start + np.arange(len(start))]
    return [(np.repeat(of, many), place[own], -np.repeat(total, many) * roots[own])]


def _digest(part: Loadings, name: str) -> str:
    kind = part.kind or part.sample.split("/", 1)[0]  # what stays between periods differs by kind
    return f"{kind}:{hashlib.sha256(f'{part.sample}{chr(10)}{name}'.encode()).hexdigest()[:16]}"


def _columns(members: Positions, unit: Positions, shock: Positions, amount: Array) -> Array:
    """Return one bundle of shocks as a matrix, (n_members, n_shocks of the bundle)."""
    known, column = np.unique(shock, return_inverse=True)
    dense = np.zeros((len(members), len(known)))
    dense[np.searchsorted(members, unit), column.ravel()] = amount
    return dense


def _centered(dense: Array, roots: Array) -> Array:
    """Return columns with the covariance of a centered stratum, as few as it takes."""
    mean = dense @ roots
    return _factors(dense @ dense.T - np.outer(mean, mean))


def _fewest(columns: Array) -> Array:
    """Return columns with the same covariance, at most as many as there are rows."""
    return columns if columns.shape[1] <= columns.shape[0] else _factors(columns @ columns.T)


def _factors(covariance: Array) -> Array:
    values, vectors = np.linalg.eigh(covariance)
    kept = values > values.max(initial=0.0) * 1e-14
    return np.asarray(vectors[:, kept] * np.sqrt(values[kept]), dtype=np.float64)
