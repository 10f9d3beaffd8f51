"""Names and calls of a condition as quantities: the value of every unit with what is known of its error."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, cached_property
from typing import Final

import numpy as np

from township_eval.engine.judging.boxes import NodeBox
from township_eval.engine.judging.parts import NodeParts, leaf_freedom, parts_of_nodes
from township_eval.engine.judging.surveys import Asked, asked_of
from township_eval.evaluation import Evaluation
from township_eval.evaluation.figures import MOST_UNITS, ledger_of, rank_figures
from township_eval.methods.testing.bounded import bounded_limits
from township_eval.methods.testing.student import student_limits
from township_eval.methods.varying import Array
from township_eval.rules.certainty.quantity import BoxLimits, Quantity, RankLimits
from township_eval.rules.rank_sets import rank_sets
from township_eval.tree.propagation.errors import DELTA
from township_eval.tree.propagation.ground import Flags

__all__ = ["Quantities", "difference"]

_HALF: Final = 0.5


class Quantities:
    """The quantities of one evaluation; made once, asked for by every rule.

    * A leaf from a probability survey that is scored as it stands, and a node it alone makes uncertain in
      proportion, is a mean of bounded answers.
    * A node whose leaves' errors go straight through smooth rules is normal, with Satterthwaite's degrees
      of freedom.
    * What goes through bands, caps or steps has the limits of a box.
    * Without an error model, or counted in full: exact. With an error that nobody knows: unknown.
    """

    def __init__(self, evaluation: Evaluation) -> None:
        self.evaluation = evaluation
        self._nodes: dict[int, Quantity] = {}
        self._values: dict[int, Quantity] = {}

    @cached_property
    def parts(self) -> NodeParts:
        """What the errors of nodes rest on."""
        return parts_of_nodes(self.evaluation)

    @cached_property
    def asked(self) -> dict[int, Asked | None]:
        """What surveys say, by number of the leaf."""
        return {leaf: asked_of(self.evaluation, leaf) for leaf in range(len(self.evaluation.plan.leaves))}

    @cached_property
    def ledger(self) -> Array:
        """Sum of every unit's adjustments in points."""
        return ledger_of(self.evaluation)

    def node(self, row: int) -> Quantity:
        """Return the score of a node, 0-100 and unrounded."""
        if row not in self._nodes:
            self._nodes[row] = self._node(row)
        return self._nodes[row]

    def value(self, leaf: int) -> Quantity:
        """Return the value of a leaf, in its own unit."""
        if leaf not in self._values:
            self._values[leaf] = self._value(leaf)
        return self._values[leaf]

    def points(self, *, adjusted: bool) -> Quantity:
        """Return the composite, or the adjusted score, in units of the scale and unrounded."""
        shift = self.ledger if adjusted else np.zeros(self.evaluation.units.n)
        return moved(self.node(0), self.evaluation.scheme.scale / 100.0, shift)

    def rank(self, *, in_group: bool) -> Quantity:
        """Return the rank, with rank limits that are simultaneous over the units; unknown above 1,000."""
        evaluation = self.evaluation
        rank = evaluation.standing.rank_in_group if in_group else evaluation.standing.rank
        if not self._uncertain(0).any():
            return Quantity.of("exact", rank)
        if evaluation.units.n > MOST_UNITS:
            return Quantity.of("unknown", rank)
        return Quantity.of("rank", rank, ranks=self._rank_limits[in_group])

    @cached_property
    def _rank_limits(self) -> tuple[RankLimits, RankLimits]:
        """Limits of ranks overall and inside the class.

        One critical value over all pairs serves both sides, and a level asked for by one rule is asked for
        by the next.
        """
        figures = rank_figures(self.evaluation)

        def of(groups: Sequence[str] | None) -> RankLimits:
            @cache
            def limits(alpha: float) -> tuple[Array, Array]:
                found = rank_sets(figures, groups, level=1.0 - alpha, method="simultaneous")
                return found.lower, found.upper

            return limits

        return of(None), of(self.evaluation.units.groups)

    def short(self, row: int) -> Flags:
        """Return where a node rests on one survey whose sample does not meet the scheme's demand."""
        only = self.parts.only[row]
        out = np.zeros(only.shape, dtype=np.bool_)
        for leaf, at in enumerate(self.evaluation.plan.leaves):
            asked = self.asked[leaf]
            if asked is not None:
                out |= asked.short & ((only == leaf) | (at == row))
        return out

    # --- how a quantity is come by -----------------------------------------------------------------

    def _uncertain(self, row: int) -> Flags:
        return np.asarray((self.parts.count[row] > 0) | self.evaluation.precision.unknown[row])

    def _node(self, row: int) -> Quantity:
        precision, parts = self.evaluation.precision, self.parts
        score, se = self.evaluation.score[row], np.nan_to_num(precision.se[row])
        uncertain = parts.count[row] > 0
        found = Quantity.of("exact", score)
        if uncertain.any():
            smooth = (precision.method[row] == DELTA) & (se > 0)
            if (uncertain & ~smooth).any():
                box = Quantity.of("box", score, limits=NodeBox(self.evaluation, parts, row, self.asked))
                found = found.where(uncertain & ~smooth, box)
            normal = Quantity.of("normal", score, se=se, df=parts.df[row])
            found = found.where(uncertain & smooth, normal)
            found = self._with_means(found, row, uncertain & smooth)
        return found.where(precision.unknown[row], Quantity.of("unknown", score))

    def _with_means(self, found: Quantity, row: int, smooth: Flags) -> Quantity:
        """Return the quantity with means of bounded answers where one survey is all that is uncertain."""
        only, share = self.parts.only[row], self.parts.share[row]
        for leaf, asked in self.asked.items():
            mine = smooth & (only == leaf) & (share > 0)
            if asked is not None and mine.any():
                score = self.evaluation.score[row]
                found = found.where(
                    mine, moved(self.value(leaf), share, score - share * self.value(leaf).value)
                )
        return found

    def _value(self, leaf: int) -> Quantity:
        leaves, asked = self.evaluation.leaves, self.asked[leaf]
        value, se, df = (
            leaves.value[leaf],
            np.nan_to_num(leaves.se[leaf]),
            leaf_freedom(self.evaluation, leaf),
        )
        found = Quantity.of("exact", value)
        if (se > 0).any():
            mean = Quantity.of("normal", value, se=se, df=df)
            if asked is not None:
                mean = Quantity.of(
                    "bounded", value, se=se, df=df, n=asked.n, low=asked.low, high=asked.high,
                    least=asked.least, most=asked.most,
                )  # fmt: skip
            found = found.where(se > 0, mean)
        row = self.evaluation.plan.leaves[leaf]
        lost = leaves.unknown[leaf] | (self.evaluation.precision.unknown[row] & ~np.isnan(leaves.value[leaf]))
        return found.where(lost, Quantity.of("unknown", value))


def moved(one: Quantity, factor: Array | float, shift: Array | float) -> Quantity:
    """Return ``factor * one + shift``, the factor not negative; a rank is not moved."""
    limits: BoxLimits | None = None
    of_box = one.limits
    if of_box is not None:

        def limits(alpha: Array) -> tuple[Array, Array]:
            lower, upper = of_box(alpha)
            return factor * lower + shift, factor * upper + shift

    n = one.value.shape
    scale, offset = np.broadcast_to(factor, n), np.broadcast_to(shift, n)
    return Quantity(
        value=scale * one.value + offset, kind=one.kind, se=scale * one.se, df=one.df, n=one.n,
        low=scale * one.low + offset, high=scale * one.high + offset, limits=limits, ranks=None,
        least=scale * one.least + offset, most=scale * one.most + offset,
    )  # fmt: skip


def limits_of(one: Quantity, alpha: Array) -> tuple[Array, Array]:
    """Return the limits of any quantity but a rank, each one-sided at *alpha*; infinite where unknown."""
    lower = np.where(one.kind == "exact", one.value, -np.inf)
    upper = np.where(one.kind == "exact", one.value, np.inf)
    if (one.kind == "bounded").any():
        found = bounded_limits(one.value, one.se, one.df, one.n, alpha, low=one.low, high=one.high)
        lower, upper = _where(one, "bounded", found, (lower, upper))
    if (one.kind == "normal").any():
        found = student_limits(one.value, one.se, one.df, alpha)
        lower, upper = _where(one, "normal", found, (lower, upper))
    if one.limits is not None:
        lower, upper = _where(one, "box", one.limits(alpha), (lower, upper))
    return lower, upper


def _where(
    one: Quantity, kind: str, found: tuple[Array, Array], other: tuple[Array, Array]
) -> tuple[Array, Array]:
    """Return the limits found at the units of one kind, the others elsewhere."""
    mine = one.kind == kind
    return np.where(mine, found[0], other[0]), np.where(mine, found[1], other[1])


def difference(now: Quantity, before: Quantity) -> Quantity:
    """Return the change from one period to the next, by the limits of both at half the level.

    Notes
    -----
    Right whatever the two samples share (Bonferroni), and a little wide where they share nothing. Unknown
    where either error is, exact where both values are.
    """
    value = now.value - before.value
    both = ~now.uncertain & ~before.uncertain
    lost = (now.kind == "unknown") | (before.kind == "unknown") | np.isnan(value)

    def limits(alpha: Array) -> tuple[Array, Array]:
        half = alpha * _HALF
        low, high = limits_of(now, half)
        earlier_low, earlier_high = limits_of(before, half)
        return low - earlier_high, high - earlier_low

    found = Quantity.of("box", value, limits=limits).where(both, Quantity.of("exact", value))
    return found.where(lost, Quantity.of("unknown", value))
