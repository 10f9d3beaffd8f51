"""Grounds: a basis that obliges townships, stage targets before the end, nothing counted twice."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Final

from township_eval.language import Text
from township_eval.scheme.check.draft import Draft, varyings
from township_eval.scheme.check.rules import TARGETS
from township_eval.scheme.model import Dimension, Indicator, Node
from township_eval.scheme.periods import months_of
from township_eval.scheme.sources import Change, Growth, Items, Measured, Milestone, Ratio, ShareOfPersons

__all__ = ["check_basis", "check_double_counting", "check_stage_targets"]

# Clauses of the Lingwu document of 2018-04-28 (index 640181-001/2018-88641) that name duties of
# departments only: tasks T01 and T15-T18.
_NO_DUTY: Final = re.compile(r"二\(一\)|二\(七\)[56](?!\d)|二\(八\)[12](?!\d)|\bT(?:01|1[5-8])\b")
_DOCUMENT: Final = ("640181-001/2018-88641", "乡镇政府服务能力", "灵武")
_YEAR: Final = re.compile(r"(?<!\d)(20\d\d)(?!\d)")


def check_basis(draft: Draft) -> None:
    """Every indicator rests on a clause, and on one that gives townships a duty."""
    stated = draft.scheme.basis
    ours = not stated or any(word in stated for word in _DOCUMENT)
    parents = draft.scheme.parents()
    for leaf in draft.leaves:
        basis = leaf.basis or next(_bases(leaf, parents), "")
        path = (*draft.path(leaf), "basis")
        if not basis:
            what = Text(f"{leaf.name} 没有依据", f"{leaf.name} has no basis")
            draft.warn(
                "basis.missing", path, what, Text("写明文件和条款", "state the document and the clause")
            )
        clause = _NO_DUTY.search(unicodedata.normalize("NFKC", basis))
        if clause and ours:
            what = Text(
                f"{leaf.name} 的依据 {clause[0]} 没有规定乡镇的职责",
                f"{leaf.name}: clause {clause[0]} gives townships no duty",
            )
            hint = Text("改列部门考核,或换依据", "evaluate the department on it, or state another basis")
            draft.warn("basis.no_duty", path, what, hint)


def _bases(node: Node, parents: Mapping[str, Dimension]) -> Iterator[str]:
    """Yield the bases of the dimensions above, nearest first; the index states the scheme's own."""
    above = parents.get(node.id)
    while above is not None:
        if above.basis:
            yield above.basis
        above = parents.get(above.id)


def check_stage_targets(draft: Draft) -> None:
    """Point out what is due in a later year and scored against its end target already."""
    year = _scored_year(draft)
    for leaf in draft.leaves:
        due = _YEAR.search(leaf.deadline)
        target = next(
            (getattr(leaf.scoring, name, None) for name in TARGETS if hasattr(leaf.scoring, name)), None
        )
        if year is None or due is None or target is None or int(due[1]) <= year:
            continue
        if not any(draft.names.by_period(value) for value in varyings(target)):
            what = Text(
                f"{leaf.name} 到 {leaf.deadline} 才到期,{year} 年按终期目标计分",
                f"{leaf.name} is due in {leaf.deadline}, but {year} is scored against the end target",
            )
            hint = Text(
                "写明阶段目标,如 {2018-H1: 90, default: 100}",
                "state stage targets: {2018-H1: 90, default: 100}",
            )
            draft.warn("target.stage", (*draft.path(leaf), "scoring"), what, hint)


def _scored_year(draft: Draft) -> int | None:
    """Return the year that is scored: the period's, else the first that scheme or version names."""
    named = sorted(
        int(found[0]) for period in draft.periods if (found := months_of(period)) is not None and found[0]
    )
    if named:
        return named[0]
    version = _YEAR.search(draft.scheme.version)
    return int(version[1]) if version else None


def check_double_counting(draft: Draft) -> None:
    """No column feeds two indicators unnoticed."""
    feeds: dict[str, list[Indicator]] = {}
    for leaf in draft.leaves:
        for column in dict.fromkeys(_counted_columns(leaf)):
            feeds.setdefault(column, []).append(leaf)
    for column, leaves in feeds.items():
        if len(leaves) > 1:
            names = "、".join(leaf.name for leaf in leaves)
            what = Text(
                f"数据列 {column} 同时用于 {names}",
                f"column {column!r} feeds {', '.join(leaf.name for leaf in leaves)}",
            )
            hint = Text("确认不是重复计分", "make sure that nothing counts twice")
            draft.warn("source.shared", (*draft.path(leaves[1]), "source"), what, hint)


def _counted_columns(leaf: Indicator) -> Iterator[str]:
    """Yield the columns whose amounts an indicator rewards; a common denominator is no double counting."""
    source = leaf.source
    if isinstance(source, Measured | Change):
        yield source.column or leaf.id
    elif isinstance(source, Ratio):
        yield source.numerator
    elif isinstance(source, Growth):
        yield source.end
    elif isinstance(source, Items):
        yield from source.columns
    elif isinstance(source, ShareOfPersons):
        yield f"roster.{source.column}"
    elif isinstance(source, Milestone):
        yield source.done
