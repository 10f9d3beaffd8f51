"""约谈整改通报问责建议表: what the scheme's flag rules propose, for whom and on what evidence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from township_eval.language import Text
from township_eval.reports.labels import STATES
from township_eval.reports.sheet import Band, Column, Row, Sheet, Table
from township_eval.reports.view import View
from township_eval.rules.measures import say_measure
from township_eval.scheme.conditions import parse_condition
from township_eval.scheme.model import FlagRule

__all__ = ["condition_words", "measures_sheet"]


def measures_sheet(view: View) -> Sheet | None:
    """Return 约谈整改通报问责建议表; None when the scheme has no flag rules."""
    if not view.evaluation.scheme.flags and view.evaluation.flag_rows.empty:
        return None
    return Sheet(
        name=view.both("约谈整改通报问责建议表", "Proposed measures"),
        title=view.both(
            f"{view.evaluation.period} 约谈整改通报问责建议表", f"Proposed measures {view.evaluation.period}"
        ),
        about=view.about,
        tables=(_proposals(view), _rules(view)),
        notes=tuple(_notes(view)),
    )


def _proposals(view: View) -> Table:
    columns = (
        Column(view.unit_head, "text", 14),
        Column(view.both("规则", "Rule"), "text", 18),
        Column(view.both("符合情形(数值)", "Evidence"), "text", 38),
        Column(view.both("建议措施", "Proposed measure"), "word", 16),
        Column(view.both("责任部门", "Responsible"), "text", 18),
        Column(view.both("办理时限", "Due"), "word", 12),
        Column(view.both("确定程度", "Certainty"), "word", 10),
        Column(view.head("basis"), "text", 16),
        Column(view.both("状态", "Status"), "word", 14),
    )
    return Table(columns, tuple(_proposal_rows(view)), pinned=1)


def _proposal_rows(view: View) -> Iterator[Row]:
    flags = view.evaluation.flag_rows
    if flags.empty:
        nothing = view.both("本期没有单位达到提出建议的情形", "No unit meets a condition this period")
        if view.evaluation.provisional:
            nothing = view.both("预评不提出处理建议", "A provisional evaluation proposes no measures")
        yield Band(nothing)
        return
    units = view.evaluation.units
    rules = {rule.id: rule for rule in view.evaluation.scheme.flags}
    place = {units.codes[at]: rank for rank, at in enumerate(view.order.tolist())}
    for record in sorted(flags.to_dict("records"), key=lambda row: place[str(row["unit"])]):
        rule = rules.get(str(record["rule"]))
        yield (
            units.names[units.index[str(record["unit"])]],
            (rule.name if rule else "") or str(record["rule"]),
            _evidence(view, record),
            view.say(say_measure(str(record["measure"]))),
            _text(record["owner"]),
            _text(record["due"]),
            _state(view, record["certainty"]),
            _text(record["basis"]),
            _state(view, record["status"]),
        )


def _rules(view: View) -> Table:
    """Return the rules as they were read, so that the reading of 和 and 或 can be checked."""
    columns = (
        Column(view.both("编号", "Id"), "text"),
        Column(view.both("规则", "Rule"), "text"),
        Column(view.both("条件", "Condition"), "text"),
        Column(view.both("建议措施", "Proposed measure"), "word"),
        Column(view.both("责任部门", "Responsible"), "text"),
        Column(view.both("办理天数", "Days"), "whole"),
        Column(view.both("适用对象", "Subject"), "word"),
        Column(view.head("basis"), "text"),
        Column(view.both("触发单位数", "Units flagged"), "whole"),
    )
    raised = view.evaluation.flag_rows["rule"].astype(str).value_counts().to_dict()
    rows = tuple(_rule_row(view, rule, raised) for rule in view.evaluation.scheme.flags)
    return Table(columns, rows, title=view.both("方案所列规则", "Rules of the scheme"))


def _rule_row(view: View, rule: FlagRule, raised: dict[Any, int]) -> Row:
    return (
        rule.id,
        rule.name or rule.id,
        condition_words(view, rule.when),
        view.say(say_measure(rule.measure)),
        view.listed(rule.owner),
        rule.due_days,
        _state(view, rule.subject or "township"),
        rule.basis,
        int(raised.get(rule.id, 0)),
    )


def condition_words(view: View, condition: str) -> str:
    """Say a condition with the names of the nodes."""
    names = {node.id: Text(node.name, node.name) for node in view.nodes}
    return view.say(parse_condition(condition).words(names))


def _evidence(view: View, record: dict[Any, Any]) -> str:
    return _text(record["evidence" if view.lang == "zh" else "evidence_en"]) or _text(record["evidence"])


def _state(view: View, code: Any) -> str:
    return view.say(STATES.get(str(code), str(code)))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _notes(view: View) -> Iterator[str]:
    yield view.both(
        "本表为按方案规则对照数据得出的建议,不是处理决定,由有权机关核实研究后决定;各项措施可以单独或合并使用。",
        "These are proposals that follow from the rules and the data, not decisions; the competent authority"
        " verifies and decides. Measures may be taken alone or together.",
    )
    yield view.both(
        "确定程度“未评定”:本版本只将数值与门槛直接比较,未考虑抽样误差。",
        "Certainty 'not assessed': values are compared with thresholds as they stand, whatever their sampling"
        " error.",
    )
