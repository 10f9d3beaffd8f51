"""综合得分汇总表 and 分类排名表: every unit's blocks, composite, ranks and grade on one line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from township_eval.methods.varying import Array
from township_eval.reports.sheet import Average, Band, Column, Row, Sheet, Table, Value
from township_eval.reports.sheets.accountability.ledger import bonus_and_deduction
from township_eval.reports.sheets.certain import certainty_notes, chance_of_grade, set_of_ranks
from township_eval.reports.sheets.sensitivity import sensitivity_notes
from township_eval.reports.view import View, rounded
from township_eval.rules.words import GRADE_REASONS, say_code

__all__ = ["class_sheet", "summary_sheet"]

_MOST_BLOCKS: Final = 12  # more of them are read in the matrix of indicators

_Positions = NDArray[np.intp]
# A printed column: how it looks, one value per unit, and whether its average means anything.
_Printed = tuple[Column, Sequence[Value], bool]


def summary_sheet(view: View) -> Sheet:
    """Return 综合得分汇总表: all units, by class, then by score."""
    printed = list(_columns(view, view.order))
    columns = (Column(view.head("number"), "whole", 5.5), *(column for column, _, _ in printed))
    rows: list[Row] = [
        (place, *row) for place, row in enumerate(_rows(printed, view.order), start=1)
    ]  # fmt: skip
    return Sheet(
        name=view.both("综合得分汇总表", "Summary"),
        title=view.both(
            f"{view.evaluation.period} 综合得分汇总表", f"Composite scores {view.evaluation.period}"
        ),
        about=view.about,
        tables=(Table(columns, (*rows, _average(view, printed, view.order)), pinned=2),),
        notes=tuple(_notes(view)),
    )


def class_sheet(view: View) -> Sheet | None:
    """Return 分类排名表: the same columns class by class; None when there are no classes."""
    if not view.group_ids:
        return None
    printed = list(_columns(view, view.order))
    columns = (Column(view.head("number"), "whole", 5.5), *(column for column, _, _ in printed))
    return Sheet(
        name=view.both("分类排名表", "Ranking by class"),
        title=view.both(f"{view.evaluation.period} 分类排名表", f"Ranking by class {view.evaluation.period}"),
        about=view.about,
        tables=(Table(columns, tuple(_by_class(view, printed)), pinned=2),),
        notes=tuple(_notes(view)),
    )


def _by_class(view: View, printed: Sequence[_Printed]) -> Iterator[Row]:
    for group in view.group_ids:
        members = view.members(group)
        yield Band(_class_title(view, group, members))
        yield from ((place, *row) for place, row in enumerate(_rows(printed, members), start=1))
        yield _average(view, printed, members)


def _class_title(view: View, group: str, members: _Positions) -> str:
    count = view.both(f"{len(members)} 个单位", f"{len(members)} units")
    title = f"{view.group_name(group)}({count})"
    # weights stand in the header unless the classes differ in them
    if all(view.node_head(row, view.order) != view.nodes[row].name for row in view.blocks):
        return title
    if view.evaluation.scheme.weights == "relative" or len(view.blocks) > _MOST_BLOCKS:
        return title
    return f"{title}  {view.listed(view.node_head(row, members) for row in view.blocks)}"


def _columns(view: View, positions: _Positions) -> Iterator[_Printed]:
    """Yield the columns after the running number, each with a value for every unit."""
    units, standing = view.evaluation.units, view.evaluation.standing
    yield Column(view.unit_head, "text", 13), units.names, False
    yield Column(view.head("code"), "word", 11.5), units.codes, False
    if view.group_ids:
        yield Column(view.head("group"), "word", 7), units.groups, False
    if len(view.blocks) <= _MOST_BLOCKS:
        for row in view.blocks:
            yield (
                Column(view.node_head(row, positions), view.shown_kind, 9.5),
                _numbers(view.shown(row)),
                True,
            )
    yield from _adjustments(view)
    yield Column(view.head("adjusted"), "points", 9), _numbers(standing.adjusted), True
    if standing.lower is not None and standing.upper is not None:
        yield Column(view.head("lower"), "points", 8), _numbers(rounded(standing.lower, view.digits)), True
        yield Column(view.head("upper"), "points", 8), _numbers(rounded(standing.upper, view.digits)), True
    if view.group_ids:
        yield Column(view.head("rank_in_group"), "whole", 6.5), _numbers(standing.rank_in_group), False
        yield from set_of_ranks(view, inside=True)
    yield Column(view.head("rank"), "whole", 6.5), _numbers(standing.rank), False
    yield from set_of_ranks(view, inside=False)
    yield from _since_last(view)
    yield Column(view.head("grade"), "word", 7), standing.grade, False
    yield from chance_of_grade(view)
    yield Column(view.head("remark"), "text", 26), _remarks(view), False


def _adjustments(view: View) -> Iterator[_Printed]:
    """Yield what the ledger adds and takes; empty where not applied; circumstances where stated."""
    bonus, deduction, context = bonus_and_deduction(view)
    if _adjustments_open(view):
        bonus = deduction = np.full(view.evaluation.units.n, np.nan)
    yield Column(view.head("bonus"), "points", 6.5), _numbers(bonus), True
    yield Column(view.head("deduction"), "points", 6.5), _numbers(deduction), True
    if view.evaluation.scheme.context is not None:
        yield Column(view.head("context"), "points", 6.5), _numbers(context), True


def _adjustments_open(view: View) -> bool:
    """Return whether the scheme has adjustments that this evaluation says it did not apply."""
    return any(
        problem.code == "note.not_applied" and problem.where == "adjustments"
        for problem in view.evaluation.problems
    )


def _since_last(view: View) -> Iterator[_Printed]:
    """Yield 上期得分, 增减 and 位次升降 when there is a period before."""
    before = view.evaluation.tables.get("previous")
    if before is None or before.empty:
        return
    units, standing = view.evaluation.units, view.evaluation.standing
    earlier = before.drop_duplicates("unit", keep="last").set_index("unit").reindex(list(units.codes))
    rank = "rank_in_group" if view.group_ids else "rank"
    last = earlier["adjusted"].to_numpy(dtype=np.float64, na_value=np.nan)
    place = earlier[rank].to_numpy(dtype=np.float64, na_value=np.nan)
    change = rounded(standing.adjusted - last, view.digits)
    moved = place - (standing.rank_in_group if view.group_ids else standing.rank)
    yield Column(view.head("before"), "points", 8), _numbers(rounded(last, view.digits)), True
    yield Column(view.head("change"), "change", 7.5), _numbers(change), True
    yield Column(view.head("moved"), "move", 7), _numbers(moved), False


def _remarks(view: View) -> list[str]:
    """Say per unit what was not scored on its own data, and what decided a grade other than the points."""
    remarks = zip(view.gaps, view.evaluation.standing.grade_reason, strict=True)
    return [
        view.both(";", "; ").join(text for text in (gaps, _decided(view, reason)) if text)
        for gaps, reason in remarks
    ]


def _decided(view: View, reason: str) -> str:
    if reason == "quota":
        return view.both("上一等次名额已满", "places of the better grade taken")
    if not reason:
        return ""
    said = view.say(say_code(GRADE_REASONS, reason))
    return view.both(f"等次因{said}调整", f"grade: {said}")


def _rows(printed: Sequence[_Printed], positions: _Positions) -> Iterator[tuple[Value, ...]]:
    for at in positions.tolist():
        yield tuple(values[at] for _, values, _ in printed)


def _average(view: View, printed: Sequence[_Printed], positions: _Positions) -> Average:
    """Return the line of averages of what is printed above it."""
    values: list[Value] = [None, view.head("average")]
    for column, numbers, averaged in printed[1:]:
        there = [number for at in positions.tolist() if isinstance(number := numbers[at], float)]
        mean = np.mean(there) if averaged and there else np.nan
        digits = view.shown_digits if column.kind == "score" else view.digits
        values.append(None if np.isnan(mean) else rounded(np.asarray(mean), digits).item())
    return Average(tuple(values))


def _notes(view: View) -> Iterator[str]:
    scheme = view.evaluation.scheme
    if view.in_points:
        yield view.both(
            f"板块为折算后得分,相加并计入加分、扣分得综合得分,满分 {scheme.scale:g} 分;"
            "综合得分由未取整的分数计算后取整,与板块印出数相加可能相差末位一个单位。",
            f"Blocks are in points of the composite (full marks {scheme.scale:g}); the composite is rounded"
            " once from unrounded points and may differ from the sum of printed blocks in the last digit.",
        )
    else:
        yield view.both(
            "板块为 0—100 分的得分,合成方法不是相加。", "Blocks are scores 0-100; they are not added up."
        )
    if _adjustments_open(view):
        yield view.both(
            "方案规定的加分、扣分本版本尚未计入综合得分,两栏留空。",
            "Bonus and deduction points of the scheme are not applied by this version; the columns are left"
            " empty.",
        )
    on = view.both(
        f"取整到 {scheme.digits} 位小数后的" if scheme.rank_on == "rounded" else "未取整的",
        f"rounded to {scheme.digits} decimals" if scheme.rank_on == "rounded" else "unrounded",
    )
    yield view.both(
        f"名次按{on}综合得分排列,同分并列取最好名次(1、2、2、4);四舍五入。",
        f"Ranks follow composite scores {on}; ties share the best rank (1, 2, 2, 4); halves are rounded up.",
    )
    yield from certainty_notes(view)
    yield from sensitivity_notes(view)
    yield view.both(
        "不涉及、未报项目的处理办法见“封面与说明”,逐项见“指标得分明细表”。",
        "For items that do not apply or were not reported see Cover, and item by item Indicator details.",
    )
    if view.evaluation.provisional:
        yield view.both(
            "预评:下限、上限为未报项全得零分、全得满分时的综合得分;名次和等次不作为结果。",
            "Provisional: the bounds put all missing values at zero and at full marks; ranks and grades are"
            " no results.",
        )


def _numbers(values: Array | Sequence[Any]) -> list[float | None]:
    """Return plain floats for the cells, nothing where there is no number."""
    return [None if value != value else value for value in np.asarray(values, dtype=np.float64).tolist()]  # noqa: PLR0124
