"""Statements about panels and ballots: weights, trimming and scales of marks that are possible."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from township_eval.language import Text
from township_eval.scheme.check.draft import Draft
from township_eval.scheme.model import Indicator
from township_eval.scheme.sources import PanelWeight, Ratings, Reviews

__all__ = ["check_panels"]

_WEIGHT: Final = Text("权重写不小于零的数,至少一个大于零", "weights are not negative, and one is positive")
_ONCE: Final = Text("只保留一处", "keep one of them")


class _Fault(NamedTuple):
    code: str
    field: str
    what: Text
    hint: Text


def check_panels(draft: Draft) -> None:
    """Report what no panel can be scored by: weights below zero, trimming without a mean, empty scales."""
    for plain in draft.plains:
        for position, node in enumerate(plain.scheme.nodes()):
            source = node.source if isinstance(node, Indicator) else None
            for fault in _faults(source) if isinstance(source, Ratings | Reviews) else ():
                path = (*draft.path_of(position), "source", fault.field)
                draft.error_in(plain, fault.code, path, fault.what, fault.hint)


def _faults(source: Ratings | Reviews) -> Iterator[_Fault]:
    """Yield what is wrong with a statement, its code beginning with the kind of source."""
    for fault in _all_faults(source):
        yield fault._replace(code=f"{source.kind}.{fault.code}")


def _all_faults(source: Ratings | Reviews) -> Iterator[_Fault]:
    yield from _marks(source)
    if isinstance(source, Ratings):
        yield from _method(source)
        yield from _weights("groups", source.groups)
        yield from _items(source)
    else:
        yield from _weights("raters", source.raters)
        yield from _answers(source)
        yield from _entitled(source)


def _marks(source: Ratings | Reviews) -> Iterator[_Fault]:
    if not source.low < source.high:
        what = Text(
            f"下限 {source.low:g} 不小于上限 {source.high:g}",
            f"low {source.low:g} is not below high {source.high:g}",
        )
        hint = Text("写评分的最低分和最高分", "write the lowest and the highest mark there is")
        yield _Fault("scale", "low", what, hint)
    if source.trim < 0:
        what = Text(f"去高去低的个数为负:{source.trim}", f"trim is negative: {source.trim}")
        yield _Fault("trim", "trim", what, Text("写 0 或正整数", "write 0 or a positive whole number"))
    if source.minimum < 1:
        what = Text(f"最少评分人数不成立:{source.minimum}", f"no such least number: {source.minimum}")
        yield _Fault("minimum", "minimum", what, Text("至少 1 人", "at least 1"))


def _method(source: Ratings) -> Iterator[_Fault]:
    if source.trim > 0 and source.method != "mean":
        what = Text(
            f"{source.method} 不去高去低,却写了 trim: {source.trim}",
            f"{source.method} drops no scores, but trim is {source.trim}",
        )
        hint = Text("去掉 trim,或用 method: mean", "leave out trim, or write method: mean")
        yield _Fault("trim", "trim", what, hint)


def _items(source: Ratings) -> Iterator[_Fault]:
    names = [one.item for one in source.items]
    for name in dict.fromkeys(names):
        if names.count(name) > 1:
            yield _Fault("twice", "items", Text(f"“{name}”写了两次", f"{name!r} stands twice"), _ONCE)
    for one in source.items:
        if not one.full > 0:
            what = Text(
                f"“{one.item}”的满分应大于零:{one.full:g}",
                f"the full mark of {one.item!r} is positive, not {one.full:g}",
            )
            hint = Text("写这一项最多能得几分", "write the most points the item can have")
            yield _Fault("items", "items", what, hint)


def _weights(field: str, stated: Sequence[PanelWeight]) -> Iterator[_Fault]:
    names = [one.rater for one in stated]
    for name in dict.fromkeys(names):
        if names.count(name) > 1:
            yield _Fault("twice", field, Text(f"“{name}”写了两次", f"{name!r} stands twice"), _ONCE)
    for one in stated:
        if one.weight < 0:
            what = Text(
                f"“{one.rater}”的权重为负:{one.weight:g}",
                f"the weight of {one.rater!r} is negative: {one.weight:g}",
            )
            yield _Fault("weight", field, what, _WEIGHT)
    if stated and not any(one.weight for one in stated):
        yield _Fault("weight", field, Text("权重全为零", "all weights are zero"), _WEIGHT)


def _answers(source: Reviews) -> Iterator[_Fault]:
    named = [*(one.answer for one in source.scale), *source.dont_know]
    for answer in dict.fromkeys(named):
        if named.count(answer) > 1:
            what = Text(f"答案“{answer}”写了两次", f"the answer {answer!r} stands twice")
            yield _Fault("answer_twice", "scale", what, _ONCE)
    for one in source.scale:
        if not source.low <= one.points <= source.high:
            what = Text(
                f"答案“{one.answer}”的分值 {one.points:g} 不在 {source.low:g} 到 {source.high:g} 之间",
                f"{one.answer!r} is worth {one.points:g}, outside {source.low:g} to {source.high:g}",
            )
            hint = Text("改分值,或改 low、high", "change the points, or low and high")
            yield _Fault("points", "scale", what, hint)


def _entitled(source: Reviews) -> Iterator[_Fault]:
    least = max(source.minimum, len(source.raters), 2 * source.trim + 1)
    if source.entitled is not None and source.entitled < least:
        what = Text(
            f"有票人 {source.entitled} 个,少于评议人、最少票数或去高去低所需的 {least} 个",
            f"{source.entitled} are entitled to vote, but raters, minimum or trim need {least}",
        )
        hint = Text("写全部有票人的个数,或不写", "write how many may vote in all, or leave it out")
        yield _Fault("entitled", "entitled", what, hint)
