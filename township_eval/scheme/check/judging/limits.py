"""Limiters, uses and openness: what they name exists, and days are days."""

from __future__ import annotations

from township_eval.errors import did_you_mean
from township_eval.language import Text
from township_eval.scheme.check.draft import Draft
from township_eval.scheme.check.judging.stated import asks_grade, check_names, parsed
from township_eval.scheme.check.settings import check_date
from township_eval.scheme.model import Limiter
from township_eval.scheme.parse.refusals import Path

__all__ = ["check_days", "check_disclosure", "check_limiters", "check_not_negative"]

_WHOLE = Text("写 0 或正数,或删去这一项", "write a number from 0 up, or leave it out")
# Ten years: a longer term is a slip of the pen, and soon past the end of any calendar.
_MOST_DAYS = 3650


def check_not_negative(draft: Draft, code: str, path: Path, number: float | None, what: Text) -> None:
    """Report a number below 0; *what* says what it is, with ``{n}`` for the number."""
    if number is not None and number < 0:
        draft.error(code, path, what.format(n=f"{number:g}"), _WHOLE)


def check_days(draft: Draft, code: str, path: Path, days: int | None, negative: Text) -> None:
    """Report a number of days below 0 (*negative*, as for `check_not_negative`) or beyond ten years."""
    check_not_negative(draft, code, path, days, negative)
    if days is not None and days > _MOST_DAYS:
        what = Text(f"{days} 天超过十年", f"{days} days are more than ten years")
        hint = Text(f"写 0 到 {_MOST_DAYS} 之间的天数", f"write a number of days from 0 to {_MOST_DAYS}")
        draft.error(code, path, what, hint)


def check_limiters(draft: Draft) -> None:
    """See that a limiter names a grade that limits, and works by a condition or by an event."""
    check_names(draft, "limiters")
    check_names(draft, "uses")
    grades = [grade.name for grade in draft.scheme.grades]
    for at, limiter in enumerate(draft.scheme.limiters):
        path: Path = ("limiters", at)
        if limiter.at_most not in grades:
            what = Text(f"没有 {limiter.at_most} 这个等次", f"there is no grade {limiter.at_most!r}")
            draft.error("limiter.grade", (*path, "at_most"), what, did_you_mean(limiter.at_most, grades))
        elif limiter.at_most == grades[0]:
            what = Text(
                f"{limiter.at_most} 已是最高等次,起不到限制作用",
                f"{limiter.at_most} is the best grade already: it limits nobody",
            )
            hint = Text("写限制之后最高可评的等次", "state the best grade that remains possible")
            draft.warn("limiter.idle", (*path, "at_most"), what, hint)
        _check_cause(draft, limiter, path)
        negative = Text("限制天数是负数:{n}", "negative number of days: {n}")
        check_days(draft, "limiter.days", (*path, "days"), limiter.days, negative)


def _check_cause(draft: Draft, limiter: Limiter, path: Path) -> None:
    name = limiter.name or limiter.id
    hint = Text(
        "写 when: 条件,或写 event: true(发生编号为它的事件)",
        "write when: <condition>, or event: true (an event of its id was recorded)",
    )
    if not limiter.when and not limiter.event:
        what = Text(f"{name} 没有写明何时限制", f"{name} does not say when it limits")
        draft.error("limiter.cause", (*path, "when"), what, hint)
    elif limiter.when and limiter.event:
        what = Text(f"{name} 既写了条件又写了按事件", f"{name} states both a condition and an event")
        draft.error("limiter.cause", (*path, "event"), what, hint)
    if limiter.days is not None and not limiter.event:
        what = Text(
            f"{name} 写了限制天数,但不是按事件限制", f"{name} states days, but is not limited by an event"
        )
        days = Text("删去 days,或写 event: true", "remove days, or write event: true")
        draft.error("limiter.days", (*path, "days"), what, days)
    condition = parsed(limiter.when)
    if condition is not None and asks_grade(condition):
        what = Text(f"{name} 的条件又要看本期等次", f"{name} depends on the grade that it limits")
        score = Text("改用得分或名次,如 adjusted < 60", "ask for a score or rank instead: adjusted < 60")
        draft.error("grades.circular", (*path, "when"), what, score)


def check_disclosure(draft: Draft) -> None:
    """Days of notice, objection and answer, and the fewest answers, are not negative."""
    disclosure = draft.scheme.disclosure
    if disclosure is None:
        return
    for key in ("notice_days", "objection_days", "answer_days"):
        what = Text("天数是负数:{n}", "negative number of days: {n}")
        check_days(draft, "disclosure.days", ("disclosure", key), getattr(disclosure, key), what)
    for one in disclosure.starts:
        check_date(draft, ("disclosure", "starts", one.period), one.date)
    what = Text("样本数是负数:{n}", "negative number of answers: {n}")
    check_not_negative(draft, "disclosure.minimum_n", ("disclosure", "minimum_n"), disclosure.minimum_n, what)
