"""Is the mean of bounded answers truly below, or above, a cut: the one-sided Korn-Graubard beta test.

Student's t fails here: where most are content, a sample without the few who are not has a high mean and
hardly any variance, and the other way round. Of nine townships exactly at a threshold, twenty answers
each, it accuses at least one at 5 % in up to half of all periods. The beta test replaces the shape of the
sample by the widest its mean allows, and takes the variance from the design, villages included.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from township_eval.methods.estimation.intervals import t_quantile
from township_eval.methods.testing.levels import LEAST_P, Side, smallest_level
from township_eval.methods.varying import Array

__all__ = ["bounded_limits", "bounded_p", "effective_answers"]

# The ratio of two quantiles of t is not defined at one half; nothing is decided at levels like that.
_MOST_ALPHA: Final = 0.4
_FEWEST: Final = 2.0
_MIDDLE: Final = 0.5
_SMALLEST: Final = 1e-100  # its square is a number still


def effective_answers(
    p: ArrayLike,
    se: ArrayLike,
    df: ArrayLike,
    n: ArrayLike,
    alpha: ArrayLike,
    *,
    spread: ArrayLike | None = None,
) -> Array:
    r"""Return how many independent yes-or-no answers are worth as much as the sample.

    .. math:: n^* = \min\Bigl(n,\; \frac{p (1 - p)}{se^2} \Bigl(\frac{t_{n-1}}{t_{df}}\Bigr)^2\Bigr)

    Parameters
    ----------
    p, se : array_like
        Mean and standard error as shares of the range of answers.
    df, n : array_like
        Degrees of freedom and number of valid answers of the design.
    alpha : array_like
        One-sided level; the quantiles of t are those of ``1 - alpha``.
    spread : array_like, optional
        Variance of a yes-or-no answer the error is compared with; ``p (1 - p)`` by default.

    Returns
    -------
    array
        NaN where anything is not known, df is not positive, or there are fewer than two answers. Where
        no variance is seen, the number of clusters (``df + 1``), at most *n*: equal answers say nothing
        about how alike the people of one village are.

    Notes
    -----
    Source: Korn and Graubard (1998), *Confidence intervals for proportions with small expected number of
    positive counts estimated from survey data*, Survey Methodology 24, 193-201. Never more than *n*:
    answers between the ends vary less than yes and no, and would count as more persons than were asked.

    Examples
    --------
    >>> effective_answers([0.8, 0.8, 1.0], [0.05, 0.01, 0], [10, 99, 4], 100, 0.025).round(2).tolist()
    [50.75, 100.0, 5.0]
    """
    mean = np.asarray(p, dtype=np.float64)
    variance = mean * (1.0 - mean) if spread is None else spread
    given = (np.asarray(one, dtype=np.float64) for one in (variance, se, df, n, alpha))
    share, varied, error, free, count, level = np.broadcast_arrays(mean, *given)
    known = np.isfinite(share) & np.isfinite(error) & (error >= 0) & (free > 0) & (count >= _FEWEST)
    known = known & np.isfinite(count)
    free, count = np.where(known, free, 1.0), np.where(known, count, _FEWEST)
    tail = 1.0 - np.clip(level, LEAST_P, _MOST_ALPHA)
    few = (t_quantile(tail, count - 1.0) / t_quantile(tail, free)) ** 2
    seen = known & (error > 0) & (varied > 0)
    plain = np.divide(varied, np.fmax(error, _SMALLEST) ** 2, out=np.ones(share.shape), where=seen)
    found = np.minimum(np.where(seen, plain * few, free + 1.0), count)
    return np.where(known, found, np.nan)


def bounded_limits(
    value: ArrayLike,
    se: ArrayLike,
    df: ArrayLike,
    n: ArrayLike,
    alpha: ArrayLike,
    *,
    low: ArrayLike = 0.0,
    high: ArrayLike = 100.0,
) -> tuple[Array, Array]:
    """Return the lower and the upper limit of a mean of bounded answers, each one-sided at *alpha*.

    Parameters
    ----------
    value, se, df, n, low, high : array_like
        As in `bounded_p`.
    alpha : array_like
        Both limits together hold with at least ``1 - 2 alpha``.

    Returns
    -------
    lower, upper : array
        *low* and *high* themselves where the error is not known: nothing is excluded.

    Notes
    -----
    ``Beta(n* p, n* (1 - p) + 1)`` and ``Beta(n* p + 1, n* (1 - p))``; source: see `effective_answers`.

    Examples
    --------
    >>> [x.round(2).tolist() for x in bounded_limits([66.4], [2.1], [199], [200], 0.025)]
    [[59.4], [72.91]]
    """
    design = _Design.of(value, se, df, n, low, high)
    level = np.broadcast_to(np.asarray(alpha, dtype=np.float64), design.share.shape)
    hits, others, known = design.counts(level)
    least = special.betaincinv(np.where(hits > 0, hits, 1.0), others + 1.0, level)
    most = special.betaincinv(hits + 1.0, np.where(others > 0, others, 1.0), 1.0 - level)
    lower = np.where(known & (hits > 0), least, 0.0)
    upper = np.where(known & (others > 0), most, 1.0)
    return design.low + lower * design.span, design.low + upper * design.span


def bounded_p(
    value: ArrayLike,
    se: ArrayLike,
    df: ArrayLike,
    n: ArrayLike,
    cut: ArrayLike,
    *,
    low: ArrayLike = 0.0,
    high: ArrayLike = 100.0,
    side: Side = "below",
) -> Array:
    """Return the evidence that a mean of bounded answers is truly below (above) a cut.

    Parameters
    ----------
    value, se : array_like
        Estimate and its standard error, of the design: with villages, not as if persons were drawn alone.
    df, n : array_like
        Degrees of freedom of the design (clusters less strata) and number of valid answers.
    cut : array_like
        Threshold, unrounded. The null hypothesis is that the true mean is on the other side of it,
        at worst exactly there.
    low, high : array_like
        Lowest and highest possible answer, in the units of *value*.
    side : "below" or "above"
        On which side the true mean is claimed to be.

    Returns
    -------
    array
        The smallest one-sided level at which the beta limit falls short of the cut, from 1e-12. 1 where
        the error is not known or the estimate is not on the claimed side; 0 where the cut lies beyond
        every possible answer on that side.

    Notes
    -----
    With ``T(alpha)`` the upper tail of ``Beta(n* p + 1, n* (1 - p))`` beyond the cut the limit falls
    short of it where ``T(alpha) <= alpha``. *T* falls as *alpha* rises, through ``n*``, so that there is
    one such level; it is found by bisection. Source: see `effective_answers`.

    The variance ``p (1 - p)`` that the error is compared with is adapted in two places, by simulation
    (``benchmarks.flags``). Where the cut lies in the half of the scale that the claim points away from
    (below 60, above 40 of 0 to 100) it is the largest of a mean from the estimate to the middle: a worse
    value with the same error then never shows less. Where it lies in the other half (below 40, above 60)
    and villages were drawn rather than persons, it is lowered by the square root of the ratio of the odds
    of estimate and cut: few contented, who live in few villages, are easily missed, and with them the
    error. There the test with ``p (1 - p)`` names somebody wrongly in twice as many periods as its level
    says.

    Examples
    --------
    Two townships at 62 of 100 and a threshold of 70, one of them asked in five villages:

    >>> bounded_p([62.0, 62.0], 3.4, [199, 4], 200, 70.0).round(4).tolist()
    [0.0094, 0.0398]
    """
    design = _Design.of(value, se, df, n, low, high)
    edge = (np.asarray(cut, dtype=np.float64) - design.low) / design.span
    if side == "above":
        design, edge = design.mirrored(), 1.0 - edge
    design, edge = design.beside(edge)
    beyond = np.where(np.isnan(edge), 0.0, np.clip(1.0 - edge, 0.0, 1.0))
    spread = design.spread(edge)

    def excludes(alpha: Array) -> NDArray[np.bool_]:
        hits, others, known = design.counts(alpha, spread)
        tail = special.betainc(np.where(others > 0, others, 1.0), hits + 1.0, beyond)
        return np.asarray(known & (others > 0) & (tail <= alpha))

    usable = (edge > 0) & (edge < 1) & (design.share < edge)
    found = np.where(usable, smallest_level(excludes, edge.shape), 1.0)
    return np.where((edge > 1) | ((edge == 1) & (design.share < 1)), 0.0, found)


@dataclass(frozen=True, eq=False)
class _Design:
    """Means and errors as shares of the range of answers, in one shape."""

    share: Array
    se: Array
    df: Array
    n: Array
    low: Array
    span: Array

    @classmethod
    def of(cls, *given: ArrayLike) -> _Design:
        """Take value, se, df, n, lowest and highest answer."""
        arrays = np.broadcast_arrays(*(np.asarray(one, dtype=np.float64) for one in given))
        x, error, free, count, low, high = arrays
        span = np.where(high > low, high - low, np.nan)
        share = (x - low) / span
        share = np.where((share >= 0) & (share <= 1), share, np.nan)  # no mean of such answers
        return cls(share, error / span, free, count, low, span)

    def mirrored(self) -> _Design:
        """Return the same with the scale turned over."""
        return _Design(1.0 - self.share, self.se, self.df, self.n, self.low, self.span)

    def beside(self, other: Array) -> tuple[_Design, Array]:
        """Return this and another array in one shape."""
        names = ("share", "se", "df", "n", "low", "span")
        *mine, its = np.broadcast_arrays(*(getattr(self, name) for name in names), other)
        return _Design(*mine), its

    def spread(self, edge: Array) -> Array:
        """Return the variance of a yes-or-no answer that the error is compared with."""
        middle = np.fmax(self.share, _MIDDLE)
        own = self.share * (1.0 - self.share)
        usable = (self.share > 0) & (self.share < edge) & (edge < 1)
        odds = np.divide(
            self.share * (1.0 - edge), edge * (1.0 - self.share), out=np.ones(own.shape), where=usable
        )
        villages = self.df + 1.0 < self.n / 2.0
        return np.where(
            edge >= _MIDDLE, middle * (1.0 - middle), own * np.where(villages, np.sqrt(odds), 1.0)
        )

    def counts(self, alpha: Array, spread: Array | None = None) -> tuple[Array, Array, NDArray[np.bool_]]:
        """Return effective numbers for and against, and where they are known."""
        m = effective_answers(self.share, self.se, self.df, self.n, alpha, spread=spread)
        known = ~np.isnan(m)
        return np.where(known, m * self.share, 1.0), np.where(known, m * (1.0 - self.share), 1.0), known
