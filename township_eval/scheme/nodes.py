"""The nodes of the tree: indicators and dimensions, what differs for some, and what fills gaps.

They are part of `scheme.model`, from which they are imported.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from township_eval.language import Text
from township_eval.methods.scoring.base import Cohort
from township_eval.methods.scoring.phrases import find_faults, said
from township_eval.methods.varying import Number, Varying
from township_eval.scheme.sources import Measured, Source

__all__ = ["Dimension", "Indicator", "Multiplier", "Node", "Override", "Policy"]

_POLICY_WORDS = {
    "share_out": Text("权重分摊到同级其他项目", "weight shared among its siblings"),
    "share_out_all": Text("权重分摊到全部项目", "weight shared over the whole index"),
    "full": Text("按满分计", "counted as full marks"),
    "partial": Text("按满分的{share:.0%}计", "counted as {share:.0%} of full marks"),
    "zero": Text("按零分计", "counted as zero"),
    "refuse": Text("不允许缺报", "may not be missing"),
    "exclude": Text("不计入,权重分摊到同级其他项目", "left out, weight shared among its siblings"),
    "previous": Text("沿用上期数", "last period's value carried forward"),
}


@dataclass(frozen=True, slots=True)
class Policy:
    """What becomes of a leaf without a score.

    ``kind`` for *not applicable*: share_out, share_out_all, full, partial (with ``share`` 0-1), zero;
    for *missing*: refuse, zero, exclude, previous.
    """

    kind: str
    share: float | None = None

    def words(self) -> Text:
        """Say where the weight or the score of the leaf goes."""
        return _POLICY_WORDS.get(self.kind, Text(self.kind, self.kind)).format(share=self.share)


@dataclass(frozen=True, slots=True, kw_only=True)
class Multiplier:
    r"""A bounded coefficient: a dimension's score goes up or down with the score of one indicator.

    .. math:: s \leftarrow s\,\Bigl(low + (high - low)\,\frac{\min(\max(by, 0), 100)}{100}\Bigr)

    Parameters
    ----------
    by : str
        Id of an indicator anywhere in the tree. It may have weight 0: then it counts here only.
    low, high : Number
        Factor where that indicator scores 0, and where it scores 100 or more.

    Notes
    -----
    The factor comes last, after the dimension's own rule; the score may pass 100. Where the
    indicator has no score the dimension has none either and follows its own ``missing``. Source:
    a county's township evaluation of 2014, with satisfaction as the coefficient of the total.
    """

    by: str
    low: Number
    high: Number

    def words(self, name: str = "") -> Text:
        """Say the factor; *name* is that of the indicator."""
        return Text(
            "再乘以“{by}”系数(0分时{low},满分时{high},其间按比例)",
            "times a factor by {by} ({low} at 0, {high} at full marks, in proportion between)",
        ).format(by=name or self.by, low=said(self.low), high=said(self.high))

    def faults(self) -> tuple[Text, ...]:
        """Say where the factor would turn signs, or fall where the indicator rises."""
        return find_faults(_factor_faults, self.low, self.high)


def _factor_faults(low: float, high: float) -> Iterator[Text]:
    if low < 0:
        yield Text(f"系数下限不能为负数:{low:.12g}", f"low must not be negative: {low:.12g}")
    if low > high:
        yield Text(f"系数下限{low:.12g}大于上限{high:.12g}", f"low {low:.12g} is above high {high:.12g}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """What is different for one class or unit (``who``), with the reason that is printed.

    ``fields`` are (name, value) pairs of the node's own fields, e.g. ``("scoring", Target(...))``.
    """

    who: str
    reason: str
    fields: tuple[tuple[str, Any], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """A leaf: a source gives it one value per unit, a rule turns the value into a score."""

    id: str
    name: str
    weight: Number
    scoring: Any  # a Rule, or Own; any callable (..., n_units) -> (..., n_units)
    source: Source = Measured()  # noqa: RUF009  frozen and empty: sharing it is safe
    unit: str = ""
    aliases: tuple[str, ...] = ()
    not_applicable: Policy | Varying | None = None
    missing: Policy | Varying | None = None
    cohort: Cohort | None = None
    may_not_apply: bool = False
    applies_to: tuple[str, ...] = ()
    applies_when: str = ""
    due_in: tuple[str, ...] = ()
    total: float | None = None
    basis: str = ""
    lead: tuple[str, ...] = ()
    cooperating: tuple[str, ...] = ()
    deadline: str = ""
    note: str = ""
    overrides: tuple[Override, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    """An inner node: its children are aggregated; the aggregate may have a rule and a factor of its own."""

    id: str
    name: str
    weight: Number
    children: tuple[Node, ...]
    aggregation: Any  # an Aggregation, or Own
    scoring: Any = None
    multiplier: Multiplier | None = None
    minimum_children: int = 0
    not_applicable: Policy | Varying | None = None
    missing: Policy | Varying | None = None
    cohort: Cohort | None = None
    applies_to: tuple[str, ...] = ()
    applies_when: str = ""
    due_in: tuple[str, ...] = ()
    basis: str = ""
    lead: tuple[str, ...] = ()
    note: str = ""
    overrides: tuple[Override, ...] = ()


Node: TypeAlias = Indicator | Dimension
