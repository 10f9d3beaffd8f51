"""The scheme laid out for the units of one period: who is scored by which node, weight and rule.

Classes (and units with overrides of their own) select *variants* of the tree: plain schemes with
the same nodes but other weights, rules or policies. The plan keeps one variant per set of units,
so that the walk over the tree happens once for all units and never asks who belongs where.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from township_eval.inputs import Units, scheme_variants, unit_values
from township_eval.methods.varying import Array, Varying
from township_eval.scheme.differentiate import rewrite
from township_eval.scheme.model import Dimension, Node, Policy, Scheme

__all__ = ["Plan", "Positions", "Variant", "fill_numbers", "plan_tree"]

_DEFAULTS = {"not_applicable": Policy("share_out"), "missing": Policy("refuse"), "cohort": "all"}

Positions = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Variant:
    """A plain scheme and the positions of the units it holds for."""

    scheme: Scheme
    positions: Positions

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """The nodes of the plain scheme, in tree order."""
        return self.scheme.nodes()

    def dimension(self, row: int) -> Dimension:
        """Return an inner node; ``TypeError`` for a leaf."""
        node = self.nodes[row]
        if not isinstance(node, Dimension):
            msg = f"{node.id} is a leaf"
            raise TypeError(msg)
        return node

    @cached_property
    def inherited(self) -> dict[str, dict[str, Any]]:
        """Per field that nodes inherit, its value by node id."""
        parents = self.scheme.parents()
        found: dict[str, dict[str, Any]] = {name: {} for name in _DEFAULTS}
        for node in self.nodes:
            parent = parents.get(node.id)
            for name, by_node in found.items():
                own = getattr(node, name)
                by_node[node.id] = own if own is not None else _from(by_node, parent, _DEFAULTS[name])
        return found


def _from(by_node: dict[str, Any], parent: Dimension | None, default: object) -> object:
    return default if parent is None else by_node[parent.id]


@dataclass(frozen=True, eq=False)
class Plan:
    """The tree as positions: row ``k`` of every array of nodes is node ``ids[k]``, the index is row 0.

    ``event_factors`` holds, by node id, what events multiply a score by, ``(n_units,)``: 0 sets it to
    zero, 1 leaves it alone. Nodes that no event touches are absent.
    """

    scheme: Scheme
    units: Units
    variants: tuple[Variant, ...]
    event_factors: Mapping[str, Array] = field(default_factory=dict)

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """The nodes of the period's scheme, classes not chosen, in tree order."""
        return self.scheme.nodes()

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """Node ids in tree order."""
        return tuple(node.id for node in self.nodes)

    @cached_property
    def row(self) -> dict[str, int]:
        """Row of every node."""
        return {node_id: row for row, node_id in enumerate(self.ids)}

    @cached_property
    def children(self) -> tuple[tuple[int, ...], ...]:
        """Rows of every node's children; empty for leaves."""
        return tuple(
            tuple(self.row[child.id] for child in node.children) if isinstance(node, Dimension) else ()
            for node in self.nodes
        )

    @cached_property
    def parent(self) -> tuple[int, ...]:
        """Row of every node's parent, -1 for the index."""
        parents = [-1] * len(self.ids)
        for row, below in enumerate(self.children):
            for child in below:
                parents[child] = row
        return tuple(parents)

    @cached_property
    def leaves(self) -> tuple[int, ...]:
        """Rows of the leaves, in tree order."""
        return tuple(row for row, below in enumerate(self.children) if not below)

    @cached_property
    def weight(self) -> Array:
        """Weights as written, ``(n_nodes, n_units)``; the index has the sum of its children's."""
        weight = np.zeros((len(self.ids), self.units.n))
        for variant in self.variants:
            for row, node in enumerate(variant.nodes):
                stated = node.weight
                if isinstance(stated, Varying):
                    stated = unit_values(stated, self.units, variant.positions)
                weight[row, variant.positions] = stated
        return weight

    @cached_property
    def counted(self) -> NDArray[np.bool_]:
        """Where a node counts, ``(n_nodes, n_units)``: it has a weight, or it multiplies a dimension."""
        counted = self.weight > 0
        for variant in self.variants:
            for node in variant.nodes:
                if isinstance(node, Dimension) and node.multiplier is not None:
                    counted[self.row[node.multiplier.by], variant.positions] = True
        return counted

    @cached_property
    def multiplied(self) -> dict[int, Array]:
        """What events multiply scores by, ``(n_units,)`` each, by row; empty for most periods."""
        found = {self.row[name]: by for name, by in self.event_factors.items() if name in self.row}
        return {row: by for row, by in sorted(found.items()) if (by != 1.0).any()}

    @cached_property
    def under_events(self) -> NDArray[np.bool_]:
        """Where a node lies below one that an event took a part of, ``(n_nodes, n_units)``."""
        under = np.zeros((len(self.ids), self.units.n), dtype=np.bool_)
        for row, below in enumerate(self.children):
            taken = under[row] | (self.multiplied[row] != 1.0) if row in self.multiplied else under[row]
            for child in below:
                under[child] = taken
        return under

    def carried(self, previous: Array | None) -> Array | None:
        """Return scores of the period before as they would count now, after this period's events."""
        if previous is None or not self.multiplied:
            return previous
        counted = previous.copy()
        for row, factor in self.multiplied.items():
            counted[row] *= factor
        return counted

    def take(self, positions: Sequence[int]) -> Plan:
        """Return the tree laid out for some of the units, in the order given."""
        some = {name: by[list(positions)] for name, by in self.event_factors.items()}
        return plan_tree(self.scheme, self.units.take(positions), factors=some)

    def by_unit(self, pick: Callable[[Variant], object]) -> Array:
        """Spread a number each variant states over the units, ``(n_units,)``."""
        spread = np.full(self.units.n, np.nan)
        for variant in self.variants:
            spread[variant.positions] = unit_values(pick(variant), self.units, variant.positions)
        return spread

    def policies(self, field: str, node_id: str) -> tuple[tuple[Policy, Positions], ...]:
        """Return the policies of a node (``not_applicable`` or ``missing``), each with its units."""
        stated = tuple(variant.inherited[field][node_id] for variant in self.variants)
        if stated not in self._policies:  # a few combinations serve all nodes
            self._policies[stated] = tuple(self._by_policy(stated))
        return self._policies[stated]

    @cached_property
    def _policies(self) -> dict[tuple[object, ...], tuple[tuple[Policy, Positions], ...]]:
        return {}

    def _by_policy(self, stated: tuple[object, ...]) -> Iterator[tuple[Policy, Positions]]:
        found: dict[Policy, list[Positions]] = {}
        for variant, one in zip(self.variants, stated, strict=True):
            for policy, positions in _policy_units(one, self.units, variant.positions):
                found.setdefault(policy, []).append(positions)
        for policy, parts in found.items():
            yield policy, np.concatenate(parts)


def plan_tree(
    scheme: Scheme, units: Units, variants: Iterable[tuple[Scheme, Positions]] | None = None,
    factors: Mapping[str, Array] | None = None,
) -> Plan:  # fmt: skip
    """Lay out a scheme of one period for its units.

    Parameters
    ----------
    scheme : Scheme
        The scheme of one period (`Scheme.for_period`).
    units : Units
        Who is evaluated, with classes.
    variants : iterable of (Scheme, positions), optional
        The plain schemes and whom they hold for, where they are known already.
    factors : mapping of str to array (n_units,), optional
        What events multiply the scores of nodes by (`Plan.event_factors`).
    """
    known = scheme_variants(scheme, units) if variants is None else variants
    return Plan(scheme, units, tuple(Variant(plain, at) for plain, at in known), dict(factors or {}))


def fill_numbers(rule: Any, units: Units, positions: Positions | None) -> Any:
    """Return a rule whose fields that vary by unit are arrays.

    With *positions* the arrays have one entry for each of them, else one for every unit.
    """
    where = np.arange(units.n) if positions is None else positions
    return rewrite(rule, lambda varying: unit_values(varying, units, where))


def _policy_units(stated: Any, units: Units, positions: Positions) -> list[tuple[Policy, Positions]]:
    if not isinstance(stated, Varying):
        return [(stated, positions)]
    named = {units.find(case.key): case.value for case in stated.cases}
    by_policy: dict[Policy, list[int]] = {}
    for at in positions:
        policy = named.get(int(at), stated.default)
        by_policy.setdefault(policy, []).append(int(at))
    return [(policy, np.array(members)) for policy, members in by_policy.items()]
