"""What a sample of a given size can show at all: the power of the tests."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from township_eval.methods.estimation.intervals import t_quantile
from township_eval.methods.testing.bounded import bounded_limits
from township_eval.methods.testing.levels import Side
from township_eval.methods.varying import Array

__all__ = ["bounded_power", "likely_mix", "student_power"]

_STEPS: Final = 60
_FINEST: Final = 200  # steps the range of answers is divided into at most
_STEEPEST: Final = 700.0
_SAME: Final = 1e-9


def likely_mix(answers: ArrayLike, mean: float) -> Array:
    """Return the shares of answers with a given mean that favor no answer otherwise.

    Parameters
    ----------
    answers : array_like
        Scores of the possible answers, as (100, 80, 30).
    mean : float
        Strictly between the lowest and the highest of them.

    Returns
    -------
    array (n_answers,)
        Of largest entropy: equal shares times ``exp(t score)``.

    Raises
    ------
    ValueError
        A mean that these answers cannot have.

    Notes
    -----
    Source: Jaynes (1957), *Information theory and statistical mechanics*, Physical Review 106, 620-630.

    Examples
    --------
    >>> likely_mix((100, 80, 30), 72).round(3).tolist()
    [0.357, 0.34, 0.303]
    """
    scores = np.asarray(answers, dtype=np.float64)
    low, span = scores.min(), np.ptp(scores)
    if not low < mean < low + span:
        msg = f"a mean of {mean:g} is not strictly between the ends of the answers {scores.tolist()}"
        raise ValueError(msg)
    shares = (scores - low) / span

    def tilted(t: float) -> Array:
        raw = np.exp(t * shares - max(t, 0.0))
        return np.asarray(raw / raw.sum())

    least, most = -_STEEPEST, _STEEPEST
    for _ in range(_STEPS):
        middle = (least + most) / 2.0
        short = tilted(middle) @ shares < (mean - low) / span
        least, most = (middle, most) if short else (least, middle)
    return tilted((least + most) / 2.0)


def bounded_power(
    truth: float,
    cut: float,
    n: int,
    alpha: float,
    *,
    answers: ArrayLike = (100.0, 0.0),
    df: float | None = None,
    deff: float = 1.0,
    side: Side = "below",
) -> float:
    """Return how often a township whose true mean is *truth* is shown to be below (above) the cut.

    Parameters
    ----------
    truth, cut : float
        True mean and threshold, in the units of the answers.
    n : int
        Number of valid answers.
    alpha : float
        One-sided level of the single comparison: for confirmed 0.01 over the size of the family.
    answers : array_like
        Scores of the possible answers; the true shares are taken as `likely_mix`.
    df : float, optional
        Degrees of freedom of the design; n - 1 by default, persons drawn alone.
    deff : float
        Design effect: how much larger the variance is than that of persons drawn alone.
    side : "below" or "above"

    Returns
    -------
    float
        Probability; 0 where the truth is not strictly between the ends of the answers.

    Notes
    -----
    The distribution of the mean of ``n / deff`` answers is exact (Fourier transform of its sum); the
    standard error is taken at its expectation, so that the estimate decides alone.

    Examples
    --------
    Nine townships, threshold 80, true mean 72:

    >>> [round(bounded_power(72, 80, n, 0.01 / 9, answers=(100, 80, 30)), 2) for n in (100, 200, 400)]
    [0.21, 0.65, 0.98]
    """
    scores = np.asarray(answers, dtype=np.float64)
    if side == "above":  # the same with the scale turned over
        return bounded_power(-truth, -cut, n, alpha, answers=(-scores).tolist(), df=df, deff=deff)
    low, span = float(scores.min()), float(np.ptp(scores))
    if not low < truth < low + span or n < 2:  # noqa: PLR2004  one answer has no error
        return 0.0
    mix = likely_mix(answers, truth)
    variance = float(mix @ scores**2 - (mix @ scores) ** 2)
    se = float(np.sqrt(variance * deff / n))
    free = n - 1.0 if df is None else df
    edge = _last_shown(se, free, n, cut, alpha, low, span)
    means, chance = _means((scores - low) / span, mix, max(1, round(n / deff)))
    return float(min(1.0, chance[low + span * means <= edge + _SAME].sum()))


def student_power(below: float, se: float, df: float, alpha: float) -> float:
    r"""Return how often the t test shows a score to be under a cut that its truth is *below* points under.

    .. math:: \Phi(b / se - t_{1 - \alpha, df})

    Parameters
    ----------
    below : float
        How far the true score lies under the cut.
    se : float
        Standard error of the estimate, in the same units, taken at its expectation.
    df : float
        Degrees of freedom of it; infinite where it is known.
    alpha : float
        One-sided level of the single comparison.

    Examples
    --------
    >>> round(student_power(10, 4, float("inf"), 0.05), 2), round(student_power(10, 4, 5, 0.05), 2)
    (0.8, 0.69)
    """
    reach = float(-t_quantile(alpha, df))
    return float(ndtr(below / se - reach))


def _last_shown(se: float, df: float, n: int, cut: float, alpha: float, low: float, span: float) -> float:
    """Return the largest estimate that is shown to be below the cut; below the range where none is."""
    least, most = low - 1.0, min(cut, low + span)
    for _ in range(_STEPS):
        middle = (least + most) / 2.0
        _, upper = bounded_limits(max(middle, low), se, df, n, alpha, low=low, high=low + span)
        least, most = (middle, most) if upper.item() < cut else (least, middle)
    return least


def _means(shares: Array, mix: Array, n: int) -> tuple[Array, Array]:
    """Return the possible means of n answers, as shares of the range, and their probabilities."""
    steps = np.arange(1, _FINEST + 1)
    off = np.abs(np.multiply.outer(steps, shares) - np.round(np.multiply.outer(steps, shares))).max(axis=1)
    exact = np.flatnonzero(off < _SAME)
    step = int(steps[exact[0]]) if exact.size else _FINEST
    single = np.zeros(step + 1)
    np.add.at(single, np.round(shares * step).astype(np.intp), mix)
    size = step * n + 1
    chance = np.fft.irfft(np.fft.rfft(single, size) ** n, size)
    return np.arange(size) / (step * n), np.clip(chance, 0.0, 1.0)
