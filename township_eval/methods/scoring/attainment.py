"""Rules against a target: attainment rate, base plus steps, pass or not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from township_eval.language import Text, join_texts
from township_eval.methods.scoring.base import (
    Direction,
    corner_rows,
    known,
    nowhere,
    or_none,
    reaches,
    values_of,
)
from township_eval.methods.scoring.phrases import find_faults, said, states, worth
from township_eval.methods.varying import Array, Number, Varying, number

__all__ = ["Step", "Target", "Threshold"]

# A step counts as completed when float noise alone is missing (98.3 - 98 is 0.29999999999999716).
_NOISE = 1e-9


@dataclass(frozen=True, slots=True)
class Target:
    r"""Attainment rate (完成率): ``100 x / target``, or ``100 target / x`` where lower is better.

    .. math:: a = 100\,x/target; \qquad s = 0\ \text{if}\ a < floor,\ \text{else}\ \min(a, cap)

    Parameters
    ----------
    target : Number
        Value that earns full marks (value units).
    floor : Number, optional
        Attainment in percent below which the score is 0; the bound itself still scores.
    cap : Number or None
        Highest score, 100 unless stated; None: over-fulfillment counts in full.
    direction : {"higher", "lower"}
        Which values are better.
    per_unit : Number, optional
        Score points (of 100) lost per unit on the wrong side of the target. When stated it takes the
        place of the quotient: ``a = 100 - per_unit (x - target)`` for ``lower``, and
        ``100 - per_unit (target - x)`` for ``higher``. A zero target needs it.

    Notes
    -----
    NaN gives NaN. The score is never below 0. A target of 0 without ``per_unit`` has no attainment:
    the score is NaN and `outside` is True (a unit whose share of a total is 0 must be not
    applicable). ``lower``: a value <= 0 is the best there is and scores ``cap``; with ``cap=None`` it
    has no score. Sources: 临淮镇 2018 (base times completion, ceiling base, one item uncapped);
    grain production score sheet, threshold with zero below.

    Examples
    --------
    >>> Target(target=98, floor=80)([98.0, 49.0, 78.4, 112.0]).round(6).tolist()
    [100.0, 0.0, 80.0, 100.0]
    >>> Target(target=100, cap=None)([112.0]).tolist()
    [112.0]
    >>> Target(target=0, direction="lower", per_unit=25)([0.0, 1.0, 5.0]).tolist()
    [100.0, 75.0, 0.0]
    """

    method: ClassVar[str] = "target"
    compares_units: ClassVar[bool] = False

    target: Number
    floor: Number | None = None
    cap: Number | None = 100.0
    direction: Direction = "higher"
    per_unit: Number | None = None

    def __call__(self, values: ArrayLike) -> Array:
        """Return scores, shape of *values* ``(..., n_units)``; 0 to ``cap``."""
        attained = np.maximum(self.attainment(values), 0.0)
        scores = attained
        if self.floor is not None:
            scores = np.where(reaches(attained, number(self.floor)), attained, 0.0)
        if self.cap is not None:
            scores = np.minimum(scores, number(self.cap))
        # No attainment is no number, even where the cap makes one of infinity.
        return known(np.where(np.isinf(scores), np.nan, scores), attained)

    def attainment(self, values: ArrayLike) -> Array:
        """Return the attainment in percent, shape of *values*, before floor and cap.

        NaN without a target, infinite where lower is better and nothing is left.
        """
        x, target = values_of(values), number(self.target)
        lower = self.direction == "lower"
        if self.per_unit is not None:
            short: Array = x - target if lower else target - x
            return 100.0 - number(self.per_unit) * short
        over, under = (target, x) if lower else (x, target)
        out = np.full(np.broadcast_shapes(x.shape, target.shape), np.nan)
        np.divide(over * 100.0, under, out=out, where=under > 0)
        if lower:
            out[(x <= 0) & (target > 0)] = np.inf
        return out

    def outside(self, values: ArrayLike) -> NDArray[np.bool_]:
        """Return where a value is given but has no score: a zero target, or no cap at zero."""
        missing: NDArray[np.bool_] = ~np.isnan(values_of(values)) & np.isnan(self(values))
        return missing

    def words(self) -> Text:
        """Say the rule."""
        return join_texts(
            [Text("目标值:{t}", "target: {t}").format(t=said(self.target, bare=True)), *self._clauses()]
        )

    def _clauses(self) -> Iterator[Text]:
        lower = self.direction == "lower"
        if self.per_unit is not None:
            wrong = Text("多", "above") if lower else Text("少", "below")
            yield Text(
                "达到目标得满分,每{w}1个单位扣满分的{p}%,扣完为止",
                "full marks at the target, {p}% of them lost per unit {w} it, down to 0",
            ).format(p=said(self.per_unit), w=wrong)
        elif lower:
            yield Text("数值越低越好,按目标值÷实际值计分", "lower is better, scored target / value")
        else:
            yield Text("按完成率(实际值÷目标值)计分", "scored by attainment, value / target")
        if self.floor is not None:
            yield Text("完成率低于{f}%不得分", "nothing below {f}% attainment").format(f=said(self.floor))
        if self.cap is None:
            yield Text("超额部分照计,不封顶", "over-fulfillment counts without limit")
        elif states(self.cap, 100):
            if self.per_unit is not None:
                return  # a loss per unit says that already
            yield Text("超额不加分", "nothing extra for more")
        else:
            yield Text("最高计满分的{c}%", "at most {c}% of full marks").format(c=said(self.cap))

    def extent(self) -> tuple[Array, Array]:
        """Return the lowest and the highest score there can be."""
        return np.asarray(0.0), np.asarray(np.inf) if self.cap is None else number(self.cap)

    def corners(self) -> Array | None:
        """Return the values of no attainment, of the floor and of the cap, and 0 where a quotient ends."""
        stated = [level for level in (self.floor, self.cap) if level is not None]
        quotient_ends = self.direction == "lower" and self.per_unit is None
        levels = [self._value_at(number(level)) for level in (0.0, *stated)]
        return corner_rows(*levels, *((0.0,) if quotient_ends else ()))

    def _value_at(self, attained: Array) -> Array:
        """Return the value of an attainment in percent; NaN where none has it."""
        target, lower = number(self.target), self.direction == "lower"
        if self.per_unit is not None:
            short: Array = (100.0 - attained) / number(self.per_unit)
            return target + short if lower else target - short
        if not lower:
            return np.asarray(attained * target / 100.0)
        out = np.full(np.broadcast_shapes(target.shape, attained.shape), np.nan)
        np.divide(100.0 * target, attained, out=out, where=attained > 0)
        return out

    def full_value(self) -> Array | None:
        """Return ``target``; None where the cap keeps the score under 100."""
        reachable = True if self.cap is None else number(self.cap) >= 100.0  # noqa: PLR2004  full marks
        return or_none(np.where(reachable, number(self.target), np.nan))

    def faults(self) -> tuple[Text, ...]:
        """Say where target, floor, cap or loss cannot be used.

        A zero target is a fault when it stands alone; among the cases of a mapping it is a unit
        without a share, which `outside` reports if it is given a value.
        """
        found = find_faults(self._judge, self.target, self.floor, self.cap, self.per_unit)
        if self.direction not in ("higher", "lower"):
            found += (_no_such_direction(self.direction),)
        return found

    def _judge(
        self, target: float, floor: float | None, cap: float | None, loss: float | None
    ) -> Iterator[Text]:
        if target < 0 and loss is None:
            yield Text(f"目标值不能为负数:{target:.12g}", f"the target must not be negative: {target:.12g}")
        if target == 0 and loss is None and not isinstance(self.target, Varying):
            yield Text(
                "目标值为0时无法计算完成率,须写明 direction: lower 和 per_unit(每多1个单位扣几分)",
                "a zero target has no attainment rate: state direction: lower and per_unit",
            )
        if floor is not None and not 0 <= floor <= 100:  # noqa: PLR2004  percent
            yield Text(
                f"floor 应在0至100之间,现为{floor:.12g}", f"floor must be 0 to 100 percent, not {floor:.12g}"
            )
        if cap is not None and cap <= 0:
            yield Text(f"cap 必须大于0,现为{cap:.12g}", f"cap must be above 0, not {cap:.12g}")
        if loss is not None and loss <= 0:
            yield Text(f"per_unit 必须大于0,现为{loss:.12g}", f"per_unit must be above 0, not {loss:.12g}")


def _no_such_direction(direction: str) -> Text:
    return Text(
        f"direction 只能是 higher 或 lower,不能是 {direction}",
        f"direction must be higher or lower, not {direction}",
    )


@dataclass(frozen=True, slots=True)
class Step:
    r"""Base points at the target, more per step over it, less per step under it (基本分加减分).

    .. math:: s = \max\bigl(0,\ base + \min(up\,n_{over}, up\_cap) - down\,n_{under}\bigr),
              \qquad n = |x - target| / every

    Parameters
    ----------
    target : Number
        Value that earns ``base`` (value units).
    base : Number
        Score at the target (percent of full marks; 80 where reaching the target earns 80 %).
    up, down : Number
        Score points (of 100) per step over and under the target.
    up_cap : Number, optional
        Most that can be added; None: no limit.
    every : Number
        Length of a step (value units).
    whole_steps : bool
        True: only completed steps count, on both sides. False (default): pro rata.

    Notes
    -----
    NaN gives NaN. Scores may pass 100 (``base + up_cap``) and end at 0 (扣完为止). Higher values are
    better. Source: 衢州 county score sheet (+1 per percentage point up to +2, -1 per point to zero).

    Examples
    --------
    Five points at 98 %, +1 a percentage point up to +2, -1 a point short; 5 points are 100:

    >>> rule = Step(target=98, base=100, up=20, up_cap=40, down=20)
    >>> (rule([99.5, 101.0, 95.0, 90.0]) * 5 / 100).tolist()
    [6.5, 7.0, 2.0, 0.0]
    >>> Step(target=98, base=100, up=20, up_cap=40, down=20, whole_steps=True)([99.5]).item() * 5 / 100
    6.0
    """

    method: ClassVar[str] = "step"
    compares_units: ClassVar[bool] = False

    target: Number
    base: Number = 100.0
    up: Number = 0.0
    up_cap: Number | None = None
    down: Number = 0.0
    every: Number = 1.0
    whole_steps: bool = False

    def __call__(self, values: ArrayLike) -> Array:
        """Return scores, shape of *values* ``(..., n_units)``; not below 0."""
        steps = (values_of(values) - number(self.target)) / number(self.every)
        over, under = np.maximum(steps, 0.0), np.maximum(-steps, 0.0)
        if self.whole_steps:
            over, under = np.floor(over + _NOISE), np.floor(under + _NOISE)
        gain = number(self.up) * over
        if self.up_cap is not None:
            gain = np.minimum(gain, number(self.up_cap))
        return np.maximum(number(self.base) + gain - number(self.down) * under, 0.0)

    def outside(self, values: ArrayLike) -> NDArray[np.bool_]:
        """Return False everywhere: every value has a score."""
        return nowhere(values)

    def words(self) -> Text:
        """Say the rule."""
        told = {name: said(getattr(self, name)) for name in ("up", "up_cap", "down", "every")}
        first = Text("目标值:{target};达到目标{base}", "target: {target}; {base} at the target")
        parts = [first.format(target=said(self.target, bare=True), base=worth(self.base))]
        if not states(self.up, 0):
            most = Text("", "") if self.up_cap is None else Text(",最多加{up_cap}%", ", at most {up_cap}%")
            more = Text("每超{every}加{up}%{most}", "{up}% more per {every} over{most}")
            parts.append(more.format(most=most.format(**told), **told))
        if not states(self.down, 0):
            parts.append(
                Text("每少{every}扣{down}%,扣完为止", "{down}% less per {every} short, down to 0").format(
                    **told
                )
            )
        parts.append(
            Text("不足一档的不计", "only completed steps count")
            if self.whole_steps
            else Text("不足一档的按比例计", "part of a step counts pro rata")
        )
        return join_texts(parts)

    def extent(self) -> tuple[Array, Array]:
        """Return the lowest and the highest score there can be."""
        most = np.asarray(np.inf) if self.up_cap is None else number(self.up_cap)
        return np.asarray(0.0), number(self.base) + np.where(number(self.up) > 0, most, 0.0)

    def corners(self) -> Array | None:
        """Return the target, and where the most is added and all is lost; None for whole steps."""
        if self.whole_steps:
            return None
        target, every = number(self.target), number(self.every)
        room = np.asarray(np.nan) if self.up_cap is None else number(self.up_cap)
        most = target + _steps(room, number(self.up)) * every
        return corner_rows(target, most, target - _steps(number(self.base), number(self.down)) * every)

    def full_value(self) -> Array | None:
        """Return the smallest value that scores 100; None where steps up cannot reach it."""
        target, base, every = number(self.target), number(self.base), number(self.every)
        lacking = 100.0 - base
        slope = np.where(lacking > 0, number(self.up), number(self.down))
        room = np.inf if self.up_cap is None else number(self.up_cap)
        steps = _steps(lacking, slope)
        steps = np.where(lacking == 0, 0.0, np.where(lacking > room, np.nan, steps))
        if self.whole_steps:
            steps = np.ceil(steps - _NOISE)
        return or_none(target + steps * every)

    def faults(self) -> tuple[Text, ...]:
        """Say where steps are empty or points negative."""
        return find_faults(_step_faults, self.target, self.base, self.up, self.up_cap, self.down, self.every)


def _steps(points: Array, each: Array) -> Array:
    """Return how many steps some points take; NaN where a step gives none."""
    out = np.full(np.broadcast_shapes(points.shape, each.shape), np.nan)
    np.divide(points, each, out=out, where=each > 0)
    return out


def _step_faults(
    _target: float, base: float, up: float, up_cap: float | None, down: float, every: float
) -> Iterator[Text]:
    if every <= 0:
        yield Text(f"every(每档)必须大于0,现为{every:.12g}", f"every must be above 0, not {every:.12g}")
    for name, value in (("base", base), ("up", up), ("up_cap", up_cap), ("down", down)):
        if value is not None and value < 0:
            yield Text(f"{name} 不能为负数,现为{value:.12g}", f"{name} must not be negative: {value:.12g}")
    if base == 0 and up == 0:
        yield Text("base 与 up 都是0,谁也得不到分", "base and up are both 0: nobody can score")


@dataclass(frozen=True, slots=True)
class Threshold:
    """Full marks when a bound is reached (the bound included), otherwise a fixed or proportional score.

    ``s = 100`` if ``x >= at_least`` (or ``x <= at_most``), else ``otherwise``.

    Parameters
    ----------
    at_least, at_most : Number, optional
        Exactly one of them: the bound (value units). ``Fraction(2, 3)`` stays a fraction, so that 6 of
        9 passes; values within a relative 1e-12 of the bound have reached it.
    otherwise : Number or "proportional"
        Score where the bound is missed: a number (0-100), or in proportion: ``100 x / at_least``,
        ``100 at_most / x``, never below 0.

    Notes
    -----
    NaN gives NaN. Source: the seed document's 不少于三分之二 (two thirds, bound included); all or
    nothing marking of a city's monthly assessment, 2020.

    Examples
    --------
    >>> from fractions import Fraction
    >>> Threshold(at_least=Fraction(2, 3))([6 / 9, 0.66]).tolist()
    [100.0, 0.0]
    >>> Threshold(at_least=Fraction(2, 3), otherwise="proportional")([1 / 2]).round(6).tolist()
    [75.0]
    >>> Threshold(at_most=3, otherwise=60)([3.0, 4.0]).tolist()
    [100.0, 60.0]
    """

    method: ClassVar[str] = "threshold"
    compares_units: ClassVar[bool] = False

    at_least: Number | None = None
    at_most: Number | None = None
    otherwise: Number | Literal["proportional"] = 0.0

    def __call__(self, values: ArrayLike) -> Array:
        """Return scores 0-100, shape of *values* ``(..., n_units)``."""
        x = values_of(values)
        bound = self._bound()
        passed = reaches(x, bound) if self.at_most is None else reaches(bound, x)
        missed = self._missed(x, bound)
        return known(np.where(passed, 100.0, missed), x, bound)

    def _bound(self) -> Array:
        if (self.at_least is None) == (self.at_most is None):
            msg = "a threshold needs exactly one of at_least and at_most"
            raise ValueError(msg)
        return number(self.at_least if self.at_least is not None else self.at_most)  # type: ignore[arg-type]

    def _missed(self, x: Array, bound: Array) -> Array:
        """Return the score of those who miss the bound."""
        if not isinstance(self.otherwise, str):
            return number(self.otherwise)
        if self.otherwise != "proportional":
            msg = f"otherwise must be a number or 'proportional', not {self.otherwise!r}"
            raise TypeError(msg)
        over, under = (x, bound) if self.at_most is None else (bound, x)
        out = np.zeros(np.broadcast_shapes(x.shape, bound.shape))
        np.divide(over * 100.0, under, out=out, where=under > 0)
        return np.maximum(out, 0.0)

    def outside(self, values: ArrayLike) -> NDArray[np.bool_]:
        """Return False everywhere: every value has a score."""
        return nowhere(values)

    def words(self) -> Text:
        """Say the rule."""
        if self.at_most is None:
            first = Text("不低于{b}(含)得满分", "full marks at {b} or more").format(b=said(self.at_least))
        else:
            first = Text("不高于{b}(含)得满分", "full marks at {b} or less").format(b=said(self.at_most))
        if isinstance(self.otherwise, str):
            return join_texts([first, Text("未达到的按比例得分", "otherwise in proportion")], ",", ", ")
        rest = Text("否则{o}", "otherwise {o}").format(o=worth(self.otherwise))
        return join_texts([first, rest], ",", ", ")

    def corners(self) -> Array | None:
        """Return the bound, and 0 where a score in proportion has ended."""
        ends = self.at_most is None and isinstance(self.otherwise, str)
        return corner_rows(self._bound(), *((0.0,) if ends else ()))

    def full_value(self) -> Array | None:
        """Return the bound."""
        return self._bound()

    def faults(self) -> tuple[Text, ...]:
        """Say where there is no bound, or two, or proportion to one that is not positive."""
        if (self.at_least is None) == (self.at_most is None):
            return (
                Text("at_least 与 at_most 必须且只能写一个", "state exactly one of at_least and at_most"),
            )
        bound = self.at_least if self.at_least is not None else self.at_most
        return find_faults(_threshold_faults, bound, self.otherwise)


def _threshold_faults(bound: float, otherwise: float | str) -> Iterator[Text]:
    if isinstance(otherwise, str):
        if otherwise != "proportional":
            yield Text(
                f"otherwise 应为数字或 proportional,不能是 {otherwise}", f"otherwise cannot be {otherwise}"
            )
        elif bound <= 0:
            yield Text(
                f"按比例计分的界限必须大于0,现为{bound:.12g}",
                f"proportion needs a bound above 0, not {bound:.12g}",
            )
    elif not 0 <= otherwise <= 100:  # noqa: PLR2004  scores
        yield Text(
            f"otherwise 应在0至100之间,现为{otherwise:.12g}",
            f"otherwise must be 0 to 100, not {otherwise:.12g}",
        )
