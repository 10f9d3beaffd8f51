"""Rules that take marks off or give them at discretion: deductions, marks, days late."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from township_eval.language import Text, join_texts
from township_eval.methods.scoring.base import corner_rows, known, nowhere, reaches, values_of
from township_eval.methods.scoring.phrases import find_faults, said, states, worth
from township_eval.methods.varying import Array, Number, number

__all__ = ["Deduction", "Late", "Mark"]

_FULL = 100.0


@dataclass(frozen=True, slots=True)
class Deduction:
    r"""Marks off per event or per unit of a bad thing, down to a floor (扣完为止).

    .. math:: s = 100\,\frac{\min\bigl(full,\ \max(floor,\ full - per\_unit\cdot x)\bigr)}{full}

    Parameters
    ----------
    full : Number, optional
        Points the marks are taken from, the indicator's own points. None: the caller fills in the
        indicator's points; called without, marks are points of 100.
    per_unit, marks : Number, optional
        Points lost per unit (a road left) or, the same thing said of events, marks per event; at
        most one of the two. Without either the value itself is the marks lost, as the source
        ``events`` gives it when it grades the events.
    floor : Number
        Points that cannot be lost.

    Notes
    -----
    NaN gives NaN; no event is a value of 0, full marks. A negative value earns nothing extra.
    Source: per-event deductions with caps, 重庆 districts; the seed document's zero targets.

    Examples
    --------
    Two points for the indicator, half a point off per dead-end road left:

    >>> (Deduction(full=2, per_unit=0.5)([0.0, 1.0, 9.0]) * 2 / 100).tolist()
    [2.0, 1.5, 0.0]
    """

    method: ClassVar[str] = "deduction"
    compares_units: ClassVar[bool] = False

    full: Number | None = None
    per_unit: Number | None = None
    marks: Number | None = None
    floor: Number = 0.0

    def __call__(self, values: ArrayLike) -> Array:
        """Return scores 0-100, shape of *values* ``(..., n_units)``."""
        x, full = values_of(values), _full(self.full)
        left = np.maximum(full - self._each() * x, number(self.floor))
        return np.minimum(left, full) * _FULL / full

    def _each(self) -> Array:
        """Return the points lost per unit of the value."""
        return number(next((rate for rate in (self.per_unit, self.marks) if rate is not None), 1.0))

    def outside(self, values: ArrayLike) -> NDArray[np.bool_]:
        """Return where a value is negative: nothing can happen less than never."""
        return values_of(values) < 0

    def words(self) -> Text:
        """Say the rule."""
        if self.per_unit is not None:
            first = Text("每1个单位扣{p}分", "{p} off per unit").format(p=said(self.per_unit))
        elif self.marks is not None:
            first = Text("每发生1起扣{p}分", "{p} off per event").format(p=said(self.marks))
        else:
            first = Text("按事项分值扣分", "the marks of the events are taken off")
        basis = (
            Text("从本项分值中", "from the indicator's points")
            if self.full is None
            else Text("从{f}分中", "from {f} points").format(f=said(self.full))
        )
        end = (
            Text("扣完为止", "down to 0")
            if states(self.floor, 0)
            else Text("最低保留{f}分", "at least {f} kept").format(f=said(self.floor))
        )
        return Text("{basis}{first},{end}", "{basis}, {first}, {end}").format(
            basis=basis, first=first, end=end
        )

    def corners(self) -> Array | None:
        """Return 0, and the value that costs all there is to lose."""
        return corner_rows(0.0, (_full(self.full) - number(self.floor)) / self._each())

    def full_value(self) -> Array | None:
        """Return 0: nothing to deduct."""
        return np.asarray(0.0)

    def faults(self) -> tuple[Text, ...]:
        """Say where nothing could be deducted from, or marks would be added."""
        if self.per_unit is not None and self.marks is not None:
            return (Text("per_unit 与 marks 只能写一个", "state only one of per_unit and marks"),)
        rate = self.per_unit if self.per_unit is not None else self.marks
        return find_faults(_deduction_faults, self.full, rate, self.floor)


def _full(full: Number | None) -> Array:
    return np.asarray(_FULL) if full is None else number(full)


def _deduction_faults(full: float | None, rate: float | None, floor: float) -> Iterator[Text]:
    if full is not None and full <= 0:
        yield Text(f"full(本项分值)必须大于0,现为{full:.12g}", f"full must be above 0, not {full:.12g}")
    if rate is not None and rate <= 0:
        yield Text(
            f"每次扣分必须大于0,现为{rate:.12g}", f"the deduction per unit must be above 0, not {rate:.12g}"
        )
    if floor < 0 or floor > (_FULL if full is None else full):
        yield Text(
            f"floor 应在0与本项分值之间,现为{floor:.12g}",
            f"floor must lie between 0 and full, not {floor:.12g}",
        )


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark given at discretion out of a maximum (酌情给分); each needs a reason in the inputs.

    ``s = 100 x / full``.

    Parameters
    ----------
    full : Number, optional
        The highest mark. None: the caller fills in the indicator's points; called without, 100.

    Notes
    -----
    NaN gives NaN. A mark below 0 or above ``full`` is converted all the same, and `outside` is True
    there so that it is reported as a problem. Source: 视情况酌情给分,最高1分.

    Examples
    --------
    >>> Mark(full=5)([4.0, 5.0]).tolist(), Mark(full=5).outside([5.0, 6.0]).tolist()
    ([80.0, 100.0], [False, True])
    """

    method: ClassVar[str] = "mark"
    compares_units: ClassVar[bool] = False

    full: Number | None = None

    def __call__(self, values: ArrayLike) -> Array:
        """Return scores 0-100, shape of *values* ``(..., n_units)``."""
        scores: Array = values_of(values) * (_FULL / _full(self.full))
        return scores

    def outside(self, values: ArrayLike) -> NDArray[np.bool_]:
        """Return where a mark lies below 0 or above ``full``."""
        x = values_of(values)
        beyond: NDArray[np.bool_] = (x < 0) | (~np.isnan(x) & ~reaches(_full(self.full), x))
        return beyond

    def words(self) -> Text:
        """Say the rule."""
        if self.full is None:
            return Text(
                "酌情给分,以本项分值为满分,须写明理由",
                "a mark at discretion out of the indicator's points, with a reason",
            )
        return Text("酌情给分,最高{f}分,须写明理由", "a mark at discretion out of {f}, with a reason").format(
            f=said(self.full)
        )

    def corners(self) -> Array | None:
        """Return none: a mark is converted wherever it lies."""
        return corner_rows()

    def full_value(self) -> Array | None:
        """Return ``full``."""
        return _full(self.full)

    def faults(self) -> tuple[Text, ...]:
        """Say where the highest mark is not positive."""
        return find_faults(_mark_faults, self.full)


def _mark_faults(full: float | None) -> Iterator[Text]:
    if full is not None and full <= 0:
        yield Text(f"full(最高分)必须大于0,现为{full:.12g}", f"full must be above 0, not {full:.12g}")


@dataclass(frozen=True, slots=True)
class Late:
    r"""Days late: points lost per day after the free days.

    .. math:: s = \max\bigl(floor,\ 100 - per\_day\,\max(0, x - free)\bigr)

    Parameters
    ----------
    per_day : Number
        Score points (of 100) lost per day.
    free : Number
        Days late that cost nothing.
    floor : Number
        Score that remains however late (0-100).

    Notes
    -----
    NaN gives NaN; early (negative) counts as on time.

    Examples
    --------
    >>> Late(per_day=10, free=3, floor=40)([-5.0, 3.0, 4.0, 30.0]).tolist()
    [100.0, 100.0, 90.0, 40.0]
    """

    method: ClassVar[str] = "late"
    compares_units: ClassVar[bool] = False

    per_day: Number
    free: Number = 0.0
    floor: Number = 0.0

    def __call__(self, values: ArrayLike) -> Array:
        """Return scores 0-100, shape of *values* ``(..., n_units)``."""
        x = values_of(values)
        lost = number(self.per_day) * np.maximum(x - number(self.free), 0.0)
        return known(np.maximum(_FULL - lost, number(self.floor)), x)

    def outside(self, values: ArrayLike) -> NDArray[np.bool_]:
        """Return False everywhere: every value has a score."""
        return nowhere(values)

    def words(self) -> Text:
        """Say the rule."""
        parts = [Text("按期完成得满分", "full marks when on time")]
        if not states(self.free, 0):
            parts.append(
                Text("逾期{f}天以内不扣分", "up to {f} days late cost nothing").format(f=said(self.free))
            )
        parts.append(
            Text("逾期每天扣满分的{p}%", "{p}% of full marks lost per day late").format(p=said(self.per_day))
            if states(self.free, 0)
            else Text("此后每天扣满分的{p}%", "then {p}% of full marks lost per day").format(
                p=said(self.per_day)
            )
        )
        parts.append(
            Text("扣完为止", "down to 0")
            if states(self.floor, 0)
            else Text("最低{f}", "at least {f}").format(f=worth(self.floor))
        )
        return join_texts(parts, ",", ", ")

    def corners(self) -> Array | None:
        """Return the last free day, and the day that leaves the floor."""
        free = number(self.free)
        return corner_rows(free, free + (_FULL - number(self.floor)) / number(self.per_day))

    def full_value(self) -> Array | None:
        """Return ``free``."""
        return number(self.free)

    def faults(self) -> tuple[Text, ...]:
        """Say where days or points are negative."""
        return find_faults(_late_faults, self.per_day, self.free, self.floor)


def _late_faults(per_day: float, free: float, floor: float) -> Iterator[Text]:
    if per_day <= 0:
        yield Text(f"per_day 必须大于0,现为{per_day:.12g}", f"per_day must be above 0, not {per_day:.12g}")
    if free < 0:
        yield Text(f"free 不能为负数,现为{free:.12g}", f"free must not be negative: {free:.12g}")
    if not 0 <= floor <= _FULL:
        yield Text(f"floor 应在0至100之间,现为{floor:.12g}", f"floor must be 0 to 100, not {floor:.12g}")
