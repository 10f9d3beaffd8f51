"""A condition said as a sentence, in Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeAlias

from township_eval.language import Text, join_texts
from township_eval.scheme.conditions.nodes import AllOf, AnyOf, Call, Compare, Constant, Name, Not, Part

__all__ = ["say"]

Labels: TypeAlias = Mapping[str, Text]

_STANDING: Final = {
    "composite": Text("综合得分", "the composite score"),
    "adjusted": Text("加减分后得分", "the adjusted score"),
    "rank": Text("总名次", "the rank"),
    "rank_in_group": Text("同类名次", "the rank in the class"),
    "last": Text("同类末位", "the last place of the class"),
    "grade": Text("等次", "the grade"),
}
_CALLS: Final = {
    "n": Text("{0}的有效样本数", "the number of valid answers of {0}"),
    "value": Text("{0}的完成值", "the value of {0}"),
    "coverage": Text("{0}的数据覆盖率", "the coverage of {0}"),
    "lower": Text("{0}的置信区间下限", "the lower confidence limit of {0}"),
    "upper": Text("{0}的置信区间上限", "the upper confidence limit of {0}"),
    "change": Text("{0}比上期的变化", "the change of {0} on the period before"),
    "previous": Text("{0}在前第 {1} 期的值", "{0} {1} periods before"),
    "event": Text("发生“{0}”", "an event “{0}” is recorded"),
    "flagged": Text("此前连续 {1} 期触发“{0}”", "“{0}” was raised in each of the {1} periods before"),
    "bottom": Text("列同类后 {0} 名", "it is among the last {0} of its class"),
}
# One period or place is said otherwise than several.
_ONE: Final = {
    "previous": Text("{0}上一期的值", "{0} in the period before"),
    "flagged": Text("上一期已触发“{0}”", "“{0}” was raised in the period before"),
    "bottom": Text("列同类末位", "it is the last of its class"),
}
_NOT: Final = {
    "event": Text("未发生“{0}”", "no event “{0}” is recorded"),
    "flagged": Text("此前 {1} 期并非连续触发“{0}”", "“{0}” was not raised in each of the {1} periods before"),
    "bottom": Text("不在同类后 {0} 名", "it is not among the last {0} of its class"),
}
_NOT_ONE: Final = {
    "flagged": Text("上一期未触发“{0}”", "“{0}” was not raised in the period before"),
    "bottom": Text("不在同类末位", "it is not the last of its class"),
}
_SIGNS: Final = {
    "<": Text("低于", "is below"),
    "<=": Text("不高于", "is at most"),
    ">": Text("高于", "is above"),
    ">=": Text("不低于", "is at least"),
    "==": Text("为", "is"),
    "!=": Text("不为", "is not"),
}
# A rank of 5 is not "higher" than a rank of 4 in any sense a reader would agree on.
_COUNTS: Final = {
    "<": Text("小于", "is less than"),
    "<=": Text("不大于", "is at most"),
    ">": Text("大于", "is greater than"),
    ">=": Text("不小于", "is at least"),
}
_COUNTED: Final = frozenset({"rank", "rank_in_group", "n"})


def say(part: Part, labels: Labels, *, inside: bool = False) -> Text:
    """Return a part as a sentence; ``inside`` puts a list of parts in brackets."""
    if isinstance(part, AllOf | AnyOf):
        return _list(part, labels, inside=inside)
    if isinstance(part, Not):
        return _not(part, labels)
    if isinstance(part, Compare):
        return _comparison(part, labels)
    return _value(part, labels)


def _list(part: AllOf | AnyOf, labels: Labels, *, inside: bool) -> Text:
    said = [say(one, labels, inside=True) for one in part.parts]
    joined = (
        join_texts(said, " 且 ", " and ") if isinstance(part, AllOf) else join_texts(said, " 或 ", " or ")
    )
    return Text(f"({joined.zh})", f"({joined.en})") if inside else joined


def _not(part: Not, labels: Labels) -> Text:
    if isinstance(part.part, Call):
        return _call(part.part, labels, _NOT, _NOT_ONE)
    said = say(part.part, labels)
    return Text(f"并非({said.zh})", f"not ({said.en})")


def _comparison(part: Compare, labels: Labels) -> Text:
    left, right = _value(part.left, labels), _value(part.right, labels)
    counted = any(_subject(side) in _COUNTED for side in (part.left, part.right))
    sign = _COUNTS.get(part.sign, _SIGNS[part.sign]) if counted else _SIGNS[part.sign]
    # Chinese sets a number off by a blank only after a Latin letter or digit; none is needed here.
    return Text(f"{left.zh}{sign.zh}{right.zh}", f"{left.en} {sign.en} {right.en}")


def _subject(value: Part) -> str:
    return value.name if isinstance(value, Name) else value.function if isinstance(value, Call) else ""


def _value(part: Part, labels: Labels) -> Text:
    if isinstance(part, Constant):
        said = part.value if isinstance(part.value, str) else f"{part.value:g}"
        return Text(said, said)
    if isinstance(part, Name):
        return _label(part.name, labels)
    if isinstance(part, Call):
        return _call(part, labels, _CALLS, _ONE)
    return say(part, labels, inside=True)


def _call(part: Call, labels: Labels, patterns: Mapping[str, Text], of_one: Mapping[str, Text]) -> Text:
    arguments = [_label(one, labels) if isinstance(one, str) else _count(one) for one in part.arguments]
    pattern = patterns[part.function]
    if part.arguments[-1] == 1:
        pattern = of_one.get(part.function, pattern)
    return Text(
        pattern.zh.format(*(one.zh for one in arguments)),
        pattern.en.format(*(one.en for one in arguments)),
    )


def _label(name: str, labels: Labels) -> Text:
    return labels.get(name) or _STANDING.get(name) or Text(name, name)


def _count(value: float) -> Text:
    return Text(f"{value:g}", f"{value:g}")
