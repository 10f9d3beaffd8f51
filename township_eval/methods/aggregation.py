"""Aggregation: the scores of a node's children become the node's score.

An aggregation takes scores ``(..., n_children, n_units)`` and weights ``(n_children,)`` and returns
``(..., n_units)``. Children that are NaN are left out and the weights of the others count as
written; a child of weight 0 is as good as absent; no child at all gives NaN.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Protocol, runtime_checkable

import numpy as np
from numpy.typing import ArrayLike

from township_eval.language import Text
from township_eval.methods.varying import Array

__all__ = ["AGGREGATIONS", "Aggregation", "PowerMean", "Weakest"]

_NAMES: Final = {1.0: "arithmetic", 0.0: "geometric", -1.0: "harmonic"}
# Beyond this the powers of scores leave the range of doubles, and the mean is all but the extreme.
_LARGEST_POWER: Final = 20.0


@runtime_checkable
class Aggregation(Protocol):
    """An aggregation. An own class needs only ``__call__``; the rest is optional there."""

    @property
    def method(self) -> str:
        """Name in a scheme file."""
        ...

    def __call__(self, scores: ArrayLike, weights: ArrayLike) -> Array:
        """Return the node's score ``(..., n_units)``."""
        ...

    def words(self) -> Text:
        """Say the aggregation."""
        ...

    def faults(self) -> tuple[Text, ...]:
        """Say what is impossible about the parameters."""
        ...


@dataclass(frozen=True, slots=True)
class PowerMean:
    r"""Weighted power mean: arithmetic (p = 1), geometric (0), harmonic (-1), or any other power.

    .. math:: M_p = \Bigl(\frac{\sum_c w_c x_c^p}{\sum_c w_c}\Bigr)^{1/p}, \qquad
              M_0 = \exp\frac{\sum_c w_c \ln x_c}{\sum_c w_c}

    Parameters
    ----------
    p : float
        The smaller, the less a strong child makes up for a weak one.

    Notes
    -----
    Sums run over the children with a score, child by child in the order given: a unit's result does
    not depend on the other units, their number or their order, to the last bit. For ``p <= 0`` a zero
    child gives 0. For ``p`` other than 1 a negative child gives NaN; the caller reports it. Source:
    OECD/JRC Handbook on Constructing Composite Indicators (2008), step 7.

    Examples
    --------
    >>> scores = [[80.0, 90.0], [60.0, float("nan")]]
    >>> PowerMean(1)(scores, [3, 1]).tolist()
    [75.0, 90.0]
    >>> PowerMean(0)([[16.0], [4.0]], [1, 1]).round(9).tolist()
    [8.0]
    >>> PowerMean(-1)([[0.0], [50.0]], [1, 1]).tolist()
    [0.0]
    """

    p: float = 1.0

    @property
    def method(self) -> str:
        """Name in a scheme file: ``arithmetic``, ``geometric``, ``harmonic`` or ``power``."""
        return _NAMES.get(float(self.p), "power")

    def __call__(self, scores: ArrayLike, weights: ArrayLike) -> Array:
        """Return the weighted power mean over the second last axis.

        Parameters
        ----------
        scores : array_like (..., n_children, n_units)
            Scores 0-100, NaN where a child has none.
        weights : array_like (n_children,) or (n_children, n_units)
            Not negative; only their ratios matter. One set for all units, or one for each.

        Returns
        -------
        Array (..., n_units)

        Raises
        ------
        ValueError
            Shapes do not fit, or a weight is negative, NaN or infinite.
        """
        x, w = _checked(scores, weights)
        total = np.zeros(x.shape[:-2] + x.shape[-1:])
        weight = np.zeros(total.shape)
        buffer = np.empty(total.shape)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            for child in _weighing(w):
                values = x[..., child, :]
                absent = np.isnan(values) | (w[child] == 0)
                np.multiply(self._powered(values, buffer), w[child], out=buffer)
                if absent.any():
                    np.copyto(buffer, 0.0, where=absent)
                    weight += w[child] * ~absent
                else:
                    weight += w[child]
                total += buffer
            return self._root(np.divide(total, weight, out=total))  # 0 / 0 is NaN: no child at all

    def _powered(self, values: Array, out: Array) -> Array:
        if self.p == 1:
            return values
        if self.p == 0:
            return np.log(values, out=out)
        np.power(values, self.p, out=out)
        np.copyto(out, np.nan, where=values < 0)
        return out

    def _root(self, mean: Array) -> Array:
        if self.p == 1:
            return mean
        if self.p == 0:
            return np.exp(mean, out=mean)
        return np.power(mean, 1.0 / self.p, out=mean)

    def words(self) -> Text:
        """Say the aggregation."""
        return {
            "arithmetic": Text("加权算术平均(各项按权重相加)", "weighted arithmetic mean"),
            "geometric": Text(
                "加权几何平均(短板拉低总分)", "weighted geometric mean (weak children weigh more)"
            ),
            "harmonic": Text(
                "加权调和平均(短板明显拉低总分)", "weighted harmonic mean (weak children weigh much more)"
            ),
        }.get(self.method, Text(f"加权幂平均(p={self.p:.12g})", f"weighted power mean (p = {self.p:.12g})"))

    def faults(self) -> tuple[Text, ...]:
        """Say where the power cannot be used."""
        if math.isfinite(self.p) and abs(self.p) <= _LARGEST_POWER:
            return ()
        return (
            Text(
                f"幂次 p 应在-20至20之间,现为{self.p};只看最差的一项请写 weakest",
                f"the power p must be -20 to 20, not {self.p}; for the worst child alone write weakest",
            ),
        )


@dataclass(frozen=True, slots=True)
class Weakest:
    """The smallest score among the children with a weight (短板法).

    Examples
    --------
    >>> Weakest()([[80.0, float("nan")], [60.0, 90.0], [10.0, 10.0]], [1, 1, 0]).tolist()
    [60.0, 90.0]
    """

    @property
    def method(self) -> str:
        """Name in a scheme file."""
        return "weakest"

    def __call__(self, scores: ArrayLike, weights: ArrayLike) -> Array:
        """Return the smallest score over the second last axis; parameters as for `PowerMean`."""
        x, w = _checked(scores, weights)
        out = np.full(x.shape[:-2] + x.shape[-1:], np.nan)
        for child in _weighing(w):
            np.fmin(out, np.where(w[child] > 0, x[..., child, :], np.nan), out=out)
        return out

    def words(self) -> Text:
        """Say the aggregation."""
        return Text("取各项中的最低分(短板法)", "the lowest score of the children")

    def faults(self) -> tuple[Text, ...]:
        """Return nothing: there is no parameter."""
        return ()


def _checked(scores: ArrayLike, weights: ArrayLike) -> tuple[Array, Array]:
    x, w = np.asarray(scores, dtype=np.float64), np.asarray(weights, dtype=np.float64)
    found = list(_misfits(x, w))
    if found:
        raise ValueError("; ".join(found))
    return x, w


def _misfits(x: Array, w: Array) -> Iterator[str]:
    if x.ndim < 2 or w.shape not in (x.shape[-2:-1], x.shape[-2:]):  # noqa: PLR2004  children and units
        yield (
            f"scores (..., n_children, n_units) {x.shape} and weights (n_children,) "
            f"or (n_children, n_units) {w.shape} do not fit"
        )
    if not np.all(np.isfinite(w)) or np.any(w < 0):
        yield f"weights must be finite and not negative: {w.tolist()}"


def _weighing(w: Array) -> list[int]:
    """Return the children that have a weight for somebody."""
    return np.flatnonzero(w if w.ndim == 1 else w.any(axis=1)).tolist()


#: ``aggregation:`` of a scheme file -> aggregation; ``power`` is written ``{method: power, p: 2}``
AGGREGATIONS: Final[dict[str, Aggregation]] = {
    "arithmetic": PowerMean(1.0),
    "geometric": PowerMean(0.0),
    "harmonic": PowerMean(-1.0),
    "weakest": Weakest(),
}
