"""The rules an evaluation followed, each in a sentence: what the cover sums up."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from township_eval.language import Text
from township_eval.reports.view import View
from township_eval.scheme import sources as src
from township_eval.scheme.model import Dimension, Grade, Indicator

__all__ = ["Entry", "adopted_rules"]

#: A label and what is said about it.
Entry = tuple[str, str]

_WEIGHTS = {
    "points": Text("分值制:各级分值逐级相加", "points that add up level by level"),
    "percent": Text("百分比:同级合计 100", "percent: siblings add up to 100"),
    "relative": Text("相对权重:同级按比例折算", "relative: rescaled among siblings"),
}
_STAGES = {
    "indicator": Text("逐项指标", "every indicator"),
    "block": Text("各板块", "every block"),
    "composite": Text("综合得分", "the composite"),
}
_NAMED = 8  # names of indicators in one sentence


def adopted_rules(view: View) -> Iterator[Entry]:
    """Yield 采用规则摘要: weights, aggregation, gaps, rounding, ranks, grades, surveys and panels."""
    scheme = view.evaluation.scheme
    yield view.both("权重", "Weights"), view.say(_WEIGHTS[scheme.weights])
    yield view.both("板块权重", "Weights of the blocks"), _blocks(view)
    yield from _raised(view)
    yield view.both("合成方法", "Aggregation"), _aggregations(view)
    yield view.both("不涉及项目", "Not applicable"), _policies(view, "not_applicable")
    yield view.both("未报项目", "Not reported"), _policies(view, "missing")
    yield view.both("取整", "Rounding"), _rounding(view)
    yield view.both("名次", "Ranks"), _ranks(view)
    if scheme.grades:
        yield view.both("等次", "Grades"), _grades(view)
    yield from _sources(view)
    yield from _comparisons(view)


def _blocks(view: View) -> str:
    groups = view.group_ids or ("",)
    said: dict[str, list[str]] = {}
    for group in groups:
        members = view.members(group) if group else view.order
        said.setdefault(view.listed(_weight(view, row, members) for row in view.blocks), []).append(group)
    if len(said) == 1:
        return next(iter(said))
    return "\n".join(f"{view.listed(groups)}:{text}" for text, groups in said.items())


def _weight(view: View, row: int, members: NDArray[np.intp]) -> str:
    weights = view.evaluation.plan.weight[row, members]
    low, high = weights.min(), weights.max()
    return f"{view.nodes[row].name} {low:g}" + ("" if low == high else f"-{high:g}")


def _raised(view: View) -> Iterator[Entry]:
    """Yield the weights that the scheme compares with the scheme before it."""
    names = {node.id: row for row, node in enumerate(view.nodes)}
    for earlier in view.evaluation.scheme.previous:
        row = names.get(earlier.node)
        if row is not None:
            now = _weight(view, row, view.order)
            yield (
                view.both("权重变化", "Change of weight"),
                view.both(
                    f"{now},上一方案 {earlier.weight:g}", f"{now}, in the scheme before {earlier.weight:g}"
                ),
            )


def _aggregations(view: View) -> str:
    said: dict[str, list[str]] = {}
    for node in view.nodes:
        if isinstance(node, Dimension):
            said.setdefault(view.rule(node.aggregation), []).append(node.name)
    if len(said) == 1:
        return next(iter(said))
    return "\n".join(f"{_some(view, names)}:{text}" for text, names in said.items())


def _policies(view: View, field: str) -> str:
    """Say the policy most leaves have, then the exceptions by name."""
    said: dict[str, dict[str, None]] = {}
    for row in view.evaluation.plan.leaves:
        for policy, _ in view.evaluation.plan.policies(field, view.nodes[row].id):
            said.setdefault(view.say(policy.words()), {})[view.nodes[row].name] = None
    usual = max(said, key=lambda text: len(said[text]))
    rest = [f"{_some(view, list(names))}:{text}" for text, names in said.items() if text != usual]
    return "\n".join([usual, *rest])


def _rounding(view: View) -> str:
    scheme = view.evaluation.scheme
    said = view.both(
        f"综合得分满分 {scheme.scale:g},四舍五入到 {scheme.digits} 位小数",
        f"composite of {scheme.scale:g}, rounded to {scheme.digits} decimals, halves away from zero",
    )
    if scheme.rounding is None:
        return said + view.both(",此前各级不取整", "; nothing is rounded before")
    stage = view.say(_STAGES[scheme.rounding.stage])
    return said + view.both(
        f";{stage}先取整到 {scheme.rounding.digits} 位小数",
        f"; {stage} is first rounded to {scheme.rounding.digits} decimals",
    )


def _ranks(view: View) -> str:
    if view.evaluation.scheme.rank_on == "rounded":
        return view.both(
            "按取整后的综合得分排列,并列取最好名次(1、2、2、4)",
            "by the rounded composite; ties share the best rank (1, 2, 2, 4)",
        )
    return view.both(
        "按未取整的综合得分排列,并列取最好名次(1、2、2、4)",
        "by the unrounded composite; ties share the best rank (1, 2, 2, 4)",
    )


def _grades(view: View) -> str:
    ordered = sorted(view.evaluation.scheme.grades, key=lambda grade: -grade.at_least)
    return view.both(";", "; ").join(_grade(view, grade) for grade in ordered)


def _grade(view: View, grade: Grade) -> str:
    said = view.both(f"{grade.name} {grade.at_least:g} 分以上", f"{grade.name} from {grade.at_least:g}")
    if grade.quota is None:
        return said
    each = grade.quota.per == "group"
    if grade.quota.count is not None:
        places = view.both(f"{grade.quota.count} 名", f"{grade.quota.count}")
    else:
        places = view.both(f"{grade.quota.share or 0:.0%} 以内", f"at most {grade.quota.share or 0:.0%}")
    per = view.both("每类" if each else "全部", "per class" if each else "in all")
    return view.both(f"{said}({per} {places})", f"{said} (places: {places} {per})")


def _sources(view: View) -> Iterator[Entry]:
    for node in view.nodes:
        source = node.source if isinstance(node, Indicator) else None
        if isinstance(source, src.Satisfaction):
            yield node.name, _satisfaction(view, source)
        elif isinstance(source, src.Ratings):
            yield (
                node.name,
                view.both(
                    f"各评分人平均,去掉 {source.trim} 个最高分和 {source.trim} 个最低分",
                    f"mean of the raters without the {source.trim} highest and {source.trim} lowest",
                ),
            )


def _satisfaction(view: View, source: src.Satisfaction) -> str:
    parts = [view.listed(f"{answer.answer} {answer.points:g}" for answer in source.scale)]
    if source.dont_know:
        parts.append(
            view.both("不计入:", "not counted: ") + view.listed(f"“{answer}”" for answer in source.dont_know)
        )
    for zh, en, mixed in (
        ("渠道权重", "channels", [(one.channel, one.weight) for one in source.channels]),
        ("问题权重", "questions", [(one.question, one.weight) for one in source.questions]),
    ):
        if mixed:
            shares = view.listed(f"{name} {weight:g}" for name, weight in mixed)
            parts.append(f"{view.both(zh, en)} {shares}")
    return view.both(";", "; ").join(parts)


def _comparisons(view: View) -> Iterator[Entry]:
    """Yield the indicators whose score depends on the other units."""
    names = [
        node.name
        for node in view.nodes
        if getattr(node.scoring, "compares_units", False)
    ]  # fmt: skip
    if names:
        yield (
            view.both("单位间比较", "Units compared"),
            view.both(
                f"{_some(view, names)}:按与其他单位的比较计分,一个单位的得分会随其他单位变化",
                f"{_some(view, names)}: scored against the other units, so a score changes with theirs",
            ),
        )


def _some(view: View, names: list[str]) -> str:
    shown = view.listed(names[:_NAMED])
    return (
        shown
        if len(names) <= _NAMED
        else shown + view.both(f"等 {len(names)} 项", f" and others ({len(names)})")
    )
