"""Statements about surveys: scales, mixes, designs and demands that are possible."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from township_eval.language import Text
from township_eval.scheme.check.draft import Draft
from township_eval.scheme.model import Indicator
from township_eval.scheme.sources import Gate, Satisfaction

__all__ = ["RESERVED", "check_surveys"]

#: Columns of the table of a survey; an answer of the scale has a column of its own beside them.
RESERVED: Final = frozenset({
    "unit", "indicator", "channel", "question", "form", "design", "n_valid", "dont_know", "refused", "blank",
    "score", "se", "deff", "n_eff", "df", "lower", "upper", "dont_know_rate", "refused_rate", "blank_rate",
    "all_best", "all_worst", "weight_ratio", "weight_ratio_calibrated",
    "se_deff_1", "se_deff_1_5", "se_deff_2",
})  # fmt: skip
_WEIGHT: Final = Text("权重写不小于零的数,至少一个大于零", "weights are not negative, and one is positive")


class _Fault(NamedTuple):
    code: str
    field: str
    what: Text
    hint: Text


def check_surveys(draft: Draft) -> None:
    """Report what no survey can be counted by: empty scales, weights below zero, demands below zero."""
    for plain in draft.plains:
        for position, node in enumerate(plain.scheme.nodes()):
            source = node.source if isinstance(node, Indicator) else None
            path = (*draft.path_of(position), "source")
            for fault in _faults(source) if isinstance(source, Satisfaction) else ():
                draft.error_in(plain, f"survey.{fault.code}", (*path, fault.field), fault.what, fault.hint)


def _faults(source: Satisfaction) -> Iterator[_Fault]:
    yield from _scale(source)
    yield from _weights("channels", [(one.channel, one.weight) for one in source.channels])
    yield from _weights("questions", [(one.question, one.weight) for one in source.questions])
    yield from _designs(source)
    yield from _persons(source)
    yield from _gate(source.minimum)


def _scale(source: Satisfaction) -> Iterator[_Fault]:
    answers = [one.answer for one in source.scale]
    if not answers:
        what = Text("量表是空的", "the scale is empty")
        yield _Fault("scale", "scale", what, Text("写明各答案的分值", "write the points of each answer"))
    everything = [*answers, *source.dont_know, *source.refused]
    for answer in _repeated(everything):
        what = Text(f"答案“{answer}”写了两次", f"the answer {answer!r} stands twice")
        hint = Text(
            "一个答案只属于量表、不了解、拒答之一",
            "an answer is on the scale, don't know, or refused: one of them",
        )
        yield _Fault("answer_twice", "scale", what, hint)
    for answer in answers:
        if answer in RESERVED:
            what = Text(f"答案不能叫“{answer}”", f"an answer cannot be called {answer!r}")
            hint = Text(
                "结果表有同名的列,请换一个写法", "the table of results has such a column: write it otherwise"
            )
            yield _Fault("answer_reserved", "scale", what, hint)


def _weights(field: str, stated: Sequence[tuple[str, float]]) -> Iterator[_Fault]:
    for name, weight in stated:
        if weight < 0:
            what = Text(f"“{name}”的权重为负:{weight:g}", f"the weight of {name!r} is negative: {weight:g}")
            yield _Fault("weight", field, what, _WEIGHT)
    if stated and not any(weight for _, weight in stated):
        yield _Fault("weight", field, Text("权重全为零", "all weights are zero"), _WEIGHT)


def _designs(source: Satisfaction) -> Iterator[_Fault]:
    if source.channels and source.design != "probability":
        what = Text("有渠道时,抽样方式应写在各渠道里", "with channels the design belongs to each channel")
        hint = Text(
            "如 channels: {代表: {weight: 4, design: list census}}",
            "write channels: {delegates: {weight: 4, design: list census}}",
        )
        yield _Fault("design", "design", what, hint)
    for one in dict.fromkeys(source.asked_by):
        if one.deff is not None and not one.deff > 0:
            what = Text(f"设计效应应大于零:{one.deff:g}", f"a design effect is positive, not {one.deff:g}")
            hint = Text(
                "整群抽样一般大于 1,简单随机抽样为 1", "above 1 for clusters, 1 for a simple random sample"
            )
            yield _Fault("deff", "channels" if one.channel else "deff", what, hint)


def _persons(source: Satisfaction) -> Iterator[_Fault]:
    most = len(source.questions) or source.minimum_items
    if not 1 <= source.minimum_items <= most:
        what = Text(
            f"最少答题数不成立:{source.minimum_items}", f"no such least number: {source.minimum_items}"
        )
        hint = Text("至少 1 题,不多于题目数", "at least 1, and no more than there are questions")
        yield _Fault("minimum_items", "minimum_items", what, hint)
    if source.trim_weights is not None and not source.trim_weights > 1:
        what = Text(
            f"权重截断的倍数应大于 1:{source.trim_weights:g}",
            f"weights are cut above more than 1 median, not {source.trim_weights:g}",
        )
        yield _Fault("trim_weights", "trim_weights", what, Text("常用 3 至 5 倍", "3 to 5 is usual"))
    for field, names in (("calibrate", source.calibrate), ("small_area", source.small_area)):
        for name in _repeated(names):
            what = Text(f"“{name}”写了两次", f"{name!r} stands twice")
            yield _Fault("twice", field, what, Text("只保留一处", "keep one of them"))


def _gate(gate: Gate | None) -> Iterator[_Fault]:
    if gate is None:
        return
    if gate.n_eff is None and gate.df is None:
        what = Text("样本要求是空的", "the demand on the sample is empty")
        yield _Fault("minimum", "minimum", what, Text("写 n_eff 或 df", "write n_eff, df, or both"))
    for name, number in (("n_eff", gate.n_eff), ("df", gate.df)):
        if number is not None and number < 0:
            what = Text(f"{name} 不能为负:{number:g}", f"{name} cannot be negative: {number:g}")
            yield _Fault(
                "minimum", "minimum", what, Text("如 {n_eff: 30, df: 8}", "such as {n_eff: 30, df: 8}")
            )


def _repeated(names: Iterable[str]) -> list[str]:
    names = list(names)
    return [name for name in dict.fromkeys(names) if names.count(name) > 1]
