"""What ballots come to: a mean per unit, and what is known of its error."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from township_eval.inputs import Flags
from township_eval.language import Text, join_texts, listed
from township_eval.methods.loadings import Loadings
from township_eval.methods.varying import Array
from township_eval.scheme.sources import Reviews
from township_eval.sources.review.ballots import Ballots

__all__ = ["Outcome", "outcome_of"]

_LISTED: Final = Text("名单上的评议人均已投票,无抽样误差", "all listed raters voted: no sampling error")
_DECLARED: Final = Text(
    "按方案声明有票人均已投票,无抽样误差",
    "all who are entitled have voted, as the scheme declares: no sampling error",
)
_LACKING: Final = Text("未投齐({names} 未投票),误差未知", "not all voted ({names} did not): error not known")
_FEWER: Final = Text(
    "应有 {wanted} 票,只有 {cast} 票,误差未知", "{cast} of {wanted} ballots: error not known"
)
_SAMPLED: Final = Text("评议人视为从有票人中随机抽取", "raters count as drawn at random from those entitled")
_FINITE: Final = Text(
    "按有票人{n}个作有限总体校正", "corrected for the {n} who are entitled (finite population)"
)
_TRIMMED: Final = Text(
    "去高去低后的误差按缩尾方差计算(Tukey-McLaughlin 1963)",
    "error after trimming: winsorized variance (Tukey and McLaughlin 1963)",
)
_UNKNOWN: Final = Text(
    "票太少或全部相同,误差无法估计", "too few ballots, or all of them alike: the error is not known"
)
_NOTHING: Final = Text("", "")
_FEW: Final = 8  # names in a message


@dataclass(frozen=True, eq=False)
class Outcome:
    """One number per unit voted on.

    Attributes
    ----------
    value, se, df, n : array (n_about,)
        ``se`` is 0 where a census is complete, NaN where ``unknown``; ``n`` counts the signed voters, or
        the secret ballots, that make the mean.
    unknown : bool array (n_about,)
    cast, valid : array (n_about,)
        Ballots, and those of them that hold a vote.
    few : bool array (n_about,)
        Where fewer voted than the scheme needs; there is no value.
    absent : tuple of tuple of str
        Per unit the listed raters who cast no ballot.
    loadings : tuple of Loadings
    assumption : tuple of Text
    """

    value: Array
    se: Array
    df: Array
    n: Array
    unknown: Flags
    cast: Array
    valid: Array
    few: Flags
    absent: tuple[tuple[str, ...], ...]
    loadings: tuple[Loadings, ...]
    assumption: tuple[Text, ...]


@dataclass(frozen=True, eq=False)
class _Mean:
    """A mean per unit with the variance it would have, were the voters drawn."""

    value: Array
    n: Array
    variance: Array
    df: Array
    loadings: Loadings


def outcome_of(ballots: Ballots, source: Reviews, expected: Flags, sample: str) -> Outcome:
    """Return the weighted mean of the ballots about every unit, and its error.

    Parameters
    ----------
    ballots : Ballots
    source : Reviews
        Trimming, least number, and whether all voted (``census``) or some (``sample``).
    expected : bool array (n_about, n_voters)
        Who should have voted on whom; nobody where there is no list.
    sample : str
        Name of these voters: leaves with the same ones share their chance.

    Notes
    -----
    A census has no sampling error where every listed rater voted (or as many as are entitled). Where
    one did not, why is unknown and may have to do with what he thinks: the value counts, its error is
    not known. In a sample voters are clusters, for they vote on many units: linearized variance with
    ``n - 1`` of all voters (Särndal, Swensson and Wretman 1992, section 5.5), winsorized when trimmed.
    Secret ballots cannot be told apart over units and count as independent.
    """
    secret = bool(ballots.secret.any())
    mean = _secret(ballots, source, sample) if secret else _signed(ballots, source, sample)
    tally = ballots.secret[:, :, : len(source.scale)]
    voted = _least(tally) if secret else _voters(ballots)
    few: Flags = (voted > 0) & (voted < max(source.minimum, 2 * source.trim + 1))
    value = np.where(few, np.nan, mean.value)
    lacking: Flags = np.asarray(expected & (ballots.cast == 0) & (not secret), dtype=np.bool_)
    cast = ballots.secret.sum(axis=2).max(axis=1) if secret else ballots.cast.sum(axis=1)
    turned_up = cast if secret else (ballots.cast > 0).sum(axis=1)
    complete = ~lacking.any(axis=1) & (turned_up >= (source.entitled or 0))
    given: Flags = ~np.isnan(value)
    known: Flags = given & (complete if source.design == "census" else (mean.variance > 0) & (mean.df > 0))
    error = _no_error(known) if source.design == "census" else _error(mean, known)
    absent = [tuple(ballots.side.voters[at] for at in np.flatnonzero(row)) for row in lacking]
    named: Flags = np.asarray(
        (expected.any(axis=1) & (not secret)) | (source.entitled is not None), dtype=np.bool_
    )
    return Outcome(
        value=value,
        se=error.se,
        df=error.df,
        n=np.where(given, mean.n, 0.0),
        unknown=given & ~known,
        cast=cast,
        valid=voted if secret else ballots.valid.sum(axis=1),
        few=few,
        absent=tuple(absent),
        loadings=error.loadings,
        assumption=tuple(
            _assumption(source, absent[i], cast[i], known=known[i], named=named[i]) if given[i] else _NOTHING
            for i in range(len(value))
        ),
    )


class _Error(NamedTuple):
    se: Array
    df: Array
    loadings: tuple[Loadings, ...]


def _no_error(known: Flags) -> _Error:
    return _Error(np.where(known, 0.0, np.nan), np.full(len(known), np.nan), ())


def _error(mean: _Mean, known: Flags) -> _Error:
    to = np.where(known, np.arange(len(known)), -1)
    se = np.sqrt(np.where(known, mean.variance, np.nan))
    return _Error(se, np.where(known, mean.df, np.nan), (mean.loadings.moved(to),))


def _voters(ballots: Ballots) -> Array:
    """Return how many voters with a weight have a valid ballot, (n_about,)."""
    return np.asarray((_counting(ballots)).sum(axis=1), dtype=np.float64)


def _counting(ballots: Ballots) -> Flags:
    return ~np.isnan(ballots.score) & (ballots.side.weights > 0)


def _least(tally: Array) -> Array:
    """Return the valid secret ballots of the item that fewest answered, (n_about,)."""
    asked = tally.sum(axis=2)
    with_item = asked.any(axis=0)
    return np.asarray(
        asked[:, with_item].min(axis=1) if with_item.any() else asked.sum(axis=1), dtype=np.float64
    )


def _signed(ballots: Ballots, source: Reviews, sample: str) -> _Mean:
    """Return the weighted mean of the voters, the highest and lowest dropped."""
    given = _counting(ballots)
    weights = np.where(given, ballots.side.weights, 0.0)
    score = np.where(given, ballots.score, np.nan)
    kept = _kept(score, source.trim)
    total = np.where(kept, weights, 0.0).sum(axis=1)
    earned = np.where(kept, weights * ballots.score, 0.0).sum(axis=1)
    value = np.divide(earned, total, out=np.full(len(total), np.nan), where=total > 0)
    # winsorized: what is dropped counts like the outermost that is kept
    low = np.where(kept, score, np.inf).min(axis=1, initial=np.inf)[:, None]
    high = np.where(kept, score, -np.inf).max(axis=1, initial=-np.inf)[:, None]
    pulled = np.where(given & (total > 0)[:, None], np.clip(score, low, high), 0.0)
    center = np.divide(
        (weights * pulled).sum(axis=1), weights.sum(axis=1), out=np.zeros(len(total)), where=total > 0
    )
    sampled = np.flatnonzero(given.any(axis=0))
    factor = _factor(len(sampled), source.entitled)
    about, voter = np.nonzero(given & (total > 0)[:, None])
    amount = factor * weights[about, voter] * (pulled[about, voter] - center[about]) / total[about]
    place = np.full(len(ballots.side.voters), -1, dtype=np.intp)
    place[sampled] = np.arange(len(sampled))
    loaded = Loadings(
        sample, about, place[voter], amount, np.zeros(len(sampled), dtype=np.intp) if len(sampled) else None
    )
    n = given.sum(axis=1).astype(np.float64)
    return _Mean(value, n - 2 * source.trim, loaded.variance(len(total)), n - 2 * source.trim - 1, loaded)


def _factor(n: int, entitled: int | None) -> float:
    """Return what a voter's deviation is multiplied by: ``sqrt((1 - n / N) n / (n - 1))``."""
    if n < 2:  # noqa: PLR2004  one voter shows no spread
        return 0.0
    return float(np.sqrt((1 - (n / entitled if entitled else 0.0)) * n / (n - 1)))


def _kept(score: Array, trim: int) -> Flags:
    """Return which scores stay after the highest and lowest of each unit are dropped."""
    given = ~np.isnan(score)
    order = np.argsort(np.where(given, score, np.inf), axis=1, kind="stable")
    place = np.argsort(order, axis=1, kind="stable")
    count = given.sum(axis=1, keepdims=True)
    kept: Flags = given & (place >= trim) & (place < count - trim)
    return kept


def _secret(ballots: Ballots, source: Reviews, sample: str) -> _Mean:
    """Return the mean points of the secret ballots, equal over the items, with their errors added up.

    Answers of one ballot to several items go together: their errors are added, not their squares.
    """
    points = np.array([one.points for one in source.scale])
    order = np.argsort(points, kind="stable")
    tally = ballots.secret[:, :, : len(points)][:, :, order]
    points = points[order]
    tally = tally[:, tally.any(axis=(0, 2))]  # items somebody was asked about
    n = tally.sum(axis=2)
    ends = np.cumsum(tally, axis=2)
    kept = np.clip(
        np.minimum(ends, n[..., None] - source.trim) - np.maximum(ends - tally, source.trim), 0, None
    )
    left = n - 2 * source.trim
    enough = left > 0
    mean = np.divide(kept @ points, left, out=np.full(n.shape, np.nan), where=enough)
    pulled = _winsorized(kept, source.trim)
    center = np.divide(pulled @ points, n, out=np.zeros(n.shape), where=enough)
    squares = (pulled * (points - center[..., None]) ** 2).sum(axis=2)
    share = 1 - n / source.entitled if source.entitled else np.ones(n.shape)
    spread = np.divide(
        squares * n * np.clip(share, 0, 1), (n - 1) * left**2, out=np.zeros(n.shape), where=left > 1
    )
    se = np.sqrt(spread).mean(axis=1)
    least = _least(ballots.secret[:, :, : len(points)])
    units: NDArray[np.intp] = np.flatnonzero(se > 0)
    return _Mean(
        mean.mean(axis=1),
        least - 2 * source.trim,
        se**2,
        least - 2 * source.trim - 1,
        Loadings(sample, units, units, se[units]),
    )


def _winsorized(kept: Array, trim: int) -> Array:
    """Return counts in which the ballots dropped stand at the outermost answers that are kept."""
    filled = kept > 0
    pulled = kept.copy()
    if trim and filled.any():
        some = filled.any(axis=2)
        first, last = filled.argmax(axis=2), kept.shape[2] - 1 - filled[..., ::-1].argmax(axis=2)
        at = np.nonzero(some)
        pulled[(*at, first[at])] += trim
        pulled[(*at, last[at])] += trim
    return pulled


def _assumption(source: Reviews, absent: tuple[str, ...], cast: float, *, known: bool, named: bool) -> Text:
    """Return what one unit's error takes for granted."""
    if source.design == "census":
        if absent:
            return _LACKING.format(names=listed(absent, _FEW))
        if not known:
            return _FEWER.format(wanted=source.entitled, cast=f"{cast:g}")
        return _LISTED if named else _DECLARED
    if not known:
        return _UNKNOWN
    said = [_SAMPLED]
    if source.entitled is not None:
        said.append(_FINITE.format(n=source.entitled))
    if source.trim:
        said.append(_TRIMMED)
    return join_texts(said)
