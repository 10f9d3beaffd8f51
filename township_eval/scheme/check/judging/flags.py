"""Flag rules: each can be raised, is read in one way, and says what its measure needs."""

from __future__ import annotations

from township_eval.language import Text, listed
from township_eval.scheme.check.draft import Draft
from township_eval.scheme.check.judging.limits import check_days
from township_eval.scheme.check.judging.stated import check_names
from township_eval.scheme.measures import level_of, say_measure
from township_eval.scheme.model import FlagRule
from township_eval.scheme.parse.refusals import Path

__all__ = ["check_flags"]

# From this rung of the ladder on (above 约谈) a measure takes what is confirmed.
_HEAVY = 2


def check_flags(draft: Draft) -> None:
    """See that flags have ids of their own, one condition, a reading, a kind and certainty enough."""
    check_names(draft, "flags")
    reached = {flag.escalates.to for flag in draft.scheme.flags if flag.escalates is not None}
    for at, flag in enumerate(draft.scheme.flags):
        path: Path = ("flags", at)
        negative = Text("办理天数是负数:{n}", "negative number of days: {n}")
        check_days(draft, "flag.due_days", (*path, "due_days"), flag.due_days, negative)
        _check_cause(draft, flag, path, reached=flag.id in reached)
        _check_reading(draft, flag, path)
        _check_kind(draft, flag, path)
        _check_certainty(draft, flag, path)
        _check_posts(draft, flag, path)


def _check_cause(draft: Draft, flag: FlagRule, path: Path, *, reached: bool) -> None:
    hint = Text(
        "写 when: 条件,或写 conditions: [条件, 条件] 和 reading: and 或 or",
        "write when: <condition>, or conditions: [<condition>, <condition>] with reading: and or or",
    )
    if not flag.when and not flag.conditions and not reached:
        what = Text(
            f"{flag.id} 没有触发条件,也没有哪条预警升级到它",
            f"{flag.id} has no condition, and no flag escalates to it",
        )
        draft.error("flag.no_condition", (*path, "when"), what, hint)
    elif flag.when and flag.conditions:
        what = Text(f"{flag.id} 同时写了 when 和 conditions", f"{flag.id} states both when and conditions")
        draft.error("flag.two_conditions", (*path, "conditions"), what, hint)


def _check_reading(draft: Draft, flag: FlagRule, path: Path) -> None:
    if len(flag.conditions) > 1 and not flag.reading:
        what = Text(
            f"{flag.id} 列了 {len(flag.conditions)} 项情形,没有写明是“且”还是“或”"
            "(R11:“工作实绩差、群众满意度低”的顿号两种读法都有)",
            f"{flag.id} lists {len(flag.conditions)} conditions and does not say whether all or one must "
            "hold (R11: the comma of 工作实绩差、群众满意度低 can be read either way)",
        )
        hint = Text(
            "全部满足才触发写 reading: and,满足一项即触发写 reading: or",
            "write reading: and if all must hold, reading: or if one is enough",
        )
        draft.error("flag.reading", (*path, "reading"), what, hint)
    elif flag.reading and len(flag.conditions) < 2:  # noqa: PLR2004  two are joined, one is not
        what = Text(
            f"{flag.id} 写了读法,但没有几项情形可连接", f"{flag.id} states a reading of one condition"
        )
        hint = Text("几项情形写进 conditions,或删去 reading", "list conditions, or remove reading")
        draft.warn("flag.reading_idle", (*path, "reading"), what, hint)


def _check_kind(draft: Draft, flag: FlagRule, path: Path) -> None:
    if flag.kind in {"positive", "support"} and level_of(flag.measure):
        what = Text(
            f"{say_measure(flag.measure).zh} 是惩戒措施,类型却写 {flag.kind}",
            f"{say_measure(flag.measure).en} is a sanction, but the kind is {flag.kind}",
        )
        hint = Text("写 kind: sanction,或换措施名称", "write kind: sanction, or name another measure")
        draft.error("flag.kind", (*path, "kind"), what, hint)
    elif not flag.kind and not level_of(flag.measure):
        what = Text(
            f"{flag.measure} 不在约谈、责令整改、通报批评、问责之列,又没有写类型,按惩戒对待",
            f"{flag.measure} is none of the four measures and states no kind: treated as a sanction",
        )
        hint = Text("写 kind: sanction、positive 或 support", "write kind: sanction, positive or support")
        draft.warn("flag.kind_unstated", (*path, "kind"), what, hint)


def _check_certainty(draft: Draft, flag: FlagRule, path: Path) -> None:
    if level_of(flag.measure) >= _HEAVY and flag.certainty not in {"", "confirmed"}:
        said = say_measure(flag.measure)
        what = Text(
            f"{said.zh} 重于约谈,须达到“确认”(confirmed),现写 {flag.certainty}",
            f"{said.en} is heavier than an interview and takes confirmed evidence, not {flag.certainty}",
        )
        hint = Text("写 certainty: confirmed,或删去", "write certainty: confirmed, or leave it out")
        draft.error("flag.certainty", (*path, "certainty"), what, hint)


def _check_posts(draft: Draft, flag: FlagRule, path: Path) -> None:
    """Point out posts for a kind of unit that no unit is of."""
    kinds = {unit.kind for unit in draft.scheme.units} - {""}
    unmet = [post.kind for post in flag.posts if post.kind not in {*kinds, "default"}]
    if kinds and unmet:
        what = Text(f"没有哪个单位的性质是 {listed(unmet).zh}", f"no unit is of the kind {listed(unmet).en}")
        hint = Text("与 units 中的 kind 写成一样", "write it as the kind of the units is written")
        draft.warn("flag.post_kind", (*path, "posts"), what, hint)
