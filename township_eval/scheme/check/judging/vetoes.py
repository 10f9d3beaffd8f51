"""Vetoes: approved or pointed out as inert; what works like one is pointed out beside them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from township_eval.errors import did_you_mean
from township_eval.language import Text, listed
from township_eval.scheme.check.draft import Draft
from township_eval.scheme.check.judging.stated import check_names
from township_eval.scheme.check.settings import check_date
from township_eval.scheme.model import Approval, Veto
from township_eval.scheme.parse.refusals import Path

__all__ = ["check_veto_like", "check_vetoes"]

_ANY_FLAG: Final = "flagged"  # names no matter of its own: the flags say why
_EFFECTS: Final = ("grade",)
_LACKING: Final = {
    "reference": Text("批准文号", "the document's number"),
    "authority": Text("批准机关", "the authority"),
    "level": Text("机关层级(自治区)", "the level (自治区)"),
    "date": Text("批准日期", "the date"),
}


def check_vetoes(draft: Draft) -> None:
    """Vetoes without the autonomous region's approval are pointed out as inert; effects are possible."""
    vetoes, most = draft.scheme.vetoes, draft.scheme.most_vetoes
    check_names(draft, "vetoes")
    for at, veto in enumerate(vetoes):
        _check_approval(draft, veto, ("vetoes", at, "approval"))
        _check_effect(draft, veto, ("vetoes", at, "effect"))
    if most is not None and most < 0:
        what = Text(f"上限是负数:{most}", f"the most is negative: {most}")
        draft.error("veto.most", ("most_vetoes",), what, Text("写 0 或正整数", "a whole number from 0 up"))
    elif most is not None and len(vetoes) > most:
        what = Text(
            f"一票否决事项有 {len(vetoes)} 项,超过方案设定的 {most} 项",
            f"there are {len(vetoes)} vetoes, more than the {most} the scheme allows itself",
        )
        hint = Text("从严控制一票否决:合并或取消", "vetoes are to be kept few: merge or drop some")
        draft.warn("veto.many", ("vetoes",), what, hint)


def _check_approval(draft: Draft, veto: Veto, path: Path) -> None:
    approval = veto.approval or Approval()
    lacking = [_LACKING[name] for name in approval.lacking]
    if lacking:
        zh, en = listed(text.zh for text in lacking).zh, listed(text.en for text in lacking).en
        what = Text(
            f"{veto.name} 未按程序报自治区批准,不予适用(缺:{zh})",
            f"{veto.name} is not approved by the autonomous region: inert (lacking: {en})",
        )
        hint = Text(
            "补全自治区批准的文号、机关、层级和日期",
            "state number, authority, level and date of the region's approval",
        )
        draft.warn("veto.not_approved", path, what, hint)
    day, until = (
        check_date(draft, (*path, name), text) if (text := getattr(approval, name)) else None
        for name in ("date", "until")
    )
    if day and until and until < day:
        what = Text(
            f"有效期至 {until},早于批准日期 {day}", f"it is valid until {until}, before its date {day}"
        )
        draft.error("veto.until", (*path, "until"), what, Text("核对两个日期", "check the two dates"))


def _check_effect(draft: Draft, veto: Veto, path: Path) -> None:
    grades = [grade.name for grade in draft.scheme.grades]
    if not veto.effect:
        what = Text(f"{veto.name} 没有写后果", f"{veto.name} states no effect")
        hint = Text("写 effect: {grade: 等次}", "write effect: {grade: <grade>}")
        draft.warn("veto.no_effect", path, what, hint)
    for key, value in veto.effect:
        if key not in _EFFECTS:
            what = Text(f"没有 {key} 这种后果", f"there is no effect {key!r}")
            draft.error("veto.effect", (*path, key), what, did_you_mean(key, _EFFECTS))
        elif value not in grades:
            what = Text(f"没有 {value} 这个等次", f"there is no grade {value!r}")
            draft.error("veto.grade", (*path, key), what, did_you_mean(value, grades))


# ---- what works like one -------------------------------------------------------------------------
def check_veto_like(draft: Draft) -> None:
    """Point out what works like a veto under another name."""
    for path, said in _veto_like(draft):
        what = Text(
            f"{said.zh}:效果等同一票否决,请核对批准程序",
            f"{said.en}: it works like a single-item veto, check the procedure of approval",
        )
        hint = Text(
            "一票否决须按程序报自治区批准;确无此意的可改为扣分或预警",
            "vetoes need the autonomous region's approval; otherwise use a deduction or a flag",
        )
        draft.warn("veto.like", path, what, hint)


def _veto_like(draft: Draft) -> Iterator[tuple[Path, Text]]:
    scheme = draft.scheme
    for at, limiter in enumerate(scheme.limiters):
        name = limiter.name or limiter.id
        yield (
            ("limiters", at),
            Text(f"{name} 限制等次最高为{limiter.at_most}", f"{name} limits the grade to {limiter.at_most}"),
        )
    for at, grade in enumerate(scheme.grades):
        if grade.requires:
            count = len(grade.requires)
            yield (
                ("grades", at, "requires"),
                Text(f"{grade.name} 有 {count} 项必备条件", f"{grade.name} requires {count} condition(s)"),
            )
        if grade.unless and grade.unless != _ANY_FLAG:
            yield (
                ("grades", at, "unless"),
                Text(f"{grade.name} 有除外条件", f"{grade.name} has an excluding condition"),
            )
    names = {node.id: node.name for node in scheme.nodes()}
    for at, item in enumerate(scheme.adjustment_items):
        if item.block and item.factor == 0:
            name, block = item.name or item.id, names.get(item.block) or item.block
            yield (
                ("adjustment_items", at, "factor"),
                Text(f"{name} 使“{block}”计零分", f"{name} sets {block} to zero"),
            )
