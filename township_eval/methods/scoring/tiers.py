"""Rules by zones of the value: a target range, tiers, and straight lines through given points."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, ClassVar, Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from township_eval.language import Text, join_texts
from township_eval.methods.scoring.base import corner_rows, known, nowhere, or_none, reaches, values_of
from township_eval.methods.scoring.phrases import find_faults, said, worth
from township_eval.methods.varying import Array, Number, number

__all__ = ["Bands", "Interpolate", "Range", "tier_faults"]

#: score of a zone outside the range: a number, full marks, or in proportion to the distance
Zone: TypeAlias = "Number | Literal['full', 'proportional']"


@dataclass(frozen=True, slots=True)
class Range:
    """A target range such as 3 to 5: full marks inside, a stated score below and above.

    Parameters
    ----------
    low, high : Number
        Ends of the range, both included (value units).
    below : Number, "proportional" or "full"
        Score under ``low``: a number (0-100), ``100 x / low`` (never below 0), or 100.
    above : Number, "full" or "proportional"
        Score over ``high``: a number, 100, or ``100 high / x``.

    Notes
    -----
    NaN gives NaN. Documents that set a range rarely say what more than enough is worth; the scheme
    has to, and `words` prints it. Source: the seed document's 每个乡镇有3—5个全民健身站点.

    Examples
    --------
    >>> Range(low=3, high=5, below="proportional", above="full")([0.0, 1.5, 3.0, 5.0, 7.0]).tolist()
    [0.0, 50.0, 100.0, 100.0, 100.0]
    >>> Range(low=1, high=2, below=0, above="proportional")([0.0, 1.0, 4.0]).tolist()
    [0.0, 100.0, 50.0]
    """

    method: ClassVar[str] = "range"
    compares_units: ClassVar[bool] = False

    low: Number
    high: Number
    below: Zone = 0.0
    above: Zone = 0.0

    def __call__(self, values: ArrayLike) -> Array:
        """Return scores 0-100, shape of *values* ``(..., n_units)``."""
        x, low, high = values_of(values), number(self.low), number(self.high)
        under, over = _zone(self.below, x, low), _zone(self.above, high, x)
        scores = np.where(reaches(x, low), np.where(reaches(high, x), 100.0, over), under)
        return known(scores, x, low, high)

    def outside(self, values: ArrayLike) -> NDArray[np.bool_]:
        """Return False everywhere: every value has a score."""
        return nowhere(values)

    def words(self) -> Text:
        """Say the rule."""
        return Text(
            "{low}至{high}得满分;低于下限{below},高于上限{above}",
            "full marks from {low} to {high}; {below} below, {above} above",
        ).format(
            low=said(self.low),
            high=said(self.high),
            below=_zone_words(self.below),
            above=_zone_words(self.above),
        )

    def corners(self) -> Array | None:
        """Return both ends, and 0 where a score in proportion has ended."""
        return corner_rows(self.low, self.high, *((0.0,) if self.below == "proportional" else ()))

    def full_value(self) -> Array | None:
        """Return ``low``."""
        return number(self.low)

    def faults(self) -> tuple[Text, ...]:
        """Say where the range is empty or a zone's score impossible."""
        return find_faults(_range_faults, self.low, self.high, self.below, self.above)


def _zone(zone: Zone, over: Array, under: Array) -> Array:
    if not isinstance(zone, str):
        return number(zone)
    if zone == "full":
        return np.asarray(100.0)
    if zone != "proportional":
        msg = f"a zone's score must be a number, 'full' or 'proportional', not {zone!r}"
        raise TypeError(msg)
    out = np.zeros(np.broadcast_shapes(over.shape, under.shape))
    np.divide(over * 100.0, under, out=out, where=under > 0)
    return np.maximum(out, 0.0)


def _zone_words(zone: Zone) -> Text:
    if isinstance(zone, str):
        words = {
            "full": Text("得满分", "full marks"),
            "proportional": Text("按比例得分", "a score in proportion"),
        }
        return words.get(zone, Text(zone, zone))
    return worth(zone)


def _range_faults(low: float, high: float, below: float | str, above: float | str) -> Iterator[Text]:
    if low > high:
        yield Text(f"下限{low:.12g}大于上限{high:.12g}", f"low {low:.12g} is above high {high:.12g}")
    for name, zone, bound in (("below", below, low), ("above", above, high)):
        if isinstance(zone, str):
            if zone not in ("full", "proportional"):
                yield Text(f"{name} 应为数字、full 或 proportional,不能是 {zone}", f"{name} cannot be {zone}")
            elif zone == "proportional" and bound <= 0:
                yield Text(
                    f"{name} 按比例计分的界限必须大于0,现为{bound:.12g}",
                    f"{name}: proportion needs a bound above 0, not {bound:.12g}",
                )
        elif not 0 <= zone <= 100:  # noqa: PLR2004  scores
            yield Text(f"{name} 应在0至100之间,现为{zone:.12g}", f"{name} must be 0 to 100, not {zone:.12g}")


@dataclass(frozen=True, slots=True)
class Bands:
    """Tiers (分档计分): a fixed score in each half-open interval ``[bound, next bound)``.

    Parameters
    ----------
    bounds : tuple of Number
        Lower bounds in ascending order, each included in its tier (value units).
    scores : tuple of Number
        Scores (0-100, or more) of the tiers, lowest tier first: one more than bounds, because the
        first is for values below ``bounds[0]``.

    Notes
    -----
    NaN gives NaN. Written so, tiers have neither gaps nor overlaps; tiers written as from-to pairs
    are checked for both by `from_tiers`. Scores need not ascend (lower is better: let them descend).
    Source: 瑞安 2012, vote of 90 % and more 200 points, 80-90 190, 70-80 180, 60-70 170, below 160.

    Examples
    --------
    >>> Bands(bounds=(60, 70, 80, 90), scores=(80, 85, 90, 95, 100))([90.0, 89.99, 60.0, 12.0]).tolist()
    [100.0, 95.0, 85.0, 80.0]
    """

    method: ClassVar[str] = "bands"
    compares_units: ClassVar[bool] = False

    bounds: tuple[Number, ...]
    scores: tuple[Number, ...]

    @classmethod
    def from_tiers(cls, tiers: Sequence[Mapping[str, Any]]) -> Bands:
        """Return the rule for tiers ``{from, to, score}`` in any order; ``to`` is not included.

        The lowest tier goes on downwards and the highest upwards, whatever their outer ends say.

        Raises
        ------
        ValueError
            Tiers leave a gap, overlap, or are incomplete; the message lists all of it.

        Examples
        --------
        >>> Bands.from_tiers([{"from": 90, "score": 100}, {"to": 90, "score": 80}])
        Bands(bounds=(90,), scores=(80, 100))
        """
        if found := tier_faults(tiers):
            raise ValueError(join_texts(found).en)
        ordered = _ascending(tiers)
        return cls(tuple(tier["from"] for tier in ordered[1:]), tuple(tier["score"] for tier in ordered))

    def __call__(self, values: ArrayLike) -> Array:
        """Return scores, shape of *values* ``(..., n_units)``."""
        x = values_of(values)
        scores: Array = np.zeros(x.shape) + number(self.scores[0])
        for bound, score in zip(self.bounds, self.scores[1:], strict=True):
            scores = np.where(reaches(x, number(bound)), number(score), scores)
        return known(scores, x)

    def outside(self, values: ArrayLike) -> NDArray[np.bool_]:
        """Return False everywhere: every value has a score."""
        return nowhere(values)

    def words(self) -> Text:
        """Say the rule."""
        ends = [said(bound) for bound in self.bounds]
        shares = [worth(score) for score in self.scores]
        parts = [Text("{b}以下{s}", "{s} below {b}").format(b=ends[0], s=shares[0])]
        for (low, high), share in zip(pairwise(ends), shares[1:-1], strict=True):
            parts.append(Text("{a}(含)至{b}{s}", "{s} from {a} to under {b}").format(a=low, b=high, s=share))
        parts.append(Text("{b}及以上{s}", "{s} from {b}").format(b=ends[-1], s=shares[-1]))
        return join_texts([Text("分档计分", "tiers"), join_texts(parts, ",", ", ")], ":", ": ")

    def extent(self) -> tuple[Array, Array]:
        """Return the lowest and the highest score there can be."""
        return _ends([number(score) for score in self.scores])

    def corners(self) -> Array | None:
        """Return the bounds."""
        return corner_rows(*self.bounds)

    def full_value(self) -> Array | None:
        """Return the lower bound of the lowest tier worth 100; None if that is the open lowest tier."""
        best = np.where(number(self.scores[0]) >= 100.0, np.inf, np.nan)  # noqa: PLR2004  full marks
        for bound, score in zip(self.bounds, self.scores[1:], strict=True):
            first = np.isnan(best) & (number(score) >= 100.0)  # noqa: PLR2004  full marks
            best = np.where(first, number(bound), best)
        return or_none(np.where(np.isinf(best), np.nan, best))

    def faults(self) -> tuple[Text, ...]:
        """Say where bounds do not ascend (a tier nobody can reach) or scores are missing."""
        if not self.bounds:
            return (Text("bounds 不能为空", "bounds must not be empty"),)
        if len(self.scores) != len(self.bounds) + 1:
            lengths = {"b": len(self.bounds), "s": len(self.scores)}
            wrong = Text(
                "scores 应比 bounds 多一个(最低档在前),现有 bounds {b} 个、scores {s} 个",
                "scores must be one more than bounds, lowest tier first: {b} bounds, {s} scores",
            )
            return (wrong.format(**lengths),)
        return find_faults(_band_faults, self.bounds, self.scores)


def _band_faults(bounds: tuple[float, ...], scores: tuple[float, ...]) -> Iterator[Text]:
    for low, high in pairwise(bounds):
        if low >= high:
            yield Text(
                f"档界应由低到高:{low:.12g}之后是{high:.12g},有一档无法达到",
                f"bounds must ascend: {low:.12g} is followed by {high:.12g}, so a tier cannot be reached",
            )
    for score in scores:
        if score < 0:
            yield Text(
                f"档位得分不能为负数:{score:.12g}", f"a tier's score must not be negative: {score:.12g}"
            )


def _ascending(tiers: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return sorted(tiers, key=lambda tier: -np.inf if tier.get("from") is None else float(tier["from"]))


def tier_faults(tiers: Sequence[Mapping[str, Any]]) -> tuple[Text, ...]:
    """Say where tiers ``{from, to, score}`` leave a gap, overlap or are incomplete.

    Examples
    --------
    >>> found = tier_faults([{"from": 90, "to": 100, "score": 100}, {"from": 60, "to": 89, "score": 80},
    ...                      {"to": 60, "score": 0}])
    >>> [text.en for text in found]
    ['no tier covers 89 to 90']
    """
    found = [
        Text(f"第{place}档没有写 score", f"tier {place} has no score")
        for place, tier in enumerate(tiers, 1)
        if tier.get("score") is None
    ]
    for lower, upper in pairwise(_ascending(tiers)):
        found += _between(lower.get("to"), upper.get("from"))
    return tuple(found)


def _between(end: Any, start: Any) -> Iterator[Text]:
    if end is None or start is None:
        yield Text(
            "相邻两档之间缺少档界(from 或 to)", "neighboring tiers lack the bound between them (from or to)"
        )
        return
    bounds = {"end": said(end), "start": said(start)}
    if float(end) < float(start):
        yield Text("{end}至{start}之间没有档位", "no tier covers {end} to {start}").format(**bounds)
    elif float(end) > float(start):
        yield Text("{start}至{end}之间档位重叠", "tiers overlap from {start} to {end}").format(**bounds)


@dataclass(frozen=True, slots=True)
class Interpolate:
    """Straight lines through given (value, score) points, level beyond the first and the last.

    Parameters
    ----------
    points : tuple of (Number, Number)
        Value and score pairs, values strictly ascending; scores may rise and fall.

    Notes
    -----
    NaN gives NaN.

    Examples
    --------
    >>> Interpolate(points=((60, 0), (80, 60), (100, 100)))([50.0, 70.0, 90.0, 120.0]).tolist()
    [0.0, 30.0, 80.0, 100.0]
    """

    method: ClassVar[str] = "interpolate"
    compares_units: ClassVar[bool] = False

    points: tuple[tuple[Number, Number], ...]

    def __call__(self, values: ArrayLike) -> Array:
        """Return scores, shape of *values* ``(..., n_units)``."""
        x = values_of(values)
        points = [(number(value), number(score)) for value, score in self.points]
        scores: Array = np.zeros(x.shape) + points[0][1]
        for (start, low), (end, high) in pairwise(points):
            share = np.clip((x - start) / (end - start), 0.0, 1.0)
            scores = np.where(share >= 1.0, high, np.where(share > 0.0, low + share * (high - low), scores))
        return known(scores, x)

    def outside(self, values: ArrayLike) -> NDArray[np.bool_]:
        """Return False everywhere: every value has a score."""
        return nowhere(values)

    def words(self) -> Text:
        """Say the rule."""
        parts = [
            Text("{v}{s}", "{s} at {v}").format(v=said(value), s=worth(score)) for value, score in self.points
        ]
        return Text(
            "{listed},其间按比例,两端以外不变", "{listed}; in proportion in between, level beyond"
        ).format(listed=join_texts(parts, "、", ", "))

    def extent(self) -> tuple[Array, Array]:
        """Return the lowest and the highest score there can be."""
        return _ends([number(score) for _, score in self.points])

    def corners(self) -> Array | None:
        """Return the values of the points."""
        return corner_rows(*(value for value, _ in self.points))

    def full_value(self) -> Array | None:
        """Return the smallest value that scores 100."""
        points = [(number(value), number(score)) for value, score in self.points]
        best = np.where(points[0][1] >= 100.0, points[0][0], np.nan)  # noqa: PLR2004  full marks
        for (start, low), (end, high) in pairwise(points):
            rises = np.isnan(best) & (high >= 100.0) & (high > low)  # noqa: PLR2004  full marks
            rise = np.where(high > low, high - low, 1.0)
            best = np.where(rises, start + (100.0 - low) / rise * (end - start), best)
        return or_none(best)

    def faults(self) -> tuple[Text, ...]:
        """Say where points are too few or do not ascend."""
        if len(self.points) < 2:  # noqa: PLR2004  a line needs two points
            return (Text("points 至少要有两个点", "points: at least two are needed"),)
        return find_faults(_point_faults, self.points)


def _point_faults(points: tuple[tuple[float, float], ...]) -> Iterator[Text]:
    for (start, _), (end, _) in pairwise(points):
        if start >= end:
            yield Text(
                f"各点的值应由低到高:{start:.12g}之后是{end:.12g}",
                f"values of the points must ascend: {start:.12g} is followed by {end:.12g}",
            )
    for _, score in points:
        if score < 0:
            yield Text(f"得分不能为负数:{score:.12g}", f"a score must not be negative: {score:.12g}")


def _ends(scores: list[Array]) -> tuple[Array, Array]:
    """Return the smallest and the largest of some scores, each () or (n_units,)."""
    together = np.stack(np.broadcast_arrays(*scores))
    return together.min(axis=0), together.max(axis=0)
