"""Forms of what is filed about results: events, waivers, replies to measures, objections, corrections."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from township_eval.io.template.form import Field, Form
from township_eval.language import Text
from township_eval.scheme.events import event_names
from township_eval.scheme.model import Scheme
from township_eval.scheme.sources import Events

__all__ = ["event_fields", "filed_forms"]

_ROWS: Final = 20
_RULE: Final = Text("规则", "rule")
_REASON: Final = Text("理由", "reason")
_NUMBER: Final = Text("编号", "number")

_EVENTS: Final = (
    Text("等级", "grade"),
    Text("分值", "amount"),
    Text("原因", "reason"),
    Text("文号", "reference"),
    Text("日期", "date"),
)
_LEDGER: Final = (Text("内容", "content"), Text("荣誉名称", "honour"), Text("来源", "source"))
_CHECKED: Final = Text("审核人", "checked_by")
_WAIVERS: Final = (
    _REASON,
    Text("批准机关", "authority"),
    Text("批准文件", "document"),
    Text("批准日期", "date"),
    Text("有效期至", "until"),
    Text("对应文号", "event"),
)
_REPLIES: Final = (
    Text("考核期", "period"),
    Text("整改措施", "action"),
    Text("整改情况", "situation"),
    Text("佐证材料", "evidence"),
    Text("销号日期", "closed"),
    Text("责任人", "responsible"),
)
_OBJECTIONS: Final = (
    Text("提出人", "by"),
    Text("事项", "matter"),
    Text("收到日期", "received"),
    Text("复核结论", "conclusion"),
    Text("答复", "reply"),
    Text("答复日期", "answered"),
    Text("更正单编号", "correction"),
)
_SLIPS: Final = (
    Text("指标", "indicator"),
    Text("单元格", "cell"),
    Text("原值", "old"),
    Text("更正后", "new"),
    Text("更正理由", "reason"),
    Text("依据文件", "document"),
    Text("批准人", "approver"),
    Text("更正日期", "date"),
    Text("异议编号", "objection"),
)


def filed_forms(scheme: Scheme, labels: tuple[str, str], say: Callable[[Text], str]) -> Iterator[Form]:
    """Yield the forms that a scheme has a use for.

    Parameters
    ----------
    scheme : Scheme
        Its adjustments, vetoes, flags and disclosure say which.
    labels : tuple of str
        Headers of the units' codes and names.
    say : callable
        Gives a text in the language of the forms.
    """
    counted = any(isinstance(leaf.source, Events) for leaf in scheme.leaves())
    names = event_names(scheme)
    if names and not counted:  # else the form of the leaves' events asks for these too
        fields = (Text("事项", "rule"), *event_fields(scheme))
        yield _form(say, Text("加减分事项", "events"), labels, fields, names)
    if scheme.flags:
        rules = tuple(rule.name or rule.id for rule in scheme.flags)
        yield _form(say, Text("容错备案", "waivers"), labels, (_RULE, *_WAIVERS), rules)
        yield _form(say, Text("整改回执", "rectifications"), labels, (_RULE, *_REPLIES), rules)
    if scheme.disclosure is not None:
        kinds = (say(Text("异议", "objection")), say(Text("意见", "comment")))
        first = (say(_NUMBER), labels[1])
        yield _form(say, Text("异议登记", "objections"), first, (Text("类别", "kind"), *_OBJECTIONS), kinds)
        yield _form(say, Text("更正单", "corrections"), first, _SLIPS, ())


def event_fields(scheme: Scheme) -> tuple[Text, ...]:
    """Return what is asked of an event besides unit and rule: more where it may add or take points."""
    ledger = scheme.adjustment_items or scheme.adjustments
    return (*_EVENTS, *((*_LEDGER, _CHECKED) if ledger else ()))


def _form(
    say: Callable[[Text], str],
    title: Text,
    labels: tuple[str, ...],
    fields: tuple[Text, ...],
    choices: tuple[str, ...],
) -> Form:
    """Return a form of empty rows; the first field offers the choices."""
    asked = tuple(Field((say(one),), choices=choices if at == 0 else ()) for at, one in enumerate(fields))
    return Form(say(title), labels, (("",) * len(labels),) * _ROWS, asked)
