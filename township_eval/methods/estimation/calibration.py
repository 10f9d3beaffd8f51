"""Weights moved to known totals of the population: post-stratification, raking, linear calibration.

All three give the same factor to everybody in one cell, the full cross of the calibration's
margins. So they are computed from the cells' weights alone, whatever engine has added these up.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from township_eval.errors import DataError, Problem
from township_eval.language import Text
from township_eval.methods.estimation.sums import Sums
from township_eval.methods.varying import Array

__all__ = ["Calibration", "Margin", "calibrate", "cell_weights"]

Positions: TypeAlias = NDArray[np.intp]
Method: TypeAlias = Literal["cells", "raking", "linear"]

_METHODS: Final = ("cells", "raking", "linear")
# Totals that should agree come from counts, perhaps divided once: more than this is another number.
_SAME: Final = 1e-9
_TOLERANCE: Final = 1e-10
_MOST: Final = 1000

_POSITIVE: Final = Text(
    "总体人数写不小于 0 的数", "give the number of people in the population, not negative"
)
_MERGE: Final = Text(
    "与相近的一类合并,或去掉这一项校准", "join the category with one like it, or leave this margin out"
)
_ONE_SOURCE: Final = Text(
    "各项总体人数取自同一来源、同一时点、同一范围",
    "take all totals from one source, for one day and one group of people",
)
_FEWER: Final = Text(
    "合并人数少的类别,或减少校准的项目",
    "join categories with few people, or calibrate to fewer margins",
)
_RAKE: Final = Text(
    "改用 raking(迭代比例法),其系数总为正;或合并人数少的类别",
    "use raking, whose factors are always positive, or join categories with few people",
)


@dataclass(frozen=True, eq=False)
class Margin:
    """Known totals of one trait, or of a cross of traits.

    Attributes
    ----------
    name : str
        For messages.
    category : array of int, (n_cells,)
        The category of every cell.
    totals : array, (n_categories,)
        People of the population, by category.
    labels : tuple of str
        Names of the categories; their positions without.
    """

    name: str
    category: Positions
    totals: Array
    labels: tuple[str, ...] = ()

    def label(self, category: int) -> str:
        """Return the name of a category."""
        return self.labels[category] if self.labels else str(category)

    def added(self, by_cell: Array) -> Array:
        """Return the sums over the categories of numbers by cell, (n_categories,)."""
        return _summed(self.category, by_cell, len(self.totals))


@dataclass(frozen=True, eq=False)
class Calibration:
    """Factors that bring a sample's weights to the totals.

    Attributes
    ----------
    factor : array, (n_cells,)
        What the weights of a cell are multiplied by; 1 where nobody was asked.
    margins : tuple of Margin
    method : {"cells", "raking", "linear"}
        Post-stratification, iterative proportional fitting, or the linear (GREG) distance.
    weight : array, (n_cells,)
        Sum of the design weights.
    rounds : int
        Passes over the margins.
    deviation : float
        Largest distance from a total that is left, as a share of it.
    """

    factor: Array
    margins: tuple[Margin, ...]
    method: Method
    weight: Array
    rounds: int
    deviation: float

    @property
    def ratio(self) -> float:
        """The largest factor over the smallest, of cells with people in the sample."""
        used = self.factor[self.weight > 0]
        return float(used.max() / used.min())

    def weights(self, weights: ArrayLike, cell: ArrayLike) -> Array:
        """Return the calibrated weights of persons, (n_persons,)."""
        calibrated: Array = np.asarray(weights, dtype=np.float64) * self.factor[np.asarray(cell)]
        return calibrated


def cell_weights(sums: Sums, n_cells: int) -> Array:
    """Return the weight of all persons of a cell, with and without a valid answer, (n_cells,).

    Raises
    ------
    ValueError
        The table has several items: each would count the same persons again.
    """
    if len(sums) and sums.item.min() != sums.item.max():
        msg = "calibrate with the table of one item: several items count the same persons again"
        raise ValueError(msg)
    return _summed(sums.cell, sums.w + sums.w_missing, n_cells)


def _summed(place: Positions, amount: Array, size: int) -> Array:
    return np.bincount(place, weights=amount, minlength=size).astype(np.float64, copy=False)


def calibrate(
    weight: ArrayLike,
    margins: Sequence[Margin],
    method: Method | None = None,
    *,
    tolerance: float = _TOLERANCE,
    most: int = _MOST,
) -> Calibration:
    """Return the factors that bring the cells' weights to the totals of all margins.

    Parameters
    ----------
    weight : array_like, (n_cells,)
        Sum of the design weights of every cell, see `cell_weights`.
    margins : sequence of Margin
        One, or several whose totals add up to the same number.
    method : {"cells", "raking", "linear"}, optional
        Without: post-stratification with one margin, raking with several. ``cells`` takes one margin.
    tolerance : float
        Raking ends when no margin is farther than this from its total, as a share of it.
    most : int
        Passes of raking before it is given up.

    Raises
    ------
    DataError
        A category with people in the population and none in the sample, or the other way round;
        a total that is no number or negative; totals of two margins that disagree; raking that does not
        end; a linear factor that is not positive. All that can be told at once.
    ValueError
        No margin, an unknown method, or cells that do not fit: a defect of the caller.

    Notes
    -----
    Post-stratification: ``N_g / sum w``. Raking repeats it margin after margin (Deming and Stephan,
    Annals of Mathematical Statistics 11 (1940), 427-444). Linear: ``1 + x' lambda`` (Deville and
    Särndal, JASA 87 (1992), 376-382, case 1).

    Examples
    --------
    >>> age = Margin("age", np.array([0, 0, 1, 1]), np.array([60.0, 40.0]))
    >>> sex = Margin("sex", np.array([0, 1, 0, 1]), np.array([50.0, 50.0]))
    >>> raked = calibrate([10, 20, 30, 20], [age, sex])
    >>> raked.factor.round(4).tolist()
    [2.3589, 1.8206, 0.8804, 0.6794]
    >>> sex.added(raked.factor * raked.weight).round(6).tolist()
    [50.0, 50.0]
    """
    cells = np.asarray(weight, dtype=np.float64)
    margins = tuple(margins)
    method = _method(cells, margins, method)
    problems = [problem for margin in margins for problem in _category_problems(margin, cells)]
    problems += _disagreeing(margins)
    if problems:
        raise DataError(problems)
    if method == "linear":
        factor, rounds = _linear(cells, margins), 1
    else:
        factor, rounds = _raked(cells, margins, tolerance, most)
    return Calibration(factor, margins, method, cells, rounds, _deviation(factor * cells, margins))


def _method(cells: Array, margins: tuple[Margin, ...], method: Method | None) -> Method:
    chosen: Method = method or ("cells" if len(margins) == 1 else "raking")
    if not margins or chosen not in _METHODS or (chosen == "cells" and len(margins) > 1):
        msg = f"method {method!r} with {len(margins)} margins; methods are {', '.join(_METHODS)}"
        raise ValueError(msg)
    for margin in margins:
        if margin.category.shape != cells.shape or (margin.category >= len(margin.totals)).any():
            msg = f"margin {margin.name} needs a category with a total for each of {len(cells)} cells"
            raise ValueError(msg)
    return chosen


def _raked(cells: Array, margins: tuple[Margin, ...], tolerance: float, most: int) -> tuple[Array, int]:
    """Repeat post-stratification by each margin until all are met; one margin is met at once."""
    factor = np.ones(len(cells))
    for done in range(1, most + 1):
        for margin in margins:
            has = margin.added(factor * cells)
            moved = np.divide(margin.totals, has, out=np.ones(len(has)), where=has > 0)
            factor *= moved[margin.category]
        if len(margins) == 1 or _deviation(factor * cells, margins) <= tolerance:
            return np.where(cells > 0, factor, 1.0), done
    raise DataError([_not_ended(factor * cells, margins, most)])


def _linear(cells: Array, margins: tuple[Margin, ...]) -> Array:
    """Return ``1 + x' lambda``, with the shortest lambda: sums of margins are alike in it."""
    root = np.sqrt(cells)
    design = indicators(margins) * root[:, np.newaxis]
    # least squares in root(w) (g - 1) under the constraints: the shortest solution of design' v = lacking
    lacking = np.concatenate([margin.totals - margin.added(cells) for margin in margins])
    v = np.linalg.lstsq(design.T, lacking, rcond=None)[0]
    factor = 1.0 + np.divide(v, root, out=np.zeros(len(cells)), where=root > 0)
    problems = [_not_positive(factor, cell, margins) for cell in np.flatnonzero(factor <= 0).tolist()]
    if _deviation(factor * cells, margins) > _SAME:
        problems.append(_not_ended(factor * cells, margins, 1))
    if problems:
        raise DataError(problems)
    return factor


def indicators(margins: Sequence[Margin]) -> Array:
    """Return which categories every cell belongs to, (n_cells, sum of n_categories), zeros and ones."""
    return np.concatenate([np.eye(len(margin.totals))[margin.category] for margin in margins], axis=1)


def _deviation(by_cell: Array, margins: Sequence[Margin]) -> float:
    return max(float(_off(by_cell, margin).max(initial=0.0)) for margin in margins)


def _off(by_cell: Array, margin: Margin) -> Array:
    """Return each category's distance from its total, as a share of it; nothing where there is nobody."""
    apart = np.abs(margin.added(by_cell) - margin.totals)
    return np.divide(apart, margin.totals, out=apart, where=margin.totals > 0)


def _category_problems(margin: Margin, cells: Array) -> Iterator[Problem]:
    has, totals = margin.added(cells), np.asarray(margin.totals, dtype=np.float64)
    bad = ~(np.isfinite(totals) & (totals >= 0))
    for k in np.flatnonzero(bad).tolist():
        yield _problem(
            "total",
            f"{margin.name}.{margin.label(k)}",
            Text(
                f"{margin.label(k)} 的总体人数不能是 {totals[k]:.12g}",
                f"the total of {margin.label(k)} cannot be {totals[k]:.12g}",
            ),
            _POSITIVE,
        )
    for k in np.flatnonzero(~bad & (totals > 0) & ~(has > 0)).tolist():
        yield _problem(
            "empty",
            f"{margin.name}.{margin.label(k)}",
            Text(
                f"{margin.label(k)} 总体有 {totals[k]:.12g} 人,样本中一人也没有",
                f"{margin.label(k)} has {totals[k]:.12g} people in the population and none in the sample",
            ),
            _MERGE,
        )
    for k in np.flatnonzero(~bad & (totals == 0) & (has > 0)).tolist():
        yield _problem(
            "nobody",
            f"{margin.name}.{margin.label(k)}",
            Text(
                f"{margin.label(k)} 总体人数为 0,样本中却有人",
                f"{margin.label(k)} has people in the sample, and 0 in the population",
            ),
            Text("核对这一类的总体人数和受访者的登记", "check this total, and how respondents were recorded"),
        )


def _disagreeing(margins: tuple[Margin, ...]) -> Iterator[Problem]:
    """Tell of every margin whose totals do not add up to those of the first, as far as all are numbers."""
    margins = tuple(margin for margin in margins if (np.asarray(margin.totals) >= 0).all())
    if not margins:
        return
    first, whole = margins[0], float(np.sum(margins[0].totals))
    for other in margins[1:]:
        own = float(np.sum(other.totals))
        if abs(own - whole) > _SAME * max(abs(own), abs(whole)):
            yield _problem(
                "disagree",
                other.name,
                Text(
                    f"{first.name} 的总体人数合计 {whole:.12g},{other.name} 合计 {own:.12g},两者应相等",
                    f"the totals of {first.name} add up to {whole:.12g}, those of {other.name} to {own:.12g}",
                ),
                _ONE_SOURCE,
            )


def _not_ended(by_cell: Array, margins: tuple[Margin, ...], rounds: int) -> Problem:
    worst = max(margins, key=lambda margin: float(_off(by_cell, margin).max()))
    k = int(np.argmax(_off(by_cell, worst)))
    has = float(worst.added(by_cell)[k])
    return _problem(
        "no_end",
        f"{worst.name}.{worst.label(k)}",
        Text(
            f"校准 {rounds} 轮仍不收敛:{worst.label(k)} 应为 {worst.totals[k]:.12g},得 {has:.12g}",
            f"no end after {rounds} rounds: {worst.label(k)} should be {worst.totals[k]:.12g}, is {has:.12g}",
        ),
        _FEWER,
    )


def _not_positive(factor: Array, cell: int, margins: tuple[Margin, ...]) -> Problem:
    name = " × ".join(margin.label(int(margin.category[cell])) for margin in margins)
    return _problem(
        "negative",
        name,
        Text(
            f"{name} 的权数系数为 {factor[cell]:.6g},应大于 0",
            f"the weights of {name} would be multiplied by {factor[cell]:.6g}, which is not positive",
        ),
        _RAKE,
    )


def _problem(code: str, place: str, what: Text, hint: Text) -> Problem:
    return Problem("error", f"calibration.{code}", f"calibrate.{place}", what, hint)
