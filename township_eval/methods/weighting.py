"""Weights from judgements (AHP, Delphi) and from data (entropy, CRITIC, CV), by explicit call only.

Nothing in an evaluation calls these. An analyst does, looks at the result, and writes the numbers
into a new version of the scheme. Weights from data move whenever the data do (leave one township of
thirty out and the order of the others changes in 29 of 30 cases under entropy weights), so they are
a diagnosis beside the scheme's weights rather than a replacement.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from township_eval.language import Text
from township_eval.methods.varying import Array

__all__ = ["AHP", "Delphi", "Weighting", "ahp", "critic", "cv", "delphi", "entropy", "group_ahp"]

# Random consistency index for n = 1 .. 15: Saaty, The Analytic Hierarchy Process (1980), as tabled to
# 15 in Chinese textbooks. Other tables differ in the third digit (n = 5: 1.1159 by simulation).
_RANDOM_INDEX: Final = (
    0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59,
)  # fmt: skip
_RECIPROCAL: Final = 1e-6
# A correlation this near 1 is 1: what is missing is float noise.
_NOISE: Final = 1e-12

_IGNORED: Final = Text("不区分指标方向", "directions are ignored")
_DIRECTED: Final = Text(
    "先按方向作极差标准化:正向 (x-min)/(max-min),逆向 (max-x)/(max-min)",
    "directed min-max first: (x-min)/(max-min) where higher is better, (max-x)/(max-min) where lower is",
)


@dataclass(frozen=True, slots=True, eq=False)
class AHP:
    """Weights from a pairwise judgement matrix, with their consistency.

    Attributes
    ----------
    weights : Array (n,)
        Sum to 1.
    lambda_max, consistency_index, random_index, consistency_ratio : float
        Principal eigenvalue; ``CI = (lambda_max - n) / (n - 1)``; ``RI``; ``CR = CI / RI`` (0 for
        n <= 2). Judgements are usually accepted with CR < 0.1.
    worst_pair : tuple of int
        Positions (i, j), i < j, of the judgement farthest from the weights: the one to ask again
        about. None when the judgements are perfectly consistent.
    method : str
        ``"eigen"`` or ``"geometric"``.
    """

    weights: Array
    lambda_max: float
    consistency_index: float
    random_index: float
    consistency_ratio: float
    worst_pair: tuple[int, int] | None
    method: str


def ahp(matrix: ArrayLike, method: Literal["eigen", "geometric"] = "eigen") -> AHP:
    """Return weights from a reciprocal judgement matrix (analytic hierarchy process, 层次分析法).

    Parameters
    ----------
    matrix : array_like (n, n)
        ``matrix[i, j]`` says how many times as important i is as j; positive, ones on the diagonal,
        ``matrix[j, i] = 1 / matrix[i, j]``. At most 15 items, the end of the random index table.
    method : {"eigen", "geometric"}
        Principal right eigenvector, or geometric mean of the rows. Consistency is measured with the
        principal eigenvalue in both.

    Raises
    ------
    ValueError
        The matrix is not such a matrix; the message names the cell.

    Notes
    -----
    Source: Saaty, *The Analytic Hierarchy Process* (1980), including the random index.

    Examples
    --------
    >>> result = ahp([[1, 3, 5], [1 / 3, 1, 2], [1 / 5, 1 / 2, 1]])
    >>> result.weights.round(4).tolist(), round(result.consistency_ratio, 4)
    ([0.6483, 0.2297, 0.122], 0.0032)
    >>> result.worst_pair
    (0, 2)
    """
    a = _judgements(matrix)
    n = len(a)
    values, vectors = np.linalg.eig(a)
    first = int(np.argmax(values.real))
    lambda_max = max(float(values[first].real), float(n))  # never below n; float noise is
    if method == "eigen":
        raw = np.abs(vectors[:, first].real)
    elif method == "geometric":
        raw = np.exp(np.log(a).mean(axis=1))
    else:
        msg = f"method must be 'eigen' or 'geometric', not {method!r}"
        raise ValueError(msg)
    weights = raw / raw.sum()
    index = (lambda_max - n) / (n - 1) if n > 1 else 0.0
    expected = _RANDOM_INDEX[n - 1]
    return AHP(
        weights=weights,
        lambda_max=lambda_max,
        consistency_index=index,
        random_index=expected,
        consistency_ratio=index / expected if expected else 0.0,
        worst_pair=_worst_pair(a, weights),
        method=method,
    )


def _judgements(matrix: ArrayLike) -> Array:
    a = np.asarray(matrix, dtype=np.float64)
    if a.ndim != 2 or a.shape[0] != a.shape[1] or not 1 <= a.shape[0] <= len(_RANDOM_INDEX):  # noqa: PLR2004
        msg = f"a judgement matrix is square with 1 to {len(_RANDOM_INDEX)} rows, not {a.shape}"
        raise ValueError(msg)
    bad = ~(np.isfinite(a) & (a > 0))
    if not bad.any():
        bad = np.abs(a * a.T - 1.0) > _RECIPROCAL
    if bad.any():
        i, j = (int(place) for place in np.argwhere(bad)[0])
        what = (
            "1 on the diagonal" if i == j else f"positive and the reciprocal of [{j}, {i}] = {a[j, i]:.12g}"
        )
        msg = f"judgement [{i}, {j}] = {a[i, j]:.12g} must be {what}"
        raise ValueError(msg)
    return a


def _worst_pair(a: Array, weights: Array) -> tuple[int, int] | None:
    off = np.triu(np.abs(np.log(a * weights[np.newaxis, :] / weights[:, np.newaxis])), 1)
    if off.size == 0 or off.max() <= _RECIPROCAL:
        return None
    i, j = np.unravel_index(int(np.argmax(off)), off.shape)
    return int(i), int(j)


def group_ahp(
    matrices: Sequence[ArrayLike],
    method: Literal["eigen", "geometric"] = "eigen",
    *,
    votes: ArrayLike | None = None,
) -> AHP:
    """Return weights of a group: judgements are joined element by element by their geometric mean.

    Parameters
    ----------
    matrices : sequence of array_like (n, n)
        One judgement matrix per expert.
    method : {"eigen", "geometric"}
        As for `ahp`, of the joined matrix.
    votes : array_like (n_experts,), optional
        Weights of the experts; equal when absent.

    Raises
    ------
    ValueError
        No matrix, different sizes, or one that is no judgement matrix.

    Notes
    -----
    The geometric mean is the only joining that keeps judgements reciprocal. Source: Aczel and Saaty,
    *Procedures for synthesizing ratio judgements*, Journal of Mathematical Psychology 27 (1983).

    Examples
    --------
    >>> group_ahp([[[1, 4], [1 / 4, 1]], [[1, 1], [1, 1]]]).weights.round(9).tolist()
    [0.666666667, 0.333333333]
    """
    judged = [_judgements(matrix) for matrix in matrices]
    if not judged or len({a.shape for a in judged}) != 1:
        msg = f"a group needs matrices of one size, not {[a.shape for a in judged]}"
        raise ValueError(msg)
    share = None if votes is None else np.asarray(votes, dtype=np.float64)
    joined = np.exp(np.average([np.log(a) for a in judged], axis=0, weights=share))
    return ahp(joined, method)


@dataclass(frozen=True, slots=True, eq=False)
class Delphi:
    """Weights from experts' direct judgements, with how far they agree.

    Attributes
    ----------
    weights : Array (n_items,)
        Sum to 1.
    mean, variation : Array (n_items,)
        Mean of the experts' weights per item after trimming, and the coefficient of variation of all
        of them (sample standard deviation / mean): large means the item is disputed.
    agreement : float
        Kendall's W of the experts' orders, 0 (none) to 1 (complete), corrected for ties; NaN with one
        expert or when nobody distinguishes any items.
    method : str
        ``"mean"`` or ``"trimmed mean"``.
    """

    weights: Array
    mean: Array
    variation: Array
    agreement: float
    method: str


def delphi(judgements: ArrayLike, trim: int = 0) -> Delphi:
    """Return the experts' mean weights (专家直接赋权), rescaled to sum to 1.

    Parameters
    ----------
    judgements : array_like (n_experts, n_items)
        Each expert's weights on any common scale, not negative. No gaps: an expert who leaves an item
        out has not weighted the set.
    trim : int
        How many highest and lowest judgements of each item are dropped.

    Raises
    ------
    ValueError
        A judgement is missing or negative, all are zero, or nothing is left after trimming.

    Notes
    -----
    Source: Kendall and Babington Smith, *The problem of m rankings* (1939), for W.

    Examples
    --------
    >>> result = delphi([[50, 30, 20], [60, 30, 10], [40, 40, 20]])
    >>> result.weights.round(4).tolist(), round(result.agreement, 4)
    ([0.5, 0.3333, 0.1667], 0.9394)
    """
    x = np.asarray(judgements, dtype=np.float64)
    if x.ndim != 2 or not np.all(np.isfinite(x)) or np.any(x < 0):  # noqa: PLR2004  experts and items
        msg = "judgements must be a table (n_experts, n_items) of finite numbers that are not negative"
        raise ValueError(msg)
    if trim < 0 or len(x) <= 2 * trim:
        msg = f"trimming {trim} at each end needs more than {2 * trim} experts, not {len(x)}"
        raise ValueError(msg)
    mean = np.sort(x, axis=0)[trim : len(x) - trim].mean(axis=0)
    if mean.sum() <= 0:
        msg = "all judgements are zero"
        raise ValueError(msg)
    spread = x.std(axis=0, ddof=1) if len(x) > 1 else np.full(x.shape[1], np.nan)
    centers = x.mean(axis=0)
    return Delphi(
        weights=mean / mean.sum(),
        mean=mean,
        variation=np.divide(spread, centers, out=np.full(centers.shape, np.nan), where=centers > 0),
        agreement=_kendall_w(x),
        method="trimmed mean" if trim else "mean",
    )


def _kendall_w(x: Array) -> float:
    """Return Kendall's W with the correction for ties; rows are the experts."""
    experts, items = x.shape
    less = (x[:, :, np.newaxis] > x[:, np.newaxis, :]).sum(axis=2)
    same = (x[:, :, np.newaxis] == x[:, np.newaxis, :]).sum(axis=2)
    ranks = less + (same + 1) / 2.0
    apart = float(((ranks.sum(axis=0) - experts * (items + 1) / 2.0) ** 2).sum())
    ties = float((same**2 - 1).sum())  # each run of t equal ranks counts t (t^2 - 1)
    most = experts**2 * items * (items**2 - 1) - experts * ties
    return 12.0 * apart / most if experts > 1 and most > 0 else float("nan")


@dataclass(frozen=True, slots=True, eq=False)
class Weighting:
    """Weights computed from data.

    Attributes
    ----------
    weights : Array (n_indicators,)
        Sum to 1.
    method : str
        ``"entropy"``, ``"critic"`` or ``"cv"``.
    rule : Text
        What was done about directions, to be printed beside the weights.
    """

    weights: Array
    method: str
    rule: Text


def entropy(matrix: ArrayLike, directions: Sequence[str] | None = None, *, shift: float = 0.0) -> Weighting:
    r"""Return entropy weights (熵权法): the less evenly an indicator is spread, the more it weighs.

    .. math:: p_{ij} = z_{ij} / \sum_i z_{ij}, \quad e_j = -\sum_i p_{ij} \ln p_{ij} / \ln n,
              \quad w_j \propto 1 - e_j, \quad 0 \ln 0 = 0

    Parameters
    ----------
    matrix : array_like (n_units, n_indicators)
        Values, no gaps.
    directions : sequence of {"higher", "lower"}, optional
        Direction rule: when given, ``z`` is the directed min-max of each indicator, (x-min)/(max-min)
        for higher and (max-x)/(max-min) for lower. When absent, ``z = x``: directions are ignored and
        values must not be negative. The two give very different weights.
    shift : float
        With directions: ``z = shift + (1 - 2 shift) z``, the textbooks' way around zeros (0.002).

    Raises
    ------
    ValueError
        Gaps, one unit, negative values without directions, or no indicator that varies.

    Notes
    -----
    An indicator with one value for all units weighs 0. Source: Shannon (1948); Hwang and Yoon,
    *Multiple Attribute Decision Making* (1981).

    Examples
    --------
    >>> entropy([[1.0, 10.0], [3.0, 11.0], [9.0, 12.0]]).weights.round(4).tolist()
    [0.9911, 0.0089]
    """
    x = _table(matrix)
    if directions is None:
        if np.any(x < 0):
            msg = "entropy weights of raw values need values that are not negative; state directions"
            raise ValueError(msg)
        z, rule = x, _IGNORED
    else:
        z, rule = shift + (1.0 - 2.0 * shift) * _directed(x, directions), _DIRECTED
    total = z.sum(axis=0)
    varies = np.ptp(x, axis=0) > 0
    p = np.divide(z, total, out=np.full(z.shape, 1.0 / len(z)), where=(total > 0) & varies)
    terms = p * np.log(p, out=np.zeros(p.shape), where=p > 0)
    evenness = -terms.sum(axis=0) / np.log(len(x))
    return Weighting(_normalized(np.where(varies, 1.0 - evenness, 0.0)), "entropy", rule)


def critic(matrix: ArrayLike, directions: Sequence[str]) -> Weighting:
    r"""Return CRITIC weights: spread of an indicator times its conflict with the others.

    .. math:: w_j \propto \sigma_j \sum_k (1 - r_{jk})

    Parameters
    ----------
    matrix : array_like (n_units, n_indicators)
        Values, no gaps.
    directions : sequence of {"higher", "lower"}
        Direction rule: every indicator is brought to directed min-max first, (x-min)/(max-min) for
        higher and (max-x)/(max-min) for lower, so that correlations have the right sign.

    Raises
    ------
    ValueError
        Gaps, one unit, or no indicator that varies.

    Notes
    -----
    An indicator with one value for all units weighs 0 and does not count as conflict. Source:
    Diakoulaki, Mavrotas and Papayannakis, Computers & Operations Research 22 (1995).

    Examples
    --------
    >>> critic([[1.0, 3.0], [2.0, 1.0], [3.0, 2.0]], ["higher", "higher"]).weights.tolist()
    [0.5, 0.5]
    """
    z = _directed(_table(matrix), directions)
    varies = np.ptp(z, axis=0) > 0
    raw = np.zeros(z.shape[1])
    if varies.any():
        kept = z[:, varies]
        related = np.atleast_2d(np.corrcoef(kept, rowvar=False))
        conflict = np.where(related > 1.0 - _NOISE, 0.0, 1.0 - related).sum(axis=1)
        raw[varies] = kept.std(axis=0, ddof=1) * conflict
    return Weighting(_normalized(raw), "critic", _DIRECTED)


def cv(matrix: ArrayLike, directions: Sequence[str] | None = None) -> Weighting:
    r"""Return weights by coefficient of variation (变异系数法), ``w_j`` proportional to ``sd_j / |mean_j|``.

    Parameters
    ----------
    matrix : array_like (n_units, n_indicators)
        Values in their own units, no gaps, no mean of 0.
    directions : sequence of {"higher", "lower"}, optional
        Direction rule: ignored; the coefficient of variation of raw values has no direction. Accepted
        and checked so that the data-driven methods can be called alike.

    Raises
    ------
    ValueError
        Gaps, one unit, a mean of 0, or no indicator that varies.

    Examples
    --------
    >>> cv([[1.0, 10.0], [3.0, 10.0], [5.0, 13.0]]).weights.round(4).tolist()
    [0.8089, 0.1911]
    """
    x = _table(matrix)
    if directions is not None:
        _lower(directions, x.shape[1])
    mean = np.abs(x.mean(axis=0))
    if np.any(mean == 0):
        msg = f"indicator {int(np.argmin(mean))} has mean 0: no coefficient of variation"
        raise ValueError(msg)
    return Weighting(_normalized(x.std(axis=0, ddof=1) / mean), "cv", _IGNORED)


def _table(matrix: ArrayLike) -> Array:
    x = np.asarray(matrix, dtype=np.float64)
    if x.ndim != 2 or len(x) < 2:  # noqa: PLR2004  units and indicators, two units at least
        msg = f"a table (n_units, n_indicators) of at least two units is needed, not shape {x.shape}"
        raise ValueError(msg)
    gaps = np.argwhere(~np.isfinite(x))
    if len(gaps):
        msg = (
            f"{len(gaps)} values are missing or infinite, first at unit {gaps[0][0]}, indicator {gaps[0][1]}"
        )
        raise ValueError(msg)
    return x


def _lower(directions: Sequence[str], n_indicators: int) -> NDArray[np.bool_]:
    wrong = [direction for direction in directions if direction not in ("higher", "lower")]
    if wrong or len(directions) != n_indicators:
        msg = f"directions must be 'higher' or 'lower' for each of {n_indicators} indicators: {directions!r}"
        raise ValueError(msg)
    return np.array([direction == "lower" for direction in directions], dtype=bool)


def _directed(x: Array, directions: Sequence[str]) -> Array:
    lower = _lower(directions, x.shape[1])
    low, high = x.min(axis=0), x.max(axis=0)
    gained = np.where(lower, high - x, x - low)
    out: Array = np.divide(gained, high - low, out=np.zeros(x.shape), where=high > low)
    return out


def _normalized(raw: Array) -> Array:
    total = raw.sum()
    if not total > 0:
        msg = "the data give no weights: no indicator varies, or none is in conflict with another"
        raise ValueError(msg)
    weights: Array = raw / total
    return weights
