"""Whether two periods measure the same: what differs in scheme and evidence, said in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from township_eval.analysis.periods.change.hybrid import Side, rules_fit
from township_eval.analysis.periods.links import Links
from township_eval.evaluation import Evaluation
from township_eval.language import Text, join_texts, listed
from township_eval.scheme.model import Dimension, Indicator, Node
from township_eval.scheme.sources import Satisfaction

__all__ = ["ASPECTS", "Comparability", "Difference", "comparability"]

#: What may differ, in the order of the statement.
ASPECTS: Final = {
    "length": Text("考核期长短", "length of the period"),
    "scheme": Text("方案文本", "document of the scheme"),
    "points": Text("总分与取整", "scale and rounding"),
    "units": Text("考核单位", "units"),
    "classes": Text("单位类别", "classes of units"),
    "indicators": Text("指标设置", "indicators"),
    "weights": Text("权重", "weights"),
    "rules": Text("评分规则", "rules"),
    "measurement": Text("数据来源与计量单位", "source and unit of measure"),
    "survey": Text("调查方式与题目", "survey mode and wording"),
    "grades": Text("等次标准", "grades"),
}
_MEASURED: Final = frozenset({"length", "measurement", "survey"})
_RULE_FIELDS = ("scoring", "not_applicable", "missing", "cohort")
_DIMENSION_FIELDS = (*_RULE_FIELDS, "aggregation", "multiplier", "minimum_children")
_NAMED = 9

_SAME = Text(
    "两期口径一致,得分可以直接比较。",
    "Both periods are measured alike: scores can be compared as they are.",
)
_SCHEME = Text(
    "两期方案不同:{aspects}。得分变化含方案变化,已与指标数值的变化分开列出。",
    "The schemes differ in: {aspects}. Changes of scores include changes of the scheme, which are listed"
    " apart from those of the values.",
)
_MEASURE = Text(
    "两期测量口径不同:{aspects}。有关得分的变化可能来自测量口径,不能全部看作工作的变化。",
    "The two periods are measured differently: {aspects}. Scores may have changed because of that, not"
    " because of the work.",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not the same in both periods; ``node`` is empty where it is about no node."""

    aspect: str
    node: str
    said: Text


@dataclass(frozen=True, slots=True)
class Comparability:
    """Whether scores of two periods can be compared; prints as the statement.

    Attributes
    ----------
    level : {"same", "scheme", "measurement"}
        Nothing differs; the scheme does, which the decomposition lists apart; what is measured does,
        which nothing can take out again.
    differences : tuple of Difference
    """

    level: str
    differences: tuple[Difference, ...]

    @property
    def text(self) -> Text:
        """The statement in both languages."""
        if self.level == "same":
            return _SAME
        present = {one.aspect for one in self.differences}
        aspects = join_texts((said for key, said in ASPECTS.items() if key in present), "、", ", ")
        return (_MEASURE if self.level == "measurement" else _SCHEME).format(aspects=aspects)

    @property
    def frame(self) -> pd.DataFrame:
        """One row per difference: aspect, node, zh, en."""
        rows = [(one.aspect, one.node, one.said.zh, one.said.en) for one in self.differences]
        return pd.DataFrame(rows, columns=["aspect", "node", "zh", "en"])

    def __str__(self) -> str:
        return self.text.zh


def comparability(before: Side, after: Side, links: Links) -> Comparability:
    """Return what differs between the periods, as far as scheme and evidence tell."""
    found = (
        *_document(before.evaluation, after.evaluation),
        *_units(before, after, links),
        *_nodes(before, after),
        *_resolved(before, after, links),
        *_asked(before, after),
    )
    aspects = {one.aspect for one in found} - {"scheme"}
    level = "measurement" if aspects & _MEASURED else "scheme" if aspects else "same"
    return Comparability(level, found)


def _document(before: Evaluation, after: Evaluation) -> Iterator[Difference]:
    one, two = before.scheme, after.scheme
    if one.fingerprint != two.fingerprint:
        named = Text("“{}”{}与“{}”{}", "{} {} and {} {}")
        said = [text.format(one.name, one.version, two.name, two.version) for text in (named.zh, named.en)]
        yield Difference("scheme", "", Text(*said))
    for name, zh, en in (
        ("scale", "总分", "scale"), ("digits", "小数位数", "digits"), ("rounding", "取整环节", "rounding"),
        ("weights", "权重写法", "kind of weights"), ("rank_on", "排名依据", "rank_on"),
    ):  # fmt: skip
        pair = (getattr(one, name), getattr(two, name))
        if pair[0] != pair[1]:
            yield Difference("points", "", _changed(Text(zh, en), *map(_plain, pair)))
    if one.grades != two.grades:
        grades = [
            listed(f"{grade.name} {grade.at_least:g}" for grade in scheme.grades) for scheme in (one, two)
        ]
        yield Difference("grades", "", _changed(Text("等次标准", "grades"), *grades))


def _units(before: Side, after: Side, links: Links) -> Iterator[Difference]:
    old, new = before.plan.units, after.plan.units
    for units, kept, zh, en in (
        (old, set(links.before.tolist()), "只在前一期:{names}", "in the earlier period alone: {names}"),
        (new, set(links.after.tolist()), "只在后一期:{names}", "in the later period alone: {names}"),
    ):
        alone = sorted(units.names[at] for at in range(units.n) if at not in kept)
        if alone:
            yield Difference("units", "", Text(zh, en).format(names=listed(alone, _NAMED)))
    for one, two, share in zip(
        links.before.tolist(), links.after.tolist(), links.share.tolist(), strict=True
    ):
        if old.codes[one] != new.codes[two] or share < 1:
            part = f" ({share:.0%})" if share < 1 else ""
            said = f"{old.names[one]} → {new.names[two]}{part}"
            yield Difference("units", "", Text(said, said))
        if old.groups[one] != new.groups[two]:
            said = f"{new.names[two]}: {old.groups[one] or '-'} → {new.groups[two] or '-'}"
            yield Difference("classes", "", Text(said, said))


def _nodes(before: Side, after: Side) -> Iterator[Difference]:
    """Yield the nodes of one period alone, those that moved, and those measured otherwise."""
    old, new = ({node.id: node for node in side.plan.nodes} for side in (before, after))
    parents = [side.plan.scheme.parents() for side in (before, after)]
    for node in (*new.values(), *(node for key, node in old.items() if key not in new)):
        if node.id not in old:
            yield Difference("indicators", node.id, Text(f"新增“{node.name}”", f"{node.name} added"))
        elif node.id not in new:
            yield Difference("indicators", node.id, Text(f"取消“{node.name}”", f"{node.name} dropped"))
        elif isinstance(old[node.id], Dimension) != isinstance(node, Dimension):
            said = Text(
                f"“{node.name}”在指标与分类之间改变",
                f"{node.name} turned from indicator to dimension or back",
            )
            yield Difference("indicators", node.id, said)
        else:
            above = [by_id[node.id].id if node.id in by_id else "" for by_id in parents]
            if above[0] != above[1]:
                yield Difference("indicators", node.id, _changed(_of(node, "所属", "is under"), *above))
            yield from _measured(old[node.id], node)


def _measured(old: Node, new: Node) -> Iterator[Difference]:
    if not (isinstance(old, Indicator) and isinstance(new, Indicator)):
        return
    if old.unit != new.unit:
        yield Difference(
            "measurement", new.id, _changed(_of(new, "计量单位", "unit of measure"), old.unit, new.unit)
        )
    if old.source != new.source:
        survey = isinstance(old.source, Satisfaction) and isinstance(new.source, Satisfaction)
        words = (old.source.words(), new.source.words())
        aspect = "survey" if survey else "measurement"
        yield Difference(aspect, new.id, _changed(_of(new, "数据来源", "source"), *words))


def _resolved(before: Side, after: Side, links: Links) -> Iterator[Difference]:
    """Yield the nodes whose weight or rule is another for some unit, with the first such unit's."""
    variants = before.variant_of[links.before], after.variant_of[links.after]
    pairs = sorted(set(zip(variants[0].tolist(), variants[1].tolist(), strict=True)))
    for one in after.plan.ids:
        if one not in before.plan.row:
            continue
        rows = before.plan.row[one], after.plan.row[one]
        node = after.plan.nodes[rows[1]]
        weights = before.plan.weight[rows[0], links.before], after.plan.weight[rows[1], links.after]
        if rows[1] and (apart := np.flatnonzero(weights[0] != weights[1])).size:
            told = [f"{float(side[apart[0]]):g}" for side in weights]
            yield Difference(
                "weights", one, _changed(_of(node, "权重", "weight", _who(after, links, apart)), *told)
            )
        found = []
        for pair in pairs:
            old, new = (
                side.plan.variants[k].nodes[r] for side, k, r in zip((before, after), pair, rows, strict=True)
            )
            if rules_fit(old, new) and (words := _rule_change(old, new)):
                found.append((np.flatnonzero((variants[0] == pair[0]) & (variants[1] == pair[1])), words))
        if found:
            who = _who(after, links, np.concatenate([at for at, _ in found]))
            yield Difference("rules", one, _changed(_of(node, "评分规则", "rule", who), *found[0][1]))


def _rule_change(old: Node, new: Node) -> tuple[Text, Text] | None:
    """Return in words what differs in the rules of two nodes; None where nothing does."""
    names = _DIMENSION_FIELDS if isinstance(old, Dimension) else _RULE_FIELDS
    apart = [name for name in names if getattr(old, name) != getattr(new, name)]
    if not apart:
        return None
    said = [join_texts(_words(getattr(node, name)) for name in apart) for node in (old, new)]
    return said[0], said[1]


def _asked(before: Side, after: Side) -> Iterator[Difference]:
    """Yield the surveys that reached people another way, or asked them something else."""
    modes = [_modes(side.evaluation) for side in (before, after)]
    for node in after.plan.nodes:
        pair = [mode.get(node.id) for mode in modes]
        if pair[0] and pair[1] and pair[0] != pair[1]:
            said = [listed(sorted(filter(None, (" ".join(one) for one in mode or ())))) for mode in pair]
            yield Difference("survey", node.id, _changed(_of(node, "调查方式", "survey"), *said))


def _modes(evaluation: Evaluation) -> dict[str, set[tuple[str, ...]]]:
    """Return the channels, questions and designs that a period's surveys had, by indicator."""
    table = evaluation.table_rows.get("satisfaction")
    found: dict[str, set[tuple[str, ...]]] = {}
    if table is None:
        return found
    names = [name for name in ("channel", "question", "form", "design") if name in table]
    for indicator, *asked in table[["indicator", *names]].itertuples(index=False):
        found.setdefault(str(indicator), set()).add(
            tuple(str(one) for one in asked if isinstance(one, str) and one)
        )
    return found


def _who(after: Side, links: Links, at: Any) -> Text:
    if len(at) == len(links.share):
        return Text("", "")
    named = listed([after.plan.units.names[k] for k in links.after[at].tolist()], 3)
    return Text("({names})", " ({names})").format(names=named)


def _of(node: Node, zh: str, en: str, who: Text | str = "") -> Text:
    return Text("“{name}”{what}{who}", "{what} of {name}{who}").format(
        name=node.name, what=Text(zh, en), who=who
    )


def _changed(what: Text, before: Text | str, after: Text | str) -> Text:
    blank = Text("无", "none")
    return Text("{what}:原为{one},现为{two}", "{what}: was {one}, now {two}").format(
        what=what, one=before or blank, two=after or blank
    )


def _words(rule: Any) -> Text:
    """Return a rule, a policy or a number in words."""
    said = getattr(rule, "words", None)
    text: Text = said() if said is not None else Text(_plain(rule) or "无", _plain(rule) or "none")
    return text


def _plain(value: Any) -> str:
    return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
