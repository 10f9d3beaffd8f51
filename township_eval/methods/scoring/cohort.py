"""Rules that compare units: min-max, z-score, ratio to the best, and rules on ranks.

They compare all units of the last axis they are given; the caller passes the cohort (every unit, or
the unit's class) and NaN for units the indicator does not apply to. A unit's score moves when
another's value does, which `township_eval.check` warns about.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from township_eval.language import Text, join_texts
from township_eval.methods.ranking import rank, tidy
from township_eval.methods.scoring.base import UNLIMITED, Cohort, Direction, known, values_of
from township_eval.methods.scoring.phrases import find_faults, said, states, worth
from township_eval.methods.varying import Array, Number, number

__all__ = ["MinMax", "Percentile", "RankStep", "RankSumRatio", "RatioToBest", "ZScore"]

_FULL = 100.0
# Values this close, relative to their size, are one value: what is between them is float noise.
_SAME = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class _Comparison(ABC):
    """What all rules here share.

    ``direction`` says which values are better; ``cohort`` whom a unit is compared with (``all``,
    ``group``, or None: inherited from the node); ``constant`` the score of everybody when all
    values of the cohort are the same.
    """

    compares_units: ClassVar[bool] = True

    direction: Direction = "higher"
    cohort: Cohort | None = None
    constant: Number | None = None

    def is_constant(self, values: ArrayLike) -> NDArray[np.bool_]:
        """Return, for each cohort ``(...)`` of *values* ``(..., n_units)``, whether it has one value only.

        One unit is a constant cohort; a cohort without any value is not.
        """
        x = values_of(values)
        low, high = _ends(x)
        same: NDArray[np.bool_] = high - low <= _SAME * np.maximum(np.abs(high), np.abs(low))
        return same[..., 0]

    def outside(self, values: ArrayLike) -> NDArray[np.bool_]:
        """Return where a value is given but the comparison has no score for it."""
        x = values_of(values)
        return ~np.isnan(x) & np.isnan(self(x))

    def __call__(self, values: ArrayLike) -> Array:
        """Return scores, shape of *values* ``(..., n_units)``, compared along the last axis."""
        x = values_of(values)
        if x.size == 0:
            return x.copy()
        scores = self._compare(x)
        constant = self.is_constant(x)[..., np.newaxis]
        if constant.any():
            scores = np.where(constant, self._all_same(x), scores)
        return known(scores, x)

    @abstractmethod
    def _compare(self, x: Array) -> Array:
        """Return the scores of cohorts that are not constant."""

    def _all_same(self, _x: Array) -> Array:
        """Return the score of a constant cohort: as stated, else NaN."""
        return np.asarray(np.nan) if self.constant is None else number(self.constant)

    def full_value(self) -> Array | None:
        """Return None: full marks depend on the others."""
        return None

    def corners(self) -> Array | None:
        """Return None: where the score bends depends on the others."""
        return None

    def faults(self) -> tuple[Text, ...]:
        """Say where direction, cohort or the score of a constant cohort cannot be."""
        found = find_faults(_constant_faults, self.constant)
        if self.direction not in ("higher", "lower"):
            found += (Text(f"direction 不能是 {self.direction}", f"direction cannot be {self.direction}"),)
        if self.cohort not in (None, "all", "group"):
            found += (Text(f"cohort 不能是 {self.cohort}", f"cohort cannot be {self.cohort}"),)
        return found

    def _say(self, zh: str, en: str, **values: Any) -> Text:
        """Return the rule's sentence with whom it compares, which way, and a constant cohort's score."""
        among = {
            None: Text("", ""),
            "all": Text("与全部单位比较,", "among all units, "),
            "group": Text("同类单位之间比较,", "among units of the same class, "),
        }[self.cohort]
        way = Text("", "") if self.direction == "higher" else Text(",数值越低越好", ", lower is better")
        parts = [
            Text(f"{{among}}{zh}{{way}}", f"{{among}}{en}{{way}}").format(among=among, way=way, **values)
        ]
        if self.constant is not None:
            same = Text("全部相同时{c}", "{c} if all values are the same")
            parts.append(same.format(c=worth(self.constant)))
        return join_texts(parts)


def _constant_faults(constant: float | None) -> Iterator[Text]:
    if constant is not None and constant < 0:
        yield Text(f"constant 不能为负数:{constant:.12g}", f"constant must not be negative: {constant:.12g}")


def _ends(x: Array) -> tuple[Array, Array]:
    """Return smallest and largest value of each cohort, NaN where there is none, last axis kept."""
    low = np.fmin.reduce(x, axis=-1, keepdims=True)
    return low, np.fmax.reduce(x, axis=-1, keepdims=True)


def _divide(over: Array, under: Array) -> Array:
    out = np.full(np.broadcast_shapes(over.shape, under.shape), np.nan)
    np.divide(over, under, out=out, where=under > 0)
    return out


@dataclass(frozen=True, slots=True, kw_only=True)
class MinMax(_Comparison):
    r"""Min-max: the worst of the cohort scores ``low``, the best ``high``.

    .. math:: s = low + (high - low)\,\frac{x - x_{worst}}{x_{best} - x_{worst}}

    Parameters
    ----------
    low, high : Number
        Scores of the worst and the best unit (0-100).
    direction, cohort, constant
        See the module; a constant cohort without ``constant`` scores NaN (a problem).

    Notes
    -----
    NaN gives NaN and counts for nothing. Source: OECD/JRC Handbook on Constructing Composite
    Indicators (2008), step 5.

    Examples
    --------
    >>> MinMax()([10.0, 30.0, 20.0, float("nan")]).tolist()
    [0.0, 100.0, 50.0, nan]
    >>> MinMax(low=60, direction="lower")([10.0, 30.0, 20.0]).tolist()
    [100.0, 60.0, 80.0]
    >>> MinMax()([7.0, 7.0]).tolist(), MinMax(constant=80)([7.0, 7.0]).tolist()
    ([nan, nan], [80.0, 80.0])
    """

    method: ClassVar[str] = "min_max"

    low: Number = 0.0
    high: Number = 100.0

    def _compare(self, x: Array) -> Array:
        smallest, largest = _ends(x)
        gained = x - smallest if self.direction == "higher" else largest - x
        return number(self.low) + (number(self.high) - number(self.low)) * _divide(gained, largest - smallest)

    def extent(self) -> tuple[Array, Array]:
        """Return the scores of the worst and of the best."""
        return number(self.low), number(self.high)

    def words(self) -> Text:
        """Say the rule."""
        return self._say(
            "最优{high},最差{low},其余按比例",
            "{high} for the best, {low} for the worst, the others in proportion",
            high=worth(self.high),
            low=worth(self.low),
        )

    def faults(self) -> tuple[Text, ...]:
        """Say where the score of the worst is not below that of the best."""
        return _Comparison.faults(self) + find_faults(_order_faults, self.low, self.high)


def _order_faults(low: float, high: float) -> Iterator[Text]:
    if low >= high:
        yield Text(
            f"最差得分{low:.12g}应低于最优得分{high:.12g}", f"low {low:.12g} must be below high {high:.12g}"
        )
    if low < 0:
        yield Text(f"得分不能为负数:{low:.12g}", f"a score must not be negative: {low:.12g}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ZScore(_Comparison):
    r"""Z-score: distance from the cohort's mean in standard deviations, put on a stated scale.

    .. math:: s = mean \pm sd\,\frac{x - \bar x}{\hat\sigma}

    Parameters
    ----------
    mean, sd : Number
        Score of the average unit, and score points per standard deviation (0 and 1 give z itself).
    ddof : int
        1: divide by n - 1 (default); 0: by n.
    direction, cohort, constant
        See the module; a constant cohort without ``constant`` scores NaN (a problem).

    Notes
    -----
    NaN gives NaN and counts for nothing. Scores are not bounded. Source: OECD/JRC Handbook on
    Constructing Composite Indicators (2008), step 5.

    Examples
    --------
    >>> ZScore(mean=70, sd=10)([10.0, 20.0, 30.0]).tolist()
    [60.0, 70.0, 80.0]
    """

    method: ClassVar[str] = "z_score"

    mean: Number = 0.0
    sd: Number = 1.0
    ddof: int = 1

    def _compare(self, x: Array) -> Array:
        given = ~np.isnan(x)
        n = given.sum(axis=-1, keepdims=True).astype(np.float64)
        middle = _divide(np.where(given, x, 0.0).sum(axis=-1, keepdims=True), n)
        apart = np.where(given, x - middle, 0.0)
        spread = np.sqrt(_divide((apart**2).sum(axis=-1, keepdims=True), n - self.ddof))
        sign = 1.0 if self.direction == "higher" else -1.0
        return number(self.mean) + sign * number(self.sd) * _divide(apart, spread)

    def extent(self) -> tuple[Array, Array]:
        """Return that there is no lowest and no highest score."""
        return UNLIMITED

    def words(self) -> Text:
        """Say the rule."""
        return self._say(
            "标准分:平均水平得{mean}分,每高1个标准差加{sd}分",
            "standard score: {mean} at the mean, {sd} per standard deviation",
            mean=said(self.mean),
            sd=said(self.sd),
        )

    def faults(self) -> tuple[Text, ...]:
        """Say where the spread of scores is not positive."""
        found = _Comparison.faults(self) + find_faults(_spread_faults, self.sd)
        if self.ddof not in (0, 1):
            found += (Text(f"ddof 只能是0或1,不能是{self.ddof}", f"ddof must be 0 or 1, not {self.ddof}"),)
        return found


def _spread_faults(sd: float) -> Iterator[Text]:
    if sd <= 0:
        yield Text(f"sd 必须大于0,现为{sd:.12g}", f"sd must be above 0, not {sd:.12g}")


@dataclass(frozen=True, slots=True, kw_only=True)
class RatioToBest(_Comparison):
    r"""Ratio to the best of the cohort: ``100 x / best``, or ``100 best / x`` where lower is better.

    Parameters
    ----------
    direction, cohort, constant
        See the module. Equal values are all the best: 100, unless ``constant`` is stated.

    Notes
    -----
    NaN gives NaN. ``higher``: a negative value scores 0; when no value is above 0 there is no ratio
    (NaN, see `outside`). ``lower``: where the best is 0 it scores 100 and all others 0; a negative
    best leaves no ratio. Source: 瑞安 2012, key projects = own / best x 600.

    Examples
    --------
    >>> (RatioToBest()([560.0, 504.0]) * 600 / 100).tolist()
    [600.0, 540.0]
    >>> RatioToBest(direction="lower")([2.0, 4.0]).tolist()
    [100.0, 50.0]
    """

    method: ClassVar[str] = "ratio_to_best"

    def _compare(self, x: Array) -> Array:
        smallest, largest = _ends(x)
        if self.direction == "higher":
            return np.maximum(_divide(x * _FULL, largest), 0.0)
        ratio = np.where(x == smallest, _FULL, _divide(smallest * _FULL, x))
        return np.where(smallest >= 0, ratio, np.nan)

    def _all_same(self, _x: Array) -> Array:
        if self.constant is not None:
            return number(self.constant)
        _, largest = _ends(_x)
        usable = largest > 0 if self.direction == "higher" else largest >= 0
        return np.where(usable, _FULL, np.nan)

    def words(self) -> Text:
        """Say the rule."""
        if self.direction == "higher":
            return self._say(
                "按与最优值之比计分(本单位÷最优×满分)", "full marks times own value / best value"
            )
        return self._say("按与最优值之比计分(最优÷本单位×满分)", "full marks times best value / own value")


class _Ranked(_Comparison):
    """Rules on ranks: values equal to 12 significant digits tie."""

    __slots__ = ()

    def _places(self, x: Array) -> tuple[Array, Array]:
        """Return how many of the cohort are better, and how many are worse, than each unit."""
        comparable = tidy(x if self.direction == "higher" else -x)
        return rank(comparable) - 1.0, rank(-comparable) - 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RankStep(_Ranked):
    """A fixed step down per rank (按排名赋分): first place ``first``, then ``step`` less per place.

    ``s = max(floor, first - step (rank - 1))`` with competition ranks: ties share the best.

    Parameters
    ----------
    step : Number
        Score points (of 100) between one place and the next.
    first : Number
        Score of the first place.
    floor : Number
        Score below which no place falls.
    direction, cohort, constant
        See the module. Equal values all hold the first place, unless ``constant`` is stated.

    Notes
    -----
    NaN gives NaN and takes no place. Sources: 瑞安 2012 (2 % of the base per place), monthly economic
    assessment 2020 (100/95/90/85 %).

    Examples
    --------
    >>> RankStep(step=5)([98.0, 99.0, 98.0, 90.0]).tolist()
    [95.0, 100.0, 95.0, 85.0]
    >>> RankStep(step=30, floor=60)([3.0, 2.0, 1.0]).tolist()
    [100.0, 70.0, 60.0]
    """

    method: ClassVar[str] = "rank_step"

    first: Number = 100.0
    step: Number
    floor: Number = 0.0

    def _compare(self, x: Array) -> Array:
        better, _ = self._places(x)
        return np.maximum(number(self.first) - number(self.step) * better, number(self.floor))

    def _all_same(self, _x: Array) -> Array:
        return number(self.first if self.constant is None else self.constant)

    def words(self) -> Text:
        """Say the rule."""
        least = Text("最低{f}", "at least {f}")
        return self._say(
            "按名次计分:第1名{first},每降1位减满分的{step}%,{floor}",
            "by rank: {first} for the first place, {step}% of full marks less per place, {floor}",
            first=worth(self.first),
            step=said(self.step),
            floor=Text("减完为止", "down to 0")
            if states(self.floor, 0)
            else least.format(f=worth(self.floor)),
        )

    def faults(self) -> tuple[Text, ...]:
        """Say where ranks would not matter or the floor stands above the first place."""
        return _Comparison.faults(self) + find_faults(_rank_step_faults, self.first, self.step, self.floor)


def _rank_step_faults(first: float, step: float, floor: float) -> Iterator[Text]:
    if step <= 0:
        yield Text(f"step 必须大于0,现为{step:.12g}", f"step must be above 0, not {step:.12g}")
    if not 0 <= floor <= first:
        yield Text(
            f"floor 应在0与第1名得分{first:.12g}之间,现为{floor:.12g}",
            f"floor must lie between 0 and the first place's {first:.12g}, not {floor:.12g}",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Percentile(_Ranked):
    r"""Percentile rank: the share of the others who do worse.

    .. math:: s = 100\,\frac{\#\{\text{worse}\}}{n - 1}

    Parameters
    ----------
    direction, cohort, constant
        See the module. One unit alone, or all values equal, score 100 (nobody is better), unless
        ``constant`` is stated.

    Notes
    -----
    NaN gives NaN and is not counted in n. This is the spreadsheet function ``PERCENTRANK.INC`` at the
    cohort's own values (Excel, WPS, LibreOffice), and COINr's ``n_prank``.

    Examples
    --------
    >>> Percentile()([10.0, 20.0, 20.0, 40.0, 30.0]).tolist()
    [0.0, 25.0, 25.0, 100.0, 75.0]
    """

    method: ClassVar[str] = "percentile"

    def _compare(self, x: Array) -> Array:
        _, worse = self._places(x)
        others = (~np.isnan(x)).sum(axis=-1, keepdims=True) - 1.0
        return _divide(worse * _FULL, others)

    def _all_same(self, _x: Array) -> Array:
        return number(_FULL if self.constant is None else self.constant)

    def words(self) -> Text:
        """Say the rule."""
        return self._say(
            "按百分位计分(不如本单位的占其余单位的比例)",
            "percentile rank: full marks times the share of the others who do worse",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RankSumRatio(_Ranked):
    """Rank over number (秩和比 of one indicator): ``100 R / n``, R the average rank, best = n.

    Weighted and added by the tree, scores of this rule are the weighted rank-sum ratio (WRSR).

    Parameters
    ----------
    direction, cohort, constant
        See the module. Equal values share the average rank, ``50 (n + 1) / n`` for all of them, unless
        ``constant`` is stated.

    Notes
    -----
    NaN gives NaN and is not counted in n. Source: 田凤调, rank-sum ratio method (1988), used in
    Chinese public health evaluation.

    Examples
    --------
    >>> RankSumRatio()([10.0, 20.0, 20.0, 40.0]).tolist()
    [25.0, 62.5, 62.5, 100.0]
    """

    method: ClassVar[str] = "rank_sum_ratio"

    def _compare(self, x: Array) -> Array:
        better, worse = self._places(x)
        n = (~np.isnan(x)).sum(axis=-1, keepdims=True).astype(np.float64)
        average = (worse + 1.0 + n - better) / 2.0
        return _divide(average * _FULL, n)

    def _all_same(self, _x: Array) -> Array:
        return self._compare(_x) if self.constant is None else number(self.constant)

    def words(self) -> Text:
        """Say the rule."""
        return self._say(
            "秩和比:平均秩次÷单位数×满分", "rank-sum ratio: full marks times average rank / number of units"
        )
