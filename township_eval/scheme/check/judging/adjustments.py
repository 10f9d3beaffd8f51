"""Bonus, deduction, block and context: amounts, caps and bounds that can be."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from township_eval.errors import did_you_mean
from township_eval.language import Text
from township_eval.methods.varying import Varying
from township_eval.scheme.check.draft import Draft
from township_eval.scheme.check.judging.limits import check_not_negative
from township_eval.scheme.check.judging.stated import check_names
from township_eval.scheme.model import AdjustmentItem, Context
from township_eval.scheme.parse.refusals import Path

__all__ = ["check_adjustments"]

_CAP = Text(
    "上限是负数:{n},扣分的上限也写正数", "the cap is negative: {n}; that of deductions is positive too"
)
_AMOUNT = Text(
    "分值是负数:{n},扣分也写正数", "the amount is negative: {n}; deductions are written positive too"
)


def check_adjustments(draft: Draft) -> None:
    """Amounts and caps are not negative, blocks exist, the context adjustment keeps its bound."""
    scheme = draft.scheme
    for name in ("bonus", "deduction") if scheme.adjustments is not None else ():
        pool = getattr(scheme.adjustments, name)
        for key in ("cap", "item_cap", "source_cap") if pool is not None else ():
            path: Path = ("adjustments", name, key)
            check_not_negative(draft, "adjustments.cap", path, getattr(pool, key), _CAP)
    check_names(draft, "adjustment_items")
    for at, item in enumerate(scheme.adjustment_items):
        _check_worth(draft, item, ("adjustment_items", at))
        _check_block(draft, item, ("adjustment_items", at))
        _check_honour(draft, item, ("adjustment_items", at))
    if scheme.context is not None:
        _check_context(draft, scheme.context)
    low, high = scheme.points_floor, scheme.points_ceiling
    if low is not None and high is not None and low >= high:
        what = Text(
            f"下限 {low:g} 不低于上限 {high:g}", f"the floor {low:g} is not below the ceiling {high:g}"
        )
        draft.error("adjustments.ends", ("points_floor",), what, Text("核对两个数", "check the two numbers"))


def _check_worth(draft: Draft, item: AdjustmentItem, path: Path) -> None:
    check_not_negative(draft, "item.amount", (*path, "amount"), item.amount, _AMOUNT)
    check_not_negative(draft, "item.cap", (*path, "cap"), item.cap, _CAP)
    for mark in item.marks:
        check_not_negative(draft, "item.amount", (*path, "marks", mark.grade), mark.marks, _AMOUNT)
    if item.amount is not None and item.marks:
        what = Text(
            f"{item.id} 既写了每件分值又写了计分表", f"{item.id} states both an amount and marks by grade"
        )
        hint = Text("留一个:不分等级的写 amount,分等级的写 marks", "keep one: amount, or marks by grade")
        draft.error("item.worth", (*path, "marks"), what, hint)


def _check_block(draft: Draft, item: AdjustmentItem, path: Path) -> None:
    check_not_negative(
        draft, "item.factor", (*path, "factor"), item.factor, Text("倍数是负数:{n}", "negative: {n}")
    )
    if item.block and item.block not in draft.ids:
        what = Text(f"没有 {item.block} 这个板块或指标", f"there is no block or indicator {item.block!r}")
        draft.error("item.block", (*path, "block"), what, did_you_mean(item.block, sorted(draft.ids)))
    if bool(item.block) != (item.factor is not None):
        lacking, there = ("factor", "block") if item.block else ("block", "factor")
        what = Text(f"{item.id} 写了 {there},没有写 {lacking}", f"{item.id} states {there} without {lacking}")
        hint = Text("两项一起写:{block: 板块编号, factor: 0}", "state both: {block: <id>, factor: 0}")
        draft.error("item.factor", (*path, lacking), what, hint)
    if item.block and (item.amount is not None or item.marks or item.cap is not None):
        what = Text(
            f"{item.id} 影响板块得分,不再另计加减分",
            f"{item.id} multiplies a block and costs no points besides",
        )
        hint = Text("删去分值,或另设一个项目", "remove the points, or make it two items")
        draft.error("item.worth", (*path, "block"), what, hint)


def _check_honour(draft: Draft, item: AdjustmentItem, path: Path) -> None:
    pool = getattr(draft.scheme.adjustments, item.pool, None)
    if item.honour and not (pool is not None and pool.approved_honours):
        what = Text(
            f"{item.id} 只计认可荣誉,但方案没有列出认可荣誉",
            f"{item.id} counts approved honors only, and the scheme lists none",
        )
        hint = Text(
            f"在 adjustments.{item.pool}.approved_honours 中列出",
            f"list them in adjustments.{item.pool}.approved_honours",
        )
        draft.error("item.honour", (*path, "honour"), what, hint)


# ---- context -------------------------------------------------------------------------------------
def _check_context(draft: Draft, context: Context) -> None:
    negative = Text("界限是负数:{n}", "the bound is negative: {n}")
    check_not_negative(draft, "context.bound", ("context", "bound"), context.bound, negative)
    if not context.reason.strip():
        what = Text("情况调整没有写理由", "the context adjustment states no reason")
        draft.error("context.reason", ("context", "reason"), what, Text("写明理由", "state it"))
    for path, amount in _numbers(context.amount, ("context", "amount")):
        if 0 <= context.bound < abs(float(amount)):
            what = Text(
                f"调整 {float(amount):+g} 分,超出界限 ±{context.bound:g}",
                f"{float(amount):+g} points are beyond the bound of ±{context.bound:g}",
            )
            hint = Text("减小调整分,或放宽界限并说明理由", "adjust less, or widen the bound and say why")
            draft.error("context.amount", path, what, hint)
    for plain in draft.plains if isinstance(context.amount, Varying) else ():
        left = plain.scheme.context.amount if plain.scheme.context is not None else None
        units = [unit.name for unit in draft.units_of(plain, plain.scheme.index)]
        covered = not isinstance(left, Varying) and left is not None
        bare = [] if covered else [name for name in units if not _covers(draft, left, name)]
        if bare or (left is None and not units):
            what = Text(
                f"没有写明调整几分:{'、'.join(bare) or plain.group}",
                f"no amount is stated for {', '.join(bare) or plain.group}",
            )
            draft.error(
                "context.missing", ("context", "amount"), what, Text("补 default: 0", "add default: 0")
            )


def _covers(draft: Draft, value: Any, name: str) -> bool:
    if not isinstance(value, Varying):
        return value is not None
    codes = {code for key in value.keys for code in draft.names.units(key)}
    return value.default is not None or draft.names.codes.get(name) in codes


def _numbers(value: Any, path: Path) -> Iterator[tuple[Path, float | Fraction]]:
    if isinstance(value, Varying):
        for case in value.cases:
            yield from _numbers(case.value, (*path, case.key))
        yield from _numbers(value.default, (*path, "default"))
    elif isinstance(value, int | float | Fraction):
        yield path, value
