"""How the rules behind proposed measures were read: conditions in words, joints, certainty, the ladder."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from township_eval.reports.records import entry, records_of, table_of, text
from township_eval.reports.sheet import Table
from township_eval.reports.sheets.evidence.printed import Entry, Record
from township_eval.reports.view import View
from township_eval.rules.measures import say_measure
from township_eval.rules.words import CERTAINTIES, SUBJECTS, say_code
from township_eval.scheme.conditions import parse_condition
from township_eval.scheme.model import FlagRule
from township_eval.scheme.naming import labels_of, unit_head

__all__ = ["condition_words", "measure_notes", "rules_table", "said_subject"]

_RAISED: Final = ("proposed", "continued")
_UNIT: Final = "township"  # the subject where a rule states none
_CODES: Final = {said.zh: code for code, said in SUBJECTS.items() if code != _UNIT}


def condition_words(view: View, condition: str) -> str:
    """Say a condition with the names of what it is about."""
    return view.say(parse_condition(condition).words(labels_of(view.evaluation.scheme)))


def rules_table(view: View) -> Table:
    """Return the rules as they were read, so that the reading of 且 and 或 can be checked.

    Its columns stand under those of the proposals.
    """
    rules: list[Record] = [{"rule": rule} for rule in view.evaluation.scheme.flags]
    return table_of(list(_entries(view)), rules, title=view.both("方案所列规则", "Rules of the scheme"))


def _entries(view: View) -> Iterator[Entry]:
    flags = view.evaluation.flag_rows
    raised = flags.loc[flags["status"].isin(_RAISED), "rule"].astype(str).value_counts().to_dict()
    comma = view.both(";", "; ")
    yield entry(view.both("编号", "Id"), lambda row: row["rule"].id)
    yield entry(view.both("对象", "Subject"), lambda row: said_subject(view, row["rule"].subject), 10)
    yield entry(view.both("规则", "Rule"), lambda row: row["rule"].name or row["rule"].id)
    yield entry(view.both("条件", "Condition"), lambda row: "\n".join(_read(view, row["rule"])))
    yield entry(view.both("建议措施", "Measure"), lambda row: view.say(say_measure(row["rule"].measure)))
    yield entry(view.both("责任部门", "Responsible"), lambda row: view.listed(row["rule"].owner))
    yield entry(view.both("办理天数", "Days"), lambda row: _days(view, row["rule"]), 11, "word")
    yield entry(view.both("所需确定程度", "Certainty needed"), lambda row: _needed(view, row["rule"]), 9)
    yield entry(
        view.both("触发单位数", "Units flagged"), lambda row: int(raised.get(row["rule"].id, 0)), 8, "whole"
    )
    yield entry(view.both("岗位", "Posts"), lambda row: comma.join(_posts(view, row["rule"])), 11)
    yield entry(view.head("basis"), lambda row: row["rule"].basis, 11)


def _read(view: View, rule: FlagRule) -> Iterator[str]:
    """Yield a line each for the condition, the exit, the escalation, matter and scope, and the steps."""
    yield _condition(view, rule)
    yield from _ways(view, rule)
    about = view.both(";", "; ").join(one for one in (rule.matter, rule.scope) if one)
    if about:
        yield view.both(f"事项和范围:{about}", f"matter and scope: {about}")
    if rule.steps:
        steps = view.both("→", ", then ").join(rule.steps)
        yield view.both(f"程序:{steps}", f"steps: {steps}")


def _posts(view: View, rule: FlagRule) -> Iterator[str]:
    for one in rule.posts:
        kind = view.both("其他", "others") if one.kind == "default" else one.kind
        yield view.both(f"{kind}:{one.post}", f"{kind}: {one.post}") if kind else one.post


def _condition(view: View, rule: FlagRule) -> str:
    if not rule.condition:
        return view.both("只由其他规则升级而来", "only by escalation of another rule")
    said = condition_words(view, rule.condition)
    if not rule.reading:
        return said
    which = view.both("且" if rule.reading == "and" else "或", rule.reading)
    return view.both(f"{said}(各项按“{which}”理解)", f"{said} (read as {which!r})")


def _needed(view: View, rule: FlagRule) -> str:
    stated = {text(row, "rule"): text(row, "required") for row in records_of(view, "family")}
    needed = stated.get(rule.id) or rule.certainty
    return view.say(say_code(CERTAINTIES, needed)) if needed else ""


def said_subject(view: View, subject: str) -> str:
    """Say whom a rule is about; one that does not say is about the unit itself, whatever kind it is of."""
    code = _CODES.get(subject, subject or _UNIT)
    own = unit_head(view.evaluation.units.kinds)
    return view.say(own if code == _UNIT and own.zh != SUBJECTS[_UNIT].zh else say_code(SUBJECTS, code))


def _days(view: View, rule: FlagRule) -> str:
    if rule.due_days is None:
        return ""
    if rule.due_in == "working":
        return view.both(f"{rule.due_days}个工作日", f"{rule.due_days} working days")
    return view.both(f"{rule.due_days}日", f"{rule.due_days} days")


def _ways(view: View, rule: FlagRule) -> Iterator[str]:
    if rule.clear_when:
        said = condition_words(view, rule.clear_when)
        yield view.both(f"解除:{said}", f"exit: {said}")
    if rule.escalates is not None:
        names = {one.id: one.name for one in view.evaluation.scheme.flags}
        to = names.get(rule.escalates.to) or view.say(say_measure(rule.escalates.to))
        after = rule.escalates.after
        yield view.both(
            f"连续{after}期有新证据的升级为“{to}”", f"after {after} periods of fresh evidence: {to}"
        )


def measure_notes(view: View) -> Iterator[str]:
    """Yield what a reader of proposed measures must know: they are proposals, whose order is the scheme's."""
    yield view.both(
        "本表为按方案规则对照数据得出的建议,不是处理决定,由有权机关核实研究后决定;各项措施可以单独或合并使用。",
        "These are proposals that follow from the rules and the data, not decisions; the competent authority"
        " verifies and decides. Measures may be taken alone or together.",
    )
    yield view.both(
        "梯次为本方案设定:文件列举四项措施,未规定先后次序。",
        "The order of the measures is the scheme's: the document lists four and states no order.",
    )
    yield from _family(view)
    if (view.evaluation.flag_rows["certainty"] == "not_assessed").any():
        yield view.both(
            "确定程度“未评定”:只将数值与门槛直接比较,未考虑抽样误差。",
            "Certainty 'not assessed': values are compared with thresholds as they stand, whatever their"
            " sampling error.",
        )


def _family(view: View) -> Iterator[str]:
    """Yield against how many comparisons certainty was judged, and what its words mean."""
    sizes = {int(row["family"]) for row in records_of(view, "family")}
    if not sizes:
        return
    count = max(sizes)
    sure, likely, unsure = (
        view.say(CERTAINTIES[code]) for code in ("confirmed", "probable", "not_distinguishable")
    )
    yield view.both(
        f"确定程度按本期全部单位、全部同类规则共 {count} 个比较一并判断:“{sure}”指全部比较中错误提出的"
        f"概率不超过1%,“{likely}”不超过5%(与其他单位的数据有关);“{unsure}”指数值虽过界限,证据不足以排除偶然,"
        "不提出建议。",
        f"Certainty is judged over all {count} comparisons of the period. {sure.capitalize()}: at most 1 %"
        f" risk of any false proposal among them; {likely}: at most 5 %, and it depends on the others' data;"
        f" {unsure}: beyond the threshold, but chance cannot be ruled out, so nothing is proposed.",
    )
