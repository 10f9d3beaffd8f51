"""A scheme laid out for checking: the place of every node, and every plain scheme it can become."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, fields, is_dataclass
from functools import cached_property
from typing import Any, Final, Literal, TypeAlias

from township_eval.errors import Problem
from township_eval.language import Text
from township_eval.methods.varying import Varying
from township_eval.scheme.differentiate import Names, for_unit, names_of
from township_eval.scheme.model import Dimension, Indicator, Node, Scheme, Unit
from township_eval.scheme.naming import labels_of
from township_eval.scheme.parse.refusals import Path, Where

__all__ = ["Draft", "Plain", "Silent", "varyings"]

Severity: TypeAlias = Literal["error", "warning"]
Silent: TypeAlias = Callable[[str, Path], bool]

# Stands for every period the scheme does not name: there a value's default holds.
_OTHER_PERIOD: Final = "*"


@dataclass(frozen=True, slots=True)
class Plain:
    """One plain scheme: its period (``*``: any the scheme does not name), class, and unit if only one."""

    scheme: Scheme
    period: str = ""
    group: str = ""
    unit: str = ""


@dataclass
class Draft:
    """What every check gets: the scheme, places of its nodes, its plain forms; and where it reports.

    With ``period`` only that period is looked at, else every period the scheme names and, where
    values have defaults, any other. What ``silent`` tells (by code and path) is not reported.
    """

    scheme: Scheme
    where: Where
    period: str
    silent: Silent
    problems: list[Problem] = field(default_factory=list)
    cases: dict[tuple[str, Path, Text, Text], list[Plain]] = field(default_factory=dict)
    paths: dict[int, Path] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.paths = dict(_paths(self.scheme.index, ("index",)))

    # ---- reporting ----
    def report(self, severity: Severity, code: str, path: Path, what: Text, hint: Text) -> None:
        """Note one problem, once; the hint says what a person can do."""
        self.add(path, Problem(severity, code, self.where(path), what, hint))

    def add(self, path: Path, problem: Problem) -> None:
        """Note a problem of what stands at a path, once."""
        if problem not in self.problems and not self.silent(problem.code, path):
            self.problems.append(problem)

    def error(self, code: str, path: Path, what: Text, hint: Text) -> None:
        """Note what makes the scheme unusable."""
        self.report("error", code, path, what, hint)

    def warn(self, code: str, path: Path, what: Text, hint: Text) -> None:
        """Note what deserves a look."""
        self.report("warning", code, path, what, hint)

    def error_in(self, plain: Plain, code: str, path: Path, what: Text, hint: Text) -> None:
        """Note what is wrong in one plain scheme; the same in several becomes one problem."""
        self.cases.setdefault((code, path, what, hint), []).append(plain)

    def settle(self) -> None:
        """Report what was noted by plain scheme, saying for whom and when."""
        for (code, path, what, hint), plains in self.cases.items():
            who = "、".join(self._whom(plains))
            said = Text(f"{what.zh}({who})", f"{what.en} ({who.replace('、', ', ')})") if who else what
            self.error(code, path, said, hint)
        self.cases.clear()

    def _whom(self, plains: list[Plain]) -> list[str]:
        """Name the classes and units a problem is found in; nothing when it is found in all."""
        found: dict[str, dict[str, None]] = {}
        for plain in plains:
            if not plain.unit or Plain(plain.scheme, plain.period, plain.group) not in plains:
                found.setdefault(plain.unit or plain.group, {})[plain.period] = None
        always = [who for who, periods in found.items() if len(periods) == len(self.periods)]
        classes = {plain.group for plain in self.plains}
        if set(always) == classes:
            return []
        whom = [who for who in always if who]
        for who, periods in found.items():
            if who not in always:
                named = [period for period in periods if period != _OTHER_PERIOD]
                whom += [f"{period} {who}".strip() for period in named] or [who]
        return whom

    # ---- the tree ----
    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """All nodes, in tree order."""
        return self.scheme.nodes()

    @cached_property
    def leaves(self) -> tuple[Indicator, ...]:
        """The indicators, in tree order."""
        return self.scheme.leaves()

    def path(self, node: Node) -> Path:
        """Return the place of a node of the scheme."""
        return self.paths[id(node)]

    def path_of(self, position: int) -> Path:
        """Return the place of the node at a position in tree order (the same in every plain scheme)."""
        return self.path(self.nodes[position])

    @cached_property
    def ids(self) -> frozenset[str]:
        """Ids of all nodes."""
        return frozenset(node.id for node in self.nodes)

    @cached_property
    def labels(self) -> dict[str, Text]:
        """What conditions and messages call the things that have an id."""
        return labels_of(self.scheme)

    # ---- the plain schemes ----
    @cached_property
    def names(self) -> Names:
        """What the names in the scheme mean."""
        return names_of(self.scheme)

    @cached_property
    def places(self) -> frozenset[str]:
        """Every class, unit (by any name) and site."""
        return frozenset((*self.names.groups, *self.names.codes, *self.names.sites))

    @cached_property
    def periods(self) -> tuple[str, ...]:
        """The periods to look at."""
        if self.scheme.period or self.period:
            return (self.scheme.period or self.period,)
        named: dict[str, None] = {}
        open_ended = True
        for _, value in self.varying_values():
            if self.names.by_period(value):
                named |= dict.fromkeys(value.keys)
                open_ended = open_ended and value.default is not None
        return (*named, _OTHER_PERIOD) if open_ended else tuple(named)

    @cached_property
    def plains(self) -> tuple[Plain, ...]:
        """The plain scheme of every period and class, and of every unit with weights or rules of its own."""
        # a class called default (refused elsewhere) is no class: the word names everybody else
        groups = tuple(group.id for group in self.scheme.groups if group.id != "default") or ("",)
        groups = (self.scheme.group,) if self.scheme.group else groups
        return tuple(
            plain for period in self.periods for group in groups for plain in self._of(period, group)
        )

    def _of(self, period: str, group: str) -> Iterator[Plain]:
        plain = self.scheme.for_period(period).for_group(group)
        yield Plain(plain, period, group)
        for unit in self.units_with_own:
            if not group or unit.group in {group, ""}:
                yield Plain(for_unit(plain, unit.code, unit.name, *unit.aliases), period, group, unit.name)

    @cached_property
    def units_with_own(self) -> tuple[Unit, ...]:
        """Units of the scheme that have weights or rules of their own."""
        keys = {override.who for node in self.nodes for override in node.overrides}
        for node in self.nodes:
            keys |= {key for value in varyings(node.weight) for key in value.keys}
        codes = {code for key in keys for code in self.names.units(key)}
        return tuple(unit for unit in self.scheme.units if unit.code in codes)

    def units_of(self, plain: Plain, node: Node) -> tuple[Unit, ...]:
        """Return the scheme's units a plain node is for."""
        return tuple(
            unit
            for unit in self.scheme.units
            if (not plain.group or unit.group == plain.group)
            and (not plain.unit or unit.name == plain.unit)
            and (not node.applies_to or unit.code in node.applies_to)
        )

    def varying_values(self) -> Iterator[tuple[Path, Varying]]:
        """Yield every outermost varying value of the tree with its place."""
        for node in self.nodes:
            for name, value in _fields(node):
                yield from _varying_in(value, (*self.path(node), name))
        yield from _varying_in(self.scheme.context, ("context",))


def varyings(value: Any) -> Iterator[Varying]:
    """Yield a varying value and those inside it."""
    if isinstance(value, Varying):
        yield value
        for branch in (*(case.value for case in value.cases), value.default):
            yield from varyings(branch)


def _paths(node: Node, path: Path) -> Iterator[tuple[int, Path]]:
    yield id(node), path
    if isinstance(node, Dimension):
        for at, child in enumerate(node.children):
            yield from _paths(child, (*path, "children", at))


def _fields(value: Any) -> Iterable[tuple[str, Any]]:
    return (
        (one.name, getattr(value, one.name)) for one in fields(value) if one.name not in {"children", "cls"}
    )


def _varying_in(value: Any, path: Path) -> Iterator[tuple[Path, Varying]]:
    if isinstance(value, Varying):
        yield path, value
    elif isinstance(value, tuple):
        for at, part in enumerate(value):
            yield from _varying_in(part, (*path, at))
    elif is_dataclass(value) and not isinstance(value, type):
        for name, part in _fields(value):
            yield from _varying_in(part, (*path, name))
