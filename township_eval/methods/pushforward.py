"""A normal error sent through a scoring rule: what the score then is on average, and how it spreads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import ndtr

from township_eval.methods.varying import Array

__all__ = ["Image", "push_forward", "reaches"]

# Beyond nine standard errors there is less than 1e-18 of a normal distribution.
_REACH: Final = 9.0
# Pieces of two standard errors with twenty nodes each leave less than 1e-14 of a smooth score.
_CUTS: Final = np.arange(-_REACH, _REACH + 1.0, 2.0)
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(20)


@dataclass(frozen=True, eq=False)
class Image:
    """The score of a value with a normal error, one entry per unit.

    Attributes
    ----------
    mean, sd : array, (n_units,)
        Mean and standard deviation of the score.
    slope : array, (n_units,)
        Score points per unit of error in the straight line that fits best (least squares).
    """

    mean: Array
    sd: Array
    slope: Array


def push_forward(rule: Callable[[Array], Array], corners: Array, value: Array, se: Array) -> Image:
    r"""Return the distribution of ``rule(X)`` for normal ``X``, exactly and without drawing.

    Between two corners the score is smooth: there it is integrated against the normal density by
    Gauss-Legendre quadrature, every piece scaled to the difference of the normal distribution
    function at its ends, so that level pieces (tiers, caps) are exact.

    .. math:: E\,g = \sum_p \int_{c_p}^{c_{p+1}} g(x)\,\varphi\Bigl(\frac{x - v}{s}\Bigr)\frac{dx}{s},
              \qquad \mathrm{slope} = \mathrm{Cov}(g(X), X) / s^2

    Parameters
    ----------
    rule : callable
        Scores of values ``(..., n_units)``.
    corners : array, (n_corners, 1) or (n_corners, n_units)
        Where the score jumps or bends; NaN where a unit has none.
    value, se : array, (n_units,)
        Mean and standard error of the value; ``se`` above 0.

    Notes
    -----
    The error is normal and not cut off at the ends of a scale: whatever lies beyond them gets the
    score that the rule gives it. Where the rule gives none (NaN), the result is that of the rest.
    The slope is the expected derivative (Stein's lemma), also through a jump.

    Examples
    --------
    A cut at 60, the value 60.5 with an error of 2: the slope of the rule is 0 and says no error,
    though the wrong side of the cut is taken in 40 of 100 cases.

    >>> from township_eval.methods.scoring import Bands
    >>> cut = Bands(bounds=(60,), scores=(70, 100))
    >>> image = push_forward(cut, cut.corners(), np.array([60.5]), np.array([2.0]))
    >>> image.mean.round(3).item(), image.sd.round(3).item()
    (87.961, 14.705)
    """
    z = (np.broadcast_to(corners, (len(corners), len(value))) - value) / se
    cuts = np.broadcast_to(_CUTS[:, np.newaxis], (len(_CUTS), len(value)))
    ends = np.clip(np.where(np.isnan(z), _REACH, z), -_REACH, _REACH)
    ends = np.sort(np.concatenate([cuts, ends]), axis=0)
    half = (ends[1:] - ends[:-1]) / 2.0
    at = (ends[1:] + ends[:-1])[:, np.newaxis] / 2.0 + half[:, np.newaxis] * _NODES[:, np.newaxis]
    weight = _WEIGHTS[:, np.newaxis] * np.exp(-(at**2) / 2.0)
    share = ndtr(ends[1:]) - ndtr(ends[:-1])
    total = weight.sum(axis=1)
    weight = weight * np.divide(share, total, out=np.zeros_like(share), where=total > 0)[:, np.newaxis]
    flat = (-1, len(value))
    return _moments(rule((value + se * at).reshape(flat)), weight.reshape(flat), at.reshape(flat), se)


def reaches(cut: float, mean: Array, se: Array) -> Array:
    """Return the probability that a normal number reaches a cut; 0 or 1 where it has no error.

    Examples
    --------
    >>> reaches(60.0, np.array([60.5, 60.0]), np.array([2.0, 0.0])).round(4).tolist()
    [0.5987, 1.0]
    """
    z = np.divide(mean - cut, se, out=np.zeros_like(se), where=se > 0)
    return np.where(se > 0, ndtr(z), mean >= cut)


def _moments(scores: Array, weight: Array, at: Array, se: Array) -> Image:
    """Return mean, spread and slope of scores at weighted points, those without a score left out."""
    weight = np.where(np.isfinite(scores), weight, 0.0)
    total = weight.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        weight = weight / total
    scores = np.where(np.isfinite(scores), scores, 0.0)
    mean = (weight * scores).sum(axis=0)
    apart = scores - mean
    off = at - (weight * at).sum(axis=0)
    slope = (weight * apart * off).sum(axis=0) / ((weight * off**2).sum(axis=0) * se)
    return Image(mean, np.sqrt((weight * apart**2).sum(axis=0)), slope)
