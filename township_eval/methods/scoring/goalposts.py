"""Rules between fixed posts: linear or logarithmic goalposts, given scores, efficacy coefficient.

The posts are standards the scheme states, so a unit's score never moves because another unit's
value does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from township_eval.language import Text
from township_eval.methods.scoring.base import UNLIMITED, corner_rows, known, nowhere, reaches, values_of
from township_eval.methods.scoring.phrases import find_faults, said, states
from township_eval.methods.varying import Array, Number, number

__all__ = ["Efficacy", "Identity", "Linear"]


@dataclass(frozen=True, slots=True)
class Linear:
    r"""Goalposts: ``low`` scores 0, ``high`` scores 100, straight or logarithmic in between.

    .. math:: s = 100\,\frac{f(x) - f(low)}{f(high) - f(low)}, \qquad f = \mathrm{id}\ \text{or}\ \ln

    Parameters
    ----------
    low, high : Number
        Values that score 0 and 100 (value units). ``low > high``: smaller is better.
    scale : {"linear", "log"}
        ``log`` needs positive posts.
    cap : bool
        True: values beyond a post score like the post (0 or 100). False: the line goes on, below 0
        and above 100; under ``log`` a value <= 0 then has no score (NaN, see `outside`).

    Notes
    -----
    NaN gives NaN. Source: dimension indices of the Human Development Index (UNDP, Technical notes
    2021/22, note 1): life expectancy with posts 20 and 85, income with logarithms.

    Examples
    --------
    >>> Linear(low=40, high=0)([40.0, 10.0, 0.0, -5.0, 50.0]).tolist()
    [0.0, 75.0, 100.0, 100.0, 0.0]
    >>> Linear(low=100, high=75000, scale="log")([16752.0]).round(1).tolist()
    [77.4]
    """

    method: ClassVar[str] = "linear"
    compares_units: ClassVar[bool] = False

    low: Number
    high: Number
    scale: Literal["linear", "log"] = "linear"
    cap: bool = True

    def __call__(self, values: ArrayLike) -> Array:
        """Return scores 0-100, shape of *values* ``(..., n_units)``."""
        x, low, high = values_of(values), number(self.low), number(self.high)
        if self.cap:
            x = np.clip(x, np.minimum(low, high), np.maximum(low, high))
        if self.scale == "log":
            x, low, high = _log(x), _log(low), _log(high)
        scores: Array = (x - low) * 100.0 / (high - low) + 0.0  # + 0.0: no negative zero
        return np.clip(scores, 0.0, 100.0) if self.cap else scores

    def outside(self, values: ArrayLike) -> NDArray[np.bool_]:
        """Return where a value has no logarithm though the rule needs one; else nowhere."""
        x = values_of(values)
        if self.scale == "log" and not self.cap:
            return x <= 0
        return nowhere(x)

    def words(self) -> Text:
        """Say the rule."""
        posts = {"low": said(self.low), "high": said(self.high)}
        how = (
            Text("按对数比例", "in proportion to the logarithm")
            if self.scale == "log"
            else Text("按比例", "in proportion")
        )
        beyond = (
            Text("超出两端的按端点计", "values beyond either end score like that end")
            if self.cap
            else Text(
                "超出两端的照比例延伸,可低于0分或高于满分",
                "beyond the ends the line goes on, below 0 and above full marks",
            )
        )
        return Text(
            "{low}得0分,{high}得满分,其间{how}计分,{beyond}",
            "0 at {low}, full marks at {high}, {how} in between; {beyond}",
        ).format(**posts, how=how, beyond=beyond)

    def extent(self) -> tuple[Array, Array]:
        """Return the lowest and the highest score there can be."""
        return (np.asarray(0.0), np.asarray(100.0)) if self.cap else UNLIMITED

    def corners(self) -> Array | None:
        """Return the posts where they cap; 0 where a logarithm ends."""
        if self.cap:
            return corner_rows(self.low, self.high)
        return corner_rows(0.0) if self.scale == "log" else corner_rows()

    def full_value(self) -> Array | None:
        """Return ``high``."""
        return number(self.high)

    def faults(self) -> tuple[Text, ...]:
        """Say where the posts coincide, or a logarithm does not exist."""
        return find_faults(self._judge, self.low, self.high)

    def _judge(self, low: float, high: float) -> Iterator[Text]:
        if low == high:
            yield Text(f"下限与上限相同,都是{low:.12g}", f"low and high are the same: {low:.12g}")
        if self.scale not in ("linear", "log"):
            yield Text(
                f"scale 只能是 linear 或 log,不能是 {self.scale}",
                f"scale must be linear or log, not {self.scale}",
            )
        if self.scale == "log" and min(low, high) <= 0:
            yield Text(
                f"对数计分的上下限必须大于0,现为{min(low, high):.12g}",
                f"log needs posts above 0, not {min(low, high):.12g}",
            )


def _log(values: Array) -> Array:
    out: Array = np.log(values, out=np.full(values.shape, np.nan), where=values > 0)
    return out


@dataclass(frozen=True, slots=True)
class Identity:
    """The value is a score already, given on ``low`` to ``high``.

    ``s = 100 (x - low) / (high - low)``; with the defaults, the value itself.

    Parameters
    ----------
    low, high : Number
        Ends of the scale the values are given on, included. A value beyond them is rescaled all the
        same, and `outside` is True there so that it is reported as a problem.

    Notes
    -----
    NaN gives NaN. A leaf without ``scoring`` is an ``identity``.

    Examples
    --------
    >>> Identity()([87.8, 100.0]).tolist(), Identity(low=1, high=5)([4.0]).tolist()
    ([87.8, 100.0], [75.0])
    >>> Identity().outside([100.0, 100.5, float("nan")]).tolist()
    [False, True, False]
    """

    method: ClassVar[str] = "identity"
    compares_units: ClassVar[bool] = False

    low: Number = 0.0
    high: Number = 100.0

    def __call__(self, values: ArrayLike) -> Array:
        """Return scores 0-100, shape of *values* ``(..., n_units)``."""
        low, high = number(self.low), number(self.high)
        # Spans of 100 pass a value through to the last bit, which x * 100 / 100 would not.
        scores: Array = (values_of(values) - low) * (100.0 / (high - low))
        return scores

    def outside(self, values: ArrayLike) -> NDArray[np.bool_]:
        """Return where a value lies beyond ``low`` or ``high`` (both included)."""
        x, low, high = values_of(values), number(self.low), number(self.high)
        beyond: NDArray[np.bool_] = ~np.isnan(x) & ~(reaches(x, low) & reaches(high, x))
        return beyond

    def words(self) -> Text:
        """Say the rule."""
        if states(self.low, 0) and states(self.high, 100):
            return Text("直接采用百分制得分", "a score on 0-100, taken as it is")
        return Text(
            "{low}至{high}分制的得分,折算为百分制", "a score on {low} to {high}, converted to 0-100"
        ).format(low=said(self.low), high=said(self.high))

    def corners(self) -> Array | None:
        """Return none: the line goes on beyond both ends."""
        return corner_rows()

    def full_value(self) -> Array | None:
        """Return ``high``."""
        return number(self.high)

    def faults(self) -> tuple[Text, ...]:
        """Say where the scale is empty or upside down."""
        return find_faults(_scale_faults, self.low, self.high)


def _scale_faults(low: float, high: float) -> Iterator[Text]:
    if low >= high:
        yield Text(
            f"分制下限{low:.12g}应小于上限{high:.12g}",
            f"the scale's low {low:.12g} must be below its high {high:.12g}",
        )


@dataclass(frozen=True, slots=True)
class Efficacy:
    r"""Efficacy coefficient (功效系数法): a pass score at ``bad``, more in proportion up to ``good``.

    .. math:: s = base + span\,\frac{x - bad}{good - bad}

    Parameters
    ----------
    bad, good : Number
        Unacceptable and satisfactory value (不容许值, 满意值), value units. ``bad > good``: smaller
        is better.
    base, span : Number
        Score at ``bad``, and what is added on the way to ``good`` (60 and 40).

    Notes
    -----
    Nothing is cut off: beyond ``good`` the score passes ``base + span``, below ``bad`` it falls under
    ``base`` and may become negative. For a bounded form write `Interpolate` with the points
    ``(bad, 60), (good, 100)``. NaN gives NaN. Source: the classical efficacy coefficient of Chinese
    enterprise performance evaluation, ``60 + 40 (x - bad) / (good - bad)``.

    Examples
    --------
    >>> Efficacy(bad=70, good=95)([70.0, 85.0, 95.0, 100.0]).tolist()
    [60.0, 84.0, 100.0, 108.0]
    """

    method: ClassVar[str] = "efficacy"
    compares_units: ClassVar[bool] = False

    bad: Number
    good: Number
    base: Number = 60.0
    span: Number = 40.0

    def __call__(self, values: ArrayLike) -> Array:
        """Return scores, shape of *values* ``(..., n_units)``."""
        x, bad, good = values_of(values), number(self.bad), number(self.good)
        scores: Array = number(self.base) + number(self.span) * (x - bad) / (good - bad)
        return known(scores, x)

    def outside(self, values: ArrayLike) -> NDArray[np.bool_]:
        """Return False everywhere: every value has a score."""
        return nowhere(values)

    def words(self) -> Text:
        """Say the rule."""
        return Text(
            "功效系数法:不容许值{bad}得{base}分,满意值{good}再加{span}分,其间按比例,两端不封顶不保底",
            "efficacy coefficient: {base} at the unacceptable value {bad}, {span} more at the satisfactory "
            "value {good}, in proportion, unlimited at both ends",
        ).format(bad=said(self.bad), good=said(self.good), base=said(self.base), span=said(self.span))

    def extent(self) -> tuple[Array, Array]:
        """Return that there is no lowest and no highest score."""
        return UNLIMITED

    def corners(self) -> Array | None:
        """Return none: nothing is cut off."""
        return corner_rows()

    def full_value(self) -> Array | None:
        """Return the value that scores 100."""
        share = (100.0 - number(self.base)) / number(self.span)
        full: Array = number(self.bad) + share * (number(self.good) - number(self.bad))
        return full

    def faults(self) -> tuple[Text, ...]:
        """Say where the standards coincide or the span is not positive."""
        return find_faults(_efficacy_faults, self.bad, self.good, self.base, self.span)


def _efficacy_faults(bad: float, good: float, base: float, span: float) -> Iterator[Text]:
    if bad == good:
        yield Text(f"不容许值与满意值相同,都是{bad:.12g}", f"bad and good are the same: {bad:.12g}")
    if span <= 0:
        yield Text(f"span 必须大于0,现为{span:.12g}", f"span must be above 0, not {span:.12g}")
    if base < 0:
        yield Text(f"base 不能为负数,现为{base:.12g}", f"base must not be negative: {base:.12g}")
