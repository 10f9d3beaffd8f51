"""What a condition asks about, with all that is known of its error."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal, Self, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from township_eval.methods.varying import Array

__all__ = ["KINDS", "BoxLimits", "Kind", "Quantity", "RankLimits"]

Kind: TypeAlias = Literal["exact", "bounded", "normal", "box", "rank", "unknown"]
KINDS: Final[tuple[Kind, ...]] = ("exact", "bounded", "normal", "box", "rank", "unknown")

#: alpha (n_units,) -> lower and upper limit (n_units,), each one-sided at its alpha
BoxLimits: TypeAlias = Callable[[Array], tuple[Array, Array]]
#: alpha -> lower and upper rank limit (n_units,), each simultaneous over the units at alpha
RankLimits: TypeAlias = Callable[[float], tuple[Array, Array]]


@dataclass(frozen=True, eq=False)
class Quantity:
    """One quantity of every unit and how it was come by.

    Make it with `exact`, `unknown`, `bounded`, `normal`, `boxed` or `ranked`; `where` joins two of
    them, as a survey in which some townships were counted in full.

    Attributes
    ----------
    value : array (n_units,)
        Point estimate, unrounded; NaN where there is none.
    kind : array of str (n_units,)
        ``exact`` compares without error; ``bounded`` is a mean of answers between *low* and *high*
        (Korn-Graubard beta test); ``normal`` is tested by Student's t; ``box`` by *limits*; ``rank`` by
        *ranks*; ``unknown`` has an error that nobody knows and shows nothing.
    se, df, n : array (n_units,)
        Standard error and degrees of freedom of the design; number of valid answers. NaN: not known.
    low, high : array (n_units,)
        Scores of the lowest and the highest possible answer. Of a scale 100, 80, 30 these are 30 and 100:
        wider ones are safe and cost power.
    limits : callable, optional
        For ``box``.
    ranks : callable, optional
        For ``rank``.
    least, most : array (n_units,)
        Value if all don't-knows were the lowest, or the highest, answer; NaN where that is not asked.
    """

    value: Array
    kind: NDArray[np.str_]
    se: Array
    df: Array
    n: Array
    low: Array
    high: Array
    limits: BoxLimits | None
    ranks: RankLimits | None
    least: Array
    most: Array

    @classmethod
    def of(  # noqa: PLR0913  one field each
        cls,
        kind: Kind,
        value: ArrayLike,
        *,
        se: ArrayLike = np.nan,
        df: ArrayLike = np.nan,
        n: ArrayLike = np.nan,
        low: ArrayLike = 0.0,
        high: ArrayLike = 100.0,
        limits: BoxLimits | None = None,
        ranks: RankLimits | None = None,
        least: ArrayLike = np.nan,
        most: ArrayLike = np.nan,
    ) -> Self:
        """Return a quantity of one kind for all units; numbers stand for all of them.

        Raises
        ------
        ValueError
            An unknown kind, or a box or a rank without its limits: a defect of the caller.

        Examples
        --------
        >>> Quantity.of("bounded", [66.4, 81.0], se=[2.1, 1.8], df=199, n=200).kind.tolist()
        ['bounded', 'bounded']
        """
        if kind not in KINDS or (kind == "box" and limits is None) or (kind == "rank" and ranks is None):
            msg = f"a quantity of kind {kind!r} is not one, or lacks the limits it is tested by"
            raise ValueError(msg)
        x = np.atleast_1d(np.asarray(value, dtype=np.float64))

        def whole(given: ArrayLike) -> Array:
            return np.broadcast_to(np.asarray(given, dtype=np.float64), x.shape)

        return cls(
            value=x, kind=np.full(x.shape, kind, dtype="<U8"), se=whole(se), df=whole(df), n=whole(n),
            low=whole(low), high=whole(high), limits=limits, ranks=ranks,
            least=whole(least), most=whole(most),
        )  # fmt: skip

    def where(self, mask: ArrayLike, other: Quantity) -> Quantity:
        """Return this quantity with *other* at the units of *mask*.

        The limits of a box or a rank are kept from whichever of the two has them.

        Examples
        --------
        >>> asked = Quantity.of("bounded", [66.4, 81.0], se=[2.1, 0.0], df=199, n=200)
        >>> asked.where([False, True], Quantity.of("exact", [66.4, 81.0])).kind.tolist()
        ['bounded', 'exact']
        """
        take = np.broadcast_to(np.asarray(mask, dtype=bool), self.value.shape)
        chosen = {
            name: np.where(take, getattr(other, name), getattr(self, name))
            for name in ("value", "kind", "se", "df", "n", "low", "high", "least", "most")
        }
        return Quantity(limits=self.limits or other.limits, ranks=self.ranks or other.ranks, **chosen)

    @property
    def uncertain(self) -> NDArray[np.bool_]:
        """Where the quantity is not exact, (n_units,)."""
        return np.asarray(self.kind != "exact")
