"""满意度测评表: answers per unit, channel and question, what they come to, and how sure that is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from township_eval.reports.sheet import Cell, Column, Row, Sheet, Table, Value
from township_eval.reports.sheets.evidence.printed import (
    Entry,
    Record,
    any_of,
    interval,
    leaves_with,
    number,
    of_leaf,
    points,
    rounded_to,
    row_of,
    span,
    word,
)
from township_eval.reports.sheets.evidence.resurvey import resurvey_tables
from township_eval.reports.sheets.evidence.satisfaction_notes import Shown, satisfaction_notes
from township_eval.reports.view import View, rounded
from township_eval.scheme import sources as src
from township_eval.scheme.model import Indicator

__all__ = ["satisfaction_sheet"]


def satisfaction_sheet(view: View) -> Sheet | None:
    """Return 满意度测评表; None when no leaf is a satisfaction survey."""
    frame = view.evaluation.tables.get("satisfaction")
    if frame is None or frame.empty:
        return None
    leaves = leaves_with(view, src.Satisfaction)
    surveys = [_Survey.of(view, leaf, titled=len(leaves) > 1) for leaf in leaves if len(of_leaf(frame, leaf))]
    return Sheet(
        name=view.both("满意度测评表", "Satisfaction"),
        title=view.both(
            f"{view.evaluation.period} 满意度测评表", f"Satisfaction survey {view.evaluation.period}"
        ),
        about=view.about,
        tables=(*(survey.table() for survey in surveys), *resurvey_tables(view, leaves)),
        notes=tuple(satisfaction_notes(view, [survey.shown for survey in surveys])),
    )


@dataclass(frozen=True, eq=False)
class _Survey:
    """One leaf's tables: a line per channel and question, and what they come to per unit.

    ``keys`` are the columns lines are told apart by; without any a unit has one line, which is all.
    """

    view: View
    leaf: Indicator
    lines: pd.DataFrame
    total: pd.DataFrame
    keys: tuple[str, ...]
    shown: Shown

    @classmethod
    def of(cls, view: View, leaf: Indicator, *, titled: bool) -> _Survey:
        tables = view.evaluation.tables
        lines, total = (of_leaf(tables.get(name), leaf) for name in ("satisfaction", "satisfaction_total"))
        keys = tuple(name for name in ("channel", "question") if any_of(lines, name))
        if len(keys) > 1:
            lines = _with_channels(view, lines, of_leaf(tables.get("satisfaction_channel"), leaf))
        return cls(view, leaf, lines, total, keys, Shown(leaf, lines, total, titled=titled))

    def table(self) -> Table:
        lines, whole = list(self._line_entries()), list(self._whole_entries())
        columns = (
            Column(self.view.unit_head, "text", 12),
            *(entry.column for entry in (*lines, *whole)),
        )
        title = self.leaf.name if self.shown.titled else ""
        return Table(columns, tuple(self._rows(lines, whole)), title=title, pinned=1)

    def _rows(self, lines: Sequence[Entry], whole: Sequence[Entry]) -> Iterator[Row]:
        """Yield a unit's lines; what its channels come to stands on the first."""
        units = self.view.evaluation.units
        by_unit = dict(tuple(self.lines.groupby("unit", sort=False)))
        totals = self._totals()
        for at in self.view.order.tolist():
            code = units.codes[at]
            own = by_unit.get(code)
            if own is None:
                continue
            first = row_of(whole, totals[code])
            for count, record in enumerate(own.to_dict("records")):
                rest = first if count == 0 else (None,) * len(whole)
                yield (units.names[at], *row_of(lines, record), *rest)

    def _totals(self) -> dict[str, dict[Any, Any]]:
        """Return what is said once a unit: the value, its error, the value of the period before."""
        evaluation = self.view.evaluation
        ids = [evaluation.nodes[row] for row in evaluation.plan.leaves]
        value = rounded(evaluation.leaves.value[ids.index(self.leaf.id)], 2)
        found: dict[str, dict[Any, Any]] = {
            str(record["unit"]): record for record in self.total.to_dict("records")
        }
        before = self._before()
        return {
            code: {**found.get(code, {}), "value": value[at], "before": before.get(code)}
            for at, code in enumerate(evaluation.units.codes)
        }

    def _before(self) -> Mapping[str, Value]:
        frame = of_leaf(self.view.evaluation.tables.get("previous_satisfaction"), self.leaf)
        if frame.empty:
            return {}
        return {str(unit): points(value) for unit, value in zip(frame["unit"], frame["value"], strict=True)}

    # --- columns --------------------------------------------------------------------------------

    def _line_entries(self) -> Iterator[Entry]:
        view = self.view
        heads = {"channel": view.both("渠道", "Channel"), "question": view.both("问题", "Question")}
        for key in self.keys:
            yield Entry(Column(heads[key], "text", 14), word(key))
        yield self._count("asked", view.both("受访人数", "Asked"), 8, _asked)
        for one in getattr(self.leaf.source, "scale", ()):
            if one.answer in self.lines:
                yield self._count(one.answer, one.answer, 8)
        if any_of(self.lines, "dont_know"):
            yield self._count("dont_know", view.both("不了解", "Don't know"), 7)
        if any_of(self.lines, "refused"):
            yield self._count("refused", view.both("拒答", "Refused"), 7)
        if any_of(self.lines, "blank"):
            yield self._count("blank", view.both("未答", "Blank"), 7)
        yield self._count("n_valid", view.both("有效样本", "Valid answers"), 8)
        if not self.keys:
            return
        yield Entry(
            Column(view.both("得分", "Points"), "score", 8), lambda record: points(record.get("score"))
        )
        if "se" in self.lines:
            yield Entry(
                Column(view.both("得分的95%区间", "95% interval of points"), "word", 14),
                lambda record: interval(view, record, "score"),
            )
            yield Entry(Column(view.both("设计效应", "Design effect"), "score", 8), rounded_to("deff", 2))

    def _count(self, name: str, head: str, width: float, of: Any = None) -> Entry:
        return Entry(Column(head, "whole", width), of or (lambda record: number(record.get(name))))

    def _whole_entries(self) -> Iterator[Entry]:
        view, total = self.view, self.total
        combined, alone = view.both("满意度(合成)", "Satisfaction (combined)"), view.both("得分", "Points")
        yield Entry(
            Column(combined if self.keys else alone, "score", 9), lambda record: points(record["value"])
        )
        if "se" in total:
            yield Entry(
                Column(view.both("95%区间", "95% interval"), "word", 14),
                lambda record: interval(view, record, "value"),
            )
        if not self.keys and any_of(total, "deff"):
            yield Entry(Column(view.both("设计效应", "Design effect"), "score", 8), rounded_to("deff", 2))
        if any_of(total, "n_eff"):
            yield Entry(
                Column(view.both("有效样本量", "Effective sample"), "number", 9), rounded_to("n_eff", 1)
            )
        yield from self._judged()
        yield from self._compared()

    def _judged(self) -> Iterator[Entry]:
        """Yield what the sample leaves open: assumed design effects, don't know, the demands."""
        view, total = self.view, self.total
        if any_of(total, "se_deff_1"):
            head = view.both("标准误(设计效应1、1.5、2)", "Standard error at design effect 1, 1.5, 2")
            yield Entry(Column(head, "word", 14), _assumed)
        if any_of(total, "dont_know_rate") or any_of(total, "refused_rate"):
            yield Entry(
                Column(view.both("不了解区间", "Range of don't know"), "word", 14),
                lambda record: span(view, record.get("all_worst"), record.get("all_best")),
            )
        if self.shown.judged:
            yield Entry(
                Column(view.both("样本是否达标", "Sample sufficient"), "word", 14),
                lambda record: _verdict(view, record.get("sample_ok")),
            )

    def _compared(self) -> Iterator[Entry]:
        """Yield what the value is held against: the period before, and the model's advice."""
        view = self.view
        if "previous_satisfaction" in view.evaluation.tables:
            yield Entry(
                Column(view.both("上期", "Last period"), "score", 8), lambda record: points(record["before"])
            )
            yield Entry(Column(view.both("变化", "Change"), "change", 8), _change)
        if self.shown.advised:
            yield Entry(
                Column(view.both("小区域估计(仅供参考)", "Small-area estimate (advice)"), "score", 11),
                rounded_to("small_area", 2),
            )
            yield Entry(
                Column(view.both("小区域估计标准误", "Its standard error"), "score", 9),
                rounded_to("small_area_se", 2),
            )


def _with_channels(view: View, lines: pd.DataFrame, channels: pd.DataFrame) -> pd.DataFrame:
    """Return the lines with one more after the questions of a channel: all questions together."""
    if channels.empty:
        return lines
    all_of_it = view.both("各题合成", "all questions")
    more = channels.rename(columns={"value": "score", "n": "n_valid"}).assign(question=all_of_it)
    asked = lines.groupby(["unit", "channel"], sort=False).size()
    several = {key for key, count in asked.items() if count > 1}
    kept = [key in several for key in zip(more["unit"], more["channel"], strict=True)]
    joined = pd.concat([lines, more.loc[kept].reindex(columns=lines.columns)], ignore_index=True)
    place = {key: at for at, key in enumerate(asked.index)}
    order = [place[key] for key in zip(joined["unit"], joined["channel"], strict=True)]
    return joined.assign(_order=order).sort_values("_order", kind="stable").drop(columns="_order")


def _asked(record: Record) -> Value:
    """Return everybody who was asked, valid answer or not; blank where a line counts no answers."""
    counts = [number(record.get(name)) for name in ("n_valid", "dont_know", "refused", "blank")]
    if counts[1] is None:
        return None
    return sum(count for count in counts if count is not None)


def _assumed(record: Record) -> Value:
    """Return the standard errors at the design effects that are assumed in place of one stated."""
    found = [points(record.get(name)) for name in ("se_deff_1", "se_deff_1_5", "se_deff_2")]
    said = [f"{se:.2f}" for se in found if se is not None]
    return " / ".join(said) if len(said) == len(found) else None


def _verdict(view: View, ok: Any) -> Value | Cell:
    if ok is None or pd.isna(ok):
        return None
    return view.both("达标", "yes") if bool(ok) else view.both("未达标", "no")


def _change(record: Record) -> Value:
    now, before = points(record["value"]), record["before"]
    return points(now - before) if isinstance(now, float) and isinstance(before, float) else None
