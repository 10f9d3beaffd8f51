"""Means of answers, of questions, and of channels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from township_eval.language import Text
from township_eval.methods.varying import Array
from township_eval.scheme.sources import Channel
from township_eval.sources.survey.parts import Measured, nothing

__all__ = ["averaged", "granted", "mean_points", "mixed", "satterthwaite"]

#: Said where several questions come as counts or means: nobody knows how alike one person answers them.
_CORRELATED: Final = Text("各题误差按完全相关计", "errors of the questions taken as fully correlated")
_STATED: Final = Text("设计效应按方案取{deff}{but}", "design effect {deff} as the scheme says{but}")
_BUT_GIVEN: Final = Text("(数据另给的除外)", " (where the data give none)")


def mean_points(counts: ArrayLike, points: ArrayLike) -> Array:
    """Return the mean points of the answers given.

    Parameters
    ----------
    counts : array_like (..., n_answers)
        How many gave each answer of the scale; don't know is not among them.
    points : array_like (n_answers,)
        What each answer is worth, 0-100.

    Returns
    -------
    array (...)
        NaN where nobody gave a valid answer.

    Examples
    --------
    >>> mean_points([120, 60, 20], [100, 80, 30]).item()
    87.0
    """
    given = np.asarray(counts, dtype=np.float64)
    total = given.sum(axis=-1)
    earned = given @ np.asarray(points, dtype=np.float64)
    mean: Array = np.divide(earned, total, out=np.full(np.shape(total), np.nan), where=total > 0)
    return mean


def mixed(scores: ArrayLike, weights: ArrayLike) -> Array:
    """Return the weighted mean of channels or questions; NaN where one with weight has none.

    Parameters
    ----------
    scores : array_like (n_channels, ...)
    weights : array_like (n_channels,) or (n_channels, ...)
        Shares of the mix; they need not sum to 1.

    Examples
    --------
    >>> round(mixed([87.0, 89.0], [6, 4]).item(), 2)
    87.8
    """
    values = np.asarray(scores, dtype=np.float64)
    shares = np.asarray(weights, dtype=np.float64)
    shares = shares.reshape(shares.shape + (1,) * (values.ndim - shares.ndim))
    counted = np.where(shares > 0, values, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray((counted * shares).sum(axis=0) / shares.sum(axis=0), dtype=np.float64)


def satterthwaite(variances: ArrayLike, df: ArrayLike) -> Array:
    """Return the degrees of freedom of a sum of independent parts, ``(sum v)^2 / sum (v^2 / df)``.

    Parts without variance take no part; NaN where none has any.

    Parameters
    ----------
    variances, df : array_like (n_parts, ...)
        The parts' variances, with their weights squared, and degrees of freedom.

    Notes
    -----
    Source: Satterthwaite (1946), *Biometrics Bulletin* 2, 110-114.

    Examples
    --------
    >>> satterthwaite([4.0, 4.0], [10.0, 10.0]).item(), satterthwaite([4.0, 0.0], [10.0, np.nan]).item()
    (20.0, 10.0)
    """
    v, freedom = np.asarray(variances, dtype=np.float64), np.asarray(df, dtype=np.float64)
    moves = v != 0
    with np.errstate(divide="ignore", invalid="ignore"):
        below = np.where(moves, v**2 / freedom, 0.0).sum(axis=0)
    above = v.sum(axis=0) ** 2
    out: Array = np.divide(above, below, out=np.full(np.shape(above), np.nan), where=below > 0)
    return out


def averaged(each: Sequence[Measured], weights: Sequence[float], n_units: int) -> Measured:
    """Return the weighted mean of questions that the same people answered, errors fully correlated.

    ``n`` is that of the question fewest answered. Without a question there is nothing.
    """
    if not each or not any(weights):
        return nothing(n_units)
    kept = [(one, weight) for one, weight in zip(each, weights, strict=True) if weight > 0]
    if len(kept) == 1:
        return kept[0][0]
    shares = [weight for _, weight in kept]

    def mean(name: str) -> Array:
        return mixed([getattr(one, name) for one, _ in kept], shares)

    def over(name: str) -> NDArray[Any]:
        return np.stack([getattr(one, name) for one, _ in kept])

    names = ("value", "se", "dont_know", "refused", "blank", "best", "worst", "lower", "upper")
    found: dict[str, Any] = {name: mean(name) for name in names}
    found |= {name: over(name).min(axis=0) for name in ("n", "sampled", "df", "draws")}
    found |= {name: over(name).all(axis=0) for name in ("exact", "blind")}
    found |= {name: over(name).any(axis=0) for name in ("unknown", "assumed", "bound")}
    return Measured(**found, deff=over("deff").max(axis=0))


def granted(how: Channel, n_questions: int, *, given: bool = False) -> tuple[Text, ...]:
    """Return what the error of counts or means takes for granted in a channel, whatever the unit.

    Parameters
    ----------
    how : Channel
        Its design effect, where the scheme states one.
    n_questions : int
        Averaged over.
    given : bool, default False
        Whether data may come with a design effect of their own, which goes first.

    Examples
    --------
    >>> [text.en for text in granted(Channel("phone", 1.0, deff=1.5), 1)]
    ['design effect 1.5 as the scheme says']
    """
    but = _BUT_GIVEN if given else Text("", "")
    stated = () if how.deff is None else (_STATED.format(deff=f"{how.deff:g}", but=but),)
    return (*stated, *((_CORRELATED,) if n_questions > 1 else ()))
