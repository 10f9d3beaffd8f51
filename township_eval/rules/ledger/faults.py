"""What can be wrong with an event that bears on points, said with place, value and hint."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from township_eval.errors import Problem, did_you_mean, suggest
from township_eval.inputs.texts import quoted
from township_eval.language import Text, join_texts, listed
from township_eval.scheme.judging import AdjustmentItem

__all__ = [
    "amount_unused", "no_amount", "no_day", "no_grade", "no_honor", "no_worth", "other_amount", "too_late",
    "unfounded", "written_twice",
]  # fmt: skip

_NAMES: Final = {"reason": Text("理由", "a reason"), "reference": Text("依据文号", "a reference")}


def unfounded(where: str, missing: Sequence[str]) -> Problem:
    """Return the problem of an event that nobody gave grounds for."""
    said = join_texts([_NAMES[name] for name in missing], "和", " and ")
    return Problem(
        "error", "events.reason", where,
        Text("加减分事项没有写明{said}", "an adjustment without {said}").format(said=said),
        Text(
            "在 reason(理由)和 reference(依据文号)列写明;没有依据的不能加减分",
            "write them in the columns reason and reference: without grounds nothing is added or taken",
        ),
    )  # fmt: skip


def no_day(where: str, entry: Any) -> Problem:
    """Return the problem of a date that is none."""
    return Problem(
        "error", "events.date", where,
        Text("不是日期:{entry}", "not a date: {entry}").format(entry=quoted(entry)),
        Text("写成 2018-06-30 这样的日期", "write it like 2018-06-30"),
    )  # fmt: skip


def too_late(where: str, day: date, as_of: date) -> Problem:
    """Return the warning of an event after the day the data stand at."""
    return Problem(
        "warning", "events.after_as_of", where,
        Text(
            f"事项日期 {day} 在数据截止日 {as_of} 之后,仍按本期计",
            f"the event of {day} is after the day the data stand at, {as_of}; it counts all the same",
        ),
        Text("核对日期,或移到下一期", "check the date, or move it to the next period"),
    )  # fmt: skip


def no_amount(where: str, entry: Any) -> Problem:
    """Return the problem of an amount that is no number, below zero, or absurd."""
    return Problem(
        "error", "events.amount", where,
        Text(
            "分值应为零到十亿的数字,写的是{entry}", "the amount should be a number from 0 to 1e9, not {entry}"
        ).format(entry=quoted(entry)),
        Text(
            "扣分也写正数;是加是减由所属事项决定",
            "write deductions as positive numbers too: the item says which they are",
        ),
    )  # fmt: skip


def no_worth(where: str) -> Problem:
    """Return the problem of an event that nothing says the worth of."""
    return Problem(
        "error", "events.amount_missing", where,
        Text(
            "没有分值:表中未写,方案也没有规定每次几分", "no amount: neither the row nor the scheme states one"
        ),
        Text(
            "在 amount(分值)列写明,或在方案该事项下规定 amount 或 marks",
            "write it in the column amount, or state amount or marks of the item in the scheme",
        ),
    )  # fmt: skip


def no_grade(where: str, grade: str, known: tuple[str, ...]) -> Problem:
    """Return the problem of an event's grade that the item has no marks for."""
    return Problem(
        "error", "events.grade", where,
        Text(f"没有这个事项等级:{grade or '(空)'}", f"unknown grade of event: {grade or '(blank)'}"),
        did_you_mean(grade, known),
    )  # fmt: skip


def other_amount(where: str, stated: float, fixed: float) -> Problem:
    """Return the warning of an event that is worth other than its item says."""
    return Problem(
        "warning", "events.amount_differs", where,
        Text(
            f"表中写 {stated:g} 分,方案规定每次 {fixed:g} 分;按表中的计",
            f"the row says {stated:g}, the scheme {fixed:g} for each; the row's counts",
        ),
        Text("核对;若按方案,分值留空", "check it; leave the amount blank to take the scheme's"),
    )  # fmt: skip


def amount_unused(where: str, stated: float, item: AdjustmentItem) -> Problem:
    """Return the warning of points stated for an event that acts on a block's score."""
    return Problem(
        "warning", "events.amount_unused", where,
        Text(
            f"“{item.name or item.id}”直接作用于 {item.block} 的得分,不另加减分;所写 {stated:g} 分不计",
            f"{item.name or item.id} acts on the score of {item.block}; the {stated:g} points do not count",
        ),
        Text(
            "删去分值;若应另行扣分,在方案中另设事项",
            "remove the amount, or state another item in the scheme",
        ),
    )  # fmt: skip


def no_honor(where: str, said: str, approved: tuple[str, ...]) -> Problem:
    """Return the warning of a bonus for an honor that nobody approved."""
    what = Text(
        "不在批准的表彰奖励名单中,不予加分:{said}",
        "not among the approved honors, so it adds nothing: {said}",
    )
    hint = Text("方案没有列出批准的表彰奖励", "the scheme lists no approved honors")
    if approved:
        hint = Text("批准的有:{all}", "approved are: {all}").format(all=listed(approved, 12))
        if suggest(said, approved):
            hint = join_texts([did_you_mean(said, approved), hint])
    return Problem("warning", "ledger.honour", where, what.format(said=quoted(said)), hint)


def written_twice(where: str, first: str) -> Problem:
    """Return the warning of two events that say the same."""
    return Problem(
        "warning", "events.same", where,
        Text(
            f"与 {first} 的事项、日期、文号、理由都相同,两条都计",
            f"the same rule, date, reference and reason as {first}; both count",
        ),
        Text(
            "若为同一件事,删去一条,或在 content(内容)列写相同内容,只计一次",
            "if they are one matter remove one, or write the same in the column content: it then counts once",
        ),
    )  # fmt: skip
