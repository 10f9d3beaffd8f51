"""Grades, flags, vetoes, adjustments, settings: reachable, defined, meaning something."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date
from itertools import pairwise
from typing import Any, Final

from township_eval.errors import SchemeError, did_you_mean
from township_eval.language import Text
from township_eval.scheme.check.draft import Draft
from township_eval.scheme.check.rules import is_arithmetic
from township_eval.scheme.conditions import parse_condition
from township_eval.scheme.model import Dimension, FlagRule, Grade
from township_eval.scheme.parse.refusals import Path

__all__ = [
    "check_adjustments", "check_conditions", "check_flags", "check_grades", "check_settings", "check_vetoes",
]  # fmt: skip

# Only the autonomous region may approve a single-item veto (三(四)).
_APPROVING_LEVEL: Final = "自治区"
_MOST_DIGITS: Final = 10
_AS_DATE: Final = Text("写成 2018-05-01", "write it like 2018-05-01")
_ANY_FLAG: Final = "flagged"
# A flag may escalate to another flag, or to a rung of the ladder of measures.
_LADDER: Final = (
    "interview", "rectify", "circular", "refer", "约谈", "责令整改", "通报批评", "问责", "问责建议(移送)",
)  # fmt: skip


def check_settings(draft: Draft) -> None:
    """Scale, digits, rounding and dates are possible."""
    scheme = draft.scheme
    if scheme.scale <= 0:
        draft.error(
            "scheme.scale",
            ("scale",),
            Text(f"满分须大于 0,现为 {scheme.scale:g}", f"full marks must be above 0, not {scheme.scale:g}"),
            Text("通常写 scale: 100", "scale: 100 is usual"),
        )
    digits = [(("digits",), scheme.digits)]
    if scheme.rounding is not None:
        digits.append((("rounding", "digits"), scheme.rounding.digits))  # type: ignore[arg-type]
    for path, number in digits:
        if not 0 <= number <= _MOST_DIGITS:
            what = Text(
                f"小数位数应为 0 到 {_MOST_DIGITS},现为 {number}", f"0 to {_MOST_DIGITS} digits, not {number}"
            )
            draft.error("scheme.digits", path, what, Text("通常写 2", "2 is usual"))
    _check_rounding(draft)
    dates = [*(("holidays", day) for day in scheme.holidays), *(("workdays", day) for day in scheme.workdays)]
    for name, day in dates:
        if not _is_date(day):
            what = Text(f"{day} 不是日期", f"{day!r} is not a date")
            draft.error("scheme.date", (name,), what, _AS_DATE)


def _check_rounding(draft: Draft) -> None:
    rounding = draft.scheme.rounding
    if rounding is None or rounding.stage == "composite":
        return
    for node in draft.nodes:
        rounded = isinstance(node, Dimension) and (
            rounding.stage == "indicator" or node is draft.scheme.index
        )
        if rounded and isinstance(node, Dimension) and (not is_arithmetic(node) or node.scoring is not None):
            what = Text(
                f"{node.name} 不是加权求和,不能在下级取整",
                f"{node.name} is not a weighted sum: round the composite only",
            )
            hint = Text("取整环节写 composite", "write stage: composite")
            draft.error("rounding.aggregation", (*draft.path(node), "aggregation"), what, hint)


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def check_conditions(draft: Draft) -> None:
    """Every condition can be parsed, and what it names exists."""
    for node in draft.nodes:
        path = draft.path(node)
        if node.applies_when:
            _parse(draft, node.applies_when, None, (*path, "applies_when"))
        where = getattr(getattr(node, "source", None), "where", "")
        if where:
            _parse(draft, where, None, (*path, "source", "where"))
    for at, flag in enumerate(draft.scheme.flags):
        _parse(draft, flag.when, draft.ids, ("flags", at, "when"))
        if flag.clear_when:
            _parse(draft, flag.clear_when, draft.ids, ("flags", at, "clear_when"))
    for at, grade in enumerate(draft.scheme.grades):
        if grade.unless and grade.unless != _ANY_FLAG:
            _parse(draft, grade.unless, draft.ids, ("grades", at, "unless"))


def _parse(draft: Draft, text: str, known: Collection[str] | None, path: Path) -> None:
    try:
        condition = parse_condition(text, known, where=draft.where(path))
    except SchemeError as error:
        for problem in error.problems:
            draft.add(path, problem)
        return
    flags = [flag.id for flag in draft.scheme.flags]
    for call in condition.calls:
        if call.function == "flagged" and call.arguments[0] not in flags:
            name = str(call.arguments[0])
            what = Text(f"没有 {name} 这条预警", f"there is no flag {name!r}")
            draft.error("condition.flag", path, what, did_you_mean(name, flags))


def check_grades(draft: Draft) -> None:
    """Grades stand from best to worst, each can be reached, and quotas are possible."""
    grades = draft.scheme.grades
    _check_names(draft, [grade.name for grade in grades], "grades", "name")
    for at, (better, worse) in enumerate(pairwise(grades), start=1):
        path: Path = ("grades", at, "at_least")
        if worse.at_least > better.at_least:
            what = Text(
                f"{worse.name}({worse.at_least:g})排在 {better.name}({better.at_least:g})之后,起点却更高",
                f"{worse.name} ({worse.at_least:g}) stands below {better.name} ({better.at_least:g}) "
                "but starts higher",
            )
            draft.error("grades.order", path, what, Text("由高到低排列", "write the best first"))
        elif worse.at_least == better.at_least and better.quota is None:
            what = Text(
                f"{worse.name} 与 {better.name} 起点相同,无法评到",
                f"{worse.name} starts where {better.name} does: unreachable",
            )
            draft.error("grades.unreachable", path, what, Text("改起点分", "change a cut point"))
    for at, grade in enumerate(grades):
        _check_quota(draft, grade, at, last=at == len(grades) - 1)
    highest, lowest = (grades[0], grades[-1]) if grades else (None, None)
    if highest is not None and highest.at_least > draft.scheme.scale:
        what = Text(
            f"{highest.name} 起点 {highest.at_least:g} 高于满分 {draft.scheme.scale:g}",
            f"{highest.name} starts at {highest.at_least:g}, above full marks {draft.scheme.scale:g}",
        )
        draft.warn(
            "grades.unreachable",
            ("grades", 0, "at_least"),
            what,
            Text("只有加分才能达到", "only bonus points reach it"),
        )
    if lowest is not None and lowest.at_least > 0:
        what = Text(f"低于 {lowest.at_least:g} 分没有等次", f"below {lowest.at_least:g} there is no grade")
        hint = Text("最后一等的起点写 0", "let the last grade start at 0")
        draft.warn("grades.gap", ("grades", len(grades) - 1, "at_least"), what, hint)


def _check_quota(draft: Draft, grade: Grade, at: int, *, last: bool) -> None:
    quota, path = grade.quota, ("grades", at, "quota")
    if quota is None:
        return
    if (quota.count is None) == (quota.share is None):
        what = Text("名额写 count 或 share 中的一个", "a quota is either a count or a share")
        hint = Text("写 {count: 3},或写 {share: 0.3}", "write {count: 3} or {share: 0.3}")
        draft.error("quota.kind", path, what, hint)
    if quota.count is not None and quota.count < 0:
        what = Text(f"名额是负数:{quota.count}", f"the count is negative: {quota.count}")
        draft.error("quota.count", path, what, Text("写 0 或正整数", "write a whole number from 0 up"))
    if quota.share is not None and not 0 <= quota.share <= 1:
        what = Text(f"比例应在 0 到 1 之间,现为 {quota.share:g}", f"a share is 0 to 1, not {quota.share:g}")
        draft.error("quota.share", path, what, Text("30% 写 0.3", "write 30% as 0.3"))
    if last:
        what = Text(
            f"{grade.name} 是最后一等,超出名额的没有等次",
            f"{grade.name} is the last grade: beyond its quota there is none",
        )
        draft.warn("quota.last", path, what, Text("最后一等不设名额", "give the last grade no quota"))


def check_flags(draft: Draft) -> None:
    """See that flags have ids of their own and escalate to a flag or a measure that exists."""
    flags = draft.scheme.flags
    _check_names(draft, [flag.id for flag in flags], "flags", "id")
    for at, flag in enumerate(flags):
        if flag.due_days is not None and flag.due_days < 0:
            what = Text(f"办理天数是负数:{flag.due_days}", f"negative number of days: {flag.due_days}")
            hint = Text("写 0 或正整数,或删去这一项", "write a whole number from 0 up, or leave it out")
            draft.error("flag.due_days", ("flags", at, "due_days"), what, hint)
        _check_escalation(draft, flag, at, [one.id for one in flags])


def _check_escalation(draft: Draft, flag: FlagRule, at: int, ids: list[str]) -> None:
    if flag.escalates is None:
        return
    path: Path = ("flags", at, "escalates")
    if flag.escalates.to not in {*ids, *_LADDER}:
        what = Text(
            f"没有 {flag.escalates.to} 这条预警或措施", f"there is no flag or measure {flag.escalates.to!r}"
        )
        draft.error("flag.escalates", (*path, "to"), what, did_you_mean(flag.escalates.to, (*ids, *_LADDER)))
    elif flag.escalates.to == flag.id:
        what = Text(f"{flag.id} 升级为它自己", f"{flag.id} escalates to itself")
        hint = Text("写另一条预警或更重的措施", "name another flag, or a heavier measure")
        draft.error("flag.escalates", (*path, "to"), what, hint)
    if flag.escalates.after < 1:
        what = Text(
            f"连续期数至少为 1,现为 {flag.escalates.after}",
            f"at least 1 period in a row, not {flag.escalates.after}",
        )
        hint = Text("写连续几期未改正才升级,如 2", "state after how many periods in a row, such as 2")
        draft.error("flag.after", (*path, "after"), what, hint)


def check_vetoes(draft: Draft) -> None:
    """Vetoes without the autonomous region's approval are pointed out as inert."""
    vetoes = draft.scheme.vetoes
    _check_names(draft, [veto.id for veto in vetoes], "vetoes", "id")
    for at, veto in enumerate(vetoes):
        path: Path = ("vetoes", at, "approval")
        if veto.approval is None or _APPROVING_LEVEL not in veto.approval.level:
            what = Text(
                f"{veto.name} 未按程序报自治区批准,不予适用",
                f"{veto.name} is not approved by the autonomous region: inert",
            )
            draft.warn(
                "veto.not_approved", path, what, Text("写明自治区批准文号", "state the region's approval")
            )
            continue
        for name in ("date", "until"):
            day = getattr(veto.approval, name)
            if day and not _is_date(day):
                what = Text(f"{day} 不是日期", f"{day!r} is not a date")
                draft.error("scheme.date", (*path, name), what, _AS_DATE)


def check_adjustments(draft: Draft) -> None:
    """Caps of bonus and deduction points are not negative."""
    adjustments = draft.scheme.adjustments
    for name in ("bonus", "deduction") if adjustments is not None else ():
        cap = getattr(getattr(adjustments, name), "cap", None)
        if cap is not None and cap < 0:
            what = Text(f"上限是负数:{cap:g}", f"the cap is negative: {cap:g}")
            hint = Text("扣分也写正数", "write deductions as positive numbers too")
            draft.error("adjustments.cap", ("adjustments", name, "cap"), what, hint)


def _check_names(draft: Draft, names: Sequence[Any], section: str, key: str) -> None:
    count = Counter(names)
    for at, name in enumerate(names):
        if count[name] > 1 and names.index(name) < at:
            what = Text(f"{name} 写了两次", f"{name!r} is used twice")
            draft.error(
                f"{section}.twice", (section, at, key), what, Text("改名或删去一个", "rename or remove one")
            )
