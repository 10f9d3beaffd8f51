"""What the change of a composite is made of: values of indicators, weights, rules, adjustments."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from township_eval.analysis.periods.change.hybrid import Given, Scores, Side
from township_eval.analysis.periods.links import Links
from township_eval.methods.differences import bennet, shapley
from township_eval.methods.varying import Array
from township_eval.tree import Plan
from township_eval.tree.plan import Positions

__all__ = ["ADJUSTMENTS", "OTHERS", "RULES", "WEIGHTS", "Decomposition", "decompose"]

#: Parts that are no indicator.
WEIGHTS, RULES, ADJUSTMENTS, OTHERS = "weights", "rules", "adjustments", "others"

_CONTEXTS: Final = tuple(
    (weights, rules) for weights in (0, 1) for rules in (0, 1)
)  # weights and rules: before (0) or after (1)
# The Shapley weight of a context among three players; adjustments add and take no part in it.
_SHARE: Final = (1 / 3, 1 / 6, 1 / 6, 1 / 3)
_EXACT: Final = 1e-9


@dataclass(frozen=True, eq=False)
class Decomposition:
    """Parts of the change of every later unit, unrounded composite points.

    Attributes
    ----------
    indicators : tuple of str
        Leaves of either period: those of the later one in tree order, then those that are gone.
    values : array, (n_indicators, n_units)
        What each indicator's own change does.
    weights, rules, others : array, (n_units,)
        ``others``: indicators or units that are there in one period alone, where their part cannot be
        told apart; 0 wherever scores add up.
    additive : array of bool, (n_units,)
        Whether indicators add up to the composite; else their parts are averages over two orders.
    """

    indicators: tuple[str, ...]
    values: Array
    weights: Array
    rules: Array
    others: Array
    additive: NDArray[np.bool_]


def decompose(before: Side, after: Side, links: Links) -> Decomposition:
    """Return what the change of the composites between two periods is made of.

    Shapley over the values of indicators, weights and rules, each as of the one or the other period
    (the adjustments add to the composite and are a fourth player with the same effect in every order).
    The part of the values is split by indicator: exactly where the composite is a weighted sum, with
    `methods.differences.bennet`; elsewhere each indicator's values are exchanged one after the other, in
    the order of the tree and in the reverse one, and the two effects averaged.

    Parameters
    ----------
    before, after : Side
    links : Links
        Who is whom.
    """
    game = _Game(before, after, links)
    points = np.empty((2, 2, 2, len(links.share)))
    for context in _CONTEXTS:
        for period in (0, 1):
            found = game.scores(period, context)
            points[period][context] = found.index * found.points
    _, weights, rules = shapley(points, 3)
    values, others, additive = _split(game, points)
    n = after.plan.units.n
    whole = links.total(np.vstack([values, weights, rules, others]), n)
    of_unit = np.ones(n, dtype=np.bool_)
    of_unit[links.after[~additive]] = False
    return Decomposition(game.ids, whole[:-3], whole[-3], whole[-2], whole[-1], of_unit)


def _split(game: _Game, points: Array) -> tuple[Array, Array, NDArray[np.bool_]]:
    """Return the effects of values by indicator, what belongs to none, and where scores add up."""
    n_links = points.shape[-1]
    values, others = np.zeros((len(game.ids), n_links)), np.zeros(n_links)
    additive = np.ones(n_links, dtype=np.bool_)
    for context in _CONTEXTS:
        additive &= game.adds_up(context)
    for share, context in zip(_SHARE, _CONTEXTS, strict=True):
        one, two = (game.scores(period, context) for period in (0, 1))
        parts = bennet((one.share, two.share), (one.leaf, two.leaf), (one.index, two.index)) * one.points
        rest = np.zeros(n_links)
        if not additive.all():
            steps = game.exchanged(context)
            parts = np.where(additive, parts, steps)
            rest = np.where(additive, 0.0, points[1][context] - points[0][context] - steps.sum(axis=0))
        values += share * parts
        others += share * rest
    return values, others, additive


@dataclass(frozen=True, eq=False)
class _Game:
    """Scores of the links, ``(..., n_links)``, under every mixture of values, weights and rules."""

    before: Side
    after: Side
    links: Links

    @cached_property
    def _known(self) -> dict[tuple[int, tuple[int, int]], Scores]:
        return {}

    @property
    def ids(self) -> tuple[str, ...]:
        """Leaves of either period."""
        return tuple(dict.fromkeys((*self.after.leaf_ids, *self.before.leaf_ids)))

    def scores(self, period: int, context: tuple[int, int]) -> Scores:
        """Return the scores of one period's values under weights and rules of a context."""
        if (period, context) not in self._known:
            self._known[period, context] = self._scored(period, context)
        return self._known[period, context]

    def adds_up(self, context: tuple[int, int]) -> NDArray[np.bool_]:
        """Return where the leaves' weighted scores are the index in both periods."""
        additive = np.ones(len(self.links.share), dtype=np.bool_)
        for period in (0, 1):
            found = self.scores(period, context)
            total = (found.share * np.nan_to_num(found.leaf)).sum(axis=0)
            additive &= np.abs(total - found.index) < _EXACT * np.maximum(1.0, np.abs(total))
        return additive

    def _scored(self, period: int, context: tuple[int, int]) -> Scores:
        side = (self.before, self.after)[period]
        n, shape = len(self.links.share), (len(self.ids), len(self.links.share))
        index, leaf, share, points = np.full(n, np.nan), np.full(shape, np.nan), np.zeros(shape), 1.0
        rows = [self.ids.index(one) for one in side.leaf_ids]
        for plan, at, of_links in self._plans(period, context):
            found = side.scored(plan)
            points = found.points
            index[of_links] = found.index[at]
            places = np.array(rows)[:, None], of_links
            leaf[places] = found.leaf[:, at]
            share[places] = found.share[:, at]
        return Scores(index, leaf, share, points)

    def _plans(self, period: int, context: tuple[int, int]) -> list[tuple[Plan, Positions, Positions]]:
        """Return the trees, one a layer, with positions of units and the links they are for."""
        own, other = (self.before, self.after)[period], (self.after, self.before)[period]
        sides = (self.links.before, self.links.after)
        found = []
        for layer in self.links.layers:
            chosen = np.flatnonzero(layer[period])
            partner = np.full(own.plan.units.n, -1, dtype=np.intp)
            first = np.flatnonzero(self.links.layers[0][period])
            partner[sides[period][first]] = sides[1 - period][first]
            partner[sides[period][chosen]] = sides[1 - period][chosen]
            wanted = [bool(one != period) for one in context]
            plan = own.under(other, partner, weights=wanted[0], rules=wanted[1])
            if len(chosen):
                found.append((plan, sides[period][chosen], chosen))
        return found

    def exchanged(self, context: tuple[int, int]) -> Array:
        """Return the effect of exchanging one indicator's values after another, ``(n_ids, n_links)``.

        In the tree of the period before; the mean of the tree's order and the reverse one.
        """
        effects = np.zeros((len(self.ids), len(self.links.share)))
        common = [one for one in self.before.leaf_ids if one in self.after.leaf_ids]
        for plan, at, of_links in self._plans(0, context):
            partner = np.full(self.before.plan.units.n, -1, dtype=np.intp)
            first = np.flatnonzero(self.links.layers[0][0])
            partner[self.links.before[first]] = self.links.after[first]
            partner[at] = self.links.after[of_links]
            for order in (common, common[::-1]):
                effects[:, of_links] += self._walked(plan, partner, order, at) / 2.0
        return effects

    def _walked(self, plan: Plan, partner: Positions, order: list[str], at: Positions) -> Array:
        old, new = self.before.given, self.after.given
        now = Given(old.value.copy(), old.status.copy(), old.known.copy())
        found = np.zeros((len(self.ids), len(at)))
        there = np.flatnonzero(partner >= 0)
        last = self.before.scored(plan, now)
        for one in order:
            row, theirs = self.before.leaf_ids.index(one), self.after.leaf_ids.index(one)
            for mine, yours in zip(_arrays(now), _arrays(new), strict=True):
                mine[row, there] = yours[theirs, partner[there]]
            scored = self.before.scored(plan, now)
            found[self.ids.index(one)] = (scored.index - last.index)[at] * scored.points
            last = scored
        return found


def _arrays(given: Given) -> tuple[NDArray[Any], ...]:
    return given.value, given.status, given.known
