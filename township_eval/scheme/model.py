"""The scheme: what an authority decided before any data, as frozen values.

Everything here is hashable, picklable and comparable; sequences are tuples, mappings are tuples of
small dataclasses. Reading and writing files is `scheme.parse` and `io.schemes`; what a good scheme
must satisfy is `scheme.check`; choosing one period and one class is `scheme.differentiate`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from township_eval.errors import Problem
from township_eval.scheme.judging import (
    AdjustmentItem,
    Adjustments,
    Approval,
    Context,
    Disclosure,
    Escalation,
    FlagRule,
    Grade,
    Limiter,
    Pool,
    Post,
    Quota,
    Start,
    Use,
    Veto,
)
from township_eval.scheme.nodes import Dimension, Indicator, Multiplier, Node, Override, Policy

__all__ = [
    "AdjustmentItem", "Adjustments", "Approval", "Context", "Dimension", "Disclosure", "Escalation",
    "FlagRule", "Grade", "Group", "Indicator", "Layout", "Limiter", "Multiplier", "Node", "Override",
    "Policy", "Pool", "Post", "Previous", "Quota", "Rounding", "Scheme", "Site", "Start", "Token", "Unit",
    "Use", "Veto",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A class of units (类别) with the reason why it is a class of its own."""

    id: str
    name: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """An evaluated unit: division code, name, class, other names; ``kind`` is e.g. 街道, 镇, 乡."""

    code: str
    name: str
    group: str = ""
    aliases: tuple[str, ...] = ()
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Site:
    """A place the basis names and the units it is taken to mean; the assumption is printed."""

    place: str
    units: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Previous:
    """Weight of a node in the scheme before this one; satisfaction must exceed it."""

    node: str
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Rounding:
    """Where printed points are rounded so that a sheet adds up: leaves, top blocks, or the composite only."""

    stage: Literal["indicator", "block", "composite"]
    digits: int = 2


@dataclass(frozen=True, slots=True)
class Token:
    """What a word in a cell means here: ``not_reported``, ``not_applicable``, or a number."""

    text: str
    means: str | float


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Pins for reading one department's sheet, instead of detecting its layout.

    ``file`` is a shell pattern on the file name; rows are 1-based spreadsheet rows, columns letters.
    ``percent`` says how plain numbers in percent columns are meant.
    """

    file: str = "*"
    sheet: str = "*"
    table: str = "values"
    header_rows: tuple[int, ...] = ()
    key: str = ""
    orientation: Literal["rows", "columns", ""] = ""
    percent: Literal["points", "fraction", ""] = ""
    ignore: bool = False
    columns: tuple[tuple[str, str], ...] = ()  # (header text or column letter, indicator or column name)
    department: str = ""
    document: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    """An evaluation scheme (考核方案), complete and checked.

    Obtain one with `township_eval.read_scheme`; every field is what the file states. ``period`` and
    ``group`` are empty until `for_period` and `for_group` have made a plain scheme of one period
    and one class.
    """

    name: str
    version: str
    index: Dimension
    basis: str = ""
    notice: str = ""
    scale: float = 100.0
    digits: int = 2
    weights: Literal["points", "percent", "relative"] = "points"
    rounding: Rounding | None = None
    rank_on: Literal["rounded", "raw"] = "rounded"
    previous: tuple[Previous, ...] = ()
    groups: tuple[Group, ...] = ()
    units: tuple[Unit, ...] = ()
    sites: tuple[Site, ...] = ()
    tokens: tuple[Token, ...] = ()
    layouts: tuple[Layout, ...] = ()
    adjustments: Adjustments | None = None
    adjustment_items: tuple[AdjustmentItem, ...] = ()
    context: Context | None = None
    points_floor: float | None = None
    points_ceiling: float | None = None
    vetoes: tuple[Veto, ...] = ()
    most_vetoes: int | None = None
    grades: tuple[Grade, ...] = ()
    limiters: tuple[Limiter, ...] = ()
    minimum_coverage: float | None = None
    flags: tuple[FlagRule, ...] = ()
    uses: tuple[Use, ...] = ()
    disclosure: Disclosure | None = None
    holidays: tuple[str, ...] = ()
    workdays: tuple[str, ...] = ()
    period: str = ""
    group: str = ""
    warnings: tuple[Problem, ...] = field(default=(), compare=False, repr=False)

    @property
    def fingerprint(self) -> str:
        """``sha256:...`` of the scheme's canonical JSON; equal schemes have equal fingerprints."""
        from township_eval.scheme.write import fingerprint

        return fingerprint(self)

    def for_period(self, period: str) -> Scheme:
        """Return the scheme of one period: what varies by period is chosen.

        There a node that still states ``due_in`` is not due this period; a node that is due has none.
        """
        from township_eval.scheme.differentiate import for_period

        return for_period(self, period)

    def for_group(self, group: str) -> Scheme:
        """Return the plain scheme of one class; values that differ by unit stay."""
        from township_eval.scheme.differentiate import for_group

        return for_group(self, group)

    def nodes(self) -> tuple[Node, ...]:
        """Return all nodes in tree order: the index first, each parent before its children."""
        return tuple(_walk(self.index))

    def leaves(self) -> tuple[Indicator, ...]:
        """Return the indicators in tree order."""
        return tuple(node for node in self.nodes() if isinstance(node, Indicator))

    def node(self, node_id: str) -> Node:
        """Return one node; ``KeyError`` if there is none of this id."""
        for node in self.nodes():
            if node.id == node_id:
                return node
        raise KeyError(node_id)

    def parents(self) -> dict[str, Dimension]:
        """Return the parent of every node but the index, by node id."""
        return {
            child.id: node for node in self.nodes() if isinstance(node, Dimension) for child in node.children
        }


def _walk(node: Node) -> Iterator[Node]:
    yield node
    if isinstance(node, Dimension):
        for child in node.children:
            yield from _walk(child)
