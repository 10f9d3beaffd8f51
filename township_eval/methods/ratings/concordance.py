"""Agreement on order (Kendall's W) and on categories (Fleiss' kappa)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from township_eval.methods.ratings.panel import panel_of, without_empty
from township_eval.methods.varying import Array

__all__ = ["Concordance", "Kappa", "fleiss_kappa", "kendall_w"]

_UNDEFINED: Final = (np.nan, np.nan, np.nan, np.nan, np.nan, np.nan)


@dataclass(frozen=True, slots=True)
class Concordance:
    """Kendall's coefficient of concordance.

    Attributes
    ----------
    value : float
        W: 1 where all raters order the units alike, 0 where their orders cancel.
    chi2, df, p : float, int, float
        Test that there is no common order; rough for fewer than about eight units.
    n_units, n_raters, n_left_out : int
        What was used, and units left out because a rater had not marked them.
    """

    value: float
    chi2: float
    df: int
    p: float
    n_units: int
    n_raters: int
    n_left_out: int


def kendall_w(m: ArrayLike) -> Concordance:
    """Return Kendall's W of the raters' orders of the units, corrected for ties.

    Parameters
    ----------
    m : array_like (n_units, n_raters)
        Ratings or ranks; NaN where a rater gave none. Only units that every rater has marked are used.

    Returns
    -------
    Concordance
        NaN where no rater tells any units apart.

    Raises
    ------
    ValueError
        Fewer than two such units, or fewer than two raters.

    Notes
    -----
    ``W = 12 S / (m^2 (n^3 - n) - m sum T)``, ``T = t^3 - t`` summed over the ties of each rater,
    ``chi2 = m (n - 1) W``. Source: Kendall and Babington Smith (1939), Annals of Mathematical Statistics 10;
    Siegel, *Nonparametric Statistics* (1956), chapter 9.

    Examples
    --------
    >>> found = kendall_w([[1, 1, 6], [6, 5, 3], [3, 6, 2], [2, 4, 5], [5, 2, 4], [4, 3, 1]])
    >>> round(found.value, 2), found.df
    (0.16, 5)
    """
    panel, _, _ = without_empty(panel_of(m))
    used = panel[~np.isnan(panel).any(axis=1)]
    n, k = used.shape
    if min(n, k) < 2:  # noqa: PLR2004  one unit or one rater has no order to agree on
        msg = f"two units rated by every rater and two raters are needed, not {n} and {k}"
        raise ValueError(msg)
    ranks, ties = zip(*(_ranks(column) for column in used.T), strict=True)
    sums = np.sum(ranks, axis=0)
    spread = float(((sums - sums.mean()) ** 2).sum())
    most = k**2 * (n**3 - n) - k * sum(ties)
    value = 12 * spread / most if most > 0 else np.nan
    chi2 = k * (n - 1) * value
    return Concordance(value, chi2, n - 1, float(special.chdtrc(n - 1, chi2)), n, k, len(panel) - n)


def _ranks(column: Array) -> tuple[Array, int]:
    """Return the ranks of one rater's scores, ties at their mean rank, and the sum of ``t^3 - t``."""
    _, place, count = np.unique(column, return_inverse=True, return_counts=True)
    ends = np.cumsum(count)
    return (ends - (count - 1) / 2)[place.ravel()], int((count**3 - count).sum())


@dataclass(frozen=True, slots=True)
class Kappa:
    """Fleiss' kappa with two errors: one for its interval, one for the test of pure chance.

    Attributes
    ----------
    value : float
        1 for full agreement, 0 for what chance alone would give.
    se, lower, upper : float
        Standard error over the sampling of units, and the t interval with ``n_units - 1`` df.
    z, p : float
        Test that the agreement is by chance alone, two-sided.
    observed, expected : float
        Agreement found, and agreement expected by chance.
    n_units, n_raters : int
    """

    value: float
    se: float
    lower: float
    upper: float
    z: float
    p: float
    observed: float
    expected: float
    n_units: int
    n_raters: int


def fleiss_kappa(counts: ArrayLike, *, level: float = 0.95) -> Kappa:
    """Return Fleiss' kappa of how many raters put each unit into each category.

    Parameters
    ----------
    counts : array_like (n_units, n_categories)
        Number of raters, the same total for every unit.
    level : float
        Of the interval, between 0 and 1.

    Returns
    -------
    Kappa
        NaN where all ratings fall into one category: chance alone would agree as well.

    Raises
    ------
    ValueError
        Not such counts; the message names the unit. For panels with holes there is `krippendorff_alpha`.

    Notes
    -----
    Source: Fleiss (1971), Psychological Bulletin 76; test of chance: Fleiss, Nee and Landis (1979), ibid. 86;
    standard error: Gwet, *Handbook of Inter-Rater Reliability* (4th ed., 2014), chapter 5, raters held fixed.

    Examples
    --------
    >>> counts = [[0, 0, 14], [2, 6, 6], [7, 7, 0], [1, 3, 10], [12, 2, 0]]
    >>> found = fleiss_kappa(counts)
    >>> round(found.value, 3), round(found.se, 3)
    (0.406, 0.156)
    """
    if not 0 < level < 1:
        msg = f"level lies between 0 and 1, not {level}"
        raise ValueError(msg)
    table = _counts(counts)
    n, k = len(table), int(table[0].sum())
    shares = table.sum(axis=0) / table.sum()
    agreed = (table * (table - 1)).sum(axis=1) / (k * (k - 1))
    observed, expected = float(agreed.mean()), float((shares**2).sum())
    if np.count_nonzero(shares) == 1:
        return Kappa(*_UNDEFINED, observed, expected, n, k)
    value = (observed - expected) / (1 - expected)
    se = _kappa_se(table, shares, agreed, value)
    half = float(special.stdtrit(n - 1, (1 + level) / 2)) * se
    z = value / _chance_se(shares, n, k)
    p = float(2 * special.ndtr(-abs(z)))
    return Kappa(value, se, max(value - half, -1.0), min(value + half, 1.0), z, p, observed, expected, n, k)


def _counts(counts: ArrayLike) -> Array:
    table = np.asarray(counts, dtype=np.float64)
    if table.ndim != 2 or len(table) < 2:  # noqa: PLR2004  units x categories
        msg = f"counts are a matrix (n_units, n_categories) of at least two units, not of shape {table.shape}"
        raise ValueError(msg)
    wrong = ~(np.isfinite(table) & (table >= 0) & (table == np.floor(table)))
    if wrong.any():
        unit, category = np.argwhere(wrong)[0]
        msg = f"the count of unit {unit} in category {category} is no whole number: {table[unit, category]}"
        raise ValueError(msg)
    totals = table.sum(axis=1)
    if (totals != totals[0]).any():
        unit = int(np.argmax(totals != totals[0]))
        msg = (
            f"unit {unit} has {totals[unit]:.0f} ratings and unit 0 has {totals[0]:.0f}: "
            "with holes use krippendorff_alpha"
        )
        raise ValueError(msg)
    if totals[0] < 2:  # noqa: PLR2004  a pair is needed to agree
        msg = f"two raters are needed, not {totals[0]:.0f}"
        raise ValueError(msg)
    return table


def _kappa_se(table: Array, shares: Array, agreed: Array, value: float) -> float:
    n, expected = len(table), (shares**2).sum()
    own = (agreed - expected) / (1 - expected)
    chance = table @ shares / table[0].sum()
    linear = own - 2 * (1 - value) * (chance - expected) / (1 - expected)
    return float(np.sqrt(((linear - value) ** 2).sum() / (n * (n - 1))))


def _chance_se(shares: Array, n: int, k: int) -> float:
    pq = shares * (1 - shares)
    skew = (pq * (1 - 2 * shares)).sum()
    return float(np.sqrt(2 / (n * k * (k - 1)) * (pq.sum() ** 2 - skew)) / pq.sum())
