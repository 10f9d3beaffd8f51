"""指标得分矩阵: units down, indicators across."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from township_eval.inputs import NOT_APPLICABLE, NOT_DUE, NOT_REPORTED
from township_eval.language import Text
from township_eval.reports.sheet import Average, Cell, Column, Row, Sheet, Table, Value
from township_eval.reports.view import View, rounded

__all__ = ["matrix_sheet"]

_WORDS: Final = {
    NOT_REPORTED: Text("未报", "n/r"),
    NOT_APPLICABLE: Text("不涉及", "n/a"),
    NOT_DUE: Text("不考核", "n/d"),
}
_MOST_COLUMNS: Final = 16_000  # a spreadsheet ends at 16,384


def matrix_sheet(view: View) -> Sheet:
    """Return 指标得分矩阵, units in the order of the summary."""
    rows = view.evaluation.plan.leaves[:_MOST_COLUMNS]
    heads = [Column(view.unit_head, "text", 12)]
    if view.group_ids:
        heads.append(Column(view.head("group"), "word", 7))
    pinned = len(heads)
    heads.append(Column(view.head("adjusted"), "points", 8.5))
    heads += [Column(view.node_head(row, view.order), view.shown_kind, 7.5) for row in rows]
    return Sheet(
        name=view.both("指标得分矩阵", "Indicator matrix"),
        title=view.both(
            f"{view.evaluation.period} 指标得分矩阵", f"Matrix of indicator scores {view.evaluation.period}"
        ),
        about=view.about,
        tables=(Table(tuple(heads), _rows(view, rows), pinned=pinned),),
        notes=(_note(view),),
    )


def _rows(view: View, rows: tuple[int, ...]) -> Iterator[Row]:
    shown = np.stack([view.shown(row) for row in rows])
    words = {status: Cell(view.say(text)) for status, text in _WORDS.items()}
    standing, units = view.evaluation.standing, view.evaluation.units
    weight = view.evaluation.plan.weight[list(rows)]
    status = view.evaluation.leaves.status[: len(rows)]
    for at in view.order.tolist():
        group = (units.groups[at],) if view.group_ids else ()
        scores = _scores(shown[:, at], status[:, at], weight[:, at], words)
        yield (units.names[at], *group, _number(standing.adjusted[at]), *scores)
    yield _average(view, shown)


def _scores(
    shown: NDArray[np.float64],
    status: NDArray[np.int8],
    weight: NDArray[np.float64],
    words: dict[int, Cell],
) -> Iterator[Value | Cell]:
    """Yield a number, or the word for why there is none; nothing where the class has no such indicator."""
    for score, state, points in zip(shown.tolist(), status.tolist(), weight.tolist(), strict=True):
        if score == score:  # noqa: PLR0124  not NaN
            yield score
        else:
            yield words.get(state) if points > 0 else None


def _average(view: View, shown: NDArray[np.float64]) -> Average:
    columns = np.vstack([view.evaluation.standing.adjusted, shown])
    there = ~np.isnan(columns)
    count = there.sum(axis=1)
    total = np.where(there, columns, 0.0).sum(axis=1)
    means = np.divide(total, count, out=np.full(len(columns), np.nan), where=count > 0)
    blank = (None,) if view.group_ids else ()
    overall = _number(rounded(means[:1], view.digits)[0])
    return Average(
        (view.head("average"), *blank, overall, *map(_number, rounded(means[1:], view.shown_digits)))
    )


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _note(view: View) -> str:
    what = view.both("各指标为折算后得分", "Indicators are in points of the composite")
    if not view.in_points:
        what = view.both("各指标为 0—100 分的得分", "Indicators are scores 0-100")
    return what + view.both(
        ";空白为该类别不设此指标;平均按有得分的单位计算。",
        "; a blank means the class has no such indicator; averages are over units with a score.",
    )
