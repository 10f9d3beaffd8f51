"""Escalation: it leads to something that exists and is no lighter, and never round in a circle."""

from __future__ import annotations

from typing import Final

from township_eval.errors import did_you_mean
from township_eval.language import Text
from township_eval.scheme.check.draft import Draft
from township_eval.scheme.measures import MEASURES, is_sanction, level_of, say_measure
from township_eval.scheme.model import FlagRule
from township_eval.scheme.parse.refusals import Path

__all__ = ["check_escalation"]

# A flag may escalate to another flag, or to a rung of the ladder of measures.
_LADDER: Final = tuple(dict.fromkeys(name for measure in MEASURES for name in measure.names))


def check_escalation(draft: Draft) -> None:
    """See that flags escalate to what exists, is no lighter, and does not lead back."""
    rules = {flag.id: flag for flag in reversed(draft.scheme.flags)}
    for at, flag in enumerate(draft.scheme.flags):
        if flag.escalates is None:
            continue
        path: Path = ("flags", at, "escalates")
        to, after = flag.escalates.to, flag.escalates.after
        if to not in {*rules, *_LADDER}:
            what = Text(f"没有 {to} 这条预警或措施", f"there is no flag or measure {to!r}")
            draft.error("flag.escalates", (*path, "to"), what, did_you_mean(to, (*rules, *_LADDER)))
        elif to == flag.id:
            what = Text(f"{flag.id} 升级为它自己", f"{flag.id} escalates to itself")
            hint = Text("写另一条预警或更重的措施", "name another flag, or a heavier measure")
            draft.error("flag.escalates", (*path, "to"), what, hint)
        else:
            _check_weight(draft, flag, rules.get(to), path)
        if after < 1:
            what = Text(f"连续期数至少为 1,现为 {after}", f"at least 1 period in a row, not {after}")
            hint = Text("写连续几期未改正才升级,如 2", "state after how many periods in a row, such as 2")
            draft.error("flag.after", (*path, "after"), what, hint)
    _check_circles(draft, rules)


def _check_weight(draft: Draft, flag: FlagRule, rule: FlagRule | None, path: Path) -> None:
    """Point out an escalation to what is lighter; measures of the scheme's own have no known weight."""
    measure = rule.measure if rule is not None else str(flag.escalates.to if flag.escalates else "")
    harmless = rule is not None and not is_sanction(rule)
    if not is_sanction(flag) or not (harmless or 0 < level_of(measure) < level_of(flag.measure)):
        return
    heavy, light = say_measure(flag.measure), say_measure(measure)
    what = Text(
        f"{flag.id}({heavy.zh})升级为更轻的措施:{light.zh}",
        f"{flag.id} ({heavy.en}) escalates to what is lighter: {light.en}",
    )
    hint = Text("升级应转为更重的措施,请核对", "an escalation leads to a heavier measure: check it")
    draft.warn("flag.lighter", (*path, "to"), what, hint)


def _check_circles(draft: Draft, rules: dict[str, FlagRule]) -> None:
    """Report every circle of escalations once, whole, where its first rule stands."""
    place = {flag.id: at for at, flag in reversed(list(enumerate(draft.scheme.flags)))}
    seen: set[str] = set()
    for start in sorted(place, key=place.__getitem__):
        way: list[str] = []
        here: str | None = start
        while here in rules and here not in seen:
            seen.add(here)
            way.append(here)
            escalates = rules[here].escalates
            here = escalates.to if escalates is not None else None
        circle = way[way.index(here) :] if here in way else []
        if len(circle) > 1:  # one that names itself is refused above
            first = min(circle, key=place.__getitem__)
            turn = circle.index(first)
            _report_circle(draft, [*circle[turn:], *circle[:turn], first], place[first])


def _report_circle(draft: Draft, circle: list[str], at: int) -> None:
    what = Text(f"升级绕成了圈:{' → '.join(circle)}", f"escalations run in a circle: {' → '.join(circle)}")
    hint = Text("删去其中一条升级", "remove one of these escalations")
    draft.error("flag.circular", ("flags", at, "escalates", "to"), what, hint)
