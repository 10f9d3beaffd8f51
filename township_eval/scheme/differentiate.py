"""Choosing: one period, one class, one unit of a scheme, resolved before any arithmetic.

A value that differs (`Varying`) is chosen by period first, then by class or unit; a unit's own
value beats its class's, which beats the default. What differs by unit stays until the engine fills
it in as an array. Nothing here looks at data.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cache
from typing import Any, TypeAlias

from township_eval.methods.varying import Case, Varying
from township_eval.scheme.model import Dimension, Node, Override, Scheme
from township_eval.scheme.periods import is_due, is_period

__all__ = [
    "Names", "for_group", "for_period", "for_unit", "names_of", "rewrite", "unit_code", "unit_codes",
]  # fmt: skip

Change: TypeAlias = Callable[[Any], Any]


# ---- who is meant by a name ----------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Names:
    """What the names in a scheme mean: units by code, name and alias; sites; classes."""

    codes: dict[str, str]
    sites: dict[str, tuple[str, ...]]
    groups: frozenset[str]

    def units(self, name: str) -> tuple[str, ...]:
        """Return the codes a name means; the name itself where the scheme does not know it."""
        if name in self.codes:
            return (self.codes[name],)
        meant = self.sites.get(name, (name,))
        return tuple(dict.fromkeys(self.codes.get(unit, unit) for unit in meant))

    def by_period(self, value: Varying) -> bool:
        """Return whether the keys of a varying value are periods.

        They are when one of them is of the ordered kinds, or when the scheme lists its units and no
        key is one of them, a site or a class.
        """
        if any(is_period(key) for key in value.keys):
            return True
        if not self.codes:
            return False
        return not any(key in self.groups or key in self.codes or key in self.sites for key in value.keys)


def names_of(scheme: Scheme) -> Names:
    """Return what the names in a scheme mean. A code beats a name, a name beats an alias."""
    codes: dict[str, str] = {}
    for unit in scheme.units:
        codes |= {alias: unit.code for alias in unit.aliases if alias not in codes}
    codes |= {unit.name: unit.code for unit in scheme.units}
    codes |= {unit.code: unit.code for unit in scheme.units}
    sites = {site.place: site.units for site in scheme.sites}
    return Names(codes, sites, frozenset(group.id for group in scheme.groups))


def unit_code(scheme: Scheme, name: str) -> str | None:
    """Return the code of the unit that goes by this code, name or alias; None if the scheme lists none."""
    return names_of(scheme).codes.get(name)


def unit_codes(scheme: Scheme, name: str) -> tuple[str, ...]:
    """Return the codes meant by a code, name, alias or site; the name itself where nothing is known.

    A name that the scheme does not list may be a unit that only the inputs list: it is kept. For
    many names ask `names_of` once.
    """
    return names_of(scheme).units(name)


def rewrite(value: Any, change: Change) -> Any:
    """Return a value of a scheme with every `Varying` in it replaced by ``change(varying)``."""
    if isinstance(value, _ATOMS):
        return value
    if isinstance(value, Varying):
        return change(value)
    if isinstance(value, tuple):
        parts = tuple(rewrite(part, change) for part in value)
        return value if all(map(operator.is_, parts, value)) else parts
    changed = {}
    for name in _field_names(value.__class__):
        old = getattr(value, name)
        new = old if isinstance(old, _ATOMS) else rewrite(old, change)
        if new is not old:
            changed[name] = new
    return replace(value, **changed) if changed else value


_ATOMS = (str, float, int, type(None))


@cache
def _field_names(kind: type[Any]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind)) if is_dataclass(kind) else ()


# ---- period --------------------------------------------------------------------------------------
def for_period(scheme: Scheme, period: str) -> Scheme:
    """Return the scheme of one period.

    What varies by period is chosen. A node that is not due keeps its ``due_in``, and so does
    everything below it; a node that is due has none.

    Raises
    ------
    ValueError
        The scheme is already that of another period.
    """
    if scheme.period == period:
        return scheme
    if scheme.period:
        msg = f"this is already the scheme of {scheme.period}; start from the whole scheme"
        raise ValueError(msg)
    names = names_of(scheme)

    def choose(value: Varying) -> Any:
        return value.get(period) if names.by_period(value) else value

    index = _due(rewrite(scheme.index, choose), period, ())
    return replace(scheme, index=index, context=rewrite(scheme.context, choose), period=period)


def _due(node: Any, period: str, above: tuple[str, ...]) -> Any:
    """Keep ``due_in`` only where the node, or one above it, is not due."""
    stays = above if is_due(node.due_in, period) else node.due_in
    node = replace(node, due_in=stays)
    if isinstance(node, Dimension):
        node = replace(node, children=tuple(_due(child, period, stays) for child in node.children))
    return node


# ---- class and unit ------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class _Chooser:
    """One class of a scheme: what it chooses, and which names belong to other classes."""

    names: Names
    group: str
    others: frozenset[str]
    periods_left: bool

    def value(self, value: Varying) -> Any:
        """Choose the class's value; keys of its units stay, as codes where these are known."""
        if self.periods_left and self.names.by_period(value):
            cases = tuple(Case(case.key, self.branch(case.value)) for case in value.cases)
            return Varying(cases, self.branch(value.default))
        default = next((case.value for case in value.cases if case.key == self.group), value.default)
        units = tuple(
            Case(code, case.value) for case in value.cases for code in self.units_of_class(case.key)
        )
        return Varying(units, default) if units else default

    def branch(self, content: Any) -> Any:
        """Choose inside one period's branch."""
        return self.value(content) if isinstance(content, Varying) else content

    def units_of_class(self, key: str) -> tuple[str, ...]:
        """Return the units a key means that may belong to the class; none for a class's id."""
        if key in self.names.groups or key == self.group:
            return ()
        return tuple(code for code in self.names.units(key) if code not in self.others)

    def node(self, node: Node) -> Node:
        """Apply the class's overrides, name units by code, choose what varies."""
        mine = [override for override in node.overrides if override.who == self.group]
        stay = tuple(
            replace(override, who=code)
            for override in node.overrides
            for code in self.units_of_class(override.who)
        )
        node = _applied(node, mine, stay)
        codes = (code for name in node.applies_to for code in self.names.units(name))
        if node.applies_to:
            node = replace(node, applies_to=tuple(dict.fromkeys(codes)))
        return _rewritten(node, self.value)


def for_group(scheme: Scheme, group: str) -> Scheme:
    """Return the plain scheme of one class.

    What varies by class is chosen, the class's overrides are applied, names of units and sites are
    codes where the scheme knows them, and a node applies only where everything above it does.
    Values and overrides of single units stay. ``group`` may be empty: units without a class.

    Raises
    ------
    ValueError
        The scheme is already that of another class.
    """
    if scheme.group and scheme.group != group:
        msg = f"this is already the scheme of {scheme.group}; start from the whole scheme"
        raise ValueError(msg)
    others = frozenset(unit.code for unit in scheme.units if unit.group and unit.group != group)
    chooser = _Chooser(names_of(scheme), group, others, periods_left=not scheme.period)
    index = _narrowed(_each(scheme.index, chooser.node), (), "")
    return replace(scheme, index=index, context=rewrite(scheme.context, chooser.value), group=group)


def for_unit(scheme: Scheme, *names: str) -> Scheme:
    """Return the scheme of one unit, given every name it goes by (code, name, aliases).

    Start from the scheme of its period and class. The unit's overrides are applied and what varies
    by unit is chosen; nothing varies afterwards.
    """
    meanings = names_of(scheme)
    known = {*names, *(code for name in names for code in meanings.units(name))}

    def choose(value: Varying) -> Any:
        return next((case.value for case in value.cases if case.key in known), value.default)

    def change(node: Node) -> Node:
        mine = [override for override in node.overrides if override.who in known]
        return _rewritten(_applied(node, mine, ()), choose)

    return replace(scheme, index=_each(scheme.index, change))


def _each(node: Any, change: Callable[[Node], Node]) -> Any:
    """Return the tree with every node changed; children follow their changed parent."""
    if not isinstance(node, Dimension):
        return change(node)
    bare: Any = change(replace(node, children=()))
    return replace(bare, children=tuple(_each(child, change) for child in node.children))


def _rewritten(node: Node, change: Change) -> Node:
    changed: Node = rewrite(node, change)
    return changed


def _applied(node: Node, overrides: Iterable[Override], stay: tuple[Override, ...]) -> Node:
    changes: dict[str, Any] = {name: value for override in overrides for name, value in override.fields}
    if not changes and stay == node.overrides:
        return node
    return replace(node, **changes, overrides=stay)


def _narrowed(node: Any, above_to: tuple[str, ...], above_when: str) -> Any:
    """Let a node apply only where the nodes above it do."""
    both = tuple(code for code in node.applies_to if code in above_to) if above_to else node.applies_to
    applies_to = both or node.applies_to or above_to
    parts = [part for part in (above_when, node.applies_when) if part]
    applies_when = " and ".join(f"({part})" for part in parts) if len(parts) > 1 else "".join(parts)
    if (applies_to, applies_when) != (node.applies_to, node.applies_when):
        node = replace(node, applies_to=applies_to, applies_when=applies_when)
    if isinstance(node, Dimension):
        children = tuple(_narrowed(child, applies_to, applies_when) for child in node.children)
        node = replace(node, children=children)
    return node
