"""How far raters' severities last from one period to another, told from those marked with in both."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from township_eval.methods.varying import Array

__all__ = ["FEWEST", "NO_SEVERITIES", "Persistence", "Severities", "joined_severities", "persistence"]

#: Raters of both periods without which nothing is estimated: two lie on a line whatever they do.
FEWEST: Final = 3

# Severities that vary less than this beside their variance do not differ.
_NOTHING: Final = 1e-12


@dataclass(frozen=True, eq=False)
class Severities:
    """What a period's panels tell of the severity of raters who can be told again.

    Attributes
    ----------
    panels : tuple of str, (n_panels,)
        Leaf and organization; those of one name are compared.
    variance : array, (n_panels,)
        Estimated variance of severities, in squared value units.
    df : array, (n_panels,)
        Residual degrees of freedom of the panel.
    panel : array of int, (n_entries,)
        Position of the panel of every entry.
    names : tuple of str, (n_entries,)
        Who it is: a digest, the same as in the loadings of the severities.
    severity : array, (n_entries,)
        Estimated severity, in value units.
    """

    panels: tuple[str, ...]
    variance: Array
    df: Array
    panel: NDArray[np.intp]
    names: tuple[str, ...]
    severity: Array

    def of(self, panel: int) -> dict[str, float]:
        """Return the severities of one panel by name."""
        at = np.flatnonzero(self.panel == panel).tolist()
        return {self.names[k]: float(self.severity[k]) for k in at}

    @property
    def raters_df(self) -> int:
        """Raters, less one for every set of panels that share raters."""
        return _freedom([tuple(self.of(k)) for k in range(len(self.panels))])


#: No raters at all.
NO_SEVERITIES: Final = Severities((), np.empty(0), np.empty(0), np.empty(0, dtype=np.intp), (), np.empty(0))


@dataclass(frozen=True, slots=True)
class Persistence:
    """How far severities last.

    Attributes
    ----------
    correlation : float
        Of the true severities of a rater in both periods, -1 to 1.
    df : int
        Raters it rests on, less one for every set of raters.
    names : tuple of str
        Those raters, in order.
    spread : (float, float)
        Variance of the estimated severities of each period per variance of the true ones, at least 1:
        what their estimation adds.
    """

    correlation: float
    df: int
    names: tuple[str, ...]
    spread: tuple[float, float]


def joined_severities(parts: Iterable[Severities]) -> Severities:
    """Return the panels of several leaves as one set."""
    found = list(parts)
    if not found:
        return NO_SEVERITIES
    first = np.cumsum([0, *(len(one.panels) for one in found[:-1])])
    return Severities(
        panels=tuple(name for one in found for name in one.panels),
        variance=np.concatenate([one.variance for one in found]),
        df=np.concatenate([one.df for one in found]),
        panel=np.concatenate([one.panel + start for one, start in zip(found, first, strict=True)]),
        names=tuple(name for one in found for name in one.names),
        severity=np.concatenate([one.severity for one in found]),
    )


def persistence(one: Severities, two: Severities) -> Persistence | None:
    r"""Return how far severities last, from raters who marked with the same panel in both periods.

    .. math:: \hat\rho = \frac{\sum (m - 1)\, r}{\sum (m - 1)\, \hat\sigma_1 \hat\sigma_2 / (s_1 s_2)}

    over panels with ``m`` such raters: ``r`` is the correlation of the estimated severities, ``s`` their
    standard deviations and ``sigma`` those of the true ones.

    Parameters
    ----------
    one, two : Severities
        Of two periods.

    Returns
    -------
    Persistence or None
        None where no panel has `FEWEST` raters in both, or none whose raters differ.

    Notes
    -----
    The errors of both periods' severities are independent, so their covariance is that of the true ones
    without bias: for one panel the covariance of severities that follows is the one of a paired comparison,
    down to its degrees of freedom. Dividing by the reliabilities: Spearman (1904), "The proof and
    measurement of association between two things", American Journal of Psychology 15.

    Examples
    --------
    >>> def panel(*severity):
    ...     at = np.zeros(4, dtype=np.intp)
    ...     return Severities(("a",), np.array([5.0]), np.array([9.0]), at, tuple("ABCD"), np.array(severity))
    >>> found = persistence(panel(-3.0, -1.0, 1.0, 3.0), panel(-3.0, 1.0, -1.0, 3.0))
    >>> round(found.correlation, 3), found.df
    (1.0, 3)
    >>> persistence(panel(-3.0, -1.0, 1.0, 3.0), panel(1.0, -3.0, 3.0, -1.0)).correlation
    0.0
    """
    pairs = list(_pairs(one, two))
    reliability = sum(pair.df * pair.reliability for pair in pairs)
    if not reliability > 0:
        return None
    correlation = sum(pair.df * pair.r for pair in pairs) / reliability
    total = sum(pair.df for pair in pairs)
    shares = [sum(pair.df * pair.shares[k] for pair in pairs) for k in (0, 1)]
    return Persistence(
        correlation=float(np.clip(correlation, -1.0, 1.0)),
        df=_freedom([pair.names for pair in pairs]),
        names=tuple(sorted({name for pair in pairs for name in pair.names})),
        spread=(max(total / shares[0], 1.0), max(total / shares[1], 1.0)),
    )


@dataclass(frozen=True, slots=True)
class _Pair:
    """One panel in both periods: correlation of its estimated severities, and their reliability."""

    names: tuple[str, ...]
    r: float
    shares: tuple[float, float]

    @property
    def df(self) -> int:
        return len(self.names) - 1

    @property
    def reliability(self) -> float:
        return float(np.sqrt(self.shares[0] * self.shares[1]))


def _pairs(one: Severities, two: Severities) -> Iterator[_Pair]:
    """Yield every panel of one name in both periods with enough raters, and severities that differ."""
    for i, label in enumerate(one.panels):
        for j, other in enumerate(two.panels):
            if label != other or not (one.variance[i] > 0 and two.variance[j] > 0):
                continue
            first, second = one.of(i), two.of(j)
            names = tuple(sorted(first.keys() & second.keys()))
            if len(names) < FEWEST:
                continue
            cov = np.cov([first[name] for name in names], [second[name] for name in names])
            spread = cov.diagonal()
            if spread[0] > _NOTHING * one.variance[i] and spread[1] > _NOTHING * two.variance[j]:
                yield _Pair(
                    names,
                    float(cov[0, 1] / np.prod(np.sqrt(spread))),
                    (float(one.variance[i] / spread[0]), float(two.variance[j] / spread[1])),
                )


def _freedom(sets: Sequence[tuple[str, ...]]) -> int:
    """Return how many raters there are, less one for every set that shares nobody with another."""
    apart: list[set[str]] = []
    for names in sets:
        met = [one for one in apart if one & set(names)]
        apart = [one for one in apart if not one & set(names)]
        apart.append(set(names).union(*met))
    return sum(len(one) - 1 for one in apart)
